"""Where turns and loads are kept (table `sales`).

| entity | pk | sk |
|---|---|---|
| rotation: credits of a rule's turns | `ROTATION#<rule_id>` | `ROTATION` |
| load: leads assigned to a person or worked on by them | `STAFF#<staff_id>` | `LOAD` |

Both are read by key by lead_assign and hand_off_timeout, loads by console_people too. A load is
counted in the transaction that changes the lead, by whoever changes it, so it is exact.
"""

from shared.platform.requests import Condition, Item, Update

from .rotation import Credits


def rotation_key(rule_id: str) -> dict[str, str]:
    """The key of a rule's rotation."""
    return {"pk": f"ROTATION#{rule_id}", "sk": "ROTATION"}


def load_key(staff_id: str) -> dict[str, str]:
    """The key of a person's load."""
    return {"pk": f"STAFF#{staff_id}", "sk": "LOAD"}


def turn_op(rule_id: str, credits: Credits, version: int) -> Update:
    """Store the credits after some turns, if nobody took a turn since `version` was read."""
    unchanged = Condition(
        "rotation_unchanged",
        "#version = :rotation_version" if version else "attribute_not_exists(#version)",
        "turns taken at the same time would give the same person two of them",
        {"rotation_version": version} if version else {},
    )
    return Update(
        rotation_key(rule_id),
        set={"rule_id": rule_id, "credits": credits, "version": version + 1},
        condition=unchanged,
    )


def load_op(staff_id: str, change: int, capacity: int | None = None) -> Update:
    """Count `change` open leads. With `capacity` the sum may not exceed it."""
    room = Condition(
        "capacity_left",
        # Without an item there is no load yet, and the chooser saw that there is room.
        "attribute_not_exists(#open) OR #open <= :most_before",
        "leads given at the same time by several ways must not overload a person",
        {"most_before": (capacity or 0) - change},
    )
    return Update(
        load_key(staff_id), add={"open": change}, condition=None if capacity is None else room
    )


def load_of(item: Item) -> int:
    """The number of open leads a stored load stands for."""
    return int(item.get("open", 0))
