"""Errors of the program or its machine: arguments, environments, files, and stores."""

import os
from typing import Self

from sinch_numbers._core.escaping import joined, quoted, shortened
from sinch_numbers.errors._base import SinchNumbersError


class InvalidArgumentError(SinchNumbersError, ValueError):
    """
    An invalid argument, option, or environment variable.

    - Took effect: no, nothing was sent.
    - Retried: no.
    - Next step: correct the value; ``argument``, ``source`` and ``expected`` name it.
    """

    argument: str
    """The name of the argument."""
    expected: str
    """The valid values."""
    source: str | None
    """The environment variable or option that the value is from; ``None`` if it was passed."""
    suggestion: str | None = None
    """The valid value that was probably meant; ``None`` if none is similar."""

    def __init__(
        self,
        argument: str,
        expected: str,
        got: object = None,
        *,
        source: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        self.argument = argument
        self.expected = f"{expected} (did you mean {suggestion}?)" if suggestion else expected
        self.source = source
        self.suggestion = suggestion
        self._got = None if got is None else quoted(got)
        super().__init__(self.naming(source or argument))

    def renamed(self, argument: str, source: str | None = None) -> Self:
        """Return a copy for a value that was passed as *argument*, or is from *source*."""
        twin = self.copy()
        twin.argument, twin.source = argument, source
        twin.message = twin.naming(source or argument)
        twin.args = (twin.message,)
        return twin

    def naming(self, name: str) -> str:
        """Return the message with *name*, such as an option, in place of the argument."""
        shown = "" if self._got is None else f", got {self._got}"
        return f"{name}: expected {self.expected}{shown}"


class MissingCredentialsError(InvalidArgumentError):
    """
    Credentials are neither passed nor in the environment.

    - Took effect: no, nothing was sent.
    - Retried: no.
    - Next step: pass ``arguments`` or set the variables, or use the sandbox.
    """

    arguments: tuple[str, ...]
    """The names of the missing arguments."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        variables = [f"SINCH_{name.upper()}" for name in arguments]
        expected = (
            f"credentials as arguments, or in {joined(variables)}; to try it without an account, "
            "use the sandbox (sinch_numbers.sandbox)"
        )
        self.arguments = arguments
        super().__init__(arguments[0], expected)

    def naming(self, name: str) -> str:  # noqa: ARG002 - signature of the base class
        """Return the message, which names all missing arguments instead of *name*."""
        return f"missing {joined(self.arguments)}: expected {self.expected}"


class InvalidEventError(SinchNumbersError, ValueError):
    """
    A webhook body could not be parsed; the error doesn't quote it.

    - Took effect: no, the event was not handled.
    - Retried: no; the sender may deliver the event again.
    - Next step: answer 400, as a receiver does; check that the sender is Sinch.
    """


class ClientClosedError(SinchNumbersError, RuntimeError):
    """
    The client was closed before or during the call; nothing was sent, or the wait ended.

    - Took effect: no, unless ``maybe_applied``: then an earlier attempt may have.
    - Retried: no.
    - Next step: keep the client open as long as it is used, such as in ``async with``.
    """


class SyncInLoopError(SinchNumbersError, RuntimeError):
    """
    A sync call in the thread that runs sync calls.

    - Took effect: no, nothing was sent.
    - Retried: no.
    - Next step: make the call in another thread, or use `NumbersClient`.
    """


class UnsupportedRuntimeError(SinchNumbersError, RuntimeError):
    """
    The client cannot run here.

    It needs a running asyncio event loop, which trio and curio don't have, and, for sync calls
    and compiled dependencies, an interpreter that is not an isolated sub-interpreter.

    - Took effect: no, nothing was sent.
    - Retried: no.
    - Next step: run the client under asyncio, in the main interpreter.
    """


class MissingExtraError(SinchNumbersError, ImportError):
    """
    An optional dependency is not installed.

    - Took effect: no, nothing was sent.
    - Retried: no.
    - Next step: run the ``pip install`` command in the message.
    """

    extra: str
    """The extra of this package that installs it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} requires an extra: pip install 'sinch-numbers[{extra}]'")
        self.extra = extra


class StoreError(SinchNumbersError):
    """
    The store of operations cannot be used.

    Raised before the request of a billable call is sent, which then is not sent.

    - Took effect: no, nothing was sent.
    - Retried: short locks and lost connections were waited for.
    - Next step: repair the store or its configuration, as the message describes.
    """


class UploadError(SinchNumbersError):
    """
    A document could not be read completely.

    - Took effect: no; the service discards incomplete uploads.
    - Retried: no.
    - Next step: check that the file is readable and complete, and upload it again.
    """


class OutputFileError(SinchNumbersError):
    """
    A file could not be written; an existing file is unchanged.

    - Took effect: no billable call was made; what was read is lost, unless it was saved.
    - Retried: no.
    - Next step: free disk space, correct permissions, or choose another path.
    """

    file: str
    """The path as given."""
    begun: bool
    """Whether the error occurred after writing had started."""

    def __init__(self, file: str | os.PathLike[str], problem: str, *, begun: bool = False) -> None:
        super().__init__(f"cannot write {shortened(os.fspath(file), 200)}: {problem}")
        self.file = os.fspath(file)
        self.begun = begun


class SandboxStateError(SinchNumbersError):
    """
    The state file of a sandbox cannot be used; the file is unchanged.

    Another sandbox may be using it, or it is damaged, foreign, or from a newer release.

    - Took effect: no, the sandbox was not started.
    - Retried: a file in use was waited for.
    - Next step: use another file, or delete this one to start with a new state.
    """

    file: str
    """The path as given."""

    def __init__(self, file: str | os.PathLike[str], problem: str) -> None:
        shown = shortened(os.fspath(file), 200)
        super().__init__(f"cannot use the sandbox state {shown}: {problem}")
        self.file = os.fspath(file)


class CassetteError(SinchNumbersError, ValueError):
    """
    A cassette could not be read, or a recording could not be stored as one.

    - Took effect: no; requests of the recording were sent as usual.
    - Retried: no.
    - Next step: record again, as the message describes.
    """

    file: str
    """The path as given."""

    def __init__(self, file: str | os.PathLike[str], problem: str) -> None:
        super().__init__(f"the cassette {shortened(os.fspath(file), 200)} {problem}")
        self.file = os.fspath(file)


class UnexpectedRequestError(SinchNumbersError):
    """
    A cassette that is replayed has no response for a request.

    - Took effect: no, nothing was sent.
    - Retried: no.
    - Next step: compare it with ``nearest``; record again if the program changed.
    """

    request: str
    """The request: method, host, path, and query."""
    nearest: str | None
    """The most similar recorded request; ``None`` if the cassette has none."""
    differences: tuple[str, ...]
    """Parts of the request that differ from `nearest`; empty if it was replayed before."""

    def __init__(
        self,
        file: str | os.PathLike[str],
        request: str,
        nearest: str | None = None,
        differences: tuple[str, ...] = (),
    ) -> None:
        path = shortened(os.fspath(file), 200)
        where = f"the cassette {path} has no response for {shortened(request, 400)}"
        if nearest is None:
            hint = "it has no request"
        elif differences:
            close = shortened(nearest, 400)
            hint = f"nearest recorded request: {close}, with another {', '.join(differences)}"
        else:
            hint = "all recorded requests like it were replayed"
        super().__init__(f"{where}: {hint}")
        self.request = request
        self.nearest = nearest
        self.differences = differences
