"""Figures and times as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from flowsim.outputs import words

pytestmark = pytest.mark.unit

NAN = float("nan")
HOUR, DAY = 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.6278, "%", "62.8%"),
        (15069.4, "a year", "15,069"),
        (721.4, "patients", "721"),
        (22.44, "minutes", "22.4"),
        (1.234, "days", "1.23"),
        (0.001, "days", "0"),
        (0, "", "0"),
        (NAN, "%", "–"),
    ],
)
def test_a_figure_has_the_digits_that_mean_something(value, unit, text):
    assert words.figure(value, unit) == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (0.9, 1.094, "%", "90.0% to 100.0%"),
        (-0.05, 0.1, "%", "0.0% to 10.0%"),
        (-57.4, 92.2, "a year", "0 to 92.2"),
        (NAN, 1, "", ""),
    ],
)
def test_an_interval_shows_nothing_that_cannot_be(low, high, unit, text):
    assert words.interval(low, high, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-12, "", "−12.0"),
        (0.031, "%", "+3.1 points"),
        (0, "", "0"),
        (0.0001, "%", "0.0 points"),
        (NAN, "", "–"),
    ],
)
def test_a_difference_has_its_sign(value, unit, text):
    assert words.signed(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"), [(0.628, "%", "63%"), (721.4, "", "721"), (0.9, "", "0.9"), (2.0, "", "2")]
)
def test_a_sentence_has_no_more_digits_than_are_said(value, unit, text):
    assert words.brief(value, unit) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (5_000, "5 s"),
        (90_000, "2 min"),
        (90 * 60_000, "1 h 30 min"),
        (47 * HOUR, "47 h 0 min"),
        (75 * HOUR, "3 days 3 h"),
    ],
)
def test_a_length_of_time(ms, text):
    assert words.span(ms) == text


@pytest.mark.parametrize(
    ("start", "days", "text"),
    [
        (date(2018, 4, 1), 0, "Sun 01 Apr 2018 08:30"),
        (date(2018, 4, 1), 365, "Mon 01 Apr 2019 08:30"),
        (date(2018, 4, 1), -1, "Sat 31 Mar 2018 08:30"),
        (date(2020, 2, 28), 1, "Sat 01 Mar 2020 08:30"),  # years have 365 days: no 29 February
        (date(2020, 3, 1), 0, "Sun 01 Mar 2020 08:30"),
        (date(2018, 12, 31), 1, "Tue 01 Jan 2019 08:30"),
    ],
)
def test_a_clock_of_years_of_365_days(start, days, text):
    assert words.clock(start, days * DAY + 8 * HOUR + 30 * 60_000) == text


def test_names_as_words():
    assert words.plain("ed_arrival") == "ED arrival"
    assert words.title_of("south_worcestershire") == "South Worcestershire"
    assert words.title_of("rest_of_county") == "Rest of County"
    assert [words.several(n, "day") for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]
