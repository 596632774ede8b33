"""The configuration file of an audit."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from products import every

from sinch_numbers import InvalidArgumentError
from sinch_numbers.audit import (
    DEFAULT_RULES,
    SYSTEM_RULES,
    UNUSED,
    InputFileError,
    Rule,
    Severity,
    display_name,
    read_rules,
)
from sinch_numbers.audit._files.rule_settings import ADJUSTABLE

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
ALL = {rule.id: rule for rule in (*DEFAULT_RULES, *SYSTEM_RULES, display_name(".*"))}


def read(tmp_path: Path, text: str) -> dict[str, Rule]:
    file = tmp_path / "audit.toml"
    file.write_text(text)
    return {rule.id: rule for rule in read_rules(file)}


def test_every_rule_can_be_configured(tmp_path: Path) -> None:
    """
    Severity and on or off can be set for every built-in rule.
    """
    tables = [
        f'[rules.{name}]\nseverity = "info"\nenabled = false\n'
        + ("pattern = '.+'\n" if name == "display-name" else "")
        for name in ALL
    ]

    rules = read(tmp_path, "\n".join(tables))

    assert set(ALL) == set(rules)
    assert {(Severity.INFO, False)} == {(rule.severity, rule.enabled) for rule in rules.values()}


def test_parameters_change_the_rule(tmp_path: Path, number: Any) -> None:
    """
    Each parameter has an effect, and an unnamed one keeps its default.
    """
    rules = read(
        tmp_path,
        """
        [rules.ends-soon]
        days = 30
        [rules.campaign-capacity]
        limit = 99
        [rules.display-name]
        pattern = "(US|CA)-.+"
        [rules.price-outlier]
        deviations = 2
        """,
    )

    released = number(expireAt="2026-04-12T09:00:00Z")
    assert ["ends on 2026-04-12, in 29 days"] == [
        one.message for one in rules["ends-soon"].findings(released, NOW)
    ]
    assert "accept 99 numbers" in rules["campaign-capacity"].meaning
    named = rules["display-name"]
    assert [] == named.findings(number(displayName="US-Front desk"), NOW)
    assert 1 == len(named.findings(number(displayName="Front desk"), NOW))
    assert ["has no display name"] == [
        one.message for one in named.findings(number(displayName=""), NOW)
    ]
    assert set(rules) == {rule.id for rule in DEFAULT_RULES} | {"display-name"}
    changed = {rule for rule in DEFAULT_RULES if rules[rule.id] != rule}
    assert {"ends-soon", "campaign-capacity"} == {rule.id for rule in changed}


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    """
    Without tables, the rules are those that were passed.
    """
    mine = attrs.evolve(UNUSED, id="mine")
    file = tmp_path / "audit.toml"
    file.write_text("")

    assert (*DEFAULT_RULES, mine) == read_rules(file, [*DEFAULT_RULES, mine])


@every(
    ("text", "problem"),
    [
        ("[rules", "TOML"),
        ("x = 1", "only the table rules"),
        ("rules = 1", "a table for each rule"),
        ("[rules.unussed]", "the id of a rule: callback-in-the-clear, "),
        ("[rules]\nunused = true", "rules.unused: expected a table"),
        ("[rules.unused]\nlevel = 1", "one of enabled, severity"),
        ("[rules.ends-soon]\nhours = 1", "one of enabled, severity, days"),
        ("[rules.unused]\nseverity = 'fatal'", "one of info, warning, error"),
        ("[rules.unused]\nseverity = 1", "one of info, warning, error"),
        ("[rules.unused]\nenabled = 'no'", "true or false"),
        ("[rules.ends-soon]\ndays = 0", "an integer from 1 to 100,000"),
        ("[rules.ends-soon]\ndays = 1.5", "an integer from 1 to 100,000"),
        ("[rules.ends-soon]\ndays = true", "an integer from 1 to 100,000"),
        ("[rules.ends-soon]\ndays = 1979-05-27", "an integer from 1 to 100,000"),
        ("[rules.price-outlier]\nratio = nan", "a number from 1 to 1,000"),
        ("[rules.price-outlier]\nratio = 'x'", "a number from 1 to 1,000"),
        ("[rules.display-name]\nseverity = 'info'", "a non-empty string"),
        ("[rules.display-name]\npattern = '('", "a regular expression"),
    ],
)
def test_a_malformed_file_is_rejected(text: str, problem: str, tmp_path: Path) -> None:
    """
    The error names the file and place, and what is valid there.
    """
    with pytest.raises(InputFileError, match=r"audit\.toml") as caught:
        read(tmp_path, text)

    assert problem in str(caught.value)


def test_a_file_that_cannot_be_read_is_rejected(tmp_path: Path) -> None:
    """
    A missing file, a directory, and bytes that are not UTF-8 are typed errors.
    """
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    for name in ("missing.toml", "bytes.toml", "."):
        with pytest.raises(InputFileError):
            read_rules(tmp_path / name)
    with pytest.raises(InvalidArgumentError, match="unique rule ids"):
        read_rules(tmp_path / "missing.toml", [UNUSED, UNUSED])


@every(
    ("rule_id", "name"),
    [(rule_id, name) for rule_id, one in ADJUSTABLE.items() for name in one.parameters],
)
def test_defaults_are_those_of_the_rules(rule_id: str, name: str) -> None:
    """
    A rule that is made with the documented defaults equals the built-in one.
    """
    adjustable = ADJUSTABLE[rule_id]
    defaults = {key: one.default for key, one in adjustable.parameters.items()}
    if None not in defaults.values():
        assert ALL[rule_id] == adjustable.make(**defaults)
    assert adjustable.parameters[name].expected
