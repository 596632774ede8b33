"""Lazy imports, to keep `import sinch_numbers` fast."""

import sys
from collections.abc import Callable, Collection
from importlib import import_module
from inspect import getattr_static
from typing import Any, TypeVar

from sinch_numbers._core.public_names import HOMES

T = TypeVar("T")


def attach(package: str, modules: Collection[str] = ()) -> None:
    """
    Add public names to *package*, each imported from its module on first use.

    *modules* become lazy attributes, too. Type checkers see the names through the imports in
    the ``TYPE_CHECKING`` block of the package's ``__init__.py``.
    """
    homes = HOMES[package]
    module = sys.modules[package]

    def __getattr__(name: str) -> Any:  # noqa: N807 - PEP 562
        if name in modules:
            return import_module(f"{package}.{name}")
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(home), name)
        setattr(module, name, value)  # cached: `__getattr__` is only called for missing names
        return value

    def __dir__() -> list[str]:  # noqa: N807 - PEP 562
        return sorted({*vars(module), *homes, *modules})

    public = [*homes, "__version__"] if hasattr(module, "__version__") else [*homes]
    vars(module).update(__all__=public, __getattr__=__getattr__, __dir__=__dir__)


class Part:
    """
    Lazy attribute: imports its class and creates its value on first access.

    *make* is called with the owner, the class, and the attribute's name. The attribute of the
    owner's class is the class, which `unittest.mock.create_autospec` takes signatures from.
    """

    def __init__(self, module: str, kind: str, make: Callable[[Any, Any, str], Any]) -> None:
        self._module = module
        self._kind = kind
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, whole: Any, owner: type | None = None) -> Any:
        kind = getattr(import_module(self._module), self._kind)
        if whole is None:
            return kind
        # An instance attribute takes precedence over this descriptor, which has no `__set__`.
        made = whole.__dict__[self._name] = self._make(whole, kind, self._name)
        return made


def without_parts(whole: T) -> T:
    """Return a shallow copy of *whole* without its lazy attributes."""
    copied = object.__new__(type(whole))
    for name, value in vars(whole).items():
        if not isinstance(getattr_static(type(whole), name, None), Part):
            copied.__dict__[name] = value
    return copied
