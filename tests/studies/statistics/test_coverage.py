"""Do 95% intervals hold the truth in 95% of studies? Counted over 500 studies whose truth is known."""

from __future__ import annotations

import pytest
from scipy.stats import binom

from flowsim.measures import estimate, paired
from tests.measure_log import instance_of, ms, present, run_log
from tests.studies.statistics.luck import exponentials, normals
from tests.theory.stations import exponential, one_station

pytestmark = pytest.mark.theory

STUDIES = 500


def within_its_band(held, share=0.95):
    low, high = binom.interval(0.999, STUDIES, share)
    return low <= held <= high


@pytest.mark.parametrize("n", [2, 5, 30])
@pytest.mark.parametrize("true", [0.0, -3.0, 40.0])
def test_intervals_of_normal_figures(n, true):
    found = [estimate(true + 2 * normals(study, n)) for study in range(STUDIES)]
    assert within_its_band(sum(one.low <= true <= one.high for one in found))


@pytest.mark.parametrize("true", [0.0, -0.5])
def test_intervals_of_paired_differences(true):
    """The luck that both share is ten times larger than what differs, and falls out."""
    held = 0
    for study in range(STUDIES):
        shared = 10 * exponentials(study, 6)
        found = paired(shared + normals(study, 6, 1), true + shared + normals(study, 6, 2))
        held += found.low <= true <= found.high
        assert found.half_width < 10
    assert within_its_band(held)


def test_skewed_figures_are_held_less_often_and_by_how_much():
    """Five exponential figures: 88% and not 95%. The mean of a hundred patients each, and it is 95% again."""
    one = [estimate(exponentials(study, 5)) for study in range(STUDIES)]
    held = sum(found.low <= 1 <= found.high for found in one)
    assert within_its_band(held, 0.88)
    assert not within_its_band(held)
    means = [estimate(exponentials(study, 1000).reshape(10, 100).mean(axis=1)) for study in range(STUDIES)]
    assert within_its_band(sum(found.low <= 1 <= found.high for found in means))


@pytest.mark.slow
def test_intervals_of_a_simulated_queue():
    """One server, busy half the time: one patient is present on average. Six replications a study."""
    program = one_station({"arrivals": {"rate": "3/h"}}, 1, {"service": exponential("10 min")})
    server, until = instance_of(program, "server"), "20 days"
    held = 0
    for study in range(STUDIES):
        logs = (run_log(program, number, "-1 days", until, seed=study) for number in range(6))
        found = estimate([present(log, server).average(0, ms(until)) for log in logs])
        held += found.low <= 1 <= found.high
    assert within_its_band(held)
