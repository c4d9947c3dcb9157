"""Make docs/background/pairing.md: what the same patients in every scenario are worth, for five options.

    python docs/pairing_page.py            (minutes; replications come from runs/store.sqlite as far as they are there)

The script adds no figure of its own.
"""

from __future__ import annotations

import math
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from flowsim.outputs.answer import scenario_title
from flowsim.outputs.experiment import kpis_of
from flowsim.outputs.words import brief
from flowsim.places import find_experiment, runs_folder
from flowsim.studies.answering import compare_all
from flowsim.studies.question import design_of, find_question
from flowsim.studies.statistics.pairing import Pairing, pairing
from flowsim.studies.store import Store

NAME = "pairing"
PAGE = Path(__file__).resolve().parent / "background" / "pairing.md"

HEAD = """# What pairing is worth

Every scenario meets the same patients with the same luck ([how](luck.md)), so much of what varies from replication to
replication is the same in both and leaves the difference. The table says by how much, for five options of South
Worcestershire: `flowsim compare pairing`, {replications} replications of {days} days, each from a state of its own that was
warmed for {warm_up} days and settled for {settle} in each scenario.

*Removed* is the share of the variance that independent runs would have given the difference; *worth* is how many
independent replications one pair replaces, with its 95% interval ([Pitman's](how-sure.md#what-was-the-pairing-worth)).
A worth below 1 would mean that pairing did harm. Where an option does not touch a figure at all there is nothing left to
vary, and the worth has no bound.
"""
COLUMNS = ("option", "figure", "difference, sd", "removed", "worth", "95% interval")


def page() -> str:
    """The whole page."""
    asked = find_question(NAME)
    design = design_of(asked, find_experiment(NAME).parent, 0)
    study = compare_all(asked, design, Store(runs_folder() / "store.sqlite"), _quiet).study
    kpis = kpis_of(asked, study.programs[study.baseline].model.observe.kpis)
    told = ["| " + " | ".join(COLUMNS) + " |", "|---|---|---|---|---|---|"]
    base = study.kpis(study.baseline)
    for name in list(study.programs)[1:]:
        other = study.kpis(name)
        for kpi in kpis:
            found = pairing([one.value(kpi.name) for one in base], [one.value(kpi.name) for one in other])
            told.append(f"| {scenario_title(study, name)} | {kpi.title} | {_cells(found, kpi.unit)} |")
    head = HEAD.format(
        replications=design.replications, days=design.days, warm_up=design.warm_up, settle=design.settle
    )
    return "\n".join((head, *told, ""))


def _cells(found: Pairing, unit: str) -> str:
    spread = math.sqrt(found.variance_paired)
    sd = f"{100 * spread:.2f} points" if unit == "%" else brief(spread, unit)
    if math.isinf(found.factor):
        return f"{sd} | 100% | no bound | "
    return f"{sd} | {100 * found.removed:.0f}% | {found.factor:.1f} | {found.low:.1f} to {found.high:.1f}"


def _quiet(*_told: Any) -> Any:
    return nullcontext(lambda _days: None)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
