"""Columns, order, limits, and filters of lists."""

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from products import every

from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

A, B, C, D, E = (
    "+12025550101", "+12025550102", "+14165550103", "+46700000104", "+46700000105",
)  # fmt: skip
SORTED = ("--columns", "phoneNumber", "--sort")
JOB = {"servicePlanId": "p2", "campaignId": "C2", "status": "WAITING"}


@pytest.fixture
def five(sandbox: Sandbox) -> Sandbox:
    """Plant numbers of three regions, two types, two currencies, and all links."""
    add = sandbox.project().add_active
    link = {"servicePlanId": "p1", "campaignId": "C1"}
    usd = {"currencyCode": "USD"}
    add(
        phone_number=A,
        display_name="beta",
        money={"amount": "10.00", **usd},
        sms_configuration=link,
    )
    job = {"scheduledProvisioning": JOB}
    add(
        phone_number=B,
        display_name="Alpha",
        money={"amount": "9.50", **usd},
        sms_configuration=job,
    )
    plan = {"servicePlanId": "p1"}
    add(phone_number=C, region_code="CA", display_name="", sms_configuration=plan)
    add(phone_number=D, region_code="SE", type="MOBILE", display_name="gamma")
    add(phone_number=E, region_code="SE", type="MOBILE", expire_at="2027-01-01T00:00:00Z")
    return sandbox


def numbers(cli: Run, *options: str) -> list[str]:
    ended = cli("--jsonl", "list", *options)
    assert 0 == ended.code, ended.err
    return [json.loads(line)["phoneNumber"] for line in ended.lines]


@every(
    ("options", "expected"),
    [
        ("", [A, B, C, D, E]),
        ("-r SE -r US", [D, E, A, B]),
        ("-r se,us", [D, E, A, B]),
        ("-r US,SE -t mobile,local", [A, B, D, E]),
        ("-t MOBILE -t local", [D, E, A, B, C]),
        ("--status pending", [B]),
        ("--status linked,released", [A, C, E]),
        ("--status unlinked --status pending", [B, D]),
        ("--sms-plan p1", [A, C]),
        ("--sms-plan p2", [B]),
        ("--campaign C1", [A]),
        ("--sms-plan p1 --campaign=", [C]),
        ("--sms-plan=", [D, E]),
        ("--sms-plan p1 -r CA --status linked", [C]),
        ("--sort displayName", [B, A, D, C, E]),
        ("--sort displayName:desc", [D, A, B, C, E]),
        ("--sort regionCode,phoneNumber:desc", [C, E, D, B, A]),
        ("--sort regionCode:desc --sort money.amount --limit 4 -r US,CA", [B, A, C]),
        ("--sort money.amount:desc -n 1", [A]),
        ("--sort expireAt --limit 2", [E, A]),
        ("--sort status --limit 1", [A]),
        ("--limit 3 -r SE,US", [D, E, A]),
        ("--status pending,unlinked --limit 1", [B]),
        ("--page-size 1 --sms-plan p1 --limit 2", [A, C]),
    ],
)
def test_lists_are_filtered_sorted_and_limited(
    options: str, expected: list[str], five: Sandbox, cli: Run
) -> None:
    """Filters combine; a limit applies to what they keep, in the requested order."""
    assert expected == numbers(cli, *options.split())


def test_a_limit_ends_the_requests(five: Sandbox, cli: Run) -> None:
    """A filtered list is read until the limit is reached, and not to its end."""
    before = len(five.calls)
    numbers(cli, "--page-size", "1", "--sms-plan", "p1", "--limit", "1")

    assert 1 == sum("activeNumbers" in call for call in five.calls[before:])


