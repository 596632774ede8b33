"""Qualified numbers: eligibility for text-enabling and proof of ownership."""

from datetime import datetime

import attrs

from sinch_numbers.models._display import number_html
from sinch_numbers.models._fields import Extra, extra, numbered
from sinch_numbers.models._serializable import Model
from sinch_numbers.models._states import GlobalProcessState, HostingStatus, StepState

__all__ = ["HostedNumber", "QualificationStep", "QualifiedNumber"]


@attrs.frozen(kw_only=True)
class QualificationStep(Model):
    """One step of a qualification."""

    status: StepState | None = None
    """State of the step."""
    error: str | None = None
    """Reason of a failure."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen(kw_only=True)
class HostedNumber(Model):
    """Result of the hosting."""

    status: HostingStatus | None = numbered()
    """Sent as strings or numbers: unconfirmed, so both are accepted."""
    error: str | None = None
    """Reason of a failure."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class QualifiedNumber(Model):
    """Number being qualified for text-enabling."""

    phone_number: str
    """Phone number in E.164, plus sign included."""
    project_id: str | None = None
    """ID of the project that owns the number."""
    region_code: str | None = None
    """``US`` or ``CA``."""
    global_process_state: GlobalProcessState | None = None
    """Overall state."""
    osr_eligibility: QualificationStep | None = None
    """Whether the carrier record may be updated."""
    ownership_verification: QualificationStep | None = None
    """Whether the customer's ownership is verified."""
    hosted_number: HostedNumber | None = None
    """State of hosting, once the number is text-enabled."""
    created_time: datetime | None = None
    """In UTC."""
    updated_time: datetime | None = None
    """In UTC."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""

    def _repr_html_(self) -> str:
        return number_html(self)
