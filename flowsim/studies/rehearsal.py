"""The smallest run that uses everything that is compiled, part by part: a clinic with one nurse, for a day."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from flowsim.engines import start
from flowsim.engines.initial import initial_patients
from flowsim.inputs import read_config
from flowsim.pathway import Model, pathway, resource, source
from flowsim.program import Program, compile_program
from flowsim.program.timetables import DAY
from flowsim.records.fold import Folding
from flowsim.sampling import draw_arrivals


@cache
def clinic() -> Program:
    """Patients come now and then, and one nurse sees them."""
    model = Model(
        name="clinic",
        resources=(resource("nurse"),),
        sources=(source("door", to="visit"),),
        pathways=(pathway("visit").use("nurse", "visit.time").leave("home"),),
    )
    numbers = {
        "schema": 1,
        "name": "clinic",
        "start": "2018-01-01",
        "sources": {"door": {"rate": "6/h"}},
        "resources": {"nurse": {"capacity": 1}},
        "parameters": {"visit.time": {"exponential": {"mean": "8 min"}}},
    }
    return compile_program(model, read_config(numbers))


def draw() -> None:
    """The arrivals of a day."""
    for _ in draw_arrivals(clinic(), 1, 0, 0, DAY).weeks():
        pass


def move() -> None:
    """The patients of a day, and of a second one that goes on from the state of the first."""
    engine = start(clinic(), draw_arrivals(clinic(), 1, 0, 0, DAY), "compiled")
    for _ in engine.run():
        pass
    second = start(clinic(), draw_arrivals(clinic(), 1, 0, DAY, 2 * DAY), "compiled", engine.state())
    for _ in second.run():
        pass


def count() -> None:
    """A second day, from the state of the first, folded. Patients are moved by SimPy, which needs no compiling."""
    first = start(clinic(), draw_arrivals(clinic(), 1, 0, 0, DAY), "simpy")
    for _ in first.run():
        pass
    state, arrivals = first.state(), draw_arrivals(clinic(), 1, 0, DAY, 2 * DAY)
    folding = Folding(clinic(), arrivals, initial_patients(clinic(), state))
    for chunk in start(clinic(), arrivals, "simpy", state).run():
        folding.take(chunk)
    folding.finish(2 * DAY)


PARTS: tuple[tuple[str, Callable[[], object]], ...] = (
    ("the drawing of patients", draw),
    ("the engine", move),
    ("the counting", count),
)
"""What is compiled, in words, and what has it compiled."""
