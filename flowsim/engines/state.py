"""An engine at rest (rule 12): plain arrays that can be saved, branched from, and mapped by name into a program.

Patients are numbered anew from 0 in order of their start. Everything still to come stands in one table in the
order of its tickets, so that events of one instant happen in the order in which they would have happened.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from flowsim.engines.patient import Patient
from flowsim.errors import RunError
from flowsim.program.program import NOWHERE, Program

if TYPE_CHECKING:
    from flowsim.engines.simpy_engine import SimpyEngine

Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.str_]
HOLD, TIMER, MAKE_READY, RETURN = range(4)
KINDS = {"hold": HOLD, "timer": TIMER, "make ready": MAKE_READY, "return": RETURN}
NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class State:
    """Everything that a run needs to go on from an instant. Arrays of whole numbers, and the names they refer to."""

    time: Integers
    labels: Words
    instances: Words
    milestones: Words
    trace_columns: Words
    attributes: Words
    values: Words
    rules: Words
    key: npt.NDArray[np.uint64]
    step: Integers
    """The step to do next."""
    at: Integers
    """The step where the patient is: waiting, or holding."""
    hold_step: Integers
    hold_left: Integers
    wait_number: Integers
    attribute_values: Integers
    durations: Integers
    marks: Integers
    """Latest time of each milestone, shape [patients, milestones]; the least int64 if never."""
    visits: Integers
    """Rows (patient, step, how often), in that order."""
    holdings: Integers
    """Rows (patient, instance, amount, priority, grant), each patient's in the order of being first granted."""
    queues: Integers
    """Rows (instance, priority, patient, amount, preempts, on_leave, place among the pools joined, since)."""
    pending: Integers
    """Rows (time, kind, patient, a, b), in order of ticket; see `_pending_rows`."""
    returning_key: npt.NDArray[np.uint64]
    returning: Integers
    """Rows (step, attributes ..., durations ...) of journeys that are to start; pending rows point here."""
    in_use: Integers
    rule_active: Integers
    grants: Integers

    def __len__(self) -> int:
        return len(self.key)

    @property
    def ghosts(self) -> Integers:
        """The pending rows of patients who have left, in order: each has a number after those inside."""
        return self.pending[self.pending[:, 2] < 0]

    @property
    def sha256(self) -> str:
        """A digest of the whole state."""
        digest = hashlib.sha256()
        for item in fields(self):
            array = getattr(self, item.name)
            digest.update(f"{item.name}{array.shape}".encode())
            digest.update("\\n".join(array.tolist()).encode() if array.dtype.kind == "U" else array.tobytes())
        return digest.hexdigest()

    def save(self, path: Path) -> None:
        """Write the state whole, or not at all."""
        part = path.with_suffix(".part.npz")
        np.savez_compressed(part, **{item.name: getattr(self, item.name) for item in fields(self)})
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> State:
        """Read a state. No pickle is ever loaded. Raises RunError for a file that is not a state."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls(**{item.name: stored[item.name] for item in fields(cls)})
        except (OSError, ValueError, KeyError) as error:
            raise RunError(f"{path} is not a saved state of flowsim ({error}). Make it again.") from error


def snapshot(engine: SimpyEngine) -> State:
    """The engine's state between two events (rule 12)."""
    program = engine.program
    patients = sorted(engine.patients.values(), key=lambda patient: patient.number)
    number = {patient: at for at, patient in enumerate(patients)}
    by_number = {patient.number: at for at, patient in enumerate(patients)}
    pending, returning_keys, returning = _pending_rows(engine, number, by_number)
    holdings = [
        (number[patient], pool.number, *held) for patient in patients for pool, held in patient.holds.items()
    ]

    queues = [
        (
            pool.number,
            priority,
            number[patient],
            amount,
            int(wait.preempts),
            wait.on_leave,
            wait.pools.index(pool),
            wait.since,
        )
        for pool in engine.pools
        for patient, amount, priority in pool.queue()
        if (wait := patient.waiting) is not None
    ]
    marks = np.full((len(patients), len(program.milestones)), NEVER, dtype=np.int64)
    for at, patient in enumerate(patients):
        for milestone, when in patient.marks.items():
            marks[at, milestone] = when
    return State(
        time=np.array([engine.arrivals.until], dtype=np.int64),
        labels=np.array(program.labels, dtype=np.str_),
        instances=np.array([str(instance) for instance in program.instances], dtype=np.str_),
        milestones=np.array(program.milestones, dtype=np.str_),
        trace_columns=np.array(program.trace_columns, dtype=np.str_),
        attributes=np.array([name for name, _ in program.attributes], dtype=np.str_),
        values=np.array(["|".join(values) for _, values in program.attributes], dtype=np.str_),
        rules=np.array(
            [f"{rule.name} {rule.watches} {rule.changes}" for rule in program.rules], dtype=np.str_
        ),
        key=np.array([patient.key for patient in patients], dtype=np.uint64),
        step=_column(patient.step for patient in patients),
        at=_column(patient.at for patient in patients),
        hold_step=_column(patient.hold_step for patient in patients),
        hold_left=_column(patient.hold_left for patient in patients),
        wait_number=_column(patient.wait_number for patient in patients),
        attribute_values=_table((patient.attributes for patient in patients), len(program.attributes)),
        durations=_table((patient.durations for patient in patients), len(program.trace_columns)),
        marks=marks,
        visits=_table(((number[p], step, n) for p in patients for step, n in sorted(p.visits.items())), 3),
        holdings=_table(holdings, 5),
        queues=_table(queues, 8),
        pending=_table(pending, 5),
        returning_key=np.array(returning_keys, dtype=np.uint64),
        returning=_table(returning, 1 + len(program.attributes) + len(program.trace_columns)),
        in_use=_column(pool.in_use for pool in engine.pools),
        rule_active=_column(int(active) for active in engine.rule_active),
        grants=np.array([engine.queues.grants], dtype=np.int64),
    )


