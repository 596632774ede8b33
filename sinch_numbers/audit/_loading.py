"""
Rules that others have written, by name.

``acme_rules:RULES`` is what the module ``acme_rules`` calls ``RULES``: a `Rule`, several, or
something that returns them when it is called. A word without a colon is the name that an
installed package has given its rules, in the entry point group ``sinch_numbers.rules``.
Nothing is loaded unless it is asked for: to load rules is to run their module.
"""

from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import entry_points
from operator import attrgetter
from typing import Final

from sinch_numbers.audit._findings import Rule
from sinch_numbers.errors import InvalidArgumentError

__all__ = ["load_rules"]

GROUP: Final = "sinch_numbers.rules"
"""The entry point group of packages that bring rules along."""


def load_rules(name: str) -> tuple[Rule, ...]:
    """
    Return the rules called *name*.

    Raises `InvalidArgumentError` when there are none of that name, when their module cannot
    be imported, and when what is found is not rules; the error's cause is what was raised.
    """
    try:
        found = _found(name)
        if callable(found) and not isinstance(found, Rule):
            found = found()
    except InvalidArgumentError:
        raise
    except (Exception, SystemExit) as error:  # whatever a module does when it is run
        problem = f"{name} ({type(error).__name__}: {error})"
        raise InvalidArgumentError("rules", "rules that can be loaded", problem) from error
    if isinstance(found, Rule):
        return (found,)
    if not isinstance(found, Sequence) or not all(isinstance(rule, Rule) for rule in found):
        kind = type(found).__name__
        raise InvalidArgumentError(
            "rules", "a Rule, several, or what returns them", f"{name} ({kind})"
        )
    return tuple(found)


def _found(name: str) -> object:
    module, colon, attribute = name.partition(":")
    if colon:
        if not module or not attribute:
            raise InvalidArgumentError("rules", "module:name", name)
        return attrgetter(attribute)(import_module(module))
    installed = entry_points(group=GROUP)
    named = tuple(installed.select(name=name))
    if len(named) != 1:
        known = ", ".join(sorted({entry.name for entry in installed})) or "none"
        raise InvalidArgumentError(
            "rules", f"module:name, or a name that one installed package has given ({known})", name
        )
    return named[0].load()
