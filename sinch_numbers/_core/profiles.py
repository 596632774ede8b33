"""
Profiles: named sets of client arguments in the user's configuration file.

The file is TOML. Options of a program and environment variables have precedence over a profile.
A secret comes from the environment, a command, or another file, or is in this file, which then
must be readable by its owner only.
"""

import os
import re
import stat
import subprocess
import tomllib
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import attrs

from sinch_numbers._core import arguments, urls
from sinch_numbers._core.choices import suggestion
from sinch_numbers._core.escaping import joined, shortened
from sinch_numbers._core.os_reason import os_reason
from sinch_numbers._core.user_directories import config_directory
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models._secret import Secret

FILE_NAME: Final = "profiles.toml"
DEFAULT: Final = "default"
"""The profile that is used if no other is selected."""
SELECTED: Final = "SINCH_PROFILE"
"""The environment variable that names the profile."""
SECRET_KEYS: Final = ("key_secret_variable", "key_secret_command", "key_secret_file", "key_secret")
"""Where a secret comes from; a profile has one of them at most."""
_COMMAND_SECONDS: Final = 60.0
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_BYTES: Final = 1_000_000


def _text(value: object, argument: str) -> str:
    return arguments.filled_text(value, argument)


def _retries(value: object, argument: str) -> int:
    if type(value) is not int or value < 0:
        raise InvalidArgumentError(argument, "an integer of at least 0", value)
    return value


def _words(value: object, argument: str) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise InvalidArgumentError(argument, 'a list of str, such as ["pass", "show", "sinch"]')
    return [_text(one, argument) for one in value]


def _hidden(value: object, argument: str) -> Secret:
    return arguments.secret(Secret(value if isinstance(value, str) else ""), argument)


CHECKS: Final[Mapping[str, Callable[[object, str], Any]]] = {
    "project_id": arguments.project_id,
    "key_id": lambda value, _: arguments.key_id(value),
    "key_secret_variable": _text,
    "key_secret_command": _words,
    "key_secret_file": _text,
    "key_secret": _hidden,
    "numbers_url": lambda value, name: urls.origin(_text(value, name), name),
    "imported_numbers_url": lambda value, name: urls.origin(_text(value, name), name),
    "auth_url": lambda value, name: urls.origin(_text(value, name), name),
    "store": _text,
    "proxy": _text,
    "ca_bundle": _text,
    "timeout": arguments.seconds,
    "connect_timeout": arguments.seconds,
    "deadline": arguments.seconds,
    "retries": _retries,
}
"""Keys of a profile, which are arguments of `NumbersClient`, with the check of their values."""
_VARIABLES: Final = {
    "project_id", "key_id", "key_secret", "numbers_url", "imported_numbers_url", "auth_url",
    "store", "proxy", "ca_bundle",
}  # fmt: skip
"""Arguments that have an environment variable, such as ``SINCH_PROJECT_ID``."""


@attrs.frozen(kw_only=True)
class Profile:
    """A profile, as read from the file at *path*."""

    name: str
    path: Path
    values: Mapping[str, Any] = attrs.field(repr=False)

    def argument(self, name: str, *, option: object = None) -> Any:
        """
        Return the profile's value of an argument of `NumbersClient`.

        Returns ``None`` if there is an *option*, or an environment variable, or no value.
        """
        if option is not None or is_in_environment(name):
            return None
        return self.secret() if name == "key_secret" else self.values.get(name)

    def arguments(self, given: Collection[str] = ()) -> dict[str, Any]:
        """Return the arguments of `NumbersClient` that are neither *given* nor in variables."""
        names = [name for name in CHECKS if name not in SECRET_KEYS] + ["key_secret"]
        values = {name: self.argument(name) for name in names if name not in given}
        return {name: value for name, value in values.items() if value is not None}

    def secret(self) -> Secret | None:
        """
        Return the secret of the key; ``None`` if the profile has none.

        Raises `InvalidArgumentError` when the variable is not set, the command fails, or the file
        cannot be read or is readable by others.
        """
        for key in SECRET_KEYS:
            if key in self.values:
                found = _SOURCES[key](self.values[key], self._source(key))
                return arguments.secret(found, "key_secret", self._source(key))
        return None

    def _source(self, key: str) -> str:
        return f"{self.path}: profiles.{self.name}.{key}"


def is_in_environment(argument: str) -> bool:
    """Whether an environment variable has the value of *argument*."""
    return argument in _VARIABLES and bool(os.environ.get(f"SINCH_{argument.upper()}"))


def profiles_path() -> Path:
    """Return the path of the file of profiles."""
    return config_directory() / FILE_NAME


