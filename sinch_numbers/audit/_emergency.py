"""Which numbers lack an emergency address: one read for each, many at a time."""

from collections.abc import Callable, Sequence

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core.concurrency import for_each
from sinch_numbers.audit._findings import AuditedNumber, Finding, Message
from sinch_numbers.audit._rules import EMERGENCY_MISSING, EMERGENCY_UNCHECKED
from sinch_numbers.errors import APIStatusError, NotFoundError, SinchNumbersError
from sinch_numbers.models import ActiveNumber, ResourceInfo
from sinch_numbers.models import _number_status as links

RULES = (EMERGENCY_MISSING, EMERGENCY_UNCHECKED)


def wants_address(number: ActiveNumber) -> bool:
    """Whether calls can be made with *number* where emergency services ask for an address."""
    return (
        number.region_code in ("US", "CA")
        and number.expire_at is None
        and (links.voice_link(number) or links.voice_job(number)) is not None
    )


async def emergency_findings(
    client: NumbersClient,
    callers: Sequence[AuditedNumber],
    *,
    concurrency: int,
    progress: Callable[[int], None],
) -> list[Finding]:
    """
    Return which of *callers* lack an address, and for which that could not be told.

    An error is a finding about its number and does not stop the rest. Free of charge.
    """
    # Asked about once all numbers are read: a page of them is there in the time of one
    # address, so that asking meanwhile would hold as many, and slow the reading down.
    findings: list[Finding] = []
    done = 0

    async def check(caller: AuditedNumber) -> None:
        nonlocal done
        try:
            await client.emergency_address.get(caller.phone_number)
        except SinchNumbersError as error:
            if _is_missing(error):
                finding = EMERGENCY_MISSING.finding(caller, Message("has no emergency address"))
            else:
                finding = EMERGENCY_UNCHECKED.finding(caller, Message(_reason(error)))
            findings.append(finding)
        done += 1
        progress(done)

    await for_each(callers, check, concurrency=concurrency)
    return findings


def _is_missing(error: SinchNumbersError) -> bool:
    # A 404 in other words may come from anywhere on the way.
    return isinstance(error, NotFoundError) and error.code == "NOT_FOUND" and not _is_gone(error)


def _is_gone(error: NotFoundError) -> bool:
    """Whether it is the number itself that is not there any more."""
    return any(
        isinstance(detail, ResourceInfo) and detail.resource_type == "ActiveNumber"
        for detail in error.details
    )


def _reason(error: SinchNumbersError) -> str:
    if isinstance(error, NotFoundError) and _is_gone(error):
        return "the number is not rented any more"
    if isinstance(error, APIStatusError):
        return f"{error.status} {error.code or ''}".rstrip()
    return error.message
