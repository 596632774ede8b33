"""
Generate the sync twins: ``python tools/generate_sync.py [--check]``.

Parses the async source without importing it. Each public coroutine function gets a twin with
the same signature and docstring, whose body is one line. Code that no rule below covers stops
the generation with an error. Only uses the standard library. ``--check`` writes nothing, and
fails if a generated file is not current.
"""

import argparse
import ast
import builtins
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "sinch_numbers"
TARGET = PACKAGE / "sync" / "_generated"
CLIENT = "NumbersClient"
GIVEN = (CLIENT, f"Sequence[{CLIENT}]")
WIDTH = 99

HEADER = '''"""
{what}, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""
'''

# Types that require an event loop: no sync signature may contain them.
ASYNC_TYPES = frozenset(
    (
        "AsyncContextManager",
        "AsyncGenerator",
        "AsyncIterable",
        "AsyncIterator",
        "Awaitable",
        "Coroutine",
        "Future",
        "Pager",
        "Task",
    )
)
NOT_TWINNED = frozenset(("__aenter__", "__aexit__", "__repr__"))

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Refusal(Exception):
    """No rule can generate a sync twin."""


@dataclass
class Module:
    """A source file, and the origin of its names."""

    path: Path
    lines: list[bytes] = field(init=False)
    tree: ast.Module = field(init=False)

    def __post_init__(self) -> None:
        text = self.path.read_text(encoding="utf-8")
        self.lines = text.encode().split(b"\n")
        self.tree = _parsed(text)

    @property
    def name(self) -> str:
        """The dotted module name."""
        parts = self.path.relative_to(PACKAGE.parent).with_suffix("").parts
        return ".".join(part for part in parts if part != "__init__")

    def refuse(self, node: ast.stmt | ast.expr | ast.arg, why: str) -> Refusal:
        """Return a `Refusal` with the location of *node*."""
        where = self.path.relative_to(PACKAGE.parent)
        return Refusal(f"{where}:{node.lineno}: {why}")

    def spelled(self, node: ast.expr) -> str:
        """Return the source of *node*, on one line."""
        # Not `ast.get_source_segment`: it splits the whole file at each call, which took 85 % of
        # the run time.
        if node.end_lineno is None or node.end_col_offset is None:
            return ast.unparse(node)
        lines = self.lines[node.lineno - 1 : node.end_lineno]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        written = b"\n".join(lines).decode()
        return re.sub(r",? ([\])}])", r"\1", re.sub(r"\s+", " ", written)).replace("[ ", "[")

    def _statements(self) -> Iterator[ast.stmt]:
        """Yield top-level statements, including those under `TYPE_CHECKING`."""
        for statement in self.tree.body:
            if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
                yield from statement.body
            else:
                yield statement

    def home_of(self, name: str, node: ast.expr) -> str | None:
        """Return the module to import *name* from, ``None`` for a builtin."""
        for statement in self._statements():
            if isinstance(statement, ast.ImportFrom):
                if any((alias.asname or alias.name) == name for alias in statement.names):
                    return statement.module
            elif name in _defined(statement):
                if name.startswith("_"):
                    raise self.refuse(node, f"{name} is private, and public signatures use it")
                return self.name
        if hasattr(builtins, name):
            return None
        raise self.refuse(node, f"unknown origin of {name}")


