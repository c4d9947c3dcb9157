"""The engines: they move patients, and have no opinions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from flowsim.engines.state import State
from flowsim.errors import RunError
from flowsim.program.program import Program
from flowsim.records.log import EventLog
from flowsim.sampling.arrivals import Arrivals

ENGINES = {
    "compiled": "The machine of every day: the contract's rules, compiled.",
    "simpy": "The engine of record: SimPy's clock, events and processes, written to be read.",
}
DEFAULT = "compiled"


class Engine(Protocol):
    """One replication: iterate over `run()` for the log, once, then ask for the `state()`."""

    notices: list[str]
    program: Program

    @property
    def started(self) -> int:
        """How many patients have started, those of a state included."""

    @property
    def inside(self) -> list[int]:
        """Numbers of the patients inside, in order."""

    def run(self) -> Iterator[EventLog]:
        """The log in chunks."""

    def state(self) -> State:
        """The engine at rest."""


def start(program: Program, arrivals: Arrivals, engine: str = DEFAULT, state: State | None = None) -> Engine:
    """An engine ready to run. Each is imported when it is first asked for."""
    if engine == "compiled":
        from flowsim.engines.compiled_engine import CompiledEngine

        return CompiledEngine(program, arrivals, state)
    if engine == "simpy":
        from flowsim.engines.simpy_engine import SimpyEngine

        return SimpyEngine(program, arrivals, state)
    raise RunError(f"There is no engine {engine!r}. Engines: {', '.join(ENGINES)}.")


__all__ = ["DEFAULT", "ENGINES", "Engine", "State", "start"]
