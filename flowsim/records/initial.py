"""Patients who are inside when a run starts: from a warmed-up state, or from today's census."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.notes import find, put, take_slot
from flowsim.records.state import (
    AMOUNT,
    BUSY,
    GONE,
    HOLDS,
    LEVELS,
    NEVER,
    OPEN,
    PATIENTS,
    SINCE,
    STARTED,
    TICKET,
    TURN,
    WAITING,
    WAITS,
    State,
)  # fmt: skip

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class InitialPatients:
    """Who is inside at the start of a run: they are patients 0 to n-1 and have no START row."""

    patient: Ints  # 0, 1, 2, ... n-1
    attributes: NDArray[np.int16]  # [patient, attribute]
    marks: Ints  # [patient, milestone]: time of the latest mark, or NEVER
    in_use: Ints  # by instance
    capacity: Ints  # by instance
    waiting: Ints  # rows (patient, instance, since, priority), in the order of each queue
    holding: Ints  # rows (patient, instance, amount); several of one patient and instance add up
    gone: NDArray[np.bool_]  # has left; a unit that was held is still being made ready

    @staticmethod
    def of(
        attributes: Any, marks: Any, capacity: Any, waiting: Any = (), holding: Any = (), gone: Any = None
    ) -> InitialPatients:
        """The usual way to make one: numbers and what is in use follow from the rest."""
        held = np.asarray(holding, np.int64).reshape(-1, 3)
        in_use = np.bincount(held[:, 1], weights=held[:, 2], minlength=len(capacity)).astype(np.int64)
        return InitialPatients(
            np.arange(len(attributes)), np.asarray(attributes, np.int16), np.asarray(marks, np.int64), in_use,
            np.asarray(capacity, np.int64), np.asarray(waiting, np.int64).reshape(-1, 4), held,
            np.zeros(len(attributes), bool) if gone is None else np.asarray(gone, bool),
        )  # fmt: skip


def settle(state: State, initial: InitialPatients, program: Any, start: int) -> None:
    """Put the patients into the fold's state, with the intervals and stays that their marks leave open."""
    people, places, notes = state.people, state.places, state.notes
    places.now[:, OPEN], places.now[:, BUSY] = initial.capacity, initial.in_use
    milestone = {name: at for at, name in enumerate(program.milestones)}
    for patient in initial.patient.tolist():
        slot = take_slot(state, patient)
        people.attributes[slot] = initial.attributes[patient]
        people.who[slot, GONE] = initial.gone[patient]
        _open_spans(people, slot, initial.marks[patient], milestone, program.model.observe, start)
    for patient, place, since, priority in initial.waiting.tolist():
        level = min(max(priority, 0), LEVELS - 1)
        note = put(notes, people.who, state.counters, int(people.slot_of[patient]), place, WAITS)
        places.now[place, TICKET] += 1
        notes[note, SINCE], notes[note, AMOUNT], notes[note, TURN] = since, level, places.now[place, TICKET]
        places.level[place, level] += 1
        places.now[place, WAITING] += 1
    for patient, place, amount in initial.holding.tolist():
        slot = int(people.slot_of[patient])
        note = find(notes, people.who, slot, place, HOLDS)
        if note < 0:
            note = put(notes, people.who, state.counters, slot, place, HOLDS)
            notes[note, AMOUNT] = 0
        # Units in hand and units being made ready may be of one place: they count together.
        notes[note, AMOUNT] += amount
    state.counters[PATIENTS] = len(initial.patient)
    state.counters[STARTED] = int((~initial.gone).sum())


def _open_spans(
    people: Any, slot: int, marks: Ints, milestone: dict[str, int], observe: Any, start: int
) -> None:
    """An interval is open if its latest start mark is later than every mark that ends or cancels it."""

    def latest(names: tuple[str, ...]) -> int:
        return max((int(marks[milestone[name]]) for name in names), default=NEVER)

    for at, span in enumerate(observe.intervals):
        began = latest(span.start)
        if began > latest((*span.end, *span.cancelled_by)):
            people.since[slot, at] = began
    for at, stay in enumerate(observe.censuses):
        began = latest(stay.start)
        if began > latest(stay.end):
            people.counted[slot, at], people.entered[slot, at] = max(began, start), began
