"""Add up what the compiled fold wrote into its buffers: counts and sums, limits, histograms, midnights."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from flowsim.pathway.observe import Observe
from flowsim.records.bins import BINS, bin_of
from flowsim.records.layout import CLOSED, Layout
from flowsim.records.log import DAY, WEEK
from flowsim.records.plan import Planned
from flowsim.records.sparse import Gathering, Sparse
from flowsim.records.state import SEEN, STAYS, State

Ints = NDArray[np.int64]


@dataclass
class Gatherer:
    """The four growing tables of a fold."""

    planned: Planned
    observe: Observe
    sums: Gathering = field(default_factory=lambda: Gathering(2))
    over: Gathering = field(default_factory=lambda: Gathering(2))
    bins: Gathering = field(default_factory=lambda: Gathering(1))
    nights: Gathering = field(default_factory=lambda: Gathering(1))

    @property
    def layout(self) -> Layout:
        """The names behind the numbers."""
        return self.planned.layout

    def take(self, state: State) -> None:
        """Empty the buffers of the fold."""
        out, rows = state.out, int(state.counters[SEEN])
        tally, week, cell, value = out.seen[:rows].T
        cell = cell + self.planned.bases[tally]
        self.sums.add(self.layout.key(tally, week, cell), np.stack((np.ones(rows, np.int64), value), axis=1))
        timed = tally >= self.layout.offsets[3]
        tally, week, cell, value = tally[timed], week[timed], cell[timed], value[timed]
        self._limits(tally, week, cell, value)
        self._histograms(tally, week, cell, value)
        self._midnights(out.stay[: int(state.counters[STAYS])])

    def _limits(self, tally: Ints, week: Ints, cell: Ints, value: Ints) -> None:
        """Who was beyond a limit and by how much; unfinished intervals only where they are to count."""
        span, how = np.divmod(tally - self.layout.offsets[3], 3)
        for at, (interval, limit) in enumerate(self.layout.limits):
            beyond = (span == interval) & (value > limit)
            if self.observe.intervals[interval].unfinished == "leave_out":
                beyond &= how == CLOSED
            key = self.layout.key(3 * at + how[beyond], week[beyond], cell[beyond])
            excess = value[beyond] - limit
            self.over.add(key, np.stack((np.ones(len(excess), np.int64), excess), axis=1))

    def _histograms(self, tally: Ints, week: Ints, cell: Ints, value: Ints) -> None:
        """Completed intervals and waits, in bins, by the groups of each histogram."""
        found = bin_of(value)
        names = [name for name, _ in self.layout.intervals]
        for at, view in enumerate(self.layout.views):
            if view.kind == "wait":
                continue
            mine = tally == self.layout.offsets[3] + 3 * names.index(view.name) + CLOSED
            groups = self.layout.project(cell[mine], view.axes)
            self._bin(np.full(int(mine.sum()), at), week[mine], groups, found[mine])
        waits = tally >= self.layout.offsets[4]
        first = len(self.layout.views) - len(self.layout.instances)
        self._bin(first + tally[waits] - self.layout.offsets[4], week[waits], cell[waits], found[waits])

    def _bin(self, view: Ints, week: Ints, cell: Ints, found: Ints) -> None:
        self.bins.add(self.layout.key(view, week, cell) * BINS + found, np.ones((len(found), 1), np.int64))

    def _midnights(self, stay: Ints) -> None:
        """Midnights of each stay: after `after`, up to `upto`, and not before the threshold is reached."""
        if len(stay) == 0:
            return
        census, after, upto, entered, cell = stay.T
        cell = cell + self.planned.census_bases[census]
        for row, (at, days) in enumerate(self.layout.thresholds):
            mine = census == at
            since = np.maximum(after[mine], entered[mine] + days * DAY - 1) if days else after[mine]
            self._weeks(row, since, upto[mine], cell[mine])

    def _weeks(self, row: int, after: Ints, upto: Ints, cell: Ints) -> None:
        """Split (after, upto] at the weeks and count the midnights in each part."""
        some = upto // DAY > after // DAY
        after, upto, cell = after[some], upto[some], cell[some]
        first, last = (after // DAY + 1) * DAY // WEEK, upto // WEEK
        parts = last - first + 1
        stay = np.repeat(np.arange(len(parts)), parts)
        week = first[stay] + np.arange(len(stay)) - np.repeat(np.cumsum(parts) - parts, parts)
        begins, ends = np.maximum(after[stay], week * WEEK - 1), np.minimum(upto[stay], (week + 1) * WEEK - 1)
        midnights = ends // DAY - begins // DAY
        self.nights.add(self.layout.key(np.full(len(week), row), week, cell[stay]), midnights[:, None])

    def finish(self) -> dict[str, Sparse]:
        """Everything, added up."""
        return {"sums": self.sums.finish(), "over": self.over.finish(), "bins": self.bins.finish(),
                "nights": self.nights.finish()}  # fmt: skip
