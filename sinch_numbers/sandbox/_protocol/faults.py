"""
Fault injection: which requests fail, and how.

Kinds that lose the reply, after the request took effect (``executed=False``: instead):

* ``drop`` (or ``lost_reply``): the connection is closed without a byte; ``reset``: with RST
* ``stall``: no data for ``seconds`` (3600), or until the client disconnects
* ``truncated``: the body is shorter than its length; ``garbage``: not HTTP; ``empty``: no body

Kinds that apply before the request takes effect (``executed=True``: after):

* ``drop_before``, ``reset_before``, ``stall_before``
* ``429`` (optionally with ``retry_after="2"``), ``408``, ``500``, ``502`` (HTML), ``503``
  (empty), ``504``, ``403`` (no message), ``400`` or ``bad_request``,
  ``redirect`` (307 to ``location``), ``string_error``, ``html`` (200 with a web page)
* ``403_html``, ``404_html`` (web pages) and ``404_json`` (JSON, but not the API's error
  format): errors of a gateway between client and API, which say nothing about a number
* ``expired_token``, ``revoked_token``: 401 although the token is valid

Kinds that affect timing: ``slow`` (takes effect at once, answers after ``seconds``),
``late_commit`` (no reply: the connection is closed after ``hold`` seconds, at once by
default, or when the client disconnects; the request takes effect ``seconds`` after that) and
``stale`` (a GET of an active number returns its state ``seconds`` ago).

Kinds that change the reply: ``unknown_member``, ``unknown_enum``, ``other_number``,
``repeat_page_token`` (a page has its own token as the next one; the first page is unaffected,
as it has no token to repeat), ``empty_page`` (a page without numbers, but with a token
that continues from the same position), ``endless_list`` (every page is the first one, with a new
token) and ``unreadable_item`` (what a GET returns has an array of objects as its ID, or as its
``member``; of a list, the item at position ``item``, 0 by default).
"""

import re
from collections import deque
from random import Random
from typing import Any

import attrs

from sinch_numbers.sandbox._protocol.fault_rules import parsed

__all__ = ["Fault", "Faults"]

ALIASES = {"lost_reply": "drop", "400": "bad_request"}

LOSING = {"drop", "reset", "stall", "truncated", "garbage", "empty"}
BEFORE = {"drop_before", "reset_before", "stall_before"}
REFUSING = {
    "403",
    "403_html",
    "404_html",
    "404_json",
    "408",
    "429",
    "500",
    "502",
    "503",
    "504",
    "bad_request",
    "expired_token",
    "html",
    "redirect",
    "revoked_token",
    "string_error",
}
TIMING = {"slow", "late_commit", "stale"}
CHANGING = {
    "empty_page",
    "endless_list",
    "other_number",
    "repeat_page_token",
    "unknown_enum",
    "unknown_member",
    "unreadable_item",
}
KINDS = LOSING | BEFORE | REFUSING | TIMING | CHANGING

LISTS = ("/activeNumbers", "/importedNumbers", "/hostingOrders", "/numbers", "/qualifiedNumbers")

TOKEN_PATH = "/oauth2/token"  # noqa: S105

SECONDS = {"stall": 3600.0, "stall_before": 3600.0}


def _kind(name: str) -> str:
    kind = ALIASES.get(name, name)
    if kind not in KINDS:
        msg = f"unknown fault {name!r}; there are {', '.join(sorted(KINDS))}"
        raise ValueError(msg)
    return kind


def _seconds(fault: "Fault") -> float:
    return SECONDS.get(fault.kind, 1.0)


def _executed(fault: "Fault") -> bool:
    return fault.kind not in REFUSING | BEFORE


@attrs.frozen(kw_only=True)
class Fault:
    """Fault and its settings."""

    kind: str = attrs.field(converter=_kind)
    seconds: float = attrs.field(default=attrs.Factory(_seconds, takes_self=True))
    executed: bool = attrs.field(default=attrs.Factory(_executed, takes_self=True))
    hold: float = 0.0
    retry_after: str | None = None
    item: int = 0
    member: str | None = None
    location: str = "http://127.0.0.1:1/"


@attrs.define
class _Rule:
    """Conditions under which a fault applies."""

    fault: Fault
    method: str | None
    path: str | None
    left: float
    probability: float | None
    dice: Random

    def strikes(self, method: str, path: str, query: Any) -> bool:
        if self.left < 1 or self.method not in (None, method) or not _fits(self.path, path):
            return False
        if not _possible(self.fault.kind, method, path, query):
            return False
        return self.probability is None or self.dice.random() < self.probability


