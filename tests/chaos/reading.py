"""
An inventory that is read under faults, an expiring token, and ``kill -9``, and then compared.

The sandbox, the reader, and this program are three processes. The reader writes numbers to a file
and saves a checkpoint from time to time; when it is killed and started again, it truncates the
file to the position of the checkpoint and goes on::

    python tests/chaos/reading.py --numbers 1000000
"""

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from results import Result

from sinch_numbers import Backoff, NumbersClient
from sinch_numbers.inventory import Checkpoint, Inventory
from sinch_numbers.sandbox import Sandbox

MEMORY = 150.0
"""Maximum MiB of memory of a reader."""
FAULTS = {"500": 0.02, "truncated": 0.01, "drop": 0.01, "garbage": 0.01}
"""The share of the pages with each fault."""


def killed(numbers: int, seed: int, *, kills: int = 3, page_size: int = 1000) -> Result:
    """Read *numbers* numbers, and kill the reader *kills* times."""
    result = Result(f"inventory/{numbers:,}", seed)
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, _serving(Path(folder), numbers, seed) as where:
        found, saved, truth = (Path(folder, name) for name in ("found", "saved", "truth"))
        peaks: list[float] = []
        for nth in range(kills):
            reader = _reader(where, found, saved, page_size)
            # Each time it gets further.
            share = (nth + dice.uniform(0.3, 0.9)) / (kills + 1)
            _wait_until(reader, found, int(share * truth.stat().st_size))
            _steer(where, "tokens", {"action": "expire"})
            _wait_until(reader, found, int((share + 0.02) * truth.stat().st_size))
            peaks.append(_peak(reader.pid))
            reader.send_signal(signal.SIGKILL)
            reader.communicate()
        end = json.loads(_reader(where, found, saved, page_size).communicate(timeout=600)[0])
        service = _steer(where, "")
        held, read = truth.read_text().split(), found.read_text().split()
    result.note(
        numbers=len(held),
        missing=len(set(held) - set(read)),
        invented=len(set(read) - set(held)),
        duplicated=len(read) - len(set(read)),
        kills=kills,
        requests=service["calls"],
        faults=len(service["applied"]),
        peak_mib=round(max(*peaks, end["peak"])),
        completeness=end["completeness"].partition(":")[0],
    )
    figures = result.figures
    result.hold("every number is found", not figures["missing"])
    result.hold("no number is made up", not figures["invented"])
    result.hold("no number is found twice", not figures["duplicated"])
    result.hold("the completeness is complete", figures["completeness"] == "complete")
    missing = sorted(FAULTS.keys() - set(service["applied"]))
    result.hold(f"every kind of fault struck, but {missing}", not missing)
    result.hold(f"at most {MEMORY:.0f} MiB", figures["peak_mib"] <= MEMORY)
    return result.done()


def _wait_until(reader: "subprocess.Popen[str]", file: Path, size: int) -> None:
    while not file.exists() or file.stat().st_size < size:
        if reader.poll() is not None:
            raise RuntimeError("the reader came to its end before it was killed")
        time.sleep(0.002)


def _steer(where: dict[str, str], what: str, command: object = None) -> Any:
    """Call a control route of the sandbox."""
    body = None if command is None else json.dumps(command).encode()
    url = f"{where['SINCH_NUMBERS_URL']}/_sandbox{what and f'/{what}'}"
    with urllib.request.urlopen(urllib.request.Request(url, body), timeout=60) as reply:
        return json.load(reply)


@contextmanager
def _serving(folder: Path, numbers: int, seed: int) -> Iterator[dict[str, str]]:
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(folder), str(numbers), str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        yield json.loads(server.stdout.readline())
    finally:
        server.stdin.close()
        server.wait(30)
        server.stdout.close()


async def _serve(folder: Path, numbers: int, seed: int) -> None:
    async with Sandbox(numbers=numbers, stock=0, seed=seed) as sandbox:
        Path(folder, "truth").write_text("\n".join(sandbox.project().active))
        for kind in FAULTS:  # each at least once
            sandbox.faults.add(kind, path="activeNumbers")
        for kind, share in FAULTS.items():
            sandbox.faults.add(
                kind, path="activeNumbers", probability=share, seed=seed, times=10**9
            )
        print(json.dumps(sandbox.environment), flush=True)
        await asyncio.to_thread(sys.stdin.read)


def _reader(
    where: dict[str, str], found: Path, saved: Path, page_size: int
) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, __file__, "--read", str(found), str(saved), str(page_size)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | where,
    )


async def _read(found: Path, saved: Path, page_size: int) -> None:
    """Read on from the checkpoint, which is saved with the length of the file."""
    checkpoint, length = None, 0
    if saved.exists():
        first, _, text = saved.read_text().partition("\n")
        checkpoint, length = Checkpoint.loads(text), int(first)
    with found.open("a") as file:
        file.truncate(length)
        quick = Backoff(first=0.01, throttled=0.05, longest=0.2)
        async with NumbersClient(backoff=quick, retries=6) as client:
            numbers = Inventory(client, page_size=page_size, checkpoint=checkpoint)
            written = time.monotonic()
            async for page in numbers.pages():
                file.writelines(f"{number.phone_number}\n" for number in page.items)
                if time.monotonic() - written > 0.1 and numbers.checkpoint is not None:
                    file.flush()
                    beside = saved.with_suffix(".new")
                    beside.write_text(f"{file.tell()}\n{numbers.checkpoint.dumps()}")
                    beside.replace(saved)
                    written = time.monotonic()
    completeness = numbers.completeness.explanation if numbers.ended else "none"
    print(json.dumps({"peak": _peak(os.getpid()), "completeness": completeness}))


def _peak(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel does not report it")


def main() -> int:
    """Run from the command line, as one of the three processes."""
    match sys.argv[1:]:
        case ["--serve", folder, numbers, seed]:
            asyncio.run(_serve(Path(folder), int(numbers), int(seed)))
            return 0
        case ["--read", found, saved, page_size]:
            asyncio.run(_read(Path(found), Path(saved), int(page_size)))
            return 0
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--numbers", type=int, default=1_000_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    given = parser.parse_args()
    return int(any(killed(given.numbers, seed).breaches for seed in given.seeds))


if __name__ == "__main__":
    sys.exit(main())
