"""Rules of an audit, from the options of the command and its configuration file."""

import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from sinch_numbers.audit import (
    DEFAULT_RULES,
    Rule,
    ends_soon,
    load_rules,
    provisioning_stuck,
    read_rules,
)
from sinch_numbers.audit._rule_set import checked

CONFIG: Final = Path("audit.toml")
"""The configuration file that is read if it exists."""


def rules_of(
    names: Sequence[str],
    config: Path | None,
    *,
    stuck_hours: int | None,
    ends_within_days: int | None,
) -> tuple[Rule, ...]:
    """
    Return the default rules and the rules called *names*, configured by *config* and options.

    Options override the file. Raises `InvalidArgumentError` when rules cannot be loaded or their
    ids are not unique, and `InputFileError` when the file is invalid.
    """
    # Default rules replace themselves: [*DEFAULT_RULES, mine] means the same as in Python.
    loaded = {rule.id: rule for rule in checked(list(_loaded(names)))}
    defaults = [loaded.pop(rule.id, rule) for rule in DEFAULT_RULES]
    rules: tuple[Rule, ...] = (*defaults, *loaded.values())
    file = config or (CONFIG if CONFIG.exists() else None)
    if file is not None:
        rules = read_rules(file, rules)
    overrides = {}
    if stuck_hours is not None:
        overrides["provisioning-stuck"] = provisioning_stuck(timedelta(hours=stuck_hours))
    if ends_within_days is not None:
        overrides["ends-soon"] = ends_soon(timedelta(days=ends_within_days))
    return tuple(_overridden(rule, overrides.get(rule.id)) for rule in rules)


def _overridden(rule: Rule, override: Rule | None) -> Rule:
    return rule if override is None else override.like(rule)


def _loaded(names: Sequence[str]) -> Iterator[Rule]:
    if any(":" in name for name in names):
        # Last, so that local files can't shadow installed modules.
        sys.path.append(str(Path.cwd()))
    for name in names:
        yield from load_rules(name)
