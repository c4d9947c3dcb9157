"""Who lives here, and who of them comes: cells of people by attributes, and rates by cell.

Relative risks are raked: within each kept group the average rate stays what was published, whatever the
mix of the group.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsim.errors import did_you_mean
from flowsim.inputs.cell_rows import CellRows
from flowsim.inputs.reading import MOST_CELLS, Reading, not_a_table
from flowsim.inputs.tree import Spot
from flowsim.inputs.values import Cells, Floats, Population, fixed


@dataclass(frozen=True)
class Grid:
    """Cells of patients or people, with a weight for each."""

    cells: CellRows
    weight: Floats

    @property
    def attributes(self) -> tuple[str, ...]:
        """What the cells are told apart by."""
        return self.cells.attributes

    def values(self, table: Cells[Any]) -> Floats:
        """The table's value (or values) for each cell."""
        keys, kind = self.cells.kinds(table.by)
        return np.array([table.values[key] for key in keys], dtype=np.float64)[kind]


def read_population(reading: Reading, spot: Spot) -> Population | None:
    """People by cell: the counts, then each further attribute by its shares."""
    if "people" not in spot:
        reading.refuse(spot, "The population has no people.", "Write people: {by: [home], values: {...}}.")
        return None
    people = reading.table(spot["people"], reading.factor, not_a_table)
    if people is None:
        return None
    for place, attribute in enumerate(people.by):
        reading.learn(attribute, (key[place] for key in people.values))
    cells = CellRows.of(people.by, [dict(zip(people.by, key, strict=True)) for key in people.values])
    grid = Grid(cells, np.array(list(people.values.values()), dtype=np.float64))
    if grid.weight.sum() <= 0:
        reading.refuse(spot["people"], "Nobody lives here.", "Give some people.")
        return None
    split = split_by(reading, spot["shares"], grid) if "shares" in spot else grid
    return None if split is None else Population(split.attributes, split.cells, fixed(split.weight))


def split_by(reading: Reading, spot: Spot, grid: Grid) -> Grid | None:
    """The grid with each attribute of a table of shares added to its cells."""
    for attribute, child in spot.children():
        if reading.complete and attribute not in reading.attributes:
            reading.refuse(
                child,
                f"`{attribute}` is not an attribute.",
                did_you_mean(attribute, reading.attributes),
                value="",
            )
            return None
        if attribute in grid.attributes:
            reading.refuse(child, f"The cells already have `{attribute}`.", "Give it once.", value="")
            return None
        known = reading.attributes.get(attribute)
        shares = reading.table(child, lambda leaf, known=known: reading.shares(leaf, known), lambda _: False)  # type: ignore[misc]
        if shares is None or not has_attributes(reading, child, shares.by, grid.attributes):
            return None
        reading.learn(attribute, (name for value in shares.values.values() for name in value))
        wider = _split(grid, attribute, shares, known)
        if wider is None:
            reading.refuse(
                child, f"There are more than {MOST_CELLS:,} cells.", "Use fewer attributes.", value=""
            )
            return None
        grid = wider
    return grid


def _split(
    grid: Grid, attribute: str, shares: Cells[dict[str, float]], known: Sequence[str] | None
) -> Grid | None:
    names = known or tuple(dict.fromkeys(name for value in shares.values.values() for name in value))
    keys, kind = grid.cells.kinds(shares.by)
    own = np.array([[shares.values[key].get(name, 0.0) for name in names] for key in keys], dtype=np.float64)
    if (own > 0).sum(axis=1)[kind].sum() > MOST_CELLS:
        return None
    # Cells in which nobody is would only slow the rest down.
    cell, code = np.nonzero(own[kind] > 0)
    cells = grid.cells.split(attribute, tuple(names), cell, code)
    return Grid(cells, grid.weight[cell] * own[kind[cell], code])


def has_attributes(reading: Reading, spot: Spot, by: Sequence[str], there: Sequence[str]) -> bool:
    """Whether the cells have every attribute that a table is by."""
    missing = [name for name in by if name not in there]
    if missing:
        place = spot.get("by") or spot
        remedy = did_you_mean(missing[0], there, "The cells have no attributes.")
        reading.refuse(place, f"The cells have no attribute `{missing[0]}`.", remedy)
    return not missing


def rake(weight: Floats, relative: Floats, groups: Sequence[Hashable]) -> Floats | None:
    """Relative risks scaled so that each group's weighted mean is one; None if a group would have none."""
    numbers = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    index = np.array([numbers[group] for group in groups], dtype=np.intp)
    before = np.bincount(index, weights=weight, minlength=len(numbers))
    after = np.bincount(index, weights=weight * relative, minlength=len(numbers))
    if np.any((after <= 0) & (before > 0)):
        return None
    scale = np.divide(before, after, out=np.ones_like(before), where=after > 0)
    return np.asarray(relative * scale[index], dtype=np.float64)
