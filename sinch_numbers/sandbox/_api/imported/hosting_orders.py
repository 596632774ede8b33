"""Handlers of hosting orders, and of orders to text-enable qualified numbers."""

from typing import Any

from sinch_numbers.sandbox._api.imported import bodies
from sinch_numbers.sandbox._api.imported.paging import paged
from sinch_numbers.sandbox._api.imported.wire import order_json, order_number, report
from sinch_numbers.sandbox._api.router import IMPORTED, Request
from sinch_numbers.sandbox._protocol.exchange import Reply
from sinch_numbers.sandbox._state.imported.models import Order, OrderNumber

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


@IMPORTED.route("GET", "/hostingOrders")
def _list_orders(request: Request) -> Reply:
    state = request.required("states", _ORDER_STATES)
    kind = request.required("type", _ORDER_TYPES)
    plan, campaign = request.required("servicePlanId"), request.required("campaignId")
    region = request.parameter("regionCode")
    found = [
        order
        for order in request.project.imported.orders.all().values()
        if (state, kind, plan, campaign)
        == (order.state, order.type, order.service_plan_id, order.campaign_id)
        and region in ("", order.region_code)
    ]
    return paged(
        request,
        "hostingOrders",
        found,
        lambda order: order.hosting_order_id,
        lambda order: order_json(order, request.project.project_id),
    )


@IMPORTED.route("GET", "/hostingOrders/{hostingOrderId}")
def _get_order(request: Request) -> Reply:
    return Reply.json(
        order_json(
            request.project.imported.orders.get(request.parameters["hostingOrderId"]),
            request.project.project_id,
        )
    )


@IMPORTED.route("GET", "/hostingOrders/{hostingOrderId}/report")
def _report(request: Request) -> Reply:
    order = request.project.imported.orders.get(request.parameters["hostingOrderId"])
    return Reply.json(
        report(
            order,
            request.project.imported.orders.numbers(request.parameters["hostingOrderId"]).values(),
        )
    )


@IMPORTED.route("GET", "/hostingOrders/{hostingOrderId}/numbers")
def _order_numbers(request: Request) -> Reply:
    order = request.project.imported.orders.get(request.parameters["hostingOrderId"])
    osr, campaign, platform = (
        request.parameter(f"{name}State", _STATES)
        for name in ("osrUpdate", "campaignProvisioning", "platformProvisioning")
    )
    found = [
        number
        for number in request.project.imported.orders.numbers(
            request.parameters["hostingOrderId"]
        ).values()
        if osr in ("", number.osr)
        and campaign in ("", number.campaign)
        and platform in ("", number.platform)
    ]
    times = {number.phone_number: number.moved_time for number in found}
    return paged(
        request,
        "numbers",
        found,
        lambda number: number.phone_number,
        lambda number: _ordered(request, order, number),
        lambda number: times[number.phone_number],
    )


@IMPORTED.route("GET", "/hostingOrders/{hostingOrderId}/numbers/{phoneNumber}")
def _order_number(request: Request) -> Reply:
    order = request.project.imported.orders.get(request.parameters["hostingOrderId"])
    number = request.project.imported.orders.number(
        request.parameters["hostingOrderId"], request.phone_number
    )
    return Reply.json(_ordered(request, order, number))


def _ordered(request: Request, order: Order, number: OrderNumber) -> dict[str, Any]:
    held = number.phone_number in request.project.imported.numbers.held_at_tmobile
    return order_number(number, order, request.project.project_id, held=held)


@IMPORTED.route("POST", "/hostingOrders:importNumbers")
def _import_by_order(request: Request) -> Reply:
    order = request.project.imported.orders.place(
        bodies.importing(request.document, request.project.imported.settle())
    )
    return Reply.json(order_json(order, request.project.project_id))


@IMPORTED.route("POST", "/hostingOrders:textEnableNumbers")
def _text_enable(request: Request) -> Reply:
    return _opened(request, toll_free=False)


@IMPORTED.route("POST", "/hostingOrders:textEnableTollFreeNumbers")
def _text_enable_toll_free(request: Request) -> Reply:
    return _opened(request, toll_free=True)


def _opened(request: Request, *, toll_free: bool, qualified: bool = False) -> Reply:
    wanted = bodies.text_enabling(
        request.document, request.project.imported.settle(), toll_free=toll_free
    )
    order = request.project.imported.orders.place(wanted, qualified=qualified)
    if qualified and not toll_free:
        return Reply.json({"hostingOrderId": order.hosting_order_id})
    return Reply.json(order_json(order, request.project.project_id))


@IMPORTED.route("POST", "/qualifiedNumbers:textEnableNumbers")
def _text_enable_qualified(request: Request) -> Reply:
    return _opened(request, toll_free=False, qualified=True)


@IMPORTED.route("POST", "/qualifiedNumbers:textEnableTollFreeNumbers")
def _text_enable_qualified_toll_free(request: Request) -> Reply:
    return _opened(request, toll_free=True, qualified=True)
