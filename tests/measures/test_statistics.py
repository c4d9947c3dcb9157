"""Intervals, warm-up and growth with known answers."""

from __future__ import annotations

import math
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from flowsim.errors import ConfigError
from flowsim.measures import Kpis, KpiValue, compare, estimate, growth, mser5, paired, summarise, weeks_of
from flowsim.measures.periods import days_between, weeks_between

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("values", "mean", "half"),
    [
        ([1, 2, 3, 4, 5], 3, 2.7764451 * math.sqrt(2.5 / 5)),
        ([-5, -1], -3, 12.7062047 * math.sqrt(8) / math.sqrt(2)),
        ([-2, 0, 2], 0, 4.3026527 * 2 / math.sqrt(3)),
        ([4, 4, 4], 4, 0),
        ([7, float("nan"), 9], 8, 12.7062047),
    ],
)
def test_t_intervals(values, mean, half):
    found = estimate(values)
    assert found.mean == pytest.approx(mean, abs=1e-12)
    assert found.half_width == pytest.approx(half, abs=1e-6)
    assert (found.low + found.high) / 2 == pytest.approx(mean, abs=1e-12)


def test_one_or_no_replication_says_nothing_about_spread():
    one = estimate([3.0])
    assert one.n == 1
    assert one.mean == 3
    assert all(math.isnan(value) for value in (one.sd, one.low, one.high))
    assert math.isnan(estimate([]).mean)


def test_confidence_widens():
    assert estimate([1, 2, 3], 0.99).half_width == pytest.approx(9.9248432 / math.sqrt(3))


def test_paired_differences_are_of_the_pairs():
    found = paired([10, 20, 30], [11, 22, 33])
    assert found.mean == 2
    assert found.sd == 1
    with pytest.raises(ValueError, match="zip"):
        paired([1], [1, 2])


def runs(*values):
    return [Kpis((KpiValue("n", "all", "all", "all", value, "patients"),)) for value in values]


def test_tables_over_replications():
    table = summarise(runs(1.0, 2.0, 3.0))
    assert table.loc[0, ["n", "mean", "sd"]].tolist() == [3, 2, 1]
    table = compare(runs(10.0, 20.0), runs(9.0, 19.0))
    assert table.loc[0, ["base", "other", "difference", "change_percent"]].tolist() == pytest.approx(
        [15, 14, -1, -100 / 15]
    )
    assert bool(table.loc[0, "clear"])
    assert not compare(runs(10.0), runs(9.0)).loc[0, "clear"]


def test_mser5_cuts_a_warm_up():
    """A start far away from a steady alternation is cut away exactly."""
    steady = [1.0, -1.0, 1.0, -1.0, 0.0] * 20
    found = mser5([100.0] * 10 + steady)
    assert found.leave_out == 10
    assert found.warning == ""
    assert str(found) == "Leave out the first 10 of 110 observations."
    assert mser5(steady).leave_out == 0


def test_mser5_says_when_nothing_settles():
    assert "no sign that the figure has settled" in mser5(list(np.arange(200.0) ** 2)).warning
    assert "too short" in mser5([1.0] * 19).warning
    with pytest.raises(ValueError, match="gaps"):
        mser5([float("nan")] * 30)


def test_growth():
    rising = growth([2.0 * week + (week % 4) for week in range(40)])
    assert rising.per_week == pytest.approx(2)
    assert rising.words.startswith("It grows")
    assert growth([5.0, 4.0, 6.0, 5.0, 5.5, 4.5, 5.0, 5.0, 4.0, 6.0] * 4).words == "No clear growth."
    assert "too short" in growth([1.0] * 12).words


def test_periods():
    config = SimpleNamespace(
        start=date(2018, 4, 1), periods={"winter": (date(2018, 12, 3), date(2019, 3, 3))}
    )
    assert days_between(date(2020, 1, 1), date(2021, 1, 1)) == 365
    assert weeks_of("", config) == slice(0, None)
    assert weeks_of("2018/19", config) == slice(0, 52)
    assert weeks_of("2017/18", config) == slice(-52, 0)
    assert weeks_of("winter", config) == slice(35, 48)
    assert weeks_of("2018-04-08 to 2018-04-14", config) == slice(1, 2)
    assert weeks_between(date(2018, 4, 1), date(2018, 4, 1), date(2018, 4, 3)) == slice(0, 0)
    with pytest.raises(ConfigError, match="Did you mean `winter`"):
        weeks_of("wintr", config)
