"""Part of a run: some weeks, split by one group (an attribute, the site of a resource, or the week)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.inputs.cell_rows import CellRows
from flowsim.measures.parts import Part
from flowsim.pathway.formulas import Names, Where, names_of
from flowsim.records.bins import BINS, percentiles
from flowsim.records.log import DAY
from flowsim.records.sparse import Sparse
from flowsim.records.tallies import Tallies

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_WEEKS = np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Selection:
    """What a formula is worked out on. Every answer is an array, one value for each member of the group."""

    tallies: Tallies
    weeks: slice  # from the week that begins at `start` to before `stop`; week 0 begins at time 0
    group: str  # "all", "week", or an attribute
    population: Any = None
    ms_per_unit: float = 1.0  # of the KPI's unit of time
    cache: dict[Any, Any] = field(default_factory=dict)  # what selections of the same tallies have worked out

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The names of the group's members."""
        if self.group == "all":
            return ("all",)
        if self.group == "week":
            return tuple(str(week) for week in self.week_numbers)
        values: Mapping[str, tuple[str, ...]] = dict(self.tallies.layout.axes)
        if self.group == "site" and "site" not in values:
            return tuple(dict.fromkeys(site for _, site in self.tallies.layout.instances if site is not None))
        return values.get(self.group, ())

    @cached_property
    def week_numbers(self) -> range:
        """The weeks of the run that are selected."""
        first, last = self.tallies.weeks[0], self.tallies.weeks[-1] + 1
        start = first if self.weeks.start is None else max(self.weeks.start, first)
        stop = last if self.weeks.stop is None else min(self.weeks.stop, last)
        return range(start, max(stop, start))

    @cached_property
    def _inside(self) -> slice:
        """The selected weeks as positions in weekly arrays."""
        first = self.tallies.first_week
        return slice(self.week_numbers.start - first, self.week_numbers.stop - first)

    @cached_property
    def duration(self) -> Floats:
        """Simulated milliseconds in which each member was watched."""
        exposure = self.tallies.exposure[self._inside].astype(np.float64)
        return exposure if self.group == "week" else np.full(len(self.members), exposure.sum())

    @cached_property
    def midnights(self) -> Floats:
        """Midnights that were counted for each member."""
        counted = self.tallies.midnights[self._inside].astype(np.float64)
        return counted if self.group == "week" else np.full(len(self.members), counted.sum())

    @cached_property
    def days(self) -> Floats:
        """Days in which each member was watched."""
        return self.duration / DAY

    def people(self, where: Where) -> Floats:
        """People in `where` who live in each member's cells; nan where the population does not tell them apart."""
        whole = self.group in ("all", "week")
        known = None if self.population is None else {*self.population.attributes}
        if known is None or not {*where, *(() if whole else (self.group,))} <= known:
            return np.full(len(self.members), np.nan)
        if whole:
            return np.full(len(self.members), self._people_in(where))
        mine = names_of(where.get(self.group, self.members))
        return np.array([self._people_in({**where, self.group: (member,) if member in mine else ()})
                         for member in self.members], np.float64)  # fmt: skip

    def _people_in(self, where: Where) -> float:
        cells = CellRows.of(self.population.attributes, self.population.cells)
        chosen = np.ones(len(cells), np.bool_)
        for name, wanted in where.items():
            values, code = cells.code(name)
            chosen &= np.array([value in names_of(wanted) for value in values], np.bool_)[code]
        return float(self.population.people[chosen].sum())

    def add_up(self, table: Sparse, rows: list[int], column: int, where: Where) -> Floats:
        """Sum of a column over some tallies, for who is in `where`, for each member of the group."""
        total = np.zeros(len(self.members))
        if self.group == "week":
            for part in (self._part(table, row) for row in rows):
                total += self._by_member(part, part.chosen(where), part.column(column))
            return total
        every = self._every_tally(table, column, where)
        for row in rows:
            if row < len(every):
                total += every[row]
        return total

    def _every_tally(self, table: Sparse, column: int, where: Where) -> Floats:
        """Sums [tally, member] of a column over all tallies at once: many formulas ask for the same group and people."""
        asked = ("every tally", id(table), column, self.group, self.week_numbers, tuple(where.items()))
        if asked not in self.cache:
            part, members = self._whole(table), len(self.members) + 1
            tally = table.in_order // table.span
            member = np.ones(len(part), np.int64) if self.group == "all" else part.digit(self.group) + 1
            chosen = part.chosen(where)
            found = np.bincount((tally * members + member)[chosen], weights=part.column(column)[chosen],
                                minlength=(int(tally[-1]) + 1 if len(tally) else 0) * members)  # fmt: skip
            self.cache[asked] = found.reshape(-1, members)[:, 1:]  # who is no member comes first
        every: Floats = self.cache[asked]
        return every

    def percentile(self, kind: str, names: list[str], percent: float, where: Where) -> Floats:
        """A percentile (ms) from the histograms of an interval, or of waits at some instances."""
        needed = {*where} if self.group in ("all", "week") or kind == "wait" else {*where, self.group}
        counts = np.zeros((len(self.members), BINS))
        for name in names:
            views = [at for at, view in enumerate(self.tallies.layout.views)
                     if view.kind == kind and view.name == name and needed <= set(view.axes)]  # fmt: skip
            if not views:
                return np.full(len(self.members), np.nan)
            part = self._part(self.tallies.bins, views[0], BINS)
            found = self._by_member(part, part.chosen(where), part.column(0), part.bins)
            counts += found.reshape(counts.shape)
        return percentiles(counts.astype(np.int64), percent)

    def _whole(self, table: Sparse) -> Part:
        """All tallies of a table in the selected weeks."""
        asked = ("whole", id(table), self.week_numbers)
        if asked not in self.cache:
            self.cache[asked] = Part(
                self.tallies.layout, table, table.in_order, self._added_up(table), 1, NO_WEEKS
            )
        part: Part = self.cache[asked]
        return part

    def _part(self, table: Sparse, row: int, unit: int = 1) -> Part:
        """One tally in the selected weeks."""
        by_week = self.group == "week"
        asked = (id(table), row, self.week_numbers, by_week)
        if asked not in self.cache:
            if by_week:
                things, week, values = table.week_by_week(row, self.week_numbers)
            else:
                of_tally, week = table.of_tally(row), NO_WEEKS
                things, values = table.in_order[of_tally], self._added_up(table)[of_tally]
            self.cache[asked] = Part(self.tallies.layout, table, things, values, unit, week)
        part: Part = self.cache[asked]
        return part

    def _added_up(self, table: Sparse) -> Ints:
        """A table's sums over the selected weeks."""
        asked = ("added up", id(table), self.week_numbers)
        if asked not in self.cache:
            self.cache[asked] = table.added_up(self.week_numbers)
        found: Ints = self.cache[asked]
        return found

    def _by_member(
        self, part: Part, chosen: NDArray[np.bool_] | slice, values: Floats, bins: Ints | None = None
    ) -> Floats:
        """Values added up for each member, or for each member and bin: whole numbers below 2**53, so exact."""
        size = 1 if bins is None else BINS
        if self.group == "all":
            if bins is None:
                return np.array([values[chosen].sum()], np.float64)
            member = np.zeros(len(part), np.int64)
        elif self.group == "week":
            member = part.week - self.week_numbers.start
        else:
            member = part.digit(self.group)
        place = member + 1 if bins is None else (member + 1) * size + bins  # who is no member comes first
        length = (len(self.members) + 1) * size
        found = np.bincount(place[chosen], weights=values[chosen], minlength=length)[size:]
        return np.asarray(found, np.float64)

    def instances(self, resources: Names) -> list[list[int]]:
        """The instances of some resources that each member has; none if the group says nothing of resources."""
        asked = ("instances", resources, self.group)
        if asked not in self.cache:
            self.cache[asked] = self._instances(names_of(resources))
        found: list[list[int]] = self.cache[asked]
        return found

    def _instances(self, wanted: tuple[str, ...]) -> list[list[int]]:
        known = self.tallies.layout.instances
        found = [(at, site) for at, (name, site) in enumerate(known) if name in wanted]
        if self.group == "site":
            return [[at for at, site in found if site == name] for name in self.members]
        whole = [at for at, _ in found] if self.group in ("all", "week") else []
        return [whole for _ in self.members]

    def of_places(self, table: Ints, resources: Names, column: int) -> Floats:
        """Sum of a weekly column over the instances of each member; nan where it has none."""
        part = table[:, self._inside, column].astype(np.float64)
        by_member = self.instances(resources)
        if self.group == "week":
            return np.asarray(part[by_member[0]].sum(axis=0), np.float64) if by_member else np.zeros(0)
        return np.array([part[places].sum() if places else np.nan for places in by_member], np.float64)
