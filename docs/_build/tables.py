"""MkDocs hook: tables and lists of the reference that are made from the code."""

import inspect
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, get_type_hints

import attrs

import sinch_numbers.errors
from sinch_numbers import CallObserver, NumbersClient, Observer, models
from sinch_numbers._core import progress_events as waits
from sinch_numbers._core.observing import events as observed
from sinch_numbers._core.operation import Operation
from sinch_numbers._core.pipeline import Resource
from sinch_numbers.audit import DEFAULT_RULES, SYSTEM_RULES, Rule, display_name
from sinch_numbers.audit._files.rule_settings import ADJUSTABLE
from sinch_numbers.audit._rule_set import DRIFT, EMERGENCY, IMPORTED, WAIVERS
from sinch_numbers.models import Explanation
from sinch_numbers.models._error_codes import EXPLANATIONS, FAILURE_STATES, NUMBERS_API

_MARKER: Final = re.compile(r"^<!-- (\w+) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace each marker, such as ``<!-- operations -->``, by its lines."""

    def lines(marker: re.Match[str]) -> str:
        make = _MAKERS.get(marker[1])
        return marker[0] if make is None else "\n".join(make(markdown))

    return _MARKER.sub(lines, markdown)


def operations(_: str) -> Iterator[str]:
    """Yield a table of all operations, from their declarations."""
    yield "| Resource | Operation | Request | Price | After a lost response |"
    yield "|---|---|---|---|---|"
    client = NumbersClient("project", "key", "secret")
    for name in NumbersClient.__annotations__:
        resource = getattr(client, name)
        if isinstance(resource, Resource):
            for operation in vars(type(resource)).values():
                if isinstance(operation, Operation):
                    yield _row(name, operation)


def _row(resource: str, operation: Operation[Any]) -> str:
    if operation.policy.billable:
        lost = "verified by reading" if operation.confirm else "reported as unknown"
    else:
        lost = "retried"
    request = f"[`{operation.method} {operation.path}`]({NUMBERS_API}{_API_PAGES[resource]})"
    return f"| `{resource}` | `{operation.id}` | {request} | {operation.cost} | {lost} |"


_API_PAGES: Final = {
    "active_numbers": "numbers/active-number",
    "available_numbers": "numbers/available-number",
    "available_regions": "numbers/available-regions",
    "callback_configuration": "numbers/numbers-callbacks",
    "emergency_address": "numbers/active-number",
    "hosting_orders": "imported-hosting/hosting-orders",
    "imported_callback_configuration": (
        "imported-hosting/imported-numbers-and-hosting-orders-callbacks"
    ),
    "imported_numbers": "imported-hosting/imported-numbers",
    "number_orders": "numbers/number-order",
    "qualified_numbers": "imported-hosting/qualified-numbers",
}
"""The page of the vendor's reference that has the operations of a resource."""


_PARTS: Final = ("Took effect", "Retried", "Next step")
"""The parts that the docstring of each exception class has."""


def errors(_: str) -> Iterator[str]:
    """Yield a table of all exception classes, from their docstrings."""
    yield f"| Error | Cause | {' | '.join(_PARTS)} |"
    yield f"|---|---|{'---|' * len(_PARTS)}"
    for name in _names_in_tree():
        cause, parts = described_error(getattr(sinch_numbers.errors, name))
        cells = [cause.rstrip("."), *(parts[part].rstrip(".") for part in _PARTS)]
        yield f"| `{name}` | {' | '.join(cells).replace('``', '`')} |"


def _names_in_tree() -> list[str]:
    return re.findall(r"─ (\w+Error)\b", sinch_numbers.errors.__doc__ or "")


def described_error(cls: type[Exception]) -> tuple[str, dict[str, str]]:
    """Return the first sentence of the docstring of *cls*, and its parts by name."""
    text = inspect.getdoc(cls) or ""
    cause = " ".join(text.partition("\n\n")[0].split())
    parts = re.findall(r"^- ([A-Z][a-z ]+): (.+(?:\n  .+)*)$", text, re.MULTILINE)
    return cause, {name: " ".join(value.split()) for name, value in parts}


def error_codes(_: str) -> Iterator[str]:
    """Yield a table of all error codes, from their explanations."""
    yield "| Code | Meaning | Advice | Sources |"
    yield "|---|---|---|---|"
    for why in EXPLANATIONS.values():
        yield f"| `{why.code}` | {why.meaning} | {why.advice} | {_links(why)} |"


def failure_states(_: str) -> Iterator[str]:
    """Yield a table of the states in which something has failed, from their explanations."""
    yield "| State | Meaning | Advice |"
    yield "|---|---|---|"
    for (enum, state), why in FAILURE_STATES.items():
        yield f"| `{enum.__name__}.{enum(state).name}` | {why.meaning} | {why.advice} |"


def _links(why: Explanation) -> str:
    return ", ".join(f"[{place}]({url})" for place, url in enumerate(why.sources, 1))


def service_behavior(_: str) -> Iterator[str]:
    """Yield a table of the statements about the service, without the contradictions."""
    yield "| Topic | Statement | Implemented in | Tests |"
    yield "|---|---|---|---|"
    for one in _statements():
        if one["topic"] != "contradictions":
            where = _codes(one.get("modules", ())) or one["unchecked"]
            yield f"| {one['topic']} | {one['text']} | {where} | {len(one.get('tests', ()))} |"


def service_contradictions(_: str) -> Iterator[str]:
    """Yield a table of the contradictions between sources, with their decisions."""
    yield "| Question and decision | Implemented in | Shown in |"
    yield "|---|---|---|"
    for one in _statements():
        if one["topic"] == "contradictions":
            yield f"| {one['text']} | {_codes(one['modules'])} | {_codes(one['shown'])} |"


def _statements() -> list[dict[str, Any]]:
    table = Path(__file__).parents[2] / "tests" / "contract" / "behavior.toml"
    statements: list[dict[str, Any]] = tomllib.loads(table.read_text("utf-8"))["statement"]
    return statements


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def changelog(_: str) -> Iterator[str]:
    """Yield the changelog of the project."""
    yield (Path(__file__).parents[2] / "CHANGELOG.md").read_text("utf-8")


def other_models(markdown: str) -> Iterator[str]:
    """Yield a list of the models that the page does not list elsewhere."""
    names = set(models.__all__) & set(sinch_numbers.__all__)
    listed = set(re.findall(r"^        - (\w+)$", markdown, re.MULTILINE))
    if others := sorted(names - listed):
        yield "## Other models\n\n::: sinch_numbers\n    options:\n      heading_level: 3"
        yield "      members:"
        yield from (f"        - {name}" for name in others)


def audit_rules(_: str) -> Iterator[str]:
    """Yield a table of all rules of an audit, with their parameters."""
    yield "| Rule | Severity | Meaning | Parameters | Checked |"
    yield "|---|---|---|---|---|"
    for rule, when in _rules():
        adjustable = ADJUSTABLE.get(rule.id)
        parameters = {} if adjustable is None else adjustable.parameters
        shown = ", ".join(
            f"`{name}` = {'required' if one.default is None else one.default} ({one.expected})"
            for name, one in parameters.items()
        )
        yield f"| `{rule.id}` | {rule.severity} | {rule.meaning} | {shown} | {when} |"


def _rules() -> Iterator[tuple[Rule, str]]:
    for rule in DEFAULT_RULES:
        yield rule, "always"
    yield display_name("the pattern"), "if configured"
    for rule in SYSTEM_RULES:
        yield rule, _WHEN.get(rule.id, "always")


_WHEN: Final = {
    **dict.fromkeys(EMERGENCY, "`--emergency`"),
    **dict.fromkeys(DRIFT, "`--expect`"),
    **dict.fromkeys(IMPORTED, "`--imported`"),
    **dict.fromkeys(WAIVERS, "`--waivers`"),
}


def environment(_: str) -> Iterator[str]:
    """Yield a table of the environment variables that the package reads."""
    yield "| Variable | Meaning | Default | Overridden by | Read by |"
    yield "|---|---|---|---|---|"
    for one in environment_variables():
        cells = [_codes(one["names"]), *(one[key] for key in ("meaning", "default", "wins"))]
        yield f"| {' | '.join(cells)} | {one['read_by']} |"


def environment_variables() -> list[dict[str, Any]]:
    """Return the rows of the table of environment variables."""
    table = Path(__file__).with_name("environment.toml")
    variables: list[dict[str, Any]] = tomllib.loads(table.read_text("utf-8"))["variable"]
    return variables


def observer_events(_: str) -> Iterator[str]:
    """Yield a table of the events of observers, from the protocols and the event classes."""
    yield "| Event | Passed to | When | Fields |"
    yield "|---|---|---|---|"
    for protocol in (Observer, CallObserver):
        for name, method in vars(protocol).items():
            if not inspect.isfunction(method):
                continue
            hints = get_type_hints(method, None, vars(observed))
            for event in filter(attrs.has, hints.values()):
                yield _event(event, f"`{protocol.__name__}.{name}`")


def progress_events(_: str) -> Iterator[str]:
    """Yield a table of the events of waits, from their classes."""
    yield "| Event | Passed to | When | Fields |"
    yield "|---|---|---|---|"
    for event in (getattr(waits, name) for name in waits.__all__):
        yield _event(event, "`on_progress`")


def _event(event: type[Any], passed_to: str) -> str:
    when = (inspect.getdoc(event) or "").partition("\n\n")[0].replace("\n", " ").rstrip(".")
    fields = _codes(field.name for field in attrs.fields(event))
    return f"| `{event.__name__}` | {passed_to} | {when} | {fields} |"


_MAKERS: Final[dict[str, Callable[[str], Iterator[str]]]] = {
    "audit_rules": audit_rules,
    "operations": operations,
    "changelog": changelog,
    "environment": environment,
    "errors": errors,
    "error_codes": error_codes,
    "failure_states": failure_states,
    "observer_events": observer_events,
    "other_models": other_models,
    "progress_events": progress_events,
    "service_behavior": service_behavior,
    "service_contradictions": service_contradictions,
}
