"""The docstrings of the client's methods have all that editors and the reference show."""

import asyncio
import inspect
import re
import textwrap
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import timedelta
from io import StringIO
from typing import Any

import attrs
import pytest

import sinch_numbers
from sinch_numbers import NumbersClient, SyncNumbersClient
from sinch_numbers._core.operation import Operation
from sinch_numbers.testing._served import ServedSandbox
from sinch_numbers.webhooks import Receiver
from tests.products import every

NEVER_RAISE = {"NumbersClient.close", "NumbersClient.notify"}
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
DETAILS = {
    "data": [
        [
            {
                "senderId": "ACME",
                "purposeOfTheTraffic": "Appointment reminders",
                "intendedUseOfMobileNumbers": "Replies to the reminders",
                "iConfirmThatMyBusinessHasAValidUseCaseForThisLn": True,
            }
        ],
        {
            "endBusinessName": "Acme Dental Pty",
            "endBusinessAddress": "4 Quay St",
            "city": "Hobart",
            "state": "TAS",
            "country": "AU",
            "postalCode": "7000",
        },
        {"firstName": "Ann", "lastName": "Example", "phoneNumber": "+61491570157"},
    ]
}


@attrs.frozen
class Method:
    """A public method of the client or of one of its resources."""

    name: str
    function: Any

    @property
    def documented(self) -> str:
        return inspect.getdoc(self.function) or ""

    def section(self, heading: str) -> str:
        """Return the lines below *heading*, up to the next heading."""
        found = re.search(rf"^{heading}::?\n((?:\n|    .*\n?)*)", self.documented, re.MULTILINE)
        return textwrap.dedent(found[1]).strip("\n") if found else ""

    def __str__(self) -> str:
        return self.name


def methods(client: type) -> Iterator[Method]:
    """Yield the methods that users call: the client's own, and those of its resources."""
    made = client("project", "key", "secret")
    for name, function in inspect.getmembers(client, inspect.isfunction):
        if not name.startswith("_"):
            yield Method(f"{client.__name__}.{name}", function)
    for resource in dict.fromkeys(type(getattr(made, name)) for name in client.__annotations__):
        for name, function in inspect.getmembers(resource, inspect.isfunction):
            if not name.startswith("_"):
                yield Method(f"{resource.__name__}.{name}", function)


METHODS = [*methods(NumbersClient)]
TWINS = [*methods(SyncNumbersClient)]


def test_all_methods_are_checked():
    """Each resource has methods, and each async method has a twin."""
    assert len(METHODS) >= 60
    names = [one.name.removeprefix("Sync") for one in TWINS]
    assert sorted(one.name for one in METHODS) == sorted(names)


@every("method", METHODS)
def test_every_parameter_is_described(method: Method):
    """In the order of the signature, each once."""
    parameters = [*inspect.signature(method.function).parameters][1:]

    assert parameters == re.findall(r"^(\w+): \S", method.section("Args"), re.MULTILINE)


@every("method", [one for one in METHODS if one.name not in NEVER_RAISE])
def test_every_error_is_listed(method: Method):
    """By the name of its class, which is public."""
    lines = re.findall(r"^((?:\w+Error(?:, )?)+): \S", method.section("Raises"), re.MULTILINE)

    assert lines
    for name in (one for line in lines for one in line.split(", ")):
        assert issubclass(getattr(sinch_numbers, name), sinch_numbers.SinchNumbersError)


def operations() -> dict[Method, list[Operation[Any]]]:
    """Return the operations that a method of a resource names in its source."""
    found: dict[Method, list[Operation[Any]]] = {}
    for method in METHODS:
        resource = method.function.__globals__.get(method.name.partition(".")[0])
        source = inspect.getsource(method.function)
        for name, value in vars(resource).items() if resource is not None else ():
            if isinstance(value, Operation) and re.search(rf"\bself\.{name}\b", source):
                found.setdefault(method, []).append(value)
    return found


OPERATIONS = operations()
IN_ANY_CALL = {"APIConnectionError", "APIReplyLostError", "APIResponseError", "APIStatusError"}


