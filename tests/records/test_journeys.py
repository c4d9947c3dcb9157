"""A row a patient."""

from __future__ import annotations

import pytest

from flowsim.records.journeys import journeys, story
from flowsim.records.log import Code
from tests.records.tallying import ARRIVE, DEPART, H, Story, a_program

pytestmark = pytest.mark.unit


def a_story():
    told = (
        Story().arrive(0, 0, site=1, need=2).mark(0, 0, ARRIVE).mark(H, 0, ARRIVE).row(H, 0, Code.SET, 2, 0)
    )
    told.arrive(H, 1).mark(2 * H, 0, DEPART).end(2 * H, 0, 1)
    return told.row(9 * H, 2, Code.START, -1, 0).row(9 * H, 2, Code.SET, 1, 1).mark(9 * H, 2, ARRIVE)


def test_a_row_for_each_patient():
    told = a_story()
    table = journeys([told.log[:3], told.log[3:]], a_program(), told)
    assert table["patient"].tolist() == [0, 1, 2]
    assert table["parent"].tolist() == [-1, -1, 0]
    assert table["source"].tolist() == ["walk_in", "walk_in", "returns"]
    assert table["key"].tolist() == [100, 101, 0]
    assert table["site"].tolist() == ["east", "west", "east"]
    assert table["need"].tolist() == ["3", "1", "1"]
    assert table["month"].tolist() == ["jan", "jan", "feb"]
    assert table["outcome"].tolist() == ["died", "", ""]
    assert table["arrive"].isna().tolist() == [False, True, False]
    assert table["arrive"].dropna().tolist() == [0, 9 * H]
    assert table["n_arrive"].tolist() == [2, 0, 1]
    assert table["end"].dropna().tolist() == [2 * H]


def test_one_patients_story():
    lines = story(a_story().log, a_program(), 0)
    assert len(lines) == 7
    assert lines[0].endswith("patient 0: starts from walk_in")
    assert lines[-1].endswith("patient 2: starts from a return, earlier patient 0")
