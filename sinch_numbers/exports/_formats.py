"""What a file's suffix stands for, and what it takes to write that."""

from sinch_numbers.exports._html.render import require_jinja
from sinch_numbers.exports._parquet_rows import require_pyarrow


def require(suffix: str) -> None:
    """Raise `MissingExtraError` where the library for files such as *suffix* is missing."""
    if suffix == ".parquet":
        require_pyarrow()
    elif suffix == ".html":
        require_jinja()
