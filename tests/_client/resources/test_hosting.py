"""Imported, ordered and qualified numbers, through both clients."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from notations import every_notation
from products import product

from sinch_numbers import (
    AlreadyOwnedError,
    AuthorisedPerson,
    BadRequestError,
    BlanketLoaInfo,
    BusinessAddress,
    DirectLoaInfo,
    GlobalProcessState,
    HostingOrder,
    HostingOrderState,
    HostingOrderType,
    HostingStatus,
    InvalidArgumentError,
    LoaType,
    NotFoundError,
    OutcomeUnknownError,
    PaginationError,
    RateLimitError,
    ResellerLoaInfo,
    Secret,
    SmsConfiguration,
    StepState,
    UnexpectedResultError,
)
from sinch_numbers.sandbox import Clock, Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

absent = every_notation

NUMBER, OTHER, TOLL_FREE = "+12025550181", "+12025550182", "+18335550144"
LINK = SmsConfiguration("plan", "C1")
ORDER = {"region_code": "US", "service_plan_id": "plan", "campaign_id": "C1"}
LETTER = DirectLoaInfo(
    authorised_person=AuthorisedPerson(
        first_name="Ada", last_name="Example", email="ada@example.net"
    ),
    address=BusinessAddress(
        building_number="77",
        street="Harbor Way",
        city="Portland",
        state="OR",
        postal_code="97209",
        country="US",
    ),
    current_voice_carrier="Example Telecom",
)
RESELLER = ResellerLoaInfo(
    business_name="Example Resale LLC",
    authorised_person=LETTER.authorised_person,
    address=LETTER.address,
    current_voice_carrier="Example Telecom",
)
DAY = "2026-03-20"  # without a zone
DONE = ["drop", "reset", "truncated", "garbage", "empty"]
NOT_DONE = ["drop_before", "500", "503", "408", "html"]


@pytest.fixture
async def sandbox(absent: Any) -> AsyncIterator[Sandbox]:
    """Run a sandbox whose clock stands still."""
    clock = Clock(datetime(2026, 3, 14, 9, tzinfo=UTC), running=False)
    async with Sandbox(
        numbers=0, stock=0, clock=clock, token_lifetime=10**8, absent=absent
    ) as sandbox:
        yield sandbox


def operations(sandbox: Sandbox) -> list[str]:
    return [entry.operation for entry in sandbox.ledger]


def sent(sandbox: Sandbox, *, reads: bool = False) -> list[str]:
    """Return the methods of the calls so far; repeated reads count as one."""
    methods: list[str] = []
    for call in sandbox.calls:
        method = call.split()[0]
        if "oauth2" not in call and (method != "GET" or (reads and methods[-1:] != ["GET"])):
            methods.append(method)
    return methods


def unresolved(client: Any) -> int:
    """Count the calls whose outcome is unknown, past the disguise of the sync client."""
    return len(getattr(client.unresolved, "_twin", client.unresolved))


# Imported numbers


async def test_a_number_is_imported_linked_and_deleted(client: Any, sandbox: Sandbox) -> None:
    """Its links are made in the background, and cut before others can be made."""
    numbers = client.imported_numbers
    first = await numbers.import_number(
        NUMBER, region_code="US", sms_configuration=LINK, display_name="Old office line"
    )
    job = first.sms_configuration.scheduled_provisioning
    assert ("WAITING", "plan", "C1") == (job.status, job.service_plan_id, job.campaign_id)
    sandbox.clock.advance(60)
    linked = await numbers.get(NUMBER)
    assert ("plan", "C1", None) == (
        linked.sms_configuration.service_plan_id,
        linked.sms_configuration.campaign_id,
        linked.sms_configuration.scheduled_provisioning,
    )
    assert StepState.DONE == linked.mno_configuration.sms_att.state
    assert StepState.DONE == linked.campaign_provisioning.state

    with pytest.raises(BadRequestError) as refused:
        await numbers.update(NUMBER, sms_configuration=SmsConfiguration("plan", "C2"))
    assert "smsConfiguration.campaignId" == refused.value.field_violations[0].field
    cut = await numbers.update(NUMBER, sms_configuration=SmsConfiguration("", ""))
    assert cut.sms_configuration.service_plan_id is None
    assert "x" == (await numbers.update(NUMBER, display_name="x")).display_name
    assert await numbers.delete(NUMBER) is None
    for call in (
        numbers.get(NUMBER),
        numbers.delete(NUMBER),
        numbers.update(NUMBER, display_name=""),
    ):
        with pytest.raises(NotFoundError) as missing:
            await call
        assert "NOT_FOUND" == missing.value.code


async def test_imported_numbers_are_listed(client: Any, sandbox: Sandbox) -> None:
    """Page by page, all of them or those that match."""
    host = sandbox.project().imported
    for digit in range(5):
        host.numbers.add(
            f"+1202555010{digit}", service_plan_id="plan", campaign_id=f"C{digit % 2}"
        )
    host.numbers.add("+16045550100", service_plan_id="plan")
    numbers = client.imported_numbers

    assert 6 == len([number async for number in numbers.list(page_size=2)])
    assert 2 == len([n async for n in numbers.list(service_plan_id="plan", campaign_id="C1")])
    assert ["CA"] == [n.region_code async for n in numbers.list(region_code="CA")]
    for place in ("CONTAINS", "CONTAIN"):
        found = numbers.list(number_pattern="5550100", search_pattern=place)
        assert 2 == len([number async for number in found])
    assert 3 == len([number async for number in numbers.list(limit=3, order_by="updatedTime")])


async def test_a_number_is_imported_once(client: Any, sandbox: Sandbox) -> None:
    """A second time it is a conflict, and a read finds the number as requested."""
    arguments = {"region_code": "US", "sms_configuration": LINK}
    first = await client.imported_numbers.import_number(NUMBER, **arguments)

    second = await client.imported_numbers.import_number(NUMBER, **arguments)

    assert (NUMBER, NUMBER) == (first.phone_number, second.phone_number)
    assert ["import_number"] == operations(sandbox)


OTHERS = {
    "another display name": {"display_name": "ours"},
    "another callback URL": {"callback_url": "https://ours.example.net/?token=1"},
    "another service plan": {"sms_configuration": SmsConfiguration("ours")},
}


@pytest.mark.parametrize("difference", OTHERS)
@pytest.mark.parametrize("fault", ["ok", "drop_before", "429"])
async def test_an_import_with_other_settings_is_not_ours(
    async_client: Any, sandbox: Sandbox, difference: str, fault: str
) -> None:
    """Whether the service says so, does not answer, or is busy: the number stays as it is."""
    theirs: dict[str, Any] = {
        "region_code": "US",
        "sms_configuration": LINK,
        "display_name": "theirs",
        "callback_url": "https://theirs.example.net/?token=1",
    }
    await async_client.imported_numbers.import_number(NUMBER, **theirs)
    sandbox.faults.queue(fault)

    with pytest.raises(AlreadyOwnedError, match=f"imported with {difference}") as caught:
        await async_client.imported_numbers.import_number(
            NUMBER, **{**theirs, **OTHERS[difference]}
        )

    assert not caught.value.maybe_applied
    assert ["import_number"] == operations(sandbox)
    assert () == async_client.unresolved


async def test_an_import_of_another_number_is_reported_with_it(
    client: Any, sandbox: Sandbox
) -> None:
    """It is neither read nor repeated."""
    sandbox.faults.queue("other_number")

    with pytest.raises(UnexpectedResultError) as caught:
        await client.imported_numbers.import_number(
            NUMBER, region_code="US", sms_configuration=LINK
        )

    assert NUMBER != caught.value.result.phone_number
    assert ["POST"] == sent(sandbox, reads=True)


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        *(pytest.param(fault, ["POST", "GET"], id=f"{fault}: done") for fault in DONE),
        *(
            pytest.param(fault, ["POST", "GET", "POST"], id=f"{fault}: not done")
            for fault in NOT_DONE
        ),
        pytest.param("429", ["POST", "GET", "POST"], id="429: refused unread"),
    ],
)
async def test_an_import_in_doubt_is_read_before_it_is_repeated(
    client: Any, sandbox: Sandbox, fault: str, calls: list[str]
) -> None:
    """However the first attempt ends, the number is imported once."""
    sandbox.faults.queue(fault)

    number = await client.imported_numbers.import_number(
        NUMBER, region_code="US", sms_configuration=LINK
    )

    assert NUMBER == number.phone_number
    assert ["import_number"] == operations(sandbox)
    assert calls == sent(sandbox, reads=True)


@pytest.mark.parametrize("fault", ["drop", "503", "drop_before"])
@pytest.mark.parametrize("group", ["imported_numbers", "qualified_numbers"])
async def test_a_deletion_in_doubt(client: Any, sandbox: Sandbox, group: str, fault: str) -> None:
    """Deleting twice is no error when the first time worked."""
    host = sandbox.project().imported
    host.numbers.add(NUMBER)
    host.qualified.plant(NUMBER)
    sandbox.faults.add(fault, method="DELETE")

    assert await getattr(client, group).delete(NUMBER) is None
    with pytest.raises(NotFoundError):
        await getattr(client, group).get(NUMBER)


@pytest.mark.parametrize("fault", ["drop", "503"])
@pytest.mark.parametrize(
    "change",
    [
        {"display_name": "x", "callback_url": "https://hooks.example.net/"},
        {"sms_configuration": SmsConfiguration("", "")},
        {"sms_configuration": SmsConfiguration("plan", "")},
    ],
)
async def test_an_update_in_doubt(
    client: Any, sandbox: Sandbox, fault: str, change: dict[str, Any]
) -> None:
    """It is settled by reading, and takes effect once."""
    sandbox.project().imported.numbers.add(NUMBER, service_plan_id="plan", campaign_id="C1")
    sandbox.faults.add(fault, method="PATCH")

    await client.imported_numbers.update(NUMBER, **change)

    assert ["update_imported_number"] == operations(sandbox)
    assert 1 + (fault == "503") == sent(sandbox).count("PATCH")


async def test_a_new_link_in_doubt(client: Any, sandbox: Sandbox) -> None:
    """It shows in the making, which is enough."""
    sandbox.project().imported.numbers.add(NUMBER)
    sandbox.faults.add("drop", method="PATCH")

    number = await client.imported_numbers.update(NUMBER, sms_configuration=LINK)

    assert "C1" == number.sms_configuration.scheduled_provisioning.campaign_id
    assert ["PATCH"] == sent(sandbox)


# Qualified numbers


async def test_a_landline_from_qualification_to_its_campaign(
    client: Any, sandbox: Sandbox
) -> None:
    """The whole way, with every state on it."""
    qualified, orders = client.qualified_numbers, client.hosting_orders
    people = sandbox.project().imported
    (number,) = await qualified.add([NUMBER])
    assert GlobalProcessState.ELIGIBLE_CHECK_PENDING == number.global_process_state
    sandbox.clock.advance(1)
    assert GlobalProcessState.ELIGIBLE == (await qualified.get(NUMBER)).global_process_state
    called = await qualified.send_voice_challenge(NUMBER)
    assert StepState.IN_PROGRESS == called.ownership_verification.status
    with pytest.raises(BadRequestError):
        await qualified.verify_voice_challenge(NUMBER, code="none")
    verified = await qualified.verify_voice_challenge(
        NUMBER, code=people.qualified.voice_codes[NUMBER]
    )
    assert GlobalProcessState.VERIFIED == verified.global_process_state
    assert HostingStatus.UNSPECIFIED == verified.hosted_number.status
    assert [verified] == [one async for one in qualified.list(states="VERIFIED")]

    order_id = await qualified.text_enable([NUMBER], **ORDER, loa_info=LETTER)
    sandbox.clock.advance(60)
    order = await orders.get(order_id)
    assert (HostingOrderState.WAITING_FOR_LOA_SIGNATURE, HostingOrderType.TEXT_ENABLE) == (
        order.state,
        order.type,
    )
    letter = order.text_enable_info
    assert (LETTER.authorised_person, LETTER.address, LoaType.DIRECT) == (
        letter.authorised_person,
        letter.address,
        letter.loa_type,
    )
    assert 1 == (await orders.report(order_id)).ongoing_manual_action
    people.orders.sign(order_id)
    assert (
        GlobalProcessState.HOSTING_IN_PROGRESS
        == (await qualified.get(NUMBER)).global_process_state
    )
    sandbox.clock.advance(60)
    done = await qualified.get(NUMBER)
    assert (GlobalProcessState.HOSTING_DONE, HostingStatus.HOSTED) == (
        done.global_process_state,
        done.hosted_number.status,
    )
    listed = orders.list(
        states="COMPLETED", type="TYPE_TEXT_ENABLE", service_plan_id="plan", campaign_id="C1"
    )
    assert [order_id] == [one.hosting_order_id async for one in listed]
    (progress,) = [one async for one in orders.numbers(order_id, osr_update_state="DONE")]
    assert progress == await orders.number(order_id, NUMBER)
    assert (StepState.DONE, StepState.DONE, "C1") == (
        progress.platform_provisioning.state,
        progress.campaign_provisioning.state,
        progress.campaign_provisioning.campaign_id,
    )
    assert 1 == (await orders.report(order_id)).added_to_campaign
    imported = await client.imported_numbers.get(NUMBER)
    assert "C1" == imported.sms_configuration.campaign_id


async def test_only_verified_numbers_are_text_enabled(client: Any, sandbox: Sandbox) -> None:
    """Others are not found, or not ready."""
    sandbox.project().imported.qualified.plant(NUMBER, state="VERIFICATION_PENDING")

    with pytest.raises(NotFoundError):
        await client.qualified_numbers.text_enable([OTHER], **ORDER, loa_info=LETTER)
    with pytest.raises(BadRequestError):
        await client.qualified_numbers.text_enable([NUMBER], **ORDER, loa_info=LETTER)
    assert [] == operations(sandbox)


async def test_toll_free_numbers(client: Any, sandbox: Sandbox) -> None:
    """Both collections order them, and give the whole order back."""
    host = sandbox.project().imported
    host.qualified.plant(TOLL_FREE)
    when = sandbox.clock.now() + timedelta(days=3)
    plain = {"region_code": "US", "service_plan_id": "plan", "loa_info": RESELLER}

    order = await client.qualified_numbers.text_enable_toll_free(
        [TOLL_FREE], **plain, scheduled_zipwhip_provisioning_time=when
    )
    assert isinstance(order, HostingOrder)
    assert (when, LoaType.RESELLER) == (
        order.scheduled_osr_update_time,
        order.text_enable_info.loa_type,
    )
    sandbox.clock.advance(60)
    host.orders.refuse(order.hosting_order_id)
    again = await client.hosting_orders.text_enable_toll_free([TOLL_FREE], **plain)
    assert HostingOrderState.SUBMITTED == again.state


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        ("drop", ["POST", "GET"]),
        ("503", ["POST", "GET", "POST"]),
        ("429", ["POST", "GET", "POST"]),
    ],
)
async def test_adding_in_doubt(
    client: Any, sandbox: Sandbox, fault: str, calls: list[str]
) -> None:
    """The numbers are read, one by one, before they are added again."""
    sandbox.faults.queue(fault)

    added = await client.qualified_numbers.add([NUMBER, OTHER])

    assert [NUMBER, OTHER] == [number.phone_number for number in added]
    assert ["add_qualified_number"] * 2 == operations(sandbox)
    assert calls == sent(sandbox, reads=True)


async def test_adding_half_done_stays_unknown(client: Any, sandbox: Sandbox) -> None:
    """Some that are there prove nothing about the call; what is settled later is returned."""
    qualified = sandbox.project().imported.qualified
    qualified.plant(NUMBER)
    sandbox.faults.queue("503")

    with pytest.raises(OutcomeUnknownError) as unknown:
        await client.with_options(settle_timeout=0.01).qualified_numbers.add([NUMBER, OTHER])

    assert ["POST"] == sent(sandbox)
    assert 1 == unresolved(client)
    qualified.plant(OTHER)
    found = await client.reconcile(unknown.value)
    assert [NUMBER, OTHER] == [number.phone_number for number in found]
    assert 0 == unresolved(client)


async def test_a_checked_code_in_doubt(client: Any, sandbox: Sandbox) -> None:
    """A number that is verified shows that the code was right; it is sent once."""
    qualified = sandbox.project().imported.qualified
    qualified.plant(NUMBER, state="VERIFICATION_PENDING")
    await client.qualified_numbers.send_voice_challenge(NUMBER)
    sandbox.faults.queue("drop")

    number = await client.qualified_numbers.verify_voice_challenge(
        NUMBER, code=qualified.voice_codes[NUMBER]
    )

    assert GlobalProcessState.VERIFIED == number.global_process_state
    assert ["POST", "POST"] == sent(sandbox)


@pytest.mark.parametrize("fault", ["drop", "503"])
async def test_a_wrong_code_in_doubt_is_no_second_attempt(
    client: Any, sandbox: Sandbox, fault: str
) -> None:
    """It leaves no trace, so nobody knows whether it counted."""
    host = sandbox.project().imported
    host.qualified.plant(NUMBER, state="VERIFICATION_PENDING")
    host.qualified.call(NUMBER)
    sandbox.faults.queue(fault)

    with pytest.raises(OutcomeUnknownError):
        await client.with_options(settle_timeout=0.01).qualified_numbers.verify_voice_challenge(
            NUMBER, code="none"
        )

    assert ["POST"] == sent(sandbox)


# What no read can settle


def unreadable(client: Any) -> dict[str, Any]:
    """Return the calls whose effect cannot be looked up."""
    plain = {"region_code": "US", "service_plan_id": "plan", "loa_info": LETTER}
    orders, qualified = client.hosting_orders, client.qualified_numbers
    return {
        "import_numbers": lambda: orders.import_numbers([NUMBER], **ORDER),
        "text_enable": lambda: orders.text_enable([NUMBER], **plain),
        "text_enable_toll_free": lambda: orders.text_enable_toll_free([TOLL_FREE], **plain),
        "qualified text_enable": lambda: qualified.text_enable([NUMBER], **plain),
        "qualified toll_free": lambda: qualified.text_enable_toll_free([TOLL_FREE], **plain),
        "send_voice_challenge": lambda: qualified.send_voice_challenge(OTHER),
    }


@product(
    client=["async", "sync"],
    name=[
        "import_numbers",
        "text_enable",
        "text_enable_toll_free",
        "qualified text_enable",
        "qualified toll_free",
        "send_voice_challenge",
    ],
    fault=[*DONE, *NOT_DONE],
    classes={"fault": lambda fault: fault in DONE},
    indirect=["client"],
)
async def test_an_order_in_doubt_is_never_sent_again(
    client: Any, sandbox: Sandbox, name: str, fault: str
) -> None:
    """The caller has to decide, and is told at once; a second call is the caller's own."""
    host = sandbox.project().imported
    host.qualified.plant(NUMBER)
    host.qualified.plant(TOLL_FREE)
    host.qualified.plant(OTHER, state="ELIGIBLE")
    sandbox.faults.queue(fault)

    with pytest.raises(OutcomeUnknownError) as unknown:
        await unreadable(client)[name]()

    assert ["POST"] == sent(sandbox, reads=True)
    assert (1 if fault in DONE else 0) == len(operations(sandbox))
    assert unknown.value.maybe_applied
    assert 1 == unresolved(client)


