"""Reprs of one line, displays in notebooks, and the vocabulary that all surfaces share."""

from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import attrs
import pytest
from products import every

from sinch_numbers import (
    ActiveNumber,
    AvailableNumber,
    AvailableRegion,
    Extra,
    Money,
    NumberOrder,
    NumberType,
    Page,
    Quote,
    RtcVoice,
    Secret,
    SmsConfiguration,
    UnreadableItem,
)
from sinch_numbers.audit import (
    CostLine,
    Costs,
    Expectation,
    Expectations,
    Finding,
    Forecast,
    ForecastLine,
    NumberStatus,
    ProjectFailure,
    Report,
    Reports,
    Rule,
    Severity,
)
from sinch_numbers.inventory import Checkpoint, Completeness, Gap, Partition
from sinch_numbers.ordering import OrderOutcome, OrderResult

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)",
    "</td></table><style>*{display:none}</style>",
    "abc\u202egpj.exe",
    "\x1b[31mred\nnew line\r\t\0",
    "{{ 7 * 7 }}",
    "\ud800",
    "&lt;" * 500,
    '"' * 5000,
]


def number(**given):
    return ActiveNumber(
        **{
            "phone_number": "+12025550134",
            "region_code": "US",
            "type": NumberType.LOCAL,
            "money": Money("USD", Decimal("0.50")),
            "payment_interval_months": 1,
            "display_name": "Front desk",
            **given,
        }
    )


def report(text="made-up", findings=3):
    """Return a report of many numbers in which *text* is wherever a caller's text can be."""
    rule = Rule(id="unused", severity=Severity.WARNING, title=text, meaning=text, advice=text)
    finding = Finding(
        rule="unused",
        severity=Severity.WARNING,
        phone_number=text,
        display_name=text,
        message=text,
        advice=text,
    )
    gap = Gap(Partition("US", NumberType.LOCAL), text)
    lines = [
        CostLine(f"C{n}", text, NumberType(text), 1, Decimal("1234567.125")) for n in range(40)
    ]
    return Report(
        project_id=text,
        started_at=NOON,
        finished_at=NOON,
        completeness=Completeness(counted_before=1, total_size=2, read=3, gaps=(gap,) * 30),
        numbers=100_000,
        rules=(rule,),
        findings=(finding,) * findings
        + tuple(attrs.evolve(finding, rule=f"{text}{n}") for n in range(60)),
        costs=Costs(lines=tuple(lines)),
        forecast=Forecast(
            months=(date(2026, 3, 1),),
            lines=(ForecastLine(date(2026, 3, 1), "USD", text, None, 1, Decimal("1.5")),),
        ),
        statuses=((NumberStatus.LINKED, 2),),
        releases=((date(2026, 3, 31), 1),),
    )


def reports(text="made-up"):
    one = report(text)
    failure = ProjectFailure(text, "NotFoundError", text, transient=False)
    return Reports(projects=(one, failure) * 40, costs=one.costs, forecast=one.forecast)


def page(text="made-up"):
    items = tuple(number(phone_number=text, display_name=text) for _ in range(200))
    return Page(items, text, 1000, (UnreadableItem(0, text, {"a": text}),))


OFFER = AvailableNumber(
    "+12025550134",
    "US",
    NumberType.LOCAL,
    capability=(),
    setup_price=Money("USD", Decimal(1)),
    monthly_price=Money("USD", Decimal(3)),
    payment_interval_months=1,
)
COUNTS = "{0} findings (0 error, {0} warning, 0 info)"


class Tags(HTMLParser):
    """Collects the elements and attributes of a page, and its text."""

    def __init__(self, html):
        super().__init__()
        self.names, self.attributes, self.text = set(), set(), ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attributes}

    def handle_data(self, data):
        self.text += data


@every(
    ("amount", "expected"),
    [
        ("0.50", "USD 0.50"),
        ("0.5", "USD 0.50"),
        ("5", "USD 5.00"),
        ("1E+3", "USD 1000.00"),
        ("0E-8", "USD 0.00"),
        ("0.50000000", "USD 0.50"),
        ("0.0125", "USD 0.0125"),
        ("-0.10", "USD -0.10"),
        ("123456789012345678901234567890.123", "USD 123456789012345678901234567890.123"),
    ],
)
def test_money_is_its_currency_and_amount(amount, expected):
    """It has at least two decimals, is never rounded, and can be aligned."""
    money = Money("USD", Decimal(amount))

    assert expected == str(money) == f"{money}"
    assert f"{expected:>50}" == f"{money:>50}"


@every(
    ("value", "expected"),
    [
        (report(), f"<Report of made-up: 100,000 numbers, {COUNTS.format(63)}, incomplete>"),
        (
            reports(),
            f"<Reports of 80 projects: 4,000,000 numbers, {COUNTS.format('2,520')}, 40 failed>",
        ),
        (
            Costs(lines=(CostLine("USD", "US", NumberType.LOCAL, 2, Decimal(10) / 3),)),
            "<Costs: USD 3.33 a month for 2 numbers>",
        ),
        (Costs(), "<Costs: nothing a month for 0 numbers>"),
        (report().forecast, "<Forecast: USD 1.50 in 1 months>"),
        (
            Completeness(counted_before=2, total_size=2, read=2),
            "<Completeness: complete: 2 counted, 2 read>",
        ),
        (
            Checkpoint(project_id="p", counted_before=2, roots=(), open=()),
            "<Checkpoint of p: 0 numbers read, 0 partitions open>",
        ),
        (Expectations([Expectation("+12025550134")]), "<Expectations: 1 number>"),
        (page(), "<Page: 200 ActiveNumber of 1,000, 1 unreadable, more pages>"),
        (Page(()), "<Page: 0 items>"),
        (
            OrderResult(outcome=OrderOutcome.PENDING, order=NumberOrder("01k\n5")),
            r"<OrderResult of 01k\n5: PENDING, 0 numbers>",
        ),
        (
            Quote(
                numbers=(OFFER,) * 2,
                is_exact=True,
                quantity=2,
                setup_price=Money("USD", Decimal(2)),
                monthly_price=Money("USD", Decimal(6)),
                payment_interval_months=1,
            ),
            "<Quote: 2 numbers, setup USD 2.00, regularly USD 6.00>",
        ),
        (Page((AvailableRegion("US"),)), "<Page: 1 AvailableRegion>"),
    ],
)
def test_a_large_value_has_a_short_repr(value, expected):
    """It is one line with the key figures, whatever the size of the value."""
    assert expected == repr(value)


