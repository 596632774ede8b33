"""
Letters of authorization, read from a file.

They contain names and addresses, so they aren't arguments, which are visible in ``ps``.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from sinch_numbers._core.serialization import converter
from sinch_numbers.errors import APIResponseError
from sinch_numbers.models import BlanketLoaInfo, DirectLoaInfo, LoaInfo, ResellerLoaInfo

_KINDS: Final[dict[str, type[LoaInfo]]] = {
    "directLoaInfo": DirectLoaInfo,
    "resellerLoaInfo": ResellerLoaInfo,
    "blanketLoaInfo": BlanketLoaInfo,
}

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
    """Read the letter in the file at *path*; missing fields are reported on sending."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unusable(f"{path} cannot be read as JSON ({type(error).__name__})") from None
    if not isinstance(found, dict) or len(found) != 1 or not found.keys() <= _KINDS.keys():
        raise _unusable(f"{path} must contain exactly one of {', '.join(_KINDS)}")
    ((name, members),) = found.items()
    letter: LoaInfo
    try:
        letter = converter.load(members, _KINDS[name])
    except APIResponseError as error:
        where = error.message.partition(": ")[2]
        raise _unusable(f"{path} is invalid: {where}") from None
    return letter


def _unusable(why: str) -> typer.BadParameter:
    return typer.BadParameter(why, param_hint="--letter")
