"""
A process that uses a store: reads one call per line of stdin, and prints its result, in JSON.

Runs as ``python journal_process.py WHERE TIMEOUT``. `Process` starts it from a test.
"""

import asyncio
import ctypes
import json
import multiprocessing
import os
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

sys.path.append(str(Path(__file__).parent))

from journal_entries import LEASE, ORIGIN, PROJECT, new_entry

from sinch_numbers._core.billing.journal import JournalEntry, OperationState
from sinch_numbers.errors import StoreError
from sinch_numbers.store import PostgresStore, SQLiteStore, _operations
from sinch_numbers.store._operations import OPERATIONS


class Process:
    """The process, as the test that started it sees it."""

    def __init__(self, where: object, timeout: float = 5.0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(where), str(timeout)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def call(self, do: str, /, **arguments: Any) -> Any:
        """Run one call, and return its result; a `StoreError` is a dict with its message."""
        self.send(do, **arguments)
        return self.receive()

    def send(self, do: str, /, **arguments: Any) -> None:
        self._process.stdin.write(json.dumps([do, arguments]) + "\n")
        self._process.stdin.flush()

    def receive(self) -> Any:
        line = self._process.stdout.readline()
        assert line, "the process has ended"
        return json.loads(line)

    def suspend(self) -> None:
        self._process.send_signal(signal.SIGSTOP)
        self.wait_until_suspended()

    def wait_until_suspended(self) -> None:
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


class Calls:
    """The calls of the process."""

    def __init__(self, where: str, timeout: float) -> None:
        kind = PostgresStore if where.startswith("postgresql:") else SQLiteStore
        self._store = kind(where, timeout=timeout)

    async def claim(self, subject: str, lease: float = LEASE) -> Any:
        return shown(await self._store.claim(new_entry(subject), lease))

    async def claim_each(self, subjects: list[str]) -> list[str]:
        """Claim all subjects; return those that were free."""
        answers = [await self._store.claim(new_entry(one), LEASE) for one in subjects]
        return [one.subject for one in answers if isinstance(one, JournalEntry)]

    async def mark_sent(self, entry: str, lease: float = LEASE, epoch: int = 0) -> Any:
        given = new_entry(id=entry, epoch=epoch)
        return shown(await self._store.mark_sent(given, lease))

    async def finish(self, entry: str, state: str, owns: str | None = None) -> Any:
        kept = attrs.evolve(await self._store.get(entry), epoch=0)
        return shown(await self._store.finish(kept, OperationState(state), owns=owns))

    async def take_over(self, entry: str, lease: float = LEASE) -> Any:
        kept = await self._store.get(entry)
        return shown(await self._store.take_over(kept, lease))

    async def get(self, entry: str) -> Any:
        return shown(await self._store.get(entry))

    async def owned(self) -> Any:
        return dict(await self._store.owned(ORIGIN, PROJECT))

    async def close(self) -> None:
        await self._store.close()

    async def read_file(self, path: str) -> None:
        Path(path).read_bytes()

    async def suspend_in_transaction(self, subject: str) -> str:
        """Stop this process after it has claimed *subject*, before it commits."""

        def script(session: Any) -> Any:
            yield from _operations.claim(session, new_entry(subject), LEASE)
            signal.raise_signal(signal.SIGSTOP)  # this thread stops first
            return "resumed"

        return await self._store._database.run(OPERATIONS, script)

    async def limit_files(self, size: int) -> None:
        """Let no file grow beyond *size* bytes."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    async def drop_privileges(self) -> None:
        """Become another user, whom permissions apply to, and who may not read modules."""
        if os.geteuid() == 0:
            with tempfile.TemporaryDirectory() as directory:
                warm = Calls(f"{directory}/numbers.db", 5)
                await warm.claim("a")  # imports the rest
                await warm.close()
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)

    async def in_forked_child(self, hooks: bool, do: str, **arguments: Any) -> Any:
        """Run a call in a forked child, or in one that was forked without Python's hooks."""
        read, write = os.pipe()
        pid = os.fork() if hooks else ctypes.PyDLL(None).fork()
        if pid == 0:
            code = 1
            try:
                # Coroutines of a new loop: the parent's loop must not run in the child.
                asyncio.events._set_running_loop(None)
                answer = asyncio.run(answered(getattr(self, do), arguments))
                os.write(write, json.dumps(answer).encode())
                code = 0
            finally:
                os._exit(code)
        os.close(write)
        with os.fdopen(read) as answers:
            answer = json.loads(answers.read())
        assert 0 == os.waitpid(pid, 0)[1]
        return answer

    async def keep_forked_child(self) -> None:
        """Fork a child that opens the store, and reads calls from now on; the parent waits."""
        opened, read = os.pipe(), os.pipe()
        if os.fork() == 0:
            asyncio.events._set_running_loop(None)
            asyncio.run(self._store.entries())
            os.write(opened[1], b"x")
            os.read(read[0], 1)
            answer = asyncio.run(answered(self.claim, {"subject": "by the child"}))
            os.write(opened[1], json.dumps(answer).encode())
            os._exit(0)
        os.read(opened[0], 1)
        self._child = opened[0], read[1]

    async def claim_by_child(self) -> Any:
        answers, go = self._child
        os.write(go, b"x")
        return json.loads(os.read(answers, 10_000))

    async def in_spawned_child(self, do: str, **arguments: Any) -> Any:
        """Run a call in a spawned child, which gets the store by pickling."""
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            return await asyncio.to_thread(
                pool.apply, run_pickled, (pickle.dumps(self._store), do, arguments)
            )


def run_pickled(store: bytes, do: str, arguments: dict[str, Any]) -> Any:
    calls = Calls.__new__(Calls)
    calls._store = pickle.loads(store)
    return asyncio.run(answered(getattr(calls, do), arguments))


def shown(answer: Any) -> Any:
    if answer is None:
        return None
    fields = attrs.asdict(answer)
    return {name: value for name, value in fields.items() if isinstance(value, str | int)}


async def answered(call: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    try:
        return await call(**arguments)
    except StoreError as error:
        return {"error": error.message}


async def main(where: str, timeout: str) -> None:
    calls = Calls(where, float(timeout))
    while line := await asyncio.to_thread(sys.stdin.readline):
        do, arguments = json.loads(line)
        print(json.dumps(await answered(getattr(calls, do), arguments)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
