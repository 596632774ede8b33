"""Routes and handlers of the second host."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import attrs

from sinch_numbers.sandbox._api import bodies as numbers_bodies
from sinch_numbers.sandbox._api import query
from sinch_numbers.sandbox._api.imported import bodies
from sinch_numbers.sandbox._api.imported.wire import (
    imported_number,
    order_json,
    order_number,
    qualified_number,
    report,
)
from sinch_numbers.sandbox._protocol.clock import timestamp
from sinch_numbers.sandbox._protocol.errors import (
    not_a_value,
    unknown_route,
    violation,
    wrong_method,
)
from sinch_numbers.sandbox._protocol.exchange import Call, Reply
from sinch_numbers.sandbox._protocol.json_text import encode
from sinch_numbers.sandbox._state.fixtures import E164
from sinch_numbers.sandbox._state.imported.models import ImportedNumber, Order, OrderNumber
from sinch_numbers.sandbox._state.imported.state import ImportedHost
from sinch_numbers.sandbox._state.links import SmsLink
from sinch_numbers.sandbox._state.matching import Filter
from sinch_numbers.sandbox._state.paging import PageTokens

__all__ = ["ImportedRequest", "imported_operation"]

T = TypeVar("T")

_PAGE_SIZE = 30
_STATES = ("STATE_UNSPECIFIED", "WAITING", "IN_PROGRESS", "DONE", "FAILED")
_ORDER_STATES = (
    "HOSTING_ORDER_STATE_UNSPECIFIED",
    "DRAFT",
    "SUBMITTED",
    "WAITING_FOR_LOA_SIGNATURE",
    "IN_PROGRESS",
    "COMPLETED",
    "REJECTED",
)
_ORDER_TYPES = ("HOSTING_ORDER_TYPE_UNSPECIFIED", "IMPORT", "TYPE_TEXT_ENABLE")
_PREFIX = "GLOBAL_PROCESS_STATE_"
_QUALIFICATIONS = tuple(
    _PREFIX + state
    for state in (
        "UNSPECIFIED",
        "ELIGIBLE_CHECK_PENDING",
        "ELIGIBLE",
        "NOT_ELIGIBLE",
        "VERIFICATION_PENDING",
        "VERIFICATION_FAILED",
        "VERIFICATION_BLOCKED",
        "VERIFIED",
        "HOSTING_IN_PROGRESS",
        "HOSTING_DONE",
        "HOSTING_FAILED",
    )
)


@attrs.frozen(kw_only=True)
class ImportedRequest:
    """Request for a known project, with the path's identifiers."""

    call: Call
    project_id: str
    host: ImportedHost
    pages: PageTokens
    max_page_size: int
    segments: Mapping[str, str]

    @property
    def document(self) -> numbers_bodies.Document:
        """Return the parsed JSON body."""
        return numbers_bodies.document(self.call.body)

    @property
    def phone_number(self) -> str:
        """Return the phone number in the path."""
        number = self.segments["number"]
        if not E164.fullmatch(number):
            raise violation("phoneNumber", "must be in E.164 form, with the plus sign")
        return number

    @property
    def order_id(self) -> str:
        """Return the order ID in the path."""
        return self.segments["order"]

    def parameter(self, name: str, allowed: Iterable[str] | None = None) -> str:
        """Return a query parameter; ``""`` if missing."""
        value = (self.call.query.get(name) or [""])[0]
        if value and allowed is not None and value not in allowed:
            raise not_a_value(name, value)
        return value

    def required(self, name: str, allowed: Iterable[str] | None = None) -> str:
        """Return a required query parameter, which may be empty."""
        if name not in self.call.query:
            raise violation(name, "is required")
        return self.parameter(name, allowed)


Operation = Callable[[ImportedRequest], Reply]


def imported_operation(method: str, resource: str) -> tuple[Operation, Mapping[str, str]]:
    """Return the handler of *method* on *resource*, and the path parameters."""
    found = False
    for route_method, pattern, answer in _ROUTES:
        match = pattern.fullmatch(resource)
        if match is not None:
            found = True
            if route_method == method:
                return answer, match.groupdict()
    raise wrong_method() if found else unknown_route()


# Imported numbers


def _list_numbers(request: ImportedRequest) -> Reply:
    plan, campaign = request.parameter("servicePlanId"), request.parameter("campaignId")
    region = request.parameter("regionCode")
    place = request.parameter("numberPattern.searchPattern", ("START", "CONTAIN", "END"))
    pattern = Filter(
        pattern=request.parameter("numberPattern.pattern"), search_pattern=place or "START"
    )
    found = [
        number
        for number in request.host.numbers.all().values()
        if region in ("", number.region_code)
        and plan in ("", number.sms.service_plan_id)
        and campaign in ("", number.sms.campaign_id)
        and pattern.matches(number.phone_number, ())
    ]
    return _page(
        request,
        "importedNumbers",
        found,
        lambda number: number.phone_number,
        lambda number: _imported(request, number),
    )


def _get_number(request: ImportedRequest) -> Reply:
    return Reply.json(_imported(request, request.host.numbers.get(request.phone_number)))


