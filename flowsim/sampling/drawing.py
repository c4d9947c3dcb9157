"""The compiled part of drawing candidates: how many come in each hour, and who, when, of which cell.

All numbers that it works with stand in blocks: `tables`, a program, whose head says where each table begins, and
scratch paper. What a probability is compared with is that probability in 2**53rds, rounded up: a uniform has 53
bits, so that is the same question, and it is asked in whole numbers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from flowsim.program.timetables import HOLIDAY, YEAR_DAYS
from flowsim.sampling.block import as_float, as_word
from flowsim.sampling.machine import entrance, part, whole
from flowsim.sampling.philox import rounds, unsigned

COUNT, PLACE, CELL, KEEP = np.arange(1, 5)
"""The uses of a source's stream: how many in an hour; of each candidate where in it, which cell, whether kept."""
USUAL, ADDED = 0, 1
"""Candidates that a multiplier below 1 thins, and those that a multiplier above 1 adds."""
UNSURE = -1
MOST_SUMMED = 500.0
"""Up to this rate an hour the Poisson law is summed term by term: above 700 its first term is 0 to a computer."""
MARGIN = 1e-9
"""A uniform so near to a step of the summed law may fall on either side of it; SciPy then decides."""
HOUR = 3_600_000

# The head of the tables: where each table begins, and single numbers; see `candidates.py`.
(NUMBERS, STREAMS, IS_BOOKED, RATES, HOURS_OF_WEEK, HOLIDAY_FACTORS, ABOVE, BOOKED, MINUTES, AGAIN, HAS_HOLIDAYS,
 FIRST_CELL, UPTO, FIRST_GUESS, GUESS_BITS, GUESSES, KEPT, MONTHS, HOLIDAYS, SOURCES, CELLS, ALL_GUESSES, START_DAY,
 START_DAY_OF_YEAR) = range(24)  # fmt: skip
HEAD = 24
# What is known of the law of each hour: a count, or UNSURE, its uniform and its rate.
LAW, UNIFORM, RATE = range(3)
# Columns of the scratch paper for the candidates of an hour, each with `room` numbers.
(STREAM, NUMBERED, SOURCE_OF, NAME, OF_CELL, OF_KEEP, WITHIN, ORDER, BEGINS) = range(9)
COLUMNS = 9
# Columns of who was found.
WHEN, KEY, SOURCE, FOUND_CELL, MONTH = range(5)
FOUND = 5

# As the uses, these are numpy's numbers: of a function that is given one of Python's as it stands, numba makes a
# version for each.
NOTHING, KEY_BITS, UNIFORM_BITS = np.array([0, 63, 53])

GOLDEN = 0x9E3779B97F4A7C15
NAMING = np.int64(0x656E7473_70617469)
"""The key under which `candidate_key` draws: its words are one uniform of the stream at (hour, k)."""

_rounds: Any = part(rounds)


@whole
def words(scratch: Any, many: int, of: int, place: int, use: int, key: int, bits: int, into: int) -> None:
    """Uniforms (see `philox.uniform`) of many patients at many places of a stream: their first bits.

    One loop without any question in it: processors take four at a time.
    """
    low, half, all_bits = unsigned(0xFFFFFFFF), unsigned(32), unsigned(0xFFFFFFFFFFFFFFFF)
    moved = unsigned(use) * unsigned(GOLDEN)
    k0, k1 = unsigned(key) & low, unsigned(key) >> half
    for at in range(many):
        who = unsigned(scratch[of + at]) & all_bits
        where = (unsigned(scratch[place + at]) + moved) & all_bits
        a, b, _, _ = _rounds(who & low, who >> half, where & low, where >> half, k0, k1)
        scratch[into + at] = np.int64(((a << half) | b) >> unsigned(64 - bits))


