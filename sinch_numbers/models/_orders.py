"""Number orders: requirements, reserved numbers, registration and state."""

from datetime import datetime

import attrs

from sinch_numbers.models._display import number_html
from sinch_numbers.models._enums import Capability, NumberOrderState, NumberType, UploadStatus
from sinch_numbers.models._fields import NOTHING, Extra, extra
from sinch_numbers.models._numbers import Money
from sinch_numbers.models._serializable import Model
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
class AttachmentTemplate(Model):
    """Form to download and fill in."""

    name: str | None = None
    """File name."""
    url: str | None = None
    """Download URL."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class RequiredAttachment(Model):
    """Document that an order requires or accepts."""

    id: str
    """Attachment ID to use for the upload."""
    title: str | None = None
    """Title of the document, for people."""
    description: str | None = None
    """Description of the document, for people."""
    mandatory: bool | None = None
    """Whether the document is required."""
    template: tuple[AttachmentTemplate, ...] = ()
    """Forms to fill in, if any."""
    allowed_mime_types: tuple[str, ...] = ()
    """Accepted MIME types; empty means any."""
    allowed_document_types: tuple[str, ...] = ()
    """Accepted document types; if not empty, the upload must name one."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class NumberRequirements(Model):
    """Requirements of an order for numbers of one region and type."""

    fields: Extra = attrs.field(default=NOTHING, hash=False)
    """
    Registration fields to provide, as the API sent them.

    ``rules`` is a list of objects; the ``template`` of each lists field names and their allowed
    values.
    """
    attachments: tuple[RequiredAttachment, ...] = ()
    """Documents to upload."""
    quantity_orders_supported: bool | None = None
    """
    Whether numbers can be ordered by quantity; ``None`` if not specified.

    Removed from the API reference in October 2026, and not consulted before an order.
    """
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class NumberPrice(Model):
    """Price of a number in an order."""

    setup_price: Money | None = None
    """Charged once."""
    monthly_price: Money | None = None
    """Charged every ``payment_interval_months``."""
    payment_interval_months: int | None = None
    """Months between two charges of the price."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class OrderNumber(Model):
    """Number reserved by an order."""

    phone_number: str
    """Phone number in E.164, plus sign included."""
    number_price: NumberPrice | None = None
    """Prices of the number, as in the order."""
    capabilities: tuple[Capability, ...] = ()
    """Products that can use the number."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""

    def _repr_html_(self) -> str:
        return number_html(self)


@attrs.frozen
class NumberOrder(Model):
    """Number order: a purchase in any region, some with know-your-customer (KYC) data."""

    id_number_order: str
    """Order ID. Store it: the API cannot list orders."""
    project_id: str | None = None
    """ID of the project."""
    region_code: str | None = None
    """ISO 3166-1 alpha-2, upper case."""
    state: NumberOrderState | None = None
    """Order state."""
    number_type: NumberType | None = None
    """Mobile, local, or toll-free."""
    order_numbers: tuple[OrderNumber, ...] = ()
    """Reserved numbers."""
    sms_configuration: SmsConfiguration | None = None
    """SMS configuration for the numbers once rented."""
    voice_configuration: VoiceConfiguration | None = None
    """Voice configuration for the numbers once rented."""
    expire_time: datetime | None = None
    """Deadline for submitting the order, in UTC. Then the reservation ends."""
    create_time: datetime | None = None
    """Time at which the order was created, in UTC."""
    update_time: datetime | None = None
    """Time of the last change, in UTC."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class Attachment(Model):
    """Uploaded document."""

    attachment_id: str
    """ID of the `RequiredAttachment`."""
    file_name: str | None = None
    """Name of the uploaded file."""
    mime_type: str | None = None
    """MIME type of the uploaded file."""
    document_type: str | None = None
    """Type of the document, one of those that the requirement allows."""
    upload_status: UploadStatus | None = None
    """Processing status of the upload."""
    create_time: datetime | None = None
    """Time of the upload, in UTC."""
    update_time: datetime | None = None
    """Time of the last change, in UTC."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class RegistrationLog(Model):
    """Message from the reviewers."""

    message: str | None = None
    """Remark of the reviewers or the service."""
    create_time: datetime | None = None
    """Time of the remark, in UTC."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""


@attrs.frozen
class Registration(Model):
    """Registration of an order: KYC data, documents and review messages."""

    request_details: Extra = attrs.field(default=NOTHING, hash=False, repr=False)
    """KYC data as submitted. Omitted from the repr, since it is personal data."""
    attachments: tuple[Attachment, ...] = ()
    """Uploaded documents."""
    logs: tuple[RegistrationLog, ...] = ()
    """Review messages, oldest first, with the reasons for a block or rejection."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""
