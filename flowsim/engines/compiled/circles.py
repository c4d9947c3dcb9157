"""Is it plain that nobody waits in a circle? The compiled part of `waits_for`, for the look before each week (rule 11)."""

from __future__ import annotations

from typing import Any

from flowsim.engines.compiled.columns import (
    BEHIND,
    CAPACITY,
    FIRST_HELD,
    FIRST_PLACE,
    IN_USE,
    LEVELS,
    NEXT_HELD,
    NEXT_PLACE,
    NONE,
    OF_POOL,
    POOL,
    POOLS,
    QUEUE_TABLE,
    UNITS,
    WAITER,
    WAITING,
    holding_at,
    patient_at,
    place_at,
    pool_at,
)
from flowsim.sampling.machine import entrance, part


@entrance
def count_stuck(tables, run, scratch):  # type: ignore[no-untyped-def]
    """How many of those who wait and hold something are left when all who may go on are taken out (`waits_for`).

    Timers, and what rotas and rules may bring, are not asked about: with them there can only be fewer. The scratch
    paper has room for a number for each pool (what those hold of it), and for each patient (who they are).
    """
    many, stuck = 0, tables[POOLS]
    for pool in range(stuck):
        scratch[pool] = 0
    for pool in range(stuck):
        at = pool_at(run, pool)
        if run[at + WAITING] == 0 or run[at + CAPACITY] > run[at + IN_USE]:
            continue
        for level in range(LEVELS):
            place = run[run[QUEUE_TABLE] + 2 * (pool * LEVELS + level)]
            while place != NONE:
                patient = patient_at(run, run[place_at(run, place) + WAITER])
                if run[patient + FIRST_PLACE] == place and run[patient + FIRST_HELD] != NONE:
                    scratch[stuck + many] = patient
                    many += 1
                    count_held(run, scratch, patient, 1)
                place = run[place_at(run, place) + BEHIND]
    before = many + 1
    while many < before:
        before, many = many, 0
        for at in range(before):
            patient = scratch[stuck + at]
            if may_go_on(run, scratch, patient):
                count_held(run, scratch, patient, -1)
            else:
                scratch[stuck + many] = patient
                many += 1
    return many


@part
def count_held(run: Any, held: Any, patient: int, times: int) -> None:
    """Add what a patient holds to what is held of each pool, or (-1) take it away."""
    holding = run[patient + FIRST_HELD]
    while holding != NONE:
        at = holding_at(run, holding)
        held[run[at + OF_POOL]] += times * run[at + UNITS]
        holding = run[at + NEXT_HELD]


@part
def may_go_on(run: Any, held: Any, patient: int) -> bool:
    """Is one of the pools that the patient waits for not full, or partly held by somebody who may go on?"""
    place = run[patient + FIRST_PLACE]
    while place != NONE:
        at = place_at(run, place)
        pool = run[at + POOL]
        in_use = run[pool_at(run, pool) + IN_USE]
        if held[pool] < max(in_use, 1) or run[pool_at(run, pool) + CAPACITY] > in_use:
            return True
        place = run[at + NEXT_PLACE]
    return False
