"""A place of one's own begins as a copy of another."""

from __future__ import annotations

import pytest

from flowsim import places
from flowsim.errors import PlaceNotFound
from flowsim.studies.scenario import Scenario
from tests.tiny_place import write_place

pytestmark = pytest.mark.unit


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    """A place outside, with files that belong to it and files that do not; we stand in an empty folder."""
    folder = write_place(tmp_path / "elsewhere" / "clinic")
    for name in ("demand.yaml", "arrivals.csv", "census.npz", "census.json", "notes.docx"):
        (folder / name).write_text("# beside\n", encoding="utf-8")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return folder


def test_a_copy_has_the_new_name_and_every_file_but_the_census(clinic):
    folder = places.copy_place(clinic, "ours")
    assert folder == (clinic.parents[1] / "here" / "configs" / "ours")
    assert sorted(path.name for path in folder.iterdir()) == [
        "arrivals.csv",
        "clinic_model.py",
        "config.yaml",
        "demand.yaml",
    ]
    text = (folder / "config.yaml").read_text(encoding="utf-8")
    assert "\nname: ours\n" in text
    assert text.replace("name: ours", "name: clinic", 1) == (clinic / "config.yaml").read_text(
        encoding="utf-8"
    )


def test_a_copy_is_found_by_its_name_and_can_be_compiled(clinic):
    places.copy_place(clinic, "ours")
    assert Scenario("ours").program().config.name == "ours"


def test_a_place_of_one_file_is_copied_alone(clinic, tmp_path):
    other = tmp_path / "many"
    other.mkdir()
    (other / "first.yaml").write_text("schema: 1\nname: first\n", encoding="utf-8")
    (other / "second.yaml").write_text("schema: 1\nname: second\n", encoding="utf-8")
    folder = places.copy_place(other / "first.yaml", "mine")
    assert [path.name for path in folder.iterdir()] == ["config.yaml"]
    assert (folder / "config.yaml").read_text(encoding="utf-8") == "schema: 1\nname: mine\n"


@pytest.mark.parametrize("name", ["", "..", "a/b", "a b", ".hidden", "x\n"])
def test_a_name_that_cannot_be_one_is_refused(clinic, name, tmp_path):
    with pytest.raises(PlaceNotFound, match="letters"):
        places.copy_place(clinic, name)
    assert list((tmp_path / "here").iterdir()) == []


def test_nothing_is_overwritten(clinic):
    folder = places.copy_place(clinic, "ours")
    (folder / "config.yaml").write_text("mine\n", encoding="utf-8")
    with pytest.raises(PlaceNotFound, match="is there already"):
        places.copy_place(clinic, "ours")
    assert (folder / "config.yaml").read_text(encoding="utf-8") == "mine\n"


def test_a_place_that_is_not_there_leaves_nothing(clinic, tmp_path):
    with pytest.raises(PlaceNotFound):
        places.copy_place("nowhere_at_all", "ours")
    assert list((tmp_path / "here").iterdir()) == []


def test_a_copy_that_fails_leaves_nothing(clinic, tmp_path):
    (clinic / "bad.csv").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(UnicodeDecodeError):
        places.copy_place(clinic, "ours")
    assert list((tmp_path / "here" / "configs").iterdir()) == []
