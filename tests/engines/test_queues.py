"""Rules 2 to 7: the order of events, joining, granting, giving up, escalating, queues with a limit."""

from __future__ import annotations

import pytest

from flowsim.pathway import CARRY_ON, pathway, present
from tests.engines.tiny import play, tells

pytestmark = pytest.mark.contract

GONE = pathway("gone").leave("gave_up")


def test_an_event_of_each_phase_at_one_instant():
    """At 00:10: the rota first, then who is ready (the timers find nobody waiting), then the arrival."""
    ed = pathway("ed").use("doctor", "ed.time", patience="ed.patience", on_leave="gone").leave("home")
    run = play(
        ed, GONE, who={"a": 0, "b": 0, "c": 0, "d": 10},
        rooms={"doctor": {"steps": {"0 h": 1, "10 min": 2}}}, times={"ed.time": 10, "ed.patience": 10},
    )  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:00 1: starts from door
        00:00 1: joins the queue for doctor, priority 0
        00:00 2: starts from door
        00:00 2: joins the queue for doctor, priority 0
        00:10 capacity: doctor is now 2
        00:10 1: is given 1 of doctor
        00:10 0: gives back 1 of doctor
        00:10 2: is given 1 of doctor
        00:10 0: leaves: home
        00:10 3: starts from door
        00:10 3: joins the queue for doctor, priority 0
        00:20 1: gives back 1 of doctor
        00:20 3: is given 1 of doctor
        00:20 1: leaves: home
        00:20 2: gives back 1 of doctor
        00:20 2: leaves: home
        00:30 3: gives back 1 of doctor
        00:30 3: leaves: home
    """,
    )


def test_a_grant_at_the_instant_at_which_patience_ends_wins():
    ed = pathway("ed").use("doctor", "ed.time", patience="ed.patience", on_leave="gone").leave("home")
    run = play(ed, GONE, who={"a": 0, "b": 5}, rooms={"doctor": 1}, times={"ed.time": 15, "ed.patience": 10})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:05 1: starts from door
        00:05 1: joins the queue for doctor, priority 0
        00:15 0: gives back 1 of doctor
        00:15 1: is given 1 of doctor
        00:15 0: leaves: home
        00:30 1: gives back 1 of doctor
        00:30 1: leaves: home
    """,
    )


def test_who_gives_up_a_moment_earlier_is_gone():
    ed = pathway("ed").use("doctor", "ed.time", patience="ed.patience", on_leave="gone").leave("home")
    run = play(
        ed, GONE, who={"a": 0, "b": 5}, rooms={"doctor": 1}, times={"ed.time": 15, "ed.patience": "599999 ms"}
    )
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:05 1: starts from door
        00:05 1: joins the queue for doctor, priority 0
        00:14:59.999  patient 1: leaves the queue for doctor (gave up)
        00:14:59.999  patient 1: leaves: gave_up
        00:15 0: gives back 1 of doctor
        00:15 0: leaves: home
    """,
    )


def test_the_timer_of_an_earlier_wait_does_nothing():
    """b waits 5 minutes for the nurse with patience 20, then for the doctor from 00:10 on, without patience."""
    ed = (
        pathway("ed")
        .use("nurse", "ed.triage", patience="ed.patience", on_leave="gone")
        .use("doctor", "ed.time")
        .leave("home")
    )
    run = play(ed, GONE, who={"a": 0, "b": 0}, rooms={"nurse": 1, "doctor": 1},
               times={"ed.triage": 5, "ed.time": 60, "ed.patience": 20}, until="3 h")  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for nurse, priority 0
        00:00 0: is given 1 of nurse
        00:00 1: starts from door
        00:00 1: joins the queue for nurse, priority 0
        00:05 0: gives back 1 of nurse
        00:05 1: is given 1 of nurse
        00:05 0: joins the queue for doctor, priority 0
        00:05 0: is given 1 of doctor
        00:10 1: gives back 1 of nurse
        00:10 1: joins the queue for doctor, priority 0
        01:05 0: gives back 1 of doctor
        01:05 1: is given 1 of doctor
        01:05 0: leaves: home
        02:05 1: gives back 1 of doctor
        02:05 1: leaves: home
    """,
    )


