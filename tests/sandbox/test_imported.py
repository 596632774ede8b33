"""The second host over time: links, letters, proofs of ownership, and events."""

from datetime import timedelta
from typing import Any

import pytest

from sinch_numbers.sandbox import Clock, Project, Sandbox
from sinch_numbers.sandbox._protocol.errors import ApiError

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

NUMBER, OTHER, TOLL_FREE = "+12025550181", "+12025550182", "+18335550144"
HOST = "/imported/v1/projects/sandbox"
LETTER = {
    "authorisedPerson": {"firstName": "Ada", "lastName": "Example", "email": "ada@example.net"},
    "address": {
        "buildingNumber": "77",
        "street": "Harbor Way",
        "city": "Portland",
        "state": "OR",
        "postalCode": "97209",
        "country": "US",
    },
    "currentVoiceCarrier": "Example Telecom",
}
HOOK = "https://hooks.example.net/hosting"


def body(*numbers: str, campaign: str = "C1", **more: Any) -> dict[str, Any]:
    return {
        "regionCode": "US",
        "numbers": list(numbers or (NUMBER,)),
        "servicePlanId": "plan",
        "campaignId": campaign,
        "callbackUrl": HOOK,
        **({} if "blanketLoaInfo" in more else {"directLoaInfo": LETTER}),
        **more,
    }


async def text_enable(api: Any, **more: Any) -> str:
    placed = await api.post(f"{HOST}/hostingOrders:textEnableNumbers", body(**more))
    assert 200 == placed.status, placed.text
    order: str = placed.json["hostingOrderId"]
    return order


async def state(api: Any, order: str) -> str:
    found: str = (await api.get(f"{HOST}/hostingOrders/{order}")).json["state"]
    return found


def events(sandbox: Sandbox) -> list[tuple[str, str, str, str]]:
    """Return what is announced so far: kind, change, status and code."""
    sandbox.project().imported.settle()
    return [
        (event.resource_type, event.event_type, event.status, event.failure_code)
        for event in sandbox.project().events
    ]


# Imported numbers


async def imported(api: Any, plan: str = "plan", campaign: str = "C1") -> Any:
    link = {"servicePlanId": plan, "campaignId": campaign}
    number = {"phoneNumber": NUMBER, "regionCode": "US", "smsConfiguration": link}
    return await api.post(f"{HOST}/importedNumbers", {**number, "callbackUrl": HOOK})


async def test_a_link_is_made_over_time(api: Any, clock: Clock, sandbox: Sandbox) -> None:
    """Waiting, in progress, done: the job and the carriers' states say the same."""
    first = (await imported(api)).json
    shown = []
    for _ in range(3):
        number = (await api.get(f"{HOST}/importedNumbers/{NUMBER}")).json
        job = number["smsConfiguration"]["scheduledProvisioning"]
        shown.append(
            (
                job and job["status"],
                number["smsProvisioning"]["state"],
                number["campaignProvisioning"]["state"],
                number["mnoConfiguration"]["mmsAtt"]["state"],
            )
        )
        clock.advance(1)

    assert "mnoConfiguration" not in first
    assert [("WAITING",) * 4, ("IN_PROGRESS",) * 4, (None, "DONE", "DONE", "DONE")] == shown
    assert [
        ("IMPORTED_NUMBER", "PROVISIONING_TO_SMS_PLATFORM", "SUCCEEDED", ""),
        ("IMPORTED_NUMBER", "LINK_TO_10DLC_CAMPAIGN", "SUCCEEDED", ""),
    ] == events(sandbox)