async def test_an_order_is_not_repeated_for_haste(client: Any, sandbox: Sandbox) -> None:
    """A 429 is the caller's, too."""
    sandbox.faults.queue("429")

    with pytest.raises(RateLimitError):
        await client.hosting_orders.import_numbers([NUMBER], **ORDER)

    assert ["POST"] == sent(sandbox)


# Arguments


BAD_NUMBERS = [
    ("no list", NUMBER, "a list of E.164 numbers"),
    ("none", [], "at least one number"),
    ("no E.164", ["2025550181"], "E.164"),
    ("no text", [None], "E.164"),
    ("twice the same", [NUMBER, OTHER, NUMBER], "no duplicates"),
]


@pytest.mark.parametrize(
    ("numbers", "expected"), [b[1:] for b in BAD_NUMBERS], ids=[b[0] for b in BAD_NUMBERS]
)
@pytest.mark.parametrize("name", ["import_numbers", "text_enable", "add"])
async def test_numbers_that_cannot_be_sent(
    client: Any, sandbox: Sandbox, name: str, numbers: Any, expected: str
) -> None:
    """Are refused by the name of the argument, before a byte is sent."""
    calls = {
        "import_numbers": lambda: client.hosting_orders.import_numbers(numbers, **ORDER),
        "text_enable": lambda: client.qualified_numbers.text_enable(
            numbers, **ORDER, loa_info=LETTER
        ),
        "add": lambda: client.qualified_numbers.add(numbers),
    }
    with pytest.raises(InvalidArgumentError, match=expected) as refused:
        await calls[name]()

    assert ("phone_numbers" if name == "add" else "numbers") == refused.value.argument
    assert [] == sandbox.calls


