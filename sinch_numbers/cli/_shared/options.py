"""Options shared by several commands, and their conversion."""

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

import attrs
import typer

from sinch_numbers import models
from sinch_numbers._core import atomic_files
from sinch_numbers._core.atomic_files import PRIVATE
from sinch_numbers._core.choices import choice, listed, suggestion, words_of
from sinch_numbers._core.csv_cells import valid_delimiter
from sinch_numbers.cli._shared.written_names import spelled
from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.models import (
    Capability,
    EstVoice,
    FaxVoice,
    NumberType,
    OrderBy,
    RtcVoice,
    SmsConfiguration,
    VoiceConfiguration,
)

E = TypeVar("E", bound=Enum)


def upper(text: str) -> str:
    """Convert a word to the API's spelling: ``toll-free`` becomes ``TOLL_FREE``."""
    return text.strip().upper().replace("-", "_")


@attrs.frozen
class OneOf(Generic[E]):
    """Parser of the values of *enum*, in any case, with ``-`` or ``_``."""

    enum: type[E]

    def __call__(self, text: str) -> E:
        """Return the member that *text* names."""
        try:
            return choice(text.strip(), self.enum, "")
        except InvalidArgumentError:
            pass
        words = [word.lower().replace("_", "-") for word in words_of(self.enum)]
        similar = suggestion(text, words)
        hint = f"; did you mean {similar}?" if similar else ""
        raise typer.BadParameter(f"{text!r} is not {listed(words)}{hint}")

    @property
    def __name__(self) -> str:  # typer shows it if the option has no metavar
        return self.enum.__name__


def utc(text: str) -> datetime:
    """Parse *text* as a datetime; without a time zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("must be an ISO 8601 time, such as 2026-03-20T15:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def octal(text: str) -> int:
    """Parse *text* as a file mode, such as 640."""
    digits = text.strip().removeprefix("0o")
    if not re.fullmatch("0?[0-7]{3}", digits, re.ASCII) or not digits[-3:] >= "4":
        raise typer.BadParameter(
            f"{text!r} must be an octal mode such as 640, which lets the owner read"
        )
    return int(digits, 8)


def csv_delimiter(text: str) -> str:
    """Parse *text* as the separator of CSV files."""
    try:
        return valid_delimiter("\t" if text.strip().lower() == "tab" else text)
    except InvalidArgumentError as error:
        raise typer.BadParameter(
            f"{text!r} must be {error.expected}".replace("a tab", "tab")
        ) from None


@attrs.frozen
class CsvForm:
    """The form of CSV files."""

    delimiter: str = ","
    bom: bool = False


class Order(StrEnum):
    """The sort keys of lists, in the command line's spelling."""

    PHONE_NUMBER = "phone-number"
    DISPLAY_NAME = "display-name"

    @property
    def order_by(self) -> OrderBy:
        """Return the API's enum value."""
        return OrderBy[self.name]


class RentPolicy(StrEnum):
    """The sandbox's rent policies, in the command line's spelling."""

    US_LOCAL = "us-local"
    LEGACY = "legacy"

    @property
    def setting(self) -> Literal["us_local", "legacy"]:
        """Return the argument of `Sandbox`."""
        return "us_local" if self is RentPolicy.US_LOCAL else "legacy"


