"""The same place with fewer and with more people: time per patient, and memory. Each run has a process of its own."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.children import child
from benchmarks.given import Given
from benchmarks.place import ONCE_A_RUN, PARTS, PLACE, people_of, spent_on
from benchmarks.side_by_side import COMPILED
from benchmarks.targets import judged
from flowsim.studies.design import Design
from flowsim.studies.scaling import scaled
from flowsim.studies.scenario import Scenario

SMALL, LARGE = 35_000, 2_000_000
SIZES = (SMALL, 150_000, 600_000, LARGE)
MANY_YEARS = 10
ROUNDS = 3
"""Of time per patient; memory hardly varies, and ten years are run once."""


def measure(given: Given) -> dict[str, Any]:
    """One year of each size in turns, then ten years of the largest."""
    engine = given.engines[0]
    days = _days(engine, given)
    sizes = (SMALL, LARGE) if given.quick else SIZES
    rounds: dict[int, list[dict[str, Any]]] = {size: [] for size in sizes}
    for turn in range(1 if given.quick else min(given.rounds, ROUNDS)):
        for size in sizes:
            given.say(f"growth, round {turn + 1}: {size:,} people, {days} days, {engine}")
            rounds[size].append(_one(size, days, engine, turn + 1))
    found: dict[str, Any] = {
        "place": PLACE,
        "engine": engine,
        "days": days,
        "sizes": {size: _summary(ones) for size, ones in rounds.items()},
    }
    if engine == COMPILED:
        years = days * MANY_YEARS
        given.say(f"growth: {LARGE:,} people, {years} days, {engine}")
        ten = _one(LARGE, years, engine, 1)
        found["ten_years"] = {"days": years, **_summary([ten])}
    found["targets"] = _judged(found)
    return found


def _days(engine: str, given: Given) -> int:
    """Without the compiled engine a year of the largest would take hours, so a few days stand in, and it is said."""
    if engine == "simpy":
        return 1 if given.quick else 7
    return 14 if given.quick else 365


def _one(people: int, days: int, engine: str, seed: int) -> dict[str, Any]:
    command = ["-m", "benchmarks.growth", str(people), str(days), engine, str(seed)]
    told: dict[str, Any] = json.loads(child(command).stdout)
    return told


def per_patient(one: dict[str, Any]) -> float:
    """Microseconds a patient. What is done once a run would hide, at the small end, how the rest grows: it is left out."""
    return float((one["seconds"] - one["seconds_once"]) / one["patients"] * 1e6)


def _summary(ones: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "patients": median(one["patients"] for one in ones),
        "microseconds_a_patient": median(per_patient(one) for one in ones),
        "seconds_once": median(one["seconds_once"] for one in ones),
        "resident_mb": median(one["resident_mb"] for one in ones),
        "rounds": ones,
    }


def _judged(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Only the compiled engine is judged: the promises are its."""
    ours = found["sizes"] if found["engine"] == COMPILED else None
    growth = memory = more = None
    if ours is not None:
        growth = ours[LARGE]["microseconds_a_patient"] / ours[SMALL]["microseconds_a_patient"]
        memory = found["ten_years"]["resident_mb"] / 1000
        more = found["ten_years"]["resident_mb"] / ours[LARGE]["resident_mb"]
    return [
        judged("time per patient, 2,000,000 people over 35,000", growth, at_most=1.25, unit="times"),
        judged("memory, ten years of 2,000,000 people", memory, at_most=1.5, unit="GB"),
        judged("memory, ten years over one", more, at_most=1.1, unit="times"),
    ]


# --- in a process of its own ---------------------------------------------------------------------------------


def run_alone(people: int, days: int, engine: str, seed: int) -> dict[str, Any]:
    """One replication of the scaled place, from empty, folded and made into KPIs: what it takes, and the most memory."""
    whole = Scenario(PLACE).program()
    program = scaled(whole, people / people_of(whole))

    def run(length: int) -> dict[str, float]:
        design = Design(replications=1, days=length, warm_up=0, seed=seed, engine=engine, workers=1)
        return spent_on(program, design)

    run(1)  # machine code is loaded before the clock starts
    spent = run(days)
    return {
        "patients": spent["patients"],
        "seconds": sum(spent[part] for part in PARTS),
        "seconds_once": sum(spent[part] for part in ONCE_A_RUN),
        "resident_mb": most_memory_mb(),
    }


def most_memory_mb() -> float | None:
    """The most memory that this process has had resident.

    Linux's own note is preferred: what `getrusage` says there begins with what our parent had when we were started.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024 / 1e6
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / 1e6


def main() -> None:
    """One run, told as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int)
    parser.add_argument("days", type=int)
    parser.add_argument("engine")
    parser.add_argument("seed", type=int)
    given = parser.parse_args()
    print(json.dumps(run_alone(given.people, given.days, given.engine, given.seed)))


if __name__ == "__main__":
    main()
