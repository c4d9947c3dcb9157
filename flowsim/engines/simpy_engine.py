"""The engine of record: SimPy's clock, events and processes under the contract beside this file.

Each journey is one SimPy process that does its steps one after another (`_journey`). A verb is a method that
takes the patient and the step; it returns the event to wait for, or None to carry on in the same event.
Numbers in brackets, such as (rule 5), are the contract's.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

import numpy as np
import simpy

from flowsim.engines.patient import NOT_INTERRUPTIBLE, Holding, Patient, Waiting
from flowsim.engines.pool import Pool
from flowsim.engines.routing import condition_checker
from flowsim.engines.state import State, restore, snapshot
from flowsim.engines.waits_for import circular_wait, who_waits
from flowsim.errors import RunError
from flowsim.program import program as prog
from flowsim.program.program import NOWHERE, Program
from flowsim.program.timetables import WEEK, Timetable
from flowsim.records.log import LOG, Code, EventLog, Left
from flowsim.sampling.arrivals import Arrivals
from flowsim.sampling.sampler import Sampler, fixed_durations, key_of_return, number_picker, row_picker

RULES_AND_ROTAS, PATIENTS, TIMERS, ARRIVALS = range(4)
"""The phases of one instant (rule 3), used as SimPy's event priority."""

ROWS_A_CHUNK = 200_000
MOST_STEPS_AT_ONE_INSTANT = 10_000

Step = Callable[[Patient], "Wake | None"]


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
        self.env.schedule(self, phase, delay)
        return self

    def does(self, act: Callable[[], None]) -> Wake:
        """Run a function when the event goes off."""
        assert self.callbacks is not None
        self.callbacks.append(lambda _event: act())
        return self


