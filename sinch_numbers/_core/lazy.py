"""Lazy imports, to keep `import sinch_numbers` fast."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def load(package: str, homes: Mapping[str, str], name: str) -> Any:
    """
    Return the public *name* of *package* from its module, for the package's ``__getattr__``.

    The value is stored in the package, so each name takes this path once.
    """
    home = homes.get(name)
    if home is None:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    setattr(sys.modules[package], name, value)
    return value


class Part:
    """
    A lazy attribute, created on first access from a class that is imported then.

    *make* is called with the owner, the class, and the attribute's name.
    """

    def __init__(self, module: str, kind: str, make: Callable[[Any, Any, str], Any]) -> None:
        self._module = module
        self._kind = kind
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, whole: Any, owner: type | None = None) -> Any:
        if whole is None:
            return self
        kind = getattr(import_module(self._module), self._kind)
        made = whole.__dict__[self._name] = self._make(whole, kind, self._name)
        return made


def forget_parts(copied: object) -> None:
    """Remove the lazy attributes that *copied* has from its original."""
    for name in list(vars(copied)):
        if isinstance(getattr(type(copied), name, None), Part):
            del copied.__dict__[name]