PhoneNumber = Annotated[
    str, typer.Argument(metavar="NUMBER", help="Phone number in E.164, such as +12025550134.")
]
Region = Annotated[
    str,
    typer.Option("--region", "-r", parser=upper, metavar="CC", help="Region code, such as US."),
]
Type = Annotated[
    NumberType,
    typer.Option(
        "--type",
        "-t",
        parser=OneOf(NumberType),
        metavar="TYPE",
        help="mobile, local or toll-free.",
    ),
]
Capabilities = Annotated[
    list[Capability] | None,
    typer.Option(
        "--capability",
        "-c",
        parser=OneOf(Capability),
        metavar="WORD",
        help="sms or voice; repeat to require both.",
    ),
]
Pattern = Annotated[
    str | None,
    typer.Option(
        "--pattern", "-p", metavar="DIGITS", help="Part of the E.164 number, such as +1202."
    ),
]
SearchPattern = Annotated[
    models.SearchPattern | None,
    typer.Option(
        "--search-pattern",
        parser=OneOf(models.SearchPattern),
        metavar="PLACE",
        help="Position of the pattern: start, contains or end.",
    ),
]
NumbersOrStdin = Annotated[
    list[str],
    typer.Argument(
        metavar="NUMBER...",
        help="Phone numbers in E.164, such as +12025550134; - reads them from stdin: one per "
        "line, CSV, or JSON.",
    ),
]
SomeNumbersOrStdin = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NUMBER...",
        help="Phone numbers in E.164, such as +12025550134; - reads them from stdin: one per "
        "line, CSV, or JSON.",
    ),
]
PhoneNumbers = Annotated[
    list[str],
    typer.Argument(metavar="NUMBER...", help="Phone number in E.164, such as +12025550134."),
]
AnyRegion = Annotated[
    str | None,
    typer.Option("--region", "-r", parser=upper, metavar="CC", help="Only this region."),
]
AnyType = Annotated[
    NumberType | None,
    typer.Option(
        "--type",
        "-t",
        parser=OneOf(NumberType),
        metavar="TYPE",
        help="Only mobile, local or toll-free.",
    ),
]
Limit = Annotated[
    int | None, typer.Option("--limit", "-n", min=1, help="Maximum number of results.")
]
DisplayName = Annotated[
    str | None, typer.Option("--display-name", metavar="TEXT", help="Display name.")
]
RequiredSmsPlan = Annotated[
    str, typer.Option("--sms-plan", metavar="ID", help="SMS service plan ID.")
]
Nnid = Annotated[
    str | None,
    typer.Option("--nnid", metavar="ID", help="Network number ID (default: the one on record)."),
]
At = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        parser=utc,
        metavar="TIME",
        help="When to update the carrier record, such as 2026-03-20T15:00Z.",
    ),
]
SmsPlan = Annotated[
    str | None, typer.Option("--sms-plan", metavar="ID", help="Link this SMS service plan.")
]
Campaign = Annotated[
    str | None, typer.Option("--campaign", metavar="ID", help="Link this 10DLC campaign (US).")
]
VoiceApp = Annotated[
    str | None, typer.Option("--voice-app", metavar="ID", help="Link this Voice API app.")
]
VoiceTrunk = Annotated[
    str | None, typer.Option("--voice-trunk", metavar="ID", help="Link this SIP trunk.")
]
FaxService = Annotated[
    str | None, typer.Option("--fax-service", metavar="ID", help="Link this fax service.")
]
CallbackUrl = Annotated[
    str | None, typer.Option("--callback-url", metavar="URL", help="URL that receives the events.")
]
OutputFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write the list to this file instead of stdout. The suffix selects the format: .csv, "
        ".json, .jsonl, .md, .parquet or .xlsx. - is stdout. Repeatable.",
    ),
]
ReportFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write the report to this file instead of stdout. The suffix selects the format: "
        ".html, .json or .jsonl for the full report; .csv or .parquet for the findings; "
        ".md for a summary; .xlsx for numbers, findings, costs and forecast. - is stdout. "
        "Repeatable.",
    ),
]
Force = Annotated[
    bool,
    typer.Option("--force", help="Overwrite files even if symlinked or owned by another user."),
]
Mode = Annotated[
    int | None,
    typer.Option(
        "--mode",
        parser=octal,
        metavar="OCTAL",
        help="Permissions of all files written, such as 640 (default: 600).",
    ),
]
CsvBom = Annotated[
    bool,
    typer.Option("--csv-bom", help="Begin CSV files with a byte order mark, for Excel."),
]
CsvDelimiter = Annotated[
    str,
    typer.Option(
        "--csv-delimiter",
        parser=csv_delimiter,
        metavar="SIGN",
        help="Separator of CSV files: one sign, or tab.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Skip the confirmation.")]


