"""Routes and handlers of the Numbers host."""

import re
from collections.abc import Callable
from typing import Any

import attrs

from sinch_numbers.sandbox._api import bodies, query
from sinch_numbers.sandbox._api.order_routes import ORDER_ROUTES, Handler
from sinch_numbers.sandbox._api.wire import active_number, available_number, page
from sinch_numbers.sandbox._protocol.errors import unknown_route, violation, wrong_method
from sinch_numbers.sandbox._protocol.exchange import Call, Reply
from sinch_numbers.sandbox._protocol.json_text import encode
from sinch_numbers.sandbox._state.emergency import address_json, validation_json
from sinch_numbers.sandbox._state.fixtures import E164
from sinch_numbers.sandbox._state.matching import NUMBER_TYPES
from sinch_numbers.sandbox._state.numbers import ActiveNumber
from sinch_numbers.sandbox._state.paging import PageTokens
from sinch_numbers.sandbox._state.regions import REGIONS
from sinch_numbers.sandbox._state.state import Project

__all__ = ["Request", "operation"]

# The service publishes neither limit; these are from its least reliable description.
_DEFAULT_PAGE_SIZE = 30
_DEFAULT_SIZE = 30


@attrs.frozen(kw_only=True)
class Request:
    """Request for a known project; *phone_number* is set if the path has one."""

    call: Call
    project: Project
    pages: PageTokens
    max_page_size: int
    phone_number: str = ""

    @property
    def document(self) -> bodies.Document:
        """Return the parsed JSON body."""
        return bodies.document(self.call.body)


Operation = Callable[[Request], Reply]


def operation(method: str, resource: str) -> tuple[Operation, str | None]:
    """Return the handler of *method* on *resource*, and the path's phone number."""
    found = False
    for route_method, pattern, answer in _ROUTES:
        match = pattern.fullmatch(resource)
        if match is not None:
            found = True
            if route_method == method:
                return answer, match.groupdict().get("number")
    raise wrong_method() if found else unknown_route()


def check_phone_number(phone_number: str) -> None:
    """Reject anything but E.164 with a plus sign."""
    if not E164.fullmatch(phone_number):
        raise violation("phoneNumber", "must be in E.164 form, with the plus sign")


def _search(request: Request) -> Reply:
    asked = request.call.query
    wanted = query.search_filter(asked)
    size = query.limit(asked, "size", default=_DEFAULT_SIZE, most=request.max_page_size)
    found = ",".join(map(available_number, request.project.stock.search(wanted, size)))
    return Reply.text(f'{{"availableNumbers":[{found}]}}')


def _get_available(request: Request) -> Reply:
    return Reply.text(available_number(request.project.get_available(request.phone_number)))


def _rent(request: Request) -> Reply:
    change = bodies.renting(request.document)
    return _number(request, request.project.rent(request.phone_number, change))


def _rent_any(request: Request) -> Reply:
    given = request.document
    wanted, change = bodies.rent_any(given), bodies.renting(given)
    return _number(request, request.project.rent_any(wanted, change))


def _list(request: Request) -> Reply:
    asked, project = request.call.query, request.project
    wanted, order_by = query.listing_filter(asked), query.order(asked)
    size = query.limit(asked, "pageSize", default=_DEFAULT_PAGE_SIZE, most=request.max_page_size)
    if request.call.fault is not None and request.call.fault.kind == "empty_page":
        size = 0
    listing = encode([project.project_id, order_by, *attrs.astuple(wanted, filter=_plain)])
    listing += "".join(sorted(wanted.capability))
    token = (asked.get("pageToken") or [""])[0]
    after = request.pages.read(listing, token) if token else None
    numbers, position, total = project.active.page(
        wanted, order_by=order_by, after=after, size=size
    )
    next_page_token = "" if position is None else request.pages.issue(listing, position)
    written = [active_number(number, project.project_id) for number in numbers]
    return Reply.text(page(written, next_page_token, total))