def test_columns_apply_to_every_format(five: Sandbox, cli: Run, tmp_path: Path) -> None:
    """Tables, CSV, workbooks, Markdown and JSON have the chosen fields, in their order."""
    names = "phoneNumber,money.amount,status"
    files = [word for suffix in ("csv", "xlsx", "md", "jsonl", "json", "parquet")
             for word in ("-o", str(tmp_path / f"n.{suffix}"))]  # fmt: skip
    ended = cli("list", "--columns", names, "-r", "US", "-o", "-", *files)

    heading, *rows = [line.split() for line in ended.lines if line.strip(" \u2500")]
    assert ["phoneNumber", "money.amount", "status"] == heading
    assert [[A, "10.00", "linked"], [B, "9.50", "pending"]] == rows
    table = list(csv.DictReader(io.StringIO((tmp_path / "n.csv").read_text())))
    assert {"phoneNumber": A, "money.amount": "10.00", "status": "linked"} == table[0]
    sheet = openpyxl.load_workbook(tmp_path / "n.xlsx").worksheets[0]
    assert [A, 10.0, "linked"] == [cell.value for cell in sheet[2]]
    assert f"| {B} | 9.50 | pending |" in (tmp_path / "n.md").read_text()
    projected = [
        {"phoneNumber": A, "money": {"amount": "10.00"}, "status": "linked"},
        {"phoneNumber": B, "money": {"amount": "9.50"}, "status": "pending"},
    ]
    assert projected == json.loads((tmp_path / "n.json").read_text())
    assert projected == [
        json.loads(line) for line in (tmp_path / "n.jsonl").read_text().splitlines()
    ]
    assert projected == json.loads(cli("--json", "list", "--columns", names, "-r", "us").out)
    assert projected[:1] == json.loads(cli("--json", "get", A, "--columns", names).out)


@every(
    ("argv", "message"),
    [
        ("list --columns phone", "--columns: expected phoneNumber, projectId, displayName"),
        ("list --columns phoneNumbr", "(did you mean phoneNumber?)"),
        ("list --columns", "--columns"),
        ("list --sort name", "--sort name: must be one of phoneNumber, "),
        ("list --sort money", "--sort money: must be one of phoneNumber, "),
        ("list --sort type:up", "the order must be asc or desc"),
        ("list --status lost", "'lost' is not"),
        ("list -t local,fax", "'fax' is not"),
        ("list -r US,usa", "region"),
        ("regions --columns phoneNumber", "--columns: expected regionCode, regionName, types"),
        ("imported list --sort x", "--sort x: must be one of phoneNumber"),
    ],
)
def test_unknown_names_are_wrong_usage(argv: str, message: str, five: Sandbox, cli: Run) -> None:
    """The error lists the valid names, and nothing is sent."""
    ended = cli(*argv.split())

    assert (2, []) == (ended.code, five.calls)
    assert message in " ".join(ended.err.split())


def test_help_lists_the_columns(five: Sandbox, cli: Run) -> None:
    """``--columns help`` prints the fields of the list, one per line, and sends nothing."""
    shown = cli("list", "--columns", "help")
    imported = cli("imported", "list", "--columns", "help")

    assert (0, 0, []) == (shown.code, imported.code, five.calls)
    assert {"phoneNumber", "money.amount", "smsConfiguration.servicePlanId"} <= set(shown.lines)
    assert "mnoConfiguration.smsAtt.state" in imported.lines


@every(
    ("options", "count"),
    [
        ((), "5 of 5"),
        (("--limit", "2"), "2 of 5"),
        (("--status", "linked"), "2 of 5"),
        (("-r", "SE,CA", "--limit", "1", "--page-size", "1"), "1 of"),
        (("--sort", "type", "--limit", "3"), "3 of 5"),
    ],
)
def test_a_terminal_shows_the_count(
    options: tuple[str, ...], count: str, five: Sandbox, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count of the list and of all numbers follows a table, on stderr."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    ended = cli("list", *options)

    assert count in ended.err
    assert " of " not in cli("--json", "list", *options).err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    assert "" == cli("list", *options).err


def test_other_lists_have_these_options(five: Sandbox, cli: Run) -> None:
    """``search``, ``regions``, and the lists of the other host are sorted and projected, too."""
    for digits in ("1", "2"):
        five.project().imported.numbers.add(f"+1202555020{digits}")
    found = cli("--json", "imported", "list", "-n", "1", *SORTED, "phoneNumber:desc")
    assert [{"phoneNumber": "+12025550202"}] == json.loads(found.out)
    offers = cli("--json", "search", "-r", "US", "-t", "local", *SORTED, "phoneNumber")
    listed = [one["phoneNumber"] for one in json.loads(offers.out)]
    assert listed == sorted(listed)
    regions = cli("--json", "regions", "--sort", "regionCode:desc", "--columns", "regionCode")
    codes = [one["regionCode"] for one in json.loads(regions.out)]
    assert codes == sorted(codes, reverse=True)
