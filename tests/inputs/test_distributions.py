"""Distributions have the mean, the sd and the centiles that were written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from flowsim.errors import ConfigError
from flowsim.inputs import read_config
from flowsim.inputs.units import MS

pytestmark = pytest.mark.unit
MINUTE = MS["min"]


def law(written):
    """The canonical distribution of a text."""
    return read_config({"parameters": {"x": written}}).parameters["x"].cells.values[()]


def frozen(distribution):
    """SciPy's own version of it, in ms."""
    args = distribution.args
    return {
        "exponential": lambda: stats.expon(scale=args["mean"]),
        "lognormal": lambda: stats.lognorm(args["sigma"], scale=math.exp(args["mu"])),
        "gamma": lambda: stats.gamma(args["shape"], scale=args["scale"]),
        "weibull": lambda: stats.weibull_min(args["shape"], scale=args["scale"]),
        "erlang": lambda: stats.gamma(args["k"], scale=args["scale"]),
        "beta": lambda: stats.beta(args["a"], args["b"], args["low"], args["high"] - args["low"]),
    }[distribution.family]()


CASES = [
    {"exponential": {"mean": "8 min"}},
    {"exponential": {"median": "8 min"}},
    {"lognormal": {"mean": "7 min", "sd": "5 min"}},
    {"lognormal": {"mean": "7 min", "p95": "15 min"}},
    {"lognormal": {"mean": "7 min", "p10": "2 min"}},
    {"lognormal": {"median": "7 min", "p90": "15 min"}},
    {"lognormal": {"median": "7 min", "mean": "9 min"}},
    {"lognormal": {"p25": "3 min", "p75": "9 min"}},
    {"gamma": {"mean": "3 min", "sd": "2 min"}},
    {"gamma": {"mean": "3 min", "p95": "7 min"}},
    {"weibull": {"mean": "3 min", "sd": "2 min"}},
    {"weibull": {"median": "3 min", "p95": "9 min"}},
    {"erlang": {"k": 3, "mean": "9 min"}},
    {"beta": {"mean": "3 min", "sd": "1 min", "min": "1 min", "max": "9 min"}},
]


@pytest.mark.parametrize("written", CASES, ids=str)
def test_it_is_what_was_written(written):
    found = frozen(law(written))
    (given_args,) = written.values()
    for name, text in given_args.items():
        if name in ("k", "min", "max"):
            continue
        wanted = float(text.split()[0]) * MINUTE
        centile = {"median": 50.0}.get(name) or float(name[1:] if name[1:].isdigit() else 0)
        actual = found.ppf(centile / 100) if centile else found.mean() if name == "mean" else found.std()
        assert math.isclose(actual, wanted, rel_tol=1e-9), name


@given(st.floats(0.5, 500), st.floats(1.05, 3.8))
def test_lognormals_from_mean_and_p95(mean, ratio):
    found = frozen(law({"lognormal": {"mean": f"{mean} min", "p95": f"{mean * ratio} min"}}))
    assert math.isclose(found.mean(), mean * MINUTE, rel_tol=1e-9)
    assert math.isclose(found.ppf(0.95), mean * ratio * MINUTE, rel_tol=1e-9)


def test_the_log_scale_of_another_unit():
    found = law({"lognormal": {"mu": 2, "sigma": 0.5, "unit": "min"}})
    assert math.isclose(found.args["mu"], 2 + math.log(MINUTE))
    assert found.args["sigma"] == 0.5


def test_parts():
    mixture = law(
        {"mixture": [{"share": 0.3, "exponential": {"mean": "1 h"}}, {"share": "rest", "constant": "5 min"}]}
    )
    assert [(share, part.family) for share, part in mixture.parts] == [
        (0.3, "exponential"),
        (0.7, "constant"),
    ]
    local = law({"empirical": {"values": ["5 min", "8 min"], "weights": [3, 1]}})
    assert [(share, part.args["value"]) for share, part in local.parts] == [(0.75, 300_000), (0.25, 480_000)]
    bars = law({"histogram": {"edges": ["0 min", "10 min", "1 h"], "shares": [7, 3]}})
    assert [(share, part.args["low"], part.args["high"]) for share, part in bars.parts] == [
        (0.7, 0, 600_000),
        (0.3, 600_000, 3_600_000),
    ]


def test_limits():
    found = law({"exponential": {"mean": "3 days"}, "max": "10 days", "outside": "clip"})
    assert (found.low, found.high, found.outside) == (None, 10 * MS["day"], "clip")
    assert law({"normal": {"mean": "3 h", "sd": "1 h"}}).low == 0


def test_any_law_of_scipy():
    found = law({"scipy": {"name": "fisk", "c": 2.5, "scale": 10, "unit": "min"}})
    assert (found.family, found.law, found.unit, dict(found.args)) == (
        "scipy",
        "fisk",
        MINUTE,
        {"c": 2.5, "scale": 10},
    )


@pytest.mark.parametrize(
    "written",
    [
        {"lognormal": {"mean": "0 min", "sd": "1 min"}},
        {"lognormal": {"p95": "3 min", "p50": "9 min"}},
        {"lognormal": "7 min"},
        {"gamma": {"mean": "3 min", "p95": "300 min"}},
        {"beta": {"mean": "3 min", "sd": "30 min", "min": "1 min", "max": "9 min"}},
        {"beta": {"a": 1, "b": 1, "min": "9 min", "max": "1 min"}},
        {"triangular": {"min": "1 min", "mode": "9 min", "max": "3 min"}},
        {"erlang": {"k": 2.5, "mean": "9 min"}},
        {"uniform": {"min": "9 min", "max": "9 min"}},
        {"mixture": []},
        {"mixture": [{"exponential": {"mean": "1 h"}}]},
        {"mixture": [{"share": 0.5, "exponential": {"mean": "1 h"}}]},
        {"empirical": {"values": []}},
        {"empirical": {"values": ["1 min"], "weights": [0]}},
        {"empirical": {"values": ["1 min"], "weights": [1, 2]}},
        {"histogram": {"edges": ["0 min", "1 min"], "shares": []}},
        {"scipy": {"name": "norm", "loc": -5, "scale": 0.1, "unit": "min"}},
        {"scipy": {"name": "gamma", "a": -1, "unit": "min"}},
        {"scipy": {"name": "gamma", "unit": "min"}},
        {"scipy": {"name": "__class__", "unit": "min"}},
        {"exponential": {"mean": "1 h"}, "gamma": {"mean": "1 h", "sd": "1 h"}},
        {"constant": "5 min", "min": "6 min"},
        {"exponential": {"mean": "1 h"}, "outside": "drop"},
        {"lognormal": {"mean": "7 min", "p0": "1 min"}},
    ],
    ids=str,
)
def test_no_such_distribution(written):
    with pytest.raises(ConfigError) as caught:
        law(written)
    assert all(problem.what and problem.remedy for problem in caught.value.problems)
