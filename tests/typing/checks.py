"""
Type checks of programs: valid ones pass, wrong ones are rejected.

Run by name, with the checkers: ``nox -s types``.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .language_server import LanguageServer

HERE = Path(__file__).parent
WRONG = {
    number
    for number, line in enumerate((HERE / "refused.py").read_text().splitlines(), 1)
    if "  # " in line
}


FILES = [HERE / "usage.py", HERE / "refused.py"]


@pytest.fixture(scope="module")
def mypy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[int]]:
    """Return the lines with errors, by file."""
    cache = tmp_path_factory.mktemp("mypy")
    done = run("mypy", "--strict", "--cache-dir", cache, *FILES)
    assert done.returncode in (0, 1), done.stderr
    found = re.findall(r"^([a-z]+\.py):(\d+): error", done.stdout, re.MULTILINE)
    return {path.name: {int(line) for name, line in found if name == path.name} for path in FILES}


@pytest.fixture(scope="module")
def pyright() -> dict[str, set[int]]:
    """Return the lines with errors, by file."""
    done = run("pyright", "--pythonpath", sys.executable, "--outputjson", *FILES)
    found: dict[str, set[int]] = {path.name: set() for path in FILES}
    for one in json.loads(done.stdout)["generalDiagnostics"]:
        if one["severity"] == "error":
            found[Path(one["file"]).name].add(one["range"]["start"]["line"] + 1)
    return found


def run(checker: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", checker, *map(str, arguments)],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_usage_type_checks(request: pytest.FixtureRequest, checker: str) -> None:
    """Strictly, without an error."""
    assert set() == request.getfixturevalue(checker)["usage.py"]


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_mistakes_are_found(request: pytest.FixtureRequest, checker: str) -> None:
    """Each of them, and nothing else."""
    assert WRONG == request.getfixturevalue(checker)["refused.py"]


COMPLETED = """
from sinch_numbers import NumbersClient
from sinch_numbers.audit import Report
from sinch_numbers.webhooks import EventStore

def calls(client: NumbersClient, store: EventStore, report: Report) -> None:
    client.active_numbers.list(type="")
    client.active_numbers.list(search_pattern="")
    client.active_numbers.list(order_by="")
    client.active_numbers.list(capability="")
    client.active_numbers.list(capability=[""])
    client.imported_numbers.list(order_by="")
    client.hosting_orders.list(states="")
    client.hosting_orders.numbers("h", osr_update_state="")
    client.available_numbers.rent("+1", sms_configuration={""})
    client.available_numbers.rent("+1", voice_configuration={""})
    client.emergency_address.validate("+1", display_name="x", address={""})
    client.hosting_orders.text_enable(["+1"], loa_info={""})
    store.events(states="")
    report.at_least("")
"""

COMPLETIONS = {
    'list(type="': {"MOBILE", "LOCAL", "TOLL_FREE"},
    'search_pattern="': {"START", "CONTAINS", "END"},
    'list(order_by="': {"phoneNumber", "displayName"},
    'capability="': {"SMS", "VOICE"},
    'capability=["': {"SMS", "VOICE"},
    'imported_numbers.list(order_by="': {"createdTime", "updatedTime"},
    'hosting_orders.list(states="': {"DRAFT", "SUBMITTED", "IN_PROGRESS", "COMPLETED"},
    'osr_update_state="': {"WAITING", "IN_PROGRESS", "DONE", "FAILED"},
    'sms_configuration={"': {"service_plan_id", "campaign_id", "servicePlanId", "campaignId"},
    'voice_configuration={"': {"type", "app_id", "appId", "trunk_id", "serviceId"},
    'address={"': {"street_number", "streetNumber", "city", "postal_code", "postalCode"},
    'loa_info={"': {"authorised_person", "authorisedPerson", "directLoaInfo"},
    'events(states="': {"ready", "dead", "handled"},
    'at_least("': {"info", "warning", "error"},
}
"""Some of the completions after each beginning of a call."""


@pytest.fixture(scope="module")
def editor() -> Iterator[LanguageServer]:
    """Return a language server with calls that a user is writing."""
    with LanguageServer(HERE / "completed.py", COMPLETED) as server:
        yield server


@pytest.mark.parametrize("before", COMPLETIONS)
def test_values_and_keys_are_completed(editor: LanguageServer, before: str) -> None:
    """Enum arguments have the values of the enum, and mappings the keys of both spellings."""
    found = {label.strip("\"'") for label in editor.completions(before)}
    assert set() == COMPLETIONS[before] - found


def test_hover_texts_have_names_of_types(editor: LanguageServer) -> None:
    """A signature shows aliases instead of long unions."""
    shown = editor.hover("client.active_numbers.list")
    assert "type: NumberTypeInput | None = None" in shown
    assert "List the rented numbers" in shown


def test_the_public_api_is_typed_completely() -> None:
    """Pyright finds no public name without a complete type."""
    done = run("pyright", "--verifytypes", "sinch_numbers", "--ignoreexternal", "--outputjson")
    report = json.loads(done.stdout)["typeCompleteness"]
    unknown = [
        symbol["name"]
        for symbol in report["symbols"]
        if symbol["isExported"] and not symbol["isTypeKnown"]
    ]
    assert [] == unknown
    assert 1 == report["completenessScore"]


@pytest.mark.parametrize("name", ["usage", "refused"])
def test_the_files_are_never_run(name: str) -> None:
    """They are for checkers only; importing one does nothing."""
    source = (HERE / f"{name}.py").read_text()
    assert not re.search(r"^[a-z_]+\(", source, re.MULTILINE)
