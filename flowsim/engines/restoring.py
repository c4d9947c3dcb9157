"""From a state back to an engine that goes on: one process per patient, at its step, in ticket order (rule 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from flowsim.engines.patient import NOT_INTERRUPTIBLE, Holding, Patient, Waiting
from flowsim.engines.state import HOLD, MAKE_READY, NEVER, TIMER, Names, State
from flowsim.errors import RunError

if TYPE_CHECKING:
    from flowsim.engines.simpy_engine import SimpyEngine


def restore(engine: SimpyEngine, state: State) -> None:
    """Put a state into a new engine: one process per patient, at its step, in ticket order."""
    if int(state.time[0]) != engine.arrivals.start:
        raise RunError(
            f"The state is of {int(state.time[0])} ms after time 0; the run starts at {engine.arrivals.start}."
        )
    names = Names(engine.program, state)
    patients = _patients(state, names)
    _holdings(engine, state, names, patients)
    for patient in patients:
        engine.patients[patient.number] = patient
    engine.started = len(patients) + len(state.ghosts)
    _restore_rules(engine, state)
    _queues(engine, state, names, patients)
    _pending(engine, state, names, patients)
    for patient in patients:
        if patient.wake is None:
            raise RunError(f"The saved patient {patient.number} waits for nothing: the state is damaged.")
        engine.env.process(engine.journey(patient))


def _patients(state: State, names: Names) -> list[Patient]:
    patients = []
    steps, at_steps = names.steps_at(state.step).tolist(), names.steps_at(state.at).tolist()
    hold_steps = names.steps_at(state.hold_step).tolist()
    attributes = names.attributes_of(state.attribute_values).tolist()
    durations = names.durations_of(state.durations).tolist()
    for at in range(len(state)):
        patient = Patient(at, int(state.key[at]), steps[at], attributes[at], durations[at])
        patient.at, patient.hold_step = at_steps[at], hold_steps[at]
        patient.hold_left = int(state.hold_left[at])
        patient.wait_number = int(state.wait_number[at])
        for milestone, when in enumerate(state.marks[at].tolist()):
            if when != NEVER and names.milestone[milestone] >= 0:
                patient.marks[names.milestone[milestone]] = when
        patients.append(patient)
    for at, step, n in state.visits.tolist():
        if names.step[step] >= 0:
            patients[at].visits[names.step[step]] = n
    return patients


def _holdings(engine: SimpyEngine, state: State, names: Names, patients: list[Patient]) -> None:
    instances = names.instances_of(state.holdings[:, 1]).tolist()
    for instance, (at, _, amount, priority, grant) in zip(instances, state.holdings.tolist(), strict=True):
        pool = engine.pools[instance]
        patients[at].holds[pool] = Holding(amount, priority, grant)
        pool.holders[patients[at]] = None
    used = np.flatnonzero(state.in_use)
    for instance, in_use in zip(names.instances_of(used).tolist(), state.in_use[used].tolist(), strict=True):
        engine.pools[instance].in_use = in_use
    engine.queues.grants = int(state.grants[0])


def _restore_rules(engine: SimpyEngine, state: State) -> None:
    """Rules that were active stay so; capacities follow."""
    active = {name for name, on in zip(state.rules.tolist(), state.rule_active.tolist(), strict=True) if on}
    for number, rule in enumerate(engine.program.rules):
        if f"{rule.name} {rule.watches} {rule.changes}" in active:
            engine.rule_active[number] = True
            engine.pools[rule.changes].rule_change += rule.change
    for pool in engine.pools:
        if pool.rule_change:
            pool.capacity = max(0, pool.rota_capacity + pool.rule_change)
            engine.log[pool.number] = (*engine.log[pool.number][:4], pool.capacity)


def _queues(engine: SimpyEngine, state: State, names: Names, patients: list[Patient]) -> None:
    joined: dict[int, list[tuple[int, int]]] = {}
    for instance, priority, at, amount, preempts, on_leave, place, since in state.queues.tolist():
        pool = engine.pools[names.instances_of(np.array([instance]))[0]]
        pool.join(patients[at], priority, amount)
        joined.setdefault(at, []).append((place, pool.number))
        pools = tuple(engine.pools[number] for _, number in sorted(joined[at]))
        patients[at].waiting = Waiting(
            pools, amount, priority, bool(preempts), names.step_at(on_leave), since
        )
        patients[at].wake = engine.event()


def _pending(engine: SimpyEngine, state: State, names: Names, patients: list[Patient]) -> None:
    now = engine.env.now
    ghosts = iter(range(len(patients), engine.started))
    for time, kind, at, a, b in state.pending.tolist():
        delay = time - now
        who = at if at >= 0 else next(ghosts)
        if kind == HOLD:
            patient = patients[at]
            patient.wake = engine.event("hold", (patient, a, b))
            if patient.hold_step != NOT_INTERRUPTIBLE:
                engine.verbs.may_be_interrupted(patient, patient.hold_step, patient.wake)
            patient.wake.after(delay)
        elif kind == TIMER:
            engine.queues.timer(patients[at], a, delay, b)
        elif kind == MAKE_READY:
            engine.verbs.make_ready(engine.pools[names.instances_of(np.array([a]))[0]], who, b, delay)
        else:
            step, attributes, durations = names.returning(state.returning[[a]])
            engine.verbs.return_later(
                delay,
                int(state.returning_key[a]),
                int(step[0]),
                attributes[0].tolist(),
                durations[0].tolist(),
                who,
            )
