"""Tables that the compiled fold adds to: open addressing, whole numbers, emptied at the end of each week.

One row a key: key + 1, then how often and the sum, or one of them; a row of zeros is empty. A table is never more
than two thirds full when a row of the log begins, and large enough that no row of the log fills the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.compiled import called, part
from flowsim.records.sparse import Sparse
from flowsim.records.state import CROWDED, KEY

Ints = NDArray[np.int64]


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
    """Add an amount to the last column, and one to a column between."""
    row = row_of(table, key)
    if table[row, KEY] == 0:
        table[row, KEY] = key + 1
        counters[used] += 1
        if 3 * counters[used] > 2 * len(table):
            counters[CROWDED] = 1
    last = table.shape[1] - 1
    table[row, last] += amount
    if last > 1:
        table[row, 1] += 1


@called
def read_out(table: Any, keys: Any, found: Any) -> None:
    """The rows of some keys, in their order."""
    for at in range(len(keys)):
        row = row_of(table, keys[at])
        found[at, KEY] = keys[at]
        for column in range(1, table.shape[1]):
            found[at, column] = table[row, column]


@called
def merge(first: Any, second: Any, found: Any) -> int:
    """Two parts with sorted keys in one, of so many rows; those that share a key are added up."""
    a = b = row = 0
    while a < len(first) or b < len(second):
        from_first = b == len(second) or (a < len(first) and first[a, KEY] <= second[b, KEY])
        from_second = a == len(first) or (b < len(second) and second[b, KEY] <= first[a, KEY])
        for column in range(first.shape[1]):
            found[row, column] = first[a, column] if from_first else second[b, column]
            if from_first and from_second and column > KEY:
                found[row, column] += second[b, column]
        a, b, row = a + from_first, b + from_second, row + 1
    return row


@dataclass
class Gathering:
    """What a table was emptied of: parts with sorted keys, each at least twice as long as the next."""

    parts: list[Ints] = field(default_factory=list)

    def take(self, table: Ints) -> None:
        """Empty the table."""
        keys = table[:, KEY]
        keys = np.sort(keys[keys != 0] - 1)
        rows = np.empty((len(keys), table.shape[1]), np.int64)
        read_out(table, keys, rows)
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
        self.parts.append(found[: merge(first, second, found)])
