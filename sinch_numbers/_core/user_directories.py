"""Directories of the user's configuration and state, by platform."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from platformdirs.api import PlatformDirsABC

_APP: Final = "sinch-numbers"


def config_directory() -> Path:
    """Return the directory of the profiles, such as ``~/.config/sinch-numbers``."""
    dirs = _dirs()
    if dirs is None:
        return _below("XDG_CONFIG_HOME", "~/.config")
    return _of(dirs).user_config_path


def state_directory() -> Path:
    """Return the directory of the journal, such as ``~/.local/state/sinch-numbers``."""
    dirs = _dirs()
    return _below("XDG_STATE_HOME", "~/.local/state") if dirs is None else state_path(dirs)


def state_path(dirs: "type[PlatformDirsABC]") -> Path:
    """Return the directory of the user's state files, on the platform of *dirs*."""
    return _of(dirs).user_state_path


def _of(dirs: "type[PlatformDirsABC]") -> "PlatformDirsABC":
    # No author: on Windows it would be one more directory, with the same name.
    return dirs(_APP, appauthor=False)


def _dirs() -> "type[PlatformDirsABC] | None":
    """Return the class of this platform; ``None`` without the extra, or on unknown systems."""
    try:
        from platformdirs import PlatformDirs
    except ImportError:
        return None
    return PlatformDirs


def _below(variable: str, default: str) -> Path:
    return Path(os.environ.get(variable) or default).expanduser() / _APP
