"""Usage that has to type-check, both ways; it is never run."""

from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import assert_type

from sinch_numbers import (
    UNSET,
    ActiveNumber,
    AttemptEnded,
    AvailableNumber,
    AvailableRegion,
    BadRequestError,
    BlanketLoaInfo,
    BusinessAddressJson,
    CallbackConfiguration,
    CallEnded,
    CallStarted,
    Capability,
    Document,
    EmergencyAddress,
    EmergencyAddressDict,
    EstVoice,
    Event,
    Explanation,
    FaxVoice,
    FieldViolation,
    HostingOrder,
    HostingOrderNumber,
    ImportedNumber,
    Maybe,
    Money,
    NumberEvent,
    NumberEventType,
    NumberOrder,
    NumbersClient,
    NumberType,
    Observer,
    OutcomeUnknownError,
    Page,
    Pager,
    ProvisioningStatus,
    QualifiedNumber,
    Registration,
    Resending,
    RtcVoice,
    Secret,
    SinchNumbersError,
    SmsConfiguration,
    SyncNumbersClient,
    SyncPager,
    TokenFetched,
    UnknownEvent,
    UnknownVoice,
    ValidationResult,
    VoiceConfiguration,
    VoiceType,
    WaitResult,
    explain,
    explanations,
)
from sinch_numbers._client.client import Effect
from sinch_numbers._core.concurrency import Outcome, gather
from sinch_numbers.audit import (
    Expectation,
    Expectations,
    ProjectFailure,
    Report,
    Reports,
    audit,
    audit_projects,
)
from sinch_numbers.audit._distributed import DistributedAudit
from sinch_numbers.exports import (
    FINDINGS,
    NUMBERS,
    CsvWriter,
    write_csv,
    write_html,
    write_parquet,
)
from sinch_numbers.inventory import Checkpoint, Completeness, CompletenessStatus, Inventory
from sinch_numbers.ordering import OrderResult, order_numbers
from sinch_numbers.otel import OpenTelemetry
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.sync import SyncInventory
from sinch_numbers.sync import audit as sync_audit
from sinch_numbers.sync import audit_projects as sync_audit_projects
from sinch_numbers.sync import gather as sync_gather
from sinch_numbers.sync import resume_order as sync_resume_order
from sinch_numbers.webhooks import EventState, EventStore, Receiver, StoredEvent
from sinch_numbers.webhooks._events import parse_event


def record(event: Event) -> None:
    event.transaction.add("INSERT INTO seen VALUES (:id)", {"id": event.event_id}, changes=1)


async def asynchronously() -> None:
    async with NumbersClient("p", "k", Secret("s"), timeout=5) as client:
        number = await client.available_numbers.rent(
            "+12025550134",
            sms_configuration=SmsConfiguration("plan"),
            voice_configuration={"appId": "app"},
        )
        assert_type(number, ActiveNumber)
        assert_type(explanations(number), tuple[Explanation, ...])
        assert_type(explain("CAMPAIGN_EXPIRED"), Explanation)
        hits = await client.available_numbers.search(region_code="US", type="LOCAL", size=3)
        assert_type(hits, tuple[AvailableNumber, ...])
        pager = client.active_numbers.list(type=NumberType.LOCAL, capability=["SMS"])
        assert_type(pager, Pager[ActiveNumber])
        async for one in pager:
            assert_type(one, ActiveNumber)
        ended = await client.active_numbers.wait_until_provisioned("+12025550134", sms=True)
        assert_type(ended, WaitResult[ActiveNumber])
        assert_type(ended.get(), ActiveNumber)
        order = await client.number_orders.wait_until_completed("01k")
        assert_type(order, WaitResult[NumberOrder])
        hosting = await client.hosting_orders.wait_until_completed("01k")
        assert_type(hosting, WaitResult[HostingOrder])
        qualified = await client.qualified_numbers.wait_until_qualified("+12025550134")
        assert_type(qualified.get(), QualifiedNumber)
        receiver = Receiver(client.notify, ["old", Secret("new")])
        assert_type((await receiver.receive(b"", None)).status, int)
        store = EventStore("events.db")
        assert_type(await store.events(states=["dead"]), tuple[StoredEvent, ...])
        Receiver(record, "secret", store=store)
        match parse_event(b"{}"):
            case NumberEvent() as event:
                assert_type(event.event_type, NumberEventType | None)
            case UnknownEvent() as unknown:
                assert_type(unknown.event_type, str | None)
            case _:
                pass
        async for page in pager.pages("token"):
            assert_type(page, Page[ActiveNumber])
            assert_type(page.items, tuple[ActiveNumber, ...])
        await client.active_numbers.update("+1", display_name=None, callback_url=UNSET)
        assert_type(
            await client.available_regions.list(types="LOCAL"), tuple[AvailableRegion, ...]
        )
        assert_type(await client.callback_configuration.get(), CallbackConfiguration)
        assert_type(await client.emergency_address.deprovision("+1"), None)
        assert_type(client.with_options(deadline=None, retries=0), NumbersClient)
        assert_type(await audit(client), Report)
        expected = Expectations([Expectation("+12025550134", released=False)])
        assert_type(await audit(client, expected=expected, months=24), Report)
        assert_type(await audit_projects([client], concurrency=2), Reports)
        await second_host(client)
        await number_orders(client)


