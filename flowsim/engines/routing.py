"""The questions of a route, as functions of a patient."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING

from flowsim.engines.patient import Patient
from flowsim.program.program import Durations, Test
from flowsim.sampling.sampler import fixed_durations, number_picker, row_picker

if TYPE_CHECKING:
    from flowsim.engines.simpy_engine import SimpyEngine

Check = Callable[[Patient], bool]
COMPARE: dict[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}
FOR_EVER = 2**62


def condition_checker(engine: SimpyEngine, test: Test) -> Check:
    """The function that answers one question about a patient and the engine now (rule 1: whole numbers)."""
    wanted, of = test.wanted, test.of
    if test.kind == "is_one_of":
        return lambda patient: (patient.attributes[of] in test.values) is wanted
    if test.kind == "is_open":
        return lambda patient: engine.open_now[of + (patient.attributes[0] if test.per_site else 0)] is wanted
    if test.kind == "holds":
        return lambda patient: (
            (engine.pools[of + (patient.attributes[0] if test.per_site else 0)] in patient.holds) is wanted
        )
    compare = COMPARE[test.comparison]
    if test.kind == "since":
        assert isinstance(test.limit, Durations)
        limits, row = fixed_durations(test.limit, engine.sampler.lookup), row_picker(test.limit.classes)
        return lambda patient: compare(
            engine.env.now - patient.marks.get(of, -FOR_EVER), limits[row(patient.attributes)]
        )
    assert not isinstance(test.limit, Durations)
    limit_of, measure = number_picker(test.limit), test.kind

    def quantity(patient: Patient) -> bool:
        pool = engine.pools[of + (patient.attributes[0] if test.per_site else 0)]
        if measure == "free":
            value = pool.capacity - pool.in_use
        elif measure == "queue":
            value = pool.waiting
        elif measure == "in_use":
            value = pool.in_use
        else:
            value = pool.in_use + pool.waiting
        return compare(value, limit_of(patient.attributes))

    return quantity
