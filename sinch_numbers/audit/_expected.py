"""
Expected numbers, and their differences from the numbers of a project.

An expectation lists the expected fields of a number; other fields are not compared. Nothing here
changes a number.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

import attrs

from sinch_numbers._core import arguments
from sinch_numbers._core.choices import choice
from sinch_numbers._core.lookalikes import Contrast, contrast, visible
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import (
    ActiveNumber,
    EstVoice,
    FaxVoice,
    NumberType,
    NumberTypeInput,
    RtcVoice,
    VoiceType,
    VoiceTypeInput,
)
from sinch_numbers.models import _number_status as links
from sinch_numbers.models._serializable import Serializable
from sinch_numbers.models._unset import UNSET, Maybe
from sinch_numbers.models._value_repr import ValueRepr

__all__ = ["Difference", "Drift", "Expectation", "Expectations", "FieldDifference"]


@attrs.frozen
class Expectation(Serializable):
    """
    The expected fields of a number.

    ``None`` means that the field must be empty; `UNSET` fields are not compared. The active
    provisioning is compared, not one that is still in progress.
    """

    phone_number: str
    display_name: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    region_code: Maybe[str] = attrs.field(default=UNSET, kw_only=True)
    type: Maybe[NumberTypeInput] = attrs.field(default=UNSET, kw_only=True)
    service_plan_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    campaign_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    voice_type: Maybe[VoiceTypeInput | None] = attrs.field(default=UNSET, kw_only=True)
    """The expected type of voice provisioning; ``None`` means none is allowed."""
    app_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    trunk_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    service_id: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    callback_url: Maybe[str | None] = attrs.field(default=UNSET, kw_only=True)
    released: Maybe[bool] = attrs.field(default=UNSET, kw_only=True)
    """Whether the number should be released; a released number may be missing."""


COLUMNS: Final = tuple(field.name for field in attrs.fields(Expectation))
"""The fields of an expectation."""


class Drift(ValueRepr):
    """How a number differs from the expectations."""

    MISSING = "missing"
    UNEXPECTED = "unexpected"
    DIFFERENT = "different"

    def __str__(self) -> str:
        return self.value


@attrs.frozen
class FieldDifference(Serializable):
    """A field that differs from the expectation; ``None`` means empty."""

    field: str
    """The name of the field in `Expectation`."""
    expected: str | None
    actual: str | None
    pending: bool = False
    """Whether provisioning of the expected value is in progress."""

    def __str__(self) -> str:
        seen = self._contrast(_quoted)
        pending = " (provisioning in progress)" if self.pending else ""
        hint = f" ({seen.hint})" if seen.hint else ""
        return f"{self.field} is {seen.one}, not {seen.other}{hint}{pending}"

    @property
    def shown(self) -> tuple[str, str]:
        """
        Return the actual and the expected value so that a reader can see the difference.

        Characters that are invisible, or that look alike in both, are escaped.
        """
        seen = self._contrast(lambda text: text)
        return seen.one, seen.other

    @property
    def hint(self) -> str:
        """Return the code points that look alike, or an empty str."""
        return self._contrast(lambda text: text).hint

    def _contrast(self, quote: Callable[[str], str]) -> Contrast:
        if self.actual is not None and self.expected is not None:
            seen = contrast(self.actual, self.expected)
            return Contrast(quote(seen.one), quote(seen.other), seen.hint)
        values = (self.actual, self.expected)
        return Contrast(*("empty" if one is None else quote(visible(one)) for one in values))


@attrs.frozen
class Difference(Serializable):
    """A number that differs from the expectations."""

    kind: Drift
    phone_number: str
    fields: tuple[FieldDifference, ...] = ()
    """The fields that differ; empty for missing and unexpected numbers."""


class Expectations:
    """
    The expected numbers of a project.

    Args:
        expectations: The expected numbers, each once.

    Raises:
        InvalidArgumentError: A number is a duplicate or is not in E.164, or another field is
            malformed.

    Example::

        expected = Expectations([Expectation("+12025550134", display_name="Front desk")])
        number = await client.active_numbers.get("+12025550134")
        print(expected.difference(number))
        print([*expected.missing({"+12025550134"})])
    """

    def __init__(self, expectations: Iterable[Expectation]) -> None:
        self._by_number: dict[str, Expectation] = {}
        if isinstance(expectations, str | Mapping) or not isinstance(expectations, Iterable):
            kind = type(expectations).__name__
            raise InvalidArgumentError("expectations", f"a list of Expectation, not {kind}")
        for expectation in expectations:
            checked = _checked(arguments.instance(expectation, Expectation, "expectations"))
            number = checked.phone_number
            if number in self._by_number:
                raise InvalidArgumentError("expected", "unique phone numbers", number)
            self._by_number[number] = checked

    def __len__(self) -> int:
        return len(self._by_number)

    def __repr__(self) -> str:
        plural = "" if len(self) == 1 else "s"
        return f"<Expectations: {len(self):,} number{plural}>"

    def __iter__(self) -> Iterator[Expectation]:
        return iter(self._by_number.values())

    def __contains__(self, phone_number: object) -> bool:
        return phone_number in self._by_number

    @property
    def digest(self) -> str:
        """Return a hash of the expectations, independent of their order."""
        lines = sorted(map(repr, self._by_number.values()))
        return sha256("\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()

    def difference(self, number: ActiveNumber) -> Difference | None:
        """
        Return how *number* differs from its expectation, ``None`` if it doesn't.

        Args:
            number: A rented number.
        """
        expectation = self._by_number.get(number.phone_number)
        if expectation is None:
            return Difference(Drift.UNEXPECTED, number.phone_number)
        actual, coming = actual_values(number), scheduled_values(number)
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
        """
        Return expected numbers not in *met*, except those expected to be released.

        Args:
            met: The numbers that the project has.
        """
        seen = frozenset(met)
        for expectation in self:
            if expectation.phone_number not in seen and expectation.released is not True:
                yield expectation


def _checked(expectation: Expectation) -> Expectation:
    """Return *expectation* with valid fields, and enum members for their values."""
    values: dict[str, Any] = {"phone_number": arguments.phone_number(expectation.phone_number)}
    for name in COLUMNS[1:]:
        value = getattr(expectation, name)
        if value is UNSET or (value is None and name not in _NEVER_EMPTY):
            continue
        # Not `text`: files can have lone surrogates, as responses can.
        values[name] = _CHECKS[name](value, name) if name in _CHECKS else _a_str(value, name)
    return attrs.evolve(expectation, **values)


def _a_str(value: object, name: str) -> str:
    return arguments.instance(value, str, name)


_NEVER_EMPTY: Final = frozenset(("region_code", "type", "released"))
_CHECKS: Final[Mapping[str, Callable[[object, str], Any]]] = {
    "region_code": arguments.region_code,
    "type": lambda value, name: choice(value, NumberType, name),
    "voice_type": lambda value, name: choice(value, VoiceType, name),
    "released": arguments.flag,
}


def actual_values(number: ActiveNumber) -> Mapping[str, Any]:
    """Return the fields of *number* that an expectation has, ``None`` if empty."""
    voice = number.voice_configuration
    return {
        "display_name": number.display_name,
        "region_code": number.region_code,
        "type": number.type,
        "service_plan_id": links.service_plan(number),
        "campaign_id": links.campaign(number),
        # The API also sends a type for numbers without voice provisioning.
        "voice_type": voice.type if voice and links.voice_link(number) else None,
        "app_id": voice.app_id if isinstance(voice, RtcVoice) else None,
        "trunk_id": voice.trunk_id if isinstance(voice, EstVoice) else None,
        "service_id": voice.service_id if isinstance(voice, FaxVoice) else None,
        "callback_url": number.callback_url,
        "released": number.expire_at is not None,
    }


def scheduled_values(number: ActiveNumber) -> Mapping[str, str | None]:
    """Return the provisioning that is in progress."""
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


def _quoted(text: str) -> str:
    mark = '"' if "'" in text else "'"
    return f"{mark}{text}{mark}"
