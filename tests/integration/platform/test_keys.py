"""One secret, a key per purpose; ids that an `Idempotency-Key` makes."""

import pytest

from shared.kernel.errors import Rejected
from shared.kernel.ids import is_id
from shared.platform.idempotency import (
    MAX_KEY_LENGTH,
    record_id,
    request_hash,
    same_request,
)
from shared.platform.keys import key, keyed_hash
from tests.conftest import NOW

pytestmark = pytest.mark.usefixtures("tables")


def test_each_purpose_has_its_own_lasting_key() -> None:
    assert key("intake") == key("intake")
    assert len({key("intake"), key("cursor"), key("idempotency")}) == 3
    assert len(key("intake")) == 32


def test_a_keyed_hash_depends_on_purpose_and_text_and_hides_the_text() -> None:
    hashed = keyed_hash("rate", "203.0.113.7")

    assert len(hashed) == 32
    assert hashed == keyed_hash("rate", "203.0.113.7")
    assert hashed != keyed_hash("other", "203.0.113.7") != keyed_hash("rate", "203.0.113.8")


def test_the_same_caller_and_key_make_the_same_id() -> None:
    made = record_id("lead", "ann", "key-1", NOW)

    assert is_id("lead", made)
    assert made == record_id("lead", "ann", "key-1", NOW)
    assert made != record_id("lead", "bob", "key-1", NOW)
    assert made != record_id("lead", "ann", "key-2", NOW)
    assert made.removeprefix("lead_") != record_id("team", "ann", "key-1", NOW)[5:]


def test_without_a_key_every_id_is_new() -> None:
    assert record_id("lead", "ann", None, NOW) != record_id("lead", "ann", None, NOW)
    assert record_id("lead", "ann", "", NOW) != record_id("lead", "ann", "", NOW)


def test_an_endless_key_is_refused() -> None:
    record_id("lead", "ann", "x" * MAX_KEY_LENGTH, NOW)

    with pytest.raises(Rejected):
        record_id("lead", "ann", "x" * (MAX_KEY_LENGTH + 1), NOW)


def test_the_same_key_with_another_body_is_refused() -> None:
    stored = {"request_hash": request_hash(b'{"a":1}')}

    same_request(stored, b'{"a":1}')
    for existing, body in ((stored, b'{"a":2}'), ({}, b'{"a":1}')):
        with pytest.raises(Rejected) as refused:
            same_request(existing, body)
        assert refused.value.code == "idempotency_key_reused"
