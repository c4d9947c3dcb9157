"""The verbs: for each step of a program, the function that does it to a patient.

A function returns the event to wait for, or None to carry on within the same event; before that it says, in
`patient.step`, which step comes next. Numbers in brackets, such as (rule 6), are the contract's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flowsim.engines.patient import NOT_INTERRUPTIBLE, Patient, Waiting
from flowsim.engines.pool import Pool
from flowsim.engines.queueing import Queues, Timers
from flowsim.engines.routing import condition_checker
from flowsim.errors import RunError
from flowsim.program import program as prog
from flowsim.program.program import NOWHERE
from flowsim.program.timetables import DAY
from flowsim.records.log import Code, Left
from flowsim.sampling.arrivals import calendar_of
from flowsim.sampling.sampler import fixed_durations, key_of_return, number_picker, row_picker

if TYPE_CHECKING:
    from flowsim.engines.simpy_engine import SimpyEngine, Wake

Step = Callable[[Patient], "Wake | None"]
HasRoom = Callable[[Patient, Pool, Waiting], bool]


class Verbs:
    """Makes the functions, with all that can be known beforehand looked up once."""

    def __init__(self, engine: SimpyEngine, queues: Queues) -> None:
        self.engine = engine
        self.queues = queues
        self.calendar = calendar_of(engine.program)

    def ready(self, at: int, step: prog.Step) -> Step:
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
        timers_of, timed = self._timers_of(step), bool(step.patience or step.escalate)
        has_room = self._has_room_to_wait(step)

        def seize(patient: Patient) -> Wake | None:
            patient.step = at + 1
            amount = amount_of(patient.attributes)
            urgency = (
                step.priority if step.priority_attribute < 0 else patient.attributes[step.priority_attribute]
            )
            ask = Waiting((), amount, urgency, step.preempts, step.on_leave, self.engine.env.now)
            n = visit(patient, at) if timed else 0
            if self._granted_at_once(patient, pools_of(patient), ask, has_room):
                return None
            if patient.waiting is None:  # turned away
                patient.step = step.on_leave if step.if_full == prog.DISPLACES else step.if_full
                return None
            return self.queues.wait(patient, timers_of(patient, n))

        return seize

    def _granted_at_once(
        self, patient: Patient, pools: tuple[Pool, ...], ask: Waiting, has_room: HasRoom | None
    ) -> bool:
        """Join the queues in the order listed, full ones left out, until one of them grants at once (rule 4)."""
        now = self.engine.env.now
        for pool in pools:
            if has_room is not None and not has_room(patient, pool, ask):
                self.engine.log.append((now, patient.number, Code.TURNED_AWAY, pool.number, 0))
                continue
            if patient.waiting is None and ask.pools:  # a place that had been made granted another pool
                return True
            self.engine.log.append((now, patient.number, Code.JOIN, pool.number, ask.priority))
            if not ask.pools and not pool.waiting and ask.amount <= pool.capacity - pool.in_use:
                self.queues.hold_units(pool, patient, ask.amount, ask.priority)
                return True
            pool.join(patient, ask.priority, ask.amount)
            self.engine.touch(pool)
            ask = patient.waiting = ask._replace(pools=(*ask.pools, pool))
            self.queues.grant(pool, patient)
            if not patient.waits:
                return True
        return False

    def _has_room_to_wait(self, step: prog.SeizeStep) -> HasRoom | None:
        """The function that says whether a patient may join a queue with a limit, perhaps by displacing (rule 4)."""
        if step.queue_limit is None:
            return None
        limit_of = number_picker(step.queue_limit)

        def has_room(patient: Patient, pool: Pool, ask: Waiting) -> bool:
            if pool.waiting < limit_of(patient.attributes) or self.queues.would_grant(pool, ask):
                return True
            last = pool.last() if step.if_full == prog.DISPLACES else None
            if last is None or last[1] <= ask.priority:
                return False
            self.queues.give_up(last[0], Left.DISPLACED, patient)
            return True

        return has_room

    def _timers_of(self, step: prog.SeizeStep) -> Callable[[Patient, int], Timers]:
        draws = [(self.engine.sampler.duration(step.patience), NOWHERE)] if step.patience else []
        draws += [(self.engine.sampler.duration(after), level) for after, level in step.escalate]

        def timers(patient: Patient, n: int) -> Timers:
            return [
                (draw(patient.key, patient.attributes, patient.durations, n), level) for draw, level in draws
            ]

        return timers

    def _release(self, at: int, step: prog.ReleaseStep) -> Step:
        pools_of = self._pools_of(step.resources)
        amount_of = None if step.amount is None else number_picker(step.amount)
        draw = None if step.after is None else self.engine.sampler.duration(step.after)

        def release(patient: Patient) -> Wake | None:
            patient.step = at + 1
            held = [pool for pool in pools_of(patient) if pool in patient.holds]
            if not held and not step.if_held:
                raise RunError(f"Patient {patient.number} releases what it does not hold at {step.label}.")
            delay = 0
            if draw is not None:
                delay = draw(patient.key, patient.attributes, patient.durations, visit(patient, at))
            for pool in held:
                has = patient.holds[pool].amount
                amount = has if amount_of is None else min(has, amount_of(patient.attributes))
                self.queues.drop(pool, patient, amount)
                if draw is None:
                    self.queues.give_back(pool, patient.number, amount)
                else:
                    self.make_ready(pool, patient.number, amount, delay)
            return None

        return release

    def make_ready(self, pool: Pool, number: int, amount: int, delay: int) -> None:
        """Units stay in use for a while after the patient has gone on (rule 6)."""
        what = (pool, number, amount)
        self.engine.event("make ready", what).does(lambda: self.queues.give_back(*what)).after(delay)

    def _hold(self, at: int, step: prog.HoldStep) -> Step:
        draw = self.engine.sampler.duration(step.duration)
        durations = step.duration.durations
        if (
            step.if_interrupted == NOWHERE
            and durations.column < 0
            and self.engine.sampler.lookup.is_fixed(durations)
        ):
            fixed, row = fixed_durations(durations, self.engine.sampler.lookup), row_picker(durations.classes)

            def hold_fixed(patient: Patient) -> Wake:
                patient.step = at + 1
                patient.wake = self.engine.event("hold", (patient, 0, 0))
                return patient.wake.after(fixed[row(patient.attributes)])

            return hold_fixed

        def hold(patient: Patient) -> Wake:
            patient.step = at + 1
            duration = patient.hold_left
            if duration < 0:
                duration = draw(patient.key, patient.attributes, patient.durations, visit(patient, at))
            patient.hold_left = -1
            patient.wake = self.engine.event("hold", (patient, self.engine.env.now + duration, duration))
            if step.if_interrupted != NOWHERE:
                self.may_be_interrupted(patient, at, patient.wake)
            return patient.wake.after(duration)

        if step.if_interrupted == NOWHERE:
            return hold

        def interruptible(patient: Patient) -> Wake | None:
            hold(patient)
            for pool in tuple(patient.holds):
                head = pool.head()
                if head is not None and head[0].waiting is not None and head[0].waiting.preempts:
                    self.queues.grant(pool)
            return patient.wake

        return interruptible

    def may_be_interrupted(self, patient: Patient, at: int, wake: Wake) -> None:
        """From now to the end of the hold; the end itself, when it goes off, closes the window (rule 8)."""
        patient.hold_step = at

        def over() -> None:
            patient.hold_step = NOT_INTERRUPTIBLE

        # First among the callbacks: the process resumes after it.
        wake.does(over)

    def _choose(self, at: int, step: prog.ChooseStep) -> Step:
        draw, targets = self.engine.sampler.choice(step.shares, step.stream), step.targets

        def choose(patient: Patient) -> None:
            patient.step = targets[draw(patient.key, patient.attributes, visit(patient, at))]

        return choose

    def _route(self, step: prog.RouteStep) -> Step:
        branches = [
            ([condition_checker(self.engine, test) for test in tests], target)
            for tests, target in step.branches
        ]

        def route(patient: Patient) -> None:
            for tests, target in branches:
                if all(test(patient) for test in tests):
                    patient.step = target
                    return
            patient.step = step.otherwise

        return route

    def _wait_until(self, at: int, step: prog.WaitStep) -> Step:
        def wait_until(patient: Patient) -> Wake | None:  # (rule 6)
            patient.step = at + 1
            number = step.calendar + (patient.attributes[0] if step.per_site else 0)
            if self.engine.open_now[number]:
                return None
            opens = self.engine.program.opening[number].next_open(self.engine.env.now)
            if opens is None:
                name = self.engine.program.calendars[number]
                raise RunError(
                    f"Patient {patient.number} waits at {step.label} for {name}, which never opens again."
                )
            patient.wake = self.engine.event("hold", (patient, 0, 0))
            return patient.wake.after(opens - self.engine.env.now)

        return wait_until

    def _mark(self, at: int, step: prog.MarkStep) -> Step:
        def mark(patient: Patient) -> None:
            patient.step = at + 1
            patient.marks[step.milestone] = self.engine.env.now
            self.engine.log.append((self.engine.env.now, patient.number, Code.MILESTONE, -1, step.milestone))

        return mark

    def _set(self, at: int, step: prog.SetStep) -> Step:
        draw = None if step.shares is None else self.engine.sampler.choice(step.shares, step.stream)

        def set_attribute(patient: Patient) -> None:
            patient.step = at + 1
            value = step.value if draw is None else draw(patient.key, patient.attributes, visit(patient, at))
            patient.attributes[step.attribute] = value
            self.engine.log.append((self.engine.env.now, patient.number, Code.SET, step.attribute, value))

        return set_attribute

    def _come_back(self, at: int, step: prog.ComeBackStep) -> Step:
        draw_share = self.engine.sampler.choice(step.shares, step.stream)
        draw_delay = self.engine.sampler.duration(step.delay)

        def come_back(patient: Patient) -> None:
            patient.step = at + 1
            n = visit(patient, at)
            if draw_share(patient.key, patient.attributes, n) != 0:
                return
            delay = draw_delay(patient.key, patient.attributes, patient.durations, n)
            key = key_of_return(patient.key, step.stream, n)
            self.return_later(
                delay, key, step.to, list(patient.attributes), list(patient.durations), patient.number
            )

        return come_back

    def return_later(
        self, delay: int, key: int, to: int, attributes: list[int], durations: list[int], parent: int
    ) -> None:
        """Schedule a linked journey with these attributes; the month is that in which it begins (rule 13).

        The log tells them all: the parent's may have changed since.
        """

        def begin() -> None:
            attributes[self.engine.program.attribute_index["month"]] = self._month()
            child = self.engine.start(key, to, attributes, durations, -1, parent)
            now = self.engine.env.now
            self.engine.log.extend(
                (now, child.number, int(Code.SET), attribute, value)
                for attribute, value in enumerate(attributes)
            )

        what = (key, to, attributes, durations, parent)
        self.engine.event("return", what).does(begin).after(delay)

    def _month(self) -> int:
        return self.calendar.month(self.engine.env.now // DAY)

    def _leave(self, step: prog.LeaveStep) -> Step:
        def leave(patient: Patient) -> None:
            if patient.holds:
                names = ", ".join(str(self.engine.program.instances[pool.number]) for pool in patient.holds)
                raise RunError(f"Patient {patient.number} leaves at {step.label} and still holds {names}.")
            self.engine.log.append((self.engine.env.now, patient.number, Code.END, -1, step.outcome))
            patient.step = NOWHERE
            del self.engine.patients[patient.number]

        return leave

    def _pools_of(self, refs: tuple[prog.ResourceRef, ...]) -> Callable[[Patient], tuple[Pool, ...]]:
        """The function from a patient to the pools that a step names, at the patient's site."""
        pools = self.engine.pools
        if not any(ref.per_site for ref in refs):
            shared = tuple(pools[ref.base] for ref in refs)
            return lambda _patient: shared
        by_site = [tuple(pools[ref.base + (site if ref.per_site else 0)] for ref in refs)
                   for site in range(len(self.engine.program.sites))]  # fmt: skip
        return lambda patient: by_site[patient.attributes[0]]


def visit(patient: Patient, step: int) -> int:
    """How often the patient has done this step before; counts this time (rule 13)."""
    n = patient.visits.get(step, 0)
    patient.visits[step] = n + 1
    return n
