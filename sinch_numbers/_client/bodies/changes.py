"""Comparison of a number with requested changes."""

from collections.abc import Mapping
from typing import Any

from sinch_numbers.models._unset import UNSET


def shows_changes(shown: Mapping[str, set[Any]], changes: Mapping[str, Any]) -> bool:
    """
    Return whether a number reflects *changes*, the body of an update.

    *shown* maps each field to its values, including those of scheduled provisioning.
    """
    wanted: dict[str, Any] = {}
    for name, value in changes.items():
        wanted |= value if isinstance(value, dict) else {name: value}
    return all(
        name in shown and (value in shown[name] if value else shown[name] == {None})
        for name, value in wanted.items()
        if value is not UNSET
    )
