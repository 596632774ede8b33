"""Waits for the provisioning of numbers: the command `wait`, and the option ``--wait``."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import attrs
import typer

from sinch_numbers._client.wait_results import WaitOutcome, WaitResult
from sinch_numbers._core.progress import ProgressEvent
from sinch_numbers._core.progress_events import StateWait
from sinch_numbers.cli._shared import state_waits, waits
from sinch_numbers.cli._shared.errors import ExitCode, exit_code
from sinch_numbers.cli._shared.exit_codes import code_word
from sinch_numbers.cli._shared.problems import Problem, print_line, report
from sinch_numbers.cli._shared.session import Session
from sinch_numbers.models import ActiveNumber

WaitFlag = Annotated[
    bool,
    typer.Option(
        "--wait", help="Wait until the numbers are provisioned, or provisioning has failed."
    ),
]

_LONGEST_PAUSE: Final = 15.0
_SHOWN: Final = 20
"""Numbers that a message about an interrupt names."""


@attrs.frozen(kw_only=True)
class Wanted:
    """The options of a wait for provisioning."""

    sms: bool | None = None
    voice: bool | None = None
    timeout: float = 600.0
    longest_pause: float = _LONGEST_PAUSE


@attrs.define
class States:
    """The last state of each number; passes events on to the lines on stderr."""

    numbers: Sequence[str]
    last: dict[str, str | None] = attrs.field(factory=dict)
    _lines: Any = attrs.field(factory=waits.shown)

    def __call__(self, event: ProgressEvent) -> None:
        """Keep the state in *event*, and print it."""
        if isinstance(event, StateWait) and event.subject is not None:
            self.last[event.subject] = event.state
        if self._lines is not None:
            self._lines(event)

    @property
    def text(self) -> str:
        """Return the numbers with their states, and how to wait again."""
        shown = self.numbers[:_SHOWN]
        states = [f"{number} {self.last.get(number) or 'not read yet'}" for number in shown]
        more = len(self.numbers) - len(shown)
        rest = f" and {more:,} more" if more else ""
        again = f"sinch-numbers wait {' '.join(shown)}{' ...' if more else ''}"
        return f"{', '.join(states)}{rest}; provisioning continues, to wait again: {again}"


def read(
    session: Session, numbers: Sequence[str], wanted: Wanted, states: States
) -> Mapping[str, WaitResult[ActiveNumber]]:
    """Wait for *numbers*, all at a time, and return their results."""
    return session.run(
        session.client.active_numbers.wait_until_all_provisioned(
            numbers,
            sms=wanted.sms,
            voice=wanted.voice,
            deadline=wanted.timeout,
            longest_pause=wanted.longest_pause,
            on_progress=states,
        )
    )


def wait(session: Session, numbers: Sequence[str], wanted: Wanted) -> list[WaitResult[Any]]:
    """Wait for *numbers*; an interrupt names their states."""
    states = States(numbers)
    try:
        return [*read(session, numbers, wanted, states).values()]
    except KeyboardInterrupt as error:
        error.add_note(states.text)
        raise


async def awaited(session: Session, number: str, wanted: Wanted) -> ActiveNumber:
    """Wait for *number*, one of many; raise `WaitFailedError` or `WaitTimeoutError`."""
    result = await session.client.active_numbers.wait_until_provisioned(
        number,
        sms=wanted.sms,
        voice=wanted.voice,
        deadline=wanted.timeout,
        longest_pause=wanted.longest_pause,
    )
    return result.get()


@attrs.frozen
class Provisioned:
    """Numbers after ``--wait``, as last read, and the results of the wait."""

    numbers: Sequence[ActiveNumber]
    _results: Sequence[WaitResult[ActiveNumber]] = ()
    _interrupted: str | None = None
    _cost: Literal["none", "billed"] = "none"

    def end(self) -> None:
        """Exit with an error unless all numbers are provisioned; call it after the output."""
        if self._interrupted is not None:
            report(
                Problem(
                    code="interrupted",
                    exit_code=ExitCode.OTHER,
                    message=f"interrupted: {self._interrupted}",
                    number=self.numbers[0].phone_number,
                    cost=self._cost,
                )
            )
            raise typer.Exit(ExitCode.OTHER)
        end(self._results, cost=self._cost)


def after(
    session: Session,
    numbers: Sequence[ActiveNumber],
    wanted: Wanted | None,
    *,
    did: str,
    billed: bool = False,
) -> Provisioned:
    """
    Wait for *numbers*, which a command *did* change; return them as last read.

    Without *wanted*, nothing is waited for. An interrupt ends the wait only, so that the numbers
    are printed.
    """
    if wanted is None or not numbers:
        return Provisioned(numbers)
    cost: Literal["none", "billed"] = "billed" if billed else "none"
    names = [number.phone_number for number in numbers]
    print_line(f"{did} {', '.join(names)}; waiting for provisioning")
    states = States(names)
    try:
        results = read(session, names, wanted, states)
    except KeyboardInterrupt:
        return Provisioned(numbers, (), states.text, cost)
    found = [results[one.phone_number].resource or one for one in numbers]
    return Provisioned(found, [*results.values()], None, cost)


def end(results: Sequence[WaitResult[Any]], *, cost: Literal["none", "billed"] = "none") -> None:
    """Report the *results* that did not succeed, and exit with the code of the worst."""
    missed = [one for one in results if not one.ok]
    if not missed:
        return
    codes = [_code(one) for one in missed]
    worst = max(codes, key=lambda one: (one[0] is ExitCode.REJECTED, one[0]))
    lines = [one.explanation for one in missed]
    message = lines[0]
    if len(results) > 1:
        message = f"{len(missed):,} of {len(results):,} numbers not provisioned"
        lines.append(message)
    problem = Problem(
        code=worst[1],
        exit_code=worst[0],
        message=message,
        violations=[(one.subject, one.explanation) for one in missed],
        number=missed[0].subject if len(results) == 1 else None,
        cost=cost,
        next_step=f"sinch-numbers wait {' '.join(one.subject for one in missed[:_SHOWN])}",
    )
    report(problem, *lines)
    raise typer.Exit(worst[0])


def _code(result: WaitResult[Any]) -> tuple[ExitCode, str]:
    if result.outcome is WaitOutcome.UNREADABLE and result.error is not None:
        return exit_code(result.error), code_word(result.error)
    return state_waits.code_of(result)
