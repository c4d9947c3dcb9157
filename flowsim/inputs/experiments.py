"""An experiment: a question in words, what is to be compared, how often, and what was expected beforehand.

The text is checked against the place that it asks: a name that the place does not have is told with its line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flowsim.errors import ConfigError, FlowsimError, Problem, did_you_mean
from flowsim.inputs.documents import check_shape
from flowsim.inputs.experiment_choices import Choices, text
from flowsim.inputs.experiment_shape import ExperimentDocument
from flowsim.inputs.experiment_values import (
    BASELINE,
    SETTLE,
    Choice,
    Experiment,
    Precision,
    Said,
    Standard,
)
from flowsim.inputs.load import load
from flowsim.inputs.observed import read_date, read_figure
from flowsim.inputs.reading import Reading
from flowsim.inputs.tree import Spot
from flowsim.inputs.units import DAY, parse_share
from flowsim.inputs.values import Config
from flowsim.inputs.yaml_text import read_yaml
from flowsim.pathway import Model

STARTS = ("warmed", "empty", "census")

OpenPlace = Callable[[str], tuple[Path, Model, Config]]
"""The main file of a place, its model and its config."""


def read_experiment(path: Path, open_place: OpenPlace) -> Experiment:
    """The experiment of a YAML file. Raises ConfigError with everything that is wrong, each with its line."""
    root = read_yaml(path, path.name)
    if not root.is_table:
        what = Problem(
            path.name, root.line, "", root.text(), "An experiment is a table.", "Write `title: ...`."
        )
        raise ConfigError([what])
    problems = [problem for _, problem in check_shape(root, ExperimentDocument)]
    if problems:
        raise ConfigError(problems)
    top = Spot(root)
    reading = Reading()
    place = str(top["place"].node.value)
    try:
        main, model, config = open_place(_beside(path, place))
    except ConfigError:
        raise
    except FlowsimError as error:
        reading.refuse(top["place"], *_two(str(error)))
        raise ConfigError(reading.problems) from error
    found = _Reader(reading, top, main, model, config).experiment(path.stem, _beside(path, place))
    if reading.problems:
        raise ConfigError(dict.fromkeys(reading.problems))
    return found


def _beside(path: Path, written: str) -> str:
    """A path is relative to the experiment's file; a bare name is looked for as everywhere."""
    looks_like_path = "/" in written or "\\" in written or written.startswith(".") or "." in written
    return str(path.parent / written) if looks_like_path else written


