"""Clients of a private sandbox, for examples and trials."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self, Unpack, cast

from sinch_numbers._core.billing import memory

if TYPE_CHECKING:
    from sinch_numbers.sandbox import SandboxSettings

__all__ = ["InSandbox"]


class InSandbox:
    """Base class of `NumbersClient`: starts a sandbox for a client."""

    __slots__ = ()

    @classmethod
    @asynccontextmanager
    async def sandbox(cls, **settings: Unpack[SandboxSettings]) -> AsyncIterator[Self]:
        """
        Start a private sandbox, and open a client of it::

            async with NumbersClient.sandbox(numbers=10) as client:
                page = await client.active_numbers.list().page()

        *settings* are arguments of `sinch_numbers.sandbox.Sandbox`. Sandbox and client are closed
        at the end of the block. Nothing leaves the machine, nothing is billed, and the store of
        ``SINCH_STORE`` is not used. To inject faults, move the clock, or set options of the
        client, start a `Sandbox` and call its method ``client``.

        Raises `ValueError` or `TypeError` when a setting is invalid.
        """
        from sinch_numbers.sandbox import Sandbox

        async with (
            Sandbox(**settings) as sandbox,
            cast("Any", cls)(**sandbox.client_arguments, store=memory.SHARED) as client,
        ):
            yield client
