"""
Help pages: summary, usage, commands or options, examples, and global options.

Plain text without boxes, so that it reads the same in a terminal, a pipe, and a pager; headings
are bold on a terminal. The options of the command come first. The global ones are only named,
except on the first page.
"""

import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, Final

import typer

from sinch_numbers.cli._help.examples import EXAMPLES
from sinch_numbers.cli._help.sections import OTHERS, SECTIONS, section_of
from sinch_numbers.cli._shared import colors
from sinch_numbers.cli._shared.exit_codes import MEANINGS

Row = tuple[str, str]

_WIDEST: Final = 100
_COLUMN: Final = 28
"""Width of the column with names; a longer name has its own line."""
_SANDBOX: Final = "--sandbox"
_UNBROKEN: Final = "\N{NO-BREAK SPACE}"


def page(context: Any, *, no_color: bool) -> str:
    """Return the help page of the command of *context*."""
    if no_color:
        colors.disable()
    context.color = colors.enabled(sys.stdout)
    return text(context, width=_width(), styled=bool(context.color))


def text(context: Any, *, width: int, styled: bool = False) -> str:
    """Return the help page of the command of *context* in *width* columns."""
    command = context.command
    parts: list[tuple[str, list[str]]] = [("", _paragraphs(command.help or "", width))]
    parts.append(("Usage", _wrapped(usage_pieces(context), width, more="    ")))
    if hasattr(command, "commands"):
        parts += _command_parts(context, width)
    parts += _option_parts(context, width)
    if context.parent is None:
        codes = [(str(int(code)), meaning) for code, meaning in MEANINGS.items()]
        parts.append(("Exit codes", list(_table(codes, width))))
    return "\n\n".join(_block(title, lines, styled=styled) for title, lines in parts if lines)


def usage_pieces(context: Any) -> list[str]:
    """Return the usage of the command: its path, arguments, and required options."""
    command = context.command
    pieces = [context.command_path]
    for one in command.params if context.parent is not None else ():
        if one.param_type_name == "argument":
            pieces.append(argument(one))
        elif one.required:
            pieces.append(f"{max(one.opts, key=len)} {command.values[one.name].name}")
    return [*pieces, *(["COMMAND"] if hasattr(command, "commands") else []), "[options]"]


def argument(parameter: Any) -> str:
    """Return the placeholder of an argument, in brackets if it is optional."""
    name = str(parameter.metavar or parameter.name.upper()).replace("[", "").replace("]", "")
    if parameter.nargs == -1 and not name.endswith("..."):
        name += "..."
    return name if parameter.required else f"[{name}]"


def option_names(parameter: Any, value_name: str) -> str:
    """Return the names of an option, short ones first, and its placeholder."""
    names = sorted([*parameter.opts, *parameter.secondary_opts], key=lambda name: name[:2] == "--")
    return " ".join(filter(None, (", ".join(names), value_name)))


def notes(parameter: Any, value: Any) -> str:
    """Return the description of a parameter, with its range and default."""
    found = []
    if value.range:
        found.append(value.range)
    if parameter.required and parameter.param_type_name == "option":
        found.append("required")
    shown = default(parameter)
    help_text = parameter.help or ""
    if shown and "default:" not in help_text:
        found.append(f"default: {shown}")
    if not found:
        return help_text
    stop = "." if help_text.endswith(".") else ""
    return f"{help_text.removesuffix('.')} ({', '.join(found)}){stop}".strip()


def default(parameter: Any) -> str:
    """Return the default of a parameter in the command line's spelling; empty without one."""
    value = parameter.default
    if value is None or value is False or value == () or callable(value) or parameter.required:
        return ""
    if hasattr(value, "value") and hasattr(value, "name"):
        return str(value.value if value.value.islower() else value.name.lower().replace("_", "-"))
    return f"{value:g}" if isinstance(value, float) else str(value)


def summary(command: Any) -> str:
    """Return the first paragraph of the help of *command*."""
    return " ".join((command.help or "").partition("\n\n")[0].split())


def _width() -> int:
    return min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)


def _block(title: str, lines: Sequence[str], *, styled: bool) -> str:
    if not title:
        return "\n".join(lines)
    heading = typer.style(title, bold=True) if styled else title
    return "\n".join((heading, *lines))