def _two(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    return first, " ".join(rest.split())


@dataclass
class _Reader:
    """Reading one experiment, knowing the place that it asks."""

    reading: Reading
    top: Spot
    main: Path
    model: Model
    config: Config

    @property
    def choices(self) -> Choices:
        """What reads the scenarios and the design."""
        return Choices(self.reading, self.top, load(self.main).root, self.config)

    def experiment(self, name: str, place: str) -> Experiment:
        top, choices = self.top, self.choices
        baseline = choices.choice(BASELINE, top["baseline"], ()) if "baseline" in top else Choice(BASELINE)
        scenarios = choices.scenarios(baseline)
        plan = choices.plan(baseline) if "design" in top else None
        start = self.start()
        return Experiment(
            name=name,
            title=text(top["title"]),
            question=text(top["question"]),
            place=place,
            baseline=baseline,
            scenarios=scenarios,
            plan=plan,
            replications=self.whole("replications", 1, 10),
            until=tuple(self.precisions()),
            most=self.whole("most", 1, 100),
            start=start,
            warm_up=self.warm_up(start),
            settle=self.settle(start),
            days=self.days("length", 1, 28),
            seed=self.whole("seed", 0, 1),
            kpis=self.kpis(),
            standards=tuple(self.standards()),
            prediction=self.said("prediction"),
            decision=self.said("decision"),
        )

    # --- how ------------------------------------------------------------------------------------------------

    def whole(self, key: str, least: int, default: int) -> int:
        if key not in self.top:
            return default
        number = self.reading.whole(self.top[key])
        if number is not None and number < least:
            self.reading.refuse(self.top[key], f"At least {least} is wanted.", "Write a larger number.")
        return default if number is None else number

    def days(self, key: str, least: int, default: int) -> int:
        """A time in whole days."""
        if key not in self.top:
            return default
        time = self.reading.duration(self.top[key])
        if time is None:
            return default
        if time % DAY or time < least * DAY:
            wanted = f"Whole days are wanted, at least {least}." if least else "Whole days are wanted."
            self.reading.refuse(self.top[key], wanted, "Write for example `14 days` or `1 year`.")
        return round(time / DAY)

    def start(self) -> str:
        if "start" not in self.top:
            return STARTS[0]
        spot = self.top["start"]
        written = str(spot.node.value)
        if written in STARTS:
            return written
        if not written.lower().endswith(".csv"):
            self.reading.refuse(spot, "This is not a way to start.",
                                did_you_mean(written, STARTS, "Write warmed, empty, census, or a CSV file."))  # fmt: skip
            return STARTS[0]
        return written

    def warm_up(self, start: str) -> int:
        own = round(self.config.warm_up / DAY)
        if start not in ("warmed", "empty"):
            self.only_for("warm_up", "`warmed` or `empty`")
            return 0
        return self.days("warm_up", 0, own)

    def settle(self, start: str) -> int:
        if start != "warmed":
            self.only_for("settle", "`warmed`")
            return 0
        return self.days("settle", 0, SETTLE)

    def only_for(self, key: str, starts: str) -> None:
        if key in self.top:
            self.reading.refuse(
                self.top[key], f"`{key}` goes with a start that is {starts}.", "Leave one of them out."
            )

    def precisions(self) -> list[Precision]:
        found = []
        for name, spot in self.top["until"].children() if "until" in self.top else ():
            self.known_kpi(spot, name)
            given = [key for key in ("absolute", "relative") if key in spot]
            if len(given) != 1:
                self.reading.refuse(
                    spot, "One of absolute and relative is wanted.", "Write {absolute: 0.5%}.", value=""
                )
                continue
            if given == ["relative"]:
                share = self.reading.number(spot["relative"], parse_share)
                self.positive(spot["relative"], share)
                found.append(Precision(name, None, "", share))
            else:
                figure = self.reading.number(spot["absolute"], read_figure)
                self.positive(spot["absolute"], figure and figure[0])
                value, unit = figure or (1.0, "")
                found.append(Precision(name, value, unit, None))
        return found

    def positive(self, spot: Spot, number: float | None) -> None:
        if number is not None and number <= 0:
            self.reading.refuse(spot, "A precision is more than zero.", "Write for example 0.5% or 2 min.")

    # --- what is asked -----------------------------------------------------------------------------------------

    def kpis(self) -> tuple[str, ...]:
        found = []
        for member in self.top["kpis"].members() if "kpis" in self.top else ():
            name = str(member.node.value)
            if self.known_kpi(member, name):
                found.append(name)
        return tuple(dict.fromkeys(found))

    def known_kpi(self, spot: Spot, name: str) -> bool:
        known = [kpi.name for kpi in self.model.observe.kpis]
        if name not in known:
            remedy = did_you_mean(name, known, "docs/reference/kpis.md lists those of the urgent care model.")
            self.reading.refuse(spot, f"The model has no KPI `{name}`.", remedy, value="")
        return name in known

    def standards(self) -> list[Standard]:
        found = []
        for spot in self.top["standard"].members() if "standard" in self.top else ():
            kpi = str(spot["kpi"].node.value)
            group, at = ("all", "all") if "group" not in spot else self.group(spot["group"], kpi)
            given = [key for key in ("at_least", "at_most") if key in spot]
            if len(given) != 1:
                self.reading.refuse(
                    spot, "One of at_least and at_most is wanted.", "Write {at_least: 78%}.", value=""
                )
                continue
            figure = self.reading.number(spot[given[0]], read_figure)
            if self.known_kpi(spot["kpi"], kpi) and figure is not None:
                side = given[0].replace("_", " ")
                found.append(Standard(kpi, group, at, side, *figure, spot.provenance))
        return found

    def group(self, spot: Spot, kpi: str) -> tuple[str, str]:
        """An attribute and one of its values, of those for which the KPI is worked out."""
        if not spot.node.is_table or len(spot.node.table) != 1:
            self.reading.refuse(spot, "A group is one attribute and its value.", "Write {home: worcester}.")
            return "all", "all"
        ((name, child),) = spot.children()
        groups = next((one.groups for one in self.model.observe.kpis if one.name == kpi), ())
        if name not in groups and groups:
            self.reading.refuse(
                child, f"{kpi} is not worked out by `{name}`.", did_you_mean(name, groups), value=""
            )
            return "all", "all"
        values = self.config.sites if name == "site" else self.config.attributes.get(name, ())
        if values and str(child.node.value) not in values:
            self.reading.refuse(
                child, f"`{name}` has no such value.", did_you_mean(str(child.node.value), values)
            )
        return name, str(child.node.value)

    def said(self, key: str) -> Said | None:
        if key not in self.top:
            return None
        spot = self.top[key]
        read_date(self.reading, spot["date"])
        return Said(*(text(spot[part]) for part in ("text", "by", "date")))
