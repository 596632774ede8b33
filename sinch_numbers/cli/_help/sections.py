"""Sections of ``sinch-numbers --help``: every command and group is in one of them."""

from collections.abc import Mapping
from typing import Final

SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "Numbers": ("list", "get", "wait", "update", "plan", "apply", "export", "emergency"),
    "Buy and release": (
        "search",
        "regions",
        "price",
        "buy",
        "release",
        "rent",
        "rent-first",
        "rent-any",
    ),
    "Audit": ("audit", "history"),
    "Orders": ("orders", "operations"),
    "Text-enabling": ("imported", "hosting", "qualified"),
    "Webhooks": ("webhooks", "callback"),
    "Sandbox and tools": ("sandbox", "request", "configure", "profiles", "doctor", "version"),
}
OTHERS: Final = "Other commands"
"""Section of commands that are in none of `SECTIONS`; a test requires it to be empty."""


def section_of(name: str) -> str:
    """Return the section of the command or group *name*."""
    return next((title for title, names in SECTIONS.items() if name in names), OTHERS)
