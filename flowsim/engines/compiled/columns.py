"""Where everything stands in the compiled engine's two long tables of whole numbers.

The kernel works on two arrays: `tables`, a program that never changes, and `run`, a replication that does. Each is
one block of 64-bit numbers that holds many tables, so that the functions of the kernel pass two things around and not
sixty (numba passes every array as seven words, and takes minutes to compile sixty). The head of a block says where
each of its tables begins. A column has the name of what stands in it.

Free rows of a table form a chain; -1 ends every chain.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.sampling.machine import part

Ints = NDArray[np.int64]

NOBODY = -1
NONE = -1
LEVELS = 32
"""Priorities 0 to 31 (rule 4)."""
NEVER = 2**63 - 1
NOT_MARKED = -(2**62)

# === run: what moves ============================================================================================

# Single numbers.
(NOW, NEXT_TIME, WHO, SUB, JOINED, DELAY, DEPTH, TOUCHED, GRANTS, STARTED, INSIDE, ROWS, FUEL, RUN_KEY,
 FREE_PATIENT, PATIENTS_LEFT, FREE_EVENT, EVENTS_LEFT, FREE_PLACE, PLACES_LEFT, FREE_HOLDING, HOLDINGS_LEFT,
 FREE_RETURN, RETURNS_LEFT, STACK_SIZE, ARRIVAL_AT, ARRIVALS, WANTS_ARRIVALS, CHANGE_AT, CHANGES,
 WANTS_CHANGES) = range(31)  # fmt: skip

# Where each table begins; and how wide a patient, and a journey to come, are.
(OCCUPIED, LINE, POOL_TABLE, QUEUE_TABLE, WATCH, OPEN_NOW, RULE_STATE, STACK,
 PATIENT_TABLE, PAST_TABLE, EVENT_TABLE, PLACE_TABLE, HOLDING_TABLE, RETURN_TABLE,
 PATIENT_WIDTH, TRACE_FROM, MARKED_FROM, VISITED_FROM, PAST_WIDTH, COUNT_FROM, RETURN_WIDTH) = range(32, 53)  # fmt: skip
HEAD = 64

# A patient inside: these, then attributes, durations of a trace, and a bit for each milestone that is marked and each
# drawing step that was visited.
(NUMBER, KEY, STEP, AT, WAKE, FIRST_HELD, FIRST_PLACE, N,
 AMOUNT, PRIORITY, PREEMPTS, ON_LEAVE, SINCE, WAIT_NUMBER, HOLD_STEP, HOLD_LEFT,
 INSTANT, STEPS_AT_INSTANT, NEXT_FREE) = range(19)  # fmt: skip
ATTRIBUTES_FROM = 20
BITS_A_WORD = 64

# A patient's past stands apart, since it is long and hardly ever asked for: the latest time of each milestone that is
# marked; then for each drawing step, once it is visited again, one more than the patient's number (so that it is never
# that of empty memory) and this many bits of how often
# (rule 14). So a patient's row is short, and whoever has the place next need not clear the past.
VISIT_BITS = 24

# An event: when, what follows in its line, what it stands for.
TIME, NEXT, PHASE, KIND, WHOM, A, B, C = range(8)
EVENT_WIDTH = 8

# A place in a queue.
WAITER, POOL, BEHIND, BEFORE, NEXT_PLACE = range(5)
PLACE_WIDTH = 8

# Units of a pool that a patient holds.
HOLDER, OF_POOL, UNITS, RANK, GRANT, NEXT_HELD, NEXT_HOLDER, LAST_HOLDER = range(8)
HOLDING_WIDTH = 8

# A journey to come: these, then attributes, then durations of a trace.
RETURN_KEY, RETURN_STEP, NEXT_RETURN = range(3)
RETURN_FROM = 3

# A pool; each of its levels has a first and a last place.
CAPACITY, IN_USE, WAITING, LEVELS_USED, WATCHED, MAY_INTERRUPT, ROTA, RULE_CHANGE, FIRST_HOLDER = range(9)
POOL_WIDTH = 16

# A rule: active, and when it acted last.
ACTIVE, ACTED = range(2)

# Kinds of events.
HOLD_ENDS, RESUME, TIMER, READY_AGAIN, RETURN, CHANGE, RULE, ARRIVAL, FIRST, VOID = range(10)

# Phases of one instant (rule 3).
RULES_AND_ROTAS, PATIENTS, TIMERS, ARRIVING = range(4)
PHASES = 4

# The event list: lines for the phases of now, then `HEIGHT` levels of `SLOTS` lines.
DIGIT = 6
SLOTS = 1 << DIGIT
HEIGHT = 11
LINES = PHASES + HEIGHT * SLOTS

# Why the kernel stopped.
LIMIT, LOG_FULL, NO_ROOM, NEW_WEEK, GOING_ROUND, NOT_HELD, STILL_HOLDS, NEVER_OPENS = range(8)

# A change of a rota, or (numbered after all pools) of a calendar.
WHEN, WHICH, VALUE = range(3)

# === tables: a program ==========================================================================================

# Where each table begins, and single numbers.
(STEP_TABLE, REF_TABLE, TIMED_TABLE, TARGET_TABLE, BRANCH_TABLE, TEST_TABLE, MEMBER_TABLE, RULE_TABLE, NUMBER_TABLE,
 NUMBER_VALUES, DURATION_TABLE, DURATION_ROWS, SHARE_TABLE, UPTO, PAIR_TABLE, KNOTS, EXACT_TABLE, EXACT_UPTO,
 EXACT_VALUES, ENTRIES, MONTHS, POOLS, RULES, ATTRIBUTES, TRACES, MONTH_ATTRIBUTE, ROOM,
 KNOTS_EACH) = range(28)  # fmt: skip

SEIZE, RELEASE, HOLD, HOLD_FIXED, CHOOSE, ROUTE, WAIT, MARK, SET, COME_BACK, LEAVE = range(11)

# A step, verb by verb; first the verb, then the step's place among those that draw.
OP, VISIT = 0, 1
(REFS, REF_COUNT, HOW_MANY, LEVEL, LEVEL_ATTRIBUTE, MAY_PREEMPT, LEAVES_TO, IF_FULL, LIMIT_OF, TIMED,
 TIMED_COUNT) = range(2, 13)  # fmt: skip
AFTER, IF_HELD = 5, 6  # of a release, whose REFS, REF_COUNT and HOW_MANY stand as in a seize
DURATION, STREAM, IF_INTERRUPTED = 2, 3, 4  # of a hold
SHARES, SHARES_STREAM, TARGETS = 2, 3, 4  # of choose
BRANCHES, BRANCH_COUNT, OTHERWISE = 2, 3, 4  # of a route
CALENDAR, PER_SITE = 2, 3  # of wait_until
MILESTONE = 2
ATTRIBUTE, NEW_VALUE, SET_SHARES, SET_STREAM = 2, 3, 4, 5
BACK_SHARES, BACK_STREAM, BACK_DELAY, BACK_DELAY_STREAM, BACK_TO = 2, 3, 4, 5, 6
OUTCOME = 2
STEP_WIDTH = 16
GO_RESUME, GO_RESTART, DISPLACES = -2, -3, -4

REF_WIDTH, TIMED_WIDTH, BRANCH_WIDTH = 2, 3, 3

IS_ONE_OF, IS_OPEN, HOLDS, SINCE_MARK, FREE, QUEUE, USED, PRESENT = range(8)
AT_LEAST, ABOVE, AT_MOST, BELOW = range(4)
TEST_KIND, TEST_OF, TEST_PER_SITE, TEST_COMPARISON, TEST_LIMIT, TEST_VALUES, TEST_WANTED = range(7)
TEST_WIDTH = 8

MEASURE, WATCHES, MOVES, ON, OFF, OF_CAPACITY, BY = range(7)
RULE_WIDTH = 8

# A use of a parameter: the pairs (attribute, stride) that pick its row, its first row, and for shares their number.
PAIRS, PAIR_COUNT, FIRST_ROW, TRACE_COLUMN = range(4)
SHARE_COUNT = 3
USE_WIDTH = 4
PAIR_WIDTH = 2
# A row of a duration: its quantile table (or -1 minus its table of exact values), its factor in millionths, and the
# one exact value that it has, or -1.
TABLE, FACTOR, FIXED = range(3)
DURATION_ROW_WIDTH = 4
EXACT_WIDTH = 2


@part
def patient_at(run: Any, who: int) -> int:
    """Where a patient stands in the run."""
    at: int = run[PATIENT_TABLE] + who * run[PATIENT_WIDTH]
    return at


@part
def past_at(run: Any, who: int) -> int:
    """Where a patient's past stands in the run."""
    at: int = run[PAST_TABLE] + who * run[PAST_WIDTH]
    return at


@part
def event_at(run: Any, event: int) -> int:
    """Where an event stands in the run."""
    at: int = run[EVENT_TABLE] + event * EVENT_WIDTH
    return at


@part
def place_at(run: Any, place: int) -> int:
    """Where a place in a queue stands in the run."""
    at: int = run[PLACE_TABLE] + place * PLACE_WIDTH
    return at


@part
def holding_at(run: Any, holding: int) -> int:
    """Where units that a patient holds stand in the run."""
    at: int = run[HOLDING_TABLE] + holding * HOLDING_WIDTH
    return at


@part
def return_at(run: Any, journey: int) -> int:
    """Where a journey to come stands in the run."""
    at: int = run[RETURN_TABLE] + journey * run[RETURN_WIDTH]
    return at


@part
def pool_at(run: Any, pool: int) -> int:
    """Where a pool stands in the run."""
    at: int = run[POOL_TABLE] + pool * POOL_WIDTH
    return at


@part
def step_at(tables: Any, step: int) -> int:
    """Where a step stands in the tables."""
    at: int = tables[STEP_TABLE] + step * STEP_WIDTH
    return at
