"""``/numberOrders``: number orders, some with know-your-customer (KYC) data."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

import attrs

from sinch_numbers._client import order_states, waiting
from sinch_numbers._client.bodies import documents
from sinch_numbers._client.bodies.configurations import sms_to_link, voice_to_link
from sinch_numbers._client.bodies.documents import DocumentInput
from sinch_numbers._client.bodies.multipart import Multipart
from sinch_numbers._client.bodies.registrations import in_spelling_of, registration_data
from sinch_numbers._client.bodies.searches import number_pattern_of
from sinch_numbers._client.wait_results import WaitOutcome, WaitResult
from sinch_numbers._client.waiting import WaitOptions
from sinch_numbers._core import arguments
from sinch_numbers._core.billing.decisions import Event
from sinch_numbers._core.billing.evidence import Evidence, of_effect
from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.choices import choice, choices
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.progress import OnProgress
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, SAFE
from sinch_numbers._core.serialization import converter
from sinch_numbers.errors import APIResponseError, InvalidArgumentError, SinchNumbersError
from sinch_numbers.models import (
    CapabilitiesInput,
    Capability,
    NumberOrder,
    NumberOrderState,
    NumberRequirements,
    NumberType,
    NumberTypeInput,
    Registration,
    RequiredAttachment,
    SearchPatternInput,
    SmsConfigurationInput,
    VoiceConfigurationInput,
)
from sinch_numbers.models._unset import UNSET

__all__ = ["NumberOrders"]

_UNSENT: Final = (
    None,
    NumberOrderState.UNSPECIFIED,
    NumberOrderState.CREATED,
    NumberOrderState.EXPIRED,
)

LARGEST_QUANTITY: Final = 100
"""Maximum count of numbers in an order."""


class NumberOrders(Resource):
    """
    Number orders: purchases in all regions, some with know-your-customer (KYC) data.

    The steps: look up the requirements, create the order, write its registration, upload
    documents, submit the order, and wait for the review. `sinch_numbers.ordering` performs all
    of them. Where no requirements are on record, an order needs no registration; the API
    reference (October 2026) documents that for US ``LOCAL``, and production's behavior is not
    observed. The API can neither list nor cancel orders.
    """

    _PATH = "/numberOrders/{numberOrderId}"
    _REQUIREMENTS = Operation(
        "lookupNumberRequirements",
        "POST",
        "/numberOrders:lookupNumberRequirements",
        NumberRequirements,
        SAFE,
    )

    async def requirements(self, *, region_code: str, type: NumberTypeInput) -> NumberRequirements:
        """
        Return the requirements of orders: KYC data and documents, by region and type.

        Free of charge. (API: ``POST /numberOrders:lookupNumberRequirements``)

        Args:
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            type: Number type: ``MOBILE``, ``LOCAL``, or ``TOLL_FREE``.

        Raises:
            NotFoundError: The service has no requirements on record, as for US numbers.
            BadRequestError: The service does not know the number type.
            InvalidArgumentError: The region is not two capital letters or *type* is not one of its
                enum.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            needed = await client.number_orders.requirements(region_code="AU", type="MOBILE")
            print(len(needed.attachments), "documents")
        """
        return await self._call(
            self._REQUIREMENTS,
            json={
                "regionCode": arguments.region_code(region_code),
                "numberType": choice(type, NumberType, "type"),
            },
        )

    _CREATE = Operation(
        "createNumberOrder",
        "POST",
        "/numberOrders:createNumberOrder",
        NumberOrder,
        BILLABLE,
        cost="billable",
        expires_after=timedelta(hours=48),
    )

    async def create(
        self,
        *,
        region_code: str,
        type: NumberTypeInput,
        phone_number: str | None = None,
        requested_quantity: int | None = None,
        sequential: bool | None = None,
        capabilities: CapabilitiesInput = (),
        number_pattern: str | None = None,
        search_pattern: SearchPatternInput | None = None,
        sms_configuration: SmsConfigurationInput | None = None,
        voice_configuration: VoiceConfigurationInput | None = None,
        callback_url: str | None = None,
    ) -> NumberOrder:
        """
        Create an order for *phone_number* or *requested_quantity* matching numbers.

        **Billable** when the order is completed: for each number the setup price and one
        month. Until the order's ``expire_time`` the numbers are reserved. Store the order's
        ``id_number_order``: the API cannot list orders, so no read can show whether an order
        exists whose response was lost. Thus the call is never retried after an ambiguous
        failure; an order without a known ID expires with its reservation, unsubmitted, after
        which `NumbersClient.recover` closes its entry.
        (API: ``POST /numberOrders:createNumberOrder``)

        Args:
            region_code: Country, ISO 3166-1 alpha-2, such as ``US``.
            type: Number type: ``MOBILE``, ``LOCAL``, or ``TOLL_FREE``.
            phone_number: One number in E.164 to order, instead of *requested_quantity*.
            requested_quantity: Number of matching numbers to order, 1 to 100.
            sequential: Require consecutive numbers; only with *requested_quantity*.
            capabilities: Capabilities that the numbers must have; only with *requested_quantity*.
            number_pattern: Digits to find in the number; only with *requested_quantity*.
            search_pattern: Position of *number_pattern*: ``START``, ``CONTAINS``, or ``END``.
            sms_configuration: Service plan, and campaign in the US; provisioned in the background.
            voice_configuration: App, trunk, or fax service; provisioned in the background.
            callback_url: URL for events about the number.

        Raises:
            OutcomeUnknownError: The failure was ambiguous.
            UnexpectedResultError: The order is for another number than *phone_number*.
            NumberBusyError: Another call about *phone_number* is not finished by the deadline, or
                its outcome is unknown.
            StoreError: The store cannot be used; nothing is sent.
            RateLimitError: Rate limited; not retried.
            NotFoundError: The number is not available or no number matches.
            BadRequestError: The service rejects the order.
            InvalidArgumentError: An argument is malformed or not exactly one of *phone_number* and
                *requested_quantity* is given.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            order = await client.number_orders.create(
                region_code="US", type="LOCAL", requested_quantity=2, capabilities=["SMS"]
            )
            print(order.id_number_order, order.expire_time)
        """
        body = creation(
            region_code=region_code,
            type=type,
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

        Args:
            order_id: The ``id_number_order`` of the order.

        Raises:
            NotFoundError: The project has no such order.
            InvalidArgumentError: *order_id* is malformed.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            order = await client.number_orders.get(order_id)
            print(order.state)
        """
        order_id = arguments.identifier(order_id, "order_id")
        return await self._call(
            self._GET, order_id, validate=lambda order: order.id_number_order == order_id
        )

    async def wait_until_completed(
        self,
        order_id: str,
        *,
        deadline: float | None = 3600.0,
        longest_pause: float = 60.0,
        on_progress: OnProgress | None = None,
    ) -> WaitResult[NumberOrder]:
        """
        Wait until the order is completed, needs action, or has ended, or time runs out.

        Changes nothing: an order that was not submitted is not submitted. Orders are reviewed
        by people: a later wait continues where an earlier one stopped. The order is polled at
        growing intervals, and immediately when `NumbersClient.notify` receives an event about
        the order. Free of charge. Each poll is a `get`.

        The ``outcome`` of the result is succeeded, failed (blocked, rejected, or expired;
        ``problem`` has the reviewers' remarks and advice), or timed out (with the last state);
        ``get`` returns the order, or raises unless the wait succeeded.

        Args:
            order_id: The ``id_number_order`` of the order.
            deadline: Maximum total time in seconds; ``None`` for no limit, 0 to read the state
                once.
            longest_pause: Maximum time between two reads, in seconds.
            on_progress: Receives the progress, instead of the client's function.

        Raises:
            NotFoundError: The project has no such order, according to three reads in a row.
            InvalidArgumentError: An argument is invalid.
            APIStatusError: A read failed with an error that is not transient.

        Example::

            result = await client.number_orders.wait_until_completed(order_id, deadline=3600)
            print(result.explanation)
        """
        order_id = arguments.identifier(order_id, "order_id")
        options = WaitOptions.checked(
            deadline=deadline, longest_pause=longest_pause, on_progress=on_progress
        )
        read = partial(self.get, order_id)
        judge = order_states.number_order
        result = await waiting.wait(self._pipeline, "number order", order_id, read, judge, options)
        if result.outcome is not WaitOutcome.FAILED:
            return result
        try:
            registration = await self.get_registration(order_id)
        except SinchNumbersError:
            return result  # the remarks are optional; the outcome is not
        remarks = [log.message for log in registration.logs if log.message]
        return attrs.evolve(result, problem="; ".join([str(result.problem), *remarks]))

    _GET_REGISTRATION = Operation(
        "getNumberOrderRegistration", "GET", _PATH + "/registration", Registration, SAFE
    )

    async def get_registration(self, order_id: str) -> Registration:
        """
        Return the KYC data, documents and remarks of the order *order_id*.

        Free of charge. (API: ``GET /numberOrders/{numberOrderId}/registration``)

        Args:
            order_id: The ``id_number_order`` of the order.

        Raises:
            NotFoundError: The project has no such order.
            InvalidArgumentError: *order_id* is malformed.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            registration = await client.number_orders.get_registration(order_id)
            print(registration.request_details)
        """
        order_id = arguments.identifier(order_id, "order_id")
        return await self._call(self._GET_REGISTRATION, order_id)

    async def _confirm_update_registration(self, entry: JournalEntry) -> Evidence:
        now = await self._read(self._GET_REGISTRATION, *entry.segments)
        shown = dict(now.request_details) == entry.request["requestDetails"]
        return of_effect(now if shown else None)

    _UPDATE_REGISTRATION = Operation(
        "updateNumberOrderRegistration",
        "PUT",
        _PATH + "/registration",
        Registration,
        IDEMPOTENT,
        confirm=_confirm_update_registration,
    )

    async def update_registration(
        self,
        order_id: str,
        *,
        request_details: Mapping[str, Any],
        requirements: NumberRequirements | None = None,
    ) -> Registration:
        """
        Replace the KYC data of the order *order_id*, and return the data as stored.

        The service validates the data against the requirements immediately. An error response
        leaves the order unchanged: correct the data and write it again, until the order's
        ``expire_time``. Free of charge. (API: ``PUT /numberOrders/{numberOrderId}/registration``)

        Args:
            order_id: The ``id_number_order`` of the order.
            request_details: KYC data. By convention the field ``data`` is a list in the order of
                the requirements' rules.
            requirements: Requirements of the order: keys in Python's spelling (``sender_id``) are
                then sent under the names of the required fields (``senderId``), and other keys are
                rejected before sending.

        Raises:
            BadRequestError: The data has problems, which ``field_violations`` lists.
            NotFoundError: The project has no such order.
            InvalidArgumentError: *request_details* is not a mapping, not JSON-serializable, or has
                a key that the *requirements* don't list.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            registration = await client.number_orders.update_registration(
                order_id, request_details=details
            )
        """
        order_id = arguments.identifier(order_id, "order_id")
        details = registration_data(request_details, "request_details")
        if requirements is not None:
            arguments.instance(requirements, NumberRequirements, "requirements")
            details, violations = in_spelling_of(requirements, details)
            for one in violations:
                raise InvalidArgumentError(
                    "request_details", f"known fields: {one.field} {one.description}"
                )
        body = {"requestDetails": details}
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

        The content is streamed, and read again from its start for a retry. A file object that is
        not seekable is sent only once; after an ambiguous failure, the registration's
        ``attachments`` show whether it arrived. The client's ``timeout`` applies to each attempt,
        so a large file over a slow connection needs ``client.with_options(timeout=...)``. Free of
        charge. (API: ``POST /numberOrders/{numberOrderId}/attachments/{attachmentId}``)

        Args:
            order_id: The ``id_number_order`` of the order.
            attachment_id: The ``id`` of a `RequiredAttachment`.
            document: Path, bytes, a file object opened for reading in binary mode, or a
                `Document`, which can also set the file name, MIME type, and document type.
            requirement: Requirement of the document: types that it does not allow are rejected
                before sending.

        Raises:
            UploadError: The document cannot be read.
            ContentTooLargeError: The document exceeds the service's limit.
            BadRequestError: The service rejects the type.
            NotFoundError: The order or the attachment does not exist.
            InvalidArgumentError: The *requirement* does not allow the document or an argument is
                malformed.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            needed = await client.number_orders.requirements(region_code="AU", type="MOBILE")
            wanted = needed.attachments[0]
            await client.number_orders.upload_attachment(
                order_id,
                wanted.id,
                Document(
                    b"%PDF-1.7 ...",
                    filename="bill.pdf",
                    document_type=wanted.allowed_document_types[0],
                ),
            )
        """
        order_id = arguments.identifier(order_id, "order_id")
        attachment_id = arguments.identifier(attachment_id, "attachment_id")
        given = documents.document(document)
        if requirement is not None:
            arguments.instance(requirement, RequiredAttachment, "requirement")
            for problem in documents.misfits(given, requirement):
                raise InvalidArgumentError("document", problem.description or "an allowed type")
        kind = given.document_type
        await self._call(
            self._UPLOAD_ATTACHMENT,
            order_id,
            attachment_id,
            body=Multipart(given, {} if kind is None else {"documentType": kind}),
        )

    async def _confirm_submit(self, entry: JournalEntry) -> Evidence:
        now = await self._read(self._GET, *entry.segments)
        if now.id_number_order != entry.subject:
            raise APIResponseError("the response is for another order")
        if now.state == NumberOrderState.BLOCKED:
            # An order that is submitted after a correction was blocked before, too.
            why = "a blocked order does not show whether it was submitted again"
            return Evidence(Event.READ_FAILED, None, why)
        return of_effect(None if now.state in _UNSENT else now)

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
        Submit the order *order_id* for review, and return the order.

        **Billable** when the order is accepted: then its numbers are rented and charged. The
        review is done by people and mostly takes hours or days. After an ambiguous failure the
        outcome is verified by reading, and the call is retried only if it is proven to have had no
        effect, which takes the settle timeout.
        (API: ``POST /numberOrders/{numberOrderId}/submit``)

        Args:
            order_id: The ``id_number_order`` of the order.

        Raises:
            OutcomeUnknownError: The outcome is unknown.
            NumberBusyError: Another call about the order is not finished by the deadline or its
                outcome is unknown.
            UnexpectedResultError: The response is about another order.
            StoreError: The store cannot be used; nothing is sent.
            NotFoundError: The project has no such order.
            BadRequestError: Data is missing.
            InvalidArgumentError: *order_id* is malformed.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            order = await client.number_orders.submit(order_id)  # billable once accepted
            print(order.state)
        """
        order_id = arguments.identifier(order_id, "order_id")
        return await self._call(
            self._SUBMIT, order_id, validate=lambda order: order.id_number_order == order_id
        )


