"""Random models with their numbers, as programs ready to run: all the language, with ties everywhere.

A recipe is a few rows of bytes, made from a number; any other bytes are a recipe too, and fewer rows and smaller
bytes make a simpler model, so one that shows a fault can be made smaller (see `shrinking`). `built` turns it into
model, config and program; the config is put together from entries that were read once (see `palette`), which is
much faster than reading it whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import shake_256
from typing import Any

from flowsim.errors import ConfigError, ModelError
from flowsim.inputs.values import Config, SourceValue, TraceRow, frozen
from flowsim.pathway import Model, attribute, calendar, free, in_use, present, queue, resource, rule, source
from flowsim.pathway.conditions import IsOpen, each_part
from flowsim.pathway.steps import Pathway, Route, WaitUntil, targets_of
from flowsim.program import Program, compile_program
from flowsim.program.names import uses_of_parameters
from flowsim.sampling import draw_arrivals
from flowsim.sampling.arrivals import Arrivals
from tests.engines.palette import (
    ACUITY,
    CALENDARS,
    OPENINGS,
    OWN,
    RESOURCES,
    SITES,
    blank,
    document_of,
    entry,
    parameters,
)
from tests.engines.random_pathways import BLOCK_BYTES, Bytes, World, Writer, gone
from tests.support import compiled

MINUTE = 60_000
SITE_COUNTS = (1, 1, 1, 2, 2, 3)
BEGINS = (0, 0, -10)
"""The first minute: a run may begin before time 0, which is a midnight and the end of a month."""
HOURS = (2, 2, 3, 3, 5, 8 * 24)
"""How long: the longest is more than a week, after which circular waits are looked for."""
MOMENTS = (0, 0, 1, 2, 5, 5, 10, 10, 10, 15, 20, 20, 25, 30, 30, 40, 45, 60)
STAYS = (5, 0, 1, 2, 10, 3)
STEPS = ((10, 20), (5, 15), (1, 2), (30, 60), (20, 40))
RATES = ("4/h", "12/h", "30/h")


@dataclass(frozen=True)
class Recipe:
    """Everything that is random about a model, its numbers and its patients."""

    head: bytes
    resources: tuple[bytes, ...]
    rules: tuple[bytes, ...]
    pathways: tuple[tuple[bytes, ...], ...]
    patients: tuple[bytes, ...]
    """Each row stands for up to four patients who come at one instant."""


HEAD, RESOURCE, RULE, PATIENT = 24, 10, 8, 4
"""Bytes in a row of each kind."""


def recipe_of(number: int) -> Recipe:
    """The recipe of a number, the same everywhere.

    Hypothesis's own draws repeat themselves and are small: they reach half as much (see `coverage`).
    """
    data = iter(shake_256(f"model {number}".encode()).digest(4_000))

    def rows(length: int, least: int, most: int) -> tuple[bytes, ...]:
        many = least + next(data) % (most - least + 1)
        return tuple(bytes(next(data) for _ in range(length)) for _ in range(many))

    return Recipe(
        head=rows(HEAD, 1, 1)[0],
        resources=rows(RESOURCE, 1, 4),
        rules=rows(RULE, 0, 2),
        pathways=tuple(rows(BLOCK_BYTES, 1, 7) for _ in range(1 + next(data) % 3)),
        patients=rows(PATIENT, 4, 20),
    )


@dataclass(frozen=True)
class Built:
    """A model with its config, and what is asked of a run."""

    model: Model
    config: Config
    document: dict[str, Any]
    """The config as it would be written."""
    program: Program
    seed: int
    begin: int
    until: int

    def arrivals(self, begin: int | None = None, until: int | None = None) -> Arrivals:
        """Who comes between two moments (ms)."""
        window = (self.begin if begin is None else begin, self.until if until is None else until)
        return draw_arrivals(self.program, self.seed, 0, *window)

    @property
    def cut(self) -> int:
        """A moment somewhere within the run, on the minute or beside it."""
        return self.begin + (7 + self.seed % 60) * MINUTE + (0, 0, 30_000)[self.seed % 3]


def built_from(model: Model, document: dict[str, Any], hours: int) -> Built:
    """A model and a config that somebody has written, as if they had been drawn."""
    program = compiled(model, document)
    return Built(model, program.config, document, program, 1, 0, hours * 60 * MINUTE)


def built(recipe: Recipe) -> Built | None:
    """The program of a recipe; None for one that the checks of models and configs refuse."""
    plan = Plan(recipe)
    try:
        return plan.built()
    except (ModelError, ConfigError):
        return None


class Plan:
    """Reads a recipe, section by section."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        take = Bytes(recipe.head)
        self.sites = take.one_of(SITE_COUNTS)
        self.begin = take.one_of(BEGINS)
        self.hours = take.one_of(HOURS)
        self.start = take.one_of(("2018-01-01", "2018-03-01"))
        self.careless = take.chance(0.1)
        self.seed = take.below(256)
        self.openings = [(take.one_of(OPENINGS), self.sites > 1 and take.chance(0.3)) for _ in CALENDARS]
        self.endings = bytes(take.rest)

    def built(self) -> Built:
        """The model, its config and its program."""
        model = self.model
        config, document = self.config()
        return Built(
            model, config, document, compile_program(model, config), self.seed,
            self.begin * MINUTE, (self.begin + self.hours * 60) * MINUTE,
        )  # fmt: skip

    # --- the model --------------------------------------------------------------------------------------------

    @cached_property
    def model(self) -> Model:
        chains = [
            Writer(self.world, at, blocks).written(self.endings[3 * at : 3 * at + 3])
            for at, blocks in enumerate(self.recipe.pathways)
        ]
        if any("gone" in targets_of(step) for chain in chains for step in chain.steps):
            chains.append(gone(self.world))
        named = {name for chain in chains for name in _calendars_of(chain)}
        return Model(
            name="random",
            attributes=tuple(attribute(name, *values) for name, values in OWN.items()),
            resources=tuple(resource(name, per_site=name in self.world.per_site) for name in self.capacities),
            calendars=tuple(
                calendar(name, per_site=per_site)
                for name, (_, per_site) in zip(CALENDARS, self.openings, strict=True)
                if name in named
            ),
            sources=tuple(source(f"door{at}", to=f"p{at}") for at in range(len(self.recipe.pathways))),
            rules=tuple(made for made, _ in self.rules),
            pathways=tuple(chains),
        )

    @cached_property
    def world(self) -> World:
        return World(
            peak={name: max(1, _peak(value)) for name, (value, _) in self.capacities.items()},
            per_site=tuple(name for name, (_, per_site) in self.capacities.items() if per_site),
            sites=self.sites,
            pathways=len(self.recipe.pathways),
            careless=self.careless,
        )

    # --- the numbers ------------------------------------------------------------------------------------------

    @cached_property
    def capacities(self) -> dict[str, tuple[dict[str, Any], bool]]:
        """Of each resource its entry, and whether there is one at each site."""
        found = {}
        for name, data in zip(RESOURCES, self.recipe.resources, strict=False):
            take = Bytes(data)
            per_site = self.sites > 1 and take.chance(0.5)
            value = _rota(take)
            if per_site:
                value = {
                    "by_site": {site: _rota(take) if at else value for at, site in enumerate(self.places)}
                }
            found[name] = (value, per_site)
        return found

    @property
    def places(self) -> tuple[str, ...]:
        return SITES[: self.sites]

    @cached_property
    def rules(self) -> list[tuple[Any, dict[str, Any]]]:
        """Rules that lend and take units: a cause and an effect, perhaps on itself."""
        names, found = list(self.capacities), []
        for at, data in enumerate(self.recipe.rules):
            take = Bytes(data)
            watched, changed = take.one_of(names), take.one_of(names)
            watch = take.one_of((queue, in_use, present, free))(watched)
            per_site = self.sites > 1 and (self.capacities[watched][1] or self.capacities[changed][1])
            off = take.one_of((0, 0, 1, 2))
            on = off + 1 + take.one_of((0, 0, 1, 2))
            setting = {"on": on, "off": off, "change": take.one_of((1, 2, -1, -2, 1))}
            if take.chance(0.3):
                setting |= {"on": f"{on * 50}%", "off": f"{off * 50}%"}
            found.append((rule(f"rule{at}", watch=watch, changes=changed, per_site=per_site), setting))
        return found

    @cached_property
    def used(self) -> set[str]:
        """The parameters that the model names."""
        return {use.name for use in uses_of_parameters(self.model)}

    def config(self) -> tuple[Config, dict[str, Any]]:
        """The config, and the same as it would be written."""
        named = {item.name for item in self.model.calendars}
        openings = {
            name: _each(per_site, self.places, {"open": list(hours)})
            for name, (hours, per_site) in zip(CALENDARS, self.openings, strict=True)
            if name in named
        }
        written: dict[str, dict[str, Any]] = {
            "resources": {name: value for name, (value, _) in self.capacities.items()},
            "calendars": openings,
            "rules": {made.name: setting for made, setting in self.rules},
        }
        traces = self.traces
        rates = {name: {"rate": rate} for name, rate in self.rates.items()}
        config = replace(
            blank(self.sites, self.start),
            sha256=repr(self.recipe),
            parameters=parameters(self.used, self.sites),
            sources=frozen({
                **{name: _source(rows) for name, rows in traces.items()},
                **{name: entry("sources", rate, self.sites) for name, rate in rates.items()},
            }),
            **{
                section: frozen({name: entry(section, value, self.sites) for name, value in of.items()})
                for section, of in written.items()
            },
        )  # fmt: skip
        document = {
            "start": self.start,
            "sites": list(self.places),
            "sources": {
                **{name: {"trace": [self._row(row) for row in rows]} for name, rows in traces.items()},
                **rates,
            },
            **{section: of for section, of in written.items() if of},
            "parameters": {name: document_of(name, self.sites) for name in sorted(self.used)},
        }
        return config, document

    # --- the patients -----------------------------------------------------------------------------------------

    @cached_property
    def traces(self) -> dict[str, tuple[TraceRow, ...]]:
        """The patients of each source that has some."""
        found: dict[str, list[TraceRow]] = {}
        for number, (name, time, attributes, stay) in enumerate(self._patients()):
            durations = {"stay": stay} if "own" in self.used else {}
            found.setdefault(name, []).append(
                TraceRow(f"{number:02}", time, frozen(attributes), frozen(durations))
            )
        return {name: tuple(sorted(rows, key=lambda row: row.time)) for name, rows in found.items()}

    @cached_property
    def rates(self) -> dict[str, str]:
        """The others have a rate."""
        names = [f"door{at}" for at in range(len(self.recipe.pathways))]
        rate = "8/day" if self.hours > 24 else RATES[self.seed % len(RATES)]
        return {name: rate for name in names if name not in self.traces}

    def _patients(self) -> Iterator[tuple[str, int, dict[str, str], int]]:
        for data in self.recipe.patients:
            take = Bytes(data)
            minute = self.begin + take.one_of(MOMENTS)
            door = f"door{take.below(len(self.recipe.pathways))}"
            many, mixed = 1 + take.one_of((0, 0, 1, 2, 3)), take.below(256)
            for k in range(many):
                acuity = ACUITY[(mixed + k * (mixed >> 5)) % 4]
                attributes = {"acuity": acuity, "turn": "0", "site": self.places[(mixed >> 2) % self.sites]}
                yield door, minute * MINUTE, attributes, STAYS[(mixed >> 3) % len(STAYS)] * MINUTE

    def _row(self, row: TraceRow) -> dict[str, str]:
        minute = row.time // MINUTE
        before = {"2018-01-01": "2017-12-31", "2018-03-01": "2018-02-28"}[self.start]
        time = f"{minute} min" if minute >= 0 else f"{before} 23:{60 + minute}"
        durations = {column: f"{stay // MINUTE} min" for column, stay in row.durations.items()}
        return {"id": row.id, "time": time, **row.attributes, **durations}


