"""Tables of numbers, regions and settings, for people."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from rich import box
from rich.table import Table
from rich.text import Text

from sinch_numbers._client.wait_results import WaitResult
from sinch_numbers._core.lookalikes import visible
from sinch_numbers.models import ActiveNumber, AvailableNumber, AvailableRegion, Money
from sinch_numbers.models._number_status import (
    NumberStatus,
    campaign,
    has_failed,
    service_plan,
    sms_job,
    status_of,
    voice_job,
    voice_link,
)

_STATUS_STYLES: Final[Mapping[NumberStatus, str]] = {
    NumberStatus.RELEASED: "yellow",
    NumberStatus.FAILED: "red",
    NumberStatus.PENDING: "cyan",
    NumberStatus.LINKED: "green",
    NumberStatus.UNLINKED: "dim",
}
_NARROW: Final = 100
_FIXED: Final = {"Number": 14, "Region": 6, "Type": 9, "Status": 8, "Price": 8}
_WIDEST: Final = {"SMS": 40, "Voice": 24, "Name": 40}


def safe(value: object, style: str = "") -> Text:
    """Return *value* as text without markup or hidden characters; ``None`` is empty."""
    return Text("" if value is None else visible(value), style)


def table(*, heading: bool = True) -> Table:
    """Return an empty table in the default style."""
    return Table(box=box.SIMPLE_HEAD if heading else None, pad_edge=False, show_header=heading)


def price(money: Money | None) -> str:
    """Return *money* with its currency, or ``unknown``."""
    return f"{money.currency_code} {money.amount:,.2f}" if money else "unknown"


def interval(months: int | None) -> str:
    """Describe how often a price is charged."""
    return f"every {months} months" if months and months > 1 else "a month"


def active_numbers(numbers: Iterable[ActiveNumber], *, width: int, heading: bool = True) -> Table:
    """Return rented numbers as a table, with the same column widths on every page."""
    found, numbers = table(heading=heading), list(numbers)
    narrow = width < _NARROW
    longest = max([_FIXED["Number"] - 1, *(len(one.phone_number) for one in numbers)])
    # Releases of rich differ in the padding of a first or last column with a minimum width, so
    # cells of these columns are padded. On a narrow terminal only the padding is cut.
    found.add_column("Number", min_width=longest, no_wrap=True, overflow="crop")
    for name in ("Region", "Type", "Status"):
        found.add_column(name, min_width=_FIXED[name], no_wrap=True)
    found.add_column("Price", min_width=_FIXED["Price"], justify="right", no_wrap=True)
    # Distribute the remaining width explicitly, so that it is the same on every page.
    left = max(0, width - sum(_FIXED.values()) - 3 * len(_FIXED) - 2)
    shares = {"Name": left} if narrow else _shares(left - 2 * 3)
    for name in () if narrow else ("SMS", "Voice"):
        share = shares[name]
        found.add_column(name, min_width=share, max_width=share, no_wrap=True, overflow="ellipsis")
    found.add_column("Name", no_wrap=True)
    for number in numbers:
        status = status_of(number)
        phone_number, display_name = safe(number.phone_number, "bold"), safe(number.display_name)
        phone_number.pad_right(longest + 1 - len(phone_number))
        display_name.truncate(shares["Name"], overflow="ellipsis", pad=True)
        links = [] if narrow else [safe(_sms(number)), safe(_voice(number))]
        found.add_row(
            phone_number,
            safe(number.region_code),
            safe(number.type),
            Text(status, _STATUS_STYLES[status]),
            safe(price(number.money)),
            *links,
            display_name,
        )
    return found


def waits(results: Iterable[WaitResult[ActiveNumber]]) -> Table:
    """Return the results of waits as a table."""
    found = table()
    for title in ("Number", "Outcome", "State", "Reason"):
        found.add_column(title, no_wrap=title == "Number")
    for one in results:
        state = ", ".join(f"{name} {step}" for name, step in one.steps.items()) or one.state
        reason = one.problem if one.error is None else str(one.error)
        cells = (one.subject, one.outcome.replace("_", " "), state, reason)
        found.add_row(*(safe(cell) for cell in cells))
    return found


def active_number(number: ActiveNumber) -> Table:
    """Return all details of a rented number."""
    status = status_of(number)
    return facts(
        {
            "Number": safe(number.phone_number, "bold"),
            "Name": number.display_name,
            "Region, type": f"{number.region_code or '-'} {number.type or '-'}",
            "Capabilities": " ".join(number.capability),
            "Status": Text(status, _STATUS_STYLES[status]),
            "SMS": _sms(number),
            "Voice": _voice(number),
            "Price": f"{price(number.money)} {interval(number.payment_interval_months)}",
            "Next charge": _moment(number.next_charge_date) if not number.expire_at else "none",
            "Ends": _moment(number.expire_at),
            "Callback URL": number.callback_url,
        }
    )


def available_numbers(numbers: Iterable[AvailableNumber]) -> Table:
    """Return available numbers as a table."""
    found = table()
    for name in ("Number", "Region", "Type", "Capabilities"):
        found.add_column(name, no_wrap=True)
    found.add_column("Setup", justify="right", no_wrap=True)
    found.add_column("Price", justify="right", no_wrap=True)
    found.add_column("", no_wrap=True)
    for number in numbers:
        found.add_row(
            safe(number.phone_number, "bold"),
            safe(number.region_code),
            safe(number.type),
            safe(" ".join(number.capability)),
            safe(price(number.setup_price)),
            safe(price(number.monthly_price)),
            interval(number.payment_interval_months),
        )
    return found


def available_number(number: AvailableNumber) -> Table:
    """Return all details of an available number."""
    return facts(
        {
            "Number": safe(number.phone_number, "bold"),
            "Region, type": f"{number.region_code} {number.type}",
            "Capabilities": " ".join(number.capability),
            "Setup": price(number.setup_price),
            "Price": f"{price(number.monthly_price)} {interval(number.payment_interval_months)}",
            "Documents": "required" if number.supporting_documentation_required else "none",
        }
    )


def regions(found: Iterable[AvailableRegion]) -> Table:
    """Return regions and their number types as a table."""
    shown = table()
    for name in ("Region", "Name", "Types"):
        shown.add_column(name)
    for region in found:
        shown.add_row(
            safe(region.region_code, "bold"),
            safe(region.region_name),
            safe(" ".join(region.types)),
        )
    return shown


def facts(members: Mapping[str, object]) -> Table:
    """Return names and values side by side; a missing value is shown as a dash."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in members.items():
        grid.add_row(name, value if isinstance(value, Text) else safe(value or "-"))
    return grid


def _shares(width: int) -> dict[str, int]:
    whole = sum(_WIDEST.values())
    return {name: min(most, width * most // whole) for name, most in _WIDEST.items()}


def _sms(number: ActiveNumber) -> str:
    plan, job = service_plan(number), sms_job(number)
    shown = " ".join(one for one in (plan, campaign(number)) if one)
    if job is None:
        return shown
    wanted = " ".join(one for one in (job.service_plan_id, job.campaign_id) if one)
    state = " ".join((str(job.status or "scheduled"), *job.error_codes))
    return (
        f"{shown} {wanted} ({'FAILED' if has_failed(job) and not job.status else state})".lstrip()
    )


def _voice(number: ActiveNumber) -> str:
    voice, job, target = number.voice_configuration, voice_job(number), voice_link(number)
    shown = f"{voice.type} {target}" if voice and target else ""
    if job is None:
        return shown
    wanted = job.app_id or job.trunk_id or job.service_id or ""
    return f"{shown} {wanted} ({job.status or 'scheduled'})".lstrip()


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
