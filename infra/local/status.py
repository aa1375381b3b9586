"""What runs, where to find it and how it is."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from . import process
from .deployed import LOCAL_STAGE, Deployed
from .home import Home
from .mail import sent
from .rest import ahead


def addresses(home: Home) -> dict[str, str]:
    """Where to look, by what is found there."""
    return {
        "guided tour": f"{home.url}/console/tour",
        "console": f"{home.url}/console",
        "portal": f"{home.url}/portal",
        "demo page": f"{home.url}/assets/demo/index.html",
        "contact form": f"{home.url}/forms/contact",
        "api": f"{home.url}/v1",
        "mail to support": f"smtp://127.0.0.1:{home.mail_port}",
        "mail": f"{home.gateway}/_ministack/ses/messages",
        "webhooks": home.webhook_sink,
        "aws": home.gateway,
    }


def status(home: Home) -> dict[str, Any]:
    """The state of each part: `running`, `addresses`, `stacks`, `functions`, `waiting`,
    `dead_letters`, `mails`, `clock_ahead_seconds`. What does not run is left out."""
    pid = process.running(home)
    told: dict[str, Any] = {"running": pid is not None, "addresses": addresses(home)}
    if pid is None:
        return told
    deployed = Deployed(LOCAL_STAGE, home)
    try:
        stacks = deployed.client("cloudformation").describe_stacks()["Stacks"]
        told |= {
            "pid": pid,
            "stacks": {stack["StackName"]: stack["StackStatus"] for stack in stacks},
            "functions": deployed.functions(),
            "waiting": process.ask(home, "state"),
            "dead_letters": deployed.dead_letters(),
            "mails": len(sent(home)),
        }
    except (BotoCoreError, ClientError) as failure:
        told["trouble"] = str(failure)
    return told | {"clock_ahead_seconds": ahead(home).total_seconds()}
