"""How long one waits for the command: the first time ever, later, and for `--help`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from benchmarks.children import child, timed_child
from benchmarks.given import Given
from benchmarks.side_by_side import COMPILED
from benchmarks.targets import judged
from benchmarks.timing import Spent

HOW_OFTEN = {"first_ever": 3, "later": 5, "later_large": 3, "help": 10}
RUN = ("--replications", "1", "--days", "7", "--workers", "1")
SMALL, LARGE = "small_town", "south_worcestershire"


def measure(given: Given) -> dict[str, Any]:
    """Seconds on the wall, each several times in a fresh process; the processor's too, for the machine is shared."""
    engine = given.engines[0]
    found: dict[str, Any] = {"engine": engine, "seconds": {}, "processor_seconds": {}, "rounds": {}}
    with tempfile.TemporaryDirectory() as warm:
        ways: dict[str, Callable[[], Spent]] = {
            "first_ever": lambda: first_ever(engine),
            "later": lambda: first_progress(SMALL, engine, warm),
            "later_large": lambda: first_progress(LARGE, engine, warm),
            "help": lambda: _whole_command(["--help"], warm),
        }
        for what, way in ways.items():
            times = 2 if given.quick else HOW_OFTEN[what]
            given.say(f"starts: {what}, {times} times")
            if what.startswith("later"):
                way()  # this one fills the cache
            spent = [way() for _ in range(times)]
            found["rounds"][what] = [one.wall for one in spent]
            found["seconds"][what] = median(one.wall for one in spent)
            found["processor_seconds"][what] = median(one.processor for one in spent)
    found["targets"] = _judged(found)
    return found


def first_ever(engine: str) -> Spent:
    """A whole first run of the small place, with nothing compiled yet."""
    with tempfile.TemporaryDirectory() as nothing_yet:
        return _whole_command(["run", SMALL, "--engine", engine, *RUN], nothing_yet)


def _whole_command(arguments: list[str], cache: str) -> Spent:
    return timed_child(["-m", "flowsim", *arguments], _with_cache(cache))


def first_progress(place: str, engine: str, cache: str) -> Spent:
    """From starting the process to the first simulated days that the progress bar is told of."""
    began = time.time()
    told = child(["-m", "benchmarks.starts", place, engine], _with_cache(cache)).stderr
    marked = next(line for line in told.splitlines() if line.startswith(MARK))
    wall, processor = marked.removeprefix(MARK).split()
    return Spent(float(processor), float(wall) - began)


def _with_cache(folder: str) -> dict[str, str]:
    """flowsim keeps its machine code there, whatever the user has told numba."""
    os.environ.pop("NUMBA_CACHE_DIR", None)
    return {"FLOWSIM_CACHE": folder}


def _judged(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The first use and later ones are promised for the compiled engine."""
    ours = found["seconds"] if found["engine"] == COMPILED else {}
    return [
        judged("first-ever use, compilation included", ours.get("first_ever"), at_most=30, unit="s"),
        judged("later start to first progress", ours.get("later"), at_most=2, unit="s"),
        judged("flowsim --help", found["seconds"]["help"], at_most=0.35, unit="s"),
    ]


# --- in a process of its own ---------------------------------------------------------------------------------

MARK = "first progress at "


@contextmanager
def _marked_progress(title: str, days: float) -> Iterator[Callable[[float], None]]:
    """Stands in for the bar: says when it is told of the first days."""
    seen: list[float] = []

    def on_days(done: float) -> None:
        if not seen:
            seen.append(done)
            print(f"{MARK}{time.time():.6f} {time.process_time():.6f}", file=sys.stderr, flush=True)

    yield on_days


def main(place: str, engine: str) -> None:
    """`flowsim run` as a user types it, but for the bar."""
    from flowsim.cli import main as command
    from flowsim.cli import running

    running.progress = _marked_progress
    sys.argv = ["flowsim", "run", place, "--engine", engine, *RUN]
    command()


if __name__ == "__main__":
    main(*sys.argv[1:])
