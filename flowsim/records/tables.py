"""Tables that the compiled fold adds to: open addressing, whole numbers. Their counts are put on a sheet at each week's end.

One row a key: key + 1, then a word that holds the number of the thing (in order of first count) and how often it was
counted this week, and in some tables a total; a row of zeros is empty. A table is never more than two thirds full when a
row of the log begins, and large enough that no row of the log fills the rest.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.compiled import called, part, whole
from flowsim.records.sparse import NOTHING, Sheet, Sparse
from flowsim.records.state import (
    AMOUNT_OF,
    COUNTED_THINGS,
    CROWDED,
    HOME,
    IN_OVER,
    KEY,
    KEY_OF,
    KEYS,
    LAST_ROWS,
    LATE,
    LATE_ROWS,
    LATE_WIDTH,
    MOST_PENDING,
    NEXT_PENDING,
    PENDING,
    PENDING_WIDTH,
    TABLE,
    TOTAL,
    WEEK_NUMBER,
    WEEK_OF,
    WORD,
    State,
)
from flowsim.sampling.block import Block, prefetch

Ints = NDArray[np.int64]

KEPT_OPEN = 54
"""A run of so many weeks is not packed: a year is measured again and again. Of a longer one all but the last week is."""


@part
def home_of(run: Any, table: int, key: int) -> Any:
    """Where the row of a key is looked for first.

    Four keys in a row stay together, for the processor's cache. Products stay below 2**63.
    """
    low, high = (key >> 2 & 0x7FFFFFFF) * 0x5851F42D, (key >> 33) * 0x2545F491
    row = ((low ^ high) >> 16 & -4 | key & 3) & run[LAST_ROWS + table]
    return run[COUNTED_THINGS + table] + row * (4 if table <= IN_OVER else 2)


@part
def row_of(run: Any, table: int, key: int, home: int) -> Any:
    """Where the row of a key stands, or the empty row that waits for it."""
    begin, width, row = run[COUNTED_THINGS + table], 4 if table <= IN_OVER else 2, home
    end = begin + (run[LAST_ROWS + table] + 1) * width
    while run[row] != 0 and run[row] != key + 1:
        row += width
        if row == end:
            row = begin
    return row


@part
def own_row(run: Any, table: int, key: int, home: int) -> Any:
    """Where the row of a key stands, which is begun if there is none."""
    row = row_of(run, table, key, home)
    if run[row + KEY] == 0:
        run[row + KEY], run[row + WORD] = key + 1, run[KEYS + table] << 32
        run[KEYS + table] += 1
        if 3 * run[KEYS + table] > 2 * (run[LAST_ROWS + table] + 1):
            run[CROWDED] = 1
    return row


@whole
def add(run: Any, table: int, key: int, amount: int, week: int) -> None:
    """Count a thing once, and add to its total; in a table without totals, count it as often as the amount says.

    It is pending until the row of the table has come into the processor's cache: that takes longer than all the rest.
    """
    at = run[PENDING] + run[NEXT_PENDING]
    if run[at + HOME] != 0:
        add_now(run, at)
    home = home_of(run, table, key)
    prefetch(run, home)
    run[at + HOME], run[at + TABLE], run[at + KEY_OF] = home, table, key
    run[at + AMOUNT_OF], run[at + WEEK_OF] = amount, week
    run[NEXT_PENDING] = (run[NEXT_PENDING] + PENDING_WIDTH) % (MOST_PENDING * PENDING_WIDTH)


@part
def add_now(run: Any, pending: int) -> None:
    """Add what is pending there."""
    table, amount, week = run[pending + TABLE], run[pending + AMOUNT_OF], run[pending + WEEK_OF]
    row = own_row(run, table, run[pending + KEY_OF], run[pending + HOME])
    if week != run[WEEK_NUMBER]:
        at = run[LATE] + run[LATE_ROWS] * LATE_WIDTH
        run[at], run[at + 1], run[at + 2], run[at + 3] = table, run[row + WORD] >> 32, amount, week
        run[LATE_ROWS] += 1
        if run[LATE_ROWS] * LATE_WIDTH * 3 > (run[COUNTED_THINGS] - run[LATE]) * 2:
            run[CROWDED] = 1
    elif table <= IN_OVER:
        run[row + WORD] += 1
        run[row + TOTAL] += amount
    else:
        run[row + WORD] += amount


@part
def add_pending(run: Any) -> None:
    """Add all that is pending."""
    for entry in range(MOST_PENDING):
        at = run[PENDING] + entry * PENDING_WIDTH
        if run[at + HOME] != 0:
            add_now(run, at)
            run[at + HOME] = 0


@part
def add_many(run: Any, table: int, key: int, often: int, total: int) -> None:
    """Count a thing so often at once, in a table with totals."""
    row = own_row(run, table, key, home_of(run, table, key))
    run[row + WORD] += often
    run[row + TOTAL] += total


@called
def put_back(run: Any, table: int, kept: Any, rows: int) -> None:
    """Put rows into a table that is larger now, and empty."""
    width = 4 if table <= IN_OVER else 2
    for at in range(0, rows * width, width):
        row = row_of(run, table, kept[at] - 1, home_of(run, table, kept[at] - 1))
        for column in range(width):
            run[row + column] = kept[at + column]


@called
def take_counts(run: Any, table: int, words: Any, totals: Any) -> Any:
    """Write what was counted in the week to a sheet, and begin anew; returns how many rows it has."""
    width, found = 4 if table <= IN_OVER else 2, 0
    row = run[COUNTED_THINGS + table]
    for _ in range(run[LAST_ROWS + table] + 1):
        word = run[row + WORD]
        if word & 0xFFFFFFFF != 0:
            words[found] = word
            run[row + WORD] = word >> 32 << 32
            if width > 2:
                totals[found], run[row + TOTAL] = run[row + TOTAL], 0
            found += 1
        row += width
    return found


class Ledger:
    """What one of the tables counted, a sheet a week."""

    def __init__(self, number: int) -> None:
        self.number, self.columns = number, 2 if number <= IN_OVER else 1
        self.sheets: list[Sheet] = []
        self.closed = 0  # so many of them are packed

    def take(self, state: State, week: int) -> None:
        """The week is over."""
        most = int(state.counters[KEYS + self.number])
        words, totals = np.empty(most, np.int64), np.empty(most if self.columns > 1 else 0, np.int64)
        rows = take_counts(state.block, self.number, Block(words), Block(totals))
        self.sheets.append(Sheet(week, words[:rows].copy(), totals[:rows].copy()))
        while len(self.sheets) > KEPT_OPEN and self.closed < len(self.sheets) - 1:
            self.sheets[self.closed] = self.sheets[self.closed].pack()
            self.closed += 1

    def take_late(self, late: Ints) -> None:
        """Rows of earlier weeks: table, thing, amount, week."""
        mine = late[late[:, 0] == self.number]
        for week in np.unique(mine[:, 3]):
            _, thing, amount, _ = np.ascontiguousarray(mine[mine[:, 3] == week].T)
            words, totals = (
                ((thing << 32) + 1, amount) if self.columns > 1 else ((thing << 32) + amount, NOTHING)
            )
            self.sheets.append(Sheet(int(week), words, totals))

    def finish(self, table: Ints, span: int) -> Sparse:
        """The run is over."""
        rows = table[table[:, KEY] != 0]
        things = np.empty(len(rows), np.int64)
        things[rows[:, WORD] >> 32] = rows[:, KEY] - 1
        return Sparse(span, self.columns, things, tuple(self.sheets))
