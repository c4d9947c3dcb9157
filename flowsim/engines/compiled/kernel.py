"""The kernel: it moves patients through tables, one small thing at a time, until it needs something from Python.

There are always four things it might do, and it does the most pressing (rule 2): grant at a pool that has changed; the
next step of the patient whose turn it is; look at the rules; the next event. Each is small and bounded, so the kernel can
stop between any two of them for more room, and nobody can tell that it did.
"""

from __future__ import annotations

from typing import Any

from flowsim.engines.compiled.columns import (
    ACTED,
    ACTIVE,
    ARRIVAL,
    ARRIVAL_AT,
    ARRIVALS,
    ARRIVING,
    AT,
    ATTRIBUTES,
    ATTRIBUTES_FROM,
    BY,
    CAPACITY,
    CHANGE,
    CHANGE_AT,
    CHANGES,
    CHOOSE,
    COME_BACK,
    DEPTH,
    ENTRIES,
    EVENTS_LEFT,
    FIRST,
    FIRST_HELD,
    FIRST_PLACE,
    FREE_PATIENT,
    FREE_RETURN,
    FUEL,
    GOING_ROUND,
    HOLD,
    HOLD_ENDS,
    HOLD_FIXED,
    HOLD_LEFT,
    HOLD_STEP,
    HOLDINGS_LEFT,
    INSIDE,
    INSTANT,
    KEY,
    KIND,
    LEAVE,
    LIMIT,
    LOG_FULL,
    MARK,
    MARKED_FROM,
    MEASURE,
    MONTH_ATTRIBUTE,
    MONTHS,
    MOVES,
    NEVER_OPENS,
    NEW_WEEK,
    NEXT_FREE,
    NEXT_RETURN,
    NO_ROOM,
    NOBODY,
    NONE,
    NOT_HELD,
    NOW,
    NUMBER,
    OF_CAPACITY,
    OFF,
    ON,
    OP,
    OPEN_NOW,
    PATIENT_WIDTH,
    PATIENTS_LEFT,
    PLACES_LEFT,
    POOLS,
    READY_AGAIN,
    RELEASE,
    RESUME,
    RETURN,
    RETURN_FROM,
    RETURN_KEY,
    RETURN_STEP,
    RETURNS_LEFT,
    ROOM,
    ROTA,
    ROUTE,
    ROWS,
    RULE,
    RULE_CHANGE,
    RULE_STATE,
    RULE_TABLE,
    RULE_WIDTH,
    RULES,
    RULES_AND_ROTAS,
    SEIZE,
    SET,
    STACK_SIZE,
    STARTED,
    STEP,
    STEPS_AT_INSTANT,
    STILL_HOLDS,
    SUB,
    TIMER,
    TOUCHED,
    TRACE_FROM,
    TRACES,
    VALUE,
    WAIT,
    WAIT_NUMBER,
    WAKE,
    WANTS_ARRIVALS,
    WANTS_CHANGES,
    WATCH,
    WATCHES,
    WHEN,
    WHICH,
    WHO,
    WHOM,
    A,
    B,
    C,
    event_at,
    patient_at,
    pool_at,
    return_at,
    step_at,
)
from flowsim.engines.compiled.draws import quantity
from flowsim.engines.compiled.events import advance, due, free, schedule
from flowsim.engines.compiled.queueing import (
    escalate,
    give_back,
    give_up,
    grant_once,
    touch,
    will_grant,
    write,
)
from flowsim.engines.compiled.steps import (
    AGAIN,
    REFUSED,
    SUSPENDED,
    choose,
    come_back,
    hold,
    hold_fixed,
    leave,
    mark,
    release,
    route,
    seize,
    set_attribute,
    wait_until,
)
from flowsim.program.program import ONE
from flowsim.program.timetables import DAY, YEAR_DAYS
from flowsim.records.log import Code, Left
from flowsim.sampling.machine import entrance, part, whole

STARTS, SETS, NEW_CAPACITY = int(Code.START), int(Code.SET), int(Code.CAPACITY)
GAVE_UP = int(Left.GAVE_UP)
MILLION, A_DAY, A_YEAR = int(ONE), int(DAY), int(YEAR_DAYS)
MOST_STEPS_AT_ONE_INSTANT = 10_000
DOINGS = 64
"""Things done between two looks at the room that is left."""


