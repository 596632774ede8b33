"""
Exploration of all histories of a few callers, with the decisions that the client runs.

A world is a service, a journal, and callers; `successors` yields every world that may follow:
each caller may take its next step, crash, or be taken over, each request may be carried out,
rejected, lost before or after its effect, or take effect late, and each read may be current,
stale, or fail. `explore` visits all worlds and checks the invariants in each.

Time passes in ticks; the settle timeout is `Rules.settle` ticks. Times are kept relative to
now, so that histories that differ only in their start are the same world.
"""

from collections import deque
from collections.abc import Callable, Iterator
from enum import Enum
from operator import itemgetter
from typing import TypeVar

import attrs

from sinch_numbers._core.billing.decisions import FINAL, Action, Event, Progress, step

T = TypeVar("T")
Step = Callable[[Progress, Event, float], tuple[Progress, Action]]
STRANGER = "X"
"""A renter of the same project that does not use the journal."""


class State(Enum):
    """State of a journal entry."""

    CLAIMED = 1
    SENT = 2
    UNKNOWN = 3
    APPLIED = 4
    ABSENT = 5


@attrs.frozen
class Rules:
    """The bounds of a world, and the policy under test."""

    exclusive: bool = True
    callers: tuple[str, ...] = ("A", "B")
    stranger: bool = False
    """Whether a stranger may rent a number at any time."""
    numbers: int = 1
    """Candidates of each caller; with several, callers behave like `rent_first`."""
    settle: int = 2
    latest: int = 1
    """Ticks after which an abandoned request takes effect at the latest."""
    stalest: int = 1
    """Ticks by which a read may lag behind."""
    clock_errs: bool = False
    """Whether the clocks differ by more than the margin, so that time excludes an own rent."""
    crashes: int = 1
    failing_reads: int = 1
    faults: int = 2
    """Requests that may be lost or answered with 429."""
    power_failures: int = 0
    """
    Power failures of the host of all callers, which undo commits that are not durable.

    All commits after the last durable one, or the last few of them.
    """
    durable_sending: bool = True
    """Whether marking an entry as sent is durable, with all commits before it."""
    step: Step = step


@attrs.frozen(cache_hash=True)
class Entry:
    """Journal entry of one caller for one number."""

    state: State
    absent_before: bool = False
    epoch: int = 0


@attrs.frozen(cache_hash=True)
class Caller:
    """A call of `rent` or `rent_first`, or the recovery of its entry."""

    name: str
    number: int = 0
    progress: Progress | None = None
    action: Action | None = None
    """What the caller does next; ``None`` before it claims."""
    epoch: int = 0
    alive: bool = True
    recovers: bool = False
    result: str = ""
    """``rented``, ``unknown``, or ``failed`` when the call has ended."""


Entries = tuple[tuple[tuple[str, int], Entry], ...]
Journal = tuple[Entries, tuple[tuple[int, str], ...], tuple[tuple[int, str], ...]]
"""Entries, claims, and owned numbers."""


@attrs.frozen(cache_hash=True)
class World:
    """Everything at one moment."""

    callers: tuple[Caller, ...]
    entries: Entries = ()
    claims: tuple[tuple[int, str], ...] = ()
    owned: tuple[tuple[int, str], ...] = ()
    rented: tuple[tuple[int, str], ...] = ()
    """Who rented a number at the service."""
    ages: tuple[tuple[int, int], ...] = ()
    """Ticks since a number was rented, up to the staleness."""
    late: tuple[tuple[str, int, int], ...] = ()
    """Requests that may take effect later: caller, number, ticks left."""
    faults: int = 0
    failed_reads: int = 0
    crashes: int = 0
    power_failures: int = 0
    journals: tuple[Journal, ...] = ()
    """The journal after each commit that a power failure may undo, but for the last one."""


class ViolationError(AssertionError):
    """A world breaks an invariant."""


def explore(rules: Rules, limit: int = 3_000_000) -> int:
    """Visit all worlds; return their number, or raise `ViolationError` with the history."""
    start = World(tuple(Caller(name) for name in rules.callers))
    origins: dict[World, tuple[World | None, str]] = {start: (None, "start")}
    queue = deque([start])
    while queue:
        world = queue.popleft()
        if problem := violation(world):
            raise ViolationError(f"{problem}: {' | '.join(_history(world, origins))}")
        for label, following in successors(world, rules):
            if following not in origins:
                origins[following] = (world, label)
                queue.append(following)
        if len(origins) > limit:
            raise RuntimeError(f"more than {limit} worlds")
    return len(origins)