@dataclass
class Output:
    """A generated file under construction."""

    what: str
    imports: dict[str, set[str]] = field(default_factory=dict)
    typing_imports: dict[str, set[str]] = field(default_factory=dict)
    """Imports for type checkers only; annotations need the others at run time, too."""
    lines: list[str] = field(default_factory=list)

    def need(self, home: str, name: str) -> None:
        """Add an import of *name* from *home*."""
        for other, names in self.imports.items():
            if name in names and other != home:
                raise Refusal(f"{name} comes from both {other} and {home}")
        self.imports.setdefault(home, set()).add(name)

    def text(self) -> str:
        """Return the source of the file."""
        ordered = sorted(self.imports, key=lambda home: (home.startswith("sinch_numbers"), home))
        blocks: list[str] = []
        own = False
        for home in ordered:
            if home.startswith("sinch_numbers") and not own:
                own = True
                blocks += [""] if blocks else []
            blocks += _import(home, self.imports[home])
        if self.typing_imports:
            blocks += ["", "if TYPE_CHECKING:"]
            for home in sorted(self.typing_imports):
                blocks += _import(home, self.typing_imports[home], "    ")
        future = ["from __future__ import annotations", ""]
        return "\n".join([HEADER.format(what=self.what), *future, *blocks, *self.lines, ""])


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _defined(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.ClassDef | Function):
        return {statement.name}
    if isinstance(statement, ast.Assign):
        return {target.id for target in statement.targets if isinstance(target, ast.Name)}
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return {statement.target.id}
    return set()


def _import_order(name: str) -> tuple[int, str]:
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2, name)


def _import(home: str, names: Iterable[str], indent: str = "") -> list[str]:
    ordered = sorted(names, key=_import_order)
    line = f"{indent}from {home} import {', '.join(ordered)}"
    if len(line) <= WIDTH:
        return [line]
    return _laid_out(indent, f"from {home} import (", ordered, ")")


def _laid_out(indent: str, start: str, parts: Sequence[str], end: str) -> list[str]:
    """Put *parts* on one line if they fit, else one per line."""
    line = f"{indent}{start}{', '.join(parts)}{end}"
    if len(line) <= WIDTH:
        return [line]
    return [f"{indent}{start}", *(f"{indent}    {part}," for part in parts), f"{indent}{end}"]


def _docstring(
    node: ast.AsyncFunctionDef | ast.FunctionDef | ast.ClassDef, indent: str
) -> list[str]:
    text = ast.get_docstring(node)
    return _quoted(text, indent) if text else []


def _quoted(text: str, indent: str) -> list[str]:
    """Return the docstring of a twin, without `async`, `await`, and async names."""
    for pattern, plain in (
        (r"\basync (with|for)\b", r"\1"),
        (r"\bawait ", ""),
        (rf"(?<!Sync)\b{CLIENT}\b", f"Sync{CLIENT}"),
        (r"(?<!Sync)\bPager\b", "SyncPager"),
    ):
        text = re.sub(pattern, plain, text)
    if "\n" not in text and len(indent) + len(text) + 6 <= WIDTH:
        return [f'{indent}"""{text}"""']
    body = [f"{indent}{line}".rstrip() for line in text.splitlines()]
    return [f'{indent}"""', *body, f'{indent}"""']


def _mentioned(node: ast.expr) -> Iterator[ast.Name]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner


class Signature:
    """The parameters of a function, as in the source, and as passed on."""

    def __init__(self, module: Module, function: Function, output: Output, skip: int) -> None:
        self._module, self._output = module, output
        arguments = function.args
        if arguments.vararg or arguments.kwarg or arguments.posonlyargs:
            raise module.refuse(function, f"{function.name} takes arguments of an unknown shape")
        plain = arguments.args[skip:]
        defaults: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
        defaults += arguments.defaults[max(0, len(arguments.defaults) - len(plain)) :]
        self.parameters: list[str] = [
            self._spelled(a, d) for a, d in zip(plain, defaults, strict=True)
        ]
        self.passed: list[str] = [argument.arg for argument in plain]
        if arguments.kwonlyargs:
            self.parameters.append("*")
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            self.parameters.append(self._spelled(argument, default))
            self.passed.append(f"{argument.arg}={argument.arg}")

    def _spelled(self, argument: ast.arg, default: ast.expr | None) -> str:
        if argument.annotation is None:
            raise self._module.refuse(argument, f"{argument.arg} has no type")
        text = f"{argument.arg}: {self.type(argument.annotation)}"
        if default is None:
            return text
        self._import(default)
        return f"{text} = {self._module.spelled(default)}"

    def type(self, annotation: ast.expr, allowed: str = "") -> str:
        """Return the source of a type; refuse async types other than *allowed*."""
        for name in _mentioned(annotation):
            if name.id in ASYNC_TYPES and name.id != allowed:
                raise self._module.refuse(annotation, f"{name.id} has no sync counterpart here")
        self._import(annotation)
        return self._module.spelled(annotation)

    def _import(self, node: ast.expr) -> None:
        for name in _mentioned(node):
            if name.id in ASYNC_TYPES:
                continue
            if (home := self._module.home_of(name.id, name)) is not None:
                self._output.need(home, name.id)


