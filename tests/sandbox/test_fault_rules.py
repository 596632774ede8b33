"""Which requests a fault strikes."""

import math
from typing import Any

import pytest

from sinch_numbers.sandbox import Fault, Faults
from sinch_numbers.sandbox._protocol.faults import KINDS


@pytest.mark.parametrize(
    ("rule", "strikes"),
    [
        ({}, [1, 1, 0]),
        ({"method": "POST"}, [0, 1, 0]),
        ({"path": "activeNumbers"}, [1, 0, 0]),
        ({"path": "activenumbers"}, [0, 0, 0]),
        ({"path": "+1303"}, [0, 1, 0]),
        ({"path": "*:rent"}, [0, 1, 0]),
        ({"path": "/v1/*/activeNumbers"}, [1, 0, 0]),
        ({"path": "*activeNumbers/*"}, [0, 0, 0]),
        ({"path": "/oauth2/token"}, [0, 0, 1]),
        ({"path": "*"}, [1, 1, 1]),
        ({"times": 1}, [1, 0, 0]),
        ({"times": 0}, [0, 0, 0]),
    ],
)
def test_where_faults_strike(rule: dict[str, Any], strikes: list[int]) -> None:
    """Method, path and times have to fit; the path is decoded and may hold stars."""
    faults = Faults()
    faults.add("500", **{"times": math.inf, **rule})
    calls = [
        ("GET", "/v1/projects/p/activeNumbers"),
        ("POST", "/v1/projects/p/availableNumbers/+13035550001:rent"),
        ("POST", "/oauth2/token"),
    ]

    assert strikes == [int(faults.strike(*call) is not None) for call in calls]


def test_random_faults_are_the_same_every_time() -> None:
    """The seed decides which requests a probability hits."""

    def struck(seed: int) -> list[bool]:
        faults = Faults()
        faults.add("500", probability=0.3, seed=seed)
        return [faults.strike("GET", "/") is not None for _ in range(200)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 30 < sum(struck(1)) < 90


def test_faults_can_be_forgotten() -> None:
    """What has struck stays on record."""
    faults = Faults()
    faults.add("500", times=5)
    faults.queue("drop")
    faults.strike("GET", "/")
    faults.clear()

    assert faults.strike("POST", "/") is None
    assert ["500"] == faults.applied


def test_unknown_faults_are_refused() -> None:
    """A typing error must not turn a test into one that tests nothing."""
    faults = Faults()
    with pytest.raises(ValueError, match="unknown fault"):
        faults.add("dorp")
    with pytest.raises(ValueError, match="unknown fault"):
        faults.queue("ok", "511")
    with pytest.raises(TypeError):
        faults.add("slow", secs=3)
    assert all(kind == Fault(kind=kind).kind for kind in KINDS)