def _history(world: World, origins: dict[World, tuple[World | None, str]]) -> list[str]:
    steps = []
    at: World | None = world
    while at is not None:
        at, label = origins[at]
        steps.append(label)
    return steps[::-1]


def violation(world: World) -> str:
    """Return the invariant that *world* breaks, or an empty string."""
    rented = dict(world.rented)
    entries = dict(world.entries)
    for number in {number for number, _ in world.rented}:
        told = [
            name
            for (name, about), entry in entries.items()
            if about == number and entry.state is State.APPLIED
        ]
        if rented[number] == STRANGER:
            told.append(STRANGER)
        if len(told) > 1:
            return f"number {number} was given to {told}"
        if rented[number] != STRANGER and (rented[number], number) not in entries:
            return f"{rented[number]} is billed for number {number} without an entry"
    for (name, number), entry in entries.items():
        billed = rented.get(number) == name
        if entry.state is State.APPLIED and not billed:
            return f"{name} was given number {number}, which it did not rent"
        pending = any(late[:2] == (name, number) for late in world.late)
        if entry.state is State.ABSENT and (billed or (pending and number not in rented)):
            return f"{name} is billed for number {number}, which is recorded as not rented"
    for caller in world.callers:
        if sum(owner == caller.name for owner in rented.values()) > 1:
            return f"{caller.name} bought a second number"
    return ""


def successors(world: World, rules: Rules) -> Iterator[tuple[str, World]]:
    """Yield every world that may follow, with what happened."""
    for index, caller in enumerate(world.callers):
        if caller.alive and not caller.result:
            for label, following in _commits(world, index, rules):
                yield f"{caller.name} {label}", following
            if world.crashes < rules.crashes:
                dead = attrs.evolve(caller, alive=False)
                yield (
                    f"{caller.name} crashes",
                    _with(world, index, dead, crashes=world.crashes + 1),
                )
        elif not caller.alive:
            yield from _taken_over(world, index, caller)
    if world.power_failures < rules.power_failures:
        yield from _power_failures(world)
    for place, (name, number, _) in enumerate(world.late):
        left = world.late[:place] + world.late[place + 1 :]
        dropped = attrs.evolve(world, late=left)
        yield f"late request of {name} is carried out", _carried_out(dropped, name, number)
        yield f"late request of {name} is dropped", dropped
    if rules.stranger:
        for number in range(rules.numbers):
            if number not in dict(world.rented):
                yield "stranger rents", _carried_out(world, STRANGER, number)


def _committed(before: World, after: World, rules: Rules) -> World:
    """Return *after* with the journals that a power failure may bring back."""
    if _journal(before) == _journal(after) or rules.power_failures == after.power_failures:
        return after
    return attrs.evolve(after, journals=(*before.journals, _journal(before)))


def _journal(world: World) -> Journal:
    return world.entries, world.claims, world.owned


def _power_failures(world: World) -> Iterator[tuple[str, World]]:
    """End all callers, and let the last commits be lost, as many as are not durable."""
    for lost, (entries, claims, owned) in enumerate([_journal(world), *world.journals[::-1]]):
        callers = tuple(attrs.evolve(one, alive=False, result="") for one in world.callers)
        yield (
            f"the power fails, {lost} commits are lost",
            attrs.evolve(
                world,
                callers=callers,
                entries=entries,
                claims=claims,
                owned=owned,
                journals=(),
                power_failures=world.power_failures + 1,
            ),
        )


def _taken_over(world: World, index: int, caller: Caller) -> Iterator[tuple[str, World]]:
    """Let a process recover the entry of a dead caller; of two that try, one succeeds."""
    key = (caller.name, caller.number)
    entry = dict(world.entries).get(key)
    if entry is None or entry.state in (State.APPLIED, State.ABSENT):
        return
    epoch = entry.epoch + 1
    world = _set(world, key, attrs.evolve(entry, epoch=epoch))
    progress = Progress(
        acquires=True,
        exclusive=caller.progress.exclusive if caller.progress else False,
        settle_timeout=caller.progress.settle_timeout if caller.progress else 0,
        may_repeat=False,
        absent_before=entry.absent_before,
    )
    recovering = attrs.evolve(
        caller, alive=True, recovers=True, progress=progress, epoch=epoch, action=None
    )
    yield f"{caller.name} is taken over", _with(world, index, recovering)


