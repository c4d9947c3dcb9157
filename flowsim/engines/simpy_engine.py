"""The engine of record: SimPy's clock, events and processes under the contract beside this file.

Each journey is one SimPy process that does its steps one after another (`journey`). A verb is a method that
takes the patient and the step; it returns the event to wait for, or None to carry on in the same event.
Numbers in brackets, such as (rule 5), are the contract's.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from functools import partial
from heapq import merge
from typing import Any

import numpy as np
import simpy

from flowsim.engines.patient import Patient
from flowsim.engines.pool import Pool
from flowsim.engines.queueing import Queues
from flowsim.engines.restoring import restore
from flowsim.engines.state import State, snapshot
from flowsim.engines.verbs import Verbs
from flowsim.engines.waits_for import Scene, Waiter, circular_wait, nothing_to_come, who_waits
from flowsim.errors import RunError
from flowsim.program import program as prog
from flowsim.program.program import NOWHERE, Program
from flowsim.program.timetables import WEEK, Timetable
from flowsim.records.log import LOG, Code, EventLog
from flowsim.sampling.arrivals import Arrivals
from flowsim.sampling.sampler import Sampler

RULES_AND_ROTAS, PATIENTS, TIMERS, ARRIVALS = range(4)
"""The phases of one instant (rule 3), used as SimPy's event priority."""

ROWS_A_CHUNK = 200_000
MOST_STEPS_AT_ONE_INSTANT = 10_000
NEVER = 2**63 - 1


class Wake(simpy.Event):
    """An event that goes off when it is scheduled to: the end of a hold, a grant, the start of a shift.

    `kind` and `what` say what it stands for, so that an engine at rest can be written down (rule 12).
    """

    def __init__(self, env: simpy.Environment, kind: str = "", what: tuple[Any, ...] = ()) -> None:
        super().__init__(env)
        self.kind = kind
        self.what = what

    def after(self, delay: int, phase: int = PATIENTS) -> Wake:
        """Schedule the event; its ticket is given now (rule 2)."""
        self._ok = True
        self._value = None
        self.env.schedule(self, phase, delay)  # type: ignore[arg-type]
        return self

    def does(self, act: Callable[[], None]) -> Wake:
        """Run a function when the event goes off."""
        assert self.callbacks is not None
        self.callbacks.append(lambda _event: act())
        return self


class Clock(simpy.Environment):
    """SimPy's environment, which can also say what is still to come (rules 1 and 2)."""

    @property
    def now(self) -> int:
        """The time in whole ms."""
        return self._now  # type: ignore[return-value]

    def next_time(self) -> int:
        """When the next event happens; `NEVER` if there is none."""
        return int(self._queue[0][0]) if self._queue else NEVER

    def pending(self) -> list[tuple[int, int, Any]]:
        """(time, phase, event) of everything scheduled, in the order in which it will happen."""
        return [
            (int(time), int(phase), event)
            for time, phase, _, event in sorted(self._queue, key=lambda e: e[:3])
        ]


