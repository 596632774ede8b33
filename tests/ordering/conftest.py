"""Fixtures: an Australian mobile number, and the requirements of its order."""

from typing import Any

import pytest

from sinch_numbers import Document
from sinch_numbers.sandbox import Sandbox

NUMBER = "+61491570156"
ADDRESS = "01k5rb2c4d6e8f0g2h4j6k8m0n"
SENDER = {
    "senderId": "ACME",
    "purposeOfTheTraffic": "Appointment reminders",
    "intendedUseOfMobileNumbers": "Replies",
    "iConfirmThatMyBusinessHasAValidUseCaseForThisLn": True,
}
COMPANY = {
    "endBusinessName": "Acme Dental Pty",
    "endBusinessAddress": "4 Quay St",
    "city": "Hobart",
    "state": "TAS",
    "country": "AU",
    "postalCode": "7000",
}
PERSON = {"firstName": "Ann", "lastName": "Example", "phoneNumber": "+61491570157"}
DATA = [[SENDER], COMPANY, PERSON]


def bill(name: str = "bill.pdf") -> Document:
    return Document(b"%PDF bill", filename=name, document_type="Utility bill")


def order(**changes: Any) -> dict[str, Any]:
    """Return the arguments of an order that has all it needs."""
    return {
        "region_code": "AU",
        "type": "MOBILE",
        "phone_number": NUMBER,
        "registration": DATA,
        "attachments": {ADDRESS: bill()},
        "longest_pause": 0.01,
        "deadline": 20.0,
        **changes,
    }


@pytest.fixture
def shop(sandbox: Sandbox) -> None:
    sandbox.project().add_available(phone_number=NUMBER, region_code="AU", type="MOBILE")