def _column(values: Any) -> Integers:
    return np.array(list(values), dtype=np.int64)


def _table(rows: Any, width: int) -> Integers:
    listed = [tuple(row) for row in rows]
    return np.array(listed, dtype=np.int64).reshape(len(listed), width)


def _pending_rows(
    engine: SimpyEngine, number: dict[Patient, int], by_number: dict[int, int]
) -> tuple[list[tuple[int, ...]], list[int], list[tuple[int, ...]]]:
    """(time, kind, patient, a, b): a hold's end (a, b: end and whole length, or 0), a timer (a wait, b level),
    units being made ready (a instance, b amount; patient -1), a journey to start (a its row).
    """
    rows: list[tuple[int, ...]] = []
    keys: list[int] = []
    returning: list[tuple[int, ...]] = []
    for time, _, event in engine.env.pending():
        kind = getattr(event, "kind", "")
        if kind == "hold":
            patient, ends, whole = event.what
            rows.append((time, HOLD, number[patient], ends, whole))
        elif kind == "timer":
            patient, wait, level = event.what
            if patient in number and patient.wait_number == wait and patient.waiting is not None:
                rows.append((time, TIMER, number[patient], wait, level))
        elif kind == "make ready":
            pool, who, amount = event.what
            rows.append((time, MAKE_READY, by_number.get(who, -1), pool.number, amount))
        elif kind == "return":
            key, to, attributes, durations, parent = event.what
            rows.append((time, RETURN, by_number.get(parent, -1), len(keys), 0))
            keys.append(key)
            returning.append((to, *attributes, *durations))
    return rows, keys, returning


class Names:
    """From the state's numbers to the program's, by name."""

    def __init__(self, program: Program, state: State) -> None:
        self.step = _by_name(state.labels, program.labels)
        self.instance = _by_name(state.instances, [str(instance) for instance in program.instances])
        self.milestone = _by_name(state.milestones, program.milestones)
        self.labels, self.instances = state.labels, state.instances
        self.columns = _by_name(state.trace_columns, program.trace_columns)
        self.widths = (len(state.attributes), len(program.trace_columns))
        self.attribute_names, self.attribute_values = state.attributes, state.values
        self.attribute = _by_name(state.attributes, [name for name, _ in program.attributes])
        values = dict(program.attributes)
        self.value = [_by_name(text.split("|"), values.get(name, ()))
                      for name, text in zip(state.attributes.tolist(), state.values.tolist(), strict=True)]  # fmt: skip
        self.width = len(program.attributes)

    def step_at(self, old: int) -> int:
        """The program's number of a step that a patient goes to next; refused if it is gone."""
        return int(self.steps_at(np.array([old]))[0])

    def steps_at(self, old: Integers) -> Integers:
        """The program's numbers of steps; `NOWHERE` stays."""
        found = np.where(old == NOWHERE, NOWHERE, np.array([*self.step, NOWHERE])[old])
        if len(gone := np.flatnonzero((found == NOWHERE) & (old != NOWHERE))):
            label = self.labels[old[gone[0]]]
            raise RunError(f"A saved patient is at the step {label}, which this model does not have.")
        return np.asarray(found, np.int64)

    def attributes_of(self, rows: Integers) -> Integers:
        """Patients' attributes in the program's order, a row each; new attributes have their first value."""
        found = np.zeros((len(rows), self.width), np.int64)
        for old, new in enumerate(self.attribute):
            if new >= 0:
                found[:, new] = np.array(self.value[old])[rows[:, old]]
                if len(gone := np.flatnonzero(found[:, new] < 0)):
                    word = str(self.attribute_values[old]).split("|")[int(rows[gone[0], old])]
                    raise RunError(
                        f"A saved patient has {self.attribute_names[old]} {word}, which this config does not have."
                    )
        return found

    def durations_of(self, rows: Integers) -> Integers:
        """Patients' trace durations in the program's order of columns, a row each; new columns have 0."""
        found = np.zeros((len(rows), self.widths[1]), np.int64)
        for old, new in enumerate(self.columns):
            if new >= 0:
                found[:, new] = rows[:, old]
        return found

    def returning(self, rows: Integers) -> tuple[Integers, Integers, Integers]:
        """The entries, attributes and durations of journeys that are to start."""
        attributes, durations = rows[:, 1 : 1 + self.widths[0]], rows[:, 1 + self.widths[0] :]
        return self.steps_at(rows[:, 0]), self.attributes_of(attributes), self.durations_of(durations)

    def instances_of(self, old: Integers) -> Integers:
        """The program's numbers of pools that saved patients hold or wait for; refused if one is gone."""
        found = np.array([*self.instance, NOWHERE], np.int64)[old]
        if len(gone := np.flatnonzero(found < 0)):
            name = self.instances[old[gone[0]]]
            raise RunError(f"Saved patients hold or wait for {name}, which this model does not have.")
        return found


def _by_name(old: Any, new: Any) -> list[int]:
    places = {name: at for at, name in enumerate(new)}
    return [places.get(str(name), -1) for name in old]
