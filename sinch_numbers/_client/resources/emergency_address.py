"""``/activeNumbers/{n}/emergencyAddress``: emergency (E911) addresses."""

from sinch_numbers._client.bodies.addresses import emergency_address
from sinch_numbers._core import arguments
from sinch_numbers._core.billing.evidence import Evidence, of_effect
from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.retry.policy import BILLABLE, IDEMPOTENT, SAFE
from sinch_numbers._core.serialization import converter
from sinch_numbers.models import AddressValidation, EmergencyAddress, EmergencyAddressInput

__all__ = ["EmergencyAddresses"]


class EmergencyAddresses(Resource):
    """The emergency (E911) addresses of the project's numbers in the US and Canada."""

    _PATH = "/activeNumbers/{phoneNumber}/emergencyAddress"
    _GET = Operation("getEmergencyAddress", "GET", _PATH, EmergencyAddress, SAFE)

    async def get(self, phone_number: str) -> EmergencyAddress:
        """
        Return the emergency address of *phone_number*.

        Free of charge. (API: ``GET /activeNumbers/{phoneNumber}/emergencyAddress``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The number has no address.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            address = await client.emergency_address.get("+12025550134")
            print(address.street_number, address.street_info)
        """
        return await self._call(self._GET, arguments.phone_number(phone_number))

    _VALIDATE = Operation(
        "validateEmergencyAddress", "POST", _PATH + ":validate", AddressValidation, SAFE
    )

    async def validate(
        self, phone_number: str, *, display_name: str, address: EmergencyAddressInput
    ) -> AddressValidation:
        """
        Validate *address* at the service, without storing it.

        An address that isn't in standard form is a ``NEAR_MATCH`` with a corrected address, for
        example ``Main St`` for ``Main Street``; an unknown one is a ``NO_MATCH`` with candidates,
        not an error. For numbers of the US and Canada. Free of charge.
        (API: ``POST /activeNumbers/{phoneNumber}/emergencyAddress:validate``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.
            display_name: Name of the person or business at the address.
            address: Address as a model or a mapping: street number, street, city, state, and
                postal code.

        Raises:
            InvalidArgumentError: The address lacks a required field or has an unknown one, or
                another argument is malformed.
            NotFoundError: The project does not rent the number.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            validation = await client.emergency_address.validate(
                "+12025550134",
                display_name="Ada Example",
                address=EmergencyAddress(
                    street_number="77",
                    street_info="Harbor Road",
                    city="Portland",
                    state="OR",
                    postal_code="97209",
                ),
            )
            print(validation.validation_result, validation.corrected_address)
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(
            self._VALIDATE,
            phone_number,
            json=emergency_address(display_name, address),
            expected_number=phone_number,
        )

    async def _confirm_provision(self, entry: JournalEntry) -> Evidence:
        now = await self._find(self._GET, *entry.segments)
        given = {name: text for name, text in entry.request["address"].items() if text}
        shown = now is not None and given == converter.dump({"now": now})["now"]
        return of_effect(now if shown else None)

    _PROVISION = Operation(
        "provisionEmergencyAddress",
        "POST",
        _PATH + ":provision",
        EmergencyAddress,
        BILLABLE,
        cost="unpublished",
        confirm=_confirm_provision,
    )

    async def provision(
        self, phone_number: str, *, display_name: str, address: EmergencyAddressInput
    ) -> EmergencyAddress:
        """
        Set the emergency address of *phone_number*, and return the address as stored.

        Validate the address first, and store the corrected form of a near match. No price is
        published: the call is treated as billable, and never retried after an ambiguous failure.
        (API: ``POST /activeNumbers/{phoneNumber}/emergencyAddress:provision``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.
            display_name: Name of the person or business at the address.
            address: Address as a model or a mapping: street number, street, city, state, and
                postal code.

        Raises:
            InvalidArgumentError: The address lacks a required field or has an unknown one, or
                another argument is malformed.
            OutcomeUnknownError: The address may or may not have been stored.
            NumberBusyError: Another call about the number is not finished by the deadline or its
                outcome is unknown.
            UnexpectedResultError: The response is about another number.
            StoreError: The store cannot be used; nothing is sent.
            NotFoundError: The project does not rent the number.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            await client.emergency_address.provision(
                "+12025550134",
                display_name="Ada Example",
                address={
                    "streetNumber": "77",
                    "streetInfo": "Harbor Rd",
                    "city": "Portland",
                    "state": "OR",
                    "postalCode": "97209",
                },
            )
        """
        phone_number = arguments.phone_number(phone_number)
        return await self._call(
            self._PROVISION,
            phone_number,
            json=emergency_address(display_name, address),
            expected_number=phone_number,
        )

    async def _confirm_deprovision(self, entry: JournalEntry) -> Evidence:
        left = await self._exists(self._GET, *entry.segments)
        return of_effect(None if left else Nothing())

    _DEPROVISION = Operation(
        "deprovisionEmergencyAddress",
        "POST",
        _PATH + ":deprovision",
        Nothing,
        IDEMPOTENT,
        confirm=_confirm_deprovision,
    )

    async def deprovision(self, phone_number: str) -> None:
        """
        Remove the emergency address of *phone_number*.

        Free of charge. (API: ``POST /activeNumbers/{phoneNumber}/emergencyAddress:deprovision``)

        Args:
            phone_number: Number in E.164, such as ``+12025550134``.

        Raises:
            NotFoundError: The number has no address.
            InvalidArgumentError: The number is not in E.164.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            await client.emergency_address.deprovision("+12025550134")
        """
        await self._call(self._DEPROVISION, arguments.phone_number(phone_number))
