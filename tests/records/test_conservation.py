"""Logs that break a law are refused, with the patient and the place."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.errors import RunError
from flowsim.records.conservation import check_patients, check_use
from flowsim.records.fold import fold
from flowsim.records.log import Code, Left
from tests.records.tallying import BED_WEST, CREW, H, Story, a_program

pytestmark = pytest.mark.unit


def refused(story, match):
    with pytest.raises(RunError, match=match) as caught:
        fold(story.log, a_program(), story)
    return str(caught.value)


def two_in_line(capacity=1):
    story = Story().capacity(0, CREW, capacity).arrive(0, 0).join(0, 0, CREW).grant(0, 0, CREW)
    return story.arrive(H, 1).join(H, 1, CREW, 5)


def test_more_in_use_than_capacity():
    text = refused(two_in_line().grant(2 * H, 1, CREW), "over capacity")
    assert "patient 1 at crew, day 0 02:00:00.000" in text


def test_head_waits_while_free():
    story = two_in_line().release(2 * H, 0, CREW).grant(3 * H, 1, CREW)
    refused(story, "head waited.*patient 1 at crew")


def test_a_head_that_asks_for_two_may_wait_while_one_is_free():
    story = two_in_line(2).release(3 * H, 0, CREW).grant(3 * H, 1, CREW, 2)
    fold(story.log, a_program(), story)


def test_a_new_head_may_be_granted_at_once():
    """Behind a head that needed two, one was free; when the head gives up, the next is granted."""
    story = two_in_line(2).arrive(H, 2).join(H, 2, CREW, 6).row(2 * H, 1, Code.LEFT, CREW, Left.GAVE_UP)
    fold(story.grant(2 * H, 2, CREW).log, a_program(), story)


def test_overtaking_by_priority_and_by_time():
    story = two_in_line().arrive(H, 2).join(H, 2, CREW, 6).release(2 * H, 0, CREW).grant(2 * H, 2, CREW)
    refused(story, "overtaken")
    story = two_in_line().arrive(H, 2).join(H, 2, CREW, 5).release(2 * H, 0, CREW).grant(2 * H, 2, CREW)
    story.release(3 * H, 2, CREW).grant(3 * H, 1, CREW)
    refused(story, "overtaken")


def test_escalation_goes_to_the_tail_of_its_new_level():
    story = two_in_line().arrive(H, 2).join(H, 2, CREW, 2).row(H, 1, Code.PRIORITY, CREW, 2)
    story.release(2 * H, 0, CREW).grant(2 * H, 2, CREW).release(3 * H, 2, CREW).grant(3 * H, 1, CREW)
    fold(story.log, a_program(), story)


def test_giving_back_more_than_was_granted():
    refused(two_in_line().release(2 * H, 0, CREW, 2), "gives too much.*patient 0")
    refused(two_in_line().release(2 * H, 0, BED_WEST), "gives too much.*bed at west")
    refused(two_in_line().row(2 * H, 1, Code.INTERRUPTED, CREW, 1), "gives too much")


def test_rows_about_people_who_are_not_there():
    refused(Story().mark(0, 0, 0), "not inside")
    refused(Story().arrive(0, 0).end(0, 0).mark(H, 0, 0), "not inside")
    refused(Story().arrive(0, 0).grant(0, 0, CREW), "not waiting")
    refused(two_in_line().end(2 * H, 1), "ends waiting")
    refused(two_in_line().join(2 * H, 1, CREW), "joins twice")


def test_the_log_must_be_of_these_arrivals():
    refused(Story().arrive(0, 1), "numbering")
    story = Story().arrive(0, 0)
    story.times[0] = 1
    refused(story, "not the next one in the arrivals")
    refused(Story().row(0, 0, Code.START, 0, -1), "arrival")
    refused(Story().row(0, 0, Code.START, -1, 0), "parent")
    refused(Story().arrive(H, 0).mark(0, 0, 0), "back in time")


def test_interruption_gives_the_unit_to_the_more_urgent():
    story = two_in_line().row(H, 0, Code.INTERRUPTED, CREW, 1).grant(H, 1, CREW).join(H, 0, CREW, 7)
    story.release(2 * H, 1, CREW).grant(2 * H, 0, CREW)
    tallies = fold(story.log, a_program(), story)
    assert tallies.flows[CREW, 0, 6] == 1


def test_sums_at_the_end():
    check_patients(3, 1, 2)
    with pytest.raises(RunError, match="3 came in, 1 went out and 1 are inside"):
        check_patients(3, 1, 1)
    with pytest.raises(RunError, match="crew: 1 in use, but patients hold 0"):
        check_use(np.zeros(3), np.array([0, 0, 1]), a_program())
