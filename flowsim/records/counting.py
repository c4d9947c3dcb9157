"""Counting in the compiled fold: things that happen, intervals and waits, midnights of stays."""

from __future__ import annotations

from typing import Any

import numpy as np

from flowsim.records.bins import BINS, LAST
from flowsim.records.compiled import part
from flowsim.records.layout import CLOSED, WEEK_SPAN, WEEK_ZERO
from flowsim.records.log import DAY, WEEK
from flowsim.records.plan import (
    AT_START,
    ATTRIBUTE,
    BASE,
    CELLS,
    FIRST_AXIS,
    FIRST_LIMIT,
    FIRST_VIEW,
    LEFT_OUT,
    OF_CENSUSES,
    OF_INTERVALS,
    OF_VIEWS,
    STRIDE,
)
from flowsim.records.state import (
    IN_BINS,
    IN_NIGHTS,
    IN_OVER,
    IN_SUMS,
    NEVER,
    WAITED,
    WEEK_NUMBER,
)  # fmt: skip
from flowsim.records.tables import add

NOTHING, ONE = np.arange(2)


@part
def key_of(plan: Any, tally: int, week: int, cell: int) -> Any:
    """As `Layout.key`."""
    return (tally * WEEK_SPAN + week + WEEK_ZERO) * plan.numbers[CELLS] + cell


@part
def cell_of(plan: Any, split: int, attributes: Any, slot: int) -> Any:
    """The cell of a patient among the groups by which something is split."""
    splits, axes = plan.splits, plan.axes
    cell = splits[split, BASE]
    for at in range(splits[split, FIRST_AXIS], splits[split + 1, FIRST_AXIS]):
        cell += (attributes[slot, axes[at, ATTRIBUTE]] + 1) * axes[at, STRIDE]
    return cell


@part
def bin_at(time: int) -> Any:
    """As `bin_of`: the bin of a time in ms (0 or more)."""
    time = min(time, LAST)
    shift = 0
    for step in (16, 8, 4, 2, 1):
        if time >> (shift + step) >= 64:
            shift += step
    return 64 * shift + (time >> shift)


@part
def count(plan: Any, state: Any, tally: int, slot: int) -> None:
    """Something happened once, in the running week."""
    week = state.counters[WEEK_NUMBER]
    key = key_of(plan, tally, week, cell_of(plan, tally, state.attributes, slot))
    add(state.sums, state.counters, IN_SUMS, key, NOTHING)


@part
def count_wait(state: Any, place: int, waited: int) -> None:
    """A wait is over; waits are not split, so they need no table."""
    state.week[place, WAITED] += waited
    state.waits[place, bin_at(waited)] += 1


@part
def finishes(plan: Any, state: Any, slot: int, span: int, time: int, how: int) -> None:
    """An interval ends: completed, its journey over, or cut off by the end of the run."""
    began, spans = state.since[slot, span], plan.spans
    if began == NEVER:
        return
    state.since[slot, span] = NEVER
    lasted = time - began
    week = began // WEEK if spans[span, AT_START] != 0 else state.counters[WEEK_NUMBER]
    tally = plan.numbers[OF_INTERVALS] + 3 * span + how
    cell = cell_of(plan, tally, state.attributes, slot)
    add(state.sums, state.counters, IN_SUMS, key_of(plan, tally, week, cell), lasted)
    if how == CLOSED or spans[span, LEFT_OUT] == 0:
        for at in range(spans[span, FIRST_LIMIT], spans[span + 1, FIRST_LIMIT]):
            if lasted > plan.limits[at]:
                key = key_of(plan, 3 * at + how, week, cell)
                add(state.over, state.counters, IN_OVER, key, lasted - plan.limits[at])
    if how == CLOSED:
        found = bin_at(lasted)
        for view in range(spans[span, FIRST_VIEW], spans[span + 1, FIRST_VIEW]):
            cell = cell_of(plan, plan.numbers[OF_VIEWS] + view, state.attributes, slot)
            add(state.bins, state.counters, IN_BINS, key_of(plan, view, week, cell) * BINS + found, ONE)


@part
def stayed(plan: Any, state: Any, slot: int, census: int, upto: int) -> None:
    """Count the midnights of a stay up to and including this time, which all lie in the running week.

    With a threshold of days, only those from when the stay is that old.
    """
    after = state.counted[slot, census]
    if after == NEVER or upto // DAY <= after // DAY:
        return
    state.counted[slot, census] = upto
    cell = cell_of(plan, plan.numbers[OF_CENSUSES] + census, state.attributes, slot)
    for row in range(plan.stays[census], plan.stays[census + 1]):
        days = plan.thresholds[row]
        since = max(after, state.entered[slot, census] + days * DAY - 1) if days > 0 else after
        midnights = upto // DAY - since // DAY
        if midnights > 0:
            key = key_of(plan, row, state.counters[WEEK_NUMBER], cell)
            add(state.nights, state.counters, IN_NIGHTS, key, midnights)


@part
def leave_intervals(plan: Any, state: Any, slot: int, time: int, how: int) -> None:
    """End all intervals of a patient, and count the midnights so far."""
    for span in range(state.since.shape[1]):
        if state.since[slot, span] != NEVER:
            finishes(plan, state, slot, span, time, how)
    count_nights(plan, state, slot, time - 1)


@part
def count_nights(plan: Any, state: Any, slot: int, upto: int) -> None:
    """The midnights of all stays of a patient."""
    for census in range(state.counted.shape[1]):
        stayed(plan, state, slot, census, upto)
