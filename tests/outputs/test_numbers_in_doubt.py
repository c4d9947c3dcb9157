"""What a study of the numbers in doubt says, and the folder that it writes."""

from __future__ import annotations

import csv
import json
from contextlib import contextmanager
from dataclasses import replace

import pytest
from PIL import Image
from rich.console import Console

from flowsim.outputs.doubt_folder import write_doubt
from flowsim.outputs.numbers_in_doubt import answer, as_data, tornado_table
from flowsim.studies.decisions import decisions_of, scenario_of
from flowsim.studies.in_doubt import Ask, choose, study_numbers
from flowsim.studies.question import baseline_of, design_of, find_question
from flowsim.studies.store import Store
from tests.straight_place import write_straight

pytestmark = pytest.mark.unit


@contextmanager
def quiet(_what, _days):
    yield lambda _days: None


def made(folder, starts=()):
    asked = find_question(write_straight(folder))
    scenario = scenario_of(asked)
    decisions = decisions_of(asked, baseline_of(asked).program(), scenario)
    ask = Ask(asked, design_of(asked, folder, 1), Store(folder / "store.sqlite"), scenario, decisions, quiet)
    return study_numbers(ask, *choose(asked, scenario, starts), ["tornado", "doubt"], draws=4)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return made(tmp_path_factory.mktemp("straight"))


def test_the_number_to_go_and_find_comes_first_with_its_range_and_where_it_stands(found):
    first, difference, standard, *_ = answer(found)
    assert first.startswith(
        "The numbers to go and find are parameters.see (now 30 min, believed 6 min to 40 min; assumption, config.yaml:10); "
        "parameters.walk (now 20 min, believed 10 min to 60 min; assumption, config.yaml:12): what Faster changes in Time "
        "in all, mean is +2 minutes at its low end and −15 minutes at its high end"
    )
    assert difference.startswith(
        "With all numbers as they are, what Faster changes in Time in all, mean is −10 minutes"
    )
    assert "luck alone leaves that open" not in difference
    assert standard.startswith(
        "With all numbers as they are, Time in all, mean at most 60 minutes (Faster) is 45 minutes"
    )


def test_it_says_so_if_no_number_turns_the_decision(tmp_path):
    first = answer(made(tmp_path, ["parameters.settle"]))[0]
    assert first.startswith(
        "No number turns the decision, anywhere within its range. The one that moves it most is parameters.settle"
    )
    assert "−9 minutes at its low end and −11 minutes at its high end" in first


def test_the_table_has_a_verdict_for_each_decision(found):
    cells = [list(column.cells) for column in tornado_table(found).columns]
    rows = {str(row[0]): row[1:] for row in zip(*cells, strict=True)}
    assert rows["parameters.see"][:2] == ("30 min", "6 min to 40 min")
    assert rows["parameters.see"][2:] == (
        "+2 minutes to −15 minutes", "turns it", "33 minutes to 50 minutes", "stands")  # fmt: skip


def test_the_share_that_was_varied_is_read_on_the_screen(found):
    """Brackets in a name are not marks of style."""
    (row,) = [row for row in found.rows if row.input.name == "parameters.see"]
    share = replace(row, input=replace(row.input, name="parameters.way [yes]"))
    screen = Console(width=150, no_color=True)
    with screen.capture() as captured:
        screen.print(tornado_table(replace(found, rows=(share,))))
    assert "parameters.way [yes]" in captured.get()


def test_the_folder_holds_what_a_report_reads_and_pictures_that_say_what_they_show(found, tmp_path):
    written = {
        path.name for path in write_doubt(found, tmp_path, "flowsim sensitivity faster", 1.0, {"more": 1})
    }
    assert written == {
        "sensitivity.csv", "verdicts.csv", "two_doubts.csv", "draws.csv", "manifest.json",
        "tornado_time_difference.png", "tornado_time_standard_1.png", "bands_time_difference.png",
        "bands_time_standard_1.png"}  # fmt: skip
    rows = list(csv.DictReader((tmp_path / "sensitivity.csv").open()))
    see = next(row for row in rows if row["field"] == "parameters.see")
    assert (see["scenario"], see["kpi"]) == ("faster", "time")
    assert [round(float(see[key]), 6) for key in ("low", "middle", "high")] == [2.0, -10.0, -15.0]
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    for name, alt in manifest["pictures"].items():
        assert Image.open(tmp_path / name).info["Description"] == alt
    assert (
        "parameters.see: +2 minutes at 6 min, −15 minutes at 40 min"
        in manifest["pictures"]["tornado_time_difference.png"]
    )


def test_the_data_hold_everything_and_are_json(found):
    data = json.loads(json.dumps(as_data(found)))
    assert data["answer"] == answer(found)
    assert {row["field"] for row in data["numbers"] if row["turns"] == "surely"} == {
        "parameters.see",
        "parameters.walk",
    }
    assert [one["decided_by"] for one in data["decisions"]] == ["difference", "at most 60"]
