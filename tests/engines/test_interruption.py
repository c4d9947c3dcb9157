"""Rule 8: who may interrupt, who is interrupted, and how they go on."""

from __future__ import annotations

import pytest

from flowsim.pathway import CARRY_ON, Pathway, pathway, patient
from tests.engines.tiny import play, tells

pytestmark = pytest.mark.contract

URGENT = pathway("urgent").use("crew", "job.urgent", priority=0, preempts=True).leave("seen")


def job(if_interrupted: str, amount: int = 1) -> Pathway:
    """Acuity 0 preempts for a short job; the others do a long job that can be interrupted."""
    return (
        pathway("job")
        .route((patient("acuity", "0"), "urgent"))
        .use("crew", "job.long", priority="acuity", amount=amount, if_interrupted=if_interrupted)
        .leave("seen")
    )


TIMES = {"job.long": 10, "job.urgent": 5}


def test_resume_does_what_was_left():
    run = play(job("resume"), URGENT, who={"a": (0, {"acuity": "3"}), "b": 4}, rooms={"crew": 1}, times=TIMES)
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 3
        00:00 0: is given 1 of crew
        00:04 1: starts from door
        00:04 1: joins the queue for crew, priority 0
        00:04 0: is interrupted and gives up 1 of crew
        00:04 0: joins the queue for crew, priority 3
        00:04 1: is given 1 of crew
        00:09 1: gives back 1 of crew
        00:09 0: is given 1 of crew
        00:09 1: leaves: seen
        00:15 0: gives back 1 of crew
        00:15 0: leaves: seen
    """,
    )


def test_restart_does_all_of_it_again():
    run = play(
        job("restart"), URGENT, who={"a": (0, {"acuity": "3"}), "b": 4}, rooms={"crew": 1}, times=TIMES
    )
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 3
        00:00 0: is given 1 of crew
        00:04 1: starts from door
        00:04 1: joins the queue for crew, priority 0
        00:04 0: is interrupted and gives up 1 of crew
        00:04 0: joins the queue for crew, priority 3
        00:04 1: is given 1 of crew
        00:09 1: gives back 1 of crew
        00:09 0: is given 1 of crew
        00:09 1: leaves: seen
        00:19 0: gives back 1 of crew
        00:19 0: leaves: seen
    """,
    )


def test_a_target_is_gone_to_at_once():
    turned = pathway("turned_round").mark("turned_round").leave("without_crew")
    start = pathway("job").route((patient("acuity", "0"), "urgent")).seize("crew", priority="acuity").hold(
        "job.long", if_interrupted="turned_round"
    ).release("crew").leave("seen")  # fmt: skip
    run = play(start, URGENT, turned, who={"a": (0, {"acuity": "3"}), "b": 4}, rooms={"crew": 1}, times=TIMES)
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 3
        00:00 0: is given 1 of crew
        00:04 1: starts from door
        00:04 1: joins the queue for crew, priority 0
        00:04 0: is interrupted and gives up 1 of crew
        00:04 1: is given 1 of crew
        00:04 0: marks turned_round
        00:04 0: leaves: without_crew
        00:09 1: gives back 1 of crew
        00:09 1: leaves: seen
    """,
    )


def test_a_hold_that_ends_at_that_instant_and_has_not_run_is_interrupted_with_nothing_left():
    """At 00:05 a's walk ends first (earlier ticket); a asks for the crew just before b's job is over."""
    start = (
        pathway("start")
        .route((patient("acuity", "0"), CARRY_ON), otherwise="job")
        .hold("job.urgent")
        .then("urgent")
    )
    run = play(start, job("resume"), URGENT, who={"a": (0, {"acuity": "0"}), "b": (0, {"acuity": "3"})},
               rooms={"crew": 1}, times={"job.long": 5, "job.urgent": 5})  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 1: starts from door
        00:00 1: joins the queue for crew, priority 3
        00:00 1: is given 1 of crew
        00:05 0: joins the queue for crew, priority 0
        00:05 1: is interrupted and gives up 1 of crew
        00:05 1: joins the queue for crew, priority 3
        00:05 0: is given 1 of crew
        00:10 0: gives back 1 of crew
        00:10 1: is given 1 of crew
        00:10 0: leaves: seen
        00:10 1: gives back 1 of crew
        00:10 1: leaves: seen
    """,
    )


