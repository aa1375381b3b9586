"""What all `crm` commands share: the application, how it speaks, and how it says trouble."""

from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from .trouble import Trouble

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


class Commands(TyperGroup):
    """Tells trouble in two lines, what and what to do, instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            what, remedy = trouble.what, trouble.remedy
        except (BotoCoreError, ClientError) as failure:
            what, remedy = str(failure), "See: crm status, crm doctor"
        errors.print(f"[red]{escape(what)}[/red]")
        if remedy:
            errors.print(escape(remedy))
        raise typer.Exit(1)


app = typer.Typer(
    cls=Commands,
    help="Run the product on this machine, look into it, and operate it in AWS.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

StageOption = Annotated[
    str, typer.Option("--stage", help="`local`, or a stage deployed to AWS (dev, prod).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]
