"""A reply without end costs a bounded amount of memory, and ends in an error soon."""

import socket
import struct
import threading
import zlib
from functools import cache

import pytest

MIB = 1024 * 1024
GIB = 1024 * MIB
CAP = 8 * MIB
NUMBER_JSON = b'{"phoneNumber":"+12025550134"}'


@cache
def _gzip_of_a_gib():
    """Return 1 GiB of JSON, packed: the same packed mebibyte over and over."""
    head, text, tail = b'{"phoneNumber":"+12025550199","new":"', b"a" * MIB, b'"}'
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(tail) + packer.flush()
    crc = zlib.crc32(head)
    for _ in range(GIB // MIB):
        crc = zlib.crc32(text, crc)
    size = (len(head) + GIB + len(tail)) & 0xFFFFFFFF
    trailer = struct.pack("<II", zlib.crc32(tail, crc), size)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + first + block * (GIB // MIB) + last + trailer


@cache
def _gzip_in_members():
    """Return 1 GiB, packed as a thousand files in a row, which gzip allows."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return (packer.compress(b" " * MIB) + packer.flush()) * (GIB // MIB)


def _plain(status, first=""):
    head = f"HTTP/1.1 {status}\r\nContent-Length: {GIB}\r\n\r\n"
    yield f'{head}{{"phoneNumber":"+12025550199","new":"{first}'.encode()
    for _ in range(GIB // MIB):
        yield b"a" * MIB


def _chunked():
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    for _ in range(GIB // MIB):
        yield b"100000\r\n" + b"[" * MIB + b"\r\n"


def _line():
    yield b"HTTP/1.1 200 OK\r\nX-Odd: "
    for _ in range(GIB // MIB):
        yield b"a" * MIB


def _packed(status, body):
    head = f"HTTP/1.1 {status}\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    yield head.encode() + body


REPLIES = {
    "plain": (lambda: _plain("200 OK"), "APIResponseError"),
    "in chunks": (_chunked, "APIResponseError"),
    "a bomb": (lambda: _packed("200 OK", _gzip_of_a_gib()), "APIResponseError"),
    "a bomb in members": (lambda: _packed("200 OK", _gzip_in_members()), "APIResponseError"),
    "a refusal": (lambda: _plain("404 Gone"), "NotFoundError"),
    "a refusal that Python stores in four times the space": (
        lambda: _plain("409 Conflict", first="\U0001f4de"),
        "ConflictError",
    ),
    "a refusal that is a bomb": (
        lambda: _packed("500 Oops", _gzip_of_a_gib()),
        "InternalServerError",
    ),
    "a header": (_line, "APIReplyLostError"),
    "a token": (lambda: _plain("200 OK"), "AuthUnavailableError"),
    "a token that is a bomb": (
        lambda: _packed("200 OK", _gzip_of_a_gib()),
        "AuthUnavailableError",
    ),
}


class Server:
    """Answers the first request well and all others by *reply*, in threads of its own."""

    def __init__(self, reply):
        self._reply = reply
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.sent = 0
        self.cut = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def close(self):
        self._listener.close()

    def _run(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            while request := connection.recv(65536):
                if b"0134" in request.split(b"\r\n")[0]:
                    size = len(NUMBER_JSON)
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (size, NUMBER_JSON)
                    )
                    continue
                try:
                    for piece in self._reply():
                        connection.sendall(piece)
                        self.sent += len(piece)
                    # The end of the reply, or of the connection: whichever the client makes.
                    if not connection.recv(1):
                        self.cut.set()
                except OSError:
                    self.cut.set()
                return


@pytest.mark.parametrize(
    ("name", "parser"),
    [
        *((name, "compiled") for name in REPLIES),
        *((n, "pure Python") for n in ("plain", "a bomb")),
    ],
)
def test_a_gib_is_not_taken(script, name, parser):
    """
    At most 32 MiB more, a typed error for two seconds of CPU, and the connection is cut.
    """
    reply, error = REPLIES[name]
    server = Server(reply)
    try:
        env = {"AIOHTTP_NO_EXTENSIONS": "1"} if parser == "pure Python" else {}
        told = script("swallow", server.url, "token" if "token" in name else "number", env=env)
        assert server.cut.wait(60)
    finally:
        server.close()

    print(f"{name}, {parser}: {told}, {server.sent / MIB:.1f} MiB sent")
    assert error == told["error"]
    assert told["extra_mib"] <= 32
    assert told["seconds"] <= 2
    assert server.sent <= 64 * MIB