def test_victims_are_the_worst_and_among_equals_the_latest():
    """Three crews: a (1), b (3), c (3). d interrupts c, the latest of the two worst; e then b; f then a."""
    run = play(
        job("resume"), URGENT,
        who={"a": (0, {"acuity": "1"}), "b": (1, {"acuity": "3"}), "c": (2, {"acuity": "3"}), "d": 3, "e": 4, "f": 5},
        rooms={"crew": 3}, times={"job.long": 30, "job.urgent": 20},
    )  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 1
        00:00 0: is given 1 of crew
        00:01 1: starts from door
        00:01 1: joins the queue for crew, priority 3
        00:01 1: is given 1 of crew
        00:02 2: starts from door
        00:02 2: joins the queue for crew, priority 3
        00:02 2: is given 1 of crew
        00:03 3: starts from door
        00:03 3: joins the queue for crew, priority 0
        00:03 2: is interrupted and gives up 1 of crew
        00:03 2: joins the queue for crew, priority 3
        00:03 3: is given 1 of crew
        00:04 4: starts from door
        00:04 4: joins the queue for crew, priority 0
        00:04 1: is interrupted and gives up 1 of crew
        00:04 1: joins the queue for crew, priority 3
        00:04 4: is given 1 of crew
        00:05 5: starts from door
        00:05 5: joins the queue for crew, priority 0
        00:05 0: is interrupted and gives up 1 of crew
        00:05 0: joins the queue for crew, priority 1
        00:05 5: is given 1 of crew
        00:23 3: gives back 1 of crew
        00:23 0: is given 1 of crew
        00:23 3: leaves: seen
        00:24 4: gives back 1 of crew
        00:24 2: is given 1 of crew
        00:24 4: leaves: seen
        00:25 5: gives back 1 of crew
        00:25 1: is given 1 of crew
        00:25 5: leaves: seen
        00:48 0: gives back 1 of crew
        00:48 0: leaves: seen
        00:52 1: gives back 1 of crew
        00:52 1: leaves: seen
        00:53 2: gives back 1 of crew
        00:53 2: leaves: seen
    """,
    )


def test_a_holder_of_the_same_priority_is_not_interrupted():
    equal = (
        pathway("job")
        .use("crew", "job.long", priority=2, preempts=True, if_interrupted="resume")
        .leave("seen")
    )
    run = play(equal, who={"a": 0, "b": 4}, rooms={"crew": 1}, times={"job.long": 10})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 2
        00:00 0: is given 1 of crew
        00:04 1: starts from door
        00:04 1: joins the queue for crew, priority 2
        00:10 0: gives back 1 of crew
        00:10 1: is given 1 of crew
        00:10 0: leaves: seen
        00:20 1: gives back 1 of crew
        00:20 1: leaves: seen
    """,
    )


