"""What determines a replication, written down; its digest is the name under which it is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from flowsim.program import Program
from flowsim.program.program import bytes_of
from flowsim.studies.design import Design
from flowsim.studies.starting import starting_state

PACKAGE = Path(__file__).parent.parent
MAKERS = ("sampling", "records", "engines", "measures")
"""The rooms that turn a program into figures: what an earlier version of them made is not found."""


@cache
def code_sha256() -> str:
    """A digest of the code that turns a program into figures."""
    digest = hashlib.sha256()
    for path in sorted(path for room in MAKERS for path in (PACKAGE / room).rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
        digest.update(path.read_text(encoding="utf-8").encode() + b"\0")
    return digest.hexdigest()


def measured_sha256(program: Program, only: Collection[str] | None, periods: tuple[str, ...]) -> str:
    """A digest of what is measured: the KPIs with their formulas, the people they are counted over, the periods."""
    observe, config = program.model.observe, program.config
    kpis = tuple(kpi for kpi in observe.kpis if only is None or kpi.name in only)
    digest = hashlib.sha256()
    for part in (observe.intervals, observe.censuses, observe.counts, observe.segments, kpis):
        digest.update(bytes_of(part))
    digest.update(bytes_of(config.population))
    digest.update(repr([(name, config.periods.get(name)) for name in periods]).encode())
    return digest.hexdigest()


def what_determines(
    program: Program, base: Program, design: Design, only: Collection[str] | None, periods: tuple[str, ...]
) -> dict[str, Any]:
    """Everything that figures depend on besides the replication's number. `base` is the program that warms states."""
    return {
        "program": program.sha256,
        "measured": measured_sha256(program, only, periods),
        "code": code_sha256(),
        "seed": design.seed,
        "days": design.days,
        "start": _start(program, base, design),
    }


def _start(program: Program, base: Program, design: Design) -> dict[str, Any]:
    if design.warmed:
        return {"warmed": base.sha256, "warm_up": design.warm_up, "settle": design.settle}
    if design.from_csv:
        return {"csv": design.state_sha256}
    if design.state is not None:
        state = starting_state(design, program, 0)
        assert state is not None
        return {"state": state.sha256}
    return {"empty": design.warm_up}


def as_text(determined: dict[str, Any]) -> str:
    """One line, always the same for the same things."""
    return json.dumps(determined, sort_keys=True, separators=(",", ":"))


def key_of(text: str) -> str:
    """The name under which it is kept."""
    return hashlib.sha256(text.encode()).hexdigest()