class Faults:
    """
    Pending faults, and those that have been *applied*.

    Created by the package.

    Example::

        with Sandbox(numbers=5, stock=5) as sandbox, sandbox.sync_client() as client:
            sandbox.faults.add("503", method="GET", times=2)
            sandbox.faults.add_rule("429,path=/availableRegions,retry_after=0")
            sandbox.faults.queue("ok", "drop")
            print(len(list(client.active_numbers.list())))  # retried
            print(sandbox.faults.applied)
            sandbox.faults.clear()
    """

    def __init__(self) -> None:
        self.applied: list[str] = []
        self._rules: list[_Rule] = []
        self._queue: deque[Fault | None] = deque()

    def __repr__(self) -> str:
        return f"Faults(rules={len(self._rules)}, queued={len(self._queue)})"

    def add(
        self,
        kind: str,
        *,
        method: str | None = None,
        path: str | None = None,
        times: float | None = None,
        probability: float | None = None,
        seed: int = 0,
        **settings: Any,
    ) -> Fault:
        """
        Add a fault for requests with this *method* and *path*, and return it.

        *path* is a substring of the decoded path or, with ``*``, a pattern for the whole path.
        Without *path* the fault matches every API path except the token endpoint, which must be
        named. A fault applies once, or *times* times (``math.inf``: always). With a
        *probability* it
        applies at random, reproducibly for the same *seed*, and without limit unless *times*
        sets
        one. If several faults match, the first one applies.

        Args:
            kind: The kind of fault, such as ``503`` or ``drop``.
            method: HTTP method of the requests (default: any).
            path: Part of the path, or a pattern with ``*`` for the whole path.
            times: How often the fault applies (default: once; with a *probability*, without
                limit).
            probability: Probability with which it applies to a matching request.
            seed: Random seed of the probability.
            settings: Settings of the kind, such as ``retry_after``.

        Raises:
            ValueError: The kind or a setting is invalid.
        """
        fault = Fault(kind=kind, **settings)
        if times is None:
            times = 1.0 if probability is None else float("inf")
        rule = _Rule(fault, method, path, times, probability, Random(seed))
        self._rules.append(rule)
        return fault

    def add_rule(self, rule: str) -> Fault:
        """
        Add a fault that is written as text, ``KIND`` or ``KIND,NAME=VALUE,...``, and return it.

        The names are those of the arguments of `add`: ``429,path=/availableRegions,times=inf``.

        Args:
            rule: The kind and settings, as text.

        Raises:
            ValueError: The kind, a name or a value is invalid.
        """
        kind, settings = parsed(rule)
        return self.add(kind, **settings)

    def queue(self, *kinds: str) -> None:
        """
        Queue faults for the next POSTs to the API, one each; ``ok`` skips one.

        Args:
            kinds: Kinds of faults, in the order of the requests.
        """
        self._queue.extend(None if kind == "ok" else Fault(kind=kind) for kind in kinds)

    def clear(self) -> None:
        """Remove all pending faults."""
        self._rules.clear()
        self._queue.clear()

    def strike(self, method: str, path: str, query: Any = None) -> Fault | None:
        """
        Return the fault for this request, if any, and count it.

        Called by the package.

        Args:
            method: HTTP method of the request.
            path: Decoded path.
            query: Query parameters.
        """
        if self._queue and method == "POST" and path != TOKEN_PATH:
            fault = self._queue.popleft()
        else:
            fault = self._next(method, path, query or {})
        if fault is not None:
            self.applied.append(fault.kind)
        return fault

    def _next(self, method: str, path: str, query: Any) -> Fault | None:
        for rule in self._rules:
            if rule.strikes(method, path, query):
                rule.left -= 1
                return rule.fault
        return None


def _fits(wanted: str | None, path: str) -> bool:
    if wanted is None:
        return path != TOKEN_PATH
    if "*" not in wanted:
        return wanted in path
    pattern = ".*".join(re.escape(part) for part in wanted.split("*"))
    return re.fullmatch(pattern, path, re.DOTALL) is not None


def _possible(kind: str, method: str, path: str, query: Any) -> bool:
    """Return whether a fault can affect this request; if not, it stays pending."""
    if kind == "stale":
        return method == "GET" and re.fullmatch(r".*/activeNumbers/[^/]+", path) is not None
    if kind == "unreadable_item":
        return method == "GET"
    if kind in ("repeat_page_token", "empty_page", "endless_list"):
        listing = method == "GET" and path.endswith(LISTS)
        if kind == "empty_page":
            return listing and path.endswith("/activeNumbers")
        if kind == "endless_list":
            return listing
        return listing and "pageToken" in query
    return True
