"""
Order requirements, by region and type; without an entry, orders need no registration.

==============  =====================================================================
``AU MOBILE``   three rules with templates, the first for several entries; one
                mandatory document with a choice of MIME and document types
``DE LOCAL``    the same fields as a JSON Schema instead of rules; two mandatory
                documents
``FR LOCAL``    no data at all, one mandatory document to fill in, one optional
``BR MOBILE``   one rule and no document
==============  =====================================================================

The published description has one example only, so all shapes besides ``AU MOBILE`` are
invented: a client must accept any shape.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import attrs

__all__ = ["REQUIREMENTS", "Document", "Field", "Requirements", "Rule"]


@attrs.frozen
class Field:
    """Registration field: a str of limited length, or ``true``."""

    name: str
    longest: int = 80
    kind: str = "string"
    required: bool = True
    pattern: str = ""
    words: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the field."""
        if self.kind == "boolean":
            return {"type": "boolean", "const": True}
        schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": self.longest}
        if self.pattern:
            schema["pattern"] = f"^{self.pattern}$"
        if self.words:
            schema["enum"] = list(self.words)
        return schema

    def problem(self, value: object) -> str:
        """Return the problem with *value*, or an empty str."""
        if value is None or value == "":
            return "is required" if self.required else ""
        if self.kind == "boolean":
            return "" if value is True else "must be true"
        if not isinstance(value, str):
            return "must be a text"
        if len(value) > self.longest:
            return f"must have at most {self.longest} characters"
        if self.words and value not in self.words:
            return f"must be one of {', '.join(self.words)}"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"must match {self.pattern}"
        return ""


@attrs.frozen
class Rule:
    """Registration rule: one entry, or a list if *several* are allowed."""

    fields: tuple[Field, ...]
    several: bool = False

    @property
    def template(self) -> dict[str, Any]:
        """Return the rule's template as published by the API."""
        return {
            "template": {
                field.name: field.schema if field.required else field.schema | {"required": False}
                for field in self.fields
            }
        }

    @property
    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the rule."""
        entry = {
            "type": "object",
            "required": [field.name for field in self.fields if field.required],
            "properties": {field.name: field.schema for field in self.fields},
        }
        return {"type": "array", "minItems": 1, "items": entry} if self.several else entry

    def problems(self, path: str, value: object) -> Iterator[tuple[str, str]]:
        """Yield the problems with *value*, each with the field's path."""
        if self.several and isinstance(value, list):
            entries = cast("list[object]", value)
            if not entries:
                yield path, "is required"
            for place, entry in enumerate(entries):
                yield from self._entry(f"{path}[{place}]", entry)
        else:
            yield from self._entry(path, value)

    def _entry(self, path: str, value: object) -> Iterator[tuple[str, str]]:
        if not isinstance(value, dict):
            yield path, "must be an object"
            return
        given = cast("Mapping[str, object]", value)
        for field in self.fields:
            if problem := field.problem(given.get(field.name)):
                yield f"{path}.{field.name}", problem


@attrs.frozen(kw_only=True)
class Document:
    """Document required or accepted by an order."""

    id: str
    title: str
    description: str = ""
    mandatory: bool = True
    template: tuple[tuple[str, str], ...] = ()
    mime_types: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def json(self) -> dict[str, Any]:
        """Serialize the document as published by the API."""
        return {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "mandatory": self.mandatory,
            "template": [{"name": name, "url": url} for name, url in self.template],
            "allowedMimeTypes": self.mime_types,
            "allowedDocumentTypes": self.kinds,
        }