def _paragraphs(help_text: str, width: int) -> list[str]:
    lines: list[str] = []
    for paragraph in help_text.strip().split("\n\n"):
        lines += ["", *textwrap.wrap(" ".join(paragraph.split()), width, **_WHOLE)]
    return lines[1:]


_WHOLE: Final[dict[str, Any]] = {"break_long_words": False, "break_on_hyphens": False}


def _command_parts(context: Any, width: int) -> Iterator[tuple[str, list[str]]]:
    commands = {n: c for n, c in context.command.commands.items() if not c.hidden}
    if context.parent is not None:
        yield "Commands", list(_table([(n, summary(c)) for n, c in commands.items()], width))
        return
    order = [name for names in SECTIONS.values() for name in names]
    for title in (*SECTIONS, OTHERS):
        names = [name for name in commands if section_of(name) == title]
        names.sort(key=lambda name: order.index(name) if name in order else 0)
        yield title, list(_table([(name, summary(commands[name])) for name in names], width))


def _option_parts(context: Any, width: int) -> Iterator[tuple[str, list[str]]]:
    command, root = context.command, context.find_root().command
    if command is root:
        options = [one for one in root.params if not one.hidden]
        for title, sandbox in (("Global options", False), ("Sandbox options", True)):
            rows = [_row(o, root) for o in options if max(o.opts).startswith(_SANDBOX) is sandbox]
            yield title, list(_table(rows if sandbox else [*rows, _HELP], width))
        yield "Examples", _examples(context, width)
        return
    parameters = [one for one in command.params if not one.hidden]
    arguments = [one for one in parameters if one.param_type_name == "argument"]
    options = [one for one in parameters if one.param_type_name == "option"]
    yield "Arguments", list(_table([_row(one, command) for one in arguments], width))
    yield "Options", list(_table([*(_row(one, command) for one in options), _HELP], width))
    yield "Examples", _examples(context, width)
    shared = [one for one in root.params if not one.hidden]
    shared.sort(key=lambda one: max(one.opts).startswith(_SANDBOX))
    *names, last = [option_names(one, root.values[one.name].name) for one in shared]
    pieces = [*(f"{name}," for name in names), f"{last}."]
    explained = f"Before or after the command; see {root.name} --help."
    yield "Global options", _wrapped([*pieces, *explained.split()], width)


def _wrapped(pieces: Sequence[str], width: int, *, more: str = "") -> list[str]:
    """Return lines of *pieces*, which stay whole; *more* indents the lines after the first."""
    joined = " ".join(piece.replace(" ", _UNBROKEN) for piece in pieces)
    lines = textwrap.wrap(
        joined, width, initial_indent="  ", subsequent_indent=f"  {more}", **_WHOLE
    )
    return [line.replace(_UNBROKEN, " ") for line in lines]


_HELP: Final = ("-h, --help", "Show this page and exit.")


def _row(parameter: Any, command: Any) -> Row:
    value = command.values[parameter.name]
    if parameter.param_type_name == "argument":
        return argument(parameter), notes(parameter, value)
    return option_names(parameter, value.name), notes(parameter, value)


def _examples(context: Any, width: int) -> list[str]:
    """Return the examples; long ones continue on the next line, as a shell accepts it."""
    path = " ".join(context.command_path.split()[1:])
    found: list[str] = []
    for line in EXAMPLES.get(path, ()):
        # Options stay on one line with their values, and so do quoted texts.
        pieces = re.findall(r"(?:-[\w-]+ )?(?:\"[^\"]*\"|'[^']*'|[^\s\"']+)", line)
        *first, last = _wrapped(["$", *pieces], width - 2, more="    ")
        found += [*(f"{one} \\" for one in first), last]
    return found


def _table(rows: Sequence[Row], width: int) -> Iterator[str]:
    """Yield *rows* in two columns, the second one wrapped."""
    if not rows:
        return
    column = min(max(len(name) for name, _ in rows), _COLUMN)
    indent = " " * (column + 4)
    for name, description in rows:
        lines = textwrap.wrap(description, max(width - len(indent), 30), break_on_hyphens=False)
        if len(name) > column:
            yield f"  {name}"
            yield from (f"{indent}{line}" for line in lines)
        else:
            yield f"  {name:<{column}}  {lines[0] if lines else ''}".rstrip()
            yield from (f"{indent}{line}" for line in lines[1:])
