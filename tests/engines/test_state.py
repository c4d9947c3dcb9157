"""Rule 12: an engine at rest, saved, loaded, and going on as if nothing had happened; or with an option."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from flowsim.engines import State, start
from flowsim.errors import RunError
from flowsim.pathway import Model, attribute, calendar, in_use, pathway, patient, resource, rule, source
from flowsim.records.log import Code, to_text
from flowsim.sampling import draw_arrivals
from tests.engines.agreement import renumbered
from tests.engines.tiny import numbers, tiny
from tests.support import compiled

pytestmark = pytest.mark.contract

MINUTE = 60_000


def busy_model() -> Model:
    """A bit of everything that can be under way at an instant."""
    ed = (
        pathway("ed")
        .mark("arrived")
        .route((patient("acuity", "0"), "crew_job"))
        .seize(first_of=("cubicle", "corridor"), priority="acuity", patience="ed.patience", on_leave="gone",
               escalate=(("ed.too_long", 0),))
        .use("doctor", "ed.time", priority="acuity", if_interrupted="resume")
        .release(("cubicle", "corridor"), after="ed.cleaning")
        .wait_until("rounds")
        .come_back("ed.again", "ed.delay", to="ed")
        .mark("left")
        .leave("home")
    )  # fmt: skip
    job = (
        pathway("crew_job")
        .use("doctor", "job.time", preempts=True)
        .choose("job.way", ed="ed.mark:left", home="gone")
    )
    return Model(
        name="busy",
        attributes=(attribute("acuity", "0", "1", "2"),),
        resources=(resource("cubicle"), resource("corridor"), resource("doctor")),
        calendars=(calendar("rounds"),),
        sources=(source("door", to="ed"),),
        rules=(rule("surge", watch=in_use("corridor"), changes="cubicle"),),
        pathways=(ed, job, pathway("gone").leave("gone")),
    )


def busy_config(**changes):
    config = {
        "start": "2018-01-01",
        "sources": {"door": {"rate": "20/h", "mix": {"acuity": {"0": 0.2, "1": 0.3, "2": "rest"}}}},
        "resources": {
            "cubicle": {"capacity": 3},
            "corridor": {"rota": {"mon-sun 01:00-04:00": 2, "mon-sun 02:00-03:00": 1}},
            "doctor": {"rota": {"mon-sun 00:00-02:00": 2, "mon-sun 02:00-24:00": 3}},
        },
        "calendars": {"rounds": {"open": ["mon-sun 00:30-00:40", "mon-sun 01:30-01:40", "mon-sun 03:00-24:00"]}},
        "rules": {"surge": {"on": 2, "off": 0, "change": 1}},
        "parameters": {
            "ed.patience": "20 min", "ed.too_long": "10 min", "ed.cleaning": "7 min", "ed.again": {"value": 0.3},
            "ed.time": {"exponential": {"mean": "9 min"}}, "ed.delay": {"uniform": {"min": "10 min", "max": "60 min"}},
            "job.time": "6 min", "job.way": {"ed": 0.5, "home": "rest"},
        },
    }  # fmt: skip
    return {**config, **changes}


def go(program, begin, end, state=None):
    engine = start(program, draw_arrivals(program, 7, 3, begin * MINUTE, end * MINUTE), state=state)
    return np.concatenate(list(engine.run())), engine


@pytest.mark.parametrize("cut", [*range(5, 215, 14), 60, 120, 180])
def test_a_run_that_was_saved_goes_on_as_if_it_had_not_been(cut, tmp_path):
    """The same bytes as uninterrupted, apart from the patients' numbers (who left before the cut: -2)."""
    program = compiled(busy_model(), busy_config())
    whole, _ = go(program, 0, 240)
    before, engine = go(program, 0, cut)
    engine.state().save(tmp_path / "state.npz")
    state = State.load(tmp_path / "state.npz")
    after, _ = go(program, cut, 240, state)

    assert before.tobytes() == whole[whole["time"] < cut * MINUTE].tobytes()
    inside = {old: new for new, old in enumerate(engine.inside)}
    ghosts = range(len(state), len(state) + len(state.ghosts))
    a = renumbered(
        whole, cut * MINUTE,
        lambda who: who - engine.started + ghosts.stop if who >= engine.started else inside.get(who, -2),
    )  # fmt: skip
    b = renumbered(after, cut * MINUTE, lambda who: -2 if who in ghosts else who)
    assert to_text(a, program).splitlines() == to_text(b, program).splitlines()
    assert a.tobytes() == b.tobytes()


def test_the_busy_model_has_everything_pending_at_some_cut():
    """So that the test above shows what it claims."""
    program = compiled(busy_model(), busy_config())
    seen: set[str] = set()
    for cut in range(5, 215, 14):
        state = go(program, 0, cut)[1].state()
        kinds = dict(zip(("hold", "timer", "make ready", "return"), range(4), strict=True))
        seen |= {name for name, kind in kinds.items() if (state.pending[:, 1] == kind).any()}
        seen |= {name for name, there in {
            "interruptible": (state.hold_step >= 0).any(), "to resume": (state.hold_left >= 0).any(),
            "two queues": len(state.queues) > len(set(state.queues[:, 2].tolist())), "rule": state.rule_active.any(),
            "ghost": len(state.ghosts) > 0,
        }.items() if there}  # fmt: skip
    assert seen == {
        "hold",
        "timer",
        "make ready",
        "return",
        "interruptible",
        "to resume",
        "two queues",
        "rule",
        "ghost",
    }


