"""The commands that run the product on this machine and look into it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from . import process, rest
from .command import JsonOption, StageOption, app, console
from .deployed import LOCAL_STAGE, deployment
from .home import Home, find
from .trouble import Trouble


def _with_progress(work: Callable[[Callable[[str], None]], Any]) -> Any:
    """Show each step of `work` while it goes on, and leave it on the screen."""
    if not console.is_terminal:
        return work(lambda step: console.print(f"· {escape(step)}"))
    with console.status("") as shown:

        def say(step: str) -> None:
            shown.update(f"{step} …")
            console.print(f"[dim]·[/dim] {escape(step)}")

        return work(say)


def _show_addresses(home: Home) -> None:
    from .status import addresses

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for what, where in addresses(home).items():
        table.add_row(f"[bold]{what}[/bold]", where)
    console.print(table)


@app.command()
def up(
    port: Annotated[int | None, typer.Option(help="Of the product (8080).")] = None,
    gateway_port: Annotated[int | None, typer.Option(help="Of the AWS emulator (4566).")] = None,
    mail_port: Annotated[int | None, typer.Option(help="Of mail that comes in (2525).")] = None,
    history: Annotated[
        bool, typer.Option(help="Let the sample company have four weeks behind it.")
    ] = True,
) -> None:
    """Run everything here: start, deploy what changed, add sample data once, print addresses."""
    from .setting_up import up as set_up

    home = find(port, gateway_port, mail_port)
    _with_progress(lambda say: set_up(home, say, history=history))
    _show_addresses(home)
    console.print(f"Start here: [bold]{home.url}/console/tour[/bold]  (ten minutes, step by step)")
    console.print("Or try: crm token --as rep, crm status, crm mail, crm down")


@app.command()
def down() -> None:
    """Stop the local stack. Its data stays."""
    console.print("Stopped." if process.stop(find()) else "It was not running.")


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Stop the local stack and delete its data."""
    home = find()
    if not yes:
        typer.confirm("Delete all local data?", abort=True)
    process.stop(home)
    for name in ("data", "tmp", "clock", "seeded", "write_keys.json", "emulator.log", "version"):
        path = home.state / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    console.print("Local data is gone. Start afresh: crm up")


@app.command()
def seed() -> None:
    """Add what is missing of the sample company: people, teams, forms, rules."""
    from .seed import seed as bring_in

    deployed = deployment()
    _with_progress(lambda say: bring_in(deployed, say))


@app.command()
def status(as_json: JsonOption = False) -> None:
    """What runs, where it is, and what waits."""
    from .status import status as look

    home = find()
    told = look(home)
    if as_json:
        print(json.dumps(told, indent=2))
        return
    if not told["running"]:
        console.print("The local stack is not running. Start it: crm up")
        return
    _show_addresses(home)
    for name, state in told.get("stacks", {}).items():
        colour = "green" if state.endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE")) else "red"
        console.print(f"{name}  [{colour}]{state}[/{colour}]")
    waiting = {what: found for what, found in told.get("waiting", {}).items() if found}
    console.print(f"functions {len(told.get('functions', ()))}, mails {told.get('mails', 0)}, "
                  f"clock ahead {told['clock_ahead_seconds'] / 3600:g} h, "
                  f"under way: {escape(str(waiting or 'nothing'))}")  # fmt: skip
    for noun, count in told.get("dead_letters", {}).items():
        console.print(f"[red]{noun}: {count} failed[/red]  (crm logs, crm redrive)")
    if "trouble" in told:
        raise Trouble(told["trouble"], f"Look at {home.log}")


@app.command()
def token(
    who: Annotated[str, typer.Option("--as", help="A role, or one of the sample staff.")] = "rep",
    customer: Annotated[
        str | None, typer.Option("--as-customer", help="The e-mail address of a contact.")
    ] = None,
) -> None:
    """Print the token of somebody who signed in, and nothing else: of a sample person, or of a
    customer, whose mailed code is read for them."""
    deployed = deployment()
    if customer:
        from .customers import token as enter

        assert deployed.home is not None
        print(enter(deployed.home, customer))
        return
    from .people import token as sign_in

    print(sign_in(deployed, who))


@app.command()
def logs(
    function: Annotated[str | None, typer.Argument(help="Its folder; all when left out.")] = None,
    since: Annotated[str, typer.Option(help="How far back: 10m, 2h …")] = "1h",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep printing.")] = False,
    stage: StageOption = LOCAL_STAGE,
) -> None:
    """What functions logged, oldest first."""
    from .logs import lines

    deployed = deployment(stage)
    if function:
        deployed.function(function)
    nouns = [function] if function else deployed.functions()
    width = max(len(noun) for noun in nouns)
    try:
        for noun, line in lines(deployed, nouns, rest.duration(since), follow=follow):
            print(line if function else f"{noun:{width}}  {line}", flush=follow)
    except KeyboardInterrupt:
        return


@app.command()
def tick(duration: Annotated[str, typer.Argument(help="4h, 30m, 3d …")]) -> None:
    """Move the local clock ahead, run what falls due and wait until it is done."""
    by = rest.duration(duration)
    moved = rest.tick(deployment(), by)
    console.print(f"The local clock is {moved} ahead.")


@app.command()
def mail(as_json: JsonOption = False) -> None:
    """What was sent by e-mail (nothing left this machine)."""
    from .mail import sent

    deployed = deployment()
    assert deployed.home is not None
    messages = sent(deployed.home)
    if as_json:
        print(json.dumps([message.as_json() for message in messages], indent=2))
        return
    for message in messages:
        console.rule(f"[bold]{escape(message.subject)}[/bold]", align="left")
        console.print(f"[dim]{message.at}[/dim]  to {escape(', '.join(message.to))}")
        console.print(escape(message.text or message.html))
    if not messages:
        console.print("Nothing was sent yet.")


@app.command()
def texts(as_json: JsonOption = False) -> None:
    """What was sent by text message since the stack started (nothing left this machine)."""
    from . import process

    deployed = deployment()
    assert deployed.home is not None
    messages = process.ask(deployed.home, "texts")["texts"]
    if as_json:
        print(json.dumps(messages, indent=2))
        return
    for message in messages:
        console.print(f"[dim]{message['at']}[/dim]  to {escape(message['to'])}")
        console.print(escape(message["text"]))
    if not messages:
        console.print("Nothing was sent yet.")


@app.command()
def invoke(
    function: Annotated[str, typer.Argument(help="Its folder, such as lead_capture.")],
    event: Annotated[str, typer.Argument(help="A file, or a case of events/triggers/<function>.")],
    stage: StageOption = LOCAL_STAGE,
) -> None:
    """Call a function with an event from a file and print what it returns."""
    deployed = deployment(stage)
    answer = deployed.client("lambda").invoke(
        FunctionName=deployed.function(function), Payload=_event_file(function, event).read_bytes()
    )
    payload = answer["Payload"].read().decode()
    try:
        console.print_json(payload)
    except ValueError:
        print(payload)
    if answer.get("FunctionError"):
        raise Trouble(f"{function} failed.", f"See: crm logs {function}")


def _event_file(function: str, event: str) -> Path:
    cases = find().root / "events" / "triggers" / function
    for path in (Path(event), cases / event, cases / f"{event}.json"):
        if path.is_file():
            return path
    known = ", ".join(sorted(path.stem for path in cases.glob("*.json")))
    raise Trouble(f"There is no file {event}.", f"Cases of {function}: {known or 'none'}")
