"""Names from the service can't control the terminal, and are not markup."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from products import product, sampled

from sinch_numbers._core.escaping import printable
from sinch_numbers.sandbox import Sandbox

pytestmark = pytest.mark.sandbox

Run = Callable[..., Any]

NUMBER = "+12025550101"
CORPUS = [
    pytest.param("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m", id="escape"),
    pytest.param("ding\x07", r"ding\x07", id="bell"),
    pytest.param("\x9b2Jgone", r"\x9b2Jgone", id="CSI in one byte"),
    pytest.param("abc\u202egpj.exe", r"abc\u202egpj.exe", id="written backwards"),
    pytest.param("\u2066isolated\u2069", r"\u2066isolated\u2069", id="isolates"),
    pytest.param("two\nlines\r", r"two\nlines\r", id="line breaks"),
    pytest.param("para\u2029graph", r"para\u2029graph", id="another line break"),
    pytest.param("no\u200bwidth\ufeff", r"no\u200bwidth\ufeff", id="no width"),
    pytest.param("[bold red]x[/] [/nope]", "[bold red]x[/] [/nope]", id="markup"),
    pytest.param(":smile: [link=http://x]y", ":smile: [link=http://x]y", id="more markup"),
    pytest.param("Zoë 受付 👩\u200d🚒", "Zoë 受付 👩\u200d🚒", id="letters and emoji stay"),
]
UNSAFE = set("\x07\x0d\x1b\x9b\u200b\u202e\u2029\u2066\u2069\ufeff")


@pytest.mark.parametrize(("name", "shown"), CORPUS)
def test_what_steers_is_escaped(name: str, shown: str) -> None:
    """
    Names stay on one line, in the direction of the rest, and do nothing.
    """
    assert shown == printable(name)


COMMANDS = {
    "list": ["list"],
    "get": ["get", NUMBER],
    "audit": ["audit", "--details", "all"],
    "release": ["release", NUMBER],
}


@product(
    command=COMMANDS,
    text={case.id: case.values for case in CORPUS},
    classes={"text": lambda _: "a name"},
)
def test_no_table_lets_it_through(
    command: list[str],
    text: tuple[str, str],
    sandbox: Sandbox,
    cli: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Wherever a name is shown to people, it is shown escaped.
    """
    name, shown = text
    monkeypatch.setenv("COLUMNS", "200")
    sandbox.project().add_active(phone_number=NUMBER, display_name=name)

    ended = cli(*command, typed="n\n")

    assert not UNSAFE & set(ended.out + ended.err)
    squeezed = "".join((ended.out + ended.err).split())
    assert "".join(shown.split())[:15] in squeezed


@pytest.mark.parametrize(("name", "shown"), CORPUS)
def test_json_keeps_the_name_and_stays_ascii(
    name: str, shown: str, sandbox: Sandbox, cli: Run
) -> None:
    """
    Programs get the name as it is, and terminals see plain ASCII.
    """
    sandbox.project().add_active(phone_number=NUMBER, display_name=name)

    ended = cli("--jsonl", "list")

    assert ended.out.isascii()
    assert 1 == len(ended.lines)
    assert name == json.loads(ended.out)["displayName"]


ALIKE = {
    "decomposed letters": ("Bu\u0308ro", "Büro", r"Bu\u0308ro", r"B\xfcro"),
    "a no-break space": ("Front\xa0desk", "Front desk", r"Front\xa0desk", "Front desk"),
    "a dash": ("A\u20101", "A-1", r"A\u20101", "A-1"),
    "other digits": ("Desk \u0661", "Desk 1", r"Desk \u0661", "Desk 1"),
    "a zero-width space": ("De\u200bsk", "Desk", r"De\u200bsk", "Desk"),
    "a trailing space": ("Desk ", "Desk", r"Desk\x20", "Desk"),
    "two spaces": ("A  B", "A B", r"A \x20B", "A B"),
    "a Cyrillic letter": ("\u0410cme", "Acme", r"\u0410cme", "Acme"),
}


@pytest.mark.parametrize("name", sampled(ALIKE, 2))
def test_a_difference_can_be_seen_wherever_it_is_reported(
    name: str, sandbox: Sandbox, cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two names that look alike look different in tables, pages, and messages."""
    actual, wanted, seen, expected = ALIKE[name]
    monkeypatch.setenv("COLUMNS", "300")
    sandbox.project().add_active(phone_number=NUMBER, display_name=actual)
    (tmp_path / "e.json").write_text(
        json.dumps([{"phone_number": NUMBER, "display_name": wanted}]), encoding="utf-8"
    )
    page = tmp_path / "a.html"
    audit = ("audit", "--details", "all", "--expect", str(tmp_path / "e.json"))

    shown = cli(*audit).out
    assert 0 == cli(*audit, "--output", str(page)).code
    messages = [json.loads(line).get("message", "") for line in cli("--jsonl", *audit).lines]

    said = f"display_name is '{seen}', not '{expected}'"
    assert said in shown
    assert said in " ".join(messages)
    html = page.read_text(encoding="utf-8")
    assert f"<del>{seen}</del> <ins>{expected}</ins>" in html
    assert [] == [one for one in ("\u0308", "\xa0", "\u200b") if one in shown + html]


def test_errors_are_escaped(sandbox: Sandbox, cli: Run) -> None:
    """
    An argument that comes back in a message cannot steer either.
    """
    ended = cli("get", "\x1b[2J\u202e")

    assert not UNSAFE & set(ended.err)
