"""Output files of a command; the suffix selects the format."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Generic, TypeVar

import attrs
import typer

from sinch_numbers._core.atomic_files import BinaryOutput, is_special
from sinch_numbers.cli._shared.errors import ExitCode, fail
from sinch_numbers.cli._shared.options import FileRule, Target
from sinch_numbers.cli._shared.output import Form
from sinch_numbers.errors import InvalidArgumentError, MissingExtraError, OutputFileError
from sinch_numbers.exports import require

T = TypeVar("T")

STDOUT: Final = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


@attrs.frozen
class OutputFile(Generic[T]):
    """An output file and its writer."""

    target: Target
    write: T

    @property
    def path(self) -> Path:
        """Return the path that the user gave."""
        return self.target.path


def files(
    paths: Sequence[Path] | None, formats: Mapping[str, T], rule: FileRule, form: Form
) -> tuple[OutputFile[T], ...]:
    """
    Return the output file and writer for each of *paths*, except stdout; exit if invalid.

    Devices and pipes without a suffix, such as those of the shell's ``>(...)``, get the global
    format *form*.
    """
    found = []
    for path in paths or ():
        if str(path) in STDOUT:
            continue
        suffix = path.suffix.lower()
        if not suffix and form is not Form.TEXT and is_special(path):
            suffix = f".{form.value}"
        if suffix not in formats:
            raise typer.BadParameter(
                f"--output {path}: the suffix must be one of {', '.join(formats)}; - is stdout"
            )
        try:
            require(suffix)
        except MissingExtraError as error:
            fail(str(error), ExitCode.USAGE)
        found.append(OutputFile(Target(path, rule.force, rule.mode), formats[suffix]))
    return tuple(found)


def includes_stdout(paths: Sequence[Path] | None) -> bool:
    """Whether the output also goes to stdout: without files, or with ``-`` among them."""
    return not paths or any(str(path) in STDOUT for path in paths)


@contextmanager
def opened(
    files: Sequence[OutputFile[T]],
) -> Iterator[tuple[tuple[OutputFile[T], BinaryOutput], ...]]:
    """Yield each of *files* with its open file; files appear if the block succeeds."""
    with ExitStack() as stack:
        yield tuple((file, stack.enter_context(file.target.replaced()).binary) for file in files)


@contextmanager
def unsupported_values(path: Path | None) -> Iterator[None]:
    """Convert errors about values that the format of *path* cannot hold to `OutputFileError`."""
    try:
        yield
    except InvalidArgumentError as error:
        if path is None:
            raise
        raise OutputFileError(path, error.message, begun=True) from error
