"""Lists are read page by page while others rent and release."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from products import examples

from sinch_numbers.sandbox import Clock, Project, Sandbox
from sinch_numbers.sandbox._state.matching import Filter

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBERS = [f"+1202555{line:04}" for line in range(25)]


@pytest.fixture
def numbers(sandbox: Sandbox) -> None:
    project = sandbox.project()
    for line, number in enumerate(NUMBERS):
        project.add_active(phone_number=number, display_name=f"{(line * 7) % 5}")
    project.add_active(phone_number="+18005550001", type="TOLL_FREE", capability=["VOICE"])
    project.add_active(phone_number="+46701234567", type="MOBILE", region_code="SE")


async def test_list_needs_no_filter(api: Any, numbers: None) -> None:
    """All numbers of all types come, with their count and an empty token at the end."""
    page = (await api.get("activeNumbers")).json

    assert [*NUMBERS, "+18005550001", "+46701234567"] == [
        number["phoneNumber"] for number in page["activeNumbers"]
    ]
    assert ("", 27) == (page["nextPageToken"], page["totalSize"])


async def test_empty_project_has_an_empty_page(api: Any) -> None:
    """No numbers are a list without numbers."""
    page = (await api.get("activeNumbers")).json

    assert {"activeNumbers": [], "nextPageToken": "", "totalSize": 0} == page


async def test_list_items_are_the_numbers_themselves(
    api: Any, sandbox: Sandbox, numbers: None
) -> None:
    """A number in a list has the shape and content that it has by itself."""
    page = (await api.get("activeNumbers?pageSize=1")).json

    assert [(await api.get(f"activeNumbers/{NUMBERS[0]}")).json] == page["activeNumbers"]
    assert [sandbox.number(NUMBERS[0])] == page["activeNumbers"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"regionCode": "US"}, 26),
        ({"regionCode": "US", "type": "LOCAL"}, 25),
        ({"type": "MOBILE"}, 1),
        ({"regionCode": "XX"}, 0),
        ({"capability": "SMS"}, 26),
        ({"capability": "SMS,VOICE"}, 26),
        ({"capabilities": "SMS"}, 27),
        ({"numberPattern.pattern": "%2B1202"}, 25),
        ({"numberPattern.pattern": "+1202"}, 0),
        ({"numberPattern.pattern": "0001", "numberPattern.searchPattern": "END"}, 2),
        ({"numberPattern.pattern": "5550", "numberPattern.searchPattern": "CONTAINS"}, 26),
        ({"numberPattern.pattern": "%2B1800", "capability": "VOICE", "type": "TOLL_FREE"}, 1),
    ],
)
async def test_filters(api: Any, numbers: None, query: dict[str, str], count: int) -> None:
    """Filters narrow the pages and the count alike; `capabilities` is no filter here."""
    path = "&".join(f"{name}={value}" for name, value in query.items())

    assert count == (await api.get(f"activeNumbers?{path}")).json["totalSize"]
    assert count == len(await api.walk(pageSize=4, **query))


@pytest.mark.parametrize("order_by", ["phoneNumber", "displayName"])
@pytest.mark.parametrize("size", [1, 4, 26, 27, 28])
async def test_pages_add_up(
    api: Any, sandbox: Sandbox, numbers: None, order_by: str, size: int
) -> None:
    """Every size of page gives the same list, in the order that was asked for."""
    held = sandbox.project().active
    names = {"phoneNumber": lambda n: n, "displayName": lambda n: (held[n].display_name, n)}

    assert sorted(held, key=names[order_by]) == await api.walk(pageSize=size, orderBy=order_by)


async def test_page_size_is_cut_and_checked(api: Any, sandbox: Sandbox, numbers: None) -> None:
    """Thirty without a wish, never more than the limit, and not less than one."""
    for line in range(10):
        sandbox.project().add_active(phone_number=f"+1303555{line:04}")

    assert 30 == len((await api.get("activeNumbers")).json["activeNumbers"])
    assert 37 == len((await api.get("activeNumbers?pageSize=99999")).json["activeNumbers"])
    for size in ("0", "-1", "x", "1e3", "9" * 5000):
        assert 400 == (await api.get(f"activeNumbers?pageSize={size}")).status


async def test_page_token_belongs_to_its_list(api: Any, numbers: None) -> None:
    """Garbage is refused, and so is the token of a list with other filters."""
    token = (await api.get("activeNumbers?pageSize=2")).json["nextPageToken"]
    same = await api.get(f"activeNumbers?pageSize=3&pageToken={token}")
    wrong = [
        f"regionCode=US&pageToken={token}",
        f"orderBy=displayName&pageToken={token}",
        f"capability=SMS&pageToken={token}",
        f"pageToken={token[:-4]}",
        f"pageToken=A{token[1:]}",
        "pageToken=2",
        "pageToken=%C3%A9",
        "orderBy=price",
        "type=PAGER",
        "capability=FAX",
        "numberPattern.searchPattern=CONTAIN",
    ]

    assert NUMBERS[2:5] == [number["phoneNumber"] for number in same.json["activeNumbers"]]
    assert [400] * len(wrong) == [(await api.get(f"activeNumbers?{q}")).status for q in wrong]


async def test_limit_of_the_page_size_is_a_setting(clock: Clock) -> None:
    """A sandbox can be set up with small pages."""
    import aiohttp

    from .conftest import Api

    async with (
        Sandbox(numbers=10, stock=0, clock=clock, max_page_size=3) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        page = (await Api(sandbox, session).get("activeNumbers?pageSize=1000")).json

    assert (3, 10) == (len(page["activeNumbers"]), page["totalSize"])


LINES = st.integers(0, 60)
STEPS = st.lists(st.tuples(st.sampled_from(["rent", "release", "expire", "rename"]), LINES))


@examples(
    25,
    150,
    size=st.integers(1, 12),
    order_by=st.sampled_from(["phoneNumber", "displayName"]),
    capability=st.sampled_from([frozenset(), frozenset({"SMS"})]),
    prefix=st.sampled_from(["", "+1202", "+120255500"]),
    start=st.sets(LINES),
    between=st.lists(STEPS, max_size=12),
)
def test_walk_neither_repeats_nor_skips(
    size: int,
    order_by: str,
    capability: frozenset[str],
    prefix: str,
    start: set[int],
    between: list[list[tuple[str, int]]],
) -> None:
    """Whatever comes and goes between two pages: nothing twice, and all that stayed are there."""
    clock = Clock(running=False)
    project = Project("p", clock=clock)
    for line in sorted(start):
        project.add_active(phone_number=f"+1202555{line:04}")
    stayed = set(project.active)
    renamed: set[str] = set()
    wanted = Filter(capability=capability, pattern=prefix)

    listed: list[str] = []
    after = None
    while True:
        page, after, total = project.active.page(wanted, order_by=order_by, after=after, size=size)
        listed += [number.phone_number for number in page]
        matching = [number for number in project.active if number.startswith(prefix)]
        assert len(matching) == total
        if after is None:
            break
        for step, line in between.pop() if between else []:
            number = f"+1202555{line:04}"
            if step == "rent" and number not in project.active:
                project.add_active(phone_number=number)
            elif step == "release" and number in project.active:
                project.release(number)
            elif step == "expire" and number in project.active:
                project.release(number)
                end = project.active[number].expire_at
                assert end is not None
                clock.set(end)
            elif step == "rename" and number in project.active and order_by == "phoneNumber":
                from sinch_numbers.sandbox._state.change import Change

                project.update(number, Change(display_name=f"{line}"))
                renamed.add(number)
        stayed &= set(project.active)

    assert len(set(listed)) == len(listed)
    assert {number for number in stayed if number.startswith(prefix)} <= set(listed)


def test_expired_numbers_leave_lists_and_lookups(project: Project, clock: Clock) -> None:
    """The end of a rent needs nobody to look at the number."""
    gone = project.add_active(expire_at=clock.now() + timedelta(seconds=5))
    stays = project.add_active()
    clock.advance(5)

    assert [stays.phone_number] == list(project.active)
    assert gone.phone_number not in project.active
    assert 1 == len(project.active)