def creation(
    *,
    region_code: str,
    type: NumberTypeInput,
    phone_number: str | None,
    requested_quantity: int | None,
    sequential: bool | None,
    capabilities: CapabilitiesInput,
    number_pattern: str | None,
    search_pattern: SearchPatternInput | None,
    sms_configuration: SmsConfigurationInput | None,
    voice_configuration: VoiceConfigurationInput | None,
    callback_url: str | None,
) -> dict[str, Any]:
    """Return the body of a new order, or raise `InvalidArgumentError`."""
    body = {
        "regionCode": arguments.region_code(region_code),
        "numberType": choice(type, NumberType, "type"),
        "smsConfiguration": sms_to_link(sms_configuration),
        "voiceConfiguration": _typed(voice_to_link(voice_configuration)),
        "callbackUrl": arguments.optional(callback_url, arguments.text, "callback_url"),
    }
    if (phone_number is None) is (requested_quantity is None):
        raise InvalidArgumentError(
            "phone_number", "exactly one of phone_number and requested_quantity"
        )
    wanted = list(choices(capabilities, Capability, "capabilities"))
    pattern = number_pattern_of(number_pattern, search_pattern)
    in_sequence = arguments.optional(sequential, arguments.flag, "sequential")
    if requested_quantity is None:
        if wanted or pattern or sequential is not None:
            raise InvalidArgumentError(
                "phone_number",
                "requested_quantity when sequential, capabilities or a pattern is given",
            )
        numbers = [arguments.phone_number(phone_number)]
        return {**body, "numberOrderOption": {"phoneNumbers": numbers}}
    quantity = arguments.positive(requested_quantity, "requested_quantity")
    if quantity > LARGEST_QUANTITY:
        raise InvalidArgumentError("requested_quantity", f"1 to {LARGEST_QUANTITY}", quantity)
    option = {
        "requestedQuantity": quantity,
        "sequential": in_sequence,
        "capabilities": wanted or UNSET,
        "numberPattern": pattern,
    }
    return {**body, "quantityOrderOption": converter.dump(option)}


def _typed(voice: Any) -> Any:
    """Add the voice type where it is missing: the API has no default for orders."""
    return {"type": "RTC", **voice} if voice else voice
