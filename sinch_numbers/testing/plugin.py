"""
The pytest plugin: fixtures for a sandbox, its clients, and control over both.

===========================  ==============================================================
``sinch_sandbox``            a separate `Sandbox` for each test, in a separate thread
``sinch_client``             a `NumbersClient` for the sandbox, with short timeouts
``sinch_sync_client``        a `SyncNumbersClient` for the sandbox, with short timeouts
``sinch_environment``        sets the environment variables that point clients to it
``sinch_faults``             injects faults: ``sinch_faults.queue("drop")``
``sinch_clock``              controls its time: ``sinch_clock.advance(60)``
``sinch_events``             generates signed webhooks: ``sinch_events.number("+1202…")``
``sinch_webhooks``           delivers the sandbox's events: ``sinch_webhooks.deliver_to(url)``
===========================  ==============================================================

``@pytest.mark.sinch_sandbox(numbers=100, provisioning=0.5)`` configures the sandbox, with the
arguments of `Sandbox`. The fixtures work in plain and async tests, with any async plugin.
"""

# pytest loads this module in every run where the package is installed, so the package itself is
# only imported when a fixture is requested.
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
    """Register the mark."""
    config.addinivalue_line("markers", f"{_MARK}(**settings): settings of the test's sandbox")


@pytest.fixture
def _sinch_served(request: pytest.FixtureRequest) -> "Iterator[ServedSandbox]":
    from sinch_numbers.testing._served import ServedSandbox

    settings: dict[str, Any] = {"numbers": 0, "stock": 50, "provisioning": 0.05}
    # The closest mark wins, for each setting.
    for mark in reversed(list(request.node.iter_markers(_MARK))):
        settings |= mark.kwargs
    with ServedSandbox(**settings) as served:
        yield served


@pytest.fixture
def sinch_sandbox(_sinch_served: "ServedSandbox") -> "Sandbox":
    """Run a sandbox without rented numbers, and with 50 available ones."""
    return _sinch_served.sandbox


@pytest.fixture
def sinch_client(_sinch_served: "ServedSandbox") -> "Iterator[NumbersClient]":
    """Open an async client for the sandbox; it works in any event loop."""
    with _sinch_served.client() as client:
        yield client


@pytest.fixture
def sinch_sync_client(_sinch_served: "ServedSandbox") -> "Iterator[SyncNumbersClient]":
    """Open a sync client for the sandbox."""
    with _sinch_served.sync_client() as client:
        yield client


@pytest.fixture
def sinch_environment(sinch_sandbox: "Sandbox", monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Set the environment variables of the sandbox for clients, and return them."""
    for name, value in sinch_sandbox.environment.items():
        monkeypatch.setenv(name, value)
    return sinch_sandbox.environment


@pytest.fixture
def sinch_faults(sinch_sandbox: "Sandbox") -> "Faults":
    """Return the faults of the sandbox, to inject errors."""
    return sinch_sandbox.faults


@pytest.fixture
def sinch_clock(sinch_sandbox: "Sandbox") -> "Clock":
    """Return the clock of the sandbox, to control its time."""
    return sinch_sandbox.clock


@pytest.fixture
def sinch_events(sinch_sandbox: "Sandbox") -> "SignedEvents":
    """Return a generator of webhooks that are signed with the sandbox's secret."""
    from sinch_numbers.testing._events import SignedEvents

    project = sinch_sandbox.project()
    return SignedEvents(project.hmac_secret, project_id=project.project_id)


@pytest.fixture
def sinch_webhooks(_sinch_served: "ServedSandbox") -> "Webhooks":
    """Return the webhook deliveries of the sandbox, to set their URL."""
    return _sinch_served.webhooks
