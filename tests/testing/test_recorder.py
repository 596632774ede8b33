"""Contents of a cassette: replaced and kept values."""

import asyncio
import contextlib
import io
import json
import os
import pickle
import re
import stat
import tempfile
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from products import every, examples

from sinch_numbers import (
    APIReplyLostError,
    APITimeoutError,
    CassetteError,
    Document,
    InvalidArgumentError,
    OutputFileError,
    SinchNumbersError,
    SyncNumbersClient,
)
from sinch_numbers._client.bodies.multipart import Multipart
from sinch_numbers._core.transport.base import Reply, Request
from sinch_numbers.testing import Recorder
from sinch_numbers.testing._cassettes import RecordedResponse, load
from tests.testing.recordings import (
    BASIC,
    BEARER,
    IMPORTED,
    KEY_ID,
    KEY_SECRET,
    NUMBERS_URL,
    PROJECT,
    Canned,
    found_in,
    reply,
    request,
    spellings,
)

pytestmark = pytest.mark.anyio

NUMBER = "+12015550134"
OTHER = "+46701234567"


async def recorded(
    path: Path, exchanges: Iterable[tuple[Request, Reply | Exception]], **options: Any
) -> tuple[Recorder, list[Any]]:
    """Record *exchanges*; return the recorder, and the interactions in the file."""
    pairs = list(exchanges)
    with Recorder(path / "cassette.json", **options) as recorder:
        transport = recorder.transport(Canned(outcome for _, outcome in pairs))
        for sent, _ in pairs:
            with contextlib.suppress(SinchNumbersError):
                await transport.exchange(sent)
    return recorder, json.loads((path / "cassette.json").read_text())["interactions"]


async def responses_of(path: Path, *bodies: Any, target: str = "activeNumbers") -> list[str]:
    """Return the recorded texts of the responses *bodies*."""
    sent = [request("GET", f"{PROJECT}/{target}") for _ in bodies]
    _, entries = await recorded(path, zip(sent, map(reply, bodies), strict=True))
    return [
        entry["response"].get("text") or json.dumps(entry["response"]["json"]) for entry in entries
    ]


