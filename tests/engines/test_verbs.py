"""Calendars, routes, loops, sites, journeys that come back, trigger rules, and runs that cannot go on."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.engines import simpy_engine, start
from flowsim.errors import RunError
from flowsim.pathway import (
    CARRY_ON,
    free,
    holding,
    in_use,
    is_closed,
    is_open,
    pathway,
    patient,
    queue,
    rule,
    since,
)
from flowsim.records.log import Code
from flowsim.sampling import draw_arrivals
from flowsim.sampling.sampler import key_of_return
from tests.engines.tiny import numbers, play, tells, tiny
from tests.support import compiled, simulate

pytestmark = pytest.mark.contract

HOURS = {"hours": {"open": ["mon-sun 00:10-00:20"]}}


def test_a_calendar_is_open_from_its_opening_and_not_at_its_closing():
    """a waits; b comes at the opening instant; c a moment before closing; d at closing waits until tomorrow."""
    ed = pathway("ed").wait_until("hours").mark("in").leave("home")
    run = play(ed, who={"a": 5, "b": 10, "c": 19.999, "d": 20}, calendars=HOURS, until="2 days")
    tells(
        run,
        """
        00:05 0: starts from door
        00:10 0: marks in
        00:10 0: leaves: home
        00:10 1: starts from door
        00:10 1: marks in
        00:10 1: leaves: home
        00:19:59.940  patient 2: starts from door
        00:19:59.940  patient 2: marks in
        00:19:59.940  patient 2: leaves: home
        00:20 3: starts from door
        day 1 00:10 3: marks in
        day 1 00:10 3: leaves: home
    """,
    )


def test_a_route_asks_whether_it_is_open():
    ed = pathway("ed").route((is_closed("hours"), "shut"), (is_open("hours"), "inside")).leave("nowhere")
    inside, shut = pathway("inside").leave("seen"), pathway("shut").leave("closed")
    run = play(ed, inside, shut, who={"a": 5, "b": 10, "c": 20}, calendars=HOURS)
    tells(
        run,
        """
        00:05 0: starts from door
        00:05 0: leaves: closed
        00:10 1: starts from door
        00:10 1: leaves: seen
        00:20 2: starts from door
        00:20 2: leaves: closed
    """,
    )


def test_a_route_takes_the_first_branch_that_holds():
    """Questions of units, queues, holdings and times."""
    ed = (
        pathway("ed")
        .mark("arrived")
        .route(
            (~holding("bed") & (free("bed") >= 1), CARRY_ON), (queue("bed") < 1, CARRY_ON), otherwise="full"
        )
        .seize("bed")
        .hold("ed.time")
        .route((since("arrived") > "ed.too_long", "ed.late"))
        .release("bed")
        .leave("in_time")
        .release("bed", label="late")
        .leave("late")
    )
    full = pathway("full").leave("sent_away")
    run = play(
        ed, full, who={"a": 0, "b": 1, "c": 2}, rooms={"bed": 1}, times={"ed.time": 10, "ed.too_long": 10}
    )
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: marks arrived
        00:00 0: joins the queue for bed, priority 0
        00:00 0: is given 1 of bed
        00:01 1: starts from door
        00:01 1: marks arrived
        00:01 1: joins the queue for bed, priority 0
        00:02 2: starts from door
        00:02 2: marks arrived
        00:02 2: leaves: sent_away
        00:10 0: gives back 1 of bed
        00:10 1: is given 1 of bed
        00:10 0: leaves: in_time
        00:20 1: gives back 1 of bed
        00:20 1: leaves: late
    """,
    )