@pytest.mark.parametrize(
    ("plan", "campaign", "event", "code"),
    [
        ("fail", "C1", "PROVISIONING_TO_SMS_PLATFORM", ""),
        ("plan", "fail", "LINK_TO_10DLC_CAMPAIGN", "CAMPAIGN_PROVISIONING_FAILED"),
        ("plan", "INVALID_NNID", "LINK_TO_10DLC_CAMPAIGN", "INVALID_NNID"),
    ],
)
async def test_a_link_fails_as_its_identifiers_say(
    api: Any, clock: Clock, sandbox: Sandbox, plan: str, campaign: str, event: str, code: str
) -> None:
    """A failure of the SMS platform has no code, one of the campaign has."""
    await imported(api, plan, campaign)
    clock.advance(60)

    number = (await api.get(f"{HOST}/importedNumbers/{NUMBER}")).json
    assert "FAILED" == number["smsConfiguration"]["scheduledProvisioning"]["status"]
    failed = number["campaignProvisioning" if code else "smsProvisioning"]
    assert ("FAILED", code or "SMS_PROVISIONING_FAILED") == (failed["state"], failed["errorCode"])
    assert [("IMPORTED_NUMBER", event, "FAILED", code)] == events(sandbox)


async def test_an_event_is_dated_when_it_took_effect(
    api: Any, clock: Clock, sandbox: Sandbox
) -> None:
    """Not when somebody looked; it goes where the number says."""
    start = clock.now()
    await imported(api)
    clock.advance(3600)
    events(sandbox)

    assert [(timedelta(seconds=2), HOOK)] * 2 == [
        (event.at - start, event.callback_url) for event in sandbox.project().events
    ]


async def test_cut_before_link(api: Any, clock: Clock, sandbox: Sandbox) -> None:
    """In two requests, and both links are cut by name."""
    await imported(api)
    clock.advance(60)
    path = f"{HOST}/importedNumbers/{NUMBER}"
    other = {"smsConfiguration": {"servicePlanId": "plan", "campaignId": "C2"}}
    cut = {"smsConfiguration": {"servicePlanId": "", "campaignId": ""}}

    assert 400 == (await api.patch(path, other)).status
    assert 200 == (await api.patch(path, cut)).status
    assert [
        ("IMPORTED_NUMBER", "DEPROVISIONING_TO_SMS_PLATFORM", "SUCCEEDED", ""),
        ("IMPORTED_NUMBER", "UNLINK_TO_10DLC_CAMPAIGN", "SUCCEEDED", ""),
    ] == events(sandbox)[2:]
    assert 200 == (await api.patch(path, other)).status
    clock.advance(60)
    shown = (await api.get(path)).json["smsConfiguration"]
    assert ("plan", "C2") == (shown["servicePlanId"], shown["campaignId"])


async def test_a_link_that_was_cut_meanwhile_is_not_made(
    api: Any, clock: Clock, sandbox: Sandbox
) -> None:
    """The step that was due for it comes to nothing."""
    await imported(api)
    cut = {"smsConfiguration": {"servicePlanId": "", "campaignId": ""}}
    await api.patch(f"{HOST}/importedNumbers/{NUMBER}", cut)
    clock.advance(60)

    shown = (await api.get(f"{HOST}/importedNumbers/{NUMBER}")).json
    assert "" == shown["smsConfiguration"]["servicePlanId"]
    assert shown["smsConfiguration"]["scheduledProvisioning"] is None
    assert [] == events(sandbox)


async def test_null_erases_a_link(api: Any, clock: Clock) -> None:
    """As on the first host."""
    await imported(api)
    clock.advance(60)
    shown = await api.patch(f"{HOST}/importedNumbers/{NUMBER}", {"smsConfiguration": None})

    assert "" == shown.json["smsConfiguration"]["servicePlanId"]


async def test_what_changes_nothing_leaves_no_entry(api: Any, sandbox: Sandbox) -> None:
    """The ledger holds what took effect, number by number."""
    await imported(api)
    await imported(api)
    await api.patch(f"{HOST}/importedNumbers/{NUMBER}", {"displayName": ""})
    await api.patch(f"{HOST}/importedNumbers/{NUMBER}", {"displayName": "x"})
    await api.send("DELETE", f"{HOST}/importedNumbers/{NUMBER}")
    await api.send("DELETE", f"{HOST}/importedNumbers/{NUMBER}")

    assert ["import_number", "update_imported_number", "delete_imported_number"] == [
        entry.operation for entry in sandbox.ledger
    ]
    assert {NUMBER} == {entry.phone_number for entry in sandbox.ledger}
    assert "DELETE" == sandbox.project().events[-1].event_type


