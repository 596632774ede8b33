"""Checks of registration data: missing fields are found, for any schema."""

import sys
from typing import Any

import pytest
from products import every

from sinch_numbers import Document, Extra, NumberRequirements, RequiredAttachment
from sinch_numbers.ordering._checks import problems

TEXT = {"type": "string", "maxLength": 5}
SCHEMA = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {
            "prefixItems": [{"required": ["a", "b"], "properties": {"a": TEXT}}, {}],
            "items": {"required": ["c"]},
            "minItems": 2,
        }
    },
}


def found(fields: dict[str, Any], details: dict[str, Any]) -> list[tuple[str, str]]:
    requirements = NumberRequirements(fields=Extra(fields))
    return [(one.field, one.description) for one in problems(requirements, details, {})]


def rules(*templates: Any) -> dict[str, Any]:
    return {"schema": "/schema/x.json", "rules": [{"template": one} for one in templates]}


@every(
    ("fields", "details", "expected"),
    [
        ({}, {}, []),
        ({"schema": "/schema/x.json"}, {}, []),
        (rules({"a": TEXT}), {}, ["requestDetails.data"]),
        (rules({"a": TEXT}), {"data": "x"}, ["requestDetails.data"]),
        (rules({"a": TEXT}), {"data": []}, ["requestDetails.data[0]"]),
        (rules({"a": TEXT}), {"data": [[]]}, ["requestDetails.data[0]"]),
        (rules({"a": TEXT}), {"data": ["x"]}, ["requestDetails.data[0]"]),
        (rules({"a": TEXT}), {"data": [{"a": "x"}]}, []),
        (rules({"a": TEXT}), {"data": [[{"a": "x"}, {"a": ""}]]}, ["requestDetails.data[0][1].a"]),
        (rules({"a": TEXT}), {"data": ({"a": None},)}, ["requestDetails.data[0].a"]),
        (rules({"a": TEXT}), {"data": [{"a": "too long"}]}, ["requestDetails.data[0].a"]),
        (rules({"a": TEXT}, {"b": {}}), {"data": [{"a": "x"}]}, ["requestDetails.data[1]"]),
        (rules({"a": TEXT | {"required": False}}), {"data": [{"b": 1}]}, []),
        (rules({"a": TEXT | {"optional": True}}), {"data": [{"b": 1}]}, []),
        (rules({"a": TEXT | {"required": True}}), {"data": [{"a": "x"}]}, []),
        (rules({"a": "a label"}), {"data": [{"b": 1}]}, ["requestDetails.data[0].a"]),
        (rules({"a": "a label"}), {"data": [{"a": 1}]}, []),
        (
            {"rules": [{"template": {"a": {}, "b": {}}, "required": ["b"]}]},
            {"data": [{"x": 1}]},
            ["requestDetails.data[0].b"],
        ),
        (
            rules({"type": "object", "properties": {"a": TEXT}, "required": ["a"]}),
            {"data": [{"b": 1}]},
            ["requestDetails.data[0].a"],
        ),
        ({"schema": SCHEMA}, {}, ["requestDetails.data"]),
        (
            {"schema": SCHEMA},
            {"data": [{"a": "too long"}, {}, {}]},
            ["requestDetails.data[0].a", "requestDetails.data[0].b", "requestDetails.data[2].c"],
        ),
    ],
)
def test_what_is_missing_or_malformed(
    fields: dict[str, Any], details: dict[str, Any], expected: list[str]
) -> None:
    """By its path."""
    assert expected == sorted(field for field, _ in found(fields, details))


@pytest.mark.parametrize(
    "fields",
    [
        {"rules": "x"},
        {"rules": [None, 7, "x", {}, {"template": None}, {"template": []}, {"template": {}}]},
        {"schema": {"type": 7}},
        {"schema": {"$ref": "https://schemas.example.net/x.json"}},
        {"schema": {"$ref": "#/nowhere"}},
        {"schema": {"pattern": "("}},
        {"schema": {"required": [{}]}},
        rules({"a": {"pattern": "("}}),
        rules({"a": {"type": "nonsense"}}),
        rules({"a": {"$ref": "file:///etc/passwd"}}),
    ],
)
def test_what_cannot_be_understood_is_left_to_the_service(fields: dict[str, Any]) -> None:
    """Odd requirements are no reason to fail, and no reference is followed."""
    assert [] == found(fields, {"data": [{"a": "x"}] * 7})


def test_no_problem_quotes_what_was_written() -> None:
    """Problems end up in logs, and the data is about people."""
    told = found(rules({"a": TEXT | {"enum": ["x"]}}), {"data": [{"a": "Ann Example"}]})

    assert 2 == len(told)
    assert "Ann" not in str(told)


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({}, ["requestDetails.data"]),
        (
            {"data": [{"a": "too long"}]},
            ["requestDetails.data", "requestDetails.data[0].b"],
        ),
        ({"data": [{"a": "", "b": ""}, {}, {}]}, ["requestDetails.data[2].c"]),
    ],
)
def test_without_the_library_only_what_is_missing_is_found(
    monkeypatch: pytest.MonkeyPatch, details: dict[str, Any], expected: list[str]
) -> None:
    """The extra makes the difference, and nothing fails for want of it."""
    monkeypatch.setitem(sys.modules, "jsonschema", None)

    assert expected == [field for field, _ in found({"schema": SCHEMA}, details)]
    assert [] == found(rules({"a": TEXT}), {"data": [{"a": "too long"}]})
    assert [] == found({"schema": {"required": [{}, 7]}}, {"data": []})


PDF = Document(b"x", filename="x.pdf", document_type="Lease")


@pytest.mark.parametrize(
    ("wanted", "document", "uploaded", "expected"),
    [
        ({"mandatory": True}, None, (), ["attachments.x"]),
        ({"mandatory": True}, None, ("x",), []),
        ({"mandatory": False}, None, (), []),
        ({}, None, (), []),
        ({"mandatory": True}, PDF, (), []),
        ({"allowed_mime_types": ("application/pdf",)}, PDF, (), []),
        ({"allowed_mime_types": ("APPLICATION/PDF",)}, PDF, (), []),
        ({"allowed_mime_types": ("image/png",)}, PDF, (), ["attachments.x.mimeType"]),
        ({"allowed_document_types": ("Lease", "Bill")}, PDF, (), []),
        ({"allowed_document_types": ("Bill",)}, PDF, (), ["attachments.x.documentType"]),
        (
            {"allowed_document_types": ("Bill",)},
            Document(b"x", filename="x"),
            (),
            ["attachments.x.documentType"],
        ),
    ],
)
def test_documents(
    wanted: dict[str, Any],
    document: Document | None,
    uploaded: tuple[str, ...],
    expected: list[str],
) -> None:
    """They have to be there and of the right types, and only the ones that are asked for."""
    requirements = NumberRequirements(attachments=(RequiredAttachment("x", **wanted),))
    given = {} if document is None else {"x": document}

    assert expected == [one.field for one in problems(requirements, {}, given, uploaded)]


def test_a_document_that_nobody_asked_for() -> None:
    """It is told: the service has no place for it."""
    (problem,) = problems(NumberRequirements(), {}, {"y": PDF})

    assert ("attachments.y", "is not in the requirements") == (problem.field, problem.description)
