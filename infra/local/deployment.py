"""Bringing the synthesized stacks onto the emulator, through its CloudFormation."""

import importlib.util
import io
import json
import py_compile
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any, Final

from botocore.exceptions import ClientError

from .clients import client
from .home import ACCOUNT, REGION, Home
from .synthesis import Asset, Stack, stacks
from .trouble import Trouble

_POLL_SECONDS: Final = 0.1
_DEPLOY_SECONDS: Final = 180
_DONE: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)

Progress = Callable[[str], None]


def deploy(home: Home, say: Progress) -> list[str]:
    """Deploy what changed; returns the names of the stacks it created or updated.

    Raises `Trouble` naming the resource that failed and why.
    """
    changed = []
    for stack in stacks(home):
        before = _status(home, stack.name)
        if before in _DONE and _deployed_template(home, stack.name) == json.loads(stack.template):
            continue
        say(f"{'Updating' if before else 'Creating'} {stack.name}")
        _upload(home, stack.assets)
        _put(home, stack, before)
        changed.append(stack.name)
    return changed


def _status(home: Home, name: str) -> str:
    try:
        found = client(home, "cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError:
        return ""
    return str(found["StackStatus"])


def _deployed_template(home: Home, name: str) -> Any:
    body = client(home, "cloudformation").get_template(StackName=name)["TemplateBody"]
    return json.loads(body) if isinstance(body, str) else body


def _put(home: Home, stack: Stack, before: str) -> None:
    cloudformation = client(home, "cloudformation")
    if before in ("ROLLBACK_COMPLETE", "CREATE_FAILED"):
        cloudformation.delete_stack(StackName=stack.name)
        before = ""
    # No rollback: the emulator's would delete what an update touched (see `patches`).
    wanted = {"StackName": stack.name, "TemplateBody": stack.template, "DisableRollback": True}
    if before:
        cloudformation.update_stack(**wanted)
    else:
        cloudformation.create_stack(**wanted)
    deadline = time.monotonic() + _DEPLOY_SECONDS
    while (status := _status(home, stack.name)).endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise Trouble(f"{stack.name} is still {status}.", f"Look at {home.log}")
        time.sleep(_POLL_SECONDS)
    if status not in _DONE:
        raise Trouble(
            f"{stack.name} failed ({status}): {_reason(home, stack.name)}",
            "Correct the template and run crm up again; crm reset starts afresh without data.",
        )


def _reason(home: Home, name: str) -> str:
    events = client(home, "cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    reasons = [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    ]
    return reasons[0] if reasons else "no reason given"


def _upload(home: Home, assets: Iterable[Asset]) -> None:
    s3 = client(home, "s3")
    for asset in assets:
        bucket = _resolved(asset.bucket)
        if not _exists(s3, bucket, asset.key):
            s3.put_object(Bucket=bucket, Key=asset.key, Body=_packed(asset.path))


def _exists(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] in ("NoSuchBucket", "404", "NotFound", "NoSuchKey"):
            s3.create_bucket(Bucket=bucket)
            return False
        raise
    return True


def _resolved(name: str) -> str:
    return (
        name.replace("${AWS::AccountId}", ACCOUNT)
        .replace("${AWS::Region}", REGION)
        .replace("${AWS::Partition}", "aws")
    )


def _packed(path: Path) -> bytes:
    """The asset as one file, stored as it is: every worker unpacks it anew."""
    if path.is_file():
        return path.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive, TemporaryDirectory() as made:
        for file in sorted(path.rglob("*")):
            if file.is_file():
                _pack(archive, file.relative_to(path), file.read_bytes())
                if file.suffix == ".py":
                    _pack(archive, *_compiled(file, file.relative_to(path), Path(made)))
    return packed.getvalue()


def _pack(archive: zipfile.ZipFile, name: PurePath, content: bytes) -> None:
    entry = zipfile.ZipInfo(str(name), _EPOCH)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def _compiled(file: Path, name: PurePath, aside: Path) -> tuple[PurePath, bytes]:
    """A module's bytecode, and where Python looks for it. Without it every cold start would
    compile all it imports: half of the time it takes."""
    place = PurePath(importlib.util.cache_from_source(str(name), optimization=""))
    made = aside / "module.pyc"
    py_compile.compile(
        str(file),
        cfile=str(made),
        dfile=str(name),
        doraise=True,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    return place, made.read_bytes()
