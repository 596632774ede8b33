"""Check for missing emergency addresses: one concurrent request for each number."""

from collections.abc import Awaitable, Callable, Sequence

from sinch_numbers._client.client import NumbersClient
from sinch_numbers._core.concurrency import for_each
from sinch_numbers.audit._findings import AuditedNumber, Finding, Message
from sinch_numbers.audit._rules import EMERGENCY_MISSING, EMERGENCY_UNCHECKED
from sinch_numbers.errors import APIStatusError, NotFoundError, SinchNumbersError
from sinch_numbers.models import ResourceInfo


async def emergency_findings(
    client: NumbersClient,
    callers: Sequence[AuditedNumber],
    *,
    concurrency: int,
    progress: Callable[[int], Awaitable[None]],
) -> list[Finding]:
    """
    Return the numbers that lack an emergency address, or whose address is unknown.

    An error becomes a finding about its number and does not stop the rest. Free of charge.
    """
    # Runs after all numbers are read: a page of numbers takes as long to read as one address, so
    # requests in between would queue up in memory and slow the read down.
    findings: list[Finding] = []
    done = 0

    async def check(caller: AuditedNumber) -> None:
        nonlocal done
        try:
            await client.emergency_address.get(caller.phone_number)
        except SinchNumbersError as error:
            if _is_missing(error):
                finding = EMERGENCY_MISSING.finding(
                    caller, Message("has no emergency address", cause="")
                )
            else:
                finding = EMERGENCY_UNCHECKED.finding(caller, Message(_reason(error), cause=""))
            findings.append(finding)
        done += 1
        await progress(done)

    await for_each(callers, check, concurrency=concurrency)
    return findings


def _is_missing(error: SinchNumbersError) -> bool:
    # Check the code: a 404 without it may come from a proxy.
    return isinstance(error, NotFoundError) and error.code == "NOT_FOUND" and not _is_gone(error)


def _is_gone(error: NotFoundError) -> bool:
    """Whether the number itself no longer exists."""
    return any(
        isinstance(detail, ResourceInfo) and detail.resource_type == "ActiveNumber"
        for detail in error.details
    )


def _reason(error: SinchNumbersError) -> str:
    if isinstance(error, NotFoundError) and _is_gone(error):
        return "the number has left the project"
    if isinstance(error, APIStatusError):
        return f"{error.status} {error.code or ''}".rstrip()
    return error.message
