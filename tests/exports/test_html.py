"""The HTML report: self-contained, equal to the report, and safe from markup in names."""

import base64
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser

import pytest

from sinch_numbers import InvalidArgumentError
from sinch_numbers._core.escaping import printable
from sinch_numbers.audit import (
    CostLine,
    Costs,
    Difference,
    Drift,
    FieldDifference,
    Finding,
    Forecast,
    ForecastLine,
    ProjectFailure,
    Report,
    Reports,
)
from sinch_numbers.exports import write_html
from sinch_numbers.exports._html import render as html_page
from sinch_numbers.models import NumberType

from .conftest import HOSTILE, RULE

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module", autouse=True)
def compiled_once() -> Iterator[None]:
    """Compile the templates once for all tests: that takes longer than to fill them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html_page, "_environment", cache(html_page._environment))
        yield


# What has no end tag; all of SVG has one, or closes itself.
VOID = {"meta"}


class Page(HTMLParser):
    """A page, taken apart; markup that does not nest is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.inline: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert [] == self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        assert len(attrs) == len(dict(attrs)), f"an attribute of {tag} is there twice"
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("style", "script"):
            self.inline[self._open[-1]] = data
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.tags}


def page(found: Report | Reports, **options: object) -> Page:
    file = io.BytesIO()
    write_html(found, file, **options)  # type: ignore[arg-type]  # whatever a test wants
    return Page(file.getvalue().decode())


@pytest.mark.anyio
async def test_it_needs_nothing_but_itself(report: Report) -> None:
    """No element that loads anything, and no address but places on the page."""
    found = page(report)

    loading = {"link", "img", "iframe", "object", "embed", "audio", "video", "base", "form", "use"}
    assert set() == found.names & loading
    addresses = [
        value
        for _, attrs in found.tags
        for name, value in attrs.items()
        if name in ("href", "src", "srcset", "action", "data", "xlink:href", "style")
    ]
    assert addresses
    assert [] == [address for address in addresses if not (address or "").startswith("#")]
    assert [] == re.findall(r"url\(|@import|expression\(", found.inline["style"])
    assert [] == re.findall(r"fetch|XMLHttp|import\(|WebSocket|sendBeacon", found.inline["script"])


@pytest.mark.anyio
async def test_it_forbids_everything_from_elsewhere(report: Report) -> None:
    """Nothing may load, and of scripts and styles only the very ones that are here may run."""
    found = page(report)
    (policy,) = [
        meta["content"] or ""
        for meta in found.all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    ]

    def hashed(kind: str) -> str:
        digest = hashlib.sha256(found.inline[kind].encode()).digest()
        return f"{kind}-src 'sha256-{base64.b64encode(digest).decode()}'"

    assert {
        "default-src 'none'",
        hashed("style"),
        hashed("script"),
        "base-uri 'none'",
        "form-action 'none'",
    } == set(policy.split("; "))
    assert [1, 1] == [len(found.all("script")), len(found.all("style"))]
    assert [] == [name for _, attrs in found.tags for name in attrs if name.startswith("on")]


@pytest.mark.anyio
async def test_every_place_is_there_once(report: Report) -> None:
    """Links and labels lead somewhere, and to one place only."""
    for found in (page(report), page(_several(report))):
        ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
        assert len(ids) == len(set(ids))
        wanted = [(a["href"] or "").removeprefix("#") for a in found.all("a")]
        for _, attrs in found.tags:
            wanted += (attrs.get("aria-labelledby") or "").split()
        assert set() == set(wanted) - set(ids)


@pytest.mark.anyio
async def test_charts_can_be_read_without_being_seen(report: Report) -> None:
    """Each is an image with a title and a description; what is decoration is silent."""
    found = page(report)
    charts = [svg for svg in found.all("svg") if svg.get("role") == "img"]

    assert len(charts) > 5
    for svg in charts:
        title, description = (svg["aria-labelledby"] or "").split()
        assert title.endswith("-t")
        assert description.endswith("-d")
    silent = [svg for svg in found.all("svg") if svg.get("aria-hidden") == "true"]
    assert len(found.all("svg")) == len(charts) + len(silent)
    assert {"h1", "h2", "h3", "main", "header", "footer", "nav", "caption", "th"} <= found.names
    assert [{"lang": "en"}] == found.all("html")


@pytest.mark.anyio
async def test_it_says_what_the_report_says(report: Report) -> None:
    """Numbers, findings, and the sum of each currency, to the digit."""
    found = page(report)
    values = found.all("data")

    figures = [data["value"] for data in values if data.get("class") == "figure"]
    totals = report.costs.totals
    ending = sum(count for _, count in report.releases)
    assert [
        str(report.numbers),
        str(len(report.findings)),
        *(str(total.amount) for total in totals),
        str(ending),
    ] == figures
    for total in totals:
        assert f"{total.amount:,.2f}" in found.text
    assert report.completeness.explanation.partition(":")[0] in found.text
    for finding in report.findings:
        assert finding.phone_number in found.text