def test_a_loop_with_a_way_out():
    """Rounds of 25 minutes until an hour after the mark."""
    ed = (
        pathway("ed").mark("began").hold("ed.round", label="again").route((since("began") < "ed.enough", "ed.again"))
    ).leave("home")  # fmt: skip
    run = play(ed, who={"a": 0}, times={"ed.round": 25, "ed.enough": 60})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: marks began
        01:15 0: leaves: home
    """,
    )


def test_resources_of_a_site_and_moving_between_sites():
    """The patient's site decides which bed a step means; only `set` changes it."""
    ed = (
        pathway("ed")
        .use("bed", "ed.time")
        .set("site", "south")
        .use("bed", "ed.time", label="again")
        .leave("home")
    )
    run = play(ed, who={"a": 0, "b": (5, {"site": "south"})}, per_site=True, times={"ed.time": 10}, sites=["north", "south"],
               rooms={"bed": {"by_site": {"north": {"capacity": 1}, "south": {"capacity": 1}}}})  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for bed at north, priority 0
        00:00 0: is given 1 of bed at north
        00:05 1: starts from door
        00:05 1: joins the queue for bed at south, priority 0
        00:05 1: is given 1 of bed at south
        00:10 0: gives back 1 of bed at north
        00:10 0: site becomes south
        00:10 0: joins the queue for bed at south, priority 0
        00:15 1: gives back 1 of bed at south
        00:15 0: is given 1 of bed at south
        00:15 1: site becomes south
        00:15 1: joins the queue for bed at south, priority 0
        00:25 0: gives back 1 of bed at south
        00:25 1: is given 1 of bed at south
        00:25 0: leaves: home
        00:35 1: gives back 1 of bed at south
        00:35 1: leaves: home
    """,
    )


def test_who_moves_and_still_holds_the_bed_of_the_old_site_is_told():
    ed = pathway("ed").seize("bed").set("site", "south").release("bed").leave("home")
    rooms = {"bed": {"by_site": {"north": {"capacity": 1}, "south": {"capacity": 1}}}}
    with pytest.raises(RunError, match=r"Patient 0 releases what it does not hold at ed\.release:bed\."):
        play(ed, who={"a": 0}, per_site=True, rooms=rooms, sites=["north", "south"])


def test_a_journey_that_comes_back_has_its_own_number_key_month_and_parent():
    """It starts on 1 February with the attributes of the parent, and tells them all."""
    ed = pathway("ed").mark("first").come_back("ed.again", "ed.delay", to="back").leave("home")
    back = pathway("back").mark("second").route((patient("month", "feb"), "winter")).leave("not_winter")
    winter, times = (
        pathway("winter").leave("home_in_winter"),
        {"ed.again": {"value": 1}, "ed.delay": "31 days"},
    )
    run = play(ed, back, winter, who={"a": 0}, times=times, until="40 days")
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: marks first
        00:00 0: leaves: home
        day 31 00:00 1: starts from a return, earlier patient 0
        day 31 00:00 1: site becomes main
        day 31 00:00 1: month becomes feb
        day 31 00:00 1: acuity becomes 0
        day 31 00:00 1: marks second
        day 31 00:00 1: leaves: home_in_winter
    """,
    )


def test_the_key_of_a_journey_that_comes_back_follows_from_its_parents():
    ed = pathway("ed").come_back("ed.again", "ed.delay", to="back").leave("home")
    back = pathway("back").hold("back.time").leave("home_again")
    run = play(
        ed,
        back,
        who={"a": 0},
        times={"ed.again": {"value": 1}, "ed.delay": 5, "back.time": 60},
        until="30 min",
    )
    (key,) = run.engine.state().key.tolist()
    parent = int(run.program.sources[0].trace_key[0])
    assert key == key_of_return(parent, run.program.steps[0].stream, 0)