def test_arrivals_of_one_instant_come_in_order_and_each_does_all_its_steps_first():
    ed = pathway("ed").mark("in").hold("ed.nothing").mark("out").leave("home")
    tells(
        play(ed, who={"a": 0, "b": 0}, times={"ed.nothing": 0}),
        """
        00:00 0: starts from door
        00:00 0: marks in
        00:00 0: marks out
        00:00 0: leaves: home
        00:00 1: starts from door
        00:00 1: marks in
        00:00 1: marks out
        00:00 1: leaves: home
    """,
    )


def test_priorities_and_first_come_first_served_within_one():
    ed = pathway("ed").use("doctor", "ed.time", priority="acuity").leave("home")
    run = play(
        ed, who={"a": 0, "b": (1, {"acuity": "2"}), "c": (2, {"acuity": "1"}), "d": (3, {"acuity": "1"})},
        rooms={"doctor": 1}, times={"ed.time": 10},
    )  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:01 1: starts from door
        00:01 1: joins the queue for doctor, priority 2
        00:02 2: starts from door
        00:02 2: joins the queue for doctor, priority 1
        00:03 3: starts from door
        00:03 3: joins the queue for doctor, priority 1
        00:10 0: gives back 1 of doctor
        00:10 2: is given 1 of doctor
        00:10 0: leaves: home
        00:20 2: gives back 1 of doctor
        00:20 3: is given 1 of doctor
        00:20 2: leaves: home
        00:30 3: gives back 1 of doctor
        00:30 1: is given 1 of doctor
        00:30 3: leaves: home
        00:40 1: gives back 1 of doctor
        00:40 1: leaves: home
    """,
    )


def test_a_rota_that_drops_below_what_is_in_use_lets_work_finish():
    ed = pathway("ed").use("doctor", "ed.time").leave("home")
    run = play(ed, who={"a": 0, "b": 0, "c": 5}, rooms={"doctor": {"steps": {"0 h": 2, "3 min": 0, "20 min": 1}}},
               times={"ed.time": 10})  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:00 1: starts from door
        00:00 1: joins the queue for doctor, priority 0
        00:00 1: is given 1 of doctor
        00:03 capacity: doctor is now 0
        00:05 2: starts from door
        00:05 2: joins the queue for doctor, priority 0
        00:10 0: gives back 1 of doctor
        00:10 0: leaves: home
        00:10 1: gives back 1 of doctor
        00:10 1: leaves: home
        00:20 capacity: doctor is now 1
        00:20 2: is given 1 of doctor
        00:30 2: gives back 1 of doctor
        00:30 2: leaves: home
    """,
    )


def test_nobody_overtakes_a_head_that_does_not_fit():
    """b wants two of which one is free; c wants one and waits behind b."""
    ed = pathway("ed").use("doctor", "ed.time", amount="ed.doctors").leave("home")
    doctors = {"by": ["acuity"], "values": {"1": 2, "...": 1}}
    run = play(ed, who={"a": 0, "b": (1, {"acuity": "1"}), "c": 2}, rooms={"doctor": 2},
               times={"ed.time": 10, "ed.doctors": doctors})  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:01 1: starts from door
        00:01 1: joins the queue for doctor, priority 0
        00:02 2: starts from door
        00:02 2: joins the queue for doctor, priority 0
        00:10 0: gives back 1 of doctor
        00:10 1: is given 2 of doctor
        00:10 0: leaves: home
        00:20 1: gives back 2 of doctor
        00:20 2: is given 1 of doctor
        00:20 1: leaves: home
        00:30 2: gives back 1 of doctor
        00:30 2: leaves: home
    """,
    )


def test_a_request_bigger_than_what_is_free_waits_until_all_of_it_is():
    ed = pathway("ed").use("doctor", "ed.time", amount="ed.doctors").leave("home")
    doctors = {"by": ["acuity"], "values": {"1": 3, "...": 1}}
    run = play(ed, who={"a": 0, "b": 2, "c": (3, {"acuity": "1"})}, rooms={"doctor": 3},
               times={"ed.time": 10, "ed.doctors": doctors})  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:02 1: starts from door
        00:02 1: joins the queue for doctor, priority 0
        00:02 1: is given 1 of doctor
        00:03 2: starts from door
        00:03 2: joins the queue for doctor, priority 0
        00:10 0: gives back 1 of doctor
        00:10 0: leaves: home
        00:12 1: gives back 1 of doctor
        00:12 2: is given 3 of doctor
        00:12 1: leaves: home
        00:22 2: gives back 3 of doctor
        00:22 2: leaves: home
    """,
    )


