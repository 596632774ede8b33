"""
The sync twin of `EmergencyAddresses`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from sinch_numbers._client.resources.emergency_address import EmergencyAddresses
from sinch_numbers._core.portal import Runner
from sinch_numbers.models import AddressValidation, EmergencyAddress, EmergencyAddressInput
from sinch_numbers.sync._twin import ResourceTwin


class SyncEmergencyAddresses(ResourceTwin):
    """The emergency (E911) addresses of the project's numbers in the US and Canada."""

    def __init__(self, core: EmergencyAddresses, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self, phone_number: str) -> EmergencyAddress:
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

            address = client.emergency_address.get("+12025550134")
            print(address.street_number, address.street_info)
        """
        return self._runner.run(self._core.get, phone_number)

    def validate(
        self,
        phone_number: str,
        *,
        display_name: str,
        address: EmergencyAddressInput,
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

            validation = client.emergency_address.validate(
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
        address: EmergencyAddressInput,
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

            client.emergency_address.provision(
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
        return self._runner.run(
            self._core.provision,
            phone_number,
            display_name=display_name,
            address=address,
        )

    def deprovision(self, phone_number: str) -> None:
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

            client.emergency_address.deprovision("+12025550134")
        """
        self._runner.run(self._core.deprovision, phone_number)
