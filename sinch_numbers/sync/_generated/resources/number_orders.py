"""
The sync twin of `NumberOrders`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sinch_numbers._client.bodies.documents import DocumentInput
from sinch_numbers._client.resources.number_orders import NumberOrders
from sinch_numbers._client.wait_results import WaitResult
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

            needed = client.number_orders.requirements(region_code="AU", type="MOBILE")
            print(len(needed.attachments), "documents")
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

        **Billable** when the order is completed: for each number the setup price and one
        month. Until the order's ``expire_time`` the numbers are reserved. Store the order's
        ``id_number_order``: the API cannot list orders, so no read can show whether an order
        exists whose response was lost. Thus the call is never retried after an ambiguous
        failure; an order without a known ID expires with its reservation, unsubmitted, after
        which `SyncNumbersClient.recover` closes its entry.
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

            order = client.number_orders.create(
                region_code="US", type="LOCAL", requested_quantity=2, capabilities=["SMS"]
            )
            print(order.id_number_order, order.expire_time)
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

        Args:
            order_id: The ``id_number_order`` of the order.

        Raises:
            NotFoundError: The project has no such order.
            InvalidArgumentError: *order_id* is malformed.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            order = client.number_orders.get(order_id)
            print(order.state)
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
        by people: a later wait continues where an earlier one stopped. The order is polled at
        growing intervals, and immediately when `SyncNumbersClient.notify` receives an event about
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

            result = client.number_orders.wait_until_completed(order_id, deadline=3600)
            print(result.explanation)
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

        Args:
            order_id: The ``id_number_order`` of the order.

        Raises:
            NotFoundError: The project has no such order.
            InvalidArgumentError: *order_id* is malformed.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            registration = client.number_orders.get_registration(order_id)
            print(registration.request_details)
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

            registration = client.number_orders.update_registration(
                order_id, request_details=details
            )
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

            needed = client.number_orders.requirements(region_code="AU", type="MOBILE")
            wanted = needed.attachments[0]
            client.number_orders.upload_attachment(
                order_id,
                wanted.id,
                Document(
                    b"%PDF-1.7 ...",
                    filename="bill.pdf",
                    document_type=wanted.allowed_document_types[0],
                ),
            )
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

            order = client.number_orders.submit(order_id)  # billable once accepted
            print(order.state)
        """
        return self._runner.run(self._core.submit, order_id)