def test_the_first_of_several_is_taken_in_the_listed_order():
    ed = (
        pathway("ed")
        .seize(first_of=("cubicle", "corridor"))
        .hold("ed.time")
        .release(("cubicle", "corridor"))
        .leave("home")
    )
    run = play(ed, who={"a": 0, "b": 1}, rooms={"cubicle": 1, "corridor": 1}, times={"ed.time": 10})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for cubicle, priority 0
        00:00 0: is given 1 of cubicle
        00:01 1: starts from door
        00:01 1: joins the queue for cubicle, priority 0
        00:01 1: joins the queue for corridor, priority 0
        00:01 1: is given 1 of corridor
        00:01 1: leaves the queue for cubicle (granted elsewhere)
        00:10 0: gives back 1 of cubicle
        00:10 0: leaves: home
        00:11 1: gives back 1 of corridor
        00:11 1: leaves: home
    """,
    )


def test_waiting_for_several_a_grant_of_one_cancels_the_others():
    """c and d wait for both; the corridor frees at 00:04, and c leaves the queue for a cubicle."""
    ed = (
        pathway("ed")
        .seize(first_of=("cubicle", "corridor"))
        .hold("ed.time")
        .release(("cubicle", "corridor"))
        .leave("home")
    )
    times = {"ed.time": {"by": ["acuity"], "values": {"1": "3 min", "...": "10 min"}}}
    run = play(
        ed,
        who={"a": 0, "b": (1, {"acuity": "1"}), "c": 2, "d": 3},
        rooms={"cubicle": 1, "corridor": 1},
        times=times,
    )
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for cubicle, priority 0
        00:00 0: is given 1 of cubicle
        00:01 1: starts from door
        00:01 1: joins the queue for cubicle, priority 0
        00:01 1: joins the queue for corridor, priority 0
        00:01 1: is given 1 of corridor
        00:01 1: leaves the queue for cubicle (granted elsewhere)
        00:02 2: starts from door
        00:02 2: joins the queue for cubicle, priority 0
        00:02 2: joins the queue for corridor, priority 0
        00:03 3: starts from door
        00:03 3: joins the queue for cubicle, priority 0
        00:03 3: joins the queue for corridor, priority 0
        00:04 1: gives back 1 of corridor
        00:04 2: is given 1 of corridor
        00:04 2: leaves the queue for cubicle (granted elsewhere)
        00:04 1: leaves: home
        00:10 0: gives back 1 of cubicle
        00:10 3: is given 1 of cubicle
        00:10 3: leaves the queue for corridor (granted elsewhere)
        00:10 0: leaves: home
        00:14 2: gives back 1 of corridor
        00:14 2: leaves: home
        00:20 3: gives back 1 of cubicle
        00:20 3: leaves: home
    """,
    )


def test_of_two_that_come_free_at_one_instant_the_earlier_event_grants():
    ed = (
        pathway("ed")
        .seize(first_of=("cubicle", "corridor"))
        .hold("ed.time")
        .release(("cubicle", "corridor"))
        .leave("home")
    )
    run = play(ed, who={"a": 0, "b": 0, "c": 5}, rooms={"cubicle": 1, "corridor": 1}, times={"ed.time": 10})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for cubicle, priority 0
        00:00 0: is given 1 of cubicle
        00:00 1: starts from door
        00:00 1: joins the queue for cubicle, priority 0
        00:00 1: joins the queue for corridor, priority 0
        00:00 1: is given 1 of corridor
        00:00 1: leaves the queue for cubicle (granted elsewhere)
        00:05 2: starts from door
        00:05 2: joins the queue for cubicle, priority 0
        00:05 2: joins the queue for corridor, priority 0
        00:10 0: gives back 1 of cubicle
        00:10 2: is given 1 of cubicle
        00:10 2: leaves the queue for corridor (granted elsewhere)
        00:10 0: leaves: home
        00:10 1: gives back 1 of corridor
        00:10 1: leaves: home
        00:20 2: gives back 1 of cubicle
        00:20 2: leaves: home
    """,
    )


def test_leaving_the_other_queue_lets_its_next_in_line_through():
    """b heads the queue for two cubicles; once the corridor takes b, c fits into the free cubicle."""
    ed = pathway("ed").seize(first_of=("cubicle", "corridor"), amount="ed.size").hold("ed.time").release(
        ("cubicle", "corridor")
    ).leave("home")  # fmt: skip
    size = {"by": ["acuity"], "values": {"1": 2, "2": 1, "...": 1}}
    run = play(
        ed, who={"a": 0, "b": (1, {"acuity": "1"}), "c": 2},
        rooms={"cubicle": 2, "corridor": {"steps": {"0 h": 0, "5 min": 2}}}, times={"ed.time": 10, "ed.size": size},
    )  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for cubicle, priority 0
        00:00 0: is given 1 of cubicle
        00:01 1: starts from door
        00:01 1: joins the queue for cubicle, priority 0
        00:01 1: joins the queue for corridor, priority 0
        00:02 2: starts from door
        00:02 2: joins the queue for cubicle, priority 0
        00:02 2: joins the queue for corridor, priority 0
        00:05 capacity: corridor is now 2
        00:05 1: is given 2 of corridor
        00:05 1: leaves the queue for cubicle (granted elsewhere)
        00:05 2: is given 1 of cubicle
        00:05 2: leaves the queue for corridor (granted elsewhere)
        00:10 0: gives back 1 of cubicle
        00:10 0: leaves: home
        00:15 1: gives back 2 of corridor
        00:15 1: leaves: home
        00:15 2: gives back 1 of cubicle
        00:15 2: leaves: home
    """,
    )


