"""Measurements of a design, and the promises that it broke."""

import json
import time
from typing import Any

import attrs


@attrs.define
class Result:
    """The figures of one run."""

    name: str
    seed: int
    figures: dict[str, Any] = attrs.field(factory=dict)
    breaches: list[str] = attrs.field(factory=list)
    """Each broken promise, in words; empty if all were kept."""
    started: float = attrs.field(factory=time.monotonic)

    def note(self, **figures: Any) -> None:
        """Add *figures*."""
        self.figures |= figures

    def hold(self, rule: str, kept: bool) -> None:
        """Note *rule* as broken unless it was *kept*."""
        if not kept:
            self.breaches.append(rule)

    def done(self) -> "Result":
        """Stop the clock and print the line of figures."""
        self.note(seconds=round(time.monotonic() - self.started, 1))
        print(self)
        return self

    def __str__(self) -> str:
        figures = " ".join(f"{name}={value}" for name, value in self.figures.items())
        breaches = "; ".join(["BREACHED", *self.breaches]) if self.breaches else "ok"
        return f"{self.name} seed={self.seed} {figures}: {breaches}"


@attrs.frozen
class Record:
    """A result with the circumstances of its run, as it is kept in a file."""

    name: str
    """Name of the design."""
    seed: int
    figures: dict[str, Any]
    breaches: list[str]
    code: str
    """Commit and fingerprint of the code."""
    lane: str
    ended: float
    """Time of the end, in seconds of the Unix epoch."""

    @classmethod
    def read(cls, line: str) -> "Record":
        return cls(**json.loads(line))

    def line(self) -> str:
        return json.dumps(attrs.asdict(self))