def _import_number(request: ImportedRequest) -> Reply:
    given = request.document
    link = bodies.sms_link(given)
    if link is None or not link.service_plan_id:
        raise violation("smsConfiguration.servicePlanId", "is required")
    number = request.host.numbers.import_number(
        bodies.phone_number(given, "phoneNumber"),
        region_code=bodies.region(given),
        display_name=bodies.text(given, "displayName"),
        callback_url=bodies.text(given, "callbackUrl"),
        link=SmsLink(link.service_plan_id, link.campaign_id or ""),
        migrate=bodies.flag(given["smsConfiguration"], "migrateToSinchTmo", "smsConfiguration."),
    )
    return Reply.json(_imported(request, number, details=False))


def _update_number(request: ImportedRequest) -> Reply:
    given = request.document
    number = request.host.numbers.update(
        request.phone_number,
        display_name=bodies.text(given, "displayName") if "displayName" in given else None,
        callback_url=bodies.text(given, "callbackUrl") if "callbackUrl" in given else None,
        link=bodies.sms_link(given),
        erase_link="smsConfiguration" in given and given["smsConfiguration"] is None,
    )
    return Reply.json(_imported(request, number, details=False))


def _delete_number(request: ImportedRequest) -> Reply:
    request.host.numbers.delete(request.phone_number)
    return Reply()


def _imported(
    request: ImportedRequest, number: ImportedNumber, *, details: bool = True
) -> dict[str, Any]:
    held = number.phone_number in request.host.numbers.held_at_tmobile
    return imported_number(number, request.project_id, held=held, details=details)


# Hosting orders


def _list_orders(request: ImportedRequest) -> Reply:
    state = request.required("states", _ORDER_STATES)
    kind = request.required("type", _ORDER_TYPES)
    plan, campaign = request.required("servicePlanId"), request.required("campaignId")
    region = request.parameter("regionCode")
    found = [
        order
        for order in request.host.orders.all().values()
        if (state, kind, plan, campaign)
        == (order.state, order.type, order.service_plan_id, order.campaign_id)
        and region in ("", order.region_code)
    ]
    return _page(
        request,
        "hostingOrders",
        found,
        lambda order: order.hosting_order_id,
        lambda order: order_json(order, request.project_id),
    )


def _get_order(request: ImportedRequest) -> Reply:
    return Reply.json(order_json(request.host.orders.get(request.order_id), request.project_id))


def _report(request: ImportedRequest) -> Reply:
    order = request.host.orders.get(request.order_id)
    return Reply.json(report(order, request.host.orders.numbers(request.order_id).values()))


def _order_numbers(request: ImportedRequest) -> Reply:
    order = request.host.orders.get(request.order_id)
    osr, campaign, platform = (
        request.parameter(f"{name}State", _STATES)
        for name in ("osrUpdate", "campaignProvisioning", "platformProvisioning")
    )
    found = [
        number
        for number in request.host.orders.numbers(request.order_id).values()
        if osr in ("", number.osr)
        and campaign in ("", number.campaign)
        and platform in ("", number.platform)
    ]
    times = {number.phone_number: number.moved_time for number in found}
    return _page(
        request,
        "numbers",
        found,
        lambda number: number.phone_number,
        lambda number: _ordered(request, order, number),
        lambda number: times[number.phone_number],
    )


def _order_number(request: ImportedRequest) -> Reply:
    order = request.host.orders.get(request.order_id)
    number = request.host.orders.number(request.order_id, request.phone_number)
    return Reply.json(_ordered(request, order, number))


def _ordered(request: ImportedRequest, order: Order, number: OrderNumber) -> dict[str, Any]:
    held = number.phone_number in request.host.numbers.held_at_tmobile
    return order_number(number, order, request.project_id, held=held)


def _import_by_order(request: ImportedRequest) -> Reply:
    order = request.host.orders.place(bodies.importing(request.document, request.host.settle()))
    return Reply.json(order_json(order, request.project_id))


def _text_enable(request: ImportedRequest) -> Reply:
    return _opened(request, toll_free=False)


def _text_enable_toll_free(request: ImportedRequest) -> Reply:
    return _opened(request, toll_free=True)


def _opened(request: ImportedRequest, *, toll_free: bool, qualified: bool = False) -> Reply:
    wanted = bodies.text_enabling(request.document, request.host.settle(), toll_free=toll_free)
    order = request.host.orders.place(wanted, qualified=qualified)
    if qualified and not toll_free:
        return Reply.json({"hostingOrderId": order.hosting_order_id})
    return Reply.json(order_json(order, request.project_id))


# Qualified numbers


def _list_qualified(request: ImportedRequest) -> Reply:
    state = request.required("states", _QUALIFICATIONS).removeprefix(_PREFIX)
    region = request.parameter("regionCode")
    found = [
        number
        for number in request.host.qualified.all().values()
        if number.state == state and region in ("", number.region_code)
    ]
    return _page(
        request,
        "qualifiedNumbers",
        found,
        lambda number: number.phone_number,
        lambda number: qualified_number(number, request.project_id),
    )


