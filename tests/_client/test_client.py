"""Credentials in, endpoints out: from arguments or the environment, and nowhere insecure."""

import asyncio
import gc
import pickle
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from anyio.from_thread import start_blocking_portal

from sinch_numbers import InvalidArgumentError, MissingCredentialsError, NumbersClient
from sinch_numbers.sandbox import Sandbox

VARIABLES = (
    "PROJECT_ID",
    "KEY_ID",
    "KEY_SECRET",
    "NUMBERS_URL",
    "IMPORTED_NUMBERS_URL",
    "AUTH_URL",
)


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(f"SINCH_{name}", raising=False)


@pytest.mark.sandbox
@pytest.mark.anyio
async def test_the_sandbox_variables_are_all_it_takes(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client in an environment that the sandbox printed needs no argument."""
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)

    async with NumbersClient() as client:
        assert 40 == len([number async for number in client.active_numbers.list()])
        assert [] == [number async for number in client.imported_numbers.list()]
        assert 1 == len([call for call in sandbox.calls if "oauth2" in call])


@pytest.mark.parametrize("missing", ["project_id", "key_id", "key_secret"])
def test_a_missing_credential_is_named(missing: str) -> None:
    """The error names the argument, its variable, and the sandbox."""
    credentials = {"project_id": "p", "key_id": "k", "key_secret": "s"} | {missing: None}

    with pytest.raises(MissingCredentialsError) as caught:
        NumbersClient(**credentials)

    assert (missing, (missing,)) == (caught.value.argument, caught.value.arguments)
    assert (
        f"missing {missing}: expected credentials as arguments, or in SINCH_{missing.upper()}; to "
        "try it without an account, use the sandbox (sinch_numbers.sandbox)"
    ) == str(caught.value)


def test_all_missing_credentials_are_named_at_once() -> None:
    """One error is enough to set them all."""
    with pytest.raises(MissingCredentialsError) as caught:
        NumbersClient()

    assert ("project_id", "key_id", "key_secret") == caught.value.arguments
    assert str(caught.value).startswith("missing project_id, key_id and key_secret: expected")
    assert "SINCH_PROJECT_ID, SINCH_KEY_ID and SINCH_KEY_SECRET;" in str(caught.value)


def test_with_the_tokens_of_another_client_the_key_is_not_needed() -> None:
    """The project is still required."""
    tokens = NumbersClient("p", "k", "s").tokens

    assert "other" == NumbersClient("other", tokens=tokens).project_id
    with pytest.raises(MissingCredentialsError, match=r"^missing project_id: "):
        NumbersClient(tokens=tokens)


@pytest.mark.parametrize("argument", ["numbers_url", "imported_numbers_url", "auth_url"])
@pytest.mark.parametrize("url", ["http://numbers.example", "ftp://127.0.0.1", "numbers", "//x"])
def test_secrets_do_not_travel_in_the_clear(argument: str, url: str) -> None:
    """Any host but this machine is spoken to over TLS."""
    with pytest.raises(InvalidArgumentError) as caught:
        NumbersClient("p", "k", "s", **{argument: url})

    assert argument == caught.value.argument


@pytest.mark.parametrize(
    "settings",
    [
        {"auth": "digest"},
        {"max_concurrency": 0},
        {"connect_timeout": 0},
        {"proxy": "socks5://127.0.0.1"},
        {"user_agent": "a\nb"},
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(settings: dict) -> None:
    """What cannot work is said when the client is made."""
    with pytest.raises(InvalidArgumentError) as caught:
        NumbersClient("p", "k", "s", **settings)

    assert next(iter(settings)) == caught.value.argument


@pytest.mark.parametrize("project", ["", ".", "..", "a/b", "a?b", "a b", "é", "-a", "a" * 129])
def test_a_project_that_could_lead_elsewhere_is_refused(project: str) -> None:
    """A project's id stays one segment of every path."""
    with pytest.raises(InvalidArgumentError):
        NumbersClient(project, "k", "s")


def test_a_client_shows_no_secret() -> None:
    """The repr tells project and place."""
    client = NumbersClient("p", "k", "s3cret", proxy="http://u:pa55@proxy.example")

    assert "<NumbersClient p at https://numbers.api.sinch.com>" == repr(client)
    with pytest.raises(TypeError):
        pickle.dumps(client)


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        ({"https_proxy": "http://low.example"}, "http://low.example"),
        ({"HTTPS_PROXY": "http://proxy.example", "NO_PROXY": "sinch.com"}, None),
        ({"HTTP_PROXY": "http://proxy.example"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_proxies_of_the_environment_are_taken_on_request(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], proxy: str | None
) -> None:
    """``proxy_from_env`` reads the usual variables; without it they mean nothing."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    taken = NumbersClient("p", "k", "s", proxy_from_env=True)._context.transport._proxy
    ignored = NumbersClient("p", "k", "s")._context.transport._proxy

    assert (proxy, None) == (taken and taken.reveal(), ignored)


@contextmanager
def sandbox_elsewhere() -> Iterator[Sandbox]:
    """Run a sandbox in a thread of its own."""
    with start_blocking_portal() as portal:
        sandbox = Sandbox(numbers=3, stock=0)
        with portal.wrap_async_context_manager(sandbox):
            yield sandbox


# The first loop ends with its connections open; that is what the warning is for.
@pytest.mark.sandbox
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_one_client_serves_one_loop_after_the_other() -> None:
    """Three runs of `asyncio.run` with the same client all work, with one token."""
    with sandbox_elsewhere() as sandbox:
        client = NumbersClient(
            "sandbox", "sandbox", "sandbox", numbers_url=sandbox.url, auth_url=sandbox.auth_url
        )

        async def count() -> int:
            return len([number async for number in client.active_numbers.list()])

        async def last() -> int:
            async with client:
                return await count()

        assert [3, 3, 3] == [asyncio.run(run()) for run in (count, count, last)]
        assert 1 == sandbox.calls.count("POST /oauth2/token")
        gc.collect()
