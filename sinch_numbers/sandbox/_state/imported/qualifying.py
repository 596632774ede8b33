"""Numbers qualified for text-enabling, and the qualification process."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from random import Random
from typing import Any

import attrs

from sinch_numbers.sandbox._protocol.errors import not_found, violation
from sinch_numbers.sandbox._state.imported.fixtures import planted_qualified
from sinch_numbers.sandbox._state.imported.models import QualifiedNumber
from sinch_numbers.sandbox._state.imported.recorder import Journal
from sinch_numbers.sandbox._state.imported.regions import region_of
from sinch_numbers.sandbox._state.imported.scheduler import Agenda

__all__ = ["QualifiedNumbers"]

_TRIES = 3
_PROVABLE = ("ELIGIBLE", "VERIFICATION_PENDING")


class QualifiedNumbers:
    """
    Qualified numbers; *ineligible* ones and those of other regions fail.

    Ownership is verified by people, so a test does it: it reads the code of a call from
    *voice_codes*, or reviews the invoices with `review`.
    """

    def __init__(self, agenda: Agenda, journal: Journal, seed: int) -> None:
        self.voice_codes: dict[str, str] = {}
        self.ineligible: set[str] = set()
        self._agenda = agenda
        self._journal = journal
        self.random: Random = Random(seed)
        self._numbers: dict[str, QualifiedNumber] = {}
        agenda.handle("look_up", self._looked_up)
        agenda.handle("await", self._awaited)

    def restore(self, numbers: Iterable[QualifiedNumber]) -> None:
        """Replace the numbers; the agenda continues their qualification."""
        self._numbers = {number.phone_number: number for number in numbers}

    def all(self) -> Mapping[str, QualifiedNumber]:
        """Return the numbers as of now."""
        self._agenda.settle()
        return self._numbers

    def get(self, phone_number: str) -> QualifiedNumber:
        """Return a number."""
        number = self.all().get(phone_number)
        if number is None:
            raise not_found("QualifiedNumber", phone_number, "no such qualified number", "")
        return number

    def plant(
        self, phone_number: str, *, state: str = "VERIFIED", **overrides: object
    ) -> QualifiedNumber:
        """
        Add a number in *state*, written without its prefix, for tests.

        The other fields are those of `QualifiedNumber`. Values are stored as given. Raises
        `ValueError` for a value that can't be stored unchanged, and `TypeError` for an unknown
        field.
        """
        number = planted_qualified(phone_number, self._agenda.settle(), state, overrides)
        self._numbers[phone_number] = number
        return number

    def add(self, phone_numbers: Iterable[str]) -> list[QualifiedNumber]:
        """Start qualifying numbers; those already being qualified continue."""
        now = self._agenda.settle()
        found: list[QualifiedNumber] = []
        for phone_number in phone_numbers:
            if phone_number not in self._numbers:
                self._numbers[phone_number] = QualifiedNumber(
                    phone_number=phone_number,
                    region_code=region_of(phone_number),
                    created_time=now,
                    updated_time=now,
                )
                self._agenda.after(now, "look_up", phone_number)
                self._journal.record("add_qualified_number", [phone_number], now)
            found.append(self._numbers[phone_number])
        return found

    def delete(self, phone_number: str) -> None:
        """Delete a number."""
        self.get(phone_number)
        del self._numbers[phone_number]
        self.voice_codes.pop(phone_number, None)
        self._journal.record("delete_qualified_number", [phone_number], self._agenda.settle())

    def call(self, phone_number: str) -> QualifiedNumber:
        """Call a number and read out a code, which is stored in `voice_codes`."""
        number = self._provable(phone_number)
        now = self._agenda.settle()
        self.voice_codes[phone_number] = f"{self.random.randrange(10_000):04}"
        self._journal.record("send_voice_challenge", [phone_number], now)
        return self._move(number, now, state="VERIFICATION_PENDING", ownership="IN_PROGRESS")

    def check_code(self, phone_number: str, code: str) -> QualifiedNumber:
        """
        Verify a number with the code that was read out.

        The service's response to a wrong code is not documented; here the code is rejected, and
        the
        third wrong code blocks the number.
        """
        number = self.get(phone_number)
        now = self._agenda.settle()
        expected = self.voice_codes.get(phone_number)
        if number.state != "VERIFICATION_PENDING" or expected is None:
            raise violation("code", "no code was read out")
        if code != expected:
            wrong = number.wrong_codes + 1
            number = self._move(number, now, wrong_codes=wrong, ownership_error="wrong code")
            if wrong >= _TRIES:
                self._move(number, now, state="VERIFICATION_BLOCKED", ownership="FAILED")
            raise violation("code", "is not the code that was read out")
        del self.voice_codes[phone_number]
        self._journal.record("verify_voice_challenge", [phone_number], now)
        return self._move(number, now, state="VERIFIED", ownership="DONE", ownership_error="")

    def review(self, phone_number: str, *, accepted: bool = True) -> QualifiedNumber:
        """Review the invoices for a number, and accept or reject them."""
        number = self._provable(phone_number)
        return self._move(
            number,
            self._agenda.settle(),
            state="VERIFIED" if accepted else "VERIFICATION_FAILED",
            ownership="DONE" if accepted else "FAILED",
            ownership_error="" if accepted else "the invoices show another owner",
        )

    def hosting(self, phone_number: str, now: datetime) -> None:
        """Record that an order is hosting a number, if it is a qualified number."""
        if phone_number in self._numbers:
            self._move(self._numbers[phone_number], now, state="HOSTING_IN_PROGRESS")

    def hosted(self, phone_number: str, now: datetime, *, error: str = "") -> None:
        """Record the result of hosting a number."""
        if phone_number in self._numbers:
            self._move(
                self._numbers[phone_number],
                now,
                state="HOSTING_FAILED" if error else "HOSTING_DONE",
                hosted=2 if error else 1,
                hosted_error=error,
            )

    def _provable(self, phone_number: str) -> QualifiedNumber:
        number = self.get(phone_number)
        if number.state not in _PROVABLE:
            raise violation("phoneNumber", f"cannot be verified in state {number.state}")
        return number

    def _looked_up(self, phone_number: str, now: datetime) -> None:
        number = self._numbers.get(phone_number)
        if number is None or number.state != "ELIGIBLE_CHECK_PENDING":
            return
        if phone_number in self.ineligible or not phone_number.startswith("+1"):
            error = "the carrier record cannot be updated"
            failed = {"eligibility": "FAILED", "eligibility_error": error}
            self._move(number, now, state="NOT_ELIGIBLE", **failed)
        else:
            self._move(number, now, state="ELIGIBLE", eligibility="DONE")
            self._agenda.after(now, "await", phone_number)

    def _awaited(self, phone_number: str, now: datetime) -> None:
        number = self._numbers.get(phone_number)
        if number is not None and number.state == "ELIGIBLE":
            self._move(number, now, state="VERIFICATION_PENDING")

    def _move(self, number: QualifiedNumber, now: datetime, **changes: Any) -> QualifiedNumber:
        number = attrs.evolve(number, updated_time=now, **changes)
        self._numbers[number.phone_number] = number
        return number