def test_nobody_is_interrupted_unless_there_is_room_enough():
    """b wants two crews: one is in a job that cannot be interrupted, so a's is not interrupted either."""
    start = (
        pathway("start")
        .route((patient("acuity", "0"), "wants_two"), (patient("acuity", "1"), "sure"))
        .use("crew", "job.long", priority=5, if_interrupted="resume")
        .leave("seen")
    )
    sure = pathway("sure").use("crew", "job.urgent", priority=5).leave("seen")
    two = pathway("wants_two").use("crew", "job.urgent", amount=2, preempts=True).leave("seen")
    run = play(start, sure, two, who={"a": (0, {"acuity": "3"}), "s": (0, {"acuity": "1"}), "b": 1},
               rooms={"crew": 2}, times=TIMES)  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 5
        00:00 0: is given 1 of crew
        00:00 1: starts from door
        00:00 1: joins the queue for crew, priority 5
        00:00 1: is given 1 of crew
        00:01 2: starts from door
        00:01 2: joins the queue for crew, priority 0
        00:05 1: gives back 1 of crew
        00:05 0: is interrupted and gives up 1 of crew
        00:05 0: joins the queue for crew, priority 5
        00:05 2: is given 2 of crew
        00:05 1: leaves: seen
        00:10 2: gives back 2 of crew
        00:10 0: is given 1 of crew
        00:10 2: leaves: seen
        00:15 0: gives back 1 of crew
        00:15 0: leaves: seen
    """,
    )


def test_room_is_made_within_the_capacity_in_force():
    """The rota has dropped to 1 of 2: for one unit, both holders must go."""
    run = play(
        job("resume"), URGENT, who={"a": (0, {"acuity": "3"}), "b": (0, {"acuity": "3"}), "c": 4},
        rooms={"crew": {"steps": {"0 h": 2, "2 min": 1}}}, times=TIMES,
    )  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 3
        00:00 0: is given 1 of crew
        00:00 1: starts from door
        00:00 1: joins the queue for crew, priority 3
        00:00 1: is given 1 of crew
        00:02 capacity: crew is now 1
        00:04 2: starts from door
        00:04 2: joins the queue for crew, priority 0
        00:04 1: is interrupted and gives up 1 of crew
        00:04 1: joins the queue for crew, priority 3
        00:04 0: is interrupted and gives up 1 of crew
        00:04 0: joins the queue for crew, priority 3
        00:04 2: is given 1 of crew
        00:09 2: gives back 1 of crew
        00:09 1: is given 1 of crew
        00:09 2: leaves: seen
        00:15 1: gives back 1 of crew
        00:15 0: is given 1 of crew
        00:15 1: leaves: seen
        00:21 0: gives back 1 of crew
        00:21 0: leaves: seen
    """,
    )


def test_a_preempting_head_finds_a_holder_who_only_later_becomes_interruptible():
    """a holds the crew in a part of the job that cannot be interrupted; the next part can."""
    start = (
        pathway("job")
        .route((patient("acuity", "0"), "urgent"))
        .seize("crew", priority="acuity")
        .hold("job.loading")
        .hold("job.long", if_interrupted="resume")
        .release("crew")
        .leave("seen")
    )
    run = play(
        start,
        URGENT,
        who={"a": (0, {"acuity": "3"}), "b": 4},
        rooms={"crew": 1},
        times={**TIMES, "job.loading": 6},
    )
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 3
        00:00 0: is given 1 of crew
        00:04 1: starts from door
        00:04 1: joins the queue for crew, priority 0
        00:06 0: is interrupted and gives up 1 of crew
        00:06 0: joins the queue for crew, priority 3
        00:06 1: is given 1 of crew
        00:11 1: gives back 1 of crew
        00:11 0: is given 1 of crew
        00:11 1: leaves: seen
        00:21 0: gives back 1 of crew
        00:21 0: leaves: seen
    """,
    )


def test_who_is_granted_and_has_not_resumed_is_not_interruptible():
    """At 00:10 the crew goes from a to c; b asks before c has resumed, and gets it when c's hold begins."""
    start = (
        pathway("start")
        .route((patient("acuity", "0"), CARRY_ON), otherwise="job")
        .hold("start.walk")
        .then("urgent")
    )
    run = play(start, job("resume"), URGENT, rooms={"crew": 1}, times={**TIMES, "start.walk": 10},
               who={"a": (0, {"acuity": "3"}), "b": (0, {"acuity": "0"}), "c": (1, {"acuity": "3"})})  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 3
        00:00 0: is given 1 of crew
        00:00 1: starts from door
        00:01 2: starts from door
        00:01 2: joins the queue for crew, priority 3
        00:10 0: gives back 1 of crew
        00:10 2: is given 1 of crew
        00:10 0: leaves: seen
        00:10 1: joins the queue for crew, priority 0
        00:10 2: is interrupted and gives up 1 of crew
        00:10 2: joins the queue for crew, priority 3
        00:10 1: is given 1 of crew
        00:15 1: gives back 1 of crew
        00:15 2: is given 1 of crew
        00:15 1: leaves: seen
        00:25 2: gives back 1 of crew
        00:25 2: leaves: seen
    """,
    )


def test_escalation_to_a_more_urgent_level_may_interrupt():
    start = (
        pathway("job")
        .route((patient("acuity", "0"), "urgent"))
        .use("crew", "job.long", priority=3, if_interrupted="resume")
        .leave("seen")
    )
    urgent = pathway("urgent").use(
        "crew", "job.urgent", priority=3, preempts=True, escalate=(("job.patience", 1),)
    ).leave("seen")  # fmt: skip
    run = play(
        start,
        urgent,
        who={"a": (0, {"acuity": "3"}), "b": 1},
        rooms={"crew": 1},
        times={**TIMES, "job.patience": 3},
    )
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 3
        00:00 0: is given 1 of crew
        00:01 1: starts from door
        00:01 1: joins the queue for crew, priority 3
        00:04 1: waits for crew with priority 1 from now on
        00:04 0: is interrupted and gives up 1 of crew
        00:04 0: joins the queue for crew, priority 3
        00:04 1: is given 1 of crew
        00:09 1: gives back 1 of crew
        00:09 0: is given 1 of crew
        00:09 1: leaves: seen
        00:15 0: gives back 1 of crew
        00:15 0: leaves: seen
    """,
    )


