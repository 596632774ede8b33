"""
Billable commands: names of operations, and reports of their outcome.

An operation can take effect and still fail to print its result: stdout is full, the reader is
gone, a signal arrives. Then stderr gets the phone number or the order ID, and the exit code is
`ExitCode.OUTPUT_FAILED`, or `ExitCode.OUTCOME_UNKNOWN` if a request may have been sent.
"""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import attrs
import typer

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core.billing.journal import summary
from sinch_numbers._core.billing.register import Unresolved
from sinch_numbers._core.delivery import Delivery
from sinch_numbers.cli._shared.errors import (
    ExitCode,
    print_error,
    reporting_errors,
    sentence,
    stdout_failed,
    unknown_outcome,
)
from sinch_numbers.cli._shared.interrupts import Interrupts
from sinch_numbers.cli._shared.problems import Problem, check_command, report
from sinch_numbers.cli._shared.prompts import require_answer
from sinch_numbers.cli._shared.session import Session, opened
from sinch_numbers.cli._shared.streams import (
    StdoutError,
    check_stdout,
    redirect_to_devnull,
    writing_stdout,
)
from sinch_numbers.errors import ClientClosedError, OutcomeUnknownError, SinchNumbersError

_RECOVERY_TIME: Final = 5.0
"""Seconds that a command spends on the calls of earlier ones, at most."""
_RESERVES: Final = ":createNumberOrder"
"""End of the path of a call that reserves numbers: an order that is not submitted expires."""


@contextmanager
def opened_billable(context: typer.Context, *, yes: bool) -> Iterator[Session]:
    """
    Open the session of a billable command; exit if it cannot be confirmed or print its result.

    Signals are handled as described in `interrupts`.
    """
    interrupts = Interrupts()
    with reporting_errors(context), interrupts.handled():
        require_answer(yes=yes)
        _require_stdout()
        with opened(context, interrupts=interrupts) as session:
            session.run(_recover(session.client))
            yield session


async def _recover(client: NumbersClient) -> None:
    """Look for the outcome of calls that earlier commands left open; report the rest."""
    if not await client.operations():
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(_RECOVERY_TIME):
            await client.recover()
    if left := len(await client.operations()):
        calls = "billable call is" if left == 1 else "billable calls are"
        print_error(f"{left} earlier {calls} unresolved: sinch-numbers operations list")


@contextmanager
def billable(session: Session, doing: str) -> Iterator[None]:
    """
    Send the billable requests of a command, and print their result, in this context.

    *doing* describes the operation, such as ``renting +12025550134``. If the context fails,
    effects that stdout does not show are reported on stderr.
    """
    _require_stdout()  # again: a confirmation may take hours
    operation = _Operation(session, doing)
    ended: typer.Exit | None = None
    try:
        with operation.under_way():
            try:
                yield
            except typer.Exit as error:  # after the result was printed
                ended = error
            with writing_stdout():
                sys.stdout.flush()
    except BaseException as error:
        code = operation.failed(error)
        if code is None:
            raise
        operation.end(code)
        raise typer.Exit(code) from None
    operation.end(ExitCode(ended.exit_code) if ended else ExitCode.DONE)
    if ended is not None:
        raise ended


def _require_stdout() -> None:
    """Exit if stdout certainly cannot be written."""
    try:
        check_stdout()
    except StdoutError as error:
        raise typer.Exit(stdout_failed(error)) from None