@attrs.frozen
class Target:
    """A file to write; *force* replaces symlinks and other users' files, too."""

    path: Path
    force: bool = False
    mode: int = PRIVATE

    def replaced(self) -> AbstractContextManager[atomic_files.OutputFile]:
        """Return the context in which the file is written."""
        return atomic_files.replaced(self.path, force=self.force, mode=self.mode)


@attrs.frozen
class FileRule:
    """The options that apply to all files of a command."""

    force: bool
    mode: int

    def append(self, path: Path, data: bytes) -> None:
        """Append *data* to the file at *path*."""
        atomic_files.append(path, data, force=self.force, mode=self.mode)


def file_rule(
    context: typer.Context,
    *,
    force: bool,
    files: Iterable[Path | None],
    named: str = "--output",
) -> FileRule:
    """Return the rule for *files*, the values of the options *named*; all must differ."""
    paths = [path for path in files if path is not None and str(path) != "-"]
    if force and not paths:
        raise typer.BadParameter(f"--force requires {named}")
    real = [_real(path) for path in paths]
    for path, where in zip(paths, real, strict=True):
        # Devices and pipes can take the output of several files.
        if real.count(where) > 1 and (path.is_file() or not path.exists()):
            raise typer.BadParameter(f"{path} is specified twice")
    return FileRule(force, context.obj.mode)


def _real(path: Path) -> str:
    try:
        return os.path.realpath(path)
    except ValueError:  # a NUL in the path, which is reported when the file is opened
        return str(path)


def only_from(
    context: typer.Context, source: str, allowed: Iterable[str], beside: str = "--from"
) -> None:
    """Exit if a parameter is given beside *source* that is not one of the *allowed* ones."""
    for parameter in context.command.params:
        name = parameter.name or ""
        is_given = context.params.get(name) not in (None, (), [], False)
        if is_given and name not in (source, *allowed) and _is_written(context, name):
            raise typer.BadParameter(f"{spelled(parameter)} cannot be combined with {beside}")


def without_from(context: typer.Context, names: Iterable[str]) -> None:
    """Exit if an option is given that requires ``--from``."""
    for parameter in context.command.params:
        if parameter.name in names and _is_written(context, parameter.name):
            raise typer.BadParameter(f"{spelled(parameter)} requires --from")


def _is_written(context: typer.Context, name: str) -> bool:
    return str(context.get_parameter_source(name)).endswith("COMMANDLINE")


def required_numbers(numbers: Sequence[str] | None) -> Sequence[str]:
    """Return *numbers*, or exit since neither they nor ``--from`` are given."""
    if not numbers:
        raise typer.BadParameter("missing argument NUMBER, or --from")
    return numbers


def rented_sms_link(plan: str | None, campaign: str | None) -> SmsConfiguration | None:
    """Return the SMS configuration of a number to rent: a campaign needs a service plan."""
    if campaign is not None and plan is None:
        raise typer.BadParameter("--campaign requires --sms-plan")
    return sms_link(plan, campaign)


def sms_link(plan: str | None, campaign: str | None) -> SmsConfiguration | None:
    """Return the SMS configuration of the options, if any."""
    if plan is None and campaign is None:
        return None
    return SmsConfiguration(service_plan_id=plan, campaign_id=campaign)


def voice_link(
    app: str | None, trunk: str | None, fax_service: str | None
) -> VoiceConfiguration | None:
    """Return the voice configuration of the options, if any; at most one is allowed."""
    links: list[VoiceConfiguration] = []
    if app is not None:
        links.append(RtcVoice(app))
    if trunk is not None:
        links.append(EstVoice(trunk))
    if fax_service is not None:
        links.append(FaxVoice(fax_service))
    if len(links) > 1:
        raise typer.BadParameter(
            "--voice-app, --voice-trunk and --fax-service are mutually exclusive"
        )
    return links[0] if links else None
