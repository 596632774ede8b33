"""
Mapping arguments: typed dictionaries with the fields of the models that requests take.

Keys are in Python's spelling (``...Dict``) or the API's (``...Json``); at run time, one mapping
may have both. Unknown keys are rejected.
"""

from typing import Literal, NotRequired, TypeAlias, TypedDict

from sinch_numbers.models._emergency import EmergencyAddress
from sinch_numbers.models._enums import VoiceType
from sinch_numbers.models._letters import (
    AuthorisedPerson,
    BlanketLoaInfo,
    BusinessAddress,
    DirectLoaInfo,
    ResellerLoaInfo,
)
from sinch_numbers.models._sms import SmsConfiguration
from sinch_numbers.models._voice import VoiceConfiguration

__all__ = [
    "AuthorisedPersonDict",
    "AuthorisedPersonJson",
    "BlanketLoaInfoDict",
    "BusinessAddressDict",
    "BusinessAddressJson",
    "DirectLoaInfoDict",
    "DirectLoaInfoJson",
    "EmergencyAddressDict",
    "EmergencyAddressInput",
    "EmergencyAddressJson",
    "EstVoiceDict",
    "EstVoiceJson",
    "FaxVoiceDict",
    "FaxVoiceJson",
    "ImportedSmsConfigurationDict",
    "ImportedSmsConfigurationInput",
    "ImportedSmsConfigurationJson",
    "LoaInfoDict",
    "LoaInfoInput",
    "LoaInfoJson",
    "ResellerLoaInfoDict",
    "ResellerLoaInfoJson",
    "RtcVoiceDict",
    "RtcVoiceJson",
    "SmsConfigurationDict",
    "SmsConfigurationInput",
    "SmsConfigurationJson",
    "TollFreeLoaInfoInput",
    "VoiceConfigurationInput",
]

# SMS and voice configurations


class SmsConfigurationDict(TypedDict):
    """Fields of an `SmsConfiguration`."""

    service_plan_id: str
    campaign_id: NotRequired[str]


class SmsConfigurationJson(TypedDict):
    """Fields of an `SmsConfiguration`, as the API names them."""

    servicePlanId: str
    campaignId: NotRequired[str]


class ImportedSmsConfigurationDict(TypedDict, total=False):
    """Fields of the SMS configuration of an imported number."""

    service_plan_id: str
    campaign_id: str


class ImportedSmsConfigurationJson(TypedDict, total=False):
    """Fields of the SMS configuration of an imported number, as the API names them."""

    servicePlanId: str
    campaignId: str


class RtcVoiceDict(TypedDict):
    """Fields of an `RtcVoice`."""

    type: NotRequired[Literal["RTC", VoiceType.RTC]]
    app_id: str


class RtcVoiceJson(TypedDict):
    """Fields of an `RtcVoice`, as the API names them."""

    type: NotRequired[Literal["RTC", VoiceType.RTC]]
    appId: str


class EstVoiceDict(TypedDict):
    """Fields of an `EstVoice`."""

    type: Literal["EST", VoiceType.EST]
    trunk_id: str


class EstVoiceJson(TypedDict):
    """Fields of an `EstVoice`, as the API names them."""

    type: Literal["EST", VoiceType.EST]
    trunkId: str


class FaxVoiceDict(TypedDict):
    """Fields of a `FaxVoice`."""

    type: Literal["FAX", VoiceType.FAX]
    service_id: str


class FaxVoiceJson(TypedDict):
    """Fields of a `FaxVoice`, as the API names them."""

    type: Literal["FAX", VoiceType.FAX]
    serviceId: str


SmsConfigurationInput: TypeAlias = SmsConfiguration | SmsConfigurationDict | SmsConfigurationJson
"""An `SmsConfiguration`, or a mapping with its fields."""

ImportedSmsConfigurationInput: TypeAlias = (
    SmsConfiguration | ImportedSmsConfigurationDict | ImportedSmsConfigurationJson
)
"""An `SmsConfiguration`, or a mapping with its fields, for an imported number."""

