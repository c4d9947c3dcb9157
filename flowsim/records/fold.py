"""Fold the log of a run into tallies, chunk by chunk.

Memory grows with patients inside and with weeks, not with the rows of the log; each patient who has left
costs a dozen bytes, because a journey that returns has the attributes of the one that it returns from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.conservation import Broken, check_patients, check_use, refuse
from flowsim.records.gather import Gatherer
from flowsim.records.initial import InitialPatients, settle
from flowsim.records.kernel import close, fold_rows
from flowsim.records.log import LOG, WEEK, Code, EventLog
from flowsim.records.plan import Plan, Planned, plan_of
from flowsim.records.state import (
    AMOUNT,
    AT,
    BUSY,
    ENDED,
    FIRST,
    FOLLOWING,
    FREE_NODES,
    FREE_NOTE,
    FREE_SLOT,
    FREE_SLOTS,
    GONE,
    HOLDS,
    HOURS_IN_WEEK,
    KIND,
    LEVELS,
    NEXT_ARRIVAL,
    NOW,
    NUMBER,
    OPEN,
    PATIENTS,
    SEEN,
    SPARE,
    STARTED,
    STAYS,
    UPTO,
    Chunk,
    Frame,
    Out,
    People,
    Places,
    State,
    Use,
    grown,
)  # fmt: skip
from flowsim.records.tallies import Tallies

FAR = 2**62
MOST_ROWS = 500_000  # of the log at a time, so that the buffers stay small


def fold(
    log_chunks: Iterable[EventLog] | EventLog,
    program: Any,
    arrivals: Any,
    horizon: int | None = None,
    initial: InitialPatients | None = None,
) -> Tallies:
    """Tallies of a run from its log, given in one piece or in chunks, and the arrivals that it was run with.

    `horizon` is where the run stopped (events happen before it); by default the end of the arrivals, or the
    last event if that is later. Every row is checked against the laws of conservation: else RunError.
    """
    folding = Folding(program, arrivals, initial)
    for chunk in [log_chunks] if isinstance(log_chunks, np.ndarray) else log_chunks:
        folding.take(chunk)
    return folding.finish(horizon)


class Folding:
    """A fold that is given the log piece by piece, as an engine hands it over."""

    def __init__(self, program: Any, arrivals: Any, initial: InitialPatients | None = None) -> None:
        self.program, self.arrivals = program, arrivals
        self.planned: Planned = plan_of(program)
        self.gatherer = Gatherer(self.planned, program.model.observe)
        self.waiting_room = _WaitingRoom.of(arrivals, len(program.attributes))
        self.frame = Frame(int(arrivals.start) // WEEK, program.start_day * 24 % HOURS_IN_WEEK, FAR)
        self.state = _empty_state(program, self.planned.plan, int(arrivals.start))
        if initial is not None:
            notes = len(initial.waiting) + len(initial.holding)
            self._make_room(np.zeros(0, LOG), len(initial.patient), notes)
            settle(self.state, initial, program, int(arrivals.start))

    def take(self, log: EventLog) -> None:
        """Fold more rows of the log."""
        for first in range(0, len(log), MOST_ROWS):
            self._take(log[first : first + MOST_ROWS])

    def _take(self, log: EventLog) -> None:
        starting = (log["code"] == Code.START) & (log["value"] < 0)
        times, attributes = self.waiting_room.call(int(starting.sum()))
        by_code = np.bincount(log["code"], minlength=len(Code))
        self._make_room(log, int(by_code[Code.START]), 2 * int(by_code[Code.JOIN]))
        self.state.counters[[SEEN, STAYS, NEXT_ARRIVAL]] = 0
        columns = {name: log[name].astype(np.int64) for name in LOG.names or ()}
        chunk = Chunk(**columns, arrival_time=times, arrival_attributes=attributes)
        broken, row = fold_rows(chunk, self.planned.plan, self.state, self.frame)
        if broken != Broken.NOTHING:
            refuse(int(broken), log[row], self.program)
        self.gatherer.take(self.state)

    def _make_room(self, log: EventLog, starts: int, notes: int) -> None:
        """Grow the arrays so that these rows fit, whatever they say."""
        state, counters = self.state, self.state.counters
        inside, had = len(state.people.who), len(state.notes)
        patients = int(counters[PATIENTS]) + starts
        slots = inside + max(starts - int(counters[FREE_SLOTS]), 0)
        people = People(
            **{
                name: grown(array, patients if name in ("slot_of", "packed") else slots, -1)
                for name, array in state.people._asdict().items()
            }
        )
        counters[FREE_SLOTS] = _more_free(people.who[:, FREE_SLOT], int(counters[FREE_SLOTS]), inside)
        kept = grown(state.notes, had + max(notes - int(counters[FREE_NODES]), 0))
        counters[FREE_NODES] = _more_free(kept[:, FREE_NOTE], int(counters[FREE_NODES]), had)
        last = int(log["time"].max()) if len(log) else self.frame.first_week * WEEK
        self.state = State(people, kept, state.places, self._weeks_upto(last), self._buffers(log), counters)

    def _weeks_upto(self, time: int) -> Use:
        weeks = time // WEEK - self.frame.first_week + 1
        use = self.state.use
        return Use(grown(use.weekly, weeks, axis=1), grown(use.flows, weeks, axis=1), use.hourly)

    def _buffers(self, log: EventLog | None) -> Out:
        """Room for all that some rows (or, with None, the end of the run) can put into the buffers."""
        plan, people = self.planned.plan, self.state.people
        spans, censuses = people.since.shape[1], people.counted.shape[1]
        if log is None:
            return _out(len(people.who) * spans, len(people.who) * censuses)
        by_code = np.bincount(log["code"], minlength=len(Code))
        marks = np.bincount(log["value"][log["code"] == Code.MILESTONE], minlength=plan.first.shape[1] - 1)
        ended, left = (int((marks * np.diff(plan.first[kind])).sum()) for kind in (0, 3))
        once = by_code[[Code.START, Code.MILESTONE, Code.GRANT, Code.END]].sum()
        seen = once + by_code[Code.END] * spans + ended
        stays = by_code[[Code.SET, Code.END]].sum() * censuses + left
        return _out(int(seen), int(stays))

    def finish(self, horizon: int | None = None) -> Tallies:
        """The run is over: close what is open and hand over the tallies."""
        counters = self.state.counters
        last = int(counters[NOW])
        end = horizon if horizon is not None else max(int(self.arrivals.until), last + 1)
        if end <= last:
            raise ValueError(f"The run stopped at {end} ms, but its log goes on to {last} ms")
        self._check()
        self.state = self.state._replace(use=self._weeks_upto(end - 1), out=self._buffers(None))
        counters[[SEEN, STAYS]] = 0
        close(self.planned.plan, self.state, self.frame._replace(until=end), end)
        self.gatherer.take(self.state)
        weeks = (end - 1) // WEEK - self.frame.first_week + 1
        use = self.state.use
        started, ended = int(counters[STARTED]), int(counters[ENDED])
        return Tallies(
            layout=self.planned.layout, start=int(self.arrivals.start), end=end, **self.gatherer.finish(),
            weekly=use.weekly[:, :weeks].copy(), flows=use.flows[:, :weeks].copy(), hourly=use.hourly,
            patients=np.array([started, ended, started - ended], np.int64),
        )  # fmt: skip

    def _check(self) -> None:
        """Nobody is lost, and what patients hold is what is in use."""
        people, notes, places = self.state.people, self.state.notes, self.state.places
        here = people.who[:, NUMBER] >= 0
        inside = int((here & (people.who[:, GONE] == 0)).sum())
        check_patients(int(self.state.counters[STARTED]), int(self.state.counters[ENDED]), inside)
        held = np.zeros(len(places.now), np.int64)
        for note in people.who[here, FIRST].tolist():
            at = note
            while at >= 0:
                held[notes[at, AT]] += notes[at, AMOUNT] if notes[at, KIND] == HOLDS else 0
                at = int(notes[at, FOLLOWING])
        check_use(held, places.now[:, BUSY], self.program)


@dataclass
class _WaitingRoom:
    """Arrivals that have been drawn and have not started yet, in order."""

    weeks: Any
    times: NDArray[np.int64]
    attributes: NDArray[np.int64]

    @staticmethod
    def of(arrivals: Any, attributes: int) -> _WaitingRoom:
        nobody = np.zeros((0, attributes), np.int64)
        return _WaitingRoom(iter(arrivals.weeks()), np.zeros(0, np.int64), nobody)

    def call(self, patients: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The next patients (fewer if the arrivals are at an end), who then leave the waiting room."""
        times, attributes = [self.times], [self.attributes]
        while sum(map(len, times)) < patients and (chunk := next(self.weeks, None)) is not None:
            times.append(np.asarray(chunk.time, np.int64))
            attributes.append(np.asarray(chunk.attributes, np.int64))
        every, each = np.concatenate(times), np.concatenate(attributes)
        self.times, self.attributes = every[patients:], each[patients:]
        return every[:patients], np.ascontiguousarray(each[:patients])


