"""Choosing the best: KN step by step by its paper's formulas, and how often it is right; OCBA by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom

from flowsim.errors import RunError
from flowsim.studies.statistics.best import select_best, share_out
from tests.studies.statistics.luck import normals


def choose(draw, indifference, better, batch=1, first_stage=10):
    """Run KN to its end, giving it what it asks for and no more; returns the choice and the replications used."""
    names = list(draw)
    values = {name: [] for name in names}
    while not (
        found := select_best(values, indifference, better, first_stage=first_stage, batch=batch)
    ).decided:
        for name in found.survivors:
            assert len(values[name]) < found.want
            values[name] = list(draw[name](found.want))
    return found, {name: len(values[name]) for name in names}


def paper(values, delta, alpha, n0):
    """KN as Kim and Nelson (2001) print it, c = 1, on columns that are long enough: the index chosen."""
    x = np.asarray(values)
    k = len(x)
    eta = 0.5 * ((2 * alpha / (k - 1)) ** (-2 / (n0 - 1)) - 1)
    h2 = 2 * eta * (n0 - 1)
    s2 = [[np.var(x[i, :n0] - x[j, :n0], ddof=1) for j in range(k)] for i in range(k)]
    most = max(math.floor(h2 * s2[i][j] / delta**2) for i in range(k) for j in range(k) if i != j)
    alive, r = list(range(k)), n0
    if n0 > most:
        return int(np.argmax(x[:, :n0].mean(axis=1)))
    while True:
        mean = x[:, :r].mean(axis=1)
        width = lambda i, j: max(0.0, delta / (2 * r) * (h2 * s2[i][j] / delta**2 - r))  # noqa: B023, E731
        alive = [i for i in alive if all(mean[i] >= mean[j] - width(i, j) for j in alive if j != i)]
        if len(alive) == 1 or r == most + 1:
            return max(alive, key=lambda i: mean[i])
        r += 1


@pytest.mark.exact
@pytest.mark.parametrize("shift", [0.0, -50.0])
def test_it_is_the_procedure_of_the_paper(shift):
    for study in range(25):
        values = [shift + 0.2 * one + normals(study, 400, one) for one in range(4)]
        draw = {str(one): lambda n, x=values[one]: x[:n] for one in range(4)}
        found, _ = choose(draw, 0.6, "high")
        assert int(found.best) == paper(values, 0.6, 0.05, 10)


@pytest.mark.unit
def test_the_first_stage_comes_first():
    found = select_best({"a": [1.0, 2.0], "b": []}, 1.0, "low")
    assert (found.decided, found.want, found.survivors) == (False, 10, ("a", "b"))
    assert "Not decided" in found.words()


@pytest.mark.unit
@pytest.mark.parametrize(("better", "best"), [("high", "c"), ("low", "a")])
def test_a_difference_without_spread_is_seen_at_once(better, best):
    luck = normals(1, 10)
    values = {"a": luck - 3, "b": luck, "c": luck + 3}
    found = select_best(values, 1.0, better)
    assert (found.best, found.survivors) == (best, (best,))
    assert set(found.dropped.values()) == {10}
    words = found.words("min")
    assert words.startswith(f"{best} is chosen.")
    assert "probability 95% or more whenever it is better than every other by 1 min or more" in words


@pytest.mark.unit
def test_of_equals_the_first_is_chosen_and_the_other_named():
    luck = list(normals(2, 10))
    found = select_best({"baseline": luck, "same": luck}, 0.1, "low")
    assert found.best == "baseline"
    assert found.words().endswith("Exactly as good on average: same.")


@pytest.mark.unit
def test_who_is_dropped_is_asked_for_no_more_and_batches_change_nothing():
    draw = {name: lambda n, one=at, by=by: by + normals(7, 500, one)[:n] for at, (name, by) in enumerate(
        {"far": -6.0, "near": -0.4, "best": 0.0}.items())}  # fmt: skip
    one, counts = choose(draw, 0.4, "high")
    many, more = choose(draw, 0.4, "high", batch=7)
    assert one.best == many.best
    assert one.dropped == many.dropped
    assert counts["far"] == one.dropped["far"] == 10
    assert 0 <= more["best"] - counts["best"] < 7


@pytest.mark.unit
def test_questions_without_a_guarantee_are_refused():
    good = {"a": [1.0] * 10, "b": [2.0] * 10}
    with pytest.raises(RunError, match="lacks a figure"):
        select_best({"a": [math.nan] * 10, "b": [1.0] * 10}, 1.0, "low")
    with pytest.raises(RunError, match="indifference"):
        select_best(good, 0.0, "low")
    with pytest.raises(RunError, match="`neither` is neither"):
        select_best(good, 1.0, "neither")
    with pytest.raises(RunError, match="what guessing gives"):
        select_best(good, 1.0, "low", confidence=0.5)
    with pytest.raises(RunError, match="at least 2"):
        select_best({"a": [1.0] * 10}, 1.0, "low")


SLIPPAGE = {"alike": (1.0, 1.0, 1.0, 1.0, 1.0), "unequal": (0.5, 1.0, 2.0, 1.0, 0.5)}


@pytest.mark.theory
@pytest.mark.parametrize("better", ["high", "low"])
@pytest.mark.parametrize("sds", SLIPPAGE.values(), ids=SLIPPAGE)
def test_the_best_is_chosen_as_often_as_promised_where_it_is_hardest(sds, better):
    """The slippage configuration: one option is ahead by the indifference, and all others are level."""
    trials, indifference, first_stage = 300, 0.8, 8
    ahead = indifference if better == "high" else -indifference
    right, used = 0, 0
    for trial in range(trials):
        shared = normals(trial, 200)
        draw = {str(one): lambda n, one=one, sd=sd, shared=shared, trial=trial:
                (ahead if one == 4 else 0.0) + sd * (0.6 * shared[:n] + 0.8 * normals(trial, n, 1 + one))
                for one, sd in enumerate(sds)}  # fmt: skip
        found, counts = choose(draw, indifference, better, batch=5, first_stage=first_stage)
        right += found.best == "4"
        used += sum(counts.values())
    assert right >= binom.ppf(0.001, trials, 0.95)
    assert (
        used / trials > 5 * first_stage
    )  # the first stage alone does not decide: there was something to choose


@pytest.mark.theory
def test_within_the_indifference_a_good_one_is_chosen():
    """Two options are closer than the indifference; the third is far behind. (Measured: KN's proof does not say this.)"""
    trials, good = 300, 0
    for trial in range(trials):
        means = {"best": 0.0, "nearly": -0.3, "behind": -1.2}
        draw = {name: lambda n, mean=mean, at=at, trial=trial: mean + normals(trial, n, at)
                for at, (name, mean) in enumerate(means.items())}  # fmt: skip
        good += choose(draw, 1.0, "high", batch=5)[0].best != "behind"
    assert good >= binom.ppf(0.001, trials, 0.95)


@pytest.mark.unit
def test_ocba_by_hand():
    """Behind by 1 and 2 with sds 1: shares 1 and 1/4, and of the best sqrt(1 + 1/16); 228 : 57 : 235 of 520."""
    values = {"best": [9.0, 10.0, 11.0], "near": [8.0, 9.0, 10.0], "far": [7.0, 8.0, 9.0]}
    found = share_out(values, "high", 520)
    total = 1.25 + math.sqrt(17 / 16)
    assert sum(found.values()) == 520
    for name, share in {"best": math.sqrt(17 / 16), "near": 1, "far": 0.25}.items():
        assert found[name] == pytest.approx(520 * share / total, abs=1)
    assert share_out({name: [-one for one in x] for name, x in values.items()}, "low", 520) == found


@pytest.mark.unit
def test_ocba_needs_somebody_ahead():
    with pytest.raises(RunError, match="one option ahead"):
        share_out({"a": [1.0, 2.0], "b": [1.0, 2.0]}, "high", 10)
    with pytest.raises(RunError, match="2 replications"):
        share_out({"a": [1.0], "b": [2.0]}, "high", 10)


@pytest.mark.unit
def test_where_it_ends_for_sure():
    """Differences of variance 40 / 9, two options, 5%, a first stage of 10: h² is 9 (0.1 ^ (-2 / 9) - 1), 6.013."""
    values = {"a": [2.0, -2.0] * 5, "b": [0.0] * 10}
    reach = 9 * (0.1 ** (-2 / 9) - 1) * 40 / 9
    assert reach == pytest.approx(26.724, abs=1e-3)
    assert select_best(values, 1.0, "high").at_most == 27
    assert select_best(values, 0.5, "high").at_most == 107
    assert select_best(values, 10.0, "high").at_most == 10
