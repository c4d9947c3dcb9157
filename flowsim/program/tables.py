"""A config's parameters become rows of whole numbers, one for each class of patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from flowsim.inputs.values import Distribution, Factor, Parameter
from flowsim.program.program import ONE, Classes, Discrete, Durations, Numbers, Shares
from flowsim.program.quantiles import kept_table

WHOLE = 2**64
MOST_CLASSES = 200_000
"""Largest number of classes of one parameter: more is a slip, and would not fit in memory."""


def thresholds(shares: Sequence[float]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Cumulative shares as 64-bit thresholds: choice i is taken when the uniform is below entry i (the last always)."""
    return thresholds_of([shares]).reshape(-1)


def thresholds_of(rows: Sequence[Sequence[float]]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """The thresholds of many sets of shares, a row each."""
    shares = np.asarray(rows, dtype=float)
    upto = np.cumsum(shares, axis=1)
    upto /= upto[:, -1:]
    width = shares.shape[1]
    last = width - 1 - np.argmax(shares[:, ::-1] > 0, axis=1)
    whole = (np.arange(width) >= last[:, None]) | (upto >= 1)
    return np.where(whole, np.uint64(WHOLE - 1), (np.where(whole, 0.0, upto) * WHOLE).astype(np.uint64))


@dataclass
class TableMaker:
    """Makes tables for the parameters of one config, sharing equal quantile tables."""

    attribute_index: Mapping[str, int]
    attribute_values: Mapping[str, tuple[str, ...]]
    trace_columns: tuple[str, ...] = ()
    quantiles: list[np.ndarray[Any, np.dtype[np.int64]]] = field(default_factory=list)
    discrete: list[Discrete] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)

    def classes(self, parameter: Parameter) -> tuple[Classes, list[dict[str, str]]]:
        """The classes that a parameter tells apart, and each class as {attribute: value}, in order of row."""
        names = list(dict.fromkeys((*parameter.cells.by, *(n for f in parameter.times for n in f.cells.by))))
        sizes = [len(self.attribute_values[name]) for name in names]
        if int(np.prod(sizes, dtype=float)) > MOST_CLASSES:
            raise ValueError(
                f"tells {int(np.prod(sizes, dtype=float)):,} classes apart; at most {MOST_CLASSES:,} can be held"
            )
        strides = [int(np.prod(sizes[at + 1 :], dtype=np.int64)) for at in range(len(names))]
        rows = [dict(zip(names, combination, strict=True))
                for combination in product(*(self.attribute_values[name] for name in names))]  # fmt: skip
        return Classes(tuple(self.attribute_index[name] for name in names), tuple(strides)), rows

    def durations(self, parameter: Parameter) -> Durations:
        """A duration parameter: a quantile table and a factor for each class."""
        classes, rows = self.classes(parameter)
        cells = [_cell(parameter.cells.by, parameter.cells.values, row) for row in rows]
        for cell in cells:
            if not isinstance(cell, Distribution):
                raise ValueError("is used as a duration, but is not one")
        column = -1
        of_trace = {cell.law for cell in cells if cell.family == "trace"}
        if of_trace:
            if len(of_trace) > 1 or any(cell.family != "trace" for cell in cells):
                raise ValueError("mixes a column of a trace with other times: use one column for all classes")
            if cells[0].law not in self.trace_columns:
                known = ", ".join(self.trace_columns) or "none"
                raise ValueError(
                    f"is the column {cells[0].law!r} of a trace; the traces' duration columns: {known}"
                )
            column = self.trace_columns.index(cells[0].law)
            table = np.zeros(len(rows), dtype=np.int32)
        else:
            table = np.array([self.table_of(cell) for cell in cells], dtype=np.int32)
        factor = np.array([round(_factor(parameter.times, row) * ONE) for row in rows], dtype=np.int64)
        return Durations(parameter.name, classes, table, factor, column)

    def table_of(self, distribution: Distribution) -> int:
        """Number of the distribution's table, made at first need; negative for one of exact values."""
        key = repr(distribution)
        if key not in self._known:
            exact = _exact_values(distribution)
            if exact is not None:
                self.discrete.append(exact)
                self._known[key] = -len(self.discrete)
            else:
                self.quantiles.append(kept_table(distribution))
                self._known[key] = len(self.quantiles) - 1
        return self._known[key]

    def shares(self, parameter: Parameter, names: tuple[str, ...], every_name: bool = False) -> Shares:
        """A share parameter: thresholds over `names` for each class; factors act on the odds of their names.

        With `every_name`, a name that no class gives a share is taken for a slip.
        """
        classes, rows = self.classes(parameter)
        found = []
        for row in rows:
            cell = _cell(parameter.cells.by, parameter.cells.values, row)
            if not isinstance(cell, Mapping):
                raise ValueError("is used as shares, but is not a set of named shares")
            for name in cell:
                if name not in names:
                    raise ValueError(f"has the share {name!r}, which is not one of {', '.join(names)}")
            found.append(_with_odds([cell.get(name, 0.0) for name in names], names, parameter.times, row))
        given = {
            name for cell in parameter.cells.values.values() if isinstance(cell, Mapping) for name in cell
        }
        if every_name and (missing := [name for name in names if name not in given]):
            raise ValueError(f"says nothing of the share {missing[0]!r}: write 0 if nobody goes that way")
        return Shares(parameter.name, classes, names, thresholds_of(found))

    def probability(self, parameter: Parameter) -> Shares:
        """One probability as the shares "yes" and "no"."""
        classes, rows = self.classes(parameter)
        found = []
        for row in rows:
            cell = _cell(parameter.cells.by, parameter.cells.values, row)
            if not isinstance(cell, (int, float)) or not 0 <= cell <= 1:
                raise ValueError("is used as one share: it must be a number from 0 to 1")
            found.append(_with_odds([cell, 1 - cell], ("yes", "no"), parameter.times, row, default=("yes",)))
        return Shares(parameter.name, classes, ("yes", "no"), thresholds_of(found))

    def numbers(self, parameter: Parameter) -> Numbers:
        """A number parameter: a whole number for each class, rounded after its factors."""
        classes, rows = self.classes(parameter)
        values = []
        for row in rows:
            cell = _cell(parameter.cells.by, parameter.cells.values, row)
            if not isinstance(cell, (int, float)) or cell < 0:
                raise ValueError("is used as a number: it must be a whole number, not negative")
            values.append(round(cell * _factor(parameter.times, row)))
        return Numbers(parameter.name, classes, np.array(values, dtype=np.int64))


