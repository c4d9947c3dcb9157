"""Which settings are tried: each part of each range once, the same on every machine, extended without moving."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy.stats import qmc

from flowsim.errors import RunError
from flowsim.studies.statistics.designs import Range, grid, latin_hypercube, listed, sobol

RANGES = (Range("demand", 0.9, 1.1), Range("stay", -5.0, 5.0), Range("beds", 10, 13, whole=True))
UNIT = tuple(Range(str(at), 0.0, 1.0) for at in range(4))


def cube(settings):
    return np.array([list(setting.values()) for setting in settings])


@pytest.mark.unit
def test_a_grid_is_every_combination_in_order():
    found = grid({"beds": (10.0, 12.0), "demand": (0.9, 1.0, 1.1)})
    assert [tuple(one.values()) for one in found] == [
        (10, 0.9), (10, 1.0), (10, 1.1), (12, 0.9), (12, 1.0), (12, 1.1)]  # fmt: skip


@pytest.mark.unit
def test_a_list_is_itself():
    settings = ({"a": 1.0, "b": 2.0}, {"b": -1.0, "a": 3.0})
    assert listed(settings) == settings
    with pytest.raises(RunError, match="Setting 2 and setting 1 do not set the same inputs: see `b`"):
        listed([{"a": 1.0}, {"a": 1.0, "b": 2.0}])


@pytest.mark.unit
@pytest.mark.parametrize("count", [1, 7, 40])
def test_a_latin_hypercube_takes_each_part_of_each_range_once(count):
    points = cube(latin_hypercube(UNIT, count, seed=3))
    for column in points.T:
        assert sorted((column * count).astype(int)) == list(range(count))


@pytest.mark.unit
def test_sobols_points_fill_every_box():
    """Of 64 points, one in each of the 64 boxes of 8 x 8, and of 4 x 16: the first two inputs are a digital net."""
    points = cube(sobol(UNIT, 64, seed=5))
    for across, down in ((8, 8), (4, 16), (64, 1)):
        boxes = Counter(
            zip((points[:, 0] * across).astype(int), (points[:, 1] * down).astype(int), strict=True)
        )
        assert set(boxes.values()) == {1}


@pytest.mark.unit
@pytest.mark.parametrize("design", [latin_hypercube, sobol])
def test_designs_lie_within_ranges_and_follow_the_seed(design):
    found = design(RANGES, 32, 1)
    assert found == design(RANGES, 32, 1)
    assert found != design(RANGES, 32, 2)
    assert all(one.low <= setting[one.name] <= one.high for setting in found for one in RANGES)
    assert {setting["beds"] for setting in found} == {10.0, 11.0, 12.0, 13.0}
    assert list(found[0]) == ["demand", "stay", "beds"]


@pytest.mark.unit
def test_sobols_sequence_goes_on_where_it_was():
    assert sobol(RANGES, 40, 1)[:16] == sobol(RANGES, 16, 1)


@pytest.mark.golden
def test_a_seed_gives_the_same_settings_on_every_machine():
    """A sweep is resumed, or extended, under another version of every library."""
    first = sobol(UNIT[:2], 2, 1)
    assert list(first[0].values()) + list(first[1].values()) == SOBOL_OF_SEED_1
    assert [round(one["0"], 12) for one in latin_hypercube(UNIT, 3, 1)] == LATIN_OF_SEED_1


SOBOL_OF_SEED_1 = [0.4046699129976332, 0.9172328659333289, 0.9046699129976332, 0.41723286593332887]
LATIN_OF_SEED_1 = [0.183324648922, 0.676895710072, 0.471207514557]


@pytest.mark.unit
def test_whole_numbers_have_equal_shares_of_the_range():
    beds = RANGES[2]
    assert Counter(beds.at((at + 0.5) / 400) for at in range(400)) == {10: 100, 11: 100, 12: 100, 13: 100}
    assert beds.at(1.0) == 13
    assert Range("stay", -5, 5).at(0.25) == -2.5


@pytest.mark.unit
def test_wrong_ranges_are_refused():
    with pytest.raises(RunError, match="from low to high, not from 2 to 1"):
        Range("a", 2, 1)
    with pytest.raises(RunError, match="whole number, and its range is not"):
        Range("a", 1, 2.5, whole=True)
    with pytest.raises(RunError, match="An end of the range"):
        Range("a", 1, float("nan"))
    with pytest.raises(RunError, match="`a` is given twice"):
        sobol([Range("a", 0, 1), Range("a", 0, 2)], 4, 1)
    with pytest.raises(RunError, match="Settings"):
        sobol(UNIT, 0, 1)
    with pytest.raises(RunError, match="A level of `a` is given twice"):
        grid({"a": [1, 1]})


@pytest.mark.theory
@pytest.mark.parametrize("design", [latin_hypercube, sobol])
def test_designs_are_more_even_than_chance(design):
    """64 random points in four dimensions have a centred discrepancy of 0.010 to 0.020."""
    assert qmc.discrepancy(cube(design(UNIT, 64, 1))) < 0.005
