"""A02: an urgent care call centre with nurse call-backs, whose second stage is overloaded.

The full run has 200 replications of P1 and P2, as the case asks for, and 60 of the longer configurations P3
and P4 and of the four others: their intervals are wider by so much.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tests.published.from_log import Story, mean, within
from tests.published.models import call_centre
from tests.published.replications import Measure, judge, judge_all, replicate
from tests.validation_table import Compare, case_file

pytestmark = pytest.mark.published

CASE = case_file("A02")
EXPECTED = CASE["expected"]
BASE = {"between": 0.6, "operators": 13, "nurses": 10, "nurse_high": 20, "warm_up": 0, "collect": 1000}
OTHERS: Mapping[str, Mapping[str, Any]] = {
    "base_13ops_10nurses_iat0.6_wu0_rc1000": {},
    "op+1": {"operators": 14},
    "high_demand_iat0.55": {"between": 0.55},
    "combination": {"between": 0.55, "operators": 14},
}
SETTINGS = {name: {**BASE, **given} for name, given in {**CASE["run"]["configurations"], **OTHERS}.items()}
FULL = {"P1": 200, "P2": 200}


def measure(setting: Mapping[str, Any]) -> Measure:
    begin, end = setting["warm_up"], setting["warm_up"] + setting["collect"]

    def of(story: Story) -> dict[str, float]:
        found = {"arrivals_in_window": float(within(story.starts, begin, end).sum())}
        names = {
            "operator": ("01_mean_waiting_time", "02_operator_util", "02a_operator", "05_operator"),
            "nurse": ("03_mean_nurse_waiting_time", "04_nurse_util", "04a_nurse", "06_nurse"),
        }
        for resource, (wait, completed, weighted, queue) in names.items():
            visits, units = story.visits(resource), setting[f"{resource}s"]
            done = visits.service[within(visits.given_back, begin, end)]
            found[wait] = mean(visits.wait[within(visits.granted, begin, end)])
            found[f"{completed}_completed"] = 100 * float(np.sum(done)) / ((end - begin) * units)
            found[f"{weighted}_util_time_weighted"] = 100 * story.mean_in_use(resource, begin, end) / units
            found[f"{queue}_queue_length"] = story.mean_waiting(resource, begin, end)
        return found

    return of


def check(compare: Compare, name: str, replications: int) -> None:
    setting = SETTINGS[name]
    config = call_centre.config(
        setting["between"], setting["operators"], setting["nurses"], setting["nurse_high"]
    )
    until = f"{setting['warm_up'] + setting['collect']} min"
    own = replicate(call_centre.model(), config, until, measure(setting), replications)
    judge_all(compare, "A02", f"{name} ", own, EXPECTED["reference_50k_reps"][name], note="reference")
    for measured, (value, sd) in EXPECTED["published_mean_sd_5_reps"].get(name, {}).items():
        key = measured if measured in own else f"{measured}_completed"
        spread = EXPECTED["reference_50k_reps"][name][key]["sd_rep"]
        judge(compare, "A02", f"{name} {measured} (table)", own[key], value, sd / 5**0.5, sd=spread,
              note="published table")  # fmt: skip


@pytest.mark.parametrize("name", ["P1", "P3"])
def test_some_runs(compare: Compare, name: str) -> None:
    check(compare, name, 8)


@pytest.mark.slow
@pytest.mark.parametrize("name", SETTINGS)
def test_full_run(compare: Compare, name: str) -> None:
    check(compare, name, FULL.get(name, 60))
