"""Who runs the reference pathway: what part of it each can express, what is timed, and how to get it."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import reference
from benchmarks.flow import Log, of_chunks, of_rows
from benchmarks.timing import Spent, timed
from flowsim.engines import ENGINES, start
from flowsim.inputs import read_config
from flowsim.program import Program, compile_program
from flowsim.program.timetables import DAY
from flowsim.sampling import draw_arrivals

HERE = Path(__file__).resolve().parent
BY_HAND = "hand-written SimPy"
CPP = "hand-written C++ -O3"
WHOLE = "all of it"
RUNS_IN_ONE = 10
ROWS_BY_HAND = "arrivals drawn, run, four rows a patient at most"


@dataclass(frozen=True)
class Ran:
    """One run: how many patients, what it took, and what happened."""

    patients: int
    spent: Spent
    log: Callable[[], Log]


@dataclass(frozen=True)
class Contender:
    """One way to run the reference pathway for some days with a seed. `missing` says why it cannot run here."""

    name: str
    run: Callable[[int, int], Ran]
    part: str = WHOLE
    times: str = ROWS_BY_HAND
    missing: str = ""
    most_days: int = 365
    """A slow one is given fewer days; its patients a second are of those."""
    same_work: bool = True
    """Are its waits to be compared with ours?"""


def name_of(engine: str) -> str:
    """What an engine is called in the tables."""
    return f"flowsim, {'SimPy engine' if engine == 'simpy' else engine}"


def reference_program() -> Program:
    """The reference pathway, compiled."""
    return compile_program(reference.model(), read_config(reference.config()))


def of_engine(engine: str, program: Program) -> Contender:
    """flowsim with one of its engines."""

    def run(days: int, seed: int) -> Ran:
        def work() -> tuple[int, list[np.ndarray]]:
            started = start(program, draw_arrivals(program, seed, 0, 0, days * DAY), engine)
            chunks = list(started.run())
            return started.started, chunks

        (patients, chunks), spent = timed(work)
        return Ran(patients, spent, lambda: of_chunks(chunks, program))

    times = "arrivals drawn, run, the full log in memory (every queue joined and left, every unit given and returned)"
    return Contender(name_of(engine), run, times=times)


def from_module(module: str, days: int, seed: int) -> Ran:
    """A program of this folder that is one function: simulate(days, seed) -> patients, rows."""
    simulate = importlib.import_module(f"benchmarks.{module}").simulate
    (patients, rows), spent = timed(lambda: simulate(days, seed))
    return Ran(patients, spent, lambda: of_rows(rows))


def of_package(package: str) -> str:
    """Why a package's contender cannot run; empty if it can."""
    if importlib.util.find_spec(package):
        return ""
    return f"not here: pip install {package} (or flowsim's extra `bench`)"


@dataclass
class Compiled:
    """The C++ program, built when it is first asked for, into a folder that goes when the benchmark ends."""

    folder: tempfile.TemporaryDirectory[str] = field(default_factory=tempfile.TemporaryDirectory)
    built: Path | None = None

    def program(self) -> Path:
        """The executable."""
        if self.built is None:
            target = Path(self.folder.name) / "hand_written"
            source = HERE / "hand_written.cpp"
            subprocess.run(["g++", "-std=c++17", "-O3", str(source), "-o", str(target)], check=True)
            self.built = target
        return self.built

    def run(self, days: int, seed: int) -> Ran:
        """Some runs in one process, as ours are; it times itself, and writes the last log when its clocks stopped."""
        path = Path(self.folder.name) / f"{seed}.log"
        told = _told([str(self.program()), str(days), str(seed * RUNS_IN_ONE), str(RUNS_IN_ONE), str(path)])
        runs = [line.split() for line in told.splitlines()]
        processor, wall = (sum(float(run[at]) for run in runs) for at in (1, 2))
        return Ran(sum(int(run[0]) for run in runs), Spent(processor, wall), partial(_packed_log, path))


def _told(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _packed_log(path: Path) -> Log:
    rows = np.fromfile(path, np.dtype([("time", "<f8"), ("patient", "<i4"), ("what", "<i4")]))
    path.unlink()
    return Log(rows["time"], rows["patient"].astype(np.int64), rows["what"].astype(np.int64))


def simmer_missing() -> str:
    """Why simmer cannot run; empty if it can."""
    if not shutil.which("Rscript"):
        return "not here: install R, then in it install.packages('simmer')"
    asked = ["Rscript", "-e", "quit(status = !requireNamespace('simmer', quietly = TRUE))"]
    there = subprocess.run(asked, capture_output=True, check=False).returncode == 0
    return "" if there else "not here: in R, install.packages('simmer')"


def by_simmer(days: int, seed: int) -> Ran:
    """One run of the R script, which times itself and then writes its log."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        told = _told(["Rscript", str(HERE / "by_simmer.R"), str(days), str(seed), str(path)])
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    patients, processor, wall = told.split()[-3:]
    rows = [(float(time), int(who), what) for time, who, what in (line.split(",") for line in lines)]
    return Ran(int(patients), Spent(float(processor), float(wall)), lambda: of_rows(rows))


def contenders() -> list[Contender]:
    """Everybody, those who are not here too."""
    program = reference_program()
    cpp = "" if shutil.which("g++") else "not here: install g++"
    no_cubicles = "all but cubicles, so nobody boards in one; beds go by priority too"
    return [
        *(of_engine(engine, program) for engine in reversed(ENGINES)),
        Contender(BY_HAND, partial(from_module, "hand_written")),
        Contender(CPP, Compiled().run, missing=cpp),
        Contender(
            "Ciw",
            partial(from_module, "by_ciw"),
            part=no_cubicles,
            times="network built, run, Ciw's own records made into rows",
            missing=of_package("ciw"),
            most_days=90,
            same_work=False,
        ),
        Contender("salabim", partial(from_module, "by_salabim"), missing=of_package("salabim"), most_days=60),
        Contender(
            "simmer", by_simmer, missing=simmer_missing(), times="run; simmer's own monitoring is the log"
        ),
    ]
