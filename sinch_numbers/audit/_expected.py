"""
Expected configuration of numbers, and differences from it.

Fields that an expectation does not mention are not compared. Nothing here changes a number.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from hashlib import sha256
from typing import Any, Final

import attrs

from sinch_numbers._core import arguments
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import ActiveNumber, EstVoice, FaxVoice, NumberType, RtcVoice, VoiceType
from sinch_numbers.models import _number_status as links
from sinch_numbers.models._unset import UNSET, Maybe

__all__ = ["Difference", "Drift", "Expectation", "Expectations", "FieldDifference"]


@attrs.frozen
class Expectation:
    """
    Expected configuration of a number.

    ``None`` says that there must not be anything, and what is `UNSET` is not compared. What is
    compared is what a number is linked to, not what is being linked.
    """

    phone_number: str
    display_name: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    region_code: Maybe[str] = attrs.field(default=UNSET, kw_only=True)
    type: Maybe[NumberType | str] = attrs.field(default=UNSET, kw_only=True)
    service_plan_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    campaign_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    voice_type: Maybe[VoiceType | str | None] = attrs.field(default=UNSET, kw_only=True)
    """The kind of voice link; ``None`` says that there must not be one."""
    app_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    trunk_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    service_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    callback_url: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    released: Maybe[bool] = attrs.field(default=UNSET, kw_only=True)
    """Whether it is meant to end. If it is, it is not missed once it has ended."""


COLUMNS: Final = tuple(field.name for field in attrs.fields(Expectation))
"""Fields of an expectation."""


class Drift(Enum):
    """In which way a number is not as expected."""

    MISSING = "missing"
    UNEXPECTED = "unexpected"
    DIFFERENT = "different"


@attrs.frozen
class FieldDifference:
    """A setting that is not as expected; ``None`` is nothing."""

    field: str
    """Its name in `Expectation`."""
    expected: str | None
    actual: str | None
    pending: bool = False
    """Whether a link to what is expected is being made."""

    def __str__(self) -> str:
        pending = " (being linked)" if self.pending else ""
        return f"{self.field} is {_shown(self.actual)}, not {_shown(self.expected)}{pending}"


@attrs.frozen
class Difference:
    """A number that is not as expected."""

    kind: Drift
    phone_number: str
    fields: tuple[FieldDifference, ...] = ()
    """Differing fields; empty for missing and unexpected numbers."""


class Expectations:
    """
    Expected configuration of all numbers of a project.

    Raises `InvalidArgumentError` when a number is there twice, is not in E.164, or is
    expected to be of a region that has not the form of one.
    """

    def __init__(self, expectations: Iterable[Expectation]) -> None:
        self._by_number: dict[str, Expectation] = {}
        for expectation in expectations:
            number = arguments.phone_number(expectation.phone_number)
            if expectation.region_code is not UNSET:
                arguments.region_code(expectation.region_code)
            if number in self._by_number:
                raise InvalidArgumentError("expected", "each number once", number)
            self._by_number[number] = expectation

    def __len__(self) -> int:
        return len(self._by_number)

    def __iter__(self) -> Iterator[Expectation]:
        return iter(self._by_number.values())

    def __contains__(self, phone_number: object) -> bool:
        return phone_number in self._by_number

    @property
    def digest(self) -> str:
        """Return what only the same expectations have in common, whatever their order."""
        lines = sorted(map(repr, self._by_number.values()))
        return sha256("\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()

    def difference(self, number: ActiveNumber) -> Difference | None:
        """Return how *number* differs from what is expected, ``None`` if it does not."""
        expectation = self._by_number.get(number.phone_number)
        if expectation is None:
            return Difference(Drift.UNEXPECTED, number.phone_number)
        actual, coming = _actual(number), _coming(number)
        fields = []
        for name, value in actual.items():
            wanted = getattr(expectation, name)
            if wanted is not UNSET and wanted != value:
                pending = wanted is not None and coming.get(name) == wanted
                fields.append(FieldDifference(name, _text(wanted), _text(value), pending))
        if not fields:
            return None
        return Difference(Drift.DIFFERENT, number.phone_number, tuple(fields))

    def missing(self, met: Iterable[str]) -> Iterator[Expectation]:
        """Return what is expected and not among the numbers *met*; what may have ended is not."""
        seen = frozenset(met)
        for expectation in self:
            if expectation.phone_number not in seen and expectation.released is not True:
                yield expectation


def _actual(number: ActiveNumber) -> Mapping[str, Any]:
    voice = number.voice_configuration
    return {
        "display_name": number.display_name,
        "region_code": number.region_code,
        "type": number.type,
        "service_plan_id": links.service_plan(number),
        "campaign_id": links.campaign(number),
        # Numbers without a link are sent with a type, too.
        "voice_type": voice.type if voice and links.voice_link(number) else None,
        "app_id": voice.app_id if isinstance(voice, RtcVoice) else None,
        "trunk_id": voice.trunk_id if isinstance(voice, EstVoice) else None,
        "service_id": voice.service_id if isinstance(voice, FaxVoice) else None,
        "callback_url": number.callback_url,
        "released": number.expire_at is not None,
    }


def _coming(number: ActiveNumber) -> Mapping[str, str | None]:
    """Return the links that are being made."""
    coming: dict[str, str | None] = {}
    sms, voice = links.sms_job(number), links.voice_job(number)
    if sms is not None and not links.has_failed(sms):
        coming |= {"service_plan_id": sms.service_plan_id, "campaign_id": sms.campaign_id}
    if voice is not None and not links.has_failed(voice):
        coming |= {
            "voice_type": voice.type,
            "app_id": voice.app_id,
            "trunk_id": voice.trunk_id,
            "service_id": voice.service_id,
        }
    return coming


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _shown(value: str | None) -> str:
    return "nothing" if value is None else repr(value)
