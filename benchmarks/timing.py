"""Clocks, and rounds in which everybody has a turn."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Spent:
    """Seconds of one piece of work: by the processor, and by the clock on the wall."""

    processor: float
    wall: float


def timed(work: Callable[[], T]) -> tuple[T, Spent]:
    """What the work gives, and what it took. Rubbish of earlier work is cleared away before, not during."""
    gc.collect()
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    return found, Spent(time.process_time() - processor, time.perf_counter() - wall)


@dataclass
class Times:
    """The figures of one contender, one a round."""

    name: str
    patients: list[int] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)

    def add(self, patients: int, spent: Spent) -> None:
        """One round more."""
        self.patients.append(patients)
        self.spent.append(spent)

    def rates(self, clock: str = "processor") -> list[float]:
        """Patients a second of each round."""
        return [n / getattr(spent, clock) for n, spent in zip(self.patients, self.spent, strict=True)]

    def rate(self, clock: str = "processor") -> float:
        """The median of the rounds."""
        return median(self.rates(clock))

    def as_data(self) -> dict[str, Any]:
        """For the file of results."""
        return {
            "patients": self.patients,
            "processor_seconds": [spent.processor for spent in self.spent],
            "wall_seconds": [spent.wall for spent in self.spent],
            "patients_a_second": self.rate(),
        }


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median over rounds of our figure over theirs, each in the same round: what troubles one, troubles both."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))
