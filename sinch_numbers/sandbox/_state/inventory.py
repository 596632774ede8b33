"""
Initial inventory of a sandbox, reproducible for the same seed.

Everything is derived from one `random.Random` and plain arithmetic, so the inventory is the
same on every version of Python; only the dates depend on the clock.
"""

from bisect import bisect
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from random import Random

import attrs

from sinch_numbers.sandbox._state.emergency import EmergencyAddress
from sinch_numbers.sandbox._state.numbers import (
    ActiveNumber,
    AvailableNumber,
    SmsConfiguration,
    SmsJob,
    VoiceConfiguration,
    VoiceJob,
)
from sinch_numbers.sandbox._state.provisioning import SMS_ERROR_CODES, sms_job, voice_job
from sinch_numbers.sandbox._state.regions import REGIONS, Offer, Region

__all__ = ["Inventory", "seed_of"]

_MONTH = 30 * 24 * 3600.0

_SERVICE_PLANS = tuple(f"plan-{name}" for name in ("alerts", "care", "login", "offers", "store"))
_CAMPAIGNS = tuple(f"C{name}" for name in ("ALERTS1", "CARE22", "LOGIN3", "OFFER44", "STORE5"))
_VOICE = (
    *(("RTC", f"app-{name}") for name in ("desk", "hotline", "menu", "queue", "survey", "bot")),
    *(("EST", f"trunk-{name}") for name in ("east", "west", "europe")),
    ("FAX", "fax-office"),
)
_TEAMS = (
    "Front desk",
    "Support",
    "Sales",
    "Warehouse",
    "Zoë's hotline",
    "Göteborg kundtjänst",
    "Café São Paulo",
    "Alarm line",
    "Billing",
    "Night shift",
    "受付",
    "Deliveries 🚚",
)
_ODD_NAMES = {
    # Display names that exports must escape for spreadsheets and terminals.
    11: '=HYPERLINK("http://198.51.100.7/","click")',
    23: "Bell\x07 and\ttab",
    37: '"quoted", with; separators',
}
_CODES = SMS_ERROR_CODES[1:]  # all but "unspecified"


def seed_of(seed: int, project_id: str) -> int:
    """Return the seed of one project; `hash` would differ between processes."""
    return int.from_bytes(sha256(f"{seed}:{project_id}".encode()).digest()[:6], "big")


