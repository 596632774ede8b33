"""Handlers of imported numbers and of this host's callback configuration."""

from typing import Any

from sinch_numbers.sandbox._api import bodies as numbers_bodies
from sinch_numbers.sandbox._api.imported import bodies
from sinch_numbers.sandbox._api.imported.paging import paged
from sinch_numbers.sandbox._api.imported.wire import imported_number
from sinch_numbers.sandbox._api.router import IMPORTED, Request
from sinch_numbers.sandbox._protocol.errors import violation
from sinch_numbers.sandbox._protocol.exchange import Reply
from sinch_numbers.sandbox._state.imported.models import ImportedNumber
from sinch_numbers.sandbox._state.links import SmsLink
from sinch_numbers.sandbox._state.matching import Filter


@IMPORTED.route("GET", "/importedNumbers")
def _list_numbers(request: Request) -> Reply:
    plan, campaign = request.parameter("servicePlanId"), request.parameter("campaignId")
    region = request.parameter("regionCode")
    place = request.parameter("numberPattern.searchPattern", ("START", "CONTAIN", "END"))
    pattern = Filter(
        pattern=request.parameter("numberPattern.pattern"), search_pattern=place or "START"
    )
    found = [
        number
        for number in request.project.imported.numbers.all().values()
        if region in ("", number.region_code)
        and plan in ("", number.sms.service_plan_id)
        and campaign in ("", number.sms.campaign_id)
        and pattern.matches(number.phone_number, ())
    ]
    return paged(
        request,
        "importedNumbers",
        found,
        lambda number: number.phone_number,
        lambda number: _imported(request, number),
    )


@IMPORTED.route("GET", "/importedNumbers/{phoneNumber}")
def _get_number(request: Request) -> Reply:
    return Reply.json(
        _imported(request, request.project.imported.numbers.get(request.phone_number))
    )


@IMPORTED.route("POST", "/importedNumbers")
def _import_number(request: Request) -> Reply:
    given = request.document
    link = bodies.sms_link(given)
    if link is None or not link.service_plan_id:
        raise violation("smsConfiguration.servicePlanId", "is required")
    number = request.project.imported.numbers.import_number(
        bodies.phone_number(given, "phoneNumber"),
        region_code=bodies.region(given),
        display_name=bodies.text(given, "displayName"),
        callback_url=bodies.text(given, "callbackUrl"),
        link=SmsLink(link.service_plan_id, link.campaign_id or ""),
        migrate=bodies.flag(given["smsConfiguration"], "migrateToSinchTmo", "smsConfiguration."),
    )
    return Reply.json(_imported(request, number, details=False))


@IMPORTED.route("PATCH", "/importedNumbers/{phoneNumber}")
def _update_number(request: Request) -> Reply:
    given = request.document
    number = request.project.imported.numbers.update(
        request.phone_number,
        display_name=bodies.text(given, "displayName") if "displayName" in given else None,
        callback_url=bodies.text(given, "callbackUrl") if "callbackUrl" in given else None,
        link=bodies.sms_link(given),
        erase_link="smsConfiguration" in given and given["smsConfiguration"] is None,
    )
    return Reply.json(_imported(request, number, details=False))


@IMPORTED.route("DELETE", "/importedNumbers/{phoneNumber}")
def _delete_number(request: Request) -> Reply:
    request.project.imported.numbers.delete(request.phone_number)
    return Reply()


def _imported(request: Request, number: ImportedNumber, *, details: bool = True) -> dict[str, Any]:
    held = number.phone_number in request.project.imported.numbers.held_at_tmobile
    return imported_number(number, request.project.project_id, held=held, details=details)


@IMPORTED.route("GET", "/callbackConfiguration")
def _callback_configuration(request: Request) -> Reply:
    secret = request.project.imported.hmac_secret
    return Reply.json({"projectId": request.project.project_id, "hmacSecret": secret})


@IMPORTED.route("PATCH", "/callbackConfiguration")
def _update_callback_configuration(request: Request) -> Reply:
    secret = numbers_bodies.hmac_secret(request.document, pattern=False)
    if secret is not None:
        request.project.imported.update_callback_configuration(secret)
    return _callback_configuration(request)
