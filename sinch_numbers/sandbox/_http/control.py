"""Control routes under ``/_sandbox``, for sandboxes in another process."""

import json
from datetime import datetime
from typing import Any, cast

import attrs

from sinch_numbers.sandbox._api.sandbox_state import SandboxState
from sinch_numbers.sandbox._protocol.clock import timestamp
from sinch_numbers.sandbox._protocol.errors import ApiError, invalid, unknown_route, violation
from sinch_numbers.sandbox._protocol.exchange import Call, Reply
from sinch_numbers.sandbox._state.ledger import LedgerEntry

__all__ = ["PREFIX", "control"]

PREFIX = "/_sandbox"


def control(world: SandboxState, call: Call) -> Reply:
    """
    Answer a call of the control routes.

    ===========================  =====================================================
    ``GET /_sandbox``            settings, time and counts
    ``GET /_sandbox/calls``      every API request so far, in order
    ``GET /_sandbox/ledger``     changes that took effect
    ``POST /_sandbox/faults``    ``{"kind": …}`` and the arguments of `Faults.add`, or
                                 ``{"queue": […]}``
    ``DELETE /_sandbox/faults``  remove pending faults
    ``POST /_sandbox/clock``     ``{"advance": seconds}`` or ``{"set": time}``
    ``POST /_sandbox/tokens``    ``{"action": "revoke"}`` or ``{"action": "expire"}``
    ``GET /_sandbox/events``     published events, in order
    ``GET /_sandbox/webhooks``   every delivery attempt
    ``POST /_sandbox/webhooks``  ``{"url": …}``, the arguments of `Webhooks.disturb`, or
                                 ``{"again": true}`` to send every event again
    ``GET /_sandbox/codes``      the codes read out by voice calls, by number
    ``POST /_sandbox/letters``   ``{"hostingOrderId": …, "action": "sign"}`` or ``"refuse"``
    ``POST /_sandbox/invoices``  ``{"phoneNumber": …, "action": "accept"}`` or ``"refuse"``
    ===========================  =====================================================
    """
    try:
        match call.method, call.path.removeprefix(PREFIX):
            case "GET", "":
                return Reply.json(_overview(world))
            case "GET", "/calls":
                return Reply.json({"calls": world.calls})
            case "GET", "/ledger":
                return Reply.json({"ledger": [_entry(entry) for entry in world.ledger]})
            case "POST", "/faults":
                return _add_faults(world, _members(call))
            case "DELETE", "/faults":
                world.faults.clear()
                return Reply.json({})
            case "POST", "/clock":
                return _clock(world, _members(call))
            case "POST", "/tokens":
                return _tokens(world, _members(call))
            case "GET", "/events":
                return Reply.json({"events": _events(world)})
            case "GET", "/webhooks":
                made = [attrs.asdict(delivery) for delivery in world.webhooks.deliveries]
                return Reply.json({"url": world.webhooks.url, "deliveries": made})
            case "POST", "/webhooks":
                return _webhooks(world, _members(call))
            case "GET", "/codes":
                return Reply.json({"codes": _codes(world)})
            case "POST", "/letters":
                return _decide(world, _members(call), "hostingOrderId")
            case "POST", "/invoices":
                return _decide(world, _members(call), "phoneNumber")
            case _:
                raise unknown_route()
    except ApiError as error:
        return Reply.json(error.envelope, status=error.code)


def _overview(world: SandboxState) -> dict[str, Any]:
    return {
        "settings": attrs.asdict(world.settings),
        "now": timestamp(world.clock.now()),
        "projects": {
            project_id: {"active": len(project.active), "stock": len(project.stock)}
            for project_id, project in world.projects.items()
        },
        "calls": len(world.calls),
        "ledger": len(world.ledger),
        "applied": world.faults.applied,
    }


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "operation": entry.operation,
        "phoneNumber": entry.phone_number,
        "projectId": entry.project_id,
        "at": timestamp(entry.at),
        "amount": None if entry.amount is None else str(entry.amount),
        "currency": entry.currency,
    }


def _add_faults(world: SandboxState, given: dict[str, Any]) -> Reply:
    try:
        if "queue" in given:
            world.faults.queue(*given["queue"])
        else:
            world.faults.add(**given)
    except (TypeError, ValueError) as error:
        raise invalid(str(error)) from None
    return Reply.json({})


def _clock(world: SandboxState, given: dict[str, Any]) -> Reply:
    try:
        if "set" in given:
            world.clock.set(datetime.fromisoformat(given["set"]))
        else:
            world.clock.advance(float(given["advance"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise violation("advance", "or set: seconds, or a time with its zone") from None
    return Reply.json({"now": timestamp(world.clock.now())})


def _tokens(world: SandboxState, given: dict[str, Any]) -> Reply:
    match given.get("action"):
        case "revoke":
            world.keys.revoke()
        case "expire":
            world.keys.expire()
        case _:
            raise violation("action", "must be revoke or expire")
    return Reply.json({})


def _events(world: SandboxState) -> list[dict[str, Any]]:
    return [
        {**attrs.asdict(event), "at": timestamp(event.at)}
        for project in world.projects.values()
        for event in project.events
    ]


def _webhooks(world: SandboxState, given: dict[str, Any]) -> Reply:
    try:
        if "url" in given:
            world.webhooks.url = str(given.pop("url"))
        if given.pop("again", False):
            world.webhooks.send_again()
        if given:
            world.webhooks.disturb(**given)
    except (TypeError, ValueError) as error:
        raise invalid(str(error)) from None
    return Reply.json({})


def _codes(world: SandboxState) -> dict[str, str]:
    return {
        number: code
        for project in world.projects.values()
        for number, code in project.imported.qualified.voice_codes.items()
    }


def _decide(world: SandboxState, given: dict[str, Any], name: str) -> Reply:
    """Apply a manual decision, in the project that owns the order or number."""
    yes, wanted = {"hostingOrderId": "sign", "phoneNumber": "accept"}[name], given.get(name)
    if given.get("action") not in (yes, "refuse"):
        raise violation("action", f"must be {yes} or refuse")
    agreed = given["action"] == yes
    for project in world.projects.values():
        orders, qualified = project.imported.orders, project.imported.qualified
        if name == "hostingOrderId" and wanted in orders.all():
            (orders.sign if agreed else orders.refuse)(str(wanted))
            return Reply.json({})
        if name == "phoneNumber" and wanted in qualified.all():
            qualified.review(str(wanted), accepted=agreed)
            return Reply.json({})
    raise violation(name, "is not to be found in any project")


def _members(call: Call) -> dict[str, Any]:
    try:
        given = json.loads(call.body)
    except (ValueError, RecursionError):
        raise invalid("the request body is not valid JSON") from None
    if not isinstance(given, dict):
        raise invalid("the request body must be a JSON object")
    return cast("dict[str, Any]", given)