def _returns(module: Module, function: Function) -> ast.expr:
    if function.returns is None:
        raise module.refuse(function, f"{function.name} has no return type")
    return function.returns


def _is_pager(annotation: ast.expr) -> bool:
    return (
        isinstance(annotation, ast.Subscript)
        and isinstance(annotation.value, ast.Name)
        and annotation.value.id == "Pager"
    )


def _decorators(function: Function) -> list[str]:
    return [ast.unparse(decorator) for decorator in function.decorator_list]


def _yields(function: Function) -> bool:
    own = [node for statement in function.body for node in ast.walk(statement)]
    nested = {
        inner
        for node in own
        if isinstance(node, Function | ast.Lambda)
        for inner in ast.walk(node)
    }
    return any(isinstance(n, ast.Yield | ast.YieldFrom) and n not in nested for n in own)


def twin_of_method(module: Module, method: Function, output: Output) -> list[str]:
    """Return the twin of a method, by the first matching rule."""
    decorators = _decorators(method)
    if decorators not in ([], ["property"]) or _yields(method):
        raise module.refuse(method, f"{method.name} is neither a coroutine nor a plain method")
    signature = Signature(module, method, output, skip=1)
    returns = _returns(module, method)
    core = f"self._core.{method.name}"
    result = signature.type(returns, allowed="Pager")
    if isinstance(method, ast.AsyncFunctionDef) and not decorators:
        if "Pager" in result:
            raise module.refuse(method, f"{method.name} is a coroutine that returns a pager")
        keyword = "" if result == "None" else "return "
        body = _laid_out(" " * 8, f"{keyword}self._runner.run(", [core, *signature.passed], ")")
    elif decorators == ["property"]:
        body = [f"        return {core}"]
    elif _is_pager(returns):
        output.need("sinch_numbers.sync._pager", "SyncPager")
        result = f"Sync{result}"
        body = _pager(core, signature.passed)
    elif result == "Self":
        inner = _laid_out(" " * 12, f"{core}(", signature.passed, ")")
        body = ["        return self._around(", *inner, "        )"]
    else:
        raise module.refuse(method, f"{method.name} is neither a coroutine nor returns a pager")
    return [
        "",
        *(f"    @{decorator}" for decorator in decorators),
        *_laid_out(
            "    ", f"def {method.name}(", ["self", *signature.parameters], f") -> {result}:"
        ),
        *_docstring(method, " " * 8),
        *body,
    ]


def _pager(core: str, passed: Sequence[str]) -> list[str]:
    line = f"        return SyncPager(self._runner, {core}({', '.join(passed)}))"
    if len(line) <= WIDTH:
        return [line]
    call = _laid_out(" " * 12, f"{core}(", passed, "),")
    return ["        return SyncPager(", "            self._runner,", *call, "        )"]


def methods(module: Module, cls: ast.ClassDef, output: Output) -> list[str]:
    """Return the twins of all public methods of *cls*."""
    lines: list[str] = []
    for statement in cls.body:
        if isinstance(statement, Function):
            name = statement.name
            if name in NOT_TWINNED or (name.startswith("_") and not name.startswith("__")):
                continue
            if name == "__init__":
                continue
            lines += twin_of_method(module, statement, output)
    return lines


def twin_of_endpoint(module: Module, cls: ast.ClassDef, output: Output) -> list[str]:
    """Return the twin of a resource class."""
    output.need(module.name, cls.name)
    output.need("sinch_numbers._core.portal", "Runner")
    output.need("sinch_numbers.sync._twin", "ResourceTwin")
    return [
        "",
        "",
        f"class Sync{cls.name}(ResourceTwin):",
        *_docstring(cls, "    "),
        "",
        f"    def __init__(self, core: {cls.name}, runner: Runner) -> None:",
        "        self._core = core",
        "        self._runner = runner",
        *methods(module, cls, output),
    ]


