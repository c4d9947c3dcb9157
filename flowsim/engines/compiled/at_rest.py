"""From the kernel's block to a State, and from a State to a block that goes on (rule 12)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.engines.compiled import columns as col
from flowsim.engines.compiled.blocks import Layout
from flowsim.engines.compiled.columns import NONE, Ints
from flowsim.engines.state import HOLD, MAKE_READY, NEVER, RETURN, TIMER, State
from flowsim.program.program import Program


def inside(layout: Layout, run: Ints) -> Ints:
    """Rows of the patients inside, in order of their numbers."""
    numbers = layout.rows_of(run, col.PATIENT_TABLE)[:, col.NUMBER]
    rows = np.flatnonzero(numbers >= 0)
    return np.asarray(rows[np.argsort(numbers[rows])], np.int64)


def snapshot(program: Program, layout: Layout, run: Ints, visits: dict[int, int], time: int) -> State:
    """The state between two events, the same as the other engine's."""
    rows = inside(layout, run)
    table = layout.rows_of(run, col.PATIENT_TABLE)
    people = table[rows]
    number_of_row = np.full(len(table), NONE, np.int64)
    number_of_row[rows] = np.arange(len(rows))
    pending, keys, returning = _pending(layout, run, people, number_of_row)
    pools = layout.part(run, col.POOL_TABLE).reshape(-1, col.POOL_WIDTH)
    return State(
        time=np.array([time], np.int64),
        labels=np.array(program.labels, np.str_),
        instances=np.array([str(instance) for instance in program.instances], np.str_),
        milestones=np.array(program.milestones, np.str_),
        trace_columns=np.array(program.trace_columns, np.str_),
        attributes=np.array([name for name, _ in program.attributes], np.str_),
        values=np.array(["|".join(values) for _, values in program.attributes], np.str_),
        rules=np.array([f"{rule.name} {rule.watches} {rule.changes}" for rule in program.rules], np.str_),
        key=people[:, col.KEY].astype(np.uint64),
        step=people[:, col.STEP].copy(),
        at=people[:, col.AT].copy(),
        hold_step=people[:, col.HOLD_STEP].copy(),
        hold_left=people[:, col.HOLD_LEFT].copy(),
        wait_number=people[:, col.WAIT_NUMBER].copy(),
        attribute_values=people[:, col.ATTRIBUTES_FROM : layout.trace_from].copy(),
        durations=people[:, layout.trace_from : layout.marked_from].copy(),
        marks=_marks(layout, run, people, rows),
        visits=_visits(layout, run, people, rows, visits),
        holdings=_holdings(layout, run, people, number_of_row),
        queues=_queues(layout, run, number_of_row),
        pending=pending,
        returning_key=keys,
        returning=returning,
        in_use=pools[:, col.IN_USE].copy(),
        rule_active=layout.part(run, col.RULE_STATE).reshape(-1, 2)[:, col.ACTIVE].copy(),
        grants=run[[col.GRANTS]].copy(),
    )