def _commits(world: World, index: int, rules: Rules) -> Iterator[tuple[str, World]]:
    """Yield the caller's next steps, each with at most one commit after marking as sent."""
    caller = world.callers[index]
    entry = dict(world.entries).get((caller.name, caller.number))
    if caller.action not in (Action.SEND, Action.RESEND) or entry.epoch != caller.epoch:
        for label, following in _next_steps(world, index, rules):
            yield label, _committed(world, following, rules)
        return
    marked = _mark_sent(world, index)
    if rules.durable_sending:
        marked = attrs.evolve(marked, journals=())
    else:
        marked = _committed(world, marked, rules)
    for label, following in _send(marked, index, rules):
        yield label, _committed(marked, following, rules)


def _next_steps(world: World, index: int, rules: Rules) -> Iterator[tuple[str, World]]:
    caller = world.callers[index]
    key = (caller.name, caller.number)
    if caller.action is None and not caller.recovers:
        yield from _claim(world, index, rules)
        return
    if caller.action is None:
        entry = dict(world.entries)[key]
        if entry.state is State.CLAIMED:
            yield "was not sent", _end(world, index, State.ABSENT, rules)
        else:
            yield "reads", _decide(world, index, Event.TAKEN_OVER, rules)
        return
    if dict(world.entries)[key].epoch != caller.epoch:
        # Renewing the lease or marking the entry as sent fails.
        yield "lost its entry", _with(world, index, attrs.evolve(caller, result="unknown"))
        return
    match caller.action:
        case Action.READ_BEFORE:
            for state in _readings(world, caller.number, rules):
                if state is not None:
                    event = Event.BEFORE_PRESENT if state else Event.BEFORE_ABSENT
                    yield f"reads before: {state}", _decide(world, index, event, rules)
        case Action.READ | Action.RESEND_IF_ABSENT:
            yield from _read(world, index, rules)


def _claim(world: World, index: int, rules: Rules) -> Iterator[tuple[str, World]]:
    caller = world.callers[index]
    number = caller.number
    if number in dict(world.claims) or number in dict(world.owned):
        yield "finds a claim", _skip(world, index, rules)
        return
    progress = Progress(acquires=True, exclusive=rules.exclusive, settle_timeout=rules.settle)
    progress, action = rules.step(progress, Event.CLAIMED, 0)
    claimed = attrs.evolve(world, claims=_put(world.claims, number, caller.name))
    claimed = _set(claimed, (caller.name, number), Entry(State.CLAIMED))
    yield "claims", _with(claimed, index, attrs.evolve(caller, progress=progress, action=action))


def _send(world: World, index: int, rules: Rules) -> Iterator[tuple[str, World]]:
    caller = world.callers[index]
    number = caller.number
    free = number not in dict(world.rented)
    done = _carried_out(world, caller.name, number) if free else world
    event = Event.APPLIED if free else Event.TAKEN
    yield "sends: answered", _decide(done, index, event, rules)
    if world.faults < rules.faults:
        world = attrs.evolve(world, faults=world.faults + 1)
        done = attrs.evolve(done, faults=world.faults)
        if free:
            yield "sends: response lost", _decide(done, index, Event.AMBIGUOUS, rules)
            late = (*world.late, (caller.name, number, rules.latest))
            delayed = attrs.evolve(world, late=tuple(sorted(late)))
            yield "sends: delayed", _decide(delayed, index, Event.AMBIGUOUS, rules)
        yield "sends: lost", _decide(world, index, Event.AMBIGUOUS, rules)
        yield "sends: 429", _decide(world, index, Event.THROTTLED, rules)


def _read(world: World, index: int, rules: Rules) -> Iterator[tuple[str, World]]:
    """Read the number; a read after an ambiguous request takes one tick."""
    caller = world.callers[index]
    check = caller.action is Action.RESEND_IF_ABSENT
    for state in _readings(world, caller.number, rules):
        if state is None:
            if world.failed_reads == rules.failing_reads:
                continue
            event = Event.READ_FAILED
            after = attrs.evolve(world, failed_reads=world.failed_reads + 1)
        else:
            event, after = (Event.READ_MATCH if state else Event.READ_ABSENT), world
            own = dict(world.rented).get(caller.number) == caller.name
            if state and own and rules.clock_errs:
                yield "reads: too old", _decide(world, index, Event.READ_OTHER, rules)
        decided = _decide(after, index, event, rules)
        yield f"reads: {event.name}", decided if check else _tick(decided)


