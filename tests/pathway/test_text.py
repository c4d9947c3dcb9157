"""A model prints itself."""

from __future__ import annotations

import pytest

from flowsim.pathway import load_model
from flowsim.pathway.text import model_as_text, step_as_text
from tests.pathway.drawn_model import drawn_model

pytestmark = pytest.mark.unit

TOLD = """
A tiny hospital

first contacts walk_in start at ed
rule surge: watches in use of bed, changes bed

ed: Emergency department
    mark arrived
    seize cubicle or corridor (priority acuity, patience ed.patience, on leave left, escalate ed.too_long to 0)
    hold ed.time (if interrupted resume)
    if ward_round is open: carry on
    otherwise go to ed.seen
    set acuity by ed.acuity
    release cubicle or corridor (after ed.cleaning)
    choose by ed.outcome:
        home: carry on
        admit: go to ward
    leave: home

ward: Ward
    seize bed (amount 2)
    hold ward.stay
    release bed
    wait until ward_round is open
    set acuity to routine
    come back at ed with probability ward.again, after ward.after
    leave: discharged

left
    leave: left_unseen
"""


def test_a_tiny_model_reads_like_this():
    assert model_as_text(drawn_model()) == str(drawn_model()) == TOLD.strip("\n")


def test_every_step_of_the_large_model_fits_a_line():
    for step in load_model("urgent_care").steps():
        assert "\n" not in step_as_text(step)
