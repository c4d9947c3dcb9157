"""What a config says, in canonical form: every time in milliseconds, every table complete.

These are the only things that the rest of flowsim sees of a config. All are immutable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Floats = NDArray[np.float64]
Key = tuple[str, ...]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = 7  # the eighth day of a rota's week


@dataclass(frozen=True)
class Provenance:
    """Where a number comes from and how far to trust it; `range` is the ends of the doubt, as written."""

    source: str = ""
    status: str = ""
    range: tuple[str, ...] = ()
    owner: str = ""
    note: str = ""


@dataclass(frozen=True)
class Distribution:
    """A law of times in ms. `parts` are (share, distribution) of a mixture, a histogram or local values.

    Families and args: constant(value), exponential(mean), lognormal(mu, sigma), gamma(shape, scale),
    weibull(shape, scale), erlang(k, scale), uniform(low, high), triangular(low, mode, high),
    normal(mean, sd), beta(a, b, low, high); scipy: `law` of scipy.stats with its own args, times `unit` ms;
    mixture, histogram, empirical: parts; trace: the column `law` of the patient's own trace row.
    Draws outside `low`..`high` are drawn again, or moved to the nearer end.
    """

    family: str
    args: Mapping[str, float] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    outside: Literal["redraw", "clip"] = "redraw"
    parts: tuple[tuple[float, Distribution], ...] = ()
    law: str = ""
    unit: float = 1.0


Shares = Mapping[str, float]
Value = Distribution | Shares | float


@dataclass(frozen=True)
class Cells(Generic[T]):
    """One value for each combination of the attributes in `by`; with none, the one key is ()."""

    by: tuple[str, ...]
    values: Mapping[Key, T]


@dataclass(frozen=True)
class Factor:
    """Multiplies a time, or (on shares) the odds of the branches in `names`, or a number."""

    cells: Cells[float]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """One named input of the pathway: times, shares by name, or a number (a single share is a number)."""

    name: str
    cells: Cells[Value]
    times: tuple[Factor, ...]
    provenance: Provenance
    where: str

    @property
    def kind(self) -> Literal["duration", "shares", "number"]:
        """What it can be used for."""
        value = next(iter(self.cells.values.values()))
        if isinstance(value, Distribution):
            return "duration"
        return "number" if isinstance(value, float | int) else "shares"


@dataclass(frozen=True)
class RotaLine:
    """So many from one minute of the day to another on these days (0 = Monday ... 6, 7 = holidays).

    An end at or before the start is on the next day. Lines that overlap add up. On a holiday, lines for
    holidays hold instead of the weekday's, if the rota has any; a line belongs to the day on which it starts.
    """

    days: frozenset[int]
    start_minute: int
    end_minute: int
    value: int


@dataclass(frozen=True)
class Rota:
    """How many there are: weekly lines plus a change by month, or steps (ms after time 0, how many)."""

    lines: tuple[RotaLine, ...] = ()
    by_month: tuple[int, ...] = (0,) * 12
    steps: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class ResourceValue:
    """A resource's rota for each site, or under None the one that is shared or the same everywhere."""

    rotas: Mapping[str | None, Rota]
    provenance: Provenance
    where: str


@dataclass(frozen=True)
class CalendarValue:
    """When a calendar is open: rotas of value 1."""

    openings: Mapping[str | None, Rota]
    provenance: Provenance = Provenance()
    where: str = ""


@dataclass(frozen=True)
class RuleSetting:
    """A threshold that changes a capacity at `on` and changes it back at `off`."""

    on: float
    off: float
    change: int
    on_is_share: bool
    enabled: bool


@dataclass(frozen=True)
class RuleValue:
    """A rule's setting for each site, or under None for all."""

    cells: Mapping[str | None, RuleSetting]
    provenance: Provenance = Provenance()
    where: str = ""


@dataclass(frozen=True)
class TraceRow:
    """One patient of a trace: when (ms after time 0), attributes, and durations in ms by column."""

    id: str
    time: int
    attributes: Mapping[str, str]
    durations: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class SourceValue:
    """Who comes. `rate` is expected arrivals an hour by (month, cell) before the profile and multiplier."""

    kind: Literal["poisson", "booked", "trace"]
    cells: Sequence[Mapping[str, str]]
    rate: Floats
    hour_of_week: Floats
    holiday_factor: float
    multiplier: Floats
    booked: tuple[RotaLine, ...]
    shares: Floats
    trace: tuple[TraceRow, ...]
    provenance: Provenance
    where: str


@dataclass(frozen=True, eq=False)
class Population:
    """How many people live in each cell (one value of each attribute)."""

    attributes: tuple[str, ...]
    cells: Sequence[Mapping[str, str]]
    people: Floats

    def total(self, **only: str) -> float:
        """People in the cells with these values."""
        chosen = [all(cell[key] == value for key, value in only.items()) for cell in self.cells]
        return float(self.people[np.array(chosen, dtype=bool)].sum())


@dataclass(frozen=True)
class Option:
    """Something that can be switched on: changes by path, with the evidence for them and what they cost."""

    name: str
    title: str
    description: str
    change: Mapping[str, Any]
    evidence: str
    cost: Mapping[str, float]
    currency: str
    provenance: Provenance
    where: str


@dataclass(frozen=True)
class Observed:
    """What was really seen, to hold a run against; `unit` is "", "share", "ms" or a currency."""

    kpi: str
    value: float
    unit: str
    period: str
    group: str
    used_to_set: bool
    tolerance: float | None
    provenance: Provenance
    where: str


@dataclass(frozen=True)
class ProvenanceRow:
    """One number of a config with its source: a line of the table in the report."""

    field: str
    value: str
    source: str
    status: str
    range: str
    owner: str
    note: str
    file: str
    line: int | None


@dataclass(frozen=True, eq=False)
class Config:
    """A place in numbers, checked and complete. `documents` is all that was read, options applied."""

    name: str
    title: str
    description: str
    model: str
    start: date
    reference_year: str
    catchment: str
    sites: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]]
    holidays: frozenset[tuple[int, int]]
    periods: Mapping[str, tuple[date, date]]
    warm_up: int
    population: Population | None
    parameters: Mapping[str, Parameter]
    resources: Mapping[str, ResourceValue]
    calendars: Mapping[str, CalendarValue]
    rules: Mapping[str, RuleValue]
    sources: Mapping[str, SourceValue]
    options: Mapping[str, Option]
    chosen: tuple[str, ...]
    observed: tuple[Observed, ...]
    documents: Mapping[str, Any]
    files: tuple[str, ...]
    sha256: str
    numbers: tuple[ProvenanceRow, ...] = field(repr=False, default=())

    def provenance_table(self) -> tuple[ProvenanceRow, ...]:
        """Every number with its source and range; its status is `missing` where none is given."""
        return self.numbers

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and other.sha256 == self.sha256


def frozen(table: Mapping[Any, T]) -> Mapping[Any, T]:
    """A view of a table that nobody can change."""
    return MappingProxyType(dict(table))


def fixed(array: Floats) -> Floats:
    """An array that nobody can change."""
    array = np.ascontiguousarray(array, dtype=np.float64)
    array.setflags(write=False)
    return array
