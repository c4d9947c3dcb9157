"""What pairing was worth: by hand, by the test that Pitman's interval turns round, and by its coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom, t

from flowsim.errors import RunError
from flowsim.studies.statistics.pairing import pairing
from tests.studies.statistics.luck import normals

NAN = float("nan")


@pytest.mark.unit
def test_the_factor_by_hand():
    """Variances 2.5 and 2.5, of the difference 0.5: ten times as many replications without pairing."""
    base, other = [1.0, 2, 3, 4, 5], [1.0, 3, 2, 4, 5]
    found = pairing(base, other)
    assert found.variance_independent == 5
    assert found.variance_paired == 0.5
    assert found.factor == pytest.approx(10)
    assert found.removed == pytest.approx(0.9)
    assert found.correlation == pytest.approx(0.9)
    assert pairing([-one for one in base], [-one - 7 for one in other]).factor == pytest.approx(10)


@pytest.mark.unit
def test_at_the_ends_of_the_interval_the_test_of_pitman_and_morgan_just_rejects():
    """Equal variances of sum / sqrt(R) and difference are tested by the correlation of their sum and difference."""
    base, other = normals(1, 12), 0.7 * normals(1, 12) + 0.5 * normals(2, 12)
    found = pairing(base, other)
    for end in (found.low, found.high):
        ratio = 2 * end - 1
        scaled, difference = (base + other) / math.sqrt(ratio), other - base
        r = np.corrcoef(scaled + difference, scaled - difference)[0, 1]
        assert abs(r) * math.sqrt(10 / (1 - r * r)) == pytest.approx(t.ppf(0.975, 10))
    assert found.low < found.factor < found.high


@pytest.mark.unit
def test_pairing_may_do_harm():
    base = list(normals(3, 30))
    found = pairing(base, [-one + 0.1 * two for one, two in zip(base, normals(4, 30), strict=True)])
    assert found.high < 1
    assert found.removed < 0
    assert found.words().startswith("Pairing did harm")


@pytest.mark.unit
def test_what_does_not_vary():
    same = pairing([1.0, 2, 4], [3.0, 4, 6])
    assert math.isinf(same.factor)
    assert same.removed == 1
    assert "removed all that varies" in same.words()
    assert "nothing to remove" in pairing([1.0, 1, 1], [2.0, 2, 2]).words()
    half = pairing([1.0, 1, 1, 1], [1.0, 2, 3, 5])
    assert half.factor == pytest.approx(1)
    assert half.correlation == 0


@pytest.mark.unit
def test_mirrored_scenarios_halve_what_a_pair_is_worth():
    found = pairing([1.0, 2, 3, 5], [5.0, 4, 3, 1])
    assert found.factor == pytest.approx(0.5)
    assert found.correlation == pytest.approx(-1)


@pytest.mark.unit
def test_pairs_are_needed():
    with pytest.raises(RunError, match="3 replications or more"):
        pairing([1.0, 2, NAN], [1.0, 2, 3])
    with pytest.raises(RunError, match="same replications"):
        pairing([1.0], [1.0, 2])


@pytest.mark.unit
def test_words():
    words = pairing([1.0, 2, 3, 4, 5], [1.0, 3, 2, 4, 5]).words()
    assert words.startswith("Pairing removed 90% of the variance: without it, 10 times as many replications")
    unsure = pairing(list(normals(5, 8)), list(normals(6, 8))).words()
    assert unsure.startswith("It cannot be said whether pairing helped")


@pytest.mark.theory
@pytest.mark.parametrize(("slope", "noise"), [(1.0, 0.3), (0.5, 1.0), (-0.6, 0.8)])
def test_the_interval_holds_the_true_factor_as_often_as_it_says(slope, noise):
    studies, held = 500, 0
    true = (1 + slope**2 + noise**2) / ((1 - slope) ** 2 + noise**2)
    for study in range(studies):
        base = normals(study, 9)
        found = pairing(base, slope * base + noise * normals(study, 9, 1))
        held += found.low <= true <= found.high
    low, high = binom.interval(0.999, studies, 0.95)
    assert low <= held <= high
