"""An experiment: a question in words, what is to be compared, how often, and what was expected beforehand.

The text is checked against the place that it asks: a name that the place does not have is told with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flowsim.errors import ConfigError, FlowsimError, Problem, did_you_mean
from flowsim.inputs.documents import check_shape
from flowsim.inputs.experiment_fields import Field, read_fields, read_settings
from flowsim.inputs.experiment_search import Frontier, Seek, read_frontier, read_seek
from flowsim.inputs.experiment_shape import ExperimentDocument
from flowsim.inputs.load import load
from flowsim.inputs.observed import read_date, read_figure
from flowsim.inputs.options import apply_changes
from flowsim.inputs.reading import Reading
from flowsim.inputs.tree import Node, Spot
from flowsim.inputs.units import DAY, parse_number, parse_share
from flowsim.inputs.values import Config, Provenance
from flowsim.inputs.yaml_text import read_yaml
from flowsim.pathway import Model

BASELINE = "baseline"
STARTS = ("warmed", "empty", "census")
SETTLE = 14
KINDS = ("list", "grid", "latin_hypercube", "sobol")
MOST_SETTINGS = 10_000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

OpenPlace = Callable[[str], tuple[Path, Model, Config]]
"""The main file of a place, its model and its config."""


@dataclass(frozen=True)
class Choice:
    """What differs from the place as it is: options, and changes as (path, value as written, with its line)."""

    name: str
    title: str = ""
    options: tuple[str, ...] = ()
    changes: tuple[tuple[str, Node], ...] = ()

    @property
    def as_text(self) -> tuple[tuple[str, str], ...]:
        """The changes as `--set` has them."""
        return tuple((path, node.text() if isinstance(node.value, bool) else str(node.value))
                     for path, node in self.changes)  # fmt: skip


@dataclass(frozen=True)
class Precision:
    """How precise a KPI is to be: half the width of its interval, in its own unit or as a share of its mean."""

    kpi: str
    absolute: float | None
    unit: str
    relative: float | None


@dataclass(frozen=True)
class Standard:
    """What good is. `value` is in `unit` as written: "ms", "share", a currency, or none."""

    kpi: str
    group: str
    at: str
    side: str
    """`at least` or `at most`."""
    value: float
    unit: str
    provenance: Provenance


@dataclass(frozen=True)
class Said:
    """Words that somebody put their name to."""

    text: str
    by: str
    date: str


@dataclass(frozen=True)
class Plan:
    """Many settings of a few fields; `settings` is how many, for a Latin hypercube or a Sobol sequence."""

    kind: str
    fields: tuple[Field, ...] = ()
    settings: int = 0
    listed: tuple[tuple[tuple[str, Node], ...], ...] = ()


@dataclass(frozen=True)
class Experiment:
    """A question, checked. Times are in days."""

    name: str
    title: str
    question: str
    place: str
    baseline: Choice
    scenarios: tuple[Choice, ...] = ()
    plan: Plan | None = None
    seek: Seek | None = None
    frontier: Frontier | None = None
    replications: int = 10
    until: tuple[Precision, ...] = ()
    most: int = 100
    start: str = "warmed"
    warm_up: int = 90
    settle: int = SETTLE
    days: int = 28
    seed: int = 1
    kpis: tuple[str, ...] = ()
    standards: tuple[Standard, ...] = ()
    prediction: Said | None = None
    decision: Said | None = None


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

    @cached_property
    def document(self) -> Node:
        """The place's document, as it is written."""
        return load(self.main).root

    def experiment(self, name: str, place: str) -> Experiment:
        top = self.top
        baseline = self.choice(BASELINE, top["baseline"], ()) if "baseline" in top else Choice(BASELINE)
        scenarios = self.scenarios(baseline)
        plan = self.plan(baseline) if "design" in top else None
        start = self.start()
        standards = tuple(self.standards())
        return Experiment(
            name=name,
            title=_text(top["title"]),
            question=_text(top["question"]),
            place=place,
            baseline=baseline,
            scenarios=scenarios,
            plan=plan,
            seek=self.seek(baseline, standards),
            frontier=self.frontier(plan),
            replications=self.whole("replications", 1, 10),
            until=tuple(self.precisions()),
            most=self.whole("most", 1, 100),
            start=start,
            warm_up=self.warm_up(start),
            settle=self.settle(start),
            days=self.days("length", 1, 28),
            seed=self.whole("seed", 0, 1),
            kpis=self.kpis(),
            standards=standards,
            prediction=self.said("prediction"),
            decision=self.said("decision"),
        )

    # --- what is compared ---------------------------------------------------------------------------------

    def scenarios(self, baseline: Choice) -> tuple[Choice, ...]:
        spot = self.top.get("scenarios")
        found = []
        for name, child in spot.children() if spot is not None else ():
            if name == BASELINE or not _NAME.fullmatch(name):
                self.reading.refuse(
                    child, f"`{name}` cannot be a scenario's name.",
                    "Use letters, digits and _; `baseline` is what all are held against.", value="")  # fmt: skip
                continue
            found.append(self.choice(name, child, baseline.changes, baseline.options))
        return tuple(found)

    def choice(self, name: str, spot: Spot, before: tuple[tuple[str, Node], ...],
               options: tuple[str, ...] = ()) -> Choice:  # fmt: skip
        own = self.options(spot)
        changes = [*self.changes(spot.get("set")), *self.demand(spot.get("demand"))]
        paths = [path for path, _ in changes]
        for path, node in changes:
            if paths.count(path) > 1:
                self.reading.refuse(
                    Spot(node, path), "`set` and `demand` both change this.", "Leave one of them out."
                )
        self.not_in_both(before, changes)
        self.try_out((*options, *own), (*before, *changes))
        title = _text(spot["title"]) if "title" in spot else self.title_of(name, own, changes)
        return Choice(name, title, (*options, *own), (*before, *changes))

    def not_in_both(self, before: Iterable[tuple[str, Node]], changes: Iterable[tuple[str, Node]]) -> None:
        """What the baseline changes is not changed again: which of the two was meant would be a guess."""
        there = {path for path, _ in before}
        for path, node in changes:
            if path in there:
                self.reading.refuse(
                    Spot(node, path), "The baseline changes this already.", "Leave one of them out."
                )

    def title_of(self, name: str, own: tuple[str, ...], changes: list[tuple[str, Node]]) -> str:
        """The title of the option that a scenario is; its name in words if it is more than that."""
        if len(own) == 1 and not changes and own[0] in self.config.options:
            return self.config.options[own[0]].title
        return name.replace("_", " ").capitalize()

    def options(self, spot: Spot) -> tuple[str, ...]:
        listed = spot.get("options")
        if listed is None or listed.node.value is None:
            return ()
        found = []
        for member in listed.members() if listed.node.is_list else (listed,):
            name = str(member.node.value)
            if name not in self.config.options:
                remedy = did_you_mean(
                    name, self.config.options, f"`flowsim show {self.config.name} options` lists them."
                )
                self.reading.refuse(member, "The place has no such option.", remedy)
            found.append(name)
        return tuple(name for name in found if name in self.config.options)

    def changes(self, spot: Spot | None) -> list[tuple[str, Node]]:
        found = []
        for path, child in spot.children() if spot is not None else ():
            if not child.node.is_scalar or child.node.value is None:
                self.reading.refuse(
                    child, "A change is a single value here.", "Make it an option of the place.", value=""
                )
                continue
            found.append((path, child.node))
        return found

    def demand(self, spot: Spot | None) -> list[tuple[str, Node]]:
        """A factor on every source of patients who come by themselves, or on those that are named."""
        if spot is None:
            return []
        if not spot.node.is_table:
            factor = self.factor(spot)
            names = [name for name, one in self.config.sources.items() if one.kind == "poisson"]
            return [] if factor is None else [(f"sources.{name}.multiplier", factor) for name in names]
        found = []
        for name, child in spot.children():
            if name not in self.config.sources:
                self.reading.refuse(
                    child, f"The place has no source `{name}`.", did_you_mean(name, self.config.sources)
                )
            elif (factor := self.factor(child)) is not None:
                found.append((f"sources.{name}.multiplier", factor))
        return found

    def factor(self, spot: Spot) -> Node | None:
        """`x 1.03` or 1.03, as a change that multiplies."""
        written = str(spot.node.value).strip()
        number = written.removeprefix("x").strip()
        try:
            plain = number[:1] not in ("+", "-") and not number.endswith("%")
            good = spot.node.is_scalar and plain and parse_number(number) >= 0
        except ValueError:
            good = False
        if not good:
            self.reading.refuse(
                spot, "Demand is a factor of zero or more.", "Write `x 1.03` for three per cent more."
            )
            return None
        return Node(f"x {number}", spot.node.file, spot.node.line)

    def try_out(self, options: tuple[str, ...], changes: tuple[tuple[str, Node], ...]) -> None:
        """Make the changes to the place's document, so that a path that is not there is told with its line here."""
        apply_changes(self.reading, self.document, self.config.options, options, dict(changes))

    def plan(self, baseline: Choice) -> Plan | None:
        spot = self.top["design"]
        kinds = [kind for kind in KINDS if kind in spot]
        if len(kinds) != 1:
            self.reading.refuse(spot, "A design is one of list, grid, latin_hypercube and sobol.",
                                "Give exactly one of them.", value="")  # fmt: skip
            return None
        kind = kinds[0]
        if kind == "list":
            listed = tuple(tuple(self.changes(member)) for member in spot["list"].members())
            for changes in listed:
                self.not_in_both(baseline.changes, changes)
                self.try_out(baseline.options, (*baseline.changes, *changes))
            return Plan(kind, listed=listed)
        fields = read_fields(self.reading, spot[kind])
        for one in fields:
            for node in one.ends:
                self.not_in_both(baseline.changes, [(one.path, node)])
                self.try_out(baseline.options, (*baseline.changes, (one.path, node)))
        return Plan(kind, fields, read_settings(self.reading, spot, kind, fields, MOST_SETTINGS))

    def seek(self, baseline: Choice, standards: tuple[Standard, ...]) -> Seek | None:
        def try_out(path: str, node: Node) -> None:
            self.not_in_both(baseline.changes, [(path, node)])
            self.try_out(baseline.options, (*baseline.changes, (path, node)))

        return read_seek(self.reading, self.top["seek"], standards, try_out) if "seek" in self.top else None

    def frontier(self, plan: Plan | None) -> Frontier | None:
        if "frontier" not in self.top:
            return None
        return read_frontier(self.reading, self.top["frontier"], plan.fields if plan else (), self.known_kpi)

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
        return Said(*(_text(spot[part]) for part in ("text", "by", "date")))


def _text(spot: Spot) -> str:
    return " ".join(str(spot.node.value).split())
