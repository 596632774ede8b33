"""SINCH_LOG writes the log to stderr; without it, logging is unchanged."""

import io
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from products import every

from sinch_numbers._core.logging import StderrHandler, log_to_stderr, logger


@pytest.fixture(autouse=True)
def unchanged() -> Iterator[None]:
    """Restore level and handlers."""
    level, handlers = logger.level, [*logger.handlers]
    yield
    logger.setLevel(level)
    logger.handlers = handlers


def replaced_stderr(monkeypatch: pytest.MonkeyPatch, stream: Any) -> Any:
    """Replace stderr, and the handlers of the root logger, which pytest adds before each test."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


def ours() -> list[logging.Handler]:
    return [handler for handler in logger.handlers if isinstance(handler, StderrHandler)]


@every(("value", "level"), [
    ("debug", logging.DEBUG),
    ("info", logging.INFO),
    ("warning", logging.WARNING),
    ("error", logging.ERROR),
    ("DEBUG", logging.DEBUG),
    (" Info\n", logging.INFO),
])  # fmt: skip
def test_a_level_shows_the_log(value: str, level: int) -> None:
    """In any case, and with one handler, however often it is applied."""
    log_to_stderr(value)
    log_to_stderr(value)

    assert (level, 1) == (logger.level, len(ours()))


@every("value", [None, "", "  "])
def test_no_level_changes_nothing(value: str | None) -> None:
    """A library configures no logging unless asked to."""
    before = logger.level, [*logger.handlers]

    log_to_stderr(value)

    assert before == (logger.level, logger.handlers)


@every(("value", "shown"), [
    ("verbose", "'verbose'"),
    ("10", "'10'"),
    ("debug,info", "'debug,info'"),
    ("\x1b[31m", r"'\x1b[31m'"),
    ("x" * 99, f"'{'x' * 38}...{'x' * 37}'"),
])  # fmt: skip
def test_an_invalid_level_is_one_warning(value: str, shown: str) -> None:
    """It names the variable and the levels, and no log is shown."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        log_to_stderr(value)

    assert [
        f"SINCH_LOG: expected debug, info, warning or error, got {shown}; no log is shown"
    ] == [str(one.message) for one in caught]
    assert [] == ours()


def test_a_record_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """With time and level, and with control characters escaped."""
    stderr = replaced_stderr(monkeypatch, io.StringIO())
    log_to_stderr("info")

    logger.debug("not shown")
    logger.warning("a\n%s", "\x1b[31mb")

    (line,) = stderr.getvalue().splitlines()
    assert line.endswith(r" WARNING a\n\x1b[31mb")


def test_handlers_of_the_application_take_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each record is shown once; the level still applies."""
    stderr = replaced_stderr(monkeypatch, io.StringIO())
    log_to_stderr("debug")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().handlers = [handler]  # as `logging.basicConfig` adds it later

    logger.debug("once")

    assert ("", "once\n") == (stderr.getvalue(), stream.getvalue())
    logger.propagate = False
    try:
        logger.debug("here")
    finally:
        logger.propagate = True
    assert stderr.getvalue().endswith(" DEBUG here\n")


@pytest.mark.parametrize("stream", [None, "closed"], ids=["none", "closed"])
def test_a_missing_stderr_is_no_error(stream: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service without a console has none."""
    if stream:
        stream = io.StringIO()
        stream.close()
    replaced_stderr(monkeypatch, stream)
    log_to_stderr("debug")

    logger.warning("lost")


PROGRAM = """
import asyncio
from sinch_numbers import NumbersClient
from sinch_numbers.sandbox import Sandbox

async def main():
    async with Sandbox(numbers=1, key_secret="canary-secret") as sandbox:
        async with NumbersClient(
            "sandbox", "sandbox", "canary-secret",
            numbers_url=sandbox.url, auth_url=sandbox.auth_url, retries=0,
        ) as client:
            try:
                await client.active_numbers.get("+12025550134")
            except Exception as error:
                print(type(error).__name__)

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "shown"),
    [("debug", True), ("info", False), ("nonsense", False)],
    ids=["debug", "info", "invalid"],
)
def test_a_program_is_asked_by_its_environment(level: str, shown: bool) -> None:
    """Requests are shown at DEBUG, without secrets; an invalid level doesn't stop the program."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "SINCH_LOG": level},
    )

    assert ended.stdout
    assert shown is (" DEBUG " in ended.stderr)
    assert (level == "nonsense") is ("SINCH_LOG: expected" in ended.stderr)
    assert 1 >= ended.stderr.count("SINCH_LOG: expected")
    assert "canary" not in ended.stderr
