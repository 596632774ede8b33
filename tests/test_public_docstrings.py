"""
The docstrings outside of the client's resources: tables of parameters, errors, and examples.

Each public function, constructor, and method has a table of its parameters. Each that users call
has an example that calls it: its own or that of its class. What the package calls itself needs no
example: methods of protocols, and those whose docstring says "Called by the package." or "Created
by the package.". ``tests/_client/test_docstrings.py`` checks the client.
"""

import asyncio
import builtins
import itertools
import re
import runpy
import textwrap
from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from sinch_numbers import audit, errors, operations
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.testing._served import ServedSandbox
from tests.products import every
from tests.public_docstrings import (
    PACKAGES,
    Documented,
    documented,
    is_called_by_the_package,
    section,
)

ALL = [*documented()]
CALLED = [one for one in ALL if not is_called_by_the_package(one)]
FORMS = runpy.run_path(str(Path(__file__).parents[1] / "docs" / "_build" / "sync_examples.py"))
"""How the reference makes the sync tabs of examples."""


def test_all_are_checked() -> None:
    """Of the 330 functions, constructors and methods, users call most."""
    assert len(ALL) >= 330
    assert len(CALLED) >= 220


@every("one", ALL)
def test_every_parameter_is_described(one: Documented) -> None:
    """In the order of the signature, each once."""
    assert one.described == one.parameters


@every("one", CALLED)
def test_everything_that_users_call_has_an_example(one: Documented) -> None:
    """That of a sync twin has no ``await``."""
    assert one.example
    if ".Sync" in one.name or one.name.startswith("sinch_numbers.sync."):
        assert not re.search(r"\b(?:async|await)\b", one.example)


@every("one", ALL)
def test_every_error_exists(one: Documented) -> None:
    """Each is of the package, or a builtin."""
    raises = section(one.docstring, "Raises")
    for line in re.findall(r"^((?:\w+Error(?:, )?)+): \S", raises, re.MULTILINE):
        for name in line.split(", "):
            homes = (errors, audit, operations, builtins)
            assert any(hasattr(home, name) for home in homes), name


def examples() -> dict[str, Documented]:
    """Return what to run, by code: an example that several methods share runs once."""
    return {one.example: one for one in reversed(CALLED)}


PROJECTS = itertools.count()
RUN = sorted(examples().items(), key=lambda item: item[1].name)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServedSandbox]:
    """Serve a sandbox with the numbers of the examples; clients without arguments use it."""
    monkeypatch.chdir(tmp_path)
    project_id = f"project-{next(PROJECTS)}"  # since workers keep the client of a project
    with ServedSandbox(numbers=20, stock=50, project_id=project_id) as served:
        project = served.sandbox.project()
        for number in ("+12025550134", "+12025550135"):
            project.add_active(phone_number=number, region_code="US", type="LOCAL")
        for name, value in served.sandbox.environment.items():
            monkeypatch.setenv(name, value)
        yield served


def names_of(one: Documented) -> dict[str, Any]:
    """Return the names that an example takes for granted: public ones, and of the library."""
    found: dict[str, Any] = {}
    own = [name for name in PACKAGES if one.name.startswith(f"{name}.")]
    for package in (*PACKAGES, "datetime", "pathlib", "sinch_numbers", *own):
        if package in ("sinch_numbers.sandbox", "sinch_numbers.sync") and package not in own:
            continue
        module = import_module(package)
        names = getattr(module, "__all__", None) or [*vars(module)]
        found |= {name: getattr(module, name) for name in names if hasattr(module, name)}
    return found | {"Sandbox": Sandbox}


def run(code: str, names: dict[str, Any], client: Any) -> None:
    names["client"] = client
    if FORMS["is_async"](code):
        program = f"async def main():\n{textwrap.indent(code, '    ')}"
        exec(compile(program, "example", "exec"), names)
        asyncio.run(names["main"]())
    else:
        exec(compile(code, "example", "exec"), names)


@pytest.mark.slow
@pytest.mark.parametrize(("code", "one"), RUN, ids=[str(one) for _, one in RUN])
def test_every_example_runs(code: str, one: Documented, served: ServedSandbox) -> None:
    """Against a sandbox, without a warning."""
    with redirect_stdout(StringIO()):
        if FORMS["is_async"](code):
            with served.client() as client:
                run(code, names_of(one), client)
        else:
            with served.sync_client() as client:
                run(code, names_of(one), client)


ASYNC = [(code, one) for code, one in RUN if FORMS["is_async"](code)]


@pytest.mark.slow
@pytest.mark.parametrize(("code", "one"), ASYNC, ids=[str(one) for _, one in ASYNC])
def test_the_sync_tab_of_an_example_runs(
    code: str, one: Documented, served: ServedSandbox
) -> None:
    """The reference shows it; only what has no sync twin has no such tab."""
    plain = FORMS["sync_form"](code)
    if plain is None:
        return
    names = names_of(one)
    sync = import_module("sinch_numbers.sync")
    names |= {name: getattr(sync, name) for name in sync.__all__}
    with redirect_stdout(StringIO()), served.sync_client() as client:
        run(plain, names, client)
