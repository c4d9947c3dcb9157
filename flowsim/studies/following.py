"""Run a scenario until one patient's journey is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flowsim.engines import State, start
from flowsim.errors import RunError
from flowsim.program.timetables import DAY
from flowsim.records.log import EventLog
from flowsim.sampling import draw_arrivals
from flowsim.studies.design import Design
from flowsim.studies.replicate import HasProgram


def contact_at(scenario: HasProgram, design: Design, number: int) -> tuple[int, list[int]]:
    """(place among all arrivals of the run, attributes) of the number-th first contact after time 0."""
    arrivals = draw_arrivals(scenario.program(), design.seed, 0, design.begin, design.until)
    before = seen = 0
    for week in arrivals.weeks():
        warming = int((week.time < 0).sum())
        before += warming
        here = len(week.time) - warming
        if seen + here > number:
            return before + number, week.attributes[warming + number - seen].tolist()
        seen += here
    raise RunError(
        f"There are only {seen} first contacts in {design.days} days; patient {number} is not among them."
    )


def log_of_run(scenario: HasProgram, design: Design, on_days: Callable[[float], None]) -> Iterator[EventLog]:
    """The log of replication 0, chunk by chunk, in small chunks so that a reader can stop early."""
    program = scenario.program()
    state = None if design.state is None else State.load(design.state)
    arrivals = draw_arrivals(program, design.seed, 0, design.begin, design.until)
    reached = design.begin
    for chunk in start(program, arrivals, design.engine, state).run():
        if len(chunk):
            on_days((int(chunk["time"][-1]) - reached) / DAY)
            reached = int(chunk["time"][-1])
        yield chunk
