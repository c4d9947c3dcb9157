"""What a run could have seen: the sample sizes that every table of the paired t-test gives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, chi, norm, t

from flowsim.errors import RunError
from flowsim.studies.statistics.power import power_at, power_of, replications_needed, smallest_difference
from tests.studies.statistics.luck import normals


@pytest.mark.unit
@pytest.mark.parametrize(
    ("difference", "power", "n"),
    [(0.2, 0.8, 199), (0.5, 0.8, 34), (0.8, 0.8, 15), (0.5, 0.9, 44), (-0.5, 0.8, 34), (-0.8, 0.8, 15)],
)
def test_the_sample_sizes_of_the_tables(difference, power, n):
    """G*Power and R's power.t.test, paired and two-sided at 5%."""
    assert replications_needed(difference, 1.0, power=power) == n
    assert replications_needed(difference * 7, 7.0, power=power) == n


@pytest.mark.unit
def test_power_is_the_integral_that_defines_it():
    """Integrated over the sd of the sample, for few replications and for many; and far out, where SciPy gives nan."""
    for n in (2, 3, 5, 20):
        limit = t.ppf(0.975, n - 1)
        for size in (0.0, 0.7, 3.0, 8.0):

            def below(x, df=n - 1, size=size):
                inside = lambda s: norm.cdf(x * s / math.sqrt(df) - size) * chi.pdf(s, df)  # noqa: E731
                return quad(inside, 0, np.inf, limit=300)[0]

            assert power_at(size, n) == pytest.approx(1 - below(limit) + below(-limit), abs=1e-7)
    assert power_at(0, 9) == pytest.approx(0.05)
    assert power_at(40, 100) == 1


@pytest.mark.unit
def test_the_smallest_difference_is_what_that_many_replications_see():
    for n in (2, 5, 34, 400):
        for sd in (0.01, 3.0):
            smallest = smallest_difference(n, sd)
            assert power_at(smallest * math.sqrt(n) / sd, n) == pytest.approx(0.8)
            assert replications_needed(smallest * 1.0001, sd) == n
    assert smallest_difference(9, 0.0) == 0


@pytest.mark.unit
@pytest.mark.parametrize("sign", [1, -1])
def test_a_run_is_told_what_it_could_have_seen(sign):
    found = power_of([sign * one for one in (1.0, 2, 3, 2, 5)], matters=0.5 * sign)
    assert found.sd == pytest.approx(math.sqrt(2.3))
    assert found.smallest == pytest.approx(1.68200 * math.sqrt(2.3), rel=1e-5)
    # The sd lies between 0.599 and 2.874 times itself (chi-square with 4 degrees of freedom).
    assert found.needed == replications_needed(0.5, math.sqrt(2.3))
    assert found.fewest == replications_needed(0.5, math.sqrt(2.3) * math.sqrt(4 / 11.14329))
    assert found.most == replications_needed(0.5, math.sqrt(2.3) * math.sqrt(4 / 0.4844186))
    assert found.words("min").startswith(
        "With 5 replications, a true difference of 2.55 min would have been told"
    )
    assert "To see 0.5 min as reliably takes about 75 replications (between 28 and 599" in found.words("min")


@pytest.mark.unit
def test_a_run_that_could_not_have_seen_anything_says_so():
    assert "cannot tell any difference" in power_of([1.0]).words()
    assert "cannot tell any difference" in power_of([]).words()
    assert "nothing can be said about how small" in power_of([2.0, 2.0, 2.0], matters=1).words()


@pytest.mark.unit
def test_impossible_questions_are_refused():
    with pytest.raises(RunError, match="zero from zero"):
        replications_needed(0.0, 1.0)
    with pytest.raises(RunError, match="Give a larger difference"):
        replications_needed(1e-6, 1.0)
    with pytest.raises(RunError, match="false alarm"):
        smallest_difference(5, 1.0, power=0.05)
    with pytest.raises(RunError, match="at least 2"):
        smallest_difference(1, 1.0)
    with pytest.raises(RunError, match="spread"):
        smallest_difference(5, math.nan)
    assert replications_needed(5.0, 0.0) == 2


@pytest.mark.theory
@pytest.mark.parametrize("sign", [1, -1])
def test_that_difference_is_seen_four_times_in_five(sign):
    studies, n, sd = 500, 7, 2.0
    true = sign * smallest_difference(n, sd)
    seen = 0
    for study in range(studies):
        sample = true + sd * normals(study, n)
        half = t.ppf(0.975, n - 1) * sample.std(ddof=1) / math.sqrt(n)
        seen += abs(sample.mean()) > half
    low, high = binom.interval(0.999, studies, 0.8)
    assert low <= seen <= high
