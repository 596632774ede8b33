"""A reply without end costs a bounded amount of memory, and ends in an error soon."""

import socket
import threading

import pytest
from malformed import ENDLESS_REPLIES, MIB

# Each case reads a GiB in a process of its own.
pytestmark = pytest.mark.slow

NUMBER_JSON = b'{"phoneNumber":"+12025550134"}'


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
        *((name, "compiled") for name in ENDLESS_REPLIES),
        *((n, "pure Python") for n in ("plain", "a bomb")),
    ],
)
def test_a_gib_is_not_taken(script, name, parser):
    """
    At most 32 MiB more, a typed error for two seconds of CPU, and the connection is cut.
    """
    reply, error = ENDLESS_REPLIES[name]
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
