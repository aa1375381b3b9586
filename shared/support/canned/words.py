"""What a macro does, in words. Pure."""

from collections.abc import Iterator, Mapping

from .model import ME, NOBODY, Macro


def steps(macro: Macro, people: Mapping[str, str], queues: Mapping[str, str]) -> Iterator[str]:
    """What a macro does beside writing; `people` and `queues` are what they are called."""
    named = {ME: "whoever does it", NOBODY: "nobody", **people}
    if macro.then:
        yield f"state {macro.then.value.replace('_', ' ')}"
    if macro.priority:
        yield f"priority {macro.priority.value}"
    if macro.assign_to:
        yield f"goes to {named.get(macro.assign_to, macro.assign_to)}"
    if macro.queue:
        yield f"into {queues.get(macro.queue, macro.queue)}"
    if macro.add_tags:
        yield f"tagged {', '.join(macro.add_tags)}"
    if macro.remove_tags:
        yield f"no longer tagged {', '.join(macro.remove_tags)}"
