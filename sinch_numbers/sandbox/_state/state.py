"""Project state: active and available numbers, and the operations on them."""

from datetime import timedelta
from decimal import Decimal

import attrs

from sinch_numbers.sandbox._protocol.clock import Clock, a_month_after
from sinch_numbers.sandbox._protocol.errors import not_found, violation
from sinch_numbers.sandbox._state.active_index import Holdings
from sinch_numbers.sandbox._state.change import Change
from sinch_numbers.sandbox._state.emergency import EmergencyAddress
from sinch_numbers.sandbox._state.event_log import Announcements
from sinch_numbers.sandbox._state.events import Event
from sinch_numbers.sandbox._state.fixtures import planted_active, planted_available
from sinch_numbers.sandbox._state.imported.state import ImportedHost
from sinch_numbers.sandbox._state.ledger import LedgerEntry
from sinch_numbers.sandbox._state.links import linked_sms, linked_voice
from sinch_numbers.sandbox._state.matching import Filter
from sinch_numbers.sandbox._state.numbers import (
    ActiveNumber,
    AvailableNumber,
    SmsConfiguration,
    VoiceConfiguration,
)
from sinch_numbers.sandbox._state.orders import Orders
from sinch_numbers.sandbox._state.rent_policy import RentPolicy, check_policy, check_us_local
from sinch_numbers.sandbox._state.stock import Stock

__all__ = ["Project"]


