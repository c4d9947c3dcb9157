"""How likely a standard is met: published exact intervals, and the paired change by McNemar's exact test."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import beta, binom, multinomial

from flowsim.errors import RunError
from flowsim.studies.statistics.standards import met, met_change


def yes_no(yes, no):
    return [1.0] * yes + [0.0] * no


@pytest.mark.unit
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.3085),  # 1 - 0.025 ^ (1 / 10)
        (10, 10, 0.6915, 1.0),
        (1, 10, 0.0025, 0.4450),  # Clopper and Pearson's chart, and every table since
        (5, 10, 0.1871, 0.8129),
        (19, 20, 0.7513, 0.9987),
    ],
)
def test_clopper_and_pearson(hits, n, low, high):
    found = met(yes_no(hits, n - hits), 0.5, "at least")
    assert (found.met, found.n, found.share) == (hits, n, hits / n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.unit
def test_both_sides_of_a_limit_and_the_limit_itself():
    values = [-2.0, -1.0, 0.0, 1.0, float("nan")]
    assert (met(values, 0, "at least").met, met(values, 0, "at most").met) == (2, 3)
    assert met(values, -1, "at most").met == 2
    assert met(values, 0, "at most").n == 4


@pytest.mark.unit
def test_nothing_to_count_is_refused():
    for values in ([], [math.nan]):
        with pytest.raises(RunError, match="No replication has the figure"):
            met(values, 1, "at least")
    with pytest.raises(RunError, match="`below` is neither"):
        met([1], 1, "below")
    with pytest.raises(RunError, match="limit"):
        met([1], math.nan, "at least")


@pytest.mark.unit
@pytest.mark.parametrize(
    ("gained", "lost", "p"), [(5, 0, 2 / 2**5), (0, 5, 2 / 2**5), (6, 1, 16 / 2**7), (3, 3, 1.0), (0, 0, 1.0)]
)
def test_the_paired_change_by_hand(gained, lost, p):
    """Seven turned, one of them the wrong way: 2 (1 + 7) / 2^7."""
    base = yes_no(4, 6) + [0.0] * gained + [1.0] * lost
    other = yes_no(4, 6) + [1.0] * gained + [0.0] * lost
    found = met_change(base, other, 0.5, "at least")
    n = 10 + gained + lost
    assert (found.gained, found.lost, found.base.met) == (gained, lost, 4 + lost)
    assert found.difference == pytest.approx((gained - lost) / n)
    assert found.p == pytest.approx(p)
    assert found.low <= found.difference <= found.high
    # Gained less lost, each with an exact interval at half the error.
    gained_low = beta.ppf(0.0125, gained, n - gained + 1) if gained else 0
    lost_high = beta.ppf(1 - 0.0125, lost + 1, n - lost)
    assert found.low == pytest.approx(gained_low - lost_high)


@pytest.mark.unit
def test_the_other_way_round_is_the_same_with_the_other_sign():
    base, other = yes_no(3, 9), yes_no(9, 3)
    there, back = met_change(base, other, 0.5, "at least"), met_change(other, base, 0.5, "at least")
    assert (back.low, back.high, back.p) == pytest.approx((-there.high, -there.low, there.p))
    assert there.clear


@pytest.mark.unit
def test_words():
    assert met(yes_no(19, 1), 0.5, "at least").words("The four-hour standard") == (
        "The four-hour standard is met in 19 of 20 replications (95%); the true probability lies between 75.1% and "
        "99.9% (95% interval, Clopper-Pearson)."
    )
    assert "no replication turned" in met_change([1, 1], [1, 1], 1, "at least").words()
    words = met_change(yes_no(0, 8), yes_no(8, 0), 0.5, "at least").words()
    assert "8 turned to met and 0 to missed): +100 percentage points" in words
    assert "more than luck" in words


@pytest.mark.theory
def test_the_interval_holds_the_probability_at_least_as_often_as_it_says():
    """Counted over every outcome of 25 replications, so without luck; and it is not wasteful either."""
    n = 25
    found = [met(yes_no(hits, n - hits), 0.5, "at least") for hits in range(n + 1)]
    held = [
        sum(binom.pmf(one.met, n, true) for one in found if one.low <= true <= one.high)
        for true in np.linspace(0.01, 0.99, 99)
    ]
    assert 0.95 <= min(held) < 0.96
    assert max(held) <= 1 + 1e-12


@pytest.mark.theory
@pytest.mark.parametrize(("gains", "loses"), [(0.1, 0.1), (0.4, 0.0), (0.05, 0.3), (0.5, 0.5)])
def test_the_interval_of_the_change_does_too(gains, loses):
    """Counted over every outcome of 9 pairs."""
    n, held, alarms = 9, 0.0, 0.0
    for gained in range(n + 1):
        for lost in range(n + 1 - gained):
            same = n - gained - lost
            base, other = yes_no(0, gained) + yes_no(lost, same), yes_no(gained, lost) + yes_no(0, same)
            found = met_change(base, other, 0.5, "at least")
            assert (found.gained, found.lost) == (gained, lost)
            chance = multinomial.pmf([gained, lost, same], n, [gains, loses, 1 - gains - loses])
            held += chance * (found.low <= gains - loses <= found.high)
            alarms += chance * found.clear
    assert held >= 0.95
    assert (alarms <= 0.05) or gains != loses
