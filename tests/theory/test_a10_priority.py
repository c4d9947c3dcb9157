"""Case A10: triage without interruption, by Cobham, and Kleinrock's conservation law."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from flowsim.pathway import pathway
from flowsim.program import Program
from flowsim.records.log import Code, EventLog
from tests.measure_log import Replications, instance_of, ms, visits
from tests.theory.stations import SLOW, exponential, one_station, settle
from tests.validation_table import case_file

pytestmark = pytest.mark.theory

EXACT = case_file("A10")["expected"]
RATES_PER_H = {"1": 0.6, "2": 1.5, "3": 1.8}
SERVICES = {"1": exponential("12 min"), "2": {"lognormal": {"mean": "15 min", "sd": "10 min"}}, "3": "10 min"}
MEANS_MIN = {"1": 12, "2": 15, "3": 10}


def triage(rates: dict[str, str], services: dict[str, Any], priority: str | int) -> Program:
    """One server; a source of each class."""
    return one_station(
        {f"class_{name}": {"rate": rate, "mix": {"class": {name: 1}}} for name, rate in rates.items()},
        1,
        {"service": {"by": ["class"], "values": services}},
        pathway("p").use("server", "service", priority=priority).leave("served"),
        tuple(rates),
    )


def waits_by_class(log: EventLog, program: Program, end: int) -> list[tuple[float, float]]:
    """Total wait (minutes) and number of each class, of those who came before `end`."""
    starts = log[log["code"] == Code.START]
    names = [program.sources[number].name for number in range(len(program.sources))]
    of_source = np.empty(int(starts["patient"].max()) + 1, dtype=np.int64)
    of_source[starts["patient"]] = starts["resource"]
    seen = visits(log, instance_of(program, "server")).joined_in(0, end)
    found = []
    for name in sorted(names):
        wait = seen.wait[of_source[seen.patient] == names.index(name)] / ms("1 min")
        found.append((float(wait.sum()), float(len(wait))))
    return found


@pytest.mark.parametrize("minutes", [2_500, pytest.param(80_000, marks=SLOW)])
def test_three_classes_of_urgency(compare, minutes):
    exact = EXACT["cobham_A"]
    program = triage({name: f"{rate}/h" for name, rate in RATES_PER_H.items()}, SERVICES, "class")
    end, warm_up = ms(f"{minutes} min"), 8_000 if compare.slow else 1_000
    load = {name: rate / 60 * MEANS_MIN[name] for name, rate in RATES_PER_H.items()}

    def measure(log: EventLog) -> Any:
        waits = waits_by_class(log, program, end)
        found = {f"mean_wait[{name}]": pair for name, pair in zip(RATES_PER_H, waits, strict=True)}
        whole = sum(load[name] * total / many for name, (total, many) in zip(load, waits, strict=True))
        return found | {"conservation": (whole, 1.0)}

    wanted = {f"mean_wait[{name}]": exact["mean_wait"][at] for at, name in enumerate(RATES_PER_H)}
    runs = Replications(program, f"-{warm_up} min", f"{minutes + warm_up} min", measure)
    if compare.slow:
        settle(compare, "A10", "cobham_A", runs, wanted | {"conservation": exact["conservation"]})
    else:
        wanted.pop("mean_wait[3]")  # the least urgent wait in long busy spells: the slow test has them
        settle(compare, "A10", "cobham_A", runs, wanted)


@SLOW
def test_without_priorities_the_same_patients_wait_alike(compare):
    minutes = 60_000
    program = triage({name: f"{rate}/h" for name, rate in RATES_PER_H.items()}, SERVICES, 0)

    def measure(log: EventLog) -> Any:
        waits = waits_by_class(log, program, ms(f"{minutes} min"))
        return {"mean_wait_fifo": (sum(total for total, _ in waits), sum(many for _, many in waits))}

    runs = Replications(program, "-6000 min", f"{minutes + 5_000} min", measure)
    settle(compare, "A10", "cobham_A", runs, {"mean_wait_fifo": EXACT["cobham_A"]["mean_wait_fifo"]})


@pytest.mark.parametrize("minutes", [pytest.param(5_000, marks=SLOW)])
def test_two_classes(compare, minutes):
    """Rates 0.2 and 0.6 a minute, both served in a minute on average."""
    exact = EXACT["ciw_lit"]
    services = {"1": exponential("1 min"), "2": exponential("1 min")}
    program = triage({"1": "0.2/min", "2": "0.6/min"}, services, "class")

    def measure(log: EventLog) -> Any:
        waits = waits_by_class(log, program, ms(f"{minutes} min"))
        seen = visits(log, instance_of(program, "server")).joined_in(0, ms(f"{minutes} min"))
        stays = seen.finished - seen.joined
        starts = log[log["code"] == Code.START]
        of_source = dict(zip(starts["patient"].tolist(), starts["resource"].tolist(), strict=True))
        urgent = np.array([of_source[who] for who in seen.patient.tolist()]) == 0
        sojourns = [(stays[which].sum() / ms("1 min"), float(which.sum())) for which in (urgent, ~urgent)]
        return {f"mean_wait[{at}]": pair for at, pair in enumerate(waits)} | {
            f"mean_sojourn[{at}]": pair for at, pair in enumerate(sojourns)
        }

    wanted = {f"{name}[{at}]": value for name in exact for at, value in enumerate(exact[name])}
    runs = Replications(program, "-600 min", f"{minutes + 600} min", measure)
    settle(compare, "A10", "ciw_lit", runs, wanted)