def test_escalation_while_queueing_moves_to_the_tail_of_the_new_level():
    """b rises to level 0 at 00:06 and stands behind c, who was there before; c is there, and keeps its place."""
    ed = (
        pathway("ed")
        .use("doctor", "ed.time", priority="acuity", escalate=(("ed.too_long", 0),))
        .leave("home")
    )
    run = play(
        ed, who={"a": (0, {"acuity": "0"}), "b": (1, {"acuity": "2"}), "c": (2, {"acuity": "0"}), "d": (3, {"acuity": "1"})},
        rooms={"doctor": 1}, times={"ed.time": 10, "ed.too_long": 5}, until="1 h",
    )  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:01 1: starts from door
        00:01 1: joins the queue for doctor, priority 2
        00:02 2: starts from door
        00:02 2: joins the queue for doctor, priority 0
        00:03 3: starts from door
        00:03 3: joins the queue for doctor, priority 1
        00:06 1: waits for doctor with priority 0 from now on
        00:08 3: waits for doctor with priority 0 from now on
        00:10 0: gives back 1 of doctor
        00:10 2: is given 1 of doctor
        00:10 0: leaves: home
        00:20 2: gives back 1 of doctor
        00:20 1: is given 1 of doctor
        00:20 2: leaves: home
        00:30 1: gives back 1 of doctor
        00:30 3: is given 1 of doctor
        00:30 1: leaves: home
        00:40 3: gives back 1 of doctor
        00:40 3: leaves: home
    """,
    )


def test_patience_comes_before_escalation_at_one_instant():
    ed = (
        pathway("ed")
        .use("doctor", "ed.time", priority=3, patience="ed.wait", on_leave="gone", escalate=(("ed.wait", 0),))
        .leave("home")
    )
    run = play(ed, GONE, who={"a": 0, "b": 1}, rooms={"doctor": 1}, times={"ed.time": 10, "ed.wait": 5})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 3
        00:00 0: is given 1 of doctor
        00:01 1: starts from door
        00:01 1: joins the queue for doctor, priority 3
        00:06 1: leaves the queue for doctor (gave up)
        00:06 1: leaves: gave_up
        00:10 0: gives back 1 of doctor
        00:10 0: leaves: home
    """,
    )


def test_a_full_queue_turns_away():
    ed = pathway("ed").use("doctor", "ed.time", queue_limit=1, if_full="gone").leave("home")
    run = play(ed, GONE, who={"a": 0, "b": 1, "c": 2}, rooms={"doctor": 1}, times={"ed.time": 10})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:01 1: starts from door
        00:01 1: joins the queue for doctor, priority 0
        00:02 2: starts from door
        00:02 2: is turned away from doctor
        00:02 2: leaves: gave_up
        00:10 0: gives back 1 of doctor
        00:10 1: is given 1 of doctor
        00:10 0: leaves: home
        00:20 1: gives back 1 of doctor
        00:20 1: leaves: home
    """,
    )


def test_a_queue_limit_of_zero_still_takes_who_can_be_granted_at_once():
    ed = pathway("ed").use("doctor", "ed.time", queue_limit=0, if_full="gone").leave("home")
    run = play(ed, GONE, who={"a": 0, "b": 1}, rooms={"doctor": 1}, times={"ed.time": 10})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:01 1: starts from door
        00:01 1: is turned away from doctor
        00:01 1: leaves: gave_up
        00:10 0: gives back 1 of doctor
        00:10 0: leaves: home
    """,
    )


