"""
Faults on demand: which request is to go wrong, and how.

Kinds that lose the reply, after the request took effect (``executed=False``: instead):

* ``drop`` (or ``lost_reply``): the connection is closed without a byte; ``reset``: with RST
* ``stall``: silence for ``seconds`` (3600), or until the client leaves
* ``truncated``: the body stops short of its length; ``garbage``: not HTTP; ``empty``: no body

Kinds that come before the request takes effect (``executed=True``: after):

* ``drop_before``, ``reset_before``, ``stall_before``
* ``429`` (with ``retry_after="2"`` if wanted), ``408``, ``500``, ``502`` (HTML), ``503``
  (nothing), ``504``, ``403`` (no message), ``400`` or ``bad_request``,
  ``redirect`` (307 to ``location``), ``string_error``, ``html`` (200 with a web page)
* ``403_html``, ``404_html`` (web pages) and ``404_json`` (JSON, but not the API's error
  format): errors of a gateway between client and API, which say nothing about a number
* ``expired_token``, ``revoked_token``: 401 although the token is alive

Kinds that bend time: ``slow`` (takes effect at once, answers after ``seconds``),
``late_commit`` (no reply: the connection is closed after ``hold`` seconds, at once by
default, or when the client leaves; the request takes effect ``seconds`` after that) and
``stale`` (a GET of an active number shows it as it was ``seconds`` ago).

Kinds that change what the reply says: ``unknown_member``, ``unknown_enum``,
``other_number``, ``repeat_page_token`` (a page names its own token as the next one; the
first page has no token to repeat, so it is spared) and ``empty_page`` (a page without
numbers, but with a token to go on from the same place).
"""

import re
from collections import deque
from random import Random
from typing import Any

import attrs

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
CHANGING = {"unknown_member", "unknown_enum", "other_number", "repeat_page_token", "empty_page"}
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
    """One thing that goes wrong, and its settings."""

    kind: str = attrs.field(converter=_kind)
    seconds: float = attrs.field(default=attrs.Factory(_seconds, takes_self=True))
    executed: bool = attrs.field(default=attrs.Factory(_executed, takes_self=True))
    hold: float = 0.0
    retry_after: str | None = None
    location: str = "http://127.0.0.1:1/"


@attrs.define
class _Rule:
    """When a fault strikes."""

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
    """The faults that are to come, and those that have struck (*applied*)."""

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
        Let requests go wrong that have this *method* and *path*, and return the fault.

        *path* is a part of the decoded path, or with ``*`` a pattern for all of it; without
        it every path of the API fits, but not the token endpoint: that has to be named.
        A fault strikes once, or *times* times (``math.inf``: always); with a *probability*
        it strikes at random, the same way for the same *seed*, and without limit unless
        *times* sets one. Of several faults that fit, the first one strikes.
        """
        fault = Fault(kind=kind, **settings)
        if times is None:
            times = 1.0 if probability is None else float("inf")
        rule = _Rule(fault, method, path, times, probability, Random(seed))
        self._rules.append(rule)
        return fault

    def queue(self, *kinds: str) -> None:
        """Let the next POSTs to the API go wrong one after the other; ``ok`` spares one."""
        self._queue.extend(None if kind == "ok" else Fault(kind=kind) for kind in kinds)

    def clear(self) -> None:
        """Forget the faults that have not struck yet."""
        self._rules.clear()
        self._queue.clear()

    def strike(self, method: str, path: str, query: Any = None) -> Fault | None:
        """Return the fault that this request meets, if any, and count it."""
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
    """Tell whether a fault has anything to act on here; else it waits for its moment."""
    if kind == "stale":
        return method == "GET" and re.fullmatch(r".*/activeNumbers/[^/]+", path) is not None
    if kind in ("repeat_page_token", "empty_page"):
        listing = method == "GET" and path.endswith(LISTS)
        if kind == "empty_page":
            return listing and path.endswith("/activeNumbers")
        return listing and "pageToken" in query
    return True
