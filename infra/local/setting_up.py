"""`crm up`: from nothing, or from a stack that is behind, to one that answers."""

import contextlib
import mimetypes
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from infra import pages

from . import process, rest
from .deployed import LOCAL_STAGE, Deployed
from .deployment import deploy
from .home import Home, tools_environment
from .people import PASSWORD
from .seed import seed
from .seed.history import SPAN, live_through
from .synthesis import synthesize
from .trouble import Trouble

_CACHE = "public, max-age=300"
_KEPT_FOR_EVER = "public, max-age=31536000, immutable"


def up(home: Home, say: Callable[[str], None], *, history: bool = False) -> Deployed:
    """Start what does not run, deploy what changed, add the sample company once, with its past
    when `history` is asked for.

    Raises `Trouble`.
    """
    say("Starting the emulator")
    starting = process.launch(home)
    with ThreadPoolExecutor() as aside:
        # Most of the waiting is for one Python or another to start: they do so together.
        synthesized = aside.submit(synthesize, home, context(home))
        built = aside.submit(build_pages)
        if starting:
            process.answering(home, starting)
        if not home.clock.exists():
            rest.set_ahead(home, timedelta(0))
        say("Synthesizing the templates")
        synthesized.result()
        deploy(home, say)
        built.result()
    deployed = Deployed(LOCAL_STAGE, home)
    outputs = deployed.outputs()
    say("Uploading pages' assets")
    upload_assets(home.root, deployed.client("s3"), outputs["AssetsBucketName"])
    _allow_sender(deployed)
    marker = home.state / "seeded"
    if not marker.exists():
        if history:
            rest.set_ahead(home, -SPAN)
        seed(deployed, say)
        if history:
            live_through(deployed, say)
        marker.touch()
    process.ask(home, "save", "POST")
    return deployed


def context(home: Home) -> dict[str, str]:
    """What the CDK app is told about this machine."""
    return {
        "local": "true",
        "public_base_url": home.url,
        "clock_file": str(home.clock),
        "webhook_sink": home.webhook_sink,
        "sample_password": PASSWORD,
    }


def upload_assets(root: Path, s3: Any, bucket: str) -> None:
    """Put the static files below `assets/` in the bucket, where the front door looks: the demo
    and the page script under fixed names, the staff's pages' under their version.

    Raises `Trouble` when npm cannot bring the libraries.
    """
    built = build_pages()
    folder = root / "infra" / "assets"
    for file in _files(folder):
        if pages.SOURCES not in file.parents:
            _upload(s3, bucket, file, file.relative_to(folder).as_posix(), _CACHE)
    for file in _files(built):
        name = f"console/{pages.version()}/{file.relative_to(built).as_posix()}"
        _upload(s3, bucket, file, name, _KEPT_FOR_EVER)


def build_pages() -> Path:
    """The folder with what the staff's pages are made of, made where it is not there. Raises
    `Trouble`."""
    try:
        return pages.build({"PATH": tools_environment()["PATH"]})
    except pages.NotBuilt as error:
        raise Trouble(
            f"The libraries of the pages cannot be fetched: {error}",
            "They come from npm's registry once: check the network, then run it again.",
        ) from error


def _upload(s3: Any, bucket: str, file: Path, name: str, cache: str) -> None:
    s3.put_object(
        Bucket=bucket,
        Key=f"assets/{name}",
        Body=file.read_bytes(),
        ContentType=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        CacheControl=cache,
    )


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _allow_sender(deployed: Deployed) -> None:
    # In AWS the operator verifies the sender once (`crm doctor` says so); here nobody has to.
    functions = deployed.client("lambda")
    config = functions.get_function_configuration(FunctionName=deployed.named("hand_off_notice"))
    sender = config["Environment"]["Variables"]["CRM_MAIL_SENDER"]
    ses = deployed.client("sesv2")
    with contextlib.suppress(ses.exceptions.AlreadyExistsException):
        ses.create_email_identity(EmailIdentity=sender)
