"""Lines of the entries of a JSON array or a TOML array of tables; their parsers report none."""

import json
import re
from typing import Final

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_HEADER: Final = re.compile(r"^[ \t]*\[\[[ \t]*([^\].]+?)[ \t]*\]\]", re.MULTILINE)
_DECODER: Final = json.JSONDecoder()


def json_lines(text: str) -> list[int]:
    """Return the first line of each entry of the outermost array of valid JSON."""
    lines: list[int] = []
    position, line, at = text.find("[") + 1, 1, 0
    try:
        while True:
            position = _after_blank(text, position)
            if text[position] == "]":
                return lines
            line += text.count("\n", at, position)
            at = position
            lines.append(line)
            _, position = _DECODER.raw_decode(text, position)
            position = _after_blank(text, position)
            position += text[position] == ","
    except (ValueError, IndexError, RecursionError):
        return []


def toml_lines(text: str) -> list[int]:
    """Return the lines of the headers ``[[name]]``, if all have the same name."""
    headers = list(_HEADER.finditer(text))
    if len({header[1] for header in headers}) != 1:
        return []
    return [text.count("\n", 0, header.start(1)) + 1 for header in headers]


def _after_blank(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return position if found is None else found.end()
