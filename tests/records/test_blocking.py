"""Who waits for what and what they hold meanwhile, to the millisecond."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from flowsim.engines import start
from flowsim.engines.initial import initial_patients
from flowsim.errors import RunError
from flowsim.pathway import Model, pathway, resource, source
from flowsim.pathway.in_hand import InHand, made_ready
from flowsim.program.program import Instance
from flowsim.records.blocking import Blocking
from flowsim.records.fold import fold
from flowsim.records.initial import InitialPatients
from flowsim.records.log import HOUR, WEEK, Code, empty_log
from flowsim.records.state import IN_USE, QUEUE
from tests.engines.random_models import built, recipe_of
from tests.records.tallying import MIN, Story
from tests.support import simulate

pytestmark = pytest.mark.unit

BED, CREW, CHAIR = 0, 1, 2
NO_MODEL = SimpleNamespace(steps=tuple, resources=())


def places(*names):
    return SimpleNamespace(instances=tuple(Instance(name, None) for name in names), model=NO_MODEL)


THREE = places("bed", "crew", "chair")


def hours_of(log, program=THREE, begin=0, end=HOUR, size=0, initial=None):
    """All hours, one after another: waited, in use, and rows (hour, r, s, unit-ms)."""
    weeks = []
    blocking = Blocking(program, begin, weeks.append, initial)
    for at in range(0, len(log), size or len(log) or 1):
        blocking.take(log[at : at + (size or len(log))])
    blocking.finish(end)
    before = np.cumsum([0, *(len(week.waited) for week in weeks)])
    shifted = [np.add(week.blocked, [first, 0, 0, 0]) for week, first in zip(weeks, before, strict=False)]
    return (
        np.concatenate([week.waited for week in weeks]),
        np.concatenate([week.in_use for week in weeks]),
        np.concatenate(shifted),
    )


def test_a_wait_and_what_is_held_meanwhile_are_cut_at_the_hour():
    story = Story().join(0, 0, CREW).grant(0, 0, CREW).join(50 * MIN, 0, BED).grant(80 * MIN, 0, BED)
    story.release(90 * MIN, 0, CREW).release(100 * MIN, 0, BED)
    waited, in_use, blocked = hours_of(story.log, end=2 * HOUR)
    assert waited.tolist() == [[10 * MIN, 0, 0], [20 * MIN, 0, 0]]
    assert in_use.tolist() == [[0, 60 * MIN, 0], [20 * MIN, 30 * MIN, 0]]
    assert blocked.tolist() == [[0, CREW, BED, 10 * MIN], [1, CREW, BED, 20 * MIN]]


def test_the_wait_of_who_holds_nothing_counts_too_and_blocks_nothing():
    waited, in_use, blocked = hours_of(Story().join(45 * MIN, 0, BED).log)
    assert (waited.tolist(), in_use.tolist(), blocked.tolist()) == ([[15 * MIN, 0, 0]], [[0, 0, 0]], [])


def test_units_count_and_not_holders():
    story = Story().join(0, 0, CREW).grant(0, 0, CREW, 3).join(0, 0, CREW, 0).join(0, 1, BED)
    story.grant(10 * MIN, 0, CREW, 2).join(10 * MIN, 0, BED).row(20 * MIN, 0, Code.INTERRUPTED, CREW, 1)
    waited, in_use, blocked = hours_of(story.log)
    assert waited.tolist() == [[110 * MIN, 10 * MIN, 0]]
    assert in_use.tolist() == [[0, (30 + 50 + 160) * MIN, 0]]
    assert blocked.tolist() == [[0, CREW, BED, (50 + 160) * MIN], [0, CREW, CREW, 30 * MIN]]


def test_who_stands_in_several_queues_waits_in_equal_parts_for_each():
    story = Story().join(0, 0, CHAIR).grant(0, 0, CHAIR, 2)
    story.join(0, 0, CREW).join(0, 0, BED).grant(11, 0, CREW).row(11, 0, Code.LEFT, BED, 1)
    waited, _, blocked = hours_of(story.log)
    assert waited.tolist() == [[6, 5, 0]]  # eleven ms cannot be halved: the place declared first has one more
    assert blocked.tolist() == [[0, CHAIR, BED, 12], [0, CHAIR, CREW, 10]]


def test_who_gives_up_has_waited_and_one_who_comes_again_takes_the_same_room():
    story = Story().join(0, 0, BED).row(5, 0, Code.LEFT, BED, 0).row(6, 1, Code.TURNED_AWAY, BED, 0)
    story.join(7, 0, BED).row(8, 0, Code.PRIORITY, BED, 1).row(9, 0, Code.LEFT, BED, 0)
    waited, _, _ = hours_of(story.log)
    assert waited.tolist() == [[7, 0, 0]]


def test_a_run_may_begin_and_end_within_an_hour_and_a_week():
    begin, end = WEEK - 90 * MIN, WEEK + 70 * MIN
    weeks = []
    blocking = Blocking(THREE, begin, weeks.append)
    blocking.take(Story().join(begin, 0, BED).log)
    blocking.finish(end)
    assert [week.week for week in weeks] == [0, 1]
    assert [week.waited[:, BED].tolist() for week in weeks] == [[30 * MIN, 60 * MIN], [60 * MIN, 10 * MIN]]


def test_it_starts_with_who_is_inside():
    inside = InitialPatients.of(
        np.zeros((3, 0)), np.zeros((3, 0)), (1, 2, 0),
        waiting=[(0, BED, -MIN, 0), (2, CREW, -MIN, 0), (2, BED, -MIN, 0)],
        holding=[(0, CREW, 1), (1, BED, 1), (0, CREW, 1)],
    )  # fmt: skip
    story = Story().release(30 * MIN, 1, BED).grant(30 * MIN, 0, BED)
    waited, in_use, blocked = hours_of(story.log, initial=inside)
    assert waited.tolist() == [[60 * MIN, 30 * MIN, 0]]
    assert in_use.tolist() == [[60 * MIN, 120 * MIN, 0]]
    assert blocked.tolist() == [[0, CREW, BED, 60 * MIN]]


@pytest.mark.parametrize(
    ("story", "law"),
    [
        (Story().join(9, 0, BED).join(8, 1, BED), "the log goes back in time"),
        (Story().grant(1, 0, BED), "not in that queue"),
        (Story().join(1, 0, BED).grant(1, 0, CREW), "not in that queue"),
        (Story().join(1, 0, BED).join(1, 0, BED), "already stands in that queue"),
        (Story().join(1, 0, BED).grant(1, 0, BED).release(2, 0, BED, 2), "gives back more"),
    ],
)
def test_a_log_that_breaks_a_law_is_refused(story, law):
    with pytest.raises(RunError, match=law):
        hours_of(story.log)


def test_holders_who_hold_more_than_is_in_use_are_refused():
    inside = InitialPatients.of(
        np.zeros((1, 0)), np.zeros((1, 0)), (1, 1, 1), [(0, BED, 0, 0)], [(0, CREW, 2)]
    )
    inside.in_use[CREW] = 1
    with pytest.raises(RunError, match="crew: patients who queue hold more than is in use"):
        hours_of(Story().log, initial=inside)


# --- what is being made ready ------------------------------------------------------------------------------------

AMBULANCE = Model(
    name="ambulance",
    resources=(resource("crew"), resource("space"), resource("doctor")),
    sources=(source("call", to="drive"),),
    pathways=(
        pathway("drive").seize("crew").seize("space").release("crew", after="clear").seize("doctor")
        .hold("seen").release("doctor").release("space").leave("home"),
    ),
)  # fmt: skip


def test_what_is_being_made_ready_is_in_nobodys_hand():
    numbers = {
        "sources": {"call": {"trace": [{"id": str(n), "time": f"{10 * n} min"} for n in range(3)]}},
        "resources": {"crew": {"capacity": 3}, "space": {"capacity": 2}, "doctor": {"capacity": 1}},
        "parameters": {"clear": "25 min", "seen": "20 min"},
    }
    run = simulate(AMBULANCE, numbers, "1 h")
    crew, space, doctor = range(3)
    waited, in_use, blocked = hours_of(run.log, run.program)
    assert waited.tolist() == [[0, 0, 30 * MIN]]  # the second from 10 until 20, the third from 20 until 40
    assert in_use[0, crew] == 3 * 25 * MIN
    assert blocked.tolist() == [[0, space, doctor, 30 * MIN]]


def test_what_can_be_in_hand_follows_from_the_ways_through_the_model():
    assert made_ready(AMBULANCE) == ("crew",)
    asked = InHand(AMBULANCE).being_made_ready
    assert asked(frozenset({"crew"}), "space") == set()
    assert asked(frozenset({"crew", "space"}), "doctor") == {"crew"}
    assert asked(frozenset({"crew", "doctor"}), "crew") == set()  # no way leads there: all counts as in hand


# --- random models -----------------------------------------------------------------------------------------------


def models(numbers):
    found = [one for one in (built(recipe_of(number)) for number in numbers) if one is not None]
    assert len(found) > len(numbers) / 2
    return found


def log_and_state(model, begin, end, state=None):
    """What an engine wrote, and left behind; nothing if its run cannot go on."""
    engine = start(model.program, model.arrivals(begin, end), state=state)
    try:
        return np.concatenate([empty_log(), *engine.run()]), engine.state()
    except RunError:
        return None


@pytest.mark.parametrize("part", range(4))
def test_random_models_agree_with_the_fold_and_with_themselves_in_chunks(part):
    for model in models(range(40 * part, 40 * part + 40)):
        run = log_and_state(model, model.begin, model.until)
        if run is None:
            continue
        log, end = run[0], model.until
        waited, in_use, blocked = hours_of(log, model.program, model.begin, end)
        tallies = fold(log, model.program, model.arrivals(), end)
        assert in_use.sum(axis=0).tolist() == tallies.weekly[:, :, IN_USE].sum(axis=1).tolist()
        assert (waited.sum(axis=0) <= tallies.weekly[:, :, QUEUE].sum(axis=1)).all()
        assert waited.sum() == waiting_time(log, end)
        again = hours_of(log, model.program, model.begin, end, size=7)
        assert all(np.array_equal(a, b) for a, b in zip((waited, in_use, blocked), again, strict=True))


def waiting_time(log, end):
    """Patient-ms in at least one queue, patient by patient, told in the plainest way."""
    queues, since, total = {}, {}, 0
    for time, patient, code, _, _ in log.tolist():
        if code in (Code.JOIN, Code.GRANT, Code.LEFT):
            before = queues.get(patient, 0)
            queues[patient] = before + (1 if code == Code.JOIN else -1)
            total += (time - since.get(patient, 0)) * (before > 0)
            since[patient] = time
    return total + sum(end - since[patient] for patient, many in queues.items() if many)


@pytest.mark.parametrize("part", range(2))
def test_random_models_that_go_on_from_a_state_tell_the_same_hours(part):
    compared = 0
    for model in models(range(200 + 40 * part, 240 + 40 * part)):
        cut = (model.begin // HOUR + 1) * HOUR
        first = log_and_state(model, model.begin, cut)
        whole = log_and_state(model, model.begin, model.until)
        second = first and log_and_state(model, cut, model.until, first[1])
        if whole is None or not second:
            continue
        initial = initial_patients(model.program, first[1])
        a = hours_of(first[0], model.program, model.begin, cut)
        b = hours_of(second[0], model.program, cut, model.until, initial=initial)
        c = hours_of(whole[0], model.program, model.begin, model.until)
        rest = whole[0][whole[0]["time"] >= cut]
        rows = [int((log["code"] != Code.CAPACITY).sum()) for log in (rest, second[0])]
        if rows[0] == rows[1]:  # rules that act at the start of a run may change what follows (rule 12)
            compared += 1
            assert np.array_equal(np.concatenate((a[0], b[0])), c[0])
            assert np.array_equal(np.concatenate((a[1], b[1])), c[1])
            assert np.array_equal(np.concatenate((a[2], b[2] + [len(a[0]), 0, 0, 0])), c[2])
    assert compared > 10, compared
