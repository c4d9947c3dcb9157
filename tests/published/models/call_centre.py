"""A02: an urgent care call centre; some callers are called back by a nurse."""

from __future__ import annotations

from typing import Any

from flowsim.pathway import CARRY_ON, Model, pathway, resource, source


def model() -> Model:
    return Model(
        name="call_centre",
        resources=(resource("operator"), resource("nurse")),
        sources=(source("caller", to="call"),),
        pathways=(
            pathway("call", title="Operator, then perhaps a nurse")
            .use("operator", "operator.call")
            .choose("nurse.call_back", nurse=CARRY_ON, none="call.done")
            .use("nurse", "nurse.call")
            .leave("done", label="done"),
        ),
    )


def config(between_calls: float, operators: int, nurses: int, nurse_longest: float) -> dict[str, Any]:
    return {
        "sources": {"caller": {"rate": f"{60 / between_calls!r}/h"}},
        "resources": {"operator": {"capacity": operators}, "nurse": {"capacity": nurses}},
        "parameters": {
            "operator.call": {"triangular": {"min": "5 min", "mode": "7 min", "max": "10 min"}},
            "nurse.call_back": {"nurse": 0.4, "none": "rest"},
            "nurse.call": {"uniform": {"min": "10 min", "max": f"{nurse_longest} min"}},
        },
    }
