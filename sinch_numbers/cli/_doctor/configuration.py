"""The configuration of a command, with the source of each value."""

import os
from collections.abc import Mapping
from typing import Any, Final

import attrs

from sinch_numbers._core import urls
from sinch_numbers._core.profiles import SECRET_KEYS, Profile
from sinch_numbers._core.transport.aiohttp import AiohttpTransport
from sinch_numbers._core.transport.default import (
    AUTH_URL,
    IMPORTED_NUMBERS_URL,
    NUMBERS_URL,
    client_transport,
)
from sinch_numbers.cli._doctor.results import Check, failed, ok
from sinch_numbers.cli._shared.exit_codes import ExitCode
from sinch_numbers.cli._shared.session import Settings, client_arguments, missing_credentials
from sinch_numbers.errors import SinchNumbersError

_DEFAULTS: Final[Mapping[str, str]] = {
    "auth_url": AUTH_URL,
    "numbers_url": NUMBERS_URL,
    "imported_numbers_url": IMPORTED_NUMBERS_URL,
}
HOSTS: Final = tuple(_DEFAULTS)
_CREDENTIALS: Final = ("project_id", "key_id", "key_secret")


@attrs.frozen(kw_only=True)
class Configuration:
    """Arguments of the client, its transport, and base URLs by argument."""

    arguments: Mapping[str, Any] = attrs.field(repr=False)
    transport: AiohttpTransport
    urls: Mapping[str, str]
    settings: Settings
    profile: Profile | None

    @property
    def project_id(self) -> str | None:
        """The project, if it is set."""
        return self.arguments.get("project_id") or os.environ.get("SINCH_PROJECT_ID")

    def origin(self, argument: str) -> str:
        """Return where *argument* is set, in a word or two."""
        source = self.source(argument)
        is_in_profile = self.profile is not None and " of the profile " in source
        return f"the profile {self.profile.name}" if self.profile and is_in_profile else source

    def source(self, argument: str) -> str:
        """Return where *argument* is set: an option, a variable, or a key of the profile."""
        variable = f"SINCH_{argument.upper()}"
        if argument == "project_id" and self.settings.project_id:
            return "--project"
        if os.environ.get(variable):
            return variable
        if self.profile is not None:
            key = argument
            if argument == "key_secret":
                key = next((one for one in SECRET_KEYS if one in self.profile.values), argument)
            if key in self.profile.values:
                return f"{key} of the profile {self.profile.name} ({self.profile.path})"
        return variable


def configured(settings: Settings) -> tuple[Configuration | None, Check]:
    """Return the configuration, ``None`` if it is unusable, and the result of this check."""
    try:
        profile = settings.profile()
        missing = missing_credentials(settings, profile)
        if missing:
            return None, failed(
                "settings",
                f"missing credentials: {', '.join(missing)}",
                f"set {' and '.join(missing)}, or run sinch-numbers configure",
                ExitCode.CREDENTIALS,
            )
        found = client_arguments(settings, profile)
        bases = {name: _url(name, found) for name in HOSTS}
        transport = client_transport(
            connect_timeout=found.get("connect_timeout", 5.0),
            proxy=found.pop("proxy", None),
            proxy_from_env=True,
            ca_bundle=found.pop("ca_bundle", None),
            urls=bases.values(),
        )
    except SinchNumbersError as error:
        name = getattr(error, "source", None) or getattr(error, "argument", "the settings")
        return None, failed("settings", error, f"correct {name}", ExitCode.USAGE)
    configuration = Configuration(
        arguments=found, transport=transport, urls=bases, settings=settings, profile=profile
    )
    shown = [f"{name} from {configuration.origin(name)}" for name in _CREDENTIALS]
    return configuration, ok("settings", ", ".join(shown))


def _url(name: str, arguments: Mapping[str, Any]) -> str:
    if name in arguments:
        return urls.origin(arguments[name], name)
    variable = f"SINCH_{name.upper()}"
    return urls.origin(os.environ.get(variable) or _DEFAULTS[name], name, variable)
