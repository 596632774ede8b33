"""The steps of an order, from its requirements to its outcome."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

import anyio
import attrs

from sinch_numbers._client import order_states, waiting
from sinch_numbers._client.bodies import documents
from sinch_numbers._client.bodies.documents import Document, DocumentInput
from sinch_numbers._client.bodies.registrations import in_spelling_of, registration_data
from sinch_numbers._client.client import NumbersClient
from sinch_numbers._client.resources.number_orders import creation
from sinch_numbers._client.wait_results import WaitOutcome, WaitResult
from sinch_numbers._client.waiting import Reading, WaitOptions
from sinch_numbers._core import arguments
from sinch_numbers._core.callbacks import function, notify
from sinch_numbers._core.progress import OnProgress
from sinch_numbers.errors import (
    BadRequestError,
    ConflictError,
    InvalidArgumentError,
    NotFoundError,
    OrderIncompleteError,
    OrderRefusedError,
    SinchNumbersError,
)
from sinch_numbers.models import (
    CapabilitiesInput,
    FieldViolation,
    NumberOrder,
    NumberOrderState,
    NumberRequirements,
    NumberTypeInput,
    Registration,
    ResourceInfo,
    SearchPatternInput,
    SmsConfigurationInput,
    UploadStatus,
    VoiceConfigurationInput,
)
from sinch_numbers.ordering._checks import problems
from sinch_numbers.ordering._results import OrderOutcome, OrderResult, Step, outcome_of

RegistrationInput: TypeAlias = Mapping[str, Any] | Sequence[Any]
"""The details of a registration, or only their ``data``: an entry for each rule."""
Attachments: TypeAlias = Mapping[str, DocumentInput]
"""Documents, keyed by the id of their `RequiredAttachment`."""
OnStep: TypeAlias = Callable[[Step, NumberOrder], object]
"""Function or coroutine function for each step, with the current order."""

T = TypeVar("T")

_OPEN: Final = (NumberOrderState.CREATED, NumberOrderState.BLOCKED)
_NOTHING: Final = NumberRequirements()


async def order_numbers(
    client: NumbersClient,
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
    registration: RegistrationInput | None = None,
    attachments: Attachments | None = None,
    check: bool = True,
    deadline: float | None = 3600.0,
    longest_pause: float = 60.0,
    on_progress: OnProgress | None = None,
    on_step: OnStep | None = None,
) -> OrderResult:
    """
    Order *phone_number*, or *requested_quantity* matching numbers: all steps.

    **Billable** when the order is accepted: for each number the setup price and one month, as
    listed in the order's ``order_numbers``. Reads the requirements, reports what is missing,
    creates the order, writes the *registration*, uploads the *attachments*, submits, and waits for
    the review, which people do, as ``client.number_orders.wait_until_completed`` does.

    Serves all regions and number types. Where the service has no requirements on record, as for US
    numbers, the order needs no *registration*. `NumbersClient.buy` orders numbers within a
    budget. Errors raised after the order was created have a note with its id.

    Args:
        client: The client of the project.
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
        callback_url: URL for events about the numbers.
        registration: Data that some regions require.
        attachments: Documents that some regions require, by the ID of the requirement.
        check: Whether to check the requirements before anything is ordered; otherwise only the
            service checks them.
        deadline: Maximum time to wait for the review in seconds; ``None`` for no limit, 0 not to
            wait.
        longest_pause: Maximum time between two reads of the order, in seconds.
        on_progress: Receives the progress of the wait.
        on_step: Called after each step with the order: store its ID at the first call, since
            `resume_order` needs it after a crash.

    Raises:
        OrderIncompleteError: Something is missing or malformed; nothing is ordered.
        OrderRefusedError: The service rejects the registration or a document; the order remains:
            correct it and resume.
        OutcomeUnknownError: The order may or may not have been created or submitted.
        NumberBusyError: Another call about the number or the order is not finished, or its outcome
            is unknown.
        UnexpectedResultError: The service ordered another number.
        StoreError: The store cannot be used.
        ContentTooLargeError, UploadError: A document is too large or cannot be read.
        NotFoundError: The number is not available or too few numbers match.
        BadRequestError: The service rejects the order.
        InvalidArgumentError: An argument is malformed.
        APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

    Example::

        result = await order_numbers(
            client, region_code="US", type="LOCAL", requested_quantity=2, deadline=0
        )
        print(result.outcome, result.order_id)
    """
    wanted: dict[str, Any] = {
        "region_code": region_code,
        "type": type,
        "phone_number": phone_number,
        "requested_quantity": requested_quantity,
        "sequential": sequential,
        "capabilities": capabilities,
        "number_pattern": number_pattern,
        "search_pattern": search_pattern,
        "sms_configuration": sms_configuration,
        "voice_configuration": voice_configuration,
        "callback_url": callback_url,
    }
    creation(**wanted)  # validates the arguments before any request
    given = given_data(registration, attachments, check=check)
    limits = WaitOptions.checked(
        deadline=deadline, longest_pause=longest_pause, on_progress=on_progress
    )
    if on_step is not None:
        function(on_step, "on_step")
    requirements = await requirements_of(client, region_code, type)
    given = given.in_spelling_of(requirements)
    given.hold_against(requirements, Registration())
    order = await client.number_orders.create(**wanted)
    flow = Flow(client, order, given, limits, on_step)
    return await flow.with_note(flow.after_creation(requirements))


async def resume_order(
    client: NumbersClient,
    order_id: str,
    *,
    registration: RegistrationInput | None = None,
    attachments: Attachments | None = None,
    check: bool = True,
    deadline: float | None = 3600.0,
    longest_pause: float = 60.0,
    on_progress: OnProgress | None = None,
    on_step: OnStep | None = None,
) -> OrderResult:
    """
    Resume the order *order_id* from its current state, and wait for its outcome.

    **Billable** like `order_numbers`: an order that was not yet submitted is submitted. The
    registration and documents sent before are kept. A blocked order continues if a *registration*
    or *attachments* are given, otherwise it is returned with the reviewers' remarks. Whether the
    service accepts corrections of blocked orders is not documented; an error response is raised.

    Args:
        client: The client of the project.
        order_id: The ``id_number_order`` of the order.
        registration: Data that replaces the stored registration.
        attachments: Documents to upload, again if needed, by the ID of the requirement.
        check: Whether to check the requirements before anything is sent.
        deadline: Maximum time to wait for the review in seconds; ``None`` for no limit, 0 not to
            wait.
        longest_pause: Maximum time between two reads of the order, in seconds.
        on_progress: Receives the progress of the wait.
        on_step: Called after each step with the order.

    Raises:
        NotFoundError: The project has no such order.
        OrderIncompleteError: Something is still missing.
        OrderRefusedError: The service rejects the registration or a document.
        OutcomeUnknownError: The order may or may not have been submitted.
        NumberBusyError: Another call about the order is not finished, or its outcome is unknown.
        UnexpectedResultError: The response is about another order.
        StoreError: The store cannot be used.
        ContentTooLargeError, UploadError: A document is too large or cannot be read.
        InvalidArgumentError: An argument is malformed.
        APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

    Example::

        created = await client.number_orders.create(
            region_code="US", type="LOCAL", requested_quantity=1
        )
        result = await resume_order(client, created.id_number_order, deadline=0)
        print(result.outcome)
    """
    given = given_data(registration, attachments, check=check)
    limits = WaitOptions.checked(
        deadline=deadline, longest_pause=longest_pause, on_progress=on_progress
    )
    if on_step is not None:
        function(on_step, "on_step")
    order = await client.number_orders.get(order_id)
    flow = Flow(client, order, given, limits, on_step)
    return await flow.with_note(flow.resumed())


@attrs.frozen
class GivenData:
    """The caller's registration and documents for an order."""

    details: dict[str, Any] | None = attrs.field(default=None, repr=False)
    documents: Mapping[str, Document] = attrs.field(factory=dict)
    check: bool = True

    def __bool__(self) -> bool:
        return self.details is not None or bool(self.documents)

    def hold_against(
        self, requirements: NumberRequirements, stored: Registration, order_id: str | None = None
    ) -> None:
        """Raise `OrderIncompleteError` if required data or documents are missing."""
        uploaded = [
            attachment.attachment_id
            for attachment in stored.attachments
            if attachment.upload_status != UploadStatus.FAILED
        ]
        details = stored.request_details if self.details is None else self.details
        found = problems(requirements, details, self.documents, uploaded) if self.check else ()
        if found:
            raise _incomplete(found, order_id)

    def in_spelling_of(
        self, requirements: NumberRequirements, order_id: str | None = None
    ) -> "GivenData":
        """Return the same with the keys of the *requirements*; raise if some are unknown."""
        if self.details is None or not self.check:
            return self
        details, unknown = in_spelling_of(requirements, self.details)
        if unknown:
            raise _incomplete(unknown, order_id)
        return attrs.evolve(self, details=details)


