"""Case A18: moments and quantiles of every way to write down a distribution, by flowsim's own draws."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from flowsim.pathway import Model, pathway, source
from flowsim.program import Program
from flowsim.sampling.lookup import Lookup
from flowsim.sampling.philox import run_key, uniform
from tests.support import compiled
from tests.theory.stations import SLOW
from tests.validation_table import case_file

pytestmark = pytest.mark.theory

EXACT = case_file("A18")["expected"]
UNIT = "h"
MS = 3_600_000
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
DRAWS = 2_000, 1_000_000  # of each, in the quick test and, as the case asks, in the slow one
EXACTLY = 1 << 16  # points of the exact test


def time(value: float) -> str:
    return f"{value:.12f} {UNIT}"


def written(name: str, of: dict[str, float]) -> dict[str, Any]:
    """The distribution in the language of configs."""
    given = {key: time(value) for key, value in of.items()}
    match name.split(":", maxsplit=1)[0].split(" (", maxsplit=1)[0]:
        case "lognormal by mean & sd" | "lognormal by median & mean":
            return {"lognormal": given}
        case "lognormal by mu & sigma":
            return {"lognormal": {**of, "unit": UNIT}}
        case "exponential by mean":
            return {"exponential": given}
        case "exponential by rate":
            return {"exponential": {"rate": f"{of['rate']}/{UNIT}"}}
        case "gamma shape/rate":
            return {"gamma": {"shape": of["shape"], "scale": time(1 / of["rate"])}}
        case "gamma shape/scale":
            return {"gamma": {"shape": of["shape"], "scale": given["scale"]}}
        case "triangular low/mode/high":
            return {"triangular": {"min": given["low"], "mode": given["mode"], "max": given["high"]}}
        case "uniform":
            return {"uniform": {"min": given["low"], "max": given["high"]}}
        case "normal truncated by resampling at lower bound" | "normal truncated by resampling, two bounds":
            limits = {"min": given["lower"]} | ({"max": given["upper"]} if "upper" in given else {})
            return {"normal": {"mean": given["mean"], "sd": given["sd"]}, **limits}
        case "normal censored":
            return {
                "normal": {"mean": given["mean"], "sd": given["sd"]},
                "min": given["lower"],
                "outside": "clip",
            }
        case "normal folded":
            shape = of["mean"] / of["sd"]
            return {"scipy": {"name": "foldnorm", "c": shape, "scale": of["sd"], "unit": UNIT}}
    raise AssertionError(f"{name} is not written down yet")


@cache
def program_of(at: int) -> Program:
    """A program that holds one distribution."""
    one = EXACT[at]
    stay = written(one["distribution"], one["params"])
    chain = pathway("p").hold("stay").leave("done")
    model = Model("one", (chain,), (source("s", to="p"),))
    return compiled(model, {"sources": {"s": {"rate": "1/day"}}, "parameters": {"stay": stay}})


def drawn(at: int, uniforms: Any) -> Any:
    """What flowsim makes of 64-bit uniforms, in the case's unit."""
    program = program_of(at)
    (hold,) = (step for step in program.steps if hasattr(step, "duration"))
    durations, lookup = hold.duration.durations, Lookup(program)
    table, factor = int(durations.table[0]), int(durations.factor[0])
    return np.array([lookup.duration(table, factor, int(u)) for u in uniforms]) / MS


def label(one: dict[str, Any]) -> str:
    name = one["distribution"].split(" (what")[0]
    return f"{name} ({', '.join(f'{key} {value:.6g}' for key, value in one['params'].items())})"


def number(at: int) -> Any:
    """SciPy takes seconds over the quantiles of a folded normal: not for the quick tests."""
    slow = "folded" in EXACT[at]["distribution"]
    return pytest.param(at, id=label(EXACT[at]), marks=[SLOW] if slow else [])


EVERY = pytest.mark.parametrize("at", [number(at) for at in range(len(EXACT))])


def compare_sample(compare: Any, one: dict[str, Any], values: Any) -> None:
    """Sample moments and shares below each exact quantile, in standard errors of theory."""
    count, name = len(values), label(one)
    note = f"{count:,} draws"
    compare(
        "A18", f"{name}: mean", one["mean"], values.mean(), values.std(ddof=1) / np.sqrt(count), note=note
    )
    # The variance of a sample variance needs the fourth moment.
    fourth = ((values - values.mean()) ** 4).mean()
    se = np.sqrt((fourth - values.var() ** 2) / count) / (2 * values.std())
    compare("A18", f"{name}: sd", one["sd"], values.std(ddof=1), se, note=note)
    for quantile, share in QUANTILES.items():
        if quantile in one:
            se = np.sqrt(share * (1 - share) / count)
            below = (values <= one[quantile]).mean()
            compare("A18", f"{name}: share below {quantile}", share, below, se, note=note)
    if "p_at_bound" in one:
        exact = one["p_at_bound"]
        se = np.sqrt(exact * (1 - exact) / count)
        compare(
            "A18",
            f"{name}: share at the bound",
            exact,
            (values <= one["params"]["lower"]).mean(),
            se,
            note=note,
        )


@EVERY
@pytest.mark.parametrize("draws", [DRAWS[0], pytest.param(DRAWS[1], marks=SLOW)])
def test_a_sample(compare, at, draws):
    one = EXACT[at]
    key = int(run_key(18, at))
    uniforms = [uniform(key, patient, 1, 0) for patient in range(draws)]
    compare_sample(compare, one, drawn(at, uniforms))


@EVERY
def test_the_quantiles_themselves(at):
    """Without chance: the exact quantile is where it belongs, to a millionth of the probability or a millisecond."""
    one = EXACT[at]
    shares = [(name, share) for name, share in QUANTILES.items() if name in one]
    uniforms = [int(share * 2**64) for _, share in shares]
    got = drawn(at, uniforms)
    for (name, _), value in zip(shares, got, strict=True):
        assert value == pytest.approx(one[name], rel=2e-5, abs=2 / MS), name


@EVERY
def test_the_mean_itself(at):
    """Without chance: the mean over evenly spaced probabilities, each cell by its middle."""
    one = EXACT[at]
    step = 2**64 // EXACTLY
    values = drawn(at, range(step // 2, 2**64, step))
    # The end cells of a long tail hold more than their middle says: by so much does the law itself differ.
    assert values.mean() == pytest.approx(one["mean"], rel=1e-3)
    assert values.min() >= 0
