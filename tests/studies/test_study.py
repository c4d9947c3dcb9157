"""What a set of replications says."""

from __future__ import annotations

import pytest

from flowsim.studies.design import Design
from flowsim.studies.replicate import replicate
from flowsim.studies.scenario import Scenario
from flowsim.studies.study import Study
from tests.tiny_place import write_place

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    base = Scenario(str(write_place(tmp_path_factory.mktemp("place") / "clinic")))
    scenarios = [base, base.with_options("more_nurses")]
    design = Design(replications=3, days=7, warm_up=1, workers=1, note="Something to know.")
    return Study(design, {one.name: one.program() for one in scenarios}, replicate(scenarios, design))


def row(table, kpi, group="all", at="all"):
    (found,) = [
        one for _, one in table.iterrows() if (one["kpi"], one["group"], one["at"]) == (kpi, group, at)
    ]
    return found


def test_the_first_scenario_is_the_baseline(study):
    assert study.baseline == "baseline"


def test_differences_are_paired_by_replication(study):
    pairs = zip(study.kpis("baseline"), study.kpis("more_nurses"), strict=True)
    each = [after.value("wait") - before.value("wait") for before, after in pairs]
    found = row(study.difference("more_nurses"), "wait")
    assert found["difference"] == pytest.approx(sum(each) / 3)
    assert found["low"] < found["difference"] < found["high"]
    assert found["difference"] < 0


def test_the_same_people_come_whatever_the_number_of_nurses(study):
    found = row(study.difference("more_nurses"), "visits")
    assert abs(found["difference"]) < 1  # some come back later, and so beyond the end


def test_each_part_of_the_town_has_its_figures(study):
    table = study.summary("baseline")
    parts = [row(table, "visits", "home", at)["mean"] for at in ("hill", "valley")]
    assert sum(parts) == pytest.approx(row(table, "visits")["mean"])


def test_what_was_observed_stands_beside_in_the_units_of_the_kpi(study):
    table = study.observed()
    assert row(table, "wait")["observed"] == 20
    assert bool(row(table, "wait")["covered"])
    assert bool(row(table, "wait")["used_to_set"])


def test_notices_begin_with_how_the_run_began(study):
    assert study.notices() == ["Something to know."]
