"""
Generate the command line reference: ``python tools/generate_command_line.py [--check]``.

Fills the marked parts of `docs/reference/command-line.md`: the tables of commands and exit codes,
and a section for each command with its options and the output of its examples, which run on a
sandbox. ``--check`` writes nothing.
"""

import re
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "cli")]

from example_sandbox import READY, ExampleSandbox, run, stable  # noqa: E402

from sinch_numbers.cli._app import command_tree  # noqa: E402
from sinch_numbers.cli._help.examples import EXAMPLES  # noqa: E402
from sinch_numbers.cli._help.pages import (  # noqa: E402
    argument,
    notes,
    option_names,
    summary,
    usage_pieces,
)
from sinch_numbers.cli._help.sections import SECTIONS, section_of  # noqa: E402
from sinch_numbers.cli._parsing.commands import context_of  # noqa: E402
from sinch_numbers.cli._parsing.suggestions import commands_of  # noqa: E402
from sinch_numbers.cli._shared.errors import MEANINGS  # noqa: E402

TARGET = ROOT / "docs" / "reference" / "command-line.md"
PART = re.compile(r"(<!-- begin ([a-z-]+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)
LONGEST = 14
"""Lines of a sample output; the others are counted."""
WIDEST = 118
"""Columns of a line of a sample output."""


def commands() -> Iterator[str]:
    """Yield a table of all commands, by section of the help."""
    tree: Any = command_tree()
    for title in SECTIONS:
        paths = [path for path in commands_of(tree) if section_of(path[0]) == title]
        if not paths:
            continue
        yield f"**{title}**\n\n| Command | What it does |\n|---|---|"
        for path in paths:
            name = " ".join(path)
            yield f"| [`{name}`](#{anchor(name)}) | {summary(found(path))} |"
        yield ""


def exit_codes() -> Iterator[str]:
    """Yield the table of exit codes."""
    yield "| Code | Meaning |\n|---|---|"
    for code, meaning in MEANINGS.items():
        yield f"| {code.value} | {cell(meaning)} |"


def reference() -> Iterator[str]:
    """Yield a section for the global options, and one for each command."""
    tree: Any = command_tree()
    yield "### Global options\n\nBefore or after the command; each at most once, or with the same"
    yield "value.\n"
    yield from options(tree, tree.params)
    paths = list(commands_of(tree))
    with (
        tempfile.TemporaryDirectory() as directory,
        ExampleSandbox(Path(directory), 3 * len(paths)) as sandbox,
    ):
        for path in sorted(paths, key=lambda path: list(SECTIONS).index(section_of(path[0]))):
            yield from section(path, sandbox)


def section(path: Sequence[str], sandbox: ExampleSandbox) -> Iterator[str]:
    """Yield the section of one command."""
    command, name = found(path), " ".join(path)
    context: Any = context_of(command_tree(), path)
    yield f"### {name}\n"
    for paragraph in command.help.strip().split("\n\n"):
        yield f"{' '.join(paragraph.split())}\n"
    yield f"```text\n{' '.join(usage_pieces(context))}\n```\n"
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    if any(one.help for one in arguments):
        yield "| Argument | Description |\n|---|---|"
        for one in arguments:
            yield f"| `{argument(one)}` | {cell(notes(one, command.values[one.name]))} |"
        yield ""
    own = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    if own:
        yield from options(command, own)
    yield "```text"
    for line in EXAMPLES.get(name, ()):
        yield f"$ {line}"
        yield from output(name, line, sandbox)
    yield "```\n"


def options(command: Any, parameters: Sequence[Any]) -> Iterator[str]:
    """Yield a table of options."""
    yield "| Option | Description |\n|---|---|"
    for one in parameters:
        value = command.values[one.name]
        names = option_names(one, value.name).replace("|", "\\|")
        repeat = " Repeatable." if one.multiple and "epeat" not in (one.help or "") else ""
        yield f"| `{names}` | {cell(notes(one, value))}{repeat} |"
    yield ""


def output(name: str, line: str, sandbox: ExampleSandbox) -> Iterator[str]:
    """Yield the output of an example: none of those that ask for confirmation."""
    example = sandbox.prepare(name, line)
    ended = run(example)
    if "use --yes" in ended.err:
        return
    text = ended.out + "".join(
        one for one in ended.err.splitlines(keepends=True) if READY in one and not ended.out
    )
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8080", stable(example.as_written(text)))
    lines = text.splitlines()
    if len(lines) > LONGEST:
        lines = [*lines[: LONGEST - 1], f"... {len(lines) - LONGEST + 1} more lines"]
    for one in lines:
        yield (one if len(one) <= WIDEST else f"{one[: WIDEST - 4]} ...").rstrip()


def found(path: Sequence[str]) -> Any:
    """Return the command *path*."""
    command: Any = command_tree()
    for name in path:
        command = command.commands[name]
    return command


def cell(text: str) -> str:
    """Return *text* in a table cell."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def anchor(name: str) -> str:
    """Return the anchor of the section of a command."""
    return name.replace(" ", "-")


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "commands": commands,
    "exit-codes": exit_codes,
    "reference": reference,
}


def generated(page: str) -> str:
    """Return *page* with its marked parts filled."""

    def fill(part: re.Match[str]) -> str:
        return f"{part[1]}\n{chr(10).join(PARTS[part[2]]()).rstrip()}\n\n{part[3]}"

    return PART.sub(fill, page)


def main() -> int:
    """Write or check the page."""
    # Some examples end by an interrupt, which a job in the background ignores.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    now = TARGET.read_text(encoding="utf-8")
    if generated(now) == now:
        return 0
    if sys.argv[1:] == ["--check"]:
        print("not current: run python tools/generate_command_line.py", file=sys.stderr)
        return 1
    TARGET.write_text(generated(now), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
