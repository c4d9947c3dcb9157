"""From an experiment to what is run: the scenarios by name, the design, and the settings of a sweep."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from pathlib import Path

from flowsim.errors import ConfigError, RunError
from flowsim.inputs import Config, read_config
from flowsim.inputs.experiment_values import BASELINE, Choice, Experiment, Plan
from flowsim.inputs.experiments import read_experiment
from flowsim.pathway import Model
from flowsim.places import find_config, find_experiment
from flowsim.program import Program
from flowsim.studies.census import find_census
from flowsim.studies.design import Design
from flowsim.studies.scenario import Scenario, load_place
from flowsim.studies.statistics.designs import Range, latin_hypercube, sobol
from flowsim.studies.today import today
from flowsim.studies.today_ways import ways_that_break

SEED = 1
"""Of designs: it places settings, and has nothing to do with patients."""


@dataclass(frozen=True)
class Asking:
    """A choice of an experiment as a scenario; what is wrong with its values is told with their lines."""

    place: str
    choice: Choice

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.choice.name

    def program(self) -> Program:
        """The compiled program. Raises ConfigError with the lines of the experiment."""
        try:
            return Scenario(self.place, self.choice.options, self.choice.as_text, self.name).program()
        except ConfigError:
            path, model, _ = open_place(self.place)
            known = {item.name: item.values for item in model.all_attributes}
            read_config(
                path, options=self.choice.options, changes=dict(self.choice.changes), attributes=known
            )
            raise


@lru_cache(maxsize=4)
def open_place(place: str) -> tuple[Path, Model, Config]:
    """The main file of a place, its model and its config."""
    return (find_config(place), *load_place(place))


def find_question(name_or_path: str | Path) -> Experiment:
    """The experiment of that name, or at that path. Raises ConfigError with everything that is wrong with it."""
    return read_experiment(find_experiment(name_or_path), open_place)


def baseline_of(asked: Experiment) -> Asking:
    """What all scenarios and settings are held against."""
    return Asking(asked.place, asked.baseline)


def scenarios_of(asked: Experiment) -> list[Asking]:
    """The baseline, and then every scenario."""
    return [baseline_of(asked), *(Asking(asked.place, one) for one in asked.scenarios)]


def design_of(asked: Experiment, folder: Path, workers: int = 0) -> Design:
    """The design of an experiment; a census CSV is looked for beside the experiment's file, in `folder`."""
    base = baseline_of(asked).program()
    design = Design(asked.replications, asked.days, asked.warm_up, asked.seed, workers=workers)
    if asked.start == "warmed":
        return replace(design, warmed=True, settle=asked.settle)
    if asked.start == "empty":
        return design
    if asked.start == "census":
        census = find_census(Scenario(asked.place).program(), find_config(asked.place).parent)
        if census is None or not census.fits:
            why = census.why_not if census else f"`flowsim census {asked.place}` makes one."
            raise RunError(f"{asked.place} has no warmed census that fits. {why} Or write `start: warmed`.")
        if base.config.start != Scenario(asked.place).program().config.start:
            raise RunError("The place's census is of another first day. Write `start: warmed`.")
        return replace(design, warm_up=0, state=census.path)
    path = folder / asked.start
    found = today(path, base, design.seed)
    breaking = ways_that_break(base, found.state)
    said = f"The run starts from {path.name}, with {len(found.state)} inside at time 0."
    note = "\n".join((said, *found.notices, *breaking))
    return replace(design, warm_up=0, state=path, state_sha256=found.sha256, note=note)


# --- a sweep --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """One setting of a design: its name, and what each field is changed to."""

    name: str
    values: tuple[tuple[str, str], ...]


def settings_of(plan: Plan) -> list[Setting]:
    """Every setting of a design, in order."""
    if plan.kind == "list":
        found = [Choice("", changes=changes).as_text for changes in plan.listed]
    elif plan.kind == "grid":
        levels = [
            Choice("", changes=tuple((one.path, node) for node in one.levels)).as_text for one in plan.fields
        ]
        found = list(product(*levels))
    else:
        found = _spread(plan)
    digits = max(3, int(math.log10(max(len(found), 1))) + 1)
    return [Setting(f"s{at:0{digits}}", values) for at, values in enumerate(found, start=1)]


def _spread(plan: Plan) -> list[tuple[tuple[str, str], ...]]:
    """Settings that fill the ranges evenly. The seed is fixed: the same design is the same settings."""
    ranges = [Range(one.path, one.low, one.high, one.whole) for one in plan.fields]
    place = sobol if plan.kind == "sobol" else latin_hypercube
    return [tuple((one.path, one.text(setting[one.path])) for one in plan.fields)
            for setting in place(ranges, plan.settings, SEED)]  # fmt: skip


def swept(asked: Experiment, settings: list[Setting]) -> Iterator[Scenario]:
    """The scenario of each setting: what holds in the baseline, and then the setting's values."""
    base = asked.baseline
    for one in settings:
        yield Scenario(asked.place, base.options, (*base.as_text, *one.values), one.name)


def title_of(asked: Experiment, name: str) -> str:
    """What a scenario is called."""
    titles = {one.name: one.title for one in asked.scenarios}
    return "Baseline" if name == BASELINE else titles.get(name, name)
