"""
Configuration file of an audit, in TOML: severity, parameters, and on or off for each rule.

A table such as ``[rules.ends-soon]`` has the keys ``enabled``, ``severity``, and the parameters of
the rule.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import Any, Final

import attrs

from sinch_numbers._core.os_reason import os_reason
from sinch_numbers.audit._emergency_coverage import emergency_coverage
from sinch_numbers.audit._files.input_files import InputFileError
from sinch_numbers.audit._findings import Rule, Severity
from sinch_numbers.audit._imported_rules import (
    hosting_order_stuck,
    imported_stuck,
    qualification_stuck,
)
from sinch_numbers.audit._project_rules import campaign_capacity, price_outlier
from sinch_numbers.audit._rule_set import SYSTEM_RULES, checked
from sinch_numbers.audit._rules import (
    DEFAULT_RULES,
    display_name,
    ends_soon,
    provisioning_stuck,
)
from sinch_numbers.errors import InvalidArgumentError

__all__ = ["read_rules"]

_MOST_DAYS: Final = 100_000
_ENABLED: Final = "enabled"
_SEVERITY: Final = "severity"


@attrs.frozen
class Parameter:
    """A parameter of a rule, in a configuration file."""

    kind: type
    """``int``, ``float`` or ``str``."""
    default: int | float | str | None
    """``None`` if the parameter is required."""
    least: float = 0
    most: float = 0

    @property
    def expected(self) -> str:
        """Describe the valid values."""
        if self.kind is str:
            return "a non-empty string"
        noun = "an integer" if self.kind is int else "a number"
        return f"{noun} from {self.least:,.0f} to {self.most:,.0f}"

    def accepts(self, value: object) -> bool:
        """Whether *value* is valid."""
        if self.kind is str:
            return isinstance(value, str) and bool(value)
        kinds = (int,) if self.kind is int else (int, float)
        if not isinstance(value, kinds) or isinstance(value, bool):
            return False
        return self.least <= value <= self.most


@attrs.frozen
class Adjustable:
    """A rule with parameters."""

    make: Callable[..., Rule]
    parameters: Mapping[str, Parameter]


def _hours(make: Callable[[timedelta], Rule]) -> Callable[..., Rule]:
    return lambda hours: make(timedelta(hours=hours))


def _days(make: Callable[[timedelta], Rule]) -> Callable[..., Rule]:
    return lambda days: make(timedelta(days=days))


def _day_count(default: int) -> Mapping[str, Parameter]:
    return {"days": Parameter(int, default, 1, _MOST_DAYS)}


def _hour_count(default: int) -> Mapping[str, Parameter]:
    return {"hours": Parameter(int, default, 1, 24 * _MOST_DAYS)}


ADJUSTABLE: Final[Mapping[str, Adjustable]] = {
    "provisioning-stuck": Adjustable(_hours(provisioning_stuck), _hour_count(24)),
    "ends-soon": Adjustable(_days(ends_soon), _day_count(14)),
    "campaign-capacity": Adjustable(
        campaign_capacity,
        {"limit": Parameter(int, 49, 1, 1_000_000), "percent": Parameter(int, 90, 1, 100)},
    ),
    "price-outlier": Adjustable(
        price_outlier,
        {
            "deviations": Parameter(float, 3.5, 0, 1000),
            "ratio": Parameter(float, 1.5, 1, 1000),
            "minimum": Parameter(int, 10, 2, 1_000_000),
        },
    ),
    "display-name": Adjustable(display_name, {"pattern": Parameter(str, None)}),
    "emergency-coverage": Adjustable(emergency_coverage, {"percent": Parameter(int, 100, 1, 100)}),
    "imported-stuck": Adjustable(_hours(imported_stuck), _hour_count(24)),
    "hosting-order-stuck": Adjustable(_days(hosting_order_stuck), _day_count(7)),
    "qualification-stuck": Adjustable(_days(qualification_stuck), _day_count(7)),
}
"""The rules with parameters, by id."""


def read_rules(
    path: str | PathLike[str], rules: Sequence[Rule] = DEFAULT_RULES
) -> tuple[Rule, ...]:
    """
    Return *rules* with the settings in the TOML file *path*, to be passed to an audit.

    The file has a table ``[rules.ID]`` for each rule to change, with any of the keys ``enabled``
    (true or false), ``severity`` (info, warning or error), and the parameters of the rule. It can
    name *rules*, the rules that are part of every audit (`SYSTEM_RULES`), and ``display-name``.
    No request is sent.

    Args:
        path: Path of the TOML file.
        rules: The rules that the file may change, besides those of every audit.

    Raises:
        InputFileError: The file cannot be read, is not TOML, names an unknown rule or key, or has
            an invalid value; the message names the valid ones.
        InvalidArgumentError: *rules* are not rules or their ids are not unique.

    Example::

        Path("rules.toml").write_text("rules.ends-soon.severity = 'error'")
        report = await audit(client, rules=read_rules("rules.toml"))
    """
    given = checked(rules)
    file = Path(path)
    known = {rule.id: rule for rule in (*SYSTEM_RULES, *given)}
    known.setdefault("display-name", _UNCONFIGURED)
    changed = {}
    for rule_id, settings in _tables(file, known):
        changed[rule_id] = _configured(file, known[rule_id], settings)
    kept = [changed.pop(rule.id, rule) for rule in given]
    return (*kept, *changed.values())


_UNCONFIGURED: Final = display_name(".*")


def _tables(file: Path, known: Mapping[str, Rule]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    root = _toml(file)
    for name in root:
        if name != "rules":
            raise InputFileError(file, "only the table rules", name)
    tables = root.get("rules", {})
    if not isinstance(tables, dict):
        raise InputFileError(file, "a table for each rule", tables, place="rules")
    for rule_id, settings in tables.items():
        if rule_id not in known:
            expected = f"the id of a rule: {', '.join(sorted(known))}"
            raise InputFileError(file, expected, rule_id, place="rules")
        if not isinstance(settings, dict):
            raise InputFileError(file, "a table", settings, place=f"rules.{rule_id}")
        yield rule_id, settings


def _toml(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        problem = os_reason(error, str(error))
    except UnicodeDecodeError:
        raise InputFileError(file, "UTF-8") from None
    except RecursionError:
        raise InputFileError(file, "TOML that is not nested too deeply") from None
    except ValueError as error:
        raise InputFileError(file, f"TOML ({error})") from None
    raise InputFileError(file, "a readable file", problem)


def _configured(file: Path, rule: Rule, settings: Mapping[str, Any]) -> Rule:
    place = f"rules.{rule.id}"
    adjustable = ADJUSTABLE.get(rule.id, Adjustable(lambda: rule, {}))
    keys = (_ENABLED, _SEVERITY, *adjustable.parameters)
    for key in settings:
        if key not in keys:
            raise InputFileError(file, f"one of {', '.join(keys)}", key, place=place)
    changes: dict[str, Any] = {}
    if _ENABLED in settings:
        changes[_ENABLED] = settings[_ENABLED]
        if not isinstance(settings[_ENABLED], bool):
            raise InputFileError(
                file, "true or false", settings[_ENABLED], place=place, column=_ENABLED
            )
    if _SEVERITY in settings:
        changes[_SEVERITY] = _severity(file, place, settings[_SEVERITY])
    values = {
        name: _value(file, place, name, parameter, settings)
        for name, parameter in adjustable.parameters.items()
    }
    if any(name in settings for name in values) or rule is _UNCONFIGURED:
        try:
            made = adjustable.make(**values)
        except InvalidArgumentError as error:
            column = error.argument
            raise InputFileError(
                file, error.expected, settings.get(column), place=place, column=column
            ) from None
        rule = made.like(rule)
    return attrs.evolve(rule, **changes)


def _severity(file: Path, place: str, value: object) -> Severity:
    for severity in Severity:
        if value == severity.value:
            return severity
    expected = f"one of {', '.join(severity.value for severity in Severity)}"
    raise InputFileError(file, expected, value, place=place, column=_SEVERITY)


def _value(
    file: Path, place: str, name: str, parameter: Parameter, settings: Mapping[str, Any]
) -> object:
    value = settings.get(name, parameter.default)
    if not parameter.accepts(value):
        raise InputFileError(file, parameter.expected, value, place=place, column=name)
    return value
