"""What an experiment says, in canonical form: the only things that the rest of flowsim sees of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowsim.inputs.experiment_fields import Field
from flowsim.inputs.tree import Node
from flowsim.inputs.values import Provenance

BASELINE = "baseline"
SMALLEST = "smallest"
"""What a goal-seek finds, unless it is the largest."""
SETTLE = 14
"""Days, if an experiment does not say."""


@dataclass(frozen=True)
class Choice:
    """What differs from the place as it is: options, and changes as (path, value as written, with its line)."""

    name: str
    title: str = ""
    options: tuple[str, ...] = ()
    changes: tuple[tuple[str, Node], ...] = ()

    @property
    def as_text(self) -> tuple[tuple[str, str], ...]:
        """The changes as `--set` has them."""
        return tuple((path, node.text() if isinstance(node.value, bool) else str(node.value))
                     for path, node in self.changes)  # fmt: skip


@dataclass(frozen=True)
class Precision:
    """How precise a KPI is to be: half the width of its interval, in its own unit or as a share of its mean."""

    kpi: str
    absolute: float | None
    unit: str
    relative: float | None


@dataclass(frozen=True)
class Standard:
    """What good is. `value` is in `unit` as written: "ms", "share", a currency, or none."""

    kpi: str
    group: str
    at: str
    side: str
    """`at least` or `at most`."""
    value: float
    unit: str
    provenance: Provenance


@dataclass(frozen=True)
class Said:
    """Words that somebody put their name to."""

    text: str
    by: str
    date: str


@dataclass(frozen=True)
class Plan:
    """Many settings of a few fields; `settings` is how many, for a Latin hypercube or a Sobol sequence."""

    kind: str
    fields: tuple[Field, ...] = ()
    settings: int = 0
    listed: tuple[tuple[tuple[str, Node], ...], ...] = ()


@dataclass(frozen=True)
class Seek:
    """The smallest (or largest) value of a field at which a standard is met with a probability."""

    field: Field
    values: tuple[float, ...]
    """From the value at which the standard is least likely to be met, to the one at which it is most likely."""
    standard: Standard
    find: str
    probability: float
    confidence: float

    def text(self, at: int) -> str:
        """The change to a value, as `--set` has it."""
        return self.field.text(self.values[at])


@dataclass(frozen=True)
class UnitCost:
    """What one more of a field costs in a year, and who says so."""

    each: float
    currency: str
    provenance: Provenance


@dataclass(frozen=True)
class Frontier:
    """What to hold against the cost of a design's settings, and how many of the proposed settings to simulate."""

    kpi: str
    costs: Mapping[str, UnitCost]
    confirm: int

    @property
    def currency(self) -> str:
        """The currency of all costs."""
        return next(one.currency for one in self.costs.values())

    def cost(self, setting: Mapping[str, float]) -> float:
        """What a setting costs in a year."""
        return sum(self.costs[path].each * value for path, value in setting.items())


@dataclass(frozen=True)
class Experiment:
    """A question, checked. Times are in days."""

    name: str
    title: str
    question: str
    place: str
    baseline: Choice
    scenarios: tuple[Choice, ...] = ()
    plan: Plan | None = None
    seek: Seek | None = None
    frontier: Frontier | None = None
    replications: int = 10
    until: tuple[Precision, ...] = ()
    most: int = 100
    start: str = "warmed"
    warm_up: int = 90
    settle: int = SETTLE
    days: int = 28
    seed: int = 1
    kpis: tuple[str, ...] = ()
    standards: tuple[Standard, ...] = ()
    prediction: Said | None = None
    decision: Said | None = None
