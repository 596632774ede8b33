"""Comparison of a number with the changes that a request asked for."""

from collections.abc import Mapping
from typing import Any

from sinch_numbers.models._unset import UNSET


def shows_changes(shown: Mapping[str, set[Any]], changes: Mapping[str, Any]) -> bool:
    """
    Whether a number shows *changes*, the body of an update.

    *shown* has the values of each member, including those of links in progress.
    """
    wanted: dict[str, Any] = {}
    for name, value in changes.items():
        wanted |= value if isinstance(value, dict) else {name: value}
    return all(
        name in shown and (value in shown[name] if value else shown[name] == {None})
        for name, value in wanted.items()
        if value is not UNSET
    )
