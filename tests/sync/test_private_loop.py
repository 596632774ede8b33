"""The event loop of sync calls: uvloop where it is installed, unless disabled."""

import asyncio
import logging
import sys
from importlib.metadata import version
from importlib.util import find_spec

import anyio
import pytest
from products import every

from sinch_numbers import InvalidArgumentError, NumbersClient, SyncNumbersClient
from sinch_numbers._core import portal, private_loop
from sinch_numbers.sandbox import Sandbox

KEY = {"project_id": "p", "key_id": "k", "key_secret": "s"}
ASYNCIO = ("asyncio", "sinch_numbers._core.private_loop")
# By the extras that are installed: those of the environment are tested.
FASTEST = (f"uvloop {version('uvloop')}", "uvloop") if find_spec("uvloop") else ASYNCIO
CASES: dict[str, tuple[str | None, bool, bool, tuple[str, str]]] = {
    "default": (None, True, False, FASTEST),
    "empty": ("", True, False, FASTEST),
    "enabled": ("1", True, False, FASTEST),
    "disabled": ("0", True, False, ASYNCIO),
    "not installed": (None, False, False, ASYNCIO),
    "enabled, but not installed": ("1", False, False, ASYNCIO),
    "patched by gevent": (None, True, True, ASYNCIO),
    "enabled, but patched by gevent": ("1", True, True, ASYNCIO),
}


@every(
    ("case", "setting", "installed", "patched", "expected"),
    [(name, *case) for name, case in CASES.items()],
)
def test_the_private_loop_is_uvloop_unless_disabled(
    caplog: pytest.LogCaptureFixture,
    case: str,
    setting: str | None,
    installed: bool,
    patched: bool,
    expected: tuple[str, str],
) -> None:
    """Where the extra `fast` is installed, and gevent has not patched it; the log names it."""
    caplog.set_level(logging.DEBUG, "sinch_numbers")
    caplog.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SINCH_UVLOOP", raising=False)
        if setting is not None:
            patch.setenv("SINCH_UVLOOP", setting)
        if not installed:
            patch.setitem(sys.modules, "uvloop", None)
        patch.setattr(private_loop, "is_patched", lambda: patched)
        process = portal._Process()
        loop = process.loop()
    try:
        used = type(loop._loop).__module__
        messages = [record.getMessage() for record in caplog.records]
        assert ([f"sync calls run on {expected[0]}"], True) == (
            messages,
            used.startswith(expected[1]),
        ), (case, used)
        assert process.loop() is loop
        assert messages == [record.getMessage() for record in caplog.records]
    finally:
        loop.stop([])


@every("setting", ["yes", "true", "off", "2", " 0", "00", "-1"])
def test_an_invalid_setting_is_rejected(setting: str) -> None:
    """By the constructor, by the name of the variable; async clients don't use it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SINCH_UVLOOP", setting)
        with pytest.raises(InvalidArgumentError) as error:
            SyncNumbersClient(**KEY)
        NumbersClient(**KEY)

    shown = f"SINCH_UVLOOP: expected 0 for asyncio's event loop, or 1, got '{setting}'"
    assert shown == str(error.value)


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
@pytest.mark.sandbox
def test_an_async_client_runs_on_the_loop_of_its_caller(loop: str) -> None:
    """Any implementation of asyncio's interface."""
    if loop == "uvloop" and FASTEST is ASYNCIO:
        loop = "asyncio"

    async def program() -> str:
        async with Sandbox(numbers=5, stock=0) as sandbox:
            urls = {"numbers_url": sandbox.url, "auth_url": sandbox.auth_url}
            async with NumbersClient("sandbox", "sandbox", "sandbox", **urls) as client:
                assert 5 == len([one async for one in client.active_numbers.list()])
        return type(asyncio.get_running_loop()).__module__

    used = anyio.run(program, backend_options={"use_uvloop": loop == "uvloop"})

    assert used.partition(".")[0] == loop