def test_a_trigger_rule_opens_beds_at_on_and_closes_them_at_off():
    """On at 2 in use, off at 0: the third patient gets an escalation bed; it closes when all have left."""
    ward = pathway("ward").use("bed", "ward.stay").leave("home")
    escalation = rule("escalation", watch=in_use("bed"), changes="bed")
    run = play(ward, who={"a": 0, "b": 1, "c": 2, "d": 25}, rooms={"bed": 2}, times={"ward.stay": 10}, rules=(escalation,),
               thresholds={"escalation": {"on": 2, "off": 0, "change": 1}})  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for bed, priority 0
        00:00 0: is given 1 of bed
        00:01 1: starts from door
        00:01 1: joins the queue for bed, priority 0
        00:01 1: is given 1 of bed
        00:01 capacity: bed is now 3
        00:02 2: starts from door
        00:02 2: joins the queue for bed, priority 0
        00:02 2: is given 1 of bed
        00:10 0: gives back 1 of bed
        00:10 0: leaves: home
        00:11 1: gives back 1 of bed
        00:11 1: leaves: home
        00:12 2: gives back 1 of bed
        00:12 2: leaves: home
        00:12 capacity: bed is now 2
        00:25 3: starts from door
        00:25 3: joins the queue for bed, priority 0
        00:25 3: is given 1 of bed
        00:35 3: gives back 1 of bed
        00:35 3: leaves: home
    """,
    )


def test_thresholds_that_are_shares_are_of_the_rotas_capacity():
    """100% of 2 beds on, 50% off: with 12 open and 2 in use the rule stays on, and does not flutter."""
    ward = pathway("ward").use("bed", "ward.stay").leave("home")
    escalation = rule("escalation", watch=in_use("bed"), changes="bed")
    run = play(ward, who={"a": 0, "b": 1}, rooms={"bed": 2}, times={"ward.stay": 10}, rules=(escalation,),
               thresholds={"escalation": {"on": "100%", "off": "50%", "change": 10}})  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for bed, priority 0
        00:00 0: is given 1 of bed
        00:01 1: starts from door
        00:01 1: joins the queue for bed, priority 0
        00:01 1: is given 1 of bed
        00:01 capacity: bed is now 12
        00:10 0: gives back 1 of bed
        00:10 0: leaves: home
        00:10 capacity: bed is now 2
        00:11 1: gives back 1 of bed
        00:11 1: leaves: home
    """,
    )


