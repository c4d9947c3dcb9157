"""What each verb does to a patient who comes to it.

A step is done in one go, but for grants in its midst: it then leaves word in SUB how far it has come, and is done
again from there when the pools on the stack have granted.
"""

from __future__ import annotations

from typing import Any

from flowsim.engines.compiled.columns import (
    AFTER,
    AMOUNT,
    ATTRIBUTE,
    ATTRIBUTES,
    ATTRIBUTES_FROM,
    BACK_DELAY,
    BACK_DELAY_STREAM,
    BACK_SHARES,
    BACK_STREAM,
    BACK_TO,
    BRANCH_COUNT,
    BRANCH_TABLE,
    BRANCH_WIDTH,
    BRANCHES,
    CALENDAR,
    CAPACITY,
    DELAY,
    DEPTH,
    DISPLACES,
    DURATION,
    FIRST_HELD,
    FIRST_PLACE,
    FREE_RETURN,
    HOLD_ENDS,
    HOLD_LEFT,
    HOLD_STEP,
    HOW_MANY,
    IF_FULL,
    IF_HELD,
    IF_INTERRUPTED,
    IN_USE,
    JOINED,
    KEY,
    LEAVES_TO,
    LEVEL,
    LEVEL_ATTRIBUTE,
    LIMIT_OF,
    MARKED_FROM,
    MAY_PREEMPT,
    MILESTONE,
    NEVER,
    NEW_VALUE,
    NEXT_HELD,
    NEXT_RETURN,
    NOBODY,
    NONE,
    NOW,
    NUMBER,
    OF_POOL,
    ON_LEAVE,
    OPEN_NOW,
    OTHERWISE,
    OUTCOME,
    PATIENTS,
    PER_SITE,
    PREEMPTS,
    PRIORITY,
    READY_AGAIN,
    REF_COUNT,
    REF_TABLE,
    REF_WIDTH,
    REFS,
    RETURN,
    RETURN_FROM,
    RETURN_KEY,
    RETURN_STEP,
    RETURNS_LEFT,
    SET_SHARES,
    SET_STREAM,
    SHARES,
    SHARES_STREAM,
    SINCE,
    STACK,
    STEP,
    STREAM,
    SUB,
    TARGET_TABLE,
    TARGETS,
    TIMED,
    TIMED_COUNT,
    TIMED_TABLE,
    TIMED_WIDTH,
    TIMER,
    TIMERS,
    TRACES,
    UNITS,
    WAIT_NUMBER,
    WAITING,
    WAKE,
    N,
    holding_at,
    past_at,
    patient_at,
    pool_at,
    return_at,
    step_at,
)
from flowsim.engines.compiled.draws import (
    duration_of,
    happens_first,
    holding_of,
    holds_true,
    number_of,
    share_of,
    visit,
)
from flowsim.engines.compiled.events import schedule
from flowsim.engines.compiled.queueing import (
    drop,
    give_back,
    give_up,
    hold_units,
    join,
    last_to_displace,
    touch,
    will_grant,
    would_grant,
    write,
)
from flowsim.records.log import Code, Left
from flowsim.sampling.machine import part
from flowsim.sampling.philox import child_key

MARKED, SETS, JOINS, TURNED_AWAY, ENDS = (
    int(code) for code in (Code.MILESTONE, Code.SET, Code.JOIN, Code.TURNED_AWAY, Code.END)
)
DISPLACED = int(Left.DISPLACED)
GOES_ON, AGAIN, SUSPENDED, REFUSED = range(4)
"""What a step says: done; do it again when pools have granted; the patient waits; or must not do this."""


@part
def pool_of(tables: Any, run: Any, patient: int, ref: int) -> int:
    """The pool that a step names, at the patient's site."""
    at = tables[REF_TABLE] + ref * REF_WIDTH
    pool: int = tables[at]
    if tables[at + 1] != 0:
        pool += run[patient + ATTRIBUTES_FROM]
    return pool


# --- seize ------------------------------------------------------------------------------------------------------


