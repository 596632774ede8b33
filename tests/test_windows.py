"""The package imports and works without the names that only POSIX systems have."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from sinch_numbers._core.user_directories import state_path

pytestmark = pytest.mark.posix  # elsewhere there is nothing to remove

WITHOUT_POSIX = f"""
import asyncio, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import without_posix
"""
MODULES = """
import sinch_numbers
from sinch_numbers import NumbersClient, SyncNumbersClient
import sinch_numbers.audit, sinch_numbers.cli, sinch_numbers.cli._app, sinch_numbers.errors
import sinch_numbers.exports, sinch_numbers.inventory, sinch_numbers.models
import sinch_numbers.operations, sinch_numbers.ordering, sinch_numbers.otel
import sinch_numbers.sandbox, sinch_numbers.store, sinch_numbers.sync, sinch_numbers.testing
import sinch_numbers.testing.plugin, sinch_numbers.webhooks

for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").startswith("sinch_numbers"):
        for name in getattr(module, "__all__", ()):
            getattr(module, name)
"""
USES = """
import pathlib
import sinch_numbers
from sinch_numbers import NumbersClient, SyncNumbersClient
from sinch_numbers.exports import FINDINGS, write_csv, write_html
from sinch_numbers.testing._served import ServedSandbox
from sinch_numbers.webhooks import Receiver

async def use_async(settings):
    async with NumbersClient(store="store.db", **settings) as client:
        await client.available_numbers.rent_first(region_code="US", type="LOCAL")
        print("journal", len(await client.operations(open_only=False)))
        print("recovered", await client.recover())
        report = await sinch_numbers.audit.audit(client)
    with open("report.html", "wb") as page, open("findings.csv", "wb") as table:
        write_html(report, page)
        write_csv(report.findings, table, FINDINGS)
        print("exported", bool(page.tell() and table.tell()))
    async with Receiver(print, "secret-secret-secret-secret-secret") as receiver:
        print("received", (await receiver.receive(b"{}", None)).status)

with ServedSandbox(numbers=5, stock=40) as served:
    settings = {
        "project_id": "sandbox", "key_id": "sandbox", "key_secret": "sandbox",
        "numbers_url": served.sandbox.url.replace("127.0.0.1", "localhost"),
        "auth_url": served.sandbox.auth_url,
        "imported_numbers_url": served.sandbox.imported_url,
    }
    with SyncNumbersClient(store=pathlib.Path("store.db"), **settings) as client:
        print("listed", len(list(client.active_numbers.list())))
    asyncio.run(use_async(settings))
"""
COMMAND = """
import sys
from sinch_numbers.cli import main

sys.exit(main(sys.argv[1:]))
"""
LOCAL = "C:\\Users\\me\\AppData\\Local"


def run(code: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_POSIX + code, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_every_public_module_imports(tmp_path: Path) -> None:
    """No POSIX-only name is needed at import."""
    done = run(MODULES, cwd=tmp_path)

    assert (0, "", "") == (done.returncode, done.stdout, done.stderr)


@pytest.mark.slow
def test_every_part_works(tmp_path: Path) -> None:
    """Both clients, a store, an audit, exports, a receiver and the sandbox need no such name."""
    done = run(USES, cwd=tmp_path)

    assert [
        "listed 5",
        "journal 1",
        "recovered ()",
        "exported True",
        "received 401",
    ] == done.stdout.splitlines(), done.stderr
    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [("audit", "--output", "report.json"), ("list", "--output", "numbers.csv")],
    ids=" ".join,
)
def test_commands_write_files(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Files are replaced atomically without modes, owners, and directory handles, too."""
    target = tmp_path / arguments[-1]
    target.write_text("old")

    done = run(COMMAND, "--sandbox", "--sandbox-numbers", "5", *arguments, cwd=tmp_path)

    assert 0 == done.returncode, done.stderr
    assert target.read_text() != "old"
    assert [target] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("dirs", "expected"),
    [
        ("windows.Windows", f"{LOCAL}/sinch-numbers"),
        ("macos.MacOS", "/home/me/Library/Application Support/sinch-numbers"),
        ("unix.Unix", "/home/me/.local/state/sinch-numbers"),
    ],
)
def test_the_state_directory_of_each_platform(
    dirs: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal of the commands is where each platform keeps the state of a user's programs."""
    module, _, kind = dirs.partition(".")
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setattr("platformdirs.windows.get_win_folder", lambda _: LOCAL)

    found = state_path(getattr(import_module(f"platformdirs.{module}"), kind))

    assert Path(expected) == found
