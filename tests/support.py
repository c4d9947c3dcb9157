"""Run a tiny model in one line, and read its log as plain lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsim.engines import DEFAULT, Engine, start
from flowsim.inputs.read import read_config
from flowsim.inputs.units import parse_duration
from flowsim.pathway import Model
from flowsim.program import Program, compile_program
from flowsim.records.log import EventLog, to_text
from flowsim.sampling import draw_arrivals


@dataclass(frozen=True)
class Run:
    """What came of a run."""

    program: Program
    log: EventLog
    engine: Engine

    @property
    def lines(self) -> list[str]:
        """The log in words, without the opening capacities."""
        opening = len(self.program.instances)
        return to_text(self.log[opening:], self.program).splitlines()


def compiled(model: Model, config: dict[str, Any]) -> Program:
    """The program of a model and a config given as a dict (schema and name are added)."""
    known = {attribute.name: attribute.values for attribute in model.attributes}
    return compile_program(model, read_config({"schema": 1, "name": model.name, **config}, attributes=known))


def simulate(
    model: Model,
    config: dict[str, Any],
    until: str,
    *,
    begin: str = "0 h",
    seed: int = 1,
    replication: int = 0,
    engine: str = DEFAULT,
) -> Run:
    """Run a model from `begin` to `until` (durations after time 0) and collect its whole log."""
    program = compiled(model, config)
    arrivals = draw_arrivals(
        program, seed, replication, int(parse_duration(begin)), int(parse_duration(until))
    )
    ready = start(program, arrivals, engine)
    return Run(program, np.concatenate(list(ready.run())), ready)