async def second_host(client: NumbersClient) -> None:
    letter = BlanketLoaInfo()
    order_id = await client.qualified_numbers.text_enable(
        ["+1"], region_code="US", service_plan_id="plan", loa_info=letter
    )
    assert_type(order_id, str)
    assert_type(await client.hosting_orders.get(order_id), HostingOrder)
    assert_type(client.hosting_orders.numbers(order_id), Pager[HostingOrderNumber])
    assert_type(await client.qualified_numbers.add(("+1",)), tuple[QualifiedNumber, ...])
    imported = await client.imported_numbers.get("+1")
    assert_type(imported, ImportedNumber)
    if imported.sms_configuration and imported.sms_configuration.scheduled_provisioning:
        job = imported.sms_configuration.scheduled_provisioning
        assert_type(job.status, ProvisioningStatus | None)
    assert_type(await client.imported_callback_configuration.get(), CallbackConfiguration)


async def number_orders(client: NumbersClient) -> None:
    orders = client.number_orders
    order = await orders.create(
        region_code="AU",
        type=NumberType.MOBILE,
        phone_number="+61491570156",
        voice_configuration={"appId": "app"},
    )
    assert_type(order, NumberOrder)
    assert_type(
        await orders.update_registration("01k", request_details={"data": []}), Registration
    )
    await orders.upload_attachment("01k", "01a", Path("bill.pdf"))
    await orders.upload_attachment("01k", "01a", Document(BytesIO(b"x"), filename="x"))
    with Path("bill.pdf").open("rb") as file:
        await orders.upload_attachment("01k", "01a", file)
    result = await order_numbers(
        client,
        region_code="AU",
        type="MOBILE",
        requested_quantity=2,
        registration=[{"a": 1}],
        attachments={"01a": "bill.pdf"},
    )
    assert_type(result, OrderResult)
    assert_type(await client.reconcile(client.unresolved[0]), Effect | None)


async def with_mappings(client: NumbersClient) -> None:
    rented = client.available_numbers
    await rented.rent("+1", sms_configuration={"service_plan_id": "p", "campaign_id": "c"})
    await rented.rent("+1", sms_configuration={"servicePlanId": "p", "campaignId": "c"})
    await rented.rent("+1", voice_configuration={"app_id": "a"})
    await rented.rent("+1", voice_configuration={"type": "EST", "trunkId": "t"})
    await rented.rent("+1", voice_configuration={"type": VoiceType.FAX, "service_id": "s"})
    await client.imported_numbers.update("+1", sms_configuration={"campaign_id": ""})
    home: EmergencyAddressDict = {
        "street_number": "77",
        "street_info": "Harbor Way",
        "city": "Portland",
        "state": "OR",
        "postal_code": "97209",
    }
    found = await client.emergency_address.validate("+1", display_name="x", address=home)
    assert_type(found.validation_result, ValidationResult)
    office: BusinessAddressJson = {
        "buildingNumber": "77",
        "street": "Harbor Way",
        "city": "Portland",
        "state": "OR",
        "postalCode": "97209",
        "country": "US",
    }
    await client.hosting_orders.text_enable(
        ["+1"],
        region_code="US",
        service_plan_id="plan",
        loa_info={
            "authorisedPerson": {"firstName": "A", "lastName": "B", "email": "a@example.com"},
            "address": office,
            "currentVoiceCarrier": "Carrier",
        },
    )


async def with_values(client: NumbersClient, kind: NumberType, store: EventStore) -> None:
    client.active_numbers.list(type=kind, order_by="phoneNumber")
    client.active_numbers.list(type=NumberType("SATELLITE"), capability=(Capability.SMS, "VOICE"))
    client.qualified_numbers.list(states="VERIFIED")
    client.hosting_orders.list(
        states="COMPLETED", type="TEXT_ENABLE", service_plan_id="p", campaign_id="c"
    )
    assert_type(await store.events(states=["dead", EventState.READY]), tuple[StoredEvent, ...])
    for offer in await client.available_numbers.search(region_code="US", type="LOCAL"):
        assert_type(offer.region_code, str)
        assert_type(offer.type, NumberType)
        assert_type(offer.setup_price, Money)
        assert_type(offer.monthly_price.amount, Decimal)
        assert_type(offer.payment_interval_months, int)
        assert_type(offer.supporting_documentation_required, bool)


