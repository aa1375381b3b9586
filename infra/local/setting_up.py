"""`crm up`: from nothing, or from a stack that is behind, to one that answers."""

import contextlib
import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from . import process
from .deployed import LOCAL_STAGE, Deployed
from .deployment import deploy
from .home import Home
from .seed import seed
from .synthesis import synthesize

_CACHE = "public, max-age=300"


def up(home: Home, say: Callable[[str], None]) -> Deployed:
    """Start what does not run, deploy what changed, add the sample company once.

    Raises `Trouble`.
    """
    say("Starting the emulator")
    process.start(home)
    if not home.clock.exists():
        home.clock.write_text("0")
    say("Synthesizing the templates")
    synthesize(home, context(home))
    deploy(home, say)
    deployed = Deployed(LOCAL_STAGE, home)
    outputs = deployed.outputs()
    say("Uploading pages' assets")
    upload_assets(home.root, deployed.client("s3"), outputs["AssetsBucketName"])
    _allow_sender(deployed)
    marker = home.state / "seeded"
    if not marker.exists():
        seed(deployed, say)
        marker.touch()
    process.ask(home, "save", "POST")
    return deployed


def context(home: Home) -> dict[str, str]:
    """What the CDK app is told about this machine."""
    return {"local": "true", "public_base_url": home.url, "clock_file": str(home.clock)}


def upload_assets(root: Path, s3: Any, bucket: str) -> None:
    """Put `infra/assets` below `assets/` in the bucket, where the front door looks."""
    for file, key in _assets(root / "infra" / "assets"):
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=file.read_bytes(),
            ContentType=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
            CacheControl=_CACHE,
        )


def _assets(folder: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(folder.rglob("*")) if folder.exists() else ():
        if file.is_file():
            yield file, f"assets/{file.relative_to(folder).as_posix()}"


def _allow_sender(deployed: Deployed) -> None:
    # In AWS the operator verifies the sender once (`crm doctor` says so); here nobody has to.
    functions = deployed.client("lambda")
    config = functions.get_function_configuration(FunctionName=deployed.named("hand_off_notice"))
    sender = config["Environment"]["Variables"]["CRM_MAIL_SENDER"]
    ses = deployed.client("sesv2")
    with contextlib.suppress(ses.exceptions.AlreadyExistsException):
        ses.create_email_identity(EmailIdentity=sender)
