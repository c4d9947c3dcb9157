"""The illustrative town gives every name of the reference model a value, and the whole chain runs."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.engines import start
from flowsim.inputs import read_config
from flowsim.pathway import load_model
from flowsim.places import find_config
from flowsim.program import Program, compile_program
from flowsim.records.log import Code, EventLog
from flowsim.sampling import draw_arrivals

pytestmark = pytest.mark.exact

DAY = 86_400_000


@pytest.fixture(scope="module")
def town() -> Program:
    model = load_model("urgent_care")
    values = {item.name: item.values for item in model.attributes}
    return compile_program(model, read_config(find_config("small_town"), attributes=values))


@pytest.fixture(scope="module")
def log(town: Program) -> EventLog:
    arrivals = draw_arrivals(town, seed=1, replication=0, start=0, until=10 * DAY)
    return np.concatenate(list(start(town, arrivals).run()))


def test_every_name_has_a_value(town: Program) -> None:
    assert town.sites == ("town",)


def test_everything_that_is_held_was_granted(log: EventLog) -> None:
    granted = log["value"][log["code"] == Code.GRANT].sum()
    given_back = log["value"][np.isin(log["code"], (Code.RELEASE, Code.INTERRUPTED))].sum()
    assert 0 < given_back <= granted


def test_the_whole_chain_runs(town: Program, log: EventLog) -> None:
    marks = log["value"][log["code"] == Code.MILESTONE]
    seen = {town.milestones[value] for value in set(marks.tolist())}
    chain = {
        "nhs111_answered", "hub_spoken", "response_clock", "on_scene", "handover", "ed_arrival", "ed_seen",
        "decision_to_admit", "ed_departure", "aec_start", "admitted", "in_assessment_unit", "on_ward", "medically_ready",
        "transfer_assessed", "pathway_1_found", "left_hospital", "care_started", "rapid_response_seen", "nursing_seen",
        "gp_seen", "utc_seen", "liaison_seen", "elective_admitted", "outside_handover",
    }  # fmt: skip
    assert chain <= seen


@pytest.mark.parametrize("option", ["recover_at_home", "aec_at_the_outset"])
def test_its_options_fit_the_model(option: str) -> None:
    model = load_model("urgent_care")
    values = {item.name: item.values for item in model.attributes}
    config = read_config(find_config("small_town"), attributes=values, options=(option,))
    assert compile_program(model, config).sites == ("town",)
