"""The Program: a model and a config resolved to whole numbers. Nothing in it changes while it runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from flowsim.inputs.values import Config
from flowsim.pathway.model import Model
from flowsim.program.changes import Changes, Openings
from flowsim.program.timetables import Timetable

NOWHERE = -1
"""The step number that stands for "no such way"."""

GO_RESUME = -2
GO_RESTART = -3
DISPLACES = -4

ONE = 1_000_000
"""Factors are held in millionths."""


class Instance(NamedTuple):
    """A resource at a site, or a shared resource (site None)."""

    resource: str
    site: str | None

    def __str__(self) -> str:
        return self.resource if self.site is None else f"{self.resource} at {self.site}"


@dataclass(frozen=True)
class Classes:
    """How a patient's attributes pick a row: the sum of value times stride over the attributes."""

    attributes: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True)
class Durations:
    """A duration parameter: which quantile table, and which factor, each class of patient has.

    `table` indexes `Program.quantiles` (interpolated) or, if negative, `Program.discrete[-table - 1]`.
    `column` is a trace column, or -1.
    """

    name: str
    classes: Classes
    table: npt.NDArray[np.int32]
    factor: npt.NDArray[np.int64]
    column: int = -1


@dataclass(frozen=True)
class Shares:
    """A share parameter: cumulative thresholds over 64-bit uniforms, a row per class of patient."""

    name: str
    classes: Classes
    names: tuple[str, ...]
    upto: npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Numbers:
    """A number parameter: a whole number per class of patient."""

    name: str
    classes: Classes
    values: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Discrete:
    """A distribution of a few exact values: cumulative thresholds over 64-bit uniforms, and the values in ms."""

    upto: npt.NDArray[np.uint64]
    values: npt.NDArray[np.int64]


Number = int | Numbers


@dataclass(frozen=True)
class Drawn:
    """A duration to draw: the parameter and the stream of random numbers that belongs to this use of it."""

    durations: Durations
    stream: int


@dataclass(frozen=True)
class ResourceRef:
    """A resource as a step names it: the instance is `base`, plus the patient's site if it is per site."""

    base: int
    per_site: bool


@dataclass(frozen=True)
class SeizeStep:
    """Join queues; `on_leave` and `if_full` are steps, `priority_attribute` an attribute or -1."""

    resources: tuple[ResourceRef, ...]
    amount: Number
    priority: int
    priority_attribute: int
    patience: Drawn | None
    on_leave: int
    queue_limit: Number | None
    if_full: int
    escalate: tuple[tuple[Drawn, int], ...]
    preempts: bool
    label: str


@dataclass(frozen=True)
class ReleaseStep:
    """Give units back: all, or `amount`; now, or `after` a duration."""

    resources: tuple[ResourceRef, ...]
    amount: Number | None
    after: Drawn | None
    if_held: bool
    label: str


@dataclass(frozen=True)
class HoldStep:
    """Time passes; `if_interrupted` is a step, `GO_RESUME`, `GO_RESTART` or `NOWHERE`."""

    duration: Drawn
    if_interrupted: int
    label: str


@dataclass(frozen=True)
class ChooseStep:
    """One of `targets`, by the shares."""

    shares: Shares
    stream: int
    targets: tuple[int, ...]
    label: str


@dataclass(frozen=True)
class Test:
    """One question of a route; `of` is an instance, calendar, attribute or milestone, by kind."""

    kind: Literal["is_open", "is_one_of", "holds", "free", "queue", "in_use", "present", "since"]
    of: int
    per_site: bool
    comparison: str
    limit: Number | Durations
    values: frozenset[int]
    wanted: bool


@dataclass(frozen=True)
class RouteStep:
    """The target of the first branch whose tests all hold."""

    branches: tuple[tuple[tuple[Test, ...], int], ...]
    otherwise: int
    label: str


@dataclass(frozen=True)
class WaitStep:
    """Wait for a calendar, at the patient's site if there is one for each."""

    calendar: int
    per_site: bool
    label: str


@dataclass(frozen=True)
class MarkStep:
    """Write the time."""

    milestone: int
    label: str


@dataclass(frozen=True)
class SetStep:
    """Change an attribute, to `value` or by the shares."""

    attribute: int
    value: int
    shares: Shares | None
    stream: int
    label: str


@dataclass(frozen=True)
class ComeBackStep:
    """Perhaps start a journey at step `to`, after `delay`."""

    shares: Shares
    stream: int
    delay: Drawn
    to: int
    label: str


