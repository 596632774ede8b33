"""Generated webhooks for tests, signed like the service's."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import attrs

from sinch_numbers.models import Event
from sinch_numbers.models._secret import Secret
from sinch_numbers.webhooks._events import SIGNATURE_HEADER, parse_event, sign

__all__ = ["SignedEvent", "SignedEvents"]

_START: Final = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


@attrs.frozen
class SignedEvent:
    """A webhook as posted: a body and its signature."""

    body: bytes
    signature: str

    @property
    def headers(self) -> dict[str, str]:
        """The headers to post it with."""
        return {"Content-Type": "application/json", SIGNATURE_HEADER: self.signature}

    @property
    def event(self) -> Event:
        """The parsed event."""
        return parse_event(self.body)


class SignedEvents:
    """
    Generates signed webhooks with unique ids, each a second after the previous.

    They are signed with *hmac_secret*. Any field can be overridden under its API name:
    ``events.number("+12025550134", status="FAILED")``.

    Args:
        hmac_secret: The secret that signs them.
        project_id: ID of the project in the events.

    Example::

        events = SignedEvents("s" * 32)
        signed = events.number("+12025550134", failure_code="CAMPAIGN_EXPIRED")
        print(parse_event(signed.body).failure_code)
        print(events.order("my-order", status="REJECTED").event)
        print(events.imported("+12025550160").event)
    """

    def __init__(self, hmac_secret: Secret | str, *, project_id: str = "sandbox") -> None:
        self._secret = Secret(hmac_secret)
        self._project_id = project_id
        self._made = 0

    @property
    def secret(self) -> Secret:
        """The secret that signs the webhooks."""
        return self._secret

    def number(
        self,
        phone_number: str,
        event_type: str = "PROVISIONING_TO_SMS_PLATFORM",
        *,
        failure_code: str | None = None,
        **members: Any,
    ) -> SignedEvent:
        """
        Create an event about a rented number; a *failure_code* makes it a failure.

        Args:
            phone_number: Number in E.164.
            event_type: Type of the event.
            failure_code: Code of the failure (default: a success).
            members: Other fields, by their names in the API.
        """
        return self._make(
            "ACTIVE_NUMBER",
            phone_number,
            event_type,
            {
                "status": "SUCCEEDED" if failure_code is None else "FAILED",
                "failureCode": failure_code,
                "internalFailureCode": None,
            },
            members,
        )

    def order(self, order_id: str, status: str = "COMPLETED", **members: Any) -> SignedEvent:
        """
        Create an event about an order that has entered the state *status*.

        Args:
            order_id: ID of the order.
            status: State of the order.
            members: Other fields, by their names in the API.
        """
        kind = "NUMBER_ORDER_PROCESSING"
        return self._make("NUMBER_ORDER", order_id, kind, {"status": status}, members)

    def imported(
        self,
        phone_number: str,
        event_type: str = "LINK_TO_10DLC_CAMPAIGN",
        *,
        failure_code: str | None = None,
        **members: Any,
    ) -> SignedEvent:
        """
        Create an event about an imported number, as the other host sends it.

        Args:
            phone_number: Number in E.164.
            event_type: Type of the event.
            failure_code: Code of the failure (default: a success).
            members: Other fields, by their names in the API.
        """
        status = "SUCCEEDED" if failure_code is None else "FAILED"
        given = {"status": status, "failureCode": failure_code}
        return self._make("IMPORTED_NUMBER", phone_number, event_type, given, members)

    def _make(
        self,
        kind: str,
        about: str,
        event_type: str,
        given: Mapping[str, Any],
        members: Mapping[str, Any],
    ) -> SignedEvent:
        self._made += 1
        moment = _START + timedelta(seconds=self._made)
        imported = kind == "IMPORTED_NUMBER"
        event = {
            "eventId": f"01k5q8r4t6{self._made:016}",
            "timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.000000{'Z' if imported else '000'}",
            "projectId": self._project_id,
            "resourceId": about,
            "resourceType": kind,
            "eventType": event_type,
            **given,
            **members,
        }
        body = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
        return SignedEvent(body, sign(body, self._secret))
