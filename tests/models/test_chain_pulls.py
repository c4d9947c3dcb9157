"""The chain pulls: what happens to packages of care at home, and to time on the wards, is felt in the ED.

South Worcestershire in small: a tenth of its people, and the capacities that a tenth needs. The same patients come
in every scenario, replication by replication. In so small a place a few bad days make most of the waiting of crews:
handover and category 2 response cannot be told apart there, and nothing is claimed of them here.
"""

from __future__ import annotations

from typing import Any

import pytest

from flowsim.studies import Design, Scenario
from flowsim.studies.replicate import replicate
from flowsim.studies.scaling import Scaled
from flowsim.studies.study import Study

pytestmark = pytest.mark.theory

BASE = Scenario("south_worcestershire")
CHANGES = {
    # A fifth less of new starts a day (a start slot is held for longer) and of care hours.
    "cut": {"parameters.pathway_1.start_slot": "x 1.25", "resources.care_hours.capacity": "x 0.8"},
    # The mean time to medically ready on the wards is about six days.
    "half_a_day_shorter": {"parameters.wards.time_to_ready": "x 0.92"},
}
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


def in_small() -> dict[str, Any]:
    """A tenth of the catchment."""
    design = Design(replications=6, days=84, warm_up=56, seed=11, workers=2)
    return differences([Scaled(scenario, 0.1) for scenario in SCENARIOS], design)


def test_pathway_1_and_the_wards_are_felt_in_the_emergency_department():
    """A fifth less of pathway 1 backs up into ED; half a day less on the wards relieves it: no interval holds zero."""
    found = in_small()
    for kpi in ("ready_to_go", "occupancy", "in_7_days", "boarding_hours"):
        assert found["cut"].loc[kpi, "low"] > 0, kpi
    for kpi in ("occupancy", "in_7_days", "outliers", "boarding_hours"):
        assert found["half_a_day_shorter"].loc[kpi, "high"] < 0, kpi
