"""Case A13: sixty-one patients, nine acute beds, fifteen rehabilitation beds, and who blocked a bed for how long."""

from __future__ import annotations

import pytest

from flowsim.pathway import Model, pathway, resource, source
from flowsim.records.log import Code
from tests.exact.records import of_patient
from tests.support import simulate
from tests.validation_table import case_file

pytestmark = pytest.mark.exact

CASE = case_file("A13")
DAY = 86_400_000
STOP = 100  # days
TOLERANCE = 1e-6  # days: the case's own, and its times have nine decimals
UNKNOWN = 1000.0  # a stay that the case leaves out, because nobody reached it by the stop
TIMES = {"arrival": "arrival", "acute_admit": "admitted", "ready": "ready", "transfer": "transfer",
         "discharge": "discharge"}  # fmt: skip


def beds() -> Model:
    chain = (
        pathway("stroke")
        .mark("arrival").seize("acute_bed").mark("admitted").hold("acute_los").mark("ready")
        .seize("rehab_bed").release("acute_bed").mark("transfer").hold("rehab_los").release("rehab_bed")
        .mark("discharge").leave("discharged")
    )  # fmt: skip
    return Model(
        "beds", (chain,), (source("replay", to="stroke"),), (resource("acute_bed"), resource("rehab_bed"))
    )


def test_every_patient_of_the_trace(compare):
    patients = CASE["expected"]["patients"]
    trace = [
        {"id": f"{one['id']}", "time": f"{one['arrival']:.9f} days",
         **{stay: f"{one.get(stay, UNKNOWN):.9f} days" for stay in ("acute_los", "rehab_los")}}
        for one in patients
    ]  # fmt: skip
    run = simulate(
        beds(),
        {
            "sources": {"replay": {"trace": trace}},
            "resources": {
                "acute_bed": {"capacity": CASE["model"]["acute_beds"]},
                "rehab_bed": {"capacity": CASE["model"]["rehab_beds"]},
            },
            "parameters": {stay: {"trace": stay} for stay in ("acute_los", "rehab_los")},
        },
        f"{STOP} days",
    )
    found = []
    for log in of_patient(run.log).values():
        marks = log[log["code"] == Code.MILESTONE]
        found.append({run.program.milestones[row["value"]]: row["time"] / DAY for row in marks})

    listed = {name: sum(name in one for one in patients) for name in TIMES}
    reached = {name: sum(mark in one for one in found) for name, mark in TIMES.items()}
    compare("A13", "patients who reached each stage by day 100", listed, reached)
    assert listed == reached
    apart = []
    for one, got in zip(patients, found, strict=True):
        assert {name for name in TIMES if name in one} == {
            name for name, mark in TIMES.items() if mark in got
        }
        apart += [abs(got[mark] - one[name]) for name, mark in TIMES.items() if name in one]
    assert len(apart) == sum(listed.values())
    compare(
        "A13", "every time of every patient", f"{len(apart)} times", f"{sum(a <= TOLERANCE for a in apart)} equal",
        accepted=max(apart) <= TOLERANCE,
        note=f"largest difference {max(apart) * DAY:.2f} ms: the case's times have nine decimals of a day",
    )  # fmt: skip
    waits = [one["admitted"] - one["arrival"] for one in found if "admitted" in one]
    blocked = [one["transfer"] - one["ready"] for one in found if "transfer" in one]
    for measure, values in (("mean_acute_wait", waits), ("mean_bed_blocking", blocked)):
        expected, got = CASE["expected"][measure], sum(values) / len(values)
        compare("A13", f"{measure} (days)", expected, got, accepted=abs(got - expected) <= TOLERANCE)
