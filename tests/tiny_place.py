"""A place that is compiled in a moment: a clinic with one kind of staff and people from two parts of a town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flowsim.pathway import CARRY_ON, Model, Pathway, attribute, pathway, resource, source
from flowsim.pathway.formulas import Count, Mean, PerDay, ShareWithin, Utilisation
from flowsim.pathway.observe import Observe, interval, kpi, minutes

CONFIG: dict[str, Any] = {
    "title": "A clinic",
    "warm_up": "1 day",
    "attributes": {"home": ["hill", "valley"]},
    "sources": {"walk_in": {"rate": "4/h", "mix": {"home": {"hill": 0.5, "valley": 0.5}}}},
    "resources": {"nurse": {"capacity": 2}},
    "parameters": {
        "see": {"exponential": {"mean": "18 min"}},
        "again": 0.2,
        "later": "6 h",
    },
}


def model() -> Model:
    """Come, wait, be seen, perhaps come back."""
    return Model(
        name="clinic",
        title="A clinic",
        attributes=(attribute("home"),),
        resources=(resource("nurse", title="Nurses"),),
        sources=(source("walk_in", to="visit", title="Walk in"),),
        observe=observed(),
        pathways=(visit(),),
    )


def visit() -> Pathway:
    return (
        pathway("visit", title="A visit")
        .mark("came")
        .seize("nurse")
        .mark("seen")
        .hold("see")
        .release("nurse")
        .come_back("again", "later", to="visit")
        .route(otherwise=CARRY_ON)
        .mark("went")
        .leave("home")
    )


def observed() -> Observe:
    return Observe(
        intervals=(
            interval("wait", "came", "seen", (minutes(10),)),
            interval("time", "came", "went"),
        ),
        kpis=(
            kpi("visits", "Visits", "a day", PerDay(Count("came")), headline=True),
            kpi("wait", "Wait, mean", "minutes", Mean("wait"), "low", sentence="people wait {} minutes"),
            kpi("quick", "Seen in ten minutes", "%", ShareWithin("wait", minutes(10)), "high",
                sentence="{} are seen in ten minutes"),
            kpi("time", "Time in the clinic, mean", "minutes", Mean("time"), "low"),
            kpi("busy", "Nurses busy", "%", Utilisation("nurse")),
        ),
        titles={"came": "comes in"},
    )  # fmt: skip


YAML = """\
schema: 1
name: clinic
title: A clinic
model: clinic_model.py
warm_up: 1 day
attributes: {home: [hill, valley]}
sources:
  walk_in: {rate: 4/h, mix: {home: {hill: 0.5, valley: 0.5}}, status: illustrative}
resources:
  nurse: {capacity: 2, status: published}
parameters:
  see: {exponential: {mean: 18 min}, status: illustrative}
  again: 0.2
  later: 6 h
options:
  more_nurses:
    title: A third nurse
    change: {resources.nurse.capacity: +1}
    evidence: nobody asked
  fewer_people:
    title: Half the people
    change: {sources.walk_in.multiplier: 0.5}
observed:
  - {kpi: quick, value: 60, period: 2018/19, used_to_set: false, tolerance: 20%, source: a count}
  - {kpi: wait, value: 20 min, used_to_set: true, tolerance: 100%, source: a count}
"""


def write_place(folder: Path) -> Path:
    """The clinic as a folder of files; returns the folder, which is a place."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(YAML, encoding="utf-8")
    (folder / "clinic_model.py").write_text("from tests.tiny_place import model as model\n", encoding="utf-8")
    return folder
