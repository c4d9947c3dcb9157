"""From a state back to an engine that goes on: one process per patient, at its step, in ticket order (rule 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    for at in range(len(state)):
        attributes = names.attributes_of(state.attribute_values[at])
        durations = names.durations_of(state.durations[at])
        patient = Patient(at, int(state.key[at]), names.step_at(int(state.step[at])), attributes, durations)
        patient.at = names.step_at(int(state.at[at]))
        hold_step = int(state.hold_step[at])
        patient.hold_step = NOT_INTERRUPTIBLE if hold_step < 0 else names.step_at(hold_step)
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
    for at, instance, amount, priority, grant in state.holdings.tolist():
        pool = engine.pools[_instance(names, state, instance)]
        patients[at].holds[pool] = Holding(amount, priority, grant)
        pool.holders[patients[at]] = None
    for instance, in_use in enumerate(state.in_use.tolist()):
        if in_use:
            engine.pools[_instance(names, state, instance)].in_use = in_use
    engine.queues.grants = int(state.grants[0])


def _instance(names: Names, state: State, old: int) -> int:
    if names.instance[old] < 0:
        raise RunError(
            f"Saved patients hold or wait for {state.instances[old]}, which this model does not have."
        )
    return names.instance[old]


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
        pool = engine.pools[_instance(names, state, instance)]
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
            engine.verbs.make_ready(engine.pools[_instance(names, state, a)], who, b, delay)
        else:
            step, attributes, durations = names.returning(state.returning[a].tolist())
            engine.verbs.return_later(delay, int(state.returning_key[a]), step, attributes, durations, who)