def twin_of_client(module: Module, cls: ast.ClassDef, files: dict[Path, Output]) -> None:
    """Add the twin of the client, and one file for the twin of each resource."""
    output = files[TARGET / "client.py"] = Output("The sync twin of the client")
    output.need(module.name, cls.name)
    output.need("typing", "TYPE_CHECKING")
    output.need("sinch_numbers.sync._twin", "ClientTwin")
    output.need("sinch_numbers.sync._twin", "twin_of")
    fields: list[str] = []
    data: list[str] = []
    for statement, following in pairwise([*cls.body, ast.Pass()]):
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name, kind = statement.target.id, module.spelled(statement.annotation)
        if name.startswith("_"):
            continue
        explained = _explanation(following)
        found = _endpoint(module, kind, statement)
        if found is not None:
            home = found[0].path.stem
            twin = files[TARGET / "resources" / f"{home}.py"] = Output(
                f"The sync twin of `{kind}`"
            )
            twin.lines = twin_of_endpoint(*found, twin)
            output.typing_imports[f"sinch_numbers.sync._generated.resources.{home}"] = {
                f"Sync{kind}"
            }
            start, parts = f"{name}: Sync{kind} = twin_of(", [f'"{home}"', f'"Sync{kind}"']
            fields += [*_laid_out("    ", start, parts, ")"), *_quoted(explained, "    ")]
        else:
            data += ["", "    @property", f"    def {name}(self) -> {kind}:"]
            data += [*_quoted(explained, " " * 8), f"        return self._core.{name}"]
    init = next((s for s in cls.body if isinstance(s, Function) and s.name == "__init__"), None)
    if init is None:
        raise module.refuse(cls, f"{cls.name} has no constructor")
    signature = Signature(module, init, output, skip=1)
    made = _laid_out(" " * 12, f"{cls.name}(", signature.passed, ")")
    output.lines = [
        "",
        f'__all__ = ["Sync{cls.name}"]',
        "",
        "",
        f"class Sync{cls.name}(ClientTwin[{cls.name}]):",
        *_docstring(cls, "    "),
        "",
        *fields,
        "",
        *_laid_out("    ", "def __init__(", ["self", *signature.parameters], ") -> None:"),
        "        self._begin(",
        *made,
        "        )",
        *data,
        *methods(module, cls, output),
    ]


def _explanation(statement: ast.stmt) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return str(statement.value.value)
    return ""


def _endpoint(
    module: Module, kind: str, node: ast.AnnAssign
) -> tuple[Module, ast.ClassDef] | None:
    """Return module and definition of *kind*, if it is a resource class."""
    home = module.home_of(kind, node.annotation)
    if home is None or not home.startswith("sinch_numbers._client.resources"):
        return None
    for path in sorted((PACKAGE / "_client" / "resources").glob("*.py")):
        other = Module(path)
        for statement in other.tree.body:
            if isinstance(statement, ast.ClassDef) and statement.name == kind:
                return other, statement
    raise module.refuse(node, f"no module of _client/resources defines the class {kind}")


def twin_of_function(module: Module, function: ast.AsyncFunctionDef, output: Output) -> list[str]:
    """Return the twin of a coroutine function whose first parameter is a client."""
    if function.decorator_list or _yields(function):
        raise module.refuse(function, f"{function.name} is not a plain coroutine")
    signature = Signature(module, function, output, skip=1)
    result = signature.type(_returns(module, function))
    output.need("sinch_numbers.sync._generated.client", f"Sync{CLIENT}")
    package, _, name = module.name.rpartition(".")
    output.need(package, name)
    first, kind = _given(module, function)
    called = f"{name}.{function.name}"
    if kind == CLIENT:
        start, passed = f"return {first}._run(", [called, *signature.passed]
    else:
        output.need("collections.abc", "Sequence")
        output.need("sinch_numbers.sync._twin", "run_together")
        start, passed = "return run_together(", [called, first, *signature.passed]
    parameters = [f"{first}: {kind.replace(CLIENT, f'Sync{CLIENT}')}", *signature.parameters]
    body = _laid_out("    ", start, passed, ")")
    return [
        "",
        "",
        *_laid_out("", f"def {function.name}(", parameters, f") -> {result}:"),
        *_docstring(function, "    "),
        *body,
    ]


