"""The HTML to copy into any page: a plain form that works without script, and the page script."""

from datetime import datetime
from html import escape
from typing import Final

from shared.customers.write_keys.repository import public_text

from .model import RETURN_URL, FieldKind, Form, FormField
from .places import action_url, script_url

_TYPES: Final = {FieldKind.EMAIL: "email", FieldKind.PHONE: "tel"}


def snippet(form: Form, form_id: str, now: datetime) -> str:
    """The form as HTML. With the script, the page also reports where visitors came from, their
    page views and, with cookie consent, an anonymous id: under the form's public key, or what
    that was rotated to since."""
    lines = [
        f'<form method="post" action="{escape(action_url(form_id))}" accept-charset="utf-8" '
        f'data-crm-form="{escape(form_id)}">',
        *(f"  {_line(field)}" for field in form.fields),
    ]
    if form.consent:
        box = f'<input type="checkbox" name="{escape(form.consent.field)}" value="yes">'
        lines.append(f"  <p><label>{box} {escape(form.consent.text)}</label></p>")
    hidden = "position:absolute;left:-9999px"
    lines += [
        "  <!-- People do not see the next field; programs fill it in. -->",
        f'  <p style="{hidden}" aria-hidden="true"><input name="{escape(form.honeypot)}" '
        'tabindex="-1" autocomplete="off"></p>',
    ]
    exact = [url for url in form.return_urls if not url.endswith("*")]
    if exact:
        lines.append(f'  <input type="hidden" name="{RETURN_URL}" value="{escape(exact[0])}">')
    page_key = public_text(form.page_key, now) if form.page_key else ""
    key = f' data-key="{escape(page_key)}"' if page_key else ""
    lines += [
        f'  <p><button type="submit">{escape(form.submit_label)}</button></p>',
        "</form>",
        f'<script src="{escape(script_url())}"{key} defer></script>',
    ]
    return "\n".join(lines) + "\n"


def _line(field: FormField) -> str:
    required = " required" if field.required else ""
    name = escape(field.name)
    match field.kind:
        case FieldKind.TEXTAREA:
            control = f'<textarea name="{name}" maxlength="{field.limit}"{required}></textarea>'
        case FieldKind.CHOICE:
            options = "".join(f"<option>{escape(choice)}</option>" for choice in field.choices)
            control = f'<select name="{name}"{required}><option></option>{options}</select>'
        case FieldKind.CHECKBOX:
            control = f'<input type="checkbox" name="{name}" value="yes"{required}>'
        case FieldKind.COUNTRY:
            control = (
                f'<input name="{name}" maxlength="2" pattern="[A-Za-z]{{2}}" '
                f'placeholder="NP"{required}>'
            )
        case _:
            kind = _TYPES.get(field.kind, "text")
            control = f'<input type="{kind}" name="{name}" maxlength="{field.limit}"{required}>'
    return f"<p><label>{escape(field.label)}<br>{control}</label></p>"
