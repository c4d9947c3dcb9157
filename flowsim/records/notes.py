"""Slots for patients inside and notes of what each waits for or holds (compiled, part of the fold)."""

from __future__ import annotations

from typing import Any

from flowsim.records.compiled import part
from flowsim.records.state import (
    AT,
    ENTERED_FROM,
    FIRST,
    FOLLOWING,
    FREE_NOTE,
    FREE_NOTES,
    FREE_SLOT,
    FREE_SLOTS,
    GONE,
    KIND,
    LAST_NEWEST,
    NEVER,
    NEWEST,
    NOTE_WIDTH,
    NOTES,
    NUMBER,
    OLDER,
    SINCE_FROM,
    UNTOLD,
    USUAL_CELL,
    WHO,
    WIDTH,
)  # fmt: skip


@part
def row_of_patient(run: Any, patient: int) -> Any:
    """Where a patient stands; -1 if not inside."""
    slot = run[run[NEWEST] + (patient & run[LAST_NEWEST])]
    while slot >= 0:
        who = run[WHO] + slot * run[WIDTH]
        if run[who + NUMBER] == patient:
            return who
        slot = run[who + OLDER]
    return -1


@part
def take_slot(run: Any, patient: int) -> Any:
    """Where a patient who starts stands."""
    run[FREE_SLOTS] -= 1
    slot = run[run[FREE_SLOT] + run[FREE_SLOTS]]
    who = run[WHO] + slot * run[WIDTH]
    newest = run[NEWEST] + (patient & run[LAST_NEWEST])
    run[who + OLDER] = run[newest]
    run[newest] = slot
    run[who + NUMBER], run[who + GONE], run[who + FIRST], run[who + UNTOLD] = patient, 0, -1, 0
    run[who + USUAL_CELL] = -1
    for at in range(who + run[SINCE_FROM], who + run[ENTERED_FROM]):
        run[at] = NEVER
    return who


@part
def give_slot(run: Any, who: int) -> None:
    """Empty the slot of a patient who has left, unless a unit that was held is still being made ready."""
    if run[who + FIRST] >= 0:
        return
    pointer = run[NEWEST] + (run[who + NUMBER] & run[LAST_NEWEST])
    while run[WHO] + run[pointer] * run[WIDTH] != who:
        pointer = run[WHO] + run[pointer] * run[WIDTH] + OLDER
    run[run[FREE_SLOT] + run[FREE_SLOTS]] = run[pointer]
    run[FREE_SLOTS] += 1
    run[pointer] = run[who + OLDER]
    run[who + NUMBER] = -1


@part
def find(run: Any, who: int, place: int, kind: int) -> Any:
    """Where the patient's note of waiting for, or holding, a resource stands; -1 if there is none."""
    note = run[who + FIRST]
    while note >= 0:
        at = run[NOTES] + note * NOTE_WIDTH
        if run[at + AT] == place and run[at + KIND] == kind:
            return at
        note = run[at + FOLLOWING]
    return -1


@part
def put(run: Any, who: int, place: int, kind: int) -> Any:
    """Where a new note for a patient stands."""
    run[FREE_NOTES] -= 1
    note = run[run[FREE_NOTE] + run[FREE_NOTES]]
    at = run[NOTES] + note * NOTE_WIDTH
    run[at + AT], run[at + KIND], run[at + FOLLOWING] = place, kind, run[who + FIRST]
    run[who + FIRST] = note
    return at


@part
def take_out(run: Any, who: int, struck: int) -> None:
    """Strike out the note that stands there."""
    pointer = who + FIRST
    note = run[pointer]
    while run[NOTES] + note * NOTE_WIDTH != struck:
        pointer = run[NOTES] + note * NOTE_WIDTH + FOLLOWING
        note = run[pointer]
    run[pointer] = run[struck + FOLLOWING]
    run[run[FREE_NOTE] + run[FREE_NOTES]] = note
    run[FREE_NOTES] += 1
