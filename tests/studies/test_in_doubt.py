"""Which number matters for the decision, at a place where the answer is known beforehand.

Everybody stays see + settle + walk. The option halves `see` and makes `settle` 10 minutes, so it changes the stay by
10 - settle - see / 2: with see from 6 to 40 minutes its sign turns, and no other number can turn it. It meets the
standard of 60 minutes unless `walk`, which does nothing to the difference, is near an hour.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest

from flowsim.errors import RunError
from flowsim.studies.decisions import decisions_of, scenario_of
from flowsim.studies.in_doubt import Ask, choose, study_numbers
from flowsim.studies.question import baseline_of, design_of, find_question
from flowsim.studies.store import Store
from tests.straight_place import write_straight

pytestmark = pytest.mark.exact
SEE, SETTLE, WALK, COME = "parameters.see", "parameters.settle", "parameters.walk", "sources.walk_in"


@contextmanager
def quiet(_what, _days):
    yield lambda _days: None


@pytest.fixture(scope="module")
def question(tmp_path_factory):
    folder = tmp_path_factory.mktemp("straight")
    return find_question(write_straight(folder)), folder


def ask_of(question, name="store", replications=4):
    asked, folder = question
    scenario = scenario_of(asked)
    decisions = decisions_of(asked, baseline_of(asked).program(), scenario)
    design = replace(design_of(asked, folder, workers=1), replications=replications)
    return Ask(asked, design, Store(folder / f"{name}.sqlite"), scenario, decisions, quiet)


def studied(question, methods, replications=4, **other):
    ask = ask_of(question, replications=replications)
    varied, left = choose(ask.asked, ask.scenario)
    return study_numbers(ask, varied, left, methods, **other)


@pytest.fixture(scope="module")
def tornado(question):
    return studied(question, ["tornado"])


def test_the_figures_at_both_ends_are_those_that_were_worked_out(tornado):
    difference, standard = tornado.decisions
    assert (difference.is_difference, standard.limit) == (True, 60.0)
    assert [one.mean for one in tornado.centres] == pytest.approx([-10.0, 45.0])
    ends = {row.input.name: [(bar.at_low.mean, bar.at_high.mean) for bar in row.bars] for row in tornado.rows}
    assert ends[SEE] == [pytest.approx((2.0, -15.0)), pytest.approx((33.0, 50.0))]
    assert ends[SETTLE] == [pytest.approx((-9.0, -11.0)), pytest.approx((45.0, 45.0))]
    assert ends[WALK] == [pytest.approx((-10.0, -10.0)), pytest.approx((35.0, 85.0))]


def test_those_that_turn_a_decision_come_first_and_only_those_turn_it(tornado):
    """`walk` moves the stay most and turns the standard; `see` turns the difference; the others turn nothing."""
    assert {row.input.name: row.turns for row in tornado.rows} == {
        SEE: "surely", WALK: "surely", SETTLE: "no", COME: "no"}  # fmt: skip
    assert [row.input.name for row in tornado.rows][2:] == [SETTLE, COME]
    assert {row.input.name: [bar.turns for bar in row.bars] for row in tornado.rows if row.turns == "surely"} == {
        SEE: ["surely", "no"], WALK: ["no", "surely"]}  # fmt: skip


def test_the_same_patients_come_at_both_ends_and_with_the_option(question):
    """Twice as many people change the number of visits, and nothing in a difference taken patient by patient."""
    ask = ask_of(question)
    varied, _ = choose(ask.asked, ask.scenario, [WALK, COME])
    people, walk = sorted(varied, key=lambda one: one.name, reverse=True)
    (first, second, more), _ = ask.figures(
        "", [((walk, walk.low),), ((walk, walk.high),), ((people, 2.0),)], 3
    )
    assert first == pytest.approx([-10.0] * 3)
    assert second == pytest.approx(first)
    assert more == pytest.approx(first)


def test_the_work_is_bounded_and_a_second_question_is_answered_from_the_store(question):
    """A screen looks at all four with few replications; only the two that matter most are looked at again."""
    asked, _ = question
    ask = ask_of(question, "bounded")
    varied, left = choose(asked, ask.scenario)
    found = study_numbers(ask, varied, left, ["tornado"], most=2)
    assert {one.name for one in found.inputs} == {SEE, WALK}
    assert {row.input.name for row in found.screened} == {SETTLE, COME}
    screen, close = 2 * (1 + 2 * 4) * 3, 2 * (1 + 2 * 2)
    overruled = 2 * 3  # the option sets `settle` itself, so its runs are the same at both ends
    assert found.ran == screen - overruled + close * (4 - 3)
    again = ask_of(question, "bounded")
    assert study_numbers(again, varied, left, ["tornado"], most=2).ran == 0
    assert again.found == screen + close * 4


def test_two_doubts_are_kept_apart(question):
    """No luck is in this difference: what is not known about `see` spreads it like a uniform law of width 17."""
    (of, _) = studied(question, ["doubt"], replications=2, draws=32).doubted
    assert of.doubt.luck == pytest.approx(0.0, abs=1e-6)
    seen = 17 / 12**0.5
    settled = 2 / 12**0.5
    assert of.doubt.unknown == pytest.approx((seen**2 + settled**2) ** 0.5, rel=0.06)
    assert of.doubt.share == pytest.approx(1.0)
    assert of.doubt.mean.mean == pytest.approx(10 - 5 - 23 / 2, abs=0.3)
    worse = 2 / 17  # see below 10 minutes, settle being 5 on average
    assert of.at_least / of.known == pytest.approx(worse, abs=0.05)


def test_morris_and_sobol_find_what_moves_the_difference(question):
    pytest.importorskip("SALib")
    found = studied(question, ["morris", "sobol"], replications=1, draws=8)
    effects, _ = found.effects
    assert [one.name for one in effects[:2]] == [SEE, SETTLE]
    assert [one.size for one in effects] == pytest.approx([17.0, 2.0, 0.0, 0.0], abs=1e-6)
    assert [one.direction for one in effects[:2]] == pytest.approx([-17.0, -2.0])
    indices, _ = found.indices
    assert [one.name for one in indices[:2]] == [SEE, SETTLE]
    assert indices[0].total == pytest.approx(17**2 / (17**2 + 2**2), abs=0.15)


def test_only_what_is_asked_for_is_varied(question):
    asked, _ = question
    scenario = scenario_of(asked, "faster")
    assert {one.name for one in choose(asked, scenario, ["parameters.s"])[0]} == {SEE, SETTLE}
    given, _ = choose(asked, scenario, ranges={WALK: ("1 min", "2 min")})
    assert [(one.name, one.low) for one in given] == [(WALK, 60_000.0)]
    with pytest.raises(RunError, match=r"begins with `parameter.s`"):
        choose(asked, scenario, ["parameter.s"])
    with pytest.raises(RunError, match=r"no scenario `fast`. Did you mean `faster`"):
        scenario_of(asked, "fast")


def test_one_replication_cannot_tell_luck_from_what_is_not_known(question):
    ask = ask_of(question, replications=1)
    varied, left = choose(ask.asked, ask.scenario)
    with pytest.raises(RunError, match="one replication"):
        study_numbers(ask, varied, left, ["doubt"])
