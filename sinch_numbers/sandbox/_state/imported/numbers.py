"""Imported numbers of a project, and the provisioning of their links."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

import attrs

from sinch_numbers.sandbox._protocol.errors import ApiError, not_found
from sinch_numbers.sandbox._state.imported.fixtures import planted_imported
from sinch_numbers.sandbox._state.imported.models import ImportedNumber
from sinch_numbers.sandbox._state.imported.recorder import Journal
from sinch_numbers.sandbox._state.imported.scheduler import Agenda
from sinch_numbers.sandbox._state.links import SmsLink, linked_sms
from sinch_numbers.sandbox._state.numbers import SmsConfiguration
from sinch_numbers.sandbox._state.provisioning import linked

__all__ = ["ImportedNumbers", "Orderer"]


class Orderer(Protocol):
    """Observer of link provisioning, implemented by orders."""

    def is_at_work(self, phone_number: str) -> bool:
        """Return whether an open order includes a number."""
        ...

    def linking(self, phone_number: str, status: str, now: datetime) -> None:
        """Record that the link of a number is pending."""
        ...

    def ended(self, phone_number: str, now: datetime, *, error: str = "") -> None:
        """Record that a number is linked, or the error if linking failed."""
        ...


class ImportedNumbers:
    """
    Imported numbers; another aggregator holds those in *held_at_tmobile*.

    Provisioning works as on the first host; the identifiers determine the outcome.
    """

    def __init__(self, agenda: Agenda, journal: Journal, *, relink: bool = False) -> None:
        self.held_at_tmobile: set[str] = set()
        self._agenda = agenda
        self._journal = journal
        self._relink = relink
        self._numbers: dict[str, ImportedNumber] = {}
        self._orderer: Orderer | None = None
        agenda.handle("link", self._link)

    def set_orderer(self, orderer: Orderer) -> None:
        """Register *orderer* as observer of link provisioning."""
        self._orderer = orderer

    def restore(self, numbers: Iterable[ImportedNumber]) -> None:
        """Replace the numbers; their links are continued by the agenda."""
        self._numbers = {number.phone_number: number for number in numbers}

    def all(self) -> Mapping[str, ImportedNumber]:
        """Return the numbers as of now."""
        self._agenda.settle()
        return self._numbers

    def get(self, phone_number: str) -> ImportedNumber:
        """Return a number."""
        number = self.all().get(phone_number)
        if number is None:
            raise not_found("ImportedNumber", phone_number, "no such imported number", "")
        return number

    def add(self, phone_number: str, **overrides: object) -> ImportedNumber:
        """
        Add a number that was imported before, for tests.

        The other fields are those of `ImportedNumber`; *service_plan_id* and *campaign_id* are
        short for *sms*. Values are stored as given. Raises `ValueError` for a value that can't be
        stored unchanged, and `TypeError` for an unknown field.
        """
        number = planted_imported(phone_number, self._agenda.settle(), overrides)
        self._keep(number)
        return number

    def check_new(self, phone_number: str) -> None:
        """Reject a number that is already imported or in an open order."""
        at_work = self._orderer is not None and self._orderer.is_at_work(phone_number)
        if phone_number in self._numbers or at_work:
            raise ApiError(409, "ALREADY_EXISTS", f"{phone_number} is imported already")

    def import_number(
        self,
        phone_number: str,
        *,
        region_code: str,
        display_name: str,
        callback_url: str,
        link: SmsLink,
        migrate: bool,
    ) -> ImportedNumber:
        """Import a number and start linking it."""
        now = self._agenda.settle()
        self.check_new(phone_number)
        number = self.take_in(
            phone_number,
            now,
            region_code=region_code,
            display_name=display_name,
            callback_url=callback_url,
            link=link,
            migrate=migrate,
        )
        self._journal.record("import_number", [phone_number], now)
        return number

    def take_in(
        self,
        phone_number: str,
        now: datetime,
        *,
        region_code: str,
        display_name: str,
        callback_url: str,
        link: SmsLink,
        migrate: bool,
    ) -> ImportedNumber:
        """Add a number and start linking it."""
        number = ImportedNumber(
            phone_number=phone_number,
            region_code=region_code,
            display_name=display_name,
            callback_url=callback_url,
            sms=self._linked(SmsConfiguration(), link, now),
            migrate_to_sinch_tmo=migrate,
            created_time=now,
            updated_time=now,
            moved_time=now,
        )
        self._keep(number)
        return number

    def update(
        self,
        phone_number: str,
        *,
        display_name: str | None,
        callback_url: str | None,
        link: SmsLink | None,
        erase_link: bool = False,
    ) -> ImportedNumber:
        """Update the given fields; an existing link must be removed before linking again."""
        now = self._agenda.settle()
        old = self.get(phone_number)
        sms = old.sms
        if erase_link:
            sms = SmsConfiguration()
        elif link is not None:
            sms = self._linked(sms, link, now)
        new = attrs.evolve(
            old,
            display_name=old.display_name if display_name is None else display_name,
            callback_url=old.callback_url if callback_url is None else callback_url,
            sms=sms,
            moved_time=now if sms != old.sms else old.moved_time,
        )
        if new == old:
            return old
        new = attrs.evolve(new, updated_time=now)
        self._keep(new)
        if old.sms.service_plan_id and not sms.service_plan_id:
            self._announce(new, "DEPROVISIONING_TO_SMS_PLATFORM", now)
        if old.sms.campaign_id and not sms.campaign_id:
            self._announce(new, "UNLINK_TO_10DLC_CAMPAIGN", now)
        self._journal.record("update_imported_number", [phone_number], now)
        return new

    def delete(self, phone_number: str) -> None:
        """Delete a number; an open order that includes it continues without it."""
        now = self._agenda.settle()
        number = self.get(phone_number)
        self._announce(number, "DELETE", now)
        if self._orderer is not None:
            self._orderer.ended(phone_number, now, error="the number was deleted")
        del self._numbers[phone_number]
        self._journal.record("delete_imported_number", [phone_number], now)

    def _linked(self, sms: SmsConfiguration, link: SmsLink, now: datetime) -> SmsConfiguration:
        duration = 2 * self._agenda.pace
        return linked_sms(sms, link, now=now, duration=duration, relink=self._relink)

    def _keep(self, number: ImportedNumber) -> None:
        """Store a number and schedule the next step of its link."""
        self._numbers[number.phone_number] = number
        job = number.sms.scheduled_provisioning
        if job is not None and job.pace is not None:
            due = job.last_updated_time + job.pace
            self._agenda.at(due, "link", number.phone_number)

    def _link(self, phone_number: str, now: datetime) -> None:
        """Advance a link by one step, unless it has been replaced."""
        number = self._numbers.get(phone_number)
        was = SmsConfiguration() if number is None else number.sms
        job = was.scheduled_provisioning
        if number is None or job is None or job.pace is None:
            return
        if job.last_updated_time + job.pace != now:
            return
        sms = linked(was, now)
        number = attrs.evolve(number, sms=sms, updated_time=now, moved_time=now)
        self._keep(number)
        job = sms.scheduled_provisioning
        error = ""
        if job is None:
            if sms.service_plan_id != was.service_plan_id:
                self._announce(number, "PROVISIONING_TO_SMS_PLATFORM", now)
            if sms.campaign_id != was.campaign_id:
                self._announce(number, "LINK_TO_10DLC_CAMPAIGN", now)
        elif job.error_codes:
            error = job.error_codes[0]
            if error == "SMS_PROVISIONING_FAILED":  # events have no failure code for this error
                self._announce(number, "PROVISIONING_TO_SMS_PLATFORM", now, failed=True)
            else:
                self._announce(number, "LINK_TO_10DLC_CAMPAIGN", now, failed=True, code=error)
        if self._orderer is None:
            return
        if job is not None and not error:
            self._orderer.linking(phone_number, job.status, now)
        else:
            self._orderer.ended(phone_number, now, error=error)

    def _announce(
        self,
        number: ImportedNumber,
        event_type: str,
        now: datetime,
        *,
        failed: bool = False,
        code: str = "",
    ) -> None:
        orderer = self._orderer
        self._journal.announce(
            number.phone_number,
            event_type,
            now,
            in_order=orderer is not None and orderer.is_at_work(number.phone_number),
            callback_url=number.callback_url,
            failed=failed,
            code=code,
        )
