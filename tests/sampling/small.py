"""A small real model: walk-ins and a booked clinic, triage, a doctor, a bed, and some who come back."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from flowsim.pathway import CARRY_ON, Model, attribute, pathway, resource, source
from flowsim.program import Program
from flowsim.sampling import Arrivals, draw_arrivals
from tests.support import compiled, simulate

HOUR, DAY, WEEK = 3_600_000, 86_400_000, 7 * 86_400_000


def model(*, more_steps: bool = False, more_sources: bool = False, more_resources: bool = False) -> Model:
    """The model, perhaps with a step, a source or a resource that was not there before."""
    ed = pathway("ed").mark("arrived")
    if more_steps:
        ed = ed.choose("ed.advice", told=CARRY_ON, not_told=CARRY_ON).hold("ed.greeting")
    if more_resources:
        ed = ed.use("porter", "ed.porter_time")
    ed = (
        ed.use("nurse", "ed.triage_time")
        .mark("triaged")
        .use("doctor", "ed.time", priority="acuity")
        .choose("ed.outcome", home=CARRY_ON, admit="ward")
        .come_back("ed.again", "ed.again_after", to="ed")
        .leave("home")
    )
    ward = pathway("ward").use("bed", "ward.stay").set("acuity", share="ward.acuity").leave("discharged")
    return Model(
        name="small",
        attributes=(attribute("acuity", "1", "2", "3"),),
        resources=(resource("nurse"), resource("doctor"), resource("bed"),
                   *((resource("porter"),) if more_resources else ())),
        sources=(*((source("another", to="ed"),) if more_sources else ()), source("walk_in", to="ed"),
                 source("clinic", to="ed")),
        pathways=(ed, ward),
    )  # fmt: skip


def config(**kinds: Any) -> dict[str, Any]:
    """Its numbers; keywords replace or add entries of sources, resources or parameters."""
    whole = {
        "start": "2018-01-01",
        "sources": {
            "walk_in": {"rate": "6/h", "mix": {"acuity": {"1": 0.2, "2": 0.3, "3": "rest"}},
                        "profile": {"hour_of_day": [0.5] * 8 + [1.5] * 16, "day_of_week": [1.2, 1, 1, 1, 1, 0.9, 0.9],
                                    "month": [1.1] + [1.0] * 10 + [1.2]}},
            "clinic": {"booked": {"mon-fri 09:00": 3, "mon-fri 09:30": 2}, "mix": {"acuity": {"2": 0.5, "3": "rest"}}},
        },
        "resources": {"nurse": {"capacity": 2}, "doctor": {"capacity": 4}, "bed": {"capacity": 30}},
        "parameters": {
            "ed.triage_time": {"lognormal": {"mean": "7 min", "sd": "3 min"}},
            "ed.time": {"by": ["acuity"], "values": {"1": {"gamma": {"mean": "40 min", "sd": "20 min"}}, "...": "20 min"}},
            "ed.outcome": {"by": ["acuity"], "values": {"1": {"admit": 0.6, "home": "rest"},
                                                        "...": {"home": 0.9, "admit": "rest"}}},
            "ed.again": {"value": 0.1}, "ed.again_after": {"exponential": {"mean": "2 days"}},
            "ward.stay": {"exponential": {"mean": "20 h"}}, "ward.acuity": {"1": 0.2, "2": 0.3, "3": "rest"},
        },
    }  # fmt: skip
    for kind, entries in kinds.items():
        whole[kind] = {**whole[kind], **entries}
    return whole


def program(**more: Any) -> Program:
    """Compiled; `model_` keywords are the model's."""
    shape = {name: more.pop(name) for name in list(more) if name.startswith("more_")}
    return compiled(model(**shape), config(**more))


def drawn(
    made: Program, start: int = 0, until: int = 2 * WEEK, seed: int = 1, replication: int = 0
) -> Arrivals:
    """Arrivals of two weeks, unless told otherwise."""
    return draw_arrivals(made, seed, replication, start, until)


def table(arrivals: Arrivals) -> dict[str, np.ndarray]:
    """All weeks of the arrivals in one."""
    weeks = list(arrivals.weeks())
    return {name: np.concatenate([getattr(week, name) for week in weeks]) for name in weeks[0]._fields}


def arrivals_digest() -> str:
    """A digest of the small model's arrivals over two weeks, with multipliers below and above 1."""
    made = program(sources={"walk_in": {**config()["sources"]["walk_in"], "multiplier":
                                        {"by": ["acuity"], "values": {"1": 1.5, "2": 0.5, "3": 1}}}})  # fmt: skip
    digest = hashlib.sha256()
    for column in table(drawn(made)).values():
        digest.update(column.tobytes())
    return digest.hexdigest()


def log_digest() -> str:
    """A digest of a run of two days."""
    return hashlib.sha256(simulate(model(), config(), "2 days").log.tobytes()).hexdigest()
