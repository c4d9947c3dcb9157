"""The names behind the numbers of a tally: which key is which milestone, week, patient group and bin."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.bins import BINS

Ints = NDArray[np.int64]

# A key holds week + WEEK_ZERO, so that weeks of warm-up (negative) come first: 19 years before time 0, and 57
# years after it.
WEEK_ZERO = 1_000
WEEK_SPAN = 4_000
CLOSED, LEFT_FIRST, STILL_OPEN = range(3)


@dataclass(frozen=True)
class View:
    """One histogram: of an interval (by name) or of the waits at an instance (by number), split by `axes`."""

    kind: str
    name: str
    axes: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Everything that is tallied, by name.

    A cell is one combination of attribute values. Each tally is split by attributes of its own, so cells are
    numbered split by split: a split's base, plus the sum over its attributes of (value + 1) times their strides.
    """

    milestones: tuple[str, ...]
    outcomes: tuple[str, ...]
    sources: tuple[str, ...]  # the last one is "returns": journeys that an earlier journey began
    intervals: tuple[tuple[str, tuple[int, ...]], ...]  # with limits in ms
    censuses: tuple[tuple[str, tuple[int, ...]], ...]  # with thresholds in days
    instances: tuple[tuple[str, str | None], ...]
    axes: tuple[tuple[str, tuple[str, ...]], ...]
    views: tuple[View, ...]
    splits: tuple[tuple[str, ...], ...] = ((),)

    @cached_property
    def numbers(self) -> Mapping[tuple[str, ...], int]:
        """The number of each split: a set of attributes by which some tally is told apart."""
        return {split: at for at, split in enumerate(self.splits)}

    @cached_property
    def bases(self) -> Ints:
        """Where the cells of each split begin; the last entry is the number of all cells."""
        sizes = dict(self.axes)
        counts = [math.prod(len(sizes[name]) + 1 for name in split) for split in self.splits]
        return np.cumsum([0, *counts], dtype=np.int64)

    def in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Attributes in the order of the axes: how a split is written."""
        wanted = set(names)
        return tuple(name for name, _ in self.axes if name in wanted)

    def strides(self, split: tuple[str, ...]) -> dict[str, int]:
        """What one step of each attribute's value adds to a cell of the split."""
        sizes, found, stride = dict(self.axes), {}, 1
        for name in split:
            found[name] = stride
            stride *= len(sizes[name]) + 1
        return found

    def base(self, names: Iterable[str]) -> int:
        """The first cell of a split."""
        return int(self.bases[self.numbers[self.in_order(names)]])

    @cached_property
    def cells(self) -> int:
        """Number of possible cells; refused if a key would not fit into 64 bits."""
        total = int(self.bases[-1])
        plain = max(self.tallies + len(self.instances), 3 * len(self.limits)) + 1
        if total * WEEK_SPAN * max(plain, (len(self.views) + 1) * BINS) >= 2**63:
            raise ValueError(
                f"Too many combinations of {', '.join(name for name, _ in self.axes)} to tally: "
                "use fewer segments, or fewer attributes in `by`, `where` and groups"
            )
        return total

    @cached_property
    def offsets(self) -> tuple[int, int, int, int, int]:
        """The first tally of milestones, outcomes, sources, intervals (three each) and waits."""
        sizes = (len(self.milestones), len(self.outcomes), len(self.sources), 3 * len(self.intervals))
        ends = np.cumsum((0, *sizes))
        return tuple(int(end) for end in ends)  # type: ignore[return-value]

    @property
    def tallies(self) -> int:
        """Number of tallies before the waits."""
        return self.offsets[4]

    @cached_property
    def limits(self) -> tuple[tuple[int, int], ...]:
        """(interval, limit in ms) of each limit, in order."""
        return tuple((at, limit) for at, (_, limits) in enumerate(self.intervals) for limit in limits)

    @cached_property
    def thresholds(self) -> tuple[tuple[int, int], ...]:
        """(census, days) of each census row; 0 days counts everybody."""
        return tuple((at, days) for at, (_, found) in enumerate(self.censuses) for days in (0, *found))

    def key(self, tally: Ints, week: Ints | int, cell: Ints | int) -> Ints:
        """Tally, week and cell in one number."""
        return (tally * WEEK_SPAN + week + WEEK_ZERO) * self.cells + cell

    def parts(self, key: Ints) -> tuple[Ints, Ints, Ints]:
        """The tally, week and cell of a key."""
        rest, cell = np.divmod(key, self.cells)
        tally, week = np.divmod(rest, WEEK_SPAN)
        return tally, week - WEEK_ZERO, cell

    def digit(self, cell: Ints, name: str) -> Ints:
        """The value index that cells have for an attribute; -1 where a tally is not split by it."""
        if len(cell) == 0:
            return np.zeros(0, np.int64)
        first, last = np.searchsorted(self.bases, (cell.min(), cell.max()), side="right") - 1
        if first == last:  # as in any one tally
            return self._digit_in(first, cell, name)
        split_of = np.searchsorted(self.bases, cell, side="right") - 1
        strides = np.array([self.strides(split).get(name, 0) for split in self.splits], np.int64)
        stride, size = strides[split_of], len(dict(self.axes).get(name, ())) + 1
        found = (cell - self.bases[split_of]) // np.maximum(stride, 1) % size - 1
        return np.asarray(np.where(stride > 0, found, -1), np.int64)

    def _digit_in(self, number: int, cell: Ints, name: str) -> Ints:
        """The same for cells of one split."""
        split = self.splits[number]
        if name not in split:
            return np.full(len(cell), -1, np.int64)
        size = len(dict(self.axes)[name]) + 1
        return np.asarray((cell - self.bases[number]) // self.strides(split)[name] % size - 1, np.int64)

    def project(self, cell: Ints, names: tuple[str, ...]) -> Ints:
        """Cells that keep only some of their attributes: cells of the split by `names`."""
        split = self.in_order(names)
        found = np.full(len(cell), self.base(split), np.int64)
        for name, stride in self.strides(split).items():
            found += (self.digit(cell, name) + 1) * stride
        return found

    def as_text(self) -> str:
        """All of it as JSON, to stand in a file beside the numbers."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_text(text: str) -> Layout:
        """Read back what `as_text` wrote."""
        found = {name: _tuples(value) for name, value in json.loads(text).items() if name != "views"}
        views = tuple(View(one["kind"], one["name"], tuple(one["axes"])) for one in json.loads(text)["views"])
        return Layout(**found, views=views)


def _tuples(value: Any) -> Any:
    """JSON's lists as tuples, all the way down."""
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
