"""Cells held as numbers say the same as the tables that they stand for."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.inputs.cell_rows import CellRows

pytestmark = pytest.mark.unit

CELLS = [{"age": "old", "home": "town"}, {"age": "young", "home": "town"}, {"age": "old", "home": "hill"}]


def test_cells_come_out_as_they_went_in():
    rows = CellRows.of(("age", "home"), CELLS)
    assert list(rows) == CELLS
    assert rows == CELLS
    assert rows != CELLS[:2]
    assert CellRows.of(("age", "home"), rows) is rows


def test_each_combination_is_told_once():
    rows = CellRows.of(("age", "home"), CELLS)
    keys, kind = rows.kinds(("home",))
    assert [keys[at] for at in kind] == [("town",), ("town",), ("hill",)]
    assert len(keys) == 2
    keys, kind = rows.kinds(("home", "age"))
    assert [keys[at] for at in kind] == [("town", "old"), ("town", "young"), ("hill", "old")]


def test_without_attributes_all_cells_are_of_one_kind():
    rows = CellRows.of(("age", "home"), CELLS)
    keys, kind = rows.kinds(())
    assert keys == [()]
    assert kind.tolist() == [0, 0, 0]
    assert list(CellRows.of((), ({},))) == [{}]


def test_cells_are_split_by_a_further_attribute():
    rows = CellRows.of(("age", "home"), CELLS).split(
        "need", ("low", "high"), np.array([0, 0, 2]), np.array([0, 1, 1])
    )
    assert list(rows) == [
        {"age": "old", "home": "town", "need": "low"},
        {"age": "old", "home": "town", "need": "high"},
        {"age": "old", "home": "hill", "need": "high"},
    ]
