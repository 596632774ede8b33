"""Webhook events: signature checks, and complete parsing."""

import gzip
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import malformed
import pytest
from malformed import EVENT as LINKED
from malformed import EVENT_SIGNATURE
from products import every, named

from sinch_numbers import InvalidArgumentError, InvalidEventError, Secret
from sinch_numbers.models import (
    EventFailureCode,
    EventResourceType,
    EventStatus,
    ImportedNumberEvent,
    ImportedNumberEventType,
    NumberEvent,
    NumberEventType,
    NumberOrderEvent,
    NumberOrderEventStatus,
    UnknownEvent,
)
from sinch_numbers.webhooks._events import LARGEST_BODY, parse_event, sign, verify_signature

SECRET = "sandbox-hmac-secret-0123456789-abcd"
OTHER = "another-hmac-secret-0123456789-wxyz"
IN_REVIEW = (
    b'{"eventId":"01k5q8r9m3n5p7q1s2t4v6w8x9","timestamp":"2026-03-14T10:00:00.000001",'
    b'"projectId":"6f1d2c3b-4a59-4e68-9d7f-0a1b2c3d4e5f",'
    b'"resourceId":"01k5q7zzq4e2d8n6m0p3r5s7tv","resourceType":"NUMBER_ORDER",'
    b'"eventType":"NUMBER_ORDER_PROCESSING","status":"IN_REVIEW"}'
)
VECTORS = [
    (LINKED, EVENT_SIGNATURE),
    (IN_REVIEW, "edbd7ea6e118cfa6ef069b2fae146d5d7ff97c14"),
    (b"", "b9a04bbfda429d823a994fb7977b88f5470782b9"),
    ('{"note":"café ✓"}'.encode(), "05e3985e69685ef3ba9dd71cf373805afba976c4"),
]
API = json.loads((Path(__file__).parents[1] / "data" / "numbers.openapi.json").read_text())


def event(**members: object) -> bytes:
    return json.dumps(json.loads(LINKED) | members).encode()


@pytest.mark.parametrize(("body", "signature"), VECTORS)
def test_known_signatures(body: bytes, signature: str) -> None:
    """What is signed here is what the service signs, and passes."""
    assert signature == sign(body, SECRET)
    assert verify_signature(body, signature, SECRET)
    assert verify_signature(memoryview(body), signature, Secret(SECRET))


@pytest.mark.parametrize("signature", named(malformed.NOT_SIGNATURES))
def test_whatever_is_no_signature_is_refused(signature: object) -> None:
    """None, another case, blanks, bytes, what is no ASCII: false, and never an error."""
    assert not verify_signature(LINKED, signature, SECRET)


@pytest.mark.parametrize("secrets", named(malformed.NOT_SECRETS))
def test_an_empty_secret_verifies_nothing(secrets: object) -> None:
    """Whoever forgot to configure the secret does not let everybody in."""
    for key in (b"", b"\x00", b"None", b"key"):
        forged = hmac.new(key, LINKED, hashlib.sha1).hexdigest()
        assert not verify_signature(LINKED, forged, secrets)


@pytest.mark.parametrize("secret", ["", Secret(""), None, b"key", "\ud800"])
def test_nothing_is_signed_with_an_empty_secret(secret: object) -> None:
    """A secret that is none is refused by name, and not quoted."""
    with pytest.raises(InvalidArgumentError, match="secret: expected a non-empty string"):
        sign(LINKED, secret)


def test_secrets_can_be_rotated() -> None:
    """Each of several secrets counts, wherever it stands; others do not."""
    for secrets in ([SECRET, OTHER], (OTHER, Secret(SECRET)), iter([OTHER, "", SECRET])):
        assert verify_signature(LINKED, sign(LINKED, SECRET), secrets)
    assert not verify_signature(LINKED, sign(LINKED, "a third one"), [SECRET, OTHER])


def test_a_body_written_again_is_another_one() -> None:
    """The same JSON in other bytes does not pass."""
    again = json.dumps(json.loads(LINKED)).encode()

    assert json.loads(again) == json.loads(LINKED)
    assert not verify_signature(again, VECTORS[0][1], SECRET)


@every("body", [LINKED.decode(), json.loads(LINKED), [LINKED], None, 5])
def test_a_body_that_is_not_raw_is_an_error(body: object) -> None:
    """Decoded or parsed, it differs from the signed bytes: the error mentions the raw body."""
    with pytest.raises(InvalidArgumentError, match="body: expected the raw body as bytes") as why:
        verify_signature(body, EVENT_SIGNATURE, SECRET)
    with pytest.raises(InvalidEventError, match="the raw body as bytes") as unread:
        parse_event(body)

    assert "+1202" not in f"{why.value} {unread.value}"


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_random_bodies_and_signatures(count: int) -> None:
    """Of thousands of pairs, none passes by chance and none is an error."""
    seed = 20260314
    print("seed", seed)
    random = Random(seed)
    genuine = [signature for _, signature in VECTORS]
    accepted = 0
    for _ in range(count):
        body = random.randbytes(random.choice((0, 1, 20, 64, 300)))
        match random.randrange(6):
            case 0:
                signature: object = random.choice(genuine)
            case 1:
                signature = f"{random.getrandbits(160):040x}"
            case 2:
                signature = random.randbytes(random.randrange(64)).decode("latin-1")
            case 3:
                signature = "".join(chr(random.randrange(0x110000)) for _ in range(40))
            case 4:
                signature = sign(body + b"\x00", SECRET)
            case _:
                signature = random.choice((None, b"", 0, [], body, sign(body, OTHER)))
        # The empty body and its own signature are the one pair that is genuine.
        if body or signature != VECTORS[2][1]:
            accepted += verify_signature(body, signature, [SECRET, "x"])

    assert 0 == accepted


