"""What the compiled fold works on: who is inside, who waits where, and the sums of the running week.

All of it stands in one long array of whole numbers, table after table, and the head of the array says where each
begins: so the functions of the fold hand on one address and not a dozen arrays.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.sampling.block import Block

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
WEEK_WIDTH = WAITED + 1

# The head. First single numbers, `State.counters`: EDGE is where the running hour ends, WEEK_NUMBER the week it lies
# in, FIRST_HOUR the hours from Monday 00:00 to time 0; a table is CROWDED when one of them needs more room;
# END_OF_RUN is NEVER until it is known.
(FREE_SLOTS, FREE_NOTES, NEXT_ARRIVAL, STARTED, ENDED, PATIENTS, NOW, EDGE, WEEK_NUMBER, FIRST_HOUR, CROWDED,
 END_OF_RUN) = range(12)  # fmt: skip
KEYS = 12  # in each of four tables of counted things
# Arrivals at hand; room for patients inside; the last row of `newest`; how many places, intervals and censuses there are;
# how many words the attributes take, and a patient; where a patient's intervals and stays stand; which of the pending
# sums is the oldest; how many rows of `late` are full.
(ARRIVALS, SLOTS, LAST_NEWEST, INSTANCES, INTERVALS, CENSUSES, WORDS, WIDTH, SINCE_FROM, COUNTED_FROM,
 ENTERED_FROM, ATTRIBUTES, NEXT_PENDING, LATE_ROWS) = range(16, 30)  # fmt: skip
# Then where each table begins, and the last row of each table of counted things.
(NEWEST, WHO, FREE_SLOT, NOTES, FREE_NOTE, PLACES, LEVEL, SERVED, WEEK_SUMS, HOURLY, PENDING,
 LATE) = range(32, 44)  # fmt: skip
COUNTED_THINGS, LAST_ROWS = 44, 48
HEAD = 64

# Numbers of the tables of counted things. These are numpy's numbers, as are WAITS and HOLDS: of a function that is
# given one of Python's as it stands, numba makes a version for each.
IN_SUMS, IN_OVER, IN_BINS, IN_NIGHTS = np.arange(4)
TABLES = ("sums", "over", "bins", "nights")
TABLE_WIDTHS = (4, 4, 2, 2)
# A patient: number or -1; left, but a unit is still being made ready; first note or -1; attributes that a journey which
# returned has not been given yet; the cell among the groups by which most is split, or -1 when it has to be found
# anew; the slot of the next older patient in the same row of `newest`, or -1. Then attributes, four in a word, each one
# more than its value (0 is not told); then when each interval began, up to when each stay's midnights are counted, and
# when it began; NEVER if it is not open.
NUMBER, GONE, FIRST, UNTOLD, USUAL_CELL, OLDER, ATTRIBUTES_FROM = range(7)
# A note: instance; WAITS or HOLDS; time of joining; priority of who waits, amount of what is held; ticket; next note or
# -1.
AT, KIND, SINCE, AMOUNT, TURN, FOLLOWING = range(6)
NOTE_WIDTH = 8  # the rest of a line of the cache is empty
WAITS, HOLDS = np.arange(2)
# A sum that is pending: where its key's row is looked for first (0: nothing is pending here), table, key, amount, week. One
# that is late, since it is of an earlier week: table, thing, amount, week.
HOME, TABLE, KEY_OF, AMOUNT_OF, WEEK_OF = range(5)
PENDING_WIDTH = 8
MOST_PENDING = 16
LATE_WIDTH = 4
LINE = 8  # words that the processor's cache holds together
# A place: capacity; in use; waiting; up to when sums are complete; the most that was free, for some time, since the
# queue last changed (-1 if it was never watched); last ticket given out; sums of the running hour.
OPEN, BUSY, WAITING, UPTO, SPARE, TICKET, HOUR_SUMS = range(7)
PLACE_WIDTH = HOUR_SUMS + TIMED
FEWEST = 128  # rows of a table that has any
KEY, WORD, TOTAL = range(3)  # columns of the tables; key + 1, or 0 in an empty row


class State:
    """All of it. A patient inside has a slot, used again when the patient has left and holds nothing.

    Each table is an attribute, a view of its part of the array: `newest` [remainder of the patient's number] the slot
    of the newest patient inside with this remainder, or -1; `who` [slot, ...]; `free_slot` and `free_note`, stacks;
    `notes` [note, 8], in short linked lists; `places` [instance, 13]; `level` [instance, priority] how many wait;
    `served` [instance, priority] the highest ticket granted; `week` [instance, 17] weekly sums, flows and WAITED of the
    running week; `hourly` [instance, hour of the week from Monday 00:00, 3] use, capacity and queue from time 0;
    `pending` and `late`; and the tables of counted things, see `tables.py`.
    """

    newest: Ints
    who: Ints
    free_slot: Ints
    notes: Ints
    free_note: Ints
    places: Ints
    level: Ints
    served: Ints
    week: Ints
    hourly: Ints
    pending: Ints
    late: Ints
    sums: Ints
    over: Ints
    bins: Ints
    nights: Ints

    def __init__(self, attributes: int, intervals: int, censuses: int, places: int, table_rows: int) -> None:
        """Nobody inside, nothing open, no room for anybody."""
        words = -(-attributes // 4)
        since = ATTRIBUTES_FROM + words
        width = -(-(since + intervals + 2 * censuses) // LINE) * LINE
        shapes: dict[str, tuple[int, ...]] = {
            "newest": (1,), "who": (0, width), "free_slot": (0,), "notes": (0, NOTE_WIDTH), "free_note": (0,),
            "places": (places, PLACE_WIDTH), "level": (places, LEVELS), "served": (places, LEVELS),
            "week": (places, WEEK_WIDTH), "hourly": (places, HOURS_IN_WEEK, 3),
            "pending": (MOST_PENDING, PENDING_WIDTH), "late": (table_rows, LATE_WIDTH),
            **{name: (table_rows, columns) for name, columns in zip(TABLES, TABLE_WIDTHS, strict=True)},
        }  # fmt: skip
        self.counters = np.zeros(HEAD, np.int64)
        self.counters[END_OF_RUN] = NEVER
        self._lay_out(shapes)
        self.newest[:] = -1
        self.counters[[INSTANCES, INTERVALS, CENSUSES]] = places, intervals, censuses
        self.counters[[ATTRIBUTES, WORDS, WIDTH]] = attributes, words, width
        self.counters[[SINCE_FROM, COUNTED_FROM, ENTERED_FROM]] = since + np.array(
            [0, intervals, intervals + censuses]
        )

    def since(self) -> Ints:
        """When each interval of each slot began."""
        return self.who[:, self.counters[SINCE_FROM] : self.counters[COUNTED_FROM]]

    def counted(self) -> Ints:
        """Up to when midnights of each stay of each slot are counted."""
        return self.who[:, self.counters[COUNTED_FROM] : self.counters[ENTERED_FROM]]

    def entered(self) -> Ints:
        """When each stay of each slot began."""
        begun = self.counters[ENTERED_FROM]
        return self.who[:, begun : begun + self.counters[CENSUSES]]

    def make_room(self, inside: int, notes: int) -> None:
        """See to room for at least that many patients inside, and notes."""
        slots, had = len(self.who), len(self.notes)
        wanted = {"who": (2 * slots, inside), "notes": (2 * had, notes)}
        more = {name: max(rows, ample, FEWEST) for name, (ample, rows) in wanted.items()
                if rows > len(self._parts[name])}  # fmt: skip
        if not more:
            return
        for stack, of in (("free_slot", "who"), ("free_note", "notes")):
            if of in more:
                more[stack] = more[of]
        if "who" in more:
            more["newest"] = 1 << (2 * more["who"] - 1).bit_length()
        self.resize(more)
        self.who[slots:, NUMBER] = -1
        self.note_who_is_inside()
        _put_on_stack(self.free_slot, self.counters, FREE_SLOTS, slots)
        _put_on_stack(self.free_note, self.counters, FREE_NOTES, had)

    def note_who_is_inside(self) -> None:
        """Make `newest` and OLDER anew from the patients' numbers."""
        slot = np.flatnonzero(self.who[:, NUMBER] >= 0)
        number = self.who[slot, NUMBER]
        remainder = number & (len(self.newest) - 1)
        order = np.lexsort((number, remainder))
        slot, remainder = slot[order], remainder[order]
        self.who[slot[1:], OLDER] = slot[:-1]
        self.who[slot[np.flatnonzero(np.diff(remainder, prepend=-1))], OLDER] = -1
        self.newest[:] = -1
        self.newest[remainder] = slot  # of several with one remainder the last stays, which is the newest

    def resize(self, rows: dict[str, int]) -> None:
        """Lay everything out anew with so many rows in some tables; what stands in them stays."""
        self._lay_out({
            name: (rows.get(name, len(part)), *part.shape[1:]) for name, part in self._parts.items()
        })  # fmt: skip

    def _lay_out(self, shapes: dict[str, tuple[int, ...]]) -> None:
        old: dict[str, Ints] = getattr(self, "_parts", {})
        sizes = {name: -(-math.prod(shape) // LINE) * LINE for name, shape in shapes.items()}
        length = HEAD + sum(sizes.values())
        whole = np.zeros(length + LINE, np.int64)
        begin = -whole.__array_interface__["data"][0] // 8 % LINE  # every table begins a line of the cache
        whole = whole[begin : begin + length]
        whole[:HEAD] = self.counters
        self.counters, self._parts = whole[:HEAD], {}
        at = HEAD
        for number, (name, shape) in enumerate(shapes.items()):
            part = self._parts[name] = whole[at : at + math.prod(shape)].reshape(shape)
            setattr(self, name, part)
            if name in old:
                part[: len(old[name])] = old[name]
            whole[NEWEST + number] = at
            at += sizes[name]
        whole[LAST_ROWS : LAST_ROWS + len(TABLES)] = [len(self._parts[name]) - 1 for name in TABLES]
        whole[[SLOTS, LAST_NEWEST]] = len(self.who), len(self.newest) - 1
        self.block = Block(whole)


def packed(attributes: Any, words: int) -> Ints:
    """Rows of attribute values, four in a word, each plus one."""
    rows = np.zeros((len(attributes), 4 * words), np.uint16)
    np.add(attributes, 1, out=rows[:, : attributes.shape[1]], casting="unsafe")
    return rows.view(np.int64).reshape(len(attributes), words)


def _put_on_stack(stack: Ints, counters: Ints, height: int, had: int) -> None:
    """Put the places that are new since there were `had` onto the stack of free ones, lowest on top."""
    more = len(stack) - had
    stack[counters[height] : counters[height] + more] = np.arange(len(stack) - 1, had - 1, -1)
    counters[height] += more
