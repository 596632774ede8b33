"""Available numbers."""

from collections.abc import Iterable, Iterator, Mapping
from random import Random

from sinch_numbers.sandbox._state.matching import Filter
from sinch_numbers.sandbox._state.numbers import AvailableNumber

__all__ = ["Stock"]


class Stock(Mapping[str, AvailableNumber]):
    """Map phone numbers to available numbers; search results are unordered."""

    def __init__(self, seed: int) -> None:
        self.random: Random = Random(seed)
        self._numbers: dict[str, AvailableNumber] = {}
        # Searches name region and type, so index by both.
        self._kinds: dict[tuple[str | None, str | None], dict[str, AvailableNumber]] = {}

    def __getitem__(self, phone_number: str) -> AvailableNumber:
        return self._numbers[phone_number]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._numbers))  # tests add numbers from their threads

    def __len__(self) -> int:
        return len(self._numbers)

    def fill(self, numbers: Iterable[AvailableNumber]) -> None:
        """Add available numbers."""
        for number in numbers:
            if number.phone_number in self._numbers:  # of another kind, perhaps
                self.take(number.phone_number)
            self._numbers[number.phone_number] = number
            kind = self._kinds.setdefault((number.region_code, number.type), {})
            kind[number.phone_number] = number

    def take(self, phone_number: str) -> AvailableNumber:
        """Remove and return an available number."""
        number = self._numbers.pop(phone_number)
        del self._kinds[number.region_code, number.type][phone_number]
        return number

    def search(self, wanted: Filter, size: int) -> list[AvailableNumber]:
        """Return at most *size* matching numbers, in an order that changes each time."""
        kind = self._kinds.get((wanted.region_code, wanted.type), {})
        found = [number for number in kind.values() if _fits(number, wanted)]
        return self.random.sample(found, min(size, len(found)))


def _fits(number: AvailableNumber, wanted: Filter) -> bool:
    return wanted.matches(number.phone_number, number.capability)
