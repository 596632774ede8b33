"""The async-first Python SDK for the Sinch Numbers APIs."""

from sinch_numbers._version import __version__

__all__ = ["__version__"]
