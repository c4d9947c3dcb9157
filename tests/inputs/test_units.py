"""Numbers as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsim.inputs.units import (
    LONGEST,
    format_duration,
    parse_count,
    parse_duration,
    parse_money,
    parse_number,
    parse_rate,
    parse_share,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("written", "ms"),
    [
        ("8 min", 480_000),
        ("3.5 days", 302_400_000),
        ("1 h 30 min", 5_400_000),
        ("1h30min", 5_400_000),
        ("250 ms", 250),
        ("0 min", 0),
        ("2 weeks", 1_209_600_000),
        ("1 year", 31_536_000_000),
        ("1_000 s", 1_000_000),
        ("1e3 s", 1_000_000),
        ("0.1 s", 100),
    ],
)
def test_durations(written, ms):
    assert parse_duration(written) == ms


@pytest.mark.parametrize(
    "written",
    ["8", 8, 8.0, "min", "", "8 months", "-8 min", "8 min later", "1e400 min", "nan min", "1001 years"],
)
def test_no_durations(written):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # both sentences are checked in wrong_configs
        parse_duration(written)
    what, remedy = caught.value.args
    assert what.endswith(".")
    assert remedy.endswith(".")


@given(st.floats(min_value=0, max_value=LONGEST))
def test_a_time_is_read_back_as_it_was_written(ms):
    assert parse_duration(format_duration(ms)) == ms


@given(st.integers(0, 50_000), st.sampled_from(["ms", "s", "min", "h", "day", "week"]))
def test_whole_times_are_written_shortly(number, unit):
    written = format_duration(parse_duration(f"{number} {unit}"))
    assert parse_duration(written) == parse_duration(f"{number} {unit}")
    assert len(written) <= 16


@pytest.mark.parametrize(
    ("written", "per_hour"),
    [("12/h", 12), ("300/day", 12.5), ("168/week", 1), ("8760/year", 1), ("0.2/min", 12), ("24 per day", 1)],
)
def test_rates(written, per_hour):
    assert math.isclose(parse_rate(written), per_hour, rel_tol=1e-12)


@pytest.mark.parametrize("written", ["12", 12, "12/", "/h", "-3/h", "12/month", "1e300/h"])
def test_no_rates(written):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_rate(written)


def test_shares_counts_and_money():
    assert parse_share("60%") == 0.6
    assert parse_share(1) == 1
    assert parse_number("1_100_000") == 1_100_000
    assert parse_count("12.0") == 12
    assert parse_money("1_100_000 GBP") == (1_100_000, "GBP")
    assert parse_money("£250") == (250, "GBP")


@pytest.mark.parametrize("written", ["1.2", 30, "120%", -0.1, "nan", math.inf, "1,000", True, "half"])
def test_no_shares(written):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_share(written)
