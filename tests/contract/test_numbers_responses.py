"""The client reads every response that the Numbers host's description has."""

import attrs
import pytest
from notations import NOTATIONS, readers
from products import every

from sinch_numbers import models
from sinch_numbers._core.pagination import Page
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.serialization.converter import make_converter
from sinch_numbers.models import (
    ActiveNumber,
    AddressValidation,
    AvailableNumber,
    AvailableRegion,
    CallbackConfiguration,
    EmergencyAddress,
    SmsConfiguration,
)
from sinch_numbers.models._fields import wire_name
from sinch_numbers.sandbox._protocol.absent import rewritten
from tests.openapi import (
    METHODS,
    asked,
)

from .numbers_host import CALLS, NO, NUMBERS, OPERATIONS, OTHERS, READ_AS, YES, replying
from .reading import as_described, as_read

pytestmark = pytest.mark.anyio


def test_every_operation_is_in_the_tables():
    """An operation that is added to the description is missed here."""
    described = {
        operation["operationId"]
        for item in NUMBERS.api["paths"].values()
        for method, operation in item.items()
        if method in METHODS
    }

    assert OPERATIONS.keys() == READ_AS.keys() == CALLS.keys()
    assert described - OPERATIONS.keys() == OTHERS
    assert len(YES) > 15
    assert len(NO) > 100


def test_every_example_of_a_request_has_a_call():
    """And every call an example."""
    for name, operation in OPERATIONS.items():
        assert asked(operation).keys() == CALLS[name].keys()


@pytest.mark.parametrize(("name", "value"), YES)
def test_every_example_of_a_reply_is_read_strictly(name, value):
    """No member is unknown, and none is lost or altered on the way into the model."""
    model = make_converter(forbid_unknown=True).structure(value, READ_AS[name])

    assert type(model) is READ_AS[name]
    assert as_described(value) == as_read(model)


@every(("name", "value"), YES)
def test_an_example_is_read_alike_in_every_notation_of_absence(name, value):
    """Left out, null, an empty string and an empty object mean the same."""
    for reader in readers():
        expected = as_read(reader.structure(value, READ_AS[name]))
        for absent in NOTATIONS:
            read = reader.structure(rewritten(value, absent), READ_AS[name])
            assert expected == as_read(read), absent


@pytest.mark.parametrize(("name", "value"), YES)
async def test_every_example_of_a_reply_is_what_a_call_returns(name, value):
    """Through the client, with nothing unknown left over."""
    number = value.get("phoneNumber")
    client, _ = replying(200, value)
    call = next(iter(CALLS[name].values()))
    if name == "getActiveNumber":
        call = lambda c: c.active_numbers.get(number)  # noqa: E731 - as in the table

    result = await call(client)

    expected = make_converter().structure(value, READ_AS[name])
    if isinstance(result, Page):
        shown = (result.items, result.next_page_token, result.total_size, result.extra)
        assert shown == attrs.astuple(expected, recurse=False)
        assert () == result.unreadable
    elif isinstance(result, tuple):
        assert result == attrs.astuple(expected, recurse=False)[0]
    elif expected == Nothing():
        assert result is None
    else:
        assert expected == result
        assert not result.extra


@every(
    ("schema", "cls"),
    [
        ("ActiveNumber", ActiveNumber),
        ("AvailableNumber", AvailableNumber),
        ("AvailableRegion", AvailableRegion),
        ("EmergencyAddress", EmergencyAddress),
        ("ValidateEmergencyAddressResponse", AddressValidation),
        ("CallbackConfiguration", CallbackConfiguration),
        ("Money", models.Money),
        ("SmsConfiguration", SmsConfiguration),
        ("ScheduledSmsProvisioning", models.SmsProvisioning),
        ("ScheduledVoiceProvisioning", models.VoiceProvisioning),
        ("NumberRequirements", models.NumberRequirements),
        ("RequiredAttachment", models.RequiredAttachment),
        ("AttachmentTemplate", models.AttachmentTemplate),
        ("NumberOrder", models.NumberOrder),
        ("OrderNumber", models.OrderNumber),
        ("NumberPrice", models.NumberPrice),
        ("Registration", models.Registration),
        ("Attachment", models.Attachment),
        ("RegistrationLog", models.RegistrationLog),
    ],
)
def test_models_have_the_members_of_the_schemas(schema, cls):
    """Those, and no others."""
    expected = set(NUMBERS.api["components"]["schemas"][schema]["properties"])

    assert expected == {
        wire_name(field.name) for field in attrs.fields(cls) if field.name != "extra"
    }


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("NumberType", models.NumberType),
        ("NumberCapability", models.Capability),
        ("SearchPattern", models.SearchPattern),
        ("ProvisioningStatus", models.ProvisioningStatus),
        ("SmsErrorCode", models.SmsErrorCode),
        ("VoiceApplicationType", models.VoiceType),
        ("AddressValidationResult", models.ValidationResult),
        ("NumberOrderState", models.NumberOrderState),
        ("UploadStatus", models.UploadStatus),
    ],
)
def test_word_lists_have_the_words_of_the_schemas(schema, words):
    """Those, and no others."""
    assert NUMBERS.words(schema) == {word.value for word in words}