@attrs.define(eq=False)
class Flow:
    """An order in progress."""

    _client: NumbersClient
    _order: NumberOrder
    _given: GivenData
    _limits: WaitOptions
    _on_step: OnStep | None
    _end: float | None = None
    """When the time for all waits is up; ``None`` before the first one, or without a limit."""

    @property
    def _id(self) -> str:
        return self._order.id_number_order

    @property
    def order(self) -> NumberOrder:
        """The order as last read."""
        return self._order

    @property
    def note(self) -> str:
        """How to continue after an error."""
        return f"order {self._id} still exists: continue with resume_order"

    async def with_note(self, rest: Awaitable[OrderResult]) -> OrderResult:
        """Await *rest*; add the order's id as a note to any exception."""
        try:
            return await rest
        except Exception as error:
            error.add_note(self.note)
            raise

    async def after_creation(self, requirements: NumberRequirements) -> OrderResult:
        """Run the remaining steps of an order that was just created."""
        await self.created()
        return await self._prepared(requirements)

    async def created(self) -> None:
        """Report an order that was just created."""
        await self._report_step(Step.CREATED)

    async def resumed(self) -> OrderResult:
        """Run the remaining steps of an order that another process may have created."""
        state = self._order.state
        if state not in _OPEN or (state == NumberOrderState.BLOCKED and not self._given):
            return await self.at_its_end()
        stored = await self._client.number_orders.get_registration(self._id)
        requirements = await self._requirements()
        self._given = self._given.in_spelling_of(requirements, self._id)
        self._given.hold_against(requirements, stored, self._id)
        return await self._prepared(requirements)

    async def _requirements(self) -> NumberRequirements:
        order = self._order
        if order.region_code is None or order.number_type is None:
            return _NOTHING
        return await requirements_of(self._client, order.region_code, order.number_type)

    async def _prepared(self, requirements: NumberRequirements) -> OrderResult:
        """Register, upload, submit, and wait."""
        if not await self.submitted(requirements):
            return await self._result()
        return await self.at_its_end()

    async def submitted(self, requirements: NumberRequirements) -> bool:
        """Register, upload, and submit; false if documents were not processed in time."""
        try:
            await self._register()
            await self._upload()
            if not await self._taken_in(requirements):
                return False
            self._order = await self._client.number_orders.submit(self._id)
        except (BadRequestError, NotFoundError, ConflictError) as error:
            await self._understand(error)
        else:
            await self._report_step(Step.SUBMITTED)
        return True

    async def _register(self) -> None:
        if self._given.details is not None:
            await self._client.number_orders.update_registration(
                self._id, request_details=self._given.details
            )
            await self._report_step(Step.REGISTERED)

    async def _upload(self) -> None:
        for attachment_id, document in self._given.documents.items():
            await self._client.number_orders.upload_attachment(self._id, attachment_id, document)
            await self._report_step(Step.UPLOADED)

    async def _taken_in(self, requirements: NumberRequirements) -> bool:
        """Wait until the documents were processed; false when the time is up before that."""
        needed = {one.id for one in requirements.attachments if one.mandatory}
        needed |= self._given.documents.keys()
        if not needed:
            return True

        def judge(stored: Registration) -> Reading:
            status = {one.attachment_id: one.upload_status for one in stored.attachments}
            found = {status.get(one) for one in needed}
            if UploadStatus.FAILED in found:
                failed = sorted(one for one in needed if status.get(one) == UploadStatus.FAILED)
                again = "could not be processed: upload it again"
                raise self._refused(
                    "", [FieldViolation(f"attachments.{o}", again) for o in failed]
                )
            if UploadStatus.WAITING not in found:
                return Reading(state="processed", outcome=WaitOutcome.SUCCEEDED)
            gone = self._order.state not in _OPEN
            return Reading(state="being processed", outcome=WaitOutcome.FAILED if gone else None)

        async def read() -> Registration:
            stored = await self._client.number_orders.get_registration(self._id)
            if any(one.upload_status == UploadStatus.WAITING for one in stored.attachments):
                await self._look()  # an order may expire before its documents are processed
            return stored

        return (await self._wait("documents", read, judge)).ok

    async def _understand(self, error: SinchNumbersError) -> None:
        """Re-read the order, and raise unless *error* came too late to matter."""
        await self._look()
        if self._order.state not in _OPEN:
            return
        if isinstance(error, BadRequestError):
            raise self._refused(error.message, error.field_violations) from error
        raise error

    async def at_its_end(self) -> OrderResult:
        """Wait until the order needs action or has ended, or the time is up."""

        async def read() -> NumberOrder:
            await self._look()
            return self._order

        await self._wait("number order", read, order_states.number_order, known=self._order)
        return await self._result()

    async def _wait(
        self,
        awaited: str,
        read: Callable[[], Awaitable[T]],
        judge: Callable[[T], Reading],
        *,
        known: T | None = None,
    ) -> WaitResult[T]:
        """Wait with the time that earlier waits left."""
        limits = self._limits
        if limits.deadline is not None:
            now = anyio.current_time()
            self._end = now + limits.deadline if self._end is None else self._end
            limits = attrs.evolve(limits, deadline=max(0.0, self._end - now))
        pipeline = self._client._pipeline  # noqa: SLF001 - of this package
        return await waiting.wait(pipeline, awaited, self._id, read, judge, limits, known=known)

    async def _look(self) -> None:
        self._order = await self._client.number_orders.get(self._id)

    async def _result(self) -> OrderResult:
        outcome = outcome_of(self._order)
        registration = None
        if outcome is not OrderOutcome.COMPLETED:
            try:
                registration = await self._client.number_orders.get_registration(self._id)
            except SinchNumbersError:
                registration = None  # the remarks are optional; the outcome is not
        return OrderResult(outcome=outcome, order=self._order, registration=registration)

    def _refused(self, message: str, found: Sequence[FieldViolation]) -> OrderRefusedError:
        why = _listed(found) or message or "no reason given"
        return OrderRefusedError(
            f"order {self._id} was not accepted: {why}", problems=tuple(found), order_id=self._id
        )

    async def _report_step(self, step: Step) -> None:
        if self._on_step is not None:
            await notify(self._on_step, step, self._order)


