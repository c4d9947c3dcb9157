"""The compiled inner loop of the fold: one pass over the rows of a log, in order of effect.

Plain functions over arrays. They run uncompiled with NUMBA_DISABLE_JIT=1 and give the same numbers.
"""

from __future__ import annotations

from typing import Any

from numba import njit

from flowsim.records.notes import give_slot, look_up, take_slot
from flowsim.records.plan import CANCELS, CENSUS_ENDS, CENSUS_STARTS, ENDS, STARTS
from flowsim.records.queues import (
    ARRIVAL,
    CHANGES,
    CLOCK,
    CLOSED,
    DAY,
    ENDS_WAITING,
    JOIN,
    LEFT_FIRST,
    MILESTONE,
    NOT_INSIDE,
    NUMBERING,
    OK,
    PARENT,
    PRIORITY,
    SET,
    START,
    STILL_OPEN,
    catch_up,
    cell_of,
    queueing,
    see,
)
from flowsim.records.state import (
    ENDED,
    FIRST,
    FOLLOWING,
    GONE,
    KIND,
    NEVER,
    NEXT_ARRIVAL,
    NOW,
    NUMBER,
    OPEN,
    PATIENTS,
    STARTED,
    STAYS,
    WAITS,
)


@njit(cache=True)
def fold_rows(chunk: Any, plan: Any, state: Any, frame: Any) -> tuple[int, int]:
    """Fold every row; returns the first law that is broken (0 if none) and the row that breaks it."""
    for row in range(len(chunk.time)):
        time, patient, code = chunk.time[row], chunk.patient[row], chunk.code[row]
        resource, value = chunk.resource[row], chunk.value[row]
        if time < state.counters[NOW]:
            return CLOCK, row
        state.counters[NOW] = time
        if code == CHANGES:
            catch_up(state.places.now, state.use.weekly, state.use.hourly, resource, time, frame)
            state.places.now[resource, OPEN] = value
            broken = OK
        elif code == START:
            broken = starts(
                chunk.arrival_time, chunk.arrival_attributes, time, patient, resource, value, plan, state
            )
        elif JOIN <= code <= PRIORITY:
            broken = queueing(time, patient, code, resource, value, plan, state, frame)
        else:
            broken = moving(time, patient, code, resource, value, plan, state)
        if broken != OK:
            return broken, row
    return OK, 0


@njit(cache=True)
def starts(
    times: Any, attributes: Any, time: int, patient: int, source: int, parent: int, plan: Any, state: Any
) -> int:
    """A journey begins: attributes from the arrivals, or from the journey that it returns from."""
    people, counters = state.people, state.counters
    if patient != counters[PATIENTS]:
        return NUMBERING
    if parent >= patient:
        return PARENT
    slot = take_slot(state, patient)
    if parent < 0:
        arrival = counters[NEXT_ARRIVAL]
        if arrival >= len(times) or times[arrival] != time:
            return ARRIVAL
        for at in range(people.attributes.shape[1]):
            people.attributes[slot, at] = attributes[arrival, at]
        counters[NEXT_ARRIVAL] = arrival + 1
    else:
        look_up(state, parent, plan, slot)
    returns = plan.offsets[3] - 1
    tally = plan.offsets[2] + source if source >= 0 else returns
    see(state.out.seen, state.counters, tally, time, cell_of(plan.strides[tally], people.attributes[slot]), 0)
    counters[PATIENTS] += 1
    counters[STARTED] += 1
    return OK


@njit(cache=True)
def moving(time: int, patient: int, code: int, resource: int, value: int, plan: Any, state: Any) -> int:
    """A patient passes a milestone, changes an attribute, or leaves."""
    people = state.people
    slot = people.slot_of[patient] if 0 <= patient < state.counters[PATIENTS] else -1
    if slot < 0 or people.who[slot, GONE] != 0:
        return NOT_INSIDE
    if code == SET:
        attribute = resource
        if plan.watched[attribute] and people.attributes[slot, attribute] != value:
            for census in range(people.counted.shape[1]):
                stayed(state, plan, slot, census, time)
                if people.counted[slot, census] != NEVER:
                    people.counted[slot, census] = time
        people.attributes[slot, attribute] = value
        return OK
    if code == MILESTONE:
        see(
            state.out.seen,
            state.counters,
            value,
            time,
            cell_of(plan.strides[value], people.attributes[slot]),
            0,
        )
        passes(state, plan, slot, value, time)
        return OK
    return ends(state, plan, slot, value, time)


