"""The list of resource types the emulator does not know is exactly what the templates need."""

import json
from dataclasses import replace
from pathlib import Path

from infra.local import patches
from infra.local.emulator import handlers
from infra.local.home import find
from infra.local.setting_up import context
from infra.local.synthesis import stacks, synthesize


def test_stubs_are_the_types_only_aws_knows(tmp_path: Path) -> None:
    home = replace(find(), state=tmp_path)

    synthesize(home, context(home))

    used = {
        resource["Type"]
        for stack in stacks(home)
        for resource in json.loads(stack.template)["Resources"].values()
    }
    assert used - set(handlers()) == set(patches.STUBS)
