"""Sandbox commands with a state file and with faults."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import AvailableNumber, NumbersClient
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

SMALL = ("--sandbox", "--sandbox-numbers", "5")


@contextmanager
def served(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Start the command ``sandbox``; yield its process, and the environment that it prints."""
    with subprocess.Popen(
        [sys.executable, "-m", "sinch_numbers", "sandbox", "--numbers", "5", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        lines = [running.stdout.readline() for _ in range(6)]
        printed = [line.removeprefix("export ").strip().split("=", 1) for line in lines]
        assert all(len(pair) == 2 for pair in printed), running.stderr
        yield running, dict(printed)  # type: ignore[arg-type]  # they are pairs
        running.kill()


@pytest.mark.slow
@pytest.mark.posix
def test_commands_share_a_state(cli: Run, tmp_path: Path) -> None:
    """
    A number that one command rents, the next ones see, change, and release.
    """
    state = tmp_path / "s.json"
    shared = ("--jsonl", *SMALL, "--sandbox-state", str(state))

    rented = json.loads(cli(*shared, "rent-first", "-r", "us", "-t", "local", "--yes").out)
    number = rented["phoneNumber"]
    named = cli(*shared, "update", number, "--display-name", "Front desk")
    read = json.loads(cli(*shared, "get", number).out)
    released = cli(*shared, "release", number, "--yes")
    listed = cli(*shared, "list")
    private = cli("--jsonl", *SMALL, "get", number)

    assert (0, "Front desk") == (named.code, read["displayName"])
    assert 0 == released.code
    assert 6 == len(listed.lines)
    assert json.loads(cli(*shared, "get", number).out)["expireAt"]
    assert 6 == private.code  # another sandbox, without a file
    assert 0o600 == state.stat().st_mode & 0o777


def test_reset_secrets_are_reported(cli: Run, tmp_path: Path) -> None:
    """
    A signing secret that was set is not kept, which the next command says once.
    """
    state = tmp_path / "s.json"
    shared = (*SMALL, "--sandbox-state", str(state))

    changed = cli(*shared, "callback", "set", piped="another-secret-of-32-letters-1234\n")
    after = [cli(*shared, "callback", "get").err for _ in range(2)]

    assert 0 == changed.code
    assert ["signing secrets of project sandbox were not kept" in err for err in after] == [
        True,
        False,
    ]
    assert "another-secret" not in state.read_text()


@every(
    ("content", "problem"),
    [
        ("", "it isn't valid JSON"),
        ('{"a": 1}', "it isn't the state of a sandbox"),
        ('{"format": "sinch-numbers sandbox", "version": 9}', "its format has version 9"),
        ('{"format": "sinch-numbers sandbox", "version": 1}', "it is damaged"),
    ],
)
def test_foreign_files_are_reported(cli: Run, tmp_path: Path, content: str, problem: str) -> None:
    """
    A file that isn't a state is reported in one line by both commands, and not changed.
    """
    state = tmp_path / "foreign.json"
    state.write_text(content)

    for command in (
        [*SMALL, "--sandbox-state", str(state), "list"],
        ["sandbox", "--state", str(state)],
    ):
        ended = cli(*command)
        assert 1 == ended.code
        assert ended.err.startswith(f"sinch-numbers: cannot use the sandbox state {state}: ")
        assert problem in ended.err
        assert 1 == ended.err.count("\n")
    assert content == state.read_text()


def test_state_needs_the_sandbox(cli: Run, tmp_path: Path) -> None:
    """
    Without --sandbox, the option is a usage error: nothing may reach the real API by mistake.
    """
    ended = cli("--sandbox-state", str(tmp_path / "s.json"), "list")

    assert 2 == ended.code
    assert "--sandbox-state requires --sandbox" in ended.err
    assert [] == list(tmp_path.iterdir())


@every(
    ("options", "named"),
    [
        (["--fault", "nonsense"], "unknown fault 'nonsense'"),
        (["--fault", "503,time=1"], "must be NAME=VALUE"),
        (["--fault", "503", "--fault", "429,times=x"], "times must be a number of times"),
        (["--latency", "-1"], "--latency"),
        (["--rate-limit", "0"], "--rate-limit"),
        (["--stock", "-1"], "--stock"),
        (["--webhooks", "https://example.net/"], "this machine only"),
    ],
)
def test_mistakes_in_settings_are_usage_errors(cli: Run, options: list[str], named: str) -> None:
    """
    A setting that isn't valid ends the command before it listens.
    """
    ended = cli("sandbox", *options)

    assert 2 == ended.code
    assert named in ended.err


def get(environment: dict[str, str], path: str) -> Any:
    with urllib.request.urlopen(environment["SINCH_NUMBERS_URL"] + path) as reply:
        return json.load(reply)


@pytest.mark.slow
def test_faults_and_settings_are_options(process: Run) -> None:
    """
    Faults strike as their rules say, and settings are those of the sandbox that is served.
    """
    with served(
        *("--fault", "503,path=/availableRegions,times=2", "--fault", "404_json,method=DELETE"),
        *("--latency", "0.01", "--provisioning", "0", "--stock", "7", "--rate-limit", "500"),
        "--vendor-mock",
    ) as (_, environment):
        regions = process("--jsonl", "regions", env=environment)
        overview = get(environment, "/_sandbox")

    assert 0 == regions.code  # after two retries
    assert ["503", "503"] == overview["applied"]
    expected = {"latency": 0.01, "provisioning": 0.0, "stock": 7, "rate_limit": 500.0}
    expected |= {"numbers": 5, "vendor_mock": True, "rent_policy": "us_local"}
    assert expected.items() <= overview["settings"].items()


@pytest.mark.slow
@pytest.mark.posix
@every("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_served_state_survives_every_end(process: Run, tmp_path: Path, name: str) -> None:
    """
    A number that was rented is there after a restart, also if the sandbox was killed.
    """
    state = str(tmp_path / f"{name}.json")
    with served("--state", state) as (running, environment):
        rent = ("--jsonl", "rent-first", "-r", "us", "-t", "local", "--yes")
        number = json.loads(process(*rent, env=environment).out)["phoneNumber"]
        running.send_signal(getattr(signal, name))
        running.communicate(timeout=60)
    with served("--state", state) as (_, environment):
        read = process("--jsonl", "get", number, env=environment)
        ledger = get(environment, "/_sandbox/ledger")["ledger"]

    assert 0 == read.code
    assert [("rent", number)] == [(entry["operation"], entry["phoneNumber"]) for entry in ledger]


@pytest.mark.slow
def test_two_processes_use_a_file_in_turn(process: Run, tmp_path: Path) -> None:
    """
    A command waits for the file, and is rejected with the other's process ID if that goes on.
    """
    state = str(tmp_path / "s.json")
    with served("--state", state) as (running, _):
        ended = process(*SMALL, "--sandbox-state", state, "list")
    after = process(*SMALL, "--sandbox-state", state, "list")

    assert 1 == ended.code
    assert f"another sandbox uses it (process {running.pid})" in ended.err
    assert 0 == after.code


@pytest.mark.slow
def test_commands_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """
    Commands that run at the same time all take effect.
    """
    state = str(tmp_path / "s.json")
    command = [sys.executable, "-m", "sinch_numbers", "--jsonl", *SMALL, "--sandbox-state", state]
    rent = [*command, "rent-first", "-r", "us", "-t", "local", "--yes"]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    started = [
        subprocess.Popen(rent, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(4)
    ]
    numbers = {json.loads(one.communicate(timeout=120)[0])["phoneNumber"] for one in started}
    document = json.loads(Path(state).read_text())

    assert 4 == len(numbers)
    assert numbers == {entry["phone_number"] for entry in document["ledger"]}


@pytest.mark.slow
@pytest.mark.posix
@every("count", [1, 3, 7])
def test_killed_sandbox_keeps_every_response(tmp_path: Path, count: int) -> None:
    """
    A number whose rent got a response is in the file, also if the sandbox is killed meanwhile.
    """
    state = tmp_path / f"{count}.json"
    answered: list[str] = []

    async def rent_until_killed(process: subprocess.Popen[str], client: NumbersClient) -> None:
        found = await client.available_numbers.search(region_code="US", type="LOCAL", size=30)

        async def rent(number: AvailableNumber) -> None:
            rented = await client.available_numbers.rent(number.phone_number)
            answered.append(rented.phone_number)
            if len(answered) == count:
                process.kill()

        async with client:
            await asyncio.gather(*map(rent, found), return_exceptions=True)

    with served("--state", str(state), "--stock", "300") as (running, environment):
        arguments = {
            name.removeprefix("SINCH_").lower(): value for name, value in environment.items()
        }
        client = NumbersClient(**arguments, deadline=2, settle_timeout=0.1)  # type: ignore[arg-type]  # parametrised
        asyncio.run(rent_until_killed(running, client))
        running.wait(60)
    with Sandbox(state=state) as restored:
        rented = {entry.phone_number for entry in restored.ledger}

    assert len(answered) >= count
    assert set(answered) <= rented <= set(restored.project().active)
