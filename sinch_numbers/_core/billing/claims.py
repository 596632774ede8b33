"""
Claim: the outermost step of a billable call.

Billable calls for the same number run one at a time: a read that verifies one of them could
not distinguish its effect from that of the other. An outcome that stays unknown is recorded,
so that `reconcile` can read it later.
"""

import asyncio
import time
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import attrs

from sinch_numbers._core.call import Call, Step
from sinch_numbers._core.delivery import Delivery, current_delivery
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

_NO_LOG_ERRORS: Final = suppress(Exception)
"""The error of a log filter must not replace the error of the call."""


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
        delivery = current_delivery.get()
        try:
            # Without a number, the service picks one: there is nothing to lock.
            async with self._locks.lock(number) if number else nullcontext():
                result = await self._run(call)
        except BaseException as error:
            # Also an interrupt, `MemoryError`, or a bug: the service may complete the request.
            self._record_unknown(call, error)
            raise
        else:
            if delivery is not None:
                self._hold(call, delivery, result)
            return result
        finally:
            if delivery is not None and call.under_way:
                delivery.finished()

    def _hold(self, call: Call, delivery: Delivery, result: Any) -> None:
        """Hold *result* until it is delivered; in async code, the task has it at once."""
        if not delivery.ended:
            number = call.expected_number or getattr(result, "phone_number", None)
            unresolved = Unresolved(
                method=call.method,
                path=call.path,
                phone_number=number,
                first_sent_at=datetime.fromtimestamp(call.first_sent or time.time(), UTC),
                reason="interrupted after the call took effect",
                applied=True,
                result=result,
            )
            self._register.hold(delivery, unresolved)

    def _record_unknown(self, call: Call, error: BaseException) -> None:
        """Record *call* if it may have taken effect in spite of *error*."""
        if isinstance(error, OutcomeUnknownError):
            reason = error.cause.message if error.cause else error.message
            self._name(error, self._record(call, reason))
            call.describe(error)
            with _NO_LOG_ERRORS:
                logger.warning("outcome unknown: %s", masked(error))
        elif isinstance(error, SinchNumbersError) and not error.maybe_applied:
            pass
        elif call.first_sent is None:
            pass  # nothing was sent
        elif isinstance(error, asyncio.CancelledError):  # the service may still complete it
            self._record(call, "cancelled")
            with _NO_LOG_ERRORS:
                logger.warning("cancelled, outcome unknown: %s %s", call.method, masked(call.path))
        else:
            kind = type(error).__name__
            self._record(call, f"failed with {kind}")
            with _NO_LOG_ERRORS:
                logger.warning("%s, outcome unknown: %s %s", kind, call.method, masked(call.path))

    async def reconcile(self, op_id: str) -> Any:
        """Read the effect of an unresolved call; ``None`` if absence is proven."""
        found = self._register.find(op_id)
        if found is None:
            raise InvalidArgumentError("unknown", "the ID of an unresolved call", op_id)
        unresolved, read = found
        try:
            effect = (
                unresolved.result
                if unresolved.applied
                else await confirm_by_reading(
                    read, self._settle_timeout, SinchNumbersError(unresolved.reason)
                )
            )
        except OutcomeUnknownError as error:
            self._name(error, unresolved)
            raise
        self._register.settle(op_id)
        if effect is not None and (delivery := current_delivery.get()) is not None:
            known = attrs.evolve(unresolved, applied=True, result=effect)
            self._register.hold(delivery, known)
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