@attrs.frozen(kw_only=True)
class Requirements:
    """Requirements of orders for one region and type."""

    rules: tuple[Rule, ...] = ()
    documents: tuple[Document, ...] = ()
    as_schema: bool = False

    @property
    def json(self) -> dict[str, Any]:
        """Serialize the requirements as the API's lookup does."""
        fields: dict[str, Any] = {}
        if self.rules and self.as_schema:
            fields = {"schema": self._schema, "attachments": []}
        elif self.rules:
            published = [rule.template for rule in self.rules]
            fields = {"schema": "/schema/rules-v3.json", "rules": published, "attachments": []}
        return {
            "fields": fields,
            "attachments": [document.json for document in self.documents],
        }

    @property
    def _schema(self) -> dict[str, Any]:
        rules = [rule.schema for rule in self.rules]
        data = {"type": "array", "minItems": len(rules), "prefixItems": rules, "items": False}
        return {"type": "object", "required": ["data"], "properties": {"data": data}}

    def problems(self, details: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield all problems with the data of a registration."""
        if not self.rules:
            return
        data = details.get("data")
        if not isinstance(data, list):
            yield "requestDetails.data", "must be a list with an entry for each rule"
            return
        entries = cast("Sequence[object]", data)
        for place, rule in enumerate(self.rules):
            path = f"requestDetails.data[{place}]"
            if place < len(entries):
                yield from rule.problems(path, entries[place])
            else:
                yield path, "is required"
        if len(entries) > len(self.rules):
            yield "requestDetails.data", f"must have {len(self.rules)} entries"

    def document(self, attachment_id: str) -> Document | None:
        """Return the document with that ID."""
        return next((one for one in self.documents if one.id == attachment_id), None)


def _fields(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name) for name in names)


_COUNTRY = Field("country", 2, pattern="[A-Z]{2}")
_PERSON = Rule(
    (*_fields("firstName", "lastName"), Field("phoneNumber", 16, pattern=r"\+[1-9][0-9]{6,14}"))
)

REQUIREMENTS: Mapping[tuple[str, str], Requirements] = {
    ("AU", "MOBILE"): Requirements(
        rules=(
            Rule(
                (
                    Field("senderId", 11),
                    Field("purposeOfTheTraffic", 200),
                    Field("intendedUseOfMobileNumbers", 200),
                    Field("iConfirmThatMyBusinessHasAValidUseCaseForThisLn", kind="boolean"),
                ),
                several=True,
            ),
            Rule(
                (
                    *_fields("endBusinessName", "endBusinessAddress"),
                    Field("endBusinessAddress2", required=False),
                    *_fields("city", "state"),
                    _COUNTRY,
                    Field("postalCode", 10),
                )
            ),
            _PERSON,
        ),
        documents=(
            Document(
                id="01k5rb2c4d6e8f0g2h4j6k8m0n",
                title="Proof of address",
                description="A document not older than three months",
                mime_types=("application/pdf", "image/png", "application/pdf"),
                kinds=("Utility bill", "Bank statement"),
            ),
        ),
    ),
    ("DE", "LOCAL"): Requirements(
        rules=(
            Rule(
                (
                    *_fields("companyName", "street", "city"),
                    Field("postalCode", 5, "string", True, "[0-9]{5}"),
                    Field("legalForm", words=("GmbH", "AG", "UG", "other")),
                )
            ),
            _PERSON,
        ),
        documents=(
            Document(
                id="01k5rb2c4d6e8f0g2h4j6k8m1p",
                title="Extract from the commercial register",
                mime_types=("application/pdf",),
            ),
            Document(
                id="01k5rb2c4d6e8f0g2h4j6k8m2q",
                title="Proof of address in the area",
                kinds=("Utility bill", "Lease"),
            ),
        ),
        as_schema=True,
    ),
    ("FR", "LOCAL"): Requirements(
        documents=(
            Document(
                id="01k5rb2c4d6e8f0g2h4j6k8m3r",
                title="Letter of authorisation",
                template=(("letter.pdf", "https://files.example.net/letter.pdf"),),
                mime_types=("application/pdf",),
            ),
            Document(
                id="01k5rb2c4d6e8f0g2h4j6k8m4s", title="Anything that helps", mandatory=False
            ),
        ),
    ),
    ("BR", "MOBILE"): Requirements(rules=(Rule((*_fields("companyName"), Field("taxId", 18))),)),
}
"""Requirements by region and type."""
