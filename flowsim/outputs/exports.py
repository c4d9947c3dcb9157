"""What happened to each patient, on request, in the forms that other tools read: bupaR, vidigi, XES, Parquet.

The first replication of each scenario, from time 0 on. It is simulated again for this: a run keeps tallies, not logs.
"""

from __future__ import annotations

import csv
import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from flowsim.outputs.extras import needed
from flowsim.outputs.whole_files import whole
from flowsim.outputs.words import plain
from flowsim.program import Program
from flowsim.program.timetables import DAY, MINUTE
from flowsim.records.log import Code, EventLog, place_name
from flowsim.studies.following import log_of_run
from flowsim.studies.scenario import Prepared
from flowsim.studies.study import Study

FORMATS = {
    "csv": "a row for each start and end of an activity, in the columns that bupaR reads",
    "vidigi": "a CSV that vidigi animates: queues, and which unit of a resource is used",
    "xes": "XES 1.0, for process-mining tools",
    "parquet": "the rows of csv as Parquet (needs pyarrow)",
}
INSIDE = "inside"
"""The source of whoever was inside when the run began."""
LEAP_DAY = 31 + 29
OVER = {Code.GRANT: "granted", Code.LEFT: "left the queue"}


@dataclass(frozen=True)
class Event:
    """A row: whose, what, which time it was done, whether it starts or is complete, when, where, and from which source."""

    case_id: int
    activity: str
    activity_instance: int
    lifecycle: str
    timestamp: str
    resource: str
    source: str


COLUMNS = tuple(item.name for item in fields(Event))


def write_events(study: Study, folder: Path, formats: Iterable[str]) -> list[Path]:
    """Write the events of each scenario in some of FORMATS; returns what was written."""
    if "parquet" in formats:
        needed("pyarrow", "parquet", "Parquet")
    written = []
    for scenario, program in study.programs.items():
        name = "_".join(scenario.replace("+", " ").split())
        for form in formats:
            log = log_of_run(Prepared(program, scenario), study.design, lambda _days: None)
            path = folder / _file(form, name)
            written.append(whole(path, partial(WRITERS[form], log=log, program=program)))
    return written


def _file(form: str, scenario: str) -> str:
    ending = {
        "csv": "events_{}.csv",
        "vidigi": "vidigi_{}.csv",
        "xes": "events_{}.xes",
        "parquet": "events_{}.parquet",
    }
    return ending[form].format(scenario)


# ---- one log, as activities that start and end


def activities(log: Iterable[EventLog], program: Program) -> Iterator[Event]:
    """Every row of a log from time 0 on as the start or the end of an activity.

    Waiting for something is an activity, and so is using it; a milestone, a first contact and a way out take no time.
    What began before time 0 has an end only; what goes on at the end of the run has a start only.
    """
    moment, titles = _moments(program.config.start), program.model.observe.titles
    names = [place_name(program, at) for at in range(len(program.instances))]
    sources: dict[int, str] = {}
    under_way: dict[tuple[int, str], int] = {}
    number = 0
    for chunk in log:
        for time, patient, code, resource, value in chunk.tolist():
            if code == Code.START:
                sources[patient] = program.sources[resource].name if resource >= 0 else "returns"
            if time < 0 or patient < 0:
                continue
            for what, lifecycle in _lifecycles(code, resource, value, names, program, titles):
                key = (patient, what)
                if lifecycle == "start" or key not in under_way:
                    number += 1
                    under_way[key] = number
                instance = under_way[key]
                if lifecycle == "complete":
                    del under_way[key]
                place = names[resource] if code in _AT_PLACES else ""
                yield Event(
                    patient, what, instance, lifecycle, moment(time), place, sources.get(patient, INSIDE)
                )


_AT_PLACES = (Code.JOIN, Code.GRANT, Code.RELEASE, Code.LEFT, Code.TURNED_AWAY, Code.INTERRUPTED)


def _lifecycles(
    code: int, resource: int, value: int, names: list[str], program: Program, titles: Any
) -> Iterator[tuple[str, str]]:
    """(activity, start or complete) of one row."""
    if code == Code.START:
        source = program.sources[resource].name if resource >= 0 else "returns"
        yield f"arrives: {plain(source)}", "complete"
    elif code == Code.MILESTONE:
        name = program.milestones[value]
        yield titles.get(name) or plain(name), "complete"
    elif code == Code.END:
        yield f"leaves: {plain(program.outcomes[value])}", "complete"
    elif code == Code.JOIN:
        yield f"wait for {names[resource]}", "start"
    elif code in OVER:
        yield f"wait for {names[resource]}", "complete"
        if code == Code.GRANT:
            yield f"use {names[resource]}", "start"
    elif code in (Code.RELEASE, Code.INTERRUPTED):
        yield f"use {names[resource]}", "complete"
    elif code == Code.TURNED_AWAY:
        yield f"turned away from {names[resource]}", "complete"