async def test_batches_have_limits(client: Any, sandbox: Sandbox) -> None:
    """500 to text-enable, 5 to import unless the account may do more; to qualify there is none."""
    many = [f"+1202556{n:04}" for n in range(501)]
    orders, qualified = client.hosting_orders, client.qualified_numbers

    for call in (orders.text_enable, qualified.text_enable):
        with pytest.raises(InvalidArgumentError, match="at most 500 numbers, got 501"):
            await call(many, **ORDER, loa_info=LETTER)
    toll_free = {"region_code": "US", "service_plan_id": "plan", "loa_info": LETTER}
    for call in (orders.text_enable_toll_free, qualified.text_enable_toll_free):
        with pytest.raises(InvalidArgumentError, match="at most 500 numbers, got 501"):
            await call(many, **toll_free)
    with pytest.raises(InvalidArgumentError, match="at most 5 numbers, got 6"):
        await orders.import_numbers(many[:6], **ORDER)
    assert [] == sandbox.calls
    with pytest.raises(BadRequestError):  # the service has the last word
        await orders.import_numbers(many[:6], **ORDER, max_numbers=6)
    assert 501 == len(await qualified.add(many))
    order = await orders.text_enable(many[:500], **ORDER, loa_info=BlanketLoaInfo())
    assert 500 == (await orders.report(order.hosting_order_id)).total