def _get(request: Request) -> Reply:
    fault, number = request.call.fault, request.phone_number
    if fault is not None and fault.kind == "stale":
        return _number(request, request.project.get_as_of(number, fault.seconds))
    return _number(request, request.project.get(number))


def _update(request: Request) -> Reply:
    change = bodies.updating(request.document)
    return _number(request, request.project.update(request.phone_number, change))


def _release(request: Request) -> Reply:
    return _number(request, request.project.release(request.phone_number))


def _emergency_address(request: Request) -> Reply:
    return Reply.json(address_json(request.project.emergency_address(request.phone_number)))


def _provision(request: Request) -> Reply:
    _, address = bodies.emergency(request.document)
    request.project.provision_emergency_address(request.phone_number, address)
    return Reply.json(address_json(address))


def _deprovision(request: Request) -> Reply:
    request.project.deprovision_emergency_address(request.phone_number)
    return Reply.json({})


def _validate(request: Request) -> Reply:
    display_name, address = bodies.emergency(request.document)
    request.project.get(request.phone_number)
    return Reply.json(validation_json(request.phone_number, display_name, address))


def _regions(request: Request) -> Reply:
    types = query.words(request.call.query, "types", NUMBER_TYPES)
    # A matching region lists all of its types, including those not requested.
    found = [
        {"regionCode": region.code, "regionName": region.name, "types": region.types}
        for region in REGIONS
        if not types or not types.isdisjoint(region.types)
    ]
    return Reply.json({"availableRegions": found})


def _callback_configuration(request: Request) -> Reply:
    project = request.project
    return Reply.json({"projectId": project.project_id, "hmacSecret": project.hmac_secret})


def _update_callback_configuration(request: Request) -> Reply:
    secret = bodies.hmac_secret(request.document)
    if secret is not None:
        request.project.update_callback_configuration(secret)
    return _callback_configuration(request)


def _number(request: Request, number: ActiveNumber) -> Reply:
    return Reply.text(active_number(number, request.project.project_id))


def _about_order(pattern: str, answer: Handler) -> Operation:
    path = re.compile(f"/v1/projects/[^/]+/{pattern}")

    def respond(request: Request) -> Reply:
        found = path.fullmatch(request.call.path)
        return answer(request.project, found.groupdict() if found else {}, request.call)

    return respond


def _plain(_attribute: Any, value: Any) -> bool:
    # Sets have no stable order to serialize.
    return not isinstance(value, frozenset)


_NUMBER = r"(?P<number>[^/:]*)"
_ROUTES: tuple[tuple[str, re.Pattern[str], Operation], ...] = tuple(
    (method, re.compile(pattern.format(number=_NUMBER)), answer)
    for method, pattern, answer in (
        ("GET", "activeNumbers", _list),
        ("GET", "activeNumbers/{number}", _get),
        ("PATCH", "activeNumbers/{number}", _update),
        ("POST", "activeNumbers/{number}:release", _release),
        ("GET", "activeNumbers/{number}/emergencyAddress", _emergency_address),
        ("POST", "activeNumbers/{number}/emergencyAddress:provision", _provision),
        ("POST", "activeNumbers/{number}/emergencyAddress:deprovision", _deprovision),
        ("POST", "activeNumbers/{number}/emergencyAddress:validate", _validate),
        ("GET", "availableNumbers", _search),
        ("POST", "availableNumbers:rentAny", _rent_any),
        ("GET", "availableNumbers/{number}", _get_available),
        ("POST", "availableNumbers/{number}:rent", _rent),
        ("GET", "availableRegions", _regions),
        ("GET", "callbackConfiguration", _callback_configuration),
        ("PATCH", "callbackConfiguration", _update_callback_configuration),
        *((verb, where, _about_order(where, answer)) for verb, where, answer in ORDER_ROUTES),
    )
)
