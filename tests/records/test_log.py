"""Rows in words."""

from __future__ import annotations

import pytest

from flowsim.records.log import LOG, Code, assert_equal, clock, to_text
from tests.records.tallying import BED_WEST, CREW, H, Story, a_program

pytestmark = pytest.mark.unit


def a_story():
    story = Story().capacity(0, CREW, 1).arrive(0, 0).mark(0, 0, 1).row(0, 0, Code.SET, 0, 1)
    story.join(H, 0, BED_WEST, 3).grant(H, 0, BED_WEST).row(H, 0, Code.LEFT, CREW, 1)
    return story.release(2 * H, 0, BED_WEST).row(2 * H, 1, Code.START, -1, 0).end(2 * H, 0, 1)


def test_rows_are_packed():
    assert LOG.itemsize == 20


def test_the_log_in_words():
    lines = to_text(a_story().log, a_program()).splitlines()
    assert [line.split("  ", 1)[1] for line in lines] == [
        "capacity: crew is now 1",
        "patient 0: starts from walk_in",
        "patient 0: marks depart",
        "patient 0: site becomes east",
        "patient 0: joins the queue for bed at west, priority 3",
        "patient 0: is given 1 of bed at west",
        "patient 0: leaves the queue for crew (granted elsewhere)",
        "patient 0: gives back 1 of bed at west",
        "patient 1: starts from a return, earlier patient 0",
        "patient 0: leaves: died",
    ]
    assert lines[4].startswith("day 0 01:00:00.000")


def test_times_before_zero():
    assert clock(-H) == "day -1 23:00:00.000"


def test_logs_that_differ():
    first, second = a_story().log, a_story().log
    assert_equal(first, second, a_program())
    second["value"][4] = 7
    with pytest.raises(
        AssertionError, match=r"first at row 4 \(in value\)(.|\n)*priority 3(.|\n)*priority 7"
    ):
        assert_equal(first, second, a_program())
    with pytest.raises(
        AssertionError, match=r"only the first goes on \(10 and 9 rows\)\n  first: .*leaves: died"
    ):
        assert_equal(first, first[:-1], a_program())
