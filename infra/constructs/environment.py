"""The environment of a function, from the same `Settings` the function reads it with."""

from collections.abc import Iterable, Mapping

from shared.platform.settings import NAMES, PREFIX


def environment(values: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """`CRM_…` variables for the settings `names`, taken from `values`.

    Raises `ValueError` for a name that is no field of `Settings` or has no value here, so that
    a misspelt setting fails the synthesis and not the customer's request.
    """
    wanted = list(names)
    if unknown := [name for name in wanted if name not in NAMES]:
        raise ValueError(f"no such setting: {', '.join(unknown)}")
    if missing := [name for name in wanted if name not in values]:
        raise ValueError(f"no value for the setting: {', '.join(missing)}")
    return {f"{PREFIX}{name.upper()}": values[name] for name in wanted}
