"""The commands of the operator: they work on the local stack and on AWS."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape

from .command import JsonOption, StageOption, app, console
from .deployed import LOCAL_STAGE, deployment
from .trouble import Trouble


@app.command()
def deploy(
    stage: Annotated[str, typer.Option(help="A stage of infra/stages.toml.")] = "dev",
    context: Annotated[
        list[str] | None, typer.Option("-c", "--context", help="Overrides, name=value.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask about permissions.")] = False,
) -> None:
    """Deploy to the AWS account you are signed in to."""
    from .operating import deploy as to_aws

    if stage == LOCAL_STAGE:
        raise Trouble("The stage `local` is this machine.", "Run: crm up")
    deployed = to_aws(stage, context or [], approve=yes)
    console.print(f"{stage} is at {deployed.outputs()['PublicBaseUrl']}")
    console.print(f"Check it: crm doctor --stage {stage}")


@app.command()
def redrive(
    queue: Annotated[str | None, typer.Argument(help="Only this one.")] = None,
    stage: StageOption = LOCAL_STAGE,
) -> None:
    """Send failed messages back to where they failed."""
    from .redriving import redrive as send_back

    for noun, count in send_back(deployment(stage), queue).items():
        console.print(f"{noun}: {count} sent back" if count else f"[dim]{noun}: empty[/dim]")


@app.command()
def reapply_erasures(
    since: Annotated[
        datetime, typer.Argument(help="When the back-up is from (UTC), such as 2025-06-01.")
    ],
    stage: StageOption = LOCAL_STAGE,
) -> None:
    """Erase again who was erased since a back-up that a table was restored from."""
    from .reapplying import reapply

    count = reapply(deployment(stage), since.replace(tzinfo=UTC))
    console.print(f"{count} erasures are repeated. Follow them: GET /v1/privacy/requests")


@app.command()
def doctor(stage: StageOption = LOCAL_STAGE, as_json: JsonOption = False) -> None:
    """What is misconfigured, and what to do about it. Ends with 1 when something is."""
    from .doctor import examine

    deployed = deployment(stage)
    findings = list(examine(deployed))
    if as_json:
        print(json.dumps([{"check": f.check, "ok": f.ok, "detail": f.detail} for f in findings]))
    for found in findings if not as_json else ():
        mark = "[green]✓[/green]" if found.ok else "[red]✗[/red]"
        console.print(f"{mark} {found.check}: {escape(found.detail)}")
        if not found.ok and found.remedy:
            console.print(f"  {escape(found.remedy)}")
    if not all(found.ok for found in findings):
        raise typer.Exit(1)
