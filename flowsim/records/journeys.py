"""Whole journeys, on request: a row a patient, and all that happened to one of them.

They need the whole log in memory: for a few weeks or one patient's story, not for ten years.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.log import Code, EventLog, describe, empty_log

NO_TIME = np.iinfo(np.int64).min


def whole_log(log_chunks: Iterable[EventLog] | EventLog) -> EventLog:
    """All chunks in one."""
    chunks = [log_chunks] if isinstance(log_chunks, np.ndarray) else list(log_chunks)
    return np.concatenate(chunks) if chunks else empty_log()


def journeys(log_chunks: Iterable[EventLog] | EventLog, program: Any, arrivals: Any) -> Any:
    """A pandas table with a row for each patient who started.

    Columns: patient, parent (-1 for a first contact), source, key (0 for a returning journey), start and end
    in ms, outcome ("" while inside), the attributes at the start, and for each milestone the time of its first
    mark and how often it was marked (`n_<milestone>`). Times that did not come are missing.
    """
    import pandas as pd

    log = whole_log(log_chunks)
    starts = log[log["code"] == Code.START]
    where = {int(patient): row for row, patient in enumerate(starts["patient"])}
    columns: dict[str, Any] = {"patient": starts["patient"], "parent": starts["value"]}
    names = np.array([*(item.name for item in program.sources), "returns"])
    columns["source"] = names[starts["resource"]]
    columns["key"], attributes = _who(log, starts, where, program, arrivals)
    columns["start"] = starts["time"]
    ends = log[log["code"] == Code.END]
    columns["end"] = _times(ends, where, len(starts))
    outcomes = np.full(len(starts), "", object)
    for patient, value in zip(ends["patient"].tolist(), ends["value"].tolist(), strict=True):
        if patient in where:
            outcomes[where[patient]] = program.outcomes[value]
    columns["outcome"] = outcomes
    for at, (name, values) in enumerate(program.attributes):
        columns[name] = np.array(values, object)[attributes[:, at]]
    for at, name in enumerate(program.milestones):
        marks = log[(log["code"] == Code.MILESTONE) & (log["value"] == at)]
        columns[name] = _times(marks, where, len(starts))
        columns[f"n_{name}"] = _how_often(marks, where, len(starts))
    table = pd.DataFrame(columns)
    for name in ("end", *program.milestones):
        table[name] = table[name].astype("Int64").mask(table[name] == NO_TIME)
    return table


def story(log_chunks: Iterable[EventLog] | EventLog, program: Any, patient: int) -> tuple[str, ...]:
    """All that happened to one patient, and the start of journeys that returned from it, a line each."""
    log = whole_log(log_chunks)
    returned = (log["code"] == Code.START) & (log["value"] == patient)
    return tuple(describe(row, program) for row in log[(log["patient"] == patient) | returned])


def _who(
    log: EventLog, starts: EventLog, where: dict[int, int], program: Any, arrivals: Any
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Key and attributes of each patient at the start of the journey."""
    first = starts["value"] < 0
    keys = np.zeros(len(starts), np.uint64)
    found = np.zeros((len(starts), len(program.attributes)), np.int64)
    chunks, number = [], 0
    for chunk in arrivals.weeks():
        chunks.append(chunk)
        number += len(chunk.time)
        if number >= first.sum():
            break
    if chunks:
        keys[first] = np.concatenate([np.asarray(chunk.key) for chunk in chunks])[: first.sum()]
        found[first] = np.concatenate([np.asarray(chunk.attributes) for chunk in chunks])[: first.sum()]
    if not first.all():
        _inherit(log, where, found)
    return keys, found


def _inherit(log: EventLog, where: dict[int, int], found: NDArray[np.int64]) -> None:
    """A returning journey starts with the attributes that its parent has by then, and with what is set at once."""
    now = found.copy()
    begun = {}
    changes = log[(log["code"] == Code.SET) | ((log["code"] == Code.START) & (log["value"] >= 0))]
    for time, patient, code, resource, value in changes.tolist():
        row = where.get(patient)
        if row is None:
            continue
        if code == Code.START:
            begun[patient] = time
            if value in where:
                found[row] = now[row] = now[where[value]]
            continue
        now[row, resource] = value
        if begun.get(patient) == time:
            found[row, resource] = value


def _times(rows: EventLog, where: dict[int, int], patients: int) -> NDArray[np.int64]:
    """The time of each patient's first row."""
    found = np.full(patients, NO_TIME, np.int64)
    for patient, time in zip(rows["patient"][::-1].tolist(), rows["time"][::-1].tolist(), strict=True):
        if patient in where:
            found[where[patient]] = time
    return found


def _how_often(rows: EventLog, where: dict[int, int], patients: int) -> NDArray[np.int64]:
    found = [where[patient] for patient in rows["patient"].tolist() if patient in where]
    return np.bincount(np.array(found, np.int64), minlength=patients)