PLACES: dict[str, tuple[Request, Reply | Exception]] = {
    "path": (request("GET", f"{PROJECT}/activeNumbers/{NUMBER}"), reply({})),
    "escaped path": (request("GET", f"{PROJECT}/activeNumbers/%2B12015550134"), reply({})),
    "path with a verb": (request("POST", f"{PROJECT}/activeNumbers/{NUMBER}:release"), reply({})),
    "path of an operation of an order": (
        request("GET", f"{IMPORTED}/hostingOrders/01k/numbers/{NUMBER}"),
        reply({}),
    ),
    "pattern": (
        request("GET", f"{PROJECT}/activeNumbers?numberPattern.pattern=%2B12015550134"),
        reply({}),
    ),
    "pattern without plus": (
        request("GET", f"{PROJECT}/activeNumbers?numberPattern.pattern=2015550134"),
        reply({}),
    ),
    "unknown parameter": (request("GET", f"{PROJECT}/newThings?about=%2B12015550134"), reply({})),
    "list in a body": (
        request("POST", f"{PROJECT}/qualifiedNumbers:addNumbers", {"phoneNumbers": [NUMBER]}),
        reply({}),
    ),
    "body of an unknown operation": (
        request("POST", f"{PROJECT}/new:thing", {"a": [{"b": {"c": NUMBER}}]}),
        reply({}),
    ),
    "response": (
        request("GET", f"{PROJECT}/activeNumbers"),
        reply({"activeNumbers": [{"phoneNumber": NUMBER}]}),
    ),
    "response of the other host": (
        request("GET", f"{IMPORTED}/importedNumbers"),
        reply({"importedNumbers": [{"phoneNumber": NUMBER}]}),
    ),
    "display name": (
        request("GET", f"{PROJECT}/activeNumbers"),
        reply({"displayName": f"Call {NUMBER} first"}),
    ),
    "spelled": (
        request("GET", f"{PROJECT}/activeNumbers"),
        reply({"displayName": "+1 (201) 555-0134, or 201.555.0134"}),
    ),
    "escaped in JSON": (
        request("GET", f"{PROJECT}/activeNumbers"),
        reply(r'{"phoneNumber": "\u002b\u0031\u0032015550134", "x": "cut off +1201555\u003013'),
    ),
    "name of a field": (request("GET", f"{PROJECT}/activeNumbers"), reply({"n": {NUMBER: 1}})),
    "integer": (request("GET", f"{PROJECT}/activeNumbers"), reply({"n": [12015550134]})),
    "negative": (request("GET", f"{PROJECT}/activeNumbers"), reply({"status": -12015550134})),
    "float": (
        request("GET", f"{PROJECT}/activeNumbers"),
        reply('{"n": [12015550134.0, 1.2015550134e10]}'),
    ),
    "numbers of a request": (
        request("POST", f"{PROJECT}/new:thing", {"a": [12015550134, -12015550134, 12015550134.0]}),
        reply({}),
    ),
    "JSON in JSON": (
        request("GET", f"{PROJECT}/activeNumbers"),
        reply({"message": json.dumps({"inner": json.dumps([NUMBER])})}),
    ),
    "message": (
        request("GET", f"{PROJECT}/activeNumbers"),
        reply({"error": {"message": f"no such number: {NUMBER}, tel:+1-201-555-0134"}}, 404),
    ),
    "enum": (request("GET", f"{PROJECT}/activeNumbers"), reply({"status": f"OF_{NUMBER}"})),
    "header": (
        request("GET", f"{PROJECT}/activeNumbers"),
        reply({}, WWW_Authenticate=f"Bearer {NUMBER}", X_Request_Id=NUMBER, X_Other=NUMBER),
    ),
    "page of a gateway": (
        request("GET", f"{PROJECT}/activeNumbers"),
        reply(f"<p>/activeNumbers/%2B12015550134 &#43;12015550134 {NUMBER[1:]}</p>", 502),
    ),
    "not UTF-8": (
        request("GET", f"{PROJECT}/activeNumbers"),
        reply(f"caf\xe9 {NUMBER}".encode("latin-1"), 502),
    ),
    "UTF-16": (request("GET", f"{PROJECT}/activeNumbers"), reply(NUMBER.encode("utf-16"), 502)),
    "error": (
        request("GET", f"{PROJECT}/activeNumbers"),
        APIReplyLostError(f"the response about {NUMBER} was lost"),
    ),
}  # fmt: skip


@every(("place", "sent", "outcome"), [(name, *pair) for name, pair in PLACES.items()])
async def test_a_number_is_replaced_in_every_place(
    tmp_path: Path, place: str, sent: Request, outcome: Any
) -> None:
    """Also where it is spelled differently, and before it is known."""
    known = request("GET", f"{PROJECT}/activeNumbers/{NUMBER}")

    recorder, _ = await recorded(tmp_path, [(sent, outcome), (known, reply({}))])

    text = (tmp_path / "cassette.json").read_text()
    assert set() == found_in(text, spellings(NUMBER))
    if place not in ("header", "UTF-16"):
        new = recorder.pseudonym(NUMBER)
        digits = re.sub("[^0-9]", "", text)
        assert digits.count(new[2:]) > (1 if place != "pattern" else 0), place


async def test_a_number_has_one_pseudonym(tmp_path: Path) -> None:
    """In all places at once, of the same length, region, and type; others get others."""
    same = [pair for pair in PLACES.values() if isinstance(pair[1], Reply)]
    others = (request("GET", f"{PROJECT}/activeNumbers/{OTHER}"), reply({"phoneNumber": OTHER}))
    recorder, entries = await recorded(tmp_path, [*same, others])

    new = recorder.pseudonym(NUMBER)
    assert new in entries[0]["request"]["path"]
    assert new in entries[2]["request"]["path"]
    assert [new] == entries[7]["request"]["body"]["json"]["phoneNumbers"]
    assert f"/activeNumbers/{new}:release" in entries[2]["request"]["path"]
    assert new == entries[9]["response"]["json"]["activeNumbers"][0]["phoneNumber"]
    assert new == entries[10]["response"]["json"]["importedNumbers"][0]["phoneNumber"]
    places = [name for name, (_, outcome) in PLACES.items() if isinstance(outcome, Reply)]
    integer = entries[places.index("integer")]
    assert {"n": [int(new[1:])]} == integer["response"]["json"]
    assert re.fullmatch(r"\+1201[2-9][0-9]{6}", new)
    assert new != NUMBER
    assert re.fullmatch(r"\+4670[0-9]{7}", recorder.pseudonym(OTHER))