@entrance
def go(tables, run, log, log_rows, limit, change, opening, arrivals, keys, sources, attributes, traces):  # type: ignore[no-untyped-def]
    """Run until the limit of time, or until something is wanted; returns why (`LIMIT` to `NEVER_OPENS`).

    `change` and `opening` are of this week, and so are the arrivals: times, keys, sources, and a row each of
    attributes and of a trace's durations.
    """
    room = DOINGS * tables[ROOM]
    take_up(run, arrivals, change)
    while True:
        if run[FUEL] == 0:
            if run[ROWS] + room > log_rows:
                return LOG_FULL
            if short_of_room(run, room):
                return NO_ROOM
            run[FUEL] = DOINGS
        run[FUEL] -= 1
        if run[DEPTH] != 0:
            grant_once(tables, run, log)
        elif run[WHO] != NOBODY:
            trouble = do_step(tables, run, log, opening, run[WHO])
            if trouble != LIMIT:
                return trouble
        elif run[TOUCHED] != 0:
            look_at_rules(tables, run)
        else:
            event = due(run)
            if event != NONE:
                kind = run[event_at(run, event) + KIND]
                if kind == ARRIVAL:
                    free(run, event)
                    arrive(tables, run, log, arrivals, keys, sources, attributes, traces)
                elif kind == CHANGE:
                    free(run, event)
                    change_capacity(tables, run, log, change)
                else:
                    happen(tables, run, log, event, kind)
            elif run[WANTS_ARRIVALS] + run[WANTS_CHANGES] != 0:
                return NEW_WEEK
            elif not advance(run, limit):
                return LIMIT


@part
def take_up(run: Any, arrivals: Any, change: Any) -> None:
    """Schedule the first of a new week's arrivals, and of its changes of rotas and calendars (rule 3)."""
    if run[WANTS_ARRIVALS] != 0 and run[ARRIVAL_AT] < run[ARRIVALS]:
        run[WANTS_ARRIVALS] = 0
        next_arrival(run, arrivals)
    if run[WANTS_CHANGES] != 0 and run[CHANGE_AT] < run[CHANGES]:
        run[WANTS_CHANGES] = 0
        next_change(run, change)


@part
def short_of_room(run: Any, rows: int) -> bool:
    """May something not fit soon?"""
    return bool(
        run[PATIENTS_LEFT] < rows
        or run[EVENTS_LEFT] < rows
        or run[PLACES_LEFT] < rows
        or run[HOLDINGS_LEFT] < rows
        or run[RETURNS_LEFT] < rows
        or run[DEPTH] + rows > run[STACK_SIZE]
    )


# --- patients ---------------------------------------------------------------------------------------------------


@part
def going_round(run: Any, patient: int) -> bool:
    """Has the patient done too many steps at one instant? Counts this one (rule 11)."""
    if run[patient + INSTANT] != run[NOW]:
        run[patient + INSTANT], run[patient + STEPS_AT_INSTANT] = run[NOW], 0
    run[patient + STEPS_AT_INSTANT] += 1
    return bool(run[patient + STEPS_AT_INSTANT] > MOST_STEPS_AT_ONE_INSTANT)


@whole
def do_step(tables, run, log, opening, who):  # type: ignore[no-untyped-def]
    """The patient whose turn it is does the next step, or goes on with one; returns trouble, or LIMIT for none."""
    patient = patient_at(run, who)
    at = run[patient + AT]
    if run[SUB] == 0:
        at = run[patient + STEP]
        if at == NONE:
            ended(run, who)
            return LIMIT
        if going_round(run, patient):
            return GOING_ROUND
        run[patient + AT] = at
    verb = tables[step_at(tables, at) + OP]
    if verb == ROUTE:  # the most frequent ones first
        said = route(tables, run, who, at)
    elif verb == MARK:
        said = mark(tables, run, log, who, at)
    elif verb == SET:
        said = set_attribute(tables, run, log, who, at)
    elif verb == SEIZE:
        said = seize(tables, run, log, who, at)
    elif verb == RELEASE:
        said = release(tables, run, log, who, at)
    elif verb == CHOOSE:
        said = choose(tables, run, who, at)
    elif verb == HOLD:
        said = hold(tables, run, who, at)
    elif verb == HOLD_FIXED:
        said = hold_fixed(tables, run, who, at)
    elif verb == COME_BACK:
        said = come_back(tables, run, who, at)
    elif verb == WAIT:
        said = wait_until(tables, run, opening, who, at)
    else:
        said = leave(tables, run, log, who, at)
    if said == REFUSED:
        return NOT_HELD if verb == RELEASE else (STILL_HOLDS if verb == LEAVE else NEVER_OPENS)
    if said == SUSPENDED:
        run[WHO] = NOBODY
    if said != AGAIN:
        run[SUB] = 0
    return LIMIT


