"""Optional dependencies of export formats, by file suffix."""

from sinch_numbers.exports._arrow import require_pyarrow
from sinch_numbers.exports._html.render import require_jinja
from sinch_numbers.exports._xlsx_rows import require_xlsxwriter


def require(suffix: str) -> None:
    """
    Raise `MissingExtraError` if the library for *suffix* files is missing.

    Args:
        suffix: Suffix of a file, such as ``.xlsx``.

    Raises:
        MissingExtraError: The library is missing; the message names the extra that installs it.

    Example::

        require(".parquet")
    """
    if suffix == ".parquet":
        require_pyarrow()
    elif suffix == ".html":
        require_jinja()
    elif suffix == ".xlsx":
        require_xlsxwriter()
