"""The generator of the sync client: its output is committed, and gaps are errors."""

import ast
import contextlib
import importlib.util
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import sinch_numbers

pytestmark = pytest.mark.slow

PACKAGE = Path(sinch_numbers.__file__).parent
ROOT = PACKAGE.parent


def loaded() -> ModuleType:
    """Load the generator, which is run by path and belongs to no package."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "tools" / "generate_sync.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


GENERATOR = loaded()
"""Loaded once, so that a source file that no test changes is parsed once."""


def run(package: Path, *arguments: str) -> tuple[int, str]:
    """Run the generator on *package* in this process; return its exit code and stderr."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GENERATOR, "PACKAGE", package)
        patch.setattr(GENERATOR, "TARGET", package / "sync" / "_generated")
        with contextlib.redirect_stderr(io.StringIO()) as stderr:
            code = GENERATOR.main(arguments)
    return code, stderr.getvalue()


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Copy the package, to change it."""
    copy = tmp_path / "sinch_numbers"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "sandbox", "cli"))
    return copy


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, "the source moved on: choose another place to change"
    path.write_text(text.replace(old, new, 1))


def written(package: Path) -> dict[Path, str]:
    """Return what the generator has written."""
    files = {
        *(package / "sync" / "_generated").glob("[!_]*.py"),
        *(package / "sync" / "_generated" / "resources").glob("[!_]*.py"),
    }
    return {path: path.read_text() for path in sorted(files)}


def test_what_is_committed_is_current() -> None:
    """It runs on nothing but the standard library, and finds no difference."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "tools" / "generate_sync.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)


def test_what_it_writes_is_what_is_committed(package: Path) -> None:
    """To the letter: the output needs no formatter."""
    before = written(package)
    for path in before:
        path.unlink()

    assert (0, "") == run(package)

    assert 11 == len(before)
    assert before == written(package)


def test_layout_and_order_of_imports_do_not_matter(package: Path) -> None:
    """Another formatter's style is not a difference."""
    for path, text in written(package).items():
        body = ast.parse(text).body
        imports = [node for node in body if isinstance(node, ast.ImportFrom)]
        others = [node for node in body if not isinstance(node, ast.ImportFrom)]
        path.write_text(ast.unparse(ast.Module([others[0], *reversed(imports), *others[1:]], [])))

    assert (0, "") == run(package, "--check")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("active_numbers", "page_size: int = 100", "page_size: int = 99"),
        ("active_numbers", "def get(self, phone_number: str)", "def get(self, number: str)"),
        ("active_numbers", "def get(self, phone_number: str)", "def get(self, phone_number: int)"),
        ("active_numbers", "Return the rented number", "Give back the rented number"),
        ("available_regions", "tuple[AvailableRegion, ...]:", "list[AvailableRegion]:"),
        ("available_regions", "async def list(", "async def everything("),
        ("emergency_address", "    async def deprovision(", "    async def _deprovision("),
        ("available_numbers", "The numbers that are", "All numbers that are"),
    ],
)  # fmt: skip
def test_every_public_change_is_noticed(package: Path, file: str, old: str, new: str) -> None:
    """A signature, a type, a default, a docstring or a name: the check turns red."""
    change(package / "_client" / "resources" / f"{file}.py", old, new)

    assert (1, f"not current, run tools/generate_sync.py: resources/{file}.py\n") == run(
        package, "--check"
    )


def test_a_change_of_the_client_is_noticed(package: Path) -> None:
    """The constructor, the options and the client's own text count, too."""
    change(
        package / "_client" / "client.py",
        "settle_timeout: float = 30.0",
        "settle_timeout: float = 31.0",
    )

    assert 1 == run(package, "--check")[0]


def test_a_private_change_is_not(package: Path) -> None:
    """How an operation works inside is not the twin's business."""
    change(
        package / "_client" / "resources" / "available_regions.py",
        'query={"types": choices(types, NumberType, "types")},',
        'query={"types": list(choices(types, NumberType, "types"))},',
    )

    assert (0, "") == run(package, "--check")


NEW = '''
    {decorator}
    {kind} extra({parameters}) -> {returns}:
        """Do more."""
        {body}
'''


