"""Counts of hours are the Poisson law's quantiles as SciPy has them, at any rate; which weeks are drawn and kept."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from flowsim.sampling import draw_arrivals
from flowsim.sampling.arrivals import FEW
from flowsim.sampling.candidates import ADDED, UNSURE, USUAL, counts_of_hours, drawing_of, laws_of_hours
from flowsim.sampling.drawing import quantile
from flowsim.sampling.philox import run_key
from tests.sampling.small import WEEK, program

pytestmark = pytest.mark.unit

HOURS = 2_000
quantile_of = getattr(quantile, "py_func", quantile)  # it is compiled only as a part of what calls it


@pytest.mark.parametrize(
    "rate", ["0/h", "1e-9/h", "0.02/h", "0.5/h", "3/h", "40/h", "450/h", "520/h", "100000/h"]
)
def test_counts_are_scipys(rate):
    """At each rate, with twice and a half as many by the multiplier, so that both streams are drawn."""
    drawing = drawing_of(
        program(sources={"walk_in": {"rate": rate, "mix": {"acuity": {"1": 1}}, "multiplier": 2.5}})
    )
    run = int(run_key(3, 1))
    counts = counts_of_hours(drawing, run, -500, HOURS - 500)
    _, u, rate = laws_of_hours(drawing, run, -500, HOURS - 500)
    at = drawing.number.tolist().index(0)
    for which in (USUAL, ADDED):
        expected = np.maximum(poisson.ppf(u[which, at], rate[which, at]), 0)
        assert counts[which, at].tolist() == expected.astype(np.int64).tolist()


def test_next_to_a_step_of_the_law_the_sum_leaves_it_to_scipy():
    for rate in (0.3, 7.0, 60.0):
        for step in poisson.cdf(np.arange(int(2 * rate) + 3), rate):
            assert quantile_of(step, rate) == quantile_of(np.nextafter(step, 0), rate) == UNSURE
            below = max(step - 1e-8, 1e-12)
            assert quantile_of(below, rate) in (UNSURE, poisson.ppf(below, rate))
    assert quantile_of(1 - 2.0**-53, 5.0) == UNSURE


def test_whoever_follows_a_few_weeks_behind_is_given_the_same_weeks():
    arrivals = draw_arrivals(program(), 1, 0, 0, 60 * WEEK)
    ahead, behind = arrivals.weeks(), arrivals.weeks()
    weeks = [next(ahead) for _ in range(4)]
    assert all(next(behind) is week for week in weeks)
    drawn = list(ahead)
    assert len(arrivals._kept) == 4
    assert next(behind) is not drawn[0], "it fell too far behind, and draws anew"
    assert [week.time.tolist() for week in behind] == [week.time.tolist() for week in drawn[1:]]


@pytest.mark.parametrize(
    ("rate", "start", "weeks"),
    [
        ("1/h", -WEEK // 2, [(-1, 0), (0, 2), (2, 6), (6, 14), (14, 22), (22, 25)]),
        ("30/h", 0, [(0, 1), (1, 2), (2, 3)]),
        ("90/h", WEEK // 2, [(0, 1), (1, 2), (2, 3), (3, 4)]),
    ],
)
def test_where_few_come_several_weeks_are_drawn_at_once_and_are_the_same(rate, start, weeks):
    made = program(sources={"walk_in": {"rate": rate, "mix": {"acuity": {"1": 1}}}})
    arrivals = draw_arrivals(made, 1, 0, start, weeks[-1][1] * WEEK)
    chunks = list(arrivals.weeks())
    assert [(chunk.time[0] // WEEK, chunk.time[-1] // WEEK + 1) for chunk in chunks] == weeks
    whole = [np.concatenate(columns).tolist() for columns in zip(*chunks, strict=True)]
    alone = [week for at in range(weeks[0][0], weeks[-1][1])
             for week in draw_arrivals(made, 1, 0, max(start, at * WEEK), (at + 1) * WEEK).weeks()]  # fmt: skip
    assert whole == [np.concatenate(columns).tolist() for columns in zip(*alone, strict=True)]


def test_when_more_come_fewer_weeks_are_drawn_at_once():
    """A chunk has a bounded number of arrivals, whatever the season."""
    month = [0.1] * 6 + [2.0] * 6
    made = program(
        sources={"walk_in": {"rate": "30/h", "mix": {"acuity": {"1": 1}}, "profile": {"month": month}}}
    )
    chunks = [len(chunk.time) for chunk in draw_arrivals(made, 1, 0, 0, 52 * WEEK).weeks()]
    assert max(chunks[-8:-1]) < 2 * FEW < sum(chunks) / 6