async def test_a_number_that_another_aggregator_holds(
    api: Any, clock: Clock, sandbox: Sandbox
) -> None:
    """T-Mobile reports 60135, until the number is imported to be moved."""
    sandbox.project().imported.numbers.held_at_tmobile.add(NUMBER)
    number = {"phoneNumber": NUMBER, "regionCode": "US"}
    codes = []
    for migrate in (False, True):
        link = {"servicePlanId": "plan", "campaignId": "C1", "migrateToSinchTmo": migrate}
        await api.post(f"{HOST}/importedNumbers", {**number, "smsConfiguration": link})
        clock.advance(60)
        shown = (await api.get(f"{HOST}/importedNumbers/{NUMBER}")).json["mnoConfiguration"]
        codes.append((shown["smsTmo"]["errorCode"], shown["smsAtt"]["errorCode"]))
        await api.send("DELETE", f"{HOST}/importedNumbers/{NUMBER}")

    assert [("60135", ""), ("", "")] == codes


# Hosting orders


async def test_an_order_waits_for_the_letter(api: Any, clock: Clock, sandbox: Sandbox) -> None:
    """Submitted, mailed, signed, at work, completed; its numbers are imported then."""
    order = await text_enable(api)
    states = [await state(api, order)]
    clock.advance(30 * 24 * 3600)
    states.append(await state(api, order))
    report = (await api.get(f"{HOST}/hostingOrders/{order}/report")).json
    sandbox.project().imported.orders.sign(order)
    states.append(await state(api, order))
    assert 404 == (await api.get(f"{HOST}/importedNumbers/{NUMBER}")).status
    clock.advance(60)
    states.append(await state(api, order))

    assert ["SUBMITTED", "WAITING_FOR_LOA_SIGNATURE", "IN_PROGRESS", "COMPLETED"] == states
    assert {"total": 1, "ongoingManualAction": 1} == report
    assert 200 == (await api.get(f"{HOST}/importedNumbers/{NUMBER}")).status
    assert [
        ("HOSTING_ORDER_NUMBER", "OSR_UPDATE", "SUCCEEDED", ""),
        ("HOSTING_ORDER_NUMBER", "PROVISIONING_TO_SMS_PLATFORM", "SUCCEEDED", ""),
        ("HOSTING_ORDER_NUMBER", "LINK_TO_10DLC_CAMPAIGN", "SUCCEEDED", ""),
        ("HOSTING_ORDER_NUMBER", "HOSTING_PROCESS", "SUCCEEDED", ""),
    ] == events(sandbox)


async def test_numbers_of_an_order_change_by_themselves_later(
    api: Any, clock: Clock, sandbox: Sandbox
) -> None:
    """Once the order is completed they are announced as what they are."""
    order = await text_enable(api, blanketLoaInfo={})
    clock.advance(60)
    assert "COMPLETED" == await state(api, order)
    cut = {"smsConfiguration": {"servicePlanId": "plan", "campaignId": ""}}
    await api.patch(f"{HOST}/importedNumbers/{NUMBER}", cut)

    assert ("IMPORTED_NUMBER", "UNLINK_TO_10DLC_CAMPAIGN", "SUCCEEDED", "") == events(sandbox)[-1]


