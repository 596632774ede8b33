"""The stock: searched, looked up, and rented from."""

from decimal import Decimal
from operator import attrgetter
from typing import Any

import pytest

from sinch_numbers import (
    AlreadyOwnedError,
    AvailableNumber,
    BadRequestError,
    Capability,
    EstVoice,
    FaxVoice,
    InvalidArgumentError,
    Money,
    NotFoundError,
    NumbersClient,
    NumberType,
    OutOfStockError,
    ResourceInfo,
    RtcVoice,
    SearchPattern,
    SmsConfiguration,
    VoiceType,
)
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sandbox._protocol.errors import not_found

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

US_LOCAL = {"region_code": "US", "type": NumberType.LOCAL}


async def a_number(client: NumbersClient) -> str:
    (hit,) = await client.available_numbers.search(**US_LOCAL, size=1)
    return hit.phone_number


def taken(phone_number: str, change: Any) -> Any:
    """Stand in for the rent of a number that another project took."""
    raise not_found("AvailableNumber", phone_number, "no such number", "")


async def test_search_finds_what_fits(client: NumbersClient) -> None:
    """Region, type, capabilities and pattern all hold of every hit."""
    hits = await client.available_numbers.search(
        region_code="US",
        type="LOCAL",
        capabilities=[Capability.SMS, Capability.VOICE],
        number_pattern="+1",
        search_pattern=SearchPattern.START,
        size=5,
    )

    assert 5 == len(hits)
    for hit in hits:
        assert ("US", NumberType.LOCAL) == (hit.region_code, hit.type)
        assert {"SMS", "VOICE"} <= set(hit.capability)
        assert hit.setup_price
        assert hit.monthly_price
        assert "USD" == hit.monthly_price.currency_code


async def test_search_finds_nothing(client: NumbersClient) -> None:
    """No hit is an empty answer, not an error; a pattern starts with the plus sign."""
    assert () == await client.available_numbers.search(
        **US_LOCAL, number_pattern="1", search_pattern="START"
    )


async def test_a_type_newer_than_this_release_is_sent(client: NumbersClient) -> None:
    """The constructor of the enum makes the value, and the service decides about it."""
    with pytest.raises(BadRequestError, match='parsing field "type"'):
        await client.available_numbers.search(region_code="US", type=NumberType("SATELLITE"))


@pytest.mark.parametrize("region", ["us", "USA", "U", "", "U/", "ÜS", None])
async def test_a_malformed_region_is_not_sent(
    client: NumbersClient, sandbox: Sandbox, region: str
) -> None:
    """A region code is two capital letters."""
    for call in (
        client.available_numbers.search,
        client.available_numbers.rent_any,
        client.available_numbers.rent_first,
    ):
        with pytest.raises(InvalidArgumentError) as caught:
            await call(region_code=region, type="LOCAL")
        assert "region_code" == caught.value.argument
    assert [] == sandbox.calls


async def test_get_returns_the_price_sheet(client: NumbersClient) -> None:
    """A free number comes with what it costs."""
    number = await a_number(client)
    free = await client.available_numbers.get(number)

    assert number == free.phone_number
    assert free.setup_price


async def test_get_of_a_number_that_is_not_free(client: NumbersClient) -> None:
    """The error names it."""
    with pytest.raises(NotFoundError) as caught:
        await client.available_numbers.get("+12025550199")

    (detail,) = caught.value.details
    assert isinstance(detail, ResourceInfo)
    assert ("AvailableNumber", "+12025550199") == (detail.resource_type, detail.resource_name)


@pytest.mark.parametrize(
    ("voice", "scheduled"),
    [
        pytest.param(RtcVoice("app"), ("RTC", "app", None, None), id="RtcVoice"),
        pytest.param(EstVoice("trunk"), ("EST", None, "trunk", None), id="EstVoice"),
        pytest.param(FaxVoice("fax"), ("FAX", None, None, "fax"), id="FaxVoice"),
        pytest.param({"appId": "app"}, ("RTC", "app", None, None), id="dict without type"),
        pytest.param(
            {"type": "EST", "trunkId": "trunk"}, ("EST", None, "trunk", None), id="dict with type"
        ),
    ],
)
async def test_rent_with_links(client: NumbersClient, voice, scheduled: tuple) -> None:
    """A rented number shows its wanted links as scheduled, its price and its next charge."""
    number = await client.available_numbers.rent(
        await a_number(client),
        sms_configuration=SmsConfiguration("plan"),
        voice_configuration=voice,
        callback_url="https://hooks.example/1",
    )

    assert isinstance(number.voice_configuration, RtcVoice)
    job = number.voice_configuration.scheduled_voice_provisioning
    assert job
    assert scheduled == (job.type, job.app_id, job.trunk_id, job.service_id)
    assert number.sms_configuration
    assert number.sms_configuration.scheduled_provisioning
    assert number.next_charge_date
    assert number.expire_at is None
    assert "https://hooks.example/1" == number.callback_url