@pytest.mark.parametrize(
    ("letter", "missing"),
    [
        (attrs.evolve(LETTER, current_voice_carrier=" "), "current_voice_carrier"),
        (
            attrs.evolve(LETTER, authorised_person=AuthorisedPerson()),
            "authorised_person.first_name",
        ),
        (attrs.evolve(LETTER, authorised_person=None), "authorised_person"),
        (attrs.evolve(LETTER, address=attrs.evolve(LETTER.address, city="")), "address.city"),
        (attrs.evolve(RESELLER, business_name=""), "business_name"),
    ],
)
async def test_a_letter_that_lacks_something(
    client: Any, sandbox: Sandbox, letter: Any, missing: str
) -> None:
    """What is missing is named, and what is there is not quoted."""
    with pytest.raises(InvalidArgumentError, match=missing) as refused:
        await client.hosting_orders.text_enable([NUMBER], **ORDER, loa_info=letter)

    assert "loa_info" == refused.value.argument
    assert "Ada" not in str(refused.value)
    assert [] == sandbox.calls


@pytest.mark.parametrize("letter", [None, ["directLoaInfo"], "x", DirectLoaInfo])
async def test_a_letter_has_one_of_three_types(client: Any, sandbox: Sandbox, letter: Any) -> None:
    """Anything but a model or a mapping is rejected, with the names of the models."""
    wanted = "DirectLoaInfo, ResellerLoaInfo or BlanketLoaInfo, or a mapping, not "
    with pytest.raises(InvalidArgumentError, match=wanted):
        await client.hosting_orders.text_enable([NUMBER], **ORDER, loa_info=letter)
    assert [] == sandbox.calls


