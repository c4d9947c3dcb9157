"""The engines: they move patients, and have no opinions."""

from __future__ import annotations

from flowsim.engines.simpy_engine import SimpyEngine
from flowsim.engines.state import State
from flowsim.program.program import Program
from flowsim.sampling.arrivals import Arrivals

ENGINES = {"simpy": SimpyEngine}


def start(
    program: Program, arrivals: Arrivals, engine: str = "simpy", state: State | None = None
) -> SimpyEngine:
    """An engine ready to run: iterate over its `run()` for the log, then ask its `state()`."""
    return ENGINES[engine](program, arrivals, state)


__all__ = ["ENGINES", "SimpyEngine", "State", "start"]
