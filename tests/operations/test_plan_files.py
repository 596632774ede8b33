"""Plan files: round trips, and rejection of edited files."""

import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import Money
from sinch_numbers.operations import (
    Plan,
    PlanAction,
    PlanFileError,
    PlannedNumber,
    PlanStep,
    RejectedNumber,
    StepAction,
    plan_markdown,
    read_plan,
    save_plan,
)
from sinch_numbers.operations._plan import digest_of

ADDRESS = {"street_number": "1", "city": "Austin"}
PLAN = Plan(
    project_id="project",
    origin="https://numbers.api.sinch.com",
    created_at=datetime(2026, 5, 1, 12, tzinfo=UTC),
    numbers=(
        PlannedNumber(
            phone_number="+12025550134",
            action=PlanAction.UPDATE,
            before={"display_name": "`x` | \u202e", "emergency_address": None, "released": False},
            steps=(
                PlanStep(
                    action=StepAction.SET_EMERGENCY_ADDRESS, set={"emergency_address": ADDRESS}
                ),
                PlanStep(action=StepAction.UPDATE, set={"display_name": None}),
            ),
            emergency_display_name="Desk",
            region_code="US",
            type="LOCAL",
            notes=("a note",),
        ),
        PlannedNumber(
            phone_number="+12025550135",
            action=PlanAction.BUY,
            before=None,
            steps=(PlanStep(action=StepAction.BUY, set={"released": False}),),
            setup_price=Money("USD", Decimal("0.50")),
            price=Money("USD", Decimal("0.10")),
        ),
        PlannedNumber(
            phone_number="+12025550136",
            action=PlanAction.RELEASE,
            before={"released": False},
            steps=(PlanStep(action=StepAction.RELEASE, set={"released": True}),),
            price=Money("USD", Decimal("0.50")),
        ),
    ),
    rejected=(RejectedNumber(phone_number="+12025550137", reasons=("voice",)),),
    unchanged=3,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    save_plan(PLAN, tmp_path / "plan.json")
    return tmp_path / "plan.json"


def test_a_plan_is_read_as_it_was_written(path: Path) -> None:
    """A plan survives its file and pickle; the hash is the same."""
    assert PLAN == read_plan(path)
    assert PLAN == pickle.loads(pickle.dumps(PLAN))
    assert PLAN.digest == json.loads(path.read_text())["sha256"]
    assert 0o600 == path.stat().st_mode & 0o777


def test_formatting_is_not_an_edit(path: Path) -> None:
    """The hash is that of the canonical JSON: other blanks and another order are fine."""
    document = json.loads(path.read_text())
    path.write_text(json.dumps(dict(reversed(document.items())), indent=7))

    assert PLAN == read_plan(path)


def _cut(text: str) -> str:
    return text[:-20]


EDITS: dict[str, Callable[[str], str]] = {
    "another number": lambda text: text.replace("+12025550134", "+12025550133"),
    "another price": lambda text: text.replace("0.50", "5.00"),
    "another project": lambda text: text.replace('"project"', '"other"'),
    "another note": lambda text: text.replace("a note", "no note"),
    "an added key": lambda text: text.replace('"version": 1', '"version": 1, "more": 1'),
    "truncated": _cut,
    "empty": lambda text: "",
    "a list": lambda text: "[]",
    "another version": lambda text: text.replace('"version": 1', '"version": 2'),
    "another format": lambda text: text.replace("sinch-numbers-plan", "plan"),
    "no hash": lambda text: text.replace("sha256", "sha1"),
    "not a number": lambda text: text.replace('"unchanged": 3', '"unchanged": NaN'),
    "deeply nested": lambda text: "[" * 100_000,
    "a duplicate key": lambda text: text.replace('"version": 1', '"version": 1, "version": 1'),
}


@every("name", EDITS)
def test_an_edited_file_is_rejected(name: str, tmp_path: Path) -> None:
    """A file whose content doesn't match its hash, or is not a plan, raises with its path."""
    path = tmp_path / "plan.json"
    save_plan(PLAN, path)
    path.write_text(EDITS[name](path.read_text()))

    with pytest.raises(PlanFileError, match=r"plan\.json"):
        read_plan(path)


def _set(*keys: Any, value: Any) -> Callable[[Any], None]:
    def edit(content: Any) -> None:
        for key in keys[:-1]:
            content = content[key]
        content[keys[-1]] = value

    return edit


FORGED: dict[str, Callable[[Any], None]] = {
    "a number that is none": _set("numbers", 0, "phone_number", value="123"),
    "an unknown step": _set("numbers", 0, "steps", 0, "action", value="delete"),
    "a field of another step": _set(
        "numbers", 0, "steps", 1, "set", value={"emergency_address": None}
    ),
    "a release among updates": _set(
        "numbers", 0, "steps", 1, value={"action": "release", "set": {"released": True}}
    ),
    "no steps": _set("numbers", 0, "steps", value=[]),
    "another state after": _set("numbers", 0, "after", "display_name", value="x"),
    "a duplicate": _set("rejected", 0, "phone_number", value="+12025550134"),
    "no price": _set("numbers", 1, "price", value=None),
    "an infinite price": _set(
        "numbers", 1, "price", value={"currency_code": "USD", "amount": "Infinity"}
    ),
    "an int as a name": _set("numbers", 0, "before", "display_name", value=3),
    "no time zone": _set("created_at", value="2026-05-01T00:00:00"),
    "a negative count": _set("unchanged", value=-1),
    "a list as a plan": _set("numbers", value=[3]),
    "an address of another form": _set(
        "numbers", 0, "before", "emergency_address", value={"town": "x"}
    ),
}


@every("name", FORGED)
def test_a_forged_plan_is_rejected(name: str, tmp_path: Path) -> None:
    """Content that this package cannot have written raises, even with a matching hash."""
    path = tmp_path / "plan.json"
    save_plan(PLAN, path)
    document = json.loads(path.read_text())
    FORGED[name](document["plan"])
    document["sha256"] = digest_of(document["plan"])
    path.write_text(json.dumps(document))

    with pytest.raises(PlanFileError):
        read_plan(path)


def test_markdown_is_inert() -> None:
    """Text of the service ends no code block, and adds no cell to a table."""
    text = plan_markdown(PLAN)

    assert 2 == text.count("```")
    assert "\u202e" not in text
    assert "+ +12025550135 buy" in text
    assert "Due at once: USD 0.60" in text
