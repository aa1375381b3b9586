"""What templates say to whom, and what they may not be."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.customers.contacts.model import Contact
from shared.customers.custom_fields.model import CustomField, CustomFields
from shared.kernel.errors import Rejected
from shared.marketing.templates.checking import check_template, doubts
from shared.marketing.templates.language import NotAllowed, paths_in
from shared.marketing.templates.model import Rendered, Template
from shared.marketing.templates.plain_text import text_of
from shared.marketing.templates.rendering import NotRendered, render
from tests.unit.marketing.test_segment_rules import ANN

OUT = '<a href="{{ unsubscribe_url }}">No more mails</a>'
OURS = {
    "company_name": "Jaladhara",
    "unsubscribe_url": "https://x.test/u/1",
    "preferences_url": "https://x.test/p/1",
}
CUSTOM = CustomFields(
    fields=(
        CustomField(name="size", label="Size", type="number"),
        CustomField(name="likes", label="Likes", type="multi_choice", options=("Tea", "Coffee")),
    )
)


def mail(html: str = "<p>Hi</p>", subject: str = "News", **more: Any) -> Template:
    return Template(name="News", subject=subject, html=html + OUT, **more)


def sent(template: Template, **known: Any) -> Rendered:
    check_template(template, CUSTOM)
    return render(template, Contact.model_validate(ANN | known), OURS)


def wrong(template: Template) -> dict[str, str]:
    with pytest.raises(Rejected) as refused:
        check_template(template, CUSTOM)
    return {one.field: one.code for one in refused.value.fields}


def test_a_name_is_escaped_in_html_and_as_it_is_in_text() -> None:
    template = mail('<p>Hi {{ first_name or "there" }}</p>')

    ann, nobody = sent(template, first_name="<b>"), sent(template)

    assert "Hi &lt;b&gt;" in ann.html
    assert ann.text.startswith("Hi <b>\n")
    assert "Hi there" in nobody.html and nobody.text.startswith("Hi there\n")


def test_a_subject_is_one_line_whatever_somebody_is_called() -> None:
    template = mail(subject="Dear {{ first_name }}")

    assert sent(template, first_name="Ann\r\nBcc: all@x.test").subject == "Dear Ann Bcc: all@x.test"
    assert wrong(mail(subject="News\r\nBcc: all@x.test")) == {"subject": "line_break"}


def test_what_is_missing_stops_that_message_only_unless_there_is_a_default() -> None:
    template = mail("<p>{{ job_title }} of {{ custom.size }}</p>")

    with pytest.raises(NotRendered) as refused:
        sent(template, job_title="Chief")
    assert (refused.value.code, refused.value.field) == ("value_missing", "size")
    filled = template.model_copy(update={"defaults": {"custom.size": "some", "job_title": "Boss"}})
    assert "Boss of some" in sent(filled).html


def test_blocks_depend_on_what_is_known() -> None:
    template = mail(
        "{% if country == 'NP' %}Namaste{% elif country %}Hello{% else %}Hi{% endif %}"
        "{% if custom.likes %}<ul>{% for one in custom.likes %}<li>{{ one }}</li>{% endfor %}</ul>"
        "{% endif %}"
    )

    assert "Namaste" in sent(template, country="NP").html
    assert "Hi" in sent(template).html
    assert "- Tea\n- Coffee" in sent(template, custom={"likes": ["Tea", "Coffee"]}).text


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{{ first_name", "syntax"),
        ("{{ password }}", "unknown_variable"),
        ("{{ custom }}", "not_allowed"),
        ("{{ custom.a.b }}", "not_allowed"),
        ("{{ first_name.__class__ }}", "not_allowed"),
        ("{{ first_name['__class__'] }}", "not_allowed"),
        ("{{ custom.items() }}", "not_allowed"),
        ("{{ range(10) }}", "not_allowed"),
        ("{% for a in custom.x %}{% for b in custom.x %}{% endfor %}{% endfor %}", "not_allowed"),
        ("{% for a in 'x' * 9999999999 %}{% endfor %}", "not_allowed"),
        ("{{ 'x' * 9999999999 }}", "not_allowed"),
        ("{{ 9 ** 9 ** 9 }}", "not_allowed"),
        ("{% set x = 1 %}", "not_allowed"),
        ("{% macro m() %}{{ m() }}{% endmacro %}", "not_allowed"),
        ("{% include 'x' %}", "not_allowed"),
        ("{% import 'os' as os %}", "not_allowed"),
        ("{{ first_name|replace('a', 'aaaa') }}", "not_allowed"),
        ("{{ first_name|attr('x') }}", "not_allowed"),
        ("{{ first_name|safe }}", "not_allowed"),
        ("{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}", "too_deep"),
        ("{{ first_name }}" * 2_001, "too_complex"),
    ],
)
def test_a_template_calls_nothing_repeats_nothing_and_knows_no_more_than_its_fields(
    source: str, code: str
) -> None:
    with pytest.raises(NotAllowed) as refused:
        paths_in(source)

    assert refused.value.code == code


@given(st.text(alphabet="{}%|() first_name custom.size or if endif for in '\"", max_size=80))
def test_whatever_is_typed_is_refused_or_ends_soon(source: str) -> None:
    try:
        template = mail(source)
        began = time.process_time()
        sent(template, first_name="Ann")
        assert time.process_time() - began < 0.5
    except (Rejected, NotRendered, ValueError):
        pass


def test_a_custom_field_called_as_a_method_is_a_field() -> None:
    fields = CustomFields(fields=(CustomField(name="items", label="Items", type="text"),))
    template = mail("<p>{{ custom.items }}</p>")
    check_template(template, fields)

    known = Contact.model_validate(ANN | {"custom": {"items": "Five"}})
    assert "Five" in render(template, known, OURS).html


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<script>x()</script>", "element_refused"),
        ('<img src="https://x.test/a.png" onerror="x()" alt="a">', "script_refused"),
        ('<a href="javascript:x()">x</a>', "link_refused"),
        ('<a href="{{ first_name }}">x</a>', "link_unchecked"),
        ("<form></form>", "element_refused"),
    ],
)
def test_a_mail_has_nothing_that_runs_or_leads_where_nobody_looked(html: str, code: str) -> None:
    assert wrong(mail(html))["html"] == code


def test_a_mail_says_how_to_hear_no_more() -> None:
    assert wrong(Template(name="x", subject="x", html="<p>Hi</p>")) == {"html": "no_way_out"}
    assert wrong(mail(text="Hi"))["text"] == "no_way_out"


def test_what_is_doubtful_is_told() -> None:
    html = '<img src="http://x.test/a.png"><a href="">x</a>' + "x" * 105_000

    assert {one.code for one in doubts(mail(html))} == {
        "image_without_words",
        "link_not_secure",
        "link_empty",
        "clipped",
    }


def test_unknown_custom_fields_and_defaults_are_refused() -> None:
    template = mail("{{ custom.shoe }}", defaults={"unsubscribe_url": "x", "custom.shoe": "x"})

    assert wrong(template) == {
        "html": "unknown_variable",
        "defaults.unsubscribe_url": "not_fillable",
        "defaults.custom.shoe": "unknown_variable",
    }


def test_the_text_part_says_what_the_html_does() -> None:
    html = """<html><head><title>T</title><style>p { color: red }</style></head><body>
      <h1>Spring &amp; summer</h1>
      <p>Dear {{ first_name or "<friend>" }},<br>see <a href="https://x.test/">our offer</a>.</p>
      <ul><li>One</li><li>Two</li></ul>{% if country < 'M' %}<p>Near</p>{% endif %}
      <img src="x" alt="A kettle"></body></html>"""

    assert text_of(html) == (
        'Spring & summer\n\nDear {{ first_name or "<friend>" }},\nsee our offer (https://x.test/).'
        "\n\n- One\n- Two\n\n{% if country < 'M' %}\n\nNear\n\n{% endif %} A kettle\n"
    )


def test_a_text_message_has_a_length() -> None:
    text = Template(name="x", kind="sms", text="Hi {{ first_name }}")

    assert render(text, Contact.model_validate(ANN | {"first_name": "Ann"}), OURS).text == "Hi Ann"
    with pytest.raises(NotRendered):
        render(text, Contact.model_validate(ANN | {"first_name": "A" * 1_600}), OURS)


OFFERS: Any = (
    {"field": "tag", "value": "VIP", "text": "30 % off"},
    {"field": "custom.size", "value": "L", "text": "A larger kettle"},
    {"field": "country", "value": "np", "text": "Free delivery <today>"},
)


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"tags": ["vip", "old"], "custom": {"size": "L"}}, "30 % off"),
        ({"tags": [], "custom": {"size": "l"}}, "A larger kettle"),
        ({"tags": [], "custom": {"size": ["S", "L"]}}, "A larger kettle"),
        ({"tags": [], "custom": {}, "country": "NP"}, "Free delivery &lt;today&gt;"),
        ({"tags": [], "custom": {}, "country": "IN"}, "Our news"),
        ({"tags": [], "custom": {}, "country": None}, "Our news"),
    ],
)
def test_everybody_gets_the_first_offer_that_is_meant_for_them(facts: Any, text: str) -> None:
    template = mail("<p>{{ offer }}</p>", offers=OFFERS, defaults={"offer": "Our news"})

    assert sent(template, **facts).html.startswith(f"<p>{text}</p>")


def test_without_an_offer_and_what_stands_for_it_a_person_gets_no_message() -> None:
    template = mail("<p>{{ offer }}</p>", offers=OFFERS[:1])

    with pytest.raises(NotRendered, match="offer"):
        sent(template, tags=[])
    blank = mail("{% if offer %}<p>{{ offer }}</p>{% endif %}<p>Hi</p>", offers=OFFERS[:1])
    assert sent(blank, tags=[]).html.startswith("<p>Hi</p>")


def test_offers_of_no_field_or_of_nobody_are_refused() -> None:
    out = "<p>{{ offer }} {{ unsubscribe_url }}</p>"
    of_nothing = ({"field": "custom.none", "value": "x", "text": "y"},)

    assert wrong(mail(out))["offers"] == "offers_missing"
    assert wrong(mail(out, offers=of_nothing))["offers.0.field"] == "unknown_variable"
    assert "offer" in check_template(mail(out, offers=OFFERS[:1], defaults={"offer": "x"}), CUSTOM)
