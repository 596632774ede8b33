"""The sync form of the async examples in docstrings."""

import re
from typing import Final

_TWINS: Final = re.compile(r"(?<!Sync)\b(AuditHistory|Inventory|NumbersClient)(?=\()")
"""Classes with a sync twin, where they are called."""
_ONLY_ASYNC: Final = re.compile(
    r"\b(?:asyncio|for_each|client\.tokens|serve|receiver\.\w+|async with Sandbox|EventStore"
    r"|sandbox\.\w+|recorder\.\w*client|recorder\.transport|replayer\.client)\b"
)
"""Parts of an example that have no sync form."""


def is_async(example: str) -> bool:
    """Whether *example* runs in a coroutine."""
    return re.search(r"\b(?:await|async)\b", example) is not None


def sync_form(example: str) -> str | None:
    """Return an async example for the sync client; ``None`` if a part of it is only async."""
    if _ONLY_ASYNC.search(example):
        return None
    plain = re.sub(r"\bawait |\basync (?=with|for|def)", "", example)
    return _TWINS.sub(r"Sync\1", re.sub(r"(history=)history\b", r"\1history.core", plain))
