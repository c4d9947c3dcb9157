"""The engine of every day: the machine of the SimPy engine, compiled, under the same contract.

The pathway is data to it (`compiled/tables.py`), so it is compiled once a machine, and never for a model. Numbers in
brackets, such as (rule 11), are the contract's.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from flowsim.engines.compiled import columns as col
from flowsim.engines.compiled.at_rest import inside, snapshot
from flowsim.engines.compiled.blocks import Layout
from flowsim.engines.compiled.events import put_first, schedule
from flowsim.engines.compiled.kernel import DOINGS, MOST_STEPS_AT_ONE_INSTANT, go
from flowsim.engines.compiled.pages import empty_log
from flowsim.engines.compiled.restoring import active_rules, pools_of, restore, wanted
from flowsim.engines.compiled.tables import written
from flowsim.engines.compiled.waiting import in_a_circle, scene_of
from flowsim.engines.compiled.weeks import Weeks
from flowsim.engines.state import State
from flowsim.engines.waits_for import Scene, circular_wait, nothing_to_come, who_waits
from flowsim.errors import RunError
from flowsim.program import program as prog
from flowsim.program.program import Program
from flowsim.program.timetables import WEEK
from flowsim.records.log import LOG, Code, EventLog
from flowsim.sampling.arrivals import Arrivals
from flowsim.sampling.block import Block
from flowsim.sampling.philox import run_key

ROWS_A_CHUNK = 200_000


class CompiledEngine:
    """One replication: built from a program and its arrivals, run once by iterating over `run()`."""

    def __init__(self, program: Program, arrivals: Arrivals, state: State | None = None) -> None:
        self.program = program
        self.arrivals = arrivals
        self.written = written(program)
        self.notices: list[str] = []
        tables = self.written.tables.rows
        self.layout = Layout(
            tables, len(program.milestones), len(self.written.visits), len(program.calendars)
        )
        luck = int(run_key(arrivals.seed, arrivals.replication))
        self.now = self.layout.empty(arrivals.start, luck, {} if state is None else wanted(state))
        self.log = self._empty_log()
        self.weeks = Weeks(program, arrivals)
        self._open_the_doors()
        if state is not None:
            self._go_on_from(state)
        schedule(Block(self.now), arrivals.start, col.RULES_AND_ROTAS, col.FIRST, col.NOBODY, 0, 0, 0)
        self.now[[col.WANTS_ARRIVALS, col.WANTS_CHANGES]] = 1
        self.weeks.next(self.now)

    def run(self) -> Iterator[EventLog]:
        """Run to the end of the arrivals' window, giving the log in chunks (rules 10 and 11)."""
        until = self.arrivals.until
        week = self.arrivals.start + WEEK
        now, log = Block(self.now), Block(self.log)
        while True:
            why = self._go(now, log, min(week, until))
            if why == col.LOG_FULL:
                yield self._flush()
                log = Block(self.log)
            elif why == col.NO_ROOM:
                self.now = self.layout.with_room(self.now, {})
                now = Block(self.now)
            elif why == col.NEW_WEEK:
                self.weeks.next(self.now)
            elif why == col.LIMIT:
                reached = int(self.now[col.NEXT_TIME])
                if reached >= until:
                    break
                week += (reached - week) // WEEK * WEEK + WEEK
                self._look_for_circular_waits()
            else:
                self._refuse(why)
        self._look_for_circular_waits()
        yield self._flush()
        if reached == col.NEVER and self.now[col.INSIDE] and nothing_to_come(scene := self.scene()):
            raise RunError(f"Nothing more can happen, and these patients are stuck. {who_waits(scene)}")

    def state(self) -> State:
        """The engine at rest (rule 12)."""
        return snapshot(self.program, self.layout, self.now, self.written.visits, self.arrivals.until)

    @property
    def started(self) -> int:
        """How many patients have started, those of a state included."""
        return int(self.now[col.STARTED])

    @property
    def inside(self) -> list[int]:
        """Numbers of the patients inside, in order."""
        people = self.layout.rows_of(self.now, col.PATIENT_TABLE)
        return [int(number) for number in people[inside(self.layout, self.now), col.NUMBER]]

    def _go(self, now: Block, log: Block, limit: int) -> int:
        weeks = self.weeks
        return int(go(self.written.tables, now, log, len(self.log), limit,
                      weeks.change, weeks.opening, *weeks.arrivals))  # fmt: skip

    def _empty_log(self) -> EventLog:
        return empty_log(ROWS_A_CHUNK + DOINGS * self.layout.room)

    def _flush(self) -> EventLog:
        """What stands in the log. A few rows are copied, so that who keeps them does not keep the room for many."""
        rows, self.now[col.ROWS] = self.log[: int(self.now[col.ROWS])], 0
        if len(rows) < len(self.log) // 2:
            return rows.view(np.uint8).copy().view(LOG)  # as bytes: NumPy copies packed rows field by field
        self.log = self._empty_log()
        return rows

    def _look_for_circular_waits(self) -> None:
        if not in_a_circle(self.layout, self.written.tables, self.now):
            return
        found = circular_wait(self.scene())
        if found and found not in self.notices:
            self.notices.append(found)

    def scene(self) -> Scene:
        """Who waits for what, and holds what."""
        return scene_of(self.program, self.layout, self.now)

    def _go_on_from(self, state: State) -> None:
        """Put a state into the block; capacities are the rotas' of now and those of rules that were active."""
        restore(self.program, self.layout, self.now, self.written.visits, state)
        put_first(Block(self.now), len(state.pending))
        pools = pools_of(self.layout, self.now)
        for number in active_rules(self.program, state):
            rule = self.program.rules[number]
            self.layout.part(self.now, col.RULE_STATE).reshape(-1, 2)[number, col.ACTIVE] = 1
            pools[rule.changes, col.RULE_CHANGE] += rule.change
        pools[:, col.CAPACITY] = np.maximum(0, pools[:, col.ROTA] + pools[:, col.RULE_CHANGE])
        self.log["value"][: len(pools)] = pools[:, col.CAPACITY]

    def _open_the_doors(self) -> None:
        """Capacities at the start, what is open, and which pools rules watch or somebody may interrupt at."""
        now, start, program = self.now, self.arrivals.start, self.program
        pools = pools_of(self.layout, now)
        for number, timetable in enumerate(program.capacity):
            pools[number, [col.ROTA, col.CAPACITY]] = timetable.value_at(start)
            self.log[number] = (start, -1, Code.CAPACITY, number, pools[number, col.CAPACITY])
        now[col.ROWS] = len(program.capacity)
        is_open = self.layout.part(now, col.OPEN_NOW)
        for number, timetable in enumerate(program.opening):
            is_open[number] = timetable.value_at(start) > 0
        for rule in program.rules:
            pools[rule.watches, col.WATCHED] = self.layout.part(now, col.WATCH)[rule.watches] = 1
            now[col.TOUCHED] = 1
        for step in program.steps:
            if isinstance(step, prog.SeizeStep) and step.preempts:
                for ref in step.resources:
                    last = ref.base + (len(program.sites) if ref.per_site else 1)
                    pools[ref.base : last, col.MAY_INTERRUPT] = 1

    def _refuse(self, why: int) -> None:
        """Stop with the name of the patient, and of the step that cannot be done."""
        patient = self.layout.rows_of(self.now, col.PATIENT_TABLE)[self.now[col.WHO]]
        number, at = int(patient[col.NUMBER]), int(patient[col.AT])
        label = self.program.labels[at]
        if why == col.GOING_ROUND:
            raise RunError(
                f"Patient {number} does more than {MOST_STEPS_AT_ONE_INSTANT:,} steps at one instant, "
                f"and is at {label}. Put a hold of some length into the loop."
            )
        if why == col.NOT_HELD:
            raise RunError(f"Patient {number} releases what it does not hold at {label}.")
        if why == col.NEVER_OPENS:
            step = self.program.steps[at]
            assert isinstance(step, prog.WaitStep)
            name = self.program.calendars[
                step.calendar + (int(patient[col.ATTRIBUTES_FROM]) if step.per_site else 0)
            ]
            raise RunError(f"Patient {number} waits at {label} for {name}, which never opens again.")
        held, holdings = [], self.layout.rows_of(self.now, col.HOLDING_TABLE)
        holding = int(patient[col.FIRST_HELD])
        while holding != col.NONE:
            held.append(str(self.program.instances[int(holdings[holding, col.OF_POOL])]))
            holding = int(holdings[holding, col.NEXT_HELD])
        raise RunError(f"Patient {number} leaves at {label} and still holds {', '.join(held)}.")
