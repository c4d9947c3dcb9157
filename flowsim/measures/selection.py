"""Part of a run: some weeks, split by one group (an attribute, the site of a resource, or the week)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.pathway.formulas import Names, Where, names_of
from flowsim.records.bins import BINS, percentile
from flowsim.records.layout import WEEK_SPAN
from flowsim.records.log import DAY
from flowsim.records.sparse import Sparse
from flowsim.records.tallies import Tallies

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Selection:
    """What a formula is worked out on. Every answer is an array, one value for each member of the group."""

    tallies: Tallies
    weeks: slice  # from the week that begins at `start` to before `stop`; week 0 begins at time 0
    group: str  # "all", "week", or an attribute
    population: Any = None
    ms_per_unit: float = 1.0  # of the KPI's unit of time

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

    @property
    def days(self) -> Floats:
        """Days in which each member was watched."""
        return self.duration / DAY

    def people(self, where: Where) -> Floats:
        """People in `where` who live in each member's cells; nan where the population does not tell them apart."""
        whole = self.group in ("all", "week")
        known = None if self.population is None else {*self.population.attributes}
        if known is None or not {*where, *(() if whole else (self.group,))} <= known:
            return np.full(len(self.members), np.nan)
        found = []
        for member in self.members:
            wanted = {name: set(names_of(values)) for name, values in where.items()}
            if not whole:
                wanted[self.group] = wanted.get(self.group, {member}) & {member}
            chosen = [all(cell[name] in values for name, values in wanted.items())
                      for cell in self.population.cells]  # fmt: skip
            found.append(self.population.people[np.array(chosen, bool)].sum())
        return np.array(found, np.float64)

    def add_up(self, table: Sparse, rows: list[int], column: int, where: Where) -> Floats:
        """Sum of a column over some tallies, for who is in `where`, for each member of the group."""
        total = np.zeros(len(self.members))
        for row in rows:
            found, value = _rows(table, row, self.tallies.layout.cells * WEEK_SPAN)
            member, keep = self._members_of(found, where)
            np.add.at(total, member[keep], value[keep, column])
        return total

    def percentile(self, kind: str, names: list[str], percent: float, where: Where) -> Floats:
        """A percentile (ms) from the histograms of an interval, or of waits at some instances."""
        layout = self.tallies.layout
        needed = {*where} if self.group in ("all", "week") or kind == "wait" else {*where, self.group}
        parts: list[tuple[Ints, Ints, Ints]] = []
        for name in names:
            views = [at for at, view in enumerate(layout.views)
                     if view.kind == kind and view.name == name and needed <= set(view.axes)]  # fmt: skip
            if not views:
                return np.full(len(self.members), np.nan)
            found, value = _rows(self.tallies.bins, views[0], layout.cells * WEEK_SPAN * BINS)
            member, keep = self._members_of(found // BINS, where)
            parts.append((member[keep], found[keep] % BINS, value[keep, 0]))
        member, bins, counts = (np.concatenate(column) for column in zip(*parts, strict=True))
        return np.array([
            percentile(bins[member == at], counts[member == at], percent) for at in range(len(self.members))
        ])  # fmt: skip

    def _members_of(self, key: Ints, where: Where) -> tuple[Ints, NDArray[np.bool_]]:
        """The member of each key, and whether it is selected at all."""
        layout = self.tallies.layout
        _, week, cell = layout.parts(key)
        keep = (week >= self.week_numbers.start) & (week < self.week_numbers.stop)
        for name, wanted in where.items():
            keep &= np.isin(layout.digit(cell, name), _positions(dict(layout.axes).get(name, ()), wanted))
        if self.group == "all":
            return np.zeros(len(key), np.int64), keep
        member = week - self.week_numbers.start if self.group == "week" else layout.digit(cell, self.group)
        return member, keep & (member >= 0)

    def instances(self, resources: Names) -> list[list[int]]:
        """The instances of some resources that each member has; none if the group says nothing of resources."""
        wanted = names_of(resources)
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


def _rows(table: Sparse, row: int, size: int) -> tuple[Ints, Ints]:
    """The keys and values of one tally: they stand together, since keys are sorted."""
    first, last = np.searchsorted(table.keys, [row * size, (row + 1) * size])
    return table.keys[first:last], table.values[first:last]


def _positions(values: tuple[str, ...], wanted: str | tuple[str, ...]) -> list[int]:
    return [values.index(name) for name in names_of(wanted) if name in values]
