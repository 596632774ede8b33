"""Waivers accept findings, visibly: they expire, and those without effect are reported."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from nights import audited, night, number, unused
from products import every

from sinch_numbers.audit import (
    AuditHistory,
    AuditPlan,
    InputFileError,
    Waiver,
    Waivers,
    read_waivers,
)
from sinch_numbers.errors import InvalidArgumentError

NOW = night(0)
FILE = """
# Accepted problems.
[[waivers]]
rule = "unused"
number = "+12025550000"
reason = "reserved"
owner = "ops"
expires = 2026-03-14

[[waivers]]
rule = "callback-in-the-clear"
reason = "internal network"
"""


def findings_of(waivers: Waivers, *indexes: int) -> tuple[list[tuple[str, str]], list[str]]:
    """Return rule and message of findings about unused numbers, and the numbers waived."""
    plan = AuditPlan(now=NOW, waivers=waivers)
    found = [
        finding
        for index in indexes
        for rule in plan.rules
        for finding in rule.findings(unused(index), NOW)
    ]
    kept, waived = waivers.apply(found, NOW)
    return [(one.rule, one.message) for one in kept], [one.finding.phone_number for one in waived]


def test_a_file_is_read(tmp_path: Path) -> None:
    """Tables are waivers; without a number, for all numbers, and without an end, for ever."""
    path = tmp_path / "waivers.toml"
    path.write_text(FILE)
    one, other = read_waivers(path)

    assert (
        Waiver(
            rule="unused",
            number="+12025550000",
            reason="reserved",
            owner="ops",
            expires=date(2026, 3, 14),
            place="waivers.toml, line 3",
        )
        == one
    )
    assert ("*", None, None) == (other.number, other.owner, other.expires)
    assert [] == list(read_waivers(_written(tmp_path, "")))


def _written(directory: Path, text: str) -> Path:
    path = directory / "other.toml"
    path.write_text(text)
    return path


BAD_FILES: dict[str, tuple[str, str]] = {
    "syntax": ("[[waivers]]\nrule = \n", "line 2: expected TOML"),
    "unknown key": (
        '[[waivers]]\nrule = "a"\nreason = "b"\n\nexpire = 2026-01-01\n',
        "line 5: .* keys rule, number, reason, owner, expires; did you mean expires., got 'expire",
    ),
    "second table": (
        '[[waivers]]\nrule = "a"\nreason = "b"\n[[waivers]]\nrule = "a"\nwhy = "b"\n',
        "line 6: expected one of the keys",
    ),
    "missing reason": ('\n\n[[waivers]]\nrule = "a"\n', "line 3: expected the key reason"),
    "missing rule": ('[[waivers]]\nreason = "a"\n', "line 1: expected the key rule"),
    "empty reason": (
        '[[waivers]]\nrule = "a"\nreason = " "\n',
        "line 3, reason: expected a str that is not",
    ),
    "number of a type": (
        '[[waivers]]\nrule = "a"\nreason = "b"\nnumber = 12025550000\n',
        "line 4, number: expected a string, got 12025550000",
    ),
    "not a number": (
        '[[waivers]]\nrule = "a"\nreason = "b"\nnumber = "Front desk"\n',
        "line 4, number: expected a phone number in E.164, or a pattern such as [+]1202[*], got",
    ),
    "quoted date": (
        '[[waivers]]\nrule = "a"\nreason = "b"\nexpires = "2026-01-01"\n',
        "line 4, expires: expected a date without quotes, such as 2026-12-31",
    ),
    "a time": (
        '[[waivers]]\nrule = "a"\nreason = "b"\nexpires = 2026-01-01T00:00:00Z\n',
        "line 4, expires: expected a date without quotes",
    ),
    "other table": ('[waiver]\nrule = "a"\n', "line 1: expected tables .*, and no other keys"),
    "one table": ('[waivers]\nrule = "a"\n', "expected tables"),
    "inline": ('waivers = [{rule = "a"}]\n', "entry 1: expected the key reason"),
    "no table": ("waivers = [1]\n", "entry 1: expected a table, got 1"),
}


@every("text, expected", BAD_FILES.values())
def test_bad_files_are_rejected_with_their_line(tmp_path: Path, text: str, expected: str) -> None:
    """A file that is not one of waivers is rejected with the line and the valid keys."""
    with pytest.raises(InputFileError, match=expected):
        read_waivers(_written(tmp_path, text))


@every("path, expected", [("missing.toml", "No such file"), (".", "readable file"), (7, "path")])
def test_files_that_cannot_be_read_are_rejected(path: Any, expected: str) -> None:
    """A path that cannot be read is rejected with the reason."""
    with pytest.raises(InvalidArgumentError, match=expected):
        read_waivers(path)


def test_files_in_another_encoding_are_rejected(tmp_path: Path) -> None:
    """A file that is not UTF-8 is rejected."""
    path = tmp_path / "waivers.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputFileError, match="a file in UTF-8"):
        read_waivers(path)


PATTERNS: dict[str, tuple[str, list[str]]] = {
    "number": ("+12025550001", ["+12025550001"]),
    "all": ("*", ["+12025550000", "+12025550001", "+12025550010"]),
    "prefix": ("+1202555001*", ["+12025550010"]),
    "one digit": ("+1202555000?", ["+12025550000", "+12025550001"]),
    "digits": ("+120255500[1-9]0", ["+12025550010"]),
    "nothing": ("+4420*", []),
    "part of a number": ("+1202555000", []),
}


@every("pattern, numbers", PATTERNS.values())
def test_patterns_match_whole_numbers(pattern: str, numbers: list[str]) -> None:
    """A number or a pattern is compared with the whole number."""
    waivers = Waivers([Waiver(rule="unused", number=pattern, reason="reserved")])
    assert numbers == findings_of(waivers, 0, 1, 10)[1]


def test_other_rules_are_not_waived() -> None:
    """A waiver accepts the findings of its rule only, and is reported if there are none."""
    waivers = Waivers([Waiver(rule="ends-soon", number="+12025550000", reason="known")])
    kept, waived = findings_of(waivers, 0)
    assert [] == waived
    assert [
        ("unused", "USD 0.50 a month, unused"),
        (
            "waiver-unused",
            "the waiver of ends-soon for +12025550000 matches no finding: known",
        ),
    ] == kept


@every(
    "expires, is_valid",
    [(date(2026, 3, 15), True), (date(2026, 3, 14), True), (date(2026, 3, 13), False)],
)
def test_expired_waivers_are_findings(expires: date, is_valid: bool) -> None:
    """A waiver counts through its last day; then it is a finding, and so is what it waived."""
    waivers = Waivers([Waiver(rule="unused", reason="reserved", expires=expires)])
    kept, waived = findings_of(waivers, 0)
    if is_valid:
        assert ([], ["+12025550000"]) == (kept, waived)
    else:
        assert [] == waived
        assert [
            ("unused", "USD 0.50 a month, unused"),
            ("waiver-expired", "the waiver of unused expired on 2026-03-13: reserved"),
        ] == kept


def test_a_valid_waiver_counts_before_an_expired_one() -> None:
    """If one of two waivers has expired, the other one still counts; the first is reported."""
    waivers = Waivers(
        [
            Waiver(rule="unused", reason="old", expires=date(2026, 1, 1)),
            Waiver(rule="unused", number="+1202*", reason="new"),
        ]
    )
    kept, waived = findings_of(waivers, 0)
    assert ["waiver-expired"] == [rule for rule, _ in kept]
    assert ["+12025550000"] == waived


@pytest.mark.anyio
async def test_waived_findings_are_counted_and_listed(tmp_path: Path) -> None:
    """A report has waived findings apart; counts, health and exit codes are without them."""
    history = AuditHistory(tmp_path / "audits.db")
    waivers = Waivers([Waiver(rule="unused", number="+12025550000", reason="reserved")])
    report = await audited(history, NOW, [unused(0), unused(1), number(2)], waivers=waivers)
    (run,) = await history.runs("acme")
    await history.close()

    assert ["+12025550001"] == [one.phone_number for one in report.findings]
    assert ["+12025550000"] == [one.finding.phone_number for one in report.waived]
    assert "no errors, 1 warning on 1 of 3 numbers; USD 0.50 a month unused" == (
        report.health.headline
    )
    assert 1 == run.waived
    assert {"waiver-expired", "waiver-unused"} < {rule.id for rule in report.rules}


@every(
    "values",
    [
        {"rule": "", "reason": "b"},
        {"rule": "a", "reason": ""},
        {"rule": "a", "reason": "b", "number": ""},
        {"rule": "a", "reason": "b", "number": "desk"},
        {"rule": "a", "reason": "b", "expires": NOW},
    ],
)
def test_invalid_waivers_are_rejected(values: dict[str, Any]) -> None:
    """A waiver that could match nothing, or has no reason, is rejected."""
    with pytest.raises(InvalidArgumentError):
        Waiver(**values)


@every("waivers", ["unused", 7, [{"rule": "unused"}]])
def test_only_waivers_are_accepted(waivers: Any) -> None:
    """`Waivers` takes a list of `Waiver`, and an audit takes `Waivers`."""
    with pytest.raises(InvalidArgumentError, match="waivers: expected"):
        Waivers(waivers)
    with pytest.raises(InvalidArgumentError, match="waivers: expected"):
        AuditPlan(waivers=waivers)
