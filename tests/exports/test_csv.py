"""CSV: one row per value, stable columns, and no spreadsheet formulas."""

import csv
import io
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

import pytest
from products import every

from sinch_numbers.audit import Finding, Report
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.exports import (
    FINDINGS,
    NUMBERS,
    PROJECT_FINDINGS,
    Column,
    CsvWriter,
    Kind,
    Table,
    project_findings,
    write_csv,
)

from .conftest import HOSTILE


def written(values: Iterable[Any], table: Table[Any]) -> str:
    file = io.BytesIO()
    write_csv(values, file, table)
    return file.getvalue().decode()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.sandbox
@pytest.mark.anyio
async def test_findings_are_rows(report: Report) -> None:
    """All of them, in their order, with the columns that are documented."""
    text = written(report.findings, FINDINGS)

    assert (
        "rule,severity,phone_number,region_code,type,display_name,message,advice,"
        "subject,currency_code,monthly_cost" == text.splitlines()[0]
    )
    assert len(report.findings) > 20
    assert [(f.rule, f.severity.value, f.phone_number, f.message) for f in report.findings] == [
        (row["rule"], row["severity"], row["phone_number"], row["message"]) for row in rows(text)
    ]


@pytest.mark.sandbox
@pytest.mark.anyio
async def test_with_the_project_first(report: Report) -> None:
    """Findings of several projects say which one they are in; all the rest is the same."""
    (row, *_) = rows(written(project_findings(report), PROJECT_FINDINGS))

    assert ("project_id", *FINDINGS.header) == PROJECT_FINDINGS.header
    assert [report.project_id, *next(iter(rows(written(report.findings, FINDINGS)))).values()] == [
        *row.values()
    ]


def test_the_columns_of_numbers_stay_as_they_are() -> None:
    """Programs go by name or by place: whatever is added comes last."""
    assert " ".join(NUMBERS.header) == (
        "phone_number project_id display_name region_code type capability status currency_code "
        "amount payment_interval_months next_charge_date expire_at service_plan_id campaign_id "
        "scheduled_service_plan_id scheduled_campaign_id sms_provisioning_status "
        "sms_error_codes sms_last_updated_time voice_type app_id trunk_id service_id "
        "scheduled_voice_type scheduled_app_id scheduled_trunk_id scheduled_service_id "
        "voice_provisioning_status voice_last_updated_time callback_url extra"
    )


def test_a_number_is_laid_out_flat(number: Callable[..., Any]) -> None:
    """Every link has columns of its own; what the number does not have is an empty cell."""
    (row,) = rows(
        written(
            [
                number(
                    displayName="Desk",
                    regionCode="SE",
                    type="MOBILE",
                    capability=["SMS", "VOICE"],
                    money={"currencyCode": "EUR", "amount": "1.500"},
                    paymentIntervalMonths=3,
                    nextChargeDate="2026-04-14T09:26:53.589793Z",
                    expireAt="2026-04-14T11:26:53+02:00",
                    smsConfiguration={
                        "servicePlanId": "plan",
                        "scheduledProvisioning": {
                            "campaignId": "C2",
                            "status": "FAILED",
                            "errorCodes": ["CAMPAIGN_EXPIRED", "INVALID_NNID"],
                        },
                    },
                    voiceConfiguration={"type": "EST", "trunkId": "trunk"},
                    callbackUrl="https://example.com/hook",
                    newMember={"deep": [1]},
                )
            ],
            NUMBERS,
        )
    )

    assert {
        "phone_number": "+12025550101",
        "display_name": "Desk",
        "region_code": "SE",
        "type": "MOBILE",
        "capability": "SMS VOICE",
        "status": "released",
        "currency_code": "EUR",
        "amount": "1.500",
        "payment_interval_months": "3",
        "next_charge_date": "2026-04-14T09:26:53.589793Z",
        "expire_at": "2026-04-14T09:26:53Z",
        "service_plan_id": "plan",
        "scheduled_campaign_id": "C2",
        "sms_provisioning_status": "FAILED",
        "sms_error_codes": "CAMPAIGN_EXPIRED INVALID_NNID",
        "voice_type": "EST",
        "trunk_id": "trunk",
        "callback_url": "https://example.com/hook",
        "extra": '{"newMember":{"deep":[1]}}',
    } == {name: cell for name, cell in row.items() if cell}


def test_nothing_is_a_header_alone() -> None:
    """An empty project has a file that says what would be in it."""
    assert [*FINDINGS.header] == written([], FINDINGS).strip().split(",")


@every("name", HOSTILE)
def test_hostile_names_do_nothing(name: str, finding: Callable[..., Finding]) -> None:
    """No formula, no second line, nothing that steers a terminal, and no row out of place."""
    text = written([finding(display_name=name), finding()], FINDINGS)
    first, second = rows(text)

    assert 3 == len(text.splitlines())
    assert first["display_name"].lstrip()[0] not in "=+-@\t\r\uff1d"
    assert [] == [c for c in text if not (c.isprintable() or c in "\n\u200d")]
    assert "+12025550101" == first["phone_number"] == second["phone_number"]
    assert "Front desk" == second["display_name"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", r"'\tx"),
        ("\rx", r"'\rx"),
        ("  =x", "'  =x"),
        ("a=b", "a=b"),
        ("a\nb", r"a\nb"),
        ("1-1", "1-1"),
    ],
)
def test_formulas_begin_with_an_apostrophe(
    text: str, cell: str, finding: Callable[..., Finding]
) -> None:
    """And nothing else does."""
    (row,) = rows(written([finding(message=text)], FINDINGS))

    assert cell == row["message"]


@pytest.mark.parametrize("number", ["+1+1", "+1202555010A", "=1", "+", "+12025550101\n"])
def test_only_real_numbers_may_begin_with_a_plus(
    number: str, finding: Callable[..., Finding]
) -> None:
    """A number that is none is a text like others."""
    (row,) = rows(written([finding(phone_number=number)], FINDINGS))

    assert row["phone_number"].startswith("'")


def test_rows_are_written_as_they_come(number: Callable[..., Any]) -> None:
    """A list without end takes no memory: what was given is in the file at once."""
    file = io.BytesIO()
    with CsvWriter(file, NUMBERS) as writer:
        for _ in range(3):
            before = len(file.getvalue())
            writer.write([number()])
            assert len(file.getvalue()) > before


@every(
    ("delimiter", "shown"),
    [(";", b"a,b;'-\n"), ("\t", b"a,b\t'-\n"), (",", b'"a,b",\'-\n'), ("|", b"a,b|'-\n")],
)
def test_cells_are_separated_as_asked(delimiter: str, shown: bytes) -> None:
    """Another separator, and a byte order mark, for spreadsheets that expect them."""
    columns = [Column(name, Kind.TEXT, itemgetter(place)) for place, name in enumerate("ab")]
    table = Table("x", tuple(columns))
    file = io.BytesIO()
    write_csv([("a,b", "-")], file, table, delimiter=delimiter, bom=True)

    heading = f"a{delimiter}b\n".encode()
    assert b"\xef\xbb\xbf" + heading + shown == file.getvalue()


@every(
    "delimiter", ["", ";;", "a", "1", '"', "'", "=", "+", "-", ".", "\n", " ", "\u20ac", None, 5]
)
def test_other_delimiters_are_rejected(delimiter: Any) -> None:
    """What is a part of quotes, formulas, numbers or words separates no cells."""
    file = io.BytesIO()
    with pytest.raises(InvalidArgumentError, match="delimiter: expected a tab, or one of , ; "):
        write_csv([], file, Table("x", ()), delimiter=delimiter)
    assert b"" == file.getvalue()
