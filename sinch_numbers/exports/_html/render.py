"""
Self-contained HTML report.

The page loads no external scripts, styles, fonts or images, and its content security policy
forbids them. It is readable without its script, which only sorts and filters.
"""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

from sinch_numbers._core import arguments
from sinch_numbers._core.lookalikes import visible
from sinch_numbers._version import __version__
from sinch_numbers.audit import Report, Reports
from sinch_numbers.errors import MissingExtraError
from sinch_numbers.exports._html.overview import overview_of
from sinch_numbers.exports._html.view import page_of
from sinch_numbers.exports._output import Destination, opened

_LIMIT: Final = 250
_TONES: Final = {
    "MOBILE": "a", "LOCAL": "b", "TOLL_FREE": "c",
    "linked": "good", "pending": "wait", "failed": "bad", "unlinked": "idle", "released": "gone",
    "error": "bad", "warning": "idle", "info": "wait",
    "missing": "bad", "unexpected": "idle", "different": "wait",
}  # fmt: skip


def write_html(
    found: Report | Reports,
    file: Destination,
    *,
    limit: int = _LIMIT,
    also_in: Sequence[str] = (),
    mode: int | None = None,
    force: bool = False,
) -> None:
    """
    Write an audit report to *file* as an HTML page.

    *file* is an open binary file or a path. The file at a path is replaced as by `output_file`,
    with *mode* and *force*.

    At most *limit* findings of each rule are shown, 250 by default, so that a report with a
    hundred thousand findings still opens fast. *also_in* names files with all findings, which
    the page links to. All text is escaped.

    Args:
        found: The report of a project, or the reports of several.
        file: An open binary file or a path.
        limit: Maximum findings of each rule.
        also_in: Names of files with all findings, which the page links to.
        mode: Permissions of a new file, as for `output_file`.
        force: Whether to replace the target of a symlink, or a file of another user.

    Raises:
        InvalidArgumentError: *limit* is not positive.
        MissingExtraError: Jinja is missing, which the extra ``html`` installs.
        OutputFileError: The file cannot be written.

    Example::

        write_html(await audit(client), "audit.html")
    """
    arguments.positive(limit, "limit")
    environment = _environment()
    style, script = _resource(environment, "page.css"), _resource(environment, "page.js")
    parts = environment.get_template("page.html").stream(
        page=page_of(found, limit=limit),
        also_in=also_in,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        version=__version__,
    )
    parts.enable_buffering(500)
    with opened(file, mode, force) as binary:
        for part in parts:
            binary.write(part.encode())


def overview(found: Report | Reports) -> str | None:
    """
    Return the overview of an audit for a notebook: HTML of less than 20 kB.

    ``None``, for which notebooks display the `repr`, without Jinja.
    """
    try:
        environment = _environment()
    except MissingExtraError:
        return None
    html: str = environment.get_template("notebook.html").render(
        view=overview_of(found), style=_resource(environment, "notebook.css")
    )
    return html


def require_jinja() -> Any:
    """Import and return jinja2, or raise `MissingExtraError`."""
    try:
        import jinja2
    except ImportError as error:
        raise MissingExtraError("HTML", "html") from error
    return jinja2


def _environment() -> Any:
    return _environment_of(require_jinja())


@cache
def _environment_of(jinja2: Any) -> Any:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sinch_numbers.exports._html"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        # Jinja calls this for every value, so none is missed.
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": _count,
        "amount": _amount,
        "signed": lambda amount: f"{amount:+,.2f}",
        "exact": lambda amount: f"{amount:f}",
        "percent": lambda share: f"{share:.3f}%",
        "moment": _moment,
        "name": lambda text: None if text is None else visible(text),
        "tone": lambda word: _TONES.get(word, "d"),
    }
    return environment


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    # Markup was already escaped when it was created.
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return visible(value, ends=False)
    return value


def _resource(environment: Any, name: str) -> Any:
    text = (files("sinch_numbers.exports._html") / "templates" / name).read_text("utf-8")
    return environment.call_filter("safe", text)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{b64encode(digest).decode()}"


def _count(number: int | Decimal, word: str | None = None) -> str:
    if word is None:
        return f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _amount(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _moment(moment: datetime) -> str:
    return f"{moment:%d %B %Y, %H:%M} UTC"