def test_a_large_body_is_refused_unread() -> None:
    """A body beyond the limit is neither genuine nor an event; one at the limit is."""
    largest = LINKED[:-1] + b',"x":"' + b"x" * (LARGEST_BODY - len(LINKED) - 7) + b'"}'
    assert LARGEST_BODY == len(largest)
    assert verify_signature(largest, sign(largest, SECRET), SECRET)
    assert isinstance(parse_event(largest), NumberEvent)

    assert not verify_signature(largest + b" ", sign(largest + b" ", SECRET), SECRET)
    with pytest.raises(InvalidEventError, match="larger"):
        parse_event(largest + b" ")


def test_an_event_about_a_number() -> None:
    """Times lose what a microsecond cannot hold, null reads as None."""
    assert parse_event(LINKED) == NumberEvent(
        event_id="01k5q8r4t6v9w2x3y7z1a5b8c0",
        timestamp=datetime(2026, 3, 14, 9, 26, 53, 589793, UTC),
        project_id="6f1d2c3b-4a59-4e68-9d7f-0a1b2c3d4e5f",
        resource_id="+12025550147",
        event_type=NumberEventType.PROVISIONING_TO_SMS_PLATFORM,
        status=EventStatus.SUCCEEDED,
    )


def test_an_event_about_an_order() -> None:
    """Its status is the state of the order."""
    read = parse_event(IN_REVIEW)

    assert isinstance(read, NumberOrderEvent)
    assert NumberOrderEventStatus.IN_REVIEW == read.status


@pytest.mark.parametrize("kind", ["IMPORTED_NUMBER", "HOSTING_ORDER_NUMBER"])
def test_an_event_of_the_other_host(kind: str) -> None:
    """Both kinds are read, with their own words and times that have a zone."""
    read = parse_event(
        event(
            resourceType=kind,
            timestamp="2026-03-14T08:05:12.785357Z",
            eventType="LINK_TO_10DLC_CAMPAIGN",
            status="FAILED",
            failureCode="CAMPAIGN_NOT_AVAILABLE",
        )
    )

    assert isinstance(read, ImportedNumberEvent)
    assert (kind, True) == (read.resource_type, read.resource_type.known)
    assert datetime(2026, 3, 14, 8, 5, 12, 785357, UTC) == read.timestamp
    assert ImportedNumberEventType.LINK_TO_10DLC_CAMPAIGN == read.event_type
    assert EventFailureCode.CAMPAIGN_NOT_AVAILABLE == read.failure_code


@every("digits", range(10))
@pytest.mark.parametrize(("zone", "hour"), [("", 9), ("Z", 9), ("+00:00", 9), ("-02:30", 11)])
def test_times_in_all_forms(digits: int, zone: str, hour: int) -> None:
    """Up to nine digits of a second, with a zone or without: UTC then."""
    fraction = f".{'123456789'[:digits]}" if digits else ""

    read = parse_event(event(timestamp=f"2026-03-14T09:00:53{fraction}{zone}")).timestamp

    micros = int("123456789"[:digits].ljust(6, "0")[:6])
    assert read == datetime(2026, 3, 14, hour, 30 if "30" in zone else 0, 53, micros, UTC)


def test_words_that_are_newer_than_this_release() -> None:
    """Unknown words become members of their own, unknown members are kept."""
    read = parse_event(event(eventType="PROVISIONING_TO_MARS", failureCode="DUST", moon={"a": 1}))

    assert isinstance(read, NumberEvent)
    assert ("PROVISIONING_TO_MARS", "DUST") == (read.event_type, read.failure_code)
    assert {"moon": {"a": 1}} == dict(read.extra)


@pytest.mark.parametrize("kind", ["NUMBER", "HOSTING_ORDER", "Brand", "x" * 100])
def test_things_that_are_newer_than_this_release(kind: str) -> None:
    """An event about something unknown is handed on whole."""
    read = parse_event(event(resourceType=kind, failureCode=7))

    assert isinstance(read, UnknownEvent)
    assert (EventResourceType(kind), False) == (read.resource_type, read.resource_type.known)
    assert "01k5q8r4t6v9w2x3y7z1a5b8c0" == read.event_id
    assert datetime(2026, 3, 14, 9, 26, 53, 589793, UTC) == read.timestamp
    assert json.loads(event(resourceType=kind, failureCode=7)) == dict(read.fields)


