"""Routes: from method and path to the handler that answers."""

import re
from collections.abc import Callable, Iterable, Mapping

import attrs

from sinch_numbers.sandbox._api import bodies
from sinch_numbers.sandbox._protocol.errors import (
    not_a_value,
    unknown_route,
    violation,
    wrong_method,
)
from sinch_numbers.sandbox._protocol.exchange import Call, Reply
from sinch_numbers.sandbox._state.fixtures import E164
from sinch_numbers.sandbox._state.paging import PageTokens
from sinch_numbers.sandbox._state.state import Project

__all__ = ["IMPORTED", "NUMBERS", "Handler", "Request", "Router"]

_PARAMETER = re.compile(r"\{(\w+)\}")
_PATTERNS = {"phoneNumber": "[^/:]*"}
_PATTERN = "[^/:]+"


@attrs.frozen(kw_only=True)
class Request:
    """Request for a known project; *parameters* are those in the path."""

    call: Call
    project: Project
    pages: PageTokens
    max_page_size: int
    parameters: Mapping[str, str]

    @property
    def document(self) -> bodies.Document:
        """Return the parsed JSON body."""
        return bodies.document(self.call.body)

    @property
    def phone_number(self) -> str:
        """Return the phone number in the path."""
        return self.parameters["phoneNumber"]

    def check(self) -> None:
        """Reject a phone number in the path that isn't E.164 with a plus sign."""
        if not E164.fullmatch(self.parameters.get("phoneNumber", "+12025550134")):
            raise violation("phoneNumber", "must be in E.164 form, with the plus sign")

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


Handler = Callable[[Request], Reply]


class Router:
    """The routes of a host; handlers register themselves with `route`."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def route(self, method: str, path: str) -> Callable[[Handler], Handler]:
        """Register the decorated handler for *method* and *path* below the project's."""
        pattern = re.compile(_PARAMETER.sub(_group, path.removeprefix("/")))

        def register(handler: Handler) -> Handler:
            self._routes.append((method, pattern, handler))
            return handler

        return register

    def find(self, method: str, resource: str) -> tuple[Handler, Mapping[str, str]]:
        """Return the handler of *method* on *resource*, and the path's parameters."""
        found = False
        for route_method, pattern, handler in self._routes:
            match = pattern.fullmatch(resource)
            if match is not None:
                found = True
                if route_method == method:
                    return handler, match.groupdict()
        raise wrong_method() if found else unknown_route()


def _group(parameter: re.Match[str]) -> str:
    """Return the pattern of a path parameter."""
    return f"(?P<{parameter[1]}>{_PATTERNS.get(parameter[1], _PATTERN)})"


NUMBERS = Router()
"""Routes of the Numbers host."""
IMPORTED = Router()
"""Routes of the host for imported numbers and hosting orders."""