async def test_a_letter_that_is_not_signed(api: Any, clock: Clock, sandbox: Sandbox) -> None:
    """The order is rejected, and its numbers can be ordered anew."""
    sandbox.project().imported.qualified.plant(NUMBER)
    order = await text_enable(api)
    clock.advance(60)
    sandbox.project().imported.orders.refuse(order)

    assert "REJECTED" == await state(api, order)
    assert [("HOSTING_ORDER_NUMBER", "HOSTING_PROCESS", "FAILED", "")] == events(sandbox)
    shown = (await api.get(f"{HOST}/qualifiedNumbers/{NUMBER}")).json
    assert ("GLOBAL_PROCESS_STATE_HOSTING_FAILED", 2) == (
        shown["globalProcessState"],
        shown["hostedNumber"]["status"],
    )
    assert order != await text_enable(api)


async def test_a_letter_is_signed_once(api: Any, clock: Clock, sandbox: Sandbox) -> None:
    """Neither before it was mailed nor afterwards."""
    orders = sandbox.project().imported.orders
    order = await text_enable(api)
    with pytest.raises(ApiError):
        orders.sign(order)
    clock.advance(60)
    orders.sign(order)
    with pytest.raises(ApiError):
        orders.refuse(order)


async def test_the_carrier_record_is_updated_when_it_is_scheduled(
    api: Any, clock: Clock, sandbox: Sandbox
) -> None:
    """The order is at work until then."""
    when = clock.now() + timedelta(days=6)
    order = await text_enable(api, blanketLoaInfo={}, scheduledOsrUpdateTime=when.isoformat())
    clock.advance(timedelta(days=5))
    assert "IN_PROGRESS" == await state(api, order)
    clock.advance(timedelta(days=2))
    assert "COMPLETED" == await state(api, order)
    assert when < sandbox.project().events[0].at < when + timedelta(minutes=1)


async def test_toll_free_work_moves_to_the_next_day(
    api: Any, clock: Clock, sandbox: Sandbox
) -> None:
    """At the same time, when the letter is signed after the scheduled one."""
    when = clock.now() + timedelta(hours=1)
    given = body(TOLL_FREE, scheduledZipwhipProvisioningTime=when.isoformat())
    placed = await api.post(f"{HOST}/hostingOrders:textEnableTollFreeNumbers", given)
    order = placed.json["hostingOrderId"]
    clock.advance(timedelta(days=2))
    sandbox.project().imported.orders.sign(order)

    shown = (await api.get(f"{HOST}/hostingOrders/{order}")).json
    expected = when + timedelta(days=2)
    assert (
        expected.isoformat(timespec="microseconds")[:26] + "Z" == (shown["scheduledOsrUpdateTime"])
    )


async def test_an_order_to_import_has_no_letter(api: Any, clock: Clock, sandbox: Sandbox) -> None:
    """It goes on by itself, and ends with the last of its numbers."""
    placed = await api.post(f"{HOST}/hostingOrders:importNumbers", body(NUMBER, OTHER))
    order = placed.json["hostingOrderId"]
    assert ("IMPORT", False) == (placed.json["type"], "textEnableInfo" in placed.json)
    clock.advance(60)

    assert "COMPLETED" == await state(api, order)
    report = (await api.get(f"{HOST}/hostingOrders/{order}/report")).json
    assert {"total": 2, "osrUpdated": 2, "smsProvisioned": 2, "addedToCampaign": 2} == report
    assert ["import_by_order"] * 2 == [entry.operation for entry in sandbox.ledger]


async def test_a_number_fails_within_its_order(api: Any, clock: Clock, sandbox: Sandbox) -> None:
    """The order is completed all the same, and says of each number what became of it."""
    placed = await api.post(
        f"{HOST}/hostingOrders:importNumbers", body(NUMBER, campaign="CAMPAIGN_EXPIRED")
    )
    order = placed.json["hostingOrderId"]
    clock.advance(60)

    assert "COMPLETED" == await state(api, order)
    shown = (await api.get(f"{HOST}/hostingOrders/{order}/numbers/{NUMBER}")).json
    assert ("DONE", "FAILED") == (
        shown["osrUpdate"]["state"],
        shown["campaignProvisioning"]["state"],
    )
    assert ("HOSTING_ORDER_NUMBER", "HOSTING_PROCESS", "FAILED", "CAMPAIGN_EXPIRED") == events(
        sandbox
    )[-1]


