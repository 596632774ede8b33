"""
Check that the package `backoff` is complete.

Two distributions install it, ``backoff`` and ``python-backoff``. They own the same files, so
uninstalling one of them breaks the other, and ``pip check`` does not notice.
"""

import sys
from importlib.machinery import PathFinder


def require_backoff() -> None:
    """Raise `ImportError` with the repair command if files of `backoff` are missing."""
    if getattr(sys, "frozen", False) or "__compiled__" in globals():
        return  # by PyInstaller or Nuitka, whose modules have no files
    spec = PathFinder.find_spec("backoff")
    if spec is not None and spec.origin is not None:  # a directory without files has no origin
        return
    from importlib.metadata import distributions

    installed = {str(one.name).lower() for one in distributions()}
    current = "python-backoff" if sys.version_info >= (3, 14) else "backoff"
    name = next((one for one in ("backoff", "python-backoff") if one in installed), current)
    raise ImportError(
        "sinch_numbers needs the package backoff, and its files are missing. Reinstall it: "
        f"{sys.executable} -m pip install --force-reinstall --no-deps {name}",
        name="backoff",
    )
