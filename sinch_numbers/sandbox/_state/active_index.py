"""
Index of a project's active numbers, in list order.

Lists of up to a million numbers are read page by page while other callers rent and release.
So the index is kept sorted: a page is found by bisection after the last number of the
previous page, which neither repeats nor skips a number when numbers are added or removed.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import heappop, heappush
from typing import TypeAlias

from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sandbox._state.matching import Filter
from sinch_numbers.sandbox._state.numbers import ActiveNumber
from sinch_numbers.sandbox._state.provisioning import settled

__all__ = ["Holdings", "Position"]

Position: TypeAlias = tuple[str, ...]
"""Page position: the number, or the display name and the number."""

_MEMORIES = 16  # cached filtered lists; one iteration needs one
_VERSIONS = 16  # past states kept per changing number


class Holdings(Mapping[str, ActiveNumber]):
    """Map phone numbers to active numbers, as of the clock's time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers: dict[str, ActiveNumber] = {}
        self._order: dict[tuple[str | None, str | None], list[str]] = {}
        self._remembered: dict[tuple[Filter, str], list[Position]] = {}
        self._ends: list[tuple[datetime, str]] = []
        self._past: dict[str, list[tuple[datetime, ActiveNumber | None]]] = {}

    def __getitem__(self, phone_number: str) -> ActiveNumber:
        now = self._let_go()
        number = settled(self._numbers[phone_number], now)
        self._numbers[phone_number] = number
        return number

    def __iter__(self) -> Iterator[str]:
        self._let_go()
        return iter(list(self._numbers))

    def __len__(self) -> int:
        self._let_go()
        return len(self._numbers)

    def fill(self, numbers: Iterable[ActiveNumber]) -> None:
        """Add many numbers at once, without past states."""
        for number in numbers:
            self._numbers[number.phone_number] = number
            self._past.pop(number.phone_number, None)
            self._note_end(number)
        self._order.clear()
        self._remembered.clear()

    def put(self, number: ActiveNumber) -> None:
        """Add or replace a number."""
        now = self._let_go()
        phone_number = number.phone_number
        old = self._numbers.get(phone_number)
        past = self._past.setdefault(
            phone_number, [(datetime.min.replace(tzinfo=now.tzinfo), old)]
        )
        past.append((now, number))
        del past[:-_VERSIONS]
        if old is not None and (old.region_code, old.type) != (number.region_code, number.type):
            self._forget(old)
            old = None
        self._numbers[phone_number] = number
        self._note_end(number)
        if old is None:
            for key, order in self._order.items():
                if _belongs(number, key):
                    insort(order, phone_number)
        # The fields used by filters and sort orders, besides region and type.
        if old is None or _looks(old) != _looks(number):
            self._remembered.clear()

    def at(self, phone_number: str, moment: datetime) -> ActiveNumber | None:
        """Return a number as it was at an earlier time, if that state is still kept."""
        past = self._past.get(phone_number)
        number = self._numbers.get(phone_number)
        if past:
            number = next((state for since, state in reversed(past) if since <= moment), None)
        if number is None or number.ended(moment):
            return None
        return settled(number, moment)

    def page(
        self, wanted: Filter, *, order_by: str, after: Position | None, size: int
    ) -> tuple[list[ActiveNumber], Position | None, int]:
        """Return a page's numbers, the next page's position and the total match count."""
        now = self._let_go()
        if order_by == "displayName" or wanted.beyond_prefix:
            positions = self._look_through(wanted, order_by)
            first, last = 0, len(positions)
            start = bisect_right(positions, after) if after else first
            end = min(start + size, last)
            chosen = [position[-1] for position in positions[start:end]]
        else:
            ordered = self._ordered((wanted.region_code, wanted.type))
            first, last = _span(ordered, wanted.prefix)
            start = bisect_right(ordered, after[-1], first, last) if after else first
            end = min(start + size, last)
            chosen = ordered[start:end]
        numbers = [settled(self._numbers[phone_number], now) for phone_number in chosen]
        resume = after or ()
        if numbers:
            tail = numbers[-1]
            by_name = order_by == "displayName"
            resume = (tail.display_name, tail.phone_number) if by_name else (tail.phone_number,)
        return numbers, resume if end < last else None, last - first

    def _ordered(self, key: tuple[str | None, str | None]) -> list[str]:
        order = self._order.get(key)
        if order is None:
            order = sorted(
                phone_number
                for phone_number, number in self._numbers.items()
                if _belongs(number, key)
            )
            self._order[key] = order
        return order

    def _look_through(self, wanted: Filter, order_by: str) -> list[Position]:
        """Return the positions of all matches; cached until a number is added or removed."""
        positions = self._remembered.get((wanted, order_by))
        if positions is None:
            named = order_by == "displayName"
            positions = [
                (self._numbers[phone_number].display_name, phone_number)
                if named
                else (phone_number,)
                for phone_number in self._ordered((wanted.region_code, wanted.type))
                if wanted.matches(phone_number, self._numbers[phone_number].capability)
            ]
            if named:
                positions.sort()
            while len(self._remembered) >= _MEMORIES:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[wanted, order_by] = positions
        return positions

    def _let_go(self) -> datetime:
        """Remove expired numbers and return the current time."""
        now = self._clock.now()
        while self._ends and self._ends[0][0] <= now:
            end, phone_number = heappop(self._ends)
            number = self._numbers.get(phone_number)
            if number is not None and number.expire_at == end:
                self._forget(number)
                if phone_number in self._past:
                    self._past[phone_number].append((end, None))
        return now

    def _note_end(self, number: ActiveNumber) -> None:
        if number.expire_at is not None and not number.keeps(number.expire_at):
            heappush(self._ends, (number.expire_at, number.phone_number))

    def _forget(self, number: ActiveNumber) -> None:
        del self._numbers[number.phone_number]
        for key, order in self._order.items():
            if _belongs(number, key):
                del order[bisect_left(order, number.phone_number)]
        self._remembered.clear()


def _belongs(number: ActiveNumber, key: tuple[str | None, str | None]) -> bool:
    region_code, number_type = key
    return region_code in (None, number.region_code) and number_type in (None, number.type)


def _looks(number: ActiveNumber) -> tuple[str, tuple[str, ...]]:
    return number.display_name, number.capability


def _span(ordered: Sequence[str], prefix: str) -> tuple[int, int]:
    if not prefix:
        return 0, len(ordered)
    # Sorts after every str that begins with the prefix.
    return bisect_left(ordered, prefix), bisect_left(ordered, prefix + "\U0010ffff")
