"""The chain pulls: packages of care at home, and time on the wards, are felt by whoever calls 999.

South Worcestershire in small, a tenth of its people with the capacities that a tenth needs; and whole, in the slow
suite. The same patients come in every scenario, replication by replication.
"""

from __future__ import annotations

from typing import Any

import pytest

from flowsim.api import design_for
from flowsim.studies import Design, Scenario
from flowsim.studies.replicate import replicate
from flowsim.studies.scaling import Scaled
from flowsim.studies.study import Study

pytestmark = pytest.mark.theory

BASE = Scenario("south_worcestershire")
CHANGES = {
    # A fifth less of new starts a day (a start slot is held for longer) and of care hours; and a quarter more.
    "cut": {"parameters.pathway_1.start_slot": "x 1.25", "resources.care_hours.capacity": "x 0.8"},
    "raised": {"parameters.pathway_1.start_slot": "x 0.8", "resources.care_hours.capacity": "x 1.25"},
    # The mean time to medically ready on the wards is about six days.
    "half_a_day_shorter": {"parameters.wards.time_to_ready": "x 0.92"},
}
CHAIN = ("ready_to_go", "boarding_hours", "handover_over_60", "response_c2_mean")
"""From the door home back to the call: each waits for the one before it."""
SCENARIOS = [BASE, *(BASE.with_changes(change, name) for name, change in CHANGES.items())]


def differences(scenarios: list[Any], design: Design) -> dict[str, Any]:
    """For each change, the paired differences of the KPIs for everybody, by name."""
    programs = {scenario.name: scenario.program() for scenario in scenarios}
    study = Study(design, programs, replicate(scenarios, design))
    found = {}
    for name in CHANGES:
        table = study.difference(name)
        found[name] = table[table["group"] == "all"].set_index("kpi")
    return found


def worse(found: Any, kpis: tuple[str, ...]) -> list[str]:
    """Those KPIs whose interval lies above 0."""
    return [kpi for kpi in kpis if found.loc[kpi, "low"] > 0]


def better(found: Any, kpis: tuple[str, ...]) -> list[str]:
    """Those KPIs whose interval lies below 0."""
    return [kpi for kpi in kpis if found.loc[kpi, "high"] < 0]


def test_pathway_1_and_the_wards_are_felt_on_the_road():
    """A fifth less of pathway 1 backs up to category 2 calls; half a day less on the wards relieves them.

    Ready-to-go patients are no fewer when wards are quicker: more become ready in a day, and the door home is as
    narrow as before.
    """
    design = Design(replications=24, days=126, warm_up=56, seed=11, workers=2)
    found = differences([Scaled(scenario, 0.1) for scenario in SCENARIOS], design)
    assert worse(found["cut"], CHAIN) == [*CHAIN]
    assert better(found["raised"], CHAIN[:2]) == [*CHAIN[:2]]
    assert better(found["half_a_day_shorter"], CHAIN[1:]) == [*CHAIN[1:]]
    for kpi in ("occupancy", "in_7_days"):
        assert worse(found["cut"], (kpi,))
        assert better(found["half_a_day_shorter"], (kpi,))


@pytest.mark.slow
def test_more_of_pathway_1_is_felt_on_the_road_too():
    """In small, and with more replications: what is gained is less than what a cut loses."""
    design = Design(replications=40, days=182, warm_up=56, seed=11, workers=2)
    found = differences([Scaled(scenario, 0.1) for scenario in SCENARIOS], design)
    assert better(found["raised"], CHAIN) == [*CHAIN]


@pytest.mark.slow
def test_the_whole_county_pulls_the_same_chain():
    """At full scale, over a year from the warmed census.

    What more of pathway 1 does for category 2 cannot be told from nothing in sixteen years of the whole county.
    """
    design = design_for(BASE, 16, 364, None, 11, "census", 2)
    found = differences(SCENARIOS, design)
    assert worse(found["cut"], CHAIN) == [*CHAIN]
    assert better(found["raised"], CHAIN[:3]) == [*CHAIN[:3]]
    assert better(found["half_a_day_shorter"], CHAIN[1:]) == [*CHAIN[1:]]