def _readings(world: World, number: int, rules: Rules) -> list[bool | None]:
    """Return whether a read may find the number; ``None`` for a failed read."""
    rented = number in dict(world.rented)
    readings: list[bool | None] = [None, rented]
    if rented and dict(world.ages)[number] < rules.stalest:
        readings.append(False)
    return readings


def _decide(world: World, index: int, event: Event, rules: Rules) -> World:
    caller = world.callers[index]
    assert caller.progress is not None
    progress, action = rules.step(caller.progress, event, 0.0)
    world = _with(world, index, attrs.evolve(caller, progress=progress, action=action))
    if action not in FINAL:
        if event is Event.BEFORE_ABSENT or action is Action.RESEND:
            key = (caller.name, caller.number)
            entry = attrs.evolve(dict(world.entries)[key], absent_before=progress.absent_before)
            world = _set(world, key, entry)
        return world
    if action in (Action.RETURN, Action.RETURN_READ):
        return _end(world, index, State.APPLIED, rules)
    if action is Action.FAIL_UNKNOWN:
        return _end(world, index, State.UNKNOWN, rules)
    return _end(world, index, State.ABSENT, rules)


def _end(world: World, index: int, state: State, rules: Rules) -> World:
    """Record the outcome of the caller's entry; `rent_first` goes on after an absence."""
    caller = world.callers[index]
    key = (caller.name, caller.number)
    entry = dict(world.entries)[key]
    if entry.epoch == caller.epoch:
        world = _set(world, key, attrs.evolve(entry, state=state))
        if state is not State.UNKNOWN:
            claims = tuple(one for one in world.claims if one != (caller.number, caller.name))
            world = attrs.evolve(world, claims=claims)
        if state is State.APPLIED:
            world = attrs.evolve(world, owned=_put(world.owned, caller.number, caller.name))
    if state is State.ABSENT and not caller.recovers:
        return _skip(world, index, rules)
    result = {State.APPLIED: "rented", State.UNKNOWN: "unknown"}.get(state, "failed")
    return _with(world, index, attrs.evolve(caller, result=result))


def _skip(world: World, index: int, rules: Rules) -> World:
    """Go on with the next candidate, if there is one."""
    caller = world.callers[index]
    if caller.number + 1 == rules.numbers:
        return _with(world, index, attrs.evolve(caller, result="failed"))
    following = Caller(caller.name, caller.number + 1)
    return _with(world, index, following)


def _mark_sent(world: World, index: int) -> World:
    caller = world.callers[index]
    key = (caller.name, caller.number)
    entry = attrs.evolve(dict(world.entries)[key], state=State.SENT)
    return _set(world, key, entry)


def _carried_out(world: World, name: str, number: int) -> World:
    """Let the service carry a request out, unless the number is taken."""
    if number in dict(world.rented):
        return world
    return attrs.evolve(
        world,
        rented=_put(world.rented, number, name),
        ages=_put(world.ages, number, 0),
    )


def _tick(world: World) -> World:
    """Let one tick pass: overdue requests can no longer take effect, and reads catch up."""
    late = tuple((name, number, left - 1) for name, number, left in world.late if left > 0)
    ages = tuple((number, min(age + 1, 9)) for number, age in world.ages)
    callers = tuple(_older(caller) for caller in world.callers)
    return attrs.evolve(world, late=late, ages=ages, callers=callers)


def _older(caller: Caller) -> Caller:
    if caller.progress is None or not caller.progress.absences:
        return caller
    since = max(caller.progress.absent_since - 1, -9.0)
    return attrs.evolve(caller, progress=attrs.evolve(caller.progress, absent_since=since))


def _set(world: World, key: tuple[str, int], entry: Entry) -> World:
    others = [one for one in world.entries if one[0] != key]
    return attrs.evolve(world, entries=tuple(sorted([*others, (key, entry)], key=itemgetter(0))))


def _put(pairs: tuple[tuple[int, T], ...], number: int, value: T) -> tuple[tuple[int, T], ...]:
    return tuple(sorted([*pairs, (number, value)], key=itemgetter(0)))


def _with(world: World, index: int, caller: Caller, **changes: int) -> World:
    callers = (*world.callers[:index], caller, *world.callers[index + 1 :])
    return attrs.evolve(world, callers=callers, **changes)
