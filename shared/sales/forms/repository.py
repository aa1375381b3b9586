"""Where forms are kept: configuration of kind `form` in the sales table (platform/configuration).

| question | asked by |
|---|---|
| the form in force (up to 30 s old) | lead_capture, form_query |
| all forms, one form, its next version | form_admin |
"""

import re
from datetime import datetime
from typing import Final

from shared.kernel.errors import NotFound
from shared.platform.configuration import Configuration, Version
from shared.platform.tables import Table
from shared.sales.tables import SALES

from .model import FORM_ID, Form

forms: Final = Configuration(Table(SALES), "form", Form)


def form_in_force(form_id: str, now: datetime) -> Version[Form]:
    """The active version of a form. No read while it is cached. Raises `NotFound`."""
    # Anybody may put anything into the address; what cannot be a form costs no read.
    if not re.fullmatch(FORM_ID, form_id):
        raise NotFound("form_not_found", "There is no form of that name")
    return forms.active(form_id, now)
