"""Resources in the compiled fold: sums of use, and queues with their laws of conservation.

Plain functions over arrays. They run uncompiled with NUMBA_DISABLE_JIT=1 and give the same numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from flowsim.records.conservation import Broken
from flowsim.records.log import Code, Left
from flowsim.records.notes import find, give_slot, put, take_out
from flowsim.records.state import (
    AMOUNT,
    BUSY,
    CAPACITY,
    DISPLACED,
    ELSEWHERE,
    FULL,
    GAVE_UP,
    GONE,
    GRANTED,
    HOLDS,
    HOURS_IN_WEEK,
    IN_USE,
    INTERRUPTED,
    JOINED,
    LEVELS,
    MIDNIGHT_CAPACITY,
    MIDNIGHT_IN_USE,
    MIDNIGHT_QUEUE,
    OPEN,
    OPEN_TIME,
    OVER,
    PATIENTS,
    QUEUE,
    SEEN,
    SINCE,
    SPARE,
    TICKET,
    TURN,
    TURNED_AWAY,
    UPTO,
    WAITING,
    WAITS,
)

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
