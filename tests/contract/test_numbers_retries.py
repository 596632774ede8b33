"""Calls are retried as the Numbers host's description allows."""

import pytest
from products import every

from sinch_numbers._core.retry.policy import BILLABLE, SAFE

from .numbers_host import (
    CALLS,
    DECLARED,
    OPERATIONS,
    POLICIES,
    STRICTER,
    UNREADABLE,
    any_yes,
    replying,
)

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

    expected = STRICTER.get(name, POLICIES[OPERATIONS[name]["x-retry"]])
    for operation in used:
        policy = operation.policy
        assert operation is DECLARED[name]
        assert (expected.max_retries, expected.max_ambiguous_retries, expected.billable) == (
            policy.max_retries,
            policy.max_ambiguous_retries,
            policy.billable,
        )
        # Changes are verified by a read, where one can show them.
        changes = expected is not SAFE and name not in UNREADABLE
        assert changes is (operation.confirm is not None)
    assert len(CALLS[name]) == len(used)


def test_whatever_costs_is_billable():
    """Whatever the description says costs, or may cost, is never repeated in doubt."""
    costly = {n for n, operation in OPERATIONS.items() if operation["x-billable"] is not False}

    assert costly == {
        "rentNumber",
        "rentAnyNumber",
        "provisionEmergencyAddress",
        "createNumberOrder",
        "submitNumberOrder",
    }
    for name in costly:
        assert BILLABLE is STRICTER.get(name, POLICIES[OPERATIONS[name]["x-retry"]])
    assert {operation["x-retry"] for operation in OPERATIONS.values()} == POLICIES.keys()
