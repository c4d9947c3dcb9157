"""The compiled inner loop of the fold: one pass over the rows of a log, in order of effect.

Plain functions over blocks of whole numbers. They run uncompiled with NUMBA_DISABLE_JIT=1 and give the same numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from flowsim.records.compiled import called, part
from flowsim.records.counting import count, count_nights, finishes, leave_intervals, stayed
from flowsim.records.notes import give_slot, row_of_patient, take_slot
from flowsim.records.plan import (
    CANCELS,
    CENSUS_ENDS,
    CENSUS_STARTS,
    ENDS,
    KEEPS_FIRST,
    MOVED,
    MOVED_BY,
    MOVED_WIDTH,
    OF_INTERVALS,
    OF_OUTCOMES,
    OF_SOURCES,
    SPAN_WIDTH,
    SPANS,
    STARTS,
    WATCHED,
)
from flowsim.records.queues import (
    ARRIVAL,
    CHANGES,
    CLOCK,
    END,
    ENDS_WAITING,
    MILESTONE,
    MORE_ARRIVALS,
    MORE_ROOM,
    NOT_INSIDE,
    NUMBERING,
    OK,
    PARENT,
    RELEASE,
    SET,
    START,
    WEEK_OVER,
    queueing,
)
from flowsim.records.state import (
    ARRIVALS,
    ATTRIBUTES,
    ATTRIBUTES_FROM,
    COUNTED_FROM,
    CROWDED,
    EDGE,
    ENDED,
    ENTERED_FROM,
    FIRST,
    FOLLOWING,
    FREE_SLOTS,
    GONE,
    KIND,
    LAST_NEWEST,
    LINE,
    NEVER,
    NEWEST,
    NEXT_ARRIVAL,
    NOTE_WIDTH,
    NOTES,
    NOW,
    NUMBER,
    OPEN,
    PATIENTS,
    PLACE_WIDTH,
    PLACES,
    SINCE_FROM,
    SLOTS,
    STARTED,
    UNTOLD,
    USUAL_CELL,
    WAITS,
    WHO,
    WIDTH,
    WORDS,
)
from flowsim.records.tables import add_pending
from flowsim.records.use import catch_up, pass_hours
from flowsim.sampling.block import load, prefetch

CLOSED, LEFT_FIRST, STILL_OPEN = np.arange(3)  # as in `layout.py`, but numpy's: see `state.py`


@called
def fold_rows(
    log: Any, first: int, rows: int, times: Any, attributes: Any, plan: Any, run: Any, until: int
) -> Any:
    """Fold the rows from the first on, with the arrivals of a while, and let the time pass until some time then.

    Returns OK, or why it stopped before a row (a law that the row breaks, or what is asked for), and that row.
    """
    stopped, row = go_through(log, first, rows, times, attributes, plan, run, until)
    add_pending(run)
    return stopped, row


@part
def go_through(
    log: Any, first: int, rows: int, times: Any, attributes: Any, plan: Any, run: Any, until: int
) -> Any:
    """The rows one by one."""
    for row in range(first, rows):
        time, patient, code = load(log, row, 0), load(log, row, 1), load(log, row, 2)
        resource, value = load(log, row, 3), load(log, row, 4)
        look_ahead(log, row, rows - 1, run)
        if time < run[NOW]:
            return CLOCK, row
        if time >= run[EDGE] and pass_hours(run, time):
            return WEEK_OVER, row
        if run[CROWDED] != 0:
            return MORE_ROOM, row
        stopped, who = OK, row_of_patient(run, patient)
        if code == START:
            stopped = starts(times, attributes, time, patient, resource, value, plan, run)
        elif code == CHANGES:
            place = run[PLACES] + resource * PLACE_WIDTH
            catch_up(run, place, time)
            run[place + OPEN] = value
        elif who < 0 or (run[who + GONE] != 0 and code != RELEASE):
            stopped = NOT_INSIDE
        elif code == MILESTONE:
            count(plan, run, value, who)
            moves(plan, run, who, value, time)
        elif code == SET:
            sets(plan, run, who, resource, value, time)
        elif code == END:
            stopped = ends(plan, run, who, value, time)
        else:
            stopped = queueing(time, who, code, resource, value, plan, run)
        if stopped != OK:
            return stopped, row
        run[NOW] = time
    return (WEEK_OVER if until >= run[EDGE] and pass_hours(run, until) else OK), rows


@part
def look_ahead(log: Any, row: int, last: int, run: Any) -> None:
    """Ask for what rows to come will need: fetching it takes longer than all that is done with it."""
    patient = load(log, min(row + 12, last), 1)
    prefetch(run, run[NEWEST] + (patient & run[LAST_NEWEST]))
    patient, code = load(log, min(row + 8, last), 1), load(log, min(row + 8, last), 2)
    who = run[WHO] + max(run[run[NEWEST] + (patient & run[LAST_NEWEST])], 0) * run[WIDTH]
    prefetch(run, who)
    if code in (MILESTONE, END):
        for line in range(who + LINE, who + run[COUNTED_FROM] + 1, LINE):
            prefetch(run, line)
    patient = load(log, min(row + 4, last), 1)
    who = run[WHO] + max(run[run[NEWEST] + (patient & run[LAST_NEWEST])], 0) * run[WIDTH]
    prefetch(run, run[NOTES] + max(run[who + FIRST], 0) * NOTE_WIDTH)


@part
def starts(
    times: Any, attributes: Any, time: int, patient: int, source: int, parent: int, plan: Any, run: Any
) -> Any:
    """A journey begins: with the attributes of an arrival; one that returns is told all of its own next."""
    if patient != run[PATIENTS]:
        return NUMBERING
    if parent >= patient:
        return PARENT
    if run[FREE_SLOTS] == 0:
        return MORE_ROOM
    arrival, words = run[NEXT_ARRIVAL], run[WORDS]
    if parent < 0 and arrival >= run[ARRIVALS]:
        return MORE_ARRIVALS
    if parent < 0 and times[arrival] != time:
        return ARRIVAL
    who = take_slot(run, patient)
    for at in range(words):
        run[who + ATTRIBUTES_FROM + at] = attributes[arrival * words + at] if parent < 0 else 0
    if parent < 0:
        run[NEXT_ARRIVAL] += 1
        count(plan, run, plan[OF_SOURCES] + source if source >= 0 else plan[OF_INTERVALS] - 1, who)
    else:
        run[who + UNTOLD] = run[ATTRIBUTES]
    run[PATIENTS] += 1
    run[STARTED] += 1
    return OK


@part
def sets(plan: Any, run: Any, who: int, attribute: int, value: int, time: int) -> None:
    """An attribute changes. A journey that returns is counted when it has been told the last of them."""
    word, shift = who + ATTRIBUTES_FROM + (attribute >> 2), (attribute & 3) << 4
    if run[word] >> shift & 0xFFFF != value + 1:
        if plan[plan[WATCHED] + attribute] != 0:
            count_nights(plan, run, who, time)
        run[word] += (value + 1 - (run[word] >> shift & 0xFFFF)) << shift
        run[who + USUAL_CELL] = -1
    if run[who + UNTOLD] > 0:
        run[who + UNTOLD] -= 1
        if run[who + UNTOLD] == 0:
            count(plan, run, plan[OF_INTERVALS] - 1, who)


@part
def moves(plan: Any, run: Any, who: int, milestone: int, time: int) -> None:
    """A milestone ends intervals first, then cancels, then starts them; the same with the censuses."""
    edges, moved = plan[MOVED_BY] + milestone * MOVED_WIDTH, plan[MOVED]
    if plan[edges] == plan[edges + MOVED_WIDTH - 1]:
        return
    since, counted, entered = who + run[SINCE_FROM], who + run[COUNTED_FROM], who + run[ENTERED_FROM]
    for at in range(plan[edges + ENDS], plan[edges + ENDS + 1]):
        finishes(plan, run, who, plan[moved + at], time, CLOSED)
    for at in range(plan[edges + CANCELS], plan[edges + CANCELS + 1]):
        run[since + plan[moved + at]] = NEVER
    for at in range(plan[edges + STARTS], plan[edges + STARTS + 1]):
        span = plan[moved + at]
        if run[since + span] == NEVER or plan[plan[SPANS] + span * SPAN_WIDTH + KEEPS_FIRST] == 0:
            run[since + span] = time
    for at in range(plan[edges + CENSUS_ENDS], plan[edges + CENSUS_ENDS + 1]):
        census = plan[moved + at]
        stayed(plan, run, who, census, time - 1)
        run[counted + census] = NEVER
    for at in range(plan[edges + CENSUS_STARTS], plan[edges + CENSUS_STARTS + 1]):
        census = plan[moved + at]
        if run[counted + census] == NEVER:
            run[counted + census] = run[entered + census] = time


@part
def ends(plan: Any, run: Any, who: int, outcome: int, time: int) -> Any:
    """A journey ends. What it still holds is being made ready and comes back later."""
    note = run[who + FIRST]
    while note >= 0:
        at = run[NOTES] + note * NOTE_WIDTH
        if run[at + KIND] == WAITS:
            return ENDS_WAITING
        note = run[at + FOLLOWING]
    count(plan, run, plan[OF_OUTCOMES] + outcome, who)
    leave_intervals(plan, run, who, time, LEFT_FIRST)
    run[ENDED] += 1
    run[who + GONE] = 1
    give_slot(run, who)
    return OK


@called
def settle_accounts(plan: Any, run: Any, first: int, time: int, over: bool) -> Any:
    """At the end of a week, count midnights of who is inside; when the run is over, intervals too.

    Begins at the first slot; returns the slot before which a table asked for room, or the number of slots.
    """
    for slot in range(first, run[SLOTS]):
        if run[CROWDED] != 0:
            add_pending(run)
            return slot
        who = run[WHO] + slot * run[WIDTH]
        if run[who + NUMBER] >= 0 and run[who + GONE] == 0:
            if over:
                leave_intervals(plan, run, who, time, STILL_OPEN)
            else:
                count_nights(plan, run, who, time - 1)
    add_pending(run)
    return run[SLOTS]