def synchronously() -> None:
    with SyncNumbersClient("p", "k", "s", auth="basic") as client:
        assert_type(client.active_numbers.get("+1"), ActiveNumber)
        pager = client.active_numbers.list(region_code="US")
        assert_type(pager, SyncPager[ActiveNumber])
        for one in pager:
            assert_type(one, ActiveNumber)
        for page in pager.pages():
            assert_type(page, Page[ActiveNumber])
        address = client.emergency_address.get("+1")
        assert_type(address, EmergencyAddress)
        assert_type(client.emergency_address.deprovision("+1"), None)
        assert_type(client.with_options(timeout=1), SyncNumbersClient)
        assert_type(sync_audit(client), Report)
        assert_type(sync_audit_projects([client]), Reports)
        assert_type(client.project_id, str)
        assert_type(client.number_orders.submit("01k"), NumberOrder)
        assert_type(sync_resume_order(client, "01k", deadline=None), OrderResult)


async def inventories(client: NumbersClient, sync_client: SyncNumbersClient) -> None:
    numbers = Inventory(client, concurrency=4, page_size=100)
    async for number in numbers:
        assert_type(number, ActiveNumber)
    async for page in numbers.pages():
        assert_type(page.items, tuple[ActiveNumber, ...])
    assert_type(numbers.ended, bool)
    assert_type(numbers.completeness, Completeness)
    assert_type(numbers.completeness.status, CompletenessStatus)
    assert_type(numbers.completeness.explanation, str)
    assert_type(numbers.checkpoint, Checkpoint | None)
    plan = await numbers.plan(10_000)
    assert_type(plan.divide(10_000), tuple[Checkpoint, ...])
    assert_type(plan.merge([Checkpoint.loads(plan.dumps())]), Checkpoint)
    for number in SyncInventory(sync_client, checkpoint=plan):
        assert_type(number, ActiveNumber)


async def in_bulk(client: NumbersClient, sync_client: SyncNumbersClient) -> None:
    outcomes = await gather(client.active_numbers.get, ["+12025550134"], concurrency=4)
    for outcome in outcomes:
        assert_type(outcome, Outcome[str, ActiveNumber])
        assert_type(outcome.get(), ActiveNumber)
        assert_type(outcome.error, SinchNumbersError | None)
    for one in sync_gather(sync_client.active_numbers.get, ["+12025550134"]):
        assert_type(one.item, str)
        assert_type(one.result, ActiveNumber | None)


def connected(project_id: str) -> NumbersClient:
    return NumbersClient(project_id, "k", "s")


def spread_out(executor: Executor, path: Path, client: SyncNumbersClient) -> None:
    spread = DistributedAudit(["p", "q"], connect=connected, size=10_000)
    assert_type(spread.run(executor), Reports)
    with ProcessPoolExecutor() as processes:
        reports = spread.run(processes, progress=lambda what, done, total: print(what, done))
    for one in reports.projects:
        assert_type(one, Report | ProjectFailure)
    assert_type(sync_audit(client, saved=path), Report)


def voices(voice: VoiceConfiguration | None) -> str | None:
    match voice:
        case RtcVoice(app_id=target) | EstVoice(trunk_id=target) | FaxVoice(service_id=target):
            return target
        case UnknownVoice(type=kind):
            return str(kind)
        case None:
            return None


def errors(error: BadRequestError | OutcomeUnknownError) -> str | None:
    if isinstance(error, BadRequestError):
        assert_type(error.field_violations, tuple[FieldViolation, ...])
        assert_type(error.status, int)
        assert_type(error.retry_after, float | None)
        return error.code
    return error.phone_number


def prices(numbers: Sequence[ActiveNumber]) -> Decimal:
    return sum((number.money.amount for number in numbers if number.money), Decimal())


def passed_on(name: Maybe[str | None] = UNSET) -> str:
    return "left alone" if name is UNSET else name or "erased"


class Call:
    def headers(self) -> dict[str, str]:
        return {}

    def attempted(self, attempt: AttemptEnded) -> None:
        assert_type(attempt.status, int | None)

    def resending(self, resending: Resending) -> None:
        assert_type(resending.pause, float)

    def ended(self, ended: CallEnded) -> None:
        assert_type(ended.error, str | None)


class Counting:
    def call_started(self, call: CallStarted) -> Call:
        assert_type(call.template, str | None)
        return Call()

    def token_fetched(self, fetched: TokenFetched) -> None: ...


def observed() -> Sequence[NumbersClient | SyncNumbersClient]:
    mine: Observer = Counting()
    return [
        NumbersClient(observer=mine),
        NumbersClient(observer=OpenTelemetry(propagate=False)),
        SyncNumbersClient(observer=Counting()),
    ]


async def own_tests() -> None:
    async with Sandbox(numbers=3, seed=1) as sandbox:
        assert_type(sandbox.url, str)
        assert_type(sandbox.environment, dict[str, str])


def files(report: Report, numbers: Sequence[ActiveNumber], path: Path) -> None:
    with path.open("wb") as file:
        write_csv(report.findings, file, FINDINGS)
        write_parquet(numbers, file, NUMBERS)
        write_html(report, file, limit=10)
        with CsvWriter(file, NUMBERS) as writer:
            assert_type(writer, CsvWriter[ActiveNumber])
            writer.write(numbers)
