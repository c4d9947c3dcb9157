"""Use of resources in the compiled fold: added up place by place, hour by hour."""

from __future__ import annotations

from typing import Any

from flowsim.records.compiled import part
from flowsim.records.log import DAY, HOUR, WEEK
from flowsim.records.state import (
    BUSY,
    CAPACITY,
    EDGE,
    FIRST_HOUR,
    FULL,
    HOUR_SUMS,
    HOURS_IN_WEEK,
    IN_USE,
    MIDNIGHT_CAPACITY,
    MIDNIGHT_IN_USE,
    MIDNIGHT_QUEUE,
    OPEN,
    OPEN_TIME,
    OVER,
    QUEUE,
    SPARE,
    TIMED,
    UPTO,
    WAITING,
)


@part
def catch_up(places: Any, place: int, time: int) -> None:
    """Add up a place's use from where its sums end to this time, which lies in the same hour or ends it."""
    span = time - places[place, UPTO]
    if span <= 0:
        return
    busy, capacity, waiting = places[place, BUSY], places[place, OPEN], places[place, WAITING]
    places[place, UPTO] = time
    if waiting > 0:
        places[place, SPARE] = max(places[place, SPARE], capacity - busy)
        places[place, HOUR_SUMS + QUEUE] += waiting * span
    places[place, HOUR_SUMS + IN_USE] += busy * span
    places[place, HOUR_SUMS + CAPACITY] += capacity * span
    places[place, HOUR_SUMS + OVER] += max(busy - capacity, 0) * span
    if capacity > 0:
        places[place, HOUR_SUMS + OPEN_TIME] += span
        if busy >= capacity:
            places[place, HOUR_SUMS + FULL] += span


@part
def close_hour(state: Any, upto: int) -> None:
    """The running hour is over, or the run is: add its sums to those of the week, and of its place in the week."""
    places, week, hourly = state.places, state.week, state.hourly
    hour = (upto - 1) // HOUR
    of_week = (hour + state.counters[FIRST_HOUR]) % HOURS_IN_WEEK
    for place in range(len(places)):
        catch_up(places, place, upto)
        if hour >= 0:
            hourly[place, of_week, 0] += places[place, HOUR_SUMS + IN_USE]
            hourly[place, of_week, 1] += places[place, HOUR_SUMS + CAPACITY]
            hourly[place, of_week, 2] += places[place, HOUR_SUMS + QUEUE]
        for column in range(TIMED):
            week[place, column] += places[place, HOUR_SUMS + column]
            places[place, HOUR_SUMS + column] = 0


@part
def count_midnight(state: Any) -> None:
    """What the wards count at midnight: as they stood just before."""
    places, week = state.places, state.week
    for place in range(len(places)):
        week[place, MIDNIGHT_IN_USE] += places[place, BUSY]
        week[place, MIDNIGHT_CAPACITY] += places[place, OPEN]
        week[place, MIDNIGHT_QUEUE] += places[place, WAITING]


@part
def pass_hours(state: Any, time: int) -> bool:
    """Close every hour that is over by this time; stops, and says so, at the end of a week."""
    counters = state.counters
    while counters[EDGE] <= time:
        edge = counters[EDGE]
        close_hour(state, edge)
        counters[EDGE] = edge + HOUR
        if edge % WEEK == 0:
            return True
        if edge % DAY == 0:
            count_midnight(state)
    return False
