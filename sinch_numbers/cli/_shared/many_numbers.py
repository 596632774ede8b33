"""Commands for several numbers: run them concurrently, and report each failure."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

import attrs
import typer

from sinch_numbers._core.concurrency import for_each
from sinch_numbers.cli._shared import progress
from sinch_numbers.cli._shared.errors import reporting_errors, sentence
from sinch_numbers.cli._shared.exit_codes import ExitCode, code_word, exit_code
from sinch_numbers.cli._shared.lists import Listing
from sinch_numbers.cli._shared.number_lists import STDIN, given_numbers
from sinch_numbers.cli._shared.problems import Problem, fail, report
from sinch_numbers.cli._shared.session import Session
from sinch_numbers.errors import AuthenticationError, ClientClosedError, SinchNumbersError

T = TypeVar("T")

CONCURRENCY: Final = 20
"""Calls at a time; the rate limits of the client apply to all of them."""
_FATAL: Final = (AuthenticationError, ClientClosedError)
"""Errors that every other number would meet, too."""
_WORST: Final = (
    ExitCode.OUTCOME_UNKNOWN,
    ExitCode.OUTPUT_FAILED,
    ExitCode.CREDENTIALS,
    ExitCode.UNREACHABLE,
    ExitCode.RATE_LIMITED,
    ExitCode.REJECTED,
    ExitCode.NOT_FOUND,
    ExitCode.USAGE,
    ExitCode.OTHER,
)


@attrs.frozen
class ChosenNumbers:
    """The numbers that a command was given."""

    context: typer.Context
    numbers: tuple[str, ...]
    is_single: bool
    """Whether one number was given as an argument, whose details are shown."""


def chosen_numbers(
    context: typer.Context, given: Sequence[str], *, confirmed: bool = True
) -> ChosenNumbers:
    """
    Return the numbers *given* as arguments and on stdin; exit if one is malformed.

    Unless *confirmed*, stdin must be left to the confirmation.
    """
    if STDIN in given and not confirmed:
        fail("stdin has the numbers, so that it can't confirm: use --yes", ExitCode.USAGE)
    with reporting_errors(context):
        numbers = given_numbers(given)
    return ChosenNumbers(context, numbers, is_single=len(given) == 1 and STDIN not in given)


def print_each(
    session: Session,
    chosen: ChosenNumbers,
    wanted: Listing[T],
    call: Callable[[str], Awaitable[T]],
    failed: str,
) -> None:
    """Run *call* for each number, and print the results in the order of the numbers."""
    calls = ManyNumbers(chosen.context)
    with (
        wanted.opened(session.output) as rows,
        progress.shown(beside_output=wanted.stdout) as report_progress,
    ):
        done = 0

        def add(one: T) -> None:
            nonlocal done
            done += 1
            rows.add([one])
            if report_progress is not None:
                report_progress("Numbers", done, len(chosen.numbers))

        session.run(calls.run(chosen.numbers, call, add))
    calls.end(len(chosen.numbers), failed)


class ManyNumbers:
    """Runs a call for each number, and keeps the failures."""

    def __init__(self, context: typer.Context) -> None:
        self._context = context
        self.failures: list[tuple[str, SinchNumbersError]] = []
        """Numbers, and why the call failed, in the order of the numbers."""

    async def run(
        self,
        numbers: Sequence[str],
        call: Callable[[str], Awaitable[T]],
        found: Callable[[T], object],
    ) -> None:
        """
        Await *call* for each of *numbers*, and pass the results to *found* in their order.

        Raises errors that all numbers have in common; others are kept as failures.
        """
        outcomes: dict[int, T | SinchNumbersError] = {}
        following = 0

        async def work(item: tuple[int, str]) -> None:
            nonlocal following
            index, number = item
            try:
                outcomes[index] = await call(number)
            except _FATAL:
                raise
            except SinchNumbersError as error:
                outcomes[index] = error
            while following in outcomes:
                outcome = outcomes.pop(following)
                number = numbers[following]
                following += 1
                if isinstance(outcome, SinchNumbersError):
                    self.failures.append((number, outcome))
                else:
                    found(outcome)

        await for_each(enumerate(numbers), work, concurrency=CONCURRENCY)

    def end(self, count: int, verb: str) -> None:
        """Report the failures among *count* numbers, and exit with the code of the worst."""
        if not self.failures:
            return
        worst = min((error for _, error in self.failures), key=_rank)
        lines = [f"{number}: {sentence(error, self._context)}" for number, error in self.failures]
        message = f"{len(lines):,} of {count:,} numbers {verb}"
        problem = Problem(
            code=code_word(worst),
            exit_code=exit_code(worst),
            message=message,
            violations=[
                (number, sentence(error, self._context)) for number, error in self.failures
            ],
        )
        report(problem, *lines, message)
        raise typer.Exit(exit_code(worst))


def _rank(error: SinchNumbersError) -> int:
    code = exit_code(error)
    return _WORST.index(code) if code in _WORST else len(_WORST)
