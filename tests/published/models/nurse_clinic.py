"""A03: a nurse clinic, M/M/s."""

from __future__ import annotations

from typing import Any

from flowsim.pathway import Model, pathway, resource, source


def model() -> Model:
    return Model(
        name="nurse_clinic",
        resources=(resource("nurse"),),
        sources=(source("patient", to="clinic"),),
        pathways=(pathway("clinic").use("nurse", "nurse.consultation").leave("home"),),
    )


def config(between_arrivals: float, nurses: int, consultation: float) -> dict[str, Any]:
    return {
        "sources": {"patient": {"rate": f"{60 / between_arrivals!r}/h"}},
        "resources": {"nurse": {"capacity": nurses}},
        "parameters": {"nurse.consultation": {"exponential": {"mean": f"{consultation} min"}}},
    }
