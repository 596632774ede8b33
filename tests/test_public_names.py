"""Public names: complete, sorted, and intended."""

import ast
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import sinch_numbers
from sinch_numbers import errors, models

SOURCE = Path(sinch_numbers.__file__).read_text()


def test_every_public_name_can_be_had() -> None:
    """Each name in ``__all__`` leads somewhere."""
    assert [] == [name for name in sinch_numbers.__all__ if not hasattr(sinch_numbers, name)]


def test_checkers_see_the_same_names() -> None:
    """What is imported for type checkers is what ``__all__`` offers."""
    guard = next(node for node in ast.parse(SOURCE).body if isinstance(node, ast.If))
    seen = {
        name
        for node in guard.body
        if isinstance(node, ast.ImportFrom) and node.module
        for name in import_module(node.module).__all__
    }
    assert set(sinch_numbers.__all__) == seen | {"__version__"}


def test_no_name_is_there_twice() -> None:
    """``__all__`` is a set, sorted by the linter."""
    assert len(set(sinch_numbers.__all__)) == len(sinch_numbers.__all__)


def test_every_error_is_public() -> None:
    """Whatever can be raised can be caught by name."""
    raised = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.SinchNumbersError)
    }
    assert set() == raised - set(sinch_numbers.__all__)


def test_every_model_is_public() -> None:
    """Whatever can be received can be named."""
    assert set() == set(models.__all__) - set(sinch_numbers.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """Asking for what there is not says so."""
    with pytest.raises(AttributeError, match="has no attribute 'Nonsense'"):
        sinch_numbers.Nonsense  # noqa: B018


def test_the_modules_that_are_promised_are_those_on_offer() -> None:
    """The page on versioning names them."""
    page = (Path(__file__).parent.parent / "docs" / "versioning.md").read_text()
    promised = page[page.index("the public names of these modules") : page.index("- Which calls")]

    told = set(re.findall(r"`(\w+)`", promised))
    assert sinch_numbers._PACKAGES == told


def test_what_looks_public_is_promised() -> None:
    """A module without an underscore in its path is on the page on versioning."""
    package = Path(sinch_numbers.__file__).parent
    modules = {
        ".".join(path.relative_to(package).with_suffix("").parts).removesuffix(".__init__")
        for path in package.rglob("*.py")
    }
    public = {name for name in modules if not any(p.startswith("_") for p in name.split("."))}

    assert public == sinch_numbers._PACKAGES | {"cli", "testing.plugin"}


def test_dir_tells_all() -> None:
    """Completion in a shell shows what has not been loaded yet."""
    assert set() == set(sinch_numbers.__all__) - set(dir(sinch_numbers))


@cache
def loaded_by(code: str) -> set[str]:
    """Return the modules that a new process has loaded after *code*."""
    show = "import sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{show}"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["aiohttp", "attrs", "cattrs", "anyio", "typer", "sinch_numbers.sandbox"]
)
def test_importing_is_cheap(module: str) -> None:
    """``import sinch_numbers`` loads nothing that is not needed yet."""
    assert module not in loaded_by("import sinch_numbers")


_GET = """
import asyncio
from sinch_numbers import {client}
from sinch_numbers._core.transport.base import Reply

class Transport:
    async def exchange(self, request):
        if request.method == "POST":
            return Reply(200, {{}}, b'{{"access_token": "token", "expires_in": 3599}}')
        request.sent = True
        return Reply(200, {{}}, b'{{"phoneNumber": "+12025550134", "projectId": "p"}}')

    async def close(self):
        pass

async def main():
    async with NumbersClient("p", "key", "secret", transport=Transport()) as client:
        await client.active_numbers.get("+12025550134")

def main_sync():
    with SyncNumbersClient("p", "key", "secret", transport=Transport()) as client:
        client.active_numbers.get("+12025550134")

{run}
"""
_FIRST_CALLS = {
    "async": _GET.format(client="NumbersClient", run="asyncio.run(main())"),
    "sync": _GET.format(client="SyncNumbersClient", run="main_sync()"),
}


_UNUSED_BY_A_GET = {
    "tomllib",
    *(
        f"sinch_numbers.{package}"
        for package in ("audit", "exports", "inventory", "operations", "ordering", "otel")
    ),
    *("sinch_numbers.sandbox", "sinch_numbers.store", "sinch_numbers.webhooks"),
    *(
        f"sinch_numbers._client.{name}"
        for name in ("bodies.multipart", "order_states", "provisioning", "waiting")
    ),
    *(
        f"sinch_numbers._core.{name}"
        for name in (
            "captured",
            "concurrency",
            "observing.events",
            "observing.instrumentation",
            "profiles",
            "serialization.writer",
            "worker_threads",
        )
    ),
    *(
        f"sinch_numbers.models.{name}"
        for name in (
            "_events",
            "_hosting",
            "_imported",
            "_letters",
            "_mapping_inputs",
            "_orders",
        )
    ),
}
_MOST_ATTRS_CLASSES = 60
"""Each takes half a millisecond to create."""
_PRINT_ATTRS_CLASSES = """
import gc
kinds = [one for one in gc.get_objects() if isinstance(one, type)]
found = {one for one in kinds if "__attrs_attrs__" in vars(one)}
print(*{f"{one.__module__}:{one.__name__}" for one in found})
"""


@pytest.mark.slow
@pytest.mark.parametrize("client", list(_FIRST_CALLS))
def test_a_get_imports_only_what_it_uses(client: str) -> None:
    """A program that gets a number doesn't wait for the classes of orders, waits, and errors."""
    loaded = loaded_by(_FIRST_CALLS[client])

    assert "sinch_numbers.models._numbers" in loaded
    assert set() == _UNUSED_BY_A_GET & loaded


@pytest.mark.slow
@pytest.mark.parametrize("client", list(_FIRST_CALLS))
def test_a_get_creates_few_attrs_classes(client: str) -> None:
    """The time to the first response grows with each class."""
    printed = loaded_by(_FIRST_CALLS[client] + _PRINT_ATTRS_CLASSES)
    classes = {name for name in printed if re.match(r"sinch_numbers\..*:", name)}

    assert "sinch_numbers.models._numbers:ActiveNumber" in classes
    assert len(classes) <= _MOST_ATTRS_CLASSES, sorted(classes)


def test_modules_that_a_get_does_not_use_exist() -> None:
    """A module that was renamed would be missed above."""
    assert all(find_spec(name) for name in _UNUSED_BY_A_GET)


@pytest.mark.parametrize(
    "module",
    [
        *(
            "typer",
            "rich",
            "sinch_numbers.sandbox",
            "aiohttp.web",
            "pydantic",
            "pyarrow",
            "jinja2",
        ),
        "sinch_numbers._core.serialization.writer",
    ],
)
def test_a_client_needs_no_command_line(module: str) -> None:
    """Making a client loads neither the CLI's libraries nor the sandbox."""
    code = "import sinch_numbers; sinch_numbers.NumbersClient('p', 'k', 's')"
    assert module not in loaded_by(code)
