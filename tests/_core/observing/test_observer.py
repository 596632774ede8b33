"""Observers: notified of every operation, without private data; their errors are isolated."""

import logging

import attrs
import pytest

from sinch_numbers import (
    AttemptEnded,
    CallEnded,
    CallObserver,
    CallStarted,
    NumbersClient,
    Observer,
    Resending,
    TokenFetched,
)

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]


class Notes(Observer, CallObserver):
    """Keeps what it is told."""

    def __init__(self, headers=None):
        self.told = []
        self._headers = headers or {}

    def call_started(self, call):
        self.told.append(call)
        return self

    def headers(self):
        return self._headers

    def attempted(self, attempt):
        self.told.append(attempt)

    def resending(self, resending):
        self.told.append(resending)

    def ended(self, ended):
        self.told.append(ended)

    def token_fetched(self, fetched):
        self.told.append(fetched)


class Broken(Notes):
    """Fails at one thing."""

    def __init__(self, where):
        super().__init__()
        self._where = where

    def __getattribute__(self, name):
        if name != "_where" and name == self._where:
            raise ZeroDivisionError
        return super().__getattribute__(name)


async def test_what_is_told_comes_in_order(observed, sandbox):
    """The call, the token, each attempt and pause, the end."""
    notes = Notes()
    async with observed(notes) as client:
        sandbox.faults.add("500", method="GET")
        await client.available_regions.list()

    kinds = [CallStarted, TokenFetched, AttemptEnded, Resending, AttemptEnded, CallEnded]
    assert kinds == [type(one) for one in notes.told]
    timed = [one.seconds for one in notes.told if hasattr(one, "seconds")]
    assert all(seconds >= 0 for seconds in timed)
    assert notes.told[-1].seconds >= sum(
        one.seconds for one in notes.told if isinstance(one, AttemptEnded)
    )


async def test_siblings_have_one_observer(observed):
    """``with_options`` changes nothing about that."""
    notes = Notes()
    async with observed(notes) as client:
        await client.with_options(timeout=1.0).available_regions.list()

    assert isinstance(notes.told[-1], CallEnded)


@pytest.mark.parametrize(
    "where", ["call_started", "headers", "attempted", "resending", "ended", "token_fetched"]
)
async def test_an_observer_that_fails_changes_nothing(observed, sandbox, caplog, where):
    """The call goes its way, and the log says what happened."""
    caplog.set_level(logging.ERROR, "sinch_numbers")
    async with observed(Broken(where)) as client:
        sandbox.faults.add("500", method="GET")
        regions = await client.available_regions.list()

    assert regions
    assert {"the observer failed"} == {record.getMessage() for record in caplog.records}
    assert all(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    "headers",
    [{"authorization": "mine"}, {"Content-Type": "text/html"}, {"x": "a\r\nb: c"}, {"a b": "c"}],
)
async def test_headers_of_an_observer_are_held_against_the_rules(
    observed, recording, caplog, headers
):
    """None of the client's own, and nothing that HTTP cannot say: the call goes without."""
    async with observed(Notes(headers), transport=recording) as client:
        await client.available_regions.list()

    assert not headers.keys() & recording.headers[-1].keys()
    assert ["the observer failed"] == [record.getMessage() for record in caplog.records]


async def test_headers_of_an_observer_go_along(observed, recording):
    """With the call, not with the fetch of a token that others use as well."""
    async with observed(Notes({"x-trace": "1"}), transport=recording) as client:
        await client.available_regions.list()

    assert [None, "1"] == [headers.get("x-trace") for headers in recording.headers]


async def test_a_path_of_somebody_else_is_not_told(observed):
    """What is asked for by `request` may hold anything."""
    notes = Notes()
    async with observed(notes) as client:
        await client.request("GET", "/availableRegions")

    assert notes.told[0].template is None


async def test_records_cannot_be_changed(observed):
    """They may be kept and passed on."""
    notes = Notes()
    async with observed(notes) as client:
        await client.available_regions.list()

    for one in notes.told:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            one.error = "x"


async def test_a_shared_token_is_told_to_whom_it_is_fetched_by(observed, settings):
    """Once, to the observer of the client that has the key."""
    mine, yours = Notes(), Notes()
    async with (
        observed(mine) as owner,
        NumbersClient(**settings, tokens=owner.tokens, observer=yours) as guest,
    ):
        await guest.available_regions.list()

    assert [TokenFetched] == [type(one) for one in mine.told]
    assert TokenFetched not in [type(one) for one in yours.told]
