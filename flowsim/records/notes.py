"""Slots for patients inside and notes of what each waits for or holds (compiled, part of the fold)."""

from __future__ import annotations

from typing import Any

import numpy as np

from flowsim.records.compiled import part
from flowsim.records.state import (
    AT,
    FIRST,
    FOLLOWING,
    FREE_NOTE,
    FREE_NOTES,
    FREE_SLOT,
    FREE_SLOTS,
    GONE,
    KIND,
    NEVER,
    NUMBER,
    PATIENTS,
    UNTOLD,
)  # fmt: skip


@part
def slot_of(state: Any, patient: int) -> Any:
    """The slot of a patient; -1 if not inside."""
    return np.int64(state.slot_of[patient]) if 0 <= patient < state.counters[PATIENTS] else np.int64(-1)


@part
def take_slot(state: Any, patient: int) -> Any:
    """An empty slot for a patient who starts."""
    who, counters = state.who, state.counters
    counters[FREE_SLOTS] -= 1
    slot = np.int64(who[FREE_SLOT, counters[FREE_SLOTS]])
    state.slot_of[patient] = slot
    who[NUMBER, slot], who[GONE, slot], who[FIRST, slot], who[UNTOLD, slot] = patient, 0, -1, 0
    for span in range(state.since.shape[1]):
        state.since[slot, span] = NEVER
    for census in range(state.counted.shape[1]):
        state.counted[slot, census] = NEVER
    return slot


@part
def give_slot(state: Any, slot: int) -> None:
    """Empty the slot of a patient who has left, unless a unit that was held is still being made ready."""
    who, counters = state.who, state.counters
    if who[FIRST, slot] >= 0:
        return
    state.slot_of[who[NUMBER, slot]] = -1
    who[NUMBER, slot] = -1
    who[FREE_SLOT, counters[FREE_SLOTS]] = slot
    counters[FREE_SLOTS] += 1


@part
def find(notes: Any, who: Any, slot: int, place: int, kind: int) -> Any:
    """The patient's note of waiting for, or holding, a resource; -1 if there is none."""
    note = np.int64(who[FIRST, slot])
    while note >= 0 and (notes[note, AT] != place or notes[note, KIND] != kind):
        note = notes[note, FOLLOWING]
    return note


@part
def put(notes: Any, who: Any, counters: Any, slot: int, place: int, kind: int) -> Any:
    """A new note for a patient."""
    counters[FREE_NOTES] -= 1
    note = notes[counters[FREE_NOTES], FREE_NOTE]
    notes[note, AT], notes[note, KIND] = place, kind
    notes[note, FOLLOWING] = who[FIRST, slot]
    who[FIRST, slot] = note
    return note


@part
def take_out(notes: Any, who: Any, counters: Any, slot: int, note: int) -> None:
    """Strike out a note."""
    at = who[FIRST, slot]
    if at == note:
        who[FIRST, slot] = notes[note, FOLLOWING]
    else:
        while notes[at, FOLLOWING] != note:
            at = notes[at, FOLLOWING]
        notes[at, FOLLOWING] = notes[note, FOLLOWING]
    notes[counters[FREE_NOTES], FREE_NOTE] = note
    counters[FREE_NOTES] += 1
