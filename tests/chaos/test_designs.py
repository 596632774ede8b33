"""Each design of the chaos tests, small enough for every commit; `run.py` has larger lanes."""

import pytest
from run import LANES, Design, canaries, designs

pytestmark = pytest.mark.slow

GATE = LANES["gate"]


@pytest.mark.parametrize(
    "design", [pytest.param(one, id=one.name) for one in designs(GATE, GATE.seeds)]
)
def test_no_promise_is_breached(design: Design) -> None:
    """
    Each design runs with planted faults, and its result lists every promise that was broken.

    The figures of a failed test show the counts beside their limits, and the seed.
    """
    result = design.run()

    assert [] == result.breaches, str(result)


@pytest.mark.parametrize("canary", [pytest.param(one, id=one.name) for one in canaries()])
def test_the_harness_sees_a_broken_promise(canary: Design) -> None:
    """A policy that is wrong in one way breaks exactly the promises that it should break."""
    result = canary.run()

    assert [] == result.breaches, str(result)
