"""Entries for tests of stores."""

import uuid
from typing import Any

from sinch_numbers._core.billing.journal import Claims, JournalEntry

ORIGIN = "https://numbers.api.sinch.com"
PROJECT = "project"
NUMBER = "+12025550134"
LEASE = 60.0


def new_entry(
    subject: str | None = NUMBER, claims: Claims = Claims.ACQUIRES, **changes: Any
) -> JournalEntry:
    """Return an entry that no store has seen."""
    values = {
        "id": uuid.uuid4().hex,
        "operation": "rentNumber",
        "origin": ORIGIN,
        "project_id": PROJECT,
        "subject": subject,
        "claims": claims,
    }
    return JournalEntry(**{**values, **changes})