@dataclass(frozen=True)
class LeaveStep:
    """End the journey."""

    outcome: int
    label: str


Step = (
    SeizeStep | ReleaseStep | HoldStep | ChooseStep | RouteStep | WaitStep | MarkStep | SetStep | ComeBackStep
    | LeaveStep
)  # fmt: skip


@dataclass(frozen=True)
class RuleInstance:
    """A trigger rule at one site (or shared): at `on` or more, capacity moves by `change`; at `off` or less, back."""

    name: str
    measure: Literal["in_use", "queue", "free", "present"]
    watches: int
    changes: int
    on: int
    off: int
    of_capacity: bool
    """`on` and `off` are millionths of the watched resource's capacity by its timetable."""
    change: int


@dataclass(frozen=True)
class SourceTable:
    """A source, ready to be drawn from."""

    name: str
    kind: Literal["poisson", "booked", "trace"]
    entry: int
    stream: int
    rate: npt.NDArray[np.float64]
    """Expected arrivals an hour at an average hour of the week; shape [12 months, cells]."""
    hour_of_week: npt.NDArray[np.float64]
    holiday_factor: float
    multiplier: npt.NDArray[np.float64]
    attributes: npt.NDArray[np.int16]
    """Attribute values of each cell; shape [cells, attributes]."""
    booked: tuple[tuple[frozenset[int], int, int], ...]
    """(days, minute of the day, how many)."""
    trace_time: npt.NDArray[np.int64]
    trace_key: npt.NDArray[np.uint64]
    trace_attributes: npt.NDArray[np.int16]
    trace_durations: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Program:
    """What an engine runs. Indices everywhere; names only to report with. A program is equal to itself alone."""

    model: Model
    config: Config
    attributes: tuple[tuple[str, tuple[str, ...]], ...]
    instances: tuple[Instance, ...]
    calendars: tuple[Instance, ...]
    milestones: tuple[str, ...]
    outcomes: tuple[str, ...]
    labels: tuple[str, ...]
    steps: tuple[Step, ...]
    sources: tuple[SourceTable, ...]
    rules: tuple[RuleInstance, ...]
    quantiles: npt.NDArray[np.int64]
    discrete: tuple[Discrete, ...]
    capacity: tuple[Timetable, ...]
    opening: tuple[Timetable, ...]
    trace_columns: tuple[str, ...]
    holidays: frozenset[tuple[int, int]]
    start_day: int
    """Days from Monday 1 January 2001 to time 0."""
    start_day_of_year: int

    @cached_property
    def attribute_index(self) -> Mapping[str, int]:
        """Where each attribute stands in a patient's row."""
        return {name: at for at, (name, _) in enumerate(self.attributes)}

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites, in the order of the attribute `site`."""
        return self.attributes[0][1]

    @cached_property
    def changes(self) -> Changes:
        """The changes of all rotas, and (numbered after them) of all calendars."""
        return Changes((*self.capacity, *self.opening))

    @cached_property
    def openings(self) -> Openings:
        """When each calendar opens."""
        return Openings(self.opening)

    @cached_property
    def sha256(self) -> str:
        """A digest of all that determines a run besides seed and horizon: names, steps and the tables' bytes."""
        digest = hashlib.sha256()
        for part in (self.attributes, self.instances, self.calendars, self.milestones, self.outcomes, self.rules,
                     self.trace_columns, sorted(self.holidays), self.start_day, self.start_day_of_year):  # fmt: skip
            digest.update(repr(part).encode())
        digest.update(self.quantiles.tobytes())
        for table in self.discrete:
            digest.update(table.upto.tobytes() + table.values.tobytes())
        for item in (*self.steps, *self.sources, *self.capacity, *self.opening):
            digest.update(bytes_of(item))
        return digest.hexdigest()


def bytes_of(item: object) -> bytes:
    """Every field of a nested frozen record as bytes, arrays by their contents."""
    if isinstance(item, np.ndarray):
        return item.tobytes()
    if isinstance(item, tuple):
        return b"(" + b",".join(bytes_of(part) for part in item) + b")"
    if isinstance(item, frozenset):
        return repr(sorted(item)).encode()
    if hasattr(item, "__dataclass_fields__"):
        return b"{" + b";".join(bytes_of(getattr(item, name)) for name in item.__dataclass_fields__) + b"}"
    return repr(item).encode()
