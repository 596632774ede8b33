"""Models in pydantic and FastAPI: validation, responses, and the OpenAPI document."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import pytest

from sinch_numbers import (
    ActiveNumber,
    BadRequest,
    CallbackConfiguration,
    Extra,
    FieldViolation,
    Money,
    NotFoundError,
    NumberEvent,
    NumberType,
    Page,
    RtcVoice,
    Secret,
    SmsConfiguration,
    UnknownVoice,
    UnreadableItem,
    VoiceType,
)
from sinch_numbers.audit import Costs, Report
from sinch_numbers.inventory import Completeness
from sinch_numbers.models._serializable import Serializable

pytestmark = pytest.mark.slow  # FastAPI and pydantic take half a second to import

NUMBER = ActiveNumber(
    "+12025550134",
    type=NumberType("SATELLITE"),
    money=Money("USD", Decimal("0.50"), extra=Extra({"taxIncluded": True})),
    next_charge_date=datetime(2026, 3, 14, tzinfo=UTC),
    voice_configuration=UnknownVoice(VoiceType("NEW"), Extra({"type": "NEW", "agentId": "a"})),
    sms_configuration=SmsConfiguration("plan"),
    extra=Extra({"newField": [1]}),
)


@pytest.fixture
def app():
    """Return a service whose endpoints return models, and accept one."""
    from fastapi import Body, FastAPI

    app = FastAPI()

    @app.get("/number")
    async def number() -> ActiveNumber:
        return NUMBER

    @app.get("/numbers")
    async def numbers(type: NumberType = NumberType.LOCAL) -> list[ActiveNumber]:
        return [NUMBER, ActiveNumber("+1", type=type)]

    @app.get("/page")
    async def page() -> Page[ActiveNumber]:
        return Page((NUMBER,), "token", unreadable=(UnreadableItem(0, "no ID", {"a": 1}),))

    @app.get("/report")
    async def report() -> Report:
        now = datetime(2026, 3, 14, tzinfo=UTC)
        done = Completeness(counted_before=0, total_size=0, read=0)
        return Report(
            project_id="p",
            started_at=now,
            finished_at=now,
            completeness=done,
            numbers=0,
            rules=(),
            findings=(),
            costs=Costs(),
            statuses=(),
            releases=(),
        )

    @app.get("/settings")
    async def settings() -> CallbackConfiguration:
        return CallbackConfiguration("project", Secret("s3cr3t"))

    @app.post("/sms")
    async def sms(sms: Annotated[SmsConfiguration, Body()]) -> SmsConfiguration:
        return sms

    return app


async def request(app, method, path, body=b""):
    """Send a request to *app*, without a socket; return the status and the JSON."""
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], json.loads(body)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/number", NUMBER.to_dict()),
        ("/numbers?type=MOBILE", [NUMBER.to_dict(), {"phoneNumber": "+1", "type": "MOBILE"}]),
        ("/numbers?type=NEW", [NUMBER.to_dict(), {"phoneNumber": "+1", "type": "NEW"}]),
        ("/settings", {"projectId": "project", "hmacSecret": "**********"}),
    ],
    ids=["a number", "numbers", "a new enum value", "a secret"],
)
async def test_a_response_is_the_form_of_the_model(app, path, expected):
    """FastAPI sends what `to_dict` returns, with masked secrets."""
    status, sent = await request(app, "GET", path)

    assert 200 == status
    if isinstance(expected, list):
        sent[1] = {name: sent[1][name] for name in expected[1]}
    assert expected == sent


@pytest.mark.anyio
async def test_pages_and_reports_are_responses_too(app):
    """Their items and computed totals are sent."""
    _, page = await request(app, "GET", "/page")
    _, report = await request(app, "GET", "/report")

    assert [NUMBER.to_dict()] == page["items"]
    assert ("token", "no ID") == (page["nextPageToken"], page["unreadable"][0]["reason"])
    assert ("p", True) == (report["projectId"], report["completeness"]["complete"])
    assert {"info": 0, "warning": 0, "error": 0} == report["counts"]


@pytest.mark.anyio
async def test_a_request_body_is_read_as_the_model(app):
    """Invalid bodies are 422 responses that have the path of the value, not an exception."""
    body = {"servicePlanId": "plan", "new": 1}
    status, sent = await request(app, "POST", "/sms", json.dumps(body).encode())
    assert (200, "plan", 1) == (status, sent["servicePlanId"], sent["new"])

    for invalid in ({"servicePlanId": []}, [], "x", 5):
        status, sent = await request(app, "POST", "/sms", json.dumps(invalid).encode())
        assert 422 == status
        assert "SmsConfiguration" in sent["detail"][0]["msg"]


@pytest.mark.anyio
async def test_the_openapi_document_describes_models(app):
    """Each model is a component, with the keys, formats, and references of its JSON form."""
    status, document = await request(app, "GET", "/openapi.json")

    assert 200 == status
    components = document["components"]["schemas"]
    number = components["ActiveNumber"]
    assert set(ActiveNumber("+1").to_dict()) == set(number["properties"])
    assert set(number["properties"]) == set(number["required"])
    assert "Active number: a number that the project rents." == number["description"]
    content = document["paths"]["/number"]["get"]["responses"]["200"]["content"]
    assert {"$ref": "#/components/schemas/ActiveNumber"} == content["application/json"]["schema"]
    assert {"type": "string", "format": "date-time"} in number["properties"]["expireAt"]["anyOf"]
    assert "decimal" == components["Money"]["properties"]["amount"]["format"]
    assert ["MOBILE", "LOCAL", "TOLL_FREE"] == components["NumberType"]["examples"]
    assert "enum" not in components["NumberType"]
    voice = {one.get("$ref") for one in number["properties"]["voiceConfiguration"]["anyOf"]}
    assert {
        f"#/components/schemas/{name}"
        for name in ("RtcVoice", "EstVoice", "FaxVoice", "UnknownVoice")
    } <= voice
    assert {"totals", "lines", "released", "unpriced"} == set(components["Costs"]["properties"])
    items = next(one for name, one in components.items() if name.startswith("Page"))
    assert {"$ref": "#/components/schemas/ActiveNumber"} == items["properties"]["items"]["items"]
    assert references(document) <= {f"#/components/schemas/{name}" for name in components}


def references(value):
    """Return the targets of all references in *value*."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if not isinstance(value, dict):
        return set()
    inner = set().union(*map(references, value.values()))
    return inner | {value["$ref"]} if isinstance(value.get("$ref"), str) else inner


