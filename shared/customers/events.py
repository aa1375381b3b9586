"""What happens around a person, as other areas may know it."""

from typing import ClassVar, Literal

from shared.kernel.events import DomainEvent


class CustomersEvent(DomainEvent):
    """Base of this area's events."""

    area: ClassVar[str] = "customers"


class BehaviourRecorded(CustomersEvent):
    """Somebody did something. What exactly is read from the record: addresses of pages may hold
    personal data, which an event must not carry.

    `subject_id` is a visitor (anonymous) or a lead; `behaviour_id` the caller's event id.
    """

    subject_id: str
    behaviour_id: str
    name: str


class VisitorIdentified(CustomersEvent):
    """A visitor turned out to be this lead. What they did, recorded after `events_after` (or
    ever), counts for the lead.

    A browser that identifies itself as another lead later keeps its past with the first one:
    `events_after` is then the instant of this link.
    """

    visitor_id: str
    lead_id: str
    events_after: str | None = None


class ContactCreated(CustomersEvent):
    """There is a record of this person now. `origin` is how it came about, `by` who made it."""

    contact_id: str
    version: int
    origin: str
    by: str


class ContactChanged(CustomersEvent):
    """Something of a contact was changed. `fields` names what, never the values."""

    contact_id: str
    version: int
    fields: list[str]
    by: str


class ContactDeleted(CustomersEvent):
    """A contact was put away. It is in no list and no search, and can be restored."""

    contact_id: str
    version: int
    by: str


class ContactRestored(CustomersEvent):
    """A contact that was put away is back."""

    contact_id: str
    version: int
    by: str


class ContactsMerged(CustomersEvent):
    """Two records were of one person: `merged_id` leads to `contact_id` from now on."""

    contact_id: str
    merged_id: str
    merge_id: str
    by: str


class MergeUndone(CustomersEvent):
    """The two records of a merge are apart again."""

    contact_id: str
    merged_id: str
    merge_id: str
    by: str


class ContactErased(CustomersEvent):
    """Everything that was kept of a person is gone, but for what the request's certificate
    lists."""

    contact_id: str
    request_id: str


class AccountCreated(CustomersEvent):
    """There is a record of this company or household now."""

    account_id: str
    version: int
    by: str


class AccountChanged(CustomersEvent):
    """Something of an account was changed. `fields` names what, never the values."""

    account_id: str
    version: int
    fields: list[str]
    by: str


class AccountDeleted(CustomersEvent):
    """An account was put away. It is in no list and no search, and can be restored."""

    account_id: str
    version: int
    by: str


class AccountRestored(CustomersEvent):
    """An account that was put away is back."""

    account_id: str
    version: int
    by: str


class InteractionRecorded(CustomersEvent):
    """Somebody had to do with us, or we with them: a call, a visit, a letter, a message.

    `reply`: the person answered. It happened at `occurred_at`, and may be heard of much later.
    """

    contact_id: str
    interaction_id: str
    channel: str
    touch_point: str
    direction: Literal["inbound", "outbound"]
    kind: str
    reply: bool = False


class ProductPurchased(CustomersEvent):
    """A person bought something, or brought it back (`returned`). The amount is in the currency's
    minor unit, and not below zero."""

    contact_id: str
    purchase_id: str
    product_ids: list[str]
    amount_minor: int
    currency: str
    channel: str
    returned: bool = False


class PromiseSettled(CustomersEvent):
    """What somebody here promised a person was kept, is not needed any more, or is open again."""

    contact_id: str
    promise_id: str
    state: Literal["open", "kept", "withdrawn"]
    version: int
    by: str


class ConsentGiven(CustomersEvent):
    """A person allows us to use a channel for a purpose."""

    contact_id: str
    purpose: str
    channel: str
    origin: str


class ConsentWithdrawn(CustomersEvent):
    """A person no longer allows it, from now on."""

    contact_id: str
    purpose: str
    channel: str
    origin: str


class ImportRunStarted(CustomersEvent):
    """An import is to be tried out, done or undone: its file is cut into chunks next."""

    import_id: str
    run: int
    mode: Literal["dry_run", "import", "undo"]


class ImportFinished(CustomersEvent):
    """Every row of an import has its result. `existing`: it was there already; `skipped`: the
    import was cancelled before its turn."""

    import_id: str
    created: int
    existing: int
    failed: int
    skipped: int


class ExportRequested(CustomersEvent):
    """Somebody wants contacts as a file: it is written next."""

    export_id: str


class PrivacyRequested(CustomersEvent):
    """A person wants to have what is kept of them, or nothing to be kept any more."""

    request_id: str
    kind: Literal["export", "erasure"]


class PrivacyRequestCompleted(CustomersEvent):
    """What a person asked for is done."""

    request_id: str
    kind: Literal["export", "erasure"]


class EmailReplaced(CustomersEvent):
    """A customer signs in by another e-mail address from now on. Both are with the change, which
    can be undone by whoever reads mail at the former one."""

    contact_id: str
    change_id: str
