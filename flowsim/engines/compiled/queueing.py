"""Queues: who is granted what, and when (rules 4, 5, 7 and 8 of the contract)."""

from __future__ import annotations

from typing import Any

from flowsim.engines.compiled.columns import (
    AMOUNT,
    BEFORE,
    BEHIND,
    CAPACITY,
    DEPTH,
    FIRST_HELD,
    FIRST_HOLDER,
    FIRST_PLACE,
    FREE_HOLDING,
    FREE_PLACE,
    GO_RESUME,
    GRANT,
    GRANTS,
    HOLD_LEFT,
    HOLD_STEP,
    HOLDER,
    HOLDINGS_LEFT,
    IF_INTERRUPTED,
    IN_USE,
    KIND,
    LAST_HOLDER,
    LEVELS,
    LEVELS_USED,
    MAY_INTERRUPT,
    NEXT_HELD,
    NEXT_HOLDER,
    NEXT_PLACE,
    NONE,
    NOW,
    NUMBER,
    OF_POOL,
    ON_LEAVE,
    PATIENTS,
    PLACES_LEFT,
    POOL,
    PREEMPTS,
    PRIORITY,
    QUEUE_TABLE,
    RANK,
    RESUME,
    ROWS,
    SINCE,
    STACK,
    STEP,
    TOUCHED,
    UNITS,
    VOID,
    WAIT_NUMBER,
    WAITER,
    WAITING,
    WAKE,
    WATCH,
    WATCHED,
    WHO,
    A,
    B,
    event_at,
    holding_at,
    patient_at,
    place_at,
    pool_at,
    step_at,
)
from flowsim.engines.compiled.draws import holding_of
from flowsim.engines.compiled.events import schedule
from flowsim.engines.compiled.victims import next_victim, room_by_interrupting
from flowsim.records.log import Code, Left
from flowsim.sampling.block import store_row
from flowsim.sampling.machine import highest_bit, lowest_bit, part, whole

# Compiled functions read plain numbers, not members of an IntEnum.
JOIN, GRANTED, RELEASED, LEFT, INTERRUPTED, NEW_PRIORITY, NEW_CAPACITY = (
    int(code)
    for code in (
        Code.JOIN,
        Code.GRANT,
        Code.RELEASE,
        Code.LEFT,
        Code.INTERRUPTED,
        Code.PRIORITY,
        Code.CAPACITY,
    )
)
ELSEWHERE = int(Left.GRANTED_ELSEWHERE)
HEAD, TAIL = 0, 1


@part
def write(run: Any, log: Any, patient: int, code: int, resource: int, value: int) -> None:
    """One row of the log (rule 10)."""
    store_row(log, run[ROWS], run[NOW], patient, code, resource, value)
    run[ROWS] += 1


@part
def touch(run: Any, pool: int) -> None:
    """Remember that a pool has changed, if a rule watches it."""
    if run[pool_at(run, pool) + WATCHED] != 0:
        run[run[WATCH] + pool] = 1
        run[TOUCHED] = 1


@part
def will_grant(run: Any, pool: int) -> None:
    """Have the kernel grant at a pool before anything else happens (rule 5)."""
    if run[pool_at(run, pool) + WAITING] != 0:
        run[run[STACK] + run[DEPTH]] = pool
        run[DEPTH] += 1


@part
def will_grant_at(run: Any, place: int) -> None:
    """Have the kernel grant at the pools of a chain of places, the first of the chain first (rule 5)."""
    above = run[STACK] + run[DEPTH]
    at = place
    while at != NONE:
        above += 1
        run[DEPTH] += 1
        at = run[place_at(run, at) + NEXT_PLACE]
    while place != NONE:
        above -= 1
        run[above] = run[place_at(run, place) + POOL]
        place = run[place_at(run, place) + NEXT_PLACE]


# --- places in a queue ------------------------------------------------------------------------------------------


@part
def level_at(run: Any, pool: int, level: int) -> int:
    """Where the first and last place of a pool's level stand in the run."""
    at: int = run[QUEUE_TABLE] + 2 * (pool * LEVELS + level)
    return at


