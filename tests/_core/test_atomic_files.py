"""One module opens files for writing, and all files follow its rule."""

import ast
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import sinch_numbers
from sinch_numbers import InvalidArgumentError, OutputFileError
from sinch_numbers._core.atomic_files import (
    append,
    check_replaceable,
    make_directories,
    remove_unfinished,
    replaced,
    valid_mode,
)

PACKAGE = Path(sinch_numbers.__file__).parent
WRITES = frozenset(
    ("write_text", "write_bytes", "mkstemp", "NamedTemporaryFile", "TemporaryFile", "mkdtemp",
     "TemporaryDirectory", "mkdir", "makedirs", "umask", "chmod", "fchmod", "touch", "symlink_to")
)  # fmt: skip
ALLOWED = {
    "_core/atomic_files.py": {"open", "mkdir", "chmod", "fchmod"},
    "_core/transport/descriptors.py": {"open"},  # /dev/null, to see whether a descriptor is free
    "sandbox/_http/state_file.py": {"open"},  # the lock file, which it creates first
    "cli/_shared/streams.py": {"open"},  # /dev/null, for closed standard streams
    "store/_process_locks.py": {"open"},  # the lock file, which `create` has created
    "cli/_shared/applying.py": {"TemporaryDirectory"},  # a journal, where no store is kept
    "exports/_xlsx_rows.py": {"TemporaryDirectory"},  # rows, and the archive before it is sent
    "store/_database_file.py": {"chmod"},  # files that SQLite creates
}


def written(tree: ast.AST) -> Iterator[str]:
    """Yield the names of calls that may create or change a file."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        constants = [
            one.value
            for one in (*node.args, *(keyword.value for keyword in node.keywords))
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        writes = any(set(one) & set("wax+") for one in constants)
        is_open = name == "open" and (writes or ast.unparse(node.func) == "os.open")
        if is_open or name in WRITES:
            yield name


def test_one_module_writes_files() -> None:
    """No other module opens a file for writing, or changes modes or the umask."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not any(f"{name}(" in text for name in (*WRITES, "open")):
            continue
        if names := set(written(ast.parse(text))):
            found[str(path.relative_to(PACKAGE))] = names

    assert ALLOWED == found


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o640, 0o666, 0o755])
def test_the_mode_is_exact(mode: int, tmp_path: Path) -> None:
    """New, replaced, and appended files have exactly the mode that was passed."""
    before = os.umask(0o777)
    try:
        for name in ("new", "new", "other"):
            with replaced(tmp_path / "a" / name, mode=mode) as file:
                file.write("x")
        append(tmp_path / "a" / "log", b"x", mode=mode)
    finally:
        os.umask(before)

    assert {mode} == {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "a").iterdir()}


@pytest.mark.parametrize("value", [0o300, 0o1600, 384.0, "600", None, True, -384])
def test_a_mode_is_an_int(value: object) -> None:
    """A mode without read permission for the owner, or with special bits, is rejected."""
    with pytest.raises(InvalidArgumentError, match=r"^mode: expected a mode such as 0o640"):
        valid_mode(value)
    assert 0o640 == valid_mode(0o640)


def test_a_file_is_extended(tmp_path: Path) -> None:
    """Appending keeps the content, and makes a readable file private."""
    path = tmp_path / "log"
    path.write_text("one\n")
    path.chmod(0o644)
    append(path, b"two\n")

    assert ("one\ntwo\n", 0o600) == (path.read_text(), stat.S_IMODE(path.stat().st_mode))


def test_appending_needs_force_for_a_symlink(tmp_path: Path) -> None:
    """A symlink is not followed, except by force."""
    (tmp_path / "link").symlink_to("target")
    with pytest.raises(OutputFileError, match="it is a symlink"):
        append(tmp_path / "link", b"x")
    assert not (tmp_path / "target").exists()
    append(tmp_path / "link", b"x", force=True)

    assert b"x" == (tmp_path / "target").read_bytes()


