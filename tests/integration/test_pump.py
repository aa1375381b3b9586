"""The pump itself: what an item carries reaches the bus, once, whatever is saved later."""

import pytest

from shared.platform.requests import Put, Update
from shared.sales.leads.repository import lead_key, sales
from tests.builders import a_lead, captured, lead_id, lead_item
from tests.pump import Pump, carried

pytestmark = pytest.mark.conformance


def test_an_event_carried_by_an_item_is_published_once(tables: None) -> None:
    sales.write(Put(lead_item(1), events=[captured(1)]))

    pump = Pump(only=()).run()
    sales.write(Update(lead_key(lead_id(1)), set={"version": 2}))
    pump.run()

    assert [fact.type for fact in pump.published] == ["LeadCaptured"]
    assert pump.published[0].detail["lead_id"] == lead_id(1)
    assert [fact.type for fact in carried()] == ["LeadCaptured"]


def test_an_item_saved_without_events_publishes_nothing(tables: None) -> None:
    a_lead(1)

    assert Pump().run().published == []
