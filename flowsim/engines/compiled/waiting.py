"""Who waits for whom in the kernel's block, in the words of `waits_for`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from flowsim.engines.compiled import columns as col
from flowsim.engines.compiled.at_rest import inside
from flowsim.engines.compiled.blocks import Layout
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
    Ints,
    holding_at,
    patient_at,
    place_at,
    pool_at,
)
from flowsim.engines.compiled.restoring import pools_of
from flowsim.engines.waits_for import PoolNow, Scene, Waiter
from flowsim.program.program import Program
from flowsim.sampling.block import Block
from flowsim.sampling.machine import entrance, part


def in_a_circle(layout: Layout, tables: Block, run: Ints) -> bool:
    """May there be a circular wait? Mostly there is plainly none, and then nobody need look at who waits for whom."""
    scratch = np.empty(tables.rows[POOLS] + layout.rows[col.PATIENT_TABLE], np.int64)
    return bool(count_stuck(tables, Block(run), Block(scratch)))


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


def scene_of(program: Program, layout: Layout, run: Ints) -> Scene:
    """The run as far as waiting goes; nothing is looked up before it is asked for."""
    people = layout.rows_of(run, col.PATIENT_TABLE)
    pools = pools_of(layout, run)

    def pool(number: int) -> PoolNow:
        return PoolNow(*pools[number, [col.CAPACITY, col.IN_USE, col.ROTA]].tolist())

    def everyone() -> Iterator[Waiter]:
        rows = inside(layout, run)
        waiting = rows[people[rows, col.FIRST_PLACE] != NONE]
        return (_waiter(layout, run, people[row]) for row in waiting.tolist())

    def untimed() -> Iterator[Waiter]:
        holding = (people[:, col.FIRST_PLACE] != NONE) & (people[:, col.FIRST_HELD] != NONE)
        rows = np.flatnonzero(holding & (people[:, col.NUMBER] >= 0))
        if not len(rows):
            return iter(())
        gone = timed()
        return (_waiter(layout, run, people[row]) for row in rows.tolist()
                if int(people[row, col.NUMBER]) not in gone)  # fmt: skip

    def timed() -> set[int]:
        events = layout.rows_of(run, col.EVENT_TABLE)
        timers = events[events[:, col.KIND] == col.TIMER]
        of = people[timers[:, col.WHOM]]
        still = (of[:, col.NUMBER] == timers[:, col.C]) & (of[:, col.WAIT_NUMBER] == timers[:, col.A])
        return set(of[still & (of[:, col.FIRST_PLACE] != NONE), col.NUMBER].tolist())

    return Scene(program, int(run[col.NOW]), pool, everyone, untimed, timed)


def _waiter(layout: Layout, run: Ints, patient: Ints) -> Waiter:
    places, holdings = layout.rows_of(run, col.PLACE_TABLE), layout.rows_of(run, col.HOLDING_TABLE)
    wants, place = [], int(patient[col.FIRST_PLACE])
    while place != NONE:
        wants.append(int(places[place, col.POOL]))
        place = int(places[place, col.NEXT_PLACE])
    holds, held = {}, int(patient[col.FIRST_HELD])
    while held != NONE:
        holds[int(holdings[held, col.OF_POOL])] = int(holdings[held, col.UNITS])
        held = int(holdings[held, col.NEXT_HELD])
    return Waiter(int(patient[col.NUMBER]), int(patient[col.AT]), tuple(wants), holds)
