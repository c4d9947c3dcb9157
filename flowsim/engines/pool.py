"""A pool: the units of one resource at one place, who holds them, and who waits in which order."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from flowsim.engines.waits_for import PoolNow
from flowsim.program.program import NOWHERE

if TYPE_CHECKING:
    from flowsim.engines.patient import Patient

LEVELS = 32


class Pool:
    """Capacity, units in use, and a queue with 32 levels of priority, first come first served in each.

    SimPy's own PriorityResource sorts its whole queue at every request; overload is where urgent care lives.
    """

    __slots__ = (
        "capacity",
        "holders",
        "in_use",
        "levels",
        "number",
        "rota_capacity",
        "rule_change",
        "waiting",
        "watched",
    )

    def __init__(self, number: int) -> None:
        self.number = number
        self.rota_capacity = 0
        self.rule_change = 0
        self.capacity = 0
        self.in_use = 0
        self.waiting = 0
        self.watched = False
        self.levels: dict[int, OrderedDict[Patient, int]] = {}
        self.holders: dict[Patient, None] = {}

    def join(self, patient: Patient, priority: int, amount: int) -> None:
        """Join the tail of a level (rule 4)."""
        level = self.levels.get(priority)
        if level is None:
            level = self.levels[priority] = OrderedDict()
            self.levels = dict(sorted(self.levels.items()))
        level[patient] = amount
        self.waiting += 1

    def leave(self, patient: Patient, priority: int) -> None:
        """Take a patient out of a level."""
        del self.levels[priority][patient]
        self.waiting -= 1

    def head(self) -> tuple[Patient, int, int] | None:
        """(patient, amount, priority) of the next in line; nobody overtakes the head (rule 5)."""
        if not self.waiting:
            return None
        for priority, level in self.levels.items():
            if level:
                patient = next(iter(level))
                return patient, level[patient], priority
        return None

    def last(self) -> tuple[Patient, int] | None:
        """(patient, priority) of the least urgent, latest to join, of those who have somewhere to go."""
        for priority in reversed(self.levels):
            for patient in reversed(self.levels[priority]):
                if patient.waiting is not None and patient.waiting.on_leave != NOWHERE:
                    return patient, priority
        return None

    def queue(self) -> list[tuple[Patient, int, int]]:
        """(patient, amount, priority) of everyone waiting, in order."""
        return [(patient, amount, priority) for priority, level in self.levels.items()
                for patient, amount in level.items()]  # fmt: skip

    def now(self) -> PoolNow:
        """How the pool stands."""
        return PoolNow(self.capacity, self.in_use, self.rota_capacity)
