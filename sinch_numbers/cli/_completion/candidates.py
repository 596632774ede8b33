"""
Candidates for the next word of a command line.

A shell script calls the program with the variable ``_SINCH_NUMBERS_COMPLETE`` and the arguments
``INDEX WORD...``: the words of the command line, from the program's name on, and the index of
the word to complete. The answer has a line for each candidate, followed by a tab and its
description if there is one. The line ``:files`` asks the shell for file names, and ``:nospace``
to add no space after the candidate.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sinch_numbers.cli._completion.profiles import profile_names
from sinch_numbers.cli._completion.table import TABLE

VARIABLE: Final = "_SINCH_NUMBERS_COMPLETE"
FILES: Final = ":files"
NO_SPACE: Final = ":nospace"

Candidate = tuple[str, str]
"""A word and its description, which may be empty."""


class Entry:
    """A command or group of the table: its arguments, options, and subcommands."""

    def __init__(self, text: str) -> None:
        rows = [[*line.split("\t"), "", ""] for line in text.split("\n") if line]
        self.summary = rows[0][1]
        self.arguments = [row[1] for row in rows[1:] if row[0] == "argument"]
        self.options: dict[str, tuple[str, str]] = {}
        self.names: list[tuple[tuple[str, ...], str]] = []
        for row in rows[1:]:
            if row[0] == "option":
                names = tuple(row[1].split(","))
                self.names.append((names, row[3]))
                self.options |= dict.fromkeys(names, (row[2], row[3]))


def respond(arguments: Sequence[str]) -> int:
    """Print the candidates for the *arguments* of a shell script; never raises an error."""
    try:
        index = int(arguments[0])
        words = list(arguments[1:])
        current = words[index] if index < len(words) else ""
        lines = [
            f"{word}\t{description}" if description else word
            for word, description in candidates(words[1:index], current)
        ]
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
    except Exception:  # noqa: BLE001 - a traceback would garble the line that the user edits
        return 1
    return 0


def candidates(words: Sequence[str], current: str) -> list[Candidate]:
    """Return the candidates for the word *current*, which follows *words*."""
    tree = _tree()
    shared = tree[""]
    path, pending, place, options_end = _read(tree, words)
    entry = tree[" ".join(path)]
    if current == "=":  # bash splits at it
        current = ""
    if pending is not None:
        return list(_values(pending, current, ""))
    if current.startswith("-") and not options_end:
        name, equals, value = current.partition("=")
        if not equals:
            return list(_options((entry, shared) if path else (shared,), current, words))
        kind, _ = entry.options.get(name) or shared.options.get(name) or ("", "")
        return list(_values(kind, value, f"{name}="))
    if subcommands := _below(tree, path):
        return _matching(subcommands, current) if place == 0 else []
    if place < len(entry.arguments):
        return list(_values(entry.arguments[place], current, ""))
    if entry.arguments and entry.arguments[-1].endswith("..."):
        return list(_values(entry.arguments[-1], current, ""))
    return [] if options_end or current else list(_options((entry, shared), "-", words))


def _tree() -> Mapping[str, Entry]:
    blocks = TABLE.strip("\n").split("\n\n")
    return {block.partition("\t")[0]: Entry(block) for block in blocks}


def _read(
    tree: Mapping[str, Entry], words: Sequence[str]
) -> tuple[tuple[str, ...], str | None, int, bool]:
    """
    Return how far *words* lead in the command line.

    That is the command, the kind of the option whose value is missing, the number of arguments,
    and whether ``--`` ended the options.
    """
    path: tuple[str, ...] = ()
    pending: str | None = None
    place = 0
    options_end = False
    for word in words:
        if word == "=" and pending is not None:
            continue
        if pending is not None:
            pending = None
        elif word == "--" and not options_end:
            options_end = True
        elif word.startswith("-") and len(word) > 1 and not options_end:
            known = tree[" ".join(path)].options.get(word) or tree[""].options.get(word)
            pending = known[0] if known and known[0] != "flag" else None
        elif " ".join((*path, word)) in tree:
            path = (*path, word)
        else:
            place += 1
    return path, pending, place, options_end


def _below(tree: Mapping[str, Entry], path: Sequence[str]) -> list[Candidate]:
    """Return the subcommands of the group *path*, with their summaries."""
    prefix = "".join(f"{name} " for name in path)
    return [
        (name.removeprefix(prefix), entry.summary)
        for name, entry in tree.items()
        if name and name.startswith(prefix) and " " not in name.removeprefix(prefix)
    ]


def _options(entries: Sequence[Entry], current: str, given: Sequence[str]) -> Iterator[Candidate]:
    """Yield the options of *entries* that aren't given yet, or can be repeated."""
    for entry in entries:
        for names, description in entry.names:
            kind = entry.options[names[0]][0]
            if "repeat" not in kind and any(name in given for name in names):
                continue
            for name in names:
                if name.startswith(current) and (len(name) > 2 or current == name):
                    yield name, description


def _values(kind: str, current: str, prefix: str) -> Iterator[Candidate]:
    """Yield candidates for a value of *kind*, as `tools/generate_command_line.py` names it."""
    name, _, listed = kind.removesuffix("...").removesuffix("+repeat").partition(":")
    if name == "choice":
        for word, description in _matching([(one, "") for one in listed.split(",")], current):
            yield f"{prefix}{word}", description
    elif name == "region":
        regions = [(one[:2], one[3:]) for one in listed.split(",")]
        for word, description in _matching(regions, current):
            yield f"{prefix}{word}", description
    elif name == "profile":
        for word in profile_names():
            if word.startswith(current):
                yield f"{prefix}{word}", ""
    elif name == "file":
        stem, dot, suffix = current.rpartition(".")
        if dot and stem and not stem.endswith("/"):
            for one in listed.split(",") if listed else ():
                if one.startswith(f".{suffix}"):
                    yield f"{prefix}{stem}{one}", ""
        yield FILES, ""


def _matching(found: Sequence[Candidate], current: str) -> list[Candidate]:
    """Return the candidates that begin with *current*, case-insensitively."""
    return [one for one in found if one[0].lower().startswith(current.lower())]
