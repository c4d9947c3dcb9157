"""The blocks of numbers that the kernel works on: laid out, and laid out anew with more room when it asks for it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from flowsim.engines.compiled import columns as col
from flowsim.engines.compiled.columns import NONE, Ints
from flowsim.engines.compiled.kernel import DOINGS

LINE = 8
"""Words in a line of the processor's cache. A row that begins with a line is fetched with fewer of them."""


def in_lines(words: int) -> int:
    """So many words, rounded up to whole lines."""
    return -(-words // LINE) * LINE


def block_of(words: int) -> Ints:
    """Empty words that begin with a line."""
    room = np.zeros(words + LINE, np.int64)
    first = -(room.__array_interface__["data"][0] // 8) % LINE
    return room[first : first + words]


class Region(NamedTuple):
    """A table in the run: where the head says that it begins, and how many numbers it has."""

    name: int
    size: int


class Chained(NamedTuple):
    """A table whose free rows form a chain: where the head says so, its rows' width, and the column of the chain."""

    name: int
    width: int
    column: int
    first: int
    left: int


class Layout:
    """How a run is laid out for one program; `rows` are those of each table that can grow."""

    def __init__(self, tables: Ints, milestones: int, visits: int, calendars: int) -> None:
        attributes, traces, pools = (int(tables[at]) for at in (col.ATTRIBUTES, col.TRACES, col.POOLS))
        self.trace_from = col.ATTRIBUTES_FROM + attributes
        self.marked_from = self.trace_from + traces
        self.visited_from = self.marked_from + -(-milestones // col.BITS_A_WORD)
        self.patient_width = in_lines(self.visited_from + -(-visits // col.BITS_A_WORD))
        self.count_from, self.past_width = milestones, milestones + visits
        self.return_width = col.RETURN_FROM + attributes + traces
        self.room = int(tables[col.ROOM])
        self.fixed = (
            Region(col.OCCUPIED, col.HEIGHT),
            Region(col.LINE, 2 * col.LINES),
            Region(col.POOL_TABLE, pools * col.POOL_WIDTH),
            Region(col.QUEUE_TABLE, 2 * pools * col.LEVELS),
            Region(col.WATCH, pools),
            Region(col.OPEN_NOW, calendars),
            Region(col.RULE_STATE, 2 * int(tables[col.RULES])),
        )
        self.chained = (
            Chained(
                col.PATIENT_TABLE, self.patient_width, col.NEXT_FREE, col.FREE_PATIENT, col.PATIENTS_LEFT
            ),
            Chained(col.EVENT_TABLE, col.EVENT_WIDTH, col.NEXT, col.FREE_EVENT, col.EVENTS_LEFT),
            Chained(col.PLACE_TABLE, col.PLACE_WIDTH, col.NEXT_PLACE, col.FREE_PLACE, col.PLACES_LEFT),
            Chained(col.HOLDING_TABLE, col.HOLDING_WIDTH, col.NEXT_HELD, col.FREE_HOLDING, col.HOLDINGS_LEFT),
            Chained(col.RETURN_TABLE, self.return_width, col.NEXT_RETURN, col.FREE_RETURN, col.RETURNS_LEFT),
        )
        self.rows = {table.name: 0 for table in self.chained}

    def empty(self, start: int, run_key: int, wanted: dict[int, int]) -> Ints:
        """Nobody inside, nothing scheduled, the clock at the start; room for so many more rows of some tables."""
        head = np.zeros(col.HEAD, np.int64)
        head[[col.NOW, col.WHO, col.RUN_KEY]] = start, col.NOBODY, run_key
        head[[col.PATIENT_WIDTH, col.PAST_WIDTH, col.RETURN_WIDTH]] = (
            self.patient_width,
            self.past_width,
            self.return_width,
        )
        head[[col.TRACE_FROM, col.MARKED_FROM, col.VISITED_FROM, col.COUNT_FROM]] = (
            self.trace_from,
            self.marked_from,
            self.visited_from,
            self.count_from,
        )
        for table in self.chained:
            head[table.first] = NONE
        run = self._laid_out(head, {})
        for name in (col.LINE, col.QUEUE_TABLE):
            self.part(run, name)[:] = NONE
        self.part(run, col.POOL_TABLE).reshape(-1, col.POOL_WIDTH)[:, col.FIRST_HOLDER] = NONE
        self.part(run, col.RULE_STATE).reshape(-1, 2)[:, col.ACTED] = start - 1
        return self.with_room(run, wanted)

    def with_room(self, run: Ints, wanted: dict[int, int]) -> Ints:
        """The same run with room for what the kernel may do before it looks again, and for `wanted` more rows."""
        enough = DOINGS * self.room
        more = {}
        for table in self.chained:
            least = wanted.get(table.name, 0) + enough
            if run[table.left] < least:
                more[table.name] = max(least, self.rows[table.name])
        if run[col.DEPTH] + enough > run[col.STACK_SIZE]:
            more[col.STACK] = max(enough, int(run[col.STACK_SIZE]))
        return self._laid_out(run, more) if more else run

    def part(self, run: Ints, name: int) -> Ints:
        """One table of the run, as a view."""
        at = int(run[name])
        for region in self.fixed:
            if region.name == name:
                return run[at : at + region.size]
        if name == col.STACK:
            return run[at : at + int(run[col.STACK_SIZE])]
        return run[at : at + self._rows_and_width(name)[0] * self._rows_and_width(name)[1]]

    def rows_of(self, run: Ints, name: int) -> Ints:
        """A table that can grow, as a view with a row each."""
        return self.part(run, name).reshape(self._rows_and_width(name))

    def _rows_and_width(self, name: int) -> tuple[int, int]:
        if name == col.PAST_TABLE:
            return self.rows[col.PATIENT_TABLE], self.past_width
        return self.rows[name], next(table.width for table in self.chained if table.name == name)

    def _laid_out(self, old: Ints, more: dict[int, int]) -> Ints:
        """A new block, each table with so many more rows; what stood in the old one stands in it."""
        had = dict(self.rows)
        stack = int(old[col.STACK_SIZE]) + more.get(col.STACK, 0)
        sizes = {region.name: region.size for region in self.fixed} | {col.STACK: stack}
        for table in self.chained:
            self.rows[table.name] += more.get(table.name, 0)
            sizes[table.name] = self.rows[table.name] * table.width
        sizes[col.PAST_TABLE] = self.rows[col.PATIENT_TABLE] * self.past_width
        run = block_of(col.HEAD + sum(in_lines(size) for size in sizes.values()))
        run[: col.HEAD] = old[: col.HEAD]
        at = col.HEAD
        for name, size in sizes.items():
            begun = int(old[name])
            if begun:
                kept = self._size_before(name, had, int(old[col.STACK_SIZE]))
                run[at : at + kept] = old[begun : begun + kept]
            run[name] = at
            at += in_lines(size)
        run[col.STACK_SIZE] = stack
        for table in self.chained:
            if new := more.get(table.name, 0):
                self._chain(run, table, had[table.name], new)
        return run

    def _size_before(self, name: int, had: dict[int, int], stack: int) -> int:
        if name == col.STACK:
            return stack
        if name == col.PAST_TABLE:
            return had[col.PATIENT_TABLE] * self.past_width
        for table in self.chained:
            if table.name == name:
                return had[name] * table.width
        return next(region.size for region in self.fixed if region.name == name)

    def _chain(self, run: Ints, table: Chained, had: int, new: int) -> None:
        """Put new rows before the chain of free ones."""
        rows = self.rows_of(run, table.name)[had:]
        rows[:, table.column] = np.arange(had + 1, had + new + 1)
        rows[-1, table.column] = run[table.first]
        run[table.first] = had
        run[table.left] += new
        if table.name == col.PATIENT_TABLE:
            rows[:, col.NUMBER] = col.NOBODY


def joined(parts: dict[int, Any], numbers: dict[int, int], head: int) -> Ints:
    """One block of the given parts; its head says where each begins, and has the single numbers."""
    head = in_lines(head)
    block = block_of(head + sum(in_lines(part.size) for part in parts.values()))
    at = head
    for name, part in parts.items():
        block[name] = at
        block[at : at + part.size] = np.asarray(part).ravel()
        at += in_lines(part.size)
    for name, number in numbers.items():
        block[name] = number
    return block