class Project:
    """
    Project state, without HTTP or waiting.

    Every method either takes effect completely, with an entry in the ledger, or raises
    `ApiError` and leaves the state unchanged.

    Created by the package.

    Args:
        project_id: ID of the project.
        clock: Clock of the sandbox.
        seed: Random seed of numbers and IDs.
        provisioning: Duration of provisioning, in seconds.
        hmac_secret: Secret that signs the project's webhooks.
        ledger: Where changes are recorded.
        rent_policy: Numbers that can be rented without an order, as in `Sandbox`.
        vendor_mock: Whether to accept what the vendor's mock accepts, as in `Sandbox`.

    Example::

        with Sandbox(numbers=0, stock=0) as sandbox, sandbox.sync_client() as client:
            project = sandbox.project()
            project.add_active(phone_number="+12025550134", region_code="US", type="LOCAL")
            project.add_available(phone_number="+12025550150", region_code="US", type="LOCAL")
            client.available_numbers.rent("+12025550150")
            project.release("+12025550134")  # not by the client
            print(project.get("+12025550134").expire_at)
    """

    def __init__(
        self,
        project_id: str,
        *,
        clock: Clock,
        seed: int = 0,
        provisioning: float = 2.0,
        hmac_secret: str = "",
        ledger: list[LedgerEntry] | None = None,
        rent_policy: RentPolicy = "us_local",
        vendor_mock: bool = False,
    ) -> None:
        check_policy(rent_policy)
        self.project_id = project_id
        self.clock = clock
        self.vendor_mock = vendor_mock
        self.active: Holdings = Holdings(clock)
        self.stock: Stock = Stock(seed)
        self.hmac_secret: str = hmac_secret
        self.emergency_addresses: dict[str, EmergencyAddress] = {}
        self.ledger: list[LedgerEntry] = [] if ledger is None else ledger
        self.announcements: Announcements = Announcements(project_id, clock)
        self._provisioning = timedelta(seconds=provisioning)
        self._rent_policy: RentPolicy = rent_policy
        self.imported: ImportedHost = ImportedHost(
            project_id,
            clock=clock,
            seed=seed,
            provisioning=self._provisioning,
            ledger=self.ledger,
            events=self.events,
            vendor_mock=vendor_mock,
        )
        self.planted: int = 0
        self.orders: Orders = Orders(
            project_id=project_id,
            clock=clock,
            seed=seed,
            pace=self._provisioning,
            events=self.events,
            give_back=self.stock.fill,
            rent=self._rent,
            record=self._record,
        )

    def __repr__(self) -> str:
        return f"Project({self.project_id!r}, active={len(self.active)}, stock={len(self.stock)})"

    @property
    def events(self) -> list[Event]:
        """Return the events so far, in order; events appended to the list are sent too."""
        self.announcements.catch_up()
        return self.announcements.events

    # For tests: add numbers directly.

    def add_active(self, **overrides: object) -> ActiveNumber:
        """
        Add an active number with these fields, by their names in `ActiveNumber` or in the API.

        Values are stored as given: dates that have passed stay as they are, and a job given as a
        mapping never changes.

        Args:
            overrides: Fields of the number, by their names in `ActiveNumber` or in the API.

        Raises:
            ValueError: A value can't be stored unchanged.
            TypeError: A field is unknown.
        """
        self.planted += 1
        now = self.clock.now()
        number = planted_active(self.planted, now, overrides, self.project_id)
        self.active.fill([number])
        self.announcements.watch(number)
        return number

    def add_available(self, **overrides: object) -> AvailableNumber:
        """
        Add an available number with these fields, by their names in `AvailableNumber` or the API.

        Args:
            overrides: Fields of the number, by their names in `AvailableNumber` or in the API.

        Raises:
            ValueError: A value can't be stored unchanged.
            TypeError: A field is unknown.
        """
        self.planted += 1
        number = planted_available(self.planted, self.clock.now(), overrides)
        self.stock.fill([number])
        return number

    # API operations.

    def get(self, phone_number: str) -> ActiveNumber:
        """
        Return an active number of the project.

        Args:
            phone_number: Number in E.164.
        """
        number = self.active.get(phone_number)
        if number is None:
            raise not_found("ActiveNumber", phone_number, "no such number", "")
        return number

    def get_as_of(self, phone_number: str, seconds: float) -> ActiveNumber:
        """
        Return a number as it was *seconds* ago, as from a lagging replica.

        Called by the package.

        Args:
            phone_number: Number in E.164.
            seconds: Age of the state.
        """
        number = self.active.at(phone_number, self.clock.now() - timedelta(seconds=seconds))
        if number is None:
            raise not_found("ActiveNumber", phone_number, "no such number", "")
        return number

    def get_available(self, phone_number: str) -> AvailableNumber:
        """
        Return an available number.

        Called by the package.

        Args:
            phone_number: Number in E.164.
        """
        number = self.stock.get(phone_number)
        if number is None:
            raise not_found("AvailableNumber", phone_number, "no such number", "")
        return number

    def rent(self, phone_number: str, change: Change) -> ActiveNumber:
        """
        Rent an available number: charged and active at once, links are pending.

        Rejects numbers that are not US LOCAL, unless the rent policy is ``legacy``.

        Called by the package.

        Args:
            phone_number: Number in E.164.
            change: Configurations and callback URL.
        """
        if self._rent_policy == "us_local":
            offer = self.get_available(phone_number)
            check_us_local(offer.region_code, offer.type)
        return self._rent(phone_number, change)

    def _rent(self, phone_number: str, change: Change) -> ActiveNumber:
        offer = self.get_available(phone_number)
        if change.sms is not None and "SMS" not in offer.capability:
            raise violation("smsConfiguration", "the number cannot do SMS")
        if change.voice is not None and "VOICE" not in offer.capability:
            raise violation("voiceConfiguration", "the number cannot do voice")
        now = self.clock.now()
        number = ActiveNumber(
            phone_number=phone_number,
            region_code=offer.region_code,
            type=offer.type,
            capability=offer.capability,
            money=offer.monthly_price,
            payment_interval_months=offer.payment_interval_months,
            next_charge_date=a_month_after(now, now.day),
            charge_day=now.day,
        )
        number = self._changed(number, change)
        self.stock.take(phone_number)
        self.emergency_addresses.pop(phone_number, None)
        self.active.put(number)
        self.announcements.watch(number)
        price = Decimal(offer.setup_price.amount) + Decimal(offer.monthly_price.amount)
        self._record("rent", phone_number, price, offer.monthly_price.currency_code)
        return number

    def rent_any(self, wanted: Filter, change: Change) -> ActiveNumber:
        """
        Rent any matching number; US LOCAL only, with every rent policy.

        Called by the package.

        Args:
            wanted: Criteria of the number.
            change: Configurations and callback URL.
        """
        check_us_local(wanted.region_code, wanted.type)
        found = self.stock.search(wanted, 1)
        if not found:
            raise not_found("AvailableNumber", "", "no number matches")
        return self.rent(found[0].phone_number, change)

    def update(self, phone_number: str, change: Change) -> ActiveNumber:
        """
        Apply *change*; the reply shows current links and the jobs for new ones.

        Called by the package.

        Args:
            phone_number: Number in E.164.
            change: The fields to change.
        """
        old = self.get(phone_number)
        new = self._changed(old, change)
        if new != old:
            self.active.put(new)
            self.announcements.changed(old, new)
            self._record("update", phone_number)
        return new

    def release(self, phone_number: str) -> ActiveNumber:
        """
        Release a number at the end of the paid month; its jobs are canceled.

        Releasing again changes nothing. The service does not document that case, so this is the
        harmless interpretation.

        Args:
            phone_number: Number in E.164.
        """
        number = self.get(phone_number)
        if number.expire_at is not None:
            return number
        number = attrs.evolve(
            number,
            expire_at=number.next_charge_date,
            sms_configuration=attrs.evolve(number.sms_configuration, scheduled_provisioning=None),
            voice_configuration=attrs.evolve(
                number.voice_configuration, scheduled_voice_provisioning=None
            ),
        )
        self.active.put(number)
        self.announcements.watch(number)
        self._record("release", phone_number)
        return number

    def emergency_address(self, phone_number: str) -> EmergencyAddress:
        """
        Return the emergency address of a number.

        Called by the package.

        Args:
            phone_number: Number in E.164.
        """
        self.get(phone_number)
        address = self.emergency_addresses.get(phone_number)
        if address is None:
            raise not_found("EmergencyAddress", "", "Missing E911 feature")
        return address

    def provision_emergency_address(self, phone_number: str, address: EmergencyAddress) -> None:
        """
        Set the emergency address of a number.

        Called by the package.

        Args:
            phone_number: Number in E.164.
            address: The address.
        """
        self.get(phone_number)
        if self.emergency_addresses.get(phone_number) != address:
            self.emergency_addresses[phone_number] = address
            self._record("provision_emergency_address", phone_number)

    def deprovision_emergency_address(self, phone_number: str) -> None:
        """
        Remove the emergency address of a number.

        Called by the package.

        Args:
            phone_number: Number in E.164.
        """
        self.emergency_address(phone_number)
        del self.emergency_addresses[phone_number]
        self._record("deprovision_emergency_address", phone_number)

    def update_callback_configuration(self, hmac_secret: str) -> None:
        """
        Replace the secret that signs the project's webhooks.

        Called by the package.

        Args:
            hmac_secret: The new secret.
        """
        if hmac_secret != self.hmac_secret:
            self.hmac_secret = hmac_secret
            self._record("update_callback_configuration", "")

    def _changed(self, number: ActiveNumber, change: Change) -> ActiveNumber:
        now, duration = self.clock.now(), self._provisioning
        sms, voice = number.sms_configuration, number.voice_configuration
        if change.erase_sms:
            sms = SmsConfiguration()
        elif change.sms is not None:
            sms = linked_sms(sms, change.sms, now=now, duration=duration, relink=self.vendor_mock)
        if change.erase_voice:
            voice = VoiceConfiguration()
        elif change.voice is not None:
            voice = linked_voice(voice, change.voice, now=now, duration=duration)
        name, url = change.display_name, change.callback_url
        return attrs.evolve(
            number,
            display_name=number.display_name if name is None else name,
            callback_url=number.callback_url if url is None else url,
            sms_configuration=sms,
            voice_configuration=voice,
        )

    def _record(
        self, operation: str, phone_number: str, amount: Decimal | None = None, currency: str = ""
    ) -> None:
        self.ledger.append(
            LedgerEntry(
                operation=operation,
                phone_number=phone_number,
                project_id=self.project_id,
                at=self.clock.now(),
                amount=amount,
                currency=currency,
            )
        )
