"""Run replications, in this process or side by side in several, and keep the tallies of each."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Thread
from typing import Any, Protocol

from flowsim.engines import State, start
from flowsim.engines.initial import initial_patients
from flowsim.errors import RunError
from flowsim.program import Program
from flowsim.program.timetables import DAY
from flowsim.records.fold import Folding
from flowsim.records.tallies import Tallies
from flowsim.sampling import draw_arrivals
from flowsim.studies.design import Design

OnDays = Callable[[float], None]
"""Told how many more simulated days are done."""


class HasProgram(Protocol):
    """Anything that can be simulated: a scenario, or something prepared in Python."""

    @property
    def name(self) -> str:
        """What to call it in tables."""

    def program(self) -> Program:
        """What an engine runs."""


@dataclass(frozen=True)
class Replication:
    """What is kept of one run."""

    scenario: str
    number: int
    tallies: Tallies
    notices: tuple[str, ...]


def run_one(
    scenario: HasProgram, design: Design, number: int, on_days: OnDays = lambda _days: None
) -> Replication:
    """Simulate one replication and fold its log as it comes; conservation is checked on the way."""
    program = scenario.program()
    state = None if design.state is None else State.load(design.state)
    arrivals = draw_arrivals(program, design.seed, number, design.begin, design.until)
    engine = start(program, arrivals, design.engine, state)
    folding = Folding(program, arrivals, None if state is None else initial_patients(program, state))
    reached = design.begin
    for chunk in engine.run():
        folding.take(chunk)
        now = int(chunk["time"][-1]) if len(chunk) else design.until
        on_days((now - reached) / DAY)
        reached = now
    on_days((design.until - reached) / DAY)
    return Replication(scenario.name, number, folding.finish(design.until), tuple(engine.notices))


def replicate(
    scenarios: Sequence[HasProgram], design: Design, on_days: OnDays = lambda _days: None
) -> dict[str, list[Replication]]:
    """All replications of all scenarios, by scenario's name, in order of number.

    The result does not depend on the number of processes. Every scenario is compiled here first, so that what is
    wrong with it is said before anything runs.
    """
    for scenario in scenarios:
        scenario.program()
    tasks = [(scenario, number) for number in range(design.replications) for scenario in scenarios]
    workers = min(design.workers or os.cpu_count() or 1, len(tasks))
    if workers == 1:
        done = [run_one(scenario, design, number, on_days) for scenario, number in tasks]
    else:
        done = _side_by_side(tasks, design, workers, on_days)
    return {
        scenario.name: sorted(
            (one for one in done if one.scenario == scenario.name), key=lambda one: one.number
        )
        for scenario in scenarios
    }


def days_to_simulate(scenarios: int, design: Design) -> float:
    """Simulated days in all, warm-up included: the length of the progress bar."""
    return scenarios * design.replications * (design.until - design.begin) / DAY


_progress: Any = None
"""In a worker: the queue on which it says how many days it has done."""


def _join(queue: Any) -> None:
    global _progress  # noqa: PLW0603  (a process has one queue, given once when it starts)
    _progress = queue


def _work(scenario: HasProgram, design: Design, number: int) -> Replication:
    return run_one(scenario, design, number, _progress.put)


def _side_by_side(
    tasks: list[tuple[HasProgram, int]], design: Design, workers: int, on_days: OnDays
) -> list[Replication]:
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    listener = Thread(target=_listen, args=(queue, on_days), daemon=True)
    listener.start()
    try:
        with ProcessPoolExecutor(workers, context, _join, (queue,)) as pool:
            futures: list[Future[Replication]] = [
                pool.submit(_work, scenario, design, number) for scenario, number in tasks
            ]
            try:
                return [future.result() for future in as_completed(futures)]
            except BaseException as error:
                pool.shutdown(wait=False, cancel_futures=True)
                if isinstance(error, OSError):
                    raise RunError(f"A worker process was lost ({error}). Try --workers 1.") from error
                raise
    finally:
        queue.put(None)
        listener.join(timeout=5)


def _listen(queue: Any, on_days: OnDays) -> None:
    while (days := queue.get()) is not None:
        on_days(days)
