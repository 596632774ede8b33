"""Webhooks: scheduled, signed, redelivered, and lost on request."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest
from aiohttp import web

from sinch_numbers.sandbox import Clock, Event, Project, Sandbox
from sinch_numbers.sandbox._api.bodies import updating

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER = "+12025550147"
SMS = "PROVISIONING_TO_SMS_PLATFORM"
CAMPAIGN = "PROVISIONING_TO_CAMPAIGN"
VOICE = "PROVISIONING_TO_VOICE_PLATFORM"


@attrs.define
class Hook:
    """Take webhooks, or refuse them, over a real socket."""

    url: str
    bodies: list[bytes] = attrs.field(factory=list)
    headers: list[dict[str, str]] = attrs.field(factory=list)
    statuses: list[int] = attrs.field(factory=list)
    path: list[str] = attrs.field(factory=list)
    arrived: asyncio.Event = attrs.field(factory=asyncio.Event)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    async def handle(self, request: web.BaseRequest) -> web.Response:
        self.path.append(request.path)
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        self.arrived.set()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    taken = Hook("")
    runner = web.ServerRunner(web.Server(taken.handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    taken.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield taken
    await runner.cleanup()


@pytest.fixture
def deliver(sandbox: Sandbox, clock: Clock, hook: Hook) -> Callable[..., Any]:
    """Let time pass, and wait until what happened has been delivered."""
    sandbox.webhooks.url = f"{hook.url}/default"
    sandbox.webhooks.pause = 0.001

    async def wait(seconds: float = 2.0) -> None:
        clock.advance(seconds)
        await sandbox.webhooks.settled()

    return wait


def linked(project: Project, plan: str = "p", campaign: str = "", app: str = "", **more: str):
    body: dict[str, Any] = {"smsConfiguration": {"servicePlanId": plan, "campaignId": campaign}}
    if not campaign:
        del body["smsConfiguration"]["campaignId"]
    if app:
        body["voiceConfiguration"] = {"appId": app}
    return project.update(NUMBER, updating(body | more))


def told(events: list[Event]) -> list[tuple[str, str, str]]:
    return [(event.event_type, event.status, event.failure_code) for event in events]


def test_events_come_when_nobody_looks(project: Project, clock: Clock) -> None:
    """Nothing while the jobs are under way, then one event for each, dated as it happened."""
    project.add_active(phone_number=NUMBER)
    start = clock.now()
    linked(project, campaign="C1", app="a")
    clock.advance(1.9)
    assert [] == project.events
    clock.advance(3600)

    assert [(SMS, "SUCCEEDED", ""), (CAMPAIGN, "SUCCEEDED", ""), (VOICE, "SUCCEEDED", "")] == told(
        project.events
    )
    assert {start + timedelta(seconds=2)} == {event.at for event in project.events}


@pytest.mark.parametrize(
    ("plan", "campaign", "expected"),
    [
        ("fail-1", "", (SMS, "FAILED", "")),
        ("fail-1", "C1", (SMS, "FAILED", "")),
        ("p", "EXCEEDED_10DLC_LIMIT", (CAMPAIGN, "FAILED", "EXCEEDED_10DLC_LIMIT")),
        ("p", "fail", (CAMPAIGN, "FAILED", "CAMPAIGN_PROVISIONING_FAILED")),
        ("p", "INTERNAL_ERROR", (CAMPAIGN, "FAILED", "")),
    ],
)
def test_failures_are_told_once(
    project: Project, clock: Clock, plan: str, campaign: str, expected: tuple[str, str, str]
) -> None:
    """An SMS platform failure has no code, a campaign failure has one of the event's codes."""
    project.add_active(phone_number=NUMBER)
    linked(project, plan, campaign)
    clock.advance(2)
    project.get(NUMBER)
    clock.advance(2)

    assert [expected] == told(project.events)


@pytest.mark.parametrize(
    ("campaign", "code"),
    [
        ("fail-EXCEEDED_10DLC_LIMIT", "CRS0001"),
        ("fail-CAMPAIGN_NOT_AVAILABLE", "501"),
        ("fail", ""),
    ],
)
def test_documented_internal_codes_come_along(
    project: Project, clock: Clock, campaign: str, code: str
) -> None:
    """A failure code has the internal code that the vendor documents beside it, if any."""
    project.add_active(phone_number=NUMBER)
    linked(project, "p", campaign)
    clock.advance(2)

    assert [code] == [
        event.internal_failure_code for event in project.events if event.failure_code
    ]


def test_voice_failure_and_stuck_jobs(project: Project, clock: Clock) -> None:
    """A voice link fails with a code of its own; a stuck job is never told."""
    project.add_active(phone_number=NUMBER)
    linked(project, "stuck", app="fail-1")
    clock.advance(3600)

    assert [(VOICE, "FAILED", f"{VOICE}_FAILED")] == told(project.events)