def test_a_rule_acts_at_most_once_at_one_instant():
    """At 00:10 all leave at once, and three come: the rule goes off, and on again only at the next change."""
    ward = pathway("ward").use("bed", "ward.stay").leave("home")
    escalation = rule("escalation", watch=in_use("bed"), changes="bed")
    run = play(ward, who={"a": 0, "b": 10, "c": 12}, rooms={"bed": 1}, times={"ward.stay": 10}, rules=(escalation,),
               thresholds={"escalation": {"on": 1, "off": 0, "change": 1}})  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for bed, priority 0
        00:00 0: is given 1 of bed
        00:00 capacity: bed is now 2
        00:10 0: gives back 1 of bed
        00:10 0: leaves: home
        00:10 capacity: bed is now 1
        00:10 1: starts from door
        00:10 1: joins the queue for bed, priority 0
        00:10 1: is given 1 of bed
        00:12 2: starts from door
        00:12 2: joins the queue for bed, priority 0
        00:12 capacity: bed is now 2
        00:12 2: is given 1 of bed
        00:20 1: gives back 1 of bed
        00:20 1: leaves: home
        00:22 2: gives back 1 of bed
        00:22 2: leaves: home
        00:22 capacity: bed is now 1
    """,
    )


def test_ten_thousand_steps_at_one_instant_stop_with_the_patients_name():
    ed = pathway("ed").hold("ed.time", label="again").then("ed.again")
    with pytest.raises(RunError) as told:
        play(ed, who={"a": 0, "b": 5}, times={"ed.time": 0})
    assert str(told.value) == (
        "Patient 0 does more than 10,000 steps at one instant, and is at ed.then:ed.again. "
        "Put a hold of some length into the loop."
    )


def test_a_run_that_cannot_go_on_names_who_is_stuck():
    ed = pathway("ed").use("bed", "ed.time", amount=2).leave("home")
    with pytest.raises(RunError) as told:
        play(ed, who={"a": 0}, rooms={"bed": 1}, times={"ed.time": 10})
    assert str(told.value) == (
        "Nothing more can happen, and these patients are stuck. patient 0 at ed.seize:bed waits for bed."
    )


def test_waiting_at_the_end_for_tomorrows_rota_is_not_stuck():
    ed = pathway("ed").use("doctor", "ed.time").leave("home")
    run = play(
        ed, who={"a": 60}, rooms={"doctor": {"rota": {"mon-fri 09:00-17:00": 1}}}, times={"ed.time": 10}
    )
    assert run.engine.inside == [0]


def circle(rooms):
    """a holds a bed and wants a nurse, b holds a nurse and wants a bed; c and d wait behind for a bed."""
    ed = pathway("ed").route((patient("acuity", "1"), "other")).seize("bed").hold("ed.time").use(
        "nurse", "ed.time", label="care"
    ).release("bed").leave("home")  # fmt: skip
    other = (
        pathway("other")
        .seize("nurse")
        .hold("ed.time")
        .use("bed", "ed.time", label="rest")
        .release("nurse")
        .leave("home")
    )
    program = compiled(tiny(ed, other, resources=("bed", "nurse")),
                       numbers({"a": 0, "b": (0, {"acuity": "1"}), "c": 1, "d": 2}, rooms, {"ed.time": 10}))  # fmt: skip
    return start(program, draw_arrivals(program, 1, 0, 0, 3_600_000))


def test_a_circular_wait_is_reported_by_name():
    engine = circle({"bed": 1, "nurse": 1})
    with pytest.raises(RunError, match="Nothing more can happen, and these patients are stuck"):
        list(engine.run())
    (notice,) = engine.notices
    assert notice == (
        "A circular wait of 2 patients (2 wait behind them): patient 0 at ed.care.seize waits for nurse and holds bed; "
        "patient 1 at other.rest.seize waits for bed and holds nurse."
    )


def test_a_wait_that_the_rota_will_end_is_not_circular():
    engine = circle({"bed": {"rota": {"mon-sun 00:00-12:00": 1, "mon-sun 12:00-24:00": 2}}, "nurse": 1})
    list(engine.run())
    assert engine.notices == []


def test_a_log_in_chunks_is_the_same_log(monkeypatch):
    ed = pathway("ed").use("doctor", "ed.time").leave("home")
    story = {
        "who": {name: at for at, name in enumerate("abcdef")},
        "rooms": {"doctor": 1},
        "times": {"ed.time": 10},
    }
    whole = play(ed, **story)
    monkeypatch.setattr(simpy_engine, "ROWS_A_CHUNK", 4)
    model, config = tiny(ed, resources=("doctor",)), numbers(story["who"], story["rooms"], story["times"])
    assert simulate(model, config, "2 h").log.tobytes() == whole.log.tobytes()


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    ed = pathway("ed").hold("ed.time").leave("home")
    story = {"who": {"a": 0}, "times": {"ed.time": {"exponential": {"mean": "10 min"}}}, "until": "1 day"}
    assert play(ed, **story).log.tobytes() == play(ed, **story).log.tobytes()
    model, config = tiny(ed), numbers(story["who"], {}, story["times"])
    ends = [simulate(model, config, "1 day", seed=seed).log["time"][-1] for seed in (1, 2)]
    assert ends[0] != ends[1]


def test_the_month_is_right_without_any_resource():
    back = pathway("back").leave("again")
    ed = pathway("ed").come_back("ed.again", "ed.delay", to="back").leave("home")
    run = play(
        ed, back, who={"a": 0}, times={"ed.again": {"value": 1}, "ed.delay": "31 days"}, until="40 days"
    )
    month = run.log[(run.log["code"] == Code.SET) & (run.log["resource"] == 1)]
    assert np.array_equal(month["value"], [1])