@pytest.mark.parametrize(
    "name",
    [
        # Each name is a page; every fifth is of another kind.
        pytest.param(name, marks=() if place % 5 == 0 else pytest.mark.slow)
        for place, name in enumerate(HOSTILE)
    ],
    ids=lambda name: repr(name)[:30],
)
def test_hostile_names_are_text(
    name: str, made_up: Callable[..., Report], finding: Callable[..., Finding]
) -> None:
    """Wherever a text from elsewhere is shown, it adds no element, no attribute, no control."""

    def filled(text: str) -> Reports:
        kind = NumberType(text)
        report = made_up(
            [finding(display_name=text, message=text, type=kind, advice=text), finding()],
            project_id=text,
            costs=Costs(lines=(CostLine(text, text, kind, 1, Decimal(1)),)),
            forecast=Forecast(
                months=(date(2026, 3, 1),),
                lines=(ForecastLine(date(2026, 3, 1), text, text, kind, 1, Decimal(1)),),
            ),
            differences=(Difference(Drift.DIFFERENT, text, (FieldDifference(text, text, text),)),),
        )
        failure = ProjectFailure(text, "Error", text, transient=False)
        return Reports(projects=(report, failure), costs=report.costs, forecast=report.forecast)

    tame, found = page(filled("tame")), page(filled(name), also_in=[name])

    assert [tag for tag, _ in tame.tags] == [tag for tag, _ in found.tags]
    assert [set(attrs) for _, attrs in tame.tags] == [set(attrs) for _, attrs in found.tags]
    assert printable(name) in found.text
    assert [] == [c for c in found.html if not (c.isprintable() or c in "\n\u200d")]


@pytest.mark.slow
def test_a_page_about_a_hundred_thousand_stays_small(
    made_up: Callable[..., Report], finding: Callable[..., Finding]
) -> None:
    """It shows some of each rule, says how many more there are, and where."""
    findings = [finding(phone_number=f"+1202{place:07}") for place in range(100_000)]

    alone = page(made_up(findings))
    assert len(alone.html) < 300_000
    assert 250 == sum(td.get("class") == "number" for td in alone.all("td"))
    assert "and 99,750 more; save the audit as .csv, .jsonl or .parquet" in alone.text
    along = page(made_up(findings), limit=5, also_in=["audit.csv", "audit.json"])
    assert "and 99,995 more, full list in audit.csv, audit.json" in along.text


@pytest.mark.parametrize("limit", [0, -1, True, "5", None])
def test_a_limit_that_is_none_is_refused(limit: object, made_up: Callable[..., Report]) -> None:
    """Before anything is written."""
    with pytest.raises(InvalidArgumentError, match="limit"):
        page(made_up(), limit=limit)


@pytest.mark.parametrize(
    ("given", "gone"),
    [
        ({"findings": []}, {"rule-1"}),
        ({"costs": Costs()}, {"costs"}),
        ({"releases": ()}, {"endings"}),
        ({"statuses": ()}, {"states"}),
        ({"numbers": 0}, {"partitions"}),
        ({}, {"forecast", "differences"}),
    ],
)
def test_what_there_is_nothing_of_has_no_section(
    given: dict[str, object], gone: set[str], made_up: Callable[..., Report]
) -> None:
    """The page of an empty project is short, and whole."""
    found = page(made_up(**given))
    ids = {attrs.get("id") for _, attrs in found.tags}

    assert set() == gone & ids
    assert "findings" in ids
    if given == {"findings": []}:
        assert "No problems found." in found.text


def test_months_far_away_are_counted(made_up: Callable[..., Report]) -> None:
    """A calendar of twelve months is shown, and what ends later is told."""
    found = page(
        made_up(releases=tuple((date(2026 + place, 5, 4), place + 1) for place in range(14)))
    )

    assert 12 == sum("month" == figure.get("class") for figure in found.all("figure"))
    assert "and 27 later" in found.text


def test_credits_and_nothing_make_no_bars(made_up: Callable[..., Report]) -> None:
    """Amounts of nought or below are told in figures, and no bar is wider than its chart."""
    lines = [
        CostLine("USD", region, None, 1, Decimal(n)) for region, n in [("US", "-5"), ("SE", "0")]
    ]
    found = page(made_up(costs=Costs(lines=tuple(lines))))

    assert "-5.00" in found.text
    widths = [rect.get("width") or "" for rect in found.all("rect")]
    assert [] == [w for w in widths if w.endswith("%") and not 0 <= float(w[:-1]) <= 100]


def _several(report: Report) -> Reports:
    failure = ProjectFailure("gone", "AuthenticationError", "401: no", transient=False)
    return Reports(
        projects=(report, failure, report), costs=report.costs, forecast=report.forecast
    )


@pytest.mark.anyio
async def test_several_projects_share_a_page(report: Report) -> None:
    """First what they come to, then each; one that failed is told with why."""
    found = page(_several(report))
    figures = [d["value"] for d in found.all("data") if d.get("class") == "figure"]

    assert str(2 * report.numbers) == figures[0]
    assert 2 == figures.count(str(report.numbers))
    assert "Not every inventory is complete" in found.text
    assert "401: no" in found.text
    assert "3 projects" in found.text


def test_rules_are_told_in_full(made_up: Callable[..., Report]) -> None:
    """What it means, and what to do."""
    text = page(made_up()).text

    for told in (RULE.title, RULE.meaning, RULE.advice):
        assert told in text
