"""Who comes and when: rates from the population or plain, booked lists, and traces.

The rate of a cell is expected arrivals an hour. The profile says when within the week and the year, and
keeps the yearly total: its hours have mean one over the week, its months over the days of the year.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np

from flowsim.errors import did_you_mean
from flowsim.inputs.cell_rows import CellRows
from flowsim.inputs.population import Grid, has_attributes, rake, split_by
from flowsim.inputs.reading import Reading, not_a_table
from flowsim.inputs.rotas import read_booked
from flowsim.inputs.traces import read_trace
from flowsim.inputs.tree import Node, Spot
from flowsim.inputs.values import MONTH_DAYS, MONTHS, Cells, Floats, Population, SourceValue, TraceRow, fixed

HOURS_A_YEAR = 365 * 24
KINDS = ("per_1000_people_per_year", "rate", "booked", "trace")
Kind = Literal["poisson", "booked", "trace"]


def read_sources(reading: Reading, spot: Spot, population: Population | None, folder: Path | None,
                 start: date) -> tuple[dict[str, SourceValue], dict[str, bytes]]:  # fmt: skip
    """Every source by name, and the bytes of the traces."""
    found: dict[str, SourceValue] = {}
    contents: dict[str, bytes] = {}
    for name, child in spot.children():
        kinds = [kind for kind in KINDS if kind in child]
        if len(kinds) != 1:
            what = f"{' and '.join(kinds)} are both given." if kinds else "Nothing says how many come."
            reading.refuse(child, what, f"Give one of {', '.join(KINDS)}.")
        elif kinds[0] == "trace":
            traced = (
                read_trace(reading, child["trace"], folder, start)
                if _without(reading, child, "trace")
                else None
            )
            if traced is not None:
                contents[name] = traced[1]
                found[name] = _from_trace(child, traced[0])
        else:
            source = _from_rates(reading, child, kinds[0], population)
            if source is not None:
                found[name] = source
    return found, contents


def _without(reading: Reading, spot: Spot, kind: str) -> bool:
    """A list that is booked or replayed has no rate, so nothing that shapes a rate may stand there."""
    allowed = {"trace": ("trace",), "booked": ("booked", "mix", "multiplier")}[kind]
    beside = [key for key, _ in spot.children() if key not in allowed]
    for key in beside:
        reading.refuse(spot[key], f"`{key}` has no meaning beside {kind}.", "Leave it out.", value="")
    return not beside


def _from_trace(spot: Spot, rows: tuple[TraceRow, ...]) -> SourceValue:
    none = fixed(np.zeros(0))
    return SourceValue("trace", (), fixed(np.zeros((12, 0))), fixed(np.ones(168)), 1.0, none, (), none, rows,
                       spot.provenance, spot.where)  # fmt: skip


def _from_rates(reading: Reading, spot: Spot, kind: str, population: Population | None) -> SourceValue | None:
    grid, base = _base(reading, spot, kind, population)
    booked = (
        read_booked(reading, spot["booked"]) if kind == "booked" and _without(reading, spot, kind) else ()
    )
    if grid is not None and "mix" in spot:
        grid = split_by(reading, spot["mix"], grid)
    if grid is None or booked is None:
        return None
    weight = _raked(reading, spot, grid, base)
    profile = _profile(reading, spot, grid)
    multiplier = _by_cell(reading, spot.get("multiplier"), grid)
    if weight is None or profile is None or multiplier is None:
        return None
    months, hours, holidays = profile
    poisson = kind != "booked"
    return SourceValue(
        kind="poisson" if poisson else "booked",
        cells=grid.cells,
        rate=fixed(months * weight if poisson else np.zeros((12, len(weight)))),
        hour_of_week=fixed(hours),
        holiday_factor=holidays,
        multiplier=fixed(multiplier),
        booked=booked,
        shares=fixed(np.zeros(0) if poisson else weight),
        trace=(),
        provenance=spot.provenance,
        where=spot.where,
    )


def _base(
    reading: Reading, spot: Spot, kind: str, population: Population | None
) -> tuple[Grid | None, tuple[str, ...]]:
    """Cells with their arrivals an hour before relative risks, and the attributes whose rates are given."""
    one = CellRows.of((), ({},))
    if kind == "booked":
        return Grid(one, np.ones(1)), ()
    if kind == "rate":
        rate = reading.rate(spot["rate"])
        return (None if rate is None else Grid(one, np.array([rate]))), ()
    given = spot["per_1000_people_per_year"]
    table = reading.table(given, reading.factor, not_a_table)
    if population is None:
        if not any(problem.field.startswith("population") for problem in reading.problems):
            reading.refuse(
                given, "There is no population for this rate.", "Add `population`, or write rate: 12/h."
            )
        return None, ()
    if table is None or not has_attributes(reading, given, table.by, population.attributes):
        return None, ()
    people = Grid(CellRows.of(population.attributes, population.cells), population.people)
    weight = people.weight * people.values(table) / 1000 / HOURS_A_YEAR
    return Grid(people.cells, weight), table.by


def _raked(reading: Reading, spot: Spot, grid: Grid, base: tuple[str, ...]) -> Floats | None:
    """Arrivals an hour by cell with the relative risks, each kept group keeping its own."""
    keep: tuple[str, ...] | None = base
    if "keep" in spot:
        keep = reading.attribute_names(spot["keep"]) if spot["keep"].node.value != () else ()
        if keep is None or not _cells_have(reading, spot["keep"], keep, grid):
            return None
    relative = _by_cell(reading, spot.get("relative"), grid)
    if relative is None:
        return None
    if "relative" not in spot:
        return grid.weight
    _, groups = grid.cells.kinds(keep or ())
    raked = rake(grid.weight, relative, groups.tolist())
    if raked is None:
        reading.refuse(
            spot["relative"],
            "A group would have no risk at all and cannot keep its rate.",
            "Give it a number above zero.",
        )
        return None
    return np.asarray(grid.weight * raked)


def _cells_have(reading: Reading, spot: Spot, names: tuple[str, ...], grid: Grid) -> bool:
    missing = [name for name in names if name not in grid.attributes]
    if missing:
        reading.refuse(
            spot, f"The cells have no attribute `{missing[0]}`.", did_you_mean(missing[0], grid.attributes)
        )
    return not missing


def _by_cell(reading: Reading, spot: Spot | None, grid: Grid) -> Floats | None:
    """A factor for each cell; one where none is given."""
    if spot is None:
        return np.ones(len(grid.cells))
    table = reading.table(spot, reading.factor, not_a_table)
    if table is None or not has_attributes(reading, spot, table.by, grid.attributes):
        return None
    return grid.values(table)


def _profile(reading: Reading, spot: Spot, grid: Grid) -> tuple[Floats, Floats, float] | None:
    """Factors by month and cell, by hour of week, and on holidays."""
    months: Floats | None = np.ones((12, len(grid.cells)))
    profile = spot.get("profile")
    if profile is None:
        return np.ones((12, len(grid.cells))), np.ones(168), 1.0
    if "month" in profile:
        months = _months(reading, profile["month"], grid)
    hours = _hours(reading, profile)
    holidays = reading.factor(profile["holidays"]) if "holidays" in profile else 1.0
    return None if months is None or hours is None or holidays is None else (months, hours, holidays)


def _hours(reading: Reading, profile: Spot) -> Floats | None:
    """168 factors with mean one, from hours of the week, or hours of the day times days of the week."""
    if "hour_of_week" in profile:
        both = [key for key in ("hour_of_day", "day_of_week") if key in profile]
        if both:
            reading.refuse(
                profile[both[0]], f"`{both[0]}` is given beside hour_of_week.", "Keep one of them.", value=""
            )
            return None
        found = reading.numbers_in(profile["hour_of_week"], 168)
        return None if found is None else _mean_one(reading, profile["hour_of_week"], np.array(found))
    day = reading.numbers_in(profile["hour_of_day"], 24) if "hour_of_day" in profile else [1.0] * 24
    week = reading.numbers_in(profile["day_of_week"], 7) if "day_of_week" in profile else [1.0] * 7
    return None if day is None or week is None else _mean_one(reading, profile, np.outer(week, day).ravel())


def _months(reading: Reading, spot: Spot, grid: Grid) -> Floats | None:
    days = np.array(MONTH_DAYS, dtype=np.float64)

    def read(leaf: Spot) -> Floats | None:
        numbers = _twelve(reading, leaf)
        return None if numbers is None else _mean_one(reading, leaf, np.array(numbers), days)

    table: Cells[Floats] | None = reading.table(spot, read, _is_months)
    if table is None or not has_attributes(reading, spot, table.by, grid.attributes):
        return None
    return grid.values(table).T.reshape(12, -1)


def _twelve(reading: Reading, spot: Spot) -> list[float] | None:
    """A number a month: a list from January, or {jan: 1.05, ...: 1}."""
    if not spot.node.is_table:
        return reading.numbers_in(spot, 12)
    table = reading.table_by(("month",), spot, reading.factor, not_a_table)
    return None if table is None else [table.values[(month,)] for month in MONTHS]


def _is_months(node: Node) -> bool:
    return node.is_list or bool(set(node.table) & set(MONTHS))


def _mean_one(reading: Reading, spot: Spot, factors: Floats, days: Floats | None = None) -> Floats | None:
    mean = float(np.average(factors, weights=days))
    if mean <= 0:
        reading.refuse(spot, "All of the profile is zero.", "Give at least one number above zero.")
        return None
    return np.asarray(factors / mean, dtype=np.float64)


def expected_per_year(source: SourceValue) -> float:
    """Arrivals expected in a year of a source with rates, before holidays and multipliers."""
    hours = np.array(MONTH_DAYS, dtype=np.float64) * 24
    return float((hours @ source.rate).sum())


def expected_by(source: SourceValue, attribute: str) -> Mapping[str, float]:
    """Arrivals expected in a year by the values of one attribute."""
    hours = np.array(MONTH_DAYS, dtype=np.float64) * 24
    found: dict[str, float] = {}
    for cell, expected in zip(source.cells, hours @ source.rate, strict=True):
        found[cell[attribute]] = found.get(cell[attribute], 0.0) + float(expected)
    return found
