"""
Voice configuration of a number.

The API distinguishes the variants by ``type``; here each is a class. A type that this release
does not know is read as `UnknownVoice`, unchanged.
"""

from datetime import datetime
from typing import ClassVar, TypeAlias

import attrs

from sinch_numbers.models._enums import ProvisioningStatus, VoiceType
from sinch_numbers.models._fields import Extra, read_only

__all__ = [
    "EstVoice",
    "FaxVoice",
    "RtcVoice",
    "UnknownVoice",
    "VoiceConfiguration",
    "VoiceProvisioning",
]


@attrs.frozen
class VoiceProvisioning:
    """A voice link that is being made, or that could not be."""

    type: VoiceType | None = None
    """The kind of link to make."""
    status: ProvisioningStatus | None = None
    """How far the job is. It disappears when the link is made."""
    last_updated_time: datetime | None = None
    """When the job last moved, in UTC."""
    app_id: str | None = None
    """The Voice API app to link."""
    trunk_id: str | None = None
    """The SIP trunk to link."""
    service_id: str | None = None
    """The fax service to link."""


@attrs.frozen
class RtcVoice:
    """Calls go to a Voice API app; also what a link without a ``type`` means."""

    type: ClassVar[VoiceType] = VoiceType.RTC
    app_id: str | None = None
    """The app that answers; ``None`` when the number is linked to none."""
    last_updated_time: datetime | None = read_only()
    """When the link last changed, in UTC. Not sent."""
    scheduled_voice_provisioning: VoiceProvisioning | None = read_only()
    """The link in the making or failed; ``None`` once it is made. Not sent."""


@attrs.frozen
class EstVoice:
    """Calls go to an elastic SIP trunk."""

    type: ClassVar[VoiceType] = VoiceType.EST
    trunk_id: str | None = None
    """The trunk that answers; ``None`` when the number is linked to none."""
    last_updated_time: datetime | None = read_only()
    """When the link last changed, in UTC. Not sent."""
    scheduled_voice_provisioning: VoiceProvisioning | None = read_only()
    """The link in the making or failed; ``None`` once it is made. Not sent."""


@attrs.frozen
class FaxVoice:
    """Calls go to a fax service."""

    type: ClassVar[VoiceType] = VoiceType.FAX
    service_id: str | None = None
    """The service that answers; ``None`` when the number is linked to none."""
    last_updated_time: datetime | None = read_only()
    """When the link last changed, in UTC. Not sent."""
    scheduled_voice_provisioning: VoiceProvisioning | None = read_only()
    """The link in the making or failed; ``None`` once it is made. Not sent."""


@attrs.frozen
class UnknownVoice:
    """A kind that is newer than this release, as the API sent it."""

    type: VoiceType
    """The unknown word."""
    fields: Extra = attrs.field(hash=False)
    """Everything the API sent, under the API's names; sent back unchanged."""


VoiceConfiguration: TypeAlias = RtcVoice | EstVoice | FaxVoice | UnknownVoice
"""The voice link of a number, read and sent."""
