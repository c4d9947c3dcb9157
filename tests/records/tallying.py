"""A tiny place for tests: two sites, a bed at each and a shared crew; logs are written by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

import numpy as np

from flowsim.inputs.values import Population
from flowsim.pathway.observe import Observe
from flowsim.program.program import Instance
from flowsim.records.log import Code, EventLog, log_of

MIN, H, D = 60_000, 3_600_000, 86_400_000
W = 7 * D
ARRIVE, DEPART, CANCEL = 0, 1, 2
BED_WEST, BED_EAST, CREW = 0, 1, 2
ATTRIBUTES = (("site", ("west", "east")), ("month", ("jan", "feb")), ("need", ("1", "2", "3")))


@dataclass
class Story:
    """A log written row by row, with the arrivals that it needs."""

    start: int = 0
    until: int = W
    rows: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    attributes: list[tuple[int, ...]] = field(default_factory=list)

    def arrive(self, time: int, patient: int, site: int = 0, need: int = 0) -> Story:
        self.times.append(time)
        self.attributes.append((site, 0, need))
        return self.row(time, patient, Code.START, 0, -1)

    def row(self, time: int, patient: int, code: int, resource: int, value: int) -> Story:
        self.rows.append((time, patient, int(code), resource, value))
        return self

    def mark(self, time: int, patient: int, milestone: int) -> Story:
        return self.row(time, patient, Code.MILESTONE, -1, milestone)

    def join(self, time: int, patient: int, place: int, priority: int = 0) -> Story:
        return self.row(time, patient, Code.JOIN, place, priority)

    def grant(self, time: int, patient: int, place: int, amount: int = 1) -> Story:
        return self.row(time, patient, Code.GRANT, place, amount)

    def release(self, time: int, patient: int, place: int, amount: int = 1) -> Story:
        return self.row(time, patient, Code.RELEASE, place, amount)

    def capacity(self, time: int, place: int, value: int) -> Story:
        return self.row(time, -1, Code.CAPACITY, place, value)

    def end(self, time: int, patient: int, outcome: int = 0) -> Story:
        return self.row(time, patient, Code.END, -1, outcome)

    @property
    def log(self) -> EventLog:
        return log_of(self.rows)

    def weeks(self):
        """As Arrivals do, in two chunks."""
        half = len(self.times) // 2
        for part in (slice(0, half), slice(half, None)):
            yield SimpleNamespace(
                time=np.array(self.times[part], np.int64),
                key=np.arange(len(self.times), dtype=np.uint64)[part] + 100,
                source=np.zeros(len(self.times[part]), np.int16),
                attributes=np.array(self.attributes[part], np.int16).reshape(-1, len(ATTRIBUTES)),
            )


def a_program(observe: Observe | None = None, capacity: tuple[int, ...] = (0, 0, 0)) -> SimpleNamespace:
    """What the fold asks of a Program."""
    return SimpleNamespace(
        attributes=ATTRIBUTES,
        instances=(Instance("bed", "west"), Instance("bed", "east"), Instance("crew", None)),
        milestones=("arrive", "depart", "cancel"),
        outcomes=("home", "died"),
        sources=(SimpleNamespace(name="walk_in"),),
        start_day=0,
        model=SimpleNamespace(name="tiny", observe=observe or Observe()),
        capacity=tuple(SimpleNamespace(value_at=lambda _, n=n: n) for n in capacity),
        config=SimpleNamespace(
            start=date(2018, 4, 1),
            periods={"winter": (date(2018, 12, 3), date(2019, 3, 3))},
            population=Population(
                ("site", "need"),
                ({"site": "west", "need": "1"}, {"site": "east", "need": "1"}),
                np.array([3000.0, 1000.0]),
            ),
        ),
    )
