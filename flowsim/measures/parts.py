"""One tally in some weeks, its keys taken apart once however many formulas and groups ask for it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from flowsim.pathway.formulas import Where, names_of
from flowsim.records.bins import BINS
from flowsim.records.layout import WEEK_SPAN, WEEK_ZERO, Layout
from flowsim.records.sparse import Sparse

Ints = NDArray[np.int64]
Chosen = NDArray[np.bool_]
Values = NDArray[np.int64] | NDArray[np.float64]


class Part:
    """The keys and values of one tally from one week to before another: they stand together, since keys are sorted.

    `unit` is how many keys a cell has: one, or as many as there are bins. The weeks are added up, and stand as the
    first of them, unless they are to be told apart.
    """

    def __init__(
        self, layout: Layout, table: Sparse, row: int, weeks: range, unit: int = 1, by_week: bool = False
    ) -> None:
        week = row * WEEK_SPAN + WEEK_ZERO
        edges = np.array([week + weeks.start, week + weeks.stop], np.int64) * layout.cells * unit
        first, last = np.searchsorted(table.keys, edges)
        self.layout = layout
        self.keys = table.keys[first:last]
        self.values: Values = table.values[first:last]
        if not by_week and len(self.keys):
            self._add_up_weeks(int(edges[0]), layout.cells * unit)
        self.unit = unit
        self._columns: dict[int, NDArray[np.float64]] = {}
        self._digits: dict[str, Ints] = {}
        self._chosen: dict[tuple[tuple[str, str | tuple[str, ...]], ...], Chosen] = {}

    def _add_up_weeks(self, first: int, a_week: int) -> None:
        """One row for all weeks of a cell (and bin): far fewer to go through for each figure."""
        place = (self.keys - first) % a_week
        place -= (lowest := place.min())
        if place.max() > 4 * len(place) + 2**16:  # so thinly spread that counting them off would cost more
            return
        found = np.flatnonzero(np.bincount(place))
        columns = [np.bincount(place, weights=column)[found] for column in self.values.T]
        self.keys, self.values = first + lowest + found, np.stack(columns, axis=1)

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def week(self) -> Ints:
        """The week of each key."""
        return self._parts[1]

    @cached_property
    def bins(self) -> Ints:
        """The bin of each key of a histogram."""
        return self.keys % BINS

    @cached_property
    def _parts(self) -> tuple[Ints, Ints, Ints]:
        return self.layout.parts(self.keys // self.unit)

    def column(self, number: int) -> NDArray[np.float64]:
        """A column of the values, whole numbers below 2**53."""
        if number not in self._columns:
            self._columns[number] = np.ascontiguousarray(self.values[:, number], np.float64)
        return self._columns[number]

    def digit(self, name: str) -> Ints:
        """The value that each key has for an attribute; -1 where the tally is not split by it."""
        if name not in self._digits:
            self._digits[name] = self.layout.digit(self._parts[2], name)
        return self._digits[name]

    def chosen(self, where: Where) -> Chosen | slice:
        """The keys of who is in `where`, as an index."""
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
