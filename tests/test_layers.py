"""Imports point down, and each third party has one address."""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "sinch_numbers"

FLOORS = {
    0: {"_version", "unset", "secret", "errors", "escaping", "log", "forks", "lazy", "models"},
    1: {
        "files",
        "json_text",
        "compiled",
        "converter",
        "arguments",
        "letters",
        "plain",
        "links",
        "error_codes",
    },
    2: {
        "transport",
        "aiohttp_transport",
        "time_limits",
        "retry_after",
        "replies",
        "retry",
        "pace",
        "throttle",
        "settlement",
        "turns",
        "bell",
        "unresolved",
        "observer",
        "watching",
        "documents",
        "multipart",
        "auth",
        "token_service",
        "pagination",
        "pipeline",
    },
    3: {"endpoints", "client", "webhooks", "provisioning"},
    4: {
        "sync",
        "bulk",
        "inventory",
        "audit",
        "spread",
        "exports",
        "ordering",
        "otel",
        "receivers",
        "testing",
        "cli",
        "__main__",
    },
}
ISLANDS = {"sandbox"}
FACADE = "__init__"  # names everything, loads it when it is asked for

ADDRESSES = {
    "aiohttp": {"aiohttp_transport", "receivers", "sandbox"},
    "yarl": {"aiohttp_transport"},
    "backoff": {"retry"},
    "cattrs": {"converter"},
    "orjson": {"json_text"},
    "yaml": {"audit"},
    "jsonschema": {"ordering"},
    "referencing": {"ordering"},
    "typer": {"cli"},
    "rich": {"cli"},
    "jinja2": {"exports"},
    "opentelemetry": {"otel"},
    "pyarrow": {"exports"},
    "pytest": {"testing"},
}


def room(path: Path) -> str:
    """Return the top-level module of the package that *path* belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imported(path: Path) -> set[str]:
    """Return the full names that *path* imports, at whichever depth."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            if node.module == "sinch_numbers":
                names |= {f"sinch_numbers.{alias.name}" for alias in node.names}
            elif node.module:
                names.add(node.module)
    return names


def inner(path: Path) -> set[str]:
    """Return the rooms of the package that *path* imports."""
    own = [name.split(".") for name in imported(path) if name.startswith("sinch_numbers.")]
    return {parts[1] for parts in own if (PACKAGE / parts[1]).is_dir() or _is_module(parts[1])}


def _is_module(name: str) -> bool:
    return (PACKAGE / f"{name}.py").is_file()


FILES = sorted(PACKAGE.rglob("*.py"))
FLOOR_OF = {name: floor for floor, names in FLOORS.items() for name in names}


def test_every_module_has_a_floor() -> None:
    """A new module says where it stands."""
    assert {room(file) for file in FILES} == set(FLOOR_OF) | ISLANDS | {FACADE}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_down(file: Path) -> None:
    """A module imports from its own floor or from below; two doors alone see an island."""
    here = room(file)
    if here == FACADE:
        return
    allowed = (
        {"sandbox"}
        if here in ISLANDS
        else {name for name, floor in FLOOR_OF.items() if floor <= FLOOR_OF[here]}
        | (ISLANDS if here in ("cli", "testing") else set())
    )
    assert set() == inner(file) - allowed


def test_no_circles() -> None:
    """Within a floor, too, imports have an order."""
    graph: dict[str, set[str]] = {}
    for file in FILES:
        graph.setdefault(room(file), set()).update(inner(file) - {room(file)})
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize(("party", "homes"), ADDRESSES.items())
def test_each_third_party_has_one_address(party: str, homes: set[str]) -> None:
    """Whoever replaces a dependency opens one file."""
    assert homes == {
        room(file) for file in FILES if party in {name.split(".")[0] for name in imported(file)}
    }