async def test_a_prefix_has_the_prefix_of_the_pseudonyms(tmp_path: Path) -> None:
    """So the results of a search still match its pattern, for every length of it."""
    numbers = [f"+1201555{last:04}" for last in range(0, 10_000, 97)]
    patterns = [numbers[50][:length] for length in range(2, 13)]
    searches = [
        request("GET", f"{PROJECT}/activeNumbers?numberPattern.pattern=%2B{pattern[1:]}")
        for pattern in patterns
    ]
    listed = reply({"activeNumbers": [{"phoneNumber": number} for number in numbers]})
    recorder, entries = await recorded(tmp_path, [(search, listed) for search in searches])

    pseudonyms = [recorder.pseudonym(number) for number in numbers]
    assert len(numbers) == len({*pseudonyms} - {*numbers})
    for pattern, entry in zip(patterns, entries, strict=True):
        new = entry["request"]["query"]["numberPattern.pattern"]
        assert [one.startswith(pattern) for one in numbers] == [
            one.startswith(new) for one in pseudonyms
        ]


SECRETS = {
    "key id": KEY_ID,
    "key secret": KEY_SECRET,
    "pair": BASIC.reveal().removeprefix("Basic "),
    "token": BEARER.reveal().removeprefix("Bearer "),
}
QUOTED = {
    "message": lambda text: {"error": {"message": f"x{text}x"}},
    "enum": lambda text: {"status": text},
    "unknown field": lambda text: {"new": [text]},
    "text": lambda text: f"<p>{text}</p>",
    "name of a field": lambda text: {text: 1},
    "cut off": lambda text: '{"a": "' + text,
}


async def test_secrets_are_replaced_in_every_place(tmp_path: Path) -> None:
    """Those of the requests, wherever a response quotes them, and cookies."""
    sent = [
        request("POST", f"{NUMBERS_URL}/oauth2/token", b"grant_type=client_credentials",
                content_type="application/x-www-form-urlencoded", authorization=BASIC),
        *(request("GET", f"{PROJECT}/activeNumbers") for _ in range(len(SECRETS) * len(QUOTED))),
    ]  # fmt: skip
    tokens = {"access_token": SECRETS["token"], "expires_in": 3599, "token_type": "bearer"}
    outcomes = [reply(quoted(secret)) for quoted in QUOTED.values() for secret in SECRETS.values()]
    outcomes = [
        Reply(one.status, {"Set-Cookie": f"a={SECRETS['token']}", "Server": KEY_SECRET}, one.body)
        for one in [reply(tokens), *outcomes]
    ]

    await recorded(tmp_path, zip(sent, outcomes, strict=True))

    text = (tmp_path / "cassette.json").read_text()
    assert set() == found_in(text, [*SECRETS.values(), "set-cookie", "authorization"])


PERSONAL = {
    "displayName": "Anna Smith, Zürich", "projectId": "a-real-project", "callbackUrl":
    "https://hooks.real.example/?secret=1", "servicePlanId": "real-plan", "campaignId": "CREAL1",
    "appId": "real-app", "hmacSecret": "real-hmac-secret-of-32-characters", "email":
    "anna.smith@example.com", "firstName": "Anna", "street": "Hauptstrasse", "newField": "novel",
    "nextPageToken": "b3BhcXVl", "idNumberOrder": "01k5s1a3c5", "businessName": "Smith & Co",
}  # fmt: skip
PUBLIC = {
    "regionCode": "US", "type": "TOLL_FREE", "capability": ["SMS", "VOICE"], "status": "WAITING",
    "money": {"currencyCode": "USD", "amount": "0.50"}, "totalSize": 3000, "expireAt": None,
    "nextChargeDate": "2026-04-19T21:38:23.410063Z", "paymentIntervalMonths": 1, "empty": "",
    "flag": True, "errorCodes": ["INSUFFICIENT_BALANCE"],
}  # fmt: skip


async def test_values_of_the_api_stay_and_all_others_are_replaced(tmp_path: Path) -> None:
    """Fields of later versions, too; the same value gets the same pseudonym."""
    [text, again] = await responses_of(tmp_path, {**PERSONAL, **PUBLIC}, {"other": PERSONAL})

    value = json.loads(text)
    assert set() == found_in(json.dumps(value), PERSONAL.values())
    assert PUBLIC == {name: value[name] for name in PUBLIC}
    assert {"other": {name: value[name] for name in PERSONAL}} == json.loads(again)
    assert ["service-plan-1", "display-name-1", "email-1@example.com"] == [
        value[name] for name in ("servicePlanId", "displayName", "email")
    ]


