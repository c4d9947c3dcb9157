"""Tables that the compiled fold adds to: open addressing, whole numbers, emptied at the end of each week.

One row a key: key + 1, then how often and the sum, or one of them; a row of zeros is empty. A table is never more
than two thirds full when a row of the log begins, and large enough that no row of the log fills the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.compiled import called, part, whole
from flowsim.records.sparse import Sparse
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
    MOST_PENDING,
    NEXT_PENDING,
    PENDING,
    PENDING_WIDTH,
    TABLE,
)
from flowsim.sampling.block import Block, prefetch

Ints = NDArray[np.int64]


@part
def home_of(run: Any, table: int, key: int) -> Any:
    """Where the row of a key is looked for first.

    Four keys in a row stay together, for the processor's cache. Products stay below 2**63.
    """
    low, high = (key >> 2 & 0x7FFFFFFF) * 0x5851F42D, (key >> 33) * 0x2545F491
    row = ((low ^ high) >> 16 & -4 | key & 3) & run[LAST_ROWS + table]
    return run[COUNTED_THINGS + table] + row * (3 if table <= IN_OVER else 2)


@part
def row_of(run: Any, table: int, key: int, home: int) -> Any:
    """Where the row of a key stands, or the empty row that waits for it."""
    begin, width, row = run[COUNTED_THINGS + table], 3 if table <= IN_OVER else 2, home
    end = begin + (run[LAST_ROWS + table] + 1) * width
    while run[row] != 0 and run[row] != key + 1:
        row += width
        if row == end:
            row = begin
    return row


@whole
def add(run: Any, table: int, key: int, amount: int) -> None:
    """Add an amount to the last column, and one to a column between."""
    put_off(run, home_of(run, table, key), table, key, amount)


@part
def put_off(run: Any, home: int, table: int, key: int, amount: int) -> None:
    """The sum is pending until its row has come into the processor's cache: that takes longer than all the rest."""
    at = run[PENDING] + run[NEXT_PENDING]
    if run[at + HOME] != 0:
        add_now(run, run[at + TABLE], run[at + KEY_OF], run[at + AMOUNT_OF], run[at + HOME])
    prefetch(run, home)
    run[at + HOME], run[at + TABLE], run[at + KEY_OF], run[at + AMOUNT_OF] = home, table, key, amount
    run[NEXT_PENDING] = (run[NEXT_PENDING] + PENDING_WIDTH) % (MOST_PENDING * PENDING_WIDTH)


@part
def add_pending(run: Any) -> None:
    """Add all that is pending."""
    for entry in range(MOST_PENDING):
        at = run[PENDING] + entry * PENDING_WIDTH
        if run[at + HOME] != 0:
            add_now(run, run[at + TABLE], run[at + KEY_OF], run[at + AMOUNT_OF], run[at + HOME])
            run[at + HOME] = 0


@part
def add_now(run: Any, table: int, key: int, amount: int, home: int) -> None:
    """Add an amount to the row of a key."""
    if table < 0:
        run[home] += amount
        return
    row = row_of(run, table, key, home)
    if run[row + KEY] == 0:
        run[row + KEY] = key + 1
        run[KEYS + table] += 1
        if 3 * run[KEYS + table] > 2 * (run[LAST_ROWS + table] + 1):
            run[CROWDED] = 1
    if table <= IN_OVER:
        run[row + 1] += 1
        run[row + 2] += amount
    else:
        run[row + 1] += amount


@called
def read_out(run: Any, table: int, found: Any, rows: int) -> None:
    """Put behind some keys what their rows hold."""
    width = 3 if table <= IN_OVER else 2
    for at in range(rows):
        key = found[at * width]
        row = row_of(run, table, key, home_of(run, table, key))
        for column in range(1, width):
            found[at * width + column] = run[row + column]


@called
def merge(first: Any, many: int, second: Any, others: int, width: int, found: Any) -> int:
    """Two parts with sorted keys in one; those that share a key are added up. How many rows there are then."""
    a = b = row = 0
    many, others = many * width, others * width
    while a < many or b < others:
        take_first = b == others or (a < many and first[a] <= second[b])
        take_second = a == many or (b < others and second[b] <= first[a])
        found[row] = first[a] if take_first else second[b]
        for column in range(1, width):
            of_first = first[a + column] if take_first else 0
            found[row + column] = of_first + (second[b + column] if take_second else 0)
        a, b, row = a + width * take_first, b + width * take_second, row + width
    return row // width


@dataclass
class Gathering:
    """What a table was emptied of: parts with sorted keys, each at least twice as long as the next."""

    parts: list[Ints] = field(default_factory=list)

    def take(self, run: Block, number: int, table: Ints) -> None:
        """Empty a table of the run."""
        keys = table[:, KEY]
        keys = np.sort(keys[keys != 0] - 1)
        rows = np.empty((len(keys), table.shape[1]), np.int64)
        rows[:, KEY] = keys
        read_out(run, number, Block(rows), len(rows))
        table[:] = 0
        self.add(rows)

    def add(self, rows: Ints) -> None:
        """One more part: rows of keys and sums, sorted by key."""
        self.parts.append(rows)
        while len(self.parts) > 1 and len(self.parts[-2]) < 2 * len(self.parts[-1]):
            self._merge_last()

    def finish(self) -> Sparse:
        """All that was taken, added up."""
        while len(self.parts) > 1:
            self._merge_last()
        whole = self.parts[0]
        return Sparse(whole[:, 0].copy(), whole[:, 1:].copy())

    def _merge_last(self) -> None:
        second, first = self.parts.pop(), self.parts.pop()
        found = np.empty((len(first) + len(second), first.shape[1]), np.int64)
        parts = Block(first), len(first), Block(second), len(second), first.shape[1], Block(found)
        self.parts.append(found[: merge(*parts)])
