"""Slots for patients inside and notes of what each waits for or holds (compiled, part of the fold)."""

from __future__ import annotations

from typing import Any

from numba import njit

from flowsim.records.state import (
    AT,
    FIRST,
    FOLLOWING,
    FREE_NODES,
    FREE_NOTE,
    FREE_SLOT,
    FREE_SLOTS,
    GONE,
    KIND,
    NEVER,
    NUMBER,
)  # fmt: skip


@njit(cache=True)
def take_slot(state: Any, patient: int) -> int:
    """An empty slot for a patient who starts."""
    people, counters = state.people, state.counters
    counters[FREE_SLOTS] -= 1
    slot: int = people.who[counters[FREE_SLOTS], FREE_SLOT]
    people.slot_of[patient] = slot
    people.who[slot, NUMBER] = patient
    for span in range(people.since.shape[1]):
        people.since[slot, span] = NEVER
    for census in range(people.counted.shape[1]):
        people.counted[slot, census] = NEVER
    people.who[slot, GONE] = 0
    people.who[slot, FIRST] = -1
    return slot


@njit(cache=True)
def give_slot(state: Any, slot: int, plan: Any) -> None:
    """Empty the slot of a patient who has left and holds nothing; keep the attributes, packed."""
    people, counters = state.people, state.counters
    patient = people.who[slot, NUMBER]
    packed = people.packed
    for word in range(packed.shape[1]):
        packed[patient, word] = 0
    for at in range(len(plan.radices)):
        word, radix = plan.words[at], plan.radices[at] + 1
        packed[patient, word] = packed[patient, word] * radix + people.attributes[slot, at] + 1
    if people.who[slot, FIRST] >= 0:
        return
    people.slot_of[patient] = -1
    people.who[slot, NUMBER] = -1
    people.who[counters[FREE_SLOTS], FREE_SLOT] = slot
    counters[FREE_SLOTS] += 1


@njit(cache=True)
def look_up(state: Any, patient: int, plan: Any, into: int) -> None:
    """Give a slot the attributes of another patient, inside or gone."""
    people = state.people
    slot = people.slot_of[patient]
    if slot >= 0:
        for at in range(len(plan.radices)):
            people.attributes[into, at] = people.attributes[slot, at]
        return
    word, rest = -1, 0
    for at in range(len(plan.radices) - 1, -1, -1):
        if plan.words[at] != word:
            word = plan.words[at]
            rest = people.packed[patient, word]
        people.attributes[into, at] = rest % (plan.radices[at] + 1) - 1
        rest //= plan.radices[at] + 1


@njit(cache=True)
def find(notes: Any, who: Any, slot: int, place: int, kind: int) -> int:
    """The patient's note of waiting for, or holding, a resource; -1 if there is none."""
    note: int = who[slot, FIRST]
    while note >= 0 and (notes[note, AT] != place or notes[note, KIND] != kind):
        note = notes[note, FOLLOWING]
    return note


@njit(cache=True)
def put(notes: Any, who: Any, counters: Any, slot: int, place: int, kind: int) -> int:
    """A new note for a patient."""
    counters[FREE_NODES] -= 1
    note: int = notes[counters[FREE_NODES], FREE_NOTE]
    notes[note, AT], notes[note, KIND] = place, kind
    notes[note, FOLLOWING] = who[slot, FIRST]
    who[slot, FIRST] = note
    return note


@njit(cache=True)
def take_out(notes: Any, who: Any, counters: Any, slot: int, note: int) -> None:
    """Strike out a note."""
    at = who[slot, FIRST]
    if at == note:
        who[slot, FIRST] = notes[note, FOLLOWING]
    else:
        while notes[at, FOLLOWING] != note:
            at = notes[at, FOLLOWING]
        notes[at, FOLLOWING] = notes[note, FOLLOWING]
    notes[counters[FREE_NODES], FREE_NOTE] = note
    counters[FREE_NODES] += 1
