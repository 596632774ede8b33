"""Inventory reads over sockets: resumed, with faults, and with correct completeness."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path

import malformed
import pytest
from products import named

from sinch_numbers import (
    AuthenticationError,
    InternalServerError,
    InvalidArgumentError,
    NumbersClient,
    PermissionDeniedError,
)
from sinch_numbers.inventory import Checkpoint, CompletenessStatus, Inventory
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sync import SyncInventory, SyncNumbersClient, gather
from tests.conftest import QUICK

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(numbers=1200, stock=0) as sandbox:
        yield sandbox


def texts(sandbox: Sandbox) -> set[str]:
    return set(sandbox.project().active)


async def test_it_can_be_stopped_at_any_number_and_goes_on(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """The same object, walked again, goes on where it was left."""
    dice = random.Random(11)
    numbers = Inventory(client, page_size=50)
    handed_out: list[str] = []

    while not numbers.ended:
        patience = dice.randrange(1, 400)
        async for number in numbers:
            handed_out.append(number.phone_number)
            patience -= 1
            if not patience:
                break
        assert len(handed_out) == numbers.read

    assert 1200 == len(handed_out)
    assert texts(sandbox) == set(handed_out)
    assert numbers.completeness.complete
    assert 0 == numbers.completeness.duplicates


async def test_a_checkpoint_goes_on_elsewhere(client: NumbersClient, sandbox: Sandbox) -> None:
    """Its JSON is all that another process needs."""
    dice = random.Random(12)
    checkpoint = None
    handed_out: list[str] = []

    for _ in range(8):
        numbers = Inventory(client, page_size=50, checkpoint=checkpoint)
        patience = dice.randrange(1, 150)
        async for page in numbers.pages():
            handed_out += [number.phone_number for number in page.items]
            patience -= len(page.items)
            if patience < 0:
                break
        assert numbers.checkpoint is not None
        checkpoint = Checkpoint.loads(numbers.checkpoint.dumps())

    async for number in Inventory(client, page_size=50, checkpoint=checkpoint):
        handed_out.append(number.phone_number)

    assert 1200 == len(handed_out)
    assert texts(sandbox) == set(handed_out)


def count_questions() -> int:
    """Count the requests of an inventory that are under way."""
    return sum("Inventory._ask" in repr(task.get_coro()) for task in asyncio.all_tasks())


async def test_nothing_goes_on_behind_a_walk_that_was_left(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """No task, and no request that nobody waits for."""
    numbers = Inventory(client, page_size=10)
    pages = numbers.pages()
    await anext(pages)
    assert 0 < count_questions()

    await pages.aclose()

    assert 0 == count_questions()
    await asyncio.sleep(0.05)  # requests that were sent before arrive
    calls = len(sandbox.calls)
    await asyncio.sleep(0.05)
    assert calls == len(sandbox.calls)


async def test_faults_on_the_way_lose_nothing(client: NumbersClient, sandbox: Sandbox) -> None:
    """A page in five fails in one way or other; all of them come in the end."""
    sandbox.faults.add("expired_token", path="activeNumbers", times=1)
    for kind in ("500", "drop", "truncated", "429"):
        sandbox.faults.add(kind, path="activeNumbers", probability=0.05, seed=3, times=10_000)
    checkpoint, completeness = None, None
    handed_out: list[str] = []

    while completeness is None or not completeness.complete:
        numbers = Inventory(
            client.with_options(retries=5), page_size=50, concurrency=4, checkpoint=checkpoint
        )
        handed_out += [number.phone_number async for number in numbers]
        checkpoint, completeness = numbers.checkpoint, numbers.completeness

    assert 1200 == len(handed_out)
    assert texts(sandbox) == set(handed_out)


async def test_a_page_that_fails_for_good_is_a_gap(sandbox: Sandbox) -> None:
    """Why and where is told, the rest is read, and resuming fills the gap."""
    async with connected(sandbox, retries=0) as client:
        numbers = Inventory(client, page_size=50, concurrency=2)
        await numbers.look()
        sandbox.faults.add("500", path="activeNumbers", times=1)
        handed_out = [number.phone_number async for number in numbers]
        first = numbers.completeness
        handed_out += [
            number.phone_number
            async for number in Inventory(client, checkpoint=numbers.checkpoint)
        ]

    assert CompletenessStatus.INCOMPLETE is first.status
    assert 1 == len(first.gaps)
    assert str(first.gaps[0]) in first.explanation
    assert 1200 == len(handed_out)
    assert texts(sandbox) == set(handed_out)


async def test_when_all_fails_it_stops(sandbox: Sandbox) -> None:
    """It does not go through all partitions when nothing comes back."""
    async with connected(sandbox, retries=0) as client:
        numbers = Inventory(client, concurrency=3)
        await numbers.look()
        sandbox.faults.add("500", path="activeNumbers", times=10_000)
        with pytest.raises(InternalServerError) as caught:
            await anext(numbers.pages())
        assert len(sandbox.faults.applied) <= 2 * 3 + 1
        sandbox.faults.clear()
        rest = [number.phone_number async for number in numbers]

    assert caught.value.__notes__[0].startswith("while reading ")
    assert 1200 == len(rest)


@pytest.mark.parametrize(("kind", "error"), [("403", PermissionDeniedError)])
async def test_what_no_other_partition_would_be_spared_stops_it(
    client: NumbersClient, sandbox: Sandbox, kind: str, error: type[Exception]
) -> None:
    """A key that may not read will not read elsewhere."""
    numbers = Inventory(client)
    await numbers.look()
    sandbox.faults.add(kind, path="activeNumbers")

    with pytest.raises(error):
        await anext(numbers.pages())


async def test_a_wrong_key_is_told_at_once(sandbox: Sandbox) -> None:
    """Nothing was read: there is no checkpoint either."""
    async with NumbersClient(
        "sandbox", "sandbox", "wrong", numbers_url=sandbox.url, auth_url=sandbox.url
    ) as client:
        numbers = Inventory(client)
        with pytest.raises(AuthenticationError):
            await anext(numbers.pages())

    assert numbers.checkpoint is None
    assert 0 == numbers.read


async def test_a_page_token_that_is_refused_starts_the_partition_over(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Tokens may not live as long as checkpoints; what came before does not come again."""
    numbers = Inventory(client, page_size=20)
    pages = numbers.pages()
    handed_out = []
    for _ in range(40):
        page = await anext(pages)
        handed_out += [number.phone_number for number in page.items]
    await pages.aclose()
    saved = numbers.checkpoint
    assert saved is not None
    assert any(bookmark.page_token for bookmark in saved.open)
    text = saved.dumps()
    for bookmark in saved.open:
        if bookmark.page_token:
            text = text.replace(bookmark.page_token, "an-old-token")
    resumed = Inventory(client, page_size=20, checkpoint=Checkpoint.loads(text))

    handed_out += [number.phone_number async for number in resumed]

    assert 1200 == len(handed_out)
    assert texts(sandbox) == set(handed_out)
    assert resumed.completeness.complete
    assert 0 == resumed.completeness.duplicates