def test_models_are_fields_of_pydantic_models():
    """They are validated, and written in Python and JSON mode."""
    from pydantic import BaseModel, ValidationError

    class Stock(BaseModel):
        number: ActiveNumber
        kind: NumberType
        event: NumberEvent | None = None

    stock = Stock(number=NUMBER, kind="LOCAL")

    assert NUMBER is stock.number
    assert NumberType.LOCAL is stock.kind
    assert NUMBER.to_dict() == stock.model_dump()["number"]
    assert stock == Stock.model_validate_json(stock.model_dump_json())
    with pytest.raises(ValidationError, match=r"got an integer @ ActiveNumber\.phone_number"):
        Stock(number={"phoneNumber": 5}, kind="LOCAL")
    with pytest.raises(ValidationError, match="expected a string"):
        Stock(number=NUMBER, kind=5)


def test_every_model_has_a_schema():
    """Validation and serialization schemas exist for all values, without a warning."""
    from models.test_to_dict import PACKAGES, classes_of
    from pydantic import TypeAdapter

    values = {
        cls for name in PACKAGES for cls in classes_of(name) if issubclass(cls, Serializable)
    }
    for cls in values:
        for mode in ("validation", "serialization"):
            schema = TypeAdapter(cls).json_schema(mode=mode)
            assert "object" == schema["type"]


def test_values_that_are_no_models_are_only_written():
    """A report, or an error, cannot be read from JSON."""
    from pydantic import TypeAdapter, ValidationError

    error = NotFoundError("gone", status=404, details=(BadRequest((FieldViolation("a"),)),))
    adapter = TypeAdapter(NotFoundError)

    assert error.to_dict() == json.loads(adapter.dump_json(error))
    with pytest.raises(ValidationError, match="expected an instance of NotFoundError"):
        adapter.validate_python(error.to_dict())
    assert RtcVoice("a") == TypeAdapter(RtcVoice).validate_python({"type": "RTC", "appId": "a"})
