"""flowsim from Python: a place, its runs, and how they differ.

import flowsim as fs

place = fs.place("south_worcestershire")
base = place.run(replications=5)
option = place.with_options("recover_at_home").run(replications=5)
option.compare(base).table()
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flowsim.engines import DEFAULT
from flowsim.errors import RunError
from flowsim.inputs import Config, read_config
from flowsim.pathway import Model
from flowsim.program import Program, compile_program
from flowsim.studies.census import find_census
from flowsim.studies.delays import delay_differences, delays
from flowsim.studies.design import Design
from flowsim.studies.replicate import HasProgram, replicate
from flowsim.studies.scenario import Prepared, Scenario
from flowsim.studies.study import Study
from flowsim.studies.today import today
from flowsim.studies.today_ways import ways_that_break


@dataclass(frozen=True)
class Place:
    """A place that can be simulated, with the options that are switched on."""

    scenario: Scenario | Prepared

    def with_options(self, *options: str) -> Place:
        """The same place with further options of its config."""
        if isinstance(self.scenario, Prepared):
            raise RunError("A model made in Python has no options: make another one.")
        return Place(self.scenario.with_options(*options))

    def with_changes(self, changes: Mapping[str, Any], name: str = "changed") -> Place:
        """The same place with values changed, as with `--set`: {"resources.crew.capacity": "+2"}."""
        if isinstance(self.scenario, Prepared):
            raise RunError("A model made in Python is changed in Python.")
        return Place(self.scenario.with_changes(changes, name))

    @property
    def program(self) -> Program:
        """The compiled program."""
        return self.scenario.program()

    def run(
        self,
        replications: int = 5,
        *,
        days: int = 28,
        warm_up: int | None = None,
        seed: int = 1,
        start: str = "census",
        workers: int = 0,
        delays: bool = False,
        progress: Callable[[float], None] = lambda _days: None,
    ) -> Result:
        """Simulate. `start` is "census" (the place's warmed census if it has one), "empty" (with a warm-up), or
        the path of a CSV with the patients who are inside now. `delays` keeps what each hour of waiting is charged to.
        """
        design = design_for(self.scenario, replications, days, warm_up, seed, start, workers)
        design = replace(design, attribution=delays)
        found = replicate([self.scenario], design, progress)
        return Result(Study(design, {self.scenario.name: self.program}, found))


@dataclass(frozen=True)
class Result:
    """The replications of one scenario."""

    study: Study

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.study.baseline

    def table(self, period: str = "all") -> Any:
        """A pandas table of KPIs: kpi, group, at, period, unit, n, mean, sd, low, high."""
        return self.study.summary(self.name, period)

    def observed(self) -> Any:
        """A pandas table: modelled beside observed."""
        return self.study.observed()

    def delays(self, period: str = "all", what: str = "waiting") -> Any:
        """A pandas table: hours a day waited for each resource, and what was short; see `studies.delays`.

        It needs a run with `delays=True`.
        """
        return delays(self.study, self.name, period, what)

    def compare(self, base: Result) -> Comparison:
        """This result against another one of the same design: paired by patient."""
        ours, theirs = self.study.design, base.study.design
        if replace(ours, workers=0) != replace(theirs, workers=0):
            raise RunError(
                "The two results were not run alike: use the same replications, days, seed and start."
            )
        other = self.name if self.name != base.name else f"{self.name} (2)"
        programs = {**base.study.programs, other: self.study.programs[self.name]}
        runs = {**base.study.replications, other: self.study.replications[self.name]}
        return Comparison(Study(ours, programs, runs), base.name, other)

    def answer(self) -> str:
        """What the place looks like, in words."""
        from flowsim.outputs.answer import baseline_answer

        return " ".join(baseline_answer(self.study))

    def save(self, folder: str | Path) -> list[Path]:
        """Write tables, pictures and a manifest into a folder."""
        from flowsim.outputs.folder import write_run

        return write_run(self.study, Path(folder), "flowsim from Python")

    @property
    def plot(self) -> Plots:
        """Pictures of this result."""
        return Plots(self.study, self.name)


@dataclass(frozen=True)
class Comparison:
    """Paired differences between two results."""

    study: Study
    base: str
    other: str

    def table(self, period: str = "all") -> Any:
        """A pandas table: base, other, difference, low, high, change_percent, clear."""
        return self.study.difference(self.other, self.base, period)

    def delays(self, period: str = "all", what: str = "waiting") -> Any:
        """A pandas table of paired differences in hours a day; both runs need `delays=True`."""
        return delay_differences(self.study, self.other, self.base, period, what)

    def answer(self) -> str:
        """What changes, how surely, and what cannot be told apart, in words."""
        from flowsim.outputs.answer import option_answer

        return option_answer(self.study, self.other)

    @property
    def plot(self) -> Plots:
        """Pictures of the difference."""
        return Plots(self.study, self.other)


@dataclass(frozen=True)
class Plots:
    """Pictures, as matplotlib figures."""

    study: Study
    scenario: str

    def occupancy(self, resource: str) -> Any:
        """Units in use and capacity by hour of the week."""
        from flowsim.outputs.plots import occupancy

        return occupancy(self.study, resource, self.scenario)

    def changes(self) -> Any:
        """Change of each headline KPI, with intervals."""
        from flowsim.outputs.plots import kpi_changes

        return kpi_changes(self.study, self.scenario)

    def observed(self) -> Any:
        """Modelled over observed."""
        from flowsim.outputs.plots import observed_ratio

        return observed_ratio(self.study)

    def delays(self, what: str = "waiting", *resources: str) -> Any:
        """Hours waited for some resources (or all), or of them blocked, by what was short; needs `delays=True`."""
        from flowsim.outputs.delays import delay_by_cause

        return delay_by_cause(self.study, self.scenario, what, resources=resources)


def place(name: str | Path, *options: str) -> Place:
    """A shipped place by name, or one of your own by its path, with options switched on."""
    found = Place(Scenario(str(name)))
    return found.with_options(*options) if options else found


def small(model: Model, config: Mapping[str, Any]) -> Place:
    """A model and a config made in Python, for a class or a test."""
    known = {attribute.name: attribute.values for attribute in model.all_attributes}
    filled: Config = read_config({"schema": 1, "name": model.name, **config}, attributes=known)
    return Place(Prepared(compile_program(model, filled), model.name))


def design_for(
    scenario: HasProgram,
    replications: int,
    days: int,
    warm_up: int | None,
    seed: int,
    start: str,
    workers: int,
    engine: str = DEFAULT,
) -> Design:
    """A design with the place's own defaults: its warmed census if it has one that fits, else its warm-up.

    `start` may also be the path of a census CSV; then there is no warm-up.
    """
    if start.lower().endswith(".csv"):
        if warm_up is not None:
            raise RunError("A run that starts from a census CSV has no warm-up: leave one of the two out.")
        return _design_from_csv(
            scenario, Design(replications, days, 0, seed, engine, Path(start), workers=workers)
        )
    if start not in ("census", "empty"):
        raise RunError(f'start is "census", "empty" or the path of a .csv file, not {start!r}.')
    state, note = None, ""
    if start == "census" and warm_up is None and isinstance(scenario, Scenario):
        census = find_census(Scenario(scenario.place).program(), scenario.folder)
        if census is not None:
            state, note = (census.path, "") if census.fits else (None, census.why_not)
    days_of_warm_up = (
        warm_up if warm_up is not None else round(scenario.program().config.warm_up / 86_400_000)
    )
    if note:
        note = f"{note} This run warmed up for {days_of_warm_up} days instead."
    return Design(replications, days, days_of_warm_up, seed, engine, state, workers=workers, note=note)


def _design_from_csv(scenario: HasProgram, design: Design) -> Design:
    """The design with the digest of its census CSV, and a note of who is inside. Raises ConfigError if it is wrong."""
    assert design.state is not None
    found = today(design.state, scenario.program(), design.seed)
    breaking = ways_that_break(scenario.program(), found.state)
    inside = len(found.state)
    said = f"The run starts from {design.state.name}: {inside} {'patient' if inside == 1 else 'patients'} inside at time 0."
    return replace(design, state_sha256=found.sha256, note="\n".join((said, *found.notices, *breaking)))