def test_appending_to_a_device(tmp_path: Path) -> None:
    """A device is written, and its mode is not changed."""
    (tmp_path / "null").symlink_to("/dev/null")
    before = Path("/dev/null").stat().st_mode
    append(tmp_path / "null", b"x", mode=0o400)

    assert before == Path("/dev/null").stat().st_mode
    with pytest.raises(OutputFileError, match="No space left on device"):
        append(Path("/dev/full"), b"x")


def test_a_probe_changes_nothing(tmp_path: Path) -> None:
    """Whether a file can be replaced is tried out, and nothing is left behind."""
    (tmp_path / "old").write_text("old")
    check_replaceable(tmp_path / "old")
    check_replaceable(tmp_path / "a" / "b" / "new")

    assert [("old", "old")] == [(one.name, one.read_text()) for one in tmp_path.iterdir()]
    for path, problem in (
        (tmp_path / "old" / "new", "Not a directory"),
        (tmp_path, "it is a directory"),
        (Path("/dev/null"), "it is not a regular file"),
    ):
        with pytest.raises(OutputFileError, match=problem):
            check_replaceable(path)


def test_directories_of_others_are_kept(tmp_path: Path) -> None:
    """A directory that was there, or that another process uses meanwhile, is not removed."""
    (tmp_path / "old").mkdir(mode=0o755)

    def fail() -> None:
        with replaced(tmp_path / "old" / "new" / "deep" / "x"):
            (tmp_path / "old" / "new" / "other").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert 0o755 == stat.S_IMODE((tmp_path / "old").stat().st_mode)
    assert ["other"] == [one.name for one in (tmp_path / "old" / "new").iterdir()]


def test_directories_can_be_entered_by_readers(tmp_path: Path) -> None:
    """Those who may read the files may enter their directories, but not write to them."""
    for mode, expected in ((0o600, 0o700), (0o640, 0o750), (0o664, 0o755), (0o604, 0o705)):
        make_directories(tmp_path / f"{mode:o}" / "a", mode)
        seen = {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.glob(f"{mode:o}/**")}
        assert {expected} == seen


def test_descriptors_are_written_where_they_are(tmp_path: Path) -> None:
    """The name of a descriptor continues its file: nothing is truncated or replaced."""
    path = tmp_path / "log"
    path.write_text("before\n")
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    inode = path.stat().st_ino
    try:
        with replaced(Path(f"/dev/fd/{descriptor}"), mode=0o400) as file:
            file.write("new\n")
        os.write(descriptor, b"after\n")
    finally:
        os.close(descriptor)

    assert ("before\nnew\nafter\n", inode) == (path.read_text(), path.stat().st_ino)
    assert 0o400 != stat.S_IMODE(path.stat().st_mode)
    with (
        pytest.raises(OutputFileError, match="Bad file descriptor"),
        replaced(Path("/dev/fd/987654")),
    ):
        pass


def test_a_reader_that_leaves_a_pipe_is_an_error(tmp_path: Path) -> None:
    """A pipe whose reader is gone ends the output with the reason."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: os.close(os.open(pipe, os.O_RDONLY)))
    reader.start()

    def write() -> None:
        with replaced(pipe) as file:
            reader.join()
            file.write("x" * 1_000_000)

    with pytest.raises(OutputFileError, match="Broken pipe") as caught:
        write()
    assert caught.value.begun
    assert pipe.is_fifo()


def test_unfinished_files_can_be_removed(tmp_path: Path) -> None:
    """A temporary file whose removal was interrupted is removed later, by its process only."""
    with replaced(tmp_path / "new") as file:
        assert 1 == len(list(tmp_path.iterdir()))
        child = os.fork()
        if child == 0:
            remove_unfinished()
            os._exit(0)
        os.waitpid(child, 0)
        assert 1 == len(list(tmp_path.iterdir()))
        file.write("x")

    unfinished = replaced(tmp_path / "newer")
    unfinished.__enter__()
    remove_unfinished()
    assert ["new"] == [one.name for one in tmp_path.iterdir()]
    with pytest.raises(OutputFileError):
        unfinished.__exit__(None, None, None)