async def test_a_number_that_is_deleted_under_its_order(
    api: Any, clock: Clock, sandbox: Sandbox
) -> None:
    """The order ends without it."""
    order = await text_enable(api, campaign="stuck", blanketLoaInfo={})
    clock.advance(60)
    assert "IN_PROGRESS" == await state(api, order)
    await api.send("DELETE", f"{HOST}/importedNumbers/{NUMBER}")

    assert "COMPLETED" == await state(api, order)
    assert ["DELETE", "HOSTING_PROCESS"] == [event[1] for event in events(sandbox)[-2:]]


async def test_a_number_is_ordered_once_at_a_time(api: Any) -> None:
    """Whatever orders it or imports it meanwhile is refused, and says so in one word."""
    await text_enable(api)
    again = await api.post(f"{HOST}/hostingOrders:importNumbers", body())
    alone = await imported(api)

    assert [(409, "ALREADY_EXISTS")] * 2 == [(r.status, r.json["status"]) for r in (again, alone)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"directLoaInfo": None}, "directLoaInfo"),
        ({"resellerLoaInfo": LETTER}, "directLoaInfo"),
        ({"directLoaInfo": {**LETTER, "address": {}}}, "directLoaInfo.address.buildingNumber"),
        ({"directLoaInfo": 1}, "directLoaInfo"),
        ({"numbers": ["+12025550181"] * 2}, "numbers"),
        ({"numbers": [f"+1202556{n:04}" for n in range(501)]}, "numbers"),
        ({"numbers": ["2025550181"]}, "numbers"),
        ({"numbers": [TOLL_FREE]}, "numbers"),
        ({"servicePlanId": ""}, "servicePlanId"),
        ({"scheduledOsrUpdateTime": "soon"}, "scheduledOsrUpdateTime"),
        ({"migrateToSinchTmo": "yes"}, "migrateToSinchTmo"),
        ({"regionCode": "SE"}, "regionCode"),
    ],
)
async def test_an_order_that_makes_no_sense(
    api: Any, sandbox: Sandbox, change: dict[str, Any], field: str
) -> None:
    """Is refused with the name of what is wrong, and leaves nothing behind."""
    answer = await api.post(f"{HOST}/hostingOrders:textEnableNumbers", body() | change)

    assert 400 == answer.status
    assert field == answer.json["details"][0]["fieldViolations"][0]["field"]
    assert [] == sandbox.ledger


async def test_a_blanket_letter_has_to_be_agreed_upon(api: Any, sandbox: Sandbox) -> None:
    """Where there is none, it is refused."""
    sandbox.project().imported.orders.blanket_letter = False

    answer = await api.post(f"{HOST}/hostingOrders:textEnableNumbers", body(blanketLoaInfo={}))

    assert 400 == answer.status


async def test_a_walk_neither_repeats_nor_skips(api: Any, clock: Clock) -> None:
    """Page by page, in the order of time, while others come."""
    numbers = [f"+1202555{n:04}" for n in range(7)]
    for number in numbers[:5]:
        await text_enable(api, numbers=[number])
        clock.advance(0.001)
    found, token = [], ""
    query = "states=SUBMITTED&type=TYPE_TEXT_ENABLE&servicePlanId=plan&campaignId=C1&pageSize=2"
    while True:
        page = (await api.get(f"{HOST}/hostingOrders?{query}&pageToken={token}")).json
        found += [order["createdTime"] for order in page["hostingOrders"]]
        token = page["nextPageToken"]
        if not token:
            break
        if len(found) == 2:
            await text_enable(api, numbers=[numbers[5]])

    assert 6 == len(set(found)) == page["totalSize"]
    assert sorted(found) == found
    other = f"{HOST}/hostingOrders?{query.replace('C1', 'C2')}&pageToken="
    first = (await api.get(f"{HOST}/hostingOrders?{query}")).json["nextPageToken"]
    assert 400 == (await api.get(other + first)).status


