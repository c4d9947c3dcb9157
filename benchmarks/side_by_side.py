"""The reference pathway by everybody, in turns; and two replications at once, beside a control."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import mean, median
from typing import Any

from numba import njit

from benchmarks.contenders import BY_HAND, CPP, Contender, contenders, name_of, reference_program
from benchmarks.flow import MEASURES, agrees, flow
from benchmarks.given import Given
from benchmarks.targets import judged
from benchmarks.timing import Spent, Times, ratio
from flowsim.engines import ENGINES, start
from flowsim.program.timetables import DAY
from flowsim.sampling import draw_arrivals

COMPILED = "compiled"
LONG_ENOUGH = 1.0
"""A turn goes on until it has taken that many seconds, so that a short run is not measured by a coarse clock."""
MOST_RUNS_A_TURN = 20
LEAST_GAIN = 1.5
"""If two threads of plain arithmetic gain less, somebody else has the second core, and nothing can be judged."""
CONTROL_STEPS = 500_000_000


def measure(given: Given) -> dict[str, Any]:
    """Rates, ratios and flow of all who are here."""
    everybody = contenders()
    here = {one.name: one for one in everybody if not one.missing}
    missing = {one.name: one.missing for one in everybody if one.missing}
    missing |= _warm_up(here)
    here = {name: one for name, one in here.items() if name not in missing}
    times = {name: Times(name) for name in here}
    flows: dict[str, list[dict[str, float]]] = {name: [] for name in here}
    for turn in range(given.rounds):
        for name, one in here.items():
            given.say(f"reference, round {turn + 1} of {given.rounds}: {name}")
            patients, spent, seen = _turn(one, min(given.days, one.most_days), 1000 * turn + 1)
            times[name].add(patients, spent)
            flows[name].append(seen)
    found: dict[str, Any] = {"days": given.days, "rounds": given.rounds, "who": {}, "missing": missing}
    for one in here.values():
        found["who"][one.name] = {
            "part": one.part,
            "timed": one.times,
            "days": min(given.days, one.most_days),
            **times[one.name].as_data(),
            "flow": {measure: _known(flows[one.name], measure) for measure in MEASURES},
            "flow_agrees": _agrees(one, here, flows, given.days),
        }
    found["ratios"] = _ratios(times)
    if COMPILED in ENGINES:
        found["threads"] = two_threads(given, COMPILED)
    found["targets"] = _judged(found)
    return found


def _warm_up(here: dict[str, Contender]) -> dict[str, str]:
    """One day each, before any clock starts: compiled functions are loaded. Gives who cannot run after all, and why."""
    failed = {}
    for name, one in here.items():
        try:
            one.run(1, 0).log()
        except (
            OSError,
            subprocess.CalledProcessError,
            ImportError,
            AttributeError,
            TypeError,
            ValueError,
        ) as error:
            if name.startswith("flowsim"):
                raise
            failed[name] = f"cannot run here: {str(getattr(error, 'stderr', '') or error).strip()[:200]}"
    return failed


def _turn(one: Contender, days: int, seed: int) -> tuple[int, Spent, dict[str, float]]:
    """Runs until it has been long enough; the flow is the mean of the first few."""
    patients, processor, wall, seen = 0, 0.0, 0.0, []
    for run in range(MOST_RUNS_A_TURN):
        ran = one.run(days, seed + run)
        patients, processor, wall = (
            patients + ran.patients, processor + ran.spent.processor, wall + ran.spent.wall
        )  # fmt: skip
        seen.append(flow(ran.log(), days))
        if wall >= LONG_ENOUGH:
            break
    return patients, Spent(processor, wall), {name: mean(one[name] for one in seen) for name in MEASURES}


def _known(rounds: list[dict[str, float]], measure: str) -> list[float]:
    return [one[measure] for one in rounds]


def _agrees(
    one: Contender, here: dict[str, Contender], flows: dict[str, list[dict[str, float]]], days: int
) -> dict[str, bool | None] | None:
    """Each measure against flowsim's; None for flowsim's own, for another part, and for another length."""
    ours = next(iter(here))
    if one.name == ours or not one.same_work or one.most_days < days:
        return None
    return {what: agrees(_known(flows[one.name], what), _known(flows[ours], what)) for what in MEASURES}


def _ratios(times: dict[str, Times]) -> dict[str, dict[str, float]]:
    """How many times as fast as each other each engine of flowsim is."""
    ours = [name for name in times if name.startswith("flowsim")]
    return {
        name: {
            other: ratio(times[name].rates(), times[other].rates()) for other in times if other != name
        }
        for name in ours
    }  # fmt: skip


def _judged(found: dict[str, Any]) -> list[dict[str, Any]]:
    ratios = found["ratios"].get(name_of(COMPILED), {})
    threads = found.get("threads")
    gained = threads["of_control"] if threads and threads["gain"]["control"] >= LEAST_GAIN else None
    return [
        judged("compiled engine over hand-written SimPy", ratios.get(BY_HAND), at_least=100, unit="times"),
        judged("compiled engine over hand-written C++", ratios.get(CPP), at_least=0.8, unit="times"),
        judged("two threads over one, as a share of the control's", gained, at_least=0.95, unit="times"),
    ]


# --- two replications at once ------------------------------------------------------------------------------------


@njit(nogil=True)
def control(steps: int) -> int:
    """Nothing but arithmetic, in registers: what two threads can gain on this machine at this moment."""
    x = 88172645463325252
    for _ in range(steps):
        x ^= (x << 13) & 0x7FFFFFFFFFFFFFFF
        x ^= x >> 7
        x ^= (x << 17) & 0x7FFFFFFFFFFFFFFF
    return x


def two_threads(given: Given, engine: str) -> dict[str, Any]:
    """Wall seconds of some replications on one thread, and of as many on each of two; so too for the control."""
    program = reference_program()

    def one_replication(seed: int) -> None:
        for _chunk in start(program, draw_arrivals(program, seed, 0, 0, given.days * DAY), engine).run():
            pass

    def replications(seed: int) -> None:
        for run in range(several):
            one_replication(seed + run)

    control(1)
    several = 1
    several = max(1, round(LONG_ENOUGH / _wall(one_replication, 1)))
    steps = CONTROL_STEPS // (10 if given.quick else 1)
    rounds = []
    for turn in range(given.rounds):
        given.say(f"two threads, round {turn + 1} of {given.rounds}")
        rounds.append(
            {
                "control_1": _wall(control, 1, steps),
                "flowsim_1": _wall(replications, 1),
                "control_2": _wall(control, 2, steps),
                "flowsim_2": _wall(replications, 2),
            }
        )
    gains = {who: [2 * one[f"{who}_1"] / one[f"{who}_2"] for one in rounds] for who in ("control", "flowsim")}
    return {
        "engine": engine,
        "replications_a_thread": several,
        "rounds": rounds,
        "gain": {who: median(values) for who, values in gains.items()},
        "of_control": ratio(gains["flowsim"], gains["control"]),
    }


def _wall(work: Callable[[int], Any], threads: int, argument: int = 1) -> float:
    """Wall seconds until every thread has done the work."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(abs, range(threads)))  # the threads exist before the clock starts
        began = time.perf_counter()
        # Each thread is given other patients (or, for the control, as many steps).
        arguments = [argument if work is control else argument + 10_000 * thread for thread in range(threads)]
        list(pool.map(work, arguments))
        return time.perf_counter() - began
