"""Mounts in Starlette and FastAPI that also answer their path without a trailing slash."""

import functools
import sys
from collections.abc import MutableMapping
from typing import Any


def answer_bare_paths(kind: type) -> None:
    """
    Let mounts of applications of *kind* match their path without a trailing slash.

    Starlette answers a request for the bare path with a redirect, which the service does not
    follow, so that every event would be lost. A mounted application never gets the request, and a
    mount has no setting for it. So `Mount.matches` is wrapped, once, if Starlette is imported;
    mounts of other applications behave as before.
    """
    mount: Any = getattr(sys.modules.get("starlette.routing"), "Mount", None)
    if mount is None or getattr(mount.matches, "answers_bare_paths", False):
        return
    matches = mount.matches

    @functools.wraps(matches)
    def wrapped(self: Any, scope: MutableMapping[str, Any]) -> Any:
        found = matches(self, scope)
        mounted = getattr(self, "_base_app", self.app)
        if isinstance(mounted, kind) and scope["type"] == "http" and not found[0].value:
            return matches(self, {**scope, "path": f"{scope['path']}/"})
        return found

    wrapped.answers_bare_paths = True  # type: ignore[attr-defined]  # marks the wrapped function
    mount.matches = wrapped
