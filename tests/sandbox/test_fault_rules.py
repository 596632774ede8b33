"""Which requests a fault strikes."""

import inspect
import math
import re
from typing import Any

import attrs
import pytest
from products import every

from sinch_numbers.sandbox import Fault, Faults
from sinch_numbers.sandbox._protocol.fault_rules import FAULT_SETTINGS, parsed
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


@every(
    ("rule", "kind", "settings"),
    [
        ("503", "503", {}),
        ("lost_reply", "lost_reply", {}),
        (
            " 429 , path=/availableRegions , times=inf, retry_after=2",
            "429",
            {"path": "/availableRegions", "times": math.inf, "retry_after": "2"},
        ),
        ("slow,seconds=0.5,method=post", "slow", {"seconds": 0.5, "method": "POST"}),
        ("drop,probability=0.25,seed=3", "drop", {"probability": 0.25, "seed": 3}),
        ("500,executed=TRUE,times=2", "500", {"executed": True, "times": 2.0}),
        ("late_commit,hold=1,seconds=2", "late_commit", {"hold": 1.0, "seconds": 2.0}),
        (
            "unreadable_item,item=2,member=money",
            "unreadable_item",
            {"item": 2, "member": "money"},
        ),
        (
            "redirect,location=http://127.0.0.1:1/?a=b",
            "redirect",
            {"location": "http://127.0.0.1:1/?a=b"},
        ),
        ("429,retry-after=2", "429", {"retry_after": "2"}),
    ],
)
def test_rules_can_be_written_as_text(rule: str, kind: str, settings: dict[str, Any]) -> None:
    """A rule as text is the same as the arguments of `Faults.add`."""
    written, called = Faults(), Faults()

    assert (kind, settings) == parsed(rule)
    assert called.add(kind, **settings) == written.add_rule(rule)


def test_every_argument_can_be_written() -> None:
    """The names in a rule are the arguments of `Faults.add`, and the fields of `Fault`."""
    arguments = set(inspect.signature(Faults.add).parameters) - {"self", "kind", "settings"}
    fields = {field.name for field in attrs.fields(Fault)} - {"kind"}

    assert arguments | fields == FAULT_SETTINGS.keys()
    assert all(Faults().add_rule(kind) for kind in KINDS)


@every(
    ("rule", "named"),
    [
        ("", "unknown fault ''"),
        ("nonsense", "unknown fault 'nonsense'"),
        ("503,", "must be NAME=VALUE"),
        ("503,times", "must be NAME=VALUE"),
        ("503,time=1", "'time=1' must be NAME=VALUE with one of method, path, times"),
        ("503,times=x", "times must be a number of times"),
        ("503,times=-1", "times must be"),
        ("503,times=nan", "times must be"),
        ("503,probability=2", "probability must be a probability from 0 to 1"),
        ("503,probability=inf", "probability must be"),
        ("503,seed=1.5", "seed must be an integer"),
        ("slow,seconds=inf", "seconds must be a number of seconds"),
        ("503,executed=yes", "executed must be true or false"),
        ("503,method=FETCH", "method must be GET, POST"),
        ("503,path=", "path must be given"),
        ("503,times=1,times=2", "times is given twice"),
        ("unreadable_item,item=first", "item must be an integer"),
    ],
)
def test_mistakes_in_rules_are_named(rule: str, named: str) -> None:
    """A mistake is rejected with the valid values, and nothing is added."""
    faults = Faults()

    with pytest.raises(ValueError, match=re.escape(named)):
        faults.add_rule(rule)
    assert "rules=0" in repr(faults)