@every("text", HOSTILE)
@pytest.mark.parametrize("make", [report, reports, page], ids=["report", "reports", "page"])
def test_hostile_text_stays_text(make, text):
    """No text becomes markup, breaks the line of a repr, or grows the overview."""
    value = make(text)

    html = Tags(value._repr_html_())
    expected = {"div", "style", "p", "svg", "circle", "path", "span", "strong", "dl", "dt", "dd"}
    expected |= {"data", "small", "table", "thead", "tbody", "tr", "th", "td"}
    assert html.names <= expected
    assert html.attributes <= {"class", "viewbox", "aria-hidden", "cx", "cy", "r", "d"} | {
        "value",
        "data-currency",
    }
    for hidden in "\u202e\x1b\0\ud800":
        assert hidden not in html.text
    assert "\n" not in repr(value)
    assert repr(value).isprintable()
    if make is not page:
        assert len(value._repr_html_().encode()) < 20_000


@every("text", HOSTILE)
def test_a_number_is_one_line(text):
    """Its display has the number, status, monthly cost, and name, without markup."""
    shown = number(display_name=text)._repr_html_()

    assert {"code"} == Tags(shown).names
    assert "\n" not in shown
    assert len(shown) < 1000


def test_a_number_is_shown_by_its_key_facts():
    """The line has what the tables of the command line have."""
    expected = "<code>+12025550134</code>, US, LOCAL, unlinked, USD 0.50 a month, Front desk"
    assert expected == number()._repr_html_()
    assert "<code>+12025550134</code>, US, LOCAL, USD 3.00 a month" == OFFER._repr_html_()
    assert "<code>+1</code>, unlinked" == ActiveNumber("+1")._repr_html_()


def test_a_page_shows_its_first_items():
    """Fifty rows, the count of the rest, and the items that cannot be read."""
    shown = Tags(page()._repr_html_())
    regions = Page((AvailableRegion("US"), AvailableRegion("CA")))._repr_html_()

    assert 50 == page()._repr_html_().count("<tr><td>")
    assert shown.text.endswith("and 150 more; 1 unreadable; more pages")
    assert "AvailableRegion(region_code=&#x27;US&#x27;" in regions


def test_costs_are_shown_by_line():
    """Each line has its currency, region, type, and count; the totals are below."""
    line = CostLine("USD", "US", NumberType.LOCAL, 1200, Decimal("600.00"))
    shown = Tags(Costs(lines=(line,))._repr_html_())

    assert "USDUSLOCAL1,200600.00" in shown.text
    assert "USD 600.00 a month" in shown.text


def test_a_forecast_is_shown_by_month():
    """Each row is the total of a month in one currency."""
    shown = Tags(report().forecast._repr_html_())

    assert shown.text.endswith("2026-03USD1.50")


def test_without_jinja_a_report_is_shown_by_its_repr(monkeypatch):
    """Notebooks display the `repr` of a value whose HTML is ``None``."""
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)

    assert report()._repr_html_() is None
    assert reports()._repr_html_() is None


def test_no_display_shows_a_secret():
    """A secret that a caller put anywhere is masked in reprs and displays."""
    odd = number(display_name=Secret("s3cr3t"), extra=Extra({"x": Secret("s3cr3t")}))

    for shown in (repr(odd), str(odd), odd._repr_html_(), Page((odd,))._repr_html_()):
        assert "s3cr3t" not in shown


@every(
    ("given", "status", "cost"),
    [
        ({}, "unlinked", "USD 0.50"),
        ({"payment_interval_months": 12}, "unlinked", "USD 0.04166666666666666666666666667"),
        ({"payment_interval_months": 0}, "unlinked", "USD 0.50"),
        ({"payment_interval_months": None}, "unlinked", "USD 0.50"),
        ({"sms_configuration": SmsConfiguration("plan")}, "linked", "USD 0.50"),
        ({"voice_configuration": RtcVoice("app")}, "linked", "USD 0.50"),
        ({"expire_at": NOON}, "released", "USD 0.50"),
        ({"money": None}, "unlinked", "None"),
    ],
)
def test_a_number_knows_its_status_and_cost(given, status, cost):
    """The properties are those of exports, reports, and the command line."""
    active = number(**given)

    assert NumberStatus(status) is active.status
    assert (status == "released") is active.is_released
    assert active.money is active.price
    assert cost == str(active.monthly_cost)


def test_an_available_number_knows_its_monthly_cost():
    """It is the price divided by the interval."""
    assert Money("USD", Decimal(3)) == OFFER.monthly_cost
    assert (
        Money("USD", Decimal("0.25"))
        == attrs.evolve(OFFER, payment_interval_months=12).monthly_cost
    )
