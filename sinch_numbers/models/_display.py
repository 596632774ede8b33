"""Displays of models in notebooks."""


def number_html(number: object) -> str:
    """Return a number as one line of HTML, for ``_repr_html_``."""
    from sinch_numbers._core.serialization import html

    return html.number_line(number)