def valid_name(name: object) -> str:
    """Validate the name of a profile."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidArgumentError("profile", "a name of letters, digits, - and _", name)
    return name


def load_profile(name: str | None = None, *, source: str | None = None) -> Profile | None:
    """
    Return the profile *name*.

    Default: that of ``SINCH_PROFILE``, the file's ``default_profile``, or the profile
    ``default``; ``None`` if it does not exist and was not named.

    Raises `InvalidArgumentError` when a named profile is missing, the file is malformed, or it has
    a secret and other users can read it. *source* names the option of *name*.
    """
    if name is None:
        name, source = os.environ.get(SELECTED) or None, SELECTED
    document = read_profiles()
    chosen = name or document.default
    if chosen not in document.profiles:
        if name is None:
            return None
        known = joined(sorted(document.profiles)) or "none yet: run sinch-numbers configure"
        raise InvalidArgumentError(
            "profile",
            f"a profile in {document.path} ({known})",
            name,
            source=source,
            suggestion=suggestion(name, document.profiles),
        )
    return document.profile(chosen)


@attrs.frozen(kw_only=True)
class Document:
    """The file of profiles."""

    path: Path
    default: str = DEFAULT
    profiles: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict, repr=False)

    def profile(self, name: str) -> Profile:
        """Return the profile *name*, with checked values."""
        return Profile(name=name, path=self.path, values=self._checked(name))

    def _checked(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in self.profiles[name].items():
            source = f"{self.path}: profiles.{name}.{key}"
            if key not in CHECKS:
                raise InvalidArgumentError(
                    key, f"one of {', '.join(CHECKS)}", source=source,
                    suggestion=suggestion(key, CHECKS),
                )  # fmt: skip
            try:
                found[key] = CHECKS[key](value, key)
            except InvalidArgumentError as error:
                raise error.renamed(key, source) from None
        if len(several := [key for key in SECRET_KEYS if key in found]) > 1:
            raise InvalidArgumentError(
                several[1], f"one source of the secret, not {joined(several)}",
                source=f"{self.path}: profiles.{name}",
            )  # fmt: skip
        return found


def read_profiles() -> Document:
    """
    Return the file of profiles, which is empty if it does not exist.

    Raises `InvalidArgumentError` when it cannot be read, is malformed, or has secrets and is
    readable by others.
    """
    path = profiles_path()
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_MOST_BYTES).decode()
    except FileNotFoundError:
        return Document(path=path)
    except (OSError, UnicodeDecodeError) as error:
        reason = os_reason(error, "") if isinstance(error, OSError) else "not UTF-8"
        raise _unusable(path, f"a file that can be read ({reason})") from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The message has a position, and no text of the file.
        raise _unusable(path, f"TOML ({shortened(str(error))})") from None
    profiles = content.pop("profiles", {})
    default = content.pop("default_profile", DEFAULT)
    is_valid = isinstance(profiles, dict) and isinstance(default, str) and not content
    if not is_valid or not all(isinstance(one, dict) for one in profiles.values()):
        raise _unusable(path, "default_profile, and tables such as [profiles.default]")
    if any(map(_has_secret, profiles.values())):
        _require_private(path, mode, "a secret")
    return Document(path=path, default=default, profiles=profiles)


def _has_secret(profile: Mapping[str, Any]) -> bool:
    return "key_secret" in profile or "@" in str(profile.get("proxy", ""))


def _require_private(path: Path, mode: int, content: str) -> None:
    """Raise if other users can read a file with a secret; Windows has no such mode."""
    if os.name != "nt" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise _unusable(
            path,
            f"mode 600, since it has {content} that other users can read (mode "
            f"{stat.S_IMODE(mode):o}): run chmod 600 {path}, and replace the key if they may have",
        )


def _unusable(path: Path, expected: str) -> InvalidArgumentError:
    return InvalidArgumentError("profile", expected, source=str(path))


def _from_variable(name: str, source: str) -> Secret:
    found = os.environ.get(name)
    if not found:
        raise InvalidArgumentError("key_secret", f"the variable {name} to be set", source=source)
    return Secret(found)


def _from_command(words: list[str], source: str) -> Secret:
    """Run the command *words* without a shell; its output is the secret."""
    failed = partial(InvalidArgumentError, "key_secret", source=source)
    shown = shortened(words[0])
    try:
        done = subprocess.run(  # noqa: S603 - a command of the user, without a shell
            words, stdout=subprocess.PIPE, check=False, timeout=_COMMAND_SECONDS
        )
    except (OSError, ValueError) as error:
        reason = os_reason(error, "") if isinstance(error, OSError) else "invalid name"
        raise failed(f"a command that can be run ({shown}: {reason})") from None
    except subprocess.TimeoutExpired:
        raise failed(f"{shown} to end within {_COMMAND_SECONDS:.0f} s") from None
    if done.returncode != 0:
        raise failed(f"{shown} to succeed; its exit code is {done.returncode}")
    return _line(done.stdout, failed)


def _from_file(name: str, source: str) -> Secret:
    path = Path(name).expanduser()
    failed = partial(InvalidArgumentError, "key_secret", source=source)
    try:
        with path.open("rb") as file:
            _require_private(path, os.fstat(file.fileno()).st_mode, "a secret")
            return _line(file.read(_MOST_BYTES), failed)
    except OSError as error:
        raise failed(f"a file that can be read ({path}: {os_reason(error, '')})") from None


def _line(output: bytes, failed: Callable[[str], InvalidArgumentError]) -> Secret:
    """Return *output* without the line break that programs and editors add."""
    try:
        text = output.decode()
    except UnicodeDecodeError:
        raise failed("a secret that is valid UTF-8") from None
    if not text.strip():
        raise failed("a secret, not an empty output")
    return Secret(text.removesuffix("\n").removesuffix("\r"))


_SOURCES: Final[Mapping[str, Callable[[Any, str], Secret]]] = {
    "key_secret_variable": _from_variable,
    "key_secret_command": _from_command,
    "key_secret_file": _from_file,
    "key_secret": lambda value, _: value,
}
