"""Cells of people or patients by attributes, held as numbers: thousands of them are handled at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from flowsim.inputs.values import Key, frozen

Ints = NDArray[np.int64]
Cell = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class CellRows(Sequence[Cell]):
    """Cells, each with one value of each attribute. Taken one by one, a cell is a table from attribute to value.

    `codes` [cell, attribute] says which of the attribute's `values` it is.
    """

    attributes: Key
    values: tuple[Key, ...]
    codes: Ints

    @staticmethod
    def of(attributes: Key, cells: Sequence[Cell]) -> CellRows:
        """The same cells held as numbers."""
        if isinstance(cells, CellRows):
            return cells
        values = tuple(tuple(dict.fromkeys(cell[name] for cell in cells)) for name in attributes)
        places = [{value: at for at, value in enumerate(known)} for known in values]
        codes = [
            [place[cell[name]] for name, place in zip(attributes, places, strict=True)] for cell in cells
        ]
        return CellRows(attributes, values, np.array(codes, np.int64).reshape(len(cells), len(attributes)))

    def code(self, name: str) -> tuple[Key, Ints]:
        """The values of an attribute, and for each cell which of them it has."""
        at = self.attributes.index(name)
        return self.values[at], self.codes[:, at]

    def kinds(self, by: Key) -> tuple[list[Key], Ints]:
        """The combinations of some attributes that there are, and for each cell which of them it has."""
        number, stride = np.zeros(len(self), np.int64), 1
        for name in by:
            values, code = self.code(name)
            number, stride = number + code * stride, stride * len(values)
        _, first, kind = np.unique(number, return_index=True, return_inverse=True)
        return list(zip(*self._columns(by, first), strict=True)) if by else [()] * len(first), kind

    def split(self, name: str, values: Key, cell: Ints, code: Ints) -> CellRows:
        """Some of the cells (again and again, it may be), each with a value of a further attribute."""
        codes = np.column_stack((self.codes[cell], code))
        return CellRows((*self.attributes, name), (*self.values, values), codes)

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, at: int) -> Cell: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Cell]: ...
    def __getitem__(self, at: int | slice) -> Cell | Sequence[Cell]:
        return self._each[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._each == tuple(other)

    def __hash__(self) -> int:
        return hash((self.attributes, len(self)))

    @cached_property
    def _each(self) -> tuple[Cell, ...]:
        if not self.attributes:
            return (frozen({}),) * len(self)
        columns = self._columns(self.attributes, np.arange(len(self)))
        return tuple(
            frozen(dict(zip(self.attributes, cell, strict=True))) for cell in zip(*columns, strict=True)
        )

    def _columns(self, names: Key, cells: Any) -> list[list[str]]:
        """Values of some attributes in some cells."""
        found = []
        for name in names:
            values, code = self.code(name)
            found.append([values[one] for one in code[cells].tolist()])
        return found