def test_a_victim_gives_up_its_whole_amount_and_asks_for_all_of_it_again():
    run = play(
        job("resume", amount=2),
        URGENT,
        who={"a": (0, {"acuity": "3"}), "b": 4},
        rooms={"crew": 2},
        times=TIMES,
    )
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 3
        00:00 0: is given 2 of crew
        00:04 1: starts from door
        00:04 1: joins the queue for crew, priority 0
        00:04 0: is interrupted and gives up 2 of crew
        00:04 0: joins the queue for crew, priority 3
        00:04 1: is given 1 of crew
        00:09 1: gives back 1 of crew
        00:09 0: is given 2 of crew
        00:09 1: leaves: seen
        00:15 0: gives back 2 of crew
        00:15 0: leaves: seen
    """,
    )


def test_who_preempts_gets_past_a_queue_limit():
    urgent = pathway("urgent").use(
        "crew", "job.urgent", priority=0, preempts=True, queue_limit=0, if_full="sent_away"
    ).leave("seen")  # fmt: skip
    run = play(job("resume"), urgent, pathway("sent_away").leave("sent_away"),
               who={"a": (0, {"acuity": "3"}), "b": 4, "c": 5}, rooms={"crew": 1}, times=TIMES)  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 3
        00:00 0: is given 1 of crew
        00:04 1: starts from door
        00:04 1: joins the queue for crew, priority 0
        00:04 0: is interrupted and gives up 1 of crew
        00:04 0: joins the queue for crew, priority 3
        00:04 1: is given 1 of crew
        00:05 2: starts from door
        00:05 2: is turned away from crew
        00:05 2: leaves: sent_away
        00:09 1: gives back 1 of crew
        00:09 0: is given 1 of crew
        00:09 1: leaves: seen
        00:15 0: gives back 1 of crew
        00:15 0: leaves: seen
    """,
    )


def test_an_interrupted_patient_is_never_displaced():
    """a waits to resume, less urgent than c, who would displace: but a has no `on_leave` of that queue."""
    urgent = pathway("urgent").use(
        "crew", "job.urgent", priority=0, preempts=True, queue_limit=1, if_full="displace", on_leave="sent_away"
    ).leave("seen")  # fmt: skip
    run = play(job("resume"), urgent, pathway("sent_away").leave("sent_away"),
               who={"a": (0, {"acuity": "3"}), "b": 4, "c": 5}, rooms={"crew": 1}, times=TIMES)  # fmt: skip
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: joins the queue for crew, priority 3
        00:00 0: is given 1 of crew
        00:04 1: starts from door
        00:04 1: joins the queue for crew, priority 0
        00:04 0: is interrupted and gives up 1 of crew
        00:04 0: joins the queue for crew, priority 3
        00:04 1: is given 1 of crew
        00:05 2: starts from door
        00:05 2: is turned away from crew
        00:05 2: leaves: sent_away
        00:09 1: gives back 1 of crew
        00:09 0: is given 1 of crew
        00:09 1: leaves: seen
        00:15 0: gives back 1 of crew
        00:15 0: leaves: seen
    """,
    )
