"""Compile the engine and the fold before they are first used: a message and a line of progress, once a machine."""

from __future__ import annotations

import subprocess
import sys
import time

from flowsim.cli.screen import say


def warm_up() -> None:
    """Have everything compiled; say what is being done, and how long it took.

    The counting is compiled by a process of its own meanwhile: numba compiles one thing at a time in each.
    """
    from flowsim.sampling.cache import is_compiled, note_compiled
    from flowsim.studies.rehearsal import PARTS, count

    began = time.perf_counter()
    beside = None
    if not is_compiled() and any(rehearse is count for _, rehearse in PARTS):
        beside = subprocess.Popen(
            [sys.executable, "-c", "from flowsim.studies.rehearsal import count; count()"],
            stderr=subprocess.DEVNULL,
        )
    for what, rehearse in PARTS:
        say(f"  compiling {what} ...")
        if rehearse is count and beside is not None:
            beside.wait()  # if it failed, it is done here, and whatever is wrong is told
        rehearse()
    note_compiled()
    say(f"Compiled and kept for next time, in {time.perf_counter() - began:.0f} s.")


def warm_up_if_new(engine: str) -> None:
    """On the very first use: say what the wait is for, and compile."""
    from flowsim.sampling.cache import is_compiled

    if engine == "compiled" and not is_compiled():
        say("First use on this machine: the engine is compiled once, which takes about half a minute.")
        warm_up()