@pytest.mark.parametrize(
    ("method", "why"),
    [
        ({"returns": "int", "kind": "def"}, "neither a coroutine nor returns a pager"),
        ({"decorator": "@staticmethod"}, "neither a coroutine nor a plain method"),
        ({"body": "yield 1"}, "neither a coroutine nor a plain method"),
        ({"parameters": "self, *numbers: str"}, "arguments of an unknown shape"),
        ({"parameters": "self, **options: str"}, "arguments of an unknown shape"),
        ({"parameters": "self, number"}, "number has no type"),
        ({"parameters": "self, number: Elsewhere"}, "unknown origin of Elsewhere"),
        ({"parameters": "self, number: _private"}, "_private is private"),
        ({"parameters": "self, number: str = _private"}, "_private is private"),
        ({"returns": "Pager[int]"}, "a coroutine that returns a pager"),
        ({"returns": "AsyncIterator[int]"}, "AsyncIterator has no sync counterpart"),
        ({"parameters": "self, f: Awaitable[int]"}, "Awaitable has no sync counterpart"),
    ],
    ids=str,
)
def test_what_cannot_be_twinned_stops_it(package: Path, method: dict[str, str], why: str) -> None:
    """An unknown shape is refused with its place, and nothing is written."""
    defaults = {
        "decorator": "",
        "kind": "async def",
        "parameters": "self",
        "returns": "None",
        "body": "...",
    }
    path = package / "_client" / "resources" / "active_numbers.py"
    change(path, "\n__all__ = ", "\n_private = object()\n__all__ = ")
    change(
        path, "\n    async def get(", NEW.format(**(defaults | method)) + "\n    async def get("
    )
    before = written(package)

    code, told = run(package)

    assert 2 == code
    assert re.search(
        r"cannot generate a sync twin: "
        rf"sinch_numbers/_client/resources/active_numbers.py:\d+: .*{why}",
        told,
    )
    assert before == written(package)


def test_a_method_without_a_result_type_stops_it(package: Path) -> None:
    """What a call gives has to be said."""
    change(
        package / "_client" / "resources" / "available_regions.py",
        ") -> tuple[AvailableRegion, ...]:",
        "):",
    )

    assert "has no return type" in run(package)[1]


def test_a_new_operation_gets_its_twin(package: Path) -> None:
    """A coroutine in an endpoint's class is all it takes."""
    change(
        package / "_client" / "resources" / "active_numbers.py",
        "\n    async def get(",
        '''
    async def ring(self, phone_number: str, *, times: int = 3) -> ActiveNumber:
        """Ring *phone_number*; ``await client.active_numbers.ring(...)``."""
        return await self.get(phone_number)

    async def get(''',
    )
    assert (0, "") == run(package)

    assert '''    def ring(self, phone_number: str, *, times: int = 3) -> ActiveNumber:
        """Ring *phone_number*; ``client.active_numbers.ring(...)``."""
        return self._runner.run(self._core.ring, phone_number, times=times)
''' in (package / "sync" / "_generated" / "resources" / "active_numbers.py").read_text()


def test_a_new_group_gets_its_twin(package: Path) -> None:
    """A class of operations that the client is annotated with is twinned whole."""
    (package / "_client" / "resources" / "bells.py").write_text(
        'class Bells:\n    """Bells."""\n\n'
        '    async def ring(self) -> None:\n        """Ring."""\n'
    )
    change(
        package / "_client" / "client.py",
        "    from sinch_numbers._client.resources.active_numbers import ActiveNumbers\n",
        "    from sinch_numbers._client.resources.active_numbers import ActiveNumbers\n"
        "    from sinch_numbers._client.resources.bells import Bells\n",
    )
    change(
        package / "_client" / "client.py",
        "    active_numbers: ActiveNumbers =",
        '    bells: Bells = _operations("bells", "Bells")\n    """What rings."""\n'
        "    active_numbers: ActiveNumbers =",
    )
    assert (0, "") == run(package)
    twin = (package / "sync" / "_generated" / "resources" / "bells.py").read_text()
    client = (package / "sync" / "_generated" / "client.py").read_text()

    assert "class SyncBells(ResourceTwin):" in twin
    assert (
        '    bells: SyncBells = twin_of("bells", "SyncBells")\n    """What rings."""\n' in client
    )


def test_the_twin_of_nothing_is_not_kept(package: Path) -> None:
    """A file that no class of operations stands behind is noticed, and removed."""
    orphan = package / "sync" / "_generated" / "resources" / "bells.py"
    orphan.write_text("class SyncBells: ...\n")

    assert (1, "not current, run tools/generate_sync.py: resources/bells.py\n") == run(
        package, "--check"
    )
    assert ((0, ""), False) == (run(package), orphan.exists())


def test_a_new_function_of_a_client_gets_its_twin(package: Path) -> None:
    """So is a public coroutine that is given a client first."""
    (package / "census").mkdir()
    (package / "census" / "__init__.py").write_text(
        "from sinch_numbers.census._count import census\n"
    )
    (package / "census" / "_count.py").write_text(
        "from sinch_numbers._client.client import NumbersClient\n\n\n"
        "async def census(client: NumbersClient, *, loud: bool = False) -> int:\n"
        '    """Count."""\n    return 0\n'
    )
    assert (0, "") == run(package)
    text = (package / "sync" / "_generated" / "functions.py").read_text()

    assert "def census(client: SyncNumbersClient, *, loud: bool = False) -> int:" in text
    assert "    return client._run(_count.census, loud=loud)" in text
