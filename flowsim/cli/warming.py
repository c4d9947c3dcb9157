"""Compile the engine and the fold before they are first used: a message, a line of progress, once a machine."""

from __future__ import annotations

import time

from flowsim.cli.screen import say
from flowsim.sampling.cache import is_compiled, note_compiled


def warm_up() -> None:
    """Have everything compiled; say so, and how long it took."""
    from flowsim.studies.rehearsal import rehearse

    began = time.perf_counter()
    rehearse()
    note_compiled()
    say(f"Compiled, and kept for next time ({time.perf_counter() - began:.0f} s).")


def warm_up_if_new() -> None:
    """On the very first use: say what the wait is for, and compile."""
    if not is_compiled():
        say("First use on this machine: compiling the engine (about half a minute, once).")
        warm_up()
