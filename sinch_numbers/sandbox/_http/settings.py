"""Arguments of `Sandbox`, for functions that pass them on."""

import os
from collections.abc import Sequence
from typing import TypedDict

from sinch_numbers.sandbox._protocol.absent import Absent
from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sandbox._state.rent_policy import RentPolicy

__all__ = ["SandboxSettings"]


class SandboxSettings(TypedDict, total=False):
    """Arguments of `Sandbox`, which describes them."""

    numbers: int
    stock: int
    seed: int
    project_id: str | Sequence[str]
    key_id: str
    key_secret: str
    host: str
    port: int
    clock: Clock | None
    token_lifetime: int
    provisioning: float
    latency: float
    rate_limit: float | None
    max_page_size: int
    token_bucket: bool
    webhooks: str
    rent_policy: RentPolicy
    absent: Absent | None
    vendor_mock: bool
    state: str | os.PathLike[str] | None
