"""Model + config -> Program, or every reason why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np

from flowsim.errors import ConfigError, Problem
from flowsim.inputs.values import Config, Rota
from flowsim.pathway.checks import check_model
from flowsim.pathway.graph import targets
from flowsim.pathway.model import MONTHS, Model, Rule
from flowsim.program import program as made
from flowsim.program.names import find_mismatches, problem, uses_of_parameters
from flowsim.program.program import Instance, Program
from flowsim.program.sources import source_tables, text_number, trace_columns
from flowsim.program.step_maker import StepMaker
from flowsim.program.tables import TableMaker
from flowsim.program.timetables import FIRST_DAY, Calendar, Timetable

Made = TypeVar("Made")
EPOCH = date(2001, 1, 1)
"""The Monday from which calendar hours are counted."""


def compile_program(model: Model, config: Config) -> Program:
    """The program of a model with a config's numbers.

    Raises ModelError for a bad shape, and ConfigError that names every value that is missing or does not fit.
    """
    check_model(model)
    problems = list(find_mismatches(model, config))
    if problems:
        raise ConfigError(tuple(problems))
    return Compiler(model, config).compile()


def stream_number(label: str, parameter: str, role: str) -> int:
    """The number of a stream of random numbers, from what it is for."""
    return text_number(f"{label}|{parameter}|{role}")


@dataclass
class Places:
    """The numbers of all names."""

    resources: dict[str, made.ResourceRef]
    calendars: dict[str, tuple[int, bool]]
    targets: dict[str, int]


class Compiler:
    """Resolves the names of one model with the values of one config, and collects what is wrong."""

    def __init__(self, model: Model, config: Config) -> None:
        self.model, self.config = model, config
        self.problems: list[Problem] = []
        self.attributes = tuple(
            (item.name, _values_of(item.name, item.values, config)) for item in model.all_attributes
        )
        self.index = {name: at for at, (name, _) in enumerate(self.attributes)}
        self.values = dict(self.attributes)
        self.milestones = {name: at for at, name in enumerate(model.milestones)}
        self.outcomes = {name: at for at, name in enumerate(model.outcomes)}
        self.streams: dict[int, str] = {}
        self.tables = TableMaker(self.index, self.values, trace_columns(config))
        self.made: dict[tuple[str, str, tuple[str, ...]], Any] = {}
        days = (config.start - EPOCH).days
        day_of_year = (
            FIRST_DAY[config.start.month - 1]
            + min(config.start.day, 28 if config.start.month == 2 else 31)
            - 1
        )
        self.calendar = Calendar(days % 7, day_of_year, config.holidays)
        self.start_day = days
        self.places = Places({}, {}, targets(model))

    def compile(self) -> Program:
        """The program, or ConfigError."""
        instances, capacity = self._instances(
            self.model.resources, self.config.resources, "rotas", "resources"
        )
        calendars, opening = self._instances(
            self.model.calendars, self.config.calendars, "openings", "calendars"
        )
        self._name_instances(instances, calendars)
        self._check_openings(calendars, opening)
        maker = StepMaker(self)
        steps = tuple(maker.make(at, step) for at, step in enumerate(self.model.steps()))
        sources = self._guard(
            "sources",
            "",
            lambda: source_tables(self.model, self.config, self.attributes, self.places.targets),
        )
        rules = tuple(rule for item in self.model.rules for rule in self._rules(item))
        if self.problems:
            raise ConfigError(tuple(self.problems))
        assert sources is not None
        return Program(
            model=self.model,
            config=self.config,
            attributes=self.attributes,
            instances=instances,
            calendars=calendars,
            milestones=tuple(self.milestones),
            outcomes=tuple(self.outcomes),
            labels=tuple(step.label for step in self.model.steps()),
            steps=steps,
            sources=sources,
            rules=rules,
            quantiles=_stacked(self.tables.quantiles),
            discrete=tuple(self.tables.discrete),
            capacity=capacity,
            opening=opening,
            trace_columns=self.tables.trace_columns,
            holidays=self.config.holidays,
            start_day=self.start_day,
            start_day_of_year=self.calendar.day_of_year,
        )

    # --- resources, calendars, rules -------------------------------------------------------------------------

    def _instances(
        self, declared: Any, given: Any, field: str, kind: str
    ) -> tuple[tuple[Instance, ...], tuple[Timetable, ...]]:
        instances: list[Instance] = []
        timetables: list[Timetable] = []
        for item in declared:
            value = given[item.name]
            rotas = getattr(value, field)
            for site in self.config.sites if item.per_site else (None,):
                rota = rotas.get(site, rotas.get(None))
                if rota is None:
                    self.report(
                        f"{kind}.{item.name}",
                        site or "all sites",
                        "has no value here",
                        f"give it one for {site or 'all sites'}",
                        value.where,
                    )
                    rota = Rota()
                instances.append(Instance(item.name, site))
                timetables.append(Timetable(rota, self.calendar))
            if not item.per_site and set(rotas) - {None}:
                self.report(
                    f"{kind}.{item.name}",
                    ", ".join(str(site) for site in rotas if site is not None),
                    "is shared by all sites in the model",
                    "give one value, without by_site",
                    value.where,
                )
        return tuple(instances), tuple(timetables)

    def _name_instances(self, instances: tuple[Instance, ...], calendars: tuple[Instance, ...]) -> None:
        resource_sites = {item.name: item.per_site for item in self.model.resources}
        calendar_sites = {item.name: item.per_site for item in self.model.calendars}
        for at, instance in enumerate(instances):
            self.places.resources.setdefault(
                instance.resource, made.ResourceRef(at, resource_sites[instance.resource])
            )
        for at, instance in enumerate(calendars):
            self.places.calendars.setdefault(instance.resource, (at, calendar_sites[instance.resource]))

    def _check_openings(self, calendars: tuple[Instance, ...], opening: tuple[Timetable, ...]) -> None:
        for instance, timetable in zip(calendars, opening, strict=True):
            value = self.config.calendars[instance.resource]
            if timetable.rota != Rota() and timetable.next_open(0) is None:
                what = "never opens: patients would wait for ever"
                self.report(f"calendars.{instance.resource}", instance.site or "", what, "give it at least one opening",
                            value.where)  # fmt: skip

    def _rules(self, item: Rule) -> list[made.RuleInstance]:
        value = self.config.rules[item.name]
        rules: list[made.RuleInstance] = []
        for site_at, site in enumerate(self.config.sites if item.per_site else (None,)):
            setting = value.cells.get(site, value.cells.get(None))
            if setting is None or not setting.enabled or item.watch.measure == "since":
                continue
            watched = self.places.resources[item.watch.of]
            changed = self.places.resources[item.changes]
            if (watched.per_site or changed.per_site) and not item.per_site:
                self.report(
                    f"rules.{item.name}",
                    item.name,
                    "is shared, but its resources are per site",
                    "declare rule(..., per_site=True) in the model",
                    value.where,
                )
                return []
            scale = made.ONE if setting.on_is_share else 1
            rules.append(
                made.RuleInstance(
                    name=item.name,
                    measure=item.watch.measure,
                    watches=watched.base + (site_at if watched.per_site else 0),
                    changes=changed.base + (site_at if changed.per_site else 0),
                    on=round(setting.on * scale),
                    off=round(setting.off * scale),
                    of_capacity=setting.on_is_share,
                    change=setting.change,
                )
            )
        return rules

    # --- parameters ------------------------------------------------------------------------------------------

    def report(self, field: str, value: object, what: str, remedy: str, where: str = "") -> None:
        """Keep a problem, to be told with all the others; each is told once."""
        found = problem(field, value, what, remedy, where)
        if found not in self.problems:
            self.problems.append(found)

    def _guard(self, field: str, where: str, make: Callable[[], Made]) -> Made | None:
        try:
            return make()
        except ValueError as error:
            remedy = "correct its value in the config"
            self.report(field, "", str(error), remedy, where)
            return None

    def parameter(self, kind: str, name: str, names: tuple[str, ...] = ()) -> Any:
        """The table of a parameter used as a duration, as shares of these names, as one share or as a number."""
        key = (kind, name, names)
        if key not in self.made:
            parameter = self.config.parameters[name]
            make: dict[str, Callable[[], Any]] = {
                "duration": lambda: self.tables.durations(parameter),
                "shares": lambda: self.tables.shares(parameter, names),
                "all shares": lambda: self.tables.shares(parameter, names, every_name=True),
                "share": lambda: self.tables.probability(parameter),
                "number": lambda: self.tables.numbers(parameter),
            }
            self.made[key] = self._guard(f"parameters.{name}", parameter.where, make[kind])
        return self.made[key]

    def stream(self, label: str, parameter: str, role: str) -> int:
        """The stream of random numbers of one use of a parameter; two with one number are refused."""
        stream = stream_number(label, parameter, role)
        purpose = f"{label}|{parameter}|{role}"
        if self.streams.setdefault(stream, purpose) != purpose:
            what = "has by chance the same stream of random numbers as another step"
            self.report(label, parameter, what, "rename the step")
        return stream

    def drawn(self, label: str, name: str, role: str) -> made.Drawn:
        """A duration with its stream."""
        return made.Drawn(self.parameter("duration", name), self.stream(label, name, role))

    def number(self, number: int | str) -> Any:
        """A whole number, or the table of a parameter that holds them."""
        return self.parameter("number", number) if isinstance(number, str) else number

    def amount(self, label: str, number: int | str) -> Any:
        """A number of units, at least 1."""
        found = self.number(number)
        if isinstance(number, str) and found is not None and found.values.min() < 1:
            what = f"is how many units {label} moves: at least 1"
            remedy = "give every class at least 1, or route around the step"
            where = self.config.parameters[number].where
            self.report(f"parameters.{number}", int(found.values.min()), what, remedy, where)
        return found


def _values_of(name: str, values: tuple[str, ...], config: Config) -> tuple[str, ...]:
    if name == "site":
        return config.sites
    if name == "month":
        return MONTHS
    return values or tuple(config.attributes[name])


def _stacked(tables: list[Any]) -> Any:
    from flowsim.program.quantiles import HALF

    return np.array(tables, dtype=np.int64) if tables else np.zeros((0, 2 * (HALF + 1)), dtype=np.int64)


__all__ = ["compile_program", "stream_number", "uses_of_parameters"]
