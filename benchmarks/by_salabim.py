"""The reference pathway in salabim: one component a patient, resources with priorities, a list for a log."""

from __future__ import annotations

from collections.abc import Generator
from random import Random  # noqa: TID251  (written by hand, it brings its own luck)
from typing import Any

import salabim

MINUTES_A_DAY = 1440.0


def simulate(days: int, seed: int) -> tuple[int, list[tuple[float, int, str]]]:
    """Run; returns the number of patients and the log of (time in minutes, patient, what).

    Components are generators (salabim's faster kind), and its own statistics are switched off: nobody asks for them.
    """
    env = salabim.Environment(trace=False, yieldless=False)
    random = Random(seed)
    log: list[tuple[float, int, str]] = []

    def pool(name: str, capacity: int) -> salabim.Resource:
        # Only the first in line is looked at: all ask for one, so nobody behind the first could be served.
        return salabim.Resource(name, capacity=capacity, honor_only_first=True, monitor=False, env=env)

    cubicle, nurse, doctor = pool("cubicle", 30), pool("nurse", 4), pool("doctor", 15)
    bed, step_down = pool("bed", 540), pool("step_down", 330)

    class Patient(salabim.Component):
        def process(self, number: int, level: int) -> Generator[Any, Any, None]:
            log.append((env.now(), number, "arrival"))
            yield self.request((cubicle, 1, level))
            yield self.request((nurse, 1, level))
            yield self.hold(random.expovariate(1 / 8))
            self.release(nurse)
            log.append((env.now(), number, "seen"))
            yield self.request((doctor, 1, level))
            yield self.hold(random.expovariate(1 / 60))
            self.release(doctor)
            if random.random() < 0.7:
                self.release(cubicle)
                log.append((env.now(), number, "end"))
                return
            yield self.request(bed)
            self.release(cubicle)
            log.append((env.now(), number, "bed"))
            yield self.hold(random.expovariate(1 / (5.5 * MINUTES_A_DAY)))
            if random.random() < 0.25:
                yield self.request(step_down)
                self.release(bed)
                yield self.hold(random.expovariate(1 / (14 * MINUTES_A_DAY)))
                self.release(step_down)
            else:
                self.release(bed)
            log.append((env.now(), number, "end"))

    class Arrivals(salabim.Component):
        def process(self) -> Generator[Any, Any, None]:
            number = 0
            while True:
                yield self.hold(random.expovariate(12 / 60))
                Patient(number=number, level=random.randrange(3))
                number += 1

    Arrivals()
    env.run(till=days * MINUTES_A_DAY)
    return sum(1 for _, _, what in log if what == "arrival"), log
