"""The illustrative town gives every name of the reference model a value, and the whole chain runs."""

from __future__ import annotations

import pytest

from flowsim.engines import start
from flowsim.inputs import read_config
from flowsim.pathway import load_model
from flowsim.places import find_config
from flowsim.program import Program, compile_program
from flowsim.records.fold import Folding
from flowsim.records.tallies import Tallies
from flowsim.sampling import draw_arrivals

pytestmark = pytest.mark.exact

DAY = 86_400_000


@pytest.fixture(scope="module")
def town() -> Program:
    model = load_model("urgent_care")
    values = {item.name: item.values for item in model.attributes}
    return compile_program(model, read_config(find_config("small_town"), attributes=values))


def run(program: Program, days: int) -> tuple[Tallies, set[str]]:
    arrivals = draw_arrivals(program, seed=1, replication=0, start=0, until=days * DAY)
    folding = Folding(program, arrivals)  # every row is checked against the laws of conservation
    seen: set[str] = set()
    for log in start(program, arrivals).run():
        folding.take(log)
        marks = log[log["code"] == 1]
        seen |= {program.milestones[value] for value in set(marks["value"].tolist())}
    return folding.finish(days * DAY), seen


def test_every_name_has_a_value(town: Program) -> None:
    assert town.sites == ("town",)


def test_the_whole_chain_runs(town: Program) -> None:
    _, seen = run(town, days=10)
    chain = {
        "nhs111_answered", "hub_spoken", "response_clock", "on_scene", "handover", "ed_arrival", "ed_seen",
        "decision_to_admit", "ed_departure", "aec_start", "admitted", "in_assessment_unit", "on_ward", "medically_ready",
        "transfer_assessed", "pathway_1_found", "left_hospital", "care_started", "rapid_response_seen", "nursing_seen",
        "gp_seen", "utc_seen", "liaison_seen", "elective_admitted", "outside_handover",
    }  # fmt: skip
    assert chain <= seen
