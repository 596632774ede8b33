"""
The sync twins of the client and its endpoints, generated from their async source: do not edit.

To change something, change that source, then run ``python sinch_numbers/sync/generate.py``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

from sinch_numbers.arguments import AddressInput, SmsInput, VoiceInput
from sinch_numbers.auth import Authorizer
from sinch_numbers.client import Effect, NumbersClient
from sinch_numbers.documents import DocumentInput
from sinch_numbers.endpoints.active_numbers import ActiveNumbers
from sinch_numbers.endpoints.available_numbers import AvailableNumbers
from sinch_numbers.endpoints.available_regions import AvailableRegions
from sinch_numbers.endpoints.callback_configuration import CallbackConfigurations
from sinch_numbers.endpoints.emergency_address import EmergencyAddresses
from sinch_numbers.endpoints.hosting_orders import HostingOrders
from sinch_numbers.endpoints.imported_numbers import ImportedNumbers
from sinch_numbers.endpoints.number_orders import NumberOrders
from sinch_numbers.endpoints.qualified_numbers import QualifiedNumbers
from sinch_numbers.errors import OutcomeUnknownError
from sinch_numbers.models import (
    ActiveNumber,
    AddressValidation,
    AvailableNumber,
    AvailableRegion,
    CallbackConfiguration,
    Capability,
    DirectLoaInfo,
    EmergencyAddress,
    Event,
    GlobalProcessState,
    HostingOrder,
    HostingOrderNumber,
    HostingOrderReport,
    HostingOrderState,
    HostingOrderType,
    ImportedNumber,
    LoaInfo,
    NumberOrder,
    NumberRequirements,
    NumberType,
    OrderBy,
    QualifiedNumber,
    Registration,
    RequiredAttachment,
    ResellerLoaInfo,
    SearchPattern,
    StepState,
    TimeOrder,
)
from sinch_numbers.observer import Observer
from sinch_numbers.provisioning import Provisioning
from sinch_numbers.retry import Backoff, Retry
from sinch_numbers.secret import Secret
from sinch_numbers.sync._pager import SyncPager
from sinch_numbers.sync._portal import Runner
from sinch_numbers.sync._twin import ClientTwin
from sinch_numbers.transport import Transport
from sinch_numbers.unresolved import Unresolved
from sinch_numbers.unset import UNSET, Maybe


class SyncActiveNumbers:
    """The numbers that the project rents."""

    def __init__(self, core: ActiveNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> ActiveNumber:
        """
        Return the rented number *phone_number*.

        Free of charge. (API: ``GET /activeNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the project does not rent it, `InvalidArgumentError` when
        it is not in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, phone_number)

    def update(
        self,
        phone_number: str,
        *,
        display_name: Maybe[str | None] = UNSET,
        sms_configuration: Maybe[SmsInput | None] = UNSET,
        voice_configuration: Maybe[VoiceInput | None] = UNSET,
        callback_url: Maybe[str | None] = UNSET,
    ) -> ActiveNumber:
        """
        Change what is given and leave the rest; return the number as it is then.

        ``None`` is sent as ``null``, which may erase; an empty identifier unlinks, and a
        number has to be unlinked before it can be linked elsewhere. Links are made in the
        background: until then the number shows the old one, and the new one as scheduled.
        Free of charge. (API: ``PATCH /activeNumbers/{phoneNumber}``)

        Raises `InvalidArgumentError` when there is nothing to change, a configuration is
        empty or contradicts itself, or the number is not in E.164; `BadRequestError` when
        the service does not take the change; `NotFoundError` when the project does not rent
        the number; and the errors that every call may raise.
        """
        return self._runner.run(
            self._core.update,
            phone_number,
            display_name=display_name,
            sms_configuration=sms_configuration,
            voice_configuration=voice_configuration,
            callback_url=callback_url,
        )

    def release(self, phone_number: str) -> ActiveNumber:
        """
        End the rent of *phone_number*, and return the number with its ``expire_at``.

        It stays, and works, until the paid month is over; nothing is refunded, and there is
        no way back. In doubt the call is settled by reading: it goes again only when it is
        proven that nothing came of it. (API: ``POST /activeNumbers/{phoneNumber}:release``)

        Raises `OutcomeUnknownError` when it may or may not have happened, `NotFoundError`
        when the project does not rent the number, `InvalidArgumentError` when it is not in
        E.164, and the errors that every call may raise.
        """
        return self._runner.run(self._core.release, phone_number)

    def wait_until_provisioned(
        self,
        phone_number: str,
        *,
        sms: bool | None = None,
        voice: bool | None = None,
        deadline: float | None = 600.0,
        longest_pause: float = 15.0,
    ) -> Provisioning:
        """
        Wait until the links of *phone_number* are made, have failed, or time is up.

        Links are made in the background, after a rent or an update. *sms* (the campaign
        included) and *voice* say what to wait for: ``True`` for a link that has to be there
        in the end, ``False`` for one that does not matter, ``None`` for one that is waited
        for if it is in the making. *deadline* is how many seconds that may take in all,
        ``None`` for any time; how long the service takes is not published. The number is
        read, soon at first and then ever more rarely, *longest_pause* seconds apart at most,
        and at once when `notify` is told of an event about it.

        How it ended is the ``outcome`` of the result: all made, failed with the error codes
        and what they mean, or timed out with the last state seen. One failure ends the wait.
        Nothing is changed. Free of charge. Each look is a `get`.

        Raises `NotFoundError` when the project does not rent the number, three reads in a
        row; `InvalidArgumentError` when there is nothing to wait for or the number is not in
        E.164; and of the errors that every call may raise those that are not transient.
        """
        return self._runner.run(
            self._core.wait_until_provisioned,
            phone_number,
            sms=sms,
            voice=voice,
            deadline=deadline,
            longest_pause=longest_pause,
        )

    def wait_until_all_provisioned(
        self,
        phone_numbers: Iterable[str],
        *,
        sms: bool | None = None,
        voice: bool | None = None,
        deadline: float | None = 600.0,
        longest_pause: float = 15.0,
        workers: int = 8,
    ) -> Mapping[str, Provisioning]:
        """
        Wait for the links of many numbers at once, and return how it ended for each.

        What the arguments mean is told at `wait_until_provisioned`; the *deadline* is one
        for all. *workers* reads are under way at a time. The result has every number once,
        in the order given. A number that cannot be read does not stop the others: its
        outcome says so. Free of charge. Each look is a `get`.

        Raises `InvalidArgumentError` when there is nothing to wait for, *workers* is not
        positive or a number is not in E.164; nothing was sent then.
        """
        return self._runner.run(
            self._core.wait_until_all_provisioned,
            phone_numbers,
            sms=sms,
            voice=voice,
            deadline=deadline,
            longest_pause=longest_pause,
            workers=workers,
        )

    def notify(self, event: Event) -> None:
        """
        Wake those who wait for the number that *event* is about; they read it at once.

        Give it to a webhook receiver as its handler, or call it from yours, in any thread.
        Who waits with a sibling of this client is woken as well. Nothing is sent.
        """
        self._runner.run(self._core.notify, event)

    def list(
        self,
        *,
        region_code: str | None = None,
        type: NumberType | str | None = None,
        capability: Sequence[Capability | str] | Capability | str | None = None,
        number_pattern: str | None = None,
        search_pattern: SearchPattern | str | None = None,
        order_by: OrderBy | str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> SyncPager[ActiveNumber]:
        """
        List the rented numbers, all of them or those that match.

        Nothing is sent before the first step. *capability* asks for at least what it names;
        *number_pattern* is held against the full E.164 text, plus sign included, at the
        place that *search_pattern* says. *page_size* is how many numbers one request may
        bring, *limit* how many are wanted in all. Free of charge.
        (API: ``GET /activeNumbers``)

        Raises `InvalidArgumentError` at once; on the way `PaginationError` when the pages
        do not end, and the errors that every call may raise, with the ``page_token`` to
        resume at.
        """
        return SyncPager(
            self._runner,
            self._core.list(
                region_code=region_code,
                type=type,
                capability=capability,
                number_pattern=number_pattern,
                search_pattern=search_pattern,
                order_by=order_by,
                page_size=page_size,
                limit=limit,
            ),
        )


class SyncAvailableNumbers:
    """The numbers in stock, for the project to rent."""

    def __init__(self, core: AvailableNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> AvailableNumber:
        """
        Return the price sheet of *phone_number*, which can be rented now.

        Free of charge. (API: ``GET /availableNumbers/{phoneNumber}``)

        Raises `NotFoundError` when it cannot be rented, `InvalidArgumentError` when it is
        not in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, phone_number)

    def search(
        self,
        *,
        region_code: str,
        type: NumberType | str,
        capabilities: Sequence[Capability | str] | Capability | str = (),
        number_pattern: str | None = None,
        search_pattern: SearchPattern | str | None = None,
        size: int | None = None,
    ) -> tuple[AvailableNumber, ...]:
        """
        Return numbers that can be rented, in no particular order; possibly none.

        *capabilities* asks for at least what it names. *number_pattern* is held against the
        full E.164 text: with ``START`` it has to begin with the plus sign. *size* is how
        many are wanted at most; there are no further pages. Free of charge.
        (API: ``GET /availableNumbers``)

        Raises `InvalidArgumentError` when the region code is malformed or the size not
        positive, and the errors that every call may raise.
        """
        return self._runner.run(
            self._core.search,
            region_code=region_code,
            type=type,
            capabilities=capabilities,
            number_pattern=number_pattern,
            search_pattern=search_pattern,
            size=size,
        )

    def rent(
        self,
        phone_number: str,
        *,
        sms_configuration: SmsInput | None = None,
        voice_configuration: VoiceInput | None = None,
        callback_url: str | None = None,
        must_be_new: bool = False,
    ) -> ActiveNumber:
        """
        Rent *phone_number*, and return it. **This costs**: the set-up price and a month.

        Name only the links you want; they are made in the background, so the number shows
        them as scheduled at first. In doubt the call is settled by reading: it goes again
        only when it is proven that nothing came of it. In doubt, a number that the project
        rented before cannot be told from one that was rented just now; *must_be_new* looks
        first. (API: ``POST /availableNumbers/{phoneNumber}:rent``)

        Raises `AlreadyOwnedError` when it must be new and is not, `OutcomeUnknownError`
        when it may or may not have happened, `NotFoundError` when the number is not free,
        `PermissionDeniedError` when the account may not rent, `BadRequestError` when the
        service does not take a configuration, `InvalidArgumentError` when a configuration
        is empty or contradicts itself or the number is not in E.164, and the errors that
        every call may raise.
        """
        return self._runner.run(
            self._core.rent,
            phone_number,
            sms_configuration=sms_configuration,
            voice_configuration=voice_configuration,
            callback_url=callback_url,
            must_be_new=must_be_new,
        )

    def rent_any(
        self,
        *,
        region_code: str,
        type: NumberType | str,
        capabilities: Sequence[Capability | str] | Capability | str = (),
        number_pattern: str | None = None,
        search_pattern: SearchPattern | str | None = None,
        sms_configuration: SmsInput | None = None,
        voice_configuration: VoiceInput | None = None,
        callback_url: str | None = None,
    ) -> ActiveNumber:
        """
        Rent a number that the service picks, and return it. **This costs**, unseen.

        No read can tell one such rent from another, so in doubt the caller has to look;
        `rent_first` does the same with a guarantee, and everywhere. The service takes it
        for US ``LOCAL`` numbers only. (API: ``POST /availableNumbers:rentAny``)

        Raises `OutcomeUnknownError` whenever it may or may not have happened,
        `RateLimitError` at once, `BadRequestError` outside US ``LOCAL``, `NotFoundError`
        when nothing fits, `InvalidArgumentError` when an argument is malformed, and the
        errors that every call may raise.
        """
        return self._runner.run(
            self._core.rent_any,
            region_code=region_code,
            type=type,
            capabilities=capabilities,
            number_pattern=number_pattern,
            search_pattern=search_pattern,
            sms_configuration=sms_configuration,
            voice_configuration=voice_configuration,
            callback_url=callback_url,
        )

    def rent_first(
        self,
        *,
        region_code: str,
        type: NumberType | str,
        capabilities: Sequence[Capability | str] | Capability | str = (),
        number_pattern: str | None = None,
        search_pattern: SearchPattern | str | None = None,
        sms_configuration: SmsInput | None = None,
        voice_configuration: VoiceInput | None = None,
        callback_url: str | None = None,
        candidates: int = 10,
    ) -> ActiveNumber:
        """
        Rent the first number that a search finds and nobody else takes. **This costs.**

        Searches for *candidates* numbers and rents one of them as `rent` does, with the same
        guarantee: one number at most, whatever happens to the replies.
        (API: ``GET /availableNumbers``, ``POST /availableNumbers/{phoneNumber}:rent``)

        Raises `OutOfStockError` when nothing fits or all that does is taken, and whatever
        `search` and `rent` raise.
        """
        return self._runner.run(
            self._core.rent_first,
            region_code=region_code,
            type=type,
            capabilities=capabilities,
            number_pattern=number_pattern,
            search_pattern=search_pattern,
            sms_configuration=sms_configuration,
            voice_configuration=voice_configuration,
            callback_url=callback_url,
            candidates=candidates,
        )


class SyncAvailableRegions:
    """The regions in which the project can rent numbers."""

    def __init__(self, core: AvailableRegions, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def list(
        self,
        *,
        types: Sequence[NumberType | str] | NumberType | str = (),
    ) -> tuple[AvailableRegion, ...]:
        """
        Return the regions that offer at least one of *types*, or all of them.

        The list is not paged, and free of charge. (API: ``GET /availableRegions``)

        Raises the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.list, types=types)


class SyncEmergencyAddresses:
    """The emergency (E911) addresses of the project's numbers in the US and Canada."""

    def __init__(self, core: EmergencyAddresses, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> EmergencyAddress:
        """
        Return the address of *phone_number*.

        Free of charge. (API: ``GET /activeNumbers/{phoneNumber}/emergencyAddress``)

        Raises `NotFoundError` when the number has none, `InvalidArgumentError` when it is
        not in E.164, and the errors that every call may raise.
        """
        return self._runner.run(self._core.get, phone_number)

    def validate(
        self,
        phone_number: str,
        *,
        display_name: str,
        address: AddressInput,
    ) -> AddressValidation:
        """
        Return what the service makes of *address*, and store nothing.

        An address that cannot be used is an answer, too: ``NO_MATCH``. Free of charge.
        (API: ``POST /activeNumbers/{phoneNumber}/emergencyAddress:validate``)

        Raises `InvalidArgumentError` when the address lacks a required part or the number is
        not in E.164, `NotFoundError` when the project does not rent it, and the errors that
        every call may raise.
        """
        return self._runner.run(
            self._core.validate,
            phone_number,
            display_name=display_name,
            address=address,
        )

    def provision(
        self,
        phone_number: str,
        *,
        display_name: str,
        address: AddressInput,
    ) -> EmergencyAddress:
        """
        Set the address of *phone_number*, and return it as stored.

        Validate it first, and store the corrected form of a near match. No source says
        whether it costs: it is treated as if it did and never repeated in doubt.
        (API: ``POST /activeNumbers/{phoneNumber}/emergencyAddress:provision``)

        Raises `InvalidArgumentError` when the address lacks a required part or the number is
        not in E.164, `OutcomeUnknownError` when it may or may not have been stored,
        `NotFoundError` when the project does not rent the number, and the errors that every
        call may raise.
        """
        return self._runner.run(
            self._core.provision,
            phone_number,
            display_name=display_name,
            address=address,
        )

    def deprovision(self, phone_number: str) -> None:
        """
        Remove the address of *phone_number*.

        Free of charge. (API: ``POST /activeNumbers/{phoneNumber}/emergencyAddress:deprovision``)

        Raises `NotFoundError` when the number has none, `InvalidArgumentError` when it is
        not in E.164, and the errors that every call may raise.
        """
        self._runner.run(self._core.deprovision, phone_number)


class SyncCallbackConfigurations:
    """The webhook settings of the project."""

    def __init__(self, core: CallbackConfigurations, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self) -> CallbackConfiguration:
        """
        Return the settings; the signing secret in them shows itself only on ``reveal()``.

        Free of charge. (API: ``GET /callbackConfiguration``)

        Raises `NotFoundError` when the project is unknown there, and the errors that every
        call may raise.
        """
        return self._runner.run(self._core.get)

    def update(self, *, hmac_secret: Secret | str) -> CallbackConfiguration:
        """
        Replace the signing secret, and return the settings as they are then.

        The service wants 32 to 64 letters, digits and hyphens. Events that are under way may
        still be signed with the old secret. Free of charge.
        (API: ``PATCH /callbackConfiguration``)

        Raises `InvalidArgumentError` when the secret is empty, `BadRequestError` when the
        service does not take it, and the errors that every call may raise.
        """
        return self._runner.run(self._core.update, hmac_secret=hmac_secret)


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
        Hand the order *order_id* in for review, and return it as it is then.

        **This leads to costs**: people review the order, mostly for hours or days, and when
        they accept it its numbers are rented and charged. In doubt the call is settled by
        reading: it goes again only when it is proven that nothing came of it.
        (API: ``POST /numberOrders/{numberOrderId}/submit``)

        Raises `OutcomeUnknownError` when it may or may not have happened, `NotFoundError`
        when the project has no such order, `BadRequestError` when something is missing,
        `InvalidArgumentError` when it cannot be the id of an order, and the errors that
        every call may raise.
        """
        return self._runner.run(self._core.submit, order_id)


class SyncImportedNumbers:
    """The imported numbers of the project: US and Canada, text messages only."""

    def __init__(self, core: ImportedNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> ImportedNumber:
        """
        Return the imported number *phone_number*, with what the carriers made of it.

        Free of charge. (API: ``GET /importedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when it is not imported, `InvalidArgumentError` when it is not
        in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, phone_number)

    def import_number(
        self,
        phone_number: str,
        *,
        region_code: str,
        sms_configuration: SmsInput,
        display_name: str | None = None,
        callback_url: str | None = None,
    ) -> ImportedNumber:
        """
        Import *phone_number*, and return it; its links are made in the background.

        For numbers with a network number id (NNID) of their own, which has to be provisioned
        first; others are text-enabled. Nothing is ported. No source says what it costs: it
        is treated as if it did, and in doubt settled by reading. A read cannot tell who
        imported the number, nor when. (API: ``POST /importedNumbers``)

        Raises `ConflictError` when the number is imported already, `OutcomeUnknownError` when
        it may or may not have happened, `BadRequestError` when the service does not take the
        number or a link, `InvalidArgumentError` when the configuration is empty or the number
        is not in E.164, and the errors that every call may raise.
        """
        return self._runner.run(
            self._core.import_number,
            phone_number,
            region_code=region_code,
            sms_configuration=sms_configuration,
            display_name=display_name,
            callback_url=callback_url,
        )

    def update(
        self,
        phone_number: str,
        *,
        display_name: Maybe[str | None] = UNSET,
        sms_configuration: Maybe[SmsInput | None] = UNSET,
        callback_url: Maybe[str | None] = UNSET,
    ) -> ImportedNumber:
        """
        Change what is given and leave the rest; return the number as it is then.

        ``None`` is sent as ``null``, which may erase; an empty identifier unlinks, and a
        number has to be unlinked before it can be linked elsewhere, in two requests. Links
        are made in the background. No source names a price.
        (API: ``PATCH /importedNumbers/{phoneNumber}``)

        Raises `InvalidArgumentError` when there is nothing to change, the configuration is
        empty, or the number is not in E.164; `BadRequestError` when the service does not take
        the change, as where an old link stands; `NotFoundError` when the number is not
        imported; and the errors that every call may raise.
        """
        return self._runner.run(
            self._core.update,
            phone_number,
            display_name=display_name,
            sms_configuration=sms_configuration,
            callback_url=callback_url,
        )

    def delete(self, phone_number: str) -> None:
        """
        Take *phone_number* out of the project; its text messages come here no more.

        No source names a price. (API: ``DELETE /importedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when the number is not imported, `InvalidArgumentError` when it
        is not in E.164, and the errors that every call may raise.
        """
        self._runner.run(self._core.delete, phone_number)

    def list(
        self,
        *,
        service_plan_id: str | None = None,
        campaign_id: str | None = None,
        region_code: str | None = None,
        number_pattern: str | None = None,
        search_pattern: SearchPattern | str | None = None,
        order_by: TimeOrder | str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> SyncPager[ImportedNumber]:
        """
        List the imported numbers, all of them or those that match.

        Name *service_plan_id* and *campaign_id* where you can: the reference asks for both,
        and whether the service insists is unconfirmed. *number_pattern* is held against the
        E.164 text at the place that *search_pattern* says; ``CONTAINS`` is ``CONTAIN`` to
        this host and is sent so. *page_size* is how many numbers one request may bring,
        *limit* how many are wanted in all. Free of charge. (API: ``GET /importedNumbers``)

        Raises `InvalidArgumentError` at once; on the way `PaginationError` when the pages
        do not end, and the errors that every call may raise, with the ``page_token`` to
        resume at.
        """
        return SyncPager(
            self._runner,
            self._core.list(
                service_plan_id=service_plan_id,
                campaign_id=campaign_id,
                region_code=region_code,
                number_pattern=number_pattern,
                search_pattern=search_pattern,
                order_by=order_by,
                page_size=page_size,
                limit=limit,
            ),
        )


class SyncHostingOrders:
    """The project's orders to import or to text-enable numbers: US and Canada only."""

    def __init__(self, core: HostingOrders, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, hosting_order_id: str) -> HostingOrder:
        """
        Return the order *hosting_order_id*.

        Free of charge. (API: ``GET /hostingOrders/{hostingOrderId}``)

        Raises `NotFoundError` when there is no such order, `InvalidArgumentError` when the id
        is empty, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, hosting_order_id)

    def report(self, hosting_order_id: str) -> HostingOrderReport:
        """
        Return how many numbers of the order have come how far.

        Free of charge. (API: ``GET /hostingOrders/{hostingOrderId}/report``)

        Raises what `get` raises.
        """
        return self._runner.run(self._core.report, hosting_order_id)

    def numbers(
        self,
        hosting_order_id: str,
        *,
        osr_update_state: StepState | str | None = None,
        campaign_provisioning_state: StepState | str | None = None,
        platform_provisioning_state: StepState | str | None = None,
        order_by: TimeOrder | str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> SyncPager[HostingOrderNumber]:
        """
        List the numbers of the order with their progress, all of them or those that match.

        The three states keep numbers whose carrier record, campaign link or SMS link is so
        far. *page_size* is how many numbers one request may bring, *limit* how many are
        wanted in all. Free of charge. (API: ``GET /hostingOrders/{hostingOrderId}/numbers``)

        Raises `InvalidArgumentError` at once; on the way `NotFoundError` when there is no
        such order, `PaginationError` when the pages do not end, and the errors that every
        call may raise, with the ``page_token`` to resume at.
        """
        return SyncPager(
            self._runner,
            self._core.numbers(
                hosting_order_id,
                osr_update_state=osr_update_state,
                campaign_provisioning_state=campaign_provisioning_state,
                platform_provisioning_state=platform_provisioning_state,
                order_by=order_by,
                page_size=page_size,
                limit=limit,
            ),
        )

    def number(self, hosting_order_id: str, phone_number: str) -> HostingOrderNumber:
        """
        Return the progress of one number of the order.

        Free of charge. (API: ``GET /hostingOrders/{hostingOrderId}/numbers/{phoneNumber}``)

        Raises `NotFoundError` when there is no such order or number in it,
        `InvalidArgumentError` when the id is empty or the number is not in E.164, and the
        errors that every call may raise.
        """
        return self._runner.run(self._core.number, hosting_order_id, phone_number)

    def import_numbers(
        self,
        numbers: Sequence[str],
        *,
        region_code: str,
        service_plan_id: str,
        campaign_id: str | None = None,
        display_name: str | None = None,
        callback_url: str | None = None,
        migrate_to_sinch_tmo: bool | None = None,
        max_numbers: int = 5,
    ) -> HostingOrder:
        """
        Import *numbers* with one order, and return it.

        For numbers with a network number id (NNID) of their own, as for a single import.
        *migrate_to_sinch_tmo* moves numbers that another aggregator holds at T-Mobile, which
        reports 60135 for them. *max_numbers* is what an account may import at once: 5, unless
        your account manager has raised it. No source says what it costs, and no read can tell
        one such order from another: in doubt the caller has to look, with `list`.
        (API: ``POST /hostingOrders:importNumbers``)

        Raises `InvalidArgumentError` when there are no numbers, too many, the same one twice
        or one that is not in E.164; `OutcomeUnknownError` whenever it may or may not have
        happened; `RateLimitError` at once; `ConflictError` when a number is imported already;
        `BadRequestError` when the service does not take the order; and the errors that every
        call may raise.
        """
        return self._runner.run(
            self._core.import_numbers,
            numbers,
            region_code=region_code,
            service_plan_id=service_plan_id,
            campaign_id=campaign_id,
            display_name=display_name,
            callback_url=callback_url,
            migrate_to_sinch_tmo=migrate_to_sinch_tmo,
            max_numbers=max_numbers,
        )

    def text_enable(
        self,
        numbers: Sequence[str],
        *,
        region_code: str,
        service_plan_id: str,
        loa_info: LoaInfo,
        campaign_id: str | None = None,
        nnid: str | None = None,
        display_name: str | None = None,
        callback_url: str | None = None,
        scheduled_osr_update_time: datetime | None = None,
        migrate_to_sinch_tmo: bool | None = None,
    ) -> HostingOrder:
        """
        Text-enable up to 500 *numbers*, and return the order.

        *loa_info* is the letter of authorisation: direct and reseller's letters are e-mailed
        to be signed, and the order waits for that. *nnid* is left out to use the one on
        record, *scheduled_osr_update_time* is when the carrier record is to be updated.
        Whether a campaign is needed is for the service to say, and whether
        *migrate_to_sinch_tmo* has an effect here is unconfirmed. No source says what it
        costs, and no read can tell one such order from another: in doubt the caller has to
        look, with `list`. (API: ``POST /hostingOrders:textEnableNumbers``)

        Raises `InvalidArgumentError` when the letter is incomplete, a time has no zone, or
        there are no numbers, too many, the same one twice or one that is not in E.164;
        `OutcomeUnknownError` whenever it may or may not have happened; `RateLimitError` at
        once; `ConflictError` when a number is imported already; `BadRequestError` when the
        service does not take the order; and the errors that every call may raise.
        """
        return self._runner.run(
            self._core.text_enable,
            numbers,
            region_code=region_code,
            service_plan_id=service_plan_id,
            loa_info=loa_info,
            campaign_id=campaign_id,
            nnid=nnid,
            display_name=display_name,
            callback_url=callback_url,
            scheduled_osr_update_time=scheduled_osr_update_time,
            migrate_to_sinch_tmo=migrate_to_sinch_tmo,
        )

    def text_enable_toll_free(
        self,
        numbers: Sequence[str],
        *,
        region_code: str,
        service_plan_id: str,
        loa_info: DirectLoaInfo | ResellerLoaInfo,
        display_name: str | None = None,
        callback_url: str | None = None,
        scheduled_zipwhip_provisioning_time: datetime | None = None,
    ) -> HostingOrder:
        """
        Text-enable up to 500 toll-free *numbers*, and return the order.

        There is no blanket letter and no campaign for these. When the letter is signed after
        *scheduled_zipwhip_provisioning_time*, the work moves to the next day at the same
        time. Costs and doubts are as for `text_enable`.
        (API: ``POST /hostingOrders:textEnableTollFreeNumbers``)

        Raises what `text_enable` raises.
        """
        return self._runner.run(
            self._core.text_enable_toll_free,
            numbers,
            region_code=region_code,
            service_plan_id=service_plan_id,
            loa_info=loa_info,
            display_name=display_name,
            callback_url=callback_url,
            scheduled_zipwhip_provisioning_time=scheduled_zipwhip_provisioning_time,
        )

    def list(
        self,
        *,
        states: HostingOrderState | str,
        type: HostingOrderType | str,
        service_plan_id: str,
        campaign_id: str,
        region_code: str | None = None,
        order_by: TimeOrder | str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> SyncPager[HostingOrder]:
        """
        List the orders of one state and type, for one service plan and campaign.

        The service asks for all four. *states* is one state, whatever its name says; a
        *campaign_id* of ``""`` is sent as such. *page_size* is how many orders one request
        may bring, *limit* how many are wanted in all. Free of charge.
        (API: ``GET /hostingOrders``)

        Raises `InvalidArgumentError` at once; on the way `PaginationError` when the pages
        do not end, and the errors that every call may raise, with the ``page_token`` to
        resume at.
        """
        return SyncPager(
            self._runner,
            self._core.list(
                states=states,
                type=type,
                service_plan_id=service_plan_id,
                campaign_id=campaign_id,
                region_code=region_code,
                order_by=order_by,
                page_size=page_size,
                limit=limit,
            ),
        )


class SyncQualifiedNumbers:
    """The numbers that are being qualified for text-enabling: US and Canada only."""

    def __init__(self, core: QualifiedNumbers, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> QualifiedNumber:
        """
        Return how far the qualification of *phone_number* is.

        Free of charge. (API: ``GET /qualifiedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when it is not being qualified, `InvalidArgumentError` when it
        is not in E.164, and the errors that every call may raise: `APIConnectionError`,
        `APIReplyLostError`, `APIResponseError` and `APIStatusError`.
        """
        return self._runner.run(self._core.get, phone_number)

    def add(self, phone_numbers: Sequence[str]) -> tuple[QualifiedNumber, ...]:
        """
        Ask for the qualification of *phone_numbers*, and return them as they enter it.

        Whether they are eligible is found out in the background. Then ownership has to be
        shown: by invoices, e-mailed to orders@sinch.com and reviewed within days, or by
        `send_voice_challenge`. No source says what it costs: it is never repeated in doubt,
        but settled by reading the numbers, one by one.
        (API: ``POST /qualifiedNumbers:addNumbers``)

        Raises `InvalidArgumentError` when there are no numbers, the same one twice, or one
        that is not in E.164; `OutcomeUnknownError` when it may or may not have happened, or
        happened for some of them; `BadRequestError` when the service does not take them; and
        the errors that every call may raise.
        """
        return self._runner.run(self._core.add, phone_numbers)

    def delete(self, phone_number: str) -> None:
        """
        Drop *phone_number* from qualification.

        No source names a price. (API: ``DELETE /qualifiedNumbers/{phoneNumber}``)

        Raises `NotFoundError` when it is not being qualified, `InvalidArgumentError` when it
        is not in E.164, and the errors that every call may raise.
        """
        self._runner.run(self._core.delete, phone_number)

    def send_voice_challenge(self, phone_number: str) -> QualifiedNumber:
        """
        Have *phone_number* called and a code read out, and return the number.

        No read can tell whether it rang, so in doubt it is not called again. No source says
        what it costs, or how often a number can be called.
        (API: ``POST /qualifiedNumbers/{phoneNumber}:sendVoiceChallenge``)

        Raises `OutcomeUnknownError` whenever it may or may not have happened,
        `RateLimitError` at once, `NotFoundError` when the number is not being qualified,
        `BadRequestError` when it is not the time for it, `InvalidArgumentError` when it is
        not in E.164, and the errors that every call may raise.
        """
        return self._runner.run(self._core.send_voice_challenge, phone_number)

    def verify_voice_challenge(self, phone_number: str, *, code: str) -> QualifiedNumber:
        """
        Show that *phone_number* is yours, with the *code* from the call.

        How the service tells of a wrong code is unconfirmed: with `BadRequestError`, or with
        a number whose state is not ``VERIFIED``; look at ``global_process_state``. A code may
        count as an attempt, so it is never sent twice; in doubt the number is read. No source
        names a price. (API: ``POST /qualifiedNumbers/{phoneNumber}:verifyVoiceChallenge``)

        Raises `OutcomeUnknownError` when the number does not show what came of it,
        `BadRequestError` when the code is wrong, `NotFoundError` when the number is not being
        qualified, `InvalidArgumentError` when the code is empty or the number is not in
        E.164, and the errors that every call may raise.
        """
        return self._runner.run(self._core.verify_voice_challenge, phone_number, code=code)

    def text_enable(
        self,
        numbers: Sequence[str],
        *,
        region_code: str,
        service_plan_id: str,
        loa_info: LoaInfo,
        campaign_id: str | None = None,
        nnid: str | None = None,
        display_name: str | None = None,
        callback_url: str | None = None,
        scheduled_osr_update_time: datetime | None = None,
        migrate_to_sinch_tmo: bool | None = None,
    ) -> str:
        """
        Text-enable up to 500 qualified *numbers*, and return the id of the order.

        Does what ``hosting_orders.text_enable`` does, with numbers that are ``VERIFIED``;
        ``hosting_orders.get`` reads the order. In doubt the caller has to look, with
        ``hosting_orders.list``. (API: ``POST /qualifiedNumbers:textEnableNumbers``)

        Raises `InvalidArgumentError` when the letter is incomplete, a time has no zone, or
        there are no numbers, too many, the same one twice or one that is not in E.164;
        `OutcomeUnknownError` whenever it may or may not have happened; `RateLimitError` at
        once; `NotFoundError` when a number is not being qualified; `BadRequestError` when the
        service does not take the order; and the errors that every call may raise.
        """
        return self._runner.run(
            self._core.text_enable,
            numbers,
            region_code=region_code,
            service_plan_id=service_plan_id,
            loa_info=loa_info,
            campaign_id=campaign_id,
            nnid=nnid,
            display_name=display_name,
            callback_url=callback_url,
            scheduled_osr_update_time=scheduled_osr_update_time,
            migrate_to_sinch_tmo=migrate_to_sinch_tmo,
        )

    def text_enable_toll_free(
        self,
        numbers: Sequence[str],
        *,
        region_code: str,
        service_plan_id: str,
        loa_info: DirectLoaInfo | ResellerLoaInfo,
        display_name: str | None = None,
        callback_url: str | None = None,
        scheduled_zipwhip_provisioning_time: datetime | None = None,
    ) -> HostingOrder:
        """
        Text-enable up to 500 qualified toll-free *numbers*, and return the order.

        Does what ``hosting_orders.text_enable_toll_free`` does, with numbers that are
        ``VERIFIED``. (API: ``POST /qualifiedNumbers:textEnableTollFreeNumbers``)

        Raises what `text_enable` raises.
        """
        return self._runner.run(
            self._core.text_enable_toll_free,
            numbers,
            region_code=region_code,
            service_plan_id=service_plan_id,
            loa_info=loa_info,
            display_name=display_name,
            callback_url=callback_url,
            scheduled_zipwhip_provisioning_time=scheduled_zipwhip_provisioning_time,
        )

    def list(
        self,
        *,
        states: GlobalProcessState | str,
        region_code: str | None = None,
        order_by: TimeOrder | str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> SyncPager[QualifiedNumber]:
        """
        List the numbers whose qualification is in one state.

        *states* is that one state, whatever its name says; it is sent with its long prefix.
        *page_size* is how many numbers one request may bring, *limit* how many are wanted in
        all. Free of charge. (API: ``GET /qualifiedNumbers``)

        Raises `InvalidArgumentError` at once; on the way `PaginationError` when the pages
        do not end, and the errors that every call may raise, with the ``page_token`` to
        resume at.
        """
        return SyncPager(
            self._runner,
            self._core.list(
                states=states,
                region_code=region_code,
                order_by=order_by,
                page_size=page_size,
                limit=limit,
            ),
        )


class SyncNumbersClient(ClientTwin[NumbersClient]):
    """
    The Sinch Numbers API, for one project.

    Use it as a context manager, or `close` it::

        with SyncNumbersClient() as client:
            number = client.active_numbers.get("+12025550134")

    Credentials come from the arguments, else from ``SINCH_PROJECT_ID``, ``SINCH_KEY_ID`` and
    ``SINCH_KEY_SECRET``. One client serves any number of tasks at once. It may be made
    anywhere and used from several event loops; each gets connections of its own.

    Arguments:
        project_id: The project whose numbers these are.
        key_id: The access key's id.
        key_secret: The access key's secret. It is kept out of reprs, logs and errors.
        auth: ``"oauth"`` trades the key for tokens that renew themselves. ``"basic"`` sends
            the key along with every call: for trials, since the service throttles it and
            has refused it for some writes.
        timeout: Seconds that one attempt may take.
        deadline: Seconds that a call may take with all its attempts and pauses, not counting
            the wait for its turn; ``None`` for any time. The time to settle the outcome of a
            billable call comes on top.
        retries: How often a call is sent again where that is safe; by default up to three
            times for reads and twice for changes. Billable calls are never repeated in doubt.
        settle: Seconds after which the service no longer carries out a call that we gave up
            on. It takes that long to prove that nothing came of a billable call.
        max_concurrency: How many requests may be under way at once; others wait their turn.
        headers: Sent along with every request.
        user_agent: Put in front of the package's own.
        connect_timeout: Seconds that a connection may take, TLS included.
        proxy: The URL of an HTTP proxy for all that leaves this machine.
        proxy_from_env: Whether to take the proxy from the environment, as ``HTTPS_PROXY``
            and ``NO_PROXY`` name it.
        ca_bundle: A file of certificates to trust instead of the system's.
        numbers_url: Where the API is, else ``SINCH_NUMBERS_URL``, else the service itself.
        imported_numbers_url: Where the API for imported numbers is, else
            ``SINCH_IMPORTED_NUMBERS_URL``, else the service itself.
        auth_url: Where tokens are, else ``SINCH_AUTH_URL``, else the service itself.
        tokens: The ``tokens`` of another client with the same key, to share one token. It
            has to stay open for as long as this one is used.
        backoff: How long to pause before a call is sent again.
        on_unknown_outcome: Called with each billable call whose outcome stays unknown, also
            when it was cancelled after it had left; it must not block.
        observer: Hears of every call and attempt, to count or to trace them, such as
            `sinch_numbers.otel.OpenTelemetry`. Of tokens it hears with the client that
            fetches them.
        transport: What carries the requests, instead of aiohttp. It is closed with the client.

    Raises `InvalidArgumentError` when credentials are missing, or would go to a host other
    than this machine without TLS.
    """

    active_numbers: SyncActiveNumbers
    """The numbers that the project rents."""
    available_numbers: SyncAvailableNumbers
    """The numbers in stock."""
    available_regions: SyncAvailableRegions
    """Where numbers can be rented."""
    emergency_address: SyncEmergencyAddresses
    """Where help is sent when a number calls for it."""
    callback_configuration: SyncCallbackConfigurations
    """The secret that signs webhooks."""
    number_orders: SyncNumberOrders
    """Purchases that need know-your-customer data."""
    imported_numbers: SyncImportedNumbers
    """Numbers of other carriers, linked here for text messages: US and Canada."""
    hosting_orders: SyncHostingOrders
    """Orders to import or to text-enable numbers."""
    qualified_numbers: SyncQualifiedNumbers
    """Numbers that are being qualified for text-enabling."""
    imported_callback_configuration: SyncCallbackConfigurations
    """The secret that signs webhooks about imported numbers and hosting orders: another one."""

    def __init__(
        self,
        project_id: str | None = None,
        key_id: str | None = None,
        key_secret: Secret | str | None = None,
        *,
        auth: Literal["oauth", "basic"] = "oauth",
        timeout: float = 30.0,
        deadline: float | None = 90.0,
        retries: int | None = None,
        settle: float = 30.0,
        max_concurrency: int = 100,
        headers: Mapping[str, str] | None = None,
        user_agent: str | None = None,
        connect_timeout: float = 5.0,
        proxy: Secret | str | None = None,
        proxy_from_env: bool = False,
        ca_bundle: Path | str | None = None,
        numbers_url: str | None = None,
        imported_numbers_url: str | None = None,
        auth_url: str | None = None,
        tokens: Authorizer | None = None,
        backoff: Backoff | None = None,
        on_unknown_outcome: Callable[[Unresolved], object] | None = None,
        observer: Observer | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._begin(
            NumbersClient(
                project_id,
                key_id,
                key_secret,
                auth=auth,
                timeout=timeout,
                deadline=deadline,
                retries=retries,
                settle=settle,
                max_concurrency=max_concurrency,
                headers=headers,
                user_agent=user_agent,
                connect_timeout=connect_timeout,
                proxy=proxy,
                proxy_from_env=proxy_from_env,
                ca_bundle=ca_bundle,
                numbers_url=numbers_url,
                imported_numbers_url=imported_numbers_url,
                auth_url=auth_url,
                tokens=tokens,
                backoff=backoff,
                on_unknown_outcome=on_unknown_outcome,
                observer=observer,
                transport=transport,
            )
        )

    def _wrap(self, core: NumbersClient, runner: Runner) -> None:
        self._core = core
        self._runner = runner
        self.active_numbers = SyncActiveNumbers(core.active_numbers, runner)
        self.available_numbers = SyncAvailableNumbers(core.available_numbers, runner)
        self.available_regions = SyncAvailableRegions(core.available_regions, runner)
        self.emergency_address = SyncEmergencyAddresses(core.emergency_address, runner)
        self.callback_configuration = SyncCallbackConfigurations(
            core.callback_configuration, runner
        )
        self.number_orders = SyncNumberOrders(core.number_orders, runner)
        self.imported_numbers = SyncImportedNumbers(core.imported_numbers, runner)
        self.hosting_orders = SyncHostingOrders(core.hosting_orders, runner)
        self.qualified_numbers = SyncQualifiedNumbers(core.qualified_numbers, runner)
        self.imported_callback_configuration = SyncCallbackConfigurations(
            core.imported_callback_configuration, runner
        )

    @property
    def project_id(self) -> str:
        """The project whose numbers these are."""
        return self._core.project_id

    @property
    def tokens(self) -> Authorizer:
        """What the client's calls are authorised by; give it to another client to share it."""
        return self._core.tokens

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """Return the billable calls that may or may not have happened, oldest first."""
        return self._core.unresolved

    def reconcile(self, unknown: Unresolved | OutcomeUnknownError) -> Effect | None:
        """
        Look once more for the effect of a call that is among the `unresolved`.

        Returns what the call would have returned when it happened after all, and ``None``
        when it is proven that it did not; either way it is unresolved no more. The proof of
        absence takes the *settle* time. Nothing is sent again; free of charge.

        Raises `OutcomeUnknownError` when it still cannot be known, as for ``rent_any``,
        ``number_orders.create`` and hosting orders always, and `InvalidArgumentError` when
        the call is not among the unresolved.
        """
        return self._runner.run(self._core.reconcile, unknown)

    def with_options(
        self,
        *,
        timeout: Maybe[float] = UNSET,
        deadline: Maybe[float | None] = UNSET,
        retries: Maybe[int | None] = UNSET,
        settle: Maybe[float] = UNSET,
        headers: Maybe[Mapping[str, str]] = UNSET,
    ) -> Self:
        """
        Return a sibling that differs in these options, and shares everything else.

        Connections, token, concurrency and quota are shared; headers are added to those of
        this client. Closing one closes them all. What the options mean is told at the class.

        Raises `InvalidArgumentError` when an option makes no sense.
        """
        return self._around(
            self._core.with_options(
                timeout=timeout,
                deadline=deadline,
                retries=retries,
                settle=settle,
                headers=headers,
            )
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        retry: Retry | None = None,
    ) -> Any:
        """
        Call an operation that has no method here yet, and return its JSON as it is.

        *path* is below the project's: ``/activeNumbers``. A ``GET`` is sent again as reads
        are; anything else is taken to be billable, and so never repeated in doubt, unless
        *retry* says that it is ``IDEMPOTENT``. Returns ``None`` when there is no body.

        Raises `InvalidArgumentError` when the path could lead elsewhere,
        `OutcomeUnknownError` when a billable call may or may not have happened, and the
        errors that every call may raise.
        """
        return self._runner.run(
            self._core.request,
            method,
            path,
            query=query,
            json=json,
            retry=retry,
        )

    def close(self) -> None:
        """Close all connections, those of siblings included; what is asked later fails."""
        self._runner.run(self._core.close)
