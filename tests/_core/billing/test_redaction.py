"""Redaction of journal entries: everything but secrets is kept."""

from typing import Any

import pytest
from products import every

from sinch_numbers import Secret
from sinch_numbers._core.billing.redaction import redacted, redacted_url

DIGEST = 32


@every(
    "url",
    [
        pytest.param("https://hooks.example.net/numbers", id="plain"),
        pytest.param("https://hooks.example.net:8443/#part", id="fragment"),
        pytest.param("", id="empty"),
        pytest.param(None, id="none"),
    ],
)
def test_a_url_without_secrets_stays(url: Any) -> None:
    """It can be read in the journal, and compared with what a number shows."""
    assert url == redacted_url(url)


@every(
    ("url", "bare"),
    [
        pytest.param("https://a:b@h.example/p", "https://h.example/p", id="password"),
        pytest.param("https://a@h.example/p", "https://h.example/p", id="user"),
        pytest.param("https://h.example/p?t=1", "https://h.example/p", id="query"),
        pytest.param("https://a@b@h.example:1/?t#x", "https://h.example:1/", id="all of them"),
        pytest.param("h?secret", "h", id="relative"),
        pytest.param("https://[?secret", "", id="invalid"),
        pytest.param("h?\ud800", "h", id="surrogate"),
    ],
)
def test_secret_parts_of_a_url_become_a_digest(url: str, bare: str) -> None:
    """The same URL gives the same digest, another one another; twice changes nothing."""
    kept = redacted_url(url)

    start, digest = kept.split("#")
    assert (bare, DIGEST) == (start, len(digest))
    assert kept == redacted_url(url) == redacted_url(kept)
    assert kept != redacted_url(f"{url}x")


def test_secrets_are_left_out_at_any_depth() -> None:
    """Other values stay, with their names and order."""
    secret = Secret("hunter2")
    body = {"a": 1, "code": secret, "b": {"c": secret, "d": [secret, {"e": secret, "f": 2}]}}

    assert {"a": 1, "b": {"d": [{"f": 2}]}} == redacted(body)
