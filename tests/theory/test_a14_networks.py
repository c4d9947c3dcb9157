"""Case A14: a network with feedback, two stages where the first is blocked by the second, and a repair shop."""

from __future__ import annotations

from typing import Any

import pytest

from flowsim.pathway import Model, pathway, resource, source
from flowsim.program import Program
from flowsim.records.log import Code, EventLog
from tests.measure_log import (
    Replications,
    in_use,
    instance_of,
    journeys,
    ms,
    present,
    station,
    visits,
    waiting,
)
from tests.support import compiled
from tests.theory.stations import SLOW, exponential, settle
from tests.validation_table import case_file

pytestmark = pytest.mark.theory

CASE = case_file("A14")
STATIONS = CASE["model"]["jackson_A"]["stations"]


def jackson() -> Program:
    """Triage, then assessment, with tests and observation before or after it, until the patient goes home."""
    of = CASE["model"]["jackson_A"]
    chain = (
        pathway("p")
        .use("triage", "triage")
        .use("assessment", "assessment", label="assess")
        .choose("after_assessment", diagnostics="p.test.seize", observation="p.observe.seize", home="p.home")
        .use("diagnostics", "diagnostics", label="test")
        .choose(
            "after_diagnostics", assessment="p.assess.seize", observation="p.observe.seize", home="p.home"
        )
        .use("observation", "observation", label="observe")
        .leave("home", label="home")
    )
    model = Model(
        "jackson", (chain,), (source("arrivals", to="p"),), tuple(resource(name) for name in STATIONS)
    )
    routing = dict(zip(STATIONS, of["routing"], strict=True))
    parameters: dict[str, Any] = {
        name: exponential(f"{mean} min") for name, mean in zip(STATIONS, of["mean_service_min"], strict=True)
    }
    for name, others in (
        ("assessment", ("diagnostics", "observation")),
        ("diagnostics", ("assessment", "observation")),
    ):
        shares = {other: routing[name][STATIONS.index(other)] for other in others}
        parameters[f"after_{name}"] = {**shares, "home": "rest"}
    return compiled(model, {
        "sources": {"arrivals": {"rate": "10/h"}},  # 1 in 6 minutes
        "resources": {name: {"capacity": many} for name, many in zip(STATIONS, of["servers"], strict=True)},
        "parameters": parameters,
    })  # fmt: skip


@pytest.mark.parametrize("minutes", [600, pytest.param(12_000, marks=SLOW)])
def test_a_network_with_feedback(compare, minutes):
    exact, program, end = CASE["expected"]["jackson_A"], jackson(), ms(f"{minutes} min")
    warm_up = 3_000 if compare.slow else 1_500
    servers = CASE["model"]["jackson_A"]["servers"]

    def measure(log: EventLog) -> Any:
        found: dict[str, tuple[float, float]] = {}
        came, went = journeys(log)
        inside = (came >= 0) & (came < end)
        assert (went[inside] >= 0).all(), "run on until everybody has left"
        for name, many in zip(STATIONS, servers, strict=True):
            one = station(log, instance_of(program, name), many, 0, end, "min")
            found |= {f"{name}.{measure}": pair for measure, pair in one.items()}
            found[f"{name}.arrival_rate"] = (one["mean_wait"][1] / minutes, 1.0)
            found[f"{name}.visits"] = (one["mean_wait"][1], float(inside.sum()))
        found["mean_time_in_network"] = ((went - came)[inside].sum() / ms("1 min"), float(inside.sum()))
        return found

    wanted = {f"{name}.{measure}": value for name, of in zip(STATIONS, exact["stations"], strict=True)
              for measure, value in of.items()}  # fmt: skip
    wanted |= {f"{name}.visits": value for name, value in zip(STATIONS, exact["visit_ratios"], strict=True)}
    wanted["mean_time_in_network"] = exact["mean_time_in_network"]
    if not compare.slow:  # queues are for the slow test: they take long to settle
        wanted = {
            name: value for name, value in wanted.items() if name.endswith(("rate", "utilisation", "visits"))
        }
    runs = Replications(program, f"-{warm_up} min", f"{minutes + 1_500} min", measure)
    settle(compare, "A14", "jackson_A", runs, wanted)


def tandem(rate: str, means: tuple[str, str], places: tuple[int, int]) -> Program:
    """Whoever is finished with stage 1 keeps its place until there is one at stage 2."""
    chain = (
        pathway("p")
        .mark("came").seize("first").hold("stage1").mark("finished").seize("second").release("first")
        .mark("moved").hold("stage2").release("second").leave("served")
    )  # fmt: skip
    model = Model("tandem", (chain,), (source("arrivals", to="p"),), (resource("first"), resource("second")))
    return compiled(model, {
        "sources": {"arrivals": {"rate": rate}},
        "resources": {"first": {"capacity": places[0]}, "second": {"capacity": places[1]}},
        "parameters": {"stage1": exponential(means[0]), "stage2": exponential(means[1])},
    })  # fmt: skip