# Qualification


async def test_eligibility_is_found_out_over_time(
    api: Any, clock: Clock, sandbox: Sandbox
) -> None:
    """Then the proof of ownership is awaited, for as long as it takes."""
    sandbox.project().imported.qualified.ineligible.add(OTHER)
    await api.post(f"{HOST}/qualifiedNumbers:addNumbers", {"phoneNumbers": [NUMBER, OTHER]})
    shown = []
    for seconds in (1, 1, 24 * 3600):
        clock.advance(seconds)
        replies = [
            await api.get(f"{HOST}/qualifiedNumbers/{number}") for number in (NUMBER, OTHER)
        ]
        states = [reply.json["globalProcessState"] for reply in replies]
        shown.append(tuple(state.removeprefix("GLOBAL_PROCESS_STATE_") for state in states))

    assert [
        ("ELIGIBLE", "NOT_ELIGIBLE"),
        ("VERIFICATION_PENDING", "NOT_ELIGIBLE"),
        ("VERIFICATION_PENDING", "NOT_ELIGIBLE"),
    ] == shown


@pytest.mark.parametrize(
    ("accepted", "expected"), [(True, "VERIFIED"), (False, "VERIFICATION_FAILED")]
)
def test_invoices_are_reviewed(project: Project, accepted: bool, expected: str) -> None:
    """By people, once."""
    qualified = project.imported.qualified
    qualified.plant(NUMBER, state="VERIFICATION_PENDING")

    assert expected == qualified.review(NUMBER, accepted=accepted).state
    with pytest.raises(ApiError):
        qualified.review(NUMBER)


async def test_a_code_is_tried_three_times(api: Any, sandbox: Sandbox) -> None:
    """Then the number is blocked, and not even the right code helps."""
    qualified = sandbox.project().imported.qualified
    qualified.plant(NUMBER, state="VERIFICATION_PENDING")
    path = f"{HOST}/qualifiedNumbers/{NUMBER}"
    assert 400 == (await api.post(f"{path}:verifyVoiceChallenge", {"code": "1"})).status
    await api.post(f"{path}:sendVoiceChallenge")
    code = qualified.voice_codes[NUMBER]
    wrong = {"code": f"{(int(code) + 1) % 10_000:04}"}

    answers = [await api.post(f"{path}:verifyVoiceChallenge", wrong) for _ in range(3)]
    late = await api.post(f"{path}:verifyVoiceChallenge", {"code": code})

    assert [400] * 4 == [answer.status for answer in (*answers, late)]
    assert (
        "GLOBAL_PROCESS_STATE_VERIFICATION_BLOCKED"
        == (await api.get(path)).json["globalProcessState"]
    )
    assert 400 == (await api.post(f"{path}:sendVoiceChallenge")).status


async def test_a_new_call_has_a_new_code(api: Any, sandbox: Sandbox) -> None:
    """And the number is verified by the last one."""
    qualified = sandbox.project().imported.qualified
    qualified.plant(NUMBER, state="ELIGIBLE")
    path = f"{HOST}/qualifiedNumbers/{NUMBER}"
    await api.post(f"{path}:sendVoiceChallenge")
    first = qualified.voice_codes[NUMBER]
    await api.post(f"{path}:sendVoiceChallenge")
    second = qualified.voice_codes[NUMBER]

    assert first != second
    assert 4 == len(second)
    done = await api.post(f"{path}:verifyVoiceChallenge", {"code": second})
    assert "GLOBAL_PROCESS_STATE_VERIFIED" == done.json["globalProcessState"]


# Around it


