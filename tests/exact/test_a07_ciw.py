"""Case A07: fifteen small deterministic models and their records, restated in the language of pathways."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from flowsim.pathway import attribute, pathway, present
from flowsim.records.log import Code
from tests.exact.records import MS, Record, agree, capacity, of_patient, one_server, run_trace, services, time
from tests.measure_log import capacity as capacity_of
from tests.measure_log import in_use, instance_of, ms
from tests.validation_table import case_file

pytestmark = pytest.mark.exact

CASE = case_file("A07")["expected"]["submodels"]
KEYS = ("id", "type", "arrival", "start", "end", "exit")
LONG = 100.0


def every(step: float, stop: float, service: float) -> list[Record]:
    """One patient every `step`, the first at `step`."""
    times = [step * number for number in range(1, int(stop / step) + 1)]
    return [{"id": str(number), "time": at, "service": service} for number, at in enumerate(times)]


def at(times: list[float], services_: list[float]) -> list[Record]:
    pairs = enumerate(zip(times, services_, strict=True))
    return [{"id": str(number), "time": when, "service": service} for number, (when, service) in pairs]


def of_classes(inputs: Record) -> list[Record]:
    """Patients of a class each, with the service time of their class."""
    rows = [(when, name) for name, times in inputs["arrivals"].items() for when in times]
    return [{"id": str(number), "time": when, "cls": name, "service": inputs["service"][name]}
            for number, (when, name) in enumerate(sorted(rows))]  # fmt: skip


def test_first_in_first_out(compare):
    case = CASE["fifo_overload"]
    run = run_trace(one_server(), every(1, 9, 1.5), {"server": {"capacity": 1}}, 9)
    agree(compare, "A07", "fifo_overload", case["records"], services(run, "server"), KEYS)


def test_patience_while_queueing(compare):
    case = CASE["renege_fixed_patience"]
    chain = one_server(patience="patience", on_leave="p.unserved")
    run = run_trace(chain, every(7, 31.5, 11), {"server": {"capacity": 1}}, 31.5, {"patience": time(3)})
    agree(compare, "A07", "renege_fixed_patience", case["records"], services(run, "server"), KEYS)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("priority_nonpreemptive", {}),
        ("priority_preempt_restart", {"preempts": True, "if_interrupted": "restart"}),
        ("priority_preempt_resume", {"preempts": True, "if_interrupted": "resume"}),
        ("preempt_option_resume", {"preempts": True, "if_interrupted": "resume"}),
        ("preempt_option_restart", {"preempts": True, "if_interrupted": "restart"}),
    ],
)
def test_priorities(compare, name, how):
    case = CASE[name]
    run = run_trace(
        one_server(priority="cls", **how),
        of_classes(case["inputs"]),
        {"server": {"capacity": 1}},
        LONG,
        attributes=(attribute("cls", "High", "Low"),),
    )
    agree(compare, "A07", name, case["records"], services(run, "server"), KEYS)


def test_those_who_find_three_leave_at_once(compare):
    case = CASE["balk_at_3"]
    chain = (
        pathway("p")
        .route((present("server") >= 3, "p.balk"))
        .use("server", "service")
        .leave("served")
        .leave("balked", label="balk")
    )
    run = run_trace(chain, every(5, 51, 21), {"server": {"capacity": 1}}, 51)
    balked = run.program.outcomes.index("balked")
    ends = [
        (number, rows[-1]) for number, rows in of_patient(run.log).items() if rows[-1]["code"] == Code.END
    ]
    gone = [
        {"id": number + 1, "type": "baulk", "arrival": row["time"] / MS, "exit": row["time"] / MS}
        for number, row in ends
        if row["value"] == balked
    ]
    agree(compare, "A07", "balk_at_3", case["records"], services(run, "server") + gone, KEYS)


def test_a_shift_finishes_its_work_while_the_next_has_begun(compare):
    case = CASE["shift_overtime"]
    edges = [*case["inputs"]["schedule"], [20, 0]]
    shifts = {
        f"shift_{number}": capacity((begin, staff), (end, 0))
        for number, ((begin, staff), (end, _)) in enumerate(itertools.pairwise(edges))
    }
    chain = pathway("p").use(None, "service", first_of=tuple(shifts)).leave("served")
    run = run_trace(chain, at(case["inputs"]["arrivals"], case["inputs"]["service"]), shifts, LONG)
    found: list[Record] = []
    for name in shifts:
        found += [one for one in services(run, name) if one["type"] == "service"]
    agree(
        compare, "A07", "shift_overtime", case["records"], found, KEYS,
        note="each shift is a resource of its own: those who go home finish their patient beside the new shift",
    )  # fmt: skip
    overtime: list[float] = []
    for (name, _), (end, _), staff in zip(shifts.items(), edges[1:3], [3, 2], strict=False):
        late = [max(0.0, one["end"] - end) for one in services(run, name) if one["type"] == "service"]
        overtime += late + [0.0] * (staff - len(late))
    assert sorted(overtime) == sorted(case["expected_overtime"])
    mean = sum(overtime) / len(overtime)
    compare("A07", "shift_overtime: mean overtime", case["expected_mean_overtime"], mean)


def test_utilisation_is_busy_over_scheduled_time(compare):
    case = CASE["shift_utilisation"]
    inputs = case["inputs"]
    run = run_trace(
        one_server(), at(inputs["arrivals"], inputs["service"]), {"server": capacity(*inputs["schedule"])},
        inputs["stop"],
    )  # fmt: skip
    agree(compare, "A07", "shift_utilisation", case["records"], services(run, "server"), KEYS)
    server, stop = instance_of(run.program, "server"), ms(time(inputs["stop"]))
    got = in_use(run.log, server).average(0, stop) / capacity_of(run.log, server).average(0, stop)
    expected = case["expected_utilisation"]
    compare(
        "A07", "shift_utilisation: utilisation", expected, got,
        accepted=got == pytest.approx(expected, abs=1e-12), note=case["working"],
    )  # fmt: skip


def test_work_interrupted_by_the_end_of_a_shift_is_resumed(compare):
    case = CASE["shift_gap_interrupt_resume"]
    inputs = case["inputs"]
    (_, (off, _), (on, _)) = inputs["schedule"]
    absence = {"id": "off duty", "time": float(off), "service": float(on - off), "cls": "absence"}
    rows = [{**row, "cls": "patient"} for row in every(7, inputs["stop"], inputs["service"])]
    chain = one_server(priority="cls", preempts=True, if_interrupted="resume")
    run = run_trace(
        chain, [*rows, absence], {"server": {"capacity": 1}}, inputs["stop"],
        attributes=(attribute("cls", "absence", "patient"),),
    )  # fmt: skip
    found = services(run, "server")
    gap = [one for one in found if one["arrival"] == off]
    assert [(one["start"], one["end"]) for one in gap] == [(off, on)]
    people = [{**one, "id": one["id"] - (one["arrival"] > off)} for one in found if one not in gap]
    agree(
        compare, "A07", "shift_gap_interrupt_resume", case["records"], people, KEYS,
        note="a rota's change never interrupts: the gap is a more urgent absence that preempts",
    )  # fmt: skip


def test_work_in_hand_is_finished_before_going_off(compare):
    case = CASE["shift_gap_finish"]
    inputs = case["inputs"]
    run = run_trace(
        one_server(), every(7, inputs["stop"], inputs["service"]),
        {"server": capacity(*inputs["schedule"])}, inputs["stop"],
    )  # fmt: skip
    agree(compare, "A07", "shift_gap_finish", case["records"], services(run, "server"), KEYS)


def test_a_class_that_changes_while_waiting(compare):
    case = CASE["class_change_while_waiting"]
    inputs = case["inputs"]
    chain = one_server(priority=1, escalate=(("after", 0),))
    run = run_trace(
        chain, every(3, inputs["stop"], inputs["service"]), {"server": {"capacity": 1}}, inputs["stop"],
        {"after": time(inputs["change"]["after_wait"])},
    )  # fmt: skip
    changed = {
        number + 1 for number, rows in of_patient(run.log).items() if (rows["code"] == Code.PRIORITY).any()
    }
    found = [{**one, "cls": "B" if one["id"] in changed else "A"} for one in services(run, "server")]
    agree(
        compare, "A07", "class_change_while_waiting", case["records"], found, (*KEYS, "cls"),
        note="the class is the priority: A is 1, B is 0, by escalation (all wait alike, so the order is the same)",
    )  # fmt: skip


def test_several_who_come_together(compare):
    case = CASE["batches"]
    times = [float(when) for when, size in case["inputs"]["arrivals"] for _ in range(size)]
    run = run_trace(one_server(), at(times, [2.0] * len(times)), {"server": {"capacity": 1}}, 30)
    agree(
        compare, "A07", "batches", case["records"], services(run, "server"), KEYS,
        note="the given batches are rows of one time in the trace; random batch sizes are not in the language",
    )  # fmt: skip


def test_a_finished_patient_blocks_the_place_behind(compare):
    case = CASE["tandem_blocking_trace"]
    inputs, records = case["inputs"], case["records"]
    second = {record["id"]: record["end"] - record["start"] for record in records if record["node"] == 2}
    rows: list[Record] = []
    now = 0.0
    for number, gap in enumerate(inputs["inter_arrivals"]):
        now += gap
        rows.append(
            {"id": str(number), "time": now, "stage1": inputs["stage1"][number], "stage2": second[number + 1]}
        )
    servers, servers_2 = inputs["servers"]
    places = servers_2 + inputs["waiting_places_before_stage2"]
    chain = (
        pathway("p")
        .mark("arrival_1").seize("first").mark("start_1").hold("stage1").mark("end_1")
        .seize("place_2").release("first").mark("exit_1")
        .seize("second").mark("start_2").hold("stage2").release(("second", "place_2")).mark("exit_2")
        .leave("served")
    )  # fmt: skip
    resources = {
        "first": {"capacity": servers},
        "place_2": {"capacity": places},
        "second": {"capacity": servers_2},
    }
    run = run_trace(chain, rows, resources, LONG)
    names = run.program.milestones
    found: list[dict[str, Any]] = []
    for number, log in of_patient(run.log).items():
        seen = {names[row["value"]]: row["time"] / MS for row in log if row["code"] == Code.MILESTONE}
        one = {"id": number + 1, "node": 1, "arrival": seen["arrival_1"], "start": seen["start_1"],
               "end": seen["end_1"], "exit": seen["exit_1"]}  # fmt: skip
        two = {"id": number + 1, "node": 2, "arrival": seen["exit_1"], "start": seen["start_2"],
               "end": seen["exit_2"], "exit": seen["exit_2"]}  # fmt: skip
        blocked = round(one["exit"] - one["end"], 5)
        found += [one | ({"blocked": blocked} if blocked else {}), two]
    agree(
        compare, "A07", "tandem_blocking_trace", records, found,
        ("id", "node", "arrival", "start", "end", "exit", "blocked"),
        note="the four servers and the one waiting place of stage 2 are five places, each held from leaving stage 1",
    )  # fmt: skip


def test_every_small_model_of_the_case_is_here():
    assert len(CASE) == 15
    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in CASE if f'"{name}"' not in text] == []