TANDEMS = {
    "tandem_A": ("0.1/min", ("20 min", "45 min"), (4, 6), 20_000),
    "tandem_single": ("0.5/min", ("1 min", "1 min"), (1, 1), 2_000),
}


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        pytest.param("tandem_single", 200, id="tandem_single-quick"),
        *(pytest.param(name, of[3], id=name, marks=SLOW) for name, of in TANDEMS.items()),
    ],
)
def test_two_stages_without_room_between_them(compare, name, minutes):
    exact, (rate, means, places, _) = CASE["expected"][name], TANDEMS[name]
    program, end = tandem(rate, means, places), ms(f"{minutes} min")
    first, second = instance_of(program, "first"), instance_of(program, "second")

    def measure(log: EventLog) -> Any:
        came, went = journeys(log)
        inside = (came >= 0) & (came < end)
        one, two = visits(log, first).joined_in(0, end), visits(log, second).joined_in(0, end)
        left = log[(log["code"] == Code.END) & (log["time"] >= 0) & (log["time"] < end)]
        held_1, held_2 = in_use(log, first).average(0, end), in_use(log, second).average(0, end)
        blocked = waiting(log, second).average(0, end)
        return {
            "throughput": (len(left) / minutes, 1.0),
            "mean_queue_1": (waiting(log, first).average(0, end), 1.0),
            "mean_wait_1": (one.wait.sum() / ms("1 min"), float(len(one.wait))),
            "p_wait_1": (float((one.wait > 0).sum()), float(len(one.wait))),
            "mean_serving_1": (held_1 - blocked, 1.0),
            "mean_blocked_1": (blocked, 1.0),
            "mean_blocking_time": (two.wait.sum() / ms("1 min"), float(len(two.wait))),
            "occupied_1": (held_1, 1.0),
            "occupancy_1": (held_1 / places[0], 1.0),
            "mean_number_2": (held_2, 1.0),
            "occupancy_2": (held_2 / places[1], 1.0),
            "total_time": ((went - came)[inside].sum() / ms("1 min"), float(inside.sum())),
        }

    # Left out: what is zero by the model (nobody is refused, there is no buffer), and the size of their chain.
    zero = ("p_refused", "mean_queue_2", "mean_wait_2_in_buffer", "truncation_mass", "n_states")
    wanted = {measure: value for measure, value in exact.items() if measure not in zero}
    tail = 2_000 if name == "tandem_A" else 150
    runs = Replications(program, f"-{tail} min", f"{minutes + tail} min", measure)
    settle(compare, "A14", name, runs, wanted)


@pytest.mark.parametrize("minutes", [1_000, pytest.param(4_000, marks=SLOW)])
def test_six_vehicles_and_two_repair_crews(compare, minutes):
    exact, of = CASE["expected"]["repair_A"], CASE["model"]["repair_A"]
    vehicles, crews, end = of["vehicles"], of["crews"], ms(f"{minutes} min")
    chain = pathway("p").hold("time_to_fault", label="drive").use("crew", "repair").then("p.drive")
    model = Model("repair", (chain,), (source("vehicles", to="p"),), (resource("crew"),))
    program = compiled(model, {
        "sources": {"vehicles": {"trace": [{"id": f"vehicle {n}", "time": "-200 min"} for n in range(vehicles)]}},
        "resources": {"crew": {"capacity": crews}},
        "parameters": {"time_to_fault": exponential("30 min"), "repair": exponential("4 min")},
    })  # fmt: skip
    crew = instance_of(program, "crew")

    def measure(log: EventLog) -> Any:
        seen = visits(log, crew)
        last = seen.finished >= 0
        seen = type(seen)(*(column[last] for column in vars(seen).values())).joined_in(0, end)
        queue, busy = waiting(log, crew).average(0, end), in_use(log, crew).average(0, end)
        faults = float(len(seen.joined))
        states = present(log, crew).share(0, end, vehicles)
        return {
            "mean_down": (queue + busy, 1.0),
            "mean_up_machines": (vehicles - queue - busy, 1.0),
            "availability": (1 - (queue + busy) / vehicles, 1.0),
            "failure_rate": (faults / minutes, 1.0),
            "mean_queue": (queue, 1.0),
            "mean_wait_for_repair": (seen.wait.sum() / ms("1 min"), faults),
            "mean_downtime": ((seen.finished - seen.joined).sum() / ms("1 min"), faults),
            "utilisation": (busy / crews, 1.0),
            **{f"p[{number}]": (float(share), 1.0) for number, share in enumerate(states[:5])},
            "p[5 or 6]": (float(states[5:].sum()), 1.0),
        }

    inputs = ("N", "crews", "mean_up", "mean_repair", "p")
    wanted = {name: value for name, value in exact.items() if name not in inputs}
    if compare.slow:  # the states one by one, and the short queue, take long to settle
        wanted |= {f"p[{at}]": value for at, value in enumerate(exact["p"][:5])}
        wanted["p[5 or 6]"] = sum(exact["p"][5:])
    else:
        wanted = {
            name: value
            for name, value in wanted.items()
            if name not in ("mean_queue", "mean_wait_for_repair")
        }
    runs = Replications(program, "-200 min", f"{minutes + 300} min", measure)
    settle(compare, "A14", "repair_A", runs, wanted)
