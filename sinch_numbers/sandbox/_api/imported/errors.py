"""Error format of the host for imported numbers."""

import json

from sinch_numbers.sandbox._protocol.exchange import Reply

__all__ = ["PREFIX", "flattened"]

PREFIX = "/imported"
"""Path prefix of this host, since both hosts share a port."""


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
