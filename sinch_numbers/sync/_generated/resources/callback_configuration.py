"""
The sync twin of `CallbackConfigurations`, generated from the async source: do not edit.

To change something, change that source, then run ``python tools/generate_sync.py``.
"""

from __future__ import annotations

from sinch_numbers._client.resources.callback_configuration import CallbackConfigurations
from sinch_numbers._core.portal import Runner
from sinch_numbers.models import CallbackConfiguration
from sinch_numbers.models._secret import Secret
from sinch_numbers.sync._twin import ResourceTwin


class SyncCallbackConfigurations(ResourceTwin):
    """The webhook configuration of the project."""

    def __init__(self, core: CallbackConfigurations, runner: Runner) -> None:
        self._core = core
        self._runner = runner

    def get(self) -> CallbackConfiguration:
        """
        Return the webhook configuration; its signing secret needs ``reveal()``.

        Free of charge. (API: ``GET /callbackConfiguration``)

        Raises:
            NotFoundError: The project does not exist on this host.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            configuration = client.callback_configuration.get()
            print(configuration.hmac_secret)  # masked
        """
        return self._runner.run(self._core.get)

    def update(self, *, hmac_secret: Secret | str) -> CallbackConfiguration:
        """
        Replace the signing secret, and return the updated configuration.

        Events that are already being delivered may still be signed with the old secret. Free of
        charge. (API: ``PATCH /callbackConfiguration``)

        Args:
            hmac_secret: New secret. The Numbers host requires 32 to 64 letters, digits, and
                hyphens; the host for imported numbers documents no format.

        Raises:
            InvalidArgumentError: The secret is empty.
            BadRequestError: The service rejects the secret.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            client.callback_configuration.update(hmac_secret=secret)
        """
        return self._runner.run(self._core.update, hmac_secret=hmac_secret)