def _cell(by: tuple[str, ...], values: Mapping[tuple[str, ...], Any], row: dict[str, str]) -> Any:
    key = tuple(row[name] for name in by)
    if key not in values:
        raise ValueError(
            f"has no value for {', '.join(f'{name} {value}' for name, value in zip(by, key, strict=True))}"
        )
    return values[key]


def _factor(times: tuple[Factor, ...], row: dict[str, str]) -> float:
    total = 1.0
    for factor in times:
        total *= _cell(factor.cells.by, factor.cells.values, row)
    return total


def _with_odds(
    shares: list[float],
    names: tuple[str, ...],
    times: tuple[Factor, ...],
    row: dict[str, str],
    default: tuple[str, ...] = (),
) -> list[float]:
    """Multiply the odds of the named shares, together, against all the others."""
    for factor in times:
        favoured = set(factor.names or default)
        if not favoured:
            raise ValueError(
                "is a set of shares: its `times` must say which names' odds it multiplies (names: [...])"
            )
        ratio = _cell(factor.cells.by, factor.cells.values, row)
        inside = sum(share for share, name in zip(shares, names, strict=True) if name in favoured)
        outside = sum(shares) - inside
        total = inside * ratio + outside
        if total <= 0:
            continue
        shares = [
            share * (ratio if name in favoured else 1.0) / total
            for share, name in zip(shares, names, strict=True)
        ]
    return shares


def _exact_values(distribution: Distribution) -> Discrete | None:
    """The values of a distribution that has only a few; None for a continuous one."""
    if distribution.low is not None or distribution.high is not None:
        return None
    if distribution.family == "constant":
        pairs = [(1.0, distribution.args["value"])]
    elif distribution.family == "empirical":
        pairs = sorted(
            ((share, part.args["value"]) for share, part in distribution.parts), key=lambda pair: pair[1]
        )
    else:
        return None
    values = np.array([max(0, round(value)) for _, value in pairs], dtype=np.int64)
    return Discrete(thresholds([share for share, _ in pairs]), values)
