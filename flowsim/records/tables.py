"""Tables that the compiled fold adds to: open addressing, whole numbers, emptied at the end of each week.

One row a key: (key + 1, how often, sum); a row of zeros is empty. A table is never more than half full when a row of
the log begins, and large enough that no row of the log fills the other half.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.compiled import called, part
from flowsim.records.sparse import Sparse
from flowsim.records.state import AMOUNTS, COUNT, CROWDED, KEY

Ints = NDArray[np.int64]

# Which columns of a part become the values of a Sparse.
COUNT_AND_SUM, JUST_COUNT, JUST_SUM = slice(1, 3), slice(1, 2), slice(2, 3)


@part
def row_of(table: Any, key: int) -> int:
    """The row of a key, or the empty row that waits for it.

    Four keys in a row stay together, for the processor's cache. Products stay below 2**63.
    """
    low, high = (key >> 2 & 0x7FFFFFFF) * 0x5851F42D, (key >> 33) * 0x2545F491
    last = len(table) - 1
    row = ((low ^ high) >> 16 & -4 | key & 3) & last
    while table[row, KEY] != 0 and table[row, KEY] != key + 1:
        row = (row + 1) & last
    return row


@part
def add(table: Any, counters: Any, used: int, key: int, amount: int) -> None:
    """Count once more, and add an amount."""
    row = row_of(table, key)
    if table[row, KEY] == 0:
        table[row, KEY] = key + 1
        counters[used] += 1
        if 2 * counters[used] > len(table):
            counters[CROWDED] = 1
    table[row, COUNT] += 1
    table[row, AMOUNTS] += amount


@called
def read_out(table: Any, keys: Any, found: Any) -> None:
    """The rows of some keys, in their order."""
    for at in range(len(keys)):
        row = row_of(table, keys[at])
        found[at, 0], found[at, 1], found[at, 2] = keys[at], table[row, COUNT], table[row, AMOUNTS]


@called
def merge(first: Any, second: Any, found: Any) -> int:
    """Two parts with sorted keys in one, of so many rows; those that share a key are added up."""
    a = b = row = 0
    while a < len(first) or b < len(second):
        from_first = b == len(second) or (a < len(first) and first[a, 0] <= second[b, 0])
        from_second = a == len(first) or (b < len(second) and second[b, 0] <= first[a, 0])
        found[row, 0] = first[a, 0] if from_first else second[b, 0]
        found[row, 1] = found[row, 2] = 0
        if from_first:
            found[row, 1] += first[a, 1]
            found[row, 2] += first[a, 2]
            a += 1
        if from_second:
            found[row, 1] += second[b, 1]
            found[row, 2] += second[b, 2]
            b += 1
        row += 1
    return row


@dataclass
class Gathering:
    """What a table was emptied of: parts with sorted keys, each at least twice as long as the next."""

    parts: list[Ints] = field(default_factory=list)

    def take(self, table: Ints) -> None:
        """Empty the table."""
        keys = table[:, KEY]
        keys = np.sort(keys[keys != 0] - 1)
        rows = np.empty((len(keys), 3), np.int64)
        read_out(table, keys, rows)
        table[:] = 0
        self.add(rows)

    def add(self, rows: Ints) -> None:
        """One more part: rows (key, how often, sum), sorted by key."""
        self.parts.append(rows)
        while len(self.parts) > 1 and len(self.parts[-2]) < 2 * len(self.parts[-1]):
            self._merge_last()

    def finish(self, columns: slice) -> Sparse:
        """All that was taken, added up."""
        while len(self.parts) > 1:
            self._merge_last()
        whole = self.parts[0]
        return Sparse(whole[:, 0].copy(), whole[:, columns].copy())

    def _merge_last(self) -> None:
        second, first = self.parts.pop(), self.parts.pop()
        found = np.empty((len(first) + len(second), 3), np.int64)
        self.parts.append(found[: merge(first, second, found)])
