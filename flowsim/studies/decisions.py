"""What is decided with a figure: whether a scenario is better than the baseline, or whether a standard is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowsim.errors import RunError, did_you_mean
from flowsim.inputs.experiment_values import Choice, Experiment, Standard
from flowsim.measures.kpis import Kpis
from flowsim.measures.observed import in_unit_of_kpi
from flowsim.pathway.observe import Kpi
from flowsim.program import Program
from flowsim.studies.answering import kpis_of, values_of


@dataclass(frozen=True)
class Decision:
    """A figure and the limit at which the decision turns.

    Without a standard, the figure is the paired difference from the baseline and the limit is zero; with one, it is
    the scenario's own figure and the limit is the standard, in the KPI's unit.
    """

    kpi: Kpi
    limit: float = 0.0
    standard: Standard | None = None

    @property
    def is_difference(self) -> bool:
        """Is the figure a difference from the baseline?"""
        return self.standard is None

    def figures(self, base: Sequence[Kpis], other: Sequence[Kpis]) -> list[float]:
        """The figure in each replication; nan where there is none."""
        if self.standard is not None:
            return values_of(other, self.kpi.name, self.standard.group, self.standard.at)
        before, after = (values_of(runs, self.kpi.name) for runs in (base, other))
        return [b - a for a, b in zip(before, after, strict=True)]


def scenario_of(asked: Experiment, name: str = "") -> Choice | None:
    """The scenario of that name; without a name the first; None if the experiment has none.

    Raises RunError if there is no such scenario.
    """
    by_name = {one.name: one for one in asked.scenarios}
    if name and name not in by_name:
        raise RunError(f"{asked.name} has no scenario `{name}`. {did_you_mean(name, by_name)}")
    return by_name[name] if name else next(iter(asked.scenarios), None)


def decisions_of(
    asked: Experiment, program: Program, scenario: Choice | None, kpi: str = ""
) -> tuple[Decision, ...]:
    """What is decided: by the difference in one KPI (the first of the question), and by each standard.

    Raises RunError if the experiment asks for neither.
    """
    known = {one.name: one for one in program.model.observe.kpis}
    if kpi and kpi not in known:
        raise RunError(f"The model has no KPI `{kpi}`. {did_you_mean(kpi, known)}")
    found = [] if scenario is None else [Decision(known[kpi or kpis_of(asked, program)[0]])]
    for one in asked.standards:
        limit = in_unit_of_kpi(one.value, one.unit, known[one.kpi].unit)
        found.append(Decision(known[one.kpi], limit, one))
    if not found:
        raise RunError(
            f"{asked.name} has neither a scenario nor a standard, so nothing is decided. Add `scenarios` or `standard`."
        )
    return tuple(found)