def given_data(
    registration: RegistrationInput | None,
    attachments: Attachments | None,
    *,
    check: bool = True,
) -> GivenData:
    details: Mapping[str, Any] | None
    if registration is None or isinstance(registration, Mapping):
        details = registration
    elif isinstance(registration, Sequence) and not isinstance(registration, str | bytes):
        details = {"data": registration}
    else:
        kind = type(registration).__name__
        raise InvalidArgumentError("registration", "a mapping, or a list of entries", kind)
    if attachments is not None and not isinstance(attachments, Mapping):
        raise InvalidArgumentError("attachments", "a mapping of ids to documents")
    return GivenData(
        None if details is None else registration_data(details, "registration"),
        {
            arguments.identifier(name, "attachments"): documents.document(value, "attachments")
            for name, value in (attachments or {}).items()
        },
        arguments.flag(check, "check"),
    )


async def requirements_of(
    client: NumbersClient, region_code: str, type: NumberTypeInput
) -> NumberRequirements:
    """Return the requirements of an order; empty if the service has none on record."""
    try:
        return await client.number_orders.requirements(region_code=region_code, type=type)
    except NotFoundError as error:
        if not nothing_on_record(error):
            raise
        return _NOTHING


def nothing_on_record(error: NotFoundError) -> bool:
    """Whether the service itself reports no requirements: a proxy may send 404s."""
    return error.code == "NOT_FOUND" and any(
        isinstance(detail, ResourceInfo) and detail.resource_type == "NumberProduct"
        for detail in error.details
    )


def _incomplete(
    found: Sequence[FieldViolation], order_id: str | None = None
) -> OrderIncompleteError:
    about = f"order {order_id}" if order_id else "nothing was ordered: the order"
    return OrderIncompleteError(
        f"{about} is incomplete: {_listed(found)}", problems=tuple(found), order_id=order_id
    )


def _listed(found: Sequence[FieldViolation]) -> str:
    return "; ".join(
        f"{one.field or 'request'} {one.description or 'was not accepted'}" for one in found
    )
