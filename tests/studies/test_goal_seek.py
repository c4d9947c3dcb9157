"""Goal-seek on rows of settings whose answer is known."""

from __future__ import annotations

import pytest

from flowsim.errors import RunError
from flowsim.sampling.philox import run_key, uniform
from flowsim.studies.goal_seek import FAILS, MEETS, OPEN, Rule, seek

RULE = Rule(probability=0.9, confidence=0.95, first=10, most=80)


def steps(*chances):
    """Settings that meet the standard in so many of every hundred replications, evenly strewn."""
    return lambda at, n: [number * 37 % 100 < chances[at] for number in range(n)]


def lucky(chances, seed):
    """The same patients in every setting: a replication that is met in one is met in all more generous ones."""
    draws = [uniform(run_key(seed, 0), number, 1, 0) / 2**64 for number in range(RULE.most)]
    return lambda at, n: [draw < chances[at] for draw in draws[:n]]


def verdicts(found):
    return {one.at: one.verdict for one in found.in_order}


@pytest.mark.unit
@pytest.mark.parametrize("first", [1, 7, 16, 31, 32])
def test_the_first_setting_that_meets_is_found_by_halving(first):
    asked = []

    def outcomes(at, n):
        asked.append((at, n))
        return [at >= first] * n

    found = seek(33, outcomes, RULE)
    assert (found.fails, found.meets, found.exact) == (first - 1, first, True)
    assert found.backwards == ()
    assert found.turned[0] == 0
    assert len(found.tried) <= 5 + 3  # the ends and quarters, and three halvings of what is left
    assert len(set(asked)) == len(asked), "no setting is asked twice for the same replications"


@pytest.mark.unit
def test_no_more_replications_than_it_takes_to_tell():
    found = seek(5, lambda at, n: [at >= 3] * n, RULE)
    assert {one.at: len(one.outcomes) for one in found.in_order} == {0: 10, 1: 10, 2: 10, 3: 80, 4: 80}
    assert found.tried[0].met.high < 0.9 <= found.tried[-1].met.low


@pytest.mark.unit
def test_what_the_replications_cannot_tell_stays_between():
    """85 and 95 in a hundred are too near 90 for 80 replications."""
    found = seek(7, steps(0, 0, 85, 90, 95, 100, 100), Rule(0.9, 0.95, 10, 80))
    assert (found.fails, found.meets) == (1, 5)
    assert not found.exact
    assert {at for at, verdict in verdicts(found).items() if verdict == OPEN} <= {2, 3, 4}


@pytest.mark.unit
def test_when_the_smallest_meets_already_nothing_fails():
    found = seek(9, lambda at, n: [True] * n, RULE)
    assert (found.fails, found.meets) == (None, 0)


@pytest.mark.unit
def test_when_even_the_largest_fails_nothing_meets():
    found = seek(9, lambda at, n: [False] * n, RULE)
    assert (found.fails, found.meets) == (8, None)


@pytest.mark.unit
def test_when_the_largest_cannot_be_told_the_last_that_fails_is_still_found():
    found = seek(9, steps(0, 0, 0, 0, 0, 90, 90, 90, 90), RULE)
    assert (found.fails, found.meets) == (4, None)


@pytest.mark.unit
def test_when_the_smallest_cannot_be_told_the_first_that_meets_is_still_found():
    found = seek(9, lambda at, n: [at > 4 or number % 10 < 9 for number in range(n)], RULE)
    assert (found.fails, found.meets) == (None, 5)


@pytest.mark.unit
def test_a_setting_that_meets_below_one_that_fails_is_told():
    found = seek(9, lambda at, n: [at in {2, 3, 7, 8}] * n, RULE)
    assert (found.fails, found.meets) == (6, 7)
    assert found.backwards == ((2, 4),)
    assert found.turned == (10, 4 * 10 + 80)  # 4 missed in ten what 2 met


@pytest.mark.unit
def test_a_row_the_wrong_way_round_is_told():
    found = seek(9, lambda at, n: [at < 3] * n, RULE)
    assert (found.fails, found.meets) == (8, None)
    assert found.backwards[0] == (0, 4)


@pytest.mark.unit
def test_too_few_replications_are_refused_before_any_is_run():
    def never(at, n):
        raise AssertionError

    with pytest.raises(RunError, match=r"Not even 20 of 20 .* Allow 49 at least"):
        seek(9, never, Rule(0.9, 0.95, 10, 20))
    assert Rule(0.9, 0.95, 10, 49).enough
    assert not Rule(0.9, 0.95, 10, 48).enough


@pytest.mark.unit
@pytest.mark.parametrize(
    ("first", "most", "looks"),
    [(10, 80, (10, 20, 40, 80)), (10, 100, (10, 20, 40, 80, 100)), (5, 5, (5,)), (10, 15, (10, 15))],
)
def test_looks_double(first, most, looks):
    assert Rule(0.5, 0.9, first, most).looks == looks


@pytest.mark.theory
@pytest.mark.parametrize("studies", [40, pytest.param(300, marks=pytest.mark.slow)])
def test_the_answer_holds_the_truth_as_often_as_it_says(studies):
    """The chance rises by settings; the first with 0.9 or more is the fifth. Hits just beside it are the hardest."""
    chances = [0.5, 0.7, 0.82, 0.88, 0.9, 0.93, 0.97, 0.99, 1.0]
    right = 0
    for seed in range(studies):
        found = seek(len(chances), lucky(chances, seed), RULE)
        below = found.fails is None or found.fails < 4
        right += below and (found.meets is None or found.meets >= 4)
        assert found.turned[0] == 0
    assert right >= 0.95 * studies


@pytest.mark.theory
def test_luck_without_pairs_is_counted():
    """Other patients in every setting: some replications turn the wrong way."""
    found = seek(9, lambda at, n: [uniform(run_key(5, at), k, 1, 0) / 2**64 < at / 8 for k in range(n)], RULE)
    assert found.turned[0] > 0
    assert verdicts(found)[0] == FAILS
    assert verdicts(found)[8] == MEETS
