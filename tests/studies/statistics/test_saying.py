"""How a figure is said: small ones are not lost, shares are points, signs are signs."""

from __future__ import annotations

import math

import pytest

from flowsim.studies.statistics.saying import change, count, percent, said, size, span, span_of_change

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0, "min", "0 min"),
        (12.345, "min", "12.3 min"),
        (-0.0012349, "", "−0.00123"),
        (1234567.0, "£", "1,234,567 £"),
        (0.615, "share", "61.5%"),
        (9.999, "", "10"),
        (100.0, "beds", "100 beds"),
        (math.nan, "min", "–"),
    ],
)
def test_figures(value, unit, text):
    assert said(value, unit) == text


def test_differences_have_signs_and_shares_have_points():
    assert change(2.5, "min") == "+2.5 min"
    assert change(-0.0312, "share") == "−3.12 percentage points"
    assert change(0.0, "min") == "0 min"
    assert change(math.nan, "min") == "–"
    assert size(-0.05, "share") == "5 percentage points"
    assert span(0.25, 0.5, "share") == "25% to 50%"
    assert span(-1.0, 2.0, "min") == "−1 to 2 min"
    assert span_of_change(-0.01, 0.02, "share") == "−1 to +2 percentage points"


def test_counts_and_shares_of_studies():
    assert (count(1, "replication"), count(1200, "draw")) == ("1 replication", "1,200 draws")
    assert (percent(0.95), percent(0.999), percent(0.8)) == ("95%", "99.9%", "80%")
