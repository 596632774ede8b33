"""The public classes of each package."""

import inspect
from importlib import import_module

from sinch_numbers._core.public_names import HOMES

PACKAGES = [name for name in HOMES if not name.endswith(".resources")]


def classes_of(package: str) -> list[type]:
    """Return the public classes of *package*."""
    values = (getattr(import_module(package), name) for name in HOMES[package])
    return [value for value in values if inspect.isclass(value)]
