"""The list of resource types the emulator does not know is exactly what the templates need."""

from infra.local import patches
from infra.local.emulator import handlers
from infra.synthesized import Synthesized


def test_stubs_are_the_types_only_aws_knows(local: Synthesized) -> None:
    used = {resource.type for resource in local.resources}

    assert used - set(handlers()) == set(patches.STUBS)
