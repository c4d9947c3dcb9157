"""The answer, the tables, the pictures and the folder of a run."""

from __future__ import annotations

import csv
import hashlib
import json

import pytest
from rich.console import Console

from flowsim.errors import RunError
from flowsim.outputs.answer import baseline_answer, option_answer
from flowsim.outputs.folder import write_run
from flowsim.outputs.plots import kpi_changes, observed_ratio, occupancy
from flowsim.outputs.tables import difference_table, headlines, kpi_table, observed_table, verdict
from flowsim.outputs.whole_files import whole
from flowsim.studies.design import Design
from flowsim.studies.replicate import replicate
from flowsim.studies.scenario import Scenario
from flowsim.studies.study import Study
from tests.tiny_place import write_place

pytestmark = pytest.mark.unit


def made(folder, replications):
    base = Scenario(str(write_place(folder / "clinic")))
    scenarios = [base, base.with_options("more_nurses")]
    design = Design(replications=replications, days=7, warm_up=1, workers=1)
    return Study(design, {one.name: one.program() for one in scenarios}, replicate(scenarios, design))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return made(tmp_path_factory.mktemp("three"), 3)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    return made(tmp_path_factory.mktemp("two"), 2)


def text(table):
    screen = Console(width=150, no_color=True)
    with screen.capture() as captured:
        screen.print(table)
    return captured.get()


def kpis(study):
    return study.programs["baseline"].model.observe.kpis


def test_the_answer_says_what_the_place_looks_like_and_then_its_first_part(study):
    everybody, part = baseline_answer(study)
    assert everybody.startswith("people wait ")
    assert everybody.endswith("are seen in ten minutes.")
    assert part.startswith("Of those who live in Hill: people wait ")


def test_the_answer_of_an_option_names_what_changes_and_how_surely(study):
    told = option_answer(study, "more_nurses")
    assert told.startswith("A third nurse: Better: ")
    assert "Seen in ten minutes +" in told
    assert "(95% interval +" in told


def test_two_replications_give_no_verdict(two):
    assert "2 replications cannot tell an effect from chance" in option_answer(two, "more_nurses")
    table = text(difference_table(two.difference("more_nurses"), kpis(two), "It"))
    assert "more replications needed" in table
    assert "interval" not in table
    assert "interval" not in text(kpi_table(two.summary("baseline"), kpis(two)))


def test_the_table_of_kpis_has_a_column_for_each_part(study):
    table = text(kpi_table(study.summary("baseline"), kpis(study), ("hill", "valley"), "Baseline"))
    assert "Hill" in table
    assert "Valley" in table
    assert "95% interval" in table
    assert "Visits, a day" in table
    assert "Wait, mean (minutes)" in table


def test_headlines_are_the_marked_ones(study):
    assert [kpi.name for kpi in headlines(kpis(study))] == ["visits", "wait", "quick"]
    assert headlines(kpis(study)[3:]) == kpis(study)[3:]  # none is marked: all


def test_the_table_of_differences_shows_headlines_and_what_is_clear(study):
    table = text(difference_table(study.difference("more_nurses"), kpis(study), "It", ("hill", "valley")))
    assert "better" in table
    assert "difference, Hill" in table
    assert "Nurses busy" in table  # not a headline, but clear
    whole_table = text(difference_table(study.difference("more_nurses"), kpis(study), "It", everything=True))
    assert whole_table.count("\n") >= table.count("\n")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"difference": 0.0, "low": 0.0, "high": 0.0, "n": 5, "clear": False}, "the same"),
        (
            {"difference": 1.0, "low": float("nan"), "high": float("nan"), "n": 1, "clear": False},
            "more replications needed",
        ),
        ({"difference": 1.0, "low": -1.0, "high": 3.0, "n": 5, "clear": False}, "cannot be told apart"),
        ({"difference": 1.0, "low": 0.5, "high": 1.5, "n": 5, "clear": True}, "worse"),
        ({"difference": -1.0, "low": -1.5, "high": -0.5, "n": 5, "clear": True}, "better"),
    ],
)
def test_a_verdict(study, change, word):
    (wait,) = [kpi for kpi in kpis(study) if kpi.name == "wait"]
    assert verdict(wait, change) == word


def test_modelled_stands_beside_observed(study):
    table = text(observed_table(study.observed(), kpis(study), 3))
    assert "Wait, mean (minutes)" in table
    assert "yes, ±100%" in table


def test_a_runs_folder_is_whole_and_tidy(study, tmp_path):
    out = tmp_path / "runs" / "first"
    written = write_run(study, out, "flowsim run", 1.5)
    assert {path.name for path in out.iterdir()} == {path.name for path in written} == {
        "kpis.csv", "summary.csv", "observed.csv", "weekly.csv", "hours.csv", "assumptions.csv", "observed.png",
        "changes_more_nurses.png", "pathways.svg", "stress_des.md", "report.json", "report.html", "manifest.json",
    }  # fmt: skip
    with (out / "kpis.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["scenario", "replication", "kpi", "group", "at", "period", "value", "unit"]
    assert {row["replication"] for row in rows} == {"0", "1", "2"}
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenarios"]["more_nurses"]["options"] == ["more_nurses"]
    assert manifest["files"]["kpis.csv"] == hashlib.sha256((out / "kpis.csv").read_bytes()).hexdigest()
    with (out / "summary.csv").open(encoding="utf-8", newline="") as file:
        heads = next(csv.reader(file))
    assert heads[:6] == ["scenario", "kpi", "group", "at", "period", "unit"]
    assert heads[-3:] == ["difference", "difference_low", "difference_high"]


def test_a_file_that_fails_leaves_nothing_behind(tmp_path):
    def fails(path):
        path.write_text("half", encoding="utf-8")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        whole(tmp_path / "it.csv", fails)
    assert list(tmp_path.iterdir()) == []


def test_the_pictures_titles_say_the_message(study):
    assert "better" in kpi_changes(study, "more_nurses").get_suptitle()
    assert occupancy(study, "nurse").get_suptitle().startswith("Nurses: most in use on ")
    assert (
        observed_ratio(study)
        .get_suptitle()
        .startswith("Within tolerance of what was observed: 1 of 1 figure")
    )


def test_an_unknown_resource_is_answered_with_the_nearest(study):
    with pytest.raises(RunError, match="`nurse`"):
        occupancy(study, "nurses")
