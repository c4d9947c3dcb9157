"""Queues in the compiled fold, with their laws of conservation."""

from __future__ import annotations

from typing import Any

from flowsim.records.compiled import part
from flowsim.records.conservation import Broken
from flowsim.records.counting import count_wait
from flowsim.records.log import Code, Left
from flowsim.records.notes import find, give_slot, put, take_out
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
    LEVEL,
    LEVELS,
    OPEN,
    PLACE_WIDTH,
    PLACES,
    SERVED,
    SINCE,
    SPARE,
    TICKET,
    TURN,
    TURNED_AWAY,
    WAITING,
    WAITS,
    WEEK_SUMS,
    WEEK_WIDTH,
    WEEKLY,
)
from flowsim.records.use import catch_up

# Numba takes plain whole numbers, not members of an IntEnum.
START, MILESTONE, SET, JOIN, GRANT, RELEASE = (int(code) for code in tuple(Code)[:6])
LEAVES_QUEUE, TURNS_AWAY, INTERRUPTS, PRIORITY, CHANGES, END = (int(code) for code in tuple(Code)[6:])
assert [GAVE_UP + int(reason) for reason in Left] == [GAVE_UP, ELSEWHERE, DISPLACED]
(OK, CLOCK, NUMBERING, ARRIVAL, PARENT, NOT_INSIDE, NOT_WAITING, OVER_CAPACITY, HEAD_WAITED, OVERTAKEN,
 GIVES_TOO_MUCH, ENDS_WAITING, JOINS_TWICE) = (int(broken) for broken in Broken)  # fmt: skip
# What the compiled fold asks for before it goes on with a row.
WEEK_OVER, MORE_ROOM, MORE_ARRIVALS = -1, -2, -3


@part
def queueing(time: int, who: int, code: int, place: int, value: int, plan: Any, run: Any) -> Any:
    """A patient joins, is granted, gives back, gives up, is turned away, interrupted, or more urgent now."""
    if code == JOIN and run[FREE_NOTES] == 0:
        return MORE_ROOM
    at, flows = run[PLACES] + place * PLACE_WIDTH, run[WEEK_SUMS] + place * WEEK_WIDTH + WEEKLY
    catch_up(run, at, time)
    if code in (RELEASE, INTERRUPTS):
        run[flows + INTERRUPTED] += code == INTERRUPTS
        return gives_back(run, who, place, at, value)
    if code == TURNS_AWAY:
        run[flows + TURNED_AWAY] += 1
        return OK
    note = find(run, who, place, WAITS)
    if code == JOIN:
        run[flows + JOINED] += 1
        if note >= 0:
            return JOINS_TWICE
        note = put(run, who, place, WAITS)
        run[note + SINCE] = time
        run[at + WAITING] += 1
    elif note < 0:
        return NOT_WAITING
    elif code == GRANT:
        run[flows + GRANTED] += 1
        count_wait(plan, run, place, time - run[note + SINCE])
        return granted(run, who, place, at, value, note)
    else:
        run[run[LEVEL] + place * LEVELS + run[note + AMOUNT]] -= 1
    run[at + SPARE] = -1
    if code == LEAVES_QUEUE:
        run[flows + GAVE_UP + value] += 1
        run[at + WAITING] -= 1
        take_out(run, who, note)
    else:  # at the tail of the priority's level
        level = min(max(value, 0), LEVELS - 1)
        run[at + TICKET] += 1
        run[note + AMOUNT], run[note + TURN] = level, run[at + TICKET]
        run[run[LEVEL] + place * LEVELS + level] += 1
    return OK


@part
def granted(run: Any, who: int, place: int, at: int, amount: int, note: int) -> Any:
    """The head takes its whole amount, which fits, and which was not free for a while before."""
    level, waiting = run[note + AMOUNT], run[LEVEL] + place * LEVELS
    served = run[SERVED] + place * LEVELS + level
    if run[at + BUSY] + amount > run[at + OPEN]:
        return OVER_CAPACITY
    if run[at + SPARE] >= amount:
        return HEAD_WAITED
    for above in range(waiting, waiting + level):
        if run[above] > 0:
            return OVERTAKEN
    if run[note + TURN] < run[served]:
        return OVERTAKEN
    run[served] = run[note + TURN]
    run[waiting + level] -= 1
    run[at + WAITING] -= 1
    run[at + SPARE] = -1
    run[at + BUSY] += amount
    held = find(run, who, place, HOLDS)
    if held >= 0:
        run[held + AMOUNT] += amount
        take_out(run, who, note)
    else:
        run[note + KIND], run[note + AMOUNT] = HOLDS, amount
    return OK


@part
def gives_back(run: Any, who: int, place: int, at: int, amount: int) -> Any:
    """No more than is held."""
    held = find(run, who, place, HOLDS)
    if held < 0 or run[held + AMOUNT] < amount:
        return GIVES_TOO_MUCH
    run[held + AMOUNT] -= amount
    run[at + BUSY] -= amount
    if run[held + AMOUNT] == 0:
        take_out(run, who, held)
    if run[who + GONE] != 0:
        give_slot(run, who)
    return OK
