"""Arrays that the compiled fold works on: who is inside, who waits where, and the buffers it writes to."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

NEVER = -(2**62)  # no such time
LEVELS = 32  # priorities 0 to 31
HOURS_IN_WEEK = 168

# Columns of `Use.weekly`: milliseconds times units; FULL and OPEN_TIME in milliseconds; midnights in units.
IN_USE, CAPACITY, QUEUE, OVER, FULL, OPEN_TIME, MIDNIGHT_IN_USE, MIDNIGHT_CAPACITY, MIDNIGHT_QUEUE = range(9)
# Columns of `Use.flows`.
JOINED, GRANTED, GAVE_UP, ELSEWHERE, DISPLACED, TURNED_AWAY, INTERRUPTED = range(7)
# Entries of `Counters`.
FREE_SLOTS, FREE_NODES, SEEN, STAYS, NEXT_ARRIVAL, STARTED, ENDED, PATIENTS, NOW = range(9)
# Columns of `People.who`: patient number or -1; left, but a unit is still being made ready; first note or -1;
# and the stack of free slots, which has nothing to do with the other columns of its row.
NUMBER, GONE, FIRST, FREE_SLOT = range(4)
# Columns of `State.notes`: instance; WAITS or HOLDS; time of joining; priority of who waits, amount of what is held;
# ticket; next note or -1; and the stack of free notes.
AT, KIND, SINCE, AMOUNT, TURN, FOLLOWING, FREE_NOTE = range(7)
WAITS, HOLDS = 0, 1
# Columns of `Places.now`: capacity; in use; waiting; up to when sums are complete; the most that was free, for some
# time, since the queue last changed (-1 if it was never watched); last ticket given out.
OPEN, BUSY, WAITING, UPTO, SPARE, TICKET = range(6)


class People(NamedTuple):
    """Patients inside, one slot each; a slot is used again when its patient has left and holds nothing."""

    slot_of: Ints  # by patient number; -1 if not inside
    packed: Ints  # [patient number, word]: attributes on leaving, packed, for a journey that returns
    who: Ints  # [slot, 4]: NUMBER, GONE, FIRST, FREE_SLOT
    attributes: Ints  # [slot, attribute]
    since: Ints  # [slot, interval]: when it began, or NEVER
    counted: Ints  # [slot, census]: counted up to, or NEVER
    entered: Ints  # [slot, census]


class Places(NamedTuple):
    """Resource instances as they stand."""

    now: Ints  # [place, 6]: OPEN, BUSY, WAITING, UPTO, SPARE, TICKET
    level: Ints  # [place, priority]: how many wait
    served: Ints  # [place, priority]: highest ticket granted


class Use(NamedTuple):
    """Sums of resource use; week 0 of the arrays is `Frame.first_week`."""

    weekly: Ints  # [place, week, 9]
    flows: Ints  # [place, week, 7]
    hourly: Ints  # [place, hour of the week from Monday 00:00, 3]: in use, capacity, queue; from time 0 only


class Out(NamedTuple):
    """Buffers of one chunk: each counted thing, and each stay of a census."""

    seen: Ints  # [row, 4]: tally, week, cell, value
    stay: Ints  # [row, 5]: census, after, up to and including, entered, cell


class Frame(NamedTuple):
    """Where weeks and hours begin."""

    first_week: int
    hour_zero: int  # hours from Monday 00:00 to time 0
    until: int  # midnights before this only


class Chunk(NamedTuple):
    """The columns of some rows of the log, and the arrivals that start in them. All are whole numbers of 64 bits:
    the fold is compiled for one kind of number only, which halves the wait for it.
    """

    time: Ints
    patient: Ints
    code: Ints
    resource: Ints
    value: Ints
    arrival_time: Ints
    arrival_attributes: Ints  # [arrival, attribute]


class State(NamedTuple):
    """All of it."""

    people: People
    notes: Ints  # [note, 7]: what a patient waits for or holds, in short linked lists
    places: Places
    use: Use
    out: Out
    counters: Ints


def grown(array: NDArray[Any], rows: int, fill: int = 0, axis: int = 0) -> NDArray[Any]:
    """The array, or a copy with room for at least that many rows (at least twice as many as before)."""
    have = array.shape[axis]
    if rows <= have:
        return array
    shape = list(array.shape)
    shape[axis] = max(rows, 2 * have) - have
    return np.concatenate((array, np.full(shape, fill, array.dtype)), axis=axis)