def test_displacing_pushes_out_the_least_urgent_latest_who_is_strictly_less_urgent():
    """c (1) pushes out b (2); d (1) may not push out c (1) and is itself turned away, to the same place."""
    ed = (
        pathway("ed")
        .use("doctor", "ed.time", priority="acuity", queue_limit=1, if_full="displace", on_leave="gone")
        .leave("home")
    )
    run = play(
        ed, GONE, who={"a": 0, "b": (1, {"acuity": "2"}), "c": (2, {"acuity": "1"}), "d": (3, {"acuity": "1"})},
        rooms={"doctor": 1}, times={"ed.time": 10},
    )  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:01 1: starts from door
        00:01 1: joins the queue for doctor, priority 2
        00:02 2: starts from door
        00:02 1: leaves the queue for doctor (displaced)
        00:02 2: joins the queue for doctor, priority 1
        00:02 1: leaves: gave_up
        00:03 3: starts from door
        00:03 3: is turned away from doctor
        00:03 3: leaves: gave_up
        00:10 0: gives back 1 of doctor
        00:10 2: is given 1 of doctor
        00:10 0: leaves: home
        00:20 2: gives back 1 of doctor
        00:20 2: leaves: home
    """,
    )


def test_nobody_is_displaced_for_a_patient_whom_an_earlier_pool_takes_at_once():
    """c finds the spare doctor free, and does not push b out of the queue for the first."""
    ed = (
        pathway("ed")
        .route((present("doctor") < 2, "in_line"))
        .seize(first_of=("spare", "doctor"), priority=0, queue_limit=1, if_full="displace", on_leave="gone")
        .hold("ed.time")
        .release(("spare", "doctor"))
        .leave("home")
    )
    in_line = (
        pathway("in_line")
        .use("doctor", "ed.time", priority=5, queue_limit=1, if_full="displace", on_leave="gone")
        .leave("home")
    )
    run = play(
        ed,
        in_line,
        GONE,
        who={"a": 0, "b": 1, "c": 2},
        rooms={"doctor": 1, "spare": 1},
        times={"ed.time": 10},
    )
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 5
        00:00 0: is given 1 of doctor
        00:01 1: starts from door
        00:01 1: joins the queue for doctor, priority 5
        00:02 2: starts from door
        00:02 2: joins the queue for spare, priority 0
        00:02 2: is given 1 of spare
        00:10 0: gives back 1 of doctor
        00:10 1: is given 1 of doctor
        00:10 0: leaves: home
        00:12 2: gives back 1 of spare
        00:12 2: leaves: home
        00:20 1: gives back 1 of doctor
        00:20 1: leaves: home
    """,
    )


def test_who_has_nowhere_to_go_cannot_be_displaced():
    """b waits without on_leave at level 5; c would displace, but there is nobody who can be pushed out."""
    ed = pathway("ed").route((present("doctor") < 2, "in_line")).use(
        "doctor", "ed.time", label="insists", queue_limit=1, if_full="displace", on_leave="gone"
    ).leave("home")  # fmt: skip
    in_line = pathway("in_line").use("doctor", "ed.time", priority=5).leave("home")
    run = play(ed, in_line, GONE, who={"a": 0, "b": 1, "c": 2}, rooms={"doctor": 1}, times={"ed.time": 10})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 5
        00:00 0: is given 1 of doctor
        00:01 1: starts from door
        00:01 1: joins the queue for doctor, priority 5
        00:02 2: starts from door
        00:02 2: is turned away from doctor
        00:02 2: leaves: gave_up
        00:10 0: gives back 1 of doctor
        00:10 1: is given 1 of doctor
        00:10 0: leaves: home
        00:20 1: gives back 1 of doctor
        00:20 1: leaves: home
    """,
    )


def test_balking_by_how_many_are_present():
    ed = (
        pathway("ed")
        .route((present("doctor") >= "ed.too_many", "gone"))
        .use("doctor", "ed.time")
        .leave("home")
    )
    run = play(
        ed,
        GONE,
        who={"a": 0, "b": 1, "c": 2},
        rooms={"doctor": 1},
        times={"ed.time": 10, "ed.too_many": {"value": 2}},
    )
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:01 1: starts from door
        00:01 1: joins the queue for doctor, priority 0
        00:02 2: starts from door
        00:02 2: leaves: gave_up
        00:10 0: gives back 1 of doctor
        00:10 1: is given 1 of doctor
        00:10 0: leaves: home
        00:20 1: gives back 1 of doctor
        00:20 1: leaves: home
    """,
    )