def test_cuts_are_told_at_once_and_jobs_that_are_called_off_never(
    project: Project, clock: Clock
) -> None:
    """What a request ends is told when it does; what it prevents does not happen."""
    project.add_active(phone_number=NUMBER)
    linked(project, campaign="C1", app="a")
    clock.advance(2)
    del project.events[:]
    project.update(
        NUMBER,
        updating(
            {
                "smsConfiguration": {"servicePlanId": "", "campaignId": ""},
                "voiceConfiguration": {"appId": ""},
            }
        ),
    )
    assert {
        "DEPROVISIONING_FROM_CAMPAIGN",
        "DEPROVISIONING_FROM_SMS_PLATFORM",
        "DEPROVISIONING_FROM_VOICE_PLATFORM",
    } == {event.event_type for event in project.events}
    del project.events[:]

    linked(project, "p2")
    project.release(NUMBER)
    clock.advance(3600)

    assert [] == project.events


def test_an_older_job_is_replaced(project: Project, clock: Clock) -> None:
    """A second request for another plan ends the first job; only the second is told."""
    project.add_active(phone_number=NUMBER)
    linked(project, "p1")
    clock.advance(1)
    linked(project, "p2")
    clock.advance(1)
    assert [] == project.events
    clock.advance(1)

    assert [(SMS, "SUCCEEDED", "")] == told(project.events)


async def test_a_webhook_is_posted_and_signed(
    sandbox: Sandbox, hook: Hook, deliver: Callable[..., Any]
) -> None:
    """The body as the service writes it, its signature beside it."""
    sandbox.project().add_active(phone_number=NUMBER)
    linked(sandbox.project())
    await deliver()

    (body,), (headers,) = hook.bodies, hook.headers
    secret = sandbox.project().hmac_secret
    assert (
        hmac.new(secret.encode(), body, hashlib.sha1).hexdigest() == headers["X-Sinch-Signature"]
    )
    event = json.loads(body)
    assert 26 == len(event.pop("eventId"))
    assert {
        "timestamp": "2026-03-14T09:26:55.589793000",
        "projectId": "sandbox",
        "resourceId": NUMBER,
        "resourceType": "ACTIVE_NUMBER",
        "eventType": SMS,
        "status": "SUCCEEDED",
        "failureCode": None,
        "internalFailureCode": None,
    } == event


async def test_a_number_may_name_its_own_place(
    sandbox: Sandbox, hook: Hook, deliver: Callable[..., Any]
) -> None:
    """The callback URL of the number wins; one beyond this machine is never posted to."""
    sandbox.project().add_active(phone_number=NUMBER)
    linked(sandbox.project(), callbackUrl=f"{hook.url}/own")
    await deliver()
    linked(sandbox.project(), plan="p", campaign="C1", callbackUrl="http://example.com/x")
    await deliver()

    assert ["/own"] == hook.path
    assert ("http://example.com/x", -1) == (
        sandbox.webhooks.deliveries[-1].url,
        sandbox.webhooks.deliveries[-1].status,
    )


@pytest.mark.parametrize("url", ["http://example.com", "https://127.0.0.1", "ftp://[::1]", "x"])
async def test_the_default_place_is_on_this_machine(sandbox: Sandbox, url: str) -> None:
    """A sandbox tells nobody else."""
    with pytest.raises(ValueError, match="this machine only"):
        sandbox.webhooks.url = url


async def test_what_is_not_taken_comes_again(
    sandbox: Sandbox, hook: Hook, deliver: Callable[..., Any]
) -> None:
    """Any status but 200 is a refusal; the same body comes until it is taken, then no more."""
    sandbox.project().add_active(phone_number=NUMBER)
    hook.statuses = [503, 204, 301, 404]
    linked(sandbox.project())
    await deliver()

    assert 5 == len(hook.bodies)
    assert 1 == len(set(hook.bodies))
    assert [503, 204, 301, 404, 200] == [one.status for one in sandbox.webhooks.deliveries]
    assert [1, 2, 3, 4, 5] == [one.attempt for one in sandbox.webhooks.deliveries]


async def test_nobody_listens(sandbox: Sandbox, deliver: Callable[..., Any]) -> None:
    """A webhook that nobody takes is given up in the end."""
    sandbox.project().add_active(phone_number=NUMBER)
    sandbox.webhooks.url = "http://127.0.0.1:9"
    sandbox.webhooks.attempts = 3
    linked(sandbox.project())
    await deliver()

    assert [0, 0, 0] == [one.status for one in sandbox.webhooks.deliveries]


async def test_duplicates(sandbox: Sandbox, hook: Hook, deliver: Callable[..., Any]) -> None:
    """Sent twice, and once more on request: one event, one name."""
    sandbox.project().add_active(phone_number=NUMBER)
    sandbox.webhooks.disturb(duplicate=1.0)
    linked(sandbox.project())
    await deliver()
    sandbox.webhooks.send_again()
    await deliver(0)

    assert 4 == len(hook.bodies)
    assert 1 == len(set(hook.bodies))


