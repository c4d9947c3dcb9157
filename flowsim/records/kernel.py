"""The compiled inner loop of the fold: one pass over the rows of a log, in order of effect.

Plain functions over arrays. They run uncompiled with NUMBA_DISABLE_JIT=1 and give the same numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from flowsim.records.conservation import Broken
from flowsim.records.log import Code, Left
from flowsim.records.notes import find, give_slot, look_up, put, take_out, take_slot
from flowsim.records.plan import CANCELS, CENSUS_ENDS, CENSUS_STARTS, ENDS, STARTS
from flowsim.records.state import (
    AMOUNT,
    BUSY,
    CAPACITY,
    DISPLACED,
    ELSEWHERE,
    ENDED,
    FIRST,
    FOLLOWING,
    FULL,
    GAVE_UP,
    GONE,
    GRANTED,
    HOLDS,
    HOURS_IN_WEEK,
    IN_USE,
    INTERRUPTED,
    JOINED,
    KIND,
    LEVELS,
    MIDNIGHT_CAPACITY,
    MIDNIGHT_IN_USE,
    MIDNIGHT_QUEUE,
    NEVER,
    NEXT_ARRIVAL,
    NOW,
    NUMBER,
    OPEN,
    OPEN_TIME,
    OVER,
    PATIENTS,
    QUEUE,
    SEEN,
    SINCE,
    SPARE,
    STARTED,
    STAYS,
    TICKET,
    TURN,
    TURNED_AWAY,
    UPTO,
    WAITING,
    WAITS,
)  # fmt: skip

HOUR = 3_600_000
DAY = 24 * HOUR
WEEK = 7 * DAY
CLOSED, LEFT_FIRST, STILL_OPEN = 0, 1, 2

# Numba takes plain whole numbers, not members of an IntEnum.
START, MILESTONE, SET, JOIN, GRANT, RELEASE = (int(code) for code in tuple(Code)[:6])
LEAVES_QUEUE, TURNS_AWAY, INTERRUPTS, PRIORITY, CHANGES, END = (int(code) for code in tuple(Code)[6:])
BY_REASON = np.array([GAVE_UP, ELSEWHERE, DISPLACED])
assert [int(reason) for reason in Left] == [0, 1, 2]
(OK, CLOCK, NUMBERING, ARRIVAL, PARENT, NOT_INSIDE, NOT_WAITING, OVER_CAPACITY, HEAD_WAITED, OVERTAKEN,
 GIVES_TOO_MUCH, ENDS_WAITING, JOINS_TWICE) = (int(broken) for broken in Broken)  # fmt: skip


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
def catch_up(now: Any, weekly: Any, hourly: Any, place: int, time: int, frame: Any) -> None:
    """Add up a place's use from where its sums end to this time, hour by hour."""
    at = now[place, UPTO]
    if time <= at:
        return
    busy, capacity, waiting = now[place, BUSY], now[place, OPEN], now[place, WAITING]
    if waiting > 0:
        now[place, SPARE] = max(now[place, SPARE], capacity - busy)
    while at < time:
        edge = min((at // HOUR + 1) * HOUR, time)
        span = edge - at
        sums = weekly[place, at // WEEK - frame.first_week]
        sums[IN_USE] += busy * span
        sums[CAPACITY] += capacity * span
        sums[QUEUE] += waiting * span
        sums[OVER] += max(busy - capacity, 0) * span
        if capacity > 0:
            sums[OPEN_TIME] += span
            if busy >= capacity:
                sums[FULL] += span
        if at >= 0:
            hour = hourly[place, (at // HOUR + frame.hour_zero) % HOURS_IN_WEEK]
            hour[0] += busy * span
            hour[1] += capacity * span
            hour[2] += waiting * span
        if edge % DAY == 0 and edge < frame.until:
            # What the ward counts at midnight: as it stood just before.
            sums = weekly[place, edge // WEEK - frame.first_week]
            sums[MIDNIGHT_IN_USE] += busy
            sums[MIDNIGHT_CAPACITY] += capacity
            sums[MIDNIGHT_QUEUE] += waiting
        at = edge
    now[place, UPTO] = time


@njit(cache=True)
def cell_of(strides: Any, attributes: Any) -> int:
    """The cell of a patient among the groups by which a tally is split."""
    cell = 0
    for at in range(len(strides)):
        if strides[at] != 0:
            cell += (attributes[at] + 1) * strides[at]
    return cell


@njit(cache=True)
def see(seen: Any, counters: Any, tally: int, time: int, cell: int, value: int) -> None:
    """Write one counted thing into the buffer."""
    row = counters[SEEN]
    seen[row, 0], seen[row, 1], seen[row, 2], seen[row, 3] = tally, time // WEEK, cell, value
    counters[SEEN] = row + 1


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
def queueing(
    time: int, patient: int, code: int, place: int, value: int, plan: Any, state: Any, frame: Any
) -> int:
    """A patient joins, is granted, gives back, gives up, is turned away, interrupted, or more urgent now."""
    people, places, notes = state.people, state.places, state.notes
    slot = people.slot_of[patient] if 0 <= patient < state.counters[PATIENTS] else -1
    if slot < 0 or (people.who[slot, GONE] != 0 and code != RELEASE):
        return NOT_INSIDE
    flows = state.use.flows[place, time // WEEK - frame.first_week]
    catch_up(state.places.now, state.use.weekly, state.use.hourly, place, time, frame)
    if code in (RELEASE, INTERRUPTS):
        if code == INTERRUPTS:
            flows[INTERRUPTED] += 1
        return gives_back(state, plan, slot, place, value)
    if code == TURNS_AWAY:
        flows[TURNED_AWAY] += 1
        return OK
    note = find(state.notes, state.people.who, slot, place, WAITS)
    if code == JOIN:
        flows[JOINED] += 1
        return joins(state, slot, place, value, time) if note < 0 else JOINS_TWICE
    if note < 0:
        return NOT_WAITING
    if code == GRANT:
        flows[GRANTED] += 1
        tally = plan.offsets[4] + place
        see(state.out.seen, state.counters, tally, time, 0, time - notes[note, SINCE])
        return granted(state, slot, place, value, note)
    places.level[place, notes[note, AMOUNT]] -= 1
    places.now[place, SPARE] = -1
    if code == PRIORITY:
        places.level[place, min(value, LEVELS - 1)] += 1
        notes[note, AMOUNT] = min(value, LEVELS - 1)
        places.now[place, TICKET] += 1
        notes[note, TURN] = places.now[place, TICKET]
    else:
        flows[BY_REASON[value]] += 1
        places.now[place, WAITING] -= 1
        take_out(state.notes, state.people.who, state.counters, slot, note)
    return OK


@njit(cache=True)
def joins(state: Any, slot: int, place: int, priority: int, time: int) -> int:
    """At the tail of the priority's level."""
    places, notes = state.places, state.notes
    level = min(max(priority, 0), LEVELS - 1)
    note = put(state.notes, state.people.who, state.counters, slot, place, WAITS)
    places.now[place, TICKET] += 1
    notes[note, SINCE], notes[note, AMOUNT], notes[note, TURN] = time, level, places.now[place, TICKET]
    places.level[place, level] += 1
    places.now[place, WAITING] += 1
    places.now[place, SPARE] = -1
    return OK


@njit(cache=True)
def granted(state: Any, slot: int, place: int, amount: int, note: int) -> int:
    """The head takes its whole amount, which fits, and which was not free for a while before."""
    places, notes = state.places, state.notes
    level = notes[note, AMOUNT]
    if places.now[place, BUSY] + amount > places.now[place, OPEN]:
        return OVER_CAPACITY
    if places.now[place, SPARE] >= amount:
        return HEAD_WAITED
    for above in range(level):
        if places.level[place, above] > 0:
            return OVERTAKEN
    if notes[note, TURN] < places.served[place, level]:
        return OVERTAKEN
    places.served[place, level] = notes[note, TURN]
    places.level[place, level] -= 1
    places.now[place, WAITING] -= 1
    places.now[place, SPARE] = -1
    places.now[place, BUSY] += amount
    take_out(state.notes, state.people.who, state.counters, slot, note)
    held = find(state.notes, state.people.who, slot, place, HOLDS)
    if held < 0:
        held = put(state.notes, state.people.who, state.counters, slot, place, HOLDS)
        notes[held, AMOUNT] = 0
    notes[held, AMOUNT] += amount
    return OK


@njit(cache=True)
def gives_back(state: Any, plan: Any, slot: int, place: int, amount: int) -> int:
    """No more than is held."""
    notes = state.notes
    held = find(state.notes, state.people.who, slot, place, HOLDS)
    if held < 0 or notes[held, AMOUNT] < amount:
        return GIVES_TOO_MUCH
    notes[held, AMOUNT] -= amount
    state.places.now[place, BUSY] -= amount
    if notes[held, AMOUNT] == 0:
        take_out(state.notes, state.people.who, state.counters, slot, held)
    if state.people.who[slot, GONE] != 0:
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