async def test_what_is_personal_depends_on_the_operation(tmp_path: Path) -> None:
    """A state is a place in an address, and the schema of a registration describes no person."""
    address = {"address": {"state": "OREGON", "streetNumber": 77, "country": "US"}, "state": "OK"}
    provision = request(
        "POST",
        f"{PROJECT}/activeNumbers/{NUMBER}/emergencyAddress:provision",
        {"state": "OREGON", "postalCode": "97209", "buildingNumber": 12},
    )
    register = request(
        "PUT",
        f"{PROJECT}/numberOrders/01k/registration",
        {"requestDetails": {"data": [{"status": "MARRIED", "age": 42}]}},
    )
    verify = request("POST", f"{PROJECT}/qualifiedNumbers/{NUMBER}:verifyVoiceChallenge",
                     {"code": "4711"})  # fmt: skip
    lookup = request(
        "POST", f"{PROJECT}/numberOrders:lookupNumberRequirements", {"regionCode": "AU"}
    )
    template = {"fields": {"title": "Your name", "pattern": "^[a-z]+$", "enum": ["A", "B"]}}
    listed = request("GET", f"{PROJECT}/hostingOrders/01k")

    _, entries = await recorded(
        tmp_path,
        [(listed, reply(address)), (provision, reply(address)), (register, reply({})),
         (verify, reply({})), (lookup, reply(template))],
    )  # fmt: skip

    bodies = [entry["request"].get("body", {}).get("json") for entry in entries]
    inner = entries[0]["response"]["json"]
    assert {"state": "state-1", "streetNumber": 0, "country": "US"} == inner["address"]
    assert "OK" == inner["state"]
    assert {"state": "state-1", "postalCode": "postal-code-1", "buildingNumber": 0} == bodies[1]
    assert {"requestDetails": {"data": [{"status": "status-1", "age": 0}]}} == bodies[2]
    assert {"code": "code-1"} == bodies[3]
    assert template == entries[4]["response"]["json"]


async def test_long_integers_and_unusual_names_are_replaced(tmp_path: Path) -> None:
    """They may be IDs; counts are not, and a name of a field may be an address."""
    body = {"customer": 1234567, "again": [1234567, -1234567], "totalSize": 123456, "ada@x.org": 1}
    sent = request("POST", f"{PROJECT}/new:thing", {"customer": 1234567})

    _, [entry] = await recorded(tmp_path, [(sent, reply(body))])

    assert {
        "customer": 1000001,
        "again": [1000001, -1000001],
        "totalSize": 123456,
        "email-1@example.com": 1,
    } == entry["response"]["json"]
    assert {"customer": 1000001} == entry["request"]["body"]["json"]


CUT_OFF = {
    '{"displayName": "Anna': '{"displayName": "display-name-1',
    '{"displayName": "Anna \\"': '{"displayName": "display-name-1',
    '{"displayName": "Anna \\x"': '{"displayName": "display-name-1"',
    '{"a": "Anna", "status": "WAIT': '{"a": "a-1", "status": "status-1',
    '{"displayName": "': '{"displayName": "',
    '{"n": [1, {"displayName": "Anna"}, "B': '{"n": [1, {"displayName": "display-name-1"}, "n-1',
}


@every(("body", "expected"), CUT_OFF.items())
async def test_a_body_that_is_cut_off_stays_cut_off(
    tmp_path: Path, body: str, expected: str
) -> None:
    """At the same place, with pseudonyms before it."""
    assert [expected] == await responses_of(tmp_path, body)


async def test_a_number_in_other_text_shows_its_pseudonym(tmp_path: Path) -> None:
    """The text itself is replaced, also in fields that usually have a number alone."""
    body = {"resourceName": f"projects/secret/{NUMBER}", "displayName": f"Anna: {NUMBER}"}
    recorder, [entry] = await recorded(
        tmp_path, [(request("GET", f"{PROJECT}/activeNumbers/{NUMBER}"), reply(body))]
    )

    new = recorder.pseudonym(NUMBER)
    assert {
        "resourceName": f"resource-name-1 {new}",
        "displayName": f"display-name-1 {new}",
    } == entry["response"]["json"]