@every("method", OPERATIONS)
def test_the_errors_of_its_operations_are_listed(method: Method) -> None:
    """Those of any call, of billable calls, of paths with an ID, of arguments, and of lists."""
    parameters = [*inspect.signature(method.function).parameters][1:]
    expected = set(IN_ANY_CALL)
    if any(one.policy.billable for one in OPERATIONS[method]):
        expected |= {"OutcomeUnknownError", "StoreError"}
    if any("{" in one.path for one in OPERATIONS[method]):
        expected |= {"NotFoundError"}
    if parameters:
        expected |= {"InvalidArgumentError"}
    if "page_size" in parameters:
        expected |= {"PaginationError", "UnreadableItemError"}

    assert len(OPERATIONS) >= 40
    assert not expected - {*re.findall(r"\w+Error", method.section("Raises"))}


@every("method", [*METHODS, *TWINS])
def test_every_method_has_an_example(method: Method):
    """It calls the method; that of the sync client has no ``await``."""
    example = method.section("Example")
    name = method.name.partition(".")[2]

    assert re.search(rf"\.{name}\b", example)
    if method in TWINS:
        assert not re.search(r"\b(?:async|await)\b", example)


def given(served: ServedSandbox, client: SyncNumbersClient, method: Method) -> dict[str, Any]:
    """Plant the numbers of the examples; return the names that they take for granted."""
    project = served.sandbox.project()
    for number in ("+12025550134", "+12025550135"):
        project.add_active(phone_number=number, region_code="US", type="LOCAL")
    client.emergency_address.provision("+12025550134", display_name="Ada", address=ADDRESS)
    project.add_available(phone_number="+12025550150", region_code="US", type="LOCAL")
    imported = project.imported
    imported.numbers.add("+12025550160", region_code="US")
    imported.qualified.plant("+12025550170", state="ELIGIBLE")
    for number in ("+12025550172", "+18335550172"):
        imported.qualified.plant(number, state="VERIFIED")
    client.qualified_numbers.send_voice_challenge("+12025550170")
    hosting = client.hosting_orders.import_numbers(
        ["+12025550162"], region_code="US", service_plan_id="my-service-plan"
    )
    needs_data = "registration" in method.name or "upload" in method.name
    order = client.number_orders.create(
        region_code="AU" if needs_data else "US",
        type="MOBILE" if needs_data else "LOCAL",
        requested_quantity=1,
    )
    if "wait" in method.name:
        client.number_orders.submit(order.id_number_order)
        served.sandbox.clock.advance(timedelta(days=10))
    return {
        "order_id": order.id_number_order,
        "hosting_order_id": hosting.hosting_order_id,
        "code": imported.qualified.voice_codes["+12025550170"],
        "letter": LETTER,
        "details": DETAILS,
        "secret": "s" * 32,
        "Receiver": Receiver,
        **{name: getattr(sinch_numbers, name) for name in sinch_numbers.__all__},
    }


ADDRESS = {
    "streetNumber": "77",
    "streetInfo": "Harbor Rd",
    "city": "Portland",
    "state": "OR",
    "postalCode": "97209",
}


@pytest.mark.slow
@pytest.mark.parametrize("method", TWINS, ids=str)
def test_every_example_of_the_sync_client_runs(method: Method):
    """Against a sandbox, without a warning."""
    with ServedSandbox(numbers=0, stock=50) as served, served.sync_client() as client:
        names = given(served, client, method) | {"client": client}
        with redirect_stdout(StringIO()):
            exec(compile(method.section("Example"), method.name, "exec"), names)


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS, ids=str)
def test_every_example_of_the_async_client_runs(method: Method):
    """Against a sandbox, without a warning."""
    with ServedSandbox(numbers=0, stock=50) as served:
        with served.sync_client() as sync_client:
            names = given(served, sync_client, method)
        with served.client() as client:
            names["client"] = client
            program = f"async def main():\n{textwrap.indent(method.section('Example'), '    ')}"
            exec(compile(program, method.name, "exec"), names)
            with redirect_stdout(StringIO()):
                asyncio.run(names["main"]())
