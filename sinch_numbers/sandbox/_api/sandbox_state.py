"""Complete state of a sandbox."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from hashlib import sha256

import attrs

from sinch_numbers.sandbox._protocol.absent import Absent
from sinch_numbers.sandbox._protocol.auth import Keys
from sinch_numbers.sandbox._protocol.clock import Clock
from sinch_numbers.sandbox._protocol.faults import Faults
from sinch_numbers.sandbox._protocol.throttle import Bucket
from sinch_numbers.sandbox._state.inventory import Inventory, seed_of
from sinch_numbers.sandbox._state.ledger import LedgerEntry
from sinch_numbers.sandbox._state.paging import PageTokens
from sinch_numbers.sandbox._state.rent_policy import RentPolicy
from sinch_numbers.sandbox._state.state import Project
from sinch_numbers.sandbox._webhooks.webhooks import Webhooks

__all__ = ["SandboxState", "Settings"]


@attrs.frozen(kw_only=True)
class Settings:
    """Sandbox settings, without secrets."""

    numbers: int
    stock: int
    seed: int
    token_lifetime: int
    provisioning: float
    latency: float
    rate_limit: float | None
    max_page_size: int
    token_bucket: bool
    rent_policy: RentPolicy
    absent: Absent | None = None
    vendor_mock: bool = False


class SandboxState:
    """
    Projects, keys, clock and faults, plus a record of calls and changes.

    The projects in *empty* have no numbers.
    """

    def __init__(
        self,
        settings: Settings,
        project_ids: Sequence[str],
        key: tuple[str, str],
        clock: Clock,
        empty: Collection[str] = (),
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.faults: Faults = Faults()
        self.calls: list[str] = []
        self.ledger: list[LedgerEntry] = []
        self.pages: PageTokens = PageTokens(settings.seed)
        self.keys: Keys = Keys(
            *key,
            clock=clock,
            lifetime=settings.token_lifetime,
            throttled=settings.token_bucket,
        )
        rate = settings.rate_limit
        self.bucket: Bucket | None = None if rate is None else Bucket(rate, max(rate, 1.0))
        self.projects: dict[str, Project] = {
            project_id: self._project(project_id, empty=project_id in empty)
            for project_id in project_ids
        }
        self.webhooks: Webhooks = Webhooks(
            self.projects, clock, settings.seed, absent=settings.absent
        )

    def changed_secrets(self) -> list[str]:
        """Return the projects whose signing secrets have been changed."""
        return [
            project_id
            for project_id, project in self.projects.items()
            if (project.hmac_secret, project.imported.hmac_secret) != _secrets(project_id)
        ]

    def _project(self, project_id: str, *, empty: bool) -> Project:
        settings = self.settings
        seed = seed_of(settings.seed, project_id)
        project = Project(
            project_id,
            clock=self.clock,
            seed=seed,
            provisioning=settings.provisioning,
            hmac_secret=_secrets(project_id)[0],
            ledger=self.ledger,
            rent_policy=settings.rent_policy,
            vendor_mock=settings.vendor_mock,
        )
        project.imported.hmac_secret = _secrets(project_id)[1]
        if empty:
            return project
        duration = timedelta(seconds=settings.provisioning)
        inventory = Inventory(seed, self.clock.now(), duration)
        numbers = list(inventory.active(settings.numbers))
        project.active.fill(numbers)
        for number in numbers:
            project.announcements.watch(number)
        project.stock.fill(inventory.stock(settings.stock))
        for number in numbers:
            address = inventory.emergency_address(number)
            if address is not None:
                project.emergency_addresses[number.phone_number] = address
        return project


def _secrets(project_id: str) -> tuple[str, str]:
    """Return a project's initial signing secrets, for each host."""
    first, second = (
        sha256(text.encode()).hexdigest() for text in (project_id, f"imported {project_id}")
    )
    return f"sandbox-{first[:32]}", f"sandbox-{second[:32]}"
