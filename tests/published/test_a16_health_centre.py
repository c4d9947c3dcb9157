"""A16: a primary health centre, configuration 3 of Shoaib and Ramamohan 2021, restated cleanly.

What the published waits owe to the peer's code (the case lists it) is not modelled; the case's reference of
the clean restatement is what counts. Nothing waits over night, so three weeks of warm-up fill the follow-ups
of at most 16 days, in place of the case's 180 days. A replication of a year has 20,000 visits: the full
run has 20 of them, not the 200 of the case, and an interval three times as wide.

The two exact values have the peer's definitions: staff nurses also have 180 minutes of other work a day, of
3 x 420; a bed counts after the nurse has left.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.published.from_log import Story, Visits, mean, overlap, within
from tests.published.models import health_centre
from tests.published.replications import Measure, judge, judge_all, replicate
from tests.validation_table import Compare, case_file

pytestmark = pytest.mark.published

EXPECTED = case_file("A16")["expected"]
REFERENCE, REFERENCE_RUNS = EXPECTED["reference_clean_restatement_400_reps"], 400
WARM_UP, YEAR, SHIFT, OTHER_WORK = 20, 365, 420, 180  # days, days, minutes a day, minutes a day
DAY = 1440


def measure(days: int) -> Measure:
    begin, end = WARM_UP * DAY, (WARM_UP + days) * DAY

    def of(story: Story) -> dict[str, float]:
        seen = {name: story.visits(name) for name in ("nurse", "doctor", "lab", "pharmacist")}
        share = {name: story.mean_in_use(name, begin, end) * DAY / SHIFT for name in seen}
        waited = overlap(seen["nurse"].joined, seen["nurse"].granted, begin, end) / days / SHIFT
        bed, nursing = story.visits("bed"), story.visits("staff_nurse")
        empty = np.isnan(nursing.given_back)  # still with the nurse: patients come in the same order to both
        in_bed = overlap(
            nursing.given_back[~empty], bed.given_back[: len(nursing.patient)][~empty], begin, end
        )
        nursed = story.mean_in_use("staff_nurse", begin, end) * DAY
        return {
            "doctor_util": share["doctor"] + paper(story, "doctor", begin, end) / days / SHIFT,
            "ncd_nurse_util(incl wait)": share["nurse"]
            + waited
            + paper(story, "nurse", begin, end) / days / SHIFT,
            "pharmacist_util": share["pharmacist"],
            "lab_util": share["lab"],
            **{f"{name}_wait": wait(seen[of_it], begin, end) for name, of_it in QUEUES.items()},
            **{
                f"{name}_queue": story.mean_waiting(QUEUES[name], begin, end)
                for name in QUEUES
                if name != "ncd"
            },
            "visits_per_day": float(within(story.marks("visit"), begin, end).sum()) / days,
            "staff_nurse_util": (nursed + OTHER_WORK) / (health_centre.STAFF_NURSES * SHIFT),
            "inpatient_bed_util": in_bed / (health_centre.BEDS * (end - begin)),
        }

    return of


QUEUES = {"opd": "doctor", "pharmacy": "pharmacist", "lab": "lab", "ncd": "nurse"}


def wait(visits: Visits, begin: float, end: float) -> float:
    return mean(visits.wait[within(visits.granted, begin, end)])


def paper(story: Story, who: str, begin: float, end: float) -> float:
    """Whole minutes of paperwork that began in the window."""
    begun, ended = story.starts, story.ends(f"{who}_paper_done")
    counted = within(begun, begin, end) & ~np.isnan(ended)
    return float(np.floor((ended - begun)[counted]).sum())


def check(compare: Compare, days: int, replications: int) -> None:
    until = f"{WARM_UP + days + 1} days"  # a day more, so that the last paperwork is done
    own = replicate(health_centre.model(), health_centre.config(), until, measure(days), replications)
    scale = math.sqrt(YEAR / days)  # the spread of a shorter replication is wider
    reference = {
        name: {
            "mean": known["mean"],
            "sd_rep": known["sd_rep"] * scale,
            "se": known["sd_rep"] / REFERENCE_RUNS**0.5,
        }
        for name, known in REFERENCE.items()
    }
    judge_all(compare, "A16", "", own, reference, note="reference, clean restatement")
    for name, value in EXPECTED["exact"].items():
        judge(compare, "A16", f"{name} (exact)", own[name], value)


def test_some_weeks(compare: Compare) -> None:
    check(compare, 28, 8)


@pytest.mark.slow
def test_full_run(compare: Compare) -> None:
    check(compare, YEAR, 20)