async def test_an_id_of_digits_is_no_number(tmp_path: Path) -> None:
    """It is replaced like other IDs."""
    [text] = await responses_of(tmp_path, {"resourceId": "123456", "phoneNumbers": ["99"]})

    assert {"resourceId": "resource-1", "phoneNumbers": ["phone-numbers-1"]} == json.loads(text)


async def test_a_name_that_is_an_enum_value_leaves_the_enum_alone(tmp_path: Path) -> None:
    """Only messages are searched for known values, not what the API defines."""
    body = {"displayName": "MOBILE", "type": "MOBILE", "regionName": "MOBILE (US)",
            "message": "not MOBILE"}  # fmt: skip
    [text] = await responses_of(tmp_path, body)

    assert {
        "displayName": "display-name-1",
        "type": "MOBILE",
        "regionName": "MOBILE (US)",
        "message": "not display-name-1",
    } == json.loads(text)


PATHS = {
    f"activeNumbers/{NUMBER}/emergencyAddress:x": "activeNumbers/{}/emergencyAddress:x",
    f"hostingOrders/01k/numbers/{NUMBER}": "hostingOrders/hosting-order-1/numbers/{}",
    f"availableNumbers/{NUMBER}:rent": "availableNumbers/{}:rent",
    "numberOrders:createNumberOrder": "numberOrders:createNumberOrder",
    "numberOrders/7/attachments/a": "numberOrders/number-order-1/attachments/attachment-1",
    "numberOrders/7/registration": "numberOrders/number-order-1/registration",
    "newThings/x-1/17": "newThings/new-thing-1/value-1",
}


@every(("path", "expected"), PATHS.items())
async def test_a_path_keeps_the_names_of_the_api(tmp_path: Path, path: str, expected: str) -> None:
    """Values in it are replaced, by their collection."""
    known = request("GET", f"{PROJECT}/activeNumbers/{NUMBER}")
    recorder, [_, entry] = await recorded(
        tmp_path, [(known, reply({})), (request("GET", f"{PROJECT}/{path}"), reply({}))]
    )

    new = expected.format(recorder.pseudonym(NUMBER))
    assert f"/v1/projects/project-1/{new}" == entry["request"]["path"]


async def test_a_huge_integer_stays_readable(tmp_path: Path) -> None:
    """Python does not convert integers of more than 4,300 digits."""
    [text] = await responses_of(tmp_path, '{"n": ' + "7" * 5000 + "}")

    assert len(text) > 5000


LAYOUTS = {
    "compact": '{"a":[1,2.50,-3e5],"b":null}',
    "spaced": '{"a": [1, 2], "b": {"c": true}}',
    "ascii": '{"regionName": "C\\u00f4te d\'Ivoire"}',
    "compact, not ascii": '{"regionName":"Côte d\'Ivoire"}',
    "compact ascii": '{"regionName":"C\\u00f4te d\'Ivoire"}',
    "not ascii": '{"regionName": "Côte d\'Ivoire"}',
    "indented": '{\n  "a": 1,\n\t"b": [ ]\r\n}\n',
    "duplicate names": '{"a": 1, "a": 2}',
    "precise": '{"amount": 1.10, "big": 123456}',
    "escapes": '{"type": "A\\/B", "status": "\\ud800"}',
    "not JSON": "Service Unavailable",
    "cut off": '{"a": [1, {"b": tru',
    "empty": "",
}


async def test_a_body_without_private_values_stays_byte_for_byte(tmp_path: Path) -> None:
    """In every layout: whitespace, escapes, the notation of numbers, and invalid JSON."""
    sent = [request("GET", f"{PROJECT}/availableRegions") for _ in LAYOUTS]
    await recorded(tmp_path, zip(sent, map(reply, LAYOUTS.values()), strict=True))

    read = [
        one.outcome.body.decode()
        for one in load(tmp_path / "cassette.json")
        if isinstance(one.outcome, RecordedResponse)
    ]
    assert list(LAYOUTS.values()) == read


