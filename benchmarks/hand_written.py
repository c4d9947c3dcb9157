"""The reference pathway as a good modeller would write it in SimPy by hand: no framework, a list for a log."""

from __future__ import annotations

from collections.abc import Generator
from random import Random  # noqa: TID251  (written by hand, it brings its own luck)
from typing import Any

import simpy

MINUTES_A_DAY = 1440.0


def simulate(days: int, seed: int) -> tuple[int, list[tuple[float, int, str]]]:
    """Run; returns the number of patients and the log of (time in minutes, patient, what)."""
    env = simpy.Environment()
    random = Random(seed)
    cubicle = simpy.PriorityResource(env, 30)
    nurse = simpy.PriorityResource(env, 4)
    doctor = simpy.PriorityResource(env, 15)
    bed = simpy.Resource(env, 540)
    step_down = simpy.Resource(env, 330)
    log: list[tuple[float, int, str]] = []

    def patient(number: int, priority: int) -> Generator[Any, Any, None]:
        log.append((env.now, number, "arrival"))
        in_cubicle = cubicle.request(priority)
        yield in_cubicle
        with nurse.request(priority) as request:
            yield request
            yield env.timeout(random.expovariate(1 / 8))
        log.append((env.now, number, "seen"))
        with doctor.request(priority) as request:
            yield request
            yield env.timeout(random.expovariate(1 / 60))
        if random.random() < 0.7:
            cubicle.release(in_cubicle)
            log.append((env.now, number, "end"))
            return
        in_bed = bed.request()
        yield in_bed
        cubicle.release(in_cubicle)
        log.append((env.now, number, "bed"))
        yield env.timeout(random.expovariate(1 / (5.5 * MINUTES_A_DAY)))
        if random.random() < 0.25:
            in_place = step_down.request()
            yield in_place
            bed.release(in_bed)
            yield env.timeout(random.expovariate(1 / (14 * MINUTES_A_DAY)))
            step_down.release(in_place)
        else:
            bed.release(in_bed)
        log.append((env.now, number, "end"))

    def arrivals() -> Generator[Any, Any, None]:
        number = 0
        while True:
            yield env.timeout(random.expovariate(12 / 60))
            env.process(patient(number, random.randrange(3)))
            number += 1

    env.process(arrivals())
    env.run(until=days * MINUTES_A_DAY)
    return sum(1 for _, _, what in log if what == "arrival"), log
