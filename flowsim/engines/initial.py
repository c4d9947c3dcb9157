"""A state in the words of `records`: who is inside when a run starts, for the fold to count from."""

from __future__ import annotations

import numpy as np

from flowsim.engines.state import MAKE_READY, NEVER, RETURN, Names, State
from flowsim.program.program import Program
from flowsim.program.timetables import Timetable
from flowsim.records.initial import InitialPatients
from flowsim.records.state import NEVER as NEVER_MARKED


def initial_patients(program: Program, state: State) -> InitialPatients:
    """The patients of a state as the fold wants them, mapped by name into the program."""
    names = Names(program, state)
    ghosts = state.ghosts
    number_of_row = _numbers(state)
    attributes = names.attributes_of(state.attribute_values)
    of_ghosts = np.zeros((len(ghosts), len(program.attributes)), np.int64)
    returns = ghosts[:, 1] == RETURN
    of_ghosts[returns] = names.returning(state.returning[ghosts[returns, 3]])[1]
    attributes = np.concatenate([attributes, of_ghosts])
    marks = np.full((len(attributes), len(program.milestones)), NEVER_MARKED, dtype=np.int64)
    for old, new in enumerate(names.milestone):
        if new >= 0:
            column = state.marks[:, old]
            marks[: len(state), new] = np.where(column == NEVER, NEVER_MARKED, column)
    holding = [
        (at, names.instance[instance], amount) for at, instance, amount, _, _ in state.holdings.tolist()
    ]
    holding += [
        (number_of_row[row], names.instance[a], b)
        for row, (_, kind, _, a, b) in enumerate(state.pending.tolist())
        if kind == MAKE_READY
    ]
    waiting = [
        (at, names.instance[instance], since, priority)
        for instance, priority, at, _, _, _, _, since in state.queues.tolist()
    ]
    gone = [False] * len(state) + [True] * len(ghosts)
    capacity = [_capacity(program, number, table, state) for number, table in enumerate(program.capacity)]
    return InitialPatients.of(
        attributes.astype(np.int16),
        marks, capacity, waiting, holding, gone,
    )  # fmt: skip


def _numbers(state: State) -> list[int]:
    """The patient's number of each pending row; those who have left are numbered after those inside."""
    numbers, ghost = [], len(state)
    for who in state.pending[:, 2].tolist():
        if who < 0:
            numbers.append(ghost)
            ghost += 1
        else:
            numbers.append(who)
    return numbers


def _capacity(program: Program, number: int, table: Timetable, state: State) -> int:
    active = set(state.rules[state.rule_active == 1].tolist())
    extra = sum(rule.change for rule in program.rules
                if rule.changes == number and f"{rule.name} {rule.watches} {rule.changes}" in active)  # fmt: skip
    return max(0, table.value_at(int(state.time[0])) + extra)
