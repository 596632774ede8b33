"""OpenAPI descriptions of both hosts, and a client whose requests are validated."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core.auth.cache import Token
from sinch_numbers._core.transport.base import Reply
from sinch_numbers.models._secret import Secret

METHODS = ("get", "put", "post", "patch", "delete")
PROJECT = "6f1d2c3b-4a59-4e68-9d7f-0a1b2c3d4e5f"


PROJECT_PATH = "/v1/projects/{projectId}"


def takes_nothing(operation: dict[str, Any]) -> bool:
    """Whether a described operation has neither a body nor parameters of its own."""
    shared = {"projectId", "pageSize", "pageToken"}
    return "requestBody" not in operation and (
        {parameter["name"] for parameter in operation["parameters"]} <= shared
    )


def default_cases(
    spec: dict[str, Any], cases: list[tuple[str, str, dict[str, Any], int]]
) -> list[tuple[str, str, dict[str, Any], int]]:
    """Return conformance cases of the operations without parameters that have none yet."""
    known = {(method, path) for method, path, *_ in cases}
    no_token = {"headers": {"Authorization": "Bearer x"}}
    return [
        (method, path, case, status)
        for path, item in spec["paths"].items()
        for method, operation in item.items()
        if method in METHODS
        and (method, path) not in known
        and takes_nothing(
            {
                **operation,
                "parameters": [one for one in operation.get("parameters", []) if "name" in one],
            }
        )
        for case, status in (({}, 200), (no_token, 401))
    ]


def below_project(path: str) -> str:
    """Return a described *path* below the project's."""
    return path.removeprefix(PROJECT_PATH)


class Description:
    """The description of a host, its references followed."""

    def __init__(self, name: str) -> None:
        file = Path(__file__).parent / "data" / f"{name}.openapi.json"
        self.api = json.loads(file.read_text())
        self.url: str = self.api["servers"][0]["url"]
        self.operations: dict[str, dict[str, Any]] = {
            operation["operationId"]: {
                **self.resolved(operation),
                "method": method.upper(),
                "path": path,
                "parameters": self.resolved(
                    [*item.get("parameters", []), *operation.get("parameters", [])]
                ),
            }
            for path, item in self.api["paths"].items()
            for method, operation in item.items()
            if method in METHODS and path != "/oauth2/token"
        }

    def resolved(self, node: Any) -> Any:
        """Follow the references in *node*, at any depth."""
        if isinstance(node, list):
            return [self.resolved(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            target = self.api
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            return self.resolved(target)
        return {name: self.resolved(value) for name, value in node.items()}

    def words(self, schema: str) -> set[str]:
        """Return the words that a schema lists."""
        return set(self.api["components"]["schemas"][schema]["enum"])

    def refusals(self) -> list[Any]:
        """Return operation, status and value of each example of an error."""
        return [
            pytest.param(name, int(status), value, id=f"{name} {status} {example}")
            for name, operation in self.operations.items()
            for status, reply in operation["responses"].items()
            if status not in ("200", "default")
            for example, value in examples(reply).items()
        ]

    def requests(self, calls: dict[str, dict[str, Any]], *without: str) -> list[Any]:
        """Return operation, body and call of each example of a request."""
        return [
            pytest.param(name, body, calls[name].get(example), id=f"{name} {example}")
            for name, operation in self.operations.items()
            if name not in without
            for example, body in asked(operation).items()
        ]


def examples(node: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON examples of a request or a reply, by name."""
    content = node.get("content", {}).get("application/json", {})
    named = {name: one["value"] for name, one in content.get("examples", {}).items()}
    return {"example": content["example"], **named} if "example" in content else named


def asked(operation: dict[str, Any]) -> dict[str, Any]:
    """Return the examples of what an operation is sent; of no body there is one."""
    return examples(operation.get("requestBody", {})) or {"": None}


def query_of(operation: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of the query, by name."""
    return {p["name"]: p for p in operation["parameters"] if p["in"] == "query"}


def ambiguous(status: int, error: dict[str, Any], number: str | None) -> bool:
    """
    Whether an error response leaves open if a billable call about *number* took effect.

    A server error and a conflict do, and a 404 that does not name the number, if there is one:
    such a 404 may come from a gateway.
    """
    if status in (409, 500):
        return True
    if status != 404 or number is None:
        return False
    named = [one.get("resourceName") for one in error["details"] if one["type"] == "ResourceInfo"]
    return not {number, ""} & {*named}


def check_body(operation: dict[str, Any], body: Any, sent: bytes | None) -> None:
    """Hold what was sent against the schema; where none is described none is sent."""
    if body is None:
        assert sent is None
        assert "requestBody" not in operation
    else:
        assert sent is not None
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        jsonschema.validate(json.loads(sent), schema)


class FixedToken:
    async def get(self) -> Token:
        return Token(Secret("Bearer 0123456789"), 3600.0)

    def invalidate(self, token: Token) -> bool:
        return False

    async def close(self) -> None:
        pass


class Recorder:
    """A transport that answers with *reply*, and remembers what it was to send."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.requests: list[Any] = []

    async def exchange(self, request: Any) -> Reply:
        request.sent = True
        self.requests.append(request)
        return self.reply

    async def close(self) -> None:
        pass


def answered(status: int, body: bytes, **options: Any) -> tuple[NumbersClient, Recorder]:
    """Return a client that is always answered alike, and what notes its requests."""
    transport = Recorder(Reply(status, {}, body))
    return NumbersClient(PROJECT, tokens=FixedToken(), transport=transport, **options), transport


async def first_page(pager: Any) -> Any:
    async for page in pager.pages("opaque+/=&token"):
        return page
    return None