@njit(cache=True)
def passes(state: Any, plan: Any, slot: int, milestone: int, time: int) -> None:
    """A milestone ends intervals first, then cancels, then starts them; the same with the censuses."""
    people, first, which = state.people, plan.first, plan.which
    for at in range(first[ENDS, milestone], first[ENDS, milestone + 1]):
        finishes(state, plan, slot, which[ENDS, at], time, CLOSED)
    for at in range(first[CANCELS, milestone], first[CANCELS, milestone + 1]):
        people.since[slot, which[CANCELS, at]] = NEVER
    for at in range(first[STARTS, milestone], first[STARTS, milestone + 1]):
        span = which[STARTS, at]
        if people.since[slot, span] == NEVER or not plan.keep_first[span]:
            people.since[slot, span] = time
    for at in range(first[CENSUS_ENDS, milestone], first[CENSUS_ENDS, milestone + 1]):
        census = which[CENSUS_ENDS, at]
        stayed(state, plan, slot, census, time - 1)
        people.counted[slot, census] = NEVER
    for at in range(first[CENSUS_STARTS, milestone], first[CENSUS_STARTS, milestone + 1]):
        census = which[CENSUS_STARTS, at]
        if people.counted[slot, census] == NEVER:
            people.counted[slot, census] = time
            people.entered[slot, census] = time


@njit(cache=True)
def finishes(state: Any, plan: Any, slot: int, span: int, time: int, how: int) -> None:
    """An interval ends: completed, its journey over, or cut off by the end of the run."""
    people = state.people
    began = people.since[slot, span]
    if began == NEVER:
        return
    tally = plan.offsets[3] + 3 * span + how
    counted_at = began if plan.at_start[span] else (time - 1 if how == STILL_OPEN else time)
    cell = cell_of(plan.strides[tally], people.attributes[slot])
    see(state.out.seen, state.counters, tally, counted_at, cell, time - began)
    people.since[slot, span] = NEVER


@njit(cache=True)
def stayed(state: Any, plan: Any, slot: int, census: int, upto: int) -> None:
    """Write the midnights of a stay up to and including this time into the buffer."""
    people, counters = state.people, state.counters
    after = people.counted[slot, census]
    if after == NEVER or upto // DAY <= after // DAY:
        return
    row = counters[STAYS]
    stay = state.out.stay[row]
    stay[0], stay[1], stay[2], stay[3] = census, after, upto, people.entered[slot, census]
    stay[4] = cell_of(plan.census_strides[census], people.attributes[slot])
    counters[STAYS] = row + 1


@njit(cache=True)
def ends(state: Any, plan: Any, slot: int, outcome: int, time: int) -> int:
    """A journey ends. What it still holds is being made ready and comes back later."""
    people = state.people
    note = people.who[slot, FIRST]
    while note >= 0:
        if state.notes[note, KIND] == WAITS:
            return ENDS_WAITING
        note = state.notes[note, FOLLOWING]
    tally = plan.offsets[1] + outcome
    see(state.out.seen, state.counters, tally, time, cell_of(plan.strides[tally], people.attributes[slot]), 0)
    for span in range(people.since.shape[1]):
        if people.since[slot, span] != NEVER:
            finishes(state, plan, slot, span, time, LEFT_FIRST)
    for census in range(people.counted.shape[1]):
        if people.counted[slot, census] != NEVER:
            stayed(state, plan, slot, census, time - 1)
    state.counters[ENDED] += 1
    people.who[slot, GONE] = 1
    give_slot(state, slot, plan)
    return OK


@njit(cache=True)
def close(plan: Any, state: Any, frame: Any, time: int) -> None:
    """The run stops here: intervals still running are open, stays are counted, sums are complete."""
    people = state.people
    for slot in range(len(people.who)):
        if people.who[slot, NUMBER] >= 0 and people.who[slot, GONE] == 0:
            for span in range(people.since.shape[1]):
                finishes(state, plan, slot, span, time, STILL_OPEN)
            for census in range(people.counted.shape[1]):
                stayed(state, plan, slot, census, time - 1)
    for place in range(len(state.places.now)):
        catch_up(state.places.now, state.use.weekly, state.use.hourly, place, time, frame)