class SimpyEngine:
    """One replication: built from a program and its arrivals, run once by iterating over `run()`."""

    def __init__(self, program: Program, arrivals: Arrivals, state: State | None = None) -> None:
        self.program = program
        self.arrivals = arrivals
        self.env = Clock(initial_time=arrivals.start)
        self.log: list[tuple[int, int, int, int, int]] = []
        self.sampler = Sampler(program, arrivals.seed, arrivals.replication)
        self.pools = [Pool(number) for number in range(len(program.instances))]
        self.open_now = [False] * len(program.calendars)
        self.rule_active = [False] * len(program.rules)
        self.rule_acted = [arrivals.start - 1] * len(program.rules)
        self.touched: set[int] = set()
        self.rules_of: dict[int, list[int]] = {}
        self.patients: dict[int, Patient] = {}
        self.started = 0
        self.queues = Queues(self)
        self.notices: list[str] = []
        self.verbs = Verbs(self, self.queues)
        self.steps = [self.verbs.ready(at, step) for at, step in enumerate(program.steps)]
        self._open_the_doors()
        if state is not None:
            restore(self, state)
        self.event("first").does(self._grant_everywhere).after(0, RULES_AND_ROTAS)
        self.coming = self._rows()
        self._next_arrival()

    # --- running ---------------------------------------------------------------------------------------------

    def run(self) -> Iterator[EventLog]:
        """Run to the end of the arrivals' window, giving the log in chunks (rules 10 and 11)."""
        env, until = self.env, self.arrivals.until
        week = self.arrivals.start + WEEK
        while (now := env.next_time()) < until:
            if now >= week:
                week += (now - week) // WEEK * WEEK + WEEK
                self._look_for_circular_waits()
            env.step()
            if self.touched:
                self._evaluate_rules()
            if len(self.log) >= ROWS_A_CHUNK:
                yield self._flush()
        self._look_for_circular_waits()
        yield self._flush()
        if env.next_time() == NEVER and self.patients and nothing_to_come(scene := self.scene()):
            raise RunError(f"Nothing more can happen, and these patients are stuck. {who_waits(scene)}")

    def state(self) -> State:
        """The engine at rest (rule 12)."""
        return snapshot(self)

    @property
    def inside(self) -> list[int]:
        """Numbers of the patients inside, in order."""
        return list(self.patients)

    def event(self, kind: str = "", what: tuple[Any, ...] = ()) -> Wake:
        """A new event that is not scheduled yet."""
        return Wake(self.env, kind, what)

    def touch(self, pool: Pool) -> None:
        """Remember that a pool has changed, if a rule watches it."""
        if pool.watched:
            self.touched.add(pool.number)

    def _flush(self) -> EventLog:
        rows = np.array(self.log, dtype=LOG)
        self.log.clear()
        return rows

    def _look_for_circular_waits(self) -> None:
        found = circular_wait(self.scene())
        if found and found not in self.notices:
            self.notices.append(found)

    def scene(self) -> Scene:
        """Who waits for what, and holds what."""
        return Scene(self.program, self.env.now, lambda pool: self.pools[pool].now(), self._everyone,
                     self._untimed, self._timed)  # fmt: skip

    def _everyone(self) -> Iterator[Waiter]:
        return (patient.waiter() for patient in self.patients.values() if patient.waits)

    def _untimed(self) -> Iterator[Waiter]:
        timed = self._timed()
        return (one for one in self._everyone() if one.holds and one.number not in timed)

    def _timed(self) -> set[int]:
        """Numbers of the patients whose present wait has a timer."""
        timers = [event.what for _, _, event in self.env.pending() if getattr(event, "kind", "") == "timer"]
        return {
            patient.number for patient, wait, _ in timers if patient.wait_number == wait and patient.waits
        }

    # --- rotas, calendars, rules (rules 3 and 9) ---------------------------------------------------------------

    def _open_the_doors(self) -> None:
        """Capacities at the start, what is open, and the first change of all rotas and calendars."""
        for pool, timetable in zip(self.pools, self.program.capacity, strict=True):
            pool.rota_capacity = timetable.value_at(self.env.now)
            pool.capacity = pool.rota_capacity
            self.log.append((self.env.now, -1, Code.CAPACITY, pool.number, pool.capacity))
        for number, timetable in enumerate(self.program.opening):
            self.open_now[number] = timetable.value_at(self.env.now) > 0
        self._next_change(merge(*(self._changes_of(at, timetable) for at, timetable in
                                  enumerate((*self.program.capacity, *self.program.opening)))))  # fmt: skip
        for number, rule in enumerate(self.program.rules):
            self.rules_of.setdefault(rule.watches, []).append(number)
            self.pools[rule.watches].watched = True
            self.touched.add(rule.watches)

    def _changes_of(self, number: int, timetable: Timetable) -> Iterator[tuple[int, int, int]]:
        for when, value in timetable.changes(self.arrivals.start, self.arrivals.until):
            yield when, number, value

    def _next_change(self, changes: Iterator[tuple[int, int, int]]) -> None:
        """Schedule the next change of a rota or calendar; when it goes off, the one after it (rule 3)."""
        change = next(changes, None)
        if change is None:
            return
        when, number, value = change

        def act() -> None:
            self._change(number, value)
            self._next_change(changes)

        self.event("timetable").does(act).after(when - self.env.now, RULES_AND_ROTAS)

    def _change(self, number: int, value: int) -> None:
        """A new value of a rota, or (numbered after all rotas) of a calendar."""
        if number >= len(self.pools):
            self.open_now[number - len(self.pools)] = value > 0
            return
        self.pools[number].rota_capacity = value
        self._capacity_changed(self.pools[number])

    def _grant_everywhere(self) -> None:
        """The first event: whoever fits into the capacity of now need not wait for something else (rules 3 and 12)."""
        for pool in self.pools:
            self.queues.grant(pool)

    def _capacity_changed(self, pool: Pool) -> None:
        pool.capacity = max(0, pool.rota_capacity + pool.rule_change)
        self.log.append((self.env.now, -1, Code.CAPACITY, pool.number, pool.capacity))
        self.touch(pool)
        self.queues.grant(pool)

    def _evaluate_rules(self) -> None:
        """See whether a rule acts, after each event that changed a watched resource (rule 9)."""
        touched, self.touched = self.touched, set()
        for number in sorted(number for pool in touched for number in self.rules_of[pool]):
            rule = self.program.rules[number]
            if self.rule_acted[number] == self.env.now:
                continue
            watched = self.pools[rule.watches]
            value = MEASURES[rule.measure](watched)
            on, off = rule.on, rule.off
            if rule.of_capacity:
                value, on, off = value * prog.ONE, on * watched.rota_capacity, off * watched.rota_capacity
            wanted = value >= on if not self.rule_active[number] else value > off
            if wanted != self.rule_active[number]:
                self.rule_acted[number] = self.env.now
                self.event("rule").does(partial(self._act, number)).after(0, RULES_AND_ROTAS)

    def _act(self, number: int) -> None:
        rule = self.program.rules[number]
        self.rule_active[number] = not self.rule_active[number]
        pool = self.pools[rule.changes]
        pool.rule_change += rule.change if self.rule_active[number] else -rule.change
        self._capacity_changed(pool)

    # --- arrivals and journeys ---------------------------------------------------------------------------------

    def _rows(self) -> Iterator[tuple[int, int, int, list[int], list[int]]]:
        for week in self.arrivals.weeks():
            yield from zip(week.time.tolist(), week.key.tolist(), week.source.tolist(),
                           week.attributes.tolist(), week.durations.tolist(), strict=True)  # fmt: skip

    def _next_arrival(self) -> None:
        row = next(self.coming, None)
        if row is None:
            return
        time, key, source, attributes, durations = row

        def arrive() -> None:
            self._next_arrival()
            self.start(key, self.program.sources[source].entry, attributes, durations, source, -1)

        self.event("arrival").does(arrive).after(time - self.env.now, ARRIVALS)

    def start(
        self, key: int, entry: int, attributes: list[int], durations: list[int], source: int, parent: int
    ) -> Patient:
        """Let a journey begin: number it, log it, and run its process (rules 3 and 10)."""
        patient = Patient(self.started, key, entry, attributes, durations, parent)
        self.started += 1
        self.patients[patient.number] = patient
        self.log.append((self.env.now, patient.number, Code.START, source, parent))
        self.env.process(self.journey(patient))
        return patient

    def journey(self, patient: Patient) -> Generator[simpy.Event, Any, None]:
        """Do the steps, one after another; whoever wakes the patient has said which comes next (rule 2)."""
        if patient.wake is not None:  # restored from a state
            yield patient.wake
        while patient.step != NOWHERE:
            if patient.instant != self.env.now:
                patient.instant, patient.steps_at_instant = self.env.now, 0
            patient.steps_at_instant += 1
            if patient.steps_at_instant > MOST_STEPS_AT_ONE_INSTANT:
                self._going_round_in_circles(patient)
            patient.at = patient.step
            wait = self.steps[patient.step](patient)
            if wait is not None:
                yield wait

    def _going_round_in_circles(self, patient: Patient) -> None:
        label = self.program.labels[patient.at]
        raise RunError(
            f"Patient {patient.number} does more than {MOST_STEPS_AT_ONE_INSTANT:,} steps at one instant, "
            f"and is at {label}. Put a hold of some length into the loop."
        )


MEASURES: dict[str, Callable[[Pool], int]] = {
    "in_use": lambda pool: pool.in_use,
    "queue": lambda pool: pool.waiting,
    "free": lambda pool: pool.capacity - pool.in_use,
    "present": lambda pool: pool.in_use + pool.waiting,
}