@part
def seize(tables: Any, run: Any, log: Any, who: int, at: int) -> int:
    """Join the queues in the order listed, full ones left out, until one of them grants at once (rules 4 and 5).

    SUB is twice the number of pools that were looked at, and one more when room was just made in the next.
    """
    patient, step = patient_at(run, who), step_at(tables, at)
    if run[SUB] == 0:
        asks(tables, run, patient, at)
    while True:
        number = run[SUB] >> 1
        if run[JOINED] != 0 and run[patient + FIRST_PLACE] == NONE:
            return GOES_ON  # granted by one that was joined before
        if number == tables[step + REF_COUNT]:
            break
        pool = pool_of(tables, run, patient, tables[step + REFS] + number)
        if run[SUB] & 1 == 0 and tables[step + LIMIT_OF] != NONE:
            if not has_room(tables, run, log, patient, pool, step):
                write(run, log, run[patient + NUMBER], TURNED_AWAY, pool, 0)
                run[SUB] += 2
                continue
            if run[DEPTH] != 0:  # somebody was pushed out, and other queues may move
                run[SUB] += 1
                return AGAIN
        write(run, log, run[patient + NUMBER], JOINS, pool, run[patient + PRIORITY])
        free = run[pool_at(run, pool) + CAPACITY] - run[pool_at(run, pool) + IN_USE]
        if run[JOINED] == 0 and run[pool_at(run, pool) + WAITING] == 0 and run[patient + AMOUNT] <= free:
            hold_units(run, log, who, pool)
            return GOES_ON
        join(run, who, pool)
        touch(run, pool)
        run[JOINED] = 1
        run[SUB] = (number + 1) << 1
        if run[patient + AMOUNT] <= free or run[patient + PREEMPTS] != 0:
            will_grant(run, pool)
            return AGAIN
    if run[JOINED] == 0:
        full = tables[step + IF_FULL]
        run[patient + STEP] = tables[step + LEAVES_TO] if full == DISPLACES else full
        return GOES_ON
    waits(tables, run, who, step)
    return SUSPENDED


@part
def asks(tables: Any, run: Any, patient: int, at: int) -> None:
    """What is asked of the pools, by this patient at this step."""
    step = step_at(tables, at)
    run[patient + STEP] = at + 1
    run[patient + AMOUNT] = number_of(tables, run, patient, tables[step + HOW_MANY])
    run[patient + PRIORITY] = tables[step + LEVEL]
    if tables[step + LEVEL_ATTRIBUTE] != NONE:
        run[patient + PRIORITY] = run[patient + ATTRIBUTES_FROM + tables[step + LEVEL_ATTRIBUTE]]
    run[patient + PREEMPTS], run[patient + ON_LEAVE] = tables[step + MAY_PREEMPT], tables[step + LEAVES_TO]
    run[patient + SINCE] = run[NOW]
    run[patient + N] = visit(tables, run, patient, at) if tables[step + TIMED_COUNT] != 0 else 0
    run[JOINED] = 0


@part
def has_room(tables: Any, run: Any, log: Any, patient: int, pool: int, step: int) -> bool:
    """May the patient join a queue with a limit? Perhaps by pushing out somebody less urgent."""
    limit = number_of(tables, run, patient, tables[step + LIMIT_OF])
    if run[pool_at(run, pool) + WAITING] < limit or would_grant(run, pool, patient):
        return True
    if tables[step + IF_FULL] != DISPLACES:
        return False
    last = last_to_displace(run, pool)
    if last == NOBODY or run[patient_at(run, last) + PRIORITY] <= run[patient + PRIORITY]:
        return False
    give_up(run, log, last, DISPLACED)
    return True


@part
def waits(tables: Any, run: Any, who: int, step: int) -> None:
    """Suspend a patient who has joined queues, and start the timers, patience first (rule 7)."""
    patient, now = patient_at(run, who), run[NOW]
    run[patient + WAIT_NUMBER] += 1
    timer = tables[TIMED_TABLE] + tables[step + TIMED] * TIMED_WIDTH
    for _ in range(tables[step + TIMED_COUNT]):
        delay = duration_of(tables, run, patient, tables[timer], tables[timer + 1], run[patient + N])
        wait, number = run[patient + WAIT_NUMBER], run[patient + NUMBER]
        schedule(run, now + delay, TIMERS, TIMER, who, wait, tables[timer + 2], number)
        timer += TIMED_WIDTH


# --- release ----------------------------------------------------------------------------------------------------


