"""
The sync twin of `NumberOrders`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sinch_numbers._client.bodies.documents import DocumentInput
from sinch_numbers._client.resources.number_orders import NumberOrders
from sinch_numbers._core.arguments import SmsInput, VoiceInput
from sinch_numbers._core.portal import Runner
from sinch_numbers.models import (
    Capability,
    NumberOrder,
    NumberRequirements,
    NumberType,
    Registration,
    RequiredAttachment,
    SearchPattern,
)


class SyncNumberOrders:
    """
    Purchases of numbers that need know-your-customer data.

    The steps of one: look up the requirements, create the order, write its registration,
    upload documents, submit it, and wait for the review. `sinch_numbers.ordering` walks
    them all. The service has no list of orders and no way to cancel one.
    """

    def __init__(self, core: NumberOrders, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def requirements(
        self,
        *,
        region_code: str,
        number_type: NumberType | str,
    ) -> NumberRequirements:
        """
        Return what an order for numbers of this region and type asks for.

        Free of charge. (API: ``POST /numberOrders:lookupNumberRequirements``)

        Raises `NotFoundError` when the service has nothing on record, as for US numbers:
        those are rented. Raises `BadRequestError` when it does not know the type,
        `InvalidArgumentError` when the region is not two capital letters, and the errors
        that every call may raise.
        """
        return self._runner.run(
            self._core.requirements,
            region_code=region_code,
            number_type=number_type,
        )

    def create(
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
        return self._runner.run(
            self._core.create,
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

    def get(self, order_id: str) -> NumberOrder:
        """
        Return the order *order_id*.

        Free of charge. (API: ``GET /numberOrders/{numberOrderId}``)

        Raises `NotFoundError` when the project has no such order, `InvalidArgumentError`
        when it cannot be the id of one, and the errors that every call may raise.
        """
        return self._runner.run(self._core.get, order_id)

    def get_registration(self, order_id: str) -> Registration:
        """
        Return what was written for the order *order_id*, its documents, and all remarks.

        Free of charge. (API: ``GET /numberOrders/{numberOrderId}/registration``)

        Raises `NotFoundError` when the project has no such order, `InvalidArgumentError`
        when it cannot be the id of one, and the errors that every call may raise.
        """
        return self._runner.run(self._core.get_registration, order_id)

    def update_registration(
        self,
        order_id: str,
        *,
        request_details: Mapping[str, Any],
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
        return self._runner.run(
            self._core.update_registration,
            order_id,
            request_details=request_details,
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
        self._runner.run(
            self._core.upload_attachment,
            order_id,
            attachment_id,
            document,
            requirement=requirement,
        )

    def submit(self, order_id: str) -> NumberOrder:
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
        return self._runner.run(self._core.submit, order_id)