def _empty_state(program: Any, plan: Plan, start: int) -> State:
    """Nobody inside; capacities as the rotas have them at the start (the log may say otherwise)."""
    attributes, places = len(program.attributes), len(program.instances)
    spans, censuses = len(plan.at_start), len(plan.census_strides)

    def zeros(*shape: int) -> NDArray[np.int64]:
        return np.zeros(shape, np.int64)

    words = int(plan.words.max(initial=0)) + 1
    people = People(zeros(0), zeros(0, words), zeros(0, 4), zeros(0, attributes), zeros(0, spans),
                    zeros(0, censuses), zeros(0, censuses))  # fmt: skip
    at = Places(zeros(places, 6), zeros(places, LEVELS), zeros(places, LEVELS))
    at.now[:, OPEN] = [table.value_at(start) for table in program.capacity]
    at.now[:, UPTO], at.now[:, SPARE] = start, -1
    use = Use(zeros(places, 1, 9), zeros(places, 1, 7), zeros(places, HOURS_IN_WEEK, 3))
    counters = zeros(9)
    counters[NOW] = start
    return State(people, zeros(0, 7), at, use, _out(0, 0), counters)


def _out(seen: int, stays: int) -> Out:
    return Out(np.zeros((seen, 4), np.int64), np.zeros((stays, 5), np.int64))


def _more_free(stack: NDArray[np.int64], height: int, had: int) -> int:
    """Put the places that are new since there were `had` onto the stack of free ones, lowest on top."""
    more = len(stack) - had
    stack[height : height + more] = np.arange(len(stack) - 1, had - 1, -1)
    return height + more
