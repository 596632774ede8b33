"""Models of hosting orders accept both readings of an unclear reference."""

import json
from datetime import UTC, datetime, timedelta, timezone

import malformed
import pytest
from products import every, named

from sinch_numbers._core.serialization.converter import dump, load
from sinch_numbers.errors import APIResponseError
from sinch_numbers.models import (
    HostedNumber,
    HostingOrder,
    HostingOrderReport,
    HostingStatus,
    ImportedNumber,
    ImportedSmsProvisioning,
    LoaType,
    ProvisioningStatus,
    QualifiedNumber,
    SmsErrorCode,
    TextEnableInfo,
)

pytestmark = pytest.mark.usefixtures("both_readers")

NUMBER = "+12025550181"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (0, HostingStatus.UNSPECIFIED),
        (1, HostingStatus.HOSTED),
        ("HOSTING_STATUS_FAILED", HostingStatus.FAILED),
        (7, HostingStatus("7")),
        ("", None),
        (None, None),
    ],
)
def test_a_status_is_a_word_or_a_number(sent, read):
    """A number that is known is its word, another one its digits."""
    assert HostedNumber(status=read) == load({"status": sent}, HostedNumber)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"status": 2, "errorCodes": [3, "INVALID_NNID"]}, ("2", ("3", "INVALID_NNID"))),
        ({"status": "WAITING", "errorCodes": None}, ("WAITING", ())),
        ({"status": None, "errorCodes": []}, (None, ())),
        ({}, (None, ())),
    ],
)
def test_a_job_is_read_from_words_and_numbers(sent, read):
    """Both in one list, if need be."""
    job = load(sent, ImportedSmsProvisioning)

    assert read == (job.status, job.error_codes)
    assert all(isinstance(code, SmsErrorCode) for code in job.error_codes)
    assert isinstance(job.status, ProvisioningStatus | None)


@every("sent", named(malformed.WRONG_SMS_JOBS))
def test_neither_word_nor_number_is_an_error(sent):
    """Leniency ends where nothing makes sense."""
    with pytest.raises(APIResponseError):
        load(sent, ImportedSmsProvisioning)


def test_the_first_host_stays_strict():
    """A number for a word is none there."""
    from sinch_numbers.models import SmsProvisioning

    with pytest.raises(APIResponseError, match="status"):
        load({"status": 2}, SmsProvisioning)


LETTER = {"loaType": "DIRECT", "nnid": "100200"}
READ = TextEnableInfo(loa_type=LoaType.DIRECT, nnid="100200")


@pytest.mark.parametrize(
    ("sent", "letter", "extra"),
    [
        ({"textEnableInfo": LETTER}, READ, {}),
        ({"hostingOrderInfo": LETTER}, READ, {}),
        ({"textEnableInfo": None, "hostingOrderInfo": LETTER}, READ, {}),
        ({"textEnableInfo": LETTER, "hostingOrderInfo": {"nnid": "1"}}, READ,
         {"hostingOrderInfo": {"nnid": "1"}}),
        ({}, None, {}),
        ({"numberImport": "{}"}, None, {"numberImport": "{}"}),
    ],
)  # fmt: skip
def test_the_letter_of_an_order_has_two_names(sent, letter, extra):
    """The schema's comes first; what was not used is kept, and what came is not changed."""
    payload = {"hostingOrderId": "01k5", **sent}
    before = json.dumps(payload)
    order = load(payload, HostingOrder)

    assert (letter, extra) == (order.text_enable_info, dict(order.extra))
    assert before == json.dumps(payload)


def test_a_misfit_is_named_by_the_first_name():
    """Whichever it came under."""
    with pytest.raises(APIResponseError, match=r"text_enable_info|textEnableInfo"):
        load({"hostingOrderId": "01k5", "hostingOrderInfo": 1}, HostingOrder)


def test_counters_that_are_left_out_are_zero():
    """All of them, if need be."""
    assert HostingOrderReport(total=3, osr_updated=1) == load(
        {"total": 3, "osrUpdated": 1}, HostingOrderReport
    )


def test_a_state_is_read_without_its_prefix():
    """As a guide shows it."""
    number = load({"phoneNumber": NUMBER, "globalProcessState": "VERIFIED"}, QualifiedNumber)

    assert "GLOBAL_PROCESS_STATE_VERIFIED" == number.global_process_state


@pytest.mark.parametrize("cls", [ImportedNumber, QualifiedNumber])
def test_nothing_but_the_number_is_required(cls):
    """One odd number must not fail a page."""
    assert cls(NUMBER) == load({"phoneNumber": NUMBER}, cls)
    with pytest.raises(APIResponseError, match="phoneNumber"):
        load({}, cls)


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (datetime(2026, 3, 20, 15, tzinfo=UTC), "2026-03-20T15:00:00.000Z"),
        (datetime(2026, 3, 20, 15, 0, 0, 999_999, UTC), "2026-03-20T15:00:00.999999Z"),
        (
            datetime(2026, 3, 20, 15, tzinfo=timezone(timedelta(hours=-8))),
            "2026-03-20T23:00:00.000Z",
        ),
    ],
)
def test_moments_are_sent_in_utc(moment, sent):
    """With three digits, as the examples have them."""
    assert {"at": sent} == dump({"at": moment})
