"""The desired state: files in all formats, and errors with their places."""

from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import UNSET, EmergencyAddress, InvalidArgumentError
from sinch_numbers.operations import DesiredNumber, DesiredStateError, read_desired
from sinch_numbers.operations._desired import checked_all

NUMBER = "+12025550134"
ADDRESS = EmergencyAddress(
    street_number="1",
    street_info="Main St",
    city="Austin",
    state="TX",
    postal_code="78701",
)
WANTED = DesiredNumber(
    NUMBER,
    display_name="Front desk",
    service_plan_id="plan-1",
    campaign_id=None,
    app_id="app-1",
    emergency_address=ADDRESS,
)

FILES = {
    "desired.csv": (
        "phone_number,display_name,service_plan_id,campaign_id,app_id,callback_url,"
        "emergency_street_number,emergency_street_info,emergency_city,emergency_state,"
        "emergency_postal_code\n"
        f"{NUMBER},Front desk,plan-1,-,app-1,,1,Main St,Austin,TX,78701\n"
    ),
    "desired.json": (
        f'[{{"phone_number": "{NUMBER}", "display_name": "Front desk", '
        '"service_plan_id": "plan-1", "campaign_id": null, "app_id": "app-1", '
        '"emergency_address": {"street_number": "1", "streetInfo": "Main St", '
        '"city": "Austin", "state": "TX", "postal_code": "78701"}}]'
    ),
    "desired.toml": (
        f'[[numbers]]\nphone_number = "{NUMBER}"\ndisplay_name = "Front desk"\n'
        'service_plan_id = "plan-1"\ncampaign_id = "-"\napp_id = "app-1"\n'
        '[numbers.emergency_address]\nstreet_number = "1"\nstreet_info = "Main St"\n'
        'city = "Austin"\nstate = "TX"\npostal_code = "78701"\n'
    ),
    "desired.yaml": (
        f"- phone_number: {NUMBER}\n  display_name: Front desk\n  service_plan_id: plan-1\n"
        "  campaign_id: null\n  app_id: app-1\n  emergency_street_number: '1'\n"
        "  emergency_street_info: Main St\n  emergency_city: Austin\n  emergency_state: TX\n"
        "  emergency_postal_code: '78701'\n"
    ),
}


@every("name", FILES)
def test_all_formats_say_the_same(name: str, tmp_path: Path) -> None:
    """CSV, JSON, TOML and YAML describe the same number; what is absent is not managed."""
    (tmp_path / name).write_text(FILES[name])

    (found,) = checked_all(read_desired(tmp_path / name)).values()

    assert WANTED == found
    assert UNSET is found.callback_url


def test_all_errors_are_listed_with_their_lines(tmp_path: Path) -> None:
    """A file with errors is rejected with all of them, not only with the first one."""
    path = tmp_path / "desired.csv"
    path.write_text(
        "phone_number,display_name,app_id,trunk_id,emergency_city,released\n"
        "2025550134,A,,,,\n"
        f"{NUMBER},B,app,trunk,,\n"
        "+12025550135,C,,,Austin,maybe\n"
        "+12025550136,,,\n"
        "+12025550137,D,,,,\n"
        "+12025550137,E,,,,\n"
    )

    with pytest.raises(DesiredStateError) as caught:
        read_desired(path)

    places = [(one.place, one.column) for one in caught.value.problems]
    assert [
        ("line 5", None),
        ("line 2", "phone_number"),
        ("line 3", "app_id"),
        ("line 4", "released"),
        ("line 4", "emergency_address"),
        ("line 7", "phone_number"),
    ] == places
    assert all(place in str(caught.value) for place, _ in places if place)


@every(
    ("name", "text", "places"),
    [
        ("a.json", '[{"phone_number": "1"}, 3, {"phone_number": "2"}]', ["entry 2", "entry 1"]),
        ("a.jsonl", '{"phone_number": "1"}\nnonsense\n', ["line 2", "line 1"]),
        (
            "a.toml",
            '[[n]]\nphone_number = "1"\n[[n]]\nname = "x"\n',
            ["line 3, entry 2", "line 1, entry 1"],
        ),
        (
            "b.json",
            '{"numbers": [\n {"phone_number": "]"},\n\n {"name": 1}\n]}',
            ["line 4, entry 2", "line 2, entry 1"],
        ),
        ("a.yaml", "- phone_number: '1'\n- name: x\n", ["line 2", "line 1"]),
    ],
)
def test_errors_of_every_format_have_a_place(
    name: str, text: str, places: list[str], tmp_path: Path
) -> None:
    """JSON, JSON Lines, TOML and YAML name the entry or line of each error."""
    (tmp_path / name).write_text(text)

    with pytest.raises(DesiredStateError) as caught:
        read_desired(tmp_path / name)

    assert places == [one.place for one in caught.value.problems][: len(places)]


MALFORMED: dict[str, dict[str, Any]] = {
    "two targets": {"app_id": "a", "trunk_id": "b"},
    "another type": {"app_id": "a", "voice_type": "EST"},
    "a type without a target": {"voice_type": "RTC"},
    "a campaign without a plan": {"service_plan_id": None, "campaign_id": "C"},
    "an empty name": {"display_name": ""},
    "an incomplete address": {"emergency_address": {"city": "Austin"}},
    "an unknown key": {"emergency_address": {"town": "Austin"}},
    "no bool": {"released": "yes"},
    "an unknown type": {"type": "PAGER"},
    "no number": {"phone_number": "2025550134"},
}


@every("name", MALFORMED)
def test_malformed_fields_are_rejected(name: str) -> None:
    """A number with a contradiction or a value of another type raises before any request."""
    given = {"phone_number": NUMBER, **MALFORMED[name]}

    with pytest.raises(InvalidArgumentError):
        checked_all([DesiredNumber(**given)])


def test_numbers_are_unique() -> None:
    """A number that is given twice raises."""
    with pytest.raises(InvalidArgumentError, match="unique"):
        checked_all([DesiredNumber(NUMBER), DesiredNumber(NUMBER)])


def test_addresses_are_not_in_reprs() -> None:
    """A repr, which may be logged, has no address."""
    assert "Main St" not in repr(WANTED)
