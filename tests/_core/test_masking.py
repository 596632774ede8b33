"""Secrets that the service quotes are masked in values, and nothing else changes."""

import base64
import html
import itertools
import json
import pickle
import urllib.parse

from products import every, named

from sinch_numbers._core.masking import Masker, credentials, secrets_in
from sinch_numbers._core.responses import refusal
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.models import BadRequest, ResourceInfo, UnknownDetail
from sinch_numbers.models._secret import Secret

MASK = "*" * 10

SECRETS = {
    "a letter": "t",
    "a digit": "4",
    "a quote": '"',
    "an apostrophe": "'",
    "a brace": "{",
    "a bracket": "[",
    "a colon": ":",
    "a comma": ",",
    "a backslash": "\\",
    "a slash": "/",
    "a percent sign": "%",
    "an ampersand": "&",
    "an umlaut": "ü",
    "a word of JSON": "null",
    "a name of the API": "message",
    "a code of the API": "S_CODE",
    "a short code": "123456",
    "digits": "1234567890",
    "a token": "eyJhbGciOi.J9-canary_0123456789",
    "JSON": '{"error":{"message":"m","n":[1]}}',
    "quotes inside": 'canary"0123"4567',
    "backslashes": "\\canary\\n\\u0041\\",
    "letters of the world": "canary-ключ-鍵-🔑-é",
    "percent-encoded": "canary%41%2Fx%",
    "character references": "canary&amp;&#65;<b>",
    "base64": base64.b64encode(b"key-id:canary").decode(),
}
LONG = {name: secret for name, secret in SECRETS.items() if len(secret) >= 8}


def escaped(text):
    """Return *text* with each character as a JSON escape."""
    return "".join(f"\\u{unit:04x}" for unit in _units(text))


def _units(text):
    encoded = text.encode("utf-16-be")
    return [int.from_bytes(encoded[i : i + 2]) for i in range(0, len(encoded), 2)]


def error_of(body, secret, *, headers=None):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return refusal(Reply(400, headers or {}, body), hide=[Secret(secret)])


def shown(error):
    """Return all that a person, a log, or a tracker can see of *error*."""
    return f"{error} {error!r} {vars(error)!r} {pickle.dumps(error, 0)!r}"


DETAILS = [
    {"type": "BadRequest", "fieldViolations": [{"field": "f", "description": "is not right"}]},
    {"type": "ResourceInfo", "resourceType": "r", "resourceName": "n", "owner": "", "x": 4},
    {"type": "New", "message": ["not the right time", 44, None, True], "status": {"t": {"tt": 4}}},
]
HARMLESS = {
    "error": {"code": 404, "message": "not the right time", "status": "NOT_FOUND",
              "details": DETAILS}
}  # fmt: skip


@every("secret", named(SECRETS))
def test_a_secret_that_is_not_quoted_changes_nothing(secret):
    """Message, code, details, excerpt, and request ID are those of an error without secrets."""
    for body in (
        json.dumps(HARMLESS).encode(),
        json.dumps(HARMLESS, indent=2).encode(),
        json.dumps(HARMLESS).encode()[:-9],
        b"<html><body>not the right time</body></html>",
    ):
        headers = {"X-Request-Id": "req-7f4t"}
        plain = refusal(Reply(400, headers, body))
        masked = error_of(body, secret, headers=headers)

        assert vars(plain) == vars(masked)
        assert str(plain) == str(masked)


