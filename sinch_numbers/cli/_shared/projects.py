"""
The file of projects to audit: CSV, JSON, JSON Lines, YAML or TOML.

A row is a project: ``project_id``, ``key_id``, and optionally ``key_secret_env``, the name of
the environment variable with the key's secret, and ``expect``, a file of expected numbers,
relative to this one. Secrets are never stored in the file. By default the variable is
``SINCH_KEY_SECRET_`` and the project's id, in upper case, with ``_`` for every character that
is not allowed in a variable name::

    [[projects]]
    project_id = "acme-prod"
    key_id = "my-key"        # and its secret is in SINCH_KEY_SECRET_ACME_PROD
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs

from sinch_numbers._core import arguments
from sinch_numbers.audit._files.input_files import InputFileError, Row, read_rows
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models._secret import Secret

_COLUMNS: Final = ("project_id", "key_id", "key_secret_env", "expect")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@attrs.frozen
class ProjectKey:
    """A project to audit, and its key."""

    project_id: str
    key_id: str
    secret_variable: str
    expect: Path | None = None

    @property
    def secret(self) -> Secret:
        """Return the key's secret; raise `InvalidArgumentError` if copying has changed it."""
        found = Secret(os.environ.get(self.secret_variable, ""))
        return arguments.secret(found, "key_secret", self.secret_variable) if found else found


def read_projects(path: Path) -> tuple[ProjectKey, ...]:
    """
    Read the projects in the file *path*.

    Raises `InputFileError` when it cannot be parsed or a secret is not in the environment.
    """
    found: dict[str, ProjectKey] = {}
    for row in read_rows(path, _COLUMNS, ("project_id", "key_id")):
        key = _key(row)
        if key.project_id in found:
            raise row.error("project_id", "unique project IDs", key.project_id)
        found[key.project_id] = key
    if not found:
        raise InputFileError(path, "at least one project")
    _check_secrets(path, tuple(found.values()))
    return tuple(found.values())


def _check_secrets(path: Path, keys: Sequence[ProjectKey]) -> None:
    missing = dict.fromkeys(key.secret_variable for key in keys if not key.secret)
    if missing:
        raise InputFileError(path, f"{', '.join(missing)} to be set in the environment")


def _key(row: Row) -> ProjectKey:
    try:
        project_id = arguments.project_id(row.text("project_id"))
    except InvalidArgumentError as error:
        raise row.error("project_id", error.expected, row.cells["project_id"]) from None
    key_id = row.text("key_id") or ""
    if not key_id.isprintable() or ":" in key_id:
        raise row.error("key_id", "an access key ID")
    variable = row.text("key_secret_env")
    if variable is None:
        variable = f"SINCH_KEY_SECRET_{re.sub('[^A-Z0-9]', '_', project_id.upper())}"
    if not _VARIABLE.fullmatch(variable):
        # Not quoted: it may be the secret itself.
        raise row.error("key_secret_env", "the name of an environment variable")
    expect = row.text("expect")
    return ProjectKey(project_id, key_id, variable, row.path.parent / expect if expect else None)
