"""
Snapshot of a project: all that its requests can show, except secrets.

Signing secrets are left out, as people may try out their own: a restored project signs with its
initial ones. Past states of numbers, for the fault ``stale``, are left out as well.
"""

from random import Random
from typing import Any, cast

import attrs

from sinch_numbers.sandbox._state.emergency import EmergencyAddress
from sinch_numbers.sandbox._state.events import Event
from sinch_numbers.sandbox._state.imported.models import (
    ImportedNumber,
    OrderNumber,
    QualifiedNumber,
)
from sinch_numbers.sandbox._state.imported.models import Order as HostingOrder
from sinch_numbers.sandbox._state.imported.scheduler import Step
from sinch_numbers.sandbox._state.imported.state import ImportedHost
from sinch_numbers.sandbox._state.numbers import ActiveNumber, AvailableNumber
from sinch_numbers.sandbox._state.order import Order
from sinch_numbers.sandbox._state.state import Project

__all__ = ["ImportedSnapshot", "ProjectSnapshot", "project_snapshot", "restore_project"]


@attrs.frozen(kw_only=True)
class ImportedSnapshot:
    """The second host's part of a project."""

    steps: list[Step]
    numbers: list[ImportedNumber]
    held_at_tmobile: list[str]
    qualified: list[QualifiedNumber]
    voice_codes: dict[str, str]
    ineligible: list[str]
    orders: list[HostingOrder]
    progress: dict[str, list[OrderNumber]]
    at_work: dict[str, str]
    blanket_letter: bool
    random: list[Any]


@attrs.frozen(kw_only=True)
class ProjectSnapshot:
    """A project."""

    active: list[ActiveNumber]
    available: list[AvailableNumber]
    planted: int
    emergency_addresses: dict[str, EmergencyAddress]
    orders: list[Order]
    events: list[Event]
    events_sent: int
    random: list[Any]
    imported: ImportedSnapshot


def project_snapshot(project: Project, events_sent: int) -> ProjectSnapshot:
    """Return the snapshot of a project, after applying everything that is due."""
    project.orders.settle()
    imported = _imported_snapshot(project.imported)
    return ProjectSnapshot(
        active=list(project.active.values()),
        available=list(project.stock.values()),
        planted=project.planted,
        emergency_addresses=dict(project.emergency_addresses),
        orders=list(project.orders.values()),
        events=list(project.events),
        events_sent=events_sent,
        random=_states(project.stock.random, project.orders.random),
        imported=imported,
    )


def restore_project(project: Project, snapshot: ProjectSnapshot) -> None:
    """Fill an empty project; raises `TypeError` or `ValueError` for an impossible state."""
    project.active.fill(snapshot.active)
    project.stock.fill(snapshot.available)
    project.planted = snapshot.planted
    project.emergency_addresses.update(snapshot.emergency_addresses)
    project.announcements.events.extend(snapshot.events)
    for number in snapshot.active:
        project.announcements.watch(number)
    project.orders.restore(snapshot.orders)
    _set_states(snapshot.random, project.stock.random, project.orders.random)
    _restore_imported(project.imported, snapshot.imported)


def _imported_snapshot(host: ImportedHost) -> ImportedSnapshot:
    host.settle()
    orders = host.orders.all()
    return ImportedSnapshot(
        steps=host.agenda.pending(),
        numbers=list(host.numbers.all().values()),
        held_at_tmobile=sorted(host.numbers.held_at_tmobile),
        qualified=list(host.qualified.all().values()),
        voice_codes=dict(host.qualified.voice_codes),
        ineligible=sorted(host.qualified.ineligible),
        orders=list(orders.values()),
        progress={key: list(host.orders.numbers(key).values()) for key in orders},
        at_work=dict(host.orders.at_work),
        blanket_letter=host.orders.blanket_letter,
        random=_states(host.qualified.random, host.orders.random),
    )


def _restore_imported(host: ImportedHost, snapshot: ImportedSnapshot) -> None:
    host.numbers.held_at_tmobile.update(snapshot.held_at_tmobile)
    host.qualified.voice_codes.update(snapshot.voice_codes)
    host.qualified.ineligible.update(snapshot.ineligible)
    host.orders.blanket_letter = snapshot.blanket_letter
    host.numbers.restore(snapshot.numbers)
    host.qualified.restore(snapshot.qualified)
    host.orders.restore(snapshot.orders, snapshot.progress, snapshot.at_work)
    host.agenda.restore(snapshot.steps)
    _set_states(snapshot.random, host.qualified.random, host.orders.random)


def _states(*generators: Random) -> list[Any]:
    return [generator.getstate() for generator in generators]


def _set_states(states: list[Any], *generators: Random) -> None:
    for state, generator in zip(states, generators, strict=True):
        version, numbers, gauss = cast("tuple[Any, Any, Any]", state)
        generator.setstate((version, tuple(numbers), gauss))
