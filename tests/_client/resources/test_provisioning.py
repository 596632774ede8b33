"""Waiting for links: it ends when they are made, have failed, or time is up, and never lies."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sinch_numbers import (
    InvalidArgumentError,
    LinkState,
    NotFoundError,
    NumberEvent,
    NumbersClient,
    PermissionDeniedError,
    ProgressEvent,
    RtcVoice,
    SmsConfiguration,
    SmsErrorCode,
    SyncNumbersClient,
    WaitFailedError,
    WaitOutcome,
    WaitResult,
    WaitTimeoutError,
)
from sinch_numbers._client.provisioning import voice_state
from sinch_numbers._core.notifier import Notifier
from sinch_numbers._core.serialization import converter
from sinch_numbers.models import ActiveNumber, explanations
from sinch_numbers.sandbox import Clock, Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+12025550147"
OTHER = "+12025550148"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run a sandbox whose time stands still, so that nothing ends before it is to."""
    async with Sandbox(numbers=0, stock=0, clock=Clock(running=False)) as sandbox:
        for number in (NUMBER, OTHER):
            sandbox.project().add_available(phone_number=number)
        yield sandbox


async def rent(client: NumbersClient, number: str = NUMBER, **links: str) -> None:
    plan, campaign, app = links.get("plan"), links.get("campaign"), links.get("app")
    await client.available_numbers.rent(
        number,
        sms_configuration=SmsConfiguration(plan, campaign) if plan else None,
        voice_configuration=RtcVoice(app) if app else None,
    )


def wait(client: Any, number: str = NUMBER, **options: Any) -> Any:
    options.setdefault("longest_pause", 0.005)
    return client.active_numbers.wait_until_provisioned(number, **options)


def reads(sandbox: Sandbox) -> int:
    """Return the number of reads since the last rent, which reads the number itself."""
    rents = [at for at, call in enumerate(sandbox.calls) if call.endswith(":rent")]
    return sum(call.startswith("GET") for call in sandbox.calls[max(rents, default=-1) + 1 :])


async def after_reads(sandbox: Sandbox, count: int) -> None:
    """Return when *count* reads have been made; what is waited for is bound to come."""
    while reads(sandbox) < count:
        await asyncio.sleep(0.001)


async def test_it_polls_until_the_links_are_made(client: NumbersClient, sandbox: Sandbox) -> None:
    """Nothing tells, and it ends all the same, with the number as it is then."""
    await rent(client, plan="p", campaign="C1", app="a")
    waiting = asyncio.create_task(wait(client, sms=True, voice=True))
    await after_reads(sandbox, 3)
    assert not waiting.done()
    sandbox.clock.advance(2)
    ended = await waiting

    assert WaitOutcome.SUCCEEDED == ended.outcome
    assert {"sms": LinkState.LINKED, "voice": LinkState.LINKED} == ended.steps
    assert ended.get() == await client.active_numbers.get(NUMBER)
    assert f"{NUMBER} succeeded: sms linked; voice linked" == ended.explanation


async def test_an_event_wakes_it(client: NumbersClient, sandbox: Sandbox) -> None:
    """Between two reads far apart, an event about the number makes it look at once."""
    await rent(client, plan="p")
    waiting = asyncio.create_task(wait(client, longest_pause=3600.0))
    await after_reads(sandbox, 1)
    sandbox.clock.advance(2)
    sibling = client.with_options(timeout=1.0)
    while not waiting.done():
        # The first one may come while the reply to the first read is still on its way.
        await sibling.notify(NumberEvent(resource_id=NUMBER))
        await asyncio.wait([waiting], timeout=0.01)

    assert WaitOutcome.SUCCEEDED == (await waiting).outcome


