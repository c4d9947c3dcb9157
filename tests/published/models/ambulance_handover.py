"""A04: ambulance response, and handover at an emergency department that loses eight bays after a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowsim.pathway import CARRY_ON, Model, attribute, pathway, patient, resource, source

CATEGORIES = ("C1", "C2", "C3", "C4")
ED_PRIORITIES = tuple(f"p{level}" for level in range(10))
HANDOVER_BEFORE, ONE_LEVEL_UP = "handover.unavoidable", {"C3": 1, "C4": 2}


def model() -> Model:
    call = (
        pathway("call", title="An incident: one or two vehicles, and the whole request at once")
        .set("category", share="call.category")
        .set("crews", share="call.crews")
        .route((patient("category", "C3"), "call.C3"), (patient("category", "C4"), "call.C4"))
        .seize("ambulance", amount="call.vehicles", priority="category", label="urgent")
        .then("scene")
    )
    for category, level in ONE_LEVEL_UP.items():
        call = call.seize(
            "ambulance",
            amount="call.vehicles",
            priority="category",
            escalate=(("call.escalate_after", level),),
            label=category,
        ).then("scene", label=f"{category}_found")
    scene = (
        pathway("scene", title="To the scene; of two vehicles one may turn back")
        .hold("scene.travel")
        .mark("at_scene")
        .route((patient("crews", "one", "two"), "scene.attend"))
        .release("ambulance", amount="call.one_vehicle")
        .choose("scene.conveyed", label="attend", convey="hospital", treat=CARRY_ON)
        .hold("scene.treat")
        .release("ambulance", label="all_free")
        .leave("treated_at_scene")
    )
    hospital = (
        pathway("hospital", title="The crew waits with the patient for a bay")
        .hold("scene.convey")
        .route((patient("crews", "one", "two_one"), "hospital.drive"))
        .release("ambulance", amount="call.one_vehicle")
        .hold("hospital.travel", label="drive")
        .mark("at_hospital")
        .set("ed_priority", share="hospital.ed_priority")
        .hold(HANDOVER_BEFORE)
        .seize("bay", priority="ed_priority")
        .mark("handover")
        .release("ambulance", after="hospital.time_to_clear", label="clear")
        .hold("bay.stay")
        .release("bay")
        .leave("from_ambulance")
    )
    door = (
        pathway("door", title="Those who come to the department by themselves")
        .set("ed_priority", share="door.ed_priority")
        .use("bay", "bay.stay", priority="ed_priority")
        .leave("from_door")
    )
    return Model(
        name="ambulance_handover",
        attributes=(
            attribute("category", *CATEGORIES),
            attribute("crews", "one", "two_one", "two"),
            attribute("ed_priority", *ED_PRIORITIES),
        ),
        resources=(resource("ambulance"), resource("bay")),
        sources=(source("incident", to="call"), source("direct", to="door")),
        pathways=(call, scene, hospital, door),
    )


def by_day_and_hour(rates: Sequence[float]) -> dict[str, Any]:
    """Days of the case are alike but for a factor on some: these are the config's holidays."""
    days = [rates[at : at + 24] for at in range(0, len(rates), 24)]
    usual = days[2]
    factor = days[0][0] / usual[0]
    for number, day in enumerate(days):
        ratio = factor if number in BUSY_DAYS else 1.0
        assert all(abs(rate - ratio * other) < 1e-9 for rate, other in zip(day, usual, strict=True))
    return {"rate": f"{sum(usual)!r}/day", "profile": {"hour_of_day": list(usual), "holidays": factor}}


BUSY_DAYS = (0, 1, 8)


def log_scale(mu: float) -> dict[str, Any]:
    return {"lognormal": {"mu": mu, "sigma": 0.1, "unit": "min"}}


def by_category(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"by": ["category"], "values": dict(values)}


def levels(acuity: Sequence[float], lower: float) -> dict[str, float]:
    """Shares of the department's priorities: two levels an acuity, the worse one for a share `lower`."""
    shares = dict.fromkeys(ED_PRIORITIES, 0.0)
    for number, share in enumerate(acuity):
        shares[f"p{2 * number}"] = share * (1 - lower)
        shares[f"p{2 * number + 1}"] = share * lower
    return shares


def crews(two: float, both: float) -> dict[str, float]:
    return {"one": 1 - two, "two_one": two * (1 - both), "two": two * both}


def config(case: Mapping[str, Any]) -> dict[str, Any]:
    asked, acuity = case["vehicles_requested"], case["acuity"]
    two, both = asked["two_with_probability"], asked["if_two_both_attend_with_probability"]
    convey = {name: case["convey_probability"][name] for name in CATEGORIES}
    hours = enumerate(case["ambulances_per_hour_360h"])
    return {
        "start": "2018-01-01",
        "holidays": [f"2018-01-{day + 1:02d}" for day in BUSY_DAYS],
        "sources": {
            "incident": by_day_and_hour(case["incident_arrivals"]["rate_per_hour_360h"]),
            "direct": by_day_and_hour(case["direct_ED_arrivals"]["rate_per_hour_360h"]),
        },
        "resources": {
            "ambulance": {"steps": {f"{hour} h": number for hour, number in hours}},
            "bay": {"steps": {"0 min": 73, "10140 min": 65}},
        },
        "parameters": {
            "call.category": dict(case["category"]),
            "call.crews": by_category({name: crews(two[name], both[name]) for name in CATEGORIES}),
            "call.vehicles": {"by": ["crews"], "values": {"one": 1, "two_one": 2, "two": 2}},
            "call.one_vehicle": 1,
            "call.escalate_after": "420 min",
            "scene.travel": by_category({
                "C1": log_scale(2.0), "C2": log_scale(2.5), "C3": log_scale(2.5), "C4": log_scale(3.0),
            }),
            "scene.conveyed": by_category({
                name: {"convey": share, "treat": "rest"} for name, share in convey.items()
            }),
            "scene.convey": by_category({
                "C1": log_scale(3.5), "C2": log_scale(4.0), "C3": log_scale(4.0), "C4": log_scale(4.0),
            }),
            "scene.treat": log_scale(4.5),
            "hospital.travel": log_scale(3.0),
            "handover.unavoidable": "1 min",
            "hospital.time_to_clear": by_category({
                "C1": log_scale(3.0), "C2": log_scale(3.0), "C3": log_scale(3.0), "C4": log_scale(2.5),
            }),
            "hospital.ed_priority": by_category({name: levels(acuity[name], 0.0) for name in CATEGORIES}),
            "door.ed_priority": levels(acuity["direct"], 0.2),
            # The longer of 240 min and the time to clear, and clearing takes about 20.
            "bay.stay": "240 min",
        },
    }  # fmt: skip
