"""What a run's folder keeps so that its report can be made again without simulating: names, words and checks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from flowsim.measures.evaluate import evaluate
from flowsim.measures.kpis import weekly
from flowsim.measures.queues import loads
from flowsim.measures.selection import Selection
from flowsim.outputs.answer import baseline_answer, scenario_title
from flowsim.outputs.report.asked import Asked
from flowsim.outputs.report.trust import certificate, changed_numbers
from flowsim.outputs.tables import headlines
from flowsim.outputs.words import plain
from flowsim.pathway.formulas import Count, names_of
from flowsim.pathway.observe import CountsBy, Kpi
from flowsim.pathway.steps import Seize
from flowsim.program import Program
from flowsim.studies.study import Study

FORMAT = 1
MOST_RESOURCES = 4
"""Pictures of occupancy: what the options change first, then the longest queues."""
MOST_LOAD = 1.01
"""Whatever is fuller is opened under pressure only, and says little about the pathway that uses it."""
COLUMNS = ("field", "value", "status", "source", "range", "owner", "note", "file", "line")


def about(study: Study, asked: Asked) -> dict[str, Any]:
    """Everything of a report that is no table of figures, as JSON has it."""
    program = study.programs[study.baseline]
    config = program.config
    others = list(study.programs)[1:]
    return {
        "format": FORMAT,
        "place": config.name,
        "title": config.title or config.name,
        "description": config.description,
        "model": program.model.title or program.model.name,
        "asked": asdict(asked),
        "start": _start(study),
        "from_day": config.start.isoformat(),
        "baseline": study.baseline,
        "baseline_answer": baseline_answer(study),
        "scenarios": [_scenario(study, name) for name in others],
        "kpis": [{key: getattr(kpi, key) for key in ("name", "title", "unit", "better", "headline", "sentence")}
                 for kpi in program.model.observe.kpis],
        "resources": {item.name: item.title or plain(item.name) for item in program.model.resources},
        "flows": [_flow(study, item) for item in program.model.observe.counts if item.flow],
        "certificate": [asdict(check) for check in certificate(study)],
    }  # fmt: skip


def _start(study: Study) -> str:
    design = study.design
    if design.warmed:
        return (f"a state of its own, warmed for {design.warm_up} days and settled for {design.settle} days in each "
                "scenario, which are not counted")  # fmt: skip
    if design.state is None:
        return f"empty, then {design.warm_up} days of warm-up that are not counted"
    return f"the patients of {design.state.name}" if design.from_csv else "the place's warmed census"


def _scenario(study: Study, name: str) -> dict[str, Any]:
    """What a scenario is: the options that are switched on, what they change, and why anybody believes it."""
    base, config = study.programs[study.baseline].config, study.programs[name].config
    options = [config.options[one] for one in config.chosen if one in config.options]
    return {
        "name": name,
        "title": scenario_title(study, name),
        "options": [
            {
                "title": one.title,
                "description": one.description,
                "evidence": one.evidence,
                "cost": {what: f"{one.currency} {amount:,.0f}".strip() for what, amount in one.cost.items()},
                "status": one.provenance.status,
                "source": one.provenance.source,
                "range": " to ".join(one.provenance.range),
            }
            for one in options
        ],
        "changes": [list(row[:3]) for row in changed_numbers(base, config)],
    }


def _flow(study: Study, item: CountsBy) -> dict[str, Any]:
    """How many a day passed a milestone with each value of one attribute and of the next, in the baseline."""
    program = study.programs[study.baseline]
    values = dict(program.attributes)
    first, second = item.flow
    runs = study.tallies(study.baseline)
    ways = []
    for a in values[first]:
        for b in values[second]:
            formula = Count(item.milestones, {first: a, second: b})
            found = [
                evaluate(formula, on)[0] / on.days[0]
                for on in (Selection(run, slice(0, None), "all") for run in runs)
            ]
            if (mean := float(np.mean(found))) > 0:
                ways.append([_value(first, a), _value(second, b), mean])
    return {"title": item.title, "ways": ways}


def _value(attribute: str, value: str) -> str:
    """A value as words; a bare number says of what."""
    return f"{plain(attribute)} {value}" if value.isdigit() else plain(value)


def pathway_loads(study: Study) -> dict[str, tuple[str, float]]:
    """For each pathway that seizes anything, the fullest resource that it seizes, and how full, in the baseline."""
    program = study.programs[study.baseline]
    use: dict[str, float] = {}
    for (name, _), load in loads(study.tallies(study.baseline)).items():
        if load <= MOST_LOAD:
            use[name] = max(use.get(name, 0.0), load)
    titles = {item.name: item.title or plain(item.name) for item in program.model.resources}
    found = {}
    for chain in program.model.pathways:
        seized = {
            name
            for step in chain.steps
            for name in names_of(getattr(step, "resources", ()))
            if isinstance(step, Seize)
        }
        if known := seized & set(use):
            fullest = max(sorted(known), key=lambda name: use[name])
            found[chain.name] = titles[fullest], use[fullest]
    return found


# ---- tidy tables


def weekly_table(study: Study) -> Any:
    """Week by week: scenario, replication, week, kpi, value, unit, of the KPIs that the first lines name."""
    import pandas as pd

    rows = []
    for scenario, program in study.programs.items():
        for number, tallies in enumerate(study.tallies(scenario)):
            weeks = [week for week, whole in zip(tallies.weeks, tallies.exposure, strict=True) if whole]
            for kpi in first_kpis(program):
                values = weekly(tallies, kpi, program.config.population)[: len(weeks)]
                rows += [[scenario, number, week, kpi.name, value, kpi.unit]
                         for week, value in zip(weeks, values, strict=True) if week >= 0]  # fmt: skip
    return pd.DataFrame(rows, columns=["scenario", "replication", "week", "kpi", "value", "unit"])


def first_kpis(program: Program) -> list[Kpi]:
    """The KPIs that the first lines of an answer name, or all headlines if none is."""
    kpis = program.model.observe.kpis
    return [kpi for kpi in kpis if kpi.sentence] or list(headlines(kpis))


def hours_table(study: Study) -> Any:
    """By hour of the week, summed over sites: scenario, resource, hour, in_use, low, high, capacity."""
    import pandas as pd

    from flowsim.outputs.plots import hours_of_week

    rows = []
    for resource in shown_resources(study):
        for scenario, program in study.programs.items():
            by_hour = hours_of_week(program, study.tallies(scenario), resource)
            in_use, capacity = by_hour[:, :, 0], by_hour[:, :, 1].mean(axis=0)
            for hour in range(168):
                at = in_use[:, hour]
                rows.append([scenario, resource, hour, at.mean(), at.min(), at.max(), capacity[hour]])
    return pd.DataFrame(rows, columns=["scenario", "resource", "hour", "in_use", "low", "high", "capacity"])


def shown_resources(study: Study) -> list[str]:
    """A few resources worth a picture: those whose numbers the scenarios change, then those waited for the most."""
    base = study.programs[study.baseline]
    changed = {field.split(".")[1]: None for name in list(study.programs)[1:]
               for field, *_ in changed_numbers(base.config, study.programs[name].config)
               if field.startswith("resources.")}  # fmt: skip
    waiting: dict[str, int] = {}
    for one in study.tallies(study.baseline):
        for instance, queue in zip(base.instances, one.hourly[:, :, 2].sum(axis=1), strict=True):
            waiting[instance.resource] = waiting.get(instance.resource, 0) + int(queue)
    longest = sorted((name for name in waiting if waiting[name]), key=lambda name: -waiting[name])
    first = [name for name in longest if name in changed][: MOST_RESOURCES // 2]
    return list(dict.fromkeys((*first, *longest)))[:MOST_RESOURCES]


def assumptions_table(study: Study) -> Any:
    """Every number with its source, status and range, and what each scenario makes of it: those changed come first."""
    import pandas as pd

    configs = {name: program.config for name, program in study.programs.items()}
    base = configs[study.baseline]
    changed = {
        name: {row[0]: row[2] for row in changed_numbers(base, config)} for name, config in configs.items()
    }
    rows = {row.field: row for config in reversed(configs.values()) for row in config.numbers}
    rows |= {row.field: row for row in base.numbers}
    order = {"assumption": 1, "missing": 2, "illustrative": 3, "derived": 4, "published": 5}
    in_base = {row.field for row in base.numbers}

    def place(field: str) -> int:
        return 0 if any(field in one for one in changed.values()) else order.get(rows[field].status, 6)

    found = [
        [getattr(row, key) if key != "value" or row.field in in_base else "" for key in COLUMNS]
        + [one.get(row.field, "") for name, one in changed.items() if name != study.baseline]
        for row in sorted(rows.values(), key=lambda row: place(row.field))
        if not row.field.startswith("observed")
    ]
    names = [f"with {scenario_title(study, name)}" for name in list(configs)[1:]]
    return pd.DataFrame(found, columns=[*COLUMNS, *names])
