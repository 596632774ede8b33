"""The environment that the tests are started in changes neither their ids nor their results."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hermetic import COLLECTED, Leftovers

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
SAMPLE = [
    "tests/cli/test_escaping.py",
    "tests/cli/test_main.py",
    "tests/cli/test_renting.py",
    "tests/cli/test_sandbox.py",
    "tests/exports/test_csv.py",
    "tests/models/test_enums.py",
    "tests/sync/test_portal.py::test_an_interrupt_cancels_the_call_and_says_what_it_leaves",
    "tests/_core/auth/test_cache.py",
    "tests/_client/test_client.py",
    "tests/_core/retry/test_retry_after.py",
    "tests/_core/transport/test_aiohttp.py",
]
"""Tests that use terminals, locale, clock, credentials, proxies, signals, or many sockets."""
SLOW_SAMPLE = [
    "tests/cli/test_main.py::test_an_encoding_that_cannot_say_it_is_no_error",
    "tests/cli/test_sandbox.py::test_progress_is_shown_on_a_terminal_only",
    "tests/cli/test_sandbox.py::test_it_tells_how_to_reach_it_and_ends_with_ctrl_c",
]
UNFRIENDLY = {
    "TERM": "dumb",
    "LANG": "C",
    "LC_ALL": "C",
    "TZ": "Asia/Kathmandu",
    "NO_COLOR": "1",
    "COLUMNS": "20",
    "HOME": "/nonexistent",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
    "SINCH_PROJECT_ID": "not-a-project",
    "SINCH_KEY_ID": "not-a-key",
    "SINCH_KEY_SECRET": "not-a-secret",
    "SINCH_NUMBERS_URL": "http://127.0.0.1:9",
}


def deprive() -> None:
    """Ignore SIGINT, as in a background job of a shell, and allow few open files."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


def run_python(*arguments: str, **environment: str) -> str:
    """Run Python in a process with an unfriendly environment; return what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **UNFRIENDLY, **environment},
        preexec_fn=deprive,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert 0 == done.returncode, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


def run_pytest(*arguments: str, hash_seed: int) -> str:
    """Run pytest in such a process; return what it prints."""
    options = ("-m", "pytest", "-n", "0", "-p", "no:cacheprovider")
    return run_python(*options, *arguments, PYTHONHASHSEED=str(hash_seed))


def test_ids_are_stable() -> None:
    """Another process, with another hash seed, collects the same ids as this one, each once."""
    printed = run_pytest("--collect-only", "-m", "", hash_seed=1)
    ids = [line for line in printed.splitlines() if "::" in line]

    here = set(COLLECTED)
    assert sorted(COLLECTED) == sorted(name for name in ids if name in here)
    assert len(set(ids)) == len(ids) > 1000
    assert [] == [name for name in ids if re.search(r" at 0x|0x[0-9a-f]{6}", name)]
    assert [] == [name for name in ids if not name.isprintable()]


@pytest.mark.parametrize(
    ("lane", "sample"), [("not slow", SAMPLE), ("slow", SLOW_SAMPLE)], ids=["fast", "slow"]
)
def test_results_are_stable(lane: str, sample: list[str]) -> None:
    """A sample passes with a poor terminal, another locale and time zone, and no SIGINT."""
    run_pytest("-m", lane, *sample, hash_seed=2)


def test_the_page_about_commands_is_stable() -> None:
    """The page with the output of each command is current in the same environment."""
    run_python("tools/generate_command_line.py", "--check", FORCE_COLOR="1")


def test_a_file_left_in_a_directory_is_an_error(tmp_path: Path) -> None:
    """A new entry fails one check; names that tools create, and entries from before, do not."""
    (tmp_path / "old.db").touch()
    leftovers = Leftovers({tmp_path})
    for name in (".coverage.1", "__pycache__", "dist", "sinch_numbers.egg-info"):
        (tmp_path / name).mkdir()
    leftovers.check()

    (tmp_path / "no" / "such").mkdir(parents=True)
    (tmp_path / "journal.db").touch()

    with pytest.raises(pytest.fail.Exception, match=r"left in .*: journal\.db, no$"):
        leftovers.check()
    leftovers.check()


def test_a_test_that_leaves_a_file_fails(tmp_path: Path) -> None:
    """The error is reported for the teardown of that test, by a worker as well."""
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "hermetic.py", tmp_path / "tests")
    shutil.copy(ROOT / ".gitignore", tmp_path)
    (tmp_path / "conftest.py").write_text("pytest_plugins = ['hermetic']\n")
    (tmp_path / "test_it.py").write_text("def test_it():\n    open('journal.db', 'w').close()\n")
    for workers in ("0", "1"):
        (tmp_path / "journal.db").unlink(missing_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-n", workers, "-p", "no:cacheprovider"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path / "tests")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert 1 == done.returncode
        assert f"left in {tmp_path}: journal.db" in done.stdout
        assert "1 passed, 1 error" in done.stdout
