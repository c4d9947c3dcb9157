"""Until precise enough: the sample sizes by hand, the refusals, and what stopping early costs in coverage."""

from __future__ import annotations

import math

import pytest
from scipy.stats import binom, t

from flowsim.errors import RunError
from flowsim.studies.statistics.precision import Rule, Target, progress
from tests.studies.statistics.luck import exponentials, normals

NAN = float("nan")


def spread(mean, sd, n):
    """n figures, n even, with exactly this mean and this sd."""
    half = sd * math.sqrt((n - 1) / n)
    return [mean - half, mean + half] * (n // 2)


@pytest.mark.unit
def test_nothing_is_judged_before_the_minimum():
    found = progress({"wait": [1.0, 1.0]}, {"wait": Target(5)})
    assert (found.stop, found.run_next, found.more) == (False, 8, -1)
    assert "Too early to tell after 2 replications" in found.words()
    assert progress({"wait": []}, {"wait": Target(5)}).run_next == 10


@pytest.mark.unit
@pytest.mark.parametrize("mean", [-3.0, 0.0, 3.0])
def test_absolute_precision_does_not_care_where_the_mean_is(mean):
    """2.2622 x 4 / sqrt(10) is 2.8614."""
    values = {"wait": spread(mean, 4.0, 10)}
    assert progress(values, {"wait": Target(2.8615)}).precise
    found = progress(values, {"wait": Target(2.8613)})
    assert (found.stop, found.precise, found.held_up_by, found.run_next) == (False, False, "wait", 5)
    assert found.more == 1


@pytest.mark.unit
def test_how_many_more_is_counted_with_students_t():
    """A half-width of 1 with sd 4 takes 64 replications: 1.9983 x 4 / 8 is 0.9992; of 63 it is 1.0074."""
    assert t.ppf(0.975, 63) * 4 / 8 < 1 < t.ppf(0.975, 62) * 4 / math.sqrt(63)
    assert progress({"wait": spread(0, 4.0, 10)}, {"wait": Target(1)}).more == 54


@pytest.mark.unit
@pytest.mark.parametrize("sign", [1, -1])
def test_relative_precision_is_of_the_true_mean(sign):
    """10% is held against 10 / 110 of the estimate: 2.8614 of 31.475 just does, and of 31.47 does not."""
    for mean, precise in ((31.477, True), (31.47, False)):
        values = {"wait": spread(sign * mean, 4.0, 10)}
        assert progress(values, {"wait": Target(0.1, relative=True)}).precise == precise


@pytest.mark.unit
@pytest.mark.parametrize("mean", [0.0, 1.0, -5.0])
def test_relative_precision_near_zero_is_refused_with_its_remedy(mean):
    with pytest.raises(
        RunError, match=r"`gain` is .* too near zero .*\n +Give an absolute one.*half_width: 1\.43"
    ):
        progress({"gain": spread(mean, 4.0, 10)}, {"gain": Target(0.1, relative=True)})


@pytest.mark.unit
def test_the_figure_that_holds_it_up_is_named():
    values = {"wait": spread(0, 1.0, 10), "beds": spread(50, 9.0, 10), "cost": spread(1, 2.0, 10)}
    found = progress(values, {"wait": Target(1), "beds": Target(2), "cost": Target(1)})
    assert found.held_up_by == "beds"
    assert found.words({"beds": "beds"}) == (
        "Not precise enough after 10 replications: `beds` is known to within 6.44 beds and would need about 71 more."
    )


@pytest.mark.unit
def test_it_ends_at_the_maximum_and_says_so():
    rule = Rule(maximum=12)
    values = spread(0, 4.0, 10)
    assert progress({"wait": values}, {"wait": Target(1)}, rule).run_next == 2
    found = progress({"wait": spread(0, 4.0, 12)}, {"wait": Target(1)}, rule)
    assert (found.stop, found.precise, found.run_next) == (True, False, 0)
    assert found.words().startswith(
        "Stopped at the maximum, not precise enough, after 12 replications: `wait`"
    )


@pytest.mark.unit
def test_a_figure_that_few_replications_have_needs_more_of_them():
    values = [*spread(0, 4.0, 10), *[NAN] * 10]
    assert progress({"wait": values}, {"wait": Target(1)}).more == 2 * 64 - 20
    found = progress({"wait": [NAN] * 11 + [1.0]}, {"wait": Target(1)})
    assert (found.held_up_by, found.more, found.stop) == ("wait", -1, False)
    assert "too few values" in found.words()


@pytest.mark.unit
def test_what_never_varies_is_precise():
    assert progress({"a": [0.0] * 10}, {"a": Target(0.1, relative=True)}).precise
    assert "a little less often than they say" in progress({"a": [2.0] * 10}, {"a": Target(1)}).words()


@pytest.mark.unit
def test_wrong_targets_and_rules_are_refused():
    with pytest.raises(RunError, match="Did you mean `wait`"):
        progress({"wait": [1.0]}, {"wiat": Target(1)})
    with pytest.raises(RunError, match="half_width"):
        Target(0)
    with pytest.raises(RunError, match="between 0 and 1"):
        Target(5, relative=True)
    with pytest.raises(RunError, match="maximum"):
        Rule(minimum=20, maximum=10)
    with pytest.raises(RunError, match="different numbers"):
        progress({"a": [1.0], "b": []}, {"a": Target(1), "b": Target(1)})


def coverage(draw, true, target, studies):
    """How many studies that stopped when precise hold the true mean."""
    held = 0
    for study in range(studies):
        values, n = draw(study, 300), 0
        while not (found := progress({"a": values[:n]}, {"a": target}, Rule(maximum=300))).stop:
            n += found.run_next
        assert found.precise
        held += found.estimates["a"].low <= true <= found.estimates["a"].high
    return held


@pytest.mark.theory
@pytest.mark.slow
@pytest.mark.parametrize(
    ("draw", "true", "target", "share"),
    [
        (lambda study, n: 5 + normals(study, n), 5, Target(0.3), 0.94),
        (lambda study, n: -5 + normals(study, n), -5, Target(0.06, relative=True), 0.94),
        (lambda study, n: exponentials(study, n) - 1, 0, Target(0.3), 0.87),
    ],
    ids=["normal, absolute", "normal, negative, relative", "exponential, zero mean"],
)
def test_what_stopping_when_precise_costs(draw, true, target, share):
    """95% intervals hold the truth in 94% of studies of normal figures, and in 87% of very skewed ones."""
    studies = 500
    low, high = binom.interval(0.999, studies, share)
    assert low <= coverage(draw, true, target, studies) <= high
