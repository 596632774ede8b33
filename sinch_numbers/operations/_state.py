"""
The managed state of a number: a flat mapping, as plans store it.

Its keys are those of `DesiredNumber`. A configuration whose provisioning is in progress counts as
its target, so that a plan made meanwhile, or a resumed one, does not configure it again.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core.urls import is_loopback
from sinch_numbers.audit._expected import actual_values, scheduled_values
from sinch_numbers.errors import NotFoundError
from sinch_numbers.models import ActiveNumber, EmergencyAddress
from sinch_numbers.models import _number_status as status
from sinch_numbers.models._unset import UNSET
from sinch_numbers.operations._desired import ADDRESS, DesiredNumber

State = Mapping[str, Any]

SMS: Final = ("service_plan_id", "campaign_id")
VOICE: Final = ("voice_type", "app_id", "trunk_id", "service_id")
TEXTS: Final = ("display_name", "callback_url")
E911: Final = "emergency_address"
E911_REGIONS: Final = frozenset(("US", "CA"))


@attrs.frozen(kw_only=True)
class Current:
    """A rented number as read: its managed state, and provisioning in progress."""

    number: ActiveNumber
    state: State
    is_pending: bool
    """Whether provisioning of a managed configuration is in progress."""


def managed_fields(desired: DesiredNumber) -> tuple[str, ...]:
    """Return the keys of the state that *desired* manages, and those that they depend on."""
    if desired.released is True:
        return ("released",)
    groups = [
        *((name,) for name in TEXTS if getattr(desired, name) is not UNSET),
        *(group for group in (SMS, VOICE) if any(_given(desired, name) for name in group)),
        *(((E911,),) if desired.emergency_address is not UNSET else ()),
    ]
    return (*(name for group in groups for name in group), "released")


def _given(desired: DesiredNumber, name: str) -> bool:
    return getattr(desired, name) is not UNSET


def state_of(
    number: ActiveNumber, address: EmergencyAddress | None, fields: tuple[str, ...]
) -> Current:
    """Return the state of *number* and its emergency *address*, of the managed *fields*."""
    values = dict(actual_values(number))
    values["voice_type"] = None if values["voice_type"] is None else str(values["voice_type"])
    coming = scheduled_values(number)
    pending = False
    if (sms := status.sms_job(number)) and not status.has_failed(sms) and set(SMS) & set(fields):
        pending = True
        for name in SMS:
            values[name] = coming.get(name) or values[name]
    voice = status.voice_job(number)
    if voice and not status.has_failed(voice) and set(VOICE) & set(fields):
        pending = True
        values |= {name: None if (one := coming[name]) is None else str(one) for name in VOICE}
    values[E911] = None if address is None else address_values(address)
    return Current(
        number=number, state={name: values[name] for name in fields}, is_pending=pending
    )


def address_values(address: EmergencyAddress) -> dict[str, str]:
    """Return the fields of *address* that have a value."""
    return {name: text for name in ADDRESS if (text := getattr(address, name))}


def empty_state(fields: tuple[str, ...]) -> dict[str, Any]:
    """Return the state of a number that was just bought."""
    return {name: False if name == "released" else None for name in fields}


def service_of(client: NumbersClient) -> str:
    """Return the URL of the service; without the port on this machine: sandboxes change theirs."""
    url = client._numbers_url  # noqa: SLF001 - of this package
    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        return f"{parts.scheme}://localhost"
    return url


async def read_address(client: NumbersClient, phone_number: str) -> EmergencyAddress | None:
    """Return the emergency address of a number, ``None`` if it has none."""
    try:
        return await client.emergency_address.get(phone_number)
    except NotFoundError:
        return None


async def read_current(
    client: NumbersClient, phone_number: str, fields: tuple[str, ...]
) -> Current | None:
    """Read the managed state of a number; ``None`` if the project does not rent it."""
    try:
        number = await client.active_numbers.get(phone_number)
    except NotFoundError:
        return None
    address = await read_address(client, phone_number) if E911 in fields else None
    return state_of(number, address, fields)
