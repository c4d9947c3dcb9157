"""`make bench`: patients a second of the SimPy engine and of hand-written SimPy, medians of several runs."""

from __future__ import annotations

import argparse
import gc
import platform
import time
from collections.abc import Callable
from statistics import median

from benchmarks import hand_written, reference
from flowsim.engines import start
from flowsim.inputs import read_config
from flowsim.program import Program, compile_program
from flowsim.program.timetables import DAY
from flowsim.sampling import draw_arrivals

ALLOWED = 2.5
"""The most that the engine may take, as a multiple of the same pathway written by hand."""


def by_flowsim(program: Program, days: int, seed: int) -> int:
    """Run the engine and throw the log away, chunk by chunk; returns the number of patients."""
    engine = start(program, draw_arrivals(program, seed, 0, 0, days * DAY))
    for _ in engine.run():
        pass
    return engine.started


def seconds_a_patient(run: Callable[[int], int], seed: int) -> float:
    """Processor seconds for each patient of one run."""
    gc.collect()
    began = time.process_time()
    patients = run(seed)
    return (time.process_time() - began) / patients


def main() -> None:
    """Time both in turns, so that a busy machine troubles both alike."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    program = compile_program(reference.model(), read_config(reference.config()))
    by_flowsim(program, 1, 0)  # compiled functions are loaded before the clock starts
    ours, by_hand = [], []
    for seed in range(given.repeats):
        by_hand.append(seconds_a_patient(lambda s: hand_written.simulate(given.days, s)[0], seed))
        ours.append(seconds_a_patient(lambda s: by_flowsim(program, given.days, s), seed))
    ratio = median(mine / theirs for mine, theirs in zip(ours, by_hand, strict=True))
    print(
        f"{platform.platform()}, Python {platform.python_version()}; {given.repeats} runs of {given.days} days"
    )
    print(f"hand-written SimPy     {1 / median(by_hand):10,.0f} patients a second")
    print(f"flowsim, SimPy engine  {1 / median(ours):10,.0f} patients a second")
    print(f"time, flowsim over hand-written: {ratio:.2f} (at most {ALLOWED})")


if __name__ == "__main__":
    main()