async def test_a_number_that_cannot_be_read_costs_no_others(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """It is a gap of its own, with its number; its page is read all the same."""
    odd = sorted(texts(sandbox))[534]
    sandbox.project().add_active(
        phone_number=odd, region_code=sandbox.project().active[odd].region_code,
        type=sandbox.project().active[odd].type, capability=(7,),
    )  # fmt: skip
    numbers = Inventory(client)

    handed_out = [number.phone_number async for number in numbers]

    assert texts(sandbox) - {odd} == set(handed_out)
    assert [odd] == [gap.phone_number for gap in numbers.completeness.gaps]
    assert CompletenessStatus.INCOMPLETE is numbers.completeness.status


async def test_numbers_that_come_and_go_meanwhile_are_told(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Rented and ended as it is read: the completeness says so, and nothing is reported twice."""
    project = sandbox.project()
    before = texts(sandbox)
    numbers = Inventory(client, page_size=20, concurrency=3)
    handed_out: list[str] = []
    rented = 0

    async for page in numbers.pages():
        handed_out += [number.phone_number for number in page.items]
        project.add_active(phone_number=f"+1202555{rented:04}")
        rented += 1

    assert len(set(handed_out)) == len(handed_out)
    assert before <= set(handed_out)
    assert CompletenessStatus.CHANGED is numbers.completeness.status
    assert "changed while it was read" in numbers.completeness.explanation


async def test_a_checkpoint_belongs_to_its_project(client: NumbersClient) -> None:
    """One project's position means nothing in another."""
    stranger = Checkpoint(project_id="other", counted_before=0, roots=(), open=())

    with pytest.raises(InvalidArgumentError, match="checkpoint"):
        Inventory(client, checkpoint=stranger)


@pytest.mark.parametrize("text", named(malformed.NOT_CHECKPOINTS))
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    """A file that was cut off, or is something else, is told from a checkpoint."""
    with pytest.raises(InvalidArgumentError, match="checkpoint"):
        Checkpoint.loads(text)


async def test_a_checkpoint_does_not_grow_with_the_numbers(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """It is as long in the end as at the start."""
    numbers = Inventory(client, page_size=100)
    lengths = []

    async for _ in numbers.pages():
        assert numbers.checkpoint is not None
        lengths.append(len(numbers.checkpoint.dumps()))

    assert max(lengths) < 6_000


def connected(sandbox: Sandbox, **options: int) -> NumbersClient:
    return NumbersClient(
        "sandbox",
        "sandbox",
        "sandbox",
        numbers_url=sandbox.url,
        auth_url=sandbox.url,
        backoff=QUICK,
        **options,  # type: ignore[arg-type]  # options of numbers
    )


async def test_sync_code_reads_the_same(sandbox: Sandbox) -> None:
    """Stopped, resumed and complete as in async code."""

    def read() -> tuple[list[str], bool]:
        with SyncNumbersClient(
            "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.url
        ) as client:
            numbers = SyncInventory(client, page_size=100)
            handed_out = []
            for number in numbers:
                handed_out.append(number.phone_number)
                if len(handed_out) == 777:
                    break
            assert numbers.checkpoint is not None
            resumed = SyncInventory(client, checkpoint=numbers.checkpoint)
            handed_out += [number.phone_number for number in resumed]
            return handed_out, resumed.completeness.complete

    handed_out, complete = await asyncio.to_thread(read)

    assert 1200 == len(handed_out)
    assert texts(sandbox) == set(handed_out)
    assert complete


async def test_sync_code_gathers_on_the_private_loop(sandbox: Sandbox) -> None:
    """A method of an endpoint is called many times at once; anything else is refused."""
    wanted = sorted(texts(sandbox))[:200]

    def read() -> list[str]:
        with SyncNumbersClient(
            "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.url
        ) as client:
            with pytest.raises(InvalidArgumentError, match="call"):
                gather(str, wanted)
            outcomes = gather(client.active_numbers.get, wanted)
            return [outcome.get().phone_number for outcome in outcomes]

    assert wanted == await asyncio.to_thread(read)


@pytest.mark.parametrize("size", [100, 700, 50_000])
async def test_what_is_divided_is_read_in_parts_and_put_together(
    client: NumbersClient, sandbox: Sandbox, size: int
) -> None:
    """Parts read by anybody, in any order, make one complete inventory."""
    whole = await Inventory(client).plan(size)
    parts = [Checkpoint.loads(part.dumps()) for part in whole.divide(size)]
    handed_out: list[str] = []
    read = []
    for part in reversed(parts):
        numbers = Inventory(client, checkpoint=part, page_size=50)
        taken = [number.phone_number async for number in numbers]
        assert len(taken) <= size
        handed_out += taken
        assert numbers.checkpoint is not None
        read.append(numbers.checkpoint)

    merged = Inventory(client, checkpoint=whole.merge(read))

    assert [] == [number async for number in merged]
    assert merged.completeness.complete
    assert 1200 == merged.completeness.read == len(handed_out)
    assert texts(sandbox) == set(handed_out)
    assert len(parts) >= 1200 / size


async def test_parts_of_another_project_are_not_put_together(client: NumbersClient) -> None:
    """A mix-up is told, not counted."""
    whole = await Inventory(client).plan()
    stranger = Checkpoint(project_id="other", counted_before=0, roots=(), open=())

    with pytest.raises(InvalidArgumentError, match="parts"):
        whole.merge([stranger])


def test_the_format_of_checkpoints_is_the_first() -> None:
    """A change of the format needs a new version, since saved checkpoints are resumed later."""
    with Path(__file__).with_name("checkpoint-1.json").open(encoding="utf-8") as file:
        saved = file.read()

    assert json.loads(saved) == json.loads(Checkpoint.loads(saved).dumps())
