"""What an experiment says, in canonical form: the only things that the rest of flowsim sees of one."""

from __future__ import annotations

from dataclasses import dataclass

from flowsim.inputs.experiment_fields import Field
from flowsim.inputs.tree import Node
from flowsim.inputs.values import Provenance

BASELINE = "baseline"
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
class Experiment:
    """A question, checked. Times are in days."""

    name: str
    title: str
    question: str
    place: str
    baseline: Choice
    scenarios: tuple[Choice, ...] = ()
    plan: Plan | None = None
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
