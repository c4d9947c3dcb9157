"""Run a small model many times and judge its means: what every published case does."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsim.pathway import Model
from tests.measure_log import run_log
from tests.published.from_log import Story
from tests.support import compiled
from tests.validation_table import STANDARD_ERRORS, Compare

ENOUGH_TO_KNOW_THE_SPREAD = 100
Measure = Callable[[Story], Mapping[str, float]]


@dataclass(frozen=True)
class Mean:
    """A measure's mean over replications, and that mean's standard error."""

    value: float
    se: float
    replications: int


def replicate(model: Model, config: dict[str, Any], until: str, measure: Measure, replications: int, *,
              begin: str = "0 h", unit: str = "min", seed: int = 1) -> dict[str, Mean]:  # fmt: skip
    """Run as often as said. A replication in which a measure has no value is left out of its mean."""
    program = compiled(model, config)
    found: dict[str, list[float]] = {}
    for replication in range(replications):
        log = run_log(program, replication, begin, until, seed)
        for name, value in measure(Story(program, log, unit)).items():
            found.setdefault(name, []).append(value)
    return {name: mean_of(values) for name, values in found.items()}


def mean_of(values: list[float]) -> Mean:
    """Mean and standard error over replications."""
    known = np.array(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    spread = float(known.std(ddof=1)) if len(known) > 1 else math.inf
    return Mean(float(known.mean()) if len(known) else math.nan, spread / math.sqrt(len(known)), len(known))


def judge(compare: Compare, case: str, label: str, own: Mean, expected: float, se: float = 0.0, *,
          sd: float = 0.0, times: float = STANDARD_ERRORS, note: str = "") -> bool:  # fmt: skip
    """Own mean and the expected one (known to `se`) differ by at most `times` their standard error together.

    A few replications of something skewed do not know their own spread: of fewer than 100, the standard
    error is at least that of the spread between replications that the case gives (`sd`).
    """
    few = own.replications < ENOUGH_TO_KNOW_THE_SPREAD
    own_error = max(own.se, sd / math.sqrt(own.replications)) if few else own.se
    error = math.hypot(se, own_error)
    runs = f"{own.replications} replications" + (f"; {note}" if note else "")
    return compare(case, label, expected, own.value, error, abs(own.value - expected) <= times * error, runs)


def judge_all(compare: Compare, case: str, label: str, own: Mapping[str, Mean],
              reference: Mapping[str, Mapping[str, float]], note: str = "") -> None:  # fmt: skip
    """Every own measure against a block of references {name: {mean, se}}."""
    for name, found in own.items():
        if name in reference:
            known = reference[name]
            judge(compare, case, f"{label}{name}", found, known["mean"], known["se"], sd=known["sd_rep"],
                  note=note)  # fmt: skip
