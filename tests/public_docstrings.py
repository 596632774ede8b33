"""The public functions and methods outside of the client, and the parts of their docstrings."""

import inspect
import re
import textwrap
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import attrs

import sinch_numbers
from sinch_numbers import NumbersClient, SyncNumbersClient
from sinch_numbers._core.public_names import HOMES

RESOURCES = "sinch_numbers._client.resources"
PACKAGES = (
    "sinch_numbers",
    *(f"sinch_numbers.{name}" for name in sorted(sinch_numbers._PACKAGES - {"errors"})),
)


@attrs.frozen
class Documented:
    """A function, a method, or the constructor of a class, with its docstring."""

    name: str
    function: Any
    docstring: str
    class_docstring: str = ""
    is_method: bool = False

    @property
    def parameters(self) -> list[str]:
        """The names in the signature, without the instance."""
        named = inspect.signature(self.function).parameters
        return [*named][1:] if self.is_method else [*named]

    @property
    def described(self) -> list[str]:
        """The names in the table of parameters."""
        return re.findall(r"^(\w+): \S", section(self.docstring, "Args"), re.MULTILINE)

    @property
    def example(self) -> str:
        """The example that calls it: its own, or that of its class."""
        called = self.name.rpartition(".")[2]
        for docstring in (self.docstring, self.class_docstring):
            code = section(docstring, "Example")
            if re.search(rf"\b{called}\b", code):
                return code
        return ""

    def __str__(self) -> str:
        return self.name


def section(docstring: str, heading: str) -> str:
    """Return the lines below *heading*, up to the next text that is not indented."""
    found = re.search(rf"^{heading}::?\n((?:\n|    .*\n?)*)", docstring, re.MULTILINE)
    return textwrap.dedent(found[1]).strip("\n") if found else ""


def public_values() -> dict[str, Any]:
    """Return each public function and class, by the first of its full names."""
    found: dict[int, tuple[str, Any]] = {}
    for package in PACKAGES:
        module = import_module(package)
        names = HOMES.get(package) or getattr(module, "__all__", None) or ["OpenTelemetry"]
        for name in names:
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                found.setdefault(id(value), (f"{package}.{name}", value))
    return dict(found.values())


def documented() -> Iterator[Documented]:
    """Yield what can be called: functions, constructors with parameters, and methods."""
    for name, value in public_values().items():
        if value in (NumbersClient, SyncNumbersClient) or issubclass_of_error(value):
            continue
        docstring = inspect.getdoc(value) or ""
        if inspect.isfunction(value):
            yield Documented(name, inspect.unwrap(value), docstring)
            continue
        made = vars(value).get("__init__")
        if inspect.isfunction(made) and not attrs.has(value) and not is_protocol(value):
            yield Documented(name, made, docstring, is_method=True)
        for method, function in vars(value).items():
            static = isinstance(function, staticmethod)
            plain = getattr(function, "__func__", function)
            if not method.startswith("_") and inspect.isfunction(plain):
                yield Documented(
                    f"{name}.{method}",
                    inspect.unwrap(plain),
                    inspect.getdoc(plain) or "",
                    docstring,
                    is_method=not static,
                )


def is_protocol(value: type) -> bool:
    return bool(getattr(value, "_is_protocol", False))


def issubclass_of_error(value: Any) -> bool:
    return inspect.isclass(value) and issubclass(value, BaseException)


def is_called_by_the_package(one: Documented) -> bool:
    """Whether users do not call it: a method of a protocol, or one whose docstring says so."""
    owner = public_values().get(one.name.rpartition(".")[0])
    return (inspect.isclass(owner) and is_protocol(owner)) or any(
        f"{verb} by the package." in one.docstring for verb in ("Called", "Created")
    )
