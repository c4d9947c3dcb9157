"""A17: discharge-to-assess beds (IPACS inputs), without limit and from empty: exact mean occupancy by day.

The peer's own bed outputs carry phantom patients and are no oracle, the case says. The full run's standard
error is about 1% of the mean or less from day 7 on. On day 1, with a mean of 0.07 to 2.2 beds, that would
take 140,000 replications, so there the estimate is held to 4 of its wider standard errors.
"""

from __future__ import annotations

import pytest

from flowsim.records.log import HOUR
from tests.measure_log import in_use, instance_of
from tests.published.from_log import Story
from tests.published.models import bedded_pathways
from tests.published.replications import judge, replicate
from tests.validation_table import Compare, case_file

pytestmark = pytest.mark.published

PLACES = case_file("A17")["expected"]


def check(compare: Compare, first: int, last: int, replications: int) -> None:
    days = [
        day for day in map(int, PLACES["P2_B"]["exact_mean_occupancy_from_empty"]) if first <= day <= last
    ]

    def measure(story: Story) -> dict[str, float]:
        found = {}
        for place in PLACES:
            beds = in_use(story.log, instance_of(story.program, f"bed_{place}"))
            found |= {f"{place} day {day}": float(beds.at(day * HOUR - 1)) for day in days}
        return found

    model, config = bedded_pathways.model(tuple(PLACES)), bedded_pathways.config(PLACES)
    own = replicate(model, config, f"{last} h", measure, replications, unit="h")
    for place, case in PLACES.items():
        for day in days:
            exact = case["exact_mean_occupancy_from_empty"][str(day)]
            name = f"{place} day {day}"
            # Occupancy is Poisson, so its spread is known.
            judge(compare, "A17", f"{name} mean occupancy", own[name], exact, sd=exact**0.5,
                  note=f"standard error {own[name].se / exact:.1%} of the value")  # fmt: skip


def test_a_month(compare: Compare) -> None:
    check(compare, 1, 30, 30)


@pytest.mark.slow
def test_the_first_fortnight(compare: Compare) -> None:
    check(compare, 1, 14, 1400)


@pytest.mark.slow
def test_half_a_year(compare: Compare) -> None:
    check(compare, 30, 180, 300)
