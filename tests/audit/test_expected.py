"""Drift: comparison of expected and actual numbers, field by field."""

from collections.abc import Callable
from typing import Any

import pytest

from sinch_numbers import UNSET, ActiveNumber, InvalidArgumentError, NumbersClient, NumberType
from sinch_numbers.audit import (
    Difference,
    Drift,
    Expectation,
    Expectations,
    FieldDifference,
    Severity,
    audit,
)
from sinch_numbers.audit._expected import COLUMNS
from sinch_numbers.sandbox import Sandbox

Make = Callable[..., ActiveNumber]

NUMBER = "+12025550101"
LINKED: dict[str, Any] = {
    "sms_configuration": {"servicePlanId": "plan", "campaignId": "C1"},
    "voice_configuration": {"type": "RTC", "appId": "app"},
}
UNLINKED: dict[str, Any] = {
    # As the service sends it: a type, and nothing that it leads to.
    "voiceConfiguration": {"type": "RTC", "appId": "", "trunkId": "", "serviceId": ""},
    "smsConfiguration": {"servicePlanId": "", "campaignId": ""},
}
COMING = {
    "smsConfiguration": {
        "servicePlanId": "old",
        "scheduledProvisioning": {"servicePlanId": "plan", "campaignId": "", "status": "WAITING"},
    },
    "voiceConfiguration": {
        "type": "RTC",
        "appId": "",
        "scheduledVoiceProvisioning": {"type": "EST", "trunkId": "east", "status": "WAITING"},
    },
}


def different(number: ActiveNumber, **expected: Any) -> tuple[FieldDifference, ...]:
    """Return in what *number* differs from what is *expected*."""
    difference = Expectations([Expectation(NUMBER, **expected)]).difference(number)
    assert difference is None or (Drift.DIFFERENT, NUMBER) == (
        difference.kind,
        difference.phone_number,
    )
    return () if difference is None else difference.fields


ACTUAL = {
    "display_name": "Front desk",
    "region_code": "US",
    "type": "LOCAL",
    "service_plan_id": "plan",
    "campaign_id": "C1",
    "voice_type": "RTC",
    "app_id": "app",
    "trunk_id": None,
    "service_id": None,
    "callback_url": "https://hooks.example.net/",
    "released": False,
}


def test_every_column_can_be_compared() -> None:
    """
    The table below speaks of all there is to expect.
    """
    assert {"phone_number", *ACTUAL} == set(COLUMNS)


@pytest.mark.parametrize("column", ACTUAL)
def test_what_is_as_expected_is_no_difference(column: str, number: Make) -> None:
    """
    Each column is compared with what it names.
    """
    there = number(callbackUrl="https://hooks.example.net/")

    assert () == different(there, **{column: ACTUAL[column]})


@pytest.mark.parametrize(
    ("column", "expected", "shown"),
    [
        ("display_name", "Back desk", ("Back desk", "Front desk")),
        ("display_name", None, (None, "Front desk")),
        ("region_code", "CA", ("CA", "US")),
        ("type", NumberType.MOBILE, ("MOBILE", "LOCAL")),
        ("service_plan_id", "other", ("other", "plan")),
        ("campaign_id", None, (None, "C1")),
        ("voice_type", "EST", ("EST", "RTC")),
        ("voice_type", None, (None, "RTC")),
        ("app_id", "other", ("other", "app")),
        ("trunk_id", "east", ("east", None)),
        ("service_id", "fax", ("fax", None)),
        ("callback_url", "https://hooks.example.net/", ("https://hooks.example.net/", None)),
        ("released", True, ("true", "false")),
    ],
)
def test_what_is_not_as_expected_is_told(
    column: str, expected: Any, shown: tuple[str | None, str | None], number: Make
) -> None:
    """
    A difference names the column, and both values.
    """
    assert (FieldDifference(column, *shown),) == different(number(), **{column: expected})


def test_what_is_not_mentioned_is_not_compared(number: Make) -> None:
    """
    Only columns that are given count; the rest may be anything.
    """
    assert () == different(number())
    assert () == different(number(), display_name=UNSET, type="LOCAL")


def test_every_difference_is_told(number: Make) -> None:
    """
    Several settings can differ at once, and stand in the order of the columns.
    """
    fields = different(number(), released=True, region_code="CA", display_name="Front desk")

    assert ["region_code", "released"] == [field.field for field in fields]


def test_a_type_alone_is_no_link(number: Make) -> None:
    """
    The service sends a type with numbers that lead nowhere: they have no voice link.
    """
    there = number(**UNLINKED)

    assert () == different(there, voice_type=None, app_id=None, service_plan_id=None)
    assert (FieldDifference("voice_type", "RTC", None),) == different(there, voice_type="RTC")


