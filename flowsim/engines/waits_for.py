"""Who waits for whom: circular waits, and the words for a run that cannot go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.engines.patient import Patient
from flowsim.engines.pool import Pool
from flowsim.program.timetables import DAY

if TYPE_CHECKING:
    from flowsim.engines.simpy_engine import SimpyEngine

MOST_NAMED = 8
AHEAD = 366 * DAY
"""How far ahead a rota is read to see whether it will help: every change of a year comes back within it."""


def circular_wait(engine: SimpyEngine) -> str:
    """A sentence that names patients who wait for what each other hold, or nothing.

    A waiting patient may still go on if one of its queues has a holder who may go on, or units that nobody
    named holds (make-ready), or a capacity that a rota or rule may raise, or if a timer will take it away.
    What is left after taking those out, again and again, waits in a circle.
    """
    waiting = {patient for patient in engine.patients.values() if patient.waiting is not None}
    waiting -= _with_timers(engine)
    stuck = {patient for patient in waiting if patient.holds}
    while free := {patient for patient in stuck if any(_may_move(pool, stuck) for pool in _wanted(patient))}:
        stuck -= free
    rising = {pool for patient in stuck for pool in _wanted(patient) if may_rise(engine, pool)}
    while free := {patient for patient in stuck
                   if any(pool in rising or _may_move(pool, stuck) for pool in _wanted(patient))}:  # fmt: skip
        stuck -= free
    if not stuck:
        return ""
    full = {pool for patient in stuck for pool in _wanted(patient)}
    behind = sum(1 for patient in waiting - stuck if full.issuperset(_wanted(patient)))
    named = sorted(stuck, key=lambda patient: patient.number)[:MOST_NAMED]
    told = "; ".join(_sentence(engine, patient) for patient in named)
    more = f" and {len(stuck) - len(named)} more" if len(stuck) > len(named) else ""
    return f"A circular wait of {len(stuck)} patients ({behind} wait behind them): {told}{more}."


def nothing_to_come(engine: SimpyEngine) -> bool:
    """With nothing scheduled: is it sure that no rota or rule will ever help those who wait?"""
    wanted = {pool for patient in engine.patients.values() for pool in _wanted(patient)}
    return not any(may_rise(engine, pool) for pool in wanted)


def may_rise(engine: SimpyEngine, pool: Pool) -> bool:
    """May a rota or a rule some day give the pool more than its capacity of now?"""
    if any(rule.changes == pool.number for rule in engine.program.rules):
        return True
    now, timetable = engine.env.now, engine.program.capacity[pool.number]
    return any(value > pool.rota_capacity for _, value in timetable.changes(now, now + AHEAD))


def _with_timers(engine: SimpyEngine) -> set[Patient]:
    """Patients whose present wait has a timer."""
    timers = [event.what for _, _, event in engine.env.pending() if getattr(event, "kind", "") == "timer"]
    return {patient for patient, wait, _ in timers if patient.wait_number == wait}


def _wanted(patient: Patient) -> tuple[Pool, ...]:
    return patient.waiting.pools if patient.waiting is not None else ()


def _may_move(pool: Pool, stuck: set[Patient]) -> bool:
    held_by_stuck = sum(patient.holds[pool].amount for patient in pool.holders if patient in stuck)
    return held_by_stuck < max(pool.in_use, 1) or pool.capacity > pool.in_use


def _sentence(engine: SimpyEngine, patient: Patient) -> str:
    assert patient.waiting is not None
    wants = " or ".join(str(engine.program.instances[pool.number]) for pool in patient.waiting.pools)
    holds = ", ".join(str(engine.program.instances[pool.number]) for pool in patient.holds)
    where = engine.program.labels[patient.at]
    return f"patient {patient.number} at {where} waits for {wants}" + (f" and holds {holds}" if holds else "")


def who_waits(engine: SimpyEngine) -> str:
    """Sentences that say which patients are inside and what they wait for."""
    inside = [patient for patient in engine.patients.values() if patient.waiting is not None]
    told = "; ".join(_sentence(engine, patient) for patient in inside[:MOST_NAMED])
    more = f"; and {len(inside) - MOST_NAMED} more" if len(inside) > MOST_NAMED else ""
    return f"{told}{more}."
