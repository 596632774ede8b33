"""
An audit on a real cluster: Dask's, with several worker processes.

Run by name, with Dask installed: ``nox -s distributed``.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest
from distributed import Client, LocalCluster

from sinch_numbers import SyncNumbersClient
from sinch_numbers.audit import Reports
from sinch_numbers.audit._distributed import DistributedAudit
from sinch_numbers.sync import audit_projects
from sinch_numbers.testing._served import ServedSandbox

pytestmark = pytest.mark.sandbox

SERVE = Path(__file__).parent / "serve.py"
WORKERS = 3
PROJECTS = [f"project-{number:02}" for number in range(1, 13)]
NUMBERS = 400
SETTINGS = {
    "project_id": PROJECTS,
    "numbers": NUMBERS,
    "stock": 0,
    "provisioning": 3600.0,  # what is under way stays so while a test looks twice
    "max_page_size": 50,
}


class Service:
    """A sandbox in a process of its own."""

    def __init__(self, url: str) -> None:
        self._url = url

    def steer(self, method: str, what: str = "", command: object = None) -> Any:
        """Call a control route."""
        body = None if command is None else json.dumps(command).encode()
        request = urllib.request.Request(f"{self._url}/_sandbox{what}", body, method=method)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.load(reply)

    @property
    def tokens(self) -> int:
        """How many tokens were fetched so far."""
        return self.steer("GET", "/calls")["calls"].count("POST /oauth2/token")

    @property
    def struck(self) -> int:
        """How many requests went wrong so far."""
        return len(self.steer("GET")["applied"])


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Run a service that the environment leads to, that of the workers included."""
    server = subprocess.Popen(
        [sys.executable, SERVE, json.dumps(SETTINGS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin
    assert server.stdout
    try:
        for name, value in json.loads(server.stdout.readline()).items():
            monkeypatch.setenv(name, value)
        yield Service(os.environ["SINCH_NUMBERS_URL"])
    finally:
        server.stdin.close()
        server.wait(30)
        server.stdout.close()


@pytest.fixture
def cluster(service: Service) -> Iterator[Client]:
    """Run a cluster of several processes, which know how to get to the service."""
    with (
        LocalCluster(
            n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        cluster.get_client() as client,
    ):
        yield client


def in_one_place(now: Any) -> Reports:
    """Return what an audit in this process says."""
    clients = [SyncNumbersClient(project_id) for project_id in PROJECTS]
    try:
        return audit_projects(clients, emergency=True, now=now)
    finally:
        for client in clients:
            client.close()


def timeless(found: Reports) -> Any:
    """Return it without the moments at which it was made."""
    assert () == found.failures
    return attrs.evolve(
        found,
        projects=tuple(
            attrs.evolve(one, started_at=one.completeness, finished_at=one.completeness)
            for one in found.reports
        ),
    )


def pids(cluster: Client) -> dict[int, str]:
    return {pid: worker for worker, pid in cluster.run(os.getpid).items()}


def test_a_cluster_says_the_same(service: Service, cluster: Client) -> None:
    """
    Twelve projects come to one report, that of an audit in one place, and no worker fetches a
    token twice.
    """
    told: list[tuple[str, int, int | None]] = []
    audit = DistributedAudit(PROJECTS, size=100, concurrency=4, emergency=True)

    found = audit.run(cluster.get_executor(), progress=lambda *step: told.append(step))

    assert len(PROJECTS) <= service.tokens <= WORKERS * len(PROJECTS)
    assert found.complete
    assert len(PROJECTS) * NUMBERS == found.numbers == told[-1][1]
    assert timeless(in_one_place(found_at(audit))) == timeless(found)


def test_a_killed_worker_costs_no_number(service: Service, cluster: Client) -> None:
    """
    Killed in the middle of its parts, a worker takes nothing with it but its own time: others
    read those parts, and no number is counted twice.
    """
    # Parts come to a halt when their numbers are read and their addresses are asked for.
    service.steer(
        "POST",
        "/faults",
        {"kind": "slow", "path": "emergencyAddress", "seconds": 6.0, "times": 1e9},
    )
    before = pids(cluster)
    over = threading.Event()

    def kill() -> int:
        # More than two workers can have under way: each is in the middle of a part.
        while service.struck <= (WORKERS - 1) * 4 and not over.wait(0.05):
            pass
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        service.steer("DELETE", "/faults")
        return victim

    audit = DistributedAudit(PROJECTS, size=100, concurrency=4, emergency=True)
    with ThreadPoolExecutor(1) as killers:
        killing = killers.submit(kill)
        try:
            found = audit.run(cluster.get_executor())
        finally:
            over.set()
        victim = killing.result()

    assert service.struck > (WORKERS - 1) * 4
    assert victim not in pids(cluster)
    assert found.complete
    assert len(PROJECTS) * NUMBERS == found.numbers
    assert timeless(in_one_place(found_at(audit))) == timeless(found)
    # One more worker has come in the place of the one that was killed.
    assert service.tokens <= (WORKERS + 1) * len(PROJECTS) + len(PROJECTS)


def found_at(audit: DistributedAudit) -> Any:
    """Return the moment that an audit judged by."""
    return next(iter(audit._projects.values())).plan.basis.now


def test_the_page_about_clusters_shows_what_works(tmp_path: Path) -> None:
    """What the documentation shows of clusters runs as it stands, and prints what it says."""
    page = Path(__file__).parent.parent.parent / "docs" / "guides" / "dask.md"
    shown = re.search(
        r"^```python title=\"on_a_cluster.py\"\n(.*?)^```\n\n```text\n(.*?)^```",
        page.read_text(),
        re.MULTILINE | re.DOTALL,
    )
    assert shown
    (tmp_path / "on_a_cluster.py").write_text(shown[1])
    with ServedSandbox(numbers=3000) as served:
        done = subprocess.run(
            [sys.executable, "on_a_cluster.py"],
            env=os.environ | served.sandbox.environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert (0, shown[2]) == (done.returncode, done.stdout), done.stderr