def _happened(people: Ints, first: int, many: int) -> NDArray[np.bool_]:
    """The bits of a patient's row, from a word on: a row for each patient."""
    which = np.arange(many)
    words = people[:, first + which // col.BITS_A_WORD]
    return np.asarray((words >> which % col.BITS_A_WORD) & 1, np.bool_)


def _marks(layout: Layout, run: Ints, people: Ints, rows: Ints) -> Ints:
    """Latest time of each milestone, or NEVER."""
    when = layout.rows_of(run, col.PAST_TABLE)[rows, : layout.count_from]
    return np.where(_happened(people, layout.marked_from, layout.count_from), when, NEVER)


def _visits(layout: Layout, run: Ints, people: Ints, rows: Ints, visits: dict[int, int]) -> Ints:
    """Rows (patient, step, how often)."""
    counted = layout.rows_of(run, col.PAST_TABLE)[rows, layout.count_from :]
    own = counted >> col.VISIT_BITS == people[:, [col.NUMBER]] + 1
    again = np.where(own, counted & ((1 << col.VISIT_BITS) - 1), 1)
    n = np.where(_happened(people, layout.visited_from, len(visits)), again, 0)
    at, column = np.nonzero(n)
    steps = np.array(list(visits), np.int64)[column]
    return np.asarray(np.stack((at, steps, n[at, column]), axis=1), np.int64)


def _holdings(layout: Layout, run: Ints, people: Ints, number_of_row: Ints) -> Ints:
    """Rows (patient, instance, amount, priority, grant), each patient's as they are in hand."""
    table = layout.rows_of(run, col.HOLDING_TABLE)
    held = _chains(people[:, col.FIRST_HELD], table[:, col.NEXT_HELD])
    rows = table[held][:, [col.HOLDER, col.OF_POOL, col.UNITS, col.RANK, col.GRANT]]
    rows[:, 0] = number_of_row[rows[:, 0]]
    return np.asarray(rows[np.argsort(rows[:, 0], kind="stable")], np.int64)


def _chains(first: Ints, following: Ints) -> Ints:
    """All members of several chains."""
    members = []
    while len(first := first[first != NONE]):
        members.append(first)
        first = following[first]
    return np.concatenate([np.zeros(0, np.int64), *members])


def _queues(layout: Layout, run: Ints, number_of_row: Ints) -> Ints:
    """Rows (instance, priority, patient, amount, preempts, on_leave, place among the pools joined, since)."""
    places = layout.rows_of(run, col.PLACE_TABLE)
    table = layout.rows_of(run, col.PATIENT_TABLE)
    levels = layout.part(run, col.QUEUE_TABLE).reshape(-1, 2)
    rows = []
    for line in np.flatnonzero(levels[:, 0] != NONE).tolist():
        place = int(levels[line, 0])
        while place != NONE:
            who = int(places[place, col.WAITER])
            nth, at = 0, int(table[who, col.FIRST_PLACE])
            while at != place:
                nth, at = nth + 1, int(places[at, col.NEXT_PLACE])
            asked = table[who, [col.AMOUNT, col.PREEMPTS, col.ON_LEAVE]].tolist()
            pool, priority = divmod(line, col.LEVELS)
            rows.append((pool, priority, int(number_of_row[who]), *asked, nth, int(table[who, col.SINCE])))
            place = int(places[place, col.BEHIND])
    return np.array(rows, np.int64).reshape(len(rows), 8)


def scheduled(layout: Layout, run: Ints) -> Ints:
    """Rows of the events to come, in order of (time, phase, ticket)."""
    table = layout.rows_of(run, col.EVENT_TABLE)
    heads = layout.part(run, col.LINE).reshape(-1, 2)[:, 0]
    steps, lines, nth = [], [], 0
    line = np.flatnonzero(heads != NONE)
    event = heads[line]
    while len(event):  # one from the front of each line at a time
        steps.append(event)
        lines.append(np.stack((line, np.full(len(line), nth))))
        nth += 1
        event = table[event, col.NEXT]
        line, event = line[event != NONE], event[event != NONE]
    if not steps:
        return np.zeros(0, np.int64)
    events, where = np.concatenate(steps), np.concatenate(lines, axis=1)
    order = np.lexsort((where[1], where[0], table[events, col.PHASE], table[events, col.TIME]))
    return np.asarray(events[order], np.int64)


def _pending(layout: Layout, run: Ints, people: Ints, number_of_row: Ints) -> tuple[Ints, Any, Ints]:
    """(time, kind, patient, a, b) of what is to come, and the keys and rows of journeys that are to start."""
    events = layout.rows_of(run, col.EVENT_TABLE)[scheduled(layout, run)]
    table = layout.rows_of(run, col.PATIENT_TABLE)
    place_of = {number: at for at, number in enumerate(people[:, col.NUMBER].tolist())}
    journeys = layout.rows_of(run, col.RETURN_TABLE)
    rows: list[tuple[int, ...]] = []
    to_start: list[int] = []
    for time, _, _, kind, whom, a, b, c in events.tolist():
        if kind == col.HOLD_ENDS:
            rows.append((time, HOLD, int(number_of_row[whom]), a, b))
        elif kind == col.TIMER:
            of = table[whom]
            if of[col.NUMBER] == c and of[col.WAIT_NUMBER] == a and of[col.FIRST_PLACE] != NONE:
                rows.append((time, TIMER, int(number_of_row[whom]), a, b))
        elif kind == col.READY_AGAIN:
            rows.append((time, MAKE_READY, place_of.get(c, -1), a, b))
        elif kind == col.RETURN:
            rows.append((time, RETURN, place_of.get(c, -1), len(to_start), 0))
            to_start.append(a)
    found = journeys[np.array(to_start, np.int64)]
    returning = np.concatenate((found[:, [col.RETURN_STEP]], found[:, col.RETURN_FROM :]), axis=1)
    keys = found[:, col.RETURN_KEY].astype(np.uint64)
    return np.array(rows, np.int64).reshape(len(rows), 5), keys, returning
