"""A frontier of known functions, and what is said when the stand-in cannot be trusted."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.errors import RunError
from flowsim.studies.frontier import DESIGN, Foretold, Point, _chosen, _steps, not_beaten
from flowsim.studies.metamodel import FEWEST, LEAST_R2, check, fit
from flowsim.studies.statistics.designs import Range, sobol

pytestmark = pytest.mark.unit

RANGES = (Range("beds", 0, 1), Range("teams", 0, 1))


def strewn(count):
    return np.array([list(one.values()) for one in sobol(RANGES, count, 3)])


def queue(points):
    """A wait that falls steeply with beds and hardly with teams; their product matters."""
    return 10 * np.exp(-3 * points[:, 0]) + 2 * (1 - points[:, 1]) * (1 - points[:, 0])


def test_nothing_cheaper_equals_what_is_left():
    costs = [5.0, 1.0, 3.0, 3.0, 9.0, 2.0]
    waits = [4.0, 9.0, 6.0, 5.0, 4.0, 9.0]
    assert not_beaten(costs, waits, "low") == [1, 3, 0]
    assert not_beaten(costs, [-wait for wait in waits], "high") == [1, 3, 0]


def test_what_is_equal_at_the_same_cost_is_told_once():
    assert not_beaten([1.0, 1.0, 2.0], [3.0, 3.0, 3.0], "low") == [0]


def test_a_known_function_is_foretold_where_it_was_not_seen():
    pytest.importorskip("sklearn")
    seen = strewn(24)
    checked = check(seen, queue(seen), np.zeros(24))
    assert checked.good
    assert checked.r2 > 0.98
    unseen = np.array([[0.2, 0.9], [0.5, 0.5], [0.8, 0.1], [0.35, 0.35]])
    means, sds = fit(seen, queue(seen), np.zeros(24)).at(unseen)
    assert means == pytest.approx(queue(unseen), abs=0.15)
    assert (sds > 0).all()


def test_r2_is_of_what_was_left_out():
    """By its definition, from what was foretold; a fit to seen points would give 1."""
    pytest.importorskip("sklearn")
    seen = strewn(16)
    values = queue(seen)
    checked = check(seen, values, np.zeros(16))
    others = [(values.sum() - value) / 15 for value in values]
    missed = values - np.array(checked.foretold)
    assert checked.r2 == pytest.approx(1 - (missed**2).sum() / ((values - others) ** 2).sum())
    assert checked.error == pytest.approx(np.sqrt((missed**2).mean()))
    assert abs(missed).max() > 1e-3


def test_luck_alone_is_not_foretold():
    pytest.importorskip("sklearn")
    seen = strewn(16)
    luck = np.array(
        [(n * 0.754877666) % 1 for n in range(1, 17)]
    )  # evenly strewn, and nothing to do with places
    checked = check(seen, luck, np.full(16, 1 / 12))
    assert checked.r2 < LEAST_R2
    assert not checked.good


def test_what_is_the_same_everywhere_cannot_be_judged():
    pytest.importorskip("sklearn")
    checked = check(strewn(16), np.full(16, 3.0), np.zeros(16))
    assert not checked.good


def test_too_few_settings_are_refused():
    with pytest.raises(RunError, match=f"at least {FEWEST} are needed"):
        check(strewn(4), np.zeros(4), np.zeros(4))


def point(name, cost, *figures):
    return Point(name, (("beds", name),), cost, figures, DESIGN)


def test_a_step_is_clear_where_the_same_patients_gain_by_it():
    points = [point("a", 1, 9, 5, 7, 8), point("b", 2, 8, 4.1, 6, 7), point("c", 3, 7, 5, 5.9, 7.1)]
    steps = _steps(points, "low")
    assert [step.point.name for step in steps] == ["a", "b", "c"]
    assert [step.clear for step in steps] == [False, True, False]
    assert steps[1].gain.mean == pytest.approx(-0.975)


def test_a_step_is_held_against_the_last_that_was_clear():
    """b is not clear, so c is held against a."""
    points = [point("a", 1, 9, 5, 7, 8), point("b", 2, 7, 6, 6, 8), point("c", 3, 6, 2.1, 4, 5)]
    steps = _steps(points, "low")
    assert [step.clear for step in steps] == [False, False, True]
    assert steps[2].gain.mean == pytest.approx(-2.975)


def test_proposals_are_evenly_apart_in_cost_and_new():
    curve = [Foretold((("beds", str(at)),), float(at), -at, 0.1) for at in range(11)]
    chosen = _chosen(3, curve, [point("0", 0, 1.0)])
    assert [one.cost for one in chosen] == [1, 5, 10]
    assert len(_chosen(20, curve, [])) == 11
    assert _chosen(0, curve, []) == []
