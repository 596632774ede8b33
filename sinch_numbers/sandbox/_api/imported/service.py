"""Request dispatch and error format of the second host."""

import json
import re

from sinch_numbers.sandbox._api.imported.routes import ImportedRequest, imported_operation
from sinch_numbers.sandbox._api.sandbox_state import SandboxState
from sinch_numbers.sandbox._protocol.errors import forbidden, not_found, too_large, unknown_route
from sinch_numbers.sandbox._protocol.exchange import Call, Reply

__all__ = ["PREFIX", "answer_imported", "flattened"]

PREFIX = "/imported"
"""Path prefix of this host, since both hosts share a port."""

_PATH = re.compile(r"/imported/v1/projects/(?P<project>[^/]+)/(?P<resource>.+)", re.DOTALL)


def answer_imported(world: SandboxState, call: Call, *, largest_body: int) -> Reply:
    """Answer *call*, or raise an error in the first host's format."""
    match = _PATH.fullmatch(call.path)
    if match is None:
        raise unknown_route()
    project_id, resource = match["project"], match["resource"]
    respond, segments = imported_operation(call.method, resource)
    world.keys.check(call)
    project = world.projects.get(project_id)
    if project is None:
        if resource == "callbackConfiguration":
            message = f"Could not find project with ID: {project_id}"
            raise not_found("CallbackConfiguration", "", message)
        raise forbidden()
    if len(call.body) > largest_body:
        raise too_large()
    return respond(
        ImportedRequest(
            call=call,
            project_id=project_id,
            host=project.imported,
            pages=world.pages,
            max_page_size=world.settings.max_page_size,
            segments=segments,
        )
    )


def flattened(path: str, reply: Reply) -> Reply:
    """
    Convert an error reply to this host's flat format.

    Errors of the callback configuration keep the first host's format.
    """
    if not path.startswith(f"{PREFIX}/") or path.endswith("/callbackConfiguration"):
        return reply
    try:
        error = json.loads(reply.body)["error"]
        flat = {
            "code": str(error["code"]),
            "message": error["message"],
            "status": error["status"],
        }
    except (ValueError, KeyError, TypeError):
        return reply  # not one of our errors, or damaged by a fault
    if error["details"]:
        flat["details"] = error["details"]
    return Reply.json(flat, status=reply.status, headers=reply.headers)
