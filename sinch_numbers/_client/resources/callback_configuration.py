"""``/callbackConfiguration``: the signing secret of a project's webhooks."""

from sinch_numbers._core import arguments
from sinch_numbers._core.billing.evidence import Evidence, of_effect
from sinch_numbers._core.billing.journal import JournalEntry
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Resource
from sinch_numbers._core.retry.policy import IDEMPOTENT, SAFE
from sinch_numbers.models import CallbackConfiguration
from sinch_numbers.models._secret import Secret

__all__ = ["CallbackConfigurations"]


class CallbackConfigurations(Resource):
    """The webhook configuration of the project."""

    _PATH = "/callbackConfiguration"
    _GET = Operation("getCallbackConfiguration", "GET", _PATH, CallbackConfiguration, SAFE)

    async def get(self) -> CallbackConfiguration:
        """
        Return the webhook configuration; its signing secret needs ``reveal()``.

        Free of charge. (API: ``GET /callbackConfiguration``)

        Raises:
            NotFoundError: The project does not exist on this host.
            APIConnectionError, APIReplyLostError, APIResponseError, APIStatusError: In any call.

        Example::

            configuration = await client.callback_configuration.get()
            print(configuration.hmac_secret)  # masked
        """
        return await self._call(self._GET)

    async def _confirm_update(self, entry: JournalEntry) -> Evidence:
        now = await self._read(self._GET)
        return of_effect(now if now.hmac_secret == entry.request["hmacSecret"] else None)

    _UPDATE = Operation(
        "updateCallbackConfiguration",
        "PATCH",
        _PATH,
        CallbackConfiguration,
        IDEMPOTENT,
        confirm=_confirm_update,
    )

    async def update(self, *, hmac_secret: Secret | str) -> CallbackConfiguration:
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

            await client.callback_configuration.update(hmac_secret=secret)
        """
        # Wrap first: tracebacks can show the local variables of a frame.
        hmac_secret = Secret(hmac_secret)
        arguments.secret(hmac_secret, "hmac_secret")
        return await self._call(self._UPDATE, json={"hmacSecret": hmac_secret})
