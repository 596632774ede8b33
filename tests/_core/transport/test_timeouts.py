"""Time limits: as exact as a timer each, with one timer for all of them."""

import asyncio
import gc
import weakref
from collections.abc import Callable, Coroutine
from math import inf
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinch_numbers._core.transport.timeouts import TimeLimit, TimeLimits


class Clockwork(asyncio.SelectorEventLoop):
    """A loop whose time is its own: instead of waiting, it moves on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.timers = 0
        wait: Callable[[float | None], Any] = self._selector.select  # type: ignore[attr-defined]  # asyncio's own

        def select(timeout: float | None) -> Any:
            assert timeout is not None, "everybody waits for nothing"
            self.now += timeout
            return wait(0)

        self._selector.select = select  # type: ignore[attr-defined]  # asyncio's own

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, *args: Any, **kwargs: Any) -> asyncio.TimerHandle:
        self.timers += 1
        return super().call_at(when, *args, **kwargs)


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> Clockwork:
    """Run *main* on a clockwork of its own."""
    with asyncio.Runner(loop_factory=Clockwork) as runner:
        runner.run(main())
        loop = runner.get_loop()
    assert isinstance(loop, Clockwork)
    return loop


@attrs.frozen
class Exchange:
    """What happens in a block, in whole seconds; its limits are half a second off."""

    begins: int
    seconds: float
    silence: float
    pauses: tuple[int, ...]

    @property
    def outcome(self) -> tuple[str, float]:
        """How it has to end, and when."""
        now = moved_at = float(self.begins)
        for pause in self.pauses:
            ends_at = min(self.begins + self.seconds, moved_at + self.silence)
            now += pause
            if now > ends_at:
                return "late", ends_at
            moved_at = now
        return "done", now


limits = st.integers(0, 12).map(lambda whole: whole + 0.5)
exchanges = st.builds(
    Exchange,
    st.integers(0, 20),
    limits,
    limits | st.just(inf),
    st.lists(st.integers(1, 6), max_size=5).map(tuple),
)


@given(st.lists(exchanges, max_size=8))
def test_each_ends_when_its_own_limit_says(together: list[Exchange]) -> None:
    """However many are under way, none is ended for another, too early or too late."""
    outcomes: list[tuple[str, float]] = []

    async def one(limits: TimeLimits, exchange: Exchange) -> tuple[str, float]:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(exchange.begins)
        try:
            with TimeLimit(limits, exchange.seconds, exchange.silence) as limit:
                for pause in exchange.pauses:
                    await asyncio.sleep(pause)
                    limit.moved()
        except TimeoutError:
            return "late", loop.time()
        return "done", loop.time()

    async def main() -> None:
        limits = TimeLimits()
        outcomes.extend(await asyncio.gather(*(one(limits, each) for each in together)))

    run(main)

    assert [each.outcome for each in together] == [
        (how, pytest.approx(when)) for how, when in outcomes
    ]


def test_a_thousand_share_one_timer() -> None:
    """One after the other or all at once: no timer is set for each."""

    async def main() -> None:
        limits = TimeLimits()

        async def one() -> None:
            with TimeLimit(limits, 30.0, 20.0) as limit:
                await asyncio.sleep(0)
                limit.moved()

        for _ in range(1000):
            await one()
        await asyncio.gather(*(one() for _ in range(1000)))

    assert 1 == run(main).timers


def test_nothing_stays_when_all_is_over() -> None:
    """Closed, the timer is gone; while somebody is minded it is not, and can be set again."""

    async def main() -> None:
        limits = TimeLimits()
        with TimeLimit(limits, 1.0):
            limits.close()
            with pytest.raises(TimeoutError), TimeLimit(limits, 0.5):
                await asyncio.sleep(5)
        limits.close()
        limits.close()
        gone = weakref.ref(limits)
        del limits
        gc.collect()
        assert gone() is None

        again = TimeLimits()
        for _ in range(2):
            with pytest.raises(TimeoutError), TimeLimit(again, 1.0):
                await asyncio.sleep(5)
            again.close()

    run(main)


def test_a_shorter_one_is_not_late_for_a_longer_one() -> None:
    """The timer is set anew when somebody has less time than all before him."""

    async def main() -> None:
        limits = TimeLimits()

        async def ended_at(seconds: float) -> float:
            with pytest.raises(TimeoutError), TimeLimit(limits, seconds):
                await asyncio.sleep(100)
            return asyncio.get_running_loop().time()

        assert [9.0, 2.0, 5.0] == await asyncio.gather(*map(ended_at, (9.0, 2.0, 5.0)))

    run(main)


def test_a_block_in_time_leaves_no_trace() -> None:
    """The task is not cancelled, neither then nor when the time would have been over."""

    async def main() -> None:
        with TimeLimit(TimeLimits(), 1.0):
            await asyncio.sleep(0.5)
        await asyncio.sleep(5)
        task = asyncio.current_task()
        assert task is not None
        assert 0 == task.cancelling()

    run(main)


def test_a_late_block_is_not_a_cancelled_task() -> None:
    """After the `TimeoutError` the task goes on as if nothing had been."""

    async def main() -> None:
        with pytest.raises(TimeoutError), TimeLimit(TimeLimits(), 1.0):
            await asyncio.sleep(5)
        task = asyncio.current_task()
        assert task is not None
        assert 0 == task.cancelling()
        await asyncio.sleep(1)

    run(main)


@pytest.mark.parametrize("seconds", [9.0, 1.0], ids=["in time", "late at the same moment"])
def test_who_is_cancelled_stays_cancelled(seconds: float) -> None:
    """A cancellation from outside is never turned into a `TimeoutError`."""

    async def main() -> None:
        async def one() -> None:
            with TimeLimit(TimeLimits(), seconds):
                await asyncio.sleep(5)

        task = asyncio.create_task(one())
        asyncio.get_running_loop().call_later(1.0, task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main)


def test_what_else_goes_wrong_is_told() -> None:
    """An error that a late block ends with is its own."""

    async def main() -> None:
        async def one() -> None:
            with TimeLimit(TimeLimits(), 1.0):
                try:
                    await asyncio.sleep(5)
                except asyncio.CancelledError:
                    raise LookupError from None

        with pytest.raises(LookupError):
            await one()
        task = asyncio.current_task()
        assert task is not None
        assert 0 == task.cancelling()

    run(main)


def test_there_has_to_be_a_task() -> None:
    """Without one there is nobody to cancel."""

    async def main() -> None:
        limits = TimeLimits()
        refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def block() -> None:
            try:
                with TimeLimit(limits, 1.0):
                    pass
            except RuntimeError as error:
                refused.set_exception(error)

        asyncio.get_running_loop().call_soon(block)
        with pytest.raises(RuntimeError, match="needs a task"):
            await refused

    run(main)


def test_time_is_over_at_its_end() -> None:
    """Not only after it."""
    limits: Any = SimpleNamespace(now=lambda: 5.0)

    assert TimeLimit(limits, 0.0).is_over
    assert not TimeLimit(limits, 0.1).is_over
