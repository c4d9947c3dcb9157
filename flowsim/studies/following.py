"""Find one first contact among the arrivals of a run, and the log of that run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from flowsim.engines import start
from flowsim.errors import RunError
from flowsim.program.timetables import DAY
from flowsim.records.log import EventLog
from flowsim.sampling import draw_arrivals
from flowsim.sampling.arrivals import ArrivalWeek
from flowsim.studies.design import Design
from flowsim.studies.replicate import HasProgram
from flowsim.studies.starting import starting_state


@dataclass(frozen=True)
class Contact:
    """A first contact: its place among all arrivals of the run, when, who; `key` is the same in every scenario."""

    place: int
    time: int
    key: int
    attributes: tuple[int, ...]


def contact_at(scenario: HasProgram, design: Design, number: int, source: str = "") -> Contact:
    """The number-th first contact after time 0, of one source or of all."""
    wanted = [one.name for one in scenario.program().sources].index(source) if source else None
    seen = 0
    for before, week in _contacts(scenario, design):
        of_source = True if wanted is None else week.source == wanted
        found = np.flatnonzero((week.time >= 0) & of_source)
        if seen + len(found) > number:
            return _contact(before, week, int(found[number - seen]))
        seen += len(found)
    of = f" of {source}" if source else ""
    raise RunError(
        f"There are only {seen} first contacts{of} in {design.days} days, counted from 0; {number} is not among them."
    )


def same_contact(scenario: HasProgram, design: Design, contact: Contact) -> Contact | None:
    """The same patient in another scenario; None if the patient does not come there."""
    for before, week in _contacts(scenario, design):
        found = np.flatnonzero(week.key == np.uint64(contact.key))
        if len(found):
            return _contact(before, week, int(found[0]))
        if len(week.time) and week.time[0] > contact.time:
            return None
    return None


def _contacts(scenario: HasProgram, design: Design) -> Iterator[tuple[int, ArrivalWeek]]:
    arrivals = draw_arrivals(scenario.program(), design.seed, 0, design.begin, design.until)
    before = 0
    for week in arrivals.weeks():
        yield before, week
        before += len(week.time)


def _contact(before: int, week: ArrivalWeek, at: int) -> Contact:
    return Contact(before + at, int(week.time[at]), int(week.key[at]), tuple(week.attributes[at].tolist()))


def log_of_run(scenario: HasProgram, design: Design, on_days: Callable[[float], None]) -> Iterator[EventLog]:
    """The log of replication 0, chunk by chunk, so that a reader can stop early."""
    program = scenario.program()
    state = starting_state(design, program, 0)
    arrivals = draw_arrivals(program, design.seed, 0, design.begin, design.until)
    reached = design.begin
    for chunk in start(program, arrivals, design.engine, state).run():
        if len(chunk):
            on_days((int(chunk["time"][-1]) - reached) / DAY)
            reached = int(chunk["time"][-1])
        yield chunk
