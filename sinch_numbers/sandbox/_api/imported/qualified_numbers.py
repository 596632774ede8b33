"""Handlers of qualified numbers."""

from sinch_numbers.sandbox._api.imported import bodies
from sinch_numbers.sandbox._api.imported.paging import paged
from sinch_numbers.sandbox._api.imported.wire import qualified_number
from sinch_numbers.sandbox._api.router import IMPORTED, Request
from sinch_numbers.sandbox._protocol.exchange import Reply
from sinch_numbers.sandbox._state.imported.fixtures import QUALIFICATIONS

_PREFIX = "GLOBAL_PROCESS_STATE_"
_STATES = tuple(_PREFIX + state for state in ("UNSPECIFIED", *QUALIFICATIONS))


@IMPORTED.route("GET", "/qualifiedNumbers")
def _list_qualified(request: Request) -> Reply:
    state = request.required("states", _STATES).removeprefix(_PREFIX)
    region = request.parameter("regionCode")
    found = [
        number
        for number in request.project.imported.qualified.all().values()
        if number.state == state and region in ("", number.region_code)
    ]
    return paged(
        request,
        "qualifiedNumbers",
        found,
        lambda number: number.phone_number,
        lambda number: qualified_number(number, request.project.project_id),
    )


@IMPORTED.route("GET", "/qualifiedNumbers/{phoneNumber}")
def _get_qualified(request: Request) -> Reply:
    number = request.project.imported.qualified.get(request.phone_number)
    return Reply.json(qualified_number(number, request.project.project_id))


@IMPORTED.route("POST", "/qualifiedNumbers:addNumbers")
def _add_qualified(request: Request) -> Reply:
    added = request.project.imported.qualified.add(
        bodies.numbers(request.document, "phoneNumbers")
    )
    written = [qualified_number(number, request.project.project_id) for number in added]
    return Reply.json({"qualifiedNumbers": written})


@IMPORTED.route("DELETE", "/qualifiedNumbers/{phoneNumber}")
def _delete_qualified(request: Request) -> Reply:
    request.project.imported.qualified.delete(request.phone_number)
    return Reply.json({})


@IMPORTED.route("POST", "/qualifiedNumbers/{phoneNumber}:sendVoiceChallenge")
def _send_challenge(request: Request) -> Reply:
    number = request.project.imported.qualified.call(request.phone_number)
    return Reply.json(qualified_number(number, request.project.project_id))


@IMPORTED.route("POST", "/qualifiedNumbers/{phoneNumber}:verifyVoiceChallenge")
def _verify_challenge(request: Request) -> Reply:
    code = bodies.text(request.document, "code", required=True)
    number = request.project.imported.qualified.check_code(request.phone_number, code)
    return Reply.json(qualified_number(number, request.project.project_id))