def test_make_ready_keeps_the_unit_in_use_while_the_patient_goes_on():
    ed = (
        pathway("ed")
        .seize("cubicle")
        .hold("ed.time")
        .release("cubicle", after="ed.cleaning")
        .mark("out")
        .leave("home")
    )
    run = play(ed, who={"a": 0, "b": 1}, rooms={"cubicle": 1}, times={"ed.time": 10, "ed.cleaning": 5})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for cubicle, priority 0
        00:00 0: is given 1 of cubicle
        00:01 1: starts from door
        00:01 1: joins the queue for cubicle, priority 0
        00:10 0: marks out
        00:10 0: leaves: home
        00:15 0: gives back 1 of cubicle
        00:15 1: is given 1 of cubicle
        00:25 1: marks out
        00:25 1: leaves: home
        00:30 1: gives back 1 of cubicle
    """,
    )


def test_several_holdings_at_once_and_part_of_one_given_back():
    ed = (
        pathway("ed")
        .seize("bed")
        .seize("nurse", amount=2)
        .hold("ed.time")
        .release("nurse", amount=1)
        .hold("ed.rest")
        .release("nurse", label="all")
        .release("bed")
        .leave("home")
    )
    run = play(
        ed,
        who={"a": 0, "b": 0},
        rooms={"bed": 2, "nurse": 2},
        times={"ed.time": 10, "ed.rest": 5},
        until="1 h",
    )
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for bed, priority 0
        00:00 0: is given 1 of bed
        00:00 0: joins the queue for nurse, priority 0
        00:00 0: is given 2 of nurse
        00:00 1: starts from door
        00:00 1: joins the queue for bed, priority 0
        00:00 1: is given 1 of bed
        00:00 1: joins the queue for nurse, priority 0
        00:10 0: gives back 1 of nurse
        00:15 0: gives back 1 of nurse
        00:15 1: is given 2 of nurse
        00:15 0: gives back 1 of bed
        00:15 0: leaves: home
        00:25 1: gives back 1 of nurse
        00:30 1: gives back 1 of nurse
        00:30 1: gives back 1 of bed
        00:30 1: leaves: home
    """,
    )


def test_giving_up_is_followed_by_the_grants_it_allows():
    """b, who wants two, gives up; c behind wants one, and gets it in the same event."""
    ed = (
        pathway("ed")
        .use("doctor", "ed.time", amount="ed.doctors", patience="ed.patience", on_leave="gone")
        .leave("home")
    )
    doctors = {"by": ["acuity"], "values": {"1": 2, "...": 1}}
    patience = {"by": ["acuity"], "values": {"1": "5 min", "...": "30 min"}}
    run = play(ed, GONE, who={"a": 0, "b": (1, {"acuity": "1"}), "c": 2}, rooms={"doctor": 2},
               times={"ed.time": 10, "ed.doctors": doctors, "ed.patience": patience})  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for doctor, priority 0
        00:00 0: is given 1 of doctor
        00:01 1: starts from door
        00:01 1: joins the queue for doctor, priority 0
        00:02 2: starts from door
        00:02 2: joins the queue for doctor, priority 0
        00:06 1: leaves the queue for doctor (gave up)
        00:06 2: is given 1 of doctor
        00:06 1: leaves: gave_up
        00:10 0: gives back 1 of doctor
        00:10 0: leaves: home
        00:16 2: gives back 1 of doctor
        00:16 2: leaves: home
    """,
    )


def test_who_gives_up_may_carry_on():
    ed = (
        pathway("ed")
        .seize("bed", patience="ed.patience", on_leave=CARRY_ON)
        .mark("went_on")
        .hold("ed.time")
        .release("bed", if_held=True)
        .leave("home")
    )
    run = play(ed, who={"a": 0, "b": 1}, rooms={"bed": 1}, times={"ed.time": 10, "ed.patience": 3})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for bed, priority 0
        00:00 0: is given 1 of bed
        00:00 0: marks went_on
        00:01 1: starts from door
        00:01 1: joins the queue for bed, priority 0
        00:04 1: leaves the queue for bed (gave up)
        00:04 1: marks went_on
        00:10 0: gives back 1 of bed
        00:10 0: leaves: home
        00:14 1: leaves: home
    """,
    )