def _given(module: Module, function: ast.AsyncFunctionDef) -> tuple[str, str]:
    """Return the name and the type of the first parameter, as in the source."""
    first = next(iter(function.args.args), None)
    if first is None or first.annotation is None:
        return "", ""
    return first.arg, module.spelled(first.annotation)


def _exported(module: Module, name: str) -> bool:
    """Whether *name* is public: the package's ``__init__`` must import it."""
    return any(
        alias.name == name
        or (alias.name == "*" and statement.module == module.name and name in _all(module))
        for statement in ast.walk(Module(module.path.parent / "__init__.py").tree)
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    )


def _all(module: Module) -> list[str]:
    """Return the `__all__` of a module."""
    for statement in module.tree.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(statement.value)]
    return []


def functions() -> Iterator[tuple[Module, ast.AsyncFunctionDef]]:
    """Yield public coroutine functions whose first parameter is one or more clients."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] in ("sync", "sandbox", "cli", "_core", "_client"):
            continue
        module = Module(path)
        for statement in module.tree.body:
            if not isinstance(statement, ast.AsyncFunctionDef) or statement.name.startswith("_"):
                continue
            _, kind = _given(module, statement)
            if kind in GIVEN and _exported(module, statement.name):
                yield module, statement


def generate() -> dict[Path, str]:
    """Return the source of the generated files, by path."""
    client = Module(PACKAGE / "_client" / "client.py")
    cls = next(s for s in client.tree.body if isinstance(s, ast.ClassDef) and s.name == CLIENT)
    files: dict[Path, Output] = {}
    twin_of_client(client, cls, files)
    doors = files[TARGET / "functions.py"] = Output("The sync twins of the functions of a client")
    names = sorted(function.name for _, function in functions())
    doors.lines = ["", "__all__ = [", *(f'    "{name}",' for name in names), "]"]
    for module, function in functions():
        doors.lines += twin_of_function(module, function, doors)
    return {path: output.text() for path, output in files.items()}


def same(left: str, right: str) -> bool:
    """Whether two files are equivalent: imports as a set, the rest as an AST."""
    return _said(left) == _said(right)


def _said(text: str) -> tuple[frozenset[tuple[bool, str | None, str]], list[str]]:
    body = ast.parse(text).body
    imports = frozenset(
        (isinstance(statement, ast.If), each.module, alias.name)
        for statement in body
        for each in (statement.body if isinstance(statement, ast.If) else [statement])
        if isinstance(each, ast.ImportFrom)
        for alias in each.names
    )
    return imports, [ast.dump(s) for s in body if not isinstance(s, ast.ImportFrom | ast.If)]


def main(arguments: Iterable[str] | None = None) -> int:
    """Write or check; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    check = parser.parse_args(None if arguments is None else list(arguments)).check
    try:
        files = generate()
    except Refusal as refusal:
        sys.stderr.write(f"cannot generate a sync twin: {refusal}\n")
        return 2
    twins = set((TARGET / "resources").glob("*.py")) - {TARGET / "resources" / "__init__.py"}
    orphans = sorted(twins - files.keys())
    if not check:
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
        for path in orphans:
            path.unlink()
        return 0
    # Compare ASTs, not source: a new release of a formatter must not fail the check.
    stale = orphans + [
        path
        for path, text in files.items()
        if not path.exists() or not same(path.read_text(encoding="utf-8"), text)
    ]
    if stale:
        told = ", ".join(path.relative_to(TARGET).as_posix() for path in stale)
        sys.stderr.write(f"not current, run tools/generate_sync.py: {told}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