@whole
def starts(run, log, key, step, source, parent):  # type: ignore[no-untyped-def]
    """A journey begins: a number, a row of the log, nothing marked and nothing visited yet (rule 10)."""
    who = run[FREE_PATIENT]
    patient = patient_at(run, who)
    run[FREE_PATIENT] = run[patient + NEXT_FREE]
    run[PATIENTS_LEFT] -= 1
    run[INSIDE] += 1
    run[patient + NUMBER], run[patient + KEY] = run[STARTED], key
    run[STARTED] += 1
    run[patient + STEP], run[patient + AT], run[patient + WAKE] = step, step, NONE
    run[patient + FIRST_HELD], run[patient + FIRST_PLACE], run[patient + WAIT_NUMBER] = NONE, NONE, 0
    run[patient + HOLD_STEP], run[patient + HOLD_LEFT] = NONE, -1
    run[patient + INSTANT], run[patient + STEPS_AT_INSTANT] = run[NOW], 0
    for bits in range(patient + run[MARKED_FROM], patient + run[PATIENT_WIDTH]):
        run[bits] = 0
    write(run, log, run[patient + NUMBER], STARTS, source, parent)
    run[WHO] = who
    return patient


@part
def ended(run: Any, who: int) -> None:
    """The place of a patient who has left is free."""
    patient = patient_at(run, who)
    run[patient + NUMBER] = NOBODY
    run[patient + NEXT_FREE] = run[FREE_PATIENT]
    run[FREE_PATIENT] = who
    run[PATIENTS_LEFT] += 1
    run[INSIDE] -= 1
    run[WHO] = NOBODY


# --- events -----------------------------------------------------------------------------------------------------


@part
def happen(tables: Any, run: Any, log: Any, event: int, kind: int) -> None:
    """An event comes to pass."""
    at = event_at(run, event)
    whom, a, b, c = run[at + WHOM], run[at + A], run[at + B], run[at + C]
    free(run, event)
    if kind in (HOLD_ENDS, RESUME):
        patient = patient_at(run, whom)
        run[patient + WAKE], run[patient + HOLD_STEP] = NONE, NONE
        run[WHO] = whom
    elif kind == TIMER:
        ring(run, log, whom, a, b, c)
    elif kind == READY_AGAIN:
        give_back(run, log, a, c, b)
    elif kind == RETURN:
        begin_return(tables, run, log, a, c)
    elif kind == RULE:
        act(tables, run, log, a)
    elif kind == FIRST:
        grant_everywhere(tables, run)


@part
def arrive(
    tables: Any, run: Any, log: Any, arrivals: Any, keys: Any, sources: Any, attributes: Any, traces: Any
) -> None:
    """The next arrival is scheduled, and this one's journey begins (rule 3)."""
    at = run[ARRIVAL_AT]
    run[ARRIVAL_AT] = at + 1
    next_arrival(run, arrivals)
    source = sources[at]
    patient = starts(run, log, keys[at], tables[tables[ENTRIES] + source], source, NOBODY)
    for attribute in range(tables[ATTRIBUTES]):
        run[patient + ATTRIBUTES_FROM + attribute] = attributes[at * tables[ATTRIBUTES] + attribute]
    for column in range(tables[TRACES]):
        run[patient + run[TRACE_FROM] + column] = traces[at * tables[TRACES] + column]


@part
def next_arrival(run: Any, arrivals: Any) -> None:
    """Schedule the arrival after the last; without one, another week is wanted before the clock goes on."""
    if run[ARRIVAL_AT] < run[ARRIVALS]:
        schedule(run, arrivals[run[ARRIVAL_AT]], ARRIVING, ARRIVAL, NOBODY, 0, 0, 0)
    else:
        run[WANTS_ARRIVALS] = 1


