"""The compiled inner loop of the fold: one pass over the rows of a log, in order of effect.

Plain functions over arrays. They run uncompiled with NUMBA_DISABLE_JIT=1 and give the same numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from flowsim.records.compiled import called, part
from flowsim.records.counting import count, count_nights, finishes, leave_intervals, stayed
from flowsim.records.notes import give_slot, slot_of, take_slot
from flowsim.records.plan import (
    CANCELS,
    CENSUS_ENDS,
    CENSUS_STARTS,
    ENDS,
    KEEPS_FIRST,
    OF_INTERVALS,
    OF_OUTCOMES,
    OF_SOURCES,
    STARTS,
)
from flowsim.records.queues import (
    ARRIVAL,
    CHANGES,
    CLOCK,
    ENDS_WAITING,
    JOIN,
    MILESTONE,
    MORE_ARRIVALS,
    MORE_ROOM,
    NOT_INSIDE,
    NUMBERING,
    OK,
    PARENT,
    PRIORITY,
    SET,
    START,
    WEEK_OVER,
    queueing,
)
from flowsim.records.state import (
    CROWDED,
    EDGE,
    ENDED,
    FIRST,
    FOLLOWING,
    FREE_SLOTS,
    GONE,
    KIND,
    NEVER,
    NEXT_ARRIVAL,
    NOW,
    NUMBER,
    OPEN,
    PATIENTS,
    STARTED,
    UNTOLD,
    WAITS,
)
from flowsim.records.use import catch_up, close_hour, pass_hours

CLOSED, LEFT_FIRST, STILL_OPEN = np.arange(3)  # as in `layout.py`, but numpy's: see `state.py`


@called
def fold_rows(log: Any, first: int, times: Any, attributes: Any, plan: Any, state: Any) -> tuple[int, int]:
    """Fold the rows from the first on, with the arrivals of a while.

    Returns OK, or why it stopped before a row (a law that the row breaks, or what is asked for), and that row.
    """
    for row in range(first, len(log)):
        event = log[row]
        time, patient, code = event["time"], np.int64(event["patient"]), event["code"]
        resource, value = np.int64(event["resource"]), np.int64(event["value"])
        stopped = hinders(state, time)
        if stopped != OK:
            return stopped, row
        if code == CHANGES:
            catch_up(state.places, resource, time)
            state.places[resource, OPEN] = value
        elif code == START:
            stopped = starts(times, attributes, time, patient, resource, value, plan, state)
        elif JOIN <= code <= PRIORITY:
            stopped = queueing(time, patient, code, resource, value, state)
        else:
            slot = slot_of(state, patient)
            if slot < 0 or state.who[GONE, slot] != 0:
                stopped = NOT_INSIDE
            elif code == MILESTONE:
                passes(plan, state, slot, value, time)
            elif code == SET:
                sets(plan, state, slot, resource, value, time)
            else:
                stopped = ends(plan, state, slot, value, time)
        if stopped != OK:
            return stopped, row
        state.counters[NOW] = time
    return OK, len(log)


@part
def hinders(state: Any, time: int) -> Any:
    """What has to be seen to before a row of this time."""
    counters = state.counters
    if time < counters[NOW]:
        return CLOCK
    if time >= counters[EDGE] and pass_hours(state, time):
        return WEEK_OVER
    return OK if counters[CROWDED] == 0 else MORE_ROOM


@part
def starts(
    times: Any, attributes: Any, time: int, patient: int, source: int, parent: int, plan: Any, state: Any
) -> Any:
    """A journey begins: with the attributes of an arrival; one that returns is told all of its own next."""
    counters = state.counters
    if patient != counters[PATIENTS]:
        return NUMBERING
    if parent >= patient:
        return PARENT
    if counters[FREE_SLOTS] == 0 or patient >= len(state.slot_of):
        return MORE_ROOM
    arrival = counters[NEXT_ARRIVAL]
    if parent < 0 and arrival >= len(times):
        return MORE_ARRIVALS
    if parent < 0 and times[arrival] != time:
        return ARRIVAL
    slot = take_slot(state, patient)
    for at in range(state.attributes.shape[1]):
        state.attributes[slot, at] = attributes[arrival, at] if parent < 0 else -1
    if parent < 0:
        counters[NEXT_ARRIVAL] += 1
        count(
            plan,
            state,
            plan.numbers[OF_SOURCES] + source if source >= 0 else plan.numbers[OF_INTERVALS] - 1,
            slot,
        )
    else:
        state.who[UNTOLD, slot] = state.attributes.shape[1]
    counters[PATIENTS] += 1
    counters[STARTED] += 1
    return OK


@part
def sets(plan: Any, state: Any, slot: int, attribute: int, value: int, time: int) -> None:
    """An attribute changes. A journey that returns is counted when it has been told the last of them."""
    if plan.watched[attribute] != 0 and state.attributes[slot, attribute] != value:
        count_nights(plan, state, slot, time)
    state.attributes[slot, attribute] = value
    if state.who[UNTOLD, slot] > 0:
        state.who[UNTOLD, slot] -= 1
        if state.who[UNTOLD, slot] == 0:
            count(plan, state, plan.numbers[OF_INTERVALS] - 1, slot)


@part
def passes(plan: Any, state: Any, slot: int, milestone: int, time: int) -> None:
    """A milestone ends intervals first, then cancels, then starts them; the same with the censuses."""
    count(plan, state, milestone, slot)
    first, which, since, counted = plan.first, plan.which, state.since, state.counted
    for at in range(first[ENDS, milestone], first[ENDS, milestone + 1]):
        finishes(plan, state, slot, which[ENDS, at], time, CLOSED)
    for at in range(first[CANCELS, milestone], first[CANCELS, milestone + 1]):
        since[slot, which[CANCELS, at]] = NEVER
    for at in range(first[STARTS, milestone], first[STARTS, milestone + 1]):
        span = which[STARTS, at]
        if since[slot, span] == NEVER or plan.spans[span, KEEPS_FIRST] == 0:
            since[slot, span] = time
    for at in range(first[CENSUS_ENDS, milestone], first[CENSUS_ENDS, milestone + 1]):
        census = which[CENSUS_ENDS, at]
        stayed(plan, state, slot, census, time - 1)
        counted[slot, census] = NEVER
    for at in range(first[CENSUS_STARTS, milestone], first[CENSUS_STARTS, milestone + 1]):
        census = which[CENSUS_STARTS, at]
        if counted[slot, census] == NEVER:
            counted[slot, census] = time
            state.entered[slot, census] = time


@part
def ends(plan: Any, state: Any, slot: int, outcome: int, time: int) -> Any:
    """A journey ends. What it still holds is being made ready and comes back later."""
    note = state.who[FIRST, slot]
    while note >= 0:
        if state.notes[note, KIND] == WAITS:
            return ENDS_WAITING
        note = state.notes[note, FOLLOWING]
    count(plan, state, plan.numbers[OF_OUTCOMES] + outcome, slot)
    leave_intervals(plan, state, slot, time, LEFT_FIRST)
    state.counters[ENDED] += 1
    state.who[GONE, slot] = 1
    give_slot(state, slot)
    return OK


@called
def settle_accounts(plan: Any, state: Any, first: int, time: int, over: bool) -> Any:
    """At the end of a week, count midnights of who is inside; when the run is over, intervals too.

    Begins at the first slot; returns the slot before which a table asked for room, or the number of slots.
    """
    who = state.who
    for slot in range(first, who.shape[1]):
        if state.counters[CROWDED] != 0:
            return slot
        if who[NUMBER, slot] >= 0 and who[GONE, slot] == 0:
            if over:
                leave_intervals(plan, state, slot, time, STILL_OPEN)
            else:
                count_nights(plan, state, slot, time - 1)
    return who.shape[1]


@called
def run_out(state: Any, end: int) -> bool:
    """Let the time pass to the end of the run; stops, and says so, at the end of a week before."""
    if pass_hours(state, end - 1):
        return True
    close_hour(state, end)
    return False