@part
def stand(run: Any, place: int, pool: int, level: int) -> None:
    """Stand at the tail of a level (rule 4)."""
    line, at = level_at(run, pool, level), place_at(run, place)
    last = run[line + TAIL]
    run[at + BEHIND], run[at + BEFORE] = NONE, last
    if last == NONE:
        run[line + HEAD] = place
        run[pool_at(run, pool) + LEVELS_USED] |= 1 << level
    else:
        run[place_at(run, last) + BEHIND] = place
    run[line + TAIL] = place


@part
def step_out(run: Any, place: int, pool: int, level: int) -> None:
    """Leave a level; those behind move up."""
    line, at = level_at(run, pool, level), place_at(run, place)
    before, behind = run[at + BEFORE], run[at + BEHIND]
    if before == NONE:
        run[line + HEAD] = behind
    else:
        run[place_at(run, before) + BEHIND] = behind
    if behind == NONE:
        run[line + TAIL] = before
    else:
        run[place_at(run, behind) + BEFORE] = before
    if before == NONE and behind == NONE:
        run[pool_at(run, pool) + LEVELS_USED] ^= 1 << level


@whole
def join(run, who, pool):  # type: ignore[no-untyped-def]
    """Join a pool's queue with the patient's priority, after the pools joined before."""
    place, patient = run[FREE_PLACE], patient_at(run, who)
    at = place_at(run, place)
    run[FREE_PLACE] = run[at + NEXT_PLACE]
    run[PLACES_LEFT] -= 1
    run[at + WAITER], run[at + POOL], run[at + NEXT_PLACE] = who, pool, NONE
    stand(run, place, pool, run[patient + PRIORITY])
    run[pool_at(run, pool) + WAITING] += 1
    last = run[patient + FIRST_PLACE]
    if last == NONE:
        run[patient + FIRST_PLACE] = place
        return
    while run[place_at(run, last) + NEXT_PLACE] != NONE:
        last = run[place_at(run, last) + NEXT_PLACE]
    run[place_at(run, last) + NEXT_PLACE] = place


@whole
def leave_queues(run, who):  # type: ignore[no-untyped-def]
    """Leave every queue; the first of the chain of places, which is still whole, to be given back."""
    patient = patient_at(run, who)
    first = run[patient + FIRST_PLACE]
    place = first
    while place != NONE:
        at = place_at(run, place)
        pool = run[at + POOL]
        step_out(run, place, pool, run[patient + PRIORITY])
        run[pool_at(run, pool) + WAITING] -= 1
        touch(run, pool)
        place = run[at + NEXT_PLACE]
    run[patient + FIRST_PLACE] = NONE
    return first


@part
def give_places_back(run: Any, first: int) -> None:
    """The places of a chain are free."""
    while first != NONE:
        at = place_at(run, first)
        following = run[at + NEXT_PLACE]
        run[at + NEXT_PLACE] = run[FREE_PLACE]
        run[FREE_PLACE] = first
        run[PLACES_LEFT] += 1
        first = following


# --- units in the patient's hands -------------------------------------------------------------------------------


@whole
def hold_units(run, log, who, pool):  # type: ignore[no-untyped-def]
    """Units go into the patient's hands."""
    patient = patient_at(run, who)
    amount = run[patient + AMOUNT]
    run[pool_at(run, pool) + IN_USE] += amount
    run[GRANTS] += 1
    held = holding_of(run, patient, pool)
    if held == NONE:
        held = new_holding(run, who, pool)
    at = holding_at(run, held)
    run[at + UNITS] += amount
    run[at + RANK] = run[patient + PRIORITY]
    run[at + GRANT] = run[GRANTS]
    write(run, log, run[patient + NUMBER], GRANTED, pool, amount)
    touch(run, pool)


