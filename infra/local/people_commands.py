"""The commands that work with the people kept in the product, through its API."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from .command import app, console
from .deployed import deployment
from .trouble import Trouble


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV file in any encoding, or vCards.")],
    who: Annotated[
        str, typer.Option("--as", help="A role, or one of the sample staff.")
    ] = "marketer",
    target: Annotated[str, typer.Option(help="contacts or leads.")] = "contacts",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would come of each row.")
    ] = False,
    errors: Annotated[
        Path | None, typer.Option(help="Where to write the rows that failed, with reasons.")
    ] = None,
) -> None:
    """Import people from a file: what is there already stays, rows that cannot be say why."""
    from .importing import errors_of, run, send_file
    from .people import token
    from .seed.api import Api

    if target not in ("contacts", "leads"):
        raise Trouble(f"Nothing is imported as {target}.", "There are: contacts, leads")
    deployed = deployment()
    assert deployed.home is not None
    api = Api(deployed.home.url, token(deployed, who))
    one = send_file(api, file, target)
    _show_mapping(one)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("Trying out" if dry_run else "Importing", total=None)
        ended = run(
            api,
            one,
            dry_run=dry_run,
            progress=lambda done, chunks: bar.update(task, completed=done, total=chunks or None),
        )
    result = ended["runs"][-1]
    verb = "would be created" if dry_run else "created"
    console.print(
        f"{result['created']} {verb}, {result['existing']} there already, "
        f"{result['failed']} failed"
        + (f", {result['skipped']} skipped" if result["skipped"] else "")
    )
    if result["failed"]:
        path = errors or file.with_name(f"{file.stem}-errors.csv")
        path.write_bytes(errors_of(api, one["import_id"]))
        console.print(f"What failed, and why: {escape(str(path))}")


def _show_mapping(one: dict[str, Any]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("column")
    table.add_column("becomes")
    labels = {field["name"]: field["label"] for field in one["fields"]}
    for header, field in zip(one["headers"], one["mapping"]["columns"], strict=True):
        meant = f"[green]{escape(labels[field])}[/green]" if field else "[dim]nothing[/dim]"
        table.add_row(escape(header), meant)
    read = one["format"]
    how = (
        read["encoding"]
        if read["kind"] == "vcard"
        else f"{read['encoding']}, {read['delimiter']!r}"
    )
    console.print(f"[dim]Read as {read['kind']} ({escape(how)}){_of(one['preset'])}[/dim]")
    console.print(table)


def _of(preset: str | None) -> str:
    return f", a file of {preset.replace('_', ' ')}" if preset and preset != "vcard" else ""
