"""A16: a primary health centre: nurse, doctor, laboratory and pharmacy in the morning, follow-ups, and a few
inpatients at any hour. The doctor's and the nurse's paperwork is timed, but keeps nobody waiting.
"""

from __future__ import annotations

from typing import Any

from flowsim.pathway import CARRY_ON, Model, Pathway, attribute, pathway, resource, source

GAPS = ("3", "4", "5", "6", "7", "8")
STAFF_NURSES, BEDS = 3, 6  # the peer's; nobody ever waits for them


def model() -> Model:
    first = (
        pathway("first", title="Some come back once or twice, y and 2 y days later")
        .set("gap", share="first.gap")
        .choose("first.returns", once="first.once", twice=CARRY_ON, never="visit")
        .come_back("return.always", "return.second", to="visit", label="twice")
        .come_back("return.always", "return.first", to="visit", label="once")
        .then("visit")
    )
    visit = (
        pathway("visit", title="A visit, the first or a later one")
        .mark("visit")
        .choose("visit.nurse", nurse=CARRY_ON, none="visit.consult")
        .use("nurse", "nurse.time")
        .seize("doctor", label="consult")
        .hold("doctor.time")
        .release("doctor")
        .choose("visit.lab", lab=CARRY_ON, none="visit.collect")
        .use("lab", "lab.time")
        .seize("pharmacist", label="collect")
        .hold("pharmacist.time")
        .release("pharmacist")
        .leave("home")
    )
    inpatient = (
        pathway("inpatient")
        .seize("bed")
        .use("staff_nurse", "inpatient.nursing")
        .hold("inpatient.stay")
        .release("bed")
        .leave("inpatient_home")
    )
    return Model(
        name="health_centre",
        attributes=(attribute("gap", *GAPS),),
        resources=tuple(map(resource, ("nurse", "doctor", "lab", "pharmacist", "staff_nurse", "bed"))),
        sources=(
            source("outpatient", to="first"),
            source("inpatient", to="inpatient"),
            source("doctor_paper", to="doctor_paper"),
            source("nurse_paper", to="nurse_paper"),
        ),
        pathways=(first, visit, inpatient, paper("doctor"), paper("nurse")),
    )


def paper(who: str) -> Pathway:
    return pathway(f"{who}_paper", title="A day's paperwork").hold("paper.time").leave(f"{who}_paper_done")


def normal(mean: float, sd: float, least: float) -> dict[str, Any]:
    return {"normal": {"mean": f"{mean} min", "sd": f"{sd} min"}, "min": f"{least} min"}


def config() -> dict[str, Any]:
    one = {"capacity": 1}
    return {
        "sources": {
            "outpatient": {
                "rate": f"{360 / 9!r}/day",
                "profile": {"hour_of_day": [1 if 8 <= hour < 14 else 0 for hour in range(24)]},
            },
            "inpatient": {"rate": f"{1440 / 2880!r}/day"},
            "doctor_paper": {"booked": {"daily 14:00": 1}},
            "nurse_paper": {"booked": {"daily 14:00": 1}},
        },
        "resources": {
            **dict.fromkeys(("nurse", "doctor", "lab", "pharmacist"), one),
            "staff_nurse": {"capacity": STAFF_NURSES},
            "bed": {"capacity": BEDS},
        },
        "parameters": {
            "first.gap": {**{gap: 1 / len(GAPS) for gap in GAPS[:-1]}, GAPS[-1]: "rest"},
            "first.returns": {"once": 0.2, "twice": 0.1, "never": "rest"},
            "return.always": 1.0,
            "return.first": {"by": ["gap"], "values": {gap: f"{gap} days" for gap in GAPS}},
            "return.second": {"by": ["gap"], "values": {gap: f"{2 * int(gap)} days" for gap in GAPS}},
            "visit.nurse": {"nurse": 0.44024, "none": "rest"},
            "visit.lab": {"lab": 0.5, "none": "rest"},
            "nurse.time": {"uniform": {"min": "2 min", "max": "5 min"}},
            "doctor.time": normal(0.87, 0.21, 0.3),
            "lab.time": normal(3.456, 0.823, 2),
            "pharmacist.time": normal(2.083, 0.72, 0.67),
            "paper.time": {**normal(100, 20, 60), "max": "140 min"},
            "inpatient.nursing": {"uniform": {"min": "30 min", "max": "60 min"}},
            "inpatient.stay": {"triangular": {"min": "60 min", "mode": "180 min", "max": "360 min"}},
        },
    }
