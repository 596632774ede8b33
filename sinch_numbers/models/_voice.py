"""
Voice configuration and provisioning: which product answers calls.

The API distinguishes the variants by ``type``; here each is a separate class. A type unknown
to this release becomes `UnknownVoice`, with its fields unchanged.
"""

from datetime import datetime
from typing import TypeAlias

import attrs

from sinch_numbers.models._enums import ProvisioningStatus, VoiceType
from sinch_numbers.models._fields import Extra, extra, read_only
from sinch_numbers.models._serializable import Model

__all__ = [
    "EstVoice",
    "FaxVoice",
    "RtcVoice",
    "UnknownVoice",
    "VoiceConfiguration",
    "VoiceProvisioning",
]


@attrs.frozen
class VoiceProvisioning(Model):
    """Pending or failed voice provisioning."""

    type: VoiceType | None = None
    """Type of voice configuration to provision."""
    status: ProvisioningStatus | None = None
    """Status of the job, which disappears once the link is made."""
    last_updated_time: datetime | None = None
    """Last update of the job, in UTC."""
    app_id: str | None = None
    """Voice API app to link."""
    trunk_id: str | None = None
    """SIP trunk to link."""
    service_id: str | None = None
    """Fax service to link."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class RtcVoice(Model):
    """Voice configuration for a Voice API app; also the default without a ``type``."""

    type: VoiceType = attrs.field(default=VoiceType.RTC, init=False, repr=False)
    """Always `VoiceType.RTC`; not an argument."""
    app_id: str | None = None
    """ID of the app that answers; ``None`` if not linked."""
    last_updated_time: datetime | None = read_only()
    """Last change of the configuration, in UTC. Not sent."""
    scheduled_voice_provisioning: VoiceProvisioning | None = read_only()
    """Pending or failed provisioning; ``None`` once completed. Not sent."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class EstVoice(Model):
    """Voice configuration for an elastic SIP trunk."""

    type: VoiceType = attrs.field(default=VoiceType.EST, init=False, repr=False)
    """Always `VoiceType.EST`; not an argument."""
    trunk_id: str | None = None
    """ID of the trunk that answers; ``None`` if not linked."""
    last_updated_time: datetime | None = read_only()
    """Last change of the configuration, in UTC. Not sent."""
    scheduled_voice_provisioning: VoiceProvisioning | None = read_only()
    """Pending or failed provisioning; ``None`` once completed. Not sent."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class FaxVoice(Model):
    """Voice configuration for a fax service."""

    type: VoiceType = attrs.field(default=VoiceType.FAX, init=False, repr=False)
    """Always `VoiceType.FAX`; not an argument."""
    service_id: str | None = None
    """ID of the fax service that answers; ``None`` if not linked."""
    last_updated_time: datetime | None = read_only()
    """Last change of the configuration, in UTC. Not sent."""
    scheduled_voice_provisioning: VoiceProvisioning | None = read_only()
    """Pending or failed provisioning; ``None`` once completed. Not sent."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class UnknownVoice(Model):
    """Voice configuration of a type unknown to this release, as the API sent it."""

    type: VoiceType
    """Unknown enum value."""
    fields: Extra = attrs.field(hash=False)
    """Complete JSON object, under the API's names; sent back unchanged."""
    scheduled_voice_provisioning: VoiceProvisioning | None = read_only()
    """Pending or failed provisioning, which ``fields`` has, too; ``None`` once completed."""


VoiceConfiguration: TypeAlias = RtcVoice | EstVoice | FaxVoice | UnknownVoice
"""Voice configuration of a number, in requests and responses."""
