"""A census CSV becomes a state: everyone who is inside now, at time 0, and a run goes on from there.

What the file does not know is drawn: how much longer somebody stays is the first of the patient's own draws that is
longer than they have been there already. So it depends on seed and replication, and on nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from flowsim.engines import State
from flowsim.engines.compiled.tables import visit_columns
from flowsim.engines.state import HOLD, NEVER, TIMER, Integers
from flowsim.inputs.units import format_duration
from flowsim.program.program import NOWHERE, Drawn, HoldStep, Program, SeizeStep, WaitStep
from flowsim.program.sources import text_number
from flowsim.sampling.sampler import DrawDuration, Sampler, number_picker, row_picker
from flowsim.studies.today_rows import Inside, Rows, read_rows, read_text

MOST_DRAWS = 1_000
LEAST_URGENT = 31
LAST_UNIFORM = 2**64 - 1
AFTER_HOLDS = {HOLD: 0, TIMER: 1}
"""Order of what happens at one instant: timers come last (rule 3 of the contract)."""


@dataclass(frozen=True)
class Today:
    """A state at time 0, what is worth knowing of it, and the digest of the file that it was made of."""

    state: State
    notices: tuple[str, ...]
    sha256: str


class Stay(NamedTuple):
    """What is known of a hold: ms still to come, its whole length, and how many draws were used."""

    left: int
    whole: int
    draws: int


def read_today(path: Path, program: Program, seed: int = 1, replication: int = 0) -> State:
    """The state of a census CSV, at time 0. Raises ConfigError with all that is wrong with the file."""
    return today(path, program, seed, replication).state


def today(path: Path, program: Program, seed: int = 1, replication: int = 0) -> Today:
    """The state of a census CSV, with what is worth knowing of it. Raises ConfigError as `read_today` does."""
    text, content = read_text(path)
    rows = read_rows(text, str(path), program)
    building = Building(program, rows, Sampler(program, seed, replication))
    for number, one in enumerate(rows.inside):
        building.add(number, one)
    rows.refuse()
    state = building.state()
    return Today(state, tuple(_more_than_capacity(program, state)), hashlib.sha256(content).hexdigest())


def _more_than_capacity(program: Program, state: State) -> Iterable[str]:
    for number, in_use in enumerate(state.in_use.tolist()):
        capacity = program.capacity[number].value_at(0)
        if in_use > capacity:
            yield f"{program.instances[number]}: {in_use} in use at the start, and a capacity of {capacity}."


class Building:
    """Patient after patient, the rows of a state's tables."""

    def __init__(self, program: Program, rows: Rows, sampler: Sampler) -> None:
        self.program = program
        self.rows = rows
        self.sampler = sampler
        self.counted = visit_columns(program, sampler.lookup.is_fixed)
        self.drawing: dict[int, DrawDuration] = {}
        self.keys: list[int] = []
        self.visits: list[tuple[int, ...]] = []
        self.queues: list[tuple[int, ...]] = []
        self.pending: list[tuple[int, ...]] = []

    def add(self, number: int, one: Inside) -> None:
        """Put one patient where the row says."""
        self.keys.append(text_number(f"today {one.name}"))
        step, draws = self.program.steps[one.at], 1
        if isinstance(step, HoldStep):
            draws = self._in_hold(number, one, step)
        elif isinstance(step, SeizeStep):
            self._in_queues(number, one, step)
        elif isinstance(step, WaitStep):
            self._until_open(number, one, step)
        if one.at in self.counted:
            self.visits.append((number, one.at, draws))

    # --- at a hold ---------------------------------------------------------------------------------------------

    def _in_hold(self, number: int, one: Inside, step: HoldStep) -> int:
        stay = self._stay(number, one, step)
        if stay is None:
            return 0
        told = one.at in self.counted or step.if_interrupted != NOWHERE
        self.pending.append((stay.left, HOLD, number, *((stay.left, stay.whole) if told else (0, 0))))
        return stay.draws

    def _stay(self, number: int, one: Inside, step: HoldStep) -> Stay | None:
        """The first draw that is longer than the patient has been there; if none is, the longest that can be."""
        if one.left is not None:
            return Stay(one.left, one.since + one.left, 1)
        durations, lookup = step.duration.durations, self.sampler.lookup
        draw = self._draw(step.duration)
        once = durations.column >= 0 or lookup.is_fixed(durations)
        longest = 0
        for n in range(1 if once else MOST_DRAWS):
            whole = draw(self.keys[number], one.attributes, one.durations, n)
            if whole > one.since:
                return Stay(whole - one.since, whole, n + 1)
            longest = max(longest, whole)
        if not once:
            row = row_picker(durations.classes)(one.attributes)
            table, factor = durations.table.tolist()[row], durations.factor.tolist()[row]
            longest = lookup.duration(table, factor, LAST_UNIFORM)
            if longest > one.since:
                return Stay(longest - one.since, longest, MOST_DRAWS)
        self.rows.wrong(
            one.line, "since", format_duration(one.since),
            f"Nobody stays so long at {step.label}: by the config {durations.name} is at most "
            f"{format_duration(longest)} for this patient.",
            "Check `since`, or say in the column `left` how much longer it takes.",
        )  # fmt: skip
        return None

    # --- waiting -----------------------------------------------------------------------------------------------

    def _in_queues(self, number: int, one: Inside, step: SeizeStep) -> None:
        """In the queue of each resource that the step names, and the timers of the wait with what is left of them."""
        amount, priority = number_picker(step.amount)(one.attributes), _priority(step, one.attributes)
        rest = (number, amount, int(step.preempts), step.on_leave)
        for place, ref in enumerate(step.resources):
            pool = ref.base + (one.attributes[0] if ref.per_site else 0)
            self.queues.append((pool, priority, *rest, place, -one.since))
        timers = [(step.patience, NOWHERE)] if step.patience else []
        for after, level in (*timers, *step.escalate):
            whole = self._draw(after)(self.keys[number], one.attributes, one.durations, 0)
            self.pending.append((whole - one.since, TIMER, number, 1, level))

    def _until_open(self, number: int, one: Inside, step: WaitStep) -> None:
        calendar = step.calendar + (one.attributes[0] if step.per_site else 0)
        opens = self.program.opening[calendar].next_open(0)
        if opens is None:
            what = f"{self.program.calendars[calendar]}, which is waited for here, never opens again."
            self.rows.wrong(one.line, "step", step.label, what, "Check its opening hours, or the step.")
            return
        self.pending.append((opens, HOLD, number, 0, 0))

    def _draw(self, drawn: Drawn) -> DrawDuration:
        if drawn.stream not in self.drawing:
            self.drawing[drawn.stream] = self.sampler.duration(drawn)
        return self.drawing[drawn.stream]

    # --- all together ------------------------------------------------------------------------------------------

    def state(self) -> State:
        """The state of all patients, at time 0."""
        program, inside = self.program, self.rows.inside
        holdings = self._holdings()
        waits = {row[2] for row in self.queues}
        marks = np.full((len(inside), len(program.milestones)), NEVER, np.int64)
        for number, one in enumerate(inside):
            for milestone, ago in one.marks:
                marks[number, milestone] = -ago
        in_use = np.zeros(len(program.instances), np.int64)
        np.add.at(in_use, holdings[:, 1], holdings[:, 2])
        return State(
            **_names(program),
            time=_column([0]),
            key=np.array(self.keys, np.uint64),
            step=_column(one.at + 1 for one in inside),
            at=_column(one.at for one in inside),
            hold_step=_column(one.at if _may_be_interrupted(program, one.at) else NOWHERE for one in inside),
            hold_left=_column(-1 for _ in inside),
            wait_number=_column(int(number in waits) for number in range(len(inside))),
            attribute_values=_table([one.attributes for one in inside], len(program.attributes)),
            durations=_table([one.durations for one in inside], len(program.trace_columns)),
            marks=marks,
            visits=_table(self.visits, 3),
            holdings=holdings,
            queues=_table(sorted(self.queues, key=lambda row: (row[0], row[1], row[7])), 8),
            pending=_table([(max(0, time), *row) for time, *row in sorted(self.pending, key=_happens)], 5),
            returning_key=np.zeros(0, np.uint64),
            returning=_table([], 1 + len(program.attributes) + len(program.trace_columns)),
            in_use=in_use,
            rule_active=_column(0 for _ in program.rules),
            grants=_column([len(holdings)]),
        )

    def _holdings(self) -> Integers:
        """Rows (patient, pool, amount, priority, grant); who has been there longest was granted first."""
        order = sorted(range(len(self.rows.inside)), key=lambda number: -self.rows.inside[number].since)
        rank = _ranks(self.program)
        rows = [(number, pool, amount, rank(pool, one))
                for number in order for one in [self.rows.inside[number]] for pool, amount in one.holds]  # fmt: skip
        return _table([(*row, grant) for grant, row in enumerate(rows, start=1)], 5)


