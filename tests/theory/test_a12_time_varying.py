"""Case A12: unlimited beds under demand that swings through the day, and a whole day of a busy clinic from empty."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from flowsim.records.log import EventLog
from tests.measure_log import Estimate, Replications, in_use, instance_of, ms, ratio, run_log, visits, waiting
from tests.theory.stations import SLOW, exponential, one_station, settle
from tests.validation_table import case_file

pytestmark = pytest.mark.theory

EXACT = case_file("A12")["expected"]
MODEL = case_file("A12")["model"]["day_A"]

# Profiles are constant within an hour, and the case's sine is smooth. So one hour of the case is seven hours here:
# its day is a week of 168 steps, which follow the sine to 0.06 per mille of its swing. Stays are seven times as long.
STRETCH = 7
STAYS = {
    "exponential_mean5": exponential("35 h"),
    "deterministic_5": "35 h",
    "lognormal_mean5_sd7.5": {"lognormal": {"mean": "35 h", "sd": "52.5 h"}},
}
BEDS = 10_000  # as good as unlimited
ENOUGH = (
    0.25  # a standard error of this share still means something: the afternoon has nearly emptied some days
)


def sine_by_step(beta: float) -> list[float]:
    """The average of 1 + beta sin over each step of the day."""
    edges = np.linspace(0, 2 * np.pi, 24 * STRETCH + 1)
    return [1 + float(beta * (np.cos(a) - np.cos(b)) / (b - a)) for a, b in itertools.pairwise(edges)]


@pytest.mark.parametrize(
    ("stay", "days"),
    [
        pytest.param("lognormal_mean5_sd7.5", 2, id="lognormal-quick"),
        *(pytest.param(name, 6, id=name, marks=SLOW) for name in STAYS),
    ],
)
def test_occupancy_by_hour_of_day(compare, stay, days):
    exact = EXACT["sinusoid"]
    program = one_station(
        {"admissions": {"rate": f"{exact['lam_bar_per_h'] / STRETCH:.12f}/h",
                        "profile": {"hour_of_week": sine_by_step(exact["beta"])}}},
        BEDS, {"service": STAYS[stay]},
    )  # fmt: skip
    ward = instance_of(program, "server")
    hour = ms(f"{STRETCH} h")
    warm_up = 8 if compare.slow else 3  # days of the case

    def measure(log: EventLog) -> Any:
        level = in_use(log, ward)
        days_at = {at: (np.arange(days) * 24 + at) * hour for at in exact["hours"]}
        return {f"occupancy at {at} h": (float(level.at(when).sum()), days) for at, when in days_at.items()}

    wanted = {
        f"occupancy at {at} h": exact["mean_occupancy"][stay][number]
        for number, at in enumerate(exact["hours"])
    }
    runs = Replications(program, f"-{warm_up * 7} days", f"{days * 7} days", measure)
    settle(compare, "A12", f"sinusoid, {stay}", runs, wanted)


@pytest.mark.parametrize("days", [100, pytest.param(1_600, marks=SLOW)])
def test_a_whole_day_from_empty(compare, days):
    """Every day of one run starts empty, so each is a replication; 1 in 10 million would not be empty by midnight."""
    exact = EXACT["day_A"]
    profile = MODEL["profile_per_h"]
    program = one_station(
        {"walk_in": {"rate": f"{sum(profile):.12f}/day",
                     "profile": {"hour_of_day": profile + [0.0] * (24 - len(profile))}}},
        MODEL["servers"], {"service": exponential("16 min")},
    )  # fmt: skip
    clinic, day, hour = instance_of(program, "server"), ms("1 day"), ms("1 h")
    log = run_log(program, 0, "0 h", f"{days} days")
    busy, queue, seen = in_use(log, clinic), waiting(log, clinic), visits(log, clinic)
    starts = np.arange(days) * day
    of_day = (seen.joined // day).astype(np.int64)
    came = np.bincount(of_day, minlength=days)

    def by_day(values: Any) -> Estimate:
        return ratio(list(zip(np.bincount(of_day, weights=values, minlength=days), came, strict=True)))

    def average(values: Any) -> Estimate:
        return ratio([(float(value), 1.0) for value in values])

    rows = {
        "arrivals_per_day": (exact["arrivals_per_day"], average(came)),
        "mean_wait_min": (exact["mean_wait_min"], by_day(seen.wait / ms("1 min"))),
        "p_wait": (exact["p_wait"], by_day(seen.wait > 0)),
        "busy_server_minutes": (
            exact["busy_server_minutes"],
            average([busy.average(start, start + day) * 24 * 60 for start in starts]),
        ),
    }
    for at in range(1, 19 if compare.slow else 14):  # an afternoon that has nearly emptied is for many days
        when = starts + at * hour
        rows[f"number at {at} h"] = (
            exact["mean_number_at_hour"][str(at)],
            average(busy.at(when) + queue.at(when)),
        )
        # The few days of a quick test say little of queues, nor do many of a queue that one in a thousand sees.
        if compare.slow and exact["mean_queue_at_hour"][str(at)] * days > 60:
            rows[f"queue at {at} h"] = (exact["mean_queue_at_hour"][str(at)], average(queue.at(when)))
    for name, (value, found) in rows.items():
        assert found.se <= ENOUGH * value or found.se <= 0.3, f"{name}: {found} says too little"
        compare("A12", f"day_A: {name}", value, found.mean, found.se, note=f"{days} days")
    left_at_midnight = (busy.at(starts + day - 1) + queue.at(starts + day - 1)).sum()
    compare("A12", "day_A: empty at midnight", 0, int(left_at_midnight))
