"""Help texts of the commands where the interpreter has dropped their docstrings."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import typer


def restore(app: typer.Typer) -> None:
    """
    Read the docstrings of the commands of *app* from their source.

    ``python -OO`` and ``PYTHONOPTIMIZE=2`` drop them, and typer shows them as help.
    """
    for command in _functions(app):
        if command.__doc__ is None:
            command.__doc__ = _docstring(command)


def _functions(app: typer.Typer) -> Iterator[Callable[..., Any]]:
    registered = [*app.registered_commands]
    if app.registered_callback is not None:
        registered.append(app.registered_callback)  # type: ignore[arg-type]  # has a callback, too
    yield from (one.callback for one in registered if one.callback is not None)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from _functions(group.typer_instance)


def _docstring(function: Callable[..., Any]) -> str | None:
    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError):  # a frozen program has no source
        return None
    if isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        return ast.get_docstring(definition)
    return None
