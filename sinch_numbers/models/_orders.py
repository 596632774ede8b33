"""Number orders: what they ask for, what they hold, and how far they are."""

from datetime import datetime

import attrs

from sinch_numbers.models._enums import Capability, NumberOrderState, NumberType, UploadStatus
from sinch_numbers.models._fields import NOTHING, Extra, extra
from sinch_numbers.models._numbers import Money
from sinch_numbers.models._sms import SmsConfiguration
from sinch_numbers.models._voice import VoiceConfiguration

__all__ = [
    "Attachment",
    "AttachmentTemplate",
    "NumberOrder",
    "NumberPrice",
    "NumberRequirements",
    "OrderNumber",
    "Registration",
    "RegistrationLog",
    "RequiredAttachment",
]


@attrs.frozen
class AttachmentTemplate:
    """A form to fill in."""

    name: str | None = None
    """Its file name."""
    url: str | None = None
    """Where to download it."""


@attrs.frozen
class RequiredAttachment:
    """A document that an order asks for."""

    id: str
    """Document type of the upload."""
    title: str | None = None
    description: str | None = None
    mandatory: bool | None = None
    """Whether the order cannot do without it."""
    template: tuple[AttachmentTemplate, ...] = ()
    """Forms to fill in, if any."""
    allowed_mime_types: tuple[str, ...] = ()
    """Which types of files are taken; empty means any."""
    allowed_document_types: tuple[str, ...] = ()
    """Which kinds of documents are taken; where there are some, the upload has to name one."""


@attrs.frozen
class NumberRequirements:
    """Requirements for ordering numbers of one region and type."""

    fields: Extra = attrs.field(default=NOTHING, hash=False)
    """
    Required registration data, as sent by the API. Its ``rules`` are a list of objects; the
    ``template`` of each names keys and their valid values.
    """
    attachments: tuple[RequiredAttachment, ...] = ()
    """Which documents to upload."""
    quantity_orders_supported: bool | None = None
    """Whether numbers can be ordered by quantity; ``None`` where the service does not say."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""


@attrs.frozen
class NumberPrice:
    """Price of a number of an order."""

    setup_price: Money | None = None
    """Charged once."""
    monthly_price: Money | None = None
    """Charged every ``payment_interval_months``."""
    payment_interval_months: int | None = None


@attrs.frozen
class OrderNumber:
    """A number that an order reserves."""

    phone_number: str
    """The number in E.164, plus sign included."""
    number_price: NumberPrice | None = None
    capabilities: tuple[Capability, ...] = ()
    """Capabilities of the number."""


@attrs.frozen
class NumberOrder:
    """A purchase that needs know-your-customer data."""

    id_number_order: str
    """Order ID. The API can't list orders, so store it."""
    project_id: str | None = None
    region_code: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    state: NumberOrderState | None = None
    """How far it is."""
    number_type: NumberType | None = None
    order_numbers: tuple[OrderNumber, ...] = ()
    """The numbers that it reserves."""
    sms_configuration: SmsConfiguration | None = None
    """The SMS link that the numbers will get."""
    voice_configuration: VoiceConfiguration | None = None
    """The voice link that the numbers will get."""
    expire_time: datetime | None = None
    """End of the reservation, in UTC; submit the order before."""
    create_time: datetime | None = None
    update_time: datetime | None = None
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""


@attrs.frozen
class Attachment:
    """A document that was uploaded."""

    attachment_id: str
    """The id of the `RequiredAttachment`."""
    file_name: str | None = None
    mime_type: str | None = None
    document_type: str | None = None
    upload_status: UploadStatus | None = None
    """Whether the service has taken it in."""
    create_time: datetime | None = None
    update_time: datetime | None = None


@attrs.frozen
class RegistrationLog:
    """A remark of the reviewers."""

    message: str | None = None
    create_time: datetime | None = None


@attrs.frozen
class Registration:
    """The know-your-customer data of an order, its documents, and what reviewers say."""

    request_details: Extra = attrs.field(default=NOTHING, hash=False, repr=False)
    """The data as it was written; it is about people, so a repr does not show it."""
    attachments: tuple[Attachment, ...] = ()
    """Uploaded documents."""
    logs: tuple[RegistrationLog, ...] = ()
    """Remarks, oldest first; they say why an order was blocked or rejected."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""
