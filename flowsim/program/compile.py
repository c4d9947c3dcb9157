"""Model + config -> Program, or every reason why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np

from flowsim.errors import ConfigError, Problem
from flowsim.inputs.values import Config, Distribution
from flowsim.pathway import steps as verbs
from flowsim.pathway.checks import check_model
from flowsim.pathway.conditions import Compare, Holds, IsOneOf, IsOpen, SimpleCondition, parts
from flowsim.pathway.graph import targets
from flowsim.pathway.model import MONTHS, Model
from flowsim.program import program as made
from flowsim.program.names import find_mismatches, problem, uses_of_parameters
from flowsim.program.program import NOWHERE, Instance, Program
from flowsim.program.sources import source_tables, text_number, trace_columns
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
    return _Compiler(model, config).compile()


def stream_number(label: str, parameter: str, role: str) -> int:
    """The number of a stream of random numbers, from what it is for."""
    return text_number(f"{label}|{parameter}|{role}")


@dataclass
class _Places:
    """The numbers of all names."""

    resources: dict[str, made.ResourceRef]
    calendars: dict[str, tuple[int, bool]]
    targets: dict[str, int]


class _Compiler:
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
        self.made: dict[tuple[str, str], Any] = {}
        days = (config.start - EPOCH).days
        day_of_year = (
            FIRST_DAY[config.start.month - 1]
            + min(config.start.day, 28 if config.start.month == 2 else 31)
            - 1
        )
        self.calendar = Calendar(days % 7, day_of_year, config.holidays)
        self.start_day = days
        self.places = _Places({}, {}, targets(model))

    def compile(self) -> Program:
        instances, capacity = self._instances(
            self.model.resources, self.config.resources, "rotas", "resources"
        )
        calendars, opening = self._instances(
            self.model.calendars, self.config.calendars, "openings", "calendars"
        )
        self._name_instances(instances, calendars)
        self._check_openings(calendars, opening)
        steps = tuple(self._step(at, step) for at, step in enumerate(self.model.steps()))
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
            steps=steps,  # type: ignore[arg-type]
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
                    self._report(
                        f"{kind}.{item.name}",
                        site or "all sites",
                        "has no value here",
                        f"give it one for {site or 'all sites'}",
                        value.where,
                    )
                    continue
                instances.append(Instance(item.name, site))
                timetables.append(Timetable(rota, self.calendar))
            if not item.per_site and set(rotas) - {None}:
                self._report(f"{kind}.{item.name}", ", ".join(str(s) for s in rotas), "is shared by all sites in the model",
                             "give one value, without by_site", value.where)  # fmt: skip
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
            if timetable.next_open(0) < 0:
                where = self.config.calendars[instance.resource].where
                self._report(f"calendars.{instance.resource}", str(instance), "never opens: patients would wait for ever",
                             "give it at least one opening", where)  # fmt: skip

    def _rules(self, item: Any) -> list[made.RuleInstance]:
        value = self.config.rules[item.name]
        rules: list[made.RuleInstance] = []
        for site_at, site in enumerate(self.config.sites if item.per_site else (None,)):
            setting = value.cells.get(site, value.cells.get(None))
            if setting is None or not setting.enabled:
                continue
            watched = self.places.resources[item.watch.of]
            changed = self.places.resources[item.changes]
            if (watched.per_site or changed.per_site) and not item.per_site:
                self._report(
                    f"rules.{item.name}",
                    item.name,
                    "is shared, but its resources are per site",
                    "declare rule(per_site=True) in the model",
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

    def _report(self, field: str, value: object, what: str, remedy: str, where: str = "") -> None:
        self.problems.append(problem(field, value, what, remedy, where))

    def _guard(self, field: str, where: str, make: Callable[[], Made]) -> Made | None:
        try:
            return make()
        except ValueError as error:
            remedy = "correct its value in the config"
            self._report(field, "", str(error), remedy, where)
            return None

    def _parameter(self, kind: str, name: str, names: tuple[str, ...] = ()) -> Any:
        key = (kind, name)
        if key not in self.made:
            parameter = self.config.parameters[name]
            make: dict[str, Callable[[], Any]] = {
                "duration": lambda: self.tables.durations(parameter),
                "shares": lambda: self.tables.shares(parameter, names),
                "share": lambda: self.tables.probability(parameter),
                "number": lambda: self.tables.numbers(parameter),
            }
            self.made[key] = self._guard(f"parameters.{name}", parameter.where, make[kind])
        found = self.made[key]
        if kind == "shares" and found is not None and found.names != names:
            same = [found.names.index(share) for share in names if share in found.names]
            if len(same) != len(names):
                self._report(f"parameters.{name}", ", ".join(names), "is used with different names of shares in two steps",
                             "use two parameters")  # fmt: skip
        return found

    def _stream(self, label: str, parameter: str, role: str) -> int:
        stream = stream_number(label, parameter, role)
        purpose = f"{label}|{parameter}|{role}"
        if self.streams.setdefault(stream, purpose) != purpose:
            self._report(
                label,
                parameter,
                "has by chance the same stream of random numbers as another step",
                "rename the step",
            )
        return stream

    def _drawn(self, label: str, name: str | None, role: str) -> made.Drawn | None:
        if name is None:
            return None
        return made.Drawn(self._parameter("duration", name), self._stream(label, name, role))

    def _number(self, number: int | str | None) -> Any:
        return self._parameter("number", number) if isinstance(number, str) else number

    # --- steps -----------------------------------------------------------------------------------------------

    def _target(self, target: str | None, at: int) -> int:
        if target is None:
            return NOWHERE
        return at + 1 if target == verbs.CARRY_ON else self.places.targets[target]

    def _step(self, at: int, step: verbs.Step) -> made.Step | None:
        match step:
            case verbs.Seize():
                return self._seize(at, step)
            case verbs.Release():
                refs = tuple(self.places.resources[name] for name in step.resources)
                after = self._drawn(step.label, step.after, "after")
                return made.ReleaseStep(refs, self._number(step.amount), after, step.if_held, step.label)
            case verbs.Hold():
                special = {verbs.RESUME: made.GO_RESUME, verbs.RESTART: made.GO_RESTART}
                word = step.if_interrupted
                goes = special[word] if word in special else self._target(word, at)
                drawn = self._drawn(step.label, step.duration, "duration")
                assert drawn is not None
                return made.HoldStep(drawn, goes, step.label)
            case verbs.Choose():
                names = tuple(name for name, _ in step.branches)
                shares = self._parameter("shares", step.share, names)
                ways = dict(step.branches)
                order = shares.names if shares is not None and set(shares.names) == set(names) else names
                return made.ChooseStep(shares, self._stream(step.label, step.share, "choice"),
                                       tuple(self._target(ways[name], at) for name in order), step.label)  # fmt: skip
            case verbs.Route():
                branches = tuple(
                    (
                        tuple(self._test(step.label, part) for part in parts(condition)),
                        self._target(target, at),
                    )
                    for condition, target in step.branches
                )
                return made.RouteStep(branches, self._target(step.otherwise, at), step.label)
            case verbs.WaitUntil():
                base, per_site = self.places.calendars[step.calendar]
                return made.WaitStep(base, per_site, step.label)
            case verbs.Mark():
                return made.MarkStep(self.milestones[step.milestone], step.label)
            case verbs.Set():
                return self._set(step)
            case verbs.ComeBack():
                delay = self._drawn(step.label, step.delay, "delay")
                assert delay is not None
                return made.ComeBackStep(self._parameter("share", step.share), self._stream(step.label, step.share, "share"),
                                         delay, self.places.targets[step.to], step.label)  # fmt: skip
            case verbs.Leave():
                return made.LeaveStep(self.outcomes[step.outcome], step.label)

    def _seize(self, at: int, step: verbs.Seize) -> made.SeizeStep:
        by_attribute = isinstance(step.priority, str)
        if by_attribute and len(self.values[str(step.priority)]) > 32:
            self._report(
                step.label,
                step.priority,
                "has more than 32 values, and cannot be a priority",
                "use a shorter one",
            )
        full = made.DISPLACES if step.if_full == verbs.DISPLACE else self._target(step.if_full, at)
        return made.SeizeStep(
            resources=tuple(self.places.resources[name] for name in step.resources),
            amount=self._number(step.amount),
            priority=0 if by_attribute else int(step.priority),
            priority_attribute=self.index[str(step.priority)] if by_attribute else NOWHERE,
            patience=self._drawn(step.label, step.patience, "patience"),
            on_leave=self._target(step.on_leave, at),
            queue_limit=self._number(step.queue_limit),
            if_full=full,
            escalate=tuple(
                (self._drawn(step.label, after, f"escalate {number}"), to)  # type: ignore[misc]
                for number, (after, to) in enumerate(step.escalate)
            ),
            preempts=step.preempts,
            label=step.label,
        )

    def _set(self, step: verbs.Set) -> made.SetStep:
        values = self.values[step.attribute]
        value = NOWHERE
        if step.value is not None:
            if step.value not in values:
                self._report(
                    step.label,
                    step.value,
                    f"is not a value of {step.attribute}",
                    f"use one of {', '.join(values)}",
                )
            else:
                value = values.index(step.value)
        shares = self._parameter("shares", step.share, values) if step.share else None
        stream = self._stream(step.label, step.share, "choice") if step.share else 0
        return made.SetStep(self.index[step.attribute], value, shares, stream, step.label)

    def _test(self, label: str, part: SimpleCondition) -> made.Test:
        nothing: frozenset[int] = frozenset()
        match part:
            case IsOpen():
                base, per_site = self.places.calendars[part.calendar]
                return made.Test("is_open", base, per_site, "", 0, nothing, part.wanted)
            case IsOneOf():
                values = self.values[part.attribute]
                for value in part.values:
                    if value not in values:
                        self._report(
                            label,
                            value,
                            f"is not a value of {part.attribute}",
                            f"use one of {', '.join(values)}",
                        )
                chosen = frozenset(values.index(value) for value in part.values if value in values)
                return made.Test("is_one_of", self.index[part.attribute], False, "", 0, chosen, part.wanted)
            case Holds():
                ref = self.places.resources[part.resource]
                return made.Test("holds", ref.base, ref.per_site, "", 0, nothing, part.wanted)
            case Compare():
                if part.quantity.measure == "since":
                    limit = self._parameter("duration", str(part.limit))
                    self._check_constant(label, str(part.limit))
                    return made.Test(
                        "since",
                        self.milestones[part.quantity.of],
                        False,
                        part.comparison,
                        limit,
                        nothing,
                        True,
                    )
                ref = self.places.resources[part.quantity.of]
                return made.Test(
                    part.quantity.measure,
                    ref.base,
                    ref.per_site,
                    part.comparison,
                    self._number(part.limit),
                    nothing,
                    True,
                )

    def _check_constant(self, label: str, name: str) -> None:
        parameter = self.config.parameters[name]
        cells = parameter.cells.values.values()
        if any(isinstance(cell, Distribution) and cell.family != "constant" for cell in cells):
            self._report(f"parameters.{name}", name, f"is a limit of time in {label}, and must be a plain duration",
                         "write it as one duration, such as 4 h", parameter.where)  # fmt: skip


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
