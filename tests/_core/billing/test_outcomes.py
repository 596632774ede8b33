"""Outcomes of attempts: classification of each error and status."""

import pytest

from sinch_numbers import errors
from sinch_numbers._core.billing.decisions import Event
from sinch_numbers._core.billing.outcomes import attempt_event, is_own_404
from sinch_numbers.errors import APIStatusError, NotFoundError, SinchNumbersError
from sinch_numbers.errors._status import status_error
from sinch_numbers.models import BadRequest, ErrorDetail, Extra, ResourceInfo, UnknownDetail

NUMBER = "+12025550134"
ORDER = "01k5q7zzq4e2d8n6m0p3r5s7tv"

CONFLICTS_AND_GATEWAYS = {409, 444, 460, 499}


def of_status(status: int) -> APIStatusError:
    return status_error(status)("", status=status, code="SOME_CODE")


def expected(status: int) -> Event:
    # Written differently from the package, on purpose: range by range.
    if status == 429:
        return Event.THROTTLED
    if 400 <= status < 500 and status not in {404, 408, *CONFLICTS_AND_GATEWAYS}:
        return Event.REJECTED
    return Event.REJECTED if status == 501 else Event.AMBIGUOUS


def test_every_status() -> None:
    """
    Only a rejection by the service itself is certain.

    Redirects, server errors, conflicts, and the statuses of gateways may follow an effect.
    """
    statuses = [status for status in range(100, 1000) if not 200 <= status < 300]

    assert {status: expected(status) for status in statuses} == {
        status: attempt_event(of_status(status), NUMBER) for status in statuses
    }


CLASSES = {
    errors.APIConnectionError: Event.NOT_SENT,
    errors.TLSError: Event.REJECTED,  # not sent either, and a retry would fail as well
    errors.ProxyError: Event.NOT_SENT,
    errors.AuthUnavailableError: Event.REJECTED,  # the token service has its own retries
    errors.APIReplyLostError: Event.AMBIGUOUS,
    errors.APITimeoutError: Event.AMBIGUOUS,
    errors.APIResponseError: Event.AMBIGUOUS,
    errors.ClientClosedError: Event.REJECTED,
    errors.StoreError: Event.REJECTED,
    errors.UploadError: Event.REJECTED,
}


@pytest.mark.parametrize(("cls", "event"), CLASSES.items(), ids=[cls.__name__ for cls in CLASSES])
def test_every_error_of_an_attempt(cls: type[SinchNumbersError], event: Event) -> None:
    """An error without a response is ambiguous exactly if the request may have been sent."""
    error = cls("it broke")

    assert event is attempt_event(error, NUMBER)
    assert (event is Event.AMBIGUOUS) is error.maybe_applied


def test_a_success_about_another_number() -> None:
    """The call took effect, but elsewhere."""
    error = errors.UnexpectedResultError("another number", object())

    assert Event.APPLIED_ELSEWHERE is attempt_event(error, NUMBER)


def info(name: str | None) -> ResourceInfo:
    return ResourceInfo("AvailableNumber", name)


OTHER_DETAILS = (BadRequest(()), UnknownDetail(Extra({"type": "ResourceInfo"})))


@pytest.mark.parametrize(
    ("code", "details", "subject", "own"),
    [
        pytest.param("NOT_FOUND", (info(NUMBER),), NUMBER, True, id="it names the number"),
        pytest.param("NOT_FOUND", (info(""),), NUMBER, True, id="an empty name"),
        pytest.param("NOT_FOUND", (info(None),), NUMBER, True, id="no name"),
        pytest.param("NOT_FOUND", (info("+12025550199"),), NUMBER, False, id="another number"),
        pytest.param(
            "NOT_FOUND", (info("+12025550199"), info(NUMBER)), NUMBER, True, id="one of two"
        ),
        pytest.param("NOT_FOUND", (), NUMBER, False, id="no details: an unknown route"),
        pytest.param("NOT_FOUND", OTHER_DETAILS, NUMBER, False, id="other details"),
        pytest.param(None, (info(NUMBER),), NUMBER, False, id="no code"),
        pytest.param("not_found", (info(NUMBER),), NUMBER, False, id="another code"),
        pytest.param("404", (), None, False, id="a number as the code"),
        pytest.param("NOT_FOUND", (), ORDER, True, id="an order, which details do not name"),
        pytest.param("NOT_FOUND", (), None, True, id="a call without a subject"),
    ],
)
def test_only_the_services_own_404_is_a_rejection(
    code: str | None, details: tuple[ErrorDetail, ...], subject: str | None, own: bool
) -> None:
    """Code and details are the service's, and they name the number; all else is ambiguous."""
    error = NotFoundError("", status=404, code=code, details=details)

    assert own is is_own_404(error, subject)
    assert (Event.TAKEN if own else Event.AMBIGUOUS) is attempt_event(error, subject)
