"""Looking at numbers and changing their links."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

NUMBER = "+12025550101"


@pytest.fixture
def three(sandbox: Sandbox) -> Sandbox:
    project = sandbox.project()
    project.add_active(
        phone_number=NUMBER,
        display_name="Front desk",
        sms_configuration={"servicePlanId": "plan", "campaignId": "C1"},
    )
    project.add_active(phone_number="+46700000001", region_code="SE", type="MOBILE")
    project.add_active(phone_number="+12025550102", capability=["VOICE"], display_name="Alarm")
    return sandbox


def numbers(out: str) -> list[str]:
    return [json.loads(line)["phoneNumber"] for line in out.splitlines()]


def test_a_list_is_a_table(three: Sandbox, cli: Run) -> None:
    """
    People see a heading and a row for each number.
    """
    ended = cli("list", "--page-size", "2")

    assert 0 == ended.code
    assert 1 == ended.out.count("Number")
    assert 3 == ended.out.count("+")
    assert "Front desk" in ended.out
    assert "plan C1" in ended.out


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], ["+12025550101", "+12025550102", "+46700000001"]),
        (["-r", "us"], ["+12025550101", "+12025550102"]),
        (["--type", "mobile"], ["+46700000001"]),
        (["-c", "sms", "-r", "US"], ["+12025550101"]),
        (["--pattern", "02", "--search-pattern", "end"], ["+12025550102"]),
        (["--limit", "1"], ["+12025550101"]),
        (["--page-size", "1", "--limit", "2"], ["+12025550101", "+12025550102"]),
        (["-r", "US", "--order-by", "display-name"], ["+12025550102", "+12025550101"]),
    ],
)
def test_a_list_can_be_filtered(
    options: list[str], found: list[str], three: Sandbox, cli: Run
) -> None:
    """
    The filters of the API are options, in any spelling of their words.
    """
    assert found == numbers(cli("--jsonl", "list", *options).out)


def test_an_unknown_value_is_usage_that_names_the_option(sandbox: Sandbox, cli: Run) -> None:
    """
    The error has the option, the value, and all valid values; nothing is sent.
    """
    ended = cli("list", "--type", "landline")

    assert 2 == ended.code
    said = " ".join(ended.err.replace("│", " ").split())
    assert "'--type'" in said
    assert "'landline' is not mobile, local or toll-free" in said
    assert [] == sandbox.calls


def test_nothing_found_is_said_so(sandbox: Sandbox, cli: Run) -> None:
    """
    People read a sentence, programs no line at all.
    """
    assert "No matching numbers.\n" == cli("list").out
    assert "" == cli("--jsonl", "list").out
    assert "No results.\n" == cli("search", "-r", "US", "-t", "local", "-p", "+1999").out


def test_a_number_is_shown(three: Sandbox, cli: Run) -> None:
    """
    People see what it is, where it leads and what it costs.
    """
    ended = cli("get", NUMBER)

    assert 0 == ended.code
    for text in (NUMBER, "Front desk", "US LOCAL", "plan C1", "USD 0.50 a month"):
        assert text in ended.out


def test_json_has_the_names_of_the_models(three: Sandbox, cli: Run) -> None:
    """
    Programs get the API's names, exact amounts, UTC times, and the type of a voice link.
    """
    shown = json.loads(cli("--jsonl", "get", NUMBER).out)

    assert NUMBER == shown["phoneNumber"]
    assert {"currencyCode": "USD", "amount": "0.50"} == shown["money"]
    assert shown["nextChargeDate"].endswith("Z")
    assert "RTC" == shown["voiceConfiguration"]["type"]
    assert shown["expireAt"] is None
    assert "extra" not in shown


def test_fields_that_the_release_does_not_know_are_printed(three: Sandbox, cli: Run) -> None:
    """
    Fields that the service has added are where the service put them, at any depth.
    """
    three.faults.add("unknown_member", method="GET", times=4)
    added = {"unknownMember": {"since": "tomorrow", "levels": [1, None]}}

    shown = json.loads(cli("--jsonl", "get", NUMBER).out)
    listed = [json.loads(line) for line in cli("--jsonl", "list").lines]
    offer = json.loads(cli("--jsonl", "search", "-r", "US", "-t", "LOCAL", "-n", "1").lines[0])
    settings = json.loads(cli("--jsonl", "callback", "get").out)

    for number in (shown, *listed):
        for part in (number, *(number[part] for part in ("money", "smsConfiguration"))):
            assert added.items() <= part.items()
        assert added.items() <= number["voiceConfiguration"].items()
    for part in (offer, offer["setupPrice"], offer["monthlyPrice"], settings):
        assert added.items() <= part.items()


def test_the_stock_is_searched(sandbox: Sandbox, cli: Run) -> None:
    """
    A search names prices, set-up and monthly.
    """
    table = cli("search", "--region", "us", "--type", "toll-free", "--size", "2")
    lines = cli("--jsonl", "search", "-r", "US", "-t", "LOCAL", "-n", "1", "-c", "voice").lines

    assert (0, 0) == (table.code, table.out.count("LOCAL"))
    assert "USD 2.00" in table.out
    assert ["US"] == [json.loads(line)["regionCode"] for line in lines]


def test_the_price_of_a_number_is_shown(sandbox: Sandbox, cli: Run) -> None:
    """
    Of a number in stock; nothing is rented, and whatever is not in stock is not found.
    """
    offer = json.loads(cli("--jsonl", "search", "-r", "US", "-t", "LOCAL", "-n", "1").lines[0])
    number = offer["phoneNumber"]

    shown = cli("price", number)
    assert 0 == shown.code
    for told in (number, "US LOCAL", "Setup", "USD 0.50 a month", "required"):
        assert told in shown.out
    assert offer == json.loads(cli("--jsonl", "price", number).out)
    assert [] == sandbox.ledger

    missing = cli("price", "+12025550199")
    assert (6, "") == (missing.code, missing.out)
    assert "NOT_FOUND" in missing.err


def test_regions_are_listed(sandbox: Sandbox, cli: Run) -> None:
    """
    Regions come with what they offer.
    """
    assert "Sweden" in cli("regions").out
    codes = [
        json.loads(line)["regionCode"]
        for line in cli("--jsonl", "regions", "-t", "toll-free").lines
    ]
    assert "US" in codes
    assert "FR" not in codes


def test_names_and_links_can_be_changed(three: Sandbox, cli: Run) -> None:
    """
    What is named changes, and the rest stays.
    """
    ended = cli("update", NUMBER, "--display-name", "Desk 2", "--voice-app", "app-2")

    assert 0 == ended.code
    now = three.number(NUMBER)
    assert now is not None
    assert "Desk 2" == now["displayName"]
    assert "plan" == now["smsConfiguration"]["servicePlanId"]
    assert "app-2" == now["voiceConfiguration"]["appId"]


def test_the_campaign_alone_can_be_cut_and_linked(three: Sandbox, cli: Run) -> None:
    """
    The service plan that the API wants named along is looked up.
    """
    assert 0 == cli("update", NUMBER, "--unlink-campaign").code
    cut = three.number(NUMBER)
    assert cut is not None
    assert ("plan", "") == (
        cut["smsConfiguration"]["servicePlanId"],
        cut["smsConfiguration"]["campaignId"],
    )

    assert 0 == cli("update", NUMBER, "--campaign", "C2").code
    linked = three.number(NUMBER)
    assert linked is not None
    assert "C2" == linked["smsConfiguration"]["campaignId"]


def test_sms_can_be_cut(three: Sandbox, cli: Run) -> None:
    """
    Cutting the service plan leaves no SMS link.
    """
    assert 0 == cli("update", NUMBER, "--unlink-sms").code

    now = three.number(NUMBER)
    assert now is not None
    assert "" == now["smsConfiguration"]["servicePlanId"]


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--voice-app", "a", "--voice-trunk", "t"],
        ["--unlink-sms", "--sms-plan", "p"],
        ["--unlink-campaign", "--campaign", "C"],
    ],
)
def test_what_contradicts_itself_is_not_sent(options: list[str], three: Sandbox, cli: Run) -> None:
    """
    Nothing to change, and two things at once, are mistakes in usage.
    """
    assert 2 == cli("update", NUMBER, *options).code
    assert not any(call.startswith("PATCH") for call in three.calls)


def test_a_campaign_needs_a_service_plan(three: Sandbox, cli: Run) -> None:
    """
    Where there is no plan to name along, the caller has to name one.
    """
    ended = cli("update", "+46700000001", "--campaign", "C2")

    assert 2 == ended.code
    assert "--sms-plan" in ended.err
