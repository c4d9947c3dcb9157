"""Case A08: nine small deterministic models and their records, restated in the language of pathways."""

from __future__ import annotations

from typing import Any

import pytest

from flowsim.pathway import attribute, pathway
from flowsim.records.log import Code
from tests.exact.records import MS, Record, agree, capacity, of_patient, one_server, run_trace, services, time
from tests.support import Run
from tests.validation_table import case_file

pytestmark = pytest.mark.exact

CASE = case_file("A08")["expected"]["submodels"]
KEYS = ("name", "arrival", "exit", "service_received", "completed")
LONG = 100.0
ONE = {"server": {"capacity": 1}}


def patients(arrivals: dict[str, list[float]] | list[float], **durations: float) -> list[Record]:
    """The case's patients in order of time: a class each, or all called `a`."""
    classes = arrivals if isinstance(arrivals, dict) else {"a": arrivals}
    rows = [
        (when, f"{name}{number}", name)
        for name, times in classes.items()
        for number, when in enumerate(times)
    ]
    return [
        {"id": who, "time": float(when), "cls": name, **durations}
        for when, who, name in sorted(rows, key=by_time)
    ]


def by_time(row: tuple[float, str, str]) -> float:
    return row[0]


def journeys(run: Run, rows: list[Record], pause: float = 0.0) -> list[Record]:
    """Arrival, exit and service of each; a patient turned away pauses for `pause` and is not done."""
    found = []
    for number, log in of_patient(run.log).items():
        start = {code: log["time"][log["code"] == code] / MS for code in Code}
        served = float((start[Code.RELEASE] - start[Code.GRANT]).sum()) if len(start[Code.RELEASE]) else 0.0
        retries = len(start[Code.TURNED_AWAY])
        found.append(
            {
                "name": rows[number]["id"],
                "arrival": float(start[Code.START][0]),
                "exit": float(start[Code.END][0]),
                "service_received": served + pause * retries,
                "completed": run.program.outcomes[log[-1]["value"]] == "served",
            }
        )
    return found


def run_case(
    chain: Any, rows: list[Record], resources: Any, classes: tuple[str, ...] = ("a",), **more: Any
) -> Run:
    return run_trace(chain, rows, resources, LONG, attributes=(attribute("cls", *classes),), **more)


def test_a_full_queue_expels_its_least_urgent_newest(compare):
    case = CASE["s1_priority_queue_limit_reject"]
    rows = patients(case["inputs"]["arrivals"], service=10.0)
    chain = one_server(priority="cls", queue_limit=2, if_full="displace", on_leave="p.unserved")
    run = run_case(chain, rows, ONE, ("high", "low"))
    agree(compare, "A08", "s1_priority_queue_limit_reject", case["records"], journeys(run, rows), KEYS)


def test_first_in_first_out_within_a_level(compare):
    case = CASE["s2_priority_fifo_within_level"]
    rows = patients(case["inputs"]["arrivals"], service=2.0)
    run = run_case(one_server(priority=1), rows, ONE, ("a", "b"))
    agree(compare, "A08", "s2_priority_fifo_within_level", case["records"], journeys(run, rows), KEYS)


@pytest.mark.parametrize(
    ("name", "staff", "units"),
    [
        ("s3_big_departure", 2, {"a": 2, "b": 1}),
        ("s4_no_queue_jump_multi_unit", 10, {"seven": 7, "one": 1}),
    ],
)
def test_several_units_at_once(compare, name, staff, units):
    case = CASE[name]
    rows = patients(case["inputs"]["arrivals"], service=10.0)
    run = run_case(
        one_server(amount="units"), rows, {"server": {"capacity": staff}}, tuple(units),
        parameters={"units": {"by": ["cls"], "values": units}},
    )  # fmt: skip
    agree(compare, "A08", name, case["records"], journeys(run, rows), KEYS)


@pytest.mark.parametrize(
    ("name", "staff", "service"),
    [
        ("s5_capacity_up_down", ((0, 1), (1, 3), (2, 1)), 2.0),
        ("s6_capacity_gap_tie", ((5, 1), (10, 0), (15, 1)), 5.0),
    ],
)
def test_capacity_that_changes(compare, name, staff, service):
    case = CASE[name]
    rows = patients(case["inputs"]["arrivals"], service=service)
    run = run_case(one_server(), rows, {"server": capacity(*staff)})
    note = "rotas change before patients move (contract, rule 3)" if case["semantics"] else ""
    agree(compare, "A08", name, case["records"], journeys(run, rows), KEYS, note=note)


def test_whoever_is_refused_tries_again(compare):
    case = CASE["s7_rejected_retry_each_1"]
    rows = patients(case["inputs"]["arrivals"], service=2.0)
    chain = (
        pathway("p")
        .seize("server", queue_limit=0, if_full="p.pause", label="try")
        .hold("service")
        .release("server")
        .leave("served")
        .hold("retry", label="pause")
        .then("p.try")
    )
    run = run_case(chain, rows, ONE, parameters={"retry": time(1)})
    agree(compare, "A08", "s7_rejected_retry_each_1", case["records"], journeys(run, rows, pause=1.0), KEYS)


def test_patience_covers_the_queue_only(compare):
    case = CASE["s8_renege_in_queue"]
    rows = patients(case["inputs"]["arrivals"], service=2.0)
    chain = one_server(patience="patience", on_leave="p.unserved")
    run = run_case(chain, rows, ONE, parameters={"patience": time(1)})
    agree(compare, "A08", "s8_renege_in_queue", case["records"], journeys(run, rows), KEYS)


def test_a_roster_that_repeats_every_day(compare):
    case = CASE["cyc_daily_schedule"]
    # This case's unit must be the hour: the rota is the day's.
    rows = [
        {"id": f"p{number}", "time": one["time"] * 60, "cls": "a", "service": one["s"] * 60}
        for number, one in enumerate(case["inputs"]["arrival_and_service"])
    ]
    rota = {"daily 08:00-12:00": 2, "daily 12:00-18:00": 3, "daily 18:00-08:00": 1}
    run = run_trace(
        one_server(), rows, {"server": {"rota": rota}}, 72 * 60, attributes=(attribute("cls", "a"),)
    )  # fmt: skip
    found = [
        {"name": rows[one["id"] - 1]["id"], "start": one["start"] / 60, "exit": one["exit"] / 60}
        for one in services(run, "server")
    ]
    agree(compare, "A08", "cyc_daily_schedule", case["records"], found, ("name", "start", "exit"))


def test_every_small_model_of_the_case_is_here():
    assert len(CASE) == 9
