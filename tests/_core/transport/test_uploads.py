"""Uploads: documents are streamed, complete or not at all, also from unseekable files."""

import asyncio
import gc
import io
import os
import threading
import tracemalloc
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from tcp_server import serving

from sinch_numbers import (
    APIConnectionError,
    APIReplyLostError,
    APITimeoutError,
    ContentTooLargeError,
    Document,
    NumbersClient,
    Request,
    Secret,
    Token,
    UploadError,
)
from sinch_numbers._client.bodies.multipart import Multipart
from sinch_numbers._core.transport.aiohttp import AiohttpTransport

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

MIB = 1024 * 1024
YES = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Wire:
    """A server that counts what arrives, and answers by a function of what it has read."""

    def __init__(self) -> None:
        self.heads: list[bytes] = []
        self.bodies: list[int] = []
        self.arrived = asyncio.Event()
        self.breaks = asyncio.Event()
        self.reads = True
        self.early = b""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                self.bodies.append(0)
                self.arrived.set()
                if self.early:
                    writer.write(self.early)
                    await writer.drain()
                if not self.reads:
                    await self.breaks.wait()
                    return
                lines = head.lower().split(b"\r\n")
                length = next(
                    (int(x.split(b":")[1]) for x in lines if x.startswith(b"content-length")), None
                )
                await (self._chunks(reader) if length is None else self._plain(reader, length))
                if not self.early:
                    writer.write(YES)
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass

    async def _plain(self, reader: asyncio.StreamReader, length: int) -> None:
        while self.bodies[-1] < length:
            piece = await reader.read(min(65536, length - self.bodies[-1]))
            if not piece:
                raise asyncio.IncompleteReadError(b"", length)
            self.bodies[-1] += len(piece)

    async def _chunks(self, reader: asyncio.StreamReader) -> None:
        while size := int(await reader.readuntil(b"\r\n"), 16):
            self.bodies[-1] += len((await reader.readexactly(size + 2))[:-2])
        await reader.readexactly(2)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    async with serving(wire.handle) as port:
        wire.url = f"http://127.0.0.1:{port}"
        yield wire


class Tokens:
    """Gives tokens, and lets each be replaced."""

    def __init__(self) -> None:
        self.given = 0

    async def get(self) -> Token:
        self.given += 1
        return Token(Secret(f"Bearer t0ken-{self.given}"), 3600)

    def invalidate(self, token: Token) -> bool:
        return True

    async def close(self) -> None: ...


@pytest.fixture
async def client(wire: Wire) -> AsyncIterator[NumbersClient]:
    async with NumbersClient(
        "p", numbers_url=wire.url, tokens=Tokens(), timeout=20.0, retries=0
    ) as client:
        yield client


@pytest.fixture
def sparse(tmp_path: Path) -> Callable[[int], Path]:
    def make(size: int) -> Path:
        path = tmp_path / "deed.pdf"
        with path.open("wb") as file:
            file.truncate(size)
        return path

    return make


def upload(client: NumbersClient, document: object) -> "asyncio.Future[None]":
    return client.number_orders.upload_attachment("01k", "01a", document)


