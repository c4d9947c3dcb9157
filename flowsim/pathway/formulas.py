"""Formulas of KPIs: small words that say what is counted, averaged or divided, and over whom.

Times are worked out in the unit named by the KPI ("minutes", "hours a day", "bed days"); shares are between
0 and 1. `where` keeps only patients with those attribute values, as they were when
the milestone was marked or the interval ended: `where={"category": "C2"}` or `{"need": ("3", "4")}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

Where: TypeAlias = Mapping[str, str | tuple[str, ...]]
Names: TypeAlias = str | tuple[str, ...]


def names_of(names: Names) -> tuple[str, ...]:
    """One name or several, always as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)


# ---- patients: how many


@dataclass(frozen=True)
class Count:
    """How often patients passed a milestone (one name or several)."""

    milestone: Names
    where: Where = field(default_factory=dict)


@dataclass(frozen=True)
class Outcomes:
    """How many journeys ended with an outcome (one name or several)."""

    outcome: Names
    where: Where = field(default_factory=dict)


@dataclass(frozen=True)
class Starts:
    """How many journeys began at a source; `"returns"` names journeys begun by an earlier one."""

    source: Names
    where: Where = field(default_factory=dict)


# ---- intervals: how long


@dataclass(frozen=True)
class Finished:
    """How many intervals were completed."""

    interval: str
    where: Where = field(default_factory=dict)


@dataclass(frozen=True)
class Unfinished:
    """How many intervals never saw their end: `left` (the journey ended), `open` (still inside) or both."""

    interval: str
    where: Where = field(default_factory=dict)
    kind: str = "both"


@dataclass(frozen=True)
class ShareWithin:
    """Share of intervals no longer than a limit; who left, or still waits, beyond the limit is over it."""

    interval: str
    limit: int
    where: Where = field(default_factory=dict)


@dataclass(frozen=True)
class ShareOver:
    """Share of intervals longer than a limit: one minus `ShareWithin`."""

    interval: str
    limit: int
    where: Where = field(default_factory=dict)


@dataclass(frozen=True)
class CountOver:
    """How many intervals were longer than a limit, unfinished ones included."""

    interval: str
    limit: int
    where: Where = field(default_factory=dict)


@dataclass(frozen=True)
class Mean:
    """Mean length of the completed intervals."""

    interval: str
    where: Where = field(default_factory=dict)


@dataclass(frozen=True)
class Percentile:
    """The length that `percent` of the completed intervals do not exceed (within 0.8%)."""

    interval: str
    percent: float
    where: Where = field(default_factory=dict)


@dataclass(frozen=True)
class Total:
    """Sum of the completed intervals."""

    interval: str
    where: Where = field(default_factory=dict)


@dataclass(frozen=True)
class TotalOver:
    """Sum of the time beyond a limit, unfinished intervals included."""

    interval: str
    limit: int
    where: Where = field(default_factory=dict)


# ---- patients at midnight


@dataclass(frozen=True)
class Census:
    """Mean number of patients at midnight; with `days`, of those there for at least that many days."""

    census: str
    days: int | None = None
    where: Where = field(default_factory=dict)


# ---- resources (all sites together, or each with group "site")


@dataclass(frozen=True)
class Occupancy:
    """Share of the open capacity in use, at midnight, or averaged over the day with `midnight=False`."""

    resources: Names
    midnight: bool = True


@dataclass(frozen=True)
class Utilisation:
    """Time in use over time open."""

    resources: Names


@dataclass(frozen=True)
class MeanInUse:
    """Mean number in use, over all times or at midnight."""

    resources: Names
    midnight: bool = False


@dataclass(frozen=True)
class MeanCapacity:
    """Mean number open, over all times or at midnight."""

    resources: Names
    midnight: bool = False


@dataclass(frozen=True)
class MeanQueue:
    """Mean number of patients waiting, over all times or at midnight."""

    resources: Names
    midnight: bool = False


@dataclass(frozen=True)
class MeanOverCapacity:
    """Mean number in use beyond the capacity (work in hand after a shift has ended)."""

    resources: Names


@dataclass(frozen=True)
class HoursOpen:
    """Time in which there was any capacity (resource by resource), in the KPI's unit of time."""

    resources: Names


@dataclass(frozen=True)
class HoursFull:
    """Time open with everything in use, in the KPI's unit of time."""

    resources: Names


@dataclass(frozen=True)
class Queued:
    """How many joined, were `granted`, `gave_up`, were `displaced` or `turned_away`, at resources."""

    resources: Names
    what: str = "joined"


@dataclass(frozen=True)
class MeanWait:
    """Mean wait of those who were granted, those who did not wait included."""

    resources: Names


@dataclass(frozen=True)
class WaitPercentile:
    """The wait that `percent` of those granted do not exceed (within 0.8%)."""

    resources: Names
    percent: float


# ---- arithmetic


@dataclass(frozen=True)
class PerDay:
    """A count or a total for each day of the period."""

    of: Formula


@dataclass(frozen=True)
class PerYear:
    """A count or a total for a year of 365 days."""

    of: Formula


@dataclass(frozen=True)
class Per1000People:
    """A count or a total for each 1,000 people who live in the place (or in the group).

    `where` counts only those people (say so inside `of` too); `people=1` is for each person.
    """

    of: Formula
    where: Where = field(default_factory=dict)
    people: int = 1000


@dataclass(frozen=True)
class Ratio:
    """One formula over another; not defined when the second is zero."""

    of: Formula
    over: Formula


@dataclass(frozen=True)
class Sum:
    """Formulas added together."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Difference:
    """One formula less another."""

    of: Formula
    less: Formula


Formula: TypeAlias = (
    Count | Outcomes | Starts
    | Finished | Unfinished | ShareWithin | ShareOver | CountOver | Mean | Percentile | Total | TotalOver
    | Census
    | Occupancy | Utilisation | MeanInUse | MeanCapacity | MeanQueue | MeanOverCapacity | HoursOpen
    | HoursFull
    | Queued | MeanWait | WaitPercentile
    | PerDay | PerYear | Per1000People | Ratio | Sum | Difference
)  # fmt: skip


def parts_of(formula: Any) -> Iterator[Any]:
    """A formula and every formula inside it."""
    yield formula
    for item in fields(formula):
        inside = getattr(formula, item.name)
        for part in inside if isinstance(inside, tuple) else (inside,):
            if isinstance(part, Formula):
                yield from parts_of(part)
