"""Queues in the compiled fold, with their laws of conservation."""

from __future__ import annotations

from typing import Any

import numpy as np

from flowsim.records.compiled import part
from flowsim.records.conservation import Broken
from flowsim.records.counting import count_wait
from flowsim.records.log import Code, Left
from flowsim.records.notes import find, give_slot, put, slot_of, take_out
from flowsim.records.state import (
    AMOUNT,
    BUSY,
    DISPLACED,
    ELSEWHERE,
    FREE_NOTES,
    GAVE_UP,
    GONE,
    GRANTED,
    HOLDS,
    INTERRUPTED,
    JOINED,
    KIND,
    LEVELS,
    OPEN,
    SINCE,
    SPARE,
    TICKET,
    TURN,
    TURNED_AWAY,
    WAITING,
    WAITS,
    WEEKLY,
)
from flowsim.records.use import catch_up

# Numba takes plain whole numbers, not members of an IntEnum.
START, MILESTONE, SET, JOIN, GRANT, RELEASE = (int(code) for code in tuple(Code)[:6])
LEAVES_QUEUE, TURNS_AWAY, INTERRUPTS, PRIORITY, CHANGES, END = (int(code) for code in tuple(Code)[6:])
BY_REASON = np.array([GAVE_UP, ELSEWHERE, DISPLACED])
assert [int(reason) for reason in Left] == [0, 1, 2]
(OK, CLOCK, NUMBERING, ARRIVAL, PARENT, NOT_INSIDE, NOT_WAITING, OVER_CAPACITY, HEAD_WAITED, OVERTAKEN,
 GIVES_TOO_MUCH, ENDS_WAITING, JOINS_TWICE) = (int(broken) for broken in Broken)  # fmt: skip
# What the compiled fold asks for before it goes on with a row.
WEEK_OVER, MORE_ROOM, MORE_ARRIVALS = -1, -2, -3


@part
def queueing(time: int, patient: int, code: int, place: int, value: int, state: Any) -> Any:
    """A patient joins, is granted, gives back, gives up, is turned away, interrupted, or more urgent now."""
    places, notes, week = state.places, state.notes, state.week
    slot = slot_of(state, patient)
    if slot < 0 or (state.who[GONE, slot] != 0 and code != RELEASE):
        return NOT_INSIDE
    if code == JOIN and state.counters[FREE_NOTES] == 0:
        return MORE_ROOM
    catch_up(places, place, time)
    if code in (RELEASE, INTERRUPTS):
        if code == INTERRUPTS:
            week[place, WEEKLY + INTERRUPTED] += 1
        return gives_back(state, slot, place, value)
    if code == TURNS_AWAY:
        week[place, WEEKLY + TURNED_AWAY] += 1
        return OK
    note = find(notes, state.who, slot, place, WAITS)
    if code == JOIN:
        week[place, WEEKLY + JOINED] += 1
        return joins(state, slot, place, value, time) if note < 0 else JOINS_TWICE
    if note < 0:
        return NOT_WAITING
    if code == GRANT:
        week[place, WEEKLY + GRANTED] += 1
        count_wait(state, place, time - notes[note, SINCE])
        return granted(state, slot, place, value, note)
    places[place, SPARE] = -1
    state.level[place, notes[note, AMOUNT]] -= 1
    if code == PRIORITY:
        stand(state, place, note, value)
    else:
        week[place, WEEKLY + BY_REASON[value]] += 1
        places[place, WAITING] -= 1
        take_out(notes, state.who, state.counters, slot, note)
    return OK


@part
def stand(state: Any, place: int, note: int, priority: int) -> None:
    """At the tail of the priority's level."""
    level = min(max(priority, 0), LEVELS - 1)
    state.places[place, TICKET] += 1
    state.notes[note, AMOUNT], state.notes[note, TURN] = level, state.places[place, TICKET]
    state.level[place, level] += 1


@part
def joins(state: Any, slot: int, place: int, priority: int, time: int) -> Any:
    """One more waits."""
    note = put(state.notes, state.who, state.counters, slot, place, WAITS)
    state.notes[note, SINCE] = time
    stand(state, place, note, priority)
    state.places[place, WAITING] += 1
    state.places[place, SPARE] = -1
    return OK


@part
def granted(state: Any, slot: int, place: int, amount: int, note: int) -> Any:
    """The head takes its whole amount, which fits, and which was not free for a while before."""
    places, notes = state.places, state.notes
    level = notes[note, AMOUNT]
    if places[place, BUSY] + amount > places[place, OPEN]:
        return OVER_CAPACITY
    if places[place, SPARE] >= amount:
        return HEAD_WAITED
    for above in range(level):
        if state.level[place, above] > 0:
            return OVERTAKEN
    if notes[note, TURN] < state.served[place, level]:
        return OVERTAKEN
    state.served[place, level] = notes[note, TURN]
    state.level[place, level] -= 1
    places[place, WAITING] -= 1
    places[place, SPARE] = -1
    places[place, BUSY] += amount
    held = find(notes, state.who, slot, place, HOLDS)
    if held >= 0:
        notes[held, AMOUNT] += amount
        take_out(notes, state.who, state.counters, slot, note)
    else:
        notes[note, KIND], notes[note, AMOUNT] = HOLDS, amount
    return OK


@part
def gives_back(state: Any, slot: int, place: int, amount: int) -> Any:
    """No more than is held."""
    notes = state.notes
    held = find(notes, state.who, slot, place, HOLDS)
    if held < 0 or notes[held, AMOUNT] < amount:
        return GIVES_TOO_MUCH
    notes[held, AMOUNT] -= amount
    state.places[place, BUSY] -= amount
    if notes[held, AMOUNT] == 0:
        take_out(notes, state.who, state.counters, slot, held)
    if state.who[GONE, slot] != 0:
        give_slot(state, slot)
    return OK
