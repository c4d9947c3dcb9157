"""A warmed census: used when it fits, set aside with a word when the place has changed, refused when damaged."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from flowsim.api import design_for
from flowsim.errors import RunError
from flowsim.studies.census import CENSUS, NOTE, find_census, make_census, may_write
from flowsim.studies.replicate import run_one
from flowsim.studies.scenario import Scenario
from tests.tiny_place import YAML, write_place

pytestmark = pytest.mark.unit


@pytest.fixture
def warmed(tmp_path):
    scenario = Scenario(str(write_place(tmp_path / "clinic")))
    return scenario, make_census(scenario.program(), scenario.folder, 2, 1, lambda _days: None)


def design(scenario):
    return design_for(scenario, 1, 2, None, 1, "census", 1)


def test_a_run_starts_from_the_census(warmed):
    scenario, state = warmed
    found = design(scenario)
    assert (found.state, found.begin, found.note) == (scenario.folder / CENSUS, 0, "")
    one = run_one(scenario, found, 0)
    started, ended, inside = one.tallies.patients.tolist()
    assert len(state) > 0
    assert started - ended == inside


def test_an_option_starts_from_the_census_of_the_baseline(warmed):
    scenario, _ = warmed
    assert design(scenario.with_options("more_nurses")).state == scenario.folder / CENSUS


def test_a_warm_up_that_is_asked_for_is_done(warmed):
    scenario, _ = warmed
    found = design_for(scenario, 1, 2, 3, 1, "census", 1)
    assert (found.state, found.warm_up) == (None, 3)


def test_without_a_census_the_place_is_warmed_up(tmp_path):
    scenario = Scenario(str(write_place(tmp_path / "clinic")))
    assert find_census(scenario.program(), scenario.folder) is None
    assert (design(scenario).state, design(scenario).warm_up) == (None, 1)


def test_a_changed_place_says_so_and_is_warmed_up(warmed):
    scenario, _ = warmed
    (scenario.folder / "config.yaml").write_text(YAML.replace("4/h", "5/h"), encoding="utf-8")
    changed = replace(
        scenario, place=str(scenario.folder / "config.yaml")
    )  # compiled programs are kept by name
    found = design(changed)
    assert (found.state, found.warm_up) == (None, 1)
    assert "has changed" in found.note


@pytest.mark.parametrize("damage", ["cut", "other", "note"])
def test_a_damaged_census_is_refused(warmed, damage):
    scenario, _ = warmed
    path, note = scenario.folder / CENSUS, scenario.folder / NOTE
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:200])
    elif damage == "note":
        note.write_text("{", encoding="utf-8")
    else:
        note.write_text(json.dumps({**json.loads(note.read_text()), "sha256": "0" * 64}), encoding="utf-8")
    with pytest.raises(RunError, match="damaged"):
        design(scenario)


def test_making_it_twice_gives_the_same(warmed):
    scenario, state = warmed
    again = make_census(scenario.program(), scenario.folder, 2, 1, lambda _days: None)
    assert again.sha256 == state.sha256


def test_a_folder_that_cannot_be_written_is_refused_first(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(RunError, match="flowsim new"):
        may_write(tmp_path)
