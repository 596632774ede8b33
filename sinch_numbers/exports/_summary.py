"""Markdown summary of an audit, for files, job summaries and notifications."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from sinch_numbers.audit import Changes, Finding, Health, NotChecked, Report, Reports
from sinch_numbers.audit._costs import amounts
from sinch_numbers.exports._markdown_rows import markdown_text
from sinch_numbers.exports._output import Destination, opened

Shown = Callable[[str], str]
"""Returns a text as it is, or with phone numbers masked."""

_FINDINGS: Final = 100
_CHANGES: Final = 20
_DATE: Final = r"\d{4}-\d\d-\d\d(?!\d)"
# As people and programs write them: with blanks, dashes and parentheses, or as digits only.
_BETWEEN: Final = r"(?:[ ()./\-\xa0]|\\+x[0-9a-f]{2}|\\+u[0-9a-f]{4}){0,3}"
_NUMBER: Final = re.compile(rf"{_DATE}|\+?\(?\d(?:{_BETWEEN}\d){{6,}}")
_KEPT_FRONT: Final = 2
_KEPT_BACK: Final = 2


def markdown_summary(
    found: Report | Reports, *, numbers: bool = True, findings: int = _FINDINGS
) -> str:
    """
    Return an audit as Markdown: health, rules, changes, checks not made, and findings.

    Args:
        found: The report of a project, or the reports of several.
        numbers: Whether phone numbers and display names are shown; otherwise all digits of a
            phone number but the first and last two are replaced.
        findings: Maximum findings of each project, the most severe first.

    Example::

        report = await audit(client)
        print(markdown_summary(report, numbers=False))
    """
    shown = str if numbers else masked
    return "\n".join(_lines(found, shown, findings)) + "\n"


def write_summary(
    found: Report | Reports,
    file: Destination,
    *,
    numbers: bool = True,
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write `markdown_summary` to *file*, an open binary file or a path.

    The file at a path is replaced as by `output_file`, with *mode* and *force*.

    Args:
        found: The report of a project, or the reports of several.
        file: An open binary file or a path.
        numbers: Whether phone numbers and display names are shown.
        mode: Permissions of a new file, as for `output_file`.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        OutputFileError: The file cannot be written.

    Example::

        write_summary(await audit(client), "summary.md", numbers=False)
    """
    with opened(file, mode, force) as binary:
        binary.write(markdown_summary(found, numbers=numbers).encode())


def masked(text: str) -> str:
    """Return *text* with the phone numbers masked: ``+1********34``."""
    return _NUMBER.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    text = found[0]
    if re.fullmatch(_DATE, text):
        return text
    front = text[: _KEPT_FRONT if text.startswith("+") else 0]
    return f"{front}{'*' * 8}{text[-_KEPT_BACK:]}".replace("*", "\N{BULLET}")


def _lines(found: Report | Reports, shown: Shown, findings: int) -> Iterator[str]:
    reports = (found,) if isinstance(found, Report) else found.reports
    if isinstance(found, Reports):
        yield f"# {len(found.projects):,} projects: {markdown_text(found.health.headline)}"
        yield ""
        for failure in found.failures:
            yield f"- {markdown_text(failure.project_id)}: no report, {failure.error}"
        yield ""
    for report in reports:
        mark = "#" if isinstance(found, Report) else "##"
        yield f"{mark} {markdown_text(report.project_id)}: {headline(report)}"
        yield ""
        yield f"Inventory {markdown_text(shown(report.completeness.explanation))}"
        yield ""
        if report.health.rules:
            yield from _rules(report.health)
        if report.changes is not None:
            yield from _changes(report.changes, shown)
        yield from _not_checked(report.not_checked)
        yield from _findings(report.findings, shown, findings)


def headline(report: Report) -> str:
    """Return the health of *report* as Markdown."""
    return markdown_text(report.health.headline)


def _rules(health: Health) -> Iterator[str]:
    yield "| Rule | Severity | Numbers | Cost per month |"
    yield "|---|---|---:|---|"
    for one in health.rules:
        cost = amounts(one.monthly) if one.monthly else "-"
        name = markdown_text(one.rule)
        yield f"| {name} | {one.severity} | {one.numbers:,} | {markdown_text(cost)} |"
    cost = amounts(health.monthly) if health.monthly else "-"
    yield f"| Total | | {health.affected:,} | {markdown_text(cost)} |"
    yield ""


def _changes(changes: Changes, shown: Shown) -> Iterator[str]:
    if changes.since is None:
        return
    counts = changes.counts
    words = ", ".join(f"{counts[name]:,} {name}" for name in ("new", "fixed", "open"))
    yield f"Since {changes.since.started_at:%Y-%m-%d %H:%M} UTC: {words} findings."
    yield ""
    for finding in changes.new[:_CHANGES]:
        yield f"- new {finding.severity}: {_about(finding, shown)}"
    if len(changes.new) > _CHANGES:
        yield f"- and {len(changes.new) - _CHANGES:,} more new findings"
    yield ""


def _not_checked(entries: Iterable[NotChecked]) -> Iterator[str]:
    lines = [f"- {markdown_text(str(entry))}" for entry in entries]
    if lines:
        yield from ("Not checked:", "", *lines, "")


def _findings(findings: tuple[Finding, ...], shown: Shown, limit: int) -> Iterator[str]:
    if not findings or not limit:
        return
    yield "| Severity | Rule | Number | Problem | Advice |"
    yield "|---|---|---|---|---|"
    for one in findings[:limit]:
        name = one.display_name if shown is str else None
        about = " ".join(part for part in (named(one, shown), name) if part)
        cells = (str(one.severity), one.rule, about, shown(one.message), one.advice)
        yield f"| {' | '.join(map(markdown_text, cells))} |"
    if len(findings) > limit:
        yield ""
        yield f"and {len(findings) - limit:,} more findings"
    yield ""


def _about(finding: Finding, shown: Shown) -> str:
    parts = (finding.rule, named(finding, shown), shown(finding.message))
    return markdown_text(" ".join(part for part in parts if part))


def named(finding: Finding, shown: Shown) -> str:
    """Return the number that *finding* is about, as *shown*, or its subject."""
    return shown(finding.phone_number) if finding.phone_number else finding.subject or ""
