"""XmR charts with answers worked out by hand."""

from __future__ import annotations

import pytest

from flowsim.measures.control_chart import control_chart

pytestmark = pytest.mark.unit

STEADY = [10.0, 11, 9, 10, 12, 10, 9, 11, 10, 8, 10, 10]


def test_limits_are_266_mean_ranges_from_the_mean():
    chart = control_chart([1.0, 3, 2, 4, 3, 5])  # ranges 2 1 2 1 2
    assert chart.mean == 3
    assert chart.high - chart.mean == pytest.approx(2.66 * 1.6)
    assert chart.mean - chart.low == pytest.approx(2.66 * 1.6)


def test_nothing_is_special_about_the_usual_ups_and_downs():
    assert set(control_chart(STEADY).special) == {""}


def test_a_jump_is_left_out_of_the_mean_range_and_stands_outside():
    chart = control_chart([*STEADY, 40.0])  # ranges sum to 16, and 30 for the jump, 7.8 times their mean
    assert chart.high == pytest.approx(chart.mean + 2.66 * 16 / 11)
    assert chart.special[-1] == "outside the limits"


@pytest.mark.parametrize("sign", [1, -1])
def test_seven_on_one_side_of_the_mean(sign):
    values = [sign * v for v in (-2.0, 2, -3, 1, -2, -1, 2, 1, 3, 1, 2, 1, 3)]
    chart = control_chart(values)
    assert chart.special == ("",) * 6 + ("seven on one side",) * 7
    assert set(control_chart(values[:-1]).special) == {""}  # six


@pytest.mark.parametrize("sign", [1, -1])
def test_seven_that_rise_or_fall(sign):
    values = [sign * v for v in (4.0, 0, 1, 2, 3, 4, 5, 6, 1, 5, 0, 5)]
    chart = control_chart(values)
    assert chart.special == ("",) + ("seven that rise or fall",) * 7 + ("",) * 4
    values[7] = values[6]  # only six rise
    assert set(control_chart(values).special) == {""}


@pytest.mark.parametrize("sign", [1, -1])
def test_two_of_three_near_a_limit_on_one_side(sign):
    values = [sign * v for v in (0.0, 1, 0, -1, 0, 1, 0, -1, 3.2, 1, 3.2, 0, -1, 0, 1, -1, 0, 1, -1)]
    chart = control_chart(values)
    third = "two of three near a limit"
    assert chart.special == ("",) * 8 + (third, "", third) + ("",) * 8
    values[9] = -values[9]  # the one between them is on the other side
    assert third not in control_chart(values).special


def test_a_series_with_gaps_is_refused():
    with pytest.raises(ValueError, match="gaps"):
        control_chart([1.0, float("nan"), 2.0])


def test_a_constant_series_has_no_width_and_nothing_special():
    chart = control_chart([5.0] * 12)
    assert (chart.low, chart.mean, chart.high) == (5, 5, 5)
    assert set(chart.special) == {""}
