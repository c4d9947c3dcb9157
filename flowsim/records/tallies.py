"""Tallies: all that is kept of a run. Small, exact (whole numbers), and adding up over consecutive weeks."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from flowsim.records.bins import BINS
from flowsim.records.layout import STILL_OPEN, Layout
from flowsim.records.log import DAY, WEEK
from flowsim.records.sparse import Sparse

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tallies:
    """Counts, sums and histograms of one run, by week (0 begins at time 0; warm-up is negative) and group.

    `sums` holds (count, total ms) by tally, week and cell; `over` (count, ms beyond) by limit; `bins` counts
    by histogram, week, cell and bin; `nights` patients at midnight by census threshold, week and cell.
    `weekly`, `flows` and `hourly` are about resource instances; their columns are named in `state.py`.
    """

    layout: Layout
    start: int
    end: int
    sums: Sparse
    over: Sparse
    bins: Sparse
    nights: Sparse
    weekly: Ints
    flows: Ints
    hourly: Ints
    patients: Ints  # started, ended, inside at the end

    @property
    def first_week(self) -> int:
        """The first week of the run; negative in the warm-up."""
        return self.start // WEEK

    @property
    def weeks(self) -> range:
        """The weeks of the run, whole or in part."""
        return range(self.first_week, max(-(-self.end // WEEK), self.first_week + 1))

    @property
    def exposure(self) -> Ints:
        """Milliseconds of each week that were simulated."""
        edges = np.array([*self.weeks, self.weeks[-1] + 1], np.int64) * WEEK
        return np.asarray(np.diff(np.clip(edges, self.start, self.end)), np.int64)

    @property
    def midnights(self) -> Ints:
        """Midnights of each week that lie strictly inside the run."""
        edges = np.array([*self.weeks, self.weeks[-1] + 1], np.int64) * WEEK
        edges = np.clip(edges, self.start + 1, self.end)
        return np.asarray(np.diff(-(-edges // DAY)), np.int64)

    def same_as(self, other: Tallies) -> bool:
        """Are all numbers equal?"""
        mine, theirs = _arrays(self), _arrays(other)
        return all(np.array_equal(mine[name], theirs[name]) for name in mine) and self.layout == other.layout


def merge(first: Tallies, second: Tallies) -> Tallies:
    """Tallies of a run and of its continuation, as if it had been one run.

    Intervals that were still open at the end of the first go on in the second, which must have started from
    the patients inside at that moment; so the first's open ones are dropped.
    """
    if first.layout != second.layout:
        raise ValueError("These tallies are of different models, or of models that observe different things")
    if first.end != second.start:
        raise ValueError(f"The second run starts at {second.start} ms, but the first ends at {first.end} ms")
    closed = _without_open(first)
    weeks = range(first.first_week, second.weeks[-1] + 1)
    return Tallies(
        layout=first.layout,
        start=first.start,
        end=second.end,
        sums=closed.sums + second.sums,
        over=closed.over + second.over,
        bins=first.bins + second.bins,
        nights=first.nights + second.nights,
        weekly=_side_by_side(first, second, weeks, "weekly"),
        flows=_side_by_side(first, second, weeks, "flows"),
        hourly=first.hourly + second.hourly,
        # Who was inside when the first run stopped is counted among the second's as well.
        patients=first.patients * (1, 1, 0) + second.patients - (int(first.patients[2]), 0, 0),
    )


def _without_open(tallies: Tallies) -> Tallies:
    """The same, but for intervals that were cut off by the end of the run."""
    layout = tallies.layout
    (keys, values), (over_keys, over_values) = tallies.sums.as_rows(), tallies.over.as_rows()
    tally, _, _ = layout.parts(keys)
    of_interval = (tally >= layout.offsets[3]) & (tally < layout.offsets[4])
    keep = ~(of_interval & ((tally - layout.offsets[3]) % 3 == STILL_OPEN))
    limit, _, _ = layout.parts(over_keys)
    keep_over = limit % 3 != STILL_OPEN
    return replace(
        tallies,
        sums=Sparse.of(keys[keep], values[keep], layout.cells),
        over=Sparse.of(over_keys[keep_over], over_values[keep_over], layout.cells),
    )


def _side_by_side(first: Tallies, second: Tallies, weeks: range, name: str) -> Ints:
    """Weekly arrays of two runs in one; a week that both touch is added up."""
    parts: list[Ints] = [getattr(first, name), getattr(second, name)]
    whole = np.zeros((parts[0].shape[0], len(weeks), parts[0].shape[2]), np.int64)
    for run, part in zip((first, second), parts, strict=True):
        at = run.first_week - weeks[0]
        whole[:, at : at + part.shape[1]] += part
    return whole


def collapse_histograms(tallies: Tallies) -> Tallies:
    """The same with histograms of the warm-up and of the rest instead of week by week: much smaller.

    Percentiles can then be had for the whole measured time only.
    """
    keys, values = tallies.bins.as_rows()
    key, found = np.divmod(keys, BINS)
    view, week, cell = tallies.layout.parts(key)
    key = tallies.layout.key(view, np.where(week < 0, -1, 0), cell)
    return replace(tallies, bins=Sparse.of(key * BINS + found, values, tallies.bins.span))


def save_tallies(tallies: Tallies, path: Path | str | BinaryIO) -> None:
    """Write tallies to a compressed .npz; keys are stored as differences, which pack well."""
    arrays = _arrays(tallies)
    for name in ("sums", "over", "bins", "nights"):
        arrays[f"{name}_keys"] = np.diff(arrays[f"{name}_keys"], prepend=np.int64(0))
    text = np.frombuffer(tallies.layout.as_text().encode(), np.uint8)
    np.savez_compressed(path, layout=text, **arrays)


def load_tallies(path: Path | str | BinaryIO) -> Tallies:
    """Read tallies that `save_tallies` wrote."""
    with np.load(path, allow_pickle=False) as file:
        layout = Layout.from_text(file["layout"].tobytes().decode())
        sparse = {
            name: Sparse.of(
                np.cumsum(file[f"{name}_keys"], dtype=np.int64),
                file[f"{name}_values"],
                layout.cells * (BINS if name == "bins" else 1),
            )
            for name in ("sums", "over", "bins", "nights")
        }
        rest = {name: file[name] for name in ("weekly", "flows", "hourly", "patients")}
        start, end = (int(time) for time in file["span"])
    return Tallies(layout=layout, start=start, end=end, **sparse, **rest)  # type: ignore[arg-type]


def _arrays(tallies: Tallies) -> dict[str, Any]:
    """Every array of tallies, by name."""
    found: dict[str, Any] = {"span": np.array([tallies.start, tallies.end], np.int64)}
    for item in fields(tallies):
        value = getattr(tallies, item.name)
        if isinstance(value, Sparse):
            found[f"{item.name}_keys"], found[f"{item.name}_values"] = value.as_rows()
        elif isinstance(value, np.ndarray):
            found[item.name] = value
    return found
