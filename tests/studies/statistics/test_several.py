"""Several comparisons at once: intervals by hand, Holm by his own arithmetic, and the family-wise error counted."""

from __future__ import annotations

import math

import pytest
from scipy.stats import binom, false_discovery_control, ttest_1samp

from flowsim.errors import RunError
from flowsim.measures import estimate
from flowsim.studies.statistics.several import holm, several
from tests.studies.statistics.luck import normals

NAN = float("nan")
BASE = [10.0, 20.0, 30.0, 40.0, 50.0]


def moved(*differences):
    return [base + one for base, one in zip(BASE, differences, strict=True)]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("differences", "mean"), [((1, 2, 3, 4, 5), 3), ((-1, -2, -3, -4, -5), -3), ((-2, -1, 0, 1, 2), 0)]
)
def test_each_interval_is_wide_enough_for_all(differences, mean):
    """t of 4 degrees at 1 - 0.05 / 4 is 3.4954, by the tables."""
    found = several(BASE, {"a": moved(*differences), "b": moved(0, 1, 0, 1, 0)})
    row = found.rows[0]
    assert row.difference.mean == pytest.approx(mean)
    assert row.difference.half_width == pytest.approx(3.4954 * math.sqrt(2.5 / 5), rel=1e-4)
    assert row.p == pytest.approx(ttest_1samp(differences, 0).pvalue)
    assert row.clear == (mean != 0)


@pytest.mark.unit
def test_one_comparison_is_an_ordinary_t_interval():
    row = several(BASE, {"a": moved(1, 2, 3, 4, 5)}).rows[0]
    assert row.difference.low == pytest.approx(estimate([1, 2, 3, 4, 5]).low)
    assert row.p_adjusted == row.p


@pytest.mark.unit
def test_holm_by_hand():
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert found == pytest.approx({"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06})
    assert list(found) == ["a", "b", "c", "d"]
    assert holm({"a": 0.6, "b": 0.7}) == {"a": 1.0, "b": 1.0}


@pytest.mark.unit
def test_holm_counts_what_has_no_p_value():
    found = holm({"none": NAN, "a": 0.02})
    assert found["a"] == 0.04
    assert math.isnan(found["none"])


@pytest.mark.unit
def test_holm_is_between_bonferroni_and_what_controls_less():
    p = {str(at): value for at, value in enumerate((0.001, 0.008, 0.039, 0.041, 0.042, 0.06))}
    less = false_discovery_control(list(p.values()))
    for (name, value), other in zip(holm(p).items(), less, strict=True):
        assert other <= value <= min(1, 6 * p[name])


@pytest.mark.unit
def test_holm_can_be_clear_where_the_wider_interval_touches_zero():
    found = several(BASE, {"a": moved(9, 10, 11, 10, 10), "b": moved(0, 2, 3, 4.2, 2)})
    second = found.rows[1]
    assert second.difference.low < 0 < second.difference.high
    assert second.clear


@pytest.mark.unit
def test_a_replication_without_the_figure_is_left_out_of_its_pair_only():
    found = several(BASE, {"a": moved(1, NAN, 3, 4, 5), "b": moved(1, 2, 3, 4, 5)})
    assert [row.difference.n for row in found.rows] == [4, 5]


@pytest.mark.unit
def test_one_replication_cannot_tell():
    found = several([1.0], {"a": [3.0], "b": [NAN]})
    assert not any(row.clear for row in found.rows)
    assert math.isnan(found.rows[0].p)
    assert "one replication, which cannot tell" in found.words("min")
    assert "nothing can be said" in found.words("min")


@pytest.mark.unit
@pytest.mark.parametrize(
    ("n", "by", "clear"), [(5, 3.0, False), (6, 3.0, True), (6, -3.0, True), (40, 0.0, False)]
)
def test_a_difference_without_spread_is_judged_by_how_often_it_came(n, by, clear):
    """Six of one sign in six is 2 / 2^6 = 0.031; five is 0.0625: a t-test would call one of two certain."""
    base = [float(at) for at in range(n)]
    row = several(base, {"a": [one + by for one in base]}).rows[0]
    assert row.constant
    assert (row.difference.low, row.difference.high) == (by, by)
    assert row.p == (1 if by == 0 else 2 / 2**n)
    assert row.clear == clear


@pytest.mark.unit
def test_rounding_is_no_spread():
    base = [0.1, 0.2, 0.3, 0.7, 1.1]
    row = several(base, {"a": [one + 0.1 for one in base], "b": base}).rows[0]
    assert row.constant
    assert row.difference.sd == 0


@pytest.mark.unit
def test_words():
    found = several(BASE, {"More beds": moved(-1, -2, -3, -4, -5), "More tea": moved(-2, -1, 0, 1, 2)})
    first, second, promise = found.words("min").splitlines()
    assert first == "More beds: −3 min (−5.47 to −0.528 min), more than luck."
    assert second.endswith("not to be told apart from luck.")
    assert "Bonferroni" in promise
    assert "Holm" in promise
    assert "95%" in several(BASE, {"a": moved(1, 2, 3, 4, 5)}).words()
    assert "percentage points" in found.words("share")


@pytest.mark.unit
def test_what_cannot_be_compared_is_refused():
    with pytest.raises(RunError, match="same replications"):
        several([1, 2], {"a": [1]})
    with pytest.raises(RunError, match="at least 1"):
        several([1, 2], {})
    with pytest.raises(RunError, match="confidence"):
        several([1, 2], {"a": [1, 2]}, confidence=95)


@pytest.mark.theory
def test_luck_is_called_a_finding_as_seldom_as_promised():
    """Six options that do nothing, 600 studies: with its error at 5%, each alone would cry wolf in 1 of 4."""
    studies, options, n = 600, 6, 8
    wolves = missed = alone = 0
    for study in range(studies):
        base = normals(study, n)
        others = {str(one): normals(study, n, 1 + one) + base for one in range(options)}
        found = several(base, others)
        wolves += any(row.clear for row in found.rows)
        missed += any(row.difference.low > 0 or row.difference.high < 0 for row in found.rows)
        alone += any(row.p <= 0.05 for row in found.rows)
    # Independent options: Bonferroni's 1 - (1 - 0.05 / 6) ^ 6 is 4.9%.
    low, high = binom.interval(0.999, studies, 1 - (1 - 0.05 / options) ** options)
    assert low <= wolves <= high
    assert low <= missed <= high
    assert alone > 0.2 * studies
