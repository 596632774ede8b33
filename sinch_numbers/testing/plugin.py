"""
The pytest plugin: a sandbox, clients on it, and control over both, as fixtures.

===========================  ==============================================================
``sinch_sandbox``            a `Sandbox` of its own for each test, in a thread of its own
``sinch_client``             a `NumbersClient` on it, that gives up soon
``sinch_sync_client``        a `SyncNumbersClient` on it, likewise
``sinch_environment``        sets the environment variables that lead clients to it
``sinch_faults``             what is to go wrong: ``sinch_faults.queue("drop")``
``sinch_clock``              its time: ``sinch_clock.advance(60)``
``sinch_events``             signed webhooks, made up: ``sinch_events.number("+1202…")``
``sinch_webhooks``           what delivers the sandbox's own: ``sinch_webhooks.deliver_to(url)``
===========================  ==============================================================

``@pytest.mark.sinch_sandbox(numbers=100, provisioning=0.5)`` sets the sandbox up, with what
`Sandbox` takes. They work in plain tests and in async ones, whichever plugin runs those.
"""

# Loaded in every run of pytest where the package is installed: so nothing of the package
# is imported here before a fixture is asked for.
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sinch_numbers import NumbersClient, SyncNumbersClient
    from sinch_numbers.sandbox import Clock, Faults, Sandbox
    from sinch_numbers.testing._events import SignedEvents
    from sinch_numbers.testing._served import ServedSandbox, Webhooks

_MARK = "sinch_sandbox"


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest of the mark."""
    config.addinivalue_line(
        "markers", f"{_MARK}(**settings): what the sandbox of the test is set up with"
    )


@pytest.fixture
def _sinch_served(request: pytest.FixtureRequest) -> "Iterator[ServedSandbox]":
    from sinch_numbers.testing._served import ServedSandbox

    settings: dict[str, Any] = {"numbers": 0, "stock": 50, "provisioning": 0.05}
    # The nearest mark wins, value by value.
    for mark in reversed(list(request.node.iter_markers(_MARK))):
        settings |= mark.kwargs
    with ServedSandbox(**settings) as served:
        yield served


@pytest.fixture
def sinch_sandbox(_sinch_served: "ServedSandbox") -> "Sandbox":
    """Run a sandbox that rents nothing yet, with 50 numbers in stock."""
    return _sinch_served.sandbox


@pytest.fixture
def sinch_client(_sinch_served: "ServedSandbox") -> "Iterator[NumbersClient]":
    """Open an async client on the sandbox; it may be used from any event loop."""
    with _sinch_served.client() as client:
        yield client


@pytest.fixture
def sinch_sync_client(_sinch_served: "ServedSandbox") -> "Iterator[SyncNumbersClient]":
    """Open a sync client on the sandbox."""
    with _sinch_served.sync_client() as client:
        yield client


@pytest.fixture
def sinch_environment(sinch_sandbox: "Sandbox", monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Set the environment variables that lead clients to the sandbox, and return them."""
    for name, value in sinch_sandbox.environment.items():
        monkeypatch.setenv(name, value)
    return sinch_sandbox.environment


@pytest.fixture
def sinch_faults(sinch_sandbox: "Sandbox") -> "Faults":
    """Return what is to go wrong with the sandbox."""
    return sinch_sandbox.faults


@pytest.fixture
def sinch_clock(sinch_sandbox: "Sandbox") -> "Clock":
    """Return the sandbox's time, to steer it."""
    return sinch_sandbox.clock


@pytest.fixture
def sinch_events(sinch_sandbox: "Sandbox") -> "SignedEvents":
    """Return what makes webhooks, signed with the secret of the sandbox's project."""
    from sinch_numbers.testing._events import SignedEvents

    project = sinch_sandbox.project()
    return SignedEvents(project.hmac_secret, project_id=project.project_id)


@pytest.fixture
def sinch_webhooks(_sinch_served: "ServedSandbox") -> "Webhooks":
    """Return what delivers the events of the sandbox, to wherever the test says."""
    return _sinch_served.webhooks
