"""Commands for the profiles that `configure` stores."""

from typing import Annotated, Any

import attrs
import typer

from sinch_numbers._core.choices import suggestion
from sinch_numbers._core.escaping import joined
from sinch_numbers._core.profiles import Document, read_profiles
from sinch_numbers.cli._shared import options
from sinch_numbers.cli._shared.errors import ExitCode, fail, reporting_errors
from sinch_numbers.cli._shared.output import Output
from sinch_numbers.cli._shared.problems import print_line
from sinch_numbers.cli._shared.profile_files import shown, write_profiles
from sinch_numbers.cli._shared.prompts import confirm
from sinch_numbers.cli._views import tables

commands = typer.Typer(help="List, select and remove profiles; configure stores one.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the profile.")]


@commands.command("list")
def list_(context: typer.Context) -> None:
    """List the profiles, without secrets."""
    with reporting_errors(context):
        document = read_profiles()
        found = [shown(name, document) for name in document.profiles]
        view = tables.table()
        for title in ("Profile", "Default", "Project", "Key", "Secret"):
            view.add_column(title)
        for one in found:
            cells = (
                one["profile"],
                "yes" if one["default"] else "",
                one.get("project_id"),
                one.get("key_id"),
                _secret(one),
            )
            view.add_row(*(tables.safe(cell) for cell in cells))
        Output(form=context.obj.form).many(found, view)


@commands.command("show")
def show(context: typer.Context, name: Name) -> None:
    """Show a profile, without its secret."""
    with reporting_errors(context):
        found = shown(name, _document_with(name))
        Output(form=context.obj.form).one(found, tables.facts(found))


@commands.command("use")
def use(context: typer.Context, name: Name) -> None:
    """Make a profile the default."""
    with reporting_errors(context):
        document = attrs.evolve(_document_with(name), default=name)
        write_profiles(document)
        print_line(f"{name} is the default profile, unless SINCH_PROFILE or --profile is given.")


@commands.command("remove")
def remove(context: typer.Context, name: Name, yes: options.Yes = False) -> None:
    """Remove a profile, and the secret that it stores."""
    with reporting_errors(context):
        document = _document_with(name)
        confirm(f"The profile {name} is removed from {document.path}.", "Remove it?", yes=yes)
        left = {key: value for key, value in document.profiles.items() if key != name}
        write_profiles(attrs.evolve(document, profiles=left))


def _document_with(name: str) -> Document:
    """Return the file of profiles; exit if *name* is not in it."""
    document = read_profiles()
    if name not in document.profiles:
        similar = suggestion(name, document.profiles)
        hint = f"; did you mean {similar}?" if similar else ""
        known = joined(sorted(document.profiles)) or "none"
        fail(f"no profile {name}; there are: {known}{hint}", ExitCode.NOT_FOUND)
    return document


def _secret(profile: dict[str, Any]) -> str | None:
    """Describe where the secret of *profile* comes from."""
    for key, words in (
        ("key_secret_variable", "variable {}"),
        ("key_secret_file", "file {}"),
        ("key_secret", "{}"),
    ):
        if key in profile:
            return words.format(profile[key])
    if "key_secret_command" in profile:
        return f"command {profile['key_secret_command'][0]}"
    return None
