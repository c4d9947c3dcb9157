"""Run replications, in this process or side by side in several, and keep the tallies of each."""

from __future__ import annotations

import copyreg
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from types import MappingProxyType
from typing import Any, Protocol

from flowsim.engines import State, start
from flowsim.engines.initial import initial_patients
from flowsim.errors import RunError
from flowsim.measures.attribution import Attribution, Delays
from flowsim.measures.kpis import Kpis, measure
from flowsim.measures.periods import weeks_of
from flowsim.program import Program
from flowsim.program.timetables import DAY
from flowsim.records.fold import Folding
from flowsim.records.tallies import Tallies
from flowsim.sampling import draw_arrivals
from flowsim.studies.design import Design
from flowsim.studies.scenario import Prepared
from flowsim.studies.starting import starting_state

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
    delays: Delays | None = None
    """Only if the design asks for attribution."""

    @property
    def kept(self) -> Tallies:
        """The tallies, as far as they are kept: here they are."""
        return self.tallies

    def kpis(self, program: Program, period: str) -> Kpis:
        """Every KPI in a period."""
        return measure(self.tallies, program, weeks_of(period, program.config), period)


def run_one(
    scenario: HasProgram,
    design: Design,
    number: int,
    on_days: OnDays = lambda _days: None,
    state: State | None = None,
) -> Replication:
    """Simulate one replication and fold its log as it comes; conservation is checked on the way.

    A `state` that is given is the one to start from.
    """
    program = scenario.program()
    if state is None:  # one in which nobody is inside is a state all the same
        state = starting_state(design, program, number)
    arrivals = draw_arrivals(program, design.seed, number, design.begin, design.until)
    engine = start(program, arrivals, design.engine, state)
    inside = None if state is None else initial_patients(program, state)
    folding = Folding(program, arrivals, inside)
    charging = Attribution(program, design.begin, inside) if design.attribution else None
    reached = design.begin
    for chunk in engine.run():
        folding.take(chunk)
        if charging is not None:
            charging.take(chunk)
        now = int(chunk["time"][-1]) if len(chunk) else design.until
        on_days((now - reached) / DAY)
        reached = now
    on_days((design.until - reached) / DAY)
    delays = None if charging is None else charging.finish(design.until)
    return Replication(scenario.name, number, folding.finish(design.until), tuple(engine.notices), delays)


def replicate(
    scenarios: Sequence[HasProgram], design: Design, on_days: OnDays = lambda _days: None
) -> dict[str, list[Replication]]:
    """All replications of all scenarios, by scenario's name, in order of number.

    The result does not depend on how many run at once: the compiled engine's on threads of this process, SimPy's in
    processes of their own. Every scenario is compiled here first, and reads the census CSV if there is one, so that what
    is wrong is said before anything runs.
    """
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        raise RunError(f"Two scenarios have the same name: {', '.join(names)}.")
    programs = {scenario.name: scenario.program() for scenario in scenarios}
    if design.from_csv:
        for program in programs.values():
            starting_state(design, program, 0)
    tasks = [(name, number) for number in range(design.replications) for name in names]
    workers = min(design.workers or os.cpu_count() or 1, len(tasks))
    if workers <= 1:
        done = [run_one(Prepared(programs[name], name), design, number, on_days) for name, number in tasks]
    elif design.engine == "compiled":
        done = _on_threads(programs, tasks, design, workers, on_days)
    else:
        done = _side_by_side(programs, tasks, design, workers, on_days)
    done.sort(key=lambda one: one.number)
    return {name: [one for one in done if one.scenario == name] for name in names}


def days_to_simulate(scenarios: int, design: Design) -> float:
    """Simulated days in all, warm-up included: the length of the progress bar."""
    return scenarios * design.replications * (design.until - design.begin) / DAY


# --- on threads -----------------------------------------------------------------------------------------------


class _Stopped(Exception):
    """Another replication failed, or the user pressed Ctrl-C."""


def _on_threads(
    programs: dict[str, Program], tasks: list[tuple[str, int]], design: Design, workers: int, on_days: OnDays
) -> list[Replication]:
    stopped = Event()

    def told(days: float) -> None:
        if stopped.is_set():
            raise _Stopped
        on_days(days)

    with ThreadPoolExecutor(workers) as pool:
        try:
            futures = [
                pool.submit(run_one, Prepared(programs[name], name), design, number, told)
                for name, number in tasks
            ]
            return [future.result() for future in as_completed(futures)]
        finally:  # nothing goes on after a failure, nor after a Ctrl-C while they were being handed out
            stopped.set()
            pool.shutdown(cancel_futures=True)


# --- in a worker ----------------------------------------------------------------------------------------------

_given: dict[str, Any] = {}
"""What a worker was given when it started: the programs, and the queue on which it says how many days are done."""


def _join(queue: Any, programs: bytes) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started us
    _given["queue"] = queue
    _given["programs"] = unpacked(programs)


def _work(name: str, design: Design, number: int) -> Replication:
    return run_one(Prepared(_given["programs"][name], name), design, number, _given["queue"].put)


# --- around the workers ---------------------------------------------------------------------------------------


def _side_by_side(
    programs: dict[str, Program], tasks: list[tuple[str, int]], design: Design, workers: int, on_days: OnDays
) -> list[Replication]:
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    listener = Thread(target=_listen, args=(queue, on_days), daemon=True)
    listener.start()
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, context, _join, (queue, packed(programs)))
    try:
        with _main_left_out():
            futures: list[Future[Replication]] = [pool.submit(_work, *_of(task, design)) for task in tasks]
        return [future.result() for future in as_completed(futures)]
    except BrokenProcessPool as error:
        raise RunError(
            "A worker process was lost: it was stopped from outside, or the machine ran out of memory. "
            "Try fewer at once (--workers 1, or workers=1)."
        ) from error
    except BaseException:
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        queue.put(None)
        listener.join(timeout=5)


def _of(task: tuple[str, int], design: Design) -> tuple[str, Design, int]:
    name, number = task
    return name, design, number


def _listen(queue: Any, on_days: OnDays) -> None:
    while (days := queue.get()) is not None:
        on_days(days)


@contextmanager
def _main_left_out() -> Iterator[None]:
    """A new worker would run the user's script again from its top; it needs nothing of it, so it is not told."""
    main = sys.modules["__main__"]
    kept = {name: getattr(main, name, None) for name in ("__file__", "__spec__")}
    try:
        for name in kept:
            setattr(main, name, None)
        yield
    finally:
        for name, value in kept.items():
            setattr(main, name, value)


class _Packer(pickle.Pickler):
    """Pickles programs: read-only views of tables, which pickle does not know, travel as tables."""

    dispatch_table = {**copyreg.dispatch_table, MappingProxyType: lambda view: (_view, (dict(view),))}


def _view(table: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(table)


def packed(programs: dict[str, Program]) -> bytes:
    """Programs as bytes, for a process of ours, here or on a machine of the cluster."""
    from io import BytesIO

    written = BytesIO()
    _Packer(written, protocol=pickle.HIGHEST_PROTOCOL).dump(programs)
    return written.getvalue()


def unpacked(programs: bytes) -> dict[str, Program]:
    """What `packed` made, a moment ago, in a process of ours; never a file, and never anybody else's bytes."""
    found: dict[str, Program] = pickle.loads(programs)  # noqa: S301
    return found
