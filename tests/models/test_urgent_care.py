"""The reference model: it builds, its checks pass, it can be printed, and its README says what it needs."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from flowsim.pathway import Model, load_model
from flowsim.pathway.checks import find_problems
from flowsim.pathway.conditions import Compare, each_part
from flowsim.pathway.graph import build_graph
from flowsim.pathway.observe import observe_mistakes
from flowsim.pathway.steps import Choose, ComeBack, Hold, Release, Route, Seize, Set, Step

pytestmark = pytest.mark.unit

FOLDER = Path(__file__).parents[2] / "models" / "urgent_care"


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model("urgent_care")


def parameters_of(step: Step) -> list[str]:
    match step:
        case Hold():
            found = [step.duration]
        case Seize():
            found = [step.patience, step.queue_limit, step.amount, *(after for after, _ in step.escalate)]
        case Release():
            found = [step.after, step.amount]
        case Choose():
            found = [step.share]
        case ComeBack():
            found = [step.share, step.delay]
        case Set():
            found = [step.share]
        case Route():
            found = [part.limit for part in each_part(step.branches) if isinstance(part, Compare)]
        case _:
            found = []
    return [name for name in found if isinstance(name, str)]


def names_in_readme(heading: str) -> set[str]:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    section = re.split(rf"^##+ {heading}$", text, flags=re.MULTILINE)[1]
    end = "\n## " if heading == "Parameters" else "\n### "
    rows = re.findall(r"^\| `([^`]+)` \|", section.split(end)[0].split("\n## ")[0], flags=re.MULTILINE)
    return set(rows)


def test_its_shape_has_no_problem(model: Model) -> None:
    assert [str(found) for found in find_problems(model)] == []


def test_what_it_observes_exists(model: Model) -> None:
    mistakes = observe_mistakes(
        model.observe,
        model.milestones,
        {item.name: item.values for item in model.all_attributes},
        tuple(item.name for item in model.resources),
        model.outcomes,
        tuple(item.name for item in model.sources),
    )
    assert mistakes == ()


def test_readme_lists_every_parameter_and_no_other(model: Model) -> None:
    used = {name for step in model.steps() for name in parameters_of(step)}
    assert names_in_readme("Parameters") == used


@pytest.mark.parametrize("kind", ["Attributes", "Sources", "Resources", "Calendars", "Rules"])
def test_readme_lists_every_name(model: Model, kind: str) -> None:
    declared = {item.name for item in getattr(model, kind.lower())}
    assert names_in_readme(kind) == declared


def test_everything_declared_is_used(model: Model) -> None:
    seized = {name for step in model.steps() if isinstance(step, Seize) for name in step.resources}
    assert {item.name for item in model.resources} == seized


def test_only_first_contacts_are_sources(model: Model) -> None:
    returns = {step.to for step in model.steps() if isinstance(step, ComeBack)}
    booked_again = {"elective_inpatient", "day_case"}
    assert returns.isdisjoint({item.to for item in model.sources} - booked_again)


def test_free_beds_go_in_the_declared_order(model: Model) -> None:
    order = next(item.values for item in model.attributes if item.name == "bed_request")
    assert order == ("step_down", "emergency", "assessment_unit", "elective")


def test_nobody_waits_in_a_department_that_is_not_there(model: Model) -> None:
    """Elective patients and those of a minor injuries unit may be at a site without an emergency department."""
    graph = build_graph(model)
    elsewhere = {"walk_in_utc", "elective_inpatients", "day_cases"}
    ahead = [(graph.entry[source.to], source.name in elsewhere) for source in model.sources]
    seen: set[tuple[int, bool]] = set()
    needs_department = {
        "resus_bay", "cubicle", "chair", "children_cubicle", "mental_health_room", "handover_space", "corridor_space",
        "triage_nurse", "ed_nurse", "ed_doctor", "scanner", "boarder", "aec_chair", "assessment_bed",
    }  # fmt: skip
    while ahead:
        at, away = ahead.pop()
        if (at, away) in seen:
            continue
        seen.add((at, away))
        step = graph.steps[at]
        if isinstance(step, Seize):
            assert not (away and needs_department.intersection(step.resources)), step.label
        if isinstance(step, Set) and step.attribute == "site":
            away = {"ed.nearest": False, "ambulance.divert_to": False}.get(step.share or "", True)
        ahead.extend((edge.end, away) for edge in graph.ways_from(at))
        if isinstance(step, ComeBack):
            ahead.append((graph.entry[step.to], away))
    assert (graph.entry["handover"], False) in seen


def test_the_ring_fence_is_breached_only_where_a_bed_is_free(model: Model) -> None:
    """An emergency may take a free elective bed under pressure; it never queues for one before the day's operations."""
    graph = build_graph(model)
    takes = {
        step.label for step in model.steps() if isinstance(step, Seize) and "elective_bed" in step.resources
    }
    for label in takes - {"elective_inpatient.seize:elective_bed/surgical_bed/trauma_bed"}:
        ways = [edge.why for edge in graph.edges if edge.end == graph.entry[label]]
        assert ways == ["in use of boarder >= coping.breach_ring_fence_at and free of elective_bed >= 1"], (
            label
        )
    assert len(takes) == 5


def test_the_chain_of_a_fall_can_be_followed(model: Model) -> None:
    names = [chain.name for chain in model.pathways]
    chain = [
        "call_999", "dispatch", "crew_in_turn", "on_scene", "convey", "at_hospital", "handover", "handed_over",
        "ed_ambulance_arrival", "ed_outlook", "ed_stream", "ed_after_handover", "ed_majors_from_trolley", "ed_assess",
        "ed_tests", "ed_review", "specialty_review", "specialty_decision", "decision_to_admit", "find_bed",
        "find_trauma_bed", "bed_found", "in_bed", "newly_admitted", "on_ward", "end_of_stay", "ready_to_leave",
        "transfer_of_care", "pathway_1", "pathway_1_start", "goes_home", "departs", "travels", "arrives",
        "home_with_care",
    ]  # fmt: skip
    assert set(chain) <= set(names)
    where = {chain.name: chain for chain in model.pathways}
    for before, after in pairwise(chain):
        assert after in leads_to(where[before].steps), (before, after)


def leads_to(steps: tuple[Step, ...]) -> set[str]:
    from flowsim.pathway.steps import targets_of

    return {target.split(".")[0] for step in steps for target in targets_of(step)}


def test_no_function_is_longer_than_a_screen() -> None:
    for file in FOLDER.glob("*.py"):
        starts = [0]
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("def "):
                starts.append(number)
        longest = max((after - before for before, after in pairwise(starts)), default=0)
        assert longest <= 75, (file.name, longest)
