"""Programs that gevent or eventlet has patched: each call runs in a thread of the system."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.slow, pytest.mark.sandbox]

SCRIPT = Path(__file__).parent / "scripts" / "green.py"


@pytest.fixture(scope="module")
def service() -> Iterator[Sandbox]:
    """Run one sandbox for all scripts, in a thread."""
    with start_blocking_portal() as portal:
        sandbox = Sandbox(numbers=40, stock=40, rent_policy="legacy")
        with portal.wrap_async_context_manager(sandbox):
            yield sandbox


@pytest.mark.parametrize("setting", ["memory", "store"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("package", ["gevent", "eventlet"])  # of the group `slow`
def test_a_patched_program_works(
    package: str, host: str, setting: str, service: Sandbox, tmp_path: Path
) -> None:
    """Greenlets go on during calls, and no event loop is seen running before or after them."""
    stock = list(service.project().stock)[:4]
    environment = {
        name: value.replace("127.0.0.1", host) for name, value in service.environment.items()
    }
    environment["NUMBER"] = next(iter(service.project().active))

    done = subprocess.run(
        [sys.executable, SCRIPT, package, setting, tmp_path / "store.db", *stock],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert [
        "loop seen: None",
        "asyncio.run: 7",
        "calls: 40 of 40 resolved: [80]",
        "ticked meanwhile: True",
        "rented: True",
        "error: NOT_FOUND",
        "listed: True",
        "closed, loop seen: None",
        "threads of greenlets: []",
    ] == done.stdout.splitlines(), done.stderr
    assert (0, "") == (done.returncode, done.stderr)