class Clock(simpy.Environment):
    """SimPy's environment, which can also say what is still to come."""

    def pending(self) -> list[tuple[int, int, Any]]:
        """(time, phase, event) of everything scheduled, in the order in which it will happen."""
        return [(int(time), int(phase), event) for time, phase, _, event in sorted(self._queue, key=lambda e: e[:3])]


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
        self.grants = 0
        self.notices: list[str] = []
        self.steps: list[Step] = [self._ready(at, step) for at, step in enumerate(program.steps)]
        self._open_the_doors()
        if state is not None:
            restore(self, state)
        self.coming = self._rows()
        self._next_arrival()

    # --- running ---------------------------------------------------------------------------------------------

    def run(self) -> Iterator[EventLog]:
        """Run to the end of the arrivals' window, giving the log in chunks (rules 10 and 11)."""
        env, until = self.env, self.arrivals.until
        week = self.arrivals.start + WEEK
        while (now := env.peek()) < until:
            if now >= week:
                week += WEEK
                self._look_for_circular_waits()
            env.step()
            if self.touched:
                self._evaluate_rules()
            if len(self.log) >= ROWS_A_CHUNK:
                yield self._flush()
        self._look_for_circular_waits()
        yield self._flush()
        if env.peek() == simpy.core.Infinity and self.patients:
            raise RunError(f"Nothing more can happen, and these patients are stuck. {who_waits(self)}")

    def state(self) -> State:
        """The engine at rest (rule 12)."""
        return snapshot(self)

    def _flush(self) -> EventLog:
        rows = np.array(self.log, dtype=LOG)
        self.log.clear()
        return rows

    def _look_for_circular_waits(self) -> None:
        found = circular_wait(self)
        if found and found not in self.notices:
            self.notices.append(found)

    # --- rotas, calendars, rules (rules 3 and 9) ---------------------------------------------------------------

    def _open_the_doors(self) -> None:
        """Capacities at the start, and the first change of each rota."""
        for pool, timetable in zip(self.pools, self.program.capacity, strict=True):
            pool.rota_capacity = timetable.value_at(self.env.now)
            pool.capacity = pool.rota_capacity
            self.log.append((self.env.now, -1, Code.CAPACITY, pool.number, pool.capacity))
            self._next_change(timetable.changes(self.env.now, self.arrivals.until), self._set_capacity, pool)
        for number, timetable in enumerate(self.program.opening):
            self.open_now[number] = timetable.value_at(self.env.now) > 0
            self._next_change(timetable.changes(self.env.now, self.arrivals.until), self._set_open, number)
        for number, rule in enumerate(self.program.rules):
            self.rules_of.setdefault(rule.watches, []).append(number)
            self.pools[rule.watches].watched = True
            self.touched.add(rule.watches)

    def _next_change(
        self, changes: Iterator[tuple[int, int]], act: Callable[[Any, int], None], what: Any
    ) -> None:
        """Schedule the next change of a timetable; when it goes off, the one after it."""
        when, value = next(changes, (None, 0))
        if when is None:
            return

        def change() -> None:
            act(what, value)
            self._next_change(changes, act, what)

        Wake(self.env, "timetable").does(change).after(when - self.env.now, RULES_AND_ROTAS)

    def _set_open(self, number: int, value: int) -> None:
        self.open_now[number] = value > 0

    def _set_capacity(self, pool: Pool, value: int) -> None:
        pool.rota_capacity = value
        self._capacity_changed(pool)

    def _capacity_changed(self, pool: Pool) -> None:
        pool.capacity = max(0, pool.rota_capacity + pool.rule_change)
        self.log.append((self.env.now, -1, Code.CAPACITY, pool.number, pool.capacity))
        if pool.watched:
            self.touched.add(pool.number)
        self._grant(pool)

    def _evaluate_rules(self) -> None:
        """After each event that changed a watched resource: does a rule act? (rule 9)"""
        touched, self.touched = self.touched, set()
        for number in sorted(number for pool in touched for number in self.rules_of[pool]):
            rule = self.program.rules[number]
            if self.rule_acted[number] == self.env.now:
                continue
            watched = self.pools[rule.watches]
            value = MEASURES[rule.measure](watched)
            on, off = rule.on, rule.off
            if rule.of_capacity:
                value, on, off = value * prog.ONE, on * watched.capacity, off * watched.capacity
            wanted = value >= on if not self.rule_active[number] else value > off
            if wanted != self.rule_active[number]:
                self.rule_acted[number] = self.env.now
                Wake(self.env, "rule").does(lambda number=number: self._act(number)).after(0, RULES_AND_ROTAS)

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
            self._start(key, self.program.sources[source].entry, attributes, durations, source, -1)

        Wake(self.env, "arrival").does(arrive).after(time - self.env.now, ARRIVALS)

    def _start(
        self, key: int, entry: int, attributes: list[int], durations: list[int], source: int, parent: int
    ) -> Patient:
        patient = Patient(self.started, key, entry, attributes, durations, parent)
        self.started += 1
        self.patients[patient.number] = patient
        self.log.append((self.env.now, patient.number, Code.START, source, parent))
        self.env.process(self._journey(patient))
        return patient

    def _journey(self, patient: Patient, wait: Wake | None = None) -> Generator[simpy.Event, Any, None]:
        """Do the steps, one after another; whoever wakes the patient has already said which comes next."""
        if wait is not None:
            yield wait
        while patient.step != NOWHERE:
            if patient.instant != self.env.now:
                patient.instant, patient.steps_at_instant = self.env.now, 0
            patient.steps_at_instant += 1
            if patient.steps_at_instant > MOST_STEPS_AT_ONE_INSTANT:
                self._going_round_in_circles(patient)
            wait = self.steps[patient.step](patient)
            if wait is not None:
                yield wait

    def _going_round_in_circles(self, patient: Patient) -> None:
        label = self.program.labels[patient.step]
        raise RunError(
            f"Patient {patient.number} does more than {MOST_STEPS_AT_ONE_INSTANT:,} steps at one instant, "
            f"and is at {label}. Put a hold of some length into the loop."
        )

    # --- queues (rules 4 to 8) -----------------------------------------------------------------------------------

    def _grant(self, pool: Pool, executing: Patient | None = None) -> None:
        """While the head's whole amount fits it takes it; a head that may interrupts to make room (rules 5, 8)."""
        while (head := pool.head()) is not None:
            patient, amount, _ = head
            if amount > pool.capacity - pool.in_use:
                assert patient.waiting is not None
                if not (patient.waiting.preempts and self._make_room(pool, patient, amount, executing)):
                    return
            self._take(pool, patient, executing)

    def _take(self, pool: Pool, patient: Patient, executing: Patient | None) -> None:
        """A waiting patient is granted: leaves every queue, and resumes now unless it is the one executing."""
        wait = patient.waiting
        assert wait is not None
        others = [other for other in wait.pools if other is not pool]
        self._leave_queues(patient)
        self._hold_units(pool, patient, wait.amount, wait.priority)
        for other in others:
            self.log.append((self.env.now, patient.number, Code.LEFT, other.number, Left.GRANTED_ELSEWHERE))
        if patient is not executing:
            assert patient.wake is not None
            patient.wake.after(0)
        for other in others:
            self._grant(other, executing)

    def _hold_units(self, pool: Pool, patient: Patient, amount: int, priority: int) -> None:
        pool.in_use += amount
        self.grants += 1
        held = patient.holds.get(pool)
        patient.holds[pool] = Holding(amount + (held.amount if held else 0), priority, self.grants)
        pool.holders[patient] = None
        self.log.append((self.env.now, patient.number, Code.GRANT, pool.number, amount))
        if pool.watched:
            self.touched.add(pool.number)

    def _leave_queues(self, patient: Patient) -> None:
        assert patient.waiting is not None
        for pool in patient.waiting.pools:
            pool.leave(patient, patient.waiting.priority)
            if pool.watched:
                self.touched.add(pool.number)
        patient.waiting = None

    def _give_back(self, pool: Pool, number: int, amount: int) -> None:
        pool.in_use -= amount
        self.log.append((self.env.now, number, Code.RELEASE, pool.number, amount))
        if pool.watched:
            self.touched.add(pool.number)
        self._grant(pool)

    def _drop(self, pool: Pool, patient: Patient, amount: int) -> None:
        """Take units out of the patient's hands (they are not yet free)."""
        held = patient.holds[pool]
        if amount == held.amount:
            del patient.holds[pool]
            del pool.holders[patient]
        else:
            patient.holds[pool] = held._replace(amount=held.amount - amount)

    def _wait(self, patient: Patient, step: prog.SeizeStep, timers: _Timers) -> Wake:
        """Suspend a patient who has joined queues, and start its timers, patience first (rule 7)."""
        patient.wait_number += 1
        patient.wake = Wake(self.env)
        number = patient.wait_number
        for delay, level in timers:
            self._timer(patient, number, delay, level)
        return patient.wake

    def _timer(self, patient: Patient, number: int, delay: int, level: int) -> None:
        def ring() -> None:
            if patient.wait_number == number and patient.waiting is not None:
                if level == NOWHERE:
                    self._give_up(patient, Left.GAVE_UP)
                else:
                    self._escalate(patient, level)

        Wake(self.env, "timer", (patient, number, level)).does(ring).after(delay, TIMERS)

    def _give_up(self, patient: Patient, why: Left) -> None:
        wait = patient.waiting
        assert wait is not None and patient.wake is not None
        self._leave_queues(patient)
        for pool in wait.pools:
            self.log.append((self.env.now, patient.number, Code.LEFT, pool.number, why))
        patient.step = wait.on_leave
        patient.wake.after(0)
        for pool in wait.pools:
            self._grant(pool)

    def _escalate(self, patient: Patient, level: int) -> None:
        wait = patient.waiting
        assert wait is not None
        for pool in wait.pools:
            pool.leave(patient, wait.priority)
            pool.join(patient, level, wait.amount)
            self.log.append((self.env.now, patient.number, Code.PRIORITY, pool.number, level))
        patient.waiting = wait._replace(priority=level)
        for pool in wait.pools:
            self._grant(pool)
            if patient.waiting is None:
                return

    def _make_room(self, pool: Pool, patient: Patient, amount: int, executing: Patient | None) -> bool:
        """Interrupt less urgent holders if that makes room for the head (rule 8)."""
        assert patient.waiting is not None
        urgency = patient.waiting.priority
        open_to_it = [other for other in pool.holders
                      if other.hold_step != NOT_INTERRUPTIBLE and other.holds[pool].priority > urgency]  # fmt: skip
        open_to_it.sort(key=lambda other: (-other.holds[pool].priority, -other.holds[pool].grant))
        room = pool.capacity - pool.in_use
        victims: list[Patient] = []
        for other in open_to_it:
            if room >= amount:
                break
            victims.append(other)
            room += other.holds[pool].amount
        if room < amount:
            return False
        for victim in victims:
            self._interrupt(victim, pool)
        return True

    def _interrupt(self, victim: Patient, pool: Pool) -> None:
        """The victim gives up its units of the pool; its hold is void, and goes on as the hold's step says."""
        held = victim.holds[pool]
        hold_step = victim.hold_step
        step = self.program.steps[hold_step]
        assert isinstance(step, prog.HoldStep) and victim.wake is not None
        self._drop(pool, victim, held.amount)
        pool.in_use -= held.amount
        self.log.append((self.env.now, victim.number, Code.INTERRUPTED, pool.number, held.amount))
        ends, whole = victim.wake.what[1:]
        victim.hold_step = NOT_INTERRUPTIBLE
        # The process waits for the old event: hand it over to a new one, and the old one finds nobody.
        new = Wake(self.env)
        assert victim.wake.callbacks is not None
        new.callbacks, victim.wake.callbacks = victim.wake.callbacks, []
        victim.wake.kind = "void"
        victim.wake = new
        if step.if_interrupted >= 0:
            victim.step = step.if_interrupted
            new.after(0)
            return
        victim.step = hold_step
        victim.hold_left = ends - self.env.now if step.if_interrupted == prog.GO_RESUME else whole
        victim.wait_number += 1
        victim.waiting = Waiting((pool,), held.amount, held.priority, False, NOWHERE)
        pool.join(victim, held.priority, held.amount)
        self.log.append((self.env.now, victim.number, Code.JOIN, pool.number, held.priority))

    # --- the verbs -----------------------------------------------------------------------------------------------

    def _ready(self, at: int, step: prog.Step) -> Step:
        """The function that does a step, with all that can be known beforehand looked up once."""
        match step:
            case prog.SeizeStep():
                return self._seize(at, step)
            case prog.ReleaseStep():
                return self._release(at, step)
            case prog.HoldStep():
                return self._hold(at, step)
            case prog.ChooseStep():
                return self._choose(at, step)
            case prog.RouteStep():
                return self._route(step)
            case prog.WaitStep():
                return self._wait_until(at, step)
            case prog.MarkStep():
                return self._mark(at, step)
            case prog.SetStep():
                return self._set(at, step)
            case prog.ComeBackStep():
                return self._come_back(at, step)
            case prog.LeaveStep():
                return self._leave(step)

    def _seize(self, at: int, step: prog.SeizeStep) -> Step:
        pools_of = self._pools_of(step.resources)
        amount_of = number_picker(step.amount)
        limit_of = None if step.queue_limit is None else number_picker(step.queue_limit)
        timers_of = self._timers_of(at, step)

        def seize(patient: Patient) -> Wake | None:
            patient.step = at + 1
            amount = amount_of(patient.attributes)
            urgency = step.priority if step.priority_attribute < 0 else patient.attributes[step.priority_attribute]
            pools = pools_of(patient)
            if limit_of is not None:
                pools = self._with_room_to_wait(patient, pools, step, amount, urgency, limit_of(patient.attributes))
                if not pools:
                    return None
            return self._join(patient, pools, step, amount, urgency, timers_of)

        return seize

    def _join(
        self,
        patient: Patient,
        pools: tuple[Pool, ...],
        step: prog.SeizeStep,
        amount: int,
        urgency: int,
        timers_of: Callable[[Patient], _Timers],
    ) -> Wake | None:
        """Join the queues in the order listed, until one of them grants at once."""
        now = self.env.now
        for joined, pool in enumerate(pools, start=1):
            self.log.append((now, patient.number, Code.JOIN, pool.number, urgency))
            if joined == 1 and not pool.waiting and amount <= pool.capacity - pool.in_use:
                self._hold_units(pool, patient, amount, urgency)
                return None
            pool.join(patient, urgency, amount)
            if pool.watched:
                self.touched.add(pool.number)
            patient.waiting = Waiting(pools[:joined], amount, urgency, step.preempts, step.on_leave)
            self._grant(pool, patient)
            if patient.waiting is None:
                return None
        return self._wait(patient, step, timers_of(patient))

    def _with_room_to_wait(
        self, patient: Patient, pools: tuple[Pool, ...], step: prog.SeizeStep, amount: int, urgency: int, limit: int
    ) -> tuple[Pool, ...]:
        """The pools whose queue still takes the patient; with none of them, the patient is turned away."""
        taking = []
        for pool in pools:
            if pool.waiting < limit or self._fits_now(pool, amount, urgency):
                taking.append(pool)
                continue
            last = pool.last()
            if step.if_full == prog.DISPLACES and last is not None and last[1] > urgency:
                self._give_up(last[0], Left.DISPLACED)
                taking.append(pool)
            else:
                self.log.append((self.env.now, patient.number, Code.TURNED_AWAY, pool.number, 0))
        if not taking:
            patient.step = step.on_leave if step.if_full == prog.DISPLACES else step.if_full
        return tuple(taking)

    @staticmethod
    def _fits_now(pool: Pool, amount: int, urgency: int) -> bool:
        head = pool.head()
        return amount <= pool.capacity - pool.in_use and (head is None or urgency < head[2])

    def _timers_of(self, at: int, step: prog.SeizeStep) -> Callable[[Patient], _Timers]:
        draws = [(self.sampler.duration(step.patience), NOWHERE)] if step.patience else []
        draws += [(self.sampler.duration(after), level) for after, level in step.escalate]
        if not draws:
            return lambda _patient: ()

        def timers(patient: Patient) -> _Timers:
            n = visit(patient, at)
            return [(draw(patient.key, patient.attributes, patient.durations, n), level) for draw, level in draws]

        return timers

    def _release(self, at: int, step: prog.ReleaseStep) -> Step:
        pools_of = self._pools_of(step.resources)
        amount_of = None if step.amount is None else number_picker(step.amount)
        draw = None if step.after is None else self.sampler.duration(step.after)

        def release(patient: Patient) -> Wake | None:
            patient.step = at + 1
            held = [pool for pool in pools_of(patient) if pool in patient.holds]
            if not held and not step.if_held:
                raise RunError(f"Patient {patient.number} releases what it does not hold at {step.label}.")
            delay = 0
            if draw is not None and held:
                delay = draw(patient.key, patient.attributes, patient.durations, visit(patient, at))
            for pool in held:
                has = patient.holds[pool].amount
                amount = has if amount_of is None else min(has, amount_of(patient.attributes))
                self._drop(pool, patient, amount)
                if draw is None:
                    self._give_back(pool, patient.number, amount)
                else:
                    self._make_ready(pool, patient.number, amount, delay)
            return None

        return release

    def _make_ready(self, pool: Pool, number: int, amount: int, delay: int) -> None:
        """Units stay in use for a while after the patient has gone on."""
        what = (pool, number, amount)
        Wake(self.env, "make ready", what).does(lambda: self._give_back(*what)).after(delay)

    def _hold(self, at: int, step: prog.HoldStep) -> Step:
        draw = self.sampler.duration(step.duration)
        durations = step.duration.durations
        if step.if_interrupted == NOWHERE and durations.column < 0 and self.sampler.lookup.is_fixed(durations):
            fixed, row = fixed_durations(durations, self.sampler.lookup), row_picker(durations.classes)

            def hold_fixed(patient: Patient) -> Wake:
                patient.step = at + 1
                patient.wake = Wake(self.env, "hold", (patient, 0, 0))
                return patient.wake.after(fixed[row(patient.attributes)])

            return hold_fixed

        def hold(patient: Patient) -> Wake:
            patient.step = at + 1
            duration = patient.hold_left
            if duration < 0:
                duration = draw(patient.key, patient.attributes, patient.durations, visit(patient, at))
            patient.hold_left = -1
            patient.wake = Wake(self.env, "hold", (patient, self.env.now + duration, duration))
            if step.if_interrupted != NOWHERE:
                self._may_be_interrupted(patient, at, patient.wake)
            return patient.wake.after(duration)

        if step.if_interrupted == NOWHERE:
            return hold

        def interruptible(patient: Patient) -> Wake | None:
            hold(patient)
            for pool in tuple(patient.holds):
                head = pool.head()
                if head is not None and head[0].waiting is not None and head[0].waiting.preempts:
                    self._grant(pool)
            return patient.wake

        return interruptible

    def _may_be_interrupted(self, patient: Patient, at: int, wake: Wake) -> None:
        """From now to the end of the hold; the end itself, when it goes off, closes the window."""
        patient.hold_step = at

        def over() -> None:
            patient.hold_step = NOT_INTERRUPTIBLE

        # First among the callbacks: the process resumes after it.
        wake.does(over)

    def _choose(self, at: int, step: prog.ChooseStep) -> Step:
        draw, targets = self.sampler.choice(step.shares, step.stream), step.targets

        def choose(patient: Patient) -> None:
            patient.step = targets[draw(patient.key, patient.attributes, visit(patient, at))]

        return choose

    def _route(self, step: prog.RouteStep) -> Step:
        branches = [([condition_checker(self, test) for test in tests], target) for tests, target in step.branches]

        def route(patient: Patient) -> None:
            for tests, target in branches:
                if all(test(patient) for test in tests):
                    patient.step = target
                    return
            patient.step = step.otherwise

        return route

    def _wait_until(self, at: int, step: prog.WaitStep) -> Step:
        def wait_until(patient: Patient) -> Wake | None:
            patient.step = at + 1
            number = step.calendar + (patient.attributes[0] if step.per_site else 0)
            if self.open_now[number]:
                return None
            opens = self._next_opening(number)
            if opens < 0:
                name = self.program.calendars[number]
                raise RunError(f"Patient {patient.number} waits at {step.label} for {name}, which never opens again.")
            patient.wake = Wake(self.env, "hold", (patient, 0, 0))
            return patient.wake.after(opens - self.env.now)

        return wait_until

    def _next_opening(self, number: int) -> int:
        timetable: Timetable = self.program.opening[number]
        return timetable.next_open(self.env.now)

    def _mark(self, at: int, step: prog.MarkStep) -> Step:
        def mark(patient: Patient) -> None:
            patient.step = at + 1
            patient.marks[step.milestone] = self.env.now
            self.log.append((self.env.now, patient.number, Code.MILESTONE, -1, step.milestone))

        return mark

    def _set(self, at: int, step: prog.SetStep) -> Step:
        draw = None if step.shares is None else self.sampler.choice(step.shares, step.stream)

        def set_attribute(patient: Patient) -> None:
            patient.step = at + 1
            value = step.value if draw is None else draw(patient.key, patient.attributes, visit(patient, at))
            patient.attributes[step.attribute] = value
            self.log.append((self.env.now, patient.number, Code.SET, step.attribute, value))

        return set_attribute

    def _come_back(self, at: int, step: prog.ComeBackStep) -> Step:
        draw_share = self.sampler.choice(step.shares, step.stream)
        draw_delay = self.sampler.duration(step.delay)

        def come_back(patient: Patient) -> None:
            patient.step = at + 1
            n = visit(patient, at)
            if draw_share(patient.key, patient.attributes, n) != 0:
                return
            delay = draw_delay(patient.key, patient.attributes, patient.durations, n)
            key = key_of_return(patient.key, step.stream, n)
            self._return_later(delay, key, step.to, list(patient.attributes), list(patient.durations), patient.number)

        return come_back

    def _return_later(
        self, delay: int, key: int, to: int, attributes: list[int], durations: list[int], parent: int
    ) -> None:
        """Schedule a linked journey; the month is that in which it begins."""

        def begin() -> None:
            month = self.program.attribute_index["month"]
            was, attributes[month] = attributes[month], self._month()
            child = self._start(key, to, attributes, durations, -1, parent)
            if attributes[month] != was:
                self.log.append((self.env.now, child.number, Code.SET, month, attributes[month]))

        what = (key, to, attributes, durations, parent)
        Wake(self.env, "return", what).does(begin).after(delay)

    def _month(self) -> int:
        return self.program.capacity[0].calendar.month(self.env.now // 86_400_000) if self.program.capacity else 0

    def _leave(self, step: prog.LeaveStep) -> Step:
        def leave(patient: Patient) -> None:
            if patient.holds:
                names = ", ".join(str(self.program.instances[pool.number]) for pool in patient.holds)
                raise RunError(f"Patient {patient.number} leaves at {step.label} and still holds {names}.")
            self.log.append((self.env.now, patient.number, Code.END, -1, step.outcome))
            patient.step = NOWHERE
            del self.patients[patient.number]

        return leave

    def _pools_of(self, refs: tuple[prog.ResourceRef, ...]) -> Callable[[Patient], tuple[Pool, ...]]:
        """The function from a patient to the pools that a step names, at the patient's site."""
        pools = self.pools
        if not any(ref.per_site for ref in refs):
            shared = tuple(pools[ref.base] for ref in refs)
            return lambda _patient: shared
        by_site = [tuple(pools[ref.base + (site if ref.per_site else 0)] for ref in refs)
                   for site in range(len(self.program.sites))]  # fmt: skip
        return lambda patient: by_site[patient.attributes[0]]


_Timers = list[tuple[int, int]] | tuple[()]
"""(delay in ms, new level, or NOWHERE for patience)."""

MEASURES: dict[str, Callable[[Pool], int]] = {
    "in_use": lambda pool: pool.in_use,
    "queue": lambda pool: pool.waiting,
    "free": lambda pool: pool.capacity - pool.in_use,
    "present": lambda pool: pool.in_use + pool.waiting,
}


def visit(patient: Patient, step: int) -> int:
    """How often the patient has done this step before; counts this time."""
    n = patient.visits.get(step, 0)
    patient.visits[step] = n + 1
    return n
