"""SQL statements: only parameters outside of literals are replaced."""

import pytest

from sinch_numbers.store._database import Dialect, ForeignStatement, Statement, is_single

SQLITE = Dialect("NOW", "SERIAL", "", "", None)
POSTGRES = Dialect("NOW", "SERIAL", " FOR UPDATE", "", "LOCK", r"%(\1)s", "%%")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VALUES (:id, :Note_2)", "VALUES (%(id)s, %(Note_2)s)"),
        ("'12:30' || ':x' || :x", "'12:30' || ':x' || %(x)s"),
        ("'it''s :x' || :x", "'it''s :x' || %(x)s"),
        (r"E'it\'s :x' || :x", r"E'it\'s :x' || %(x)s"),
        ('"a:b" = :b', '"a:b" = %(b)s'),
        ("$$ :x $$ || $t$ :y $t$ || :z", "$$ :x $$ || $t$ :y $t$ || %(z)s"),
        (":x::int", "%(x)s::int"),
        ("1 -- :x\n + :y /* :z */", "1 -- :x\n + %(y)s /* :z */"),
        ("LIKE '100 %' AND 7 % :x", "LIKE '100 %%' AND 7 %% %(x)s"),
        ("'{now} {}' || :x", "'{now} {}' || %(x)s"),
    ],
)
def test_parameters_are_replaced_outside_of_literals(text: str, expected: str) -> None:
    """For SQLite, which has the same form of parameters, the statement stays as it is."""
    assert expected == POSTGRES.sql(ForeignStatement(text))
    assert text == SQLITE.sql(ForeignStatement(text))


def test_placeholders_are_those_of_the_package() -> None:
    """Only its own statements have placeholders in braces."""
    assert "SELECT NOW, %(x)s FOR UPDATE" == POSTGRES.sql(
        Statement("SELECT {now}, :x{for_update}")
    )
    assert [] == list(SQLITE.locked("x"))
    assert [Statement("LOCK", {"name": "x"})] == list(POSTGRES.locked("x"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1", True),
        ("SELECT 1 ; \n;", True),
        ("SELECT ';' || \";\" || $$;$$ -- ;", True),
        ("SELECT 1 /* ; */;", True),
        ("SELECT 1; COMMIT", False),
        ("SELECT ''; COMMIT -- '", False),
        ("SELECT 1 -- '\n; COMMIT", False),
    ],
)
def test_several_statements_are_recognized(text: str, expected: bool) -> None:
    """A semicolon separates statements, unless it is in a literal, a comment, or at the end."""
    assert expected == is_single(text)
