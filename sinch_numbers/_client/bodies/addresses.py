"""Request bodies of emergency (E911) addresses."""

from typing import Any, Final

from sinch_numbers._client.bodies.mappings import body_of
from sinch_numbers._core import arguments
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import EmergencyAddress

REQUIRED: Final = ("streetNumber", "streetInfo", "city", "state", "postalCode")


def emergency_address(display_name: object, address: object) -> dict[str, Any]:
    """Return the body of a request about an emergency address, which must be complete."""
    body = body_of(address, EmergencyAddress, "address")
    if missing := [name for name in REQUIRED if not (body.get(name) or "").strip()]:
        raise InvalidArgumentError("address", f"{', '.join(REQUIRED)}; missing", missing)
    return {
        "displayName": arguments.filled_text(display_name, "display_name"),
        "address": body,
    }
