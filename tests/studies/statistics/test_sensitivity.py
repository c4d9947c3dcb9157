"""Which inputs move a figure: Ishigami's function, whose indices are known, and effects that can be read off."""

from __future__ import annotations

import math
import sys

import pytest

from flowsim.errors import FlowsimError, RunError
from flowsim.studies.statistics.designs import Range
from flowsim.studies.statistics.sensitivity import morris, morris_settings, sobol_indices, sobol_settings

ANGLES = tuple(Range(name, -math.pi, math.pi) for name in ("x1", "x2", "x3"))


def ishigami(x1, x2, x3):
    return math.sin(x1) + 7 * math.sin(x2) ** 2 + 0.1 * x3**4 * math.sin(x1)


@pytest.fixture
def salib():
    pytest.importorskip("SALib")


@pytest.mark.theory
def test_ishigamis_indices(salib):
    """S1 is 0.3139, 0.4424 and 0; ST is 0.5576, 0.4424 and 0.2437 (Ishigami and Homma, 1990; a = 7, b = 0.1)."""
    settings = sobol_settings(ANGLES, 1024, seed=1)
    assert len(settings) == 1024 * 5
    found = sobol_indices(ANGLES, 1024, 1, [ishigami(**one) for one in settings])
    assert [one.name for one in found] == ["x1", "x2", "x3"]
    assert [one.alone for one in found] == pytest.approx([0.3139, 0.4424, 0], abs=0.02)
    assert [one.total for one in found] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    for one, exact in zip(found, (0.3139, 0.4424, 0.0), strict=True):
        assert abs(one.alone - exact) <= one.half_width < 0.1
    assert found[1].words().startswith("x2 alone causes 44% of the variance (give or take")


@pytest.mark.theory
@pytest.mark.parametrize("shift", [0.0, -13.7, 1e4])
def test_indices_do_not_depend_on_where_the_mean_is(salib, shift):
    """A sum of 3 a and 4 b: shares of 9 and 16 in 25, and nothing together."""
    ranges = (Range("a", -1, 1), Range("b", 5, 7))
    settings = sobol_settings(ranges, 256, seed=2)
    found = sobol_indices(ranges, 256, 2, [3 * one["a"] + 4 * one["b"] + shift for one in settings])
    assert [(one.name, round(one.alone, 2), round(one.total, 2)) for one in found] == [
        ("b", 0.64, 0.64), ("a", 0.36, 0.36)]  # fmt: skip


@pytest.mark.unit
def test_a_figure_that_nothing_moves(salib):
    found = sobol_indices(ANGLES, 4, 1, [5.0] * 20)
    assert {(one.alone, one.total) for one in found} == {(0.0, 0.0)}


@pytest.mark.unit
def test_morris_on_what_can_be_read_off(salib):
    """Over its whole range `beds` takes 6 off, `stay` adds 1.5, and `tea` does nothing; in straight lines."""
    ranges = (Range("tea", 0, 9), Range("stay", 4, 7), Range("beds", 10, 12))
    settings = morris_settings(ranges, 8, seed=1)
    assert len(settings) == 8 * 4
    found = morris(ranges, 8, 1, [0.5 * one["stay"] - 3 * one["beds"] for one in settings])
    assert [one.name for one in found] == ["beds", "stay", "tea"]
    assert [one.size for one in found] == pytest.approx([6, 1.5, 0], abs=1e-9)
    assert [one.direction for one in found] == pytest.approx([-6, 1.5, 0], abs=1e-9)
    assert [one.spread for one in found] == pytest.approx([0, 0, 0], abs=1e-9)
    assert found[0].words("min") == "Across its range beds moves the figure down by 6 min."


@pytest.mark.unit
def test_morris_sees_that_an_effect_depends_on_another_input(salib):
    ranges = (Range("a", -1, 1), Range("b", -1, 1), Range("c", -1, 1))
    settings = morris_settings(ranges, 20, seed=3)
    found = {
        one.name: one for one in morris(ranges, 20, 3, [one["a"] * one["b"] + one["c"] for one in settings])
    }
    assert found["c"].spread < 1e-9
    assert found["a"].spread > 1
    assert abs(found["a"].direction) < found["a"].size
    assert "depends on the other inputs" in found["a"].words()


@pytest.mark.unit
def test_designs_follow_the_seed_and_whole_numbers_are_whole(salib):
    ranges = (Range("a", 0, 1), Range("beds", 3, 5, whole=True))
    assert morris_settings(ranges, 4, 1) == morris_settings(ranges, 4, 1) != morris_settings(ranges, 4, 2)
    assert sobol_settings(ranges, 8, 1) == sobol_settings(ranges, 8, 1) != sobol_settings(ranges, 8, 2)
    assert {one["beds"] for one in sobol_settings(ranges, 8, 1)} == {3.0, 4.0, 5.0}


@pytest.mark.unit
def test_wrong_questions_are_refused(salib):
    with pytest.raises(RunError, match="power of two"):
        sobol_settings(ANGLES, 100, 1)
    with pytest.raises(RunError, match="20 settings, and there are 19"):
        sobol_indices(ANGLES, 4, 1, [1.0] * 19)
    with pytest.raises(RunError, match="Setting 3 has no figure"):
        sobol_indices(ANGLES, 4, 1, [1.0, 2.0, math.nan] + [1.0] * 17)
    with pytest.raises(RunError, match="seed"):
        morris_settings(ANGLES, 4, 0)
    with pytest.raises(RunError, match="trajectories"):
        morris_settings(ANGLES, 1, 1)


@pytest.mark.unit
@pytest.mark.parametrize("ask", [lambda: morris_settings(ANGLES, 4, 1), lambda: sobol_settings(ANGLES, 4, 1)])
def test_without_salib_one_is_told_how_to_get_it(ask, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "SALib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [])  # nothing more can be found
    with pytest.raises(FlowsimError, match=r"pip install 'flowsim\[sensitivity\]'"):
        ask()
