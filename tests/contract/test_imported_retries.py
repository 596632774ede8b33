"""Calls are retried as the second host's description allows."""

import pytest
from products import every

from sinch_numbers._core.retry.policy import SAFE

from .imported_host import CALLS, DECLARED, OPERATIONS, POLICIES, UNREADABLE, any_yes, replying

pytestmark = pytest.mark.anyio


@every("name", OPERATIONS)
async def test_a_call_is_sent_again_as_the_description_allows(name):
    """Safe, repeatable or to be verified first; nothing goes by the default."""
    client, _ = replying(200, any_yes(name))
    used = []

    async def spy(operation, returns, path, **options):
        used.append(operation)
        raise LookupError

    client._pipeline.run = client._imported.run = spy
    for call in CALLS[name].values():
        with pytest.raises(LookupError):
            await call(client)

    expected = POLICIES[OPERATIONS[name]["x-retry"]]
    for operation in used:
        policy = operation.policy
        assert operation is DECLARED[name]
        assert (expected.max_retries, expected.max_ambiguous_retries, expected.billable) == (
            policy.max_retries,
            policy.max_ambiguous_retries,
            policy.billable,
        )
        # What changes something is settled by a read, wherever one can tell.
        settled = expected is not SAFE and name not in UNREADABLE
        assert settled is (operation.confirm is not None)
    assert len(CALLS[name]) == len(used)


def test_what_opens_something_is_billable():
    """Every POST opens an order, a call or a review: none is repeated in doubt."""
    opening = {name for name, operation in OPERATIONS.items() if operation["method"] == "POST"}

    assert opening == {n for n, o in OPERATIONS.items() if o["x-retry"] == "verify-first"}
    assert opening >= UNREADABLE
