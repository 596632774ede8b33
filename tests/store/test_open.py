"""Stores by path or URL."""

from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers.errors import InvalidArgumentError, MissingExtraError
from sinch_numbers.store import SQLiteStore, open_store


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ("numbers.db", "{cwd}/numbers.db"),
        ("/var/numbers.db", "/var/numbers.db"),
        ("~/numbers.db", "{home}/numbers.db"),
        (Path("a/numbers.db"), "{cwd}/a/numbers.db"),
        ("sqlite:///numbers.db", "{cwd}/numbers.db"),
        ("sqlite:////var/numbers.db", "/var/numbers.db"),
        ("SQLite:///a%20b.db", "{cwd}/a b.db"),
        ("a:b.db", "{cwd}/a:b.db"),
        ("C:/numbers.db", "{cwd}/C:/numbers.db"),
        ("dir/host=x dbname=y", "{cwd}/dir/host=x dbname=y"),
    ],
)
def test_paths(where: Any, path: str) -> None:
    """A path, or a URL with a path, opens an SQLite file."""
    store = open_store(where)

    assert isinstance(store, SQLiteStore)
    assert path.format(cwd=Path.cwd(), home=Path.home()) == str(store._path)


@every(
    "where",
    [
        *("", ":memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:numbers.db/x"),
        *("sqlite://host/numbers.db", "sqlite:///numbers.db?mode=ro", "sqlite:///a%00b", "a\0b"),
        *("mysql://user:swordfish@host/db", "postgresql+psycopg://u:swordfish@host/db"),
        *("http://host/numbers.db", "host=db password=swordfish", "dbname=numbers"),
        *(" user = u  password = swordfish", "postgresql:/u:swordfish@host"),
        *("~no-such-user/numbers.db", None, 5, b"numbers.db"),
    ],
)
def test_other_input_is_rejected(where: Any) -> None:
    """Anything else raises an error that names the argument, and shows no password."""
    with pytest.raises(InvalidArgumentError, match=r"^(where|path|dsn): expected") as raised:
        open_store(where)
    assert "swordfish" not in repr(raised.value)


def test_exclusive_is_passed_on(tmp_path: Path) -> None:
    """The caller may declare that other renters do not use the store."""
    assert open_store(tmp_path / "a.db").exclusive
    assert not open_store(tmp_path / "a.db", exclusive=False).exclusive


def test_postgresql_needs_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without psycopg, the error names the extra to install."""
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    monkeypatch.delitem(
        __import__("sys").modules, "sinch_numbers.store._postgres_database", raising=False
    )

    with pytest.raises(MissingExtraError, match=r"sinch-numbers\[postgres\]"):
        open_store("postgresql://user@host/db")
