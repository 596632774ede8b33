"""What is loaded when it is asked for, which is how importing stays cheap."""

import sys
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from typing import Any


def loading(package: str, names: Collection[str], homes: Sequence[str]) -> Callable[[str], Any]:
    """
    Return the ``__getattr__`` of *package*, which finds *names* in the modules *homes*.

    They are looked through in order: the lightest first, so that what is asked for is found
    before what is heavier gets loaded.
    """

    def find(name: str) -> Any:
        if name in names:
            for home in homes:
                module = import_module(f"{package}.{home}")
                if hasattr(module, name):
                    value = getattr(module, name)
                    setattr(sys.modules[package], name, value)  # from here on without a search
                    return value
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return find


class Part:
    """
    An attribute that is made when it is first asked for, of a class that is loaded then.

    *make* is given the object that it is a part of, the class, and the attribute's name.
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
    """Have the parts of *copied* made anew: those it has were made for the original."""
    for name in list(vars(copied)):
        if isinstance(getattr(type(copied), name, None), Part):
            del copied.__dict__[name]
