"""Who waits for whom in the kernel's block, in the words of `waits_for`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from flowsim.engines.compiled import columns as col
from flowsim.engines.compiled.at_rest import inside
from flowsim.engines.compiled.blocks import Layout
from flowsim.engines.compiled.circles import count_stuck
from flowsim.engines.compiled.columns import NONE, POOLS, Ints
from flowsim.engines.compiled.restoring import pools_of
from flowsim.engines.waits_for import PoolNow, Scene, Waiter
from flowsim.program.program import Program
from flowsim.sampling.block import Block


def in_a_circle(layout: Layout, tables: Block, run: Ints) -> bool:
    """May there be a circular wait? Mostly there is plainly none, and then nobody need look at who waits for whom."""
    scratch = np.empty(tables.rows[POOLS] + layout.rows[col.PATIENT_TABLE], np.int64)
    return bool(count_stuck(tables, Block(run), Block(scratch)))


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