def _get_qualified(request: ImportedRequest) -> Reply:
    number = request.host.qualified.get(request.phone_number)
    return Reply.json(qualified_number(number, request.project_id))


def _add_qualified(request: ImportedRequest) -> Reply:
    added = request.host.qualified.add(bodies.numbers(request.document, "phoneNumbers"))
    written = [qualified_number(number, request.project_id) for number in added]
    return Reply.json({"qualifiedNumbers": written})


def _delete_qualified(request: ImportedRequest) -> Reply:
    request.host.qualified.delete(request.phone_number)
    return Reply.json({})


def _text_enable_qualified(request: ImportedRequest) -> Reply:
    return _opened(request, toll_free=False, qualified=True)


def _text_enable_qualified_toll_free(request: ImportedRequest) -> Reply:
    return _opened(request, toll_free=True, qualified=True)


def _send_challenge(request: ImportedRequest) -> Reply:
    number = request.host.qualified.call(request.phone_number)
    return Reply.json(qualified_number(number, request.project_id))


def _verify_challenge(request: ImportedRequest) -> Reply:
    code = bodies.text(request.document, "code", required=True)
    number = request.host.qualified.check_code(request.phone_number, code)
    return Reply.json(qualified_number(number, request.project_id))


# Callback configuration


def _callback_configuration(request: ImportedRequest) -> Reply:
    secret = request.host.hmac_secret
    return Reply.json({"projectId": request.project_id, "hmacSecret": secret})


def _update_callback_configuration(request: ImportedRequest) -> Reply:
    secret = numbers_bodies.hmac_secret(request.document)
    if secret is not None:
        request.host.update_callback_configuration(secret)
    return _callback_configuration(request)


def _page(
    request: ImportedRequest,
    name: str,
    found: Iterable[T],
    identify: Callable[[T], str],
    write: Callable[[T], dict[str, Any]],
    moved: Callable[[T], datetime] | None = None,
) -> Reply:
    """Reply with a page of *found*, sorted by time; the page token is a position."""
    order_by = request.parameter("orderBy", ("createdTime", "updatedTime")) or "createdTime"
    attribute = {"createdTime": "created_time", "updatedTime": "updated_time"}[order_by]
    placed = sorted(
        (
            (timestamp(moved(one) if moved else getattr(one, attribute)), identify(one), one)
            for one in found
        ),
        key=lambda place: place[:2],
    )
    asked = request.call.query
    size = query.limit(asked, "pageSize", default=_PAGE_SIZE, most=request.max_page_size)
    paging = ("pageSize", "pageToken")
    filters = sorted((key, values) for key, values in asked.items() if key not in paging)
    listing = encode([request.project_id, request.call.path, filters])
    token = request.parameter("pageToken")
    after = request.pages.read(listing, token) if token else None
    left = [place for place in placed if after is None or place[:2] > after]
    chosen = left[:size]
    more = request.pages.issue(listing, chosen[-1][:2]) if len(left) > size else ""
    return Reply.json(
        {
            name: [write(one) for _, _, one in chosen],
            "nextPageToken": more,
            "totalSize": len(placed),
        }
    )


_SEGMENTS = {"number": r"(?P<number>[^/:]*)", "order": r"(?P<order>[^/:]+)"}
_ROUTES: tuple[tuple[str, re.Pattern[str], Operation], ...] = tuple(
    (method, re.compile(pattern.format(**_SEGMENTS)), answer)
    for method, pattern, answer in (
        ("GET", "importedNumbers", _list_numbers),
        ("POST", "importedNumbers", _import_number),
        ("GET", "importedNumbers/{number}", _get_number),
        ("PATCH", "importedNumbers/{number}", _update_number),
        ("DELETE", "importedNumbers/{number}", _delete_number),
        ("GET", "hostingOrders", _list_orders),
        ("GET", "hostingOrders/{order}", _get_order),
        ("GET", "hostingOrders/{order}/report", _report),
        ("GET", "hostingOrders/{order}/numbers", _order_numbers),
        ("GET", "hostingOrders/{order}/numbers/{number}", _order_number),
        ("POST", "hostingOrders:importNumbers", _import_by_order),
        ("POST", "hostingOrders:textEnableNumbers", _text_enable),
        ("POST", "hostingOrders:textEnableTollFreeNumbers", _text_enable_toll_free),
        ("GET", "qualifiedNumbers", _list_qualified),
        ("GET", "qualifiedNumbers/{number}", _get_qualified),
        ("DELETE", "qualifiedNumbers/{number}", _delete_qualified),
        ("POST", "qualifiedNumbers:addNumbers", _add_qualified),
        ("POST", "qualifiedNumbers:textEnableNumbers", _text_enable_qualified),
        ("POST", "qualifiedNumbers:textEnableTollFreeNumbers", _text_enable_qualified_toll_free),
        ("POST", "qualifiedNumbers/{number}:sendVoiceChallenge", _send_challenge),
        ("POST", "qualifiedNumbers/{number}:verifyVoiceChallenge", _verify_challenge),
        ("GET", "callbackConfiguration", _callback_configuration),
        ("PATCH", "callbackConfiguration", _update_callback_configuration),
    )
)
