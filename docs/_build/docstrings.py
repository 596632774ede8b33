"""Docstrings as Markdown: links to public names, code blocks, async and sync tabs of examples."""

import re
import runpy
import textwrap
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Final

import attrs
import griffe

import sinch_numbers
from sinch_numbers import models
from sinch_numbers.models._fields import wire_name
from sinch_numbers.models._serializable import Model

# Said in other words on the pages that these are parts of.
_SAID: Final = frozenset(
    f"sinch_numbers{name}"
    for name in ("", ".audit", "._client.client", "._client.resources", ".webhooks", ".sync", ".testing")
)
_NAMES: Final = frozenset(sinch_numbers.__all__)
_FORMS: Final = runpy.run_path(str(Path(__file__).with_name("sync_examples.py")))
_NAME: Final = re.compile(r"(?<![`\[])`([A-Za-z_]\w*)`(?![`\]])")


class Docstrings(griffe.Extension):
    """Rewrites every docstring as it is read."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of *obj*, if it has one."""
        if obj.path in _SAID:
            obj.docstring = None
        elif obj.docstring is not None:
            if (name := _api_name(obj)) is not None:
                obj.docstring.value = f"{obj.docstring.value}\n\nAPI: ``{name}``"
            text, example = _split(obj.docstring.value)
            obj.docstring.value = "\n".join([*_rewritten(text.splitlines()), *_tabs(example)])


def _api_name(obj: griffe.Object) -> str | None:
    """Return the name in the API of a field of a model or of a value of an enum."""
    if not obj.path.startswith("sinch_numbers.models.") or not obj.is_attribute:
        return None
    cls = getattr(models, obj.parent.name, None) if obj.parent else None
    if not isinstance(cls, type):
        return None
    if issubclass(cls, Enum):
        return str(cls[obj.name].value) if obj.name in cls.__members__ else None
    is_sent = issubclass(cls, Model) and obj.name in attrs.fields_dict(cls)
    return wire_name(obj.name) if is_sent and obj.name != "extra" else None


def _split(docstring: str) -> tuple[str, str]:
    """Return *docstring* without its last section, the example, and the code of the example."""
    text, found, code = docstring.partition("\nExample::\n\n")
    return (text, textwrap.dedent(code)) if found else (docstring, "")


def _tabs(example: str) -> Iterator[str]:
    """Yield the example, in tabs for both clients if it is async."""
    plain = _FORMS["sync_form"](example) if _FORMS["is_async"](example) else None
    tabs = {"Example": example} if plain is None else {"Async": example, "Sync": plain}
    for title, code in tabs.items() if example else ():
        block = f"```python\n{code.rstrip()}\n```"
        yield f'\n=== "{title}"\n\n{textwrap.indent(block, "    ")}'


def _rewritten(lines: list[str]) -> Iterator[str]:
    literal: int | None = None  # how far the line is indented that began a literal block
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if literal is not None and line.strip() and indent <= literal:
            literal = None
        if literal is not None:
            yield line
            continue
        plain = line
        if line.endswith("::"):
            literal = indent
            plain = line.removesuffix("::") + (":" if line.strip(": ") else "")
        yield _NAME.sub(_linked, plain)


def _linked(found: re.Match[str]) -> str:
    name = found[1]
    return f"[`{name}`][sinch_numbers.{name}]" if name in _NAMES else found[0]