async def test_people_can_be_stood_in_for_from_outside(
    api: Any, clock: Clock, sandbox: Sandbox
) -> None:
    """The control routes read codes, sign letters and look at invoices."""
    host = sandbox.project().imported
    host.qualified.plant(NUMBER, state="VERIFICATION_PENDING")
    host.qualified.plant(OTHER, state="VERIFICATION_PENDING")
    await api.post(f"{HOST}/qualifiedNumbers/{NUMBER}:sendVoiceChallenge")
    order = await text_enable(api)
    clock.advance(60)

    codes = (await api.get("/_sandbox/codes")).json["codes"]
    sign = {"hostingOrderId": order, "action": "sign"}
    accept = {"phoneNumber": OTHER, "action": "accept"}

    assert host.qualified.voice_codes == codes
    assert 200 == (await api.post("/_sandbox/letters", sign)).status
    assert 200 == (await api.post("/_sandbox/invoices", accept)).status
    assert ("IN_PROGRESS", "VERIFIED") == (
        await state(api, order),
        host.qualified.get(OTHER).state,
    )
    for path, wrong in (
        ("letters", {**sign, "hostingOrderId": "none"}),
        ("letters", {**sign, "action": "burn"}),
        ("letters", sign),  # it was signed before
        ("invoices", {**accept, "phoneNumber": 1}),
        ("invoices", {**accept, "action": "sign"}),
    ):
        assert 400 == (await api.post(f"/_sandbox/{path}", wrong)).status


async def test_a_secret_of_this_host_has_no_pattern(api: Any) -> None:
    """Any text is a secret here, which the Numbers host rejects; an empty one is not."""
    secret = "strongPa$$Phrase*WithOtherSigns"

    kept = await api.patch(f"{HOST}/callbackConfiguration", {"hmacSecret": secret})

    assert (200, secret) == (kept.status, kept.json["hmacSecret"])
    assert 400 == (await api.patch("callbackConfiguration", {"hmacSecret": secret})).status
    assert 400 == (await api.patch(f"{HOST}/callbackConfiguration", {"hmacSecret": ""})).status


async def test_the_hosts_have_secrets_of_their_own(api: Any, sandbox: Sandbox) -> None:
    """Changing one leaves the other."""
    first = (await api.get("callbackConfiguration")).json["hmacSecret"]
    secret = "another-secret-of-32-letters-123"
    await api.patch(f"{HOST}/callbackConfiguration", {"hmacSecret": secret})

    assert first == (await api.get("callbackConfiguration")).json["hmacSecret"]
    assert secret == (await api.get(f"{HOST}/callbackConfiguration")).json["hmacSecret"]
    assert first != secret
    assert ["update_imported_callback_configuration"] == [e.operation for e in sandbox.ledger]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/imported/", 404),
        ("/imported/v1/projects/sandbox", 404),
        ("/imported/v1/projects/sandbox/activeNumbers", 404),
        ("/v1/projects/sandbox/importedNumbers", 404),
        ("/imported/v1/projects/sandbox/importedNumbers/12", 400),
        ("/imported/v1/projects/sandbox/importedNumbers?pageSize=0", 400),
        ("/imported/v1/projects/sandbox/importedNumbers?orderBy=phoneNumber", 400),
    ],
)
async def test_paths_belong_to_one_host(api: Any, path: str, status: int) -> None:
    """What the other one serves is not found; errors have the form of the host."""
    answer = await api.get(path)

    assert status == answer.status
    flat = path.startswith("/imported/")
    assert (str(status) if flat else None) == answer.json.get("code")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_other_methods_are_refused(api: Any, method: str) -> None:
    """A path that is known answers 405 to them."""
    assert 405 == (await api.send(method, f"{HOST}/importedNumbers")).status


async def test_the_throttle_is_one_for_both_hosts(clock: Clock) -> None:
    """What one host has let through is missing on the other."""
    import aiohttp

    from .conftest import Api

    async with (
        Sandbox(numbers=0, stock=0, clock=clock, rate_limit=0.001) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        api = Api(sandbox, session)
        assert 200 == (await api.get("availableRegions")).status
        refused = await api.get(f"{HOST}/importedNumbers")

    assert (429, "429") == (refused.status, refused.json["code"])
