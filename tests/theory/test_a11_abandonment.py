"""Case A11: callers who hang up (Erlang's A), and people who look at the queue before they join it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from flowsim.pathway import CARRY_ON, free, pathway, queue
from flowsim.records.log import Code, EventLog
from tests.measure_log import Replications, instance_of, ms, present, station, visits
from tests.theory.stations import SLOW, exponential, one_station, settle
from tests.validation_table import case_file

pytestmark = pytest.mark.theory

EXACT = case_file("A11")["expected"]


@pytest.mark.parametrize("minutes", [150, pytest.param(1_000, marks=SLOW)])
def test_callers_who_hang_up(compare, minutes):
    exact, end = EXACT["erlang_a_A"], ms(f"{minutes} min")
    servers = 13
    chain = (
        pathway("p")
        .use("server", "service", patience="patience", on_leave="p.gone")
        .leave("served")
        .leave("abandoned", label="gone")
    )
    parameters = {"service": exponential("7 min"), "patience": exponential("4 min")}
    program = one_station({"calls": {"rate": "2/min"}}, servers, parameters, chain)
    server = instance_of(program, "server")

    def measure(log: EventLog) -> Any:
        seen = visits(log, server).joined_in(0, end)
        wait, served, many = seen.wait / ms("1 min"), seen.served, float(len(seen.wait))
        happened = log[(log["time"] >= 0) & (log["time"] < end) & (log["resource"] == server)]["code"]
        found = station(log, server, servers, 0, end, "min")
        return {
            "p_wait": found["p_wait"],
            "p_abandon_given_accepted": ((~served).sum(), many),
            "p_served_given_accepted": (served.sum(), many),
            "mean_wait_all_accepted": (wait.sum(), many),
            "mean_wait_served": (wait[served].sum(), served.sum()),
            "mean_wait_abandoned": (wait[~served].sum(), (~served).sum()),
            "mean_queue_length": found["mean_queue_length"],
            "utilisation": found["utilisation"],
            "served_rate": ((happened == Code.RELEASE).sum() / minutes, 1.0),
            "abandon_rate": ((happened == Code.LEFT).sum() / minutes, 1.0),
        }

    # Nobody is turned away here: `p_block` is zero by the model, and there is nothing to estimate.
    wanted = {name: value for name, value in exact.items() if name != "p_block"}
    runs = Replications(program, "-60 min", f"{minutes + 60} min", measure)
    settle(compare, "A11", "erlang_a_A", runs, wanted)


@pytest.mark.parametrize("hours", [60, pytest.param(300, marks=SLOW)])
def test_people_who_look_at_the_queue_first(compare, hours):
    exact, end, servers = EXACT["balking"], ms(f"{hours} h"), 4
    chain = (
        pathway("p")
        .mark("looks")
        .route(
            (free("server") >= 1, "p.join"),
            (queue("server") < 2, "p.join"),
            (queue("server") < 5, "p.few_wait"),
            (queue("server") < 8, "p.many_wait"),
            otherwise="p.balk",
        )
        .choose("few_wait", join="p.join", balk="p.balk", label="few_wait")
        .choose("many_wait", join=CARRY_ON, balk="p.balk", label="many_wait")
        .seize("server", label="join")
        .hold("service")
        .release("server")
        .leave("served")
        .leave("balked", label="balk")
    )
    parameters = {
        "service": exponential("30 min"),
        "few_wait": {"join": 0.7, "balk": "rest"},
        "many_wait": {"join": 0.3, "balk": "rest"},
    }
    program = one_station({"walk_in": {"rate": "9/h"}}, servers, parameters, chain)
    server, balked = instance_of(program, "server"), program.outcomes.index("balked")
    most = len(exact["p"]) - 1

    def measure(log: EventLog) -> Any:
        inside = log[(log["time"] >= 0) & (log["time"] < end)]
        came = float((inside["code"] == Code.START).sum())
        gone = float(((inside["code"] == Code.END) & (inside["value"] == balked)).sum())
        found = station(log, server, servers, 0, end, "min")
        states = present(log, server).share(0, end, most)
        return {
            "p_balk": (gone, came),
            "mean_wait_joined": found["mean_wait"],
            "mean_queue_length": found["mean_queue_length"],
            "utilisation": found["utilisation"],
            **{f"p[{number}]": (share, 1.0) for number, share in enumerate(np.asarray(states))},
        }

    wanted = {name: value for name, value in exact.items() if name != "p"}
    if compare.slow:  # the states one by one take long to settle
        wanted |= {f"p[{number}]": value for number, value in enumerate(exact["p"])}
    runs = Replications(program, "-10 h", f"{hours + 10} h", measure)
    settle(compare, "A11", "balking", runs, wanted)
