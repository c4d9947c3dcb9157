"""What a patient's attributes and luck say: rows of tables, shares, durations, the questions of a route (rule 13)."""

from __future__ import annotations

from typing import Any

from flowsim.engines.compiled.columns import (
    ABOVE,
    AT_LEAST,
    AT_MOST,
    ATTRIBUTES_FROM,
    BITS_A_WORD,
    CAPACITY,
    COUNT_FROM,
    DURATION_ROW_WIDTH,
    DURATION_ROWS,
    DURATION_TABLE,
    EXACT_TABLE,
    EXACT_UPTO,
    EXACT_VALUES,
    EXACT_WIDTH,
    FACTOR,
    FIRST_HELD,
    FIRST_ROW,
    FIXED,
    FREE,
    HOLDS,
    IN_USE,
    IS_ONE_OF,
    IS_OPEN,
    KEY,
    KNOTS,
    KNOTS_EACH,
    MARKED_FROM,
    MEMBER_TABLE,
    NEXT_HELD,
    NONE,
    NOT_MARKED,
    NOW,
    NUMBER,
    NUMBER_TABLE,
    NUMBER_VALUES,
    OF_POOL,
    OPEN_NOW,
    PAIR_COUNT,
    PAIR_TABLE,
    PAIR_WIDTH,
    PAIRS,
    QUEUE,
    RUN_KEY,
    SHARE_COUNT,
    SHARE_TABLE,
    SINCE_MARK,
    TABLE,
    TEST_COMPARISON,
    TEST_KIND,
    TEST_LIMIT,
    TEST_OF,
    TEST_PER_SITE,
    TEST_TABLE,
    TEST_VALUES,
    TEST_WANTED,
    TEST_WIDTH,
    TRACE_COLUMN,
    TRACE_FROM,
    UPTO,
    USE_WIDTH,
    USED,
    VISIT,
    VISIT_BITS,
    VISITED_FROM,
    WAITING,
    WHO,
    holding_at,
    past_at,
    pool_at,
    step_at,
)
from flowsim.program.program import ONE
from flowsim.program.quantiles import OCTAVES, PER_OCTAVE
from flowsim.sampling.lookup import FRACTION_BITS, PART_BITS, UPPER
from flowsim.sampling.machine import as_signed, highest_bit, part, toggled, unsigned, whole
from flowsim.sampling.philox import uniform

