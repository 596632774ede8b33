"""Writes the file of profiles: TOML, mode 0600, replaced atomically."""

import json
from collections.abc import Mapping
from typing import Any

from sinch_numbers._core.atomic_files import replaced
from sinch_numbers._core.profiles import CHECKS, Document
from sinch_numbers.models._secret import Secret

_HEAD = "# Written by sinch-numbers configure. Comments are not kept.\n"


def write_profiles(document: Document) -> None:
    """Write *document* to its path; raise `OutputFileError` if that fails."""
    lines = [_HEAD, f"default_profile = {_value(document.default)}\n"]
    for name, values in document.profiles.items():
        lines.append(f"\n[profiles.{name}]\n")
        lines += [f"{key} = {_value(values[key])}\n" for key in CHECKS if key in values]
    with replaced(document.path) as file:
        file.write("".join(lines))


def shown(name: str, document: Document) -> dict[str, Any]:
    """Return a profile for display, without its secret."""
    values: Mapping[str, Any] = document.profiles[name]
    found = {key: values[key] for key in CHECKS if key in values}
    if "key_secret" in found:
        found["key_secret"] = f"stored in {document.path}"
    if "@" in str(found.get("proxy", "")):
        found["proxy"] = f"stored in {document.path}"
    return {"profile": name, "default": name == document.default, **found}


def _value(value: Any) -> str:
    """Return *value* as TOML."""
    if isinstance(value, Secret):
        value = value.reveal()
    # TOML forbids DEL, which JSON doesn't escape.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
