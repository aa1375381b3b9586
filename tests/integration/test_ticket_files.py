"""Files that come with messages: announced, sent, looked at, kept, fetched."""

import pytest

from shared.support.attachments.types import is_really
from tests import dealings
from tests.calls import http
from tests.cloud import SETTINGS, client
from tests.privacy import erased
from tests.support import a_ticket, desk, own, posted, shown

pytestmark = pytest.mark.usefixtures("tables")

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def announced(name="cup.png", media_type="image/png"):
    body = {"name": name, "media_type": media_type}
    return http("ticket_create", "POST", "/v1/tickets/uploads", body=body)


def sent(content=PNG, **how):
    answer = announced(**how)
    assert answer.status == 201, answer.text
    key = answer.json["fields"]["key"]
    client("s3").put_object(Bucket=SETTINGS["files_bucket"], Key=key, Body=content)
    return answer.json["token"]


def stored():
    found = client("s3").list_objects_v2(Bucket=SETTINGS["files_bucket"], Prefix="attachments/")
    return [one["Key"] for one in found.get("Contents", ())]


def test_a_file_sent_with_the_form_is_kept_with_the_ticket_and_fetched_by_staff():
    token = sent()

    ticket_id = posted(**{"attachments.0": token}).json["ticket_id"]

    (file,) = shown(ticket_id)["messages"][0]["attachments"]
    assert (file["name"], file["media_type"], file["size"]) == ("cup.png", "image/png", len(PNG))
    assert stored() == [f"attachments/{ticket_id}/{file['file_id']}"]
    answer = desk("GET", f"/{ticket_id}/attachments/{file['file_id']}")
    assert "attachment" in answer.json["url"] and file["file_id"] in answer.json["url"]
    assert desk("GET", f"/{ticket_id}/attachments/file_x").code == "attachment_not_found"


def test_only_types_that_do_nothing_are_announced_and_only_so_large():
    assert announced(media_type="text/html").fields == {"media_type": "attachment_type_refused"}
    form = announced().json
    assert (form["max_bytes"], form["fields"]["Content-Type"]) == (10 * 1024 * 1024, "image/png")


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("image/png", b"MZ\x90\0 program"),
        ("application/pdf", PNG),
        ("text/plain", b"<script>alert(1)</script>"),
        ("text/csv", b"a\0b"),
    ],
)
def test_a_file_that_is_something_else_is_not_taken(media_type, content):
    token = sent(content, media_type=media_type)

    answer = posted(**{"attachments.0": token})

    assert answer.fields == {"attachments.0": "attachment_type_mismatch"}
    assert stored() == []


def test_what_never_arrived_is_not_taken():
    token = announced().json["token"]

    assert posted(**{"attachments.0": token}).fields == {"attachments.0": "attachment_missing"}


def test_text_cut_within_a_character_is_text():
    assert is_really("text/plain", ("x" * 1_023 + "é").encode()[:1_024])
    assert not is_really("text/plain", b"\xff\xfe\xfd\xfc\xfb")
    assert is_really("image/webp", b"RIFF\0\0\0\0WEBP") and not is_really(
        "image/webp", b"RIFF\0\0\0\0AVI "
    )


def test_a_customer_fetches_what_they_were_sent_and_nothing_of_notes():
    ann = dealings.a_contact()
    body = {"subject": "Broken", "body": "It broke.", "attachments": [sent()]}
    ticket_id = own("POST", ann.contact_id, body=body).json["ticket_id"]
    desk("POST", f"/{ticket_id}/replies", body={"body": "See.", "attachments": [sent()]})
    desk("POST", f"/{ticket_id}/notes", body={"body": "Hm.", "attachments": [sent()]})
    own(
        "POST",
        ann.contact_id,
        f"/{ticket_id}/replies",
        body={"body": "So.", "attachments": [sent()]},
    )

    files = [one["attachments"][0]["file_id"] for one in shown(ticket_id)["messages"]]

    seen = [own("GET", ann.contact_id, f"/{ticket_id}/attachments/{one}").status for one in files]
    assert seen == [200, 200, 404, 200]
    bob = dealings.a_contact(emails=[{"address": "bob@example.com"}])
    assert own("GET", bob.contact_id, f"/{ticket_id}/attachments/{files[0]}").status == 404


def test_files_go_with_the_person():
    ann = dealings.a_contact()
    a_ticket(email=None, contact_id=ann.contact_id, attachments=[sent()])
    assert len(stored()) == 1

    erased(contact_id=ann.contact_id)

    assert stored() == []