@part
def new_holding(run: Any, who: int, pool: int) -> int:
    """An empty holding, the last of the patient's; pools that may be interrupted know their holders."""
    held: int = run[FREE_HOLDING]
    at, patient = holding_at(run, held), patient_at(run, who)
    run[FREE_HOLDING] = run[at + NEXT_HELD]
    run[HOLDINGS_LEFT] -= 1
    run[at + HOLDER], run[at + OF_POOL], run[at + UNITS], run[at + NEXT_HELD] = who, pool, 0, NONE
    last = run[patient + FIRST_HELD]
    if last == NONE:
        run[patient + FIRST_HELD] = held
    else:
        while run[holding_at(run, last) + NEXT_HELD] != NONE:
            last = run[holding_at(run, last) + NEXT_HELD]
        run[holding_at(run, last) + NEXT_HELD] = held
    if run[pool_at(run, pool) + MAY_INTERRUPT] != 0:
        following = run[pool_at(run, pool) + FIRST_HOLDER]
        run[at + NEXT_HOLDER], run[at + LAST_HOLDER] = following, NONE
        if following != NONE:
            run[holding_at(run, following) + LAST_HOLDER] = held
        run[pool_at(run, pool) + FIRST_HOLDER] = held
    return held


@whole
def drop(run, patient, held, amount):  # type: ignore[no-untyped-def]
    """Take units out of the patient's hands (they are not yet free)."""
    at = holding_at(run, held)
    if amount != run[at + UNITS]:
        run[at + UNITS] -= amount
        return
    following, pool = run[at + NEXT_HELD], run[at + OF_POOL]
    before = run[patient + FIRST_HELD]
    if before == held:
        run[patient + FIRST_HELD] = following
    else:
        while run[holding_at(run, before) + NEXT_HELD] != held:
            before = run[holding_at(run, before) + NEXT_HELD]
        run[holding_at(run, before) + NEXT_HELD] = following
    if run[pool_at(run, pool) + MAY_INTERRUPT] != 0:
        ahead, behind = run[at + LAST_HOLDER], run[at + NEXT_HOLDER]
        if ahead == NONE:
            run[pool_at(run, pool) + FIRST_HOLDER] = behind
        else:
            run[holding_at(run, ahead) + NEXT_HOLDER] = behind
        if behind != NONE:
            run[holding_at(run, behind) + LAST_HOLDER] = ahead
    run[at + NEXT_HELD] = run[FREE_HOLDING]
    run[FREE_HOLDING] = held
    run[HOLDINGS_LEFT] += 1


@part
def give_back(run: Any, log: Any, pool: int, number: int, amount: int) -> None:
    """Units are free again, and will be granted (rule 6)."""
    run[pool_at(run, pool) + IN_USE] -= amount
    write(run, log, number, RELEASED, pool, amount)
    touch(run, pool)
    will_grant(run, pool)


# --- grants -----------------------------------------------------------------------------------------------------


@part
def grant_once(tables: Any, run: Any, log: Any) -> None:
    """At the pool on top of the stack, grant to the head, or interrupt one holder for it, or have done (rule 5)."""
    pool = run[run[STACK] + run[DEPTH] - 1]
    at = pool_at(run, pool)
    if run[at + WAITING] == 0:
        run[DEPTH] -= 1
        return
    level = lowest_bit(run[at + LEVELS_USED])
    who = run[place_at(run, run[level_at(run, pool, level) + HEAD]) + WAITER]
    patient = patient_at(run, who)
    amount = run[patient + AMOUNT]
    if amount <= run[at + CAPACITY] - run[at + IN_USE]:
        take(run, log, pool, who)
    elif run[patient + PREEMPTS] != 0 and room_by_interrupting(run, pool, level) >= amount:
        interrupt(tables, run, log, pool, next_victim(run, pool, level))
    else:
        run[DEPTH] -= 1


@part
def take(run: Any, log: Any, pool: int, who: int) -> None:
    """A waiting patient is granted: leaves every queue, and resumes now unless it is executing (rule 5)."""
    first = leave_queues(run, who)
    hold_units(run, log, who, pool)
    number = run[patient_at(run, who) + NUMBER]
    above = run[STACK] + run[DEPTH]
    place = first
    while place != NONE:
        other = run[place_at(run, place) + POOL]
        if other != pool:
            write(run, log, number, LEFT, other, ELSEWHERE)
            above += 1
            run[DEPTH] += 1
        place = run[place_at(run, place) + NEXT_PLACE]
    if who != run[WHO]:
        resume(run, who)
    place = first
    while place != NONE:
        other = run[place_at(run, place) + POOL]
        if other != pool:
            above -= 1
            run[above] = other
        place = run[place_at(run, place) + NEXT_PLACE]
    give_places_back(run, first)


