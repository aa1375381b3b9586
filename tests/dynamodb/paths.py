"""Where an attribute is within an item, and putting another value there."""

from tests.dynamodb.values import Item, Value, invalid

Step = str | int
Path = tuple[Step, ...]


def child(value: Value, step: Step) -> Value | None:
    """What is one step within a value; `None` where nothing is."""
    ((kind, raw),) = value.items()
    if kind == "M" and isinstance(step, str):
        found: Value | None = raw.get(step)
        return found
    if kind == "L" and isinstance(step, int) and step < len(raw):
        there: Value = raw[step]
        return there
    return None


def put(item: Item, path: Path, value: Value | None) -> Item:
    """The item with `value` at `path`, or nothing; what is not on the path is shared."""
    first, *rest = path
    name = str(first)
    if rest:
        parent = item.get(name)
        if parent is None:
            raise no_such_path()
        value = put_below(parent, rest, value)
    changed = dict(item)
    if value is None:
        changed.pop(name, None)
    else:
        changed[name] = value
    return changed


def put_below(parent: Value, path: list[Step], value: Value | None) -> Value:
    """The same within a value of the item."""
    first, *rest = path
    ((kind, raw),) = parent.items()
    if kind == "M" and isinstance(first, str):
        return {"M": put(raw, (first, *rest), value)}
    if kind == "L" and isinstance(first, int):
        members = list(raw)
        if rest:
            if first >= len(members):
                raise no_such_path()
            members[first] = put_below(members[first], rest, value)
        elif value is None:
            del members[first : first + 1]
        else:
            members[first : first + 1] = [value]
        return {"L": members}
    raise no_such_path()


def no_such_path() -> Exception:
    """What is raised where a path leads nowhere."""
    return invalid("The document path provided in the update expression is invalid for update")
