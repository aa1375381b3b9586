"""The `crm` command: `app` with all its commands, which importing them adds."""

from . import local_commands, operator_commands, people_commands
from .command import app

__all__ = ["app", "local_commands", "operator_commands", "people_commands"]
