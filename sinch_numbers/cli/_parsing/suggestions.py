"""Suggestions for unknown commands, also across groups."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sinch_numbers._core.choices import suggestion

_SYNONYMS: Final = {
    "cancel": "release",
    "ls": "list",
    "available": "search",
    "check": "audit",
    "edit": "update",
    "find": "search",
    "order": "buy",
    "purchase": "buy",
    "set": "update",
    "show": "get",
    "status": "get",
    "view": "get",
}
"""Names of other command lines for our commands."""
_MOST: Final = 3


def commands_of(group: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the path of each command below *group*, such as ``("orders", "get")``."""
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from commands_of(command, *path, name)
        else:
            yield (*path, name)


def commands_like(root: Any, path: Sequence[str], words: Sequence[str]) -> list[str]:
    """Return commands that may be meant by *words*, which follow the groups *path*."""
    group: Any = root
    for name in path:
        group = group.commands[name]
    known = list(commands_of(root))
    name = words[0]
    similar = suggestion(name, list(group.commands)) or _SYNONYMS.get(name, "")
    if similar in group.commands:
        return [" ".join((*path, similar))]
    following = words[1] if len(words) > 1 else ""
    for words_meant in ((following,), (name, following), (following, name)):
        if words_meant in known:  # `numbers list` is `list`, and `get orders` is `orders get`
            return [" ".join(words_meant)]
    if same := [one for one in known if one[-1] == name]:
        return [" ".join(one) for one in same[:_MOST]]
    joined = {" ".join(one): one for one in known}
    close = suggestion(" ".join((*path, *words[:2])), list(joined))
    close = close or suggestion(name, [one[-1] for one in known])
    return [" ".join(one) for one in known if close in (" ".join(one), one[-1])][:_MOST]