@pytest.mark.parametrize("code", [73910, b"73910", "", "73910\n", "739 10", None])
async def test_a_code_that_cannot_be_sent_is_not_quoted(
    client: Any, sandbox: Sandbox, code: Any
) -> None:
    """It proves ownership of the number, so it is a secret."""
    with pytest.raises(InvalidArgumentError, match=r"^code: expected ") as rejected:
        await client.qualified_numbers.verify_voice_challenge(NUMBER, code=code)

    assert "7391" not in str(rejected.value)
    assert [] == sandbox.calls


async def test_toll_free_numbers_have_no_blanket_letter(client: Any, sandbox: Sandbox) -> None:
    """It is refused before it is sent."""
    with pytest.raises(InvalidArgumentError, match="not BlanketLoaInfo"):
        await client.hosting_orders.text_enable_toll_free(
            [TOLL_FREE], region_code="US", service_plan_id="plan", loa_info=BlanketLoaInfo()
        )
    assert [] == sandbox.calls


@pytest.mark.parametrize(
    ("argument", "call"),
    [
        ("hosting_order_id", lambda c: c.hosting_orders.get("")),
        ("hosting_order_id", lambda c: c.hosting_orders.report(None)),
        ("hosting_order_id", lambda c: c.hosting_orders.get("..")),
        ("phone_number", lambda c: c.hosting_orders.number("01k5", "1")),
        ("phone_number", lambda c: c.qualified_numbers.get("1")),
        ("phone_number", lambda c: c.imported_numbers.delete("1")),
        ("code", lambda c: c.qualified_numbers.verify_voice_challenge(NUMBER, code="")),
        ("update", lambda c: c.imported_numbers.update(NUMBER)),
        (
            "sms_configuration",
            lambda c: c.imported_numbers.import_number(
                NUMBER, region_code="US", sms_configuration=None
            ),
        ),
        (
            "sms_configuration",
            lambda c: c.imported_numbers.import_number(
                NUMBER, region_code="US", sms_configuration=SmsConfiguration("")
            ),
        ),
        (
            "region_code",
            lambda c: c.hosting_orders.import_numbers(
                [NUMBER], region_code="us", service_plan_id="plan"
            ),
        ),
        (
            "service_plan_id",
            lambda c: c.hosting_orders.import_numbers(
                [NUMBER], region_code="US", service_plan_id=""
            ),
        ),
        (
            "max_numbers",
            lambda c: c.hosting_orders.import_numbers([NUMBER], **ORDER, max_numbers=0),
        ),
        (
            "scheduled_osr_update_time",
            lambda c: c.hosting_orders.text_enable(
                [NUMBER],
                **ORDER,
                loa_info=LETTER,
                scheduled_osr_update_time=datetime.fromisoformat(DAY),
            ),
        ),
        (
            "scheduled_zipwhip_provisioning_time",
            lambda c: c.hosting_orders.text_enable_toll_free(
                [TOLL_FREE], region_code="US", service_plan_id="plan", loa_info=LETTER,
                scheduled_zipwhip_provisioning_time=DAY,
            ),
        ),
    ],
)  # fmt: skip
async def test_what_no_service_could_accept(
    client: Any, sandbox: Sandbox, argument: str, call: Any
) -> None:
    """Is refused by name, before a byte is sent."""
    with pytest.raises(InvalidArgumentError) as refused:
        await call(client)

    assert argument == refused.value.argument
    assert [] == sandbox.calls


