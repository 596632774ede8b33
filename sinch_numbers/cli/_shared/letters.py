"""
Letters of authorization, read from a file.

They contain names and addresses, so they aren't arguments, which are visible in ``ps``.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from sinch_numbers._client.bodies.letters_of_authorization import LETTERS, letter
from sinch_numbers._core.choices import listed
from sinch_numbers._core.serialization import converter
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import LoaInfo
from sinch_numbers.models._fields import wire_name

Letter = Annotated[
    Path,
    typer.Option(
        "--letter",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="JSON file with the letter of authorization, such as {'directLoaInfo': {...}}.",
    ),
]


def read(path: Path) -> LoaInfo:
    """Read the letter in the file at *path*, which must be complete."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unusable(f"{path} cannot be read as JSON ({type(error).__name__})") from None
    if not isinstance(found, dict) or not found:
        names = listed(map(wire_name, LETTERS))
        raise _unusable(f"{path} must be an object with a letter: {names}")
    try:
        body = letter(found, argument="letter")
    except InvalidArgumentError as error:
        raise _unusable(f"{path} is invalid: {error}") from None
    ((name, members),) = body.items()
    kinds = {wire_name(kind): model for kind, model in LETTERS.items()}
    read: LoaInfo = converter.load(members, kinds[name])
    return read


def _unusable(why: str) -> typer.BadParameter:
    return typer.BadParameter(why, param_hint="--letter")
