"""The reference pathway: an ED (cubicle, nurse, doctor), a ward and step-down places, about 105,000 patients a year.

Poisson arrivals of 12 an hour in three equally likely priorities; one of 30 cubicles throughout; one of 4 nurses
for an exponential 8 min and one of 15 doctors for an exponential 60 min; 70% leave, the others take one of 540
beds before they release the cubicle, for an exponential 5.5 days; a quarter of those take one of 330 step-down
places before they release the bed, for an exponential 14 days. The numbers are the benchmark's, and describe nobody.
"""

from __future__ import annotations

from typing import Any

from flowsim.pathway import Model, attribute, pathway, resource, source


def model() -> Model:
    """The pathway in flowsim's language."""
    ed = (
        pathway("ed")
        .mark("arrival")
        .seize("cubicle", priority="acuity")
        .use("nurse", "triage", priority="acuity")
        .mark("seen")
        .use("doctor", "assessment", priority="acuity")
        .choose("disposition", home="home", admit="ward")
    )
    home = pathway("home").release("cubicle").mark("end").leave("home")
    ward = (
        pathway("ward")
        .seize("bed")
        .release("cubicle")
        .mark("bed")
        .hold("ward_stay")
        .choose("destination", step_down="step_down", home="discharge")
    )
    step_down = (
        pathway("step_down")
        .seize("step_down_place")
        .release("bed")
        .hold("step_down_stay")
        .release("step_down_place")
        .mark("end", label="end_of_step_down")
        .leave("step_down")
    )
    discharge = pathway("discharge").release("bed").mark("end").leave("discharged")
    return Model(
        name="reference",
        attributes=(attribute("acuity", "1", "2", "3"),),
        resources=tuple(resource(name) for name in ("cubicle", "nurse", "doctor", "bed", "step_down_place")),
        sources=(source("arrivals", to="ed"),),
        pathways=(ed, home, ward, step_down, discharge),
    )


def config() -> dict[str, Any]:
    """Its numbers."""
    third = {"1": 1 / 3, "2": 1 / 3, "3": "rest"}
    return {
        "schema": 1,
        "name": "reference",
        "sources": {"arrivals": {"rate": "12/h", "mix": {"acuity": third}}},
        "resources": {
            "cubicle": {"capacity": 30},
            "nurse": {"capacity": 4},
            "doctor": {"capacity": 15},
            "bed": {"capacity": 540},
            "step_down_place": {"capacity": 330},
        },
        "parameters": {
            "triage": {"exponential": {"mean": "8 min"}},
            "assessment": {"exponential": {"mean": "60 min"}},
            "disposition": {"shares": {"home": 0.7, "admit": "rest"}},
            "ward_stay": {"exponential": {"mean": "5.5 days"}},
            "destination": {"shares": {"step_down": 0.25, "home": "rest"}},
            "step_down_stay": {"exponential": {"mean": "14 days"}},
        },
    }
