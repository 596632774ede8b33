"""Request dispatch without HTTP: updates the state, returns a reply."""

import logging
import re

from sinch_numbers.sandbox._api import numbers as _numbers
from sinch_numbers.sandbox._api.imported import hosting_orders, qualified_numbers
from sinch_numbers.sandbox._api.imported import numbers as imported_numbers
from sinch_numbers.sandbox._api.imported.errors import PREFIX, flattened
from sinch_numbers.sandbox._api.number_orders import is_upload
from sinch_numbers.sandbox._api.router import IMPORTED, NUMBERS, Request
from sinch_numbers.sandbox._api.sandbox_state import SandboxState
from sinch_numbers.sandbox._protocol.errors import (
    ApiError,
    forbidden,
    not_found,
    too_large,
    too_many_requests,
    unknown_route,
)
from sinch_numbers.sandbox._protocol.exchange import Call, Reply
from sinch_numbers.sandbox._protocol.fault_effects import refused
from sinch_numbers.sandbox._protocol.faults import TOKEN_PATH
from sinch_numbers.sandbox._state.order import LARGEST_UPLOAD

__all__ = ["answer", "largest_body"]

LARGEST_BODY = 1024 * 1024

HANDLERS = (_numbers, imported_numbers, hosting_orders, qualified_numbers)
"""Modules whose handlers register themselves when they are imported."""

_logger = logging.getLogger(__name__)
_PATH = re.compile(
    rf"(?P<host>{PREFIX})?/v1/projects/(?P<project>[^/]+)/(?P<resource>.+)", re.DOTALL
)


def largest_body(method: str, path: str) -> int:
    """Return the maximum body size in bytes: uploads may be larger than JSON."""
    return LARGEST_UPLOAD if is_upload(method, path) else LARGEST_BODY


def answer(world: SandboxState, call: Call) -> Reply:
    """Answer *call*; all of its changes are applied before this returns."""
    try:
        if call.path == TOKEN_PATH:
            return world.keys.token(call)
        return _answer(world, call)
    except ApiError as error:
        return flattened(call.path, refused(error))
    except Exception:
        _logger.exception("the sandbox failed to answer %s", call.line)
        return refused(ApiError(500, "INTERNAL", "the sandbox has a bug; its log says more"))


def _answer(world: SandboxState, call: Call) -> Reply:
    if world.bucket is not None and not world.bucket.take():
        raise too_many_requests()
    match = _PATH.fullmatch(call.path)
    if match is None:
        raise unknown_route()
    router = NUMBERS if match["host"] is None else IMPORTED
    project_id, resource = match["project"], match["resource"]
    handler, parameters = router.find(call.method, resource)
    world.keys.check(call)
    project = world.projects.get(project_id)
    if project is None:
        if resource == "callbackConfiguration":
            message = f"Could not find project with ID: {project_id}"
            raise not_found("CallbackConfiguration", "", message)
        raise forbidden()
    if len(call.body) > largest_body(call.method, call.path):
        raise too_large()
    request = Request(
        call=call,
        project=project,
        pages=world.pages,
        max_page_size=world.settings.max_page_size,
        parameters=parameters,
    )
    request.check()
    project.orders.settle()
    return handler(request)
