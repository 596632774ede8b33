"""The secret that signs a project's webhooks."""

import attrs

from sinch_numbers.models._fields import Extra, extra
from sinch_numbers.models._secret import Secret

__all__ = ["CallbackConfiguration"]


@attrs.frozen
class CallbackConfiguration:
    """The webhook settings of a project. URLs are set per number, not here."""

    project_id: str | None = None
    hmac_secret: Secret | None = None
    """Secret that signs webhooks; ``hmac_secret.reveal()`` returns it."""
    extra: Extra = extra()
    """Members that this release does not know, under the API's names."""