@every(("name", "secret"), SECRETS.items())
def test_a_quoted_secret_is_masked_in_values_only(name, secret):
    """Wherever a value quotes it: alone, in a sentence, nested, or as the code."""
    sentence = f"got {secret} here"
    error = error_of(
        {
            "error": {
                "message": sentence,
                "status": secret,
                "details": [
                    {"type": "BadRequest",
                     "fieldViolations": [{"field": secret, "description": sentence}]},
                    {"type": "ResourceInfo", "resourceType": "r", "resourceName": secret},
                    {"type": "New", "a": [{"b": sentence}, secret]},
                ],
            }
        },
        secret,
        headers={"X-Request-Id": secret},
    )  # fmt: skip
    masked = f"got {MASK} here"

    assert (masked, MASK) == (error.message, error.code)
    violations, resource, unknown = error.details
    assert isinstance(violations, BadRequest)
    assert isinstance(resource, ResourceInfo)
    assert isinstance(unknown, UnknownDetail)
    assert [(MASK, masked)] == [(v.field, v.description) for v in error.field_violations]
    assert MASK == resource.resource_name
    assert MASK == error.request_id
    excerpt = json.loads(error.body)
    assert masked == excerpt["error"]["message"]
    assert [{"b": masked}, MASK] == excerpt["error"]["details"][2]["a"]
    if secret in LONG.values():
        assert secret not in shown(error)


@every(("name", "secret"), SECRETS.items())
def test_keys_are_structure(name, secret):
    """A key is kept, unless it quotes a secret of 16 characters or more."""
    error = error_of({"error": {"details": [{"type": "New", secret: 1}]}}, secret)

    key = MASK if len(secret) >= 16 else secret
    assert {"error": {"details": [{"type": "New", key: 1}]}} == json.loads(
        error.body.encode().decode("unicode_escape")
    )
    assert {"type": "New", key: 1} == dict(error.details[0].fields)


NOTATIONS = {
    "plain": lambda secret: secret,
    "as a JSON string": lambda secret: json.dumps(secret)[1:-1],
    "as JSON in UTF-8": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "with escaped slashes": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "escaped to the last letter": escaped,
    "in capital escapes": lambda secret: escaped(secret).upper().replace("\\U", "\\u"),
    "as JSON in JSON": lambda secret: json.dumps(json.dumps(secret))[3:-3],
    "percent-encoded": lambda secret: urllib.parse.quote(secret, safe=""),
    "percent-encoded to the last letter": lambda secret: "".join(
        f"%{byte:02x}" for byte in secret.encode()
    ),
    "in HTML": html.escape,
    "as numeric references": lambda secret: "".join(f"&#{ord(one)};" for one in secret),
    "as hexadecimal references": lambda secret: "".join(f"&#x{ord(one):X};" for one in secret),
    "as Python shows it": lambda secret: ascii(secret)[1:-1],
}
BODIES = {
    "HTML": "<p>{}</p>",
    "text": "refused: {}",
    "JSON that is cut": '{{"error": {{"message": "got {}", "status": "IN',
    "JSON that is cut in the secret's string": '{{"error": {{"message": "got {}',
    "JSON with a comma too many": '{{"error": {{"message": "got {}",}}}}',
    "a list that is cut": '[{{"x": "{}"}}, ',
}


@every(
    ("secret", "notation", "body"),
    itertools.product(LONG.values(), NOTATIONS.values(), BODIES.values()),
)
def test_an_excerpt_hides_secrets_in_every_notation(secret, notation, body):
    """The text around the secret stays."""
    before, _, after = body.format("|").partition("|")

    error = error_of(body.format(notation(secret)).encode(), secret)

    assert error.body.startswith(before)
    assert error.body.endswith(after)
    assert MASK in error.body
    assert secret not in error.body
    assert len(before + MASK + after) == len(error.body)


@every(("secret", "before", "after"), [
    ("t", "no ", " there"),
    ("t", "token=", "; ttt"),
    ("t", '{"message": "not \'', "' there"),
    ("t", '{"t": "', '", "status'),
    ("123456", "the code ", " is wrong, not 1234567"),
    ("123456", "code=", "&x=1"),
    ('"', "no '", "' there"),
])  # fmt: skip
def test_an_excerpt_hides_short_secrets_as_words(secret, before, after):
    """A short secret is masked where it stands alone, and not as a part of a word."""
    assert before + MASK + after == error_of(f"{before}{secret}{after}".encode(), secret).body