@part
def begin_return(tables: Any, run: Any, log: Any, journey: int, parent: int) -> None:
    """A journey that comes back begins; the log tells its attributes (rule 13)."""
    to_come = return_at(run, journey)
    patient = starts(run, log, run[to_come + RETURN_KEY], run[to_come + RETURN_STEP], NONE, parent)
    for column in range(tables[ATTRIBUTES] + tables[TRACES]):
        run[patient + ATTRIBUTES_FROM + column] = run[to_come + RETURN_FROM + column]
    month = tables[tables[MONTHS] + run[NOW] // A_DAY % A_YEAR]
    run[patient + ATTRIBUTES_FROM + tables[MONTH_ATTRIBUTE]] = month
    for attribute in range(tables[ATTRIBUTES]):
        write(run, log, run[patient + NUMBER], SETS, attribute, run[patient + ATTRIBUTES_FROM + attribute])
    run[to_come + NEXT_RETURN] = run[FREE_RETURN]
    run[FREE_RETURN] = journey
    run[RETURNS_LEFT] += 1


@part
def ring(run: Any, log: Any, whom: int, wait: int, level: int, number: int) -> None:
    """A timer goes off: if this wait still lasts, the patient gives up or rises to a level (rule 7)."""
    patient = patient_at(run, whom)
    if (
        run[patient + NUMBER] != number
        or run[patient + WAIT_NUMBER] != wait
        or run[patient + FIRST_PLACE] == NONE
    ):
        return
    if level == NONE:
        give_up(run, log, whom, GAVE_UP)
    else:
        escalate(run, log, whom, level)


# --- rotas, calendars, rules (rules 3 and 9) --------------------------------------------------------------------


@part
def change_capacity(tables: Any, run: Any, log: Any, change: Any) -> None:
    """A rota or calendar has a new value; then the change after it is scheduled."""
    at = run[CHANGE_AT]
    run[CHANGE_AT] = at + 1
    which, value = change[3 * at + WHICH], change[3 * at + VALUE]
    next_change(run, change)
    if which >= tables[POOLS]:
        run[run[OPEN_NOW] + which - tables[POOLS]] = 1 if value > 0 else 0
        return
    run[pool_at(run, which) + ROTA] = value
    capacity_changed(run, log, which)


@part
def next_change(run: Any, change: Any) -> None:
    """Schedule the next change; without one, another week is wanted before the clock goes on."""
    if run[CHANGE_AT] < run[CHANGES]:
        schedule(run, change[3 * run[CHANGE_AT] + WHEN], RULES_AND_ROTAS, CHANGE, NOBODY, 0, 0, 0)
    else:
        run[WANTS_CHANGES] = 1


@whole
def capacity_changed(run, log, pool):  # type: ignore[no-untyped-def]
    """Capacity is the rota's and the rules', and at least 0 (rule 9)."""
    at = pool_at(run, pool)
    run[at + CAPACITY] = max(0, run[at + ROTA] + run[at + RULE_CHANGE])
    write(run, log, NOBODY, NEW_CAPACITY, pool, run[at + CAPACITY])
    touch(run, pool)
    will_grant(run, pool)


@part
def grant_everywhere(tables: Any, run: Any) -> None:
    """Whoever fits into the capacity of now need not wait for something else to happen (rules 3 and 12)."""
    for pool in range(tables[POOLS] - 1, -1, -1):
        will_grant(run, pool)


@whole
def look_at_rules(tables, run):  # type: ignore[no-untyped-def]
    """See whether a rule acts, after each event that changed a watched resource (rule 9)."""
    run[TOUCHED] = 0
    for number in range(tables[RULES]):
        rule = tables[RULE_TABLE] + number * RULE_WIDTH
        acted = run[run[RULE_STATE] + 2 * number + ACTED]
        if run[run[WATCH] + tables[rule + WATCHES]] != 0 and acted != run[NOW]:
            look_at_rule(tables, run, number, rule)
    for number in range(tables[RULES]):
        run[run[WATCH] + tables[tables[RULE_TABLE] + number * RULE_WIDTH + WATCHES]] = 0


@part
def look_at_rule(tables: Any, run: Any, number: int, rule: int) -> None:
    """A rule that should be active and is not, or the other way round, acts now."""
    watched, state = tables[rule + WATCHES], run[RULE_STATE] + 2 * number
    value = quantity(run, watched, tables[rule + MEASURE])
    on, off = tables[rule + ON], tables[rule + OFF]
    if tables[rule + OF_CAPACITY] != 0:
        rota = run[pool_at(run, watched) + ROTA]
        value, on, off = value * MILLION, on * rota, off * rota
    active = run[state + ACTIVE] != 0
    wanted = value > off if active else value >= on
    if wanted != active:
        run[state + ACTED] = run[NOW]
        schedule(run, run[NOW], RULES_AND_ROTAS, RULE, NOBODY, number, 0, 0)


@part
def act(tables: Any, run: Any, log: Any, number: int) -> None:
    """A rule becomes active or inactive, and moves a capacity (rule 9)."""
    rule, state = tables[RULE_TABLE] + number * RULE_WIDTH, run[RULE_STATE] + 2 * number
    pool, by = tables[rule + MOVES], tables[rule + BY]
    run[state + ACTIVE] ^= 1
    run[pool_at(run, pool) + RULE_CHANGE] += by if run[state + ACTIVE] != 0 else -by
    capacity_changed(run, log, pool)
