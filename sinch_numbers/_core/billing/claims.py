"""
Claim: the outermost step of a billable call.

Billable calls for the same number run one at a time: a read that verifies one of them could
not distinguish its effect from that of the other. An outcome that stays unknown is recorded,
so that `reconcile` can read it later.
"""

import asyncio
import time
from contextlib import nullcontext
from functools import partial
from typing import Any

from sinch_numbers._core.call import Call, Step
from sinch_numbers._core.logging import logger, masked
from sinch_numbers._core.retry.keyed_locks import KeyedLocks
from sinch_numbers._core.retry.settlement import confirm_by_reading
from sinch_numbers._core.retry.unresolved import Register, Unresolved
from sinch_numbers.errors import (
    InvalidArgumentError,
    OutcomeUnknownError,
    SinchNumbersError,
    reconciled_by,
)


class Claim:
    """Run a billable call alone for its number; log and record an unknown outcome."""

    def __init__(
        self, run: Step, locks: KeyedLocks, register: Register, settle_timeout: float
    ) -> None:
        self._run = run
        self._locks = locks
        self._register = register
        self._settle_timeout = settle_timeout

    async def __call__(self, call: Call) -> Any:
        """Run *call*; if its outcome stays unknown, record it."""
        number = call.expected_number
        try:
            # Without a number, the service picks one: there is nothing to lock.
            async with self._locks.lock(number) if number else nullcontext():
                return await self._run(call)
        except OutcomeUnknownError as error:
            reason = error.cause.message if error.cause else error.message
            self._name(error, self._record(call, reason))
            call.describe(error)
            logger.warning("outcome unknown: %s", masked(error))
            raise
        except asyncio.CancelledError:
            if call.first_sent is not None:  # the service may still complete the request
                self._record(call, "cancelled")
                where = masked(call.path)
                logger.warning("cancelled, outcome unknown: %s %s", call.method, where)
            raise

    async def reconcile(self, op_id: str) -> Any:
        """Read the effect of an unresolved call; ``None`` if absence is proven."""
        found = self._register.find(op_id)
        if found is None:
            raise InvalidArgumentError("unknown", "the ID of an unresolved call", op_id)
        unresolved, read = found
        try:
            effect = await confirm_by_reading(
                read, self._settle_timeout, SinchNumbersError(unresolved.reason)
            )
        except OutcomeUnknownError as error:
            self._name(error, unresolved)
            raise
        self._register.settle(op_id)
        return effect

    def _record(self, call: Call, reason: str) -> Unresolved:
        if call.instrumentation is not None:
            call.instrumentation.unknown()
        return self._register.add(
            method=call.method,
            path=call.path,
            phone_number=call.expected_number,
            first_sent=call.first_sent or time.time(),
            reason=reason,
            read=call.confirm,
        )

    def _name(self, error: OutcomeUnknownError, unresolved: Unresolved) -> None:
        error.op_id = unresolved.op_id
        error.phone_number = unresolved.phone_number
        error.first_sent_at = unresolved.first_sent_at
        error.method, error.path = unresolved.method, unresolved.path
        reconciled_by(error, partial(self.reconcile, unresolved.op_id))
