"""Operation: facts of an API operation, declared once at its resource method."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final, Generic, Literal, TypeVar

import attrs

from sinch_numbers._core.billing.evidence import Evidence
from sinch_numbers._core.billing.journal import Claims, JournalEntry
from sinch_numbers._core.retry.policy import RetryPolicy

T = TypeVar("T")

Cost = Literal["free", "billable", "unpublished"]
"""Whether the operation costs money; ``unpublished`` if no source states a price."""

_PARAMETER: Final = re.compile(r"\{\w+\}")


@attrs.frozen(eq=False)
class Operation(Generic[T]):
    """The facts of one API operation."""

    id: str
    """The operation ID of the OpenAPI description."""
    method: str
    path: str
    """The path below the project's URL, with parameters in braces."""
    returns: type[T]
    """The model of the response; of an item if the operation is a list."""
    policy: RetryPolicy
    cost: Cost = "free"
    confirm: Callable[[Any, JournalEntry], Awaitable[Evidence]] | None = attrs.field(
        default=None, repr=False
    )
    """
    Resource method that reads the effect of a call after an ambiguous failure.

    Its argument is the journal entry of the call, which another process may have made. ``None``
    if no read shows the effect.
    """
    claims: Claims = Claims.CHANGES
    """The claim of a billable call on its subject."""
    expires_after: timedelta | None = None
    """Time after which the effect of a call is gone, if no read shows it and no call uses it."""
    journaled: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    """Facts that the journal keeps of a request without a template."""
    items: str | None = None
    """The name of the items in the response, if the operation is a list."""
    template: str = attrs.field(
        init=False,
        repr=False,
        default=attrs.Factory(lambda self: _PARAMETER.sub("{}", self.path), takes_self=True),
    )
    """The path with ``{}`` for each parameter."""
