"""A place whose figures are known: everybody stays exactly as long as three times together, and nobody waits."""

from __future__ import annotations

from pathlib import Path

from flowsim.pathway import Model, attribute, pathway, source
from flowsim.pathway.formulas import Count, Mean, PerDay
from flowsim.pathway.observe import Observe, interval, kpi

YAML = """\
schema: 1
name: straight
title: A straight way through
model: straight_model.py
warm_up: 0 days
attributes: {home: [hill, valley]}
sources:
  walk_in: {rate: 4/h, mix: {home: {hill: 0.5, valley: 0.5}}, range: [0.5, 2]}
parameters:
  see: {value: 30 min, range: [6 min, 40 min], status: assumption}
  settle: {value: 5 min, range: [4 min, 6 min], status: published}
  walk: {value: 20 min, range: [10 min, 60 min], status: assumption}
options:
  faster:
    title: Faster
    change: {parameters.see: x 0.5, parameters.settle: 10 min}
"""

EXPERIMENT = """\
title: Faster or not
question: Is it worth being faster?
place: ./straight
scenarios: {faster: {options: [faster]}}
replications: 4
start: empty
warm_up: 0 days
length: 1 day
kpis: [time, visits]
standard: [{kpi: time, at_most: 60 min, source: a wish}]
"""


def model() -> Model:
    """Come, be seen, settle, walk, go."""
    way = pathway("visit", title="A visit").mark("came").hold("see").hold("settle").hold("walk").mark("went")
    return Model(
        name="straight",
        title="A straight way through",
        attributes=(attribute("home"),),
        resources=(),
        sources=(source("walk_in", to="visit", title="Walk in"),),
        observe=Observe(
            intervals=(interval("time", "came", "went"),),
            kpis=(
                kpi("time", "Time in all, mean", "minutes", Mean("time"), "low", headline=True),
                kpi("visits", "Visits", "a day", PerDay(Count("came"))),
            ),
            titles={"came": "comes in"},
        ),
        pathways=(way.leave("home"),),
    )


def write_straight(folder: Path) -> Path:
    """The place and its experiment in a folder; returns the experiment's file."""
    (folder / "straight").mkdir(parents=True)
    (folder / "straight" / "config.yaml").write_text(YAML, encoding="utf-8")
    text = "from tests.straight_place import model as model\n"
    (folder / "straight" / "straight_model.py").write_text(text, encoding="utf-8")
    path = folder / "faster.yaml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return path