def _moments(start: date) -> Callable[[int], str]:
    """Times in ms as text. Years have 365 days: 29 February is passed over."""
    days: dict[int, date] = {}

    def moment(time: int) -> str:
        day, within = divmod(time, DAY)
        if day not in days:
            days[day] = _day(start, day)
        minutes, rest = divmod(within, MINUTE)
        return (
            f"{days[day].isoformat()}T{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
        )

    return moment


def _day(start: date, days: int) -> date:
    """The date some days later in years of 365 days."""
    first = start.timetuple().tm_yday - 1
    first -= first >= LEAP_DAY - 1 and _is_leap(start.year)
    years, of_year = divmod(first + days, 365)
    common = date(2001, 1, 1) + timedelta(days=of_year)
    return common.replace(year=start.year + years)


def _is_leap(year: int) -> bool:
    return (date(year, 12, 31) - date(year, 1, 1)).days == 365


# ---- the forms


def _write_csv(path: Path, log: Iterable[EventLog], program: Program) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows([getattr(event, name) for name in COLUMNS] for event in activities(log, program))


def _write_parquet(path: Path, log: Iterable[EventLog], program: Program) -> None:
    import pandas as pd

    rows = [[getattr(event, name) for name in COLUMNS] for event in activities(log, program)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["timestamp"] = pd.to_datetime(table["timestamp"], format="ISO8601")
    table.to_parquet(path, engine="pyarrow", index=False)


def _write_xes(path: Path, log: Iterable[EventLog], program: Program) -> None:
    """One trace for each patient, whose events stay in their order."""
    events = sorted(activities(log, program), key=lambda event: event.case_id)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(XES_HEAD)
        for case, rows in groupby(events, key=lambda event: event.case_id):
            mine = list(rows)
            file.write(f"<trace>{_string('concept:name', str(case))}{_string('source', mine[0].source)}\n")
            for event in mine:
                where = _string("org:resource", event.resource) if event.resource else ""
                file.write(
                    f"<event>{_string('concept:name', event.activity)}{_string('lifecycle:transition', event.lifecycle)}"
                    f"{_string('concept:instance', str(event.activity_instance))}"
                    f'<date key="time:timestamp" value="{event.timestamp}+00:00"/>{where}</event>\n'
                )
            file.write("</trace>\n")
        file.write("</log>\n")


XES_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<classifier name="Activity" keys="concept:name"/>
"""


def _string(key: str, value: str) -> str:
    return f"<string key={quoteattr(key)} value={quoteattr(value)}/>"


VIDIGI = ("entity_id", "pathway", "event_type", "event", "time", "resource_id")


def _write_vidigi(path: Path, log: Iterable[EventLog], program: Program) -> None:
    """Times are minutes; who was inside at time 0 arrives at their first event. Units are numbered from 1."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(VIDIGI)
        rows.writerows(vidigi_rows(log, program))


def vidigi_rows(log: Iterable[EventLog], program: Program) -> Iterator[tuple[Any, ...]]:
    """The rows that vidigi reads: arrivals and departures, queues, and the use of a numbered unit."""
    names = [place_name(program, at).replace(" ", "_") for at in range(len(program.instances))]
    units, known, sources = _Units(), set(), dict[int, str]()
    for chunk in log:
        for time, patient, code, resource, _ in chunk.tolist():
            if code == Code.START:
                sources[patient] = program.sources[resource].name if resource >= 0 else "returns"
            unit = units.changed(code, resource, patient)
            if time < 0 or patient < 0:
                continue
            who, at = (patient, sources.get(patient, INSIDE)), round(time / MINUTE, 3)
            if patient not in known:
                known.add(patient)
                yield *who, "arrival_departure", "arrival", at, ""
            if code == Code.JOIN:
                yield *who, "queue", f"wait_for_{names[resource]}", at, ""
            elif code == Code.GRANT:
                yield *who, "resource_use", f"use_{names[resource]}", at, unit
            elif code in (Code.RELEASE, Code.INTERRUPTED) and unit:
                yield *who, "resource_use_end", f"use_{names[resource]}", at, unit
            elif code == Code.END:
                yield *who, "arrival_departure", "depart", at, ""


class _Units:
    """Which unit of a resource each patient has: the lowest that is free. Several at once count as one."""

    def __init__(self) -> None:
        self.free: dict[int, list[int]] = {}
        self.most: dict[int, int] = {}
        self.held: dict[tuple[int, int], int] = {}

    def changed(self, code: int, resource: int, patient: int) -> int:
        """The unit that a row is about; 0 if it is about none."""
        key = (resource, patient)
        if code == Code.GRANT:
            if key not in self.held:
                free = self.free.setdefault(resource, [])
                self.most[resource] = self.most.get(resource, 0) + (not free)
                self.held[key] = heapq.heappop(free) if free else self.most[resource]
            return self.held[key]
        if code in (Code.RELEASE, Code.INTERRUPTED) and key in self.held:
            unit = self.held.pop(key)
            heapq.heappush(self.free.setdefault(resource, []), unit)
            return unit
        return 0


WRITERS: dict[str, Callable[..., None]] = {
    "csv": _write_csv,
    "vidigi": _write_vidigi,
    "xes": _write_xes,
    "parquet": _write_parquet,
}
