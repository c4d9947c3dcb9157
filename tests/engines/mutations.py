"""Broken engines: each breaks one rule of the contract, and some random model must tell it from the sound one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from flowsim.engines import queueing, simpy_engine, verbs
from flowsim.engines.patient import NOT_INTERRUPTIBLE
from flowsim.engines.pool import Pool
from flowsim.engines.queueing import Queues
from flowsim.engines.simpy_engine import Clock, SimpyEngine
from flowsim.engines.verbs import Verbs
from flowsim.program.program import NOWHERE
from flowsim.records.log import Code, Left

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Mutation:
    """A rule's number, what the broken engine does instead, and how it is broken."""

    rule: int
    does: str
    apply: Callable[[Patch], None]


MUTATIONS: list[Mutation] = []


def mutation(rule: int, does: str) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Put a broken engine into the list."""

    def keep(apply: Callable[[Patch], None]) -> Callable[[Patch], None]:
        MUTATIONS.append(Mutation(rule, does, apply))
        return apply

    return keep


# --- time and order ------------------------------------------------------------------------------------------------


@mutation(2, "of two events of one instant the later scheduled comes first")
def last_ticket_first(patch: Patch) -> None:
    began = Clock.__init__

    def begin(self: Clock, *args: Any, **more: Any) -> None:
        began(self, *args, **more)
        self._eid = count(2**40, -1)

    patch.setattr(Clock, "__init__", begin)


@mutation(3, "rotas change after the patients of the instant")
def rotas_late(patch: Patch) -> None:
    patch.setattr(simpy_engine, "RULES_AND_ROTAS", 2)


@mutation(3, "timers ring before the patients of the instant, so patience beats a grant")
def timers_early(patch: Patch) -> None:
    patch.setattr(queueing, "TIMERS_PHASE", 0)


@mutation(3, "arrivals come before the timers of the instant")
def arrivals_early(patch: Patch) -> None:
    patch.setattr(simpy_engine, "ARRIVALS", 1)


# --- joining -------------------------------------------------------------------------------------------------------


def _join_as_head(self: Pool, patient: Any, priority: int, amount: int) -> None:
    join(self, patient, priority, amount)
    self.levels[priority].move_to_end(patient, last=False)


join = Pool.join


@mutation(4, "who joins becomes the head of the level")
def join_as_head(patch: Patch) -> None:
    patch.setattr(Pool, "join", _join_as_head)


@mutation(4, "the earliest to join of the least urgent is displaced")
def displace_the_earliest(patch: Patch) -> None:
    def last(self: Pool) -> tuple[Any, int] | None:
        for priority in reversed(self.levels):
            for patient in self.levels[priority]:
                if patient.waiting is not None and patient.waiting.on_leave != NOWHERE:
                    return patient, priority
        return None

    patch.setattr(Pool, "last", last)


@mutation(4, "a full queue turns away even who would be granted at once")
def limit_for_all(patch: Patch) -> None:
    patch.setattr(Queues, "would_grant", lambda *_: False)


# --- granting and releasing ----------------------------------------------------------------------------------------


@mutation(5, "who fits overtakes a head that does not")
def overtake(patch: Patch) -> None:
    head = Pool.head

    def fits(self: Pool) -> Any:
        room = self.capacity - self.in_use
        found = ((who, amount, level) for who, amount, level in self.queue() if amount <= room)
        return next(found, head(self))

    patch.setattr(Pool, "head", fits)


def _take_and_then(others_of: Callable[[list[Pool]], list[Pool]]) -> Callable[..., None]:
    def take(self: Queues, pool: Pool, patient: Any, executing: Any) -> None:
        wait = patient.waiting
        others = [other for other in wait.pools if other is not pool]
        self._leave_queues(patient)
        self.hold_units(pool, patient, wait.amount, wait.priority)
        for other in others:
            row = (self.engine.env.now, patient.number, Code.LEFT, other.number, Left.GRANTED_ELSEWHERE)
            self.log.append(row)
        if patient is not executing:
            patient.wake.after(0)
        for other in others_of(others):
            self.grant(other, executing)

    return take


@mutation(5, "the queues that a granted patient has left do not grant")
def left_queues_do_not_grant(patch: Patch) -> None:
    patch.setattr(Queues, "_take", _take_and_then(lambda _: []))


@mutation(5, "the queues that a granted patient has left grant in the opposite order")
def left_queues_backwards(patch: Patch) -> None:
    patch.setattr(Queues, "_take", _take_and_then(lambda others: others[::-1]))


@mutation(6, "a hold of no length is not scheduled")
def no_empty_holds(patch: Patch) -> None:
    made = Verbs._hold

    def make(self: Verbs, at: int, step: Any) -> Any:
        sound, draw = made(self, at, step), self.engine.sampler.duration(step.duration)

        def hold(patient: Any) -> Any:
            n = patient.visits.get(at, 0)
            if patient.hold_left < 0 and not draw(patient.key, patient.attributes, patient.durations, n):
                patient.step, patient.visits[at] = at + 1, n + 1
                return None
            return sound(patient)

        return hold

    patch.setattr(Verbs, "_hold", make)


@mutation(6, "a calendar is still closed at its opening instant, and open at its closing one")
def calendars_late(patch: Patch) -> None:
    sound = SimpyEngine._change

    def change(self: SimpyEngine, number: int, value: int) -> None:
        if number < len(self.pools):
            sound(self, number, value)
        else:
            self.event().does(lambda: sound(self, number, value)).after(0, 3)

    patch.setattr(SimpyEngine, "_change", change)


@mutation(6, "units to be made ready are free at once")
def no_making_ready(patch: Patch) -> None:
    patch.setattr(
        Verbs, "make_ready", lambda self, pool, number, amount, _: self.queues.give_back(pool, number, amount)
    )


# --- timers --------------------------------------------------------------------------------------------------------


@mutation(7, "who is escalated becomes the head of the new level")
def escalate_to_the_head(patch: Patch) -> None:
    sound = Queues._escalate

    def escalate(self: Queues, patient: Any, level: int) -> None:
        with pytest.MonkeyPatch.context() as within:
            within.setattr(Pool, "join", _join_as_head)
            sound(self, patient, level)

    patch.setattr(Queues, "_escalate", escalate)


@mutation(7, "the queues grant before whoever gives up is scheduled to resume")
def grant_before_giving_up(patch: Patch) -> None:
    def give_up(self: Queues, patient: Any, why: Left, executing: Any = None) -> None:
        wait, wake = patient.waiting, patient.wake
        self._leave_queues(patient)
        for pool in wait.pools:
            self.log.append((self.engine.env.now, patient.number, Code.LEFT, pool.number, why))
        patient.step = wait.on_leave
        for pool in wait.pools:
            self.grant(pool, executing)
        wake.after(0)

    patch.setattr(Queues, "give_up", give_up)


# --- interruption --------------------------------------------------------------------------------------------------


def _victims_by(order: Callable[[Any], Any], worse: Callable[[int, int], bool]) -> Callable[..., Any]:
    def victims(self: Queues, pool: Pool, urgency: int, amount: int) -> Any:
        able = [who for who in pool.holders if who.hold_step != NOT_INTERRUPTIBLE]
        able = [who for who in able if worse(who.holds[pool].priority, urgency)]
        room, chosen = pool.capacity - pool.in_use, []
        for who in sorted(able, key=lambda who: order(who.holds[pool])):
            if room >= amount:
                break
            chosen.append(who)
            room += who.holds[pool].amount
        return chosen if room >= amount else None

    return victims


@mutation(8, "of equal victims the earliest granted gives way first")
def earliest_victim(patch: Patch) -> None:
    order = _victims_by(lambda held: (-held.priority, held.grant), lambda a, b: a > b)
    patch.setattr(Queues, "_victims", order)


@mutation(8, "a holder of the same priority is interrupted too")
def equals_interrupted(patch: Patch) -> None:
    order = _victims_by(lambda held: (-held.priority, -held.grant), lambda a, b: a >= b)
    patch.setattr(Queues, "_victims", order)


def _left_of_hold(patch: Patch, left: Callable[[int, int], int]) -> None:
    sound = Queues._interrupt

    def interrupt(self: Queues, victim: Any, pool: Pool) -> None:
        whole = victim.wake.what[2]
        sound(self, victim, pool)
        if victim.hold_left >= 0:
            victim.hold_left = left(victim.hold_left, whole)

    patch.setattr(Queues, "_interrupt", interrupt)


@mutation(8, "a hold that goes on is drawn anew")
def drawn_anew(patch: Patch) -> None:
    _left_of_hold(patch, lambda _left, _whole: -1)


@mutation(8, "a hold that goes on starts again from the beginning")
def never_resumed(patch: Patch) -> None:
    _left_of_hold(patch, lambda _left, whole: whole)


@mutation(8, "a head that preempts is not looked for when an interruptible hold begins")
def begins_in_peace(patch: Patch) -> None:
    made = Verbs._hold

    def make(self: Verbs, at: int, step: Any) -> Any:
        sound = made(self, at, step)

        def hold(patient: Any) -> Any:
            with pytest.MonkeyPatch.context() as within:
                within.setattr(self.queues, "grant", lambda *_: None)
                return sound(patient)

        return hold

    patch.setattr(Verbs, "_hold", make)


# --- rules, stopping, draws ----------------------------------------------------------------------------------------


@mutation(9, "a rule may act twice at one instant")
def rules_act_twice(patch: Patch) -> None:
    sound = SimpyEngine._evaluate_rules

    def evaluate(self: SimpyEngine) -> None:
        self.rule_acted = [self.arrivals.start - 1] * len(self.rule_acted)
        sound(self)

    patch.setattr(SimpyEngine, "_evaluate_rules", evaluate)


@mutation(11, "circular waits are not looked for")
def no_circles(patch: Patch) -> None:
    patch.setattr(simpy_engine, "circular_wait", lambda _: "")


@mutation(13, "every visit to a step draws the same")
def visits_not_counted(patch: Patch) -> None:
    patch.setattr(verbs, "visit", lambda *_: 0)


@mutation(13, "a patience counts as a visit only if the patient had to wait")
def patience_counts_late(patch: Patch) -> None:
    made = Verbs._seize

    def make(self: Verbs, at: int, step: Any) -> Any:
        sound = made(self, at, step)
        if not step.patience and not step.escalate:
            return sound

        def seize(patient: Any) -> Any:
            n, wake = patient.visits.get(at, 0), sound(patient)
            if wake is None:
                patient.visits[at] = n
            return wake

        return seize

    patch.setattr(Verbs, "_seize", make)
