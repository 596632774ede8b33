"""Kinds of fields: which values of requests and responses a cassette may contain."""

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Final

import attrs

__all__: list[str] = []


class Kind(Enum):
    """How the values of a field are replaced."""

    LITERAL = auto()
    """Defined by the API, such as an enum value or a timestamp."""
    NUMBER = auto()
    """A phone number."""
    PATTERN = auto()
    """A part of a phone number."""
    MESSAGE = auto()
    """Text of the service, which may quote other values."""
    PRIVATE = auto()
    """Any other value: an ID, a name, a secret, a URL. Also that of unknown fields."""
    PERSONAL = auto()
    """Data of persons, of which numbers are replaced, too."""


class Context(Enum):
    """The surroundings of a field, where its name is not enough."""

    PLAIN = auto()
    ADDRESS = auto()
    """An address, in which ``state`` is a place."""
    PERSON = auto()
    """Data of a registration, whose fields have any name."""
    CHALLENGE = auto()
    """The check of a code that a person received by phone."""
    TEMPLATE = auto()
    """The JSON schema of a registration, which describes no person."""


_LITERAL: Final = frozenset(
    (
        *("@type", "type", "types", "capability", "capabilities", "regionCode", "regionName"),
        *("country", "currencyCode", "amount", "status", "state", "states", "code", "errorCode"),
        *("errorCodes", "failureCode", "internalFailureCode", "eventType", "resourceType"),
        *(
            "searchPattern",
            "orderBy",
            "pageSize",
            "size",
            "numberType",
            "serviceType",
            "operation",
        ),
        *("uploadStatus", "validationResult", "globalProcessState", "loaType", "documentType"),
        *("allowedDocumentTypes", "mimeType", "allowedMimeTypes", "grant_type", "token_type"),
        *("scope", "reason", "domain", "field", "campaignProvisioningState", "osrUpdateState"),
        *("platformProvisioningState", "createTime", "createdTime", "updateTime", "updatedTime"),
        *("lastUpdatedTime", "expireAt", "expireTime", "nextChargeDate", "timestamp"),
        *("scheduledOsrUpdateTime", "scheduledZipwhipProvisioningTime", "osrEligibility"),
        *("smsAtt", "mmsAtt", "smsTmo", "mmsTmo", "expires_in", "content-type", "date"),
        *("retry-after",),
    )
)
_NUMBERS: Final = frozenset(
    ("phoneNumber", "phoneNumbers", "numbers", "orderNumbers", "resourceName", "resourceId")
)
_MESSAGES: Final = frozenset(
    (
        *("message", "description", "detail", "title", "error", "error_description"),
        *("errorMessage", "validationMessage", "logs", "www-authenticate"),
    )
)
_PERSONAL_IN: Final = ((Context.ADDRESS, "state"), (Context.CHALLENGE, "code"))
_API_NAME: Final = re.compile(r"[A-Za-z]+(?::[A-Za-z]+)?")
_OF_REGISTRATION: Final = ("requestDetails", "data")
_OF_PERSONS: Final = ("authorisedPerson", "authorizedPerson")


def context_of(path: str) -> Context:
    """Return the context of the bodies of the operation at *path*."""
    target = path.rpartition("/")[2]
    if target.startswith("emergencyAddress"):
        return Context.ADDRESS
    if target.endswith(":verifyVoiceChallenge"):
        return Context.CHALLENGE
    if target == "numberOrders:lookupNumberRequirements":
        return Context.TEMPLATE
    return Context.PLAIN


def context_in(context: Context, field: str) -> Context:
    """Return the context of the fields of *field*, an object or a list."""
    if field in _OF_REGISTRATION or context is Context.PERSON:
        return Context.PERSON
    if field in _OF_PERSONS or "address" in field.lower():
        return Context.ADDRESS
    return context


def kind_of(context: Context, field: str) -> Kind:
    """Return the kind of *field*; that of an item of a list is the kind of the list."""
    name = field.rpartition(".")[2]
    if context is Context.PERSON or (context, name) in _PERSONAL_IN:
        return Kind.PERSONAL
    if name in _LITERAL or name.lower().startswith(("x-ratelimit-", "ratelimit")):
        return Kind.LITERAL
    if name in _MESSAGES or context is Context.TEMPLATE:
        return Kind.MESSAGE
    if name in _NUMBERS:
        return Kind.NUMBER
    if name == "pattern":
        return Kind.PATTERN
    return Kind.PRIVATE if context is Context.PLAIN else Kind.PERSONAL


Leaf = Callable[[Kind, str, Any], Any]
"""Called with the kind, the field, and the value: a str or a number."""


def mapped(value: Any, leaf: Leaf, context: Context, field: str = "") -> Any:
    """Return a copy of *value*, of JSON, with each str and number replaced by *leaf*."""
    if isinstance(value, dict):
        inner = context_in(context, field)
        return {name: mapped(one, leaf, inner, name) for name, one in value.items()}
    if isinstance(value, list):
        return [mapped(one, leaf, context, field) for one in value]
    if value is None or isinstance(value, bool):
        return value
    return leaf(kind_of(context, field), field, value)


@attrs.frozen
class Segment:
    """A part of a path: a name that the API defines, or a value."""

    text: str
    field: str | None
    """``None`` for a name that the API defines."""
    verb: str = ""
    """The verb after a value, with its colon."""


def segments(path: str) -> list[Segment]:
    """Split a decoded *path* such as ``/v1/projects/{}/activeNumbers/{}:release``."""
    base, found, rest = path.partition("/projects/")
    if not found:
        return [Segment(path, None)]
    project, *names = rest.split("/")
    parts = [Segment(base, None), Segment("projects", None), Segment(project, "projectId")]
    for at, name in enumerate(names):
        if at % 2 == 0 and _API_NAME.fullmatch(name):
            parts.append(Segment(name, None))
        else:
            text, colon, verb = name.partition(":")
            collection = names[at - 1] if at % 2 else "value"
            parts.append(Segment(text, collection.removesuffix("s"), colon + verb))
    return parts
