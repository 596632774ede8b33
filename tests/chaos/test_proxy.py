"""Each toxic disturbs the connection as described, and the client's reports stay true."""

import asyncio
import contextlib
import time
from urllib.parse import urlsplit

import pytest
from proxy import TOXICS, FaultProxy
from tcp_server import serving

from sinch_numbers import (
    APIConnectionError,
    APIReplyLostError,
    APITimeoutError,
    Backoff,
    NumbersClient,
    OutcomeUnknownError,
    SinchNumbersError,
)
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

QUICK = Backoff(first=0.001, throttled=0.001, longest=0.01)
DEADLINE = 1.0
GUARD = 30.0  # seconds after which a test counts as hung
TIMEOUT = 0.25
SETTLE = 0.6  # longer than any toxic here delays a request that was given up


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send everything back, and close the connection on ``bye``."""
    with contextlib.suppress(OSError):
        while (chunk := await reader.read(65536)) and chunk != b"bye":
            writer.write(chunk)
            await writer.drain()


@pytest.fixture
async def line():
    """Open a proxy to an echo server, and yield a function that connects to it."""
    opened = []
    async with serving(echo) as port, FaultProxy("127.0.0.1", port) as proxy:

        async def connect():
            pair = await asyncio.open_connection("127.0.0.1", proxy.port)
            opened.append(pair[1])
            return pair

        yield proxy, connect
        for writer in opened:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def timed(awaitable):
    """Return the result, and the seconds until it was there."""
    started = time.monotonic()
    try:
        got = await asyncio.wait_for(awaitable, GUARD)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        got = error
    return got, time.monotonic() - started


async def test_nothing_is_lost_without_a_toxic(line) -> None:
    """A megabyte comes back unchanged."""
    _, connect = line
    reader, writer = await connect()
    sent = bytes(range(256)) * 4096

    writer.write(sent)

    assert sent == await reader.readexactly(len(sent))


async def test_latency_delays(line) -> None:
    """A chunk arrives complete, after its delay."""
    proxy, connect = line
    proxy.add("latency", seconds=0.1, jitter=0.02)
    reader, writer = await connect()

    writer.write(b"hello")
    got, took = await timed(reader.readexactly(5))

    assert b"hello" == got
    assert took >= 0.08


async def test_down_cuts_and_refuses(line) -> None:
    """Open and new connections end; after the toxic is removed, new ones work."""
    proxy, connect = line
    reader, writer = await connect()
    writer.write(b"x")
    await reader.readexactly(1)

    toxic = proxy.add("down")
    old, _ = await timed(reader.read())
    reader, _ = await connect()
    new, _ = await timed(reader.read())
    proxy.remove(toxic)
    reader, writer = await connect()
    writer.write(b"again")

    assert isinstance(old, ConnectionResetError)
    assert isinstance(new, ConnectionResetError)
    assert b"again" == await reader.readexactly(5)


async def test_bandwidth_limits(line) -> None:
    """Two kilobytes at ten per second take at least a fifth of a second."""
    proxy, connect = line
    proxy.add("bandwidth", rate=10_000)
    reader, writer = await connect()

    writer.write(b"x" * 2000)
    got, took = await timed(reader.readexactly(2000))

    assert 2000 == len(got)
    assert took >= 0.19


async def test_slow_close_delays_the_end(line) -> None:
    """The end of the connection is delayed; bytes are not."""
    proxy, connect = line
    toxic = proxy.add("slow_close", seconds=3600.0)
    reader, writer = await connect()
    writer.write(b"hi")
    passed, _ = await timed(reader.readexactly(2))
    proxy.remove(toxic)
    proxy.add("slow_close", seconds=0.15)
    writer.write(b"bye")
    rest, took = await timed(reader.read())

    assert (b"hi", b"") == (passed, rest)
    assert took >= 0.15


async def test_timeout_lets_nothing_pass(line) -> None:
    """No bytes arrive, then the end; with 0 seconds, no bytes until the toxic is removed."""
    proxy, connect = line
    toxic = proxy.add("timeout", seconds=0.1)
    reader, writer = await connect()
    writer.write(b"hello")
    got, took = await timed(reader.read())
    proxy.remove(toxic)
    toxic = proxy.add("timeout")
    reader, writer = await connect()
    writer.write(b"hello")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.readexactly(5), 0.1)
    proxy.remove(toxic)
    writer.write(b"again")

    assert b"" == got
    assert took >= 0.1
    assert b"again" == await reader.readexactly(5)


async def test_reset_peer_resets(line) -> None:
    """The connection ends by RST, not by an end of the stream."""
    proxy, connect = line
    proxy.add("reset_peer", seconds=0.05)
    reader, writer = await connect()

    writer.write(b"hello")
    got, took = await timed(reader.read())

    assert isinstance(got, ConnectionResetError)
    assert took >= 0.05


async def test_slicer_slices(line) -> None:
    """Everything arrives, in small pieces."""
    proxy, connect = line
    proxy.add("slicer", size=10, variation=5, seconds=0.002)
    reader, writer = await connect()
    pieces = []

    writer.write(b"x" * 300)
    while sum(map(len, pieces)) < 300:
        pieces.append(await reader.read(65536))

    assert b"x" * 300 == b"".join(pieces)
    assert len(pieces) >= 15


async def test_limit_data_closes_after_so_many_bytes(line) -> None:
    """Only the first hundred bytes arrive."""
    proxy, connect = line
    proxy.add("limit_data", size=100)
    reader, writer = await connect()

    writer.write(b"x" * 300)
    got, _ = await timed(reader.read())

    assert b"x" * 100 == got


async def test_a_share_of_the_connections_is_hit(line) -> None:
    """About half of the connections, the same ones for the same seed, in one direction."""
    proxy, connect = line
    proxy.add("limit_data", size=2, share=0.5, upstream=True)
    cut = 0

    for _ in range(40):
        reader, writer = await connect()
        writer.write(b"hello")
        got, _ = await timed(reader.read(5))
        cut += got != b"hello"

    assert 10 <= cut <= 30


# Effects on a client.

LINES = {
    "latency": ({"seconds": 0.02, "jitter": 0.02}, None),
    "latency, too much": ({"seconds": 0.45}, APITimeoutError),
    "down": ({}, (APIConnectionError, APIReplyLostError)),
    "bandwidth": ({"rate": 20_000.0}, None),
    "bandwidth, hardly any": ({"rate": 600.0}, APITimeoutError),
    "slow_close": ({"seconds": 0.1}, None),
    "timeout": ({}, APITimeoutError),
    "timeout, then closed": ({"seconds": 0.05}, APIReplyLostError),
    "reset_peer": ({}, APIReplyLostError),
    "slicer": ({"size": 20, "variation": 10, "seconds": 0.001}, None),
    "limit_data": ({"size": 150}, APIReplyLostError),
    "limit_data, not a byte": ({"size": 0}, APIReplyLostError),
}


@pytest.fixture
async def afar(sandbox: Sandbox):
    """Open a client whose calls to the API go through a proxy."""
    parts = urlsplit(sandbox.url)
    async with (
        FaultProxy(parts.hostname, parts.port, seed=11) as proxy,
        NumbersClient(
            "sandbox",
            "sandbox",
            "sandbox",
            numbers_url=proxy.url,
            auth_url=sandbox.auth_url,
            timeout=TIMEOUT,
            deadline=DEADLINE,
            settle_timeout=SETTLE,
            backoff=QUICK,
            sole_renter=True,
        ) as client,
    ):
        yield client, proxy


def test_every_toxic_meets_the_client() -> None:
    """Each kind of toxic is tested below."""
    assert set(TOXICS) == {name.partition(",")[0] for name in LINES}


@pytest.mark.parametrize("upstream", [False, True], ids=["downstream", "upstream"])
@pytest.mark.parametrize("name", LINES)
async def test_a_read_ends_in_time(afar, sandbox: Sandbox, name: str, upstream: bool) -> None:
    """With what is there, or with the error that says what went wrong."""
    client, proxy = afar
    held = sandbox.project().add_active().phone_number
    settings, expected = LINES[name]
    if expected is not APITimeoutError:
        client = client.with_options(timeout=GUARD, deadline=GUARD)
    proxy.add(name.partition(",")[0], upstream=upstream, **settings)
    started = time.monotonic()

    try:
        async with asyncio.timeout(GUARD):
            end = (await client.active_numbers.get(held)).phone_number
    except SinchNumbersError as error:
        end = error

    print(f"{name}: {end!r} after {time.monotonic() - started:.2f} s")
    if expected is None:
        assert held == end
    else:
        assert isinstance(end, expected), end


@pytest.mark.parametrize("upstream", [False, True], ids=["downstream", "upstream"])
@pytest.mark.parametrize("name", LINES)
async def test_a_rent_is_never_lied_about(
    afar, sandbox: Sandbox, name: str, upstream: bool
) -> None:
    """
    Rented is billed once, failed is not billed, unknown may be either: and once the line is
    good again, unknown is settled by the truth.
    """
    client, proxy = afar
    numbers = [sandbox.project().add_available().phone_number for _ in range(6)]
    settings, _ = LINES[name]
    toxic = proxy.add(name.partition(",")[0], upstream=upstream, share=0.7, **settings)

    ends = await asyncio.gather(
        *(client.available_numbers.rent(number) for number in numbers), return_exceptions=True
    )
    proxy.remove(toxic)
    await asyncio.sleep(0.05)
    ends = [
        await client.reconcile(end) if isinstance(end, OutcomeUnknownError) else end
        for end in ends
    ]

    billed = [entry.phone_number for entry in sandbox.ledger]
    reported = [
        number
        for number, end in zip(numbers, ends, strict=True)
        if end is not None and not isinstance(end, SinchNumbersError)
    ]
    print(f"{name}: {len(billed)} of {len(numbers)} billed")
    assert sorted(reported) == sorted(billed)
    assert () == client.unresolved