@pytest.mark.parametrize(
    ("argument", "call"),
    [
        ("states", lambda c: c.qualified_numbers.list(states="")),
        ("limit", lambda c: c.imported_numbers.list(limit=0)),
        ("page_size", lambda c: c.hosting_orders.numbers("01k5", page_size=True)),
        ("hosting_order_id", lambda c: c.hosting_orders.numbers("")),
        (
            "campaign_id",
            lambda c: c.hosting_orders.list(
                states="DRAFT", type="IMPORT", service_plan_id="plan", campaign_id=None
            ),
        ),
    ],
)
async def test_a_list_that_no_service_could_give(client: Any, argument: str, call: Any) -> None:
    """Is refused at once, not at its first step."""
    with pytest.raises(InvalidArgumentError) as refused:
        call(client)

    assert argument == refused.value.argument


async def test_required_filters_are_always_sent(client: Any, sandbox: Sandbox) -> None:
    """All four of them, an empty campaign included."""
    order = await client.hosting_orders.import_numbers(
        [NUMBER], region_code="US", service_plan_id="plan"
    )

    listed = client.hosting_orders.list(
        states="SUBMITTED", type=HostingOrderType.IMPORT, service_plan_id="plan", campaign_id=""
    )

    assert [order.hosting_order_id] == [one.hosting_order_id async for one in listed]


