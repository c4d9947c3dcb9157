"""Run what the store does not have yet, on threads; each replication is written the moment it is finished.

Nothing but what is written is kept, so that memory does not grow with the number of replications, and an interruption
loses only those in flight.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Lock, get_ident
from typing import TYPE_CHECKING, Any

from flowsim.engines import State
from flowsim.errors import RunError
from flowsim.measures.kpis import Kpis, measure
from flowsim.measures.periods import weeks_of
from flowsim.program import Program
from flowsim.program.timetables import DAY
from flowsim.records.tallies import Tallies
from flowsim.studies.census import warmed_state
from flowsim.studies.design import Design
from flowsim.studies.keys import as_text, key_of, what_determines
from flowsim.studies.measuring import Measured, run_and_measure
from flowsim.studies.replicate import HasProgram, OnDays
from flowsim.studies.store import Store
from flowsim.studies.study import WHOLE, Study, covers

if TYPE_CHECKING:
    from flowsim.studies.cluster import Cluster

PICTURED = 4
"""Of so many replications of a scenario the tallies are kept as well, for pictures; of the others, their figures."""
STATES = "states"
IN_MEMORY = 64


@dataclass(frozen=True)
class Work:
    """What is asked of every scenario: the design, the program that warms states, which KPIs, in which periods."""

    design: Design
    base: Program
    store: Store
    only: tuple[str, ...] | None = None
    periods: tuple[str, ...] = (WHOLE,)
    pictures: int = 0
    """Of how many replications the tallies are kept."""


@dataclass(frozen=True)
class Task:
    """One replication to run."""

    name: str
    program: Program
    number: int
    key: str
    question: str


@dataclass
class Done:
    """What came of it: the key of every replication, by scenario, and how many had to be run."""

    keys: dict[str, list[str]] = field(default_factory=dict)
    ran: int = 0

    @property
    def found(self) -> int:
        """How many were in the store."""
        return sum(len(ones) for ones in self.keys.values()) - self.ran


@dataclass(frozen=True)
class Stored:
    """A replication in the store."""

    number: int
    key: str
    measured: Measured
    store: Store

    @property
    def notices(self) -> tuple[str, ...]:
        """What the run had to say."""
        return self.measured.notices

    @property
    def kept(self) -> Tallies | None:
        """Its tallies, if they were kept."""
        return self.store.tallies(self.key)

    @property
    def delays(self) -> None:
        """The store keeps none."""
        return None

    def kpis(self, program: Program, period: str) -> Kpis:
        """Every KPI that was kept in a period. Raises RunError if none was."""
        rows = tuple(row for row in self.measured.kpis.rows if row.period == period)
        if rows:
            return Kpis(rows)
        tallies = self.kept
        if tallies is None:
            raise RunError(f"No figures of the period `{period}` were kept in {self.store.path}.")
        return measure(tallies, program, weeks_of(period, program.config), period)


def periods_of(base: Program, design: Design) -> tuple[str, ...]:
    """All measured weeks, and the periods of the config that are simulated whole."""
    return (WHOLE, *(name for name in base.config.periods if covers(base.config, design.days, name)))


def days_of(design: Design, scenarios: int, numbers: int) -> float:
    """Simulated days in all, the warm-up of shared states included."""
    warm = design.warm_up * numbers if design.warmed else 0
    return warm + scenarios * numbers * (design.until - design.begin) / DAY


def run_missing(
    work: Work, scenarios: Iterable[HasProgram], numbers: Sequence[int], on_days: OnDays = lambda _days: None
) -> Done:
    """Run every replication that the store does not have.

    Scenarios are compiled one after the other, while replications of those before run.
    """
    done = Done()
    tasks = _missing(work, scenarios, numbers, done, on_days)
    if work.design.cluster:  # a thread here waits for each replication there
        from flowsim.studies.cluster import connected

        there = connected(work.design.cluster)
        _on_threads(tasks, lambda task, told: _elsewhere(work, task, there, told), 1 + there.threads, on_days)
    else:
        states = States(work.design, work.base, work.store.path.parent / STATES)
        workers = work.design.workers or os.cpu_count() or 1
        _on_threads(tasks, lambda task, told: _one(work, task, states, told), workers, on_days)
    return done


def read_study(
    work: Work, programs: Mapping[str, Program], keys: Mapping[str, list[str]], titles: Mapping[str, str]
) -> Study:
    """The replications with these keys as a study."""
    found = {
        name: [_stored(work.store, number, key) for number, key in enumerate(keys[name])] for name in programs
    }
    design = replace(work.design, replications=min(len(ones) for ones in found.values()))
    return Study(design, dict(programs), found, dict(titles))


def _stored(store: Store, number: int, key: str) -> Stored:
    measured = store.find(key)
    if measured is None:
        raise RunError(
            f"A replication that was just finished is not in {store.path}: somebody has taken it away."
        )
    return Stored(number, key, measured, store)


def _missing(
    work: Work,
    scenarios: Iterable[HasProgram],
    numbers: Sequence[int],
    done: Done,
    on_days: OnDays,
) -> Iterator[Task]:
    days = (work.design.until - work.design.begin) / DAY
    given: set[str] = set()  # two settings may be the same program
    for scenario in scenarios:
        program = scenario.program()
        determined = what_determines(program, work.base, work.design, work.only, work.periods)
        for number in numbers:
            question = as_text({**determined, "replication": number})
            key = key_of(question)
            done.keys.setdefault(scenario.name, []).append(key)
            if key in given or work.store.has(key, number < work.pictures):
                on_days(days)
            else:
                done.ran += 1
                given.add(key)
                yield Task(scenario.name, program, number, key, question)


def _one(work: Work, task: Task, states: States, on_days: OnDays) -> None:
    """Run a replication, measure it, and write it."""
    state = states.of(task.number, on_days) if work.design.warmed else None
    found, tallies = run_and_measure(
        task.program, work.design, task.number, work.only, work.periods, state, on_days
    )
    work.store.keep(task.key, task.question, found, tallies if task.number < work.pictures else None)


def _elsewhere(work: Work, task: Task, there: Cluster, on_days: OnDays) -> None:
    """Have a replication run on a cluster, and write it here."""
    found, tallies = there.run(
        work.design,
        work.base,
        task.program,
        task.number,
        work.only,
        work.periods,
        task.number < work.pictures,
        on_days,
    )
    work.store.keep(task.key, task.question, found, tallies)


# --- warmed states ----------------------------------------------------------------------------------------------


@dataclass
class States:
    """The warmed state of each replication: made once with the baseline, and kept in a folder for the next time.

    A file that is lost or damaged costs time and nothing else.
    """

    design: Design
    base: Program
    folder: Path
    _found: dict[int, State] = field(default_factory=dict)
    _locks: dict[int, Lock] = field(default_factory=dict)
    _guard: Lock = field(default_factory=Lock)

    def of(self, number: int, on_days: OnDays) -> State:
        """The state from which replication `number` of every scenario starts, `settle` days before time 0."""
        with self._guard:
            own = self._locks.setdefault(number, Lock())
        with own:  # two scenarios may want the same state at once: one makes it, the other waits
            with self._guard:
                found = self._found.get(number)
            if found is None:
                found = self._load(number)
                if found is not None:
                    on_days(self.design.warm_up)
                else:
                    found = self._make(number, on_days)
                with self._guard:
                    if len(self._found) >= IN_MEMORY:
                        del self._found[next(iter(self._found))]
                    self._found[number] = found
            return found

    def path(self, number: int) -> Path:
        """Where it is kept: the name says what it was made from."""
        design, made_from = self.design, what_determines(self.base, self.base, self.design, (), ())
        made_from = {key: made_from[key] for key in ("program", "code", "seed")}
        made_from |= {"replication": number, "warm_up": design.warm_up, "settle": design.settle}
        return self.folder / f"{key_of(as_text(made_from))}.npz"

    def _load(self, number: int) -> State | None:
        path = self.path(number)
        try:
            return State.load(path) if path.is_file() else None
        except Exception:  # noqa: BLE001  (a damaged archive fails in many ways: it is made again)
            return None

    def _make(self, number: int, on_days: OnDays) -> State:
        design = self.design
        state = warmed_state(self.base, design.warm_up, design.seed, on_days, number, -design.settle)
        path = self.path(number)
        mine = path.with_name(f".{path.stem}.{os.getpid()}.{get_ident()}.npz")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            state.save(mine)
            mine.replace(path)
        except OSError:  # no room, or no right: it is made again next time
            mine.unlink(missing_ok=True)
        return state


# --- on threads -------------------------------------------------------------------------------------------------


class _Stopped(Exception):
    """Another replication failed, or the user pressed Ctrl-C."""


def _on_threads(
    tasks: Iterator[Task], do: Callable[[Task, OnDays], None], workers: int, on_days: OnDays
) -> None:
    """Do tasks on threads, with one more taken from the iterator than there are workers."""
    stopped = Event()

    def told(days: float) -> None:
        if stopped.is_set():
            raise _Stopped
        on_days(days)

    waiting: set[Future[Any]] = set()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for task in tasks:
                waiting.add(pool.submit(do, task, told))
                if len(waiting) > workers:
                    waiting = _after_one(waiting)
            while waiting:
                waiting = _after_one(waiting)
        finally:  # nothing goes on after a failure or a Ctrl-C, but what is being written is written whole
            stopped.set()
            pool.shutdown(cancel_futures=True)


def _after_one(waiting: set[Future[Any]]) -> set[Future[Any]]:
    """Wait until one is done; raise what went wrong with it."""
    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
    for one in done:
        one.result()
    return waiting
