"""Request bodies of SMS and voice configurations."""

from collections.abc import Mapping
from typing import Any, Final

from sinch_numbers._client.bodies.mappings import body_of, named, request_fields, text_or_null
from sinch_numbers._core.arguments import free_form
from sinch_numbers._core.choices import choice
from sinch_numbers._core.serialization import converter
from sinch_numbers._core.serialization.converter import VOICE_VARIANTS
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import SmsConfiguration, UnknownVoice, VoiceType
from sinch_numbers.models._fields import wire_name
from sinch_numbers.models._unset import UNSET, Maybe

_SMS: Final = "sms_configuration"
_VOICE: Final = "voice_configuration"
_IDENTIFIERS: Final[Mapping[VoiceType, str]] = {
    tag: request_fields(variant)[0] for tag, variant in VOICE_VARIANTS.items()
}
"""The field that identifies the target of each type."""


def sms_to_link(value: object) -> Maybe[dict[str, Any]]:
    """Return the request body of a new SMS configuration, which must not unlink."""
    return _linking(sms_to_change(UNSET if value is None else value), _SMS)


def voice_to_link(value: object) -> Maybe[dict[str, Any]]:
    """Return the request body of a new voice configuration, which must not unlink."""
    return _linking(voice_to_change(UNSET if value is None else value), _VOICE)


def sms_to_change(value: object) -> Maybe[dict[str, Any] | None]:
    """
    Return the request body of an SMS configuration in an update.

    The API requires the service plan, also where only the campaign changes.
    """
    body = imported_sms_to_change(value)
    if body and body.get("servicePlanId") is None:
        raise InvalidArgumentError(
            _SMS, "service_plan_id, which the API requires with campaign_id; name the current plan"
        )
    return body


def imported_sms_to_link(value: object) -> Maybe[dict[str, Any]]:
    """Return the request body of a new SMS configuration of an imported number."""
    return _linking(imported_sms_to_change(UNSET if value is None else value), _SMS)


def imported_sms_to_change(value: object) -> Maybe[dict[str, Any] | None]:
    """Return the request body of an SMS configuration in an update of an imported number."""
    if value is None or value is UNSET:
        return UNSET if value is UNSET else None
    body = body_of(value, SmsConfiguration, _SMS)
    if not body:
        raise _empty(_SMS, "service_plan_id")
    return body


def voice_to_change(value: object) -> Maybe[dict[str, Any] | None]:
    """
    Return the request body of a voice configuration in an update.

    Its only identifier must be that of its type.
    """
    if value is None or value is UNSET:
        return UNSET if value is UNSET else None
    body = _voice(value)
    if not body.keys() - {"type"}:
        raise _empty(_VOICE, "app_id, trunk_id or service_id")
    tag = VoiceType(body.get("type") or VoiceType.RTC)
    given = [
        wire_name(name) for name in _IDENTIFIERS.values() if body.get(wire_name(name)) is not None
    ]
    # A type newer than this release has no known identifier: let the API validate it.
    if tag.known and given != [wire_name(_IDENTIFIERS[tag])]:
        own = wire_name(_IDENTIFIERS[tag])
        raise InvalidArgumentError(_VOICE, f"{own} and no other identifier for {tag}", given)
    return body


def _voice(value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return _voice_of_mapping(value)
    if isinstance(value, UnknownVoice):
        return dict(converter.dump({_VOICE: value})[_VOICE])
    for tag, variant in VOICE_VARIANTS.items():
        if isinstance(value, variant):
            return {"type": tag.value, **body_of(value, variant, _VOICE)}
    variants = ", ".join(variant.__name__ for variant in VOICE_VARIANTS.values())
    raise InvalidArgumentError(_VOICE, f"{variants} or a mapping, not {type(value).__name__}")


def _voice_of_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    given = value.get("type")
    tag = None if given is None else choice(given, VoiceType, f"{_VOICE}.type")
    if tag is not None and not tag.known:
        # The fields of a type that is newer than this release are not known.
        return {**free_form(value, _VOICE), "type": tag.value}
    body: dict[str, Any] = {}
    for name, (key, member) in named(value, ("type", *_IDENTIFIERS.values()), _VOICE).items():
        body[wire_name(name)] = text_or_null(member, f"{_VOICE}.{key}")
    return body if tag is None else {**body, "type": tag.value}


def _linking(body: Maybe[dict[str, Any] | None], argument: str) -> Maybe[dict[str, Any]]:
    if not body:
        return UNSET
    if "" in body.values():
        raise InvalidArgumentError(argument, "non-empty identifiers; an empty one unlinks")
    return body


def _empty(argument: str, fields: str) -> InvalidArgumentError:
    return InvalidArgumentError(argument, f"{fields}; the API rejects an empty configuration")
