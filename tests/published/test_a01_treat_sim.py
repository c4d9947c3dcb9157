"""A01: an urgent care treatment centre for a day, in six scenarios (Nelson 2013; treat-sim).

The published table carries a bias of the peer's thinning, so the case's independent reference is what counts:
the block in which arrivals stop after 18 hours, and, for two scenarios, the one in which the profile's first
rate comes again in hour 19. The table is held too, by the case's own rule of five standard errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tests.published.from_log import Story, mean, within
from tests.published.models import treatment_centre
from tests.published.replications import Mean, judge, judge_all, replicate
from tests.validation_table import Compare, case_file

pytestmark = pytest.mark.published

CASE = case_file("A01")
MODEL, EXPECTED = CASE["model"], CASE["expected"]
STOPS = EXPECTED["reference_200k_reps_correct_NHPP_stop_at_18h"]
WRAPS = EXPECTED["reference_200k_reps_correct_NHPP_profile_wraps_in_hour_19"]
END = 1140
SCENARIOS: Mapping[str, Mapping[str, Any]] = MODEL["scenarios"]
STATIONS = {
    "triage": ("01a_triage_wait", "01b_triage_util"),
    "registration": ("02a_registration_wait", "02b_registration_util"),
    "exam": ("03a_examination_wait", "03b_examination_util"),
    "cubicle_non_trauma": ("04a_treatment_wait(non_trauma)", "04b_treatment_util(non_trauma)"),
    "trauma_room": ("06a_trauma_wait", "06b_trauma_util"),
    "cubicle_trauma": ("07a_treatment_wait(trauma)", "07b_treatment_util(trauma)"),
}


def run(scenario: str, replications: int, *, wraps: bool = False) -> dict[str, Mean]:
    changes = dict(SCENARIOS[scenario])
    exam_mean = changes.pop("exam_mean", 16.0)
    units = {**MODEL["resources"], **changes}
    rates = MODEL["arrivals"]["rate_per_hour"]
    rates = [*rates, rates[0]] if wraps else rates

    def measure(story: Story) -> dict[str, float]:
        found = {"00_arrivals": float((story.starts < END).sum())}
        for station, (wait, use) in STATIONS.items():
            visits = story.visits(station)
            started = within(visits.granted, 0, END)
            found[wait] = mean(visits.wait[started])
            found[use] = float(np.sum(visits.service[started])) / (END * units[station])
        left = 0.0
        for outcome, name in (
            ("non_trauma", "05_total_time(non-trauma)"),
            ("trauma", "08_total_time(trauma)"),
        ):
            ends = story.ends(f"{outcome}_done")
            out = within(ends, 0, END)
            found[name] = mean((ends - story.starts)[out])
            left += float(out.sum())
        return {**found, "09_throughput": left}

    config = treatment_centre.config(rates, units, exam_mean, MODEL["patient_types"])
    # On to 48 h, because the use of a room counts whole durations, also what is left of them at the end.
    return replicate(treatment_centre.model(), config, "48 h", measure, replications)


def check(compare: Compare, scenario: str, replications: int) -> None:
    own = run(scenario, replications)
    judge_all(
        compare, "A01", f"{scenario} ", own, STOPS[scenario], note="reference, arrivals stop after 18 h"
    )
    table, spread = (EXPECTED[name][scenario] for name in ("published_mean_50_reps", SDS))
    for name, value in table.items():
        judge(compare, "A01", f"{scenario} {name} (table)", own[name], value, spread[name] / 50**0.5,
              sd=spread[name], times=5, note="published table, within 5 standard errors as the case says")  # fmt: skip


SDS = "replication_sd_from_rerun_100_reps"


@pytest.mark.parametrize("scenario", ["base", "short_exam"])
def test_some_days(compare: Compare, scenario: str) -> None:
    check(compare, scenario, 25)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_full_run(compare: Compare, scenario: str) -> None:
    check(compare, scenario, 200)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["base", "treat+1"])
def test_when_the_profile_wraps(compare: Compare, scenario: str) -> None:
    own = run(scenario, 200, wraps=True)
    judge_all(compare, "A01", f"{scenario} wraps ", own, WRAPS[scenario], note="reference, profile wraps")
