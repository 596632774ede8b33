"""Callback configuration: the HMAC secret that signs a project's webhooks."""

import attrs

from sinch_numbers.models._fields import Extra, extra
from sinch_numbers.models._secret import Secret
from sinch_numbers.models._serializable import Model

__all__ = ["CallbackConfiguration"]


@attrs.frozen
class CallbackConfiguration(Model):
    """Webhook settings of a project. Callback URLs are set per number, not here."""

    project_id: str | None = None
    """ID of the project."""
    hmac_secret: Secret | None = None
    """HMAC key that signs events; ``hmac_secret.reveal()`` returns the str."""
    extra: Extra = extra()
    """Unknown response fields, under the API's names."""
