"""A warmed census: the state of a place after its warm-up, shipped with it so that a first run starts at once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsim.engines import State, start
from flowsim.errors import RunError
from flowsim.program import Program
from flowsim.program.timetables import DAY
from flowsim.sampling import draw_arrivals

CENSUS = "census.npz"
NOTE = "census.json"
REMAKE = "`flowsim census PLACE` makes it again."


@dataclass(frozen=True)
class Census:
    """Where a warmed state is, and whether it is of this program."""

    path: Path
    fits: bool
    why_not: str = ""


def may_write(folder: Path) -> None:
    """Refuse at once if the census could not be written beside the place (an installed package, say)."""
    if not os.access(folder, os.W_OK):
        raise RunError(
            f"Nothing can be written into {folder}. Make a copy of the place first: flowsim new NAME --from PLACE"
        )


def make_census(
    program: Program, folder: Path, warm_up: int, seed: int, on_days: Callable[[float], None]
) -> State:
    """Warm a place up for `warm_up` days and write its state beside it, with what it was made from."""
    state = warmed_state(program, warm_up, seed, on_days)
    note = {
        "what": f"everyone inside after {warm_up} days of warm-up, at time 0",
        "made by": "flowsim census",
        "config": program.config.sha256,
        "model": model_digest(program),
        "seed": seed,
        "warm_up_days": warm_up,
        "patients": len(state),
        "sha256": state.sha256,
    }
    (folder / NOTE).unlink(
        missing_ok=True
    )  # without its note a census is not used: never an old note beside a new one
    state.save(folder / CENSUS)
    part = folder / f".part_{NOTE}"
    part.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    part.replace(folder / NOTE)
    return state


def warmed_state(
    program: Program,
    warm_up: int,
    seed: int,
    on_days: Callable[[float], None],
    replication: int = 0,
    until: int = 0,
) -> State:
    """Everyone inside on day `until`, after `warm_up` days from empty."""
    begin, end = (until - warm_up) * DAY, until * DAY
    engine = start(program, draw_arrivals(program, seed, replication, begin, end))
    reached = begin
    for chunk in engine.run():
        now = int(chunk["time"][-1]) if len(chunk) else end
        on_days((now - reached) / DAY)
        reached = now
    on_days((end - reached) / DAY)
    return engine.state()


def model_digest(program: Program) -> str:
    """A digest of the model's steps (not of the tables, whose last bits differ between processors)."""
    return hashlib.sha256(repr(tuple(program.model.steps())).encode()).hexdigest()


def find_census(baseline: Program, folder: Path) -> Census | None:
    """The shipped census of a place, checked by its hash against the place's baseline; None if there is none."""
    path, note_path = folder / CENSUS, folder / NOTE
    if not path.is_file() or not note_path.is_file():
        return None
    note = _note(note_path)
    if (note.get("config"), note.get("model")) != (baseline.config.sha256, model_digest(baseline)):
        return Census(path, False, f"The place has changed since its warmed census was made. {REMAKE}")
    try:
        found = State.load(path).sha256
    except Exception as error:
        raise RunError(f"{path} cannot be read: it is damaged. {REMAKE}") from error
    if found != note.get("sha256"):
        raise RunError(f"{path} is not the file that {NOTE} describes: it is damaged. {REMAKE}")
    return Census(path, True)


def _note(path: Path) -> dict[str, Any]:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunError(f"{path} cannot be read: it is damaged. {REMAKE}") from error
    if not isinstance(note, dict):
        raise RunError(f"{path} is not a note of flowsim's. {REMAKE}")
    return note
