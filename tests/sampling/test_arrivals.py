"""Who comes and when: rates by hour and month, booked lists, traces; the same whichever way it is asked for."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from flowsim.sampling import draw_arrivals
from tests.engines.tiny import numbers, tiny
from tests.sampling.small import DAY, HOUR, WEEK, config, drawn, model, program, table
from tests.support import compiled

pytestmark = pytest.mark.unit


def only(source, **more):
    """The small model with one source of this kind beside the clinic."""
    return program(sources={"walk_in": source}, **more)


def counts(made, until, source=0, **more):
    found = table(drawn(made, until=until, **more))
    return found["time"][found["source"] == source]


def test_counts_follow_the_hour_the_day_and_the_month():
    """A year at 6 an hour: each hour of the day, day of the week and month within four standard errors of its rate."""
    made = program()
    times = counts(made, 365 * DAY)
    source = made.sources[0]
    hours = np.arange(365 * 24)
    month = np.array([made.capacity[0].calendar.month(int(hour) // 24) for hour in hours])
    expected = source.rate.sum(axis=1)[month] * source.hour_of_week[hours % 168]
    observed = np.bincount(times // HOUR, minlength=len(hours))
    for group in (hours % 24, hours // 24 % 7, month):
        for value in np.unique(group):
            mean = expected[group == value].sum()
            assert abs(observed[group == value].sum() - mean) < 4 * np.sqrt(mean)
    assert abs(((observed - expected) ** 2 / expected).mean() - 1) < 0.1, (
        "the counts of hours vary as Poisson's do"
    )


def test_within_an_hour_any_moment_is_as_likely():
    place = counts(program(), 60 * DAY) % HOUR / HOUR
    assert abs(place.mean() - 0.5) < 4 / np.sqrt(12 * len(place))
    assert len(np.unique(place)) > 0.95 * len(place)


def test_classes_follow_the_mix():
    found = table(drawn(program(), until=60 * DAY))
    acuity = found["attributes"][found["source"] == 0, 2]
    for value, share in enumerate((0.2, 0.3, 0.5)):
        assert abs((acuity == value).mean() - share) < 4 * np.sqrt(share * (1 - share) / len(acuity))


def test_holidays_have_a_rate_of_their_own():
    """1 January 2018 is a holiday with a tenth of the usual; so is no other day of the week."""
    source = {"rate": "60/h", "mix": {"acuity": {"1": 1}}, "profile": {"holidays": 0.1}}
    base = {**config(sources={"walk_in": source}), "holidays": ["2018-01-01"]}
    times = counts(compiled(model(), base), 4 * DAY)
    by_day = np.bincount(times // DAY, minlength=4)
    assert abs(by_day[0] - 144) < 4 * 12
    assert (abs(by_day[1:] - 1440) < 4 * 38).all()


def test_a_booked_list_has_so_many_at_each_of_its_minutes():
    times = counts(program(), WEEK, source=1)
    expected = [
        day * DAY + minute * 60_000
        for day in range(5)
        for minute, many in ((540, 3), (570, 2))
        for _ in range(many)
    ]
    assert times.tolist() == expected


def test_a_booked_list_across_a_chunk_that_starts_inside_the_hour():
    made = program()
    middle = 9 * HOUR + 20 * 60_000
    parts = [table(draw_arrivals(made, 1, 0, *edge)) for edge in ((0, middle), (middle, DAY))]
    whole = table(draw_arrivals(made, 1, 0, 0, DAY))
    for name in whole:
        assert np.concatenate([part[name] for part in parts]).tobytes() == whole[name].tobytes()


def test_a_trace_comes_at_its_times_with_its_classes():
    made = compiled(tiny(_ed()), numbers({"b": (5, {"acuity": "2"}), "a": 5, "c": 1}, {}, {"ed.time": 1}))
    found = table(draw_arrivals(made, 1, 0, 0, HOUR))
    assert found["time"].tolist() == [60_000, 300_000, 300_000]
    assert found["attributes"][:, made.attribute_index["acuity"]].tolist() == [0, 0, 2], (
        "a before b at one instant"
    )
    assert table(draw_arrivals(made, 2, 5, 0, HOUR))["key"].tolist() == found["key"].tolist()


def _ed():
    from flowsim.pathway import pathway

    return pathway("ed").hold("ed.time").leave("home")


@pytest.mark.parametrize(
    "cuts", [(WEEK,), (1,), (DAY, 3 * DAY + 12_345, 9 * DAY), tuple(range(HOUR // 2, 14 * DAY, 5 * HOUR))]
)
def test_any_chunking_gives_the_same_arrivals(cuts):
    made = program()
    edges = [0, *cuts, 2 * WEEK]
    parts = [table(draw_arrivals(made, 3, 1, begin, end)) for begin, end in pairwise(edges)]
    whole = table(draw_arrivals(made, 3, 1, 0, 2 * WEEK))
    for name in whole:
        assert np.concatenate([part[name] for part in parts]).tobytes() == whole[name].tobytes()


def test_arrivals_do_not_depend_on_the_start_or_the_warm_up():
    made = program()
    alone = table(draw_arrivals(made, 1, 0, 0, WEEK))
    warmed_up = table(draw_arrivals(made, 1, 0, -3 * WEEK - 5 * HOUR, WEEK))
    inside = warmed_up["time"] >= 0
    assert inside.sum() < len(inside)
    for name in alone:
        assert warmed_up[name][inside].tobytes() == alone[name].tobytes()


def test_a_place_that_starts_a_week_later_meets_the_same_patients_a_week_earlier():
    """Keys hang on the calendar's hours, not on time 0."""
    early, late = compiled(model(), config()), compiled(model(), {**config(), "start": "2018-01-08"})
    a, b = table(draw_arrivals(early, 1, 0, WEEK, 2 * WEEK)), table(draw_arrivals(late, 1, 0, 0, WEEK))
    assert a["key"].tolist() == b["key"].tolist()
    assert (a["time"] - WEEK).tolist() == b["time"].tolist()


def test_the_month_of_an_arrival_is_that_of_its_day():
    found = table(drawn(program(), until=40 * DAY))
    month = found["attributes"][:, 1]
    assert set(month[found["time"] < 31 * DAY]) == {0}
    assert set(month[found["time"] >= 31 * DAY]) == {1}


def test_arrivals_stand_in_order_of_time_source_and_key():
    made = program(sources={"walk_in": {"booked": {"mon-sun 09:00": 2}, "mix": {"acuity": {"1": 1}}}})
    found = table(drawn(made, until=DAY))
    assert found["source"].tolist()[:5] == [1, 1, 1, 0, 0], "at 09:00, `clinic` before `walk_in`"


def test_the_shares_of_a_day_that_has_none_do_not_matter():
    """Nobody comes in a month with rate 0."""
    made = only({"rate": "6/h", "mix": {"acuity": {"1": 1}}, "profile": {"month": [0] + [1] * 11}})
    assert counts(made, 31 * DAY).size == 0
