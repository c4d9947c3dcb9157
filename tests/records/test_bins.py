"""Percentiles from bins are within 0.8%."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.records.bins import BINS, LAST, bin_of, middle_of, percentiles

pytestmark = pytest.mark.unit


def test_bins_rise_without_a_gap_and_their_middles_are_near():
    edges = np.array([0, 1, 63, 64, 127, 128, 129, 130, 255, 256, 4 * 3_600_000, LAST, LAST * 4], np.int64)
    assert bin_of(edges).tolist() == [0, 1, 63, 64, 127, 128, 128, 129, 191, 192, 1197, BINS - 1, BINS - 1]
    times = np.unique(np.round(np.geomspace(1, LAST, 200_000)).astype(np.int64))
    found = bin_of(times)
    assert (np.diff(found) >= 0).all()
    assert (np.abs(middle_of(found) - times) <= times * 0.008).all()
    middles = middle_of(np.arange(BINS))
    assert (np.diff(middles) > 0).all()
    assert np.array_equal(bin_of(np.floor(middles).astype(np.int64)), np.arange(BINS))


@pytest.mark.parametrize("percent", [1, 50, 90, 99.9, 100])
def test_percentiles_of_many_times(percent):
    times = (np.arange(1, 20_001, dtype=np.int64) ** 2) * 37 % 10_000_019 + 60_000
    exact = np.percentile(times, percent, method="inverted_cdf")
    counts = np.bincount(bin_of(times), minlength=BINS)
    few = np.bincount([7], minlength=BINS)
    found = percentiles(np.stack([counts, np.zeros_like(counts), few]), percent)
    assert found[0] == pytest.approx(exact, rel=0.008)
    assert np.isnan(found[1])
    assert found[2] == 7
