"""Deploying to AWS with the CDK tool, which runs on the Node of our environment."""

import os
import subprocess
from collections.abc import Sequence
from typing import Final

from .clients import client
from .deployed import Deployed, deployment
from .home import find, tools_environment
from .setting_up import upload_assets
from .trouble import Trouble

# Later majors of the tool do not read the assemblies of our library.
CDK: Final = "aws-cdk@2.1148.1"


def deploy(stage: str, context: Sequence[str], *, approve: bool) -> Deployed:
    """Deploy `stage` to the account the operator is signed in to; returns it.

    `context` are `name=value` pairs for the CDK app; `approve` skips the question before changes
    of permissions. Raises `Trouble`.
    """
    deployed = deployment(stage)
    region = client(None, "sts").meta.region_name
    account = client(None, "sts").get_caller_identity()["Account"]
    cdk = ["npx", "--yes", CDK]
    arguments = [argument for pair in (f"stage={stage}", *context) for argument in ("-c", pair)]
    _run([*cdk, "bootstrap", f"aws://{account}/{region}", *arguments])
    approval = ["--require-approval", "never" if approve else "broadening"]
    _run([*cdk, "deploy", "--all", *arguments, *approval])
    upload_assets(find().root, deployed.client("s3"), deployed.outputs()["AssetsBucketName"])
    return deployed


def _run(command: Sequence[str]) -> None:
    # The operator's own environment, because it holds their credentials; our tools come first.
    environment = {**os.environ, "PATH": tools_environment()["PATH"]}
    try:
        done = subprocess.run(command, cwd=find().root, env=environment, check=False)
    except FileNotFoundError as missing:
        raise Trouble("Node's npx is missing.", "Run: make .venv") from missing
    if done.returncode:
        raise Trouble(f"{' '.join(command[:4])} failed.", "What it said is above.")