def test_two_branches_of_a_state_differ_only_by_the_option():
    """More doctors from the branch on: whoever fits is granted at once, and nobody else came."""
    program = compiled(busy_model(), busy_config())
    _, engine = go(program, 0, 100)
    state = engine.state()
    option = busy_config()
    option["resources"] = {**option["resources"], "doctor": {"capacity": 9}, "cubicle": {"capacity": 40}}
    more = compiled(busy_model(), option)
    same, _ = go(program, 100, 200, state)
    better, changed = go(more, 100, 200, state)
    first = better[better["time"] == 100 * MINUTE]
    waiting = int((np.unique(state.queues[:, 2])).size)
    assert waiting > 0
    assert (first["code"] == Code.GRANT).sum() >= waiting
    assert not len(changed.state().queues)
    new = [
        log[(log["code"] == Code.START) & (log["resource"] >= 0)][["time", "patient"]]
        for log in (same, better)
    ]
    assert [row[0] for row in new[0].tolist()] == [row[0] for row in new[1].tolist()]


def one_step(*verbs):
    chain = pathway("ed")
    for verb, about in verbs:
        chain = getattr(chain, verb)(about)
    return chain.leave("home")


def test_a_patient_at_a_step_that_is_gone_is_refused():
    old = compiled(
        tiny(one_step(("hold", "ed.a"), ("hold", "ed.b"))), numbers({"a": 0}, {}, {"ed.a": 10, "ed.b": 10})
    )
    new = compiled(tiny(one_step(("hold", "ed.b"))), numbers({"a": 0}, {}, {"ed.b": 10}))
    state = go(old, 0, 5)[1].state()
    with pytest.raises(
        RunError, match=r"^A saved patient is at the step ed\.hold:ed\.a, which this model does not have\.$"
    ):
        go(new, 5, 30, state)


def test_a_patient_whose_next_step_is_gone_is_refused():
    old = compiled(
        tiny(one_step(("hold", "ed.a"), ("hold", "ed.b"))), numbers({"a": 0}, {}, {"ed.a": 10, "ed.b": 10})
    )
    new = compiled(tiny(one_step(("hold", "ed.a"))), numbers({"a": 0}, {}, {"ed.a": 10}))
    state = go(old, 0, 5)[1].state()
    with pytest.raises(RunError, match=r"at the step ed\.hold:ed\.b, which this model does not have"):
        go(new, 5, 30, state)


def test_a_patient_at_a_site_that_is_gone_is_refused():
    ed = one_step(("hold", "ed.a"))
    who = {"a": (0, {"site": "south"})}
    old = compiled(tiny(ed), numbers(who, {}, {"ed.a": 10}, sites=["north", "south"]))
    new = compiled(
        tiny(ed),
        numbers({}, {}, {"ed.a": 10}, sites=["north", "west"]) | {"sources": {"door": {"rate": "1/year"}}},
    )
    with pytest.raises(
        RunError, match=r"^A saved patient has site south, which this config does not have\.$"
    ):
        go(new, 5, 30, go(old, 0, 5)[1].state())


def test_a_step_put_between_is_not_done_by_who_is_past_it_and_others_do_it():
    ed = one_step(("hold", "ed.a"), ("mark", "between"))
    old = compiled(tiny(one_step(("hold", "ed.a"))), numbers({"a": 0}, {}, {"ed.a": 10}))
    new = compiled(tiny(ed), numbers({"a": 0, "b": 6}, {}, {"ed.a": 10}))
    log, _ = go(new, 5, 30, go(old, 0, 5)[1].state())
    assert [(row["patient"], row["code"]) for row in log] == [
        (1, Code.START),
        (0, Code.END),
        (1, Code.MILESTONE),
        (1, Code.END),
    ]


def test_a_returning_journey_and_a_patient_keep_the_durations_of_their_trace():
    ed = (
        pathway("ed")
        .come_back("ed.again", "ed.delay", to="back")
        .hold("ed.stay")
        .hold("ed.stay", label="more")
        .leave("home")
    )
    model = tiny(ed, pathway("back").hold("ed.stay").leave("again"))
    config = numbers({"a": 0}, {}, {"ed.again": {"value": 1}, "ed.delay": 20, "ed.stay": {"trace": "stay"}})
    config["sources"]["door"]["trace"][0]["stay"] = "7 min"
    program = compiled(model, config)
    whole, _ = go(program, 0, 60)
    _, engine = go(program, 0, 5)
    log, _ = go(program, 5, 60, engine.state())
    assert log["time"].tolist() == whole["time"][whole["time"] >= 5 * MINUTE].tolist()
    assert log["time"][log["code"] != Code.SET].tolist() == [14 * MINUTE, 20 * MINUTE, 27 * MINUTE]


def test_a_state_of_another_instant_is_refused():
    program = compiled(busy_model(), busy_config())
    state = go(program, 0, 50)[1].state()
    with pytest.raises(RunError, match="The state is of 3000000 ms after time 0; the run starts at 3060000"):
        go(program, 51, 60, state)


def test_a_file_that_is_no_state_is_refused(tmp_path):
    (tmp_path / "no.npz").write_bytes(b"nothing")
    with pytest.raises(RunError, match="is not a saved state of flowsim"):
        State.load(tmp_path / "no.npz")


def test_the_digest_of_a_state_is_of_its_contents():
    program = compiled(busy_model(), busy_config())
    a, b = (go(program, 0, 50)[1].state() for _ in range(2))
    assert a.sha256 == b.sha256
    assert replace(a, time=a.time + 1).sha256 != a.sha256
