"""A01: an urgent care treatment centre for one day. The case's minute 0, 06:00, is midnight here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowsim.pathway import CARRY_ON, Model, pathway, resource, source

STATIONS = ("triage", "registration", "exam", "trauma_room", "cubicle_non_trauma", "cubicle_trauma")


def model() -> Model:
    return Model(
        name="treatment_centre",
        resources=tuple(resource(station) for station in STATIONS),
        sources=(source("walk_in", to="arrive"),),
        pathways=(
            pathway("arrive", title="Triage")
            .use("triage", "triage.time")
            .choose("arrive.kind", trauma="trauma", non_trauma="non_trauma"),
            pathway("trauma", title="Stabilisation, then treatment")
            .use("trauma_room", "trauma_room.time")
            .use("cubicle_trauma", "cubicle_trauma.time")
            .leave("trauma_done"),
            pathway("non_trauma", title="Registration, examination, perhaps treatment")
            .use("registration", "registration.time")
            .use("exam", "exam.time")
            .choose("non_trauma.treated", yes=CARRY_ON, no="non_trauma.done")
            .use("cubicle_non_trauma", "cubicle_non_trauma.time")
            .leave("non_trauma_done", label="done"),
        ),
    )


def config(
    rate_per_hour: Sequence[float], units: Mapping[str, int], exam_mean: float, kinds: Mapping[str, float]
) -> dict[str, Any]:
    """A day of arrivals by the hour; nobody comes on day 1, so that those inside can finish."""
    hours = [*rate_per_hour, *[0.0] * (24 - len(rate_per_hour))]

    def by_variance(mean: float, variance: float) -> dict[str, str]:
        return {"mean": f"{mean} min", "sd": f"{variance**0.5!r} min"}

    return {
        "start": "2018-01-01",
        "holidays": ["2018-01-02"],
        "sources": {
            "walk_in": {"rate": f"{sum(hours)!r}/day", "profile": {"hour_of_day": hours, "holidays": 0}}
        },
        "resources": {station: {"capacity": number} for station, number in units.items()},
        "parameters": {
            "arrive.kind": dict(kinds),
            "non_trauma.treated": {"yes": 0.6, "no": "rest"},
            "triage.time": {"exponential": {"mean": "3 min"}},
            "registration.time": {"lognormal": by_variance(5.0, 2.0)},
            "exam.time": {"normal": by_variance(exam_mean, 3.0), "min": "0.5 min", "outside": "clip"},
            "trauma_room.time": {"exponential": {"mean": "90 min"}},
            "cubicle_trauma.time": {"lognormal": by_variance(30.0, 4.0)},
            "cubicle_non_trauma.time": {"lognormal": by_variance(13.3, 2.0)},
        },
    }
