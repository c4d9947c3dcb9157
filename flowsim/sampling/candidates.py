"""Candidates of each calendar hour and source: how many, when, of which cell, and who of them comes.

Every number has its address (decision 0002), so a week can be drawn on its own. What does not depend on the seed is
worked out once for each program.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flowsim.program.program import Program, SourceTable
from flowsim.program.sources import text_number
from flowsim.program.timetables import HOLIDAY, YEAR_DAYS, Calendar
from flowsim.sampling.philox import candidate_key, njit, uniform, unsigned

COUNT, PLACE, CELL, KEEP = 1, 2, 3, 4
"""The uses of a source's stream: how many in an hour; of each candidate where in it, which cell, whether kept."""

USUAL, ADDED = 0, 1
"""Candidates that a multiplier below 1 thins, and those that a multiplier above 1 adds."""

UNSURE = -1
MOST_SUMMED = 500.0
"""Up to this rate an hour the Poisson law is summed term by term: above 700 its first term is 0 to a computer."""
MARGIN = 1e-9
"""A uniform so near to a step of the summed law may fall on either side of it; SciPy then decides."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Drawing(NamedTuple):
    """The sources that are drawn from (all but traces), in order of their names: a row, or a range of cells, each."""

    number: npt.NDArray[np.int16]
    """The source's number in the program."""
    stream: npt.NDArray[np.uint64]
    """Of usual and added candidates; shape [2, sources]."""
    rate: Floats
    """Expected candidates an hour at an average hour of the week; [12 months, sources]; nan for a booked list."""
    hour_of_week: Floats
    holiday_factor: Floats
    above: Floats
    """By how much the largest multiplier is above 1."""
    booked: Ints
    """Where in `minute` the booked places of an hour begin and end; [sources, 8 kinds of day, 24 hours, 2]."""
    minute: Ints
    """The minute of the hour of each booked place."""
    again: Ints
    """How many added candidates each booked place has."""
    has_holidays: npt.NDArray[np.bool_]
    """Does a booked list have lines of its own for holidays?"""
    first_cell: Ints
    upto: Floats
    """Shares of the source's cells, added up; [12 months, cells of all sources]."""
    first_guess: Ints
    guess_bits: Ints
    guess: npt.NDArray[np.int32]
    """The first cell that a uniform with these first bits can fall into; [12 months, guesses of all sources]."""
    keep: Floats
    """The probability to come, of usual and added candidates; [2, cells of all sources]."""
    attributes: npt.NDArray[np.int16]
    """Attribute values of each cell."""
    month: npt.NDArray[np.int16]
    """Of each day of the year."""
    holiday: npt.NDArray[np.bool_]
    """Is it a holiday? Of each day of the year."""
    start_day: int
    start_day_of_year: int
    month_attribute: int


@lru_cache(maxsize=8)
def drawing_of(program: Program) -> Drawing:
    """What is needed to draw from a program's sources."""
    numbered = sorted(enumerate(program.sources), key=lambda pair: pair[1].name)
    drawn = [(number, source) for number, source in numbered if source.kind != "trace"]
    sources = [source for _, source in drawn]
    cells = np.cumsum([0, *(len(source.attributes) for source in sources)])
    bits = [max(1, (len(source.attributes) - 1).bit_length()) for source in sources]
    upto = [_cumulative(source.rate) for source in sources]
    booked, minute = _booked(sources)
    year = Calendar(0, 0, program.holidays)
    return Drawing(
        number=np.array([number for number, _ in drawn], np.int16),
        stream=np.array([[source.stream for source in sources],
                         [text_number(f"source {source.name} (added)") for source in sources]], np.uint64),
        rate=np.array([source.rate.sum(axis=1) if source.kind == "poisson" else np.full(12, np.nan)
                       for source in sources]).reshape(-1, 12).T.copy(),
        hour_of_week=np.array([source.hour_of_week for source in sources]).reshape(-1, 168),
        holiday_factor=np.array([source.holiday_factor for source in sources], np.float64),
        above=np.array([source.multiplier.max() - 1 for source in sources], np.float64),
        booked=booked,
        minute=minute,
        again=np.array([_times_again(source) for source in sources], np.int64),
        has_holidays=np.array([_has_holidays(source) for source in sources], np.bool_),
        first_cell=cells,
        upto=np.concatenate([np.zeros((12, 0)), *upto], axis=1),
        first_guess=np.cumsum([0, *(2**of for of in bits)]),
        guess_bits=np.array(bits, np.int64),
        guess=np.concatenate([np.zeros((12, 0), np.int32),
                              *(_guesses(shares, of) for shares, of in zip(upto, bits, strict=True))], axis=1),
        keep=np.concatenate([np.zeros((2, 0)), *(_keep(source) for source in sources)], axis=1),
        attributes=np.concatenate([np.zeros((0, len(program.attributes)), np.int16),
                                   *(source.attributes for source in sources)]),
        month=np.array([year.month(day) for day in range(YEAR_DAYS)], np.int16),
        holiday=np.array([year.is_holiday(day) for day in range(YEAR_DAYS)], np.bool_),
        start_day=program.start_day,
        start_day_of_year=program.start_day_of_year,
        month_attribute=program.attribute_index["month"],
    )  # fmt: skip