def test_a_link_in_the_making_is_told(number: Make) -> None:
    """
    What is being linked is not there yet, and whoever reads of it knows that it is coming.
    """
    fields = different(
        number(**COMING),
        service_plan_id="plan",
        campaign_id=None,
        voice_type="EST",
        trunk_id="east",
    )

    assert (
        FieldDifference("service_plan_id", "plan", "old", pending=True),
        FieldDifference("voice_type", "EST", None, pending=True),
        FieldDifference("trunk_id", "east", None, pending=True),
    ) == fields
    assert "service_plan_id is 'old', not 'plan' (provisioning in progress)" == str(fields[0])
    assert not different(number(**COMING), service_plan_id="other")[0].pending


def test_a_failed_link_is_not_coming(number: Make) -> None:
    """
    A job that has failed brings nothing about.
    """
    failed = {"servicePlanId": "plan", "status": "FAILED"}
    there = number(smsConfiguration={"servicePlanId": "", "scheduledProvisioning": failed})

    assert (FieldDifference("service_plan_id", "plan", None),) == different(
        there, service_plan_id="plan"
    )


@pytest.mark.sandbox
@pytest.mark.anyio
async def test_drift_is_found_and_reported(sandbox: Sandbox, client: NumbersClient) -> None:
    """
    Missing, unexpected and different numbers are findings, and values of their own.
    """
    project = sandbox.project()
    project.add_active(phone_number="+12025550101", display_name="Front desk", **LINKED)
    project.add_active(phone_number="+12025550102", **LINKED)
    project.add_active(phone_number="+12025550103", display_name="Lab", **LINKED)
    expected = Expectations(
        [
            Expectation("+12025550101", display_name="Front desk"),
            Expectation("+12025550103", display_name="Office", callback_url="https://a.example/"),
            Expectation("+12025550109", display_name="Lost", region_code="US", type="LOCAL"),
            Expectation("+12025550110", released=True),
        ]
    )

    report = await audit(client, expected=expected)

    assert (
        Difference(Drift.UNEXPECTED, "+12025550102"),
        Difference(
            Drift.DIFFERENT,
            "+12025550103",
            (
                FieldDifference("display_name", "Office", "Lab"),
                FieldDifference("callback_url", "https://a.example/", None),
            ),
        ),
        Difference(Drift.MISSING, "+12025550109"),
    ) == report.differences
    assert [
        (
            "drift-missing",
            Severity.ERROR,
            "+12025550109",
            "Lost",
            "is not rented by the project",
        ),
        (
            "drift-unexpected",
            Severity.WARNING,
            "+12025550102",
            None,
            "is rented but not expected",
        ),
        (
            "drift-different",
            Severity.WARNING,
            "+12025550103",
            "Lab",
            (
                "display_name is 'Lab', not 'Office'; "
                "callback_url is empty, not 'https://a.example/'"
            ),
        ),
    ] == [(f.rule, f.severity, f.phone_number, f.display_name, f.message) for f in report.findings]
    assert {"drift-missing", "drift-unexpected", "drift-different"} <= {
        rule.id for rule in report.rules
    }
    assert [] == sandbox.ledger


@pytest.mark.sandbox
@pytest.mark.anyio
async def test_without_expectations_there_is_no_drift(
    sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    Nobody is told of drift who has not said what to expect.
    """
    sandbox.project().add_active(**LINKED)

    report = await audit(client)

    assert ((), ()) == (report.differences, report.findings)
    assert not any(rule.id.startswith("drift") for rule in report.rules)


@pytest.mark.sandbox
@pytest.mark.anyio
async def test_nothing_is_expected_is_an_expectation(
    sandbox: Sandbox, client: NumbersClient
) -> None:
    """
    An empty list says that the project is to have no number.
    """
    sandbox.project().add_active(phone_number=NUMBER, **LINKED)

    report = await audit(client, expected=Expectations([]))

    assert (Difference(Drift.UNEXPECTED, NUMBER),) == report.differences


@pytest.mark.parametrize(
    "wrong",
    [
        [Expectation(NUMBER), Expectation(NUMBER, type="LOCAL")],
        [Expectation("12025550101")],
        [Expectation(NUMBER, region_code="us")],
    ],
    ids=["twice", "no plus sign", "no region"],
)
def test_what_makes_no_sense_cannot_be_expected(wrong: list[Expectation]) -> None:
    """
    What no number can fulfil is refused at once.
    """
    with pytest.raises(InvalidArgumentError):
        Expectations(wrong)


def test_expectations_are_a_collection() -> None:
    """
    They can be counted, looked into and gone through.
    """
    expected = Expectations([Expectation(NUMBER), Expectation("+12025550102")])

    assert 2 == len(expected)
    assert NUMBER in expected
    assert "+12025550103" not in expected
    assert [NUMBER, "+12025550102"] == [one.phone_number for one in expected]


def test_the_digest_tells_expectations_apart() -> None:
    """
    It depends on what is expected, and not on the order.
    """
    first, second = Expectation(NUMBER), Expectation("+12025550102", display_name=None)
    digest = Expectations([first, second]).digest

    assert digest == Expectations([second, first]).digest
    assert digest != Expectations([first]).digest
    assert digest != Expectations([first, Expectation("+12025550102")]).digest
