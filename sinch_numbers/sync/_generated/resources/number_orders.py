"""
The sync twin of `NumberOrders`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sinch_numbers._client.bodies.documents import DocumentInput
from sinch_numbers._client.resources.number_orders import NumberOrders
from sinch_numbers._client.waiting import WaitResult
from sinch_numbers._core.portal import Runner
from sinch_numbers._core.progress import OnProgress
from sinch_numbers.models import (
    CapabilitiesInput,
    NumberOrder,
    NumberRequirements,
    NumberTypeInput,
    Registration,
    RequiredAttachment,
    SearchPatternInput,
    SmsConfigurationInput,
    VoiceConfigurationInput,
)
from sinch_numbers.sync._twin import ResourceTwin


class SyncNumberOrders(ResourceTwin):
    """
    Number orders: purchases in all regions, some with know-your-customer (KYC) data.

    The steps: look up the requirements, create the order, write its registration, upload
    documents, submit the order, and wait for the review. `sinch_numbers.ordering` performs all
    of them. Where no requirements are on record, an order needs no registration; the API
    reference (October 2026) documents that for US ``LOCAL``, and production's behavior is not
    observed. The API can neither list nor cancel orders.
    """

    def __init__(self, core: NumberOrders, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def requirements(self, *, region_code: str, type: NumberTypeInput) -> NumberRequirements:
        """
        Return the requirements of orders: KYC data and documents, by region and type.

        Free of charge. (API: ``POST /numberOrders:lookupNumberRequirements``)

        Raises `NotFoundError` when the service has no requirements on record, as for US numbers;
        `BadRequestError` when the service does not know the number type; `InvalidArgumentError`
        when the region is not two capital letters or *type* is not one of its enum; and the
        errors that every call may raise.
        """
        return self._runner.run(self._core.requirements, region_code=region_code, type=type)

    def create(
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

        **Billable** when the order is completed: for each number the setup price and one month.
        Until the order's ``expire_time`` the numbers are reserved. *sequential*, *capabilities*
        and the pattern require *requested_quantity*, which is 1 to 100. Store the order's
        ``id_number_order``: the API cannot list orders, so no read can show whether an order
        exists whose response was lost. Thus the call is never retried after an ambiguous
        failure; an order without a known ID expires with its reservation, unsubmitted, after
        which `SyncNumbersClient.recover` closes its entry.
        (API: ``POST /numberOrders:createNumberOrder``)

        Raises `OutcomeUnknownError` after any ambiguous failure; `UnexpectedResultError` when
        the order is for another number than *phone_number*; `NumberBusyError` when another call
        about *phone_number* is not finished by the deadline, or its outcome is unknown;
        `StoreError`, before anything is sent, when the store cannot be used; `RateLimitError`
        without a retry; `NotFoundError` when the number is not available or no number matches;
        `BadRequestError` when the service rejects the order; `InvalidArgumentError` when an
        argument is malformed or not exactly one of *phone_number* and *requested_quantity* is
        given; and the errors that every call may raise.
        """
        return self._runner.run(
            self._core.create,
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

    def get(self, order_id: str) -> NumberOrder:
        """
        Return the order *order_id*.

        Free of charge. (API: ``GET /numberOrders/{numberOrderId}``)

        Raises `NotFoundError` when the project has no such order, `InvalidArgumentError` when
        *order_id* is malformed, and the errors that every call may raise.
        """
        return self._runner.run(self._core.get, order_id)

    def wait_until_completed(
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
        by people: a later wait continues where an earlier one stopped. *deadline* is the
        maximum total time in seconds, ``None`` for no limit, and 0 to read the state once. The
        order is polled at growing intervals of at most *longest_pause* seconds, and immediately
        when `SyncNumbersClient.notify` receives an event about the order. *on_progress*
        receives the progress, instead of the client's function.

        The ``outcome`` of the result is succeeded, failed (blocked, rejected, or expired;
        ``problem`` has the reviewers' remarks and advice), or timed out (with the last state);
        ``get`` returns the order, or raises unless the wait succeeded. Free of charge. Each poll
        is a `get`.

        Raises `NotFoundError` when the project has no such order, according to three reads in a
        row, `InvalidArgumentError` when an argument is invalid, and of the errors that every
        call may raise those that are not transient.
        """
        return self._runner.run(
            self._core.wait_until_completed,
            order_id,
            deadline=deadline,
            longest_pause=longest_pause,
            on_progress=on_progress,
        )

    def get_registration(self, order_id: str) -> Registration:
        """
        Return the KYC data, documents and remarks of the order *order_id*.

        Free of charge. (API: ``GET /numberOrders/{numberOrderId}/registration``)

        Raises `NotFoundError` when the project has no such order, `InvalidArgumentError` when
        *order_id* is malformed, and the errors that every call may raise.
        """
        return self._runner.run(self._core.get_registration, order_id)

    def update_registration(
        self,
        order_id: str,
        *,
        request_details: Mapping[str, Any],
        requirements: NumberRequirements | None = None,
    ) -> Registration:
        """
        Replace the KYC data of the order *order_id*, and return the data as stored.

        The service validates the data against the requirements immediately. By convention the
        field ``data`` is a list in the order of the requirements' rules. With *requirements*,
        keys in Python's spelling (``sender_id``) are sent under the names of the required fields
        (``senderId``), and other keys are rejected before sending. An error response leaves the
        order unchanged: correct the data and write it again, until the order's ``expire_time``.
        Free of charge. (API: ``PUT /numberOrders/{numberOrderId}/registration``)

        Raises `BadRequestError`, with the problems in ``field_violations``, `NotFoundError` when
        the project has no such order, `InvalidArgumentError` when *request_details* is not a
        mapping, not JSON-serializable, or has a key that the *requirements* don't list, and the
        errors that every call may raise.
        """
        return self._runner.run(
            self._core.update_registration,
            order_id,
            request_details=request_details,
            requirements=requirements,
        )

    def upload_attachment(
        self,
        order_id: str,
        attachment_id: str,
        document: DocumentInput,
        *,
        requirement: RequiredAttachment | None = None,
    ) -> None:
        """
        Upload one document for the order *order_id*.

        *attachment_id* is the ``id`` of a `RequiredAttachment`. *document* is a path, bytes, a
        file object opened for reading in binary mode, or a `Document`, which can also set the
        file name, MIME type and document type. The content is streamed, and read again from its
        start for a retry. A file object that is not seekable is sent only once; after an
        ambiguous failure, the registration's ``attachments`` show whether it arrived. With a
        *requirement*, types that it does not allow are rejected before sending. The client's
        ``timeout`` applies to each attempt, so a large file over a slow connection needs
        ``client.with_options(timeout=...)``. Free of charge.
        (API: ``POST /numberOrders/{numberOrderId}/attachments/{attachmentId}``)

        Raises `UploadError` when the document cannot be read, `ContentTooLargeError` when the
        document exceeds the service's limit, `BadRequestError` when the service rejects the
        type, `NotFoundError` when the order or the attachment does not exist,
        `InvalidArgumentError` when the *requirement* does not allow the document or an argument
        is malformed, and the errors that every call may raise.
        """
        self._runner.run(
            self._core.upload_attachment,
            order_id,
            attachment_id,
            document,
            requirement=requirement,
        )

    def submit(self, order_id: str) -> NumberOrder:
        """
        Submit the order *order_id* for review, and return the order.

        **Billable** when the order is accepted: then its numbers are rented and charged. The
        review is done by people and mostly takes hours or days. After an ambiguous failure the
        outcome is verified by reading, and the call is retried only if it is proven to have had
        no effect, which takes the settle timeout.
        (API: ``POST /numberOrders/{numberOrderId}/submit``)

        Raises `OutcomeUnknownError` when the outcome is unknown, `NumberBusyError` when another
        call about the order is not finished by the deadline or its outcome is unknown,
        `UnexpectedResultError` when the response is about another order, `StoreError`, before
        anything is sent, when the store cannot be used, `NotFoundError` when the project has no
        such order, `BadRequestError` when data is missing, `InvalidArgumentError` when
        *order_id* is malformed, and the errors that every call may raise.
        """
        return self._runner.run(self._core.submit, order_id)
