"""What is kept in the cache folder is found again; damage, or no folder at all, costs time and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim import kept as module
from flowsim.inputs.values import Distribution
from flowsim.inputs.yaml_text import _packed, _unpacked, parse_yaml
from flowsim.kept import kept
from flowsim.places import find_config
from flowsim.program.quantiles import kept_table, quantile_table

pytestmark = pytest.mark.unit


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWSIM_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_it_is_made_once(folder):
    made = []
    for _ in range(3):
        assert kept("things", "a", (), lambda: made.append(1) or b"a thing") == b"a thing"
    assert len(made) == 1
    assert kept("things", "b", (), lambda: b"another") == b"another"


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 500])
def test_a_damaged_file_is_made_anew(folder, damage):
    kept("things", "a", (), lambda: b"a thing")
    (file,) = (folder / "things").iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage)
    assert kept("things", "a", (), lambda: b"a thing") == b"a thing"
    assert file.read_bytes() == whole


def test_what_other_source_has_made_is_not_found(folder, tmp_path):
    source = tmp_path / "maker.py"
    for text in ("first", "second"):
        source.write_text(text)
        assert kept("things", "a", (source,), text.encode) == text.encode()


def test_without_a_folder_it_is_made_each_time(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("FLOWSIM_CACHE", str(tmp_path / "file"))
    assert [kept("things", "a", (), lambda: b"a thing") for _ in range(2)] == [b"a thing"] * 2


def test_the_oldest_are_dropped(folder, monkeypatch):
    monkeypatch.setattr(module, "MOST_FILES", 5)
    for number in range(200):
        kept("things", str(number), (), lambda: b"a thing")
    assert len(list((folder / "things").iterdir())) < 150


def test_tables_and_trees_come_back_as_they_were_made(folder):
    law = Distribution("gamma", {"shape": 1.7, "scale": 3_600_000.0})
    for _ in range(2):
        assert np.array_equal(kept_table(law), quantile_table(law))
    text = find_config("small_town").read_text(encoding="utf-8")
    tree = parse_yaml(text, "config.yaml")
    assert _unpacked(_packed(tree), "config.yaml") == tree