class Inventory:
    """Number generator for one project: call `active` first, then `stock`."""

    def __init__(self, seed: int, now: datetime, provisioning: timedelta) -> None:
        self._random = Random(seed)
        self._shift = self._random.getrandbits(24)
        self._now = now
        self._provisioning = provisioning
        self._kinds = [(region, offer) for region in REGIONS for offer in region.offers]
        self._weights = list(accumulate(_weight(*kind) for kind in self._kinds))
        self._made = [0] * len(self._kinds)
        self._sms = [SmsConfiguration(service_plan_id=plan) for plan in _SERVICE_PLANS]
        self._sms_us = [
            attrs.evolve(sms, campaign_id=campaign)
            for sms, campaign in zip(self._sms, _CAMPAIGNS, strict=True)
        ]
        self._voice = [VoiceConfiguration(type=kind, identifier=link) for kind, link in _VOICE]

    def active(self, count: int) -> Iterator[ActiveNumber]:
        """Generate active numbers, covering every kind of problem."""
        now, dice = self._now, self._random.random
        for index in range(count):
            region, offer, phone_number = self._next()
            # A step coprime to 1000 gives exact shares, evenly spread.
            lot = index * 617 % 1000
            next_charge = now + timedelta(seconds=dice() * _MONTH)
            expire_at = None
            if 90 <= lot < 110:  # released, expiring soon
                next_charge = expire_at = now + timedelta(hours=12 + dice() * 240)
            sms, voice = self._links(region, offer, lot)
            yield ActiveNumber(
                phone_number=phone_number,
                region_code=region.code,
                type=offer.type,
                capability=offer.capability,
                money=offer.price,
                display_name=_ODD_NAMES.get(index) or self._name(),
                next_charge_date=next_charge,
                charge_day=next_charge.day,
                expire_at=expire_at,
                sms_configuration=sms,
                voice_configuration=voice,
                callback_url=self._callback_url(lot),
            )

    def stock(self, count: int) -> Iterator[AvailableNumber]:
        """Generate available numbers: some of every type, then random ones by weight."""
        for index in range(count):
            kind = index if index < len(self._kinds) else None
            region, offer, phone_number = self._next(kind)
            yield AvailableNumber(
                phone_number=phone_number,
                region_code=region.code,
                type=offer.type,
                capability=offer.capability,
                setup_price=offer.price,
                monthly_price=offer.price,
                supporting_documentation_required=region.documents,
            )

    def emergency_address(self, number: ActiveNumber) -> EmergencyAddress | None:
        """Create an emergency address, for 60% of the US and Canadian voice numbers."""
        if number.region_code not in ("US", "CA") or "VOICE" not in number.capability:
            return None
        dice = self._pick(100)
        if dice >= 60:
            return None
        if number.region_code == "CA":
            city, state, postal_code = "Halifax", "NS", "B3H 0A1"
        else:
            city, state, postal_code = "Portland", "OR", "97209"
        return EmergencyAddress(
            street_number=str(dice + 1),
            street_info="Harbor Way",
            city=city,
            state=state,
            postal_code=postal_code,
        )

    def _pick(self, count: int) -> int:
        return int(self._random.random() * count)

    def _next(self, kind: int | None = None) -> tuple[Region, Offer, str]:
        if kind is None:
            kind = bisect(self._weights, self._random.random() * self._weights[-1])
        region, offer = self._kinds[kind]
        serial = self._made[kind]
        self._made[kind] = serial + 1
        return region, offer, _phone_number(offer, serial, self._shift + kind * 104_729)

    def _name(self) -> str:
        team = self._pick(len(_TEAMS) + 3)
        if team >= len(_TEAMS):
            return ""
        desk = self._pick(40)
        return f"{_TEAMS[team]} {desk}" if desk > 9 else _TEAMS[team]

    def _callback_url(self, lot: int) -> str:
        some = self._pick(4) == 0
        if 110 <= lot < 112:  # events over unencrypted HTTP
            return "http://hooks.example.net/numbers"
        return "https://hooks.example.net/numbers" if some else ""

    def _links(
        self, region: Region, offer: Offer, lot: int
    ) -> tuple[SmsConfiguration, VoiceConfiguration]:
        """Return a number's SMS and voice configuration; *lot* selects its problems."""
        can_sms, can_voice = "SMS" in offer.capability, "VOICE" in offer.capability
        plan = self._pick(len(_SERVICE_PLANS))
        in_us = region.code == "US" and offer.type == "LOCAL"
        sms = (self._sms_us if in_us else self._sms)[plan] if can_sms else SmsConfiguration()
        voice = VoiceConfiguration()
        if can_voice and (not can_sms or self._pick(3)):
            voice = self._voice[self._pick(len(_VOICE))]
        if lot < 30:  # not linked: paid for, but unused
            return SmsConfiguration(), VoiceConfiguration()
        if lot < 50:  # cannot send SMS in the US
            return (self._sms[plan] if in_us else sms), voice
        if lot < 70:
            return self._failed(in_us, plan) if can_sms else self._failed_voice()
        if lot < 80:
            return self._stuck(in_us, plan) if can_sms else self._stuck_voice()
        if lot < 90:
            return self._waiting(in_us, plan) if can_sms else self._waiting_voice()
        return sms, voice

    def _failed(self, in_us: bool, plan: int) -> tuple[SmsConfiguration, VoiceConfiguration]:
        code = _CODES[self._pick(len(_CODES))] if in_us else "SMS_PROVISIONING_FAILED"
        job = SmsJob(
            service_plan_id=_SERVICE_PLANS[plan],
            campaign_id=_CAMPAIGNS[plan] if in_us else "",
            status="FAILED",
            last_updated_time=self._ago(40),
            error_codes=(code,),
        )
        return SmsConfiguration(scheduled_provisioning=job), VoiceConfiguration()

    def _failed_voice(self) -> tuple[SmsConfiguration, VoiceConfiguration]:
        job = VoiceJob(identifier="app-gone", status="FAILED", last_updated_time=self._ago(40))
        return SmsConfiguration(), VoiceConfiguration(scheduled_voice_provisioning=job)

    def _stuck(self, in_us: bool, plan: int) -> tuple[SmsConfiguration, VoiceConfiguration]:
        job = SmsJob(
            service_plan_id=_SERVICE_PLANS[plan],
            campaign_id=_CAMPAIGNS[plan] if in_us else "",
            status="IN_PROGRESS",
            last_updated_time=self._ago(12),
        )
        return SmsConfiguration(scheduled_provisioning=job), VoiceConfiguration()

    def _stuck_voice(self) -> tuple[SmsConfiguration, VoiceConfiguration]:
        job = VoiceJob(
            identifier="app-menu", status="IN_PROGRESS", last_updated_time=self._ago(12)
        )
        return SmsConfiguration(), VoiceConfiguration(scheduled_voice_provisioning=job)

    def _waiting(self, in_us: bool, plan: int) -> tuple[SmsConfiguration, VoiceConfiguration]:
        campaign = _CAMPAIGNS[plan] if in_us else ""
        job = sms_job(_SERVICE_PLANS[plan], campaign, now=self._now, duration=self._provisioning)
        return SmsConfiguration(scheduled_provisioning=job), VoiceConfiguration()

    def _waiting_voice(self) -> tuple[SmsConfiguration, VoiceConfiguration]:
        job = voice_job("RTC", "app-desk", now=self._now, duration=self._provisioning)
        return SmsConfiguration(), VoiceConfiguration(scheduled_voice_provisioning=job)

    def _ago(self, days: int) -> datetime:
        """Return a time between two and *days* days ago."""
        return self._now - timedelta(days=2 + self._random.random() * (days - 2))


def _weight(region: Region, offer: Offer) -> float:
    """Return an offer's share of its region: a tenth for toll-free, the rest evenly."""
    if offer.type == "TOLL_FREE":
        return region.share / 10
    rest = [other for other in region.offers if other.type != "TOLL_FREE"]
    whole = region.share if len(rest) == len(region.offers) else region.share * 9 / 10
    return whole / len(rest)


def _phone_number(offer: Offer, serial: int, shift: int) -> str:
    """
    Return the *serial*-th number of a type.

    Multiplying by a factor coprime to ten visits every number of the range exactly once, in
    scattered order, without storing which ones were used.
    """
    lap, area = divmod(serial, len(offer.prefixes))
    prefix = offer.prefixes[area]
    shift += area * 35_711  # otherwise all areas begin with the same digits
    if prefix.startswith("+1"):
        # 555 is the fictional exchange; after ten thousand numbers, use the next exchange.
        block, line = divmod(lap, 10_000)
        return f"{prefix}{555 + block}{(line * 6_173 + shift) % 10_000:04}"
    size: int = 10**offer.digits
    return f"{prefix}{(lap * 6_180_339 + shift) % size:0{offer.digits}}"
