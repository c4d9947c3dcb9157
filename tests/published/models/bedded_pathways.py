"""A17: discharge-to-assess beds without limit, from empty. A day of the case is an hour here.

So the case's 181 daily rates stand as hours of the week: the first 168 in the last week of January, the other
13 in February. Nothing in the model knows how long an hour is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowsim.pathway import Model, pathway, resource, source

START = "2021-01-25"  # a Monday, seven days before February
WEEK, YEAR = 168, 365
MONTHS = {"first": (0, 31), "later": (1, 28)}  # which month of the year, and its days
NO_LIMIT = 100_000


def model(places: Sequence[str]) -> Model:
    return Model(
        name="bedded_pathways",
        resources=tuple(resource(f"bed_{place}") for place in places),
        sources=tuple(source(f"{place}_{part}", to=place) for place in places for part in MONTHS),
        pathways=tuple(
            pathway(place).use(f"bed_{place}", f"{place}.stay").leave(f"{place}_home") for place in places
        ),
    )


def part_of(rates: Sequence[float], part: str) -> dict[str, Any]:
    """A source that brings these rates, hour by hour, in one month only."""
    month, days = MONTHS[part]
    hours = [*rates, *[0.0] * (WEEK - len(rates))]
    only = [1 if number == month else 0 for number in range(12)]
    rate = sum(hours) / WEEK * days / YEAR  # a profile keeps the year's total, and here it falls in a month
    return {"rate": f"{rate!r}/h", "profile": {"hour_of_week": hours, "month": only}}


def config(cases: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    sources = {}
    for place, case in cases.items():
        rates = case["daily_arrival_rate_181_days"]
        sources[f"{place}_first"] = part_of(rates[:WEEK], "first")
        sources[f"{place}_later"] = part_of(rates[WEEK:], "later")
    return {
        "start": START,
        "sources": sources,
        "resources": {f"bed_{place}": {"capacity": NO_LIMIT} for place in cases},
        "parameters": {
            f"{place}.stay": {
                "lognormal": {"median": f"{case['los_median']} h", "mean": f"{case['los_mean']} h"}
            }
            for place, case in cases.items()
        },
    }
