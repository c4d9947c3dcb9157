"""Counting in the compiled fold: things that happen, intervals and waits, midnights of stays."""

from __future__ import annotations

from typing import Any

import numpy as np

from flowsim.records.bins import BINS, LAST
from flowsim.records.compiled import called, part, whole
from flowsim.records.layout import CLOSED
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
    OF_WAITS,
    SHIFT,
    SPAN_WIDTH,
    SPANS,
    SPLIT_WIDTH,
    SPLITS,
    STAYS,
    STRIDE,
    THRESHOLDS,
    WAIT_VIEWS,
    WORD,
)
from flowsim.records.state import (
    ATTRIBUTES_FROM,
    CENSUSES,
    COUNTED_FROM,
    ENTERED_FROM,
    GRANTED,
    IN_BINS,
    IN_NIGHTS,
    IN_OVER,
    IN_SUMS,
    INSTANCES,
    INTERVALS,
    NEVER,
    SINCE_FROM,
    USUAL_CELL,
    WAITED,
    WEEK_NUMBER,
    WEEK_SUMS,
    WEEK_WIDTH,
    WEEKLY,
)  # fmt: skip
from flowsim.records.tables import add, add_many
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
def bin_at(time: int) -> Any:
    """As `bin_of`: the bin of a time in ms (0 or more)."""
    time = min(time, LAST)
    shift = max(highest_bit(time) - 6, 0)
    return 64 * shift + (time >> shift)


@whole
def count(plan: Any, run: Any, tally: int, who: int) -> None:
    """Something happened once, in the running week."""
    cell = cell_of(plan, run, tally, who)
    add(run, IN_SUMS, tally * plan[CELLS] + cell, NOTHING, run[WEEK_NUMBER])


@part
def count_wait(plan: Any, run: Any, place: int, waited: int) -> None:
    """A wait is over. How many and how long stands beside the place until the week is over."""
    run[run[WEEK_SUMS] + place * WEEK_WIDTH + WAITED] += waited
    cell = (plan[WAIT_VIEWS] + place) * plan[CELLS]
    add(run, IN_BINS, cell * BINS + bin_at(waited), ONE, run[WEEK_NUMBER])


@called
def count_waits(plan: Any, run: Any) -> None:
    """The week is over: add up its waits, place by place."""
    for place in range(run[INSTANCES]):
        of_week = run[WEEK_SUMS] + place * WEEK_WIDTH
        granted, waited = run[of_week + WEEKLY + GRANTED], run[of_week + WAITED]
        if granted > 0:
            add_many(run, IN_SUMS, (plan[OF_WAITS] + place) * plan[CELLS], granted, waited)


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
    add(run, IN_SUMS, tally * plan[CELLS] + cell, lasted, week)
    if how == CLOSED or plan[of + LEFT_OUT] == 0:
        for at in range(plan[of + FIRST_LIMIT], plan[of + SPAN_WIDTH + FIRST_LIMIT]):
            beyond = lasted - plan[plan[LIMITS] + at]
            if beyond > 0:
                add(run, IN_OVER, (3 * at + how) * plan[CELLS] + cell, beyond, week)
    if how == CLOSED:
        found = bin_at(lasted)
        for view in range(plan[of + FIRST_VIEW], plan[of + SPAN_WIDTH + FIRST_VIEW]):
            cell = cell_of(plan, run, plan[OF_VIEWS] + view, who)
            add(run, IN_BINS, (view * plan[CELLS] + cell) * BINS + found, ONE, week)


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
            add(run, IN_NIGHTS, row * plan[CELLS] + cell, midnights, run[WEEK_NUMBER])


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
