"""Slots for patients inside and notes of what each waits for or holds (compiled, part of the fold)."""

from __future__ import annotations

from typing import Any

from numba import njit

from flowsim.records.state import FREE_NODES, FREE_SLOTS, NEVER


@njit(cache=True)
def take_slot(state: Any, patient: int) -> int:
    """An empty slot for a patient who starts."""
    people, counters = state.people, state.counters
    counters[FREE_SLOTS] -= 1
    slot: int = people.free[counters[FREE_SLOTS]]
    people.slot_of[patient] = slot
    people.number[slot] = patient
    people.since[slot, :] = NEVER
    people.counted[slot, :] = NEVER
    people.gone[slot] = False
    people.first[slot] = -1
    return slot


@njit(cache=True)
def give_slot(state: Any, slot: int, plan: Any) -> None:
    """Empty the slot of a patient who has left and holds nothing; keep the attributes, packed."""
    people, counters = state.people, state.counters
    patient = people.number[slot]
    packed = people.packed[patient]
    packed[:] = 0
    for at in range(len(plan.radices)):
        word = plan.words[at]
        packed[word] = packed[word] * (plan.radices[at] + 1) + people.attributes[slot, at] + 1
    if people.first[slot] >= 0:
        return
    people.slot_of[patient] = -1
    people.number[slot] = -1
    people.free[counters[FREE_SLOTS]] = slot
    counters[FREE_SLOTS] += 1


@njit(cache=True)
def look_up(state: Any, patient: int, plan: Any, into: Any) -> None:
    """The attributes of a patient, inside or gone."""
    people = state.people
    slot = people.slot_of[patient]
    if slot >= 0:
        into[:] = people.attributes[slot]
        return
    packed = people.packed[patient].copy()
    for at in range(len(plan.radices) - 1, -1, -1):
        word, radix = plan.words[at], plan.radices[at] + 1
        into[at] = packed[word] % radix - 1
        packed[word] //= radix


@njit(cache=True)
def find(state: Any, slot: int, place: int, kind: int) -> int:
    """The patient's note of waiting for, or holding, a resource; -1 if there is none."""
    notes = state.notes
    note: int = state.people.first[slot]
    while note >= 0 and (notes.place[note] != place or notes.kind[note] != kind):
        note = notes.following[note]
    return note


@njit(cache=True)
def put(state: Any, slot: int, place: int, kind: int) -> int:
    """A new note for a patient."""
    notes, counters = state.notes, state.counters
    counters[FREE_NODES] -= 1
    note: int = notes.free[counters[FREE_NODES]]
    notes.place[note], notes.kind[note] = place, kind
    notes.following[note] = state.people.first[slot]
    state.people.first[slot] = note
    return note


@njit(cache=True)
def take_out(state: Any, slot: int, note: int) -> None:
    """Strike out a note."""
    people, notes, counters = state.people, state.notes, state.counters
    at = people.first[slot]
    if at == note:
        people.first[slot] = notes.following[note]
    else:
        while notes.following[at] != note:
            at = notes.following[at]
        notes.following[at] = notes.following[note]
    notes.free[counters[FREE_NODES]] = note
    counters[FREE_NODES] += 1
