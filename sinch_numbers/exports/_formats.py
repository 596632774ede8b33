"""File formats by suffix, and the extras that they need."""

from sinch_numbers.exports._html.render import require_jinja
from sinch_numbers.exports._parquet_rows import require_pyarrow


def require(suffix: str) -> None:
    """Raise `MissingExtraError` where the library for files such as *suffix* is missing."""
    if suffix == ".parquet":
        require_pyarrow()
    elif suffix == ".html":
        require_jinja()
