"""Malformed responses to every operation of the imported numbers' host."""

import pytest
from malformed import FINE, HTTP_REPLIES
from products import product

from sinch_numbers.errors import OutcomeUnknownError, SinchNumbersError, UnexpectedResultError
from tests.contract.imported_host import CALLS, OPERATIONS

from .test_hostile_replies import Capped

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

# One of each kind that ends by itself: the corpus as a whole is about what all calls share.
REPLIES = [
    "nothing at all", "noise", "less than its length", "chunks without an end",
    "gzip that is none", "an empty body", "HTML", "NaN", "a member twice", "nested without end",
    "null", "a list", "a text", "an empty object", "another number", "a yes that is an error",
    "302", "404 in HTML", "408", "409 with a list", "429 for 30 years", "500 in HTML", "999",
]  # fmt: skip


@product(
    operation=list(OPERATIONS),
    name=REPLIES,
    classes={"operation": {name: one["x-retry"] for name, one in OPERATIONS.items()}},
)
async def test_a_hostile_reply(serve, client_for, leaks, operation, name):
    """A result or a typed error; what opens something is sent once, and in doubt said to be."""
    script, expected = HTTP_REPLIES[name]
    method, kind = OPERATIONS[operation]["method"], OPERATIONS[operation]["x-retry"]
    async with serve(script) as server:
        client = client_for(
            server.url,
            imported_numbers_url=server.url,
            timeout=5.0,
            settle_timeout=0.002,
            transport=Capped(),
        )
        async with client:
            try:
                await next(iter(CALLS[operation].values()))(client)
                raised = None
            except SinchNumbersError as error:
                raised = error

    assert method == server.requests[0][0]
    assert [method] == [m for m, _ in server.requests if m == method] or method == "GET"
    if raised is None:
        # A page of nothing, counts of nothing, and a deletion have nothing to be wrong with.
        assert operation.startswith(("list", "get", "delete", "add", "update"))
        return
    assert leaks(raised, "canary.token.5f0e") == []
    assert (method, 1) == (raised.method, raised.attempts)
    in_doubt = expected is not FINE and all(
        cls.maybe_applied for cls in (expected if isinstance(expected, tuple) else (expected,))
    )
    if kind == "verify-first" and in_doubt:
        # A success for another number is known; a response that names none is verified.
        elsewhere = name == "another number" and type(raised) is UnexpectedResultError
        assert elsewhere or type(raised) is OutcomeUnknownError
