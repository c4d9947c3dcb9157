"""The event log: what happened to whom, when, one row an event, the same from either engine."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Packed and little-endian, so that two engines agree when the bytes of their logs are equal.
LOG = np.dtype([("time", "<i8"), ("patient", "<i4"), ("code", "<i2"), ("resource", "<i2"), ("value", "<i4")])
EventLog = NDArray[Any]  # a structured array of dtype LOG, in order of effect

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY


class Code(IntEnum):
    """What a row of the log says; the comment gives the meaning of `resource` and `value`."""

    START = 0  # source index or -1 for a returning journey; parent patient or -1
    MILESTONE = 1  # -1; milestone index
    SET = 2  # attribute index; index of the new value
    JOIN = 3  # resource instance; priority
    GRANT = 4  # resource instance; amount
    RELEASE = 5  # resource instance; amount
    LEFT = 6  # resource instance; a `Left` reason
    TURNED_AWAY = 7  # resource instance; 0
    INTERRUPTED = 8  # resource instance; amount given up
    PRIORITY = 9  # resource instance; new priority
    CAPACITY = 10  # resource instance; new capacity (the patient is -1)
    END = 11  # -1; outcome index


class Left(IntEnum):
    """Why somebody left a queue without being served there."""

    GAVE_UP = 0
    GRANTED_ELSEWHERE = 1
    DISPLACED = 2


def empty_log(rows: int = 0) -> EventLog:
    """A log of that many zero rows."""
    return np.zeros(rows, dtype=LOG)


def log_of(rows: list[tuple[int, int, int, int, int]]) -> EventLog:
    """A log from plain rows (time, patient, code, resource, value)."""
    return np.array(rows, dtype=LOG)


def clock(time: int) -> str:
    """A time in words: `day 3 07:15:00.000`, counted from time 0; warm-up days are negative."""
    day, rest = divmod(int(time), DAY)
    hour, rest = divmod(rest, HOUR)
    minute, rest = divmod(rest, MINUTE)
    second, thousandth = divmod(rest, SECOND)
    return f"day {day} {hour:02d}:{minute:02d}:{second:02d}.{thousandth:03d}"


def place_name(program: Any, instance: int) -> str:
    """`ward_bed at worcester`, or `crew` for a resource that is shared by all sites."""
    found = program.instances[instance]
    return f"{found.resource} at {found.site}" if found.site is not None else str(found.resource)


def describe(row: Any, program: Any) -> str:
    """One row of the log in words."""
    patient = int(row["patient"])
    who = "capacity" if patient < 0 else f"patient {patient}"
    return f"{clock(row['time'])}  {who}: {_event(row, program)}"


def to_text(log: EventLog, program: Any) -> str:
    """The log as readable text, one line a row."""
    return "\n".join(describe(row, program) for row in log)


def assert_equal(a: EventLog, b: EventLog, program: Any) -> None:
    """Nothing if two logs are the same; else AssertionError with the first row that differs, in words."""
    if a.dtype != LOG or b.dtype != LOG:
        raise AssertionError(f"Not both are logs: dtypes {a.dtype} and {b.dtype}")
    shared = min(len(a), len(b))
    differs = np.flatnonzero(a[:shared] != b[:shared])
    if len(differs):
        row = int(differs[0])
        fields = [name for name in LOG.names or () if a[row][name] != b[row][name]]
        raise AssertionError(
            f"The logs differ first at row {row} (in {', '.join(fields)}), after {_before(a, row, program)}\n"
            f"  first:  {describe(a[row], program)}\n  second: {describe(b[row], program)}"
        )
    if len(a) != len(b):
        which, longer = ("first", a) if len(a) > len(b) else ("second", b)
        raise AssertionError(
            f"The logs agree for {shared} rows, then only the {which} goes on ({len(a)} and {len(b)} rows)\n"
            f"  {which}: {describe(longer[shared], program)}"
        )


def _before(log: EventLog, row: int, program: Any) -> str:
    return f"\n  both:   {describe(log[row - 1], program)}" if row else "nothing"


def _event(row: Any, program: Any) -> str:
    """The part of the line that depends on the code."""
    code, value, resource = int(row["code"]), int(row["value"]), int(row["resource"])
    if code == Code.START:
        source = "a return" if resource < 0 else program.sources[resource].name
        return f"starts from {source}" + (f", earlier patient {value}" if value >= 0 else "")
    if code == Code.MILESTONE:
        return f"marks {program.milestones[value]}"
    if code == Code.SET:
        name, values = program.attributes[resource]
        return f"{name} becomes {values[value]}"
    if code == Code.END:
        return f"leaves: {program.outcomes[value]}"
    return _queueing(code, value, place_name(program, resource))


def _queueing(code: int, value: int, place: str) -> str:
    """Rows about a resource."""
    if code == Code.LEFT:
        return f"leaves the queue for {place} ({Left(value).name.lower().replace('_', ' ')})"
    words = {
        Code.JOIN: f"joins the queue for {place}, priority {value}",
        Code.GRANT: f"is given {value} of {place}",
        Code.RELEASE: f"gives back {value} of {place}",
        Code.TURNED_AWAY: f"is turned away from {place}",
        Code.INTERRUPTED: f"is interrupted and gives up {value} of {place}",
        Code.PRIORITY: f"waits for {place} with priority {value} from now on",
        Code.CAPACITY: f"{place} is now {value}",
    }
    return next((text for known, text in words.items() if known == code), f"unknown event {code}")
