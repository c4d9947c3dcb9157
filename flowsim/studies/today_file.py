"""A state as a census CSV, to look at, to change, and to start from again: the other way round of `today`."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from flowsim.engines import State
from flowsim.engines.state import HOLD, NEVER
from flowsim.inputs.units import format_duration
from flowsim.program.program import HoldStep, Program, SeizeStep
from flowsim.sampling.sampler import Sampler
from flowsim.studies.today_rows import MARK, NEEDED, OPTIONAL


def write_today(state: State, program: Program, path: Path) -> list[str]:
    """Write a state of this program as a census CSV; returns what of the state such a file cannot say.

    Left out are those who were interrupted and wait to go on, units that are being made ready, and journeys that are
    to come back; the numbers of draws that were used are not kept, so what comes after is drawn anew.
    """
    since, left = _times(state, program)
    waiting = set(state.queues[:, 2].tolist())
    interrupted = [number for number, at in enumerate(state.at.tolist())
                   if number in waiting and not isinstance(program.steps[at], SeizeStep)]  # fmt: skip
    told = io.StringIO(newline="")
    writer = csv.writer(told, lineterminator="\n")
    attributes = [(name, np.array(values)[column]) for (name, values), column in
                  zip(program.attributes, state.attribute_values.T, strict=True)]  # fmt: skip
    marks = [MARK + name for name in program.milestones]
    writer.writerow([*NEEDED, *OPTIONAL, *(name for name, _ in attributes), *program.trace_columns, *marks])
    holds = _holds(state, program)
    for number in sorted(set(range(len(state))) - set(interrupted)):
        step = program.labels[state.at[number]]
        rest = [format_duration(left[number]) if number in left else "", "; ".join(holds.get(number, []))]
        values = [str(column[number]) for _, column in attributes]
        durations = [format_duration(ms) for ms in state.durations[number].tolist()]
        ago = ["" if when == NEVER else format_duration(int(state.time[0]) - when)
               for when in state.marks[number].tolist()]  # fmt: skip
        writer.writerow(
            [number, step, format_duration(since.get(number, 0)), *rest, *values, *durations, *ago]
        )
    path.write_text(told.getvalue(), encoding="utf-8")
    lost = ((len(interrupted), "interrupted and waiting to go on"),
            (len(state.ghosts), "units being made ready, or journeys that are to come back"))  # fmt: skip
    return [f"Left out: {many} {what}." for many, what in lost if many]


def _times(state: State, program: Program) -> tuple[dict[int, int], dict[int, int]]:
    """For each patient how long they have been at their step, and for those at a hold how much is left, in ms."""
    now, sampler = int(state.time[0]), Sampler(program, 0, 0)
    since = {who: now - when for _, _, who, _, _, _, _, when in state.queues.tolist()}
    left: dict[int, int] = {}
    for time, kind, who, _, whole in state.pending.tolist():
        step = program.steps[state.at[who]]
        if kind == HOLD and isinstance(step, HoldStep):
            left[who] = time - now
            if not whole:  # a fixed length is not written down
                attributes, durations = state.attribute_values[who].tolist(), state.durations[who].tolist()
                whole = sampler.duration(step.duration)(0, attributes, durations, 0)  # noqa: PLW2901
            since[who] = max(0, whole - left[who])
    return since, left


def _holds(state: State, program: Program) -> dict[int, list[str]]:
    """What each patient holds, in words."""
    found: dict[int, list[str]] = {}
    for who, instance, amount, _, _ in state.holdings.tolist():
        name = str(program.instances[instance])
        found.setdefault(who, []).append(name if amount == 1 else f"{amount} {name}")
    return found