@part
def resume(run: Any, who: int) -> None:
    """Schedule a patient to go on now, in phase 1."""
    run[patient_at(run, who) + WAKE] = schedule(run, run[NOW], PATIENTS, RESUME, who, 0, 0, 0)


@whole
def give_up(run, log, who, why):  # type: ignore[no-untyped-def]
    """Leave every queue that was joined, and resume where `on_leave` says (rule 7)."""
    patient = patient_at(run, who)
    first = leave_queues(run, who)
    place = first
    while place != NONE:
        write(run, log, run[patient + NUMBER], LEFT, run[place_at(run, place) + POOL], why)
        place = run[place_at(run, place) + NEXT_PLACE]
    run[patient + STEP] = run[patient + ON_LEAVE]
    resume(run, who)
    will_grant_at(run, first)
    give_places_back(run, first)


@part
def escalate(run: Any, log: Any, who: int, level: int) -> None:
    """Move to the tail of a more urgent level in every queue (rule 7)."""
    patient = patient_at(run, who)
    if level >= run[patient + PRIORITY]:
        return
    first = run[patient + FIRST_PLACE]
    place = first
    while place != NONE:
        pool = run[place_at(run, place) + POOL]
        step_out(run, place, pool, run[patient + PRIORITY])
        stand(run, place, pool, level)
        write(run, log, run[patient + NUMBER], NEW_PRIORITY, pool, level)
        place = run[place_at(run, place) + NEXT_PLACE]
    run[patient + PRIORITY] = level
    will_grant_at(run, first)


# --- interruption (rule 8) --------------------------------------------------------------------------------------


@whole
def interrupt(tables, run, log, pool, held):  # type: ignore[no-untyped-def]
    """The victim gives up its units of the pool; its hold is void, and goes on as the hold's step says."""
    at = holding_at(run, held)
    victim, amount, rank = run[at + HOLDER], run[at + UNITS], run[at + RANK]
    patient = patient_at(run, victim)
    drop(run, patient, held, amount)
    run[pool_at(run, pool) + IN_USE] -= amount
    write(run, log, run[patient + NUMBER], INTERRUPTED, pool, amount)
    event = event_at(run, run[patient + WAKE])
    run[event + KIND] = VOID
    hold_step = run[patient + HOLD_STEP]
    run[patient + HOLD_STEP] = NONE
    goes = tables[step_at(tables, hold_step) + IF_INTERRUPTED]
    if goes >= 0:
        run[patient + STEP] = goes
        resume(run, victim)
        return
    run[patient + STEP] = hold_step
    run[patient + HOLD_LEFT] = run[event + A] - run[NOW] if goes == GO_RESUME else run[event + B]
    run[patient + WAIT_NUMBER] += 1
    run[patient + AMOUNT], run[patient + PRIORITY], run[patient + PREEMPTS] = amount, rank, 0
    run[patient + ON_LEAVE], run[patient + SINCE] = NONE, run[NOW]
    join(run, victim, pool)
    write(run, log, run[patient + NUMBER], JOIN, pool, rank)


# --- queues with a limit (rule 4) -------------------------------------------------------------------------------


@part
def would_grant(run: Any, pool: int, patient: int) -> bool:
    """Would this patient, joining now, be the head, and fit?"""
    at = pool_at(run, pool)
    urgency, amount = run[patient + PRIORITY], run[patient + AMOUNT]
    if run[at + WAITING] != 0 and lowest_bit(run[at + LEVELS_USED]) <= urgency:
        return False
    if amount <= run[at + CAPACITY] - run[at + IN_USE]:
        return True
    return bool(run[patient + PREEMPTS] != 0 and room_by_interrupting(run, pool, urgency) >= amount)


@whole
def last_to_displace(run, pool):  # type: ignore[no-untyped-def]
    """The least urgent, latest to join, of those who have somewhere to go; NOBODY if there is none."""
    levels = run[pool_at(run, pool) + LEVELS_USED]
    while levels != 0:
        level = highest_bit(levels)
        place = run[level_at(run, pool, level) + TAIL]
        while place != NONE:
            who = run[place_at(run, place) + WAITER]
            if run[patient_at(run, who) + ON_LEAVE] != NONE:
                return who
            place = run[place_at(run, place) + BEFORE]
        levels ^= 1 << level
    return NONE