@part
def release(tables: Any, run: Any, log: Any, who: int, at: int) -> int:
    """Give units back; SUB is the number of pools that were looked at (rule 6)."""
    patient, step = patient_at(run, who), step_at(tables, at)
    if run[SUB] == 0:
        run[patient + STEP] = at + 1
        if tables[step + IF_HELD] == 0 and not holds_any(tables, run, patient, step):
            return REFUSED
        if tables[step + AFTER] != NONE:
            timer = tables[TIMED_TABLE] + tables[step + AFTER] * TIMED_WIDTH
            n = visit(tables, run, patient, at)
            run[DELAY] = duration_of(tables, run, patient, tables[timer], tables[timer + 1], n)
    while run[SUB] < tables[step + REF_COUNT]:
        pool = pool_of(tables, run, patient, tables[step + REFS] + run[SUB])
        run[SUB] += 1
        held = holding_of(run, patient, pool)
        if held == NONE:
            continue
        amount = run[holding_at(run, held) + UNITS]
        if tables[step + HOW_MANY] != NONE:
            amount = min(amount, number_of(tables, run, patient, tables[step + HOW_MANY]))
        drop(run, patient, held, amount)
        number = run[patient + NUMBER]
        if tables[step + AFTER] != NONE:
            schedule(run, run[NOW] + run[DELAY], PATIENTS, READY_AGAIN, NOBODY, pool, amount, number)
            continue
        give_back(run, log, pool, number, amount)
        if run[DEPTH] != 0:
            return AGAIN
    return GOES_ON


@part
def holds_any(tables: Any, run: Any, patient: int, step: int) -> bool:
    """Does the patient hold any of what the step gives back?"""
    for ref in range(tables[step + REFS], tables[step + REFS] + tables[step + REF_COUNT]):
        if holding_of(run, patient, pool_of(tables, run, patient, ref)) != NONE:
            return True
    return False


# --- time passes ------------------------------------------------------------------------------------------------


@part
def hold(tables: Any, run: Any, who: int, at: int) -> int:
    """Time passes; a hold that may be interrupted lets those in who preempt (rules 6 and 8)."""
    patient, step, now = patient_at(run, who), step_at(tables, at), run[NOW]
    run[patient + STEP] = at + 1
    length = run[patient + HOLD_LEFT]
    if length < 0:
        n = visit(tables, run, patient, at)
        length = duration_of(tables, run, patient, tables[step + DURATION], tables[step + STREAM], n)
    run[patient + HOLD_LEFT] = -1
    run[patient + WAKE] = schedule(run, now + length, PATIENTS, HOLD_ENDS, who, now + length, length, 0)
    if tables[step + IF_INTERRUPTED] != NONE:
        run[patient + HOLD_STEP] = at
        will_grant_what_is_held(run, run[patient + FIRST_HELD])
    return SUSPENDED


@part
def will_grant_what_is_held(run: Any, first: int) -> None:
    """Have the kernel grant at the pools of a chain of holdings, the first of the chain first."""
    above = run[STACK] + run[DEPTH]
    held = first
    while held != NONE:
        above += 1
        run[DEPTH] += 1
        held = run[holding_at(run, held) + NEXT_HELD]
    while first != NONE:
        above -= 1
        run[above] = run[holding_at(run, first) + OF_POOL]
        first = run[holding_at(run, first) + NEXT_HELD]


@part
def hold_fixed(tables: Any, run: Any, who: int, at: int) -> int:
    """A hold without luck, which nobody can interrupt."""
    patient, step = patient_at(run, who), step_at(tables, at)
    run[patient + STEP] = at + 1
    length = duration_of(tables, run, patient, tables[step + DURATION], tables[step + STREAM], 0)
    run[patient + WAKE] = schedule(run, run[NOW] + length, PATIENTS, HOLD_ENDS, who, 0, 0, 0)
    return SUSPENDED


@part
def wait_until(tables: Any, run: Any, opening: Any, who: int, at: int) -> int:
    """To the next opening of a calendar; no wait if it is open now (rule 6)."""
    patient, step = patient_at(run, who), step_at(tables, at)
    run[patient + STEP] = at + 1
    calendar = tables[step + CALENDAR]
    if tables[step + PER_SITE] != 0:
        calendar += run[patient + ATTRIBUTES_FROM]
    if run[run[OPEN_NOW] + calendar] != 0:
        return GOES_ON
    which = opening[calendar]
    while opening[which] <= run[NOW]:
        which += 1
    if opening[which] == NEVER:
        return REFUSED
    run[patient + WAKE] = schedule(run, opening[which], PATIENTS, HOLD_ENDS, who, 0, 0, 0)
    return SUSPENDED