async def test_a_large_file_is_never_in_memory(
    client: NumbersClient, wire: Wire, sparse: Callable[[int], Path]
) -> None:
    """Forty mebibytes go out with a few at hand."""
    path = sparse(40 * MIB)
    await upload(client, Document(b"warm", filename="x"))
    gc.collect()
    tracemalloc.start()
    try:
        await upload(client, path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert wire.bodies[-1] > 40 * MIB
    assert f"content-length: {wire.bodies[-1]}\r\n".encode() in wire.heads[-1].lower()
    assert peak < 8 * MIB


async def test_what_has_no_length_goes_in_chunks(client: NumbersClient, wire: Wire) -> None:
    """A pipe shows its end only when it is there."""
    reader, writer = os.pipe()
    thread = threading.Thread(target=lambda: (os.write(writer, b"x" * 5000), os.close(writer)))
    thread.start()
    with os.fdopen(reader, "rb") as file:
        await upload(client, Document(file, filename="x"))
    thread.join()

    assert b"transfer-encoding: chunked" in wire.heads[-1].lower()
    assert wire.bodies[-1] > 5000


async def test_names_cannot_break_out_of_their_header(client: NumbersClient, wire: Wire) -> None:
    """Quotes are escaped; letters of all scripts go as they are."""
    body = Multipart(Document(b"x", filename='a"; b="ü.pdf'), {"documentType": "Bill"})
    async with body.opened() as stream:
        sent = b"".join([piece async for piece in stream.pieces])

    assert 'name="file"; filename="a%22; b=%22ü.pdf"\r\n'.encode() in sent
    assert b'name="documentType"\r\n\r\nBill\r\n' in sent
    assert len(sent) == stream.length


async def test_a_slow_service_is_given_up_on(
    client: NumbersClient, wire: Wire, sparse: Callable[[int], Path]
) -> None:
    """The attempt's time includes the sending; what left may have arrived."""
    wire.reads = False

    with pytest.raises(APITimeoutError) as caught:
        await upload(client.with_options(timeout=0.2), sparse(64 * MIB))

    assert caught.value.maybe_applied


@pytest.mark.parametrize("change", ["grow", "shrink"])
async def test_a_file_that_changes_on_its_way(
    client: NumbersClient, wire: Wire, sparse: Callable[[int], Path], change: str
) -> None:
    """It is an error of its own, and what arrived was not whole."""
    path = sparse(30 * MIB)
    wire.arrived.clear()
    body = Multipart(Document(path), {})
    async with body.opened() as stream:
        os.truncate(path, (31 if change == "grow" else 29) * MIB)
        with pytest.raises(UploadError, match="changed while it was sent"):
            async for _ in stream.pieces:
                pass


class Broken(io.RawIOBase):
    """A file on a disk that fails in the middle."""

    def __init__(self) -> None:
        self.left = 3

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        if not len(buffer):
            return 0
        self.left -= 1
        if not self.left:
            raise OSError(5, "Input/output error")
        return len(buffer)


async def test_a_disk_that_fails_in_the_middle(client: NumbersClient, wire: Wire) -> None:
    """The error says so; it holds on to neither token nor request, and nothing was stored."""
    with pytest.raises(UploadError, match="Input/output error") as caught:
        await upload(client, Document(Broken(), filename="x"))

    assert not caught.value.maybe_applied
    assert caught.value.__cause__ is None
    assert "t0ken" not in repr(vars(caught.value))
    assert 1 == len(wire.heads)


async def test_nobody_at_the_other_end(wire: Wire) -> None:
    """A body that was not begun is not spent: it can go again."""
    body = Multipart(Document(Broken(), filename="x"), {})
    transport = AiohttpTransport(connect_timeout=1.0)
    request = Request(
        "POST", "http://127.0.0.1:1/", {}, authorization=Secret("Bearer t"), body=body, timeout=2.0
    )

    with pytest.raises(APIConnectionError):
        await transport.exchange(request)
    await transport.close()

    assert (False, False) == (request.sent, body.spent)


async def test_a_refusal_before_the_end_is_heard(
    client: NumbersClient, wire: Wire, sparse: Callable[[int], Path]
) -> None:
    """A service may say that it is too much long before all of it has arrived."""
    wire.early = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"

    with pytest.raises(ContentTooLargeError):
        await upload(client, sparse(30 * MIB))


async def test_a_connection_that_breaks_leaves_doubt(
    client: NumbersClient, wire: Wire, sparse: Callable[[int], Path]
) -> None:
    """Nobody knows how much of it was taken in."""
    wire.reads = False
    sending = asyncio.ensure_future(upload(client, sparse(64 * MIB)))
    await wire.arrived.wait()
    wire.breaks.set()

    with pytest.raises(APIReplyLostError) as caught:
        await sending
    assert type(caught.value) is APIReplyLostError, "not only late"


async def test_a_cancelled_upload_leaves_no_file_open(
    client: NumbersClient, wire: Wire, sparse: Callable[[int], Path]
) -> None:
    """Whoever stops waiting gets everything closed."""
    path = sparse(64 * MIB)
    wire.reads = False
    sending = asyncio.ensure_future(upload(client, path))
    await wire.arrived.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending

    held = [fd.resolve() for fd in Path("/proc/self/fd").iterdir()]
    assert path not in held


@pytest.mark.parametrize(("rewinds", "requests"), [(True, 2), (False, 1)])
async def test_a_refused_token_is_replaced_where_the_body_can_go_again(
    client: NumbersClient, wire: Wire, rewinds: bool, requests: int
) -> None:
    """Otherwise the refusal is told."""
    wire.early = b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"
    raw = io.BytesIO(b"x" * 100)
    raw.seekable = lambda: rewinds
    file = Document(raw, filename="x")

    with pytest.raises(Exception, match="401"):
        await upload(client, file)

    assert requests == len(wire.heads)


async def test_no_error_of_an_upload_shows_the_token(client: NumbersClient, wire: Wire) -> None:
    """Not in the frames of its traceback either, wherever it went wrong."""
    with pytest.raises(UploadError) as caught:
        await upload(client, Document(Broken(), filename="x"))

    shown, error = [], caught.value
    while error is not None:
        trace = error.__traceback__
        while trace is not None:
            if "sinch_numbers" in trace.tb_frame.f_code.co_filename:
                shown += [repr(value) for value in trace.tb_frame.f_locals.values()]
            trace = trace.tb_next
        error = error.__cause__ or error.__context__
    assert "t0ken" not in " ".join(shown)
