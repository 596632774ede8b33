"""``/numberOrders``: numbers that are bought with know-your-customer data."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sinch_numbers._client.bodies import documents
from sinch_numbers._client.bodies.documents import DocumentInput
from sinch_numbers._client.bodies.multipart import Multipart
from sinch_numbers._core import arguments
from sinch_numbers._core.arguments import SmsInput, VoiceInput
from sinch_numbers._core.call import Call
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, SAFE
from sinch_numbers._core.serialization import converter
from sinch_numbers.errors import APIResponseError, InvalidArgumentError
from sinch_numbers.models import (
    Capability,
    NumberOrder,
    NumberOrderState,
    NumberRequirements,
    NumberType,
    Registration,
    RequiredAttachment,
    SearchPattern,
)
from sinch_numbers.models._unset import UNSET

__all__ = ["NumberOrders"]

_MOST: Final = 100


class NumberOrders(Resource):
    """
    Purchases of numbers that need know-your-customer data.

    The steps of one: look up the requirements, create the order, write its registration,
    upload documents, submit it, and wait for the review. `sinch_numbers.ordering` walks
    them all. The service has no list of orders and no way to cancel one.
    """

    _PATH = "/numberOrders/{numberOrderId}"
    _REQUIREMENTS = Operation(
        "lookupNumberRequirements",
        "POST",
        "/numberOrders:lookupNumberRequirements",
        NumberRequirements,
        SAFE,
    )

    async def requirements(
        self, *, region_code: str, number_type: NumberType | str
    ) -> NumberRequirements:
        """
        Return what an order for numbers of this region and type asks for.

        Free of charge. (API: ``POST /numberOrders:lookupNumberRequirements``)

        Raises `NotFoundError` when the service has nothing on record, as for US numbers:
        those are rented. Raises `BadRequestError` when it does not know the type,
        `InvalidArgumentError` when the region is not two capital letters, and the errors
        that every call may raise.
        """
        return await self._call(
            self._REQUIREMENTS,
            json={"regionCode": arguments.region_code(region_code), "numberType": number_type},
        )

    _CREATE = Operation(
        "createNumberOrder",
        "POST",
        "/numberOrders:createNumberOrder",
        NumberOrder,
        BILLABLE,
        cost="billable",
    )

    async def create(
        self,
        *,
        region_code: str,
        number_type: NumberType | str,
        phone_number: str | None = None,
        requested_quantity: int | None = None,
        sequential: bool | None = None,
        capabilities: Sequence[Capability | str] | Capability | str = (),
        number_pattern: str | None = None,
        search_pattern: SearchPattern | str | None = None,
        sms_configuration: SmsInput | None = None,
        voice_configuration: VoiceInput | None = None,
        callback_url: str | None = None,
    ) -> NumberOrder:
        """
        Open an order for *phone_number*, or for *requested_quantity* numbers that fit.

        **This leads to costs**: the numbers are reserved until the order's ``expire_time``,
        and when it is completed each costs its set-up price and a month. *sequential*,
        *capabilities* and the pattern go with a quantity, which is 1 to 100. Keep the
        order's ``id_number_order``: there is no list of orders, so no read can tell whether
        an order whose reply was lost exists. It is never sent again in doubt; an order that
        nobody knows of ends with its reservation, unsubmitted.
        (API: ``POST /numberOrders:createNumberOrder``)

        Raises `OutcomeUnknownError` whenever it may or may not have happened,
        `RateLimitError` at once, `NotFoundError` when the number is not free or nothing
        fits, `BadRequestError` when the service does not take it, `InvalidArgumentError`
        when an argument is malformed or not exactly one of number and quantity is given,
        and the errors that every call may raise.
        """
        body = creation(
            region_code=region_code,
            number_type=number_type,
            phone_number=phone_number,
            requested_quantity=requested_quantity,
            sequential=sequential,
            capabilities=capabilities,
            number_pattern=number_pattern,
            search_pattern=search_pattern,
            sms_configuration=sms_configuration,
            voice_configuration=voice_configuration,
            callback_url=callback_url,
        )

        def reserves_it(order: NumberOrder) -> bool:
            numbers = {number.phone_number for number in order.order_numbers}
            return phone_number is None or not numbers or phone_number in numbers

        return await self._call(
            self._CREATE, json=body, expected_number=phone_number, validate=reserves_it
        )

    _GET = Operation("getNumberOrder", "GET", _PATH, NumberOrder, SAFE)

    async def get(self, order_id: str) -> NumberOrder:
        """
        Return the order *order_id*.

        Free of charge. (API: ``GET /numberOrders/{numberOrderId}``)

        Raises `NotFoundError` when the project has no such order, `InvalidArgumentError`
        when it cannot be the id of one, and the errors that every call may raise.
        """
        order_id = arguments.identifier(order_id, "order_id")
        return await self._call(
            self._GET, order_id, validate=lambda order: order.id_number_order == order_id
        )

    _GET_REGISTRATION = Operation(
        "getNumberOrderRegistration", "GET", _PATH + "/registration", Registration, SAFE
    )

    async def get_registration(self, order_id: str) -> Registration:
        """
        Return what was written for the order *order_id*, its documents, and all remarks.

        Free of charge. (API: ``GET /numberOrders/{numberOrderId}/registration``)

        Raises `NotFoundError` when the project has no such order, `InvalidArgumentError`
        when it cannot be the id of one, and the errors that every call may raise.
        """
        order_id = arguments.identifier(order_id, "order_id")
        return await self._call(self._GET_REGISTRATION, order_id)

    async def _confirm_update_registration(self, call: Call) -> Registration | None:
        now = await self._read(self._GET_REGISTRATION, *call.segments)
        wanted = call.json["requestDetails"] if call.json else None
        return now if dict(now.request_details) == wanted else None

    _UPDATE_REGISTRATION = Operation(
        "updateNumberOrderRegistration",
        "PUT",
        _PATH + "/registration",
        Registration,
        IDEMPOTENT,
        confirm=_confirm_update_registration,
    )

    async def update_registration(
        self, order_id: str, *, request_details: Mapping[str, Any]
    ) -> Registration:
        """
        Write the know-your-customer data of the order *order_id*, and return it as stored.

        It replaces what was there as a whole, and is checked against the requirements at
        once. By convention its member ``data`` is a list in the order of their rules.
        A refusal leaves the order as it was: correct the data and write it again, until the
        order's ``expire_time``. Free of charge.
        (API: ``PUT /numberOrders/{numberOrderId}/registration``)

        Raises `BadRequestError`, whose ``field_violations`` say what is wrong,
        `NotFoundError` when the project has no such order, `InvalidArgumentError` when the
        data is no mapping or nothing that JSON can say, and the errors that every call may
        raise.
        """
        order_id = arguments.identifier(order_id, "order_id")
        body = {"requestDetails": arguments.free_form(request_details, "request_details")}
        return await self._call(self._UPDATE_REGISTRATION, order_id, json=body)

    _UPLOAD_ATTACHMENT = Operation(
        "uploadNumberOrderAttachment",
        "POST",
        _PATH + "/attachments/{attachmentId}",
        Nothing,
        IDEMPOTENT,
    )

    async def upload_attachment(
        self,
        order_id: str,
        attachment_id: str,
        document: DocumentInput,
        *,
        requirement: RequiredAttachment | None = None,
    ) -> None:
        """
        Upload one document for the order *order_id*.

        *attachment_id* is the ``id`` of a `RequiredAttachment`. The *document* is a path,
        bytes, a file that is open for reading bytes, or a `Document`, which can also say
        its name, MIME type and document type. It is read piece by piece as it is sent, and
        again from its start when the call is sent again; an open file that cannot be
        rewound is sent once, and in doubt the registration's ``attachments`` tell what
        arrived. With a *requirement*, types that it does not allow are refused here. An
        attempt has the client's ``timeout``, so a large file over a slow line needs
        ``client.with_options(timeout=...)``. Free of charge.
        (API: ``POST /numberOrders/{numberOrderId}/attachments/{attachmentId}``)

        Raises `UploadError` when the document cannot be read, `ContentTooLargeError` when
        the service does not take as much, `BadRequestError` when it does not take the type,
        `NotFoundError` when the project has no such order or the order no such attachment,
        `InvalidArgumentError` when the *requirement* does not allow it or an argument is
        malformed, and the errors that every call may raise.
        """
        order_id = arguments.identifier(order_id, "order_id")
        attachment_id = arguments.identifier(attachment_id, "attachment_id")
        given = documents.document(document)
        if requirement is not None:
            for problem in documents.misfits(given, requirement):
                raise InvalidArgumentError("document", problem.description or "another type")
        kind = given.document_type
        await self._call(
            self._UPLOAD_ATTACHMENT,
            order_id,
            attachment_id,
            body=Multipart(given, {} if kind is None else {"documentType": kind}),
        )

    async def _confirm_submit(self, call: Call) -> NumberOrder | None:
        now = await self._read(self._GET, *call.segments)
        if now.id_number_order != call.segments[0]:
            raise APIResponseError("the reply is about something else")
        unsent = (None, NumberOrderState.CREATED, NumberOrderState.UNSPECIFIED)
        return None if now.state in unsent else now

    _SUBMIT = Operation(
        "submitNumberOrder",
        "POST",
        _PATH + "/submit",
        NumberOrder,
        BILLABLE,
        cost="billable",
        confirm=_confirm_submit,
    )

    async def submit(self, order_id: str) -> NumberOrder:
        """
        Submit the order *order_id* for review, and return it.

        **This leads to costs**: people review the order, mostly for hours or days, and when
        they accept it its numbers are rented and charged. After an ambiguous failure the
        outcome is verified by reading, and the call is retried only if it is proven to have
        had no effect.
        (API: ``POST /numberOrders/{numberOrderId}/submit``)

        Raises `OutcomeUnknownError` when it may or may not have happened, `NotFoundError`
        when the project has no such order, `BadRequestError` when something is missing,
        `InvalidArgumentError` when it cannot be the id of an order, and the errors that
        every call may raise.
        """
        order_id = arguments.identifier(order_id, "order_id")
        return await self._call(
            self._SUBMIT, order_id, validate=lambda order: order.id_number_order == order_id
        )


def creation(
    *,
    region_code: str,
    number_type: NumberType | str,
    phone_number: str | None,
    requested_quantity: int | None,
    sequential: bool | None,
    capabilities: Sequence[Capability | str] | Capability | str,
    number_pattern: str | None,
    search_pattern: SearchPattern | str | None,
    sms_configuration: SmsInput | None,
    voice_configuration: VoiceInput | None,
    callback_url: str | None,
) -> dict[str, Any]:
    """Return the body of a new order, or raise `InvalidArgumentError`."""
    body = {
        "regionCode": arguments.region_code(region_code),
        "numberType": number_type,
        "smsConfiguration": arguments.sms_to_link(sms_configuration),
        "voiceConfiguration": _typed(arguments.voice_to_link(voice_configuration)),
        "callbackUrl": UNSET if callback_url is None else callback_url,
    }
    if (phone_number is None) is (requested_quantity is None):
        raise InvalidArgumentError("phone_number", "this or requested_quantity, and not both")
    wanted = [capabilities] if isinstance(capabilities, str) else list(capabilities)
    pattern = {"pattern": number_pattern, "searchPattern": search_pattern}
    pattern = {name: value for name, value in pattern.items() if value is not None}
    if requested_quantity is None:
        if wanted or pattern or sequential is not None:
            raise InvalidArgumentError(
                "phone_number", "no sequential, capabilities or pattern beside it"
            )
        numbers = [arguments.phone_number(phone_number)]
        return {**body, "numberOrderOption": {"phoneNumbers": numbers}}
    quantity = arguments.positive(requested_quantity, "requested_quantity")
    if quantity > _MOST:
        raise InvalidArgumentError("requested_quantity", f"1 to {_MOST}", quantity)
    option = {
        "requestedQuantity": quantity,
        "sequential": UNSET if sequential is None else sequential,
        "capabilities": wanted or UNSET,
        "numberPattern": pattern or UNSET,
    }
    return {**body, "quantityOrderOption": converter.dump(option)}


def _typed(voice: Any) -> Any:
    """Return the body of a voice link with its type, which orders do not fill in."""
    return {"type": "RTC", **voice} if voice else voice
