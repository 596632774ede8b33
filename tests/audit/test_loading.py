"""Rules by name: from a module, or from an installed package that offers them."""

import importlib.metadata
import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from sinch_numbers import InvalidArgumentError
from sinch_numbers.audit import UNUSED, Rule, load_rules
from sinch_numbers.audit._loading import GROUP

MODULE = """\
from sinch_numbers.audit import Rule, Severity

ONE = Rule(id="one", severity=Severity.INFO, title="One", meaning="M.", advice="A.")
SEVERAL = [ONE, Rule(id="two", severity=Severity.INFO, title="Two", meaning="M.", advice="A.")]
NOTHING = ()

class Acme:
    rules = SEVERAL

def made():
    return ONE

def broken():
    raise OSError("no such luck")

def leaving():
    raise SystemExit(0)

def strange():
    return ["unused"]
"""


@pytest.fixture(autouse=True)
def _module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme_rules.py").write_text(MODULE)
    (tmp_path / "acme_broken.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "acme_rules", raising=False)
    monkeypatch.delitem(sys.modules, "acme_broken", raising=False)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("acme_rules:ONE", ["one"]),
        ("acme_rules:SEVERAL", ["one", "two"]),
        ("acme_rules:Acme.rules", ["one", "two"]),
        ("acme_rules:made", ["one"]),
        ("acme_rules:NOTHING", []),
        ("sinch_numbers.audit:UNUSED", ["unused"]),
    ],
)
def test_a_module_has_rules(name: str, ids: list[str]) -> None:
    """
    A rule, several, or what returns them can be named.
    """
    found = load_rules(name)

    assert ids == [rule.id for rule in found]
    assert all(isinstance(rule, Rule) for rule in found)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("acme_rules:THREE", "AttributeError"),
        ("acme_nowhere:RULES", "ModuleNotFoundError"),
        ("acme_broken:RULES", "ZeroDivisionError"),
        ("acme_rules:broken", "OSError: no such luck"),
        ("acme_rules:leaving", "SystemExit"),
        ("acme_rules:strange", "a Rule, a sequence of rules"),
        ("acme_rules:GROUP", "AttributeError"),
        ("acme_rules:Rule", "TypeError"),
        ("acme_rules:__name__", "a Rule, a sequence of rules"),
        (":RULES", "module:name"),
        ("acme_rules:", "module:name"),
        ("..acme_rules:RULES", "TypeError"),
        ("acme", r"module:name.*\(none\)"),
        ("", "module:name"),
    ],
)
def test_what_is_no_rule_is_refused(name: str, problem: str) -> None:
    """
    Whatever a module does when it is loaded, it comes out as one typed error.
    """
    with pytest.raises(InvalidArgumentError, match=problem):
        load_rules(name)


def test_the_cause_is_kept() -> None:
    """
    Whoever writes a rule sees where it fails.
    """
    with pytest.raises(InvalidArgumentError) as caught:
        load_rules("acme_broken:RULES")

    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_an_installed_package_can_name_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A name without a colon is an entry point; two packages with one name are an error.
    """
    here = EntryPoint("acme", "acme_rules:SEVERAL", GROUP)
    other = EntryPoint("standard", "sinch_numbers.audit:UNUSED", GROUP)
    installed = [here, other]
    monkeypatch.setattr(
        "sinch_numbers.audit._loading.entry_points",
        lambda group: EntryPoints(installed).select(group=group),
    )

    assert ["one", "two"] == [rule.id for rule in load_rules("acme")]
    assert (UNUSED,) == load_rules("standard")
    with pytest.raises(InvalidArgumentError, match=r"\(acme, standard\)"):
        load_rules("nobody")
    installed.append(here)
    with pytest.raises(InvalidArgumentError, match="one installed package"):
        load_rules("acme")


def test_nothing_is_loaded_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    That a package is installed is not enough for its code to run.
    """

    def asked(**_: object) -> None:
        raise AssertionError("nobody asked for installed rules")

    monkeypatch.setattr("sinch_numbers.audit._loading.entry_points", asked)

    assert ["one"] == [rule.id for rule in load_rules("acme_rules:ONE")]
    assert importlib.metadata.entry_points is not asked
