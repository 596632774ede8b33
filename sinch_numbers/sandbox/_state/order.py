"""A number order of the sandbox, and its documents."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from sinch_numbers.sandbox._protocol.multipart import Upload
from sinch_numbers.sandbox._state.change import Change
from sinch_numbers.sandbox._state.numbers import AvailableNumber
from sinch_numbers.sandbox._state.requirements import REQUIREMENTS, Requirements

__all__ = ["LARGEST_UPLOAD", "Attachment", "Order"]

LARGEST_UPLOAD = 10 * 1024 * 1024
"""Maximum upload size in bytes; the service does not publish its limit."""


@attrs.frozen(kw_only=True)
class Attachment:
    """Uploaded document."""

    attachment_id: str
    upload: Upload
    create_time: datetime
    pace: timedelta

    def status(self, now: datetime) -> tuple[str, datetime]:
        """Return the upload status, and since when it applies."""
        due = self.create_time + self.pace
        name = self.upload.file_name
        if now < due or name.startswith("stuck"):
            return "WAITING", self.create_time
        return ("FAILED" if name.startswith("fail") else "COMPLETED"), due


@attrs.define(kw_only=True, eq=False)
class Order:
    """Number order."""

    id: str
    region_code: str
    type: str
    numbers: tuple[AvailableNumber, ...]
    change: Change
    create_time: datetime
    update_time: datetime
    expire_time: datetime
    state: str = "CREATED"
    reviewed_by: datetime | None = None
    details: Mapping[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    attachments: dict[str, Attachment] = attrs.field(factory=dict[str, Attachment])
    logs: list[tuple[datetime, str]] = attrs.field(factory=list[tuple[datetime, str]])

    @property
    def requirements(self) -> Requirements:
        """Return the requirements on record for the ordered region and type."""
        return REQUIREMENTS.get((self.region_code, self.type), Requirements())
