"""Queues: who is granted what, and when (rules 4, 5, 7 and 8 of the contract)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.engines.patient import NOT_INTERRUPTIBLE, Holding, Patient, Waiting
from flowsim.engines.pool import Pool
from flowsim.program import program as prog
from flowsim.program.program import NOWHERE
from flowsim.records.log import Code, Left

if TYPE_CHECKING:
    from flowsim.engines.simpy_engine import SimpyEngine, Wake

TIMERS_PHASE = 2
Timers = list[tuple[int, int]] | tuple[()]
"""(delay in ms, new level, or NOWHERE for patience)."""


class Queues:
    """What happens at the pools of an engine."""

    def __init__(self, engine: SimpyEngine) -> None:
        self.engine = engine
        self.log = engine.log
        self.grants = 0

    def grant(self, pool: Pool, executing: Patient | None = None) -> None:
        """While the head's whole amount fits it takes it; a head that may interrupts to make room (rules 5, 8)."""
        while (head := pool.head()) is not None:
            patient, amount, _ = head
            if amount > pool.capacity - pool.in_use:
                assert patient.waiting is not None
                if not (patient.waiting.preempts and self._make_room(pool, patient, amount)):
                    return
            self._take(pool, patient, executing)

    def _take(self, pool: Pool, patient: Patient, executing: Patient | None) -> None:
        """A waiting patient is granted: leaves every queue, and resumes now unless it is executing (rule 5)."""
        wait = patient.waiting
        assert wait is not None
        others = [other for other in wait.pools if other is not pool]
        self._leave_queues(patient)
        self.hold_units(pool, patient, wait.amount, wait.priority)
        for other in others:
            self.log.append(
                (self.engine.env.now, patient.number, Code.LEFT, other.number, Left.GRANTED_ELSEWHERE)
            )
        if patient is not executing:
            assert patient.wake is not None
            patient.wake.after(0)
        for other in others:
            self.grant(other, executing)

    def hold_units(self, pool: Pool, patient: Patient, amount: int, priority: int) -> None:
        """Units go into the patient's hands."""
        pool.in_use += amount
        self.grants += 1
        held = patient.holds.get(pool)
        patient.holds[pool] = Holding(amount + (held.amount if held else 0), priority, self.grants)
        pool.holders[patient] = None
        self.log.append((self.engine.env.now, patient.number, Code.GRANT, pool.number, amount))
        self.engine.touch(pool)

    def _leave_queues(self, patient: Patient) -> None:
        assert patient.waiting is not None
        for pool in patient.waiting.pools:
            pool.leave(patient, patient.waiting.priority)
            self.engine.touch(pool)
        patient.waiting = None

    def give_back(self, pool: Pool, number: int, amount: int) -> None:
        """Units are free again, and granted (rule 6)."""
        pool.in_use -= amount
        self.log.append((self.engine.env.now, number, Code.RELEASE, pool.number, amount))
        self.engine.touch(pool)
        self.grant(pool)

    def drop(self, pool: Pool, patient: Patient, amount: int) -> None:
        """Take units out of the patient's hands (they are not yet free)."""
        held = patient.holds[pool]
        if amount == held.amount:
            del patient.holds[pool]
            del pool.holders[patient]
        else:
            patient.holds[pool] = held._replace(amount=held.amount - amount)

    def wait(self, patient: Patient, timers: Timers) -> Wake:
        """Suspend a patient who has joined queues, and start its timers, patience first (rule 7)."""
        patient.wait_number += 1
        patient.wake = self.engine.event()
        number = patient.wait_number
        for delay, level in timers:
            self.timer(patient, number, delay, level)
        return patient.wake

    def timer(self, patient: Patient, number: int, delay: int, level: int) -> None:
        """Schedule a timer of one wait: to give up, or to rise to a level (rule 7)."""

        def ring() -> None:
            if patient.wait_number == number and patient.waiting is not None:
                if level == NOWHERE:
                    self.give_up(patient, Left.GAVE_UP)
                else:
                    self._escalate(patient, level)

        self.engine.event("timer", (patient, number, level)).does(ring).after(delay, TIMERS_PHASE)

    def give_up(self, patient: Patient, why: Left, executing: Patient | None = None) -> None:
        """Leave every queue that was joined, and resume where `on_leave` says (rule 7)."""
        wait = patient.waiting
        assert wait is not None
        assert patient.wake is not None
        self._leave_queues(patient)
        for pool in wait.pools:
            self.log.append((self.engine.env.now, patient.number, Code.LEFT, pool.number, why))
        patient.step = wait.on_leave
        patient.wake.after(0)
        for pool in wait.pools:
            self.grant(pool, executing)

    def _escalate(self, patient: Patient, level: int) -> None:
        wait = patient.waiting
        assert wait is not None
        if level >= wait.priority:
            return
        for pool in wait.pools:
            pool.leave(patient, wait.priority)
            pool.join(patient, level, wait.amount)
            self.log.append((self.engine.env.now, patient.number, Code.PRIORITY, pool.number, level))
        patient.waiting = wait._replace(priority=level)
        for pool in wait.pools:
            self.grant(pool)
            if not patient.waits:
                return

    def would_grant(self, pool: Pool, ask: Waiting) -> bool:
        """Would who joins now be the head, and fit (rules 4 and 5)?"""
        head = pool.head()
        if head is not None and head[2] <= ask.priority:
            return False
        fits = ask.amount <= pool.capacity - pool.in_use
        return fits or (ask.preempts and self._victims(pool, ask.priority, ask.amount) is not None)

    def _victims(self, pool: Pool, urgency: int, amount: int) -> list[Patient] | None:
        """The holders to interrupt so that `amount` is free, worst first; None if that cannot be (rule 8)."""
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
        return victims if room >= amount else None

    def _make_room(self, pool: Pool, patient: Patient, amount: int) -> bool:
        """Interrupt less urgent holders if that makes room for the head (rule 8)."""
        assert patient.waiting is not None
        victims = self._victims(pool, patient.waiting.priority, amount)
        for victim in victims or ():
            self._interrupt(victim, pool)
        return victims is not None

    def _interrupt(self, victim: Patient, pool: Pool) -> None:
        """The victim gives up its units of the pool; its hold is void, and goes on as its step says (rule 8)."""
        held = victim.holds[pool]
        hold_step = victim.hold_step
        step = self.engine.program.steps[hold_step]
        assert isinstance(step, prog.HoldStep)
        assert victim.wake is not None
        self.drop(pool, victim, held.amount)
        pool.in_use -= held.amount
        self.log.append((self.engine.env.now, victim.number, Code.INTERRUPTED, pool.number, held.amount))
        ends, whole = victim.wake.what[1:]
        victim.hold_step = NOT_INTERRUPTIBLE
        # The process waits for the old event: hand it over to a new one, and the old one finds nobody.
        new = self.engine.event()
        assert victim.wake.callbacks is not None
        new.callbacks, victim.wake.callbacks = victim.wake.callbacks, []
        victim.wake.kind = "void"
        victim.wake = new
        if step.if_interrupted >= 0:
            victim.step = step.if_interrupted
            new.after(0)
            return
        victim.step = hold_step
        victim.hold_left = ends - self.engine.env.now if step.if_interrupted == prog.GO_RESUME else whole
        victim.wait_number += 1
        victim.waiting = Waiting((pool,), held.amount, held.priority, False, NOWHERE, self.engine.env.now)
        pool.join(victim, held.priority, held.amount)
        self.log.append((self.engine.env.now, victim.number, Code.JOIN, pool.number, held.priority))
