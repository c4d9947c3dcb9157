"""A06: a critical care unit of 23 to 28 beds (Griffiths et al 2010).

The full run has 200 replications of the base (24 beds), as the case asks for, and 60 of each other number.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.published.from_log import Story, mean, within
from tests.published.models import critical_care
from tests.published.replications import Measure, judge, judge_all, replicate
from tests.validation_table import Compare, case_file

pytestmark = pytest.mark.published

CASE = case_file("A06")
EXPECTED = CASE["expected"]
BEGIN, END = 720, 720 + 8640
BASE, BEDS = "24", tuple(EXPECTED["reference_40k_reps"])
IN_THE_TABLE = {
    "cancelled_elective": "cancelled_elective",
    "bed_utilisation": "bed_utilisation_peer_definition",
    "mean_wait_unplanned": "mean_wait_unplanned_discharged_in_window",
    "bed_occupancy": "bed_occupancy_peer_definition",
}


def measure(beds: int) -> Measure:
    def of(story: Story) -> dict[str, float]:
        stays = story.visits("bed")
        discharged = story.mark("discharged")[stays.patient]
        unplanned = np.isnan(story.mark("elective_due"))
        out = within(discharged, BEGIN, END)
        treated = float(np.sum((discharged - stays.granted)[out]))
        due = within(story.mark("elective_due"), BEGIN, END)
        cancelled = float(within(story.ends("elective_cancelled"), BEGIN, END).sum())
        came = within(story.starts, BEGIN, END) & ~story.started_by("elective_list")
        queued = unplanned[stays.patient]
        taken_up = story.mean_in_use("bed", BEGIN, END)
        return {
            "cancelled_elective": cancelled,
            "fraction_elective_cancelled": cancelled / float(due.sum()),
            "bed_utilisation_peer_definition": treated / ((END - BEGIN) * beds),
            "bed_occupancy_peer_definition": treated / (END - BEGIN),
            "mean_wait_unplanned_discharged_in_window": mean(stays.wait[out & queued]),
            "mean_wait_unplanned_admitted_in_window": mean(
                stays.wait[within(stays.granted, BEGIN, END) & queued]
            ),
            "mean_beds_unavailable_incl_cleaning_time_weighted": taken_up,
            "mean_beds_treating_time_weighted": taken_up - cleaning(discharged),
            "patient_count": float(came.sum()),
        }

    return of


def cleaning(discharged: np.ndarray) -> float:
    """The time average of the beds being cleaned."""
    begun = discharged[~np.isnan(discharged)]
    lasted = np.clip(begun + 5.0, BEGIN, END) - np.clip(begun, BEGIN, END)
    return float(lasted.sum()) / (END - BEGIN)


def check(compare: Compare, beds: str, replications: int) -> None:
    config = critical_care.config(CASE["model"]["streams"], int(beds))
    own = replicate(critical_care.model(), config, f"{END} h", measure(int(beds)), replications, unit="h")
    judge_all(compare, "A06", f"{beds} beds ", own, EXPECTED["reference_40k_reps"][beds], note="reference")
    for name, (value, sd) in EXPECTED["published_mean_sd_100_reps"][beds].items():
        judge(compare, "A06", f"{beds} beds {name} (table)", own[IN_THE_TABLE[name]], value, sd / 10, sd=sd,
              note="published table, 100 replications")  # fmt: skip


def test_some_years(compare: Compare) -> None:
    check(compare, BASE, 12)


@pytest.mark.slow
@pytest.mark.parametrize("beds", BEDS)
def test_full_run(compare: Compare, beds: str) -> None:
    check(compare, beds, 200 if beds == BASE else 60)
