"""Every hour of waiting is charged to what was short: chains and cycles worked by hand, and sums."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from flowsim.engines import start
from flowsim.errors import RunError
from flowsim.measures.attribution import BLOCKED, WAITING, Attribution, closed_cycles, shares_charged
from flowsim.program.program import Instance
from flowsim.records.log import HOUR, WEEK
from tests.engines.random_models import built, recipe_of
from tests.records.tallying import MIN, Story

pytestmark = pytest.mark.unit

CREW, CUBICLE, BED, PACKAGE = range(4)
NAMES = ("crew", "cubicle", "bed", "package")
PROGRAM = SimpleNamespace(
    instances=tuple(Instance(name, None) for name in NAMES), model=SimpleNamespace(steps=tuple, resources=())
)


def has(story, patient, *places, at=0):
    for place in places:
        story.join(at, patient, place).grant(at, patient, place)
    return story


def delays_of(story, end=HOUR, begin=0):
    charging = Attribution(PROGRAM, begin)
    charging.take(story.log)
    return charging.finish(end)


def hours(story, what=WAITING, end=HOUR):
    """Hours charged, by name: {(waited for, charged to): hours}."""
    delays = delays_of(story, end)
    return {
        (NAMES[row[1]], NAMES[row[2]]): value / HOUR
        for row, value in zip(delays.keys.tolist(), delays.charged[:, what].tolist(), strict=True)
        if value
    }


def a_chain():
    """One waits for the only crew, which waits for a cubicle; one of the two cubicles waits for the only bed, and
    that for the only package of care.
    """
    story = Story()
    for patient, place in enumerate((CREW, CUBICLE, CUBICLE, BED, PACKAGE)):
        has(story, patient, place)
    story.join(0, 5, CREW).join(0, 0, CUBICLE).join(0, 1, BED).join(0, 3, PACKAGE)
    return story


def test_waiting_is_charged_along_a_chain_of_holders_who_wait():
    assert hours(a_chain()) == {
        ("crew", "cubicle"): 0.5,  # one of the two cubicles is held by somebody who waits for nothing
        ("crew", "package"): 0.5,
        ("cubicle", "cubicle"): 0.5,
        ("cubicle", "package"): 0.5,
        ("bed", "package"): 1.0,
        ("package", "package"): 1.0,
    }


def test_what_is_blocked_is_charged_along_the_same_chain():
    assert hours(a_chain(), BLOCKED) == {
        ("crew", "cubicle"): 0.5,
        ("crew", "package"): 0.5,
        ("cubicle", "package"): 1.0,
        ("bed", "package"): 1.0,
    }


def test_each_hour_is_charged_for_itself():
    story = a_chain().release(HOUR, 4, PACKAGE).grant(HOUR, 3, PACKAGE)
    assert (
        hours(story, end=2 * HOUR)["crew", "package"] == 0.5
    )  # in the second hour the package holds up nobody
    assert hours(story, end=2 * HOUR)["crew", "bed"] == 0.5
    assert hours(story, end=2 * HOUR)["bed", "bed"] == 1.0


def test_what_nobody_has_is_short_itself():
    assert hours(Story().join(0, 0, BED)) == {("bed", "bed"): 1.0}


def test_a_cycle_that_keeps_everything_is_charged_equally_to_its_members():
    story = has(has(has(Story(), 0, CREW), 1, CUBICLE), 2, BED)
    story.join(0, 0, CUBICLE).join(0, 1, BED).join(
        0, 2, CUBICLE
    )  # the crew waits for the two who wait for each other
    assert hours(story) == {
        ("bed", "cubicle"): 0.5,
        ("bed", "bed"): 0.5,
        ("cubicle", "cubicle"): 1.0,  # two wait
        ("cubicle", "bed"): 1.0,
    }
    story.join(0, 3, CREW)
    assert hours(story)["crew", "cubicle"] == hours(story)["crew", "bed"] == 0.5


def test_a_cycle_for_half_an_hour_keeps_half():
    story = has(has(Story(), 0, BED), 1, CUBICLE).join(0, 0, CUBICLE).join(0, 1, BED)
    story.row(30 * MIN, 0, 6, CUBICLE, 0).row(30 * MIN, 1, 6, BED, 0)
    found = hours(
        story
    )  # half of what is charged to either passes to the other, half of that back, and so on
    assert found["bed", "bed"] == found["cubicle", "cubicle"] == pytest.approx(0.5 * 2 / 3, rel=1e-14)
    assert found["bed", "cubicle"] == found["cubicle", "bed"] == pytest.approx(0.5 / 3, rel=1e-14)


def test_holders_who_all_wait_for_more_of_the_same_are_a_cycle_of_one():
    story = has(Story(), 0, BED).join(0, 0, BED).join(0, 1, BED)
    assert hours(story) == {("bed", "bed"): 2.0}


def test_who_waits_for_the_first_of_two_waits_half_for_each():
    story = has(has(Story(), 0, BED), 1, CUBICLE).join(0, 0, PACKAGE).join(0, 2, BED).join(0, 2, CUBICLE)
    assert hours(story) == {
        ("bed", "package"): 0.5,
        ("cubicle", "cubicle"): 0.5,
        ("package", "package"): 1.0,
    }


def test_units_count_and_not_holders():
    story = Story().join(0, 0, CREW).grant(0, 0, CREW, 3).join(0, 1, CREW).grant(0, 1, CREW, 1)
    story.join(0, 0, BED).join(0, 2, CREW)
    assert hours(story) == {("crew", "bed"): 0.75, ("crew", "crew"): 0.25, ("bed", "bed"): 1.0}


def test_hours_a_day_are_of_the_weeks_asked_for():
    story = Story().join(-WEEK, 0, BED).row(WEEK, 0, 6, BED, 0)
    delays = delays_of(story, end=3 * WEEK, begin=-WEEK)
    bed = BED, BED
    assert delays.a_day(slice(None))[bed] == 12.0
    assert delays.a_day()[bed] == 8.0
    assert delays.a_day(slice(0, 1))[bed] == 24.0
    assert delays.a_day(slice(1, 2))[bed] == 0.0
    assert np.isnan(delays.a_day(slice(3, 4))[bed])
    assert delays.totals.tolist() == [[-1, BED, WEEK, 0], [0, BED, WEEK, 0]]


# --- the linear system -------------------------------------------------------------------------------------------


def exact_shares(passed, in_use):
    """The definition in fractions: (1 - P) x = kept, one column at a time, by elimination."""
    size = len(in_use)
    share = [
        [Fraction(int(b), int(u)) if u else Fraction(0) for b in row]
        for row, u in zip(passed, in_use, strict=True)
    ]
    rows = [[(i == j) - share[i][j] for j in range(size)] for i in range(size)]
    rows = [row + [(i == j) * (1 - sum(share[i])) for j in range(size)] for i, row in enumerate(rows)]
    for at in range(size):
        swap = next(i for i in range(at, size) if rows[i][at])
        rows[at], rows[swap] = rows[swap], rows[at]
        rows[at] = [x / rows[at][at] for x in rows[at]]
        for i in range(size):
            if i != at and rows[i][at]:
                rows[i] = [x - rows[i][at] * y for x, y in zip(rows[i], rows[at], strict=True)]
    return [[float(x) for x in row[size:]] for row in rows]


@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_the_shares_solve_the_linear_system(size):
    numbers = (np.arange(40 * size * size) * 7919 % 613) % 11
    passed = numbers.reshape(40, size, size) * (numbers.reshape(40, size, size) > 4)
    in_use = passed.sum(axis=2) + 1 + np.arange(size)
    found = shares_charged(passed, in_use)
    for at in range(40):
        assert np.allclose(found[at], exact_shares(passed[at], in_use[at]), rtol=1e-13, atol=0)


def test_a_cycle_that_keeps_all_but_a_millisecond_is_charged_right_to_the_last_digits():
    whole = 10**15
    passed = np.array([[[0, whole - 1, 0], [whole, 0, 0], [whole, 0, 0]]])
    found = shares_charged(passed, np.full((1, 3), whole))
    assert found[0].tolist() == [[1.0, 0.0, 0.0]] * 3
    found = shares_charged(passed, np.array([[whole, whole + 1, whole]]))
    assert found[0, 0] == pytest.approx(exact_shares(passed[0], [whole, whole + 1, whole])[0], rel=1e-14)


def test_cycles_that_let_nothing_out_are_found():
    passes = np.zeros((1, 6, 6), bool)
    for a, b in [(0, 1), (1, 0), (2, 0), (3, 3), (4, 5), (5, 4)]:
        passes[0, a, b] = True
    keeps = np.array([[False, False, False, False, True, False]])
    members = [set(np.flatnonzero(row).tolist()) for row in closed_cycles(passes, keeps)[0]]
    assert members == [{0, 1}, {0, 1}, set(), {3}, set(), set()]


# --- sums --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(3))
def test_in_random_models_all_that_is_waited_or_blocked_is_charged(part):
    seen = 0
    for number in range(60 * part, 60 * part + 60):
        model = built(recipe_of(number))
        if model is None:
            continue
        charging = Attribution(model.program, model.begin)
        try:
            for chunk in start(model.program, model.arrivals()).run():
                charging.take(chunk)
        except RunError:
            continue
        delays = charging.finish(model.until)
        assert (delays.charged >= 0).all()
        rows = {(week, place): at for at, (week, place, _, _) in enumerate(delays.totals.tolist())}
        charged = np.zeros((len(rows), 2))
        np.add.at(charged, [rows[week, place] for week, place, _ in delays.keys.tolist()], delays.charged)
        assert np.allclose(charged, delays.totals[:, 2:], rtol=1e-12, atol=0)
        seen += bool((delays.keys[:, 1] != delays.keys[:, 2]).any())
    assert seen > 10
