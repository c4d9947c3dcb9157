"""Case A15: how many beds; wards that refuse whom they cannot take (Erlang's loss), and wards with a queue (delay)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from flowsim.pathway import pathway
from flowsim.program import Program
from flowsim.records.log import EventLog
from tests.measure_log import Replications, in_use, instance_of, ms, station, turned_away, visits
from tests.theory.stations import SLOW, exponential, one_station, settle
from tests.validation_table import case_file

pytestmark = pytest.mark.theory

EXACT = case_file("A15")["expected"]
WARDS = {one["ward"]: one for one in EXACT["erlang_loss_wards"]}
REFUSES = (
    pathway("p")
    .use("server", "service", queue_limit=0, if_full="p.refused")
    .leave("discharged")
    .leave("refused", label="refused")
)  # fmt: skip
PATIENTS = 1_500  # measured in each replication of the slow test
STAYS_OF_WARM_UP = 12  # mean stays: a ward forgets in a few
CV = 1.5


def stay_of(law: str, days: float) -> dict[str, Any]:
    """A stay of that mean: the loss depends on nothing else."""
    if law == "exponential":
        return exponential(f"{days} days")
    return {"lognormal": {"mean": f"{days} days", "sd": f"{CV * days:g} days"}}


def loss_ward(arrivals_per_day: float, stay: dict[str, Any], beds: int) -> Program:
    rate = f"{arrivals_per_day:.12f}/day"
    return one_station({"admissions": {"rate": rate}}, beds, {"service": stay}, REFUSES)


def losses(program: Program, beds: int, days: float) -> Any:
    """What a replication says of a ward that refuses."""
    ward, end = instance_of(program, "server"), ms(f"{days:.6f} days")

    def measure(log: EventLog) -> Mapping[str, tuple[float, float]]:
        admitted = float(len(visits(log, ward).joined_in(0, end).joined))
        refused = turned_away(log, ward, 0, end)
        occupied = in_use(log, ward).average(0, end)
        return {
            "p_refused": (refused, refused + admitted),
            "occupancy": (occupied / beds, 1.0),
            "mean_occupied": (occupied, 1.0),
            "admitted_per_day": (admitted / days, 1.0),
        }

    return measure


def settle_losses(compare: Any, label: str, of: Mapping[str, Any], law: str, patients: int) -> None:
    """Replications of one ward, and its figures beside Erlang's."""
    rate, stay, beds = of["arrivals_per_day"], of["alos_days"], of["beds"]
    program = loss_ward(rate, stay_of(law, stay), beds)
    days = patients / rate
    warm_up = (STAYS_OF_WARM_UP if compare.slow else 6) * stay
    runs = Replications(program, f"-{warm_up:.6f} days", f"{days:.6f} days", losses(program, beds, days))
    wanted = {
        name: of[name]
        for name in ("p_refused", "occupancy", "mean_occupied", "admitted_per_day")
        if name in of
    }
    settle(compare, "A15", label, runs, wanted)


@pytest.mark.parametrize(
    ("ward", "law", "patients"),
    [
        pytest.param("CCU", "lognormal", 250, id="CCU-quick"),
        *(
            pytest.param(ward, law, PATIENTS, id=f"{ward}-{law}", marks=SLOW)
            for ward in WARDS
            for law in ("exponential", "lognormal")
        ),
    ],
)
def test_wards_that_refuse(compare, ward, law, patients):
    settle_losses(compare, f"{ward} ward, {law} stay", WARDS[ward], law, patients)


@pytest.mark.parametrize("at", [pytest.param(at, marks=SLOW) for at in range(len(EXACT["occupancy_target"]))])
def test_what_a_target_for_occupancy_costs(compare, at):
    one = EXACT["occupancy_target"][at]
    label = f"{one['beds']} beds at {one['occupancy']:.0%}"
    ward = {**one, "arrivals_per_day": one["offered_load"], "alos_days": 1.0}
    settle_losses(compare, label, ward, "exponential", PATIENTS)


@pytest.mark.parametrize("at", [pytest.param(at, marks=SLOW) for at in range(len(EXACT["beds_needed"]))])
def test_beds_needed_for_a_chance_of_refusal(compare, at):
    one = EXACT["beds_needed"][at]
    label = f"{one['beds']} beds for a load of {one['offered_load']}"
    ward = {**one, "arrivals_per_day": one["offered_load"], "alos_days": 1.0}
    settle_losses(compare, label, ward, "exponential", PATIENTS)


@pytest.mark.parametrize("at", [pytest.param(at, marks=SLOW) for at in range(len(EXACT["erlang_c_beds"]))])
def test_wards_with_a_queue(compare, at):
    one = EXACT["erlang_c_beds"][at]
    days = 2 * PATIENTS / one["arrivals_per_day"]
    rate = f"{one['arrivals_per_day']}/day"
    stay = exponential(f"{one['alos_days']} days")
    program = one_station({"admissions": {"rate": rate}}, one["beds"], {"service": stay})
    ward = instance_of(program, "server")

    def measure(log: EventLog) -> Any:
        return station(log, ward, one["beds"], 0, ms(f"{days:.6f} days"), "day")

    wanted = {name: one[name] for name in ("utilisation", "p_wait", "mean_wait", "mean_wait_given_wait")}
    runs = Replications(program, "-120 days", f"{days + 60:.6f} days", measure)
    settle(
        compare, "A15", f"{one['beds']} beds with a queue, {rate} for {one['alos_days']} days", runs, wanted
    )
