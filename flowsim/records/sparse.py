"""Counts kept only where there are any: sorted keys with whole-number columns, added up exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sparse:
    """Sorted unique keys, and for each a row of sums."""

    keys: Ints
    values: Ints

    @staticmethod
    def of(keys: Ints, values: Ints) -> Sparse:
        """Add up the rows that share a key. Whole numbers, so the order of the rows does not matter."""
        if len(keys) == 0:
            return Sparse(np.zeros(0, np.int64), np.zeros((0, values.shape[1]), np.int64))
        order = np.argsort(keys, kind="stable")
        sorted_keys = keys[order]
        first = np.flatnonzero(np.concatenate(([True], sorted_keys[1:] != sorted_keys[:-1])))
        return Sparse(sorted_keys[first], np.add.reduceat(values[order], first, axis=0))

    @staticmethod
    def empty(columns: int) -> Sparse:
        """No rows."""
        return Sparse.of(np.zeros(0, np.int64), np.zeros((0, columns), np.int64))

    def __add__(self, other: Sparse) -> Sparse:
        return Sparse.of(np.concatenate((self.keys, other.keys)), np.concatenate((self.values, other.values)))

    def __len__(self) -> int:
        return len(self.keys)