async def test_an_event_from_another_thread_wakes_it(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Whoever hears of the event need not run in the loop of who waits."""
    await rent(client, plan="p")
    waiting = asyncio.create_task(wait(client, longest_pause=3600.0))
    await after_reads(sandbox, 1)
    sandbox.clock.advance(2)
    event = NumberEvent(resource_id=NUMBER)

    def tell() -> None:
        asyncio.run(client.notify(event))

    while not waiting.done():
        thread = threading.Thread(target=tell)
        thread.start()
        await asyncio.wait([waiting], timeout=0.01)
        thread.join()

    assert WaitOutcome.SUCCEEDED == (await waiting).outcome


async def test_an_event_about_another_number_does_not(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Nobody is woken for nothing."""
    await rent(client, plan="p")
    waiting = asyncio.create_task(wait(client, longest_pause=3600.0))
    await after_reads(sandbox, 1)
    for resource in (OTHER, None):
        await client.notify(NumberEvent(resource_id=resource))
    await asyncio.sleep(0)
    assert 1 == reads(sandbox)
    waiting.cancel()
    await asyncio.wait([waiting])

    assert waiting.cancelled()


@pytest.mark.parametrize(
    ("links", "sms", "voice", "codes"),
    [
        ({"plan": "fail"}, LinkState.FAILED, LinkState.UNLINKED, ["SMS_PROVISIONING_FAILED"]),
        (
            {"plan": "p", "campaign": "TFN_NOT_ALLOWED", "app": "a"},
            LinkState.FAILED,
            LinkState.LINKED,
            ["TFN_NOT_ALLOWED"],
        ),
        ({"plan": "p", "app": "fail"}, LinkState.LINKED, LinkState.FAILED, []),
        ({"plan": "stuck", "app": "fail"}, LinkState.PENDING, LinkState.FAILED, []),
    ],
)
async def test_a_failure_ends_it(
    client: NumbersClient,
    sandbox: Sandbox,
    links: dict[str, str],
    sms: LinkState,
    voice: LinkState,
    codes: list[str],
) -> None:
    """What failed is told with its codes and what they mean; what is pending as such."""
    await rent(client, **links)
    sandbox.clock.advance(2)
    ended = await wait(client)

    assert WaitOutcome.FAILED == ended.outcome
    assert {"sms": sms, "voice": voice} == ended.steps
    assert tuple(codes) == ended.error_codes
    assert (codes[0] if codes else "PROVISIONING_TO_VOICE_PLATFORM_FAILED") in str(ended.problem)
    if codes:
        assert isinstance(ended.error_codes[0], SmsErrorCode)
    with pytest.raises(WaitFailedError, match=re.escape(str(ended.problem))) as caught:
        ended.get()
    assert ended == caught.value.result
    assert ended.resource is not None
    for why in explanations(ended.resource):  # of a failed voice configuration, too
        assert str(why) in str(ended.problem)


async def test_what_does_not_matter_is_not_looked_at(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Whoever waits for SMS only is told of SMS only, and the other way round."""
    await rent(client, plan="p", app="fail")
    sandbox.clock.advance(2)
    only_sms = await wait(client, voice=False)
    only_voice = await wait(client, sms=False)

    assert (WaitOutcome.SUCCEEDED, ["sms"]) == (only_sms.outcome, list(only_sms.steps))
    assert (WaitOutcome.FAILED, ["voice"]) == (only_voice.outcome, list(only_voice.steps))


async def test_what_nobody_asked_for(client: NumbersClient, sandbox: Sandbox) -> None:
    """Without a link and without a job: fine, unless the link has to be there in the end."""
    await rent(client, plan="p")
    sandbox.clock.advance(2)
    assert WaitOutcome.SUCCEEDED == (await wait(client)).outcome
    before = reads(sandbox)
    ended = await wait(client, voice=True)

    assert (WaitOutcome.FAILED, LinkState.UNLINKED) == (ended.outcome, ended.steps["voice"])
    assert "never requested: set voice_configuration with update" == ended.problem
    assert 3 == reads(sandbox) - before


@pytest.mark.slow
async def test_time_is_up(client: NumbersClient, sandbox: Sandbox) -> None:
    """The last state seen is told."""
    await rent(client, plan="stuck")
    sandbox.clock.advance(3600)
    ended = await wait(client, deadline=1.0)

    assert WaitOutcome.TIMED_OUT == ended.outcome
    assert LinkState.PENDING == ended.steps["sms"]
    assert ended.resource is not None
    assert f"{NUMBER} timed out after 1 s: sms pending; voice unlinked" == ended.explanation
    with pytest.raises(WaitTimeoutError, match="timed out after 1 s") as caught:
        ended.get()
    assert ended == caught.value.result


async def test_time_is_up_before_anything_was_read(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """Nothing is known then, and the result does not pretend."""
    await rent(client, plan="p")
    sandbox.faults.add("stall", method="GET", times=100)

    ended = await wait(client, deadline=0.1)

    assert WaitResult(subject=NUMBER, outcome=WaitOutcome.TIMED_OUT) == ended


async def test_a_deadline_of_zero_reads_once(client: NumbersClient, sandbox: Sandbox) -> None:
    """The state that the read shows counts, and nothing is waited for."""
    await rent(client, plan="p")
    pending = await wait(client, deadline=0)
    sandbox.clock.advance(2)
    linked = await wait(client, deadline=0)

    assert (WaitOutcome.TIMED_OUT, 1) == (pending.outcome, pending.polls)
    assert (WaitOutcome.SUCCEEDED, 1) == (linked.outcome, linked.polls)
    with pytest.raises(NotFoundError):
        await wait(client, OTHER, deadline=0)


async def test_progress_is_reported_while_it_waits(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """After each read that does not end it, with the state of each step."""
    await rent(client, plan="p")
    seen: list[ProgressEvent] = []

    def note(event: ProgressEvent) -> None:
        seen.append(event)
        if len(seen) == 2:
            sandbox.clock.advance(2)

    ended = await wait(client, on_progress=note)

    assert ended.polls - 1 == len(seen)
    assert {(NUMBER, "waiting for provisioning: SMS pending, voice unlinked, up to 600 s")} == {
        (one.subject, one.text) for one in seen
    }


@pytest.mark.slow
async def test_a_stale_read_does_not_end_it(client: NumbersClient, sandbox: Sandbox) -> None:
    """A first read that shows the number as it was before is not believed."""
    sandbox.project().add_active(phone_number="+12025550190")
    sandbox.clock.advance(5)
    await client.active_numbers.update("+12025550190", sms_configuration=SmsConfiguration("stuck"))
    sandbox.faults.add("stale", seconds=1.0, times=1)
    ended = await wait(client, "+12025550190", deadline=1.0)

    assert ["stale"] == sandbox.faults.applied
    assert (WaitOutcome.TIMED_OUT, LinkState.PENDING) == (ended.outcome, ended.steps["sms"])


async def test_a_number_may_not_be_readable_yet(client: NumbersClient, sandbox: Sandbox) -> None:
    """One 404 after a rent proves nothing; three in a row do."""
    sandbox.clock.advance(60)
    await rent(client, plan="p")
    sandbox.faults.add("stale", seconds=1.0, times=2)
    sandbox.clock.advance(0.1)
    waiting = asyncio.create_task(wait(client))
    await after_reads(sandbox, 3)
    sandbox.clock.advance(2)
    assert WaitOutcome.SUCCEEDED == (await waiting).outcome
    before = reads(sandbox)

    with pytest.raises(NotFoundError):
        await wait(client, OTHER)
    assert 3 == reads(sandbox) - before


async def test_an_outage_is_waited_out(client: NumbersClient, sandbox: Sandbox) -> None:
    """What is transient does not end the wait; what is not, does."""
    await rent(client, plan="p")
    once = client.with_options(retries=0)
    sandbox.faults.add("503", method="GET", times=5)
    sandbox.clock.advance(2)
    assert WaitOutcome.SUCCEEDED == (await wait(once)).outcome

    sandbox.faults.add("503", method="GET", times=10_000)
    ended = await wait(once, deadline=1.0)
    assert WaitOutcome.TIMED_OUT == ended.outcome
    assert "503" in str(ended.error)
    assert "503" in ended.explanation
    sandbox.faults.clear()
    sandbox.faults.add("403", method="GET", times=10_000)
    with pytest.raises(PermissionDeniedError):
        await wait(once)


@pytest.mark.parametrize(
    ("number", "options"),
    [
        ("12025550147", {}),
        (NUMBER, {"sms": False, "voice": False}),
        (NUMBER, {"sms": "yes"}),
        (NUMBER, {"voice": 1}),
        (NUMBER, {"deadline": -1}),
        (NUMBER, {"deadline": True}),
        (NUMBER, {"on_progress": "loud"}),
        (NUMBER, {"deadline": float("nan")}),
        (NUMBER, {"longest_pause": -1}),
    ],
)
async def test_what_makes_no_sense_is_refused(
    client: NumbersClient, sandbox: Sandbox, number: str, options: dict[str, Any]
) -> None:
    """Before a byte is sent, one number or many."""
    many = client.active_numbers.wait_until_all_provisioned
    with pytest.raises(InvalidArgumentError):
        await client.active_numbers.wait_until_provisioned(number, **options)
    with pytest.raises(InvalidArgumentError):
        await many([NUMBER, number], **options)
    for wrong in ({"phone_numbers": NUMBER}, {"phone_numbers": [NUMBER], "concurrency": 0}):
        with pytest.raises(InvalidArgumentError):
            await many(**wrong)

    assert [] == sandbox.calls


async def test_many_at_once(client: NumbersClient, sandbox: Sandbox) -> None:
    """Each ends as it does, none stops another, and few reads are under way at a time."""
    links = [{"plan": "p"}, {"plan": "fail"}, {"app": "a"}, {}]
    numbers = [f"+1303555{n:04}" for n in range(40)]
    for place, number in enumerate(numbers):
        sandbox.project().add_available(phone_number=number)
        await rent(client, number, **links[place % 4])
    sandbox.clock.advance(2)
    ended = await client.active_numbers.wait_until_all_provisioned(
        [*numbers, OTHER, numbers[0]], longest_pause=0.05, concurrency=4
    )

    expected = ["succeeded", "failed", "succeeded", "succeeded"]
    assert [*numbers, OTHER] == list(ended)
    assert [expected[place % 4] for place in range(40)] == [
        ended[number].outcome for number in numbers
    ]
    assert WaitOutcome.UNREADABLE == ended[OTHER].outcome
    assert isinstance(ended[OTHER].error, NotFoundError)
    with pytest.raises(NotFoundError):
        ended[OTHER].get()


@pytest.mark.slow
async def test_many_in_vain(client: NumbersClient, sandbox: Sandbox) -> None:
    """The deadline is one for all, not one after the other."""
    numbers = [f"+1303555{n:04}" for n in range(40)]
    for number in numbers:
        sandbox.project().add_available(phone_number=number)
        await rent(client, number, plan="stuck")
    waiting = client.active_numbers.wait_until_all_provisioned
    ended = await waiting(numbers, deadline=1.0, longest_pause=0.2, concurrency=4)

    assert {WaitOutcome.TIMED_OUT} == {one.outcome for one in ended.values()}


def test_a_bell_forgets_who_left() -> None:
    """Who listens no more is not rung for, and not kept; a closed loop is no error."""
    bell = Notifier()

    async def listen(name: str) -> None:
        with bell.subscribe(name) as rung, bell.subscribe(name) as other:
            bell.notify(name)
            await rung.wait()
            await other.wait()
            with pytest.raises(KeyError), bell.subscribe("x"):
                raise KeyError

    asyncio.run(listen("a"))
    bell.notify("a")
    loop = asyncio.new_event_loop()
    loop.close()
    bell._waiters["b"] = [(loop, asyncio.Event())]
    bell.notify("b")

    assert ["b"] == list(bell._waiters)


async def test_an_unknown_kind_of_voice_link() -> None:
    """A kind newer than this release has a state as well."""
    for fields, state in (
        ({"newId": "n", "scheduledVoiceProvisioning": None}, LinkState.LINKED),
        ({"newId": "n", "scheduledVoiceProvisioning": {}}, LinkState.LINKED),
        ({"newId": "", "scheduledVoiceProvisioning": {}}, LinkState.UNLINKED),
        ({"newId": "", "scheduledVoiceProvisioning": {"status": "WAITING"}}, LinkState.PENDING),
        ({"newId": "n", "scheduledVoiceProvisioning": {"status": "FAILED"}}, LinkState.FAILED),
    ):
        payload = {"phoneNumber": NUMBER, "voiceConfiguration": {"type": "NEW", **fields}}
        assert state == voice_state(converter.load(payload, ActiveNumber))


async def test_the_twin_waits_too(sandbox: Sandbox) -> None:
    """Without a loop of one's own; an event from yet another thread wakes it."""
    sandbox.clock.advance(1)

    def waits() -> tuple[WaitResult[ActiveNumber], WaitResult[ActiveNumber]]:
        with SyncNumbersClient(
            "sandbox",
            "sandbox",
            "sandbox",
            numbers_url=sandbox.url,
            auth_url=sandbox.auth_url,
        ) as client:
            client.available_numbers.rent(NUMBER, sms_configuration=SmsConfiguration("p"))
            sandbox.clock.advance(2)
            client.notify(NumberEvent(resource_id=NUMBER))
            many = client.active_numbers.wait_until_all_provisioned([NUMBER], longest_pause=0.01)
            return wait(client), many[NUMBER]

    one, of_many = await asyncio.to_thread(waits)

    assert WaitOutcome.SUCCEEDED == one.outcome
    assert one == of_many
