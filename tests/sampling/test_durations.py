"""Every family of distributions, compiled to whole milliseconds, against SciPy: moments and both tails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from flowsim.program.quantiles import LONGEST, quantile_table
from flowsim.sampling.lookup import interpolate
from tests.engines.tiny import numbers, tiny
from tests.support import compiled

pytestmark = pytest.mark.unit

MIN = 60_000


def table_of(written):
    """The quantile table of a distribution as a config writes it."""
    from flowsim.pathway import pathway

    ed = pathway("ed").hold("ed.time").leave("home")
    made = compiled(tiny(ed), numbers({"a": 0}, {}, {"ed.time": written}))
    number = int(made.steps[0].duration.durations.table[0])
    assert number >= 0, "a continuous one"
    return made.quantiles[number].tolist()


FAMILIES = {
    "exponential": ({"exponential": {"mean": "10 min"}}, stats.expon(scale=10)),
    "lognormal": ({"lognormal": {"mu": 2, "sigma": 0.8, "unit": "min"}}, stats.lognorm(0.8, scale=np.exp(2))),
    "gamma": ({"gamma": {"shape": 0.6, "scale": "20 min"}}, stats.gamma(0.6, scale=20)),
    "weibull": ({"weibull": {"shape": 1.5, "scale": "20 min"}}, stats.weibull_min(1.5, scale=20)),
    "erlang": ({"erlang": {"k": 3, "mean": "15 min"}}, stats.gamma(3, scale=5)),
    "uniform": ({"uniform": {"min": "5 min", "max": "15 min"}}, stats.uniform(5, 10)),
    "triangular": ({"triangular": {"min": "5 min", "mode": "8 min", "max": "20 min"}}, stats.triang(0.2, 5, 15)),
    "normal": ({"normal": {"mean": "60 min", "sd": "7 min"}}, stats.norm(60, 7)),
    "beta": ({"beta": {"a": 2, "b": 5, "min": "10 min", "max": "40 min"}}, stats.beta(2, 5, 10, 30)),
    "scipy": ({"scipy": {"name": "invgauss", "mu": 0.7, "scale": 10, "unit": "min"}}, stats.invgauss(0.7, scale=10)),
    "scipy with two shapes": (
        {"scipy": {"name": "burr12", "c": 3, "d": 2, "loc": 10, "scale": 30, "unit": "min"}},
        stats.burr12(3, 2, 10, 30),
    ),
    "redrawn": (
        {"exponential": {"mean": "10 min"}, "min": "2 min", "max": "30 min"},
        stats.truncexpon(2.8, loc=2, scale=10),
    ),
    "redrawn normal": (
        {"normal": {"mean": "10 min", "sd": "10 min"}, "min": "0 min"}, stats.truncnorm(-1, np.inf, 10, 10),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_moments_and_tails(name):
    """Mean and standard deviation within 0.01%, quantiles from one in a million to all but one within 0.02%."""
    written, law = FAMILIES[name]
    knots = table_of(written)
    u = (np.arange(20_000) + 0.5) / 20_000
    values = np.array([interpolate(knots, int(p * 2**64)) for p in u]) / MIN
    exact = law.ppf(u)
    assert values.mean() == pytest.approx(exact.mean(), rel=1e-4)
    assert values.std() == pytest.approx(exact.std(), rel=1e-4)
    for p in (1e-6, 1e-4, 0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999):
        assert interpolate(knots, int(p * 2**64)) / MIN == pytest.approx(law.ppf(p), rel=2e-4, abs=2 / MIN)
    for tail in (1e-3, 1e-6, 1e-8):
        assert interpolate(knots, 2**64 - int(tail * 2**64)) / MIN == pytest.approx(law.isf(tail), rel=2e-4)


def test_a_table_rises_to_the_last_bit():
    knots = table_of({"lognormal": {"mean": "3 days", "sd": "5 days"}})
    u = [
        0,
        1,
        2**31,
        2**32,
        *(2**62 + at * 2**55 for at in range(64)),
        2**63 - 1,
        2**63,
        *(2**64 - 2**at for at in range(60, -1, -1)),
    ]
    values = [interpolate(knots, at) for at in u]
    assert values == sorted(values)


def mixture_quantile(p, parts):
    low, high = min(law.ppf(p) for _, law in parts), max(law.ppf(p) for _, law in parts)
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (
            (low, middle) if sum(share * law.cdf(middle) for share, law in parts) >= p else (middle, high)
        )
    return high


@pytest.mark.parametrize("p", [1e-5, 0.01, 0.25, 0.5, 0.75, 0.99, 0.9999])
def test_a_mixture(p):
    knots = table_of({"mixture": [{"share": 0.3, "exponential": {"mean": "5 min"}},
                                  {"share": 0.7, "gamma": {"shape": 4, "scale": "20 min"}}]})  # fmt: skip
    exact = mixture_quantile(p, [(0.3, stats.expon(scale=5)), (0.7, stats.gamma(4, scale=20))])
    assert interpolate(knots, int(p * 2**64)) / MIN == pytest.approx(exact, rel=3e-4)


@pytest.mark.parametrize(
    ("p", "minutes"), [(0.1, 5), (0.2, 10), (0.35, 15), (0.5, 20), (0.75, 40), (0.9, 52)]
)
def test_a_histogram_is_even_within_each_bar(p, minutes):
    """0 to 10 min: 20%; 10 to 20 min: 30%; 20 to 60 min: 50%."""
    knots = table_of(
        {"histogram": {"edges": ["0 min", "10 min", "20 min", "60 min"], "shares": [0.2, 0.3, 0.5]}}
    )
    assert interpolate(knots, int(p * 2**64)) / MIN == pytest.approx(minutes, rel=1e-3)


def test_clipping_puts_the_rest_on_the_ends():
    knots = table_of({"exponential": {"mean": "10 min"}, "min": "2 min", "max": "30 min", "outside": "clip"})
    u = (np.arange(20_000) + 0.5) / 20_000
    values = np.array([interpolate(knots, int(p * 2**64)) for p in u]) / MIN
    assert (values == 2).mean() == pytest.approx(1 - np.exp(-0.2), abs=3e-3)
    assert (values == 30).mean() == pytest.approx(np.exp(-3), abs=3e-3)


def test_a_few_observed_values_are_exact():
    from flowsim.pathway import pathway
    from flowsim.sampling.lookup import Lookup

    ed = pathway("ed").hold("ed.time").leave("home")
    made = compiled(
        tiny(ed),
        numbers({"a": 0}, {}, {"ed.time": {"empirical": {"values": ["3 min", "1 min"], "weights": [3, 1]}}}),
    )
    lookup = Lookup(made)
    number = int(made.steps[0].duration.durations.table[0])
    values = [lookup.duration(number, 1_000_000, int(p * 2**64)) // MIN for p in (0, 0.2499, 0.2501, 0.9999)]
    assert values == [1, 1, 3, 3]


def test_redrawn_observations_keep_those_at_the_ends():
    knots = table_of(
        {"empirical": {"values": ["1 min", "2 min", "3 min"], "weights": [1, 1, 1]}, "min": "2 min"}
    )
    values = [interpolate(knots, int(p * 2**64)) / MIN for p in (0.1, 0.4, 0.6, 0.9)]
    assert values == [2, 2, 3, 3]


def test_a_duration_below_zero_counts_as_zero():
    assert min(table_of({"normal": {"mean": "1 min", "sd": "5 min"}})) == 0


def test_factors_are_rounded_to_the_millisecond():
    from flowsim.sampling.lookup import Lookup

    pairs = ((10, 1_000_000), (10, 1_050_000), (11, 500_000), (3, 333_333))
    assert [Lookup.scaled(value, factor) for value, factor in pairs] == [10, 11, 6, 1]


def test_times_beyond_a_million_years_are_refused():
    from flowsim.inputs.values import Distribution

    with pytest.raises(ValueError, match="longer than a million years"):
        quantile_table(Distribution("exponential", {"mean": float(LONGEST)}, None, None, "redraw"))