async def test_a_document_is_not_recorded(tmp_path: Path) -> None:
    """Only the fields of its form, of which the text and the file name are replaced."""
    content = f"%PDF {NUMBER} of Anna Smith".encode() * 9000
    document = Document(io.BytesIO(content), filename="anna smith.pdf")
    form = Multipart(document, {"documentType": "Utility bill"})
    sent = Request("POST", f"{PROJECT}/numberOrders/01k/attachments/1", {}, BEARER, form)
    sent.headers = {"Content-Type": form.content_type}

    _, [entry] = await recorded(tmp_path, [(sent, reply({}))])

    assert [
        {"name": "documentType", "text": "text-1"},
        {"name": "file", "filename": "filename-1", "mimeType": document.content_type},
    ] == entry["request"]["body"]["multipart"]
    text = (tmp_path / "cassette.json").read_text()
    assert set() == found_in(text, ["anna", "PDF ", *spellings(NUMBER)])


async def test_errors_and_retries_are_recorded_in_order(tmp_path: Path) -> None:
    """Each attempt is an interaction, also one without a response."""
    sent = [request("GET", f"{PROJECT}/availableRegions") for _ in range(3)]
    lost = APITimeoutError("no response within 30 s")

    _, entries = await recorded(
        tmp_path, zip(sent, [reply("busy", 503), lost, reply({})], strict=True)
    )

    assert [503, None, 200] == [entry.get("response", {}).get("status") for entry in entries]
    assert {
        "type": "APITimeoutError",
        "message": "no response within 30 s",
        "sent": True,
        "transient": True,
    } == entries[1]["failure"]


async def test_replacements_of_the_user_take_precedence(tmp_path: Path) -> None:
    """For whole values, and where they are quoted; a number by the number of the user."""
    chosen = {NUMBER: "+12025550100", "real-plan": "plan-a", "Berlin": "Springfield"}
    body = {"phoneNumber": NUMBER, "servicePlanId": "real-plan", "regionName": "Berlin",
            "message": f"real-plan of 201-555-0134 in Berlin, not Berliner {NUMBER}"}  # fmt: skip
    _, [entry] = await recorded(
        tmp_path, [(request("GET", f"{PROJECT}/x"), reply(body))], replacements=chosen
    )

    assert {
        "phoneNumber": "+12025550100",
        "servicePlanId": "plan-a",
        "regionName": "Springfield",
        "message": "plan-a of 202-555-0100 in Springfield, not Berliner +12025550100",
    } == entry["response"]["json"]


@every("wrong", [{"": "x"}, {"a": 1}, {1: "a"}, {NUMBER: "nobody"}])
def test_invalid_replacements_are_rejected(tmp_path: Path, wrong: Any) -> None:
    """At construction, by name."""
    with pytest.raises(InvalidArgumentError, match="replacements: expected"):
        Recorder(tmp_path / "x.json", replacements=wrong)


async def test_the_file_is_private_and_complete(tmp_path: Path) -> None:
    """Mode 0600, whatever the umask; also if the block raises."""
    path = tmp_path / "new" / "cassette.json"

    async def program() -> None:
        with Recorder(path) as recorder:
            await recorder.transport(Canned([reply({})])).exchange(request("GET", f"{PROJECT}/x"))
            raise ZeroDivisionError

    umask = os.umask(0)
    try:
        with pytest.raises(ZeroDivisionError):
            await program()
    finally:
        os.umask(umask)

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 1 == len(json.loads(path.read_text())["interactions"])
    assert ["cassette.json"] == [one.name for one in path.parent.iterdir()]


async def test_nothing_is_written_if_a_secret_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last check: the finished text is searched; an existing file stays as it is."""
    path = tmp_path / "cassette.json"
    path.write_text("before")
    monkeypatch.setattr("sinch_numbers.testing._redaction.Redactor._leaf", lambda *a: a[-1])
    exchanges = [
        (request("GET", f"{PROJECT}/activeNumbers/{NUMBER}"), reply({})),
        (request("GET", f"{PROJECT}/activeNumbers"), reply({"phoneNumber": NUMBER})),
    ]
    with pytest.raises(CassetteError, match="would contain a secret or a phone number"):
        await recorded(tmp_path, exchanges)

    assert "before" == path.read_text()


def test_a_path_that_cannot_be_written_is_reported_before_any_request(tmp_path: Path) -> None:
    """As by every other file of the package."""
    with pytest.raises(OutputFileError), Recorder(tmp_path):
        raise AssertionError


async def test_no_error_shows_what_was_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even a traceback with local variables, and a recorder cannot be pickled."""
    monkeypatch.setattr("sinch_numbers.testing._pseudonyms.Pseudonyms.appear_in", lambda *_: True)
    sent = request("GET", f"{PROJECT}/activeNumbers/{NUMBER}", authorization=BASIC)
    with pytest.raises(CassetteError) as error:
        await recorded(tmp_path, [(sent, reply({"a": KEY_SECRET}))])

    shown = "".join(
        traceback.TracebackException.from_exception(error.value, capture_locals=True).format()
    )
    frames = shown[shown.index("sinch_numbers/testing/_recorder.py") :]
    assert "finished = [_Exchange" in frames
    for private in (NUMBER, KEY_SECRET, KEY_ID):
        assert private not in frames
    with pytest.raises(TypeError):
        pickle.dumps(Recorder(tmp_path / "cassette.json"))


