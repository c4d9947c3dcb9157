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


def percentiles(counts: Ints, percent: float) -> NDArray[np.float64]:
    """For each row of counts by bin, the time in ms that `percent` of them do not exceed (nearest rank); nan if none."""
    upto = np.cumsum(counts, axis=1)
    total = upto[:, -1:]
    rank = np.maximum(np.ceil(total * percent / 100 - 1e-9), 1)
    found = middle_of(np.minimum((upto < rank).sum(axis=1), BINS - 1))
    return np.asarray(np.where(total[:, 0] > 0, found, np.nan), np.float64)