# --- where to go, and what is written down ----------------------------------------------------------------------


@part
def choose(tables: Any, run: Any, who: int, at: int) -> int:
    """One of the ways, by the shares."""
    patient, step = patient_at(run, who), step_at(tables, at)
    n = visit(tables, run, patient, at)
    way = share_of(tables, run, patient, tables[step + SHARES], tables[step + SHARES_STREAM], n)
    run[patient + STEP] = tables[tables[TARGET_TABLE] + tables[step + TARGETS] + way]
    return GOES_ON


@part
def route(tables: Any, run: Any, who: int, at: int) -> int:
    """The first way whose questions are all answered with yes."""
    patient, step = patient_at(run, who), step_at(tables, at)
    goes = tables[step + OTHERWISE]
    branch = tables[BRANCH_TABLE] + tables[step + BRANCHES] * BRANCH_WIDTH
    for _ in range(tables[step + BRANCH_COUNT]):
        test = tables[branch]
        last = test + tables[branch + 1]
        while test < last and holds_true(tables, run, patient, test):
            test += 1
        if test == last:
            goes = tables[branch + 2]
            break
        branch += BRANCH_WIDTH
    run[patient + STEP] = goes
    return GOES_ON


@part
def mark(tables: Any, run: Any, log: Any, who: int, at: int) -> int:
    """Write the time."""
    patient, milestone = patient_at(run, who), tables[step_at(tables, at) + MILESTONE]
    run[patient + STEP] = at + 1
    happens_first(run, patient + run[MARKED_FROM], milestone)
    run[past_at(run, who) + milestone] = run[NOW]
    write(run, log, run[patient + NUMBER], MARKED, NONE, milestone)
    return GOES_ON


@part
def set_attribute(tables: Any, run: Any, log: Any, who: int, at: int) -> int:
    """Change an attribute, to a value or by shares."""
    patient, step = patient_at(run, who), step_at(tables, at)
    run[patient + STEP] = at + 1
    attribute, value = tables[step + ATTRIBUTE], tables[step + NEW_VALUE]
    if tables[step + SET_SHARES] != NONE:
        n = visit(tables, run, patient, at)
        value = share_of(tables, run, patient, tables[step + SET_SHARES], tables[step + SET_STREAM], n)
    run[patient + ATTRIBUTES_FROM + attribute] = value
    write(run, log, run[patient + NUMBER], SETS, attribute, value)
    return GOES_ON


@part
def come_back(tables: Any, run: Any, who: int, at: int) -> int:
    """Perhaps a later journey, with the attributes of now (rule 13)."""
    patient, step = patient_at(run, who), step_at(tables, at)
    run[patient + STEP] = at + 1
    n, stream = visit(tables, run, patient, at), tables[step + BACK_STREAM]
    if share_of(tables, run, patient, tables[step + BACK_SHARES], stream, n) != 0:
        return GOES_ON
    delay = duration_of(tables, run, patient, tables[step + BACK_DELAY], tables[step + BACK_DELAY_STREAM], n)
    journey = run[FREE_RETURN]
    to_come = return_at(run, journey)
    run[FREE_RETURN] = run[to_come + NEXT_RETURN]
    run[RETURNS_LEFT] -= 1
    run[to_come + RETURN_KEY] = child_key(run[patient + KEY], stream, n)
    run[to_come + RETURN_STEP] = tables[step + BACK_TO]
    for column in range(tables[ATTRIBUTES] + tables[TRACES]):
        run[to_come + RETURN_FROM + column] = run[patient + ATTRIBUTES_FROM + column]
    schedule(run, run[NOW] + delay, PATIENTS, RETURN, NOBODY, journey, 0, run[patient + NUMBER])
    return GOES_ON


@part
def leave(tables: Any, run: Any, log: Any, who: int, at: int) -> int:
    """The journey ends."""
    patient = patient_at(run, who)
    if run[patient + FIRST_HELD] != NONE:
        return REFUSED
    write(run, log, run[patient + NUMBER], ENDS, NONE, tables[step_at(tables, at) + OUTCOME])
    run[patient + STEP] = NONE
    return GOES_ON
