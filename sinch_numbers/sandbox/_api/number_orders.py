"""Handlers of number orders."""

from collections.abc import Mapping
from typing import Any, cast

from sinch_numbers.sandbox._api import bodies
from sinch_numbers.sandbox._api.router import NUMBERS, Request
from sinch_numbers.sandbox._protocol.clock import timestamp
from sinch_numbers.sandbox._protocol.errors import not_found, violation
from sinch_numbers.sandbox._protocol.exchange import Reply
from sinch_numbers.sandbox._protocol.multipart import upload
from sinch_numbers.sandbox._state.fixtures import E164
from sinch_numbers.sandbox._state.links import SmsLink, VoiceLink
from sinch_numbers.sandbox._state.matching import Filter
from sinch_numbers.sandbox._state.numbers import IDENTIFIERS, AvailableNumber
from sinch_numbers.sandbox._state.order import Order
from sinch_numbers.sandbox._state.requirements import REQUIREMENTS
from sinch_numbers.sandbox._state.state import Project

__all__ = ["is_upload"]

_MOST = 100


def is_upload(method: str, path: str) -> bool:
    """Return whether a request is an upload, which has a higher size limit than JSON."""
    return method == "POST" and "/numberOrders/" in path and "/attachments/" in path


@NUMBERS.route("POST", "/numberOrders:lookupNumberRequirements")
def _requirements(request: Request) -> Reply:
    found = REQUIREMENTS.get(bodies.order_kind(request.document))
    if found is None:
        raise not_found("NumberProduct", "numberRequirements", "Number requirements not found")
    return Reply.json(found.json)


@NUMBERS.route("POST", "/numberOrders:createNumberOrder")
def _create(request: Request) -> Reply:
    project = request.project
    given = request.document
    kind, change = bodies.order_kind(given), bodies.renting(given)
    wanted = _wanted(project, given, kind)
    for number in wanted:
        if change.sms is not None and "SMS" not in number.capability:
            raise violation("smsConfiguration", "the number cannot do SMS")
        if change.voice is not None and "VOICE" not in number.capability:
            raise violation("voiceConfiguration", "the number cannot do voice")
    for number in wanted:
        project.stock.take(number.phone_number)
    return _shown(project, project.orders.create(kind, wanted, change))


def _wanted(project: Project, given: bodies.Document, kind: tuple[str, str]) -> Any:
    one, several = bodies.order_options(given)
    if one is not None:
        number = project.stock.get(one) if E164.fullmatch(one) else None
        if number is None:
            raise not_found("AvailableNumber", one, "no such number", "")
        if (number.region_code, number.type) != kind:
            raise violation("numberOrderOption.phoneNumbers", "has another region or type")
        return [number]
    wanted, quantity, sequential = several
    fitting = project.stock.search(
        Filter(
            region_code=kind[0],
            type=kind[1],
            capability=wanted.capability,
            pattern=wanted.pattern,
            search_pattern=wanted.search_pattern,
        ),
        len(project.stock) if sequential else quantity,
    )
    found = _consecutive(fitting, quantity) if sequential else fitting
    if len(found) < quantity:
        raise not_found("AvailableNumber", "", "not enough numbers match")
    return found


def _consecutive(numbers: list[AvailableNumber], quantity: int) -> list[AvailableNumber]:
    run: list[AvailableNumber] = []
    for number in sorted(numbers, key=lambda one: int(one.phone_number)):
        if run and int(number.phone_number) != int(run[-1].phone_number) + 1:
            run = []
        run.append(number)
        if len(run) == quantity:
            return run
    return []


@NUMBERS.route("GET", "/numberOrders/{numberOrderId}")
def _get(request: Request) -> Reply:
    return _shown(
        request.project, request.project.orders.find(request.parameters["numberOrderId"])
    )


@NUMBERS.route("GET", "/numberOrders/{numberOrderId}/registration")
def _get_registration(request: Request) -> Reply:
    return _registration(
        request.project, request.project.orders.find(request.parameters["numberOrderId"])
    )


@NUMBERS.route("PUT", "/numberOrders/{numberOrderId}/registration")
def _update_registration(request: Request) -> Reply:
    details = request.document.get("requestDetails")
    if not isinstance(details, dict):
        raise violation("requestDetails", "must be an object")
    given = cast("Mapping[str, Any]", details)
    return _registration(
        request.project,
        request.project.orders.register(request.parameters["numberOrderId"], given),
    )


@NUMBERS.route("POST", "/numberOrders/{numberOrderId}/attachments/{attachmentId}")
def _attach(request: Request) -> Reply:
    found = upload(request.call.headers.get("content-type", ""), request.call.body)
    request.project.orders.attach(
        request.parameters["numberOrderId"], request.parameters["attachmentId"], found
    )
    return Reply.json({})


@NUMBERS.route("POST", "/numberOrders/{numberOrderId}/submit")
def _submit(request: Request) -> Reply:
    return _shown(
        request.project, request.project.orders.submit(request.parameters["numberOrderId"])
    )


def _shown(project: Project, order: Order) -> Reply:
    change = order.change
    return Reply.json(
        {
            "projectId": project.project_id,
            "idNumberOrder": order.id,
            "regionCode": order.region_code,
            "state": order.state,
            "numberType": order.type,
            "orderNumbers": [_number(number) for number in order.numbers],
            "smsConfiguration": None if change.sms is None else _sms(change.sms),
            "voiceConfiguration": None if change.voice is None else _voice(change.voice),
            "expireTime": timestamp(order.expire_time),
            "createTime": timestamp(order.create_time),
            "updateTime": timestamp(order.update_time),
        }
    )


def _number(number: AvailableNumber) -> dict[str, Any]:
    prices = {"setupPrice": number.setup_price, "monthlyPrice": number.monthly_price}
    return {
        "phoneNumber": number.phone_number,
        "numberPrice": {
            **{
                name: {"currencyCode": price.currency_code, "amount": price.amount}
                for name, price in prices.items()
            },
            "paymentIntervalMonths": number.payment_interval_months,
        },
        "capabilities": number.capability,
    }


def _sms(link: SmsLink) -> dict[str, Any]:
    return {"servicePlanId": link.service_plan_id, "campaignId": link.campaign_id or ""}


def _voice(link: VoiceLink) -> dict[str, Any]:
    members = dict.fromkeys(IDENTIFIERS.values(), "")
    return {"type": link.type, **members, IDENTIFIERS[link.type]: link.identifier}


def _registration(project: Project, order: Order) -> Reply:
    now = project.clock.now()
    attachments: list[dict[str, Any]] = []
    for attachment in order.attachments.values():
        status, since = attachment.status(now)
        attachments.append(
            {
                "attachmentId": attachment.attachment_id,
                "fileName": attachment.upload.file_name,
                "mimeType": attachment.upload.mime_type,
                "documentType": attachment.upload.document_type,
                "uploadStatus": status,
                "createTime": timestamp(attachment.create_time),
                "updateTime": timestamp(since),
            }
        )
    logs = [{"message": text, "createTime": timestamp(at)} for at, text in order.logs]
    return Reply.json({"requestDetails": order.details, "attachments": attachments, "logs": logs})