async def test_reordering(sandbox: Sandbox, hook: Hook, deliver: Callable[..., Any]) -> None:
    """What is held back is overtaken by what comes next."""
    project = sandbox.project()
    project.add_active(phone_number=NUMBER)
    sandbox.webhooks.disturb(reorder=1.0, seconds=60)
    linked(project, "p1")
    sandbox.clock.advance(2)
    assert 1 == len(project.events)
    sandbox.webhooks._collect()
    sandbox.webhooks.calm()
    project.update(NUMBER, updating({"smsConfiguration": {"servicePlanId": ""}}))
    await deliver(0)

    assert ["DEPROVISIONING_FROM_SMS_PLATFORM", SMS] == [one["eventType"] for one in hook.events]


async def test_delays_lose_nothing(
    sandbox: Sandbox, hook: Hook, deliver: Callable[..., Any]
) -> None:
    """Late is not lost."""
    project = sandbox.project()
    sandbox.webhooks.disturb(delay=0.5, reorder=0.5, duplicate=0.5, seconds=0.02, seed=3)
    numbers = [f"+1303555{n:04}" for n in range(40)]
    for number in numbers:
        project.add_active(phone_number=number)
        project.update(number, updating({"smsConfiguration": {"servicePlanId": "p"}}))
    await deliver()

    assert set(numbers) == {one["resourceId"] for one in hook.events}
    assert 40 == len({one["eventId"] for one in hook.events})
    assert 40 < len(hook.events)


async def test_the_running_clock_delivers_by_itself(hook: Hook) -> None:
    """Nobody reads, nobody steers: the event comes when its time has come."""
    async with Sandbox(numbers=0, stock=0, provisioning=0.05, webhooks=hook.url) as sandbox:
        sandbox.project().add_active(phone_number=NUMBER)
        linked(sandbox.project())
        await asyncio.wait_for(hook.arrived.wait(), 30)

    assert [SMS] == [one["eventType"] for one in hook.events]


async def test_the_world_it_starts_with_goes_on_as_well(hook: Hook, clock: Clock) -> None:
    """Jobs that were under way from the beginning end, and are told."""
    async with Sandbox(numbers=500, stock=0, clock=clock, webhooks=hook.url) as sandbox:
        clock.advance(3600)
        await sandbox.webhooks.settled()
        told = len(sandbox.project().events)
        elsewhere = sum(one.status == -1 for one in sandbox.webhooks.deliveries)

    assert told == len(hook.bodies) + elsewhere
    assert hook.bodies


async def test_it_can_be_steered_from_outside(
    api: Any, sandbox: Sandbox, hook: Hook, clock: Clock
) -> None:
    """Another process sets the place, disturbs, and reads what was told and delivered."""
    sandbox.project().add_active(phone_number=NUMBER)
    settings = {"url": hook.url, "duplicate": 1}
    assert 200 == (await api.post("/_sandbox/webhooks", settings)).status
    linked(sandbox.project())
    await api.post("/_sandbox/clock", {"advance": 2})
    await sandbox.webhooks.settled()
    assert 200 == (await api.post("/_sandbox/webhooks", {"again": True})).status
    await sandbox.webhooks.settled()

    (event,) = (await api.get("/_sandbox/events")).json["events"]
    assert (NUMBER, SMS) == (event["resource_id"], event["event_type"])
    made = (await api.get("/_sandbox/webhooks")).json["deliveries"]
    assert [200] * 4 == [one["status"] for one in made]
    for wrong in ({"duplicate": 2}, {"duplicate": "x"}, {"url": "http://example.com"}, {"x": 1}):
        assert 400 == (await api.post("/_sandbox/webhooks", wrong)).status


async def test_the_other_host_signs_with_its_own_secret(sandbox: Sandbox, hook: Hook) -> None:
    """What is about imported numbers and hosting orders is verified by another secret."""
    project = sandbox.project()
    project.imported.hmac_secret = "another-secret-of-32-characters-x"
    sandbox.webhooks.url = hook.url
    project.events.append(
        Event(
            project_id="sandbox",
            resource_id=NUMBER,
            resource_type="IMPORTED_NUMBER",
            event_type="LINK_TO_10DLC_CAMPAIGN",
            status="SUCCEEDED",
            at=project.clock.now(),
        )
    )

    await asyncio.wait_for(hook.arrived.wait(), 10)

    key = project.imported.hmac_secret.encode()
    signature = hmac.new(key, hook.bodies[0], hashlib.sha1).hexdigest()
    assert signature == hook.headers[0]["X-Sinch-Signature"]


async def test_what_is_due_is_told_though_nobody_asks(sandbox: Sandbox, hook: Hook) -> None:
    """Steps of orders and of the other host are taken by the clock."""
    project = sandbox.project()
    sandbox.webhooks.url = hook.url
    at = project.clock.now()
    event = Event(
        project_id="sandbox",
        resource_id="01k5",
        resource_type="HOSTING_ORDER_NUMBER",
        event_type="HOSTING_PROCESS",
        status="SUCCEEDED",
        at=at,
    )

    project.imported.agenda.handle("test", lambda _subject, _due: project.events.append(event))
    project.imported.agenda.at(at, "test", "01k5")

    await asyncio.wait_for(hook.arrived.wait(), 10)
    assert ["01k5"] == [one["resourceId"] for one in hook.events]
