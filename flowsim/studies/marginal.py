"""Marginal values: what one more of each resource, or a hundredth less of each length of stay, does to chosen KPIs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from flowsim.errors import RunError, did_you_mean
from flowsim.inputs.values import ResourceValue, Rota
from flowsim.measures.evaluate import evaluate
from flowsim.measures.intervals import estimate, paired
from flowsim.measures.kpis import time_unit
from flowsim.measures.periods import weeks_of
from flowsim.measures.selection import Selection
from flowsim.pathway.observe import Kpi
from flowsim.pathway.steps import Hold
from flowsim.program import Program
from flowsim.records.tallies import Tallies
from flowsim.studies.design import Design
from flowsim.studies.replicate import HasProgram, days_to_simulate, replicate
from flowsim.studies.scenario import Scenario
from flowsim.studies.study import WHOLE

ONE_MORE, LESS = "one more", "1% less"
SAID = {ONE_MORE: "+1", LESS: "x 0.99"}
COLUMNS = ("kpi", "node", "change", "added", "unit", "n", "base", "other", "difference", "low", "high", "clear",
           "gain")  # fmt: skip


@dataclass(frozen=True)
class Node:
    """One thing of which there could be a little more or less: what to call it, the change, and its path.

    One more is one more in every line of a rota: more than one where lines overlap, none where there is no line.
    """

    name: str
    change: str
    path: str


def nodes_of(scenario: HasProgram) -> tuple[Node, ...]:
    """Every node of a place: each resource that there is (at each site with a number of its own), each length of hold.

    What a site has none of is left out, and so is what only a rule opens.
    """
    program = scenario.program()
    found = [node for name, value in program.config.resources.items() for node in _of_resource(name, value)]
    holds = {step.duration for step in program.model.steps() if isinstance(step, Hold)}
    return (*found, *(Node(name, LESS, f"parameters.{name}") for name in sorted(holds)))


def _of_resource(name: str, value: ResourceValue) -> list[Node]:
    path = f"resources.{name}"
    return [
        Node(name if site is None else f"{name} at {site}", ONE_MORE, path if site is None else f"{path}.by_site.{site}")
        for site, rota in value.rotas.items()
        if _some(rota)
    ]  # fmt: skip


def _some(rota: Rota) -> bool:
    return any(line.value > 0 for line in rota.lines) or any(value > 0 for _, value in rota.steps)


def days_of_marginal(nodes: int, design: Design) -> float:
    """Simulated days in all: the place as it is, and once for each node."""
    return days_to_simulate(nodes + 1, design)


def marginal_values(
    scenario: Scenario,
    design: Design,
    kpis: Sequence[str],
    nodes: Sequence[Node | str] | None = None,
    *,
    period: str = WHOLE,
    on_days: Callable[[float], None] = lambda _days: None,
) -> Any:
    """A table of what a little more or less at each node changes, for each KPI those with the largest gain first.

    `difference` is paired by patient, with its 95% interval; `gain` is the same counted so that more is better (its
    size, if the KPI has no better); `added` is how many units more there were, on average over the measured time.
    `nodes` are all of `nodes_of`, or some of them, or their names. One node after another is run, and only the KPIs are
    kept.
    """
    import pandas as pd

    program = scenario.program()
    asked = _kpis(program, kpis)
    chosen = _nodes(scenario, nodes)
    design = replace(design, attribution=False)

    def values(of: Scenario) -> Mapping[str, list[float]]:
        runs = [one.tallies for one in replicate([of], design, on_days)[of.name]]
        return {kpi.name: [_value(one, kpi, of.program(), period) for one in runs] for kpi in asked}

    base, units = values(scenario), _units(scenario, design)
    rows = []
    for node in chosen:
        changed = scenario.with_changes({node.path: SAID[node.change]}, f"{node.change}: {node.name}")
        other, added = values(changed), (_units(changed, design) - units) / design.until
        rows += [_row(node, added, kpi, base[kpi.name], other[kpi.name]) for kpi in asked]
    order = {kpi.name: at for at, kpi in enumerate(asked)}
    rows.sort(
        key=lambda row: (order[row["kpi"]], -row["gain"]) if row["n"] else (order[row["kpi"]], float("inf"))
    )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _value(tallies: Tallies, kpi: Kpi, program: Program, period: str) -> float:
    """A KPI of one run, for everybody."""
    config = program.config
    on = Selection(tallies, weeks_of(period, config), "all", config.population, time_unit(kpi.unit))
    return float(evaluate(kpi.formula, on)[0])


def _row(node: Node, added: float, kpi: Kpi, base: Sequence[float], other: Sequence[float]) -> dict[str, Any]:
    change = paired(base, other)
    gain = {"high": change.mean, "low": 0.0 - change.mean}.get(kpi.better, abs(change.mean))
    clear = change.low > 0 or change.high < 0
    found = (kpi.name, node.name, node.change, added, kpi.unit, change.n, estimate(base).mean, estimate(other).mean,
             change.mean, change.low, change.high, clear, gain)  # fmt: skip
    return dict(zip(COLUMNS, found, strict=True))


def _units(scenario: Scenario, design: Design) -> int:
    """Unit-ms of everything by its rota, over the measured time."""
    total = 0
    for table in scenario.program().capacity:
        steps = [(0, table.value_at(0)), *table.changes(0, design.until), (design.until, 0)]
        total += sum((after - at) * value for (at, value), (after, _) in pairwise(steps))
    return total


def _kpis(program: Program, names: Sequence[str]) -> list[Kpi]:
    known = {kpi.name: kpi for kpi in program.model.observe.kpis}
    for name in names:
        if name not in known:
            raise RunError(f"There is no KPI {name!r}. {did_you_mean(name, known)}")
    return [known[name] for name in dict.fromkeys(names)]


def _nodes(scenario: Scenario, wanted: Sequence[Node | str] | None) -> tuple[Node, ...]:
    """The nodes asked for: a name alone stands for all nodes of that name, at every site."""
    known = nodes_of(scenario)
    if wanted is None:
        return known
    found: dict[Node, None] = {}
    for one in wanted:
        of = [one] if isinstance(one, Node) else [
            node for node in known if one in (node.name, node.name.partition(" at ")[0])
        ]  # fmt: skip
        if not of:
            names = dict.fromkeys(node.name for node in known)
            raise RunError(f"There is no resource or length of hold {one!r}. {did_you_mean(str(one), names)}")
        found.update(dict.fromkeys(of))
    return tuple(found)