class _Operation:
    """One billable operation: one or more requests, and the output of their result."""

    def __init__(self, session: Session, doing: str) -> None:
        self._session = session
        self._doing = doing
        self._delivery = Delivery()
        self._interrupts = session.interrupts or Interrupts()

    @property
    def applied(self) -> Sequence[Unresolved]:
        """Return the calls that took effect."""
        return self._delivery.applied

    @property
    def unknown(self) -> Sequence[Unresolved]:
        """Return the calls whose outcome is unknown."""
        clients = self._session.clients
        return [one for client in clients for one in client.unresolved if not one.applied]

    @property
    def names(self) -> Sequence[str]:
        """Return the names of the operations' results, without repetitions."""
        return list(dict.fromkeys(map(name, self.applied)))

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Let `Session.run` report to this operation, and the second signal end it."""
        self._session.deliveries.append(self._delivery)
        self._interrupts.shielded = True
        self._interrupts.exit = self._exit
        try:
            yield
        finally:
            self._session.deliveries.remove(self._delivery)

    def end(self, code: ExitCode) -> None:
        """Keep *code* as the exit code, also if signals arrive while the client is closed."""
        self._interrupts.exit = lambda: os._exit(code)
        if self._interrupts.count and code is ExitCode.DONE:
            print_error(f"interrupted, but {self._doing} took effect: {', '.join(self.names)}")

    def failed(self, error: BaseException) -> ExitCode | None:
        """Report effects that stdout does not show; ``None`` if there are none."""
        stopped = isinstance(error, ClientClosedError) and self._delivery.stopping
        reported = None
        unknown, applied = self.unknown, self.applied
        if isinstance(error, SinchNumbersError) and not stopped:
            # The error describes its own call, and names an order that exists.
            reported = error.op_id if isinstance(error, OutcomeUnknownError) else None
            applied = [one for one in applied if not one.path.endswith(_RESERVES)]
        if not unknown and not applied:
            self._interrupts.shielded = False
            self._interrupts.exit = None
            return self._report(["interrupted"], (), (), others=()) if stopped else None
        problem: Problem | None = None
        lines = ["; ".join(("interrupted", *getattr(error, "__notes__", ())))]
        if isinstance(error, StdoutError):
            redirect_to_devnull(sys.stdout)
            lines = [] if error.is_closed_pipe else [f"cannot write to stdout: {error}"]
        elif isinstance(error, SinchNumbersError) and not stopped:
            problem, lines = Problem.of(error), [sentence(error)]
        elif not isinstance(error, SinchNumbersError | KeyboardInterrupt):
            lines = [f"{type(error).__name__} while {self._doing}: {error}"]
        others = [one for one in unknown if one.op_id != reported]
        return self._report(lines, unknown, applied, others=others, problem=problem)

    def _report(
        self,
        lines: Sequence[str],
        unknown: Sequence[Unresolved],
        applied: Sequence[Unresolved],
        *,
        others: Sequence[Unresolved],
        problem: Problem | None = None,
        under_way: bool = False,
    ) -> ExitCode:
        """Report the effects after *lines*; *others* are unknown, and not in *lines*."""
        lines = [
            *lines,
            *(
                f"{name(call)}: took effect, but the result was not printed "
                f"({call.method} {call.path}, sent at {call.first_sent_at:%Y-%m-%dT%H:%M:%SZ})"
                for call in applied
            ),
            *(unknown_outcome(call, call.reason) for call in others),
        ]
        if under_way:
            lines.append(f"{self._doing}: outcome unknown, check before you retry")
        is_unknown = bool(unknown) or under_way
        code = ExitCode.INTERRUPTED
        if is_unknown or applied:
            code = ExitCode.OUTCOME_UNKNOWN if is_unknown else ExitCode.OUTPUT_FAILED
        lines = lines or ["interrupted"]
        call = next(iter((*unknown, *applied)), None)
        problem = problem or Problem(code=code.name.lower(), exit_code=code, message="")
        if call is not None:
            look = check_command(call)
            problem = attrs.evolve(
                problem,
                exit_code=code,
                operation_id=problem.operation_id or call.op_id,
                number=problem.number or call.phone_number or (name(call) if applied else None),
                cost="unknown" if is_unknown else "billed",
                next_step=f"check before you retry: {look}" if look else problem.next_step,
            )
        report(attrs.evolve(problem, message="; ".join(lines)), *lines)
        return code

    def _exit(self) -> None:
        """Exit at once, after a report: no verification, no clean-up."""
        unknown = self.unknown
        under_way = bool(self._delivery.under_way)
        os._exit(self._report((), unknown, self.applied, others=unknown, under_way=under_way))


def name(call: Unresolved) -> str:
    """Return the phone number or the order ID that *call* is about; ``unknown`` if neither."""
    result: Any = call.result
    if isinstance(result, Mapping) and (order := summary(result).get("orderId")):
        return f"order {order}"
    for attribute, text in (
        ("id_number_order", "order {}"),
        ("hosting_order_id", "order {}"),
        ("phone_number", "{}"),
    ):
        if value := getattr(result, attribute, None):
            return text.format(value)
    several = getattr(result, "qualified_numbers", result)
    if isinstance(several, tuple) and several:
        return ", ".join(one.phone_number for one in several)
    return call.phone_number or "unknown"
