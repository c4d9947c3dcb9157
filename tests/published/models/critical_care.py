"""A06: a critical care unit; electives are cancelled when it is full, and a bed is cleaned after each stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowsim.pathway import Model, pathway, resource, source

UNPLANNED = ("A&E", "wards", "emergency surgery", "other hospitals", "X-ray")


def named(stream: str) -> str:
    return stream.replace("&", "and").replace(" ", "_").replace("-", "_").lower()


def model() -> Model:
    """Electives come at normal, not exponential, intervals: each one's arrival sends for the next."""
    unplanned = tuple(
        pathway(named(stream))
        .seize("bed")
        .hold(f"{named(stream)}.stay")
        .mark("discharged")
        .release("bed", after="bed.cleaning")
        .leave("unplanned_treated")
        for stream in UNPLANNED
    )
    elective = (
        pathway("elective")
        .come_back("elective.next", "elective.interval", to="elective")
        .mark("elective_due")
        .seize("bed", queue_limit=0, if_full="elective.cancelled")
        .hold("elective.stay")
        .mark("discharged")
        .release("bed", after="bed.cleaning")
        .leave("elective_treated")
        .leave("elective_cancelled", label="cancelled")
    )
    first = pathway("list_opens").come_back("elective.next", "elective.interval", to="elective").leave("list")
    return Model(
        name="critical_care",
        resources=(resource("bed"),),
        sources=(
            *(source(named(stream), to=named(stream)) for stream in UNPLANNED),
            source("elective_list", to="list_opens"),
        ),
        pathways=(*unplanned, elective, first),
    )


def law(text: str) -> dict[str, Any]:
    """`lognormal mean 128.79 sd 267.51`, in hours."""
    family, *words = text.split()
    return {family: {word: f"{value} h" for word, value in zip(words[::2], words[1::2], strict=True)}}


def config(streams: Mapping[str, Mapping[str, str]], beds: int) -> dict[str, Any]:
    sources: dict[str, Any] = {"elective_list": {"trace": [{"id": "first", "time": "0 h"}]}}
    parameters: dict[str, Any] = {
        "bed.cleaning": "5 h",
        "elective.next": 1.0,
        "elective.interval": law(streams["elective"]["interarrival"]),
        "elective.stay": law(streams["elective"]["stay"]),
    }
    for stream in UNPLANNED:
        between = float(streams[stream]["interarrival"].removeprefix("exponential mean "))
        sources[named(stream)] = {"rate": f"{1 / between!r}/h"}
        parameters[f"{named(stream)}.stay"] = law(streams[stream]["stay"])
    return {"sources": sources, "resources": {"bed": {"capacity": beds}}, "parameters": parameters}
