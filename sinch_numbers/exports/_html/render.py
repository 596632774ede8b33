"""
A report as one page that needs nothing but itself.

No script, style, font or picture comes from elsewhere, and the page forbids it, too. It can
be read without its script, which only sorts and filters.
"""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final

from sinch_numbers._core import arguments
from sinch_numbers._core.escaping import printable
from sinch_numbers._version import __version__
from sinch_numbers.audit import Report, Reports
from sinch_numbers.errors import MissingExtraError
from sinch_numbers.exports._html.view import page_of
from sinch_numbers.exports._rows import BinaryFile

_LIMIT: Final = 250
_TONES: Final = {
    "MOBILE": "a", "LOCAL": "b", "TOLL_FREE": "c",
    "linked": "good", "pending": "wait", "failed": "bad", "unlinked": "idle", "released": "gone",
    "error": "bad", "warning": "idle", "info": "wait",
    "missing": "bad", "unexpected": "idle", "different": "wait",
}  # fmt: skip


def write_html(
    found: Report | Reports, file: BinaryFile, *, limit: int = _LIMIT, also_in: Sequence[str] = ()
) -> None:
    """
    Write what an audit *found* to *file* as a page.

    At most *limit* findings of each rule are shown, 250 by default, so that a page about a
    hundred thousand still opens at once. *also_in* names files that have them all, for the
    page to lead there. All texts are escaped.

    Raises `InvalidArgumentError` when *limit* is not positive, and `MissingExtraError`
    without Jinja, which the extra ``html`` installs.
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
    for part in parts:
        file.write(part.encode())


def require_jinja() -> Any:
    """Return jinja2, or raise `MissingExtraError`."""
    try:
        import jinja2
    except ImportError as error:
        raise MissingExtraError("HTML", "html") from error
    return jinja2


def _environment() -> Any:
    jinja2 = require_jinja()
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sinch_numbers.exports._html"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        # Each value on the page goes through here, so none can be forgotten.
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": _count,
        "amount": _amount,
        "exact": lambda amount: f"{amount:f}",
        "percent": lambda share: f"{share:.3f}%",
        "moment": _moment,
        "tone": lambda word: _TONES.get(word, "d"),
    }
    return environment


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    # Markup values were escaped when they were created.
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return printable(value)
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
