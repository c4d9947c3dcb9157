"""Work out a formula on a selection: one number for each member of the group; nan where it has no meaning."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.measures.selection import Selection
from flowsim.pathway import formulas as f
from flowsim.records import state as use
from flowsim.records.layout import CLOSED, LEFT_FIRST, STILL_OPEN

Floats = NDArray[np.float64]
YEAR_DAYS = 365

FLOWS = {
    "joined": use.JOINED, "granted": use.GRANTED, "gave_up": use.GAVE_UP, "displaced": use.DISPLACED,
    "turned_away": use.TURNED_AWAY,
}  # fmt: skip
UNFINISHED = {"left": (LEFT_FIRST,), "open": (STILL_OPEN,), "both": (LEFT_FIRST, STILL_OPEN)}


def evaluate(formula: Any, on: Selection) -> Floats:
    """The value of a formula for each member of the selection's group."""
    match formula:
        case f.PerDay(of):
            return _over(evaluate(of, on), on.days)
        case f.PerYear(of):
            return _over(evaluate(of, on) * YEAR_DAYS, on.days)
        case f.Per1000People(of, where, people):
            return _over(evaluate(of, on) * people, on.people(where))
        case f.Ratio(of, over):
            return _over(evaluate(of, on), evaluate(over, on))
        case f.Sum(parts):
            return np.asarray(np.sum([evaluate(part, on) for part in parts], axis=0), np.float64)
        case f.Difference(of, less):
            return evaluate(of, on) - evaluate(less, on)
        case f.Count() | f.Outcomes() | f.Starts():
            return _counted(formula, on)
        case f.Census(census, days, where):
            return _over(_nights(census, days or 0, where, on), on.midnights)
        case _ if hasattr(formula, "interval"):
            return _interval(formula, on)
        case _:
            return _resources(formula, on)


def _over(of: Floats, over: Floats) -> Floats:
    """Division that gives nan for nothing over nothing, and for anything over nothing."""
    safe = np.where(over == 0, np.nan, over)
    return np.asarray(of / safe, np.float64)


def _counted(formula: Any, on: Selection) -> Floats:
    """How many marks, ways out, or starts."""
    layout = on.tallies.layout
    match formula:
        case f.Count(names, where):
            rows = [layout.milestones.index(name) for name in f.names_of(names)]
        case f.Outcomes(names, where):
            rows = [layout.offsets[1] + layout.outcomes.index(name) for name in f.names_of(names)]
        case _:
            where = formula.where
            rows = [layout.offsets[2] + layout.sources.index(name) for name in f.names_of(formula.source)]
    return on.add_up(on.tallies.sums, rows, 0, where)


def _interval(formula: Any, on: Selection) -> Floats:
    """How long, how many within or beyond a limit."""
    name, where, unit = formula.interval, formula.where, on.ms_per_unit
    match formula:
        case f.Finished():
            return _spans(name, (CLOSED,), 0, where, on)
        case f.Unfinished():
            return _spans(name, UNFINISHED[formula.kind], 0, where, on)
        case f.Mean():
            return _over(_spans(name, (CLOSED,), 1, where, on) / unit, _spans(name, (CLOSED,), 0, where, on))
        case f.Total():
            return _spans(name, (CLOSED,), 1, where, on) / unit
        case f.Percentile():
            return on.percentile("interval", [name], formula.percent, where) / unit
        case f.CountOver():
            return _beyond(name, formula.limit, None, 0, where, on)
        case f.TotalOver():
            return _beyond(name, formula.limit, None, 1, where, on) / unit
    over = _beyond(name, formula.limit, None, 0, where, on)
    finished = _spans(name, (CLOSED,), 0, where, on)
    unfinished_over = over - _beyond(name, formula.limit, (CLOSED,), 0, where, on)
    share = _over(over, finished + unfinished_over)
    return 1 - share if isinstance(formula, f.ShareWithin) else share


def _spans(name: str, how: tuple[int, ...], column: int, where: f.Where, on: Selection) -> Floats:
    """Number (column 0) or length (1) of intervals that ended in one of some ways."""
    layout = on.tallies.layout
    at = [interval for interval, _ in layout.intervals].index(name)
    return on.add_up(on.tallies.sums, [layout.offsets[3] + 3 * at + one for one in how], column, where)


def _beyond(
    name: str, limit: int, how: tuple[int, ...] | None, column: int, where: f.Where, on: Selection
) -> Floats:
    """Number (column 0) of intervals beyond a limit, or by how much (1)."""
    layout = on.tallies.layout
    interval = [known for known, _ in layout.intervals].index(name)
    at = layout.limits.index((interval, limit))
    rows = [3 * at + one for one in (how or (CLOSED, LEFT_FIRST, STILL_OPEN))]
    return on.add_up(on.tallies.over, rows, column, where)


def _nights(name: str, days: int, where: f.Where, on: Selection) -> Floats:
    """Patients at midnight, added up over midnights."""
    layout = on.tallies.layout
    census = [known for known, _ in layout.censuses].index(name)
    return on.add_up(on.tallies.nights, [layout.thresholds.index((census, days))], 0, where)


def _resources(formula: Any, on: Selection) -> Floats:
    """How much is in use, open, waited for."""
    names, weekly, flows = formula.resources, on.tallies.weekly, on.tallies.flows
    if isinstance(formula, f.Queued):
        return on.of_places(flows, names, FLOWS[formula.what])
    if isinstance(formula, f.MeanWait | f.WaitPercentile):
        return _waits(formula, on)
    midnight = getattr(formula, "midnight", False)
    if isinstance(formula, f.Occupancy | f.Utilisation):
        in_use = _column(midnight, use.IN_USE, use.MIDNIGHT_IN_USE)
        capacity = _column(midnight, use.CAPACITY, use.MIDNIGHT_CAPACITY)
        return _over(on.of_places(weekly, names, in_use), on.of_places(weekly, names, capacity))
    column = {
        f.MeanInUse: _column(midnight, use.IN_USE, use.MIDNIGHT_IN_USE),
        f.MeanCapacity: _column(midnight, use.CAPACITY, use.MIDNIGHT_CAPACITY),
        f.MeanQueue: _column(midnight, use.QUEUE, use.MIDNIGHT_QUEUE),
        f.MeanOverCapacity: use.OVER,
        f.HoursFull: use.FULL,
        f.HoursOpen: use.OPEN_TIME,
    }[type(formula)]
    total = on.of_places(weekly, names, column)
    if isinstance(formula, f.HoursFull | f.HoursOpen):
        return total / on.ms_per_unit
    return _over(total, on.midnights if midnight else on.duration)


def _column(midnight: bool, always: int, at_midnight: int) -> int:
    return at_midnight if midnight else always


def _waits(formula: Any, on: Selection) -> Floats:
    """Waits of those who were granted."""
    layout = on.tallies.layout
    found = []
    for at, places in enumerate(on.instances(formula.resources)):
        part = on if on.group == "week" else replace(on, group="all")
        if not places:
            found.append(np.nan)
            continue
        if isinstance(formula, f.WaitPercentile):
            value = part.percentile("wait", [str(place) for place in places], formula.percent, {})
        else:
            rows = [layout.offsets[4] + place for place in places]
            total, number = (part.add_up(on.tallies.sums, rows, column, {}) for column in (1, 0))
            value = _over(total, number)
        found.append(value[at if on.group == "week" else 0])
    return np.array(found, np.float64) / on.ms_per_unit