CONNECTING: dict[str, tuple[dict[str, Any], str]] = {
    "proxy": ({"proxy": "socks5://proxy.example"}, "proxy: expected"),
    "certificates": ({"ca_bundle": "/missing.pem"}, "ca_bundle: expected"),
    "time limit": ({"connect_timeout": -1}, "connect_timeout: expected"),
    "project": ({"project_id": "a/b"}, "project_id: expected"),
    "option of no client": ({"proxies": 1}, "unexpected keyword argument 'proxies'"),
}


@every(("case", "options", "problem"), [(name, *case) for name, case in CONNECTING.items()])
def test_clients_that_record_take_the_options_of_others(
    tmp_path: Path, case: str, options: dict[str, Any], problem: str
) -> None:
    """Those of the connection, too: an invalid one is rejected as by other clients."""
    recorder = Recorder(tmp_path / "cassette.json")
    key = {"project_id": "p", "key_id": "k", "key_secret": "s"}
    for make in (recorder.client, recorder.sync_client):
        with pytest.raises((InvalidArgumentError, TypeError), match=problem):
            make(**{**key, **options})
        with contextlib.closing(SyncNumbersClient(**key, transport=recorder.transport())):
            pass


def test_the_repr_of_a_recorder_has_no_data(tmp_path: Path) -> None:
    """Nor has that of an exchange, which tracebacks may show."""
    recorder = Recorder(tmp_path / "a.json", replacements={NUMBER: "+12025550100"})

    assert f"Recorder({str(tmp_path / 'a.json')!r}, interactions=0)" == repr(recorder)
    with pytest.raises(InvalidArgumentError, match="value of the finished recording"):
        recorder.pseudonym(NUMBER)


LEAVES = st.sampled_from(
    [NUMBER, OTHER, NUMBER[1:], "0701234567", KEY_SECRET, BEARER.reveal()[7:], "x", "", "Anna"]
) | st.text(max_size=8)
NAMES = st.sampled_from(
    ["phoneNumber", "status", "message", "state", "requestDetails", "error", "address", "new",
     "type", "pattern", "resourceName", NUMBER]
)  # fmt: skip
DOCUMENTS = st.recursive(
    st.builds(lambda *parts: " ".join(parts), LEAVES, LEAVES) | LEAVES | st.integers(0, 10**12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


@examples(
    25, 300, 1_500, document=DOCUMENTS, indent=st.sampled_from([None, 1]), cut=st.integers(0, 400)
)
def test_no_document_leaks(document: Any, indent: int | None, cut: int) -> None:
    """Of any structure, also cut off anywhere: no number or secret remains."""

    async def run(path: Path) -> str:
        body = json.dumps(document, indent=indent).encode()
        sent = [request("GET", f"{PROJECT}/activeNumbers/{number}") for number in (NUMBER, OTHER)]
        token = request("POST", f"{NUMBERS_URL}/oauth2/token", authorization=BASIC)
        await recorded(
            path,
            zip(
                [*sent, token],
                [reply(body), reply(body[:cut]), reply({"access_token": "x"})],
                strict=True,
            ),
        )
        return (path / "cassette.json").read_text()

    with tempfile.TemporaryDirectory() as directory:
        text = asyncio.run(run(Path(directory)))

    gone = {NUMBER[1:], OTHER[1:], KEY_SECRET, BEARER.reveal()[7:], "701234567"}
    assert set() == found_in(text, gone)
