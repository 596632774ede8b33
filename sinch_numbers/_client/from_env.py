"""Clients whose arguments come from the environment and a profile."""

from typing import Any, Self

from sinch_numbers._core import arguments as checks


class FromEnv:
    """Base class of clients: creates them from a profile."""

    __slots__ = ()

    @classmethod
    def from_env(cls, profile: str | None = None, **options: Any) -> Self:
        """
        Return a client with the arguments of a profile of ``sinch-numbers configure``::

            async with NumbersClient.from_env("acme", timeout=10) as client: ...

        *options*, which are arguments of the class, have precedence over environment variables,
        and these over the profile. Without a profile it is a client with *options*. May run the
        command of the profile that prints the secret. Sends no request.

        Args:
            profile: Name of the profile. Default: ``SINCH_PROFILE``, else the default profile of
                ``sinch-numbers configure``, if there is one.
            options: Other arguments of the class.

        Raises `InvalidArgumentError` when *profile* is missing, the file is malformed, or the
        secret cannot be read; and the errors of the class.
        """
        from sinch_numbers._core.profiles import load_profile

        name = None if profile is None else checks.filled_text(profile, "profile")
        found = load_profile(name)
        given = {name for name, value in options.items() if value is not None}
        return cls(**{**(found.arguments(given) if found else {}), **options})
