"""``/callbackConfiguration``: the secret that signs a project's webhooks."""

from sinch_numbers._core import arguments
from sinch_numbers._core.pipeline import Pipeline
from sinch_numbers._core.retry.policy import IDEMPOTENT, NO_RETRY, SAFE
from sinch_numbers.models import CallbackConfiguration
from sinch_numbers.models._secret import Secret

__all__ = ["CallbackConfigurations"]


class CallbackConfigurations:
    """The webhook settings of the project."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._call = pipeline.call

    async def get(self) -> CallbackConfiguration:
        """
        Return the settings; the signing secret in them shows itself only on ``reveal()``.

        Free of charge. (API: ``GET /callbackConfiguration``)

        Raises `NotFoundError` when the project is unknown there, and the errors that every
        call may raise.
        """
        return await self._call(
            CallbackConfiguration,
            "GET",
            "/callbackConfiguration",
            retry=SAFE,
        )

    async def update(self, *, hmac_secret: Secret | str) -> CallbackConfiguration:
        """
        Replace the signing secret, and return the settings as they are then.

        The service wants 32 to 64 letters, digits and hyphens. Events that are under way may
        still be signed with the old secret. Free of charge.
        (API: ``PATCH /callbackConfiguration``)

        Raises `InvalidArgumentError` when the secret is empty, `BadRequestError` when the
        service does not take it, and the errors that every call may raise.
        """
        # Wrapped at once: tracebacks can show what a frame holds.
        hmac_secret = Secret(hmac_secret)
        arguments.secret(hmac_secret, "hmac_secret")

        async def replaced() -> CallbackConfiguration | None:
            now = await self._call(
                CallbackConfiguration, "GET", "/callbackConfiguration", retry=NO_RETRY
            )
            return now if now.hmac_secret == hmac_secret else None

        return await self._call(
            CallbackConfiguration,
            "PATCH",
            "/callbackConfiguration",
            json={"hmacSecret": hmac_secret},
            retry=IDEMPOTENT.confirmed_by(replaced),
        )