async def test_rent_without_links(client: NumbersClient, sandbox: Sandbox) -> None:
    """A number can be rented alone."""
    number = await a_number(client)
    assert number == (await client.available_numbers.rent(number)).phone_number
    assert [number] == [entry.phone_number for entry in sandbox.ledger]


@pytest.mark.parametrize(
    ("argument", "configuration"),
    [
        pytest.param("sms_configuration", {}, id="sms empty dict"),
        pytest.param("sms_configuration", SmsConfiguration(), id="sms empty model"),
        pytest.param("sms_configuration", SmsConfiguration(""), id="sms empty plan"),
        pytest.param("sms_configuration", SmsConfiguration("plan", ""), id="sms empty campaign"),
        pytest.param("sms_configuration", "plan", id="sms str"),
        pytest.param("voice_configuration", {}, id="voice empty dict"),
        pytest.param("voice_configuration", {"type": "RTC"}, id="voice type only"),
        pytest.param("voice_configuration", RtcVoice(), id="RtcVoice without id"),
        pytest.param("voice_configuration", RtcVoice(""), id="RtcVoice empty id"),
        pytest.param("voice_configuration", EstVoice(), id="EstVoice without id"),
        pytest.param("voice_configuration", {"trunkId": "trunk"}, id="trunk without type"),
        pytest.param("voice_configuration", {"type": "EST", "appId": "app"}, id="EST with app"),
        pytest.param(
            "voice_configuration", {"appId": "app", "trunkId": "trunk"}, id="app and trunk"
        ),
        pytest.param(
            "voice_configuration",
            {"type": "FAX", "serviceId": "fax", "appId": "app"},
            id="FAX with app",
        ),
    ],
)
async def test_a_configuration_that_cannot_be_meant_is_not_sent(
    client: NumbersClient, sandbox: Sandbox, argument: str, configuration: object
) -> None:
    """Empty and contradictory configurations are refused by name."""
    for call in (
        client.available_numbers.rent("+12025550134", **{argument: configuration}),
        client.available_numbers.rent_any(**US_LOCAL, **{argument: configuration}),
    ):
        with pytest.raises(InvalidArgumentError) as caught:
            await call
        assert argument == caught.value.argument
    assert [] == sandbox.calls


async def test_a_voice_type_newer_than_this_release_is_sent(client: NumbersClient) -> None:
    """With fields that this release doesn't know; the service decides about them."""
    configuration: Any = {"type": VoiceType("HOLO"), "roomId": "1"}
    with pytest.raises(BadRequestError):
        await client.available_numbers.rent(
            await a_number(client), voice_configuration=configuration
        )


