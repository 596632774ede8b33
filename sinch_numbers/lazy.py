"""Packages whose names are loaded when they are asked for, which is how importing stays cheap."""

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
