"""Keys of accounts and of who belongs to them (table `customers`); see `repository`."""

from shared.platform.requests import Condition


def account_key(account_id: str) -> dict[str, str]:
    """The key of an account's own item."""
    return {"pk": f"ACCOUNT#{account_id}", "sk": "ACCOUNT"}


def member_key(account_id: str, contact_id: str) -> dict[str, str]:
    """The key of the item that says a contact belongs to an account."""
    return {"pk": f"ACCOUNT#{account_id}", "sk": f"CONTACT#{contact_id}"}


def members_prefix(account_id: str) -> tuple[str, None, str]:
    """Partition, index (none) and prefix under which an account's contacts are listed."""
    return f"ACCOUNT#{account_id}", None, "CONTACT#"


def child_key(parent_id: str, account_id: str) -> dict[str, str]:
    """The key of the item that says an account is part of another."""
    return {"pk": f"ACCOUNT#{parent_id}", "sk": f"CHILD#{account_id}"}


def children_prefix(account_id: str) -> tuple[str, None, str]:
    """Partition, index (none) and prefix under which an account's parts are listed."""
    return f"ACCOUNT#{account_id}", None, "CHILD#"


def account_in_use() -> Condition:
    """There is such an account, and it is not put away."""
    return Condition(
        "account_in_use",
        "attribute_exists(#pk) AND attribute_not_exists(#deleted_at)",
        "nothing new belongs to an account that is not there",
    )
