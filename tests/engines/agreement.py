"""Do two engines agree? Everything that comes of a run, and what comes of it when it is saved half-way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from flowsim.engines import ENGINES, State, start
from flowsim.engines.initial import initial_patients
from flowsim.engines.simpy_engine import MEASURES, SimpyEngine
from flowsim.errors import RunError
from flowsim.program import Program
from flowsim.program.program import ONE
from flowsim.records.fold import fold
from flowsim.records.log import Code, EventLog, assert_equal, empty_log
from flowsim.sampling.arrivals import Arrivals
from tests.engines.random_models import Built

REFERENCE = "simpy"
"""The engine of record: the others are compared with it."""
OTHERS = tuple(name for name in ENGINES if name != REFERENCE) or (REFERENCE,)
"""While there is no other engine, the engine of record is compared with itself."""
PAIRS = tuple(product((REFERENCE, *(name for name in OTHERS if name != REFERENCE)), repeat=2))
"""Who saves, who goes on."""

Run = Callable[[Program, Arrivals, State | None], Any]


@dataclass(frozen=True)
class Outcome:
    """What came of a run: all that two engines must have in common."""

    log: EventLog
    error: str
    notices: tuple[str, ...]
    state: State | None
    engine: Any


def outcome(start_run: Run, program: Program, arrivals: Arrivals, state: State | None = None) -> Outcome:
    """Run to the end, or to the error that a patient's way leads to."""
    chunks, error, engine = [empty_log()], "", None
    try:
        engine = start_run(program, arrivals, state)
        chunks.extend(engine.run())
    except RunError as raised:
        error = f"{type(raised).__name__}: {raised}"
    at_rest = engine.state() if engine is not None and not error else None
    notices = tuple(engine.notices) if engine is not None else ()
    return Outcome(np.concatenate(chunks), error, notices, at_rest, engine)


def by_name(engine: str) -> Run:
    """How a run of the engine of that name is started."""
    return lambda program, arrivals, state: start(program, arrivals, engine, state)


def assert_same(a: Outcome, b: Outcome, program: Program) -> None:
    """The same bytes, the same error or none, the same notices and the same state."""
    assert_equal(a.log, b.log, program)
    assert a.error == b.error
    assert a.notices == b.notices
    assert (a.state is None) == (b.state is None)
    if a.state is not None and b.state is not None:
        differ = [
            name
            for name in vars(a.state)
            if getattr(a.state, name).tobytes() != getattr(b.state, name).tobytes()
        ]
        assert differ == [], f"The states differ in {', '.join(differ)}"
        assert a.state.sha256 == b.state.sha256


def check_runs(built: Built, engine: str) -> None:
    """The engine of record and another do the same, from beginning to end; and nobody is lost."""
    arrivals = built.arrivals()
    a = outcome(by_name(REFERENCE), built.program, arrivals)
    b = outcome(by_name(engine), built.program, built.arrivals())
    assert_same(a, b, built.program)
    if not a.error:
        fold(a.log, built.program, arrivals)


def check_resumed(built: Built) -> None:
    """Whoever saves and whoever goes on: the same bytes, and the same as without a stop."""
    program, cut = built.program, built.cut
    firsts = {name: outcome(by_name(name), program, built.arrivals(until=cut)) for name in dict(PAIRS)}
    for first in firsts.values():
        assert_same(firsts[REFERENCE], first, program)
    first = firsts[REFERENCE]
    if first.state is None:
        return
    goes_on = partial(built.arrivals, begin=cut)
    after = [
        outcome(by_name(then), program, goes_on(), state)
        for saved, then in PAIRS
        if (state := firsts[saved].state) is not None
    ]
    for other in after[1:]:
        assert_same(after[0], other, program)
    if not after[0].error:
        fold(after[0].log, program, goes_on(), initial=initial_patients(program, first.state))
    if goes_on_unchanged(program, first, cut):
        whole = outcome(by_name(REFERENCE), program, built.arrivals())
        check_uninterrupted(program, whole, first, after[0], cut)


def goes_on_unchanged(program: Program, first: Outcome, cut: int) -> bool:
    """Is a run that goes on from here the same as one that never stopped?

    Not if a capacity changes at this very instant, which is then read at once with all others; nor if a rule
    would act, but has not been evaluated since (it acts once an instant): who goes on evaluates every rule.
    """
    changes = any(list(timetable.changes(cut - 1, cut + 1)) for timetable in program.capacity)
    return not changes and not _rules_that_would_act(first.engine)


def _rules_that_would_act(engine: SimpyEngine) -> list[str]:
    """The names of rules whose threshold is passed, and that have not acted."""
    found = []
    for rule, active in zip(engine.program.rules, engine.rule_active, strict=True):
        pool = engine.pools[rule.watches]
        value, on, off = MEASURES[rule.measure](pool), rule.on, rule.off
        if rule.of_capacity:
            value, on, off = value * ONE, on * pool.rota_capacity, off * pool.rota_capacity
        if (value > off if active else value >= on) != active:
            found.append(rule.name)
    return found


def check_uninterrupted(program: Program, whole: Outcome, first: Outcome, after: Outcome, cut: int) -> None:
    """The two halves are the whole, apart from the numbers of the patients (who left before the cut: -2)."""
    assert bool(whole.error) == bool(after.error), f"{whole.error} / {after.error}"
    if not len(whole.log):  # an error within an event: the rows before it were not handed over
        return
    shared = whole.log["time"] < cut
    assert_equal(first.log, whole.log[shared], program)
    started = int((first.log["code"] == Code.START).sum())
    ended = set(first.log["patient"][first.log["code"] == Code.END].tolist())
    inside = {old: new for new, old in enumerate(who for who in range(started) if who not in ended)}
    ghosts = range(len(first.state), len(first.state) + len(first.state.ghosts))
    a = renumbered(
        whole.log, cut, lambda who: who - started + ghosts.stop if who >= started else inside.get(who, -2)
    )
    b = renumbered(after.log, cut, lambda who: -2 if who in ghosts else who)
    assert_equal(a, b, program)


def renumbered(log: EventLog, cut: int, new_number: Callable[[int], int]) -> EventLog:
    """Rows from the cut on, without the capacities of that instant, with patients as `new_number` says."""
    log = log[(log["time"] >= cut) & ~((log["code"] == Code.CAPACITY) & (log["time"] == cut))].copy()
    log["patient"] = [new_number(who) if who >= 0 else who for who in log["patient"].tolist()]
    started = log["code"] == Code.START
    log["value"][started] = [new_number(who) if who >= 0 else who for who in log["value"][started].tolist()]
    return log
