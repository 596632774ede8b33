"""Checks that an audit did not make, and how to make them."""

from collections.abc import Iterable

import attrs

from sinch_numbers.audit._findings import Rule
from sinch_numbers.models._serializable import Serializable

__all__ = ["NotChecked"]


@attrs.frozen(kw_only=True)
class NotChecked(Serializable):
    """A check that the audit did not make."""

    check: str
    """
    A short, stable name: ``emergency-addresses``, ``drift``, ``imported-numbers``,
    ``toll-free-verification``, or the id of a disabled rule.
    """
    reason: str
    """Why it was not checked, in one line."""
    option: str | None = None
    """The option of the command line that checks it; ``None`` if nothing does."""
    numbers: int | None = None
    """Numbers that were not checked, if known."""
    reads: int | None = None
    """Requests that the check would take, if known."""

    def __str__(self) -> str:
        return f"{self.check}: {self.reason}"


def emergency_addresses(reads: int) -> NotChecked:
    """Return the entry for emergency addresses, which take *reads* requests."""
    requests = f"{reads:,} read{'' if reads == 1 else 's'}"
    return NotChecked(
        check="emergency-addresses",
        reason=f"needs --emergency ({requests})",
        option="--emergency",
        numbers=reads,
        reads=reads,
    )


def drift() -> NotChecked:
    """Return the entry for differences from the expected numbers."""
    return NotChecked(
        check="drift", reason="needs --expect FILE, the expected numbers", option="--expect"
    )


def imported() -> NotChecked:
    """Return the entry for imported numbers, hosting orders and qualified numbers."""
    return NotChecked(
        check="imported-numbers",
        reason="needs --imported, which reads the second API host",
        option="--imported",
    )


def hosting_orders() -> NotChecked:
    """Return the entry for hosting orders that the API cannot list."""
    return NotChecked(
        check="hosting-orders",
        reason="listed only for service plans and campaigns in use",
    )


def disabled(rule: Rule) -> NotChecked:
    """Return the entry for a disabled *rule*."""
    return NotChecked(check=rule.id, reason="disabled")


def toll_free(numbers: int) -> NotChecked:
    """Return the entry for the verification of *numbers* toll-free numbers."""
    plural = "" if numbers == 1 else "s"
    return NotChecked(
        check="toll-free-verification",
        reason=f"not visible in this API ({numbers:,} number{plural})",
        numbers=numbers,
    )


def added(entries: Iterable[NotChecked]) -> tuple[NotChecked, ...]:
    """Return the entries of several projects, with one entry for each check."""
    by_check: dict[str, list[NotChecked]] = {}
    for entry in entries:
        by_check.setdefault(entry.check, []).append(entry)
    return tuple(_added(same) for same in by_check.values())


def _added(same: list[NotChecked]) -> NotChecked:
    first = same[0]
    count = sum(entry.numbers or 0 for entry in same)
    match first.check:
        case "emergency-addresses":
            return emergency_addresses(count)
        case "toll-free-verification":
            return toll_free(count)
        case _:
            return first
