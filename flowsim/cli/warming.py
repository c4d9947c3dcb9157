"""Compile the engine and the fold before they are first used: a message and a line of progress, once a machine."""

from __future__ import annotations

import time

from flowsim.cli.screen import say


def warm_up() -> None:
    """Have everything compiled; say what is being done, and how long it took."""
    from flowsim.sampling.cache import note_compiled
    from flowsim.studies.rehearsal import PARTS

    began = time.perf_counter()
    for what, rehearse in PARTS:
        say(f"  compiling {what} ...")
        rehearse()
    note_compiled()
    say(f"Compiled and kept for next time, in {time.perf_counter() - began:.0f} s.")


def warm_up_if_new(engine: str) -> None:
    """On the very first use: say what the wait is for, and compile."""
    from flowsim.sampling.cache import is_compiled

    if engine == "compiled" and not is_compiled():
        say("First use on this machine: the engine is compiled once, which takes about half a minute.")
        warm_up()
