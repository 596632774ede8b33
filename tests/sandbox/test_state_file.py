"""A sandbox that keeps its state in a file."""

import json
import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest
from products import every

from sinch_numbers import InternalServerError, OutputFileError, SandboxStateError
from sinch_numbers.sandbox import Clock, Sandbox
from sinch_numbers.sandbox._api.service import answer
from sinch_numbers.sandbox._http import state_file
from sinch_numbers.sandbox._protocol.exchange import Call

from .conftest import START, basic

pytestmark = pytest.mark.sandbox

OURS, FREE, CANADIAN = "+12025550147", "+13035550001", "+14165550123"
LANDLINE, PENDING = "+12025550181", "+12025550182"
P, HOST = "/v1/projects/sandbox", "/imported/v1/projects/sandbox"
ADDRESS = {"streetNumber": "77", "streetInfo": "Main St", "city": "Portland"}
ADDRESS |= {"state": "OR", "postalCode": "97209"}
LETTER = {
    "directLoaInfo": {
        "businessName": "Example",
        "authorisedPerson": {"firstName": "A", "lastName": "B", "email": "a@example.net"},
        "address": {"buildingNumber": "1", "street": "S", "city": "C", "state": "OR"},
    }
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "state.json"


def frozen(path: Path, **settings: Any) -> Sandbox:
    """Return a sandbox whose clock stands still, with some generated numbers."""
    clock = Clock(START, running=False)
    return Sandbox(state=path, **{"numbers": 40, "stock": 90, "clock": clock, **settings})


def send(sandbox: Sandbox, method: str, path: str, body: Any = None) -> Any:
    """Answer a call without a socket, as the server would; return status and body."""
    path, _, query = path.partition("?")
    parameters: dict[str, list[str]] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        parameters.setdefault(name, []).append(value)
    call = Call(
        method=method,
        path=path,
        query=parameters,
        headers={"authorization": basic()["Authorization"]},
        body=b"" if body is None else json.dumps(body).encode(),
    )
    sandbox.calls.append(call.line)
    reply = answer(sandbox._world, call)
    return reply.status, json.loads(reply.body or b"null")


def begin(sandbox: Sandbox) -> None:
    """Change something of every kind; some of it is pending at the end."""
    project, clock = sandbox.project(), sandbox.clock
    project.add_active(phone_number=OURS, next_charge_date="2020-01-01T00:00:00Z")
    project.add_available(phone_number=FREE, region_code="BR", type="MOBILE")
    project.add_available(phone_number=CANADIAN, region_code="CA")
    found = send(sandbox, "GET", f"{P}/availableNumbers?regionCode=US&type=LOCAL&size=4")[1]
    one, two, *_ = [number["phoneNumber"] for number in found["availableNumbers"]]
    links = {"smsConfiguration": {"servicePlanId": "p", "campaignId": "C1"}}
    links |= {"voiceConfiguration": {"appId": "fail-app"}, "callbackUrl": "http://127.0.0.1:9/"}
    assert 200 == send(sandbox, "POST", f"{P}/availableNumbers/{one}:rent", links)[0]
    assert 200 == send(sandbox, "POST", f"{P}/availableNumbers/{two}:rent", {})[0]
    assert 200 == send(sandbox, "POST", f"{P}/activeNumbers/{two}:release")[0]
    body = {"displayName": "x", "address": ADDRESS}
    assert (
        200
        == send(sandbox, "POST", f"{P}/activeNumbers/{OURS}/emergencyAddress:provision", body)[0]
    )
    project.add_active(phone_number="+12025550148", expire_at=START + timedelta(hours=1))
    for region, kind in (("BR", "MOBILE"), ("US", "LOCAL"), ("FR", "LOCAL")):
        option = {"quantityOrderOption": {"requestedQuantity": 1}}
        given = {"regionCode": region, "numberType": kind, **option}
        status, order = send(sandbox, "POST", f"{P}/numberOrders:createNumberOrder", given)
        assert 200 == status
        name = f"{P}/numberOrders/{order['idNumberOrder']}"
        if region == "BR":
            data = {"requestDetails": {"data": [{"companyName": "c", "taxId": "block it"}]}}
            assert 200 == send(sandbox, "PUT", f"{name}/registration", data)[0]
        if region != "FR":
            assert 200 == send(sandbox, "POST", f"{name}/submit")[0]
    link = {"servicePlanId": "p", "campaignId": "C1"}
    imported = {"phoneNumber": CANADIAN, "regionCode": "CA", "smsConfiguration": link}
    assert 200 == send(sandbox, "POST", f"{HOST}/importedNumbers", imported)[0]
    numbers = {"phoneNumbers": [LANDLINE, PENDING, "+4412345"]}
    assert 200 == send(sandbox, "POST", f"{HOST}/qualifiedNumbers:addNumbers", numbers)[0]
    clock.advance(3)
    called = f"{HOST}/qualifiedNumbers/{LANDLINE}:sendVoiceChallenge"
    assert 200 == send(sandbox, "POST", called)[0]
    order = {"regionCode": "US", "numbers": ["+12025550190"], **link, "displayName": "o"}
    assert 200 == send(sandbox, "POST", f"{HOST}/hostingOrders:importNumbers", order)[0]
    project.imported.numbers.held_at_tmobile.add(CANADIAN)
    project.imported.qualified.ineligible.add("+12025550199")
    project.imported.orders.blanket_letter = False
    sandbox.clock.advance(0.5)


def go_on(sandbox: Sandbox) -> list[Any]:
    """Make further calls, and return all that can be seen of the sandbox."""
    seen: list[Any] = []
    code = sandbox.project().imported.qualified.voice_codes[LANDLINE]
    verify = f"{HOST}/qualifiedNumbers/{LANDLINE}:verifyVoiceChallenge"
    seen.append(send(sandbox, "POST", verify, {"code": code}))
    for _ in range(4):
        paths = [
            *(f"{P}/activeNumbers?pageSize=1000", f"{P}/activeNumbers?orderBy=displayName"),
            *(f"{P}/availableNumbers?regionCode=US&type=LOCAL", f"{P}/availableRegions"),
            *(f"{P}/activeNumbers/{OURS}/emergencyAddress", f"{P}/callbackConfiguration"),
            *(f"{HOST}/importedNumbers?regionCode=CA", f"{HOST}/importedNumbers/{CANADIAN}"),
            f"{HOST}/hostingOrders?states=COMPLETED&type=IMPORT&servicePlanId=p&campaignId=C1",
            *(f"{HOST}/qualifiedNumbers/{number}" for number in (LANDLINE, PENDING, "+4412345")),
        ]
        for order in sandbox.project().orders:
            paths += [f"{P}/numberOrders/{order}", f"{P}/numberOrders/{order}/registration"]
        imported = sandbox.project().imported.orders.all()
        paths += [f"{HOST}/hostingOrders/{order}/numbers" for order in imported]
        seen += [(path, send(sandbox, "GET", path)) for path in paths]
        sandbox.clock.advance(3000)
        kind = {"regionCode": "US", "type": "LOCAL", "capabilities": ["SMS"]}
        seen.append(send(sandbox, "POST", f"{P}/availableNumbers:rentAny", kind))
        option = {"quantityOrderOption": {"requestedQuantity": 2}}
        given = {"regionCode": "US", "numberType": "LOCAL", **option}
        seen.append(send(sandbox, "POST", f"{P}/numberOrders:createNumberOrder", given))
        seen.append(sandbox.project().add_active().phone_number)
    seen += [list(sandbox.project().events), list(sandbox.ledger), list(sandbox.calls)]
    return seen


def test_sandbox_goes_on_as_if_it_had_not_stopped(path: Path) -> None:
    """A restored sandbox behaves as the original would have: numbers, orders, events, chance."""
    with frozen(path) as original:
        begin(original)
    with Sandbox(numbers=1, stock=1, seed=99, state=path, clock=Clock(running=False)) as restored:
        assert original.clock.now() == restored.clock.now()
        expected, seen = go_on(original), go_on(restored)

    for one, other in zip(expected, seen, strict=True):
        assert one == other
    kinds = {event.event_type for event in restored.project().events}
    assert {"PROVISIONING_TO_CAMPAIGN", "NUMBER_ORDER_PROCESSING", "HOSTING_PROCESS"} <= kinds
    states = {order.state for order in original.project().orders.values()}
    assert {"BLOCKED", "COMPLETED", "CREATED"} <= states


def test_saving_changes_nothing(path: Path) -> None:
    """A state that is loaded and saved is the same text, but for the time of saving."""

    def saved() -> dict[str, Any]:
        document: dict[str, Any] = json.loads(path.read_text())
        return {**document, "saved_at": ""}

    with frozen(path) as sandbox:
        begin(sandbox)
    first = saved()
    with frozen(path):
        pass

    assert first == saved()


def test_calls_of_clients_are_saved_at_once(path: Path) -> None:
    """A change is in the file before the response is sent, and reads at the end."""
    with frozen(path) as sandbox, sandbox.sync_client() as client:
        rented = client.available_numbers.rent_first(region_code="US", type="LOCAL")
        document = json.loads(path.read_text())
        client.active_numbers.list().page()
    ended = json.loads(path.read_text())

    assert rented.phone_number in [
        number["phone_number"] for number in document["projects"]["sandbox"]["active"]
    ]
    assert [rented.phone_number] == [entry["phone_number"] for entry in document["ledger"]]
    assert ended["requests"][-1] == f"GET {P}/activeNumbers"
    assert len(document["requests"]) + 1 == len(ended["requests"])


@every("kind", ["drop", "reset", "late_commit"])
def test_lost_responses_are_saved(tmp_path: Path, kind: str) -> None:
    """A request that took effect without a response is in the file."""
    path = tmp_path / f"{kind}.json"
    with frozen(path, clock=None) as sandbox, sandbox.sync_client(sole_renter=True) as client:
        sandbox.faults.add(kind, method="POST", path=":rent", seconds=0.01)
        rented = client.available_numbers.rent_first(region_code="US", type="LOCAL")
        document = json.loads(path.read_text())

    assert [kind] == sandbox.faults.applied
    assert [rented.phone_number] == [entry["phone_number"] for entry in document["ledger"]]


@pytest.mark.posix
def test_file_is_private_and_versioned(path: Path) -> None:
    """Only the owner can read the file and its lock; the format has a name and a version."""
    with frozen(path):
        pass
    document = json.loads(path.read_text())

    modes = {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    assert ({0o600}, {path.name, f"{path.name}.lock"}) == (
        modes,
        {one.name for one in path.parent.iterdir()},
    )
    assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)
    assert ("sinch-numbers sandbox", 1) == (document["format"], document["version"])


def test_secrets_are_not_in_the_file(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Keys, tokens and signing secrets are left out; the next sandbox says so in its log."""
    secret = "a-signing-secret-of-32-letters-1"
    sandbox = frozen(path, key_id="canary-id", key_secret="canary-secret")
    with sandbox, sandbox.sync_client() as client:
        client.callback_configuration.update(hmac_secret=secret)
        client.imported_callback_configuration.update(hmac_secret="canary-hmac")
        client.active_numbers.list().page()
        tokens = list(sandbox._world.keys._tokens)
    text = path.read_text()
    with frozen(path) as restored:
        initial = restored.project().hmac_secret

    assert tokens
    for hidden in (secret, "canary", initial, *tokens):
        assert hidden not in text
    assert initial.startswith("sandbox-")
    assert "does not contain the signing secrets" in caplog.text
    assert ((), ("sandbox",)) == (sandbox.reset_secrets, restored.reset_secrets)
    assert secret not in caplog.text


def test_running_clock_goes_on_between_runs(path: Path) -> None:
    """Time passes while no sandbox runs, so provisioning completes; a shifted clock stays so."""
    links = {"smsConfiguration": {"servicePlanId": "p"}}
    with Sandbox(numbers=0, stock=0, state=path, provisioning=3600) as sandbox:
        sandbox.project().add_available(phone_number=FREE)
        assert 200 == send(sandbox, "POST", f"{P}/availableNumbers/{FREE}:rent", links)[0]
        sandbox.clock.advance(timedelta(minutes=30))
    document = json.loads(path.read_text())
    earlier = datetime.fromisoformat(document["saved_at"]) - timedelta(minutes=31)
    path.write_text(json.dumps({**document, "saved_at": earlier.isoformat()}))

    with Sandbox(state=path) as sandbox:
        shift = sandbox.clock.now() - datetime.now(UTC)
        number = sandbox.number(FREE)
        (event,) = sandbox.project().events

    assert timedelta(minutes=59) < shift < timedelta(minutes=63)
    assert number is not None
    assert "p" == number["smsConfiguration"]["servicePlanId"]
    assert "PROVISIONING_TO_SMS_PLATFORM" == event.event_type


def test_projects_are_added_to_those_of_the_file(path: Path) -> None:
    """The projects named come first; the file's others are served as well."""
    with frozen(path, project_id=["one", "two"], numbers=3) as sandbox:
        sandbox.project("one").add_active(phone_number=OURS)
    with frozen(path, project_id=["three", "two"], numbers=5) as sandbox:
        environment = sandbox.environment
        sizes = {name: len(sandbox.project(name).active) for name in ("one", "two", "three")}

    assert "three" == environment["SINCH_PROJECT_ID"]
    assert {"one": 4, "two": 3, "three": 5} == sizes


@every(
    "content",
    [
        *(b"", b"\x00", b"\xff\xfe", b"not JSON", b"[]", b"null", b'"x"', b"[" * 100_000),
        *(b"{}", b'{"format":"other","version":1}', b'{"format":"sinch-numbers sandbox"}'),
        *(
            b'{"format":"sinch-numbers sandbox","version":%s}' % version
            for version in (b"0", b"2", b'"1"', b"null", b"1")
        ),
    ],
)
def test_foreign_files_are_left_alone(tmp_path: Path, content: bytes) -> None:
    """A file that isn't a state of this version raises a typed error, and isn't changed."""
    path = tmp_path / "foreign.json"
    path.write_bytes(content)

    for _ in range(2):  # the lock has been released
        with pytest.raises(SandboxStateError) as caught:
            frozen(path)

    assert (str(path), content) == (caught.value.file, path.read_bytes())
    assert str(path) in str(caught.value)


def mutations(document: Any, dice: Random) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield changes of a JSON document: members removed, added, or of another type."""
    values = [None, -1, 10**400, 0.5, "", "x", [], {}, True, "9999-12-31T23:59:59+00:00"]

    def walk(node: Any, where: str) -> Iterator[tuple[str, Callable[[], None]]]:
        keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        for key in keys[:40]:
            place, value = f"{where}.{key}", dice.choice(values)
            yield f"{place} = {value!r:.20}", lambda k=key, v=value: node.__setitem__(k, v)
            if isinstance(node, dict):
                yield f"without {place}", lambda k=key: node.pop(k)
            if isinstance(node[key], dict | list):
                yield from walk(node[key], place)

    yield from walk(document, "")


@pytest.mark.slow
def test_damaged_files_raise_typed_errors(path: Path) -> None:
    """A changed file is loaded, or the error is typed and the file unchanged."""
    with frozen(path, numbers=3, stock=5) as sandbox:
        begin_small(sandbox)
    text = path.read_text()
    count = len(list(mutations(json.loads(text), Random(5))))
    outcomes = {"loaded": 0, "rejected": 0}
    for index in range(count):
        document = json.loads(text)
        name, change = list(mutations(document, Random(5)))[index]
        change()
        written = json.dumps(document)
        path.write_text(written)
        try:
            sandbox = frozen(path)
        except SandboxStateError:
            outcomes["rejected"] += 1
            assert written == path.read_text(), name
        else:
            outcomes["loaded"] += 1
            sandbox.clock.advance(100)
            for called in (f"{P}/activeNumbers", f"{HOST}/importedNumbers?regionCode=CA"):
                assert send(sandbox, "GET", called)[0] < 500, name
            sandbox._file.release()  # type: ignore[union-attr]  # it has one
    print(f"{outcomes} of {count}")
    assert outcomes["rejected"] > count / 2


def begin_small(sandbox: Sandbox) -> None:
    """Change a few things."""
    project = sandbox.project()
    project.add_active(phone_number=OURS, sms_configuration={"servicePlanId": "p"})
    project.imported.numbers.add(CANADIAN, service_plan_id="p")
    project.imported.qualified.plant(LANDLINE)
    option = {"quantityOrderOption": {"requestedQuantity": 1}}
    project.add_available(phone_number=FREE)
    given = {"regionCode": "US", "numberType": "LOCAL", **option}
    assert 200 == send(sandbox, "POST", f"{P}/numberOrders:createNumberOrder", given)[0]
    numbers = {"phoneNumbers": [PENDING]}
    assert 200 == send(sandbox, "POST", f"{HOST}/qualifiedNumbers:addNumbers", numbers)[0]


def test_one_sandbox_at_a_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second sandbox of the process is rejected at once, until the first has stopped."""
    first = frozen(path)
    for _ in range(2):
        with pytest.raises(SandboxStateError, match=f"process {os.getpid()}"):
            frozen(path)
    with first:
        pass
    with frozen(path) as second:
        assert 40 == len(second.project().active)


def test_another_process_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file of another process is waited for, up to a limit; its process is named."""
    waited: list[float] = []
    path.parent.mkdir()
    lock = path.with_name("state.json.lock")
    tried = iter([False, False, True])
    monkeypatch.setattr(state_file, "_locked", lambda _descriptor: next(tried, False))
    monkeypatch.setattr(state_file.time, "sleep", waited.append)
    lock.write_text("4711\n")

    state_file._Lock(path).release()
    assert 2 == len(waited)

    lock.write_text("4711\n")
    monkeypatch.setattr(state_file, "_PATIENCE", -1)
    with pytest.raises(SandboxStateError, match="process 4711"):
        state_file._Lock(path)


@every("settings", [{"webhooks": "https://example.net/"}, {"rent_policy": "x"}, {"absent": "x"}])
def test_invalid_settings_release_the_file(path: Path, settings: dict[str, Any]) -> None:
    """A sandbox that could not be created doesn't keep the file locked."""
    with pytest.raises(ValueError, match=r"webhooks|rent_policy|absent|machine"):
        frozen(path, **settings)
    with frozen(path):
        pass


def test_sandbox_with_a_file_is_started_once(path: Path) -> None:
    """After it has stopped, another sandbox may have changed the file."""
    sandbox = frozen(path)
    with sandbox:
        pass
    with pytest.raises(RuntimeError, match="can't be started again"), sandbox:
        raise AssertionError


@every("content", [b"x", b"12\n34", b"{}", b"1" * 21])
def test_lock_files_of_other_programs_are_kept(path: Path, content: bytes) -> None:
    """A file that happens to have the name of the lock is rejected, and not changed."""
    path.parent.mkdir(exist_ok=True)
    lock = path.with_name("state.json.lock")
    lock.write_bytes(content)

    with pytest.raises(SandboxStateError, match="a file of another program"):
        frozen(path)

    assert content == lock.read_bytes()
    assert not path.exists()


def test_change_that_cannot_be_saved_gets_a_500(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk is not hidden: the change gets a 500, and stopping raises."""

    def full(path: Path, _text: str) -> None:
        raise OutputFileError(path, "No space left on device")

    monkeypatch.setattr(state_file, "replace", full)
    with (
        pytest.raises(OutputFileError),
        frozen(path) as sandbox,
        sandbox.sync_client(retries=0) as client,
        pytest.raises(InternalServerError),
    ):
        client.callback_configuration.update(hmac_secret="x" * 32)
    monkeypatch.undo()

    assert "No space left" in caplog.text
    with frozen(path):  # the lock has been released
        pass


@pytest.mark.posix
def test_links_and_directories_are_not_replaced(tmp_path: Path) -> None:
    """A symlink, a directory, and a name with NUL are rejected before anything is served."""
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("mine")
    link.symlink_to(target)
    for lock in ("linked.json.lock", "dir.json.lock"):
        (tmp_path / lock).symlink_to(target)
    locked = [tmp_path / "linked.json", tmp_path / "dir.json"]
    for path in (link, tmp_path, tmp_path / "nul\x00", *locked):
        with pytest.raises((OutputFileError, SandboxStateError)):
            frozen(path)
    assert "mine" == target.read_text()


def test_every_event_is_delivered_once_over_runs(path: Path) -> None:
    """Events that were sent are not sent again by the next run."""
    with frozen(path) as sandbox:
        begin(sandbox)
        sandbox.clock.advance(100)
    first = list(sandbox.webhooks.deliveries)
    with frozen(path) as restored:
        kept = list(restored.webhooks.deliveries)
        sent = restored.webhooks.taken["sandbox"]

    assert first == kept
    assert sent == len(restored.project().events)
    assert all(attrs.has(type(delivery)) for delivery in kept)
