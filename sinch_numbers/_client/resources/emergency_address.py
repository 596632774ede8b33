"""``/activeNumbers/{n}/emergencyAddress``: where help is sent when a number calls for it."""

from sinch_numbers._core import arguments
from sinch_numbers._core.arguments import AddressInput, path
from sinch_numbers._core.pipeline import Pipeline
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, NO_RETRY, SAFE
from sinch_numbers._core.retry.settlement import none_if_not_found
from sinch_numbers._core.serialization import converter
from sinch_numbers.models import AddressValidation, EmergencyAddress

__all__ = ["EmergencyAddresses"]

_PATH = "/activeNumbers/{}/emergencyAddress"


class EmergencyAddresses:
    """The emergency (E911) addresses of the project's numbers in the US and Canada."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._call = pipeline.call

    async def get(self, phone_number: str) -> EmergencyAddress:
        """
        Return the address of *phone_number*.

        Free of charge. (API: ``GET /activeNumbers/{phoneNumber}/emergencyAddress``)

        Raises `NotFoundError` when the number has none, `InvalidArgumentError` when it is
        not in E.164, and the errors that every call may raise.
        """
        return await self._call(
            EmergencyAddress,
            "GET",
            path(_PATH, arguments.phone_number(phone_number)),
            retry=SAFE,
        )

    async def validate(
        self, phone_number: str, *, display_name: str, address: AddressInput
    ) -> AddressValidation:
        """
        Return what the service makes of *address*, and store nothing.

        An address that cannot be used is an answer, too: ``NO_MATCH``. Free of charge.
        (API: ``POST /activeNumbers/{phoneNumber}/emergencyAddress:validate``)

        Raises `InvalidArgumentError` when the address lacks a required part or the number is
        not in E.164, `NotFoundError` when the project does not rent it, and the errors that
        every call may raise.
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(
            AddressValidation,
            "POST",
            path(_PATH + ":validate", phone_number),
            json={"displayName": display_name, "address": arguments.address(address)},
            about=phone_number,
            retry=SAFE,
        )

    async def provision(
        self, phone_number: str, *, display_name: str, address: AddressInput
    ) -> EmergencyAddress:
        """
        Set the address of *phone_number*, and return it as stored.

        Validate it first, and store the corrected form of a near match. No source says
        whether it costs: it is treated as if it did and never retried after an ambiguous failure.
        (API: ``POST /activeNumbers/{phoneNumber}/emergencyAddress:provision``)

        Raises `InvalidArgumentError` when the address lacks a required part or the number is
        not in E.164, `OutcomeUnknownError` when it may or may not have been stored,
        `NotFoundError` when the project does not rent the number, and the errors that every
        call may raise.
        """
        phone_number = arguments.phone_number(phone_number)
        wanted = arguments.address(address)

        async def stored() -> EmergencyAddress | None:
            now = await none_if_not_found(
                self._call(EmergencyAddress, "GET", path(_PATH, phone_number), retry=NO_RETRY)
            )
            given = {name: text for name, text in wanted.items() if text}
            return now if now and given == converter.dump({"now": now})["now"] else None

        return await self._call(
            EmergencyAddress,
            "POST",
            path(_PATH + ":provision", phone_number),
            json={"displayName": display_name, "address": wanted},
            about=phone_number,
            retry=BILLABLE.confirmed_by(stored),
        )

    async def deprovision(self, phone_number: str) -> None:
        """
        Remove the address of *phone_number*.

        Free of charge. (API: ``POST /activeNumbers/{phoneNumber}/emergencyAddress:deprovision``)

        Raises `NotFoundError` when the number has none, `InvalidArgumentError` when it is
        not in E.164, and the errors that every call may raise.
        """
        phone_number = arguments.phone_number(phone_number)

        async def removed() -> Nothing | None:
            left = await none_if_not_found(
                self._call(EmergencyAddress, "GET", path(_PATH, phone_number), retry=NO_RETRY)
            )
            return Nothing() if left is None else None

        await self._call(
            Nothing,
            "POST",
            path(_PATH + ":deprovision", phone_number),
            retry=IDEMPOTENT.confirmed_by(removed),
        )
