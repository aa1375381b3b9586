"""The sample company's campaign is what the product takes, and leaves once."""

import re
from typing import Any, Final

import pytest

from infra.local.seed import customers, marketing
from tests.calls import http
from tests.cloud import everything
from tests.pump import Pump
from tests.sending import mails
from tests.staffing import hire, person

pytestmark = pytest.mark.usefixtures("tables")

ADMIN: Final = ("ada", ["admin"])
FUNCTIONS: Final = {
    "contacts": "contact_admin",
    "accounts": "account_admin",
    "custom-fields": "custom_field_admin",
    "lists": "list_admin",
    "templates": "template_admin",
    "segments": "segment_admin",
    "campaigns": "campaign_admin",
    "sending-rules": "campaign_admin",
}


class InMemory:
    """The API without a stack, asked as the seed asks it; what follows happens before a reading."""

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        noun = path.removeprefix("/v1/").partition("/")[0]
        function = "consent_admin" if path.endswith("/consents") else FUNCTIONS[noun]
        route = re.sub(r"/([a-z]+)_[0-9A-Z]{26}", r"/{\1_id}", path)
        route = re.sub(r"custom-fields/\w+", "custom-fields/{noun}", route)
        if method == "GET" and noun == "campaigns":
            Pump().run()
        answer = http(function, method, path, body=body, staff=ADMIN, route=f"{route}")
        return answer.status, answer.json

    def read(self, path: str) -> Any:
        status, answer = self.call("GET", path)
        assert status == 200, (path, answer)
        return answer

    def write(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = self.call(method, path, body)
        assert status < 300, (path, answer)
        return answer


def test_the_sample_campaign_is_sent_once_and_tells_who_was_left_out() -> None:
    hire(person("asha"), person("bikash"), person("chandra"))
    api: Any = InMemory()
    contacts = customers.plant(api)

    leaving = marketing.plant(api, contacts)
    assert leaving
    marketing.settle(api, leaving)

    campaigns = api.read("/v1/campaigns")["items"]
    sent = next(one for one in campaigns if one["state"] != "planned")
    progress = api.read(f"/v1/campaigns/{sent['campaign_id']}")["progress"]
    assert (progress["sent"], progress["skipped"], progress["open"]) == (9, 3, 0)
    assert len(mails()) == 9
    rules = api.read("/v1/sending-rules")
    assert (rules["version"], rules["rules"]["quiet_from"]) == (2, "21:00")
    before = len(list(everything()))
    assert marketing.plant(api, contacts) is None
    assert len(list(everything())) == before and len(mails()) == 9
