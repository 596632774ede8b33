"""The environment that the tests are started in changes neither their names nor their results."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
SAMPLE = [
    "tests/cli/test_main.py",
    "tests/cli/test_saving.py",
    "tests/cli/test_escaping.py",
    "tests/cli/test_renting.py",
    "tests/test_client.py",
    "tests/test_retry_after.py",
    "tests/test_transport.py",
    "tests/models",
    "tests/exports/test_csv.py",
    "tests/sync/test_portal.py",
]
"""Tests that read the terminal, the locale, the clock, credentials, proxies, or signals."""
UNFRIENDLY = {
    "TERM": "dumb",
    "LANG": "C",
    "LC_ALL": "C",
    "TZ": "Asia/Kathmandu",
    "NO_COLOR": "1",
    "FORCE_COLOR": "1",
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

Run = Callable[..., subprocess.CompletedProcess[str]]


def run_pytest(*arguments: str, hash_seed: int) -> subprocess.CompletedProcess[str]:
    """Run pytest in a new process: everything differs that differs on another machine."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **UNFRIENDLY, "PYTHONHASHSEED": str(hash_seed)},
        # As in a job that a shell started in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_ids_are_the_same_everywhere() -> None:
    """Test ids depend on neither hash order nor addresses, so that workers agree on them."""
    first, second = (
        run_pytest(
            "--collect-only",
            "-qq",
            "-m",
            "",
            "-o",
            "addopts=",
            "--import-mode=importlib",
            hash_seed=seed,
        )
        for seed in (1, 2)
    )

    assert (0, 0) == (first.returncode, second.returncode), first.stdout[-2000:]
    assert first.stdout == second.stdout


def test_results_do_not_depend_on_the_environment() -> None:
    """A sample of the fast lane passes with a poor terminal, another locale, and no SIGINT."""
    done = run_pytest(*SAMPLE, hash_seed=1)

    assert 0 == done.returncode, done.stdout[-4000:]