# Compiled functions read these as plain numbers.
MILLION, HALF_MILLION = int(ONE), int(ONE // 2)
UPPER_HALF = int(UPPER)


@part
def row_of(tables: Any, run: Any, patient: int, use: int) -> int:
    """The row of a parameter's table that the patient's attributes pick, counted from its first."""
    row = 0
    pair = tables[PAIR_TABLE] + tables[use + PAIRS] * PAIR_WIDTH
    for _ in range(tables[use + PAIR_COUNT]):
        row += run[patient + ATTRIBUTES_FROM + tables[pair]] * tables[pair + 1]
        pair += PAIR_WIDTH
    return row


@part
def number_of(tables: Any, run: Any, patient: int, number: int) -> int:
    """A number parameter's value for the patient."""
    use = tables[NUMBER_TABLE] + number * USE_WIDTH
    value: int = tables[tables[NUMBER_VALUES] + tables[use + FIRST_ROW] + row_of(tables, run, patient, use)]
    return value


@part
def visit(tables: Any, run: Any, patient: int, step: int) -> int:
    """How often the patient whose turn it is has done this step before; counts this time (rules 13 and 14)."""
    which = tables[step_at(tables, step) + VISIT]
    if happens_first(run, patient + run[VISITED_FROM], which):
        return 0
    at = past_at(run, run[WHO]) + run[COUNT_FROM] + which
    own = (run[patient + NUMBER] + 1) << VISIT_BITS
    n: int = run[at] - own if run[at] >> VISIT_BITS == run[patient + NUMBER] + 1 else 1
    run[at] = own + n + 1
    return n


@part
def happens_first(run: Any, bits: int, which: int) -> bool:
    """Is this the first time for this patient? From now on it is not."""
    word, bit = bits + which // BITS_A_WORD, which % BITS_A_WORD
    if (run[word] >> bit) & 1 != 0:
        return False
    run[word] = toggled(run[word], bit)
    return True


@part
def marked_at(run: Any, patient: int, milestone: int) -> int:
    """When the patient whose turn it is last passed a milestone (ms); NOT_MARKED if never."""
    word, bit = patient + run[MARKED_FROM] + milestone // BITS_A_WORD, milestone % BITS_A_WORD
    if (run[word] >> bit) & 1 == 0:
        return NOT_MARKED
    return int(run[past_at(run, run[WHO]) + milestone])


@part
def pick(tables: Any, first: int, width: int, u: int) -> int:
    """Which of some cumulative thresholds a uniform falls under; the last one if under none."""
    low, high = 0, width
    while low < high:
        middle = (low + high) >> 1
        if u < tables[first + middle]:
            high = middle
        else:
            low = middle + 1
    return min(low, width - 1)


@part
def interpolate(tables: Any, knots: int, u: Any) -> int:
    """The duration (ms) at a 64-bit uniform, by integer interpolation between the knots of its octave."""
    tail, base = u, knots
    if (u >> unsigned(63)) != unsigned(0):
        tail, base = u ^ unsigned(0xFFFFFFFFFFFFFFFF), knots + UPPER_HALF
    octave = 62 - highest_bit(tail | unsigned(1))
    if octave >= OCTAVES:
        return int(tables[base])
    shift = 62 - octave - PART_BITS
    part_of_octave = int((tail >> unsigned(shift)) & unsigned(PER_OCTAVE - 1))
    at = base + (OCTAVES - 1 - octave) * PER_OCTAVE + part_of_octave
    fraction = int((tail >> unsigned(shift - FRACTION_BITS)) & unsigned((1 << FRACTION_BITS) - 1))
    low = tables[at]
    return int(low + (((tables[at + 1] - low) * fraction) >> FRACTION_BITS))


@whole
def share_of(tables, run, patient, share, stream, n):  # type: ignore[no-untyped-def]
    """Which of a parameter's shares the patient's n-th draw of a stream falls into."""
    use = tables[SHARE_TABLE] + share * USE_WIDTH
    width = tables[use + SHARE_COUNT]
    first = tables[UPTO] + tables[use + FIRST_ROW] + row_of(tables, run, patient, use) * width
    return pick(tables, first, width, as_signed(uniform(run[RUN_KEY], run[patient + KEY], stream, n)))


@whole
def duration_of(tables, run, patient, duration, stream, n):  # type: ignore[no-untyped-def]
    """A duration (ms): of the trace, the one exact value of the patient's class, or the n-th draw of a stream."""
    use = tables[DURATION_TABLE] + duration * USE_WIDTH
    number = tables[use + FIRST_ROW] + row_of(tables, run, patient, use)
    row = tables[DURATION_ROWS] + number * DURATION_ROW_WIDTH
    if tables[use + TRACE_COLUMN] != NONE:
        return scaled(run[patient + run[TRACE_FROM] + tables[use + TRACE_COLUMN]], tables[row + FACTOR])
    if tables[row + FIXED] != NONE:
        return tables[row + FIXED]
    u = uniform(run[RUN_KEY], run[patient + KEY], stream, n)
    return scaled(drawn(tables, tables[row + TABLE], u), tables[row + FACTOR])


@part
def drawn(tables: Any, table: int, u: Any) -> int:
    """The duration of a quantile table, or of a table of exact values, at a uniform."""
    if table >= 0:
        return int(interpolate(tables, tables[KNOTS] + table * tables[KNOTS_EACH], u))
    exact = tables[EXACT_TABLE] + (-table - 1) * EXACT_WIDTH
    first, width = tables[exact], tables[exact + 1]
    return int(
        tables[tables[EXACT_VALUES] + first + pick(tables, tables[EXACT_UPTO] + first, width, as_signed(u))]
    )


@part
def scaled(value: int, factor: int) -> int:
    """A duration times a factor in millionths, rounded; in two parts, so that no product is too large."""
    if factor == MILLION:
        return value
    return value // MILLION * factor + (value % MILLION * factor + HALF_MILLION) // MILLION


@part
def holding_of(run: Any, patient: int, pool: int) -> int:
    """The patient's holding of a pool; NONE if there is none."""
    held: int = run[patient + FIRST_HELD]
    while held != NONE and run[holding_at(run, held) + OF_POOL] != pool:
        held = run[holding_at(run, held) + NEXT_HELD]
    return held


@part
def compare(value: int, comparison: int, limit: int) -> bool:
    """`value` >=, >, <= or < `limit`."""
    if comparison == AT_LEAST:
        return value >= limit
    if comparison == ABOVE:
        return value > limit
    if comparison == AT_MOST:
        return value <= limit
    return value < limit


@part
def holds_true(tables: Any, run: Any, patient: int, test: int) -> bool:
    """The answer to one question of a route."""
    asked = tables[TEST_TABLE] + test * TEST_WIDTH
    kind, of = tables[asked + TEST_KIND], tables[asked + TEST_OF]
    if kind == IS_ONE_OF:
        value = run[patient + ATTRIBUTES_FROM + of]
        answer = tables[tables[MEMBER_TABLE] + tables[asked + TEST_VALUES] + value]
        return bool(answer == tables[asked + TEST_WANTED])
    if kind == SINCE_MARK:
        passed = run[NOW] - marked_at(run, patient, of)
        limit = duration_of(tables, run, patient, tables[asked + TEST_LIMIT], 0, 0)
        return bool(compare(passed, tables[asked + TEST_COMPARISON], limit))
    if tables[asked + TEST_PER_SITE] != 0:
        of += run[patient + ATTRIBUTES_FROM]
    if kind == IS_OPEN:
        return bool(run[run[OPEN_NOW] + of] == tables[asked + TEST_WANTED])
    if kind == HOLDS:
        return bool((holding_of(run, patient, of) != NONE) == (tables[asked + TEST_WANTED] != 0))
    limit = number_of(tables, run, patient, tables[asked + TEST_LIMIT])
    return bool(compare(quantity(run, of, kind), tables[asked + TEST_COMPARISON], limit))


@part
def quantity(run: Any, pool: int, kind: int) -> int:
    """What is free, waiting, in use or present at a pool."""
    at = pool_at(run, pool)
    if kind == FREE:
        return int(run[at + CAPACITY] - run[at + IN_USE])
    if kind == QUEUE:
        return int(run[at + WAITING])
    if kind == USED:
        return int(run[at + IN_USE])
    return int(run[at + IN_USE] + run[at + WAITING])
