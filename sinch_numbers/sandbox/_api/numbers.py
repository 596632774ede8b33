"""Handlers of the Numbers host, except number orders."""

from typing import Any

import attrs

from sinch_numbers.sandbox._api import bodies, query
from sinch_numbers.sandbox._api.router import NUMBERS, Request
from sinch_numbers.sandbox._api.wire import active_number, available_number, page
from sinch_numbers.sandbox._protocol.exchange import Reply
from sinch_numbers.sandbox._protocol.json_text import encode
from sinch_numbers.sandbox._state.emergency import address_json, check_region, validation_json
from sinch_numbers.sandbox._state.matching import NUMBER_TYPES
from sinch_numbers.sandbox._state.numbers import ActiveNumber
from sinch_numbers.sandbox._state.regions import REGIONS

# The service publishes neither limit; these are from its least reliable description.
_DEFAULT_PAGE_SIZE = 30
_DEFAULT_SIZE = 30


@NUMBERS.route("GET", "/availableNumbers")
def _search(request: Request) -> Reply:
    asked = request.call.query
    wanted = query.search_filter(asked)
    size = query.limit(asked, "size", default=_DEFAULT_SIZE, most=request.max_page_size)
    found = ",".join(map(available_number, request.project.stock.search(wanted, size)))
    return Reply.text(f'{{"availableNumbers":[{found}]}}')


@NUMBERS.route("GET", "/availableNumbers/{phoneNumber}")
def _get_available(request: Request) -> Reply:
    return Reply.text(available_number(request.project.get_available(request.phone_number)))


@NUMBERS.route("POST", "/availableNumbers/{phoneNumber}:rent")
def _rent(request: Request) -> Reply:
    change = bodies.renting(request.document)
    return _number(request, request.project.rent(request.phone_number, change))


@NUMBERS.route("POST", "/availableNumbers:rentAny")
def _rent_any(request: Request) -> Reply:
    given = request.document
    wanted, change = bodies.rent_any(given), bodies.renting(given)
    return _number(request, request.project.rent_any(wanted, change))


@NUMBERS.route("GET", "/activeNumbers")
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


@NUMBERS.route("GET", "/activeNumbers/{phoneNumber}")
def _get(request: Request) -> Reply:
    fault, number = request.call.fault, request.phone_number
    if fault is not None and fault.kind == "stale":
        return _number(request, request.project.get_as_of(number, fault.seconds))
    return _number(request, request.project.get(number))


@NUMBERS.route("PATCH", "/activeNumbers/{phoneNumber}")
def _update(request: Request) -> Reply:
    change = bodies.updating(request.document)
    return _number(request, request.project.update(request.phone_number, change))


@NUMBERS.route("POST", "/activeNumbers/{phoneNumber}:release")
def _release(request: Request) -> Reply:
    return _number(request, request.project.release(request.phone_number))


@NUMBERS.route("GET", "/activeNumbers/{phoneNumber}/emergencyAddress")
def _emergency_address(request: Request) -> Reply:
    return Reply.json(address_json(request.project.emergency_address(request.phone_number)))


@NUMBERS.route("POST", "/activeNumbers/{phoneNumber}/emergencyAddress:provision")
def _provision(request: Request) -> Reply:
    _, address = bodies.emergency(request.document)
    check_region(request.project.get(request.phone_number).region_code)
    request.project.provision_emergency_address(request.phone_number, address)
    return Reply.json(address_json(address))


@NUMBERS.route("POST", "/activeNumbers/{phoneNumber}/emergencyAddress:deprovision")
def _deprovision(request: Request) -> Reply:
    request.project.deprovision_emergency_address(request.phone_number)
    return Reply.json({})


@NUMBERS.route("POST", "/activeNumbers/{phoneNumber}/emergencyAddress:validate")
def _validate(request: Request) -> Reply:
    display_name, address = bodies.emergency(request.document)
    check_region(request.project.get(request.phone_number).region_code)
    return Reply.json(validation_json(request.phone_number, display_name, address))


@NUMBERS.route("GET", "/availableRegions")
def _regions(request: Request) -> Reply:
    types = query.words(request.call.query, "types", NUMBER_TYPES)
    # A matching region lists all of its types, including those not requested.
    found = [
        {"regionCode": region.code, "regionName": region.name, "types": region.types}
        for region in REGIONS
        if not types or not types.isdisjoint(region.types)
    ]
    return Reply.json({"availableRegions": found})


@NUMBERS.route("GET", "/callbackConfiguration")
def _callback_configuration(request: Request) -> Reply:
    project = request.project
    return Reply.json({"projectId": project.project_id, "hmacSecret": project.hmac_secret})


@NUMBERS.route("PATCH", "/callbackConfiguration")
def _update_callback_configuration(request: Request) -> Reply:
    secret = bodies.hmac_secret(request.document, pattern=not request.project.vendor_mock)
    if secret is not None:
        request.project.update_callback_configuration(secret)
    return _callback_configuration(request)


def _number(request: Request, number: ActiveNumber) -> Reply:
    return Reply.text(active_number(number, request.project.project_id))


def _plain(_attribute: Any, value: Any) -> bool:
    # Sets have no stable order to serialize.
    return not isinstance(value, frozenset)
