"""A place's year from its warmed census: from the config to the table of KPIs, and where the time goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.given import Given
from benchmarks.side_by_side import COMPILED
from benchmarks.targets import judged
from flowsim.api import design_for
from flowsim.engines import State, start
from flowsim.engines.initial import initial_patients
from flowsim.program import Program, compile_program
from flowsim.records.fold import Folding
from flowsim.sampling.arrivals import Arrivals, ArrivalWeek
from flowsim.studies.design import Design
from flowsim.studies.replicate import Replication
from flowsim.studies.scenario import Scenario, load_place
from flowsim.studies.study import Study

PLACE = "south_worcestershire"
PEOPLE = 600_000
PARTS = ("start", "arrivals", "kernel", "fold", "kpis")
ONCE_A_RUN = ("start", "kpis")
"""Loading the census and building engine and fold; and the table. These are not scaled with the days."""
SIMPY_DAYS = 14
"""A year with the SimPy engine takes too long to be waited for: these days are scaled to 365."""


@dataclass(frozen=True)
class TimedArrivals(Arrivals):
    """Arrivals that note how long they take to draw, whoever asks for them: the engine does, and so does the fold."""

    seconds: list[float] = field(default_factory=list)

    def weeks(self) -> Iterator[ArrivalWeek]:
        """The same weeks."""
        weeks = super().weeks()
        while True:
            began = time.process_time()
            week = next(weeks, None)
            self.seconds.append(time.process_time() - began)
            if week is None:
                return
            yield week


def people_of(program: Program) -> float:
    """How many people live there, by its config."""
    assert program.config.population is not None, f"{program.config.name} does not say who lives there"
    return float(program.config.population.people.sum())


def one_year(scenario: Scenario, engine: str, days: int, seed: int) -> dict[str, float]:
    """The place from its warmed census: processor seconds by part, and patients."""
    design = design_for(scenario, 1, days, None, seed, "census", 1, engine)
    assert design.state is not None, "the shipped census does not fit: flowsim census " + scenario.place
    return spent_on(scenario.program(), design)


def spent_on(program: Program, design: Design) -> dict[str, float]:
    """Processor seconds by part, and patients, of what `flowsim run` does for one replication."""
    clock = Laps()
    state = None if design.state is None else State.load(design.state)
    initial = None if state is None else initial_patients(program, state)
    arrivals = TimedArrivals(program, design.seed, 0, design.begin, design.until)
    running = start(program, arrivals, design.engine, state)
    folding = Folding(program, arrivals, initial)
    clock.lap("start", less=arrivals.seconds)
    rows = 0
    for chunk in running.run():
        clock.lap("kernel", less=arrivals.seconds)
        rows += len(chunk)
        folding.take(chunk)
        clock.lap("fold", less=arrivals.seconds)
    tallies = folding.finish(design.until)
    clock.lap("fold", less=arrivals.seconds)
    name = program.config.name
    done = Replication(name, 0, tallies, tuple(running.notices))
    Study(design, {name: program}, {name: [done]}).summary(name)
    clock.lap("kpis")
    clock.spent["arrivals"] = clock.set_apart
    return {**{part: clock.spent[part] for part in PARTS}, "patients": int(tallies.patients[0]), "rows": rows}


class Laps:
    """A stopwatch: what passed since the last lap goes to a part, less what was noted elsewhere meanwhile."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys(PARTS, 0.0)
        self.set_apart = 0.0
        self.last = time.process_time()

    def lap(self, part: str, less: list[float] | None = None) -> None:
        """Since the last lap was this part."""
        now = time.process_time()
        apart = sum(less or ())
        if less:
            less.clear()
        self.spent[part] += now - self.last - apart
        self.set_apart += apart
        self.last = now


def measure(given: Given) -> dict[str, Any]:
    """The place's year with each engine, in turns."""
    scenario = Scenario(PLACE)
    began = time.process_time()
    program = compile_program(*load_place(PLACE))
    found: dict[str, Any] = {
        "place": PLACE,
        "people": people_of(program),
        "seconds_to_compile_the_program": time.process_time() - began,
        "engines": {},
    }
    rounds: dict[str, list[dict[str, float]]] = {engine: [] for engine in given.engines}
    for engine in given.engines:
        one_year(scenario, engine, 1, 1)  # machine code is loaded before the clocks start
    for turn in range(given.rounds):
        for engine in given.engines:
            given.say(f"place, round {turn + 1} of {given.rounds}: {engine}")
            rounds[engine].append(one_year(scenario, engine, days_of(engine, given), turn + 1))
    for engine, ones in rounds.items():
        found["engines"][engine] = _summary(ones, days_of(engine, given), found["people"])
    found["targets"] = _judged(found["engines"])
    return found


def days_of(engine: str, given: Given) -> int:
    """How many days an engine is given."""
    if given.quick:
        return 7
    return SIMPY_DAYS if engine == "simpy" else 365


def _summary(ones: list[dict[str, float]], days: int, people: float) -> dict[str, Any]:
    """Medians. What is done for every patient is scaled to a year; what is done once a run is not."""
    scale = 365 / days
    years = [{part: one[part] * (1 if part in ONCE_A_RUN else scale) for part in PARTS} for one in ones]
    whole = median(sum(year.values()) for year in years)
    return {
        "days": days,
        "patients_a_year": median(one["patients"] for one in ones) * scale,
        "rows_a_year": median(one["rows"] for one in ones) * scale,
        "seconds": {part: median(year[part] for year in years) for part in PARTS},
        "seconds_in_all": whole,
        "seconds_per_600000_people": whole * PEOPLE / people,
        "rounds": ones,
    }


def _judged(engines: dict[str, Any]) -> list[dict[str, Any]]:
    ours = engines.get(COMPILED)
    simpy = engines["simpy"]["seconds_in_all"]
    figure = None if ours is None else simpy / ours["seconds_in_all"]
    per_people = None if ours is None else ours["seconds_per_600000_people"]
    return [
        judged("place's year, compiled over SimPy engine", figure, at_least=60, unit="times"),
        judged("place's year, per 600,000 people", per_people, at_most=1.2, unit="s"),
    ]
