"""What a run starts from: nobody, a warmed census, or the patients of a census CSV."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flowsim.engines import State
from flowsim.errors import RunError
from flowsim.program import Program
from flowsim.studies.design import Design
from flowsim.studies.today import today


def starting_state(design: Design, program: Program, replication: int) -> State | None:
    """The state from which a replication starts; None if from empty.

    How long the patients of a CSV still stay is drawn anew in each replication; a warmed census is the same in all.
    """
    if design.warmed:
        raise RunError(
            "Each replication of this design starts from a warmed state of its own: run it with a store."
        )
    if design.state is None:
        return None
    if not design.from_csv:
        return _warmed(design.state, design.state.stat().st_mtime_ns)
    found = today(design.state, program, design.seed, replication)
    if design.state_sha256 not in ("", found.sha256):
        raise RunError(f"{design.state} has changed since the run began. Run it again.")
    return found.state


@lru_cache(maxsize=2)
def _warmed(path: Path, _changed: int) -> State:
    """A warmed state, read once for all replications."""
    return State.load(path)
