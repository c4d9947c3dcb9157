"""Bins for times in whole ms: 64 for each doubling, so the middle of a bin is within 0.8% of its times.

A time below 64 ms has a bin of its own. Above that the bin is the time's leading seven binary digits, found
by shifting: no logarithm, so every processor agrees. The last bin holds everything beyond eight years.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

BINS = 2_112  # up to 2**38 ms
LAST = 2**38 - 1


def bin_of(times: Ints) -> Ints:
    """The bin of each time in ms (0 or more)."""
    times = np.clip(times, 0, LAST)
    _, bits = np.frexp(times.astype(np.float64))  # exact: the number of binary digits
    shift = np.maximum(bits.astype(np.int64) - 7, 0)
    return np.asarray(64 * shift + (times >> shift), np.int64)


def middle_of(bins: Ints) -> NDArray[np.float64]:
    """The middle of each bin in ms."""
    shift = np.maximum(bins // 64 - 1, 0)
    lowest = (bins - 64 * shift) << shift
    return np.asarray(lowest + ((1 << shift) - 1) / 2, np.float64)


def percentile(bins: Ints, counts: Ints, percent: float) -> float:
    """The time in ms that `percent` of the counted times do not exceed (nearest rank); nan if none."""
    total = int(counts.sum())
    if total == 0:
        return float("nan")
    order = np.argsort(bins, kind="stable")
    rank = max(int(np.ceil(total * percent / 100 - 1e-9)), 1)
    at = int(np.searchsorted(np.cumsum(counts[order]), rank))
    return float(middle_of(bins[order][at : at + 1])[0])
