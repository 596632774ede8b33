"""
Enum arguments: the values as literals, which editors complete.

At run time, case and the characters ``-`` and ``_`` don't matter. A value that is newer than this
release is passed through the constructor of its enum: ``NumberType("SATELLITE")``.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from sinch_numbers.models._enums import Capability, NumberType, OrderBy, SearchPattern, VoiceType
from sinch_numbers.models._states import (
    GlobalProcessState,
    HostingOrderState,
    HostingOrderType,
    StepState,
    TimeOrder,
)

__all__ = [
    "CapabilitiesInput",
    "CapabilityInput",
    "GlobalProcessStateInput",
    "HostingOrderStateInput",
    "HostingOrderTypeInput",
    "NumberTypeInput",
    "NumberTypesInput",
    "OrderByInput",
    "SearchPatternInput",
    "StepStateInput",
    "TimeOrderInput",
    "VoiceTypeInput",
]

NumberTypeInput: TypeAlias = Literal["MOBILE", "LOCAL", "TOLL_FREE"] | NumberType
"""A `NumberType`, or its value."""

NumberTypesInput: TypeAlias = Sequence[NumberTypeInput] | NumberTypeInput
"""One `NumberType` or several, or their values."""

CapabilityInput: TypeAlias = Literal["SMS", "VOICE"] | Capability
"""A `Capability`, or its value."""

CapabilitiesInput: TypeAlias = Sequence[CapabilityInput] | CapabilityInput
"""One `Capability` or several, or their values."""

SearchPatternInput: TypeAlias = Literal["START", "CONTAINS", "END"] | SearchPattern
"""A `SearchPattern`, or its value."""

VoiceTypeInput: TypeAlias = Literal["RTC", "EST", "FAX"] | VoiceType
"""A `VoiceType`, or its value."""

OrderByInput: TypeAlias = Literal["phoneNumber", "displayName"] | OrderBy
"""An `OrderBy`, or its value."""

TimeOrderInput: TypeAlias = Literal["createdTime", "updatedTime"] | TimeOrder
"""A `TimeOrder`, or its value."""

StepStateInput: TypeAlias = Literal["WAITING", "IN_PROGRESS", "DONE", "FAILED"] | StepState
"""A `StepState`, or its value."""

HostingOrderStateInput: TypeAlias = (
    Literal[
        "DRAFT",
        "SUBMITTED",
        "WAITING_FOR_LOA_SIGNATURE",
        "IN_PROGRESS",
        "COMPLETED",
        "REJECTED",
    ]
    | HostingOrderState
)
"""A `HostingOrderState`, or its value."""

HostingOrderTypeInput: TypeAlias = (
    Literal["IMPORT", "TEXT_ENABLE", "TYPE_TEXT_ENABLE"] | HostingOrderType
)
"""A `HostingOrderType`, or its value, with or without the prefix ``TYPE_``."""

GlobalProcessStateInput: TypeAlias = (
    Literal[
        "ELIGIBLE_CHECK_PENDING",
        "ELIGIBLE",
        "NOT_ELIGIBLE",
        "VERIFICATION_PENDING",
        "VERIFICATION_FAILED",
        "VERIFICATION_BLOCKED",
        "VERIFIED",
        "HOSTING_IN_PROGRESS",
        "HOSTING_DONE",
        "HOSTING_FAILED",
        "GLOBAL_PROCESS_STATE_ELIGIBLE_CHECK_PENDING",
        "GLOBAL_PROCESS_STATE_ELIGIBLE",
        "GLOBAL_PROCESS_STATE_NOT_ELIGIBLE",
        "GLOBAL_PROCESS_STATE_VERIFICATION_PENDING",
        "GLOBAL_PROCESS_STATE_VERIFICATION_FAILED",
        "GLOBAL_PROCESS_STATE_VERIFICATION_BLOCKED",
        "GLOBAL_PROCESS_STATE_VERIFIED",
        "GLOBAL_PROCESS_STATE_HOSTING_IN_PROGRESS",
        "GLOBAL_PROCESS_STATE_HOSTING_DONE",
        "GLOBAL_PROCESS_STATE_HOSTING_FAILED",
    ]
    | GlobalProcessState
)
"""A `GlobalProcessState`, or its value, with or without the prefix ``GLOBAL_PROCESS_STATE_``."""
