"""The answer in a sentence: what the place looks like, and what an option does to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flowsim.outputs.tables import SAME, headlines, verdict
from flowsim.outputs.words import FEWEST, brief, several, signed, signed_interval, title_of
from flowsim.pathway.observe import Kpi
from flowsim.studies.study import Study

MOST_NAMED = 5


def baseline_answer(study: Study) -> list[str]:
    """What the place looks like: a sentence for everybody, and one for the first marked part of its people."""
    program = study.programs[study.baseline]
    kpis = [kpi for kpi in program.model.observe.kpis if kpi.sentence]
    table = study.summary(study.baseline)
    found = {(row["kpi"], row["group"], row["at"]): row for _, row in table.iterrows()}
    said = _sentence(kpis, found, "all", "all")
    if not said:
        return []
    parts = dict(program.attributes).get("home", ())
    of_part = _sentence(kpis, found, "home", parts[0]) if len(parts) > 1 else ""
    where = f"{program.config.catchment}: " if program.config.catchment else ""
    return [
        f"{where}{said}.",
        *([f"Of those who live in {title_of(parts[0])}: {of_part}."] if of_part else []),
    ]


def _sentence(kpis: list[Kpi], found: Any, group: str, at: str) -> str:
    told = []
    for kpi in kpis:
        row = found.get((kpi.name, group, at))
        if row is not None and row["n"] and row["mean"] == row["mean"]:
            told.append(kpi.sentence.format(brief(row["mean"], kpi.unit)))
    return "; ".join(told)


def option_answer(study: Study, scenario: str, kpis: Sequence[Kpi] = ()) -> str:
    """What a scenario changes, how surely, and what cannot be told apart: of these KPIs, or of the headlines."""
    base = study.programs[study.baseline].model.observe.kpis
    table = study.difference(scenario)
    rows = {row["kpi"]: row for _, row in table[table["group"] == "all"].iterrows() if row["n"] > 0}
    by_verdict: dict[str, list[str]] = {}
    unclear = []
    for kpi in kpis or headlines(base):
        if kpi.name not in rows:
            continue
        row = rows[kpi.name]
        word = verdict(kpi, row)
        if word in ("better", "worse", "changed"):
            by_verdict.setdefault(word, []).append(_change(kpi, row))
        elif word != SAME:
            unclear.append(kpi.title)
    if study.design.replications < FEWEST:
        runs = several(study.design.replications, "replication")
        return f"{scenario_title(study, scenario)}: {runs} cannot tell an effect from chance. Add --replications 10."
    told = [
        f"{word}: {_listed(by_verdict[word])}"
        for word in ("better", "worse", "changed")
        if word in by_verdict
    ]
    if not told and not unclear:
        told.append("nothing changes")
    if unclear:
        told.append(f"cannot be told apart from no change: {_listed(unclear)}")
    return f"{scenario_title(study, scenario)}: {'. '.join(_upper(part) for part in told)}."


def scenario_title(study: Study, scenario: str) -> str:
    """The title that a scenario was given, or of the option that it is; its name if it is several, or changes."""
    if study.titles.get(scenario):
        return study.titles[scenario]
    options = study.programs[study.baseline].config.options
    return options[scenario].title if scenario in options else title_of(scenario)


def _change(kpi: Kpi, row: Any) -> str:
    both = signed_interval(row["low"], row["high"], kpi.unit)
    return f"{kpi.title} {signed(row['difference'], kpi.unit)} (95% interval {both})"


def _listed(told: list[str]) -> str:
    more = f", and {len(told) - MOST_NAMED} more" if len(told) > MOST_NAMED else ""
    return "; ".join(told[:MOST_NAMED]) + more


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
