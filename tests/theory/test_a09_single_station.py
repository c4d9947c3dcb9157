"""Case A09: one station in its steady state, by Erlang, Pollaczek and Khinchine, Crommelin, and birth and death."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from flowsim.pathway import pathway
from flowsim.records.log import EventLog
from tests.measure_log import Replications, instance_of, ms, present, station, turned_away
from tests.theory.stations import SLOW, exponential, one_station, settle
from tests.validation_table import case_file

pytestmark = pytest.mark.theory

EXACT: dict[str, dict[str, Any]] = case_file("A09")["expected"]


class Station(NamedTuple):
    rate: str
    service: Any
    servers: int
    minutes: int  # measured in each replication of the slow test
    warm_up: int  # minutes before, and again after, until all are served: many times what it takes to forget


def of_mean_10(rate: str, servers: int, service: Any, minutes: int = 40_000, warm_up: int = 6_000) -> Station:
    return Station(rate, service, servers, minutes, warm_up)


STATIONS = {
    "MM1": of_mean_10("0.08/min", 1, exponential("10 min")),
    "MM3": of_mean_10("0.25/min", 3, exponential("10 min"), 20_000, 1_500),
    "MM13": Station("100/h", exponential("440 s"), 13, 6_000, 1_500),  # 1 in 0.6 min; 22/3 min
    "MD1": of_mean_10("0.08/min", 1, "10 min", 20_000, 3_000),
    "MG1_lognormal": of_mean_10(
        "0.08/min", 1, {"lognormal": {"mean": "10 min", "sd": "15 min"}}, 80_000, 15_000
    ),
    "MG1_uniform_5_15": of_mean_10("0.08/min", 1, {"uniform": {"min": "5 min", "max": "15 min"}}, 20_000),
    "MG1_gamma_2.5_4": of_mean_10("0.08/min", 1, {"gamma": {"shape": 2.5, "scale": "4 min"}}, 30_000),
    "MG1_hyperexp_0.6x6_0.4x16": of_mean_10(
        "0.08/min",
        1,
        {"mixture": [{"share": 0.6, **exponential("6 min")}, {"share": 0.4, **exponential("16 min")}]},
    ),
    "MD3_lam0.25_D10": of_mean_10("0.25/min", 3, "10 min", 12_000, 1_000),
    "MD5_lam0.45_D10": of_mean_10("0.45/min", 5, "10 min", 12_000, 1_000),
}
SAME_AS = {"MD1_check": "MD1"}  # the case's check of its own formulas
QUICK = {"MM3": 3_000, "MD3_lam0.25_D10": 2_000}  # minutes measured in each replication of the quick test
RARE = 1e-4  # of a probability so small a run sees too little for a standard error
DERIVED = ("offered_load", "lognormal_mu_sigma")  # of the inputs, not of a run


def wanted(exact: Mapping[str, Any]) -> tuple[dict[str, float], list[float]]:
    """The measures of a station, and the waits that the tails are about.

    That p90 of the wait is some value is that a tenth wait longer: tails have unbiased estimates.
    """
    found = {name: value for name, value in exact.items()
             if name not in DERIVED and "wait_p" not in name and value > RARE}  # fmt: skip
    overs = [float(name.rpartition("_")[2]) for name in found if "_gt_" in name]
    for name, value in exact.items():
        if name.startswith("wait_p"):
            found[f"p_wait_gt_{value:g}"] = 1 - float(name.removeprefix("wait_p")) / 100
            overs.append(value)
    return found, overs


CASES = [pytest.param(name, minutes, id=f"{name}-quick") for name, minutes in QUICK.items()] + [
    pytest.param(name, one.minutes, id=name, marks=SLOW) for name, one in STATIONS.items()
]


@pytest.mark.parametrize(("name", "minutes"), CASES)
def test_a_single_station(compare, name, minutes):
    of = STATIONS[name]
    program = one_station({"arrivals": {"rate": of.rate}}, of.servers, {"service": of.service})
    server = instance_of(program, "server")
    exact, overs = wanted(EXACT[name])

    def measure(log: EventLog) -> Any:
        return station(log, server, of.servers, 0, ms(f"{minutes} min"), "min", overs)

    runs = Replications(program, f"-{of.warm_up} min", f"{minutes + of.warm_up} min", measure)
    settle(compare, "A09", name, runs, exact)


@pytest.mark.parametrize("minutes", [800, pytest.param(6_000, marks=SLOW)])
def test_four_servers_and_ten_places(compare, minutes):
    exact, of = EXACT["MMcK_4_10"], 4
    chain = (
        pathway("p")
        .use("server", "service", queue_limit=10 - of, if_full="p.lost")
        .leave("served")
        .leave("lost", label="lost")
    )
    program = one_station({"arrivals": {"rate": "0.5/min"}}, of, {"service": exponential("10 min")}, chain)
    server, end = instance_of(program, "server"), ms(f"{minutes} min")

    def measure(log: EventLog) -> Any:
        found = station(log, server, of, 0, end, "min")
        accepted, lost = found["mean_wait"][1], turned_away(log, server, 0, end)
        states = present(log, server).share(0, end, 10)
        return {
            "p_block": (lost, lost + accepted),
            "accepted_rate": (accepted / minutes, 1.0),
            "mean_queue_length": found["mean_queue_length"],
            "mean_number_in_system": found["mean_number_in_system"],
            "mean_wait_accepted": found["mean_wait"],
            "mean_time_in_system_accepted": found["mean_time_in_system"],
            "p_wait_given_accepted": found["p_wait"],
            "utilisation": found["utilisation"],
            **{f"p[{number}]": (share, 1.0) for number, share in enumerate(states)},
        }

    numbers = {name: value for name, value in exact.items() if name != "p"}
    if compare.slow:  # the states one by one take long to settle
        numbers |= {f"p[{number}]": value for number, value in enumerate(exact["p"])}
    runs = Replications(program, "-300 min", f"{minutes + 300} min", measure)
    settle(compare, "A09", "MMcK_4_10", runs, numbers)


def test_every_station_of_the_case_is_here():
    assert set(EXACT) == {*STATIONS, *SAME_AS, "MMcK_4_10"}
