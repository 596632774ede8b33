"""Waivers: findings that were accepted, with a reason, an owner, and an expiration."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from fnmatch import translate
from typing import Final

import attrs
from attrs.validators import instance_of, optional

from sinch_numbers.audit._findings import AuditedNumber, Finding, Message, Rule, Severity
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models._serializable import Serializable

__all__ = ["WAIVER_EXPIRED", "WAIVER_UNUSED", "WaivedFinding", "Waiver", "Waivers"]

_PATTERN: Final = re.compile(r"[+0-9*?\[\]!-]+")

WAIVER_EXPIRED: Final = Rule(
    id="waiver-expired",
    severity=Severity.WARNING,
    title="Waiver expired",
    meaning="A waiver has expired: the findings that it waived are reported again.",
    advice="Fix the findings, or extend the waiver.",
)
"""Waivers that have expired."""

WAIVER_UNUSED: Final = Rule(
    id="waiver-unused",
    severity=Severity.INFO,
    title="Waiver matches nothing",
    meaning="No finding matches the waiver: its problem is fixed, or it is misspelled.",
    advice="Remove the waiver, or correct its rule and number.",
)
"""Waivers that match no finding."""

RULES: Final = (WAIVER_EXPIRED, WAIVER_UNUSED)


@attrs.frozen(kw_only=True)
class Waiver(Serializable):
    """
    Acceptance of the findings of a rule, for one number, for a pattern, or for all.

    Raises `InvalidArgumentError` for a number or pattern that cannot match a phone number.
    """

    rule: str = attrs.field(validator=instance_of(str))
    """The id of the rule, such as ``unused``."""
    number: str = attrs.field(default="*", validator=instance_of(str))
    """A phone number in E.164, or a pattern: ``+1202*``. By default all numbers."""
    reason: str = attrs.field(validator=instance_of(str))
    """Why the findings are accepted."""
    owner: str | None = attrs.field(default=None, validator=optional(instance_of(str)))
    """The person or team that accepted them."""
    expires: date | None = attrs.field(default=None, validator=optional(instance_of(date)))
    """The last day (UTC) on which the waiver is valid; ``None`` for no end."""
    place: str | None = None
    """The position in the file, such as ``line 7``."""

    def __attrs_post_init__(self) -> None:
        if isinstance(self.expires, datetime):  # which is a date, too
            raise InvalidArgumentError("expires", "a date, not a datetime", self.expires)
        if not _PATTERN.fullmatch(self.number):
            raise InvalidArgumentError(
                "number", "a phone number in E.164, or a pattern such as +1202*", self.number
            )
        for name in ("rule", "reason"):
            if not getattr(self, name).strip():
                raise InvalidArgumentError(name, "a str that is not empty")

    def is_expired(self, now: datetime) -> bool:
        """
        Whether the last day of the waiver is before the day of *now*, in UTC.

        Args:
            now: The reference time.

        Example::

            waiver = Waiver(rule="unused", reason="kept", expires=date(2027, 9, 1))
            print(waiver.is_expired(datetime.now(UTC)))
        """
        return self.expires is not None and self.expires < now.astimezone(UTC).date()

    def __str__(self) -> str:
        where = "" if self.number == "*" else f" for {self.number}"
        place = f" ({self.place})" if self.place else ""
        return f"{self.rule}{where}{place}"


@attrs.frozen(kw_only=True)
class WaivedFinding(Serializable):
    """A finding that a waiver or a baseline accepts."""

    finding: Finding
    reason: str
    owner: str | None = None
    expires: date | None = None


class Waivers:
    """
    The waivers of a project. Of several that match a finding, the first one counts.

    Args:
        waivers: The waivers, in order of precedence.

    Raises:
        InvalidArgumentError: A value is not a waiver.

    Example::

        waivers = Waivers([Waiver(rule="unused", reason="kept", expires=date(2027, 9, 1))])
        report = await audit(client)
        findings, waived = waivers.apply(report.findings, datetime.now(UTC))
    """

    def __init__(self, waivers: Iterable[Waiver]) -> None:
        if isinstance(waivers, str) or not isinstance(waivers, Iterable):
            kind = type(waivers).__name__
            raise InvalidArgumentError("waivers", f"a list of Waiver, not {kind}")
        self._waivers: tuple[Waiver, ...] = tuple(waivers)
        for waiver in self._waivers:
            if not isinstance(waiver, Waiver):
                raise InvalidArgumentError("waivers", "a list of Waiver", type(waiver).__name__)

    def __iter__(self) -> Iterator[Waiver]:
        return iter(self._waivers)

    def __len__(self) -> int:
        return len(self._waivers)

    def __repr__(self) -> str:
        return f"<Waivers: {len(self):,}>"

    def apply(
        self, findings: Iterable[Finding], now: datetime
    ) -> tuple[list[Finding], list[WaivedFinding]]:
        """
        Split findings into those that are not waived at the time *now* and those that are.

        The first list also has a finding for each waiver that has expired, and for each that
        matches no finding.

        Args:
            findings: The findings of an audit.
            now: The reference time.
        """
        matcher = _Matcher(self._waivers)
        used: set[int] = set()
        kept: list[Finding] = []
        waived: list[WaivedFinding] = []
        for finding in findings:
            valid = None
            for index in matcher.matches(finding):
                used.add(index)
                if valid is None and not self._waivers[index].is_expired(now):
                    valid = self._waivers[index]
            if valid is None:
                kept.append(finding)
            else:
                waived.append(
                    WaivedFinding(
                        finding=finding,
                        reason=valid.reason,
                        owner=valid.owner,
                        expires=valid.expires,
                    )
                )
        for index, waiver in enumerate(self._waivers):
            if waiver.is_expired(now):
                words = f"the waiver of {waiver} expired on {waiver.expires}: {waiver.reason}"
                kept.append(_finding(WAIVER_EXPIRED, waiver, words))
            elif index not in used:
                words = f"the waiver of {waiver} matches no finding: {waiver.reason}"
                kept.append(_finding(WAIVER_UNUSED, waiver, words))
        return kept, waived


class _Matcher:
    """Finds the waivers of a finding; those of single numbers by one lookup."""

    def __init__(self, waivers: Iterable[Waiver]) -> None:
        self._exact: dict[tuple[str, str], list[int]] = {}
        self._patterns: dict[str, list[tuple[int, Callable[[str], object]]]] = {}
        for index, waiver in enumerate(waivers):
            if re.search(r"[*?\[]", waiver.number):
                match = re.compile(translate(waiver.number)).match
                self._patterns.setdefault(waiver.rule, []).append((index, match))
            else:
                self._exact.setdefault((waiver.rule, waiver.number), []).append(index)

    def matches(self, finding: Finding) -> list[int]:
        """Return the positions of the waivers that match *finding*, sorted."""
        number = finding.phone_number
        found = list(self._exact.get((finding.rule, number), ()))
        found += [i for i, match in self._patterns.get(finding.rule, ()) if match(number)]
        found.sort()
        return found


def _finding(rule: Rule, waiver: Waiver, words: str) -> Finding:
    number = "" if re.search(r"[*?\[]", waiver.number) else waiver.number
    cause = f"{waiver.rule} {waiver.number}"
    return rule.finding(AuditedNumber(number), Message(words, cause=cause))