@every("kind", [{}, {"resourceType": None}, {"resourceType": ""}])
def test_an_event_without_a_resource_type_is_unknown(kind: dict[str, str | None]) -> None:
    """It is read as far as its fields are known, and kept whole."""
    fields = {
        "eventId": "e",
        "failureCode": "CAMPAIGN_EXPIRED",
        "internalFailureCode": "7",
        **kind,
    }
    read = parse_event(json.dumps(fields).encode())

    assert isinstance(read, UnknownEvent)
    assert ("e", None, "CAMPAIGN_EXPIRED", "7") == (
        read.event_id,
        read.resource_type,
        read.failure_code,
        read.internal_failure_code,
    )
    assert fields == dict(read.fields)


@every("resource_type", ["ACTIVE_NUMBER", "NUMBER_ORDER", "IMPORTED_NUMBER"])
def test_events_of_all_kinds_have_failure_codes(resource_type: str) -> None:
    """Both codes are fields, not unknown members."""
    read = parse_event(
        json.dumps(
            {
                "resourceType": resource_type,
                "failureCode": "CAMPAIGN_EXPIRED",
                "internalFailureCode": "CRS-7",
            }
        ).encode()
    )

    assert (EventFailureCode.CAMPAIGN_EXPIRED, "CRS-7") == (
        read.failure_code,
        read.internal_failure_code,
    )
    assert {} == dict(read.extra)


def test_a_compressed_body_is_no_event() -> None:
    """Its signature is that of the compressed bytes, and the error says what to do after that."""
    packed = gzip.compress(LINKED)
    assert verify_signature(packed, sign(packed, SECRET), SECRET)
    with pytest.raises(InvalidEventError, match="decompress it once its signature is verified"):
        parse_event(packed)


def test_a_transaction_needs_a_durable_receiver() -> None:
    """Elsewhere, the attribute raises an error that names what is missing."""
    with pytest.raises(RuntimeError, match="a Receiver with an EventStore"):
        parse_event(LINKED).transaction  # noqa: B018


def test_an_unknown_event_may_be_odd_in_every_member() -> None:
    """Where nothing is known of its form, nothing is wrong with it."""
    read = parse_event(b'{"resourceType":"X","eventId":[4],"timestamp":[],"status":{}}')

    assert isinstance(read, UnknownEvent)
    assert (None, None, None) == (read.event_id, read.timestamp, read.status)


@every("body", named(malformed.NOT_EVENTS))
def test_what_is_no_event(body: bytes) -> None:
    """Whatever is wrong with a body is one error, which does not quote it."""
    with pytest.raises(InvalidEventError) as caught:
        parse_event(body)

    assert "+1202" not in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_random_bodies_are_events_or_refused() -> None:
    """Bytes at random, and events with random damage: never another error."""
    random = Random(112)
    print("seed", 112)
    for _ in range(5_000):
        body = bytearray(random.choice((LINKED, IN_REVIEW)))
        for _ in range(random.randrange(1, 6)):
            body[random.randrange(len(body))] = random.randrange(256)
        try:
            parse_event(bytes(body))
        except InvalidEventError:
            continue


def test_the_description_has_the_same_words() -> None:
    """Types, states and codes are those of the API's description, and its examples are read."""
    schemas = API["components"]["schemas"]
    number = schemas["ActiveNumberEvent"]["allOf"][1]["properties"]
    order = schemas["NumberOrderEvent"]["allOf"][1]["properties"]

    assert set(number["eventType"]["enum"]) == set(NumberEventType)
    assert set(number["status"]["enum"]) == set(EventStatus)
    assert set(order["status"]["enum"]) == set(NumberOrderEventStatus)
    assert set(schemas["EventFailureCode"]["enum"]) == set(EventFailureCode)
    content = API["webhooks"]["numberEvent"]["post"]["requestBody"]["content"]
    for example in content["application/json"]["examples"].values():
        read = parse_event(json.dumps(example["value"]).encode())
        assert isinstance(read, NumberEvent | NumberOrderEvent)
        assert {} == dict(read.extra)


@every("kind", ["ACTIVE_NUMBER", "NUMBER_ORDER", "IMPORTED_NUMBER", "SATELLITE"])
def test_values_of_an_event_in_other_notations(kind: str) -> None:
    """Numeric IDs, timestamps in another form, and empty objects are read as in responses."""
    body = event(
        resourceType=kind,
        eventId=2**70,
        projectId=7,
        timestamp="20260314T092653,5+02",
        failureCode={},
        internalFailureCode="",
    )

    read = parse_event(body)

    assert (str(2**70), "7") == (read.event_id, read.project_id)
    assert datetime(2026, 3, 14, 7, 26, 53, 500_000, tzinfo=UTC) == read.timestamp
    assert getattr(read, "failure_code", None) is None