def test_a_secret_in_another_encoding_is_masked():
    """A page in Latin-1 shows the secret's letters in other bytes."""
    secret = "canary-é-0123"
    body = f"<p>ü {secret}</p>".encode("latin-1")

    assert "<p>\\xfc **********</p>" == error_of(body, secret).body


@every("secret", ["canary-0123456789", "".join(f"xxxx{number}" for number in range(400))])
def test_no_part_of_a_secret_is_left_where_a_body_is_cut(secret):
    """Neither where the excerpt ends, nor where the search ends."""
    for filler in (2040, 64 * 1024 - 5):
        for body in ("y" * filler + secret, secret * 40, "y" * filler + secret * 9):
            for form in (body, json.dumps({"error": body}), json.dumps({"error": body})[:-1]):
                error = error_of(form.encode(), secret)

                assert "cana" not in shown(error)
                assert "xxxx" not in shown(error)
                assert len(error.body) <= 2048


def test_a_number_that_is_a_secret_is_masked():
    """Unless it is short: codes of the API are numbers, too."""
    body = {"error": {"code": 123456, "details": [{"type": "New", "pin": 1234567890}]}}

    assert MASK in error_of(body, "1234567890").body
    assert MASK == error_of(body, "1234567890").details[0].fields["pin"]
    assert json.dumps(body) == error_of(body, "123456").body


def test_basic_credentials_are_the_pair_and_the_password():
    """The service can quote the header, or the password that it decodes from it."""
    pair = base64.b64encode(b"key-id:pass:word").decode()

    assert {pair, pair.rstrip("="), "key-id:pass:word", "pass:word"} == {
        one.reveal() for one in credentials(Secret(f"Basic {pair}"))
    }
    assert ["t"] == [one.reveal() for one in credentials(Secret("Bearer t"))]
    assert {"%%", ""} == {one.reveal() for one in credentials(Secret("Basic %%"))}


def test_secrets_are_found_anywhere_in_a_request():
    """In nested mappings and lists."""
    one, two, three = Secret("1"), Secret("2"), Secret("3")

    assert [one, two, three] == list(
        secrets_in({"a": one, "b": {"c": [two, {"d": (three,)}]}, "e": "x", "f": None})
    )


@every(
    "text",
    [
        "",
        "\\",
        '"',
        "{",
        "%",
        "&#",
        "\\u",
        "\\ud83d",
        "&#9999999;",
        "\\Uffffffff",
        "%ff%fe",
        "\\x4",
    ],
)
def test_any_text_can_be_searched(text):
    """Escapes that are cut or invalid are text."""
    masker = Masker([Secret("canary-0123456789"), Secret("t")])

    assert text == masker.text(text)
    for body in (text, f"{{{text}", f'["{text}'):
        assert body == masker.body(body.encode(), is_json=False)


def test_a_hostile_body_is_masked_in_bounded_time():
    """The strings after the first thousands are masked unread, and long strings are cut."""
    secret = "canary-0123456789"
    many = {"error": {"details": [{"type": "New", "a": ["x"] * 6000, "b": f"{secret} x"}]}}
    long = {"error": {"details": [{"type": "New", "a": f"{secret} " + "x" * 100_000}]}}

    kept = error_of(many, secret).details[0].fields["a"]
    assert {"x", MASK} == set(kept)
    assert 4000 < list(kept).count("x") <= 5000
    cut = error_of(long, secret).details[0].fields["a"]
    assert cut.startswith(f"{MASK} xxx")
    assert len(cut) < 65_536


@every("secret", [Secret(""), Secret(5), Secret(b"canary"), Secret(None)])
def test_what_is_no_text_hides_nothing(secret):
    """A caller can wrap anything in a body of JSON."""
    body = {"error": {"message": "too short 5"}}

    assert json.dumps(body) == error_of(body, secret).body
