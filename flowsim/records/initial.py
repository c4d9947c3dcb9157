"""Patients who are inside when a run starts: from a warmed-up state, or from today's census."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.state import (
    ATTRIBUTES_FROM,
    BUSY,
    FIRST,
    FOLLOWING,
    FREE_NOTES,
    FREE_SLOTS,
    GONE,
    HOLDS,
    LEVELS,
    NEVER,
    NUMBER,
    OPEN,
    PATIENTS,
    STARTED,
    TICKET,
    UNTOLD,
    USUAL_CELL,
    WAITING,
    WAITS,
    WORDS,
    State,
    packed,
)

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
    patients = len(initial.patient)
    state.make_room(patients, len(initial.waiting) + len(initial.holding))
    state.counters[FREE_SLOTS] -= patients  # the lowest slots are on top: each patient's slot is its number
    inside = state.who[:patients]
    inside[:, NUMBER], inside[:, GONE] = initial.patient, initial.gone
    state.note_who_is_inside()
    inside[:, FIRST], inside[:, UNTOLD], inside[:, USUAL_CELL] = -1, 0, -1
    words = int(state.counters[WORDS])
    inside[:, ATTRIBUTES_FROM : ATTRIBUTES_FROM + words] = packed(initial.attributes, words)
    _open_spans(state, initial.marks, program, start)
    state.places[:, OPEN], state.places[:, BUSY] = initial.capacity, initial.in_use
    for patient, place, since, priority in initial.waiting.tolist():
        level = min(max(priority, 0), LEVELS - 1)
        state.places[place, TICKET] += 1
        state.places[place, WAITING] += 1
        state.level[place, level] += 1
        _note(state, patient, (place, WAITS, since, level, state.places[place, TICKET]))
    # Units in hand and units being made ready may be of one place: they count together.
    together: dict[tuple[int, int], int] = {}
    for patient, place, amount in initial.holding.tolist():
        together[patient, place] = together.get((patient, place), 0) + amount
    for (patient, place), amount in together.items():
        _note(state, patient, (place, HOLDS, 0, amount, 0))
    state.counters[PATIENTS] = patients
    state.counters[STARTED] = int((~initial.gone).sum())


def _note(state: State, patient: int, what: tuple[Any, ...]) -> None:
    """A note in front of the patient's others."""
    state.counters[FREE_NOTES] -= 1
    note = state.free_note[state.counters[FREE_NOTES]]
    state.notes[note, : FOLLOWING + 1] = (*what, state.who[patient, FIRST])
    state.who[patient, FIRST] = note


def _open_spans(state: State, marks: Ints, program: Any, start: int) -> None:
    """An interval is open if its latest start mark is later than every mark that ends or cancels it."""
    milestone = {name: at for at, name in enumerate(program.milestones)}
    observe, patients = program.model.observe, len(marks)

    def latest(names: tuple[str, ...]) -> Ints:
        return np.asarray(
            np.max(marks[:, [milestone[name] for name in names]], axis=1, initial=NEVER), np.int64
        )

    for at, span in enumerate(observe.intervals):
        began = latest(span.start)
        is_open = began > latest((*span.end, *span.cancelled_by))
        state.since()[:patients, at] = np.where(is_open, began, NEVER)
    for at, stay in enumerate(observe.censuses):
        began = latest(stay.start)
        is_open = began > latest(stay.end)
        state.counted()[:patients, at] = np.where(is_open, np.maximum(began, start), NEVER)
        state.entered()[:patients, at] = began
