"""Small stations of queueing theory in the language of pathways, and how their figures are settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import crc32

import pytest

from flowsim.pathway import Model, Pathway, attribute, pathway, resource, source
from flowsim.program import Program
from tests.measure_log import AT_LEAST, Replications, is_probability
from tests.support import compiled
from tests.validation_table import Compare

SLOW = pytest.mark.slow
QUICK_ENOUGH = 0.15  # in the quick tests a standard error of this share of the value still means something
QUICK_PROBABILITY = 0.03


def exponential(mean: str) -> dict[str, Any]:
    return {"exponential": {"mean": mean}}


def served() -> Pathway:
    """Come, be served by one of `server`, leave."""
    return pathway("p").use("server", "service").leave("served")


def one_station(
    sources: Mapping[str, Any],
    servers: int,
    parameters: Mapping[str, Any],
    chain: Pathway | None = None,
    classes: tuple[str, ...] = ("1",),
) -> Program:
    """A program with one resource, `server`, and the sources, parameters and pathway given."""
    chain = served() if chain is None else chain
    model = Model(
        "station",
        pathways=(chain,),
        sources=tuple(source(name, to=chain.name) for name in sources),
        resources=(resource("server"),),
        attributes=(attribute("class", *classes),),
    )
    return compiled(
        model, {"sources": sources, "resources": {"server": {"capacity": servers}}, "parameters": parameters}
    )


def settle(
    compare: Compare,
    case: str,
    label: str,
    runs: Replications,
    exact: Mapping[str, float],
) -> None:
    """Run until the means are precise (in a quick test, 30 replications), and compare each with theory.

    A row whose standard error is larger than the case asks for says so.
    """
    # Patients of one seed are the same in every model, and so would be their luck: each measurement has its own.
    runs.seed = crc32(f"{case} {label}".encode())
    if compare.slow:
        runs.until_precise(exact)
    else:
        runs.more(AT_LEAST)
    for name, value in exact.items():
        found = runs.estimate(name)
        note = f"{found.replications} replications"
        if compare.slow and not found.precise(name, value):
            note += f"; the standard error is {found.se / abs(value):.1%} of the value"
        elif not compare.slow:
            probability = is_probability(name) and found.se <= QUICK_PROBABILITY
            assert probability or found.se <= QUICK_ENOUGH * abs(value), f"{name}: {found} says too little"
        compare(case, f"{label}: {name}", value, found.mean, found.se, note=note)
