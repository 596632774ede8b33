"""Purchases whose numbers are chosen first: a plan that is saved, confirmed, and applied."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import attrs
import typer

from sinch_numbers._client.prices import Budget
from sinch_numbers.cli._shared import applying, bulk, options
from sinch_numbers.cli._shared.applying import ApplyOptions
from sinch_numbers.operations import DesiredNumber, PlanAction

_WITH_FROM: Final = frozenset(
    (
        "max_monthly_price",
        "max_setup_price",
        "method",
        "wait_timeout",
        "longest_pause",
        "plan",
        "dry_run",
        "results",
        "max_failures",
        "yes",
    )
)
"""Parameters of a purchase of the numbers of a file."""
_UNPLANNED: Final = frozenset(("registration", "attach", "document_type"))
"""Parameters of purchases with data that some regions require: see ``orders order``."""


def links_of(
    *,
    sms_plan: str | None,
    campaign: str | None,
    voice_app: str | None,
    voice_trunk: str | None,
    fax_service: str | None,
    callback_url: str | None,
) -> dict[str, str]:
    """Return the fields of a desired number for the options that are given."""
    options.rented_sms_link(sms_plan, campaign)
    options.voice_link(voice_app, voice_trunk, fax_service)
    fields = {
        "service_plan_id": sms_plan,
        "campaign_id": campaign,
        "app_id": voice_app,
        "trunk_id": voice_trunk,
        "service_id": fax_service,
        "callback_url": callback_url,
    }
    return {name: value for name, value in fields.items() if value is not None}


@attrs.frozen(kw_only=True)
class PlannedPurchase:
    """The arguments of a purchase that is planned."""

    context: typer.Context
    numbers: Sequence[str] | None
    from_file: Path | None
    search: Mapping[str, Any]
    """The arguments of a search, without *numbers* and *from_file*."""
    count: int
    max_monthly: str | None
    links: Mapping[str, Any]
    budget: Budget
    plan: Path | None
    dry_run: bool
    options: ApplyOptions

    def run(self) -> None:
        """Choose the numbers, and buy them unless it is a dry run."""
        context = self.context
        allowed = _WITH_FROM if self.from_file else frozenset(context.params) - _UNPLANNED
        beside = "--from" if self.from_file else "--max-monthly, --plan or --dry-run"
        options.only_from(context, "from_file", allowed, beside)
        command = bulk.Bulk(
            context=context,
            options=self.options,
            dry_run=self.dry_run,
            actions=frozenset((PlanAction.BUY, PlanAction.UPDATE)),
            save_to=bulk.plan_file(
                context, self.plan, f"buy-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.json"
            ),
            budget=self.budget,
        )
        if self.from_file is not None:
            command.run(bulk.given(applying.desired_of(self.from_file)))
        elif self.numbers:
            desired = [DesiredNumber(number, **self.links) for number in self.numbers]
            command.run(bulk.given(desired))
        else:
            offers = bulk.Offers(
                count=self.count,
                search=dict(self.search),
                max_monthly=self.max_monthly,
                links=dict(self.links),
            )
            command.run(offers.desired)