VoiceConfigurationInput: TypeAlias = (
    VoiceConfiguration
    | RtcVoiceDict
    | RtcVoiceJson
    | EstVoiceDict
    | EstVoiceJson
    | FaxVoiceDict
    | FaxVoiceJson
)
"""A voice configuration, or a mapping with its fields; the default of ``type`` is ``RTC``."""

# Emergency addresses


class EmergencyAddressDict(TypedDict):
    """Fields of an `EmergencyAddress`."""

    street_number: str
    street_info: str
    location: NotRequired[str]
    city: str
    state: str
    postal_code: str
    postal_code_plus_four: NotRequired[str]


class EmergencyAddressJson(TypedDict):
    """Fields of an `EmergencyAddress`, as the API names them."""

    streetNumber: str
    streetInfo: str
    location: NotRequired[str]
    city: str
    state: str
    postalCode: str
    postalCodePlusFour: NotRequired[str]


EmergencyAddressInput: TypeAlias = EmergencyAddress | EmergencyAddressDict | EmergencyAddressJson
"""An `EmergencyAddress`, or a mapping with its fields."""

# Letters of authorization


class AuthorisedPersonDict(TypedDict):
    """Fields of an `AuthorisedPerson`."""

    first_name: str
    last_name: str
    email: str


class AuthorisedPersonJson(TypedDict):
    """Fields of an `AuthorisedPerson`, as the API names them."""

    firstName: str
    lastName: str
    email: str


class BusinessAddressDict(TypedDict):
    """Fields of a `BusinessAddress`."""

    building_number: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str


class BusinessAddressJson(TypedDict):
    """Fields of a `BusinessAddress`, as the API names them."""

    buildingNumber: str
    street: str
    city: str
    state: str
    postalCode: str
    country: str


class DirectLoaInfoDict(TypedDict):
    """Fields of a `DirectLoaInfo`."""

    authorised_person: AuthorisedPerson | AuthorisedPersonDict
    address: BusinessAddress | BusinessAddressDict
    current_voice_carrier: str


class DirectLoaInfoJson(TypedDict):
    """Fields of a `DirectLoaInfo`, as the API names them."""

    authorisedPerson: AuthorisedPersonJson
    address: BusinessAddressJson
    currentVoiceCarrier: str


class ResellerLoaInfoDict(TypedDict):
    """Fields of a `ResellerLoaInfo`."""

    business_name: str
    authorised_person: AuthorisedPerson | AuthorisedPersonDict
    address: BusinessAddress | BusinessAddressDict
    current_voice_carrier: str


class ResellerLoaInfoJson(TypedDict):
    """Fields of a `ResellerLoaInfo`, as the API names them."""

    businessName: str
    authorisedPerson: AuthorisedPersonJson
    address: BusinessAddressJson
    currentVoiceCarrier: str


class BlanketLoaInfoDict(TypedDict):
    """The fields of a `BlanketLoaInfo`: it has none."""


class LoaInfoDict(TypedDict, total=False):
    """A letter of authorization under the name of its type: exactly one of the keys."""

    direct_loa_info: DirectLoaInfoDict
    reseller_loa_info: ResellerLoaInfoDict
    blanket_loa_info: BlanketLoaInfoDict


class LoaInfoJson(TypedDict, total=False):
    """A letter of authorization as in the API's request: exactly one of the keys."""

    directLoaInfo: DirectLoaInfoJson
    resellerLoaInfo: ResellerLoaInfoJson
    blanketLoaInfo: BlanketLoaInfoDict


TollFreeLoaInfoInput: TypeAlias = (
    DirectLoaInfo
    | ResellerLoaInfo
    | DirectLoaInfoDict
    | DirectLoaInfoJson
    | ResellerLoaInfoDict
    | ResellerLoaInfoJson
    | LoaInfoDict
    | LoaInfoJson
)
"""A `DirectLoaInfo` or `ResellerLoaInfo`, or a mapping with its fields."""

LoaInfoInput: TypeAlias = BlanketLoaInfo | TollFreeLoaInfoInput
"""A letter of authorization, or a mapping with its fields."""
