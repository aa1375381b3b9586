"""Making templates and changing them. What is stored can be sent."""

from datetime import datetime

from shared.customers.custom_fields.repository import fields_of
from shared.customers.custom_fields.visibility import may_set
from shared.kernel.errors import Rejected, Stale
from shared.platform.auth import Staff
from shared.platform.configuration import Version
from shared.platform.idempotency import record_id

from .checking import check_template
from .language import NotAllowed, paths_in
from .merge_fields import custom_names
from .model import Template
from .repository import need_template, stored_templates


def create_template(
    template: Template, by: Staff, idempotency_key: str | None, now: datetime
) -> Version[Template]:
    """Make a template. Sent again with its key it is the same one.

    Raises `Rejected`, and `Forbidden` where it tells what `by` may not see.
    """
    checked(template, by, now)
    template_id = record_id("template", by.staff_id, idempotency_key, now)
    try:
        _save(template_id, template, by, now, after=0)
    except Stale:
        first = stored_templates.version(template_id, 1)
        if first.value != template:
            message = "This key was used for another request"
            raise Rejected("idempotency_key_reused", message) from None
        return first
    return need_template(template_id)


def change_template(
    template_id: str,
    template: Template,
    version: int,
    by: Staff,
    now: datetime,
    *,
    restored: int | None = None,
) -> Version[Template]:
    """Put a template in the place of `version`; `restored` is the older one it comes from.
    Campaigns go on with the version they have. Raises `NotFound`, `Stale` and what
    `create_template` raises."""
    present = need_template(template_id)
    if present.number != version:
        raise Stale("version_stale", version=present.number)
    checked(template, by, now)
    _save(template_id, template, by, now, after=version, restored=restored)
    return need_template(template_id)


def roll_back_template(
    template_id: str, to: int, version: int, by: Staff, now: datetime
) -> Version[Template]:
    """Let what version `to` said hold again. Raises as `change_template` does."""
    need_template(template_id)
    older = stored_templates.older(template_id, to, than=version)
    return change_template(template_id, older, version, by, now, restored=to)


def checked(template: Template, by: Staff, now: datetime) -> None:
    """See that a template can be sent, and tells nothing that `by` may not see. Raises
    `Rejected` and `Forbidden`."""
    custom = fields_of("contact", now, naming=_named(template))
    names = custom_names(check_template(template, custom))
    may_set(names, custom, by)


def _named(template: Template) -> set[str]:
    try:
        sources = (template.subject, template.html, template.text)
        paths = {path for source in sources for path in paths_in(source)}
        return custom_names(paths | {one.field for one in template.offers})
    except NotAllowed:
        return set()  # said with all else that is wrong


def _save(
    template_id: str,
    template: Template,
    by: Staff,
    now: datetime,
    *,
    after: int,
    restored: int | None = None,
) -> None:
    stored_templates.save(
        template_id, template, by=by.staff_id, at=now, after=after, activate=True, restored=restored
    )