def _happens(row: tuple[int, ...]) -> tuple[int, ...]:
    """Order of what is to come: of what is due already, the earliest first."""
    time, kind, number = row[:3]
    return max(0, time), AFTER_HOLDS[kind], time, number


def _priority(step: SeizeStep, attributes: Sequence[int]) -> int:
    return step.priority if step.priority_attribute < 0 else attributes[step.priority_attribute]


def _ranks(program: Program) -> Callable[[int, Inside], int]:
    """The function that guesses with which priority a pool was granted: as by the last seize of it on the way."""
    seizes: dict[str, list[int]] = {}
    for at, step in enumerate(program.steps):
        if isinstance(step, SeizeStep):
            for ref in step.resources:
                seizes.setdefault(program.instances[ref.base].resource, []).append(at)

    def rank(pool: int, one: Inside) -> int:
        known = seizes.get(program.instances[pool].resource)
        if not known:
            return LEAST_URGENT
        step = program.steps[max((at for at in known if at < one.at), default=known[0])]
        assert isinstance(step, SeizeStep)
        return _priority(step, one.attributes)

    return rank


def _may_be_interrupted(program: Program, at: int) -> bool:
    step = program.steps[at]
    return isinstance(step, HoldStep) and step.if_interrupted != NOWHERE


def _names(program: Program) -> dict[str, Any]:
    """The names to which a state's numbers refer."""
    words = {
        "labels": program.labels,
        "instances": [str(instance) for instance in program.instances],
        "milestones": program.milestones,
        "trace_columns": program.trace_columns,
        "attributes": [name for name, _ in program.attributes],
        "values": ["|".join(values) for _, values in program.attributes],
        "rules": [f"{rule.name} {rule.watches} {rule.changes}" for rule in program.rules],
    }
    return {name: np.array(listed, np.str_) for name, listed in words.items()}


def _column(values: Iterable[int]) -> Integers:
    return np.array(list(values), np.int64)


def _table(rows: Sequence[Sequence[int]], width: int) -> Integers:
    return np.array(rows, np.int64).reshape(len(rows), width)
