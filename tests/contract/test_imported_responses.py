"""The client reads every response that the second host's description has."""

import json

import attrs
import pytest
from notations import NOTATIONS, readers
from products import every

from sinch_numbers import models
from sinch_numbers._core.pagination import Page
from sinch_numbers._core.responses import Nothing
from sinch_numbers._core.serialization.converter import make_converter
from sinch_numbers.models import (
    AuthorisedPerson,
    BusinessAddress,
    DirectLoaInfo,
    HostingOrder,
    HostingOrderNumber,
    HostingOrderReport,
    ImportedNumber,
    QualifiedNumber,
    ResellerLoaInfo,
)
from sinch_numbers.models._fields import wire_name
from sinch_numbers.sandbox._protocol.absent import rewritten
from tests.openapi import (
    asked,
)

from .imported_host import (
    CALLS,
    HOSTED,
    NO,
    OPERATIONS,
    READ_AS,
    SILENT,
    YES,
    any_yes,
    replying,
    schema,
)
from .reading import as_described, as_read

pytestmark = pytest.mark.anyio


def test_every_operation_is_in_the_tables():
    """An operation that is added to the description is missed here."""
    assert OPERATIONS.keys() == READ_AS.keys() == CALLS.keys()
    assert {name for name in OPERATIONS if any_yes(name) is None} == SILENT
    assert OPERATIONS.keys() == {param.values[0] for param in NO}


def test_every_example_of_a_request_has_a_call():
    """And every call an example."""
    for name, operation in OPERATIONS.items():
        assert asked(operation).keys() == CALLS[name].keys()


@pytest.mark.parametrize(("name", "value"), YES)
def test_every_example_of_a_reply_is_read_strictly(name, value):
    """No member is unknown, and none is lost or altered on the way into the model."""
    if name in SILENT:
        assert READ_AS[name] is Nothing
        return
    model = make_converter(forbid_unknown=True).structure(value, READ_AS[name])

    assert type(model) is READ_AS[name]
    described = as_described(value)
    if "hostedNumber" in described:  # a number there, a word here
        described["hostedNumber"]["status"] = "HOSTING_STATUS_UNSPECIFIED"
    if name in ("listHostingOrders", "addQualifiedNumbers", "listQualifiedNumbers"):
        described = json.loads(json.dumps(described).replace("[]", "null"))
        assert json.loads(json.dumps(as_read(model))) == described
        return
    assert described == {n: v for n, v in as_read(model).items() if v != 0 or n in described}


@every(("name", "value"), [one for one in YES if one.values[1] is not None])
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
    client, _ = replying(200, value)

    result = await next(iter(CALLS[name].values()))(client)

    if name in SILENT:
        assert result is None
        return
    expected = make_converter().structure(value, READ_AS[name])
    if isinstance(result, Page):
        shown = (result.items, result.next_page_token, result.total_size, result.extra)
        assert shown == attrs.astuple(expected, recurse=False)
    elif isinstance(result, tuple | str):
        assert (result,) == attrs.astuple(expected, recurse=False)
    else:
        assert expected == result
        assert not result.extra


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("ImportedNumberDetails", ImportedNumber),
        ("SmsConfiguration", models.ImportedSmsConfiguration),
        ("ScheduledProvisioning", models.ImportedSmsProvisioning),
        ("MnoConfiguration", models.MnoConfiguration),
        ("CarrierOperationState", models.CarrierState),
        ("ServiceProvisioning", models.ServiceProvisioning),
        ("TextEnableInfo", models.TextEnableInfo),
        ("HostingOrderReport", HostingOrderReport),
        ("HostingOrderNumber", HostingOrderNumber),
        ("AuthorisedPerson", AuthorisedPerson),
        ("BusinessAddress", BusinessAddress),
        ("DirectLoaInfo", DirectLoaInfo),
        ("ResellerLoaInfo", ResellerLoaInfo),
        ("QualifiedNumber", QualifiedNumber),
        ("QualificationStep", models.QualificationStep),
    ],
)
def test_models_have_the_members_of_the_schemas(name, cls):
    """Those, and no others."""
    assert schema(name).keys() == {
        wire_name(field.name) for field in attrs.fields(cls) if field.name != "extra"
    }


def test_an_order_has_the_members_of_its_schema():
    """But for the one whose other name is read as well, and the one that is to be ignored."""
    described = schema("HostingOrder").keys() - {"hostingOrderInfo", "numberImport"}

    assert described == {
        wire_name(field.name) for field in attrs.fields(HostingOrder) if field.name != "extra"
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("State", models.StepState),
        ("Operation", models.CarrierOperation),
        ("ServiceType", models.LinkedService),
        ("ProvisioningDirection", models.LinkDirection),
        ("HostingOrderState", models.HostingOrderState),
        ("HostingOrderType", models.HostingOrderType),
        ("GlobalProcessState", models.GlobalProcessState),
    ],
)
def test_word_lists_have_the_words_of_the_schemas(name, words):
    """Those, and no others."""
    assert HOSTED.words(name) == {word.value for word in words}


def test_lists_are_sorted_by_the_words_described():
    """Other ones than on the first host."""
    described = HOSTED.api["components"]["parameters"]["OrderBy"]["schema"]["enum"]

    assert set(described) == {word.value for word in models.TimeOrder}
