"""Arrays that the compiled fold works on: who is inside, who waits where, and the sums of the running week."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flowsim.records.bins import BINS

Ints = NDArray[np.int64]

NEVER = -(2**62)  # no such time
LEVELS = 32  # priorities 0 to 31
HOURS_IN_WEEK = 168

# Columns of the tallies' weekly sums: milliseconds times units; FULL and OPEN_TIME in milliseconds; midnights in units.
IN_USE, CAPACITY, QUEUE, OVER, FULL, OPEN_TIME, MIDNIGHT_IN_USE, MIDNIGHT_CAPACITY, MIDNIGHT_QUEUE = range(9)
TIMED, WEEKLY = 6, 9  # how many of them are sums over time; how many there are
# Columns of the tallies' flows, which stand behind the weekly sums in `State.week`.
JOINED, GRANTED, GAVE_UP, ELSEWHERE, DISPLACED, TURNED_AWAY, INTERRUPTED = range(7)
FLOWS = 7
WAITED = WEEKLY + FLOWS  # and behind them, ms waited by those who were granted
# Entries of `State.counters`. EDGE is where the running hour ends, WEEK_NUMBER the week it lies in, FIRST_HOUR the
# hours from Monday 00:00 to time 0; a table is CROWDED when one of them needs more room.
(
    FREE_SLOTS,
    FREE_NOTES,
    NEXT_ARRIVAL,
    STARTED,
    ENDED,
    PATIENTS,
    NOW,
    EDGE,
    WEEK_NUMBER,
    FIRST_HOUR,
    CROWDED,
) = range(11)
# Keys in each table. These are numpy's numbers, as are WAITS and HOLDS: of a function that is given one of Python's as
# it stands, numba makes a version for each.
IN_SUMS, IN_OVER, IN_BINS, IN_NIGHTS = np.arange(11, 15)
COUNTERS = 15
# Rows of `State.who`: patient number or -1; left, but a unit is still being made ready; first note or -1;
# attributes that a journey which returned has not been given yet; and the stack of free slots, which has nothing to
# do with the other rows.
NUMBER, GONE, FIRST, UNTOLD, FREE_SLOT = range(5)
# Columns of `State.notes`: instance; WAITS or HOLDS; time of joining; priority of who waits, amount of what is held;
# ticket; next note or -1; and the stack of free notes.
AT, KIND, SINCE, AMOUNT, TURN, FOLLOWING, FREE_NOTE = range(7)
WAITS, HOLDS = np.arange(2)
# Columns of `State.places`: capacity; in use; waiting; up to when sums are complete; the most that was free, for some
# time, since the queue last changed (-1 if it was never watched); last ticket given out; sums of the running hour.
OPEN, BUSY, WAITING, UPTO, SPARE, TICKET, HOUR_SUMS = range(7)
KEY = 0  # column of the tables: key + 1, or 0 in an empty row


class State(NamedTuple):
    """All of it. A patient inside has a slot, used again when the patient has left and holds nothing."""

    slot_of: NDArray[np.int32]  # [patient number]: the slot, or -1 if not inside
    who: NDArray[
        np.int32
    ]  # [5, slot]: NUMBER, GONE, FIRST, UNTOLD, FREE_SLOT; small, so that it stays in the cache
    attributes: NDArray[np.int16]  # [slot, attribute]
    since: Ints  # [slot, interval]: when it began, or NEVER
    counted: Ints  # [slot, census]: midnights are counted up to here, or NEVER
    entered: Ints  # [slot, census]
    notes: Ints  # [note, 7]: what a patient waits for or holds, in short linked lists
    places: Ints  # [resource instance, 12]: as it stands, and sums of the running hour
    level: Ints  # [resource instance, priority]: how many wait
    served: Ints  # [resource instance, priority]: highest ticket granted
    week: Ints  # [resource instance, 17]: weekly sums, flows and WAITED of the running week
    waits: NDArray[np.int32]  # [resource instance, bin]: waits that ended in the running week
    hourly: Ints  # [resource instance, hour of the week from Monday 00:00, 3]: in use, capacity, queue; from time 0
    sums: Ints  # [row, 3]: tables of counted things; see `tables.py`
    over: Ints  # [row, 3]
    bins: Ints  # [row, 2]
    nights: Ints  # [row, 2]
    counters: Ints


def empty_state(attributes: int, intervals: int, censuses: int, places: int) -> State:
    """Nobody inside, nothing open, no room for anybody."""

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, np.int64)

    return State(
        np.zeros(0, np.int32), np.zeros((5, 0), np.int32), np.zeros((0, attributes), np.int16), zeros(0, intervals),
        zeros(0, censuses), zeros(0, censuses), zeros(0, 7), zeros(places, HOUR_SUMS + TIMED),
        zeros(places, LEVELS), zeros(places, LEVELS), zeros(places, WAITED + 1), np.zeros((places, BINS), np.int32),
        zeros(places, HOURS_IN_WEEK, 3), zeros(0, 3), zeros(0, 3), zeros(0, 2), zeros(0, 2), zeros(COUNTERS),
    )  # fmt: skip


def with_room(state: State, patients: int, inside: int, notes: int) -> State:
    """The same with room for at least that many patients ever, patients inside, and notes."""
    slots, had = state.who.shape[1], len(state.notes)
    state = state._replace(
        slot_of=grown(state.slot_of, patients, -1),
        who=np.ascontiguousarray(grown(state.who.T, inside, -1).T),
        notes=grown(state.notes, notes),
        **{
            name: grown(getattr(state, name), inside)
            for name in ("attributes", "since", "counted", "entered")
        },
    )
    _put_on_stack(state.who[FREE_SLOT], state.counters, FREE_SLOTS, slots)
    _put_on_stack(state.notes[:, FREE_NOTE], state.counters, FREE_NOTES, had)
    return state


def grown(array: NDArray[Any], rows: int, fill: int = 0) -> NDArray[Any]:
    """The array, or a copy with room for at least that many rows (at least twice as many as before)."""
    have = len(array)
    if rows <= have:
        return array
    more = np.full((max(rows, 2 * have) - have, *array.shape[1:]), fill, array.dtype)
    return np.concatenate((array, more))


def _put_on_stack(stack: NDArray[Any], counters: Ints, height: int, had: int) -> None:
    """Put the places that are new since there were `had` onto the stack of free ones, lowest on top."""
    more = len(stack) - had
    stack[counters[height] : counters[height] + more] = np.arange(len(stack) - 1, had - 1, -1)
    counters[height] += more
