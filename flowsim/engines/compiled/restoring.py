"""From a State to a block that goes on: everything mapped by name, and in the order of its tickets (rule 12)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from flowsim.engines.compiled import columns as col
from flowsim.engines.compiled.blocks import Layout
from flowsim.engines.compiled.columns import NOBODY, NONE, Ints
from flowsim.engines.state import HOLD, MAKE_READY, NEVER, RETURN, TIMER, Names, State
from flowsim.errors import RunError
from flowsim.program.program import Program

PHASE_OF = np.array([col.PATIENTS, col.TIMERS, col.PATIENTS, col.PATIENTS])
KIND_OF = np.array([col.HOLD_ENDS, col.TIMER, col.READY_AGAIN, col.RETURN])
assert (HOLD, TIMER, MAKE_READY, RETURN) == (0, 1, 2, 3)


class Links(NamedTuple):
    """Rows of one table in chains: what follows and precedes each, and the ends of each chain."""

    following: Ints
    before: Ints
    chain: Ints
    first: Ints
    last: Ints


def linked(chain: Ints) -> Links:
    """The links of rows that stand in the chain given for each, in their order."""
    order = np.argsort(chain, kind="stable")
    same = chain[order][1:] == chain[order][:-1]
    following, before = np.full(len(chain), NONE, np.int64), np.full(len(chain), NONE, np.int64)
    following[order[:-1][same]] = order[1:][same]
    before[order[1:][same]] = order[:-1][same]
    starts, ends = np.concatenate(([True], ~same)), np.concatenate((~same, [True]))
    starts, ends = starts[: len(chain)], ends[: len(chain)]
    return Links(following, before, chain[order][starts], order[starts], order[ends])


def wanted(state: State) -> dict[int, int]:
    """How many rows of each table a state needs."""
    return {
        col.PATIENT_TABLE: len(state),
        col.EVENT_TABLE: len(state.pending),
        col.PLACE_TABLE: len(state.queues),
        col.HOLDING_TABLE: len(state.holdings),
        col.RETURN_TABLE: len(state.returning),
    }


def restore(program: Program, layout: Layout, run: Ints, visits: dict[int, int], state: State) -> None:
    """Put a state into an empty block that has room for it; its events are rows that are still to be put in lines."""
    start = int(run[col.NOW])
    if int(state.time[0]) != start:
        raise RunError(f"The state is of {int(state.time[0])} ms after time 0; the run starts at {start}.")
    names = Names(program, state)
    for table in layout.chained:
        taken = wanted(state)[table.name]
        run[table.first] += taken
        run[table.left] -= taken
    run[col.STARTED], run[col.INSIDE] = len(state) + len(state.ghosts), len(state)
    run[col.GRANTS] = state.grants[0]
    _patients(layout, run, visits, state, names)
    _holdings(layout, run, state, names)
    _queues(layout, run, state, names)
    _pending(layout, run, state, names)
    people = layout.rows_of(run, col.PATIENT_TABLE)[: len(state)]
    idle = np.flatnonzero((people[:, col.WAKE] == NONE) & (people[:, col.FIRST_PLACE] == NONE))
    if len(idle):
        raise RunError(f"The saved patient {idle[0]} waits for nothing: the state is damaged.")


def active_rules(program: Program, state: State) -> list[int]:
    """Numbers of the rules that were active and still are."""
    active = {name for name, on in zip(state.rules.tolist(), state.rule_active.tolist(), strict=True) if on}
    return [number for number, rule in enumerate(program.rules)
            if f"{rule.name} {rule.watches} {rule.changes}" in active]  # fmt: skip


def _patients(layout: Layout, run: Ints, visits: dict[int, int], state: State, names: Names) -> None:
    people = layout.rows_of(run, col.PATIENT_TABLE)[: len(state)]
    people[:, col.NUMBER] = np.arange(len(state))
    people[:, col.KEY] = state.key
    people[:, col.STEP], people[:, col.AT] = names.steps_at(state.step), names.steps_at(state.at)
    people[:, col.HOLD_STEP], people[:, col.HOLD_LEFT] = names.steps_at(state.hold_step), state.hold_left
    people[:, col.WAIT_NUMBER] = state.wait_number
    people[:, [col.WAKE, col.FIRST_HELD, col.FIRST_PLACE]] = NONE
    people[:, col.ATTRIBUTES_FROM : layout.trace_from] = names.attributes_of(state.attribute_values)
    people[:, layout.trace_from : layout.marked_from] = names.durations_of(state.durations)
    past = layout.rows_of(run, col.PAST_TABLE)[: len(state)]
    for old, new in enumerate(names.milestone):
        if new >= 0:
            marked = np.flatnonzero(state.marks[:, old] != NEVER)
            past[marked, new] = state.marks[marked, old]
            _happened(people, layout.marked_from, marked, np.full(len(marked), new))
    columns = np.array([visits.get(step, NONE) for step in names.step], np.int64)[state.visits[:, 1]]
    at, n = state.visits[columns != NONE, 0], state.visits[columns != NONE, 2]
    past[at, layout.count_from + columns[columns != NONE]] = ((at + 1) << col.VISIT_BITS) + n
    _happened(people, layout.visited_from, at, columns[columns != NONE])


def _happened(people: Ints, first: int, who: Ints, which: Ints) -> None:
    """Set bits in the rows of patients, from a word on."""
    bits = np.left_shift(np.uint64(1), (which % col.BITS_A_WORD).astype(np.uint64)).astype(np.int64)
    np.bitwise_or.at(people, (who, first + which // col.BITS_A_WORD), bits)


def _holdings(layout: Layout, run: Ints, state: State, names: Names) -> None:
    people, pools = layout.rows_of(run, col.PATIENT_TABLE), pools_of(layout, run)
    rows = layout.rows_of(run, col.HOLDING_TABLE)[: len(state.holdings)]
    rows[:, col.HOLDER] = state.holdings[:, 0]
    rows[:, col.OF_POOL] = names.instances_of(state.holdings[:, 1])
    rows[:, [col.UNITS, col.RANK, col.GRANT]] = state.holdings[:, 2:]
    of_patient = linked(state.holdings[:, 0])
    rows[:, col.NEXT_HELD] = of_patient.following
    people[of_patient.chain, col.FIRST_HELD] = of_patient.first
    watched = np.flatnonzero(pools[rows[:, col.OF_POOL], col.MAY_INTERRUPT] != 0)
    of_pool = linked(rows[watched, col.OF_POOL])
    rows[watched, col.NEXT_HOLDER] = _as_rows(watched, of_pool.following)
    rows[watched, col.LAST_HOLDER] = _as_rows(watched, of_pool.before)
    pools[of_pool.chain, col.FIRST_HOLDER] = watched[of_pool.first]
    used = np.flatnonzero(state.in_use)
    pools[names.instances_of(used), col.IN_USE] = state.in_use[used]


def _as_rows(rows: Ints, links: Ints) -> Ints:
    return np.where(links == NONE, NONE, np.concatenate((rows, [NONE]))[links])


def _queues(layout: Layout, run: Ints, state: State, names: Names) -> None:
    people, pools = layout.rows_of(run, col.PATIENT_TABLE), pools_of(layout, run)
    rows = layout.rows_of(run, col.PLACE_TABLE)[: len(state.queues)]
    _, priority, patient, amount, preempts, on_leave, nth, since = state.queues.T
    pool = names.instances_of(state.queues[:, 0])
    rows[:, col.WAITER], rows[:, col.POOL] = patient, pool
    in_line = linked(pool * col.LEVELS + priority)
    rows[:, col.BEHIND], rows[:, col.BEFORE] = in_line.following, in_line.before
    levels = layout.part(run, col.QUEUE_TABLE).reshape(-1, 2)
    levels[in_line.chain, 0], levels[in_line.chain, 1] = in_line.first, in_line.last
    for line in in_line.chain.tolist():
        pools[line // col.LEVELS, col.LEVELS_USED] |= 1 << (line % col.LEVELS)
    pools[:, col.WAITING] = np.bincount(pool, minlength=len(pools))
    by_place = np.lexsort((nth, patient))
    of_patient = linked(patient[by_place])
    rows[by_place, col.NEXT_PLACE] = _as_rows(by_place, of_patient.following)
    people[of_patient.chain, col.FIRST_PLACE] = by_place[of_patient.first]
    people[patient, col.AMOUNT], people[patient, col.PRIORITY] = amount, priority
    people[patient, col.PREEMPTS], people[patient, col.ON_LEAVE] = preempts, names.steps_at(on_leave)
    people[patient, col.SINCE] = since


def _pending(layout: Layout, run: Ints, state: State, names: Names) -> None:
    events = layout.rows_of(run, col.EVENT_TABLE)[: len(state.pending)]
    time, kind, patient, a, b = state.pending.T
    who = patient.copy()
    who[patient < 0] = np.arange(len(state), len(state) + int((patient < 0).sum()))
    events[:, col.TIME], events[:, col.PHASE], events[:, col.KIND] = time, PHASE_OF[kind], KIND_OF[kind]
    events[:, col.WHOM], events[:, col.A], events[:, col.B], events[:, col.C] = NOBODY, a, b, who
    own = (kind == HOLD) | (kind == TIMER)
    events[own, col.WHOM] = patient[own]
    ready = kind == MAKE_READY
    events[ready, col.A] = names.instances_of(a[ready])
    holds = np.flatnonzero(kind == HOLD)
    people = layout.rows_of(run, col.PATIENT_TABLE)
    people[patient[holds], col.WAKE] = holds
    journeys = layout.rows_of(run, col.RETURN_TABLE)[: len(state.returning)]
    step, attributes, durations = names.returning(state.returning)
    journeys[:, col.RETURN_KEY], journeys[:, col.RETURN_STEP] = state.returning_key, step
    journeys[:, col.RETURN_FROM :] = np.concatenate((attributes, durations), axis=1)


def pools_of(layout: Layout, run: Ints) -> Any:
    """The pools of a run, a row each."""
    return layout.part(run, col.POOL_TABLE).reshape(-1, col.POOL_WIDTH)