@part
def places(tables: Any, source: int, hour: int) -> Any:
    """Where the edges of the booked places of an hour stand: the first, and the one after the last."""
    day = hour // 24
    kind = (tables[START_DAY] + day) % 7
    holiday = tables[tables[HOLIDAYS] + (tables[START_DAY_OF_YEAR] + day) % YEAR_DAYS]
    if holiday != 0 and tables[tables[HAS_HOLIDAYS] + source] != 0:
        kind = HOLIDAY
    return tables[BOOKED] + ((source * (HOLIDAY + 1) + kind) * 24 + hour % 24) * 2


@part
def quantile(u: float, rate: float) -> Any:
    """The smallest count whose cumulative probability is `u` or more, or UNSURE."""
    if rate > MOST_SUMMED:
        return UNSURE
    count, term = 0, math.exp(-rate)
    total = term
    while total < u - MARGIN:
        count += 1
        term *= rate / count
        total += term
    return count if total > u + MARGIN else UNSURE


@entrance
def count_hours(tables: Any, laws: Any, scratch: Any, run: int, first: int, hours: int) -> int:
    """Write down usual and added candidates, as far as they are sure, of each source and hour; how many are not."""
    sources, unsure = tables[SOURCES], 0
    size = 2 * sources * hours
    for which in range(2):
        for source in range(sources):
            for hour in range(hours):
                at = (which * sources + source) * hours + hour
                scratch[at] = first + hour + tables[START_DAY] * 24
                scratch[size + at] = tables[tables[STREAMS] + which * sources + source]
    words(scratch, size, NOTHING, size, COUNT, run, UNIFORM_BITS, NOTHING)
    for hour in range(hours):
        day = (tables[START_DAY_OF_YEAR] + (first + hour) // 24) % YEAR_DAYS
        month, of_week = tables[tables[MONTHS] + day], (first + hour + tables[START_DAY] * 24) % 168
        for source in range(sources):
            if tables[tables[IS_BOOKED] + source] != 0:
                edges = places(tables, source, first + hour)
                many = tables[edges + 1] - tables[edges]
                laws[source * hours + hour] = many
                laws[(sources + source) * hours + hour] = many * tables[tables[AGAIN] + source]
                continue
            rate = as_float(tables[tables[RATES] + month * sources + source])
            rate *= as_float(tables[tables[HOURS_OF_WEEK] + source * 168 + of_week])
            if tables[tables[HOLIDAYS] + day] != 0:
                rate *= as_float(tables[tables[HOLIDAY_FACTORS] + source])
            for which in range(2):
                if which == ADDED:
                    rate *= as_float(tables[tables[ABOVE] + source])
                    if rate <= 0:
                        continue
                at = (which * sources + source) * hours + hour
                u = (float(scratch[at]) + 0.5) * 2.0**-53
                count = quantile(u, rate)
                unsure += count == UNSURE
                laws[at], laws[size + at], laws[2 * size + at] = count, as_word(u), as_word(rate)
    return unsure


@entrance
def draw_hours(
    tables: Any, counts: Any, scratch: Any, room: int, found: Any, most: int, run: int, first: int, hours: int,
    start: int, until: int,
) -> int:  # fmt: skip
    """Write down the candidates who come, of [start, until), in order of (time, source name, key); how many."""
    done = 0
    for hour in range(hours):
        many = who_may_come(tables, counts, scratch, room, first + hour, hour, hours)
        names = room * NAME
        words(scratch, many, room * STREAM, room * NUMBERED, NOTHING, NAMING, KEY_BITS, names)
        words(scratch, many, names, room * STREAM, CELL, run, UNIFORM_BITS, room * OF_CELL)
        words(scratch, many, names, room * STREAM, KEEP, run, UNIFORM_BITS, room * OF_KEEP)
        words(scratch, many, names, room * STREAM, PLACE, run, UNIFORM_BITS, room * WITHIN)
        day = (tables[START_DAY_OF_YEAR] + (first + hour) // 24) % YEAR_DAYS
        month = tables[tables[MONTHS] + day]
        many = who_come(tables, scratch, room, many, first + hour, month)
        in_order(scratch, room, many)
        for at in range(many):
            one = scratch[room * ORDER + at]
            time = (first + hour) * HOUR + scratch[room * WITHIN + one]
            if start <= time < until:
                found[most * WHEN + done] = time
                found[most * KEY + done] = scratch[room * NAME + one]
                found[most * SOURCE + done] = tables[
                    tables[NUMBERS] + (scratch[room * SOURCE_OF + one] >> 32)
                ]
                found[most * FOUND_CELL + done] = scratch[room * OF_CELL + one]
                found[most * MONTH + done] = month
                done += 1
    return done


@part
def who_may_come(tables: Any, counts: Any, scratch: Any, room: int, hour: int, at: int, hours: int) -> Any:
    """Write down the candidates of an hour, source by source in order of (k, usual before added); how many."""
    many, sources = 0, tables[SOURCES]
    calendar_hour = (hour + tables[START_DAY] * 24) & 0xFFFFFFFF
    for source in range(sources):
        usual, added = counts[source * hours + at], counts[(sources + source) * hours + at]
        for k in range(max(usual, added)):
            for which in range(2):
                if k < (added if which == ADDED else usual):
                    scratch[room * STREAM + many] = tables[tables[STREAMS] + which * sources + source]
                    scratch[room * NUMBERED + many] = calendar_hour | k << 32
                    scratch[room * SOURCE_OF + many] = source << 32 | k << 1 | which
                    many += 1
    return many


@part
def who_come(tables: Any, scratch: Any, room: int, many: int, hour: int, month: int) -> Any:
    """Find the cell and the time of each candidate, and leave out who is thinned; how many come."""
    come, cells = 0, tables[CELLS]
    for at in range(many):
        told, u = scratch[room * SOURCE_OF + at], scratch[room * OF_CELL + at]
        source = told >> 32
        guess = u >> (53 - tables[tables[GUESS_BITS] + source])
        guess += tables[GUESSES] + month * tables[ALL_GUESSES] + tables[tables[FIRST_GUESS] + source]
        one, upto = tables[guess], tables[UPTO] + month * cells
        while tables[upto + one] <= u:  # the last of a source is above every uniform
            one += 1
        if scratch[room * OF_KEEP + at] >= tables[tables[KEPT] + (told & 1) * cells + one]:
            continue
        if tables[tables[IS_BOOKED] + source] != 0:
            edges = places(tables, source, hour)
            begin, end = tables[edges], tables[edges + 1]
            within = tables[tables[MINUTES] + begin + ((told & 0xFFFFFFFF) >> 1) % (end - begin)] * 60_000
        else:
            within = ((scratch[room * WITHIN + at] >> 21) * HOUR) >> 32
        scratch[room * WITHIN + come] = within
        scratch[room * NAME + come], scratch[room * OF_CELL + come] = scratch[room * NAME + at], one
        scratch[room * SOURCE_OF + come] = told
        come += 1
    return come


@part
def in_order(scratch: Any, room: int, many: int) -> None:
    """The order of times within an hour, which lie about evenly; equal ones stay as they stand."""
    within, order, begins = room * WITHIN, room * ORDER, room * BEGINS
    for at in range(many + 1):
        scratch[begins + at] = 0
    for at in range(many):
        scratch[begins + scratch[within + at] * many // HOUR + 1] += 1
    for at in range(many):
        scratch[begins + at + 1] += scratch[begins + at]
    for at in range(many):
        bucket = begins + scratch[within + at] * many // HOUR
        scratch[order + scratch[bucket]] = at
        scratch[bucket] += 1
    for at in range(1, many):
        one, before = scratch[order + at], at
        while before > 0 and scratch[within + scratch[order + before - 1]] > scratch[within + one]:
            scratch[order + before] = scratch[order + before - 1]
            before -= 1
        scratch[order + before] = one
