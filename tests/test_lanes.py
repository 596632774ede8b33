"""The fast and slow lanes select the documented tests."""

import socket
import sys

import pytest

# On Windows, event loops need loopback sockets, so that none can be rejected.
if sys.platform != "win32":

    @pytest.mark.parametrize("step", ["bind", "connect"])
    def test_a_unit_test_gets_no_socket(step: str) -> None:
        """A test without a marker that listens or connects fails; the error names the marker."""
        with socket.socket() as opened, pytest.raises(RuntimeError, match="mark it `sandbox`"):
            getattr(opened, step)(("127.0.0.1", 0))

    @pytest.mark.sandbox
    def test_a_sandbox_test_gets_sockets() -> None:
        """A test that is marked may listen."""
        with socket.socket() as opened:
            opened.bind(("127.0.0.1", 0))
            assert opened.getsockname()[1] > 0
