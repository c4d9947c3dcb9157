"""Who may be interrupted for somebody more urgent, and who of them first (rule 8)."""

from __future__ import annotations

from typing import Any

from flowsim.engines.compiled.columns import (
    CAPACITY,
    FIRST_HOLDER,
    GRANT,
    HOLD_STEP,
    HOLDER,
    IN_USE,
    NEXT_HOLDER,
    NONE,
    RANK,
    UNITS,
    holding_at,
    patient_at,
    pool_at,
)
from flowsim.sampling.machine import part, whole


@part
def interruptible(run: Any, held: int, urgency: int) -> bool:
    """May who holds this be interrupted by somebody of that priority?"""
    at = holding_at(run, held)
    return bool(run[patient_at(run, run[at + HOLDER]) + HOLD_STEP] != NONE and run[at + RANK] > urgency)


@whole
def room_by_interrupting(run, pool, urgency):  # type: ignore[no-untyped-def]
    """Units that would be free if every holder who may be interrupted were."""
    at = pool_at(run, pool)
    room = run[at + CAPACITY] - run[at + IN_USE]
    held = run[at + FIRST_HOLDER]
    while held != NONE:
        if interruptible(run, held, urgency):
            room += run[holding_at(run, held) + UNITS]
        held = run[holding_at(run, held) + NEXT_HOLDER]
    return room


@whole
def next_victim(run, pool, urgency):  # type: ignore[no-untyped-def]
    """The holding to give up next: worst priority first, and among equals the latest granted."""
    worst, rank, grant = NONE, NONE, NONE
    held = run[pool_at(run, pool) + FIRST_HOLDER]
    while held != NONE:
        at = holding_at(run, held)
        if interruptible(run, held, urgency) and (
            run[at + RANK] > rank or (run[at + RANK] == rank and run[at + GRANT] > grant)
        ):
            worst, rank, grant = held, run[at + RANK], run[at + GRANT]
        held = run[at + NEXT_HOLDER]
    return worst
