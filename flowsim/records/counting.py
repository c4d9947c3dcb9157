"""Counting in the compiled fold: things that happen, intervals and waits, midnights of stays."""

from __future__ import annotations

from typing import Any

import numpy as np

from flowsim.records.bins import BINS, LAST
from flowsim.records.compiled import part, whole
from flowsim.records.layout import CLOSED, WEEK_SPAN, WEEK_ZERO
from flowsim.records.log import DAY, WEEK
from flowsim.records.plan import (
    AT_START,
    AXES,
    AXIS_WIDTH,
    BASE,
    CELLS,
    END_AXIS,
    FIRST_AXIS,
    FIRST_LIMIT,
    FIRST_VIEW,
    IS_USUAL,
    LEFT_OUT,
    LIMITS,
    OF_CENSUSES,
    OF_INTERVALS,
    OF_VIEWS,
    SHIFT,
    SPAN_WIDTH,
    SPANS,
    SPLIT_WIDTH,
    SPLITS,
    STAYS,
    STRIDE,
    THRESHOLDS,
    WORD,
)
from flowsim.records.state import (
    ATTRIBUTES_FROM,
    CENSUSES,
    COUNTED_FROM,
    ENTERED_FROM,
    IN_BINS,
    IN_NIGHTS,
    IN_OVER,
    IN_SUMS,
    INTERVALS,
    NEVER,
    NO_TABLE,
    SINCE_FROM,
    USUAL_CELL,
    WAITED,
    WAITS_BY_BIN,
    WEEK_NUMBER,
    WEEK_SUMS,
    WEEK_WIDTH,
)  # fmt: skip
from flowsim.records.tables import add, put_off
from flowsim.sampling.machine import highest_bit

NOTHING, ONE = np.arange(2)


@whole
def cell_of(plan: Any, run: Any, split: int, who: int) -> Any:
    """The cell of a patient among the groups by which something is split; that by which most is split is noted."""
    at = plan[SPLITS] + split * SPLIT_WIDTH
    if plan[at + IS_USUAL] != 0 and run[who + USUAL_CELL] >= 0:
        return run[who + USUAL_CELL]
    cell, word_at = plan[at + BASE], who + ATTRIBUTES_FROM
    for axis in range(plan[at + FIRST_AXIS], plan[at + END_AXIS]):
        of = plan[AXES] + axis * AXIS_WIDTH
        cell += (run[word_at + plan[of + WORD]] >> plan[of + SHIFT] & 0xFFFF) * plan[of + STRIDE]
    if plan[at + IS_USUAL] != 0:
        run[who + USUAL_CELL] = cell
    return cell


@part
def key_of(plan: Any, tally: int, week: int, cell: int) -> Any:
    """As `Layout.key`."""
    return (tally * WEEK_SPAN + week + WEEK_ZERO) * plan[CELLS] + cell


@part
def bin_at(time: int) -> Any:
    """As `bin_of`: the bin of a time in ms (0 or more)."""
    time = min(time, LAST)
    shift = max(highest_bit(time) - 6, 0)
    return 64 * shift + (time >> shift)


@whole
def count(plan: Any, run: Any, tally: int, who: int) -> None:
    """Something happened once, in the running week."""
    add(run, IN_SUMS, key_of(plan, tally, run[WEEK_NUMBER], cell_of(plan, run, tally, who)), NOTHING)


@part
def count_wait(run: Any, place: int, waited: int) -> None:
    """A wait is over; waits are not split, so they need no table."""
    run[run[WEEK_SUMS] + place * WEEK_WIDTH + WAITED] += waited
    put_off(run, run[WAITS_BY_BIN] + place * BINS + bin_at(waited), NO_TABLE, NOTHING, ONE)


@whole
def finishes(plan: Any, run: Any, who: int, span: int, time: int, how: int) -> None:
    """An interval ends: completed, its journey over, or cut off by the end of the run."""
    since, of = who + run[SINCE_FROM] + span, plan[SPANS] + span * SPAN_WIDTH
    began = run[since]
    if began == NEVER:
        return
    run[since] = NEVER
    lasted = time - began
    week = began // WEEK if plan[of + AT_START] != 0 else run[WEEK_NUMBER]
    tally = plan[OF_INTERVALS] + 3 * span + how
    cell = cell_of(plan, run, tally, who)
    add(run, IN_SUMS, key_of(plan, tally, week, cell), lasted)
    if how == CLOSED or plan[of + LEFT_OUT] == 0:
        for at in range(plan[of + FIRST_LIMIT], plan[of + SPAN_WIDTH + FIRST_LIMIT]):
            beyond = lasted - plan[plan[LIMITS] + at]
            if beyond > 0:
                add(run, IN_OVER, key_of(plan, 3 * at + how, week, cell), beyond)
    if how == CLOSED:
        found = bin_at(lasted)
        for view in range(plan[of + FIRST_VIEW], plan[of + SPAN_WIDTH + FIRST_VIEW]):
            cell = cell_of(plan, run, plan[OF_VIEWS] + view, who)
            add(run, IN_BINS, key_of(plan, view, week, cell) * BINS + found, ONE)


@whole
def stayed(plan: Any, run: Any, who: int, census: int, upto: int) -> None:
    """Count the midnights of a stay up to and including this time, which all lie in the running week.

    With a threshold of days, only those from when the stay is that old.
    """
    counted = who + run[COUNTED_FROM] + census
    after = run[counted]
    if after == NEVER or upto // DAY <= after // DAY:
        return
    run[counted] = upto
    cell = cell_of(plan, run, plan[OF_CENSUSES] + census, who)
    for row in range(plan[plan[STAYS] + census], plan[plan[STAYS] + census + 1]):
        days, since = plan[plan[THRESHOLDS] + row], after
        if days > 0:
            since = max(after, run[who + run[ENTERED_FROM] + census] + days * DAY - 1)
        midnights = upto // DAY - since // DAY
        if midnights > 0:
            add(run, IN_NIGHTS, key_of(plan, row, run[WEEK_NUMBER], cell), midnights)


@part
def leave_intervals(plan: Any, run: Any, who: int, time: int, how: int) -> None:
    """End all intervals of a patient, and count the midnights so far."""
    since = who + run[SINCE_FROM]
    for span in range(run[INTERVALS]):
        if run[since + span] != NEVER:
            finishes(plan, run, who, span, time, how)
    count_nights(plan, run, who, time - 1)


@part
def count_nights(plan: Any, run: Any, who: int, upto: int) -> None:
    """The midnights of all stays of a patient."""
    for census in range(run[CENSUSES]):
        stayed(plan, run, who, census, upto)
