"""Statements of a handler, which run in the transaction that marks its event as handled."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from sinch_numbers.errors import InvalidArgumentError, StoreError
from sinch_numbers.models import Event
from sinch_numbers.store._database import ForeignStatement, is_single

_ALLOWED: Final = ("INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "WITH", "SELECT")
_FIRST_WORD: Final = re.compile(r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*([A-Za-z]+)", re.DOTALL)
_EXPECTED: Final = f"one SQL statement that starts with {', '.join(_ALLOWED[:-1])}, or SELECT"


@attrs.frozen
class ExpectingStatement(ForeignStatement):
    """A statement, and the number of rows that it must change."""

    changes: int | None = None


class StatementTransaction:
    """The `EventTransaction` of one call of a handler: collects statements until it ends."""

    def __init__(self) -> None:
        self._statements: list[ExpectingStatement] = []
        self._has_ended = False

    def add(
        self,
        statement: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        changes: int | None = None,
    ) -> None:
        """Add a statement; see `EventTransaction.add`."""
        first = _FIRST_WORD.match(statement) if isinstance(statement, str) else None
        if first is None or first[1].upper() not in _ALLOWED:
            # Only the first word is quoted: values may be phone numbers.
            got = first[1] if first else type(statement).__name__
            raise InvalidArgumentError("statement", _EXPECTED, got)
        if not is_single(statement):
            raise InvalidArgumentError("statement", f"{_EXPECTED}, not several")
        given = {} if parameters is None else parameters
        if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
            raise InvalidArgumentError(
                "parameters", "a mapping from names to values", type(given).__name__
            )
        if changes is not None and (
            isinstance(changes, bool) or not isinstance(changes, int) or changes < 0
        ):
            raise InvalidArgumentError("changes", "a number of rows, 0 or more", changes)
        if self._has_ended:
            raise StoreError("event.transaction has ended: the handler has returned or timed out")
        self._statements.append(ExpectingStatement(statement, dict(given), changes))

    def end(self) -> Sequence[ExpectingStatement]:
        """Reject further statements, and return the added ones."""
        self._has_ended = True
        return tuple(self._statements)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {len(self._statements)} statements>"


def attach(event: Event, transaction: StatementTransaction) -> None:
    """Make *transaction* the one of *event*, which is frozen."""
    object.__setattr__(event, "_transaction", transaction)
