"""A client of pyright's language server, which shows what editors complete and display."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class LanguageServer:
    """Pyright's language server, with one open file, which need not exist."""

    def __init__(self, file: Path, text: str) -> None:
        self._uri = file.as_uri()
        self._text = text
        self._id = 0
        self._server = subprocess.Popen(
            [str(Path(sys.executable).with_name("pyright-langserver")), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=file.parent,
            env=os.environ,
        )

    def __enter__(self) -> Self:
        capabilities = {"workspace": {"configuration": True}}
        self._call("initialize", {"processId": None, "capabilities": capabilities})
        self._send({"method": "initialized", "params": {}})
        document = {"uri": self._uri, "languageId": "python", "version": 1, "text": self._text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.kill()
        self._server.communicate()

    def completions(self, before: str) -> set[str]:
        """Return the labels of the completions after the first occurrence of *before*."""
        found = self._call("textDocument/completion", self._after(before))
        items = found["items"] if isinstance(found, dict) else found or []
        return {item["label"] for item in items}

    def hover(self, before: str) -> str:
        """Return the Markdown of the hover text at the end of *before*."""
        place = self._after(before)
        place["position"]["character"] -= 1
        found = self._call("textDocument/hover", place)
        return str(found["contents"]["value"])

    def _after(self, before: str) -> dict[str, Any]:
        lines = self._text[: self._text.index(before) + len(before)].split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        return {"textDocument": {"uri": self._uri}, "position": position}

    def _call(self, method: str, params: dict[str, Any]) -> Any:
        self._id += 1
        self._send({"id": self._id, "method": method, "params": params})
        while True:
            message = self._received()
            if "method" not in message and message.get("id") == self._id:
                return message["result"]
            if "method" in message and "id" in message:
                self._send({"id": message["id"], "result": self._answer(message)})

    def _answer(self, message: dict[str, Any]) -> Any:
        """Return the result of the server's own request: it asks for the configuration."""
        if message["method"] != "workspace/configuration":
            return None
        return [{"pythonPath": sys.executable} for _ in message["params"]["items"]]

    def _send(self, message: dict[str, Any]) -> None:
        assert self._server.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._server.stdin.flush()

    def _received(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        length = 0
        while line := self._server.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        message: dict[str, Any] = json.loads(self._server.stdout.read(length))
        return message
