"""A path first, then the nearest project, then what is shipped; a failed look-up says where it looked."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsim import places
from flowsim.errors import FlowsimError, PlaceNotFound

pytestmark = pytest.mark.unit


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Shipped copies on one side, a project on the other; we stand in a folder inside the project."""
    shipped, project = tmp_path / "shipped", tmp_path / "project"
    write(shipped / "configs/county.yaml")
    write(shipped / "configs/island/config.yaml")
    write(shipped / "models/urgent/__init__.py")
    write(shipped / "models/tiny.py")
    write(shipped / "experiments/winter.yaml")
    write(project / "configs/county/county.yaml")
    write(project / "configs/notes.txt")
    write(project / "configs/empty/other.yaml")
    here = project / "work/deep"
    here.mkdir(parents=True)
    monkeypatch.setattr(places, "shipped_folder", lambda: shipped)
    monkeypatch.chdir(here)
    return tmp_path


def test_a_projects_own_place_is_found_before_the_shipped_one(world):
    assert places.find_config("county") == world / "project/configs/county/county.yaml"


def test_the_shipped_place_is_found_when_the_project_has_none(world):
    assert places.find_config("island") == world / "shipped/configs/island/config.yaml"


def test_without_a_project_only_the_shipped_ones_are_known(world, monkeypatch):
    elsewhere = world / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert places.find_config("county") == world / "shipped/configs/county.yaml"


def test_a_model_is_a_file_or_a_folder(world):
    assert places.find_model("tiny") == world / "shipped/models/tiny.py"
    assert places.find_model("urgent") == world / "shipped/models/urgent"


def test_an_experiment_is_a_file(world):
    assert places.find_experiment("winter") == world / "shipped/experiments/winter.yaml"


@pytest.mark.parametrize("given", ["mine.yaml", "./mine.yaml", "./mine", "../deep/mine.yaml"])
def test_a_path_is_taken_as_it_is(world, given):
    mine = write(world / "project/work/deep/mine.yaml")
    assert places.find_config(given) == mine
    assert places.find_config(mine) == mine


def test_a_folder_given_as_a_path_is_a_place(world):
    assert (
        places.find_config(world / "shipped/configs/island") == world / "shipped/configs/island/config.yaml"
    )


def test_a_bare_name_is_never_a_file_of_the_present_folder(world):
    write(world / "project/work/deep/stray.yaml")
    with pytest.raises(PlaceNotFound):
        places.find_config("stray")


@pytest.mark.parametrize(
    "name", ["..", "../shipped/models/tiny", "a\\b", "", "~nosuchuser/x", "county\n", "\0"]
)
def test_an_odd_name_is_looked_for_as_a_path_and_never_in_the_known_folders(world, name):
    with pytest.raises(PlaceNotFound) as caught:
        places.find_config(name)
    assert not any("configs" in looked for looked in caught.value.looked)


def test_a_failed_look_up_says_where_it_looked_and_the_nearest_name(world):
    with pytest.raises(PlaceNotFound) as caught:
        places.find_config("countty")
    assert isinstance(caught.value, FlowsimError)
    assert str(caught.value).splitlines() == [
        "There is no place `countty`. Did you mean `county`?",
        "Looked in:",
        f"    {world / 'project/configs'}",
        f"    {world / 'shipped/configs'}",
        "There is: county, island.",
    ]


def test_where_lists_everything_and_says_what_is_hidden(world):
    rows = [(row.kind, row.name, row.origin, row.hidden) for row in places.where()]
    assert rows == [
        ("model", "tiny", "shipped", False),
        ("model", "urgent", "shipped", False),
        ("config", "county", "project", False),
        ("config", "county", "shipped", True),
        ("config", "island", "shipped", False),
        ("experiment", "winter", "shipped", False),
    ]
    assert places.list_configs() == ("county", "island")
    assert places.list_models() == ("tiny", "urgent")
    assert places.list_experiments() == ("winter",)


def test_everything_listed_can_be_found_by_its_name(world):
    find = {"model": places.find_model, "config": places.find_config, "experiment": places.find_experiment}
    visible = [row for row in places.where() if not row.hidden]
    assert [find[row.kind](row.name) for row in visible] == [row.path for row in visible]


def test_a_checkout_is_its_own_shipped_folder_and_is_listed_once():
    root = Path(__file__).parents[2]
    assert places.shipped_folder() == root
    assert {row.origin for row in places.where()} <= {"shipped"}
