"""Fold the log of a run into tallies, chunk by chunk.

Memory grows with patients inside and, slowly, with weeks; not with the rows of the log, nor with patients who have left.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.bins import BINS
from flowsim.records.conservation import Broken, check_patients, check_use, refuse
from flowsim.records.counting import count_waits
from flowsim.records.initial import InitialPatients, settle
from flowsim.records.kernel import fold_rows, settle_accounts
from flowsim.records.log import HOUR, WEEK, EventLog, empty_log
from flowsim.records.plan import plan_of
from flowsim.records.queues import MORE_ARRIVALS, MORE_ROOM, OK, WEEK_OVER
from flowsim.records.state import (
    AMOUNT,
    ARRIVALS,
    AT,
    BUSY,
    CROWDED,
    EDGE,
    END_OF_RUN,
    ENDED,
    FIRST,
    FIRST_HOUR,
    FOLLOWING,
    FREE_NOTES,
    FREE_SLOTS,
    GONE,
    HOLDS,
    KEY,
    KEYS,
    KIND,
    LATE_ROWS,
    MIDNIGHT_CAPACITY,
    MIDNIGHT_IN_USE,
    MIDNIGHT_QUEUE,
    MOST_PENDING,
    NEVER,
    NEXT_ARRIVAL,
    NOW,
    NUMBER,
    OPEN,
    SPARE,
    STARTED,
    TABLES,
    UPTO,
    WAITED,
    WAITING,
    WEEK_NUMBER,
    WEEKLY,
    WORDS,
    State,
    packed,
)  # fmt: skip
from flowsim.records.tables import Ledger, put_back
from flowsim.records.tallies import Tallies
from flowsim.sampling.block import Block


def fold(
    log_chunks: Iterable[EventLog] | EventLog,
    program: Any,
    arrivals: Any,
    horizon: int | None = None,
    initial: InitialPatients | None = None,
) -> Tallies:
    """Tallies of a run from its log, given in one piece or in chunks, and the arrivals that it was run with.

    `horizon` is where the run stopped (events happen before it); by default the end of the arrivals, or the
    last event if that is later. Every row is checked against the laws of conservation: else RunError.
    """
    folding = Folding(program, arrivals, initial)
    for chunk in [log_chunks] if isinstance(log_chunks, np.ndarray) else log_chunks:
        folding.take(chunk)
    return folding.finish(horizon)


class Folding:
    """A fold that is given the log piece by piece, as an engine hands it over.

    The compiled part reads the rows. It stops where a week is over, where something is full, and where more
    arrivals are needed; what it asked for is done here, and it goes on.
    """

    def __init__(self, program: Any, arrivals: Any, initial: InitialPatients | None = None) -> None:
        self.program, self.arrivals = program, arrivals
        self.plan, self.layout = plan_of(program)
        self.ledgers = [Ledger(number) for number in range(len(TABLES))]
        self.weeks: list[NDArray[np.int64]] = []  # for each week that is over, [resource instance, 16]
        self.waiting_room = iter(arrivals.weeks())
        self.times = self.attributes = Block(np.zeros(0, np.int64))
        start = int(arrivals.start)
        censuses, places = len(self.layout.censuses), len(program.instances)
        self.state = state = State(
            len(program.attributes), len(self.layout.intervals), censuses, places, self._table_rows()
        )
        state.places[:, OPEN] = [
            table.value_at(start) for table in program.capacity
        ]  # the log may say otherwise
        state.places[:, UPTO], state.places[:, SPARE] = start, -1
        state.counters[NOW], state.counters[EDGE] = start, (start // HOUR + 1) * HOUR
        state.counters[WEEK_NUMBER], state.counters[FIRST_HOUR] = start // WEEK, program.start_day * 24
        if initial is not None:
            settle(state, initial, program, start)

    def take(self, log: EventLog) -> None:
        """Fold more rows of the log."""
        self._go_on(np.ascontiguousarray(log), NEVER)

    def _go_on(self, log: EventLog, until: int) -> None:
        """Fold the rows, and let the time pass until then."""
        rows, row = Block(log), 0
        while True:
            stopped, row = fold_rows(
                rows, row, len(log), self.times, self.attributes, self.plan, self.state.block, until
            )
            if stopped == OK:
                return
            if stopped == WEEK_OVER:
                self._next_week()
            elif stopped == MORE_ROOM:
                self._make_room()
            elif stopped != MORE_ARRIVALS:
                refuse(stopped, log[row], self.program)
            elif not self._more_arrivals():
                refuse(Broken.ARRIVAL, log[row], self.program)

    def _more_arrivals(self) -> bool:
        """The arrivals of the next week, if there is one."""
        week = next(self.waiting_room, None)
        if week is None:
            return False
        counters = self.state.counters
        self.times = Block(np.ascontiguousarray(week.time, np.int64))
        self.attributes = Block(packed(week.attributes, int(counters[WORDS])))
        counters[NEXT_ARRIVAL], counters[ARRIVALS] = 0, len(week.time)
        return True

    def _make_room(self) -> None:
        """Twice the room where there is none left."""
        state = self.state
        if state.counters[CROWDED]:
            self._put_away_late()
            kept = {}
            for at, name in enumerate(TABLES):
                table = getattr(state, name)
                if 3 * state.counters[KEYS + at] > 2 * len(table):
                    kept[at] = table[table[:, KEY] != 0]
            state.counters[CROWDED] = 0
            state.resize({TABLES[at]: 2 * len(getattr(state, TABLES[at])) for at in kept})
            for at, rows in kept.items():
                getattr(state, TABLES[at])[:] = 0
                put_back(state.block, at, Block(rows), len(rows))
        state.make_room(
            inside=len(state.who) + int(state.counters[FREE_SLOTS] == 0),
            notes=len(state.notes) + int(state.counters[FREE_NOTES] == 0),
        )

    def _table_rows(self) -> int:
        """A third of each table holds all that one row of the log can add, and all that the end of a week can."""
        layout = self.layout
        most = (
            MOST_PENDING
            + 3
            + len(layout.intervals)
            + len(layout.limits)
            + len(layout.views)
            + len(layout.thresholds)
        )
        return int(max(1 << (3 * (most + len(layout.instances))).bit_length(), 4096))

    def _next_week(self) -> None:
        """Put away the week that is over; its last midnight, if the run goes on, is the first of the next."""
        self._settle_accounts((int(self.state.counters[WEEK_NUMBER]) + 1) * WEEK, over=False)
        self._put_away()
        self.state.counters[WEEK_NUMBER] += 1
        self.state.week[:] = 0
        midnight = [MIDNIGHT_IN_USE, MIDNIGHT_CAPACITY, MIDNIGHT_QUEUE]
        self.state.week[:, midnight] = self.state.places[:, [BUSY, OPEN, WAITING]]

    def _settle_accounts(self, time: int, over: bool) -> None:
        slot = 0
        while (slot := settle_accounts(self.plan, self.state.block, slot, time, over)) < len(self.state.who):
            self._make_room()

    def _put_away(self) -> None:
        if self.state.counters[CROWDED]:
            self._make_room()
        count_waits(self.plan, self.state.block)
        self._put_away_late()
        for ledger in self.ledgers:
            ledger.take(self.state, int(self.state.counters[WEEK_NUMBER]))
        self.weeks.append(self.state.week[:, :WAITED].copy())

    def _put_away_late(self) -> None:
        """What was counted late belongs to earlier weeks."""
        if late := int(self.state.counters[LATE_ROWS]):
            for ledger in self.ledgers:
                ledger.take_late(self.state.late[:late])
            self.state.counters[LATE_ROWS] = 0

    def finish(self, horizon: int | None = None) -> Tallies:
        """The run is over: close what is open and hand over the tallies."""
        last = int(self.state.counters[NOW])
        end = horizon if horizon is not None else max(int(self.arrivals.until), last + 1)
        if end <= last:
            raise ValueError(f"The run stopped at {end} ms, but its log goes on to {last} ms")
        self._check()
        self._go_on(empty_log(), end - 1)
        # The last hour ends with the run.
        self.state.counters[EDGE] = self.state.counters[END_OF_RUN] = end
        fold_rows(Block(empty_log()), 0, 0, self.times, self.attributes, self.plan, self.state.block, end)
        self._settle_accounts(end, over=True)
        self._put_away()
        weeks = np.stack(self.weeks, axis=1)
        self.weeks.clear()  # ten years of them take some room
        started, ended = int(self.state.counters[STARTED]), int(self.state.counters[ENDED])
        sums, over, bins, nights = (
            ledger.finish(getattr(self.state, name), self.layout.cells * (BINS if name == "bins" else 1))
            for name, ledger in zip(TABLES, self.ledgers, strict=True)
        )
        return Tallies(
            layout=self.layout, start=int(self.arrivals.start), end=end, sums=sums, over=over, bins=bins, nights=nights,
            weekly=weeks[:, :, :WEEKLY], flows=weeks[:, :, WEEKLY:], hourly=self.state.hourly.copy(),
            patients=np.array([started, ended, started - ended], np.int64),
        )  # fmt: skip

    def _check(self) -> None:
        """Nobody is lost, and what patients hold is what is in use."""
        who, notes, places = self.state.who, self.state.notes, self.state.places
        here = who[:, NUMBER] >= 0
        inside = int((here & (who[:, GONE] == 0)).sum())
        check_patients(int(self.state.counters[STARTED]), int(self.state.counters[ENDED]), inside)
        held = np.zeros(len(places), np.int64)
        note = who[here, FIRST]
        while len(note := note[note >= 0]):  # the first note of each, then the second of each, and so on
            holds = note[notes[note, KIND] == HOLDS]
            np.add.at(held, notes[holds, AT], notes[holds, AMOUNT])
            note = notes[note, FOLLOWING]
        check_use(held, places[:, BUSY], self.program)