def _cumulative(rate: Floats) -> Floats:
    upto = np.cumsum(rate, axis=1)
    total = upto[:, -1:]
    return np.asarray(upto / np.where(total > 0, total, 1), np.float64)


def _guesses(upto: Floats, bits: int) -> npt.NDArray[np.int32]:
    begins = np.arange(2**bits) / 2**bits
    return np.array([np.searchsorted(row, begins, side="right") for row in upto], np.int32)


def _keep(source: SourceTable) -> Floats:
    above = np.clip(source.multiplier - 1, 0, None)
    most = _times_again(source) if source.kind == "booked" else above.max()
    return np.stack([np.clip(source.multiplier, 0, 1), above / (most if most > 0 else 1)])


def _times_again(source: SourceTable) -> int:
    return max(0, math.ceil(float(source.multiplier.max()) - 1))


def _has_holidays(source: SourceTable) -> bool:
    return any(HOLIDAY in days for days, _, _ in source.booked)


def _booked(sources: Sequence[SourceTable]) -> tuple[Ints, Ints]:
    """`Drawing.booked` and `Drawing.minute`: the places of an hour stand in the order of the lines."""
    edges = np.zeros((len(sources), HOLIDAY + 1, 24, 2), np.int64)
    minutes: list[int] = []
    for at, kind, hour in np.ndindex(edges.shape[:3]):
        edges[at, kind, hour, 0] = len(minutes)
        minutes += [minute % 60 for days, minute, many in sources[at].booked
                    if kind in days and minute // 60 == hour for _ in range(many)]  # fmt: skip
        edges[at, kind, hour, 1] = len(minutes)
    return edges, np.array(minutes, np.int64)


def counts_of_hours(drawing: Drawing, run: int, first: int, last: int) -> Ints:
    """Usual and added candidates of each source in hours [first, last) after time 0; shape [2, sources, hours]."""
    counts, unsure = _counts(drawing, run, first, last)
    if unsure:
        from scipy.special import pdtr, pdtrik

        which, source, at = np.nonzero(counts == UNSURE)
        pairs = [_poisson(drawing, run, *place) for place in zip(which, source, first + at, strict=True)]
        u, rate = np.array(pairs).T
        upper = np.ceil(pdtrik(u, rate))
        lower = np.maximum(upper - 1, 0)
        counts[which, source, at] = np.where(pdtr(lower, rate) >= u, lower, upper)
    return np.asarray(counts, np.int64)


@njit(cache=True, nogil=True)
def _counts(drawing, run, first, last):  # type: ignore[no-untyped-def]
    sources = len(drawing.number)
    counts = np.zeros((2, sources, last - first), dtype=np.int64)
    unsure = 0
    for source in range(sources):
        booked = math.isnan(drawing.rate[0, source])
        for hour in range(first, last):
            if booked:
                begin, end = _places(drawing, source, hour)
                counts[USUAL, source, hour - first] = end - begin
                counts[ADDED, source, hour - first] = (end - begin) * drawing.again[source]
                continue
            for which in range(2 if drawing.above[source] > 0 else 1):
                u, rate = _poisson(drawing, run, which, source, hour)
                count = _quantile(u, rate)
                counts[which, source, hour - first] = count
                if count == UNSURE:
                    unsure += 1
    return counts, unsure


@njit(cache=True, nogil=True)
def _places(drawing, source, hour):  # type: ignore[no-untyped-def]
    """Where in `minute` the booked places of an hour begin and end."""
    day = hour // 24
    holiday = drawing.holiday[(drawing.start_day_of_year + day) % YEAR_DAYS]
    kind = HOLIDAY if drawing.has_holidays[source] and holiday else (drawing.start_day + day) % 7
    edges = drawing.booked[source, kind, hour % 24]
    return edges[0], edges[1]


@njit(cache=True, nogil=True)
def _poisson(drawing, run, which, source, hour):  # type: ignore[no-untyped-def]
    """The uniform and the rate of a source's candidates in an hour."""
    of_year = (drawing.start_day_of_year + hour // 24) % YEAR_DAYS
    calendar_hour = hour + drawing.start_day * 24
    rate = drawing.rate[drawing.month[of_year], source] * drawing.hour_of_week[source, calendar_hour % 168]
    if drawing.holiday[of_year]:
        rate *= drawing.holiday_factor[source]
    if which == ADDED:
        rate *= drawing.above[source]
    word = uniform(run, unsigned(calendar_hour), unsigned(drawing.stream[which, source]), unsigned(COUNT))
    return (float(word >> unsigned(11)) + 0.5) * 2.0**-53, rate


@njit(cache=True, nogil=True)
def _quantile(u, rate):  # type: ignore[no-untyped-def]
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


@njit(cache=True, nogil=True)
def draw_hours(drawing, run, first, counts, start, until):  # type: ignore[no-untyped-def]
    """The candidates who come, of [start, until), in order of (time, source name, key): time, key, source, attributes."""
    by_hour = counts.sum(axis=0).sum(axis=0)
    most, at_once = by_hour.sum(), (by_hour.max() if len(by_hour) > 0 else 0)
    of_cell, columns = drawing.attributes, drawing.attributes.shape[1]
    time = np.empty(most, dtype=np.int64)
    key = np.empty(most, dtype=np.uint64)
    source = np.empty(most, dtype=np.int16)
    attributes = np.empty((most, columns), dtype=np.int16)
    within = np.empty(at_once, dtype=np.int64)
    who = np.empty(at_once, dtype=np.uint64)
    cell = np.empty(at_once, dtype=np.int64)
    of = np.empty(at_once, dtype=np.int16)
    done = 0
    for at in range(len(by_hour)):
        hour = first + at
        month = drawing.month[(drawing.start_day_of_year + hour // 24) % YEAR_DAYS]
        found = 0
        for number in range(len(drawing.number)):
            usual, added = counts[USUAL, number, at], counts[ADDED, number, at]
            if usual > 0 or added > 0:
                found = _candidates(
                    drawing, run, number, hour, month, usual, added, within, who, cell, of, found
                )
        for candidate in _in_order(within[:found]):
            when = hour * 3_600_000 + within[candidate]
            if start <= when < until:
                time[done], key[done], source[done] = when, who[candidate], of[candidate]
                for column in range(columns):
                    attributes[done, column] = of_cell[cell[candidate], column]
                attributes[done, drawing.month_attribute] = month
                done += 1
    return time[:done], key[:done], source[:done], attributes[:done]


@njit(cache=True, nogil=True)
def _candidates(drawing, run, source, hour, month, usual, added, within, who, cell, of, found):  # type: ignore[no-untyped-def]
    """Write down the candidates of a source in an hour who come, in order of key; how many there are then."""
    number, streams = drawing.number[source], drawing.stream[:, source]
    calendar_hour = hour + drawing.start_day * 24
    first, last = drawing.first_cell[source], drawing.first_cell[source + 1]
    upto, keep = drawing.upto[month, first:last], drawing.keep[:, first:last]
    guess = drawing.guess[month, drawing.first_guess[source] : drawing.first_guess[source + 1]]
    shift = 64 - drawing.guess_bits[source]
    booked = math.isnan(drawing.rate[0, source])
    begin, end = _places(drawing, source, hour) if booked else (0, 0)
    minute = drawing.minute[begin:end]
    for k in range(max(usual, added)):
        for which in range(2):
            if k >= (added if which == ADDED else usual):
                continue
            stream = unsigned(streams[which])
            name = candidate_key(stream, calendar_hour, k)
            word = uniform(run, name, stream, unsigned(CELL))
            u, one = float(word >> unsigned(11)) * 2.0**-53, guess[np.int64(word >> unsigned(shift))]
            while one < len(upto) - 1 and upto[one] <= u:
                one += 1
            one = min(one, len(upto) - 1)
            if keep[which, one] < 1:
                thin = uniform(run, name, stream, unsigned(KEEP))
                if float(thin >> unsigned(11)) * 2.0**-53 >= keep[which, one]:
                    continue
            if booked:
                within[found] = minute[k % len(minute)] * 60_000
            else:
                place = uniform(run, name, stream, unsigned(PLACE)) >> unsigned(32)
                within[found] = np.int64((place * unsigned(3_600_000)) >> unsigned(32))
            who[found], cell[found], of[found] = name, first + one, number
            found += 1
    return found


@njit(cache=True, nogil=True)
def _in_order(within):  # type: ignore[no-untyped-def]
    """The order of times within an hour (ms), which lie about evenly; equal ones stay as they stand."""
    many = len(within)
    begins = np.zeros(many + 1, dtype=np.int64)
    for time in within:
        begins[time * many // 3_600_000 + 1] += 1
    begins = np.cumsum(begins)
    order = np.empty(many, dtype=np.int64)
    for at in range(many):
        part = within[at] * many // 3_600_000
        order[begins[part]] = at
        begins[part] += 1
    for at in range(1, many):
        one, before = order[at], at
        while before > 0 and within[order[before - 1]] > within[one]:
            order[before] = order[before - 1]
            before -= 1
        order[before] = one
    return order
