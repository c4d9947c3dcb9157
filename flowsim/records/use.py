"""Use of resources in the compiled fold: added up place by place, hour by hour."""

from __future__ import annotations

from typing import Any

from flowsim.records.compiled import part, whole
from flowsim.records.log import DAY, HOUR, WEEK
from flowsim.records.state import (
    BUSY,
    CAPACITY,
    EDGE,
    END_OF_RUN,
    FIRST_HOUR,
    FULL,
    HOUR_SUMS,
    HOURLY,
    HOURS_IN_WEEK,
    IN_USE,
    INSTANCES,
    MIDNIGHT_CAPACITY,
    MIDNIGHT_IN_USE,
    MIDNIGHT_QUEUE,
    OPEN,
    OPEN_TIME,
    OVER,
    PLACE_WIDTH,
    PLACES,
    QUEUE,
    SPARE,
    TIMED,
    UPTO,
    WAITING,
    WEEK_SUMS,
    WEEK_WIDTH,
)


@part
def catch_up(run: Any, at: int, time: int) -> None:
    """Add up a place's use from where its sums end to this time, which lies in the same hour or ends it."""
    span = time - run[at + UPTO]
    if span <= 0:
        return
    busy, capacity, waiting = run[at + BUSY], run[at + OPEN], run[at + WAITING]
    run[at + UPTO] = time
    if waiting > 0:
        run[at + SPARE] = max(run[at + SPARE], capacity - busy)
        run[at + HOUR_SUMS + QUEUE] += waiting * span
    run[at + HOUR_SUMS + IN_USE] += busy * span
    run[at + HOUR_SUMS + CAPACITY] += capacity * span
    if busy > capacity:
        run[at + HOUR_SUMS + OVER] += (busy - capacity) * span
    if capacity > 0:
        run[at + HOUR_SUMS + OPEN_TIME] += span
        if busy >= capacity:
            run[at + HOUR_SUMS + FULL] += span


@part
def close_hour(run: Any, upto: int, midnight: bool) -> None:
    """The running hour is over, or the run is: add its sums to those of the week, and of its place in the week.

    At midnight the wards are counted as they stood just before.
    """
    hour = (upto - 1) // HOUR
    of_week = (hour + run[FIRST_HOUR]) % HOURS_IN_WEEK
    at, week, hourly = run[PLACES], run[WEEK_SUMS], run[HOURLY] + of_week * 3
    for _ in range(run[INSTANCES]):
        catch_up(run, at, upto)
        sums = at + HOUR_SUMS
        if hour >= 0:
            run[hourly] += run[sums + IN_USE]
            run[hourly + 1] += run[sums + CAPACITY]
            run[hourly + 2] += run[sums + QUEUE]
        for column in range(TIMED):
            run[week + column] += run[sums + column]
            run[sums + column] = 0
        if midnight:
            run[week + MIDNIGHT_IN_USE] += run[at + BUSY]
            run[week + MIDNIGHT_CAPACITY] += run[at + OPEN]
            run[week + MIDNIGHT_QUEUE] += run[at + WAITING]
        at, week, hourly = at + PLACE_WIDTH, week + WEEK_WIDTH, hourly + HOURS_IN_WEEK * 3


@whole
def pass_hours(run: Any, time: int) -> bool:
    """Close every hour that is over by this time; stops, and says so, at the end of a week or of the run."""
    while run[EDGE] <= time:
        edge = run[EDGE]
        run[EDGE] = edge + HOUR
        ends_week = edge % WEEK == 0 or edge == run[END_OF_RUN]
        close_hour(run, edge, edge % DAY == 0 and not ends_week)
        if ends_week:
            return True
    return False
