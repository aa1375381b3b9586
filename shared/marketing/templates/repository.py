"""Where templates are kept: configuration of the kind `template` under their ids
(platform/configuration), every version for ever: a campaign sends the version it was made with.

| question | asked by |
|---|---|
| all templates | template_admin |
| one, as just read; one of its versions | template_admin, campaign_admin, campaign_send |
"""

from typing import Final

from shared.directory.audit import recorded
from shared.kernel.errors import NotFound
from shared.kernel.ids import is_id
from shared.marketing.tables import MARKETING
from shared.platform.configuration import Configuration, Version
from shared.platform.requests import Item, Key
from shared.platform.tables import Table

from .model import Template

stored_templates: Final = Configuration(Table(MARKETING), "template", Template, audit=recorded)


def need_template(template_id: str) -> Version[Template]:
    """The template as just read. Raises `NotFound`."""
    found = stored_templates.in_force(template_id) if is_id("template", template_id) else None
    if found is None:
        raise NotFound("template_not_found", "There is no such template")
    return found


def head_of(template_id: str) -> tuple[Table, Key]:
    """Where a template is found, to be read together with other items (`need_in`)."""
    return stored_templates.head_of(template_id)


def need_in(item: Item | None) -> Version[Template]:
    """The template in what was read there. Raises `NotFound`."""
    found = stored_templates.in_head(item)
    if found is None:
        raise NotFound("template_not_found", "There is no such template")
    return found
