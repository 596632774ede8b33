"""Qualified numbers: may they be text-enabled, and whose are they?"""

from datetime import datetime

import attrs

from sinch_numbers.models._fields import Extra, extra, numbered
from sinch_numbers.models._states import GlobalProcessState, HostingStatus, StepState

__all__ = ["HostedNumber", "QualificationStep", "QualifiedNumber"]


@attrs.frozen(kw_only=True)
class QualificationStep:
    """One step of a qualification."""

    status: StepState | None = None
    error: str | None = None


@attrs.frozen(kw_only=True)
class HostedNumber:
    """Result of the hosting."""

    status: HostingStatus | None = numbered()
    """Words or numbers: which of them the service sends is unconfirmed, both are read."""
    error: str | None = None


@attrs.frozen
class QualifiedNumber:
    """A number on its way to being text-enabled."""

    phone_number: str
    """The number in E.164, plus sign included."""
    project_id: str | None = None
    region_code: str | None = None
    """``US`` or ``CA``."""
    global_process_state: GlobalProcessState | None = None
    """How far it is on the whole."""
    osr_eligibility: QualificationStep | None = None
    """Whether its carrier record may be updated."""
    ownership_verification: QualificationStep | None = None
    """Whether it is shown to be the customer's."""
    hosted_number: HostedNumber | None = None
    created_time: datetime | None = None
    """In UTC."""
    updated_time: datetime | None = None
    """In UTC."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""
