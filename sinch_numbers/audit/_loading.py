"""
Loading of third-party rules by name.

``acme_rules:RULES`` is the attribute ``RULES`` of the module ``acme_rules``: a `Rule`, a
sequence of them, or a callable that returns either. A name without a colon is the name of an
entry point in the group ``sinch_numbers.rules``, which an installed package provides. Rules are
only loaded on request, because loading them runs their module.
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
"""The entry point group of packages that provide rules."""


def load_rules(name: str) -> tuple[Rule, ...]:
    """
    Return the rules called *name*.

    Args:
        name: Name of the rules, as ``module:name``.

    Raises:
        InvalidArgumentError: The name is unknown, the module cannot be imported, or
            the object is not a rule or a sequence of rules; the error's cause is the original
            exception.

    Example::

        rules = load_rules("sinch_numbers.audit:DEFAULT_RULES")
    """
    try:
        found = _found(name)
        if callable(found) and not isinstance(found, Rule):
            found = found()
    except InvalidArgumentError:
        raise
    except (Exception, SystemExit) as error:  # importing a module can raise anything
        problem = f"{name} ({type(error).__name__}: {error})"
        raise InvalidArgumentError("rules", "rules that can be loaded", problem) from error
    if isinstance(found, Rule):
        return (found,)
    if not isinstance(found, Sequence) or not all(isinstance(rule, Rule) for rule in found):
        kind = type(found).__name__
        raise InvalidArgumentError(
            "rules",
            "a Rule, a sequence of rules, or a callable that returns either",
            f"{name} ({kind})",
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
            "rules",
            f"module:name, or an entry point of exactly one installed package ({known})",
            name,
        )
    return named[0].load()
