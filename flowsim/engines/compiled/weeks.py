"""What comes from outside, some at a time: arrivals, and changes of rotas and calendars (rule 3)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from flowsim.engines.compiled import columns as col
from flowsim.engines.compiled.columns import Ints
from flowsim.program.program import Program
from flowsim.program.timetables import WEEK
from flowsim.sampling.arrivals import Arrivals
from flowsim.sampling.block import Block

NOTHING = Block(np.zeros(0, np.int64))


class Weeks:
    """The arrivals and the changes that the kernel has before it, and those that are still to come."""

    def __init__(self, program: Program, arrivals: Arrivals) -> None:
        self.program = program
        self.to_arrive = arrivals.weeks()
        # The changes at the start itself are in what stands at the start.
        starts = (arrivals.start + 1, *range((arrivals.start // WEEK + 1) * WEEK, arrivals.until, WEEK))
        self.to_change = pairwise((*starts, arrivals.until))
        self.arrivals = [NOTHING] * 5
        """Times, keys, sources, a row each of attributes, a row each of a trace's durations."""
        self.change = self.opening = NOTHING

    def next(self, run: Ints) -> None:
        """Have what the run wants, as far as there is any."""
        if run[col.WANTS_ARRIVALS]:
            self._next_arrivals(run)
        if run[col.WANTS_CHANGES]:
            self._next_changes(run)

    def _next_arrivals(self, run: Ints) -> None:
        week = next((week for week in self.to_arrive if len(week.time)), None)
        if week is None:
            run[col.WANTS_ARRIVALS] = 0
            return
        self.arrivals = [_numbers(column, block) for column, block in zip(week, self.arrivals, strict=True)]
        run[[col.ARRIVAL_AT, col.ARRIVALS]] = 0, len(week.time)

    def _next_changes(self, run: Ints) -> None:
        """The next week in which there is any; while there is none, what opens later is what opens next."""
        week = None
        for week in self.to_change:
            rows = self.program.changes.between(*week)
            if len(rows.time):
                self.change = Block(np.stack((rows.time, rows.number, rows.value), axis=1))
                run[[col.CHANGE_AT, col.CHANGES]] = 0, len(rows.time)
                break
        else:
            run[col.WANTS_CHANGES] = 0
        if week is not None:
            first, instants = self.program.openings.between(*week)
            self.opening = Block(np.concatenate((len(first) + first, instants)))


def _numbers(column: Any, before: Block) -> Block:
    """A column of arrivals as 64-bit whole numbers (keys have 63 bits), where the last one stood if there is room."""
    room = before.rows if len(before.rows) >= column.size else np.empty(column.size, np.int64)
    room[: column.size] = column.ravel()
    return Block(room)