async def test_rent_of_a_number_that_another_project_took(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """The service's own 404 is a rejection: one POST, and nothing is unresolved."""
    number = await a_number(client)
    sandbox.project().rent = taken
    sandbox.calls.clear()

    with pytest.raises(NotFoundError) as caught:
        await client.available_numbers.rent(number)

    assert "NOT_FOUND" == caught.value.code
    assert ["GET", "POST"] == [call.split()[0] for call in sandbox.calls]


async def test_rent_of_a_number_that_the_project_has(
    client: NumbersClient, sandbox: Sandbox
) -> None:
    """A rented number belongs to the call that rented it: one read, and no second request."""
    number = await a_number(client)
    await client.available_numbers.rent(number)
    sandbox.calls.clear()

    with pytest.raises(AlreadyOwnedError) as caught:
        await client.available_numbers.rent(number)

    assert number == caught.value.phone_number
    assert [f"GET /v1/projects/sandbox/activeNumbers/{number}"] == sandbox.calls
    assert 1 == len(sandbox.ledger)


async def test_rent_any_takes_what_fits(client: NumbersClient) -> None:
    """The service picks within the pattern."""
    number = await client.available_numbers.rent_any(
        **US_LOCAL,
        capabilities="SMS",
        number_pattern="+1",
        search_pattern="START",
        sms_configuration=SmsConfiguration("plan"),
    )

    assert number.phone_number.startswith("+1")


@pytest.mark.parametrize("method", ["rent_any", "rent_first"])
async def test_renting_outside_us_local_is_the_services_to_reject(
    client: NumbersClient, sandbox: Sandbox, method: str
) -> None:
    """The request is sent, and its 400 proves that nothing was rented."""
    with pytest.raises(BadRequestError) as caught:
        await getattr(client.available_numbers, method)(region_code="SE", type="MOBILE")

    assert not caught.value.maybe_applied
    assert [] == sandbox.ledger


async def test_rent_first_rents_a_hit(client: NumbersClient, sandbox: Sandbox) -> None:
    """It returns the rented number, with the links to be made."""
    number = await client.available_numbers.rent_first(
        **US_LOCAL, sms_configuration=SmsConfiguration("plan")
    )

    assert ("US", "LOCAL") == (number.region_code, number.type)
    assert number.sms_configuration.scheduled_provisioning
    assert [number.phone_number] == [entry.phone_number for entry in sandbox.ledger]


async def test_rent_first_takes_the_next_when_one_is_gone(
    async_client: NumbersClient, sandbox: Sandbox
) -> None:
    """Another project was faster twice; the third candidate is rented."""
    rent, asked = sandbox.project().rent, []

    def snatched(phone_number: str, change: Any) -> Any:
        asked.append(phone_number)
        return taken(phone_number, change) if len(asked) < 3 else rent(phone_number, change)

    sandbox.project().rent = snatched

    number = await async_client.available_numbers.rent_first(**US_LOCAL)

    assert 3 == len(set(asked))
    assert [number.phone_number] == asked[2:]
    assert asked[2:] == [entry.phone_number for entry in sandbox.ledger]


async def test_rent_first_passes_over_numbers_of_the_project(
    async_client: NumbersClient, sandbox: Sandbox
) -> None:
    """A search that still lists rented numbers leads to no request for them."""
    project = sandbox.project()
    hits = await async_client.available_numbers.search(**US_LOCAL, size=2)
    for hit in hits:
        await async_client.available_numbers.rent(hit.phone_number)
    new = project.add_available().phone_number
    fresh = await async_client.available_numbers.search(**US_LOCAL, number_pattern=new)

    async def stale(**_: object) -> Any:
        return (*hits, *fresh)

    async_client.available_numbers.search = stale
    sandbox.calls.clear()

    number = await async_client.available_numbers.rent_first(**US_LOCAL)

    assert new == number.phone_number
    assert 1 == sum(call.startswith("POST") for call in sandbox.calls)


async def test_rent_first_out_of_stock(client: NumbersClient, sandbox: Sandbox) -> None:
    """Nothing fits: a typed error, and nothing was rented."""
    with pytest.raises(OutOfStockError, match="no available number matches"):
        await client.available_numbers.rent_first(
            **US_LOCAL, number_pattern="+1999999", search_pattern="START"
        )
    assert [] == sandbox.ledger


A, B, C, D = (f"+1202555012{digit}" for digit in range(4))


async def test_candidates_are_tried_in_random_order(
    async_client: NumbersClient, sandbox: Sandbox
) -> None:
    """Workers with the same search results do not compete for the same number."""
    project = sandbox.project()
    project.rent = taken
    search = project.stock.search
    by_number = attrgetter("phone_number")
    project.stock.search = lambda wanted, size: sorted(search(wanted, 10**6), key=by_number)[:size]
    firsts = set()
    for _ in range(8):
        sandbox.calls.clear()
        with pytest.raises(OutOfStockError):
            await async_client.available_numbers.rent_first(**US_LOCAL)
        firsts.add(next(call for call in sandbox.calls if call.endswith(":rent")))

    assert len(firsts) > 1


@pytest.mark.parametrize(
    ("searches", "free", "tried", "outcome"),
    [
        ([[A, B], [B, C]], {C, D}, [A, B, C], C),
        ([[A, B], [C, D]], {D}, [A, B, C, D], D),
        ([[A, B]], {B}, [A, B], B),
        ([[A, B], [C], [D]], {D}, [A, B, C], "all 3 candidates were taken"),
        ([[A, B], [B, A]], {C}, [A, B], "all 2 candidates were taken"),
        ([[A], []], {C}, [A], "all 1 candidates were taken"),
        ([[]], {C}, [], "no available number matches"),
    ],
)
async def test_rent_first_searches_again_when_all_are_taken(
    async_client: NumbersClient,
    sandbox: Sandbox,
    searches: list[list[str]],
    free: set[str],
    tried: list[str],
    outcome: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One more search, of which only the candidates that were not tried yet are tried."""
    monkeypatch.setattr("random.shuffle", lambda numbers: None)
    for number in free:
        sandbox.project().add_available(phone_number=number)
    found = iter(searches)

    async def search(**_: object) -> list[AvailableNumber]:
        price = Money("USD", Decimal("0.50"))
        return [
            AvailableNumber(number, "US", NumberType.LOCAL, (), price, price, 1)
            for number in next(found)
        ]

    async_client.available_numbers.search = search
    renting = async_client.available_numbers.rent_first(**US_LOCAL)
    if outcome in (A, B, C, D):
        assert outcome == (await renting).phone_number
    else:
        with pytest.raises(OutOfStockError, match=outcome):
            await renting

    posts = [call for call in sandbox.calls if call.endswith(":rent")]
    assert tried == [call.rpartition("/")[2].removesuffix(":rent") for call in posts]
    assert [outcome] * (outcome in free) == [entry.phone_number for entry in sandbox.ledger]
    assert searches[2:] == list(found)