def _calendars_of(chain: Pathway) -> Iterator[str]:
    for step in chain.steps:
        if isinstance(step, WaitUntil):
            yield step.calendar
        elif isinstance(step, Route):
            yield from (part.calendar for part in each_part(step.branches) if isinstance(part, IsOpen))


def _source(rows: tuple[TraceRow, ...]) -> SourceValue:
    return replace(entry("sources", {"trace": [{"id": "x", "time": "0 min"}]}, 1), trace=rows)


def _each(per_site: bool, places: tuple[str, ...], value: dict[str, Any]) -> dict[str, Any]:
    """The same for all; or, per site, something else at the first."""
    if not per_site:
        return value
    return {
        "by_site": {place: value if at else {"open": list(OPENINGS[1])} for at, place in enumerate(places)}
    }


def _rota(take: Bytes) -> dict[str, Any]:
    """How many there are: always the same, in steps, or by the hour of the day; the last is seldom none."""
    kind, many = (
        take.one_of(("same", "same", "steps", "steps", "hours")),
        take.one_of((1, 2, 3, 4, 1, 2, 2, 0)),
    )
    if kind == "same":
        return {"capacity": many}
    first, second, last = take.below(4), take.below(5), take.one_of((1, 2, 3))
    early, late = take.one_of(STEPS)
    if kind == "steps":
        return {"steps": {"0 min": max(many, first), f"{early} min": second, f"{late} min": last}}
    return {"rota": {"00:00-24:00": last, f"00:{early:02}-01:{late % 60:02}": first, "23:55-00:15": second}}


def _peak(value: dict[str, Any]) -> int:
    """The most of a resource that every site has at some time."""
    if "by_site" in value:
        return min(_peak(of) for of in value["by_site"].values())
    if "capacity" in value:
        return int(value["capacity"])
    return max((value.get("steps") or value["rota"]).values())
