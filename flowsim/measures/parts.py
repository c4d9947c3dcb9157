"""One tally in some weeks, its keys taken apart once however many formulas and groups ask for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from flowsim.pathway.formulas import Where, names_of
from flowsim.records.layout import Layout
from flowsim.records.sparse import Sparse

Ints = NDArray[np.int64]
Chosen = NDArray[np.bool_]


class Part:
    """What one tally counted: things, and for each a row of values; `week` where weeks are told apart.

    `unit` is how many things a cell has: one, or as many as there are bins.
    """

    def __init__(
        self, layout: Layout, table: Sparse, things: Ints, values: Ints, unit: int, week: Ints
    ) -> None:
        self.layout, self.values, self.week = layout, values, week
        number = things % table.span
        self._cell: Ints = number // unit
        self.bins: Ints = number % unit
        self._columns: dict[int, NDArray[np.float64]] = {}
        self._digits: dict[str, Ints] = {}
        self._chosen: dict[tuple[tuple[str, str | tuple[str, ...]], ...], Chosen] = {}

    def __len__(self) -> int:
        return len(self._cell)

    def column(self, number: int) -> NDArray[np.float64]:
        """A column of the values, whole numbers below 2**53."""
        if number not in self._columns:
            self._columns[number] = np.ascontiguousarray(self.values[:, number], np.float64)
        return self._columns[number]

    def digit(self, name: str) -> Ints:
        """The value that each thing has for an attribute; -1 where the tally is not split by it."""
        if name not in self._digits:
            self._digits[name] = self.layout.digit(self._cell, name)
        return self._digits[name]

    def chosen(self, where: Where) -> Chosen | slice:
        """The things of who is in `where`, as an index."""
        if not where:
            return slice(None)
        asked = tuple(where.items())
        if asked not in self._chosen:
            found = np.ones(len(self), np.bool_)
            for name, wanted in asked:
                values = dict(self.layout.axes).get(name, ())
                is_wanted = np.array([*(value in names_of(wanted) for value in values), False])
                found &= is_wanted[self.digit(name)]  # -1, not told apart, is the last one
            self._chosen[asked] = found
        return self._chosen[asked]