async def test_pages_that_circle(client: Any, sandbox: Sandbox) -> None:
    """A list whose pages repeat is an error, here as well."""
    host = sandbox.project().imported
    for digit in range(5):
        host.numbers.add(f"+1202555010{digit}")
        host.qualified.plant(f"+1202555010{digit}")

    for pager in (
        client.imported_numbers.list(page_size=2),
        client.qualified_numbers.list(states="VERIFIED", page_size=2),
    ):
        sandbox.faults.add("repeat_page_token")
        with pytest.raises(PaginationError):
            [item async for item in pager]


async def test_words_of_tomorrow(client: Any, sandbox: Sandbox) -> None:
    """A state that is newer than this release is its text."""
    sandbox.project().imported.qualified.plant(NUMBER)
    order = await client.hosting_orders.text_enable([NUMBER], **ORDER, loa_info=LETTER)
    sandbox.faults.add("unknown_enum", method="GET", times=2)
    sandbox.faults.add("unknown_member", method="GET")

    later = await client.hosting_orders.get(order.hosting_order_id)
    number = await client.qualified_numbers.get(NUMBER)
    newer = await client.qualified_numbers.get(NUMBER)

    assert ("PAUSED", False) == (later.state, later.state.known)
    assert ("PAUSED", False) == (number.global_process_state, number.global_process_state.known)
    assert {"unknownMember"} == newer.extra.keys()


# Both hosts


async def test_the_secrets_of_both_hosts(client: Any, sandbox: Sandbox) -> None:
    """Each is read and replaced by itself."""
    secret = "another-secret-of-32-letters-123"
    first = (await client.callback_configuration.get()).hmac_secret

    updated = await client.imported_callback_configuration.update(hmac_secret=secret)

    assert Secret(secret) == updated.hmac_secret
    assert updated == await client.imported_callback_configuration.get()
    assert first == (await client.callback_configuration.get()).hmac_secret != updated.hmac_secret


async def test_a_sibling_speaks_to_both_hosts(client: Any, sandbox: Sandbox) -> None:
    """With the same token and its own options."""
    sibling = client.with_options(headers={"X-Purpose": "test"}, retries=0)
    sandbox.project().imported.numbers.add(NUMBER)

    assert NUMBER == (await sibling.imported_numbers.get(NUMBER)).phone_number
    assert [] == [number async for number in sibling.active_numbers.list()]
    assert 1 == len([call for call in sandbox.calls if "oauth2" in call])
