"""Two doubts kept apart: a textbook's looms, a negative component, and the truth of synthetic draws."""

from __future__ import annotations

import math

import pytest
from scipy.stats import binom

from flowsim.errors import RunError
from flowsim.studies.statistics.doubt import doubt
from tests.studies.statistics.luck import normals

LOOMS = [[98, 97, 99, 96], [91, 90, 93, 92], [96, 95, 97, 95], [95, 96, 99, 98]]
"""Strength of cloth from four looms: Montgomery, Design and Analysis of Experiments, the random-effects example."""
NAN = float("nan")


@pytest.mark.unit
@pytest.mark.parametrize("shift", [0.0, -95.4375, -200.0])
def test_the_looms_of_the_textbook(shift):
    """Mean squares 29.73 and 1.90; components 6.96 and 1.90; share 0.79, 95% interval 0.39 to 0.98."""
    found = doubt([[value + shift for value in loom] for loom in LOOMS])
    assert found.luck**2 == pytest.approx(1.8958, abs=1e-4)
    assert found.unknown**2 == pytest.approx(6.9583, abs=1e-4)
    assert found.share == pytest.approx(0.786, abs=1e-3)
    assert (found.share_low, found.share_high) == pytest.approx((0.385, 0.982), abs=1e-3)
    assert found.mean.mean == pytest.approx(95.4375 + shift)
    low, high = found.not_known
    assert (high - low) / 2 == pytest.approx(1.959964 * math.sqrt(6.9583), rel=1e-4)
    low, high = found.by_luck
    assert (high - low) / 2 == pytest.approx(1.959964 * math.sqrt(1.8958), rel=1e-4)


@pytest.mark.unit
def test_a_negative_component_is_zero_and_said():
    found = doubt([[1.0, 2, 3], [3.0, 2.5, 1]])
    assert found.raw_unknown < 0
    assert found.unknown == 0
    assert found.not_known == (found.mean.mean, found.mean.mean)
    assert "its estimate is negative and reported as zero" in found.words("min")


@pytest.mark.unit
def test_unequal_numbers_by_hand():
    """Draws (0, 2), (4, 4, 4), (5): squares between 17.17 over 2, within 2 over 3, and 11/6 replications a draw."""
    found = doubt([[0.0, 2, NAN], [4.0, 4, 4], [5.0], [NAN]])
    grand = 19 / 6
    between = (2 * (1 - grand) ** 2 + 3 * (4 - grand) ** 2 + (5 - grand) ** 2) / 2
    assert (found.draws, found.values) == (3, 6)
    assert found.luck**2 == pytest.approx(2 / 3)
    assert found.unknown**2 == pytest.approx((between - 2 / 3) / ((6 - 14 / 6) / 2))
    assert found.mean.mean == pytest.approx(10 / 3)


@pytest.mark.unit
def test_all_luck_none_and_neither():
    inputs_only = doubt([[1.0, 1], [2.0, 2], [3.0, 3]])
    assert (inputs_only.luck, inputs_only.share, inputs_only.unknown) == (0, 1, 1)
    nothing = doubt([[1.0, 1], [1.0, 1]])
    assert (nothing.unknown, nothing.luck) == (0, 0)
    assert math.isnan(nothing.share)
    assert "no effect" in nothing.words()


@pytest.mark.unit
def test_too_little_is_refused():
    with pytest.raises(RunError, match="Draws of the inputs: at least 2 are needed"):
        doubt([[1.0, 2], [NAN]])
    with pytest.raises(RunError, match="Replications beyond the first"):
        doubt([[1.0], [2.0]])


@pytest.mark.unit
def test_words():
    words = doubt(LOOMS).words("psi")
    assert words.startswith(
        "95.4 psi on average over 4 draws of the inputs. Luck alone spreads one replication over"
    )
    assert "It is 79% of the variance (between 39% and 98%), and only better inputs" in words


@pytest.mark.theory
@pytest.mark.parametrize(("unknown", "luck"), [(1.0, 1.0), (0.2, 2.0)])
def test_components_are_right_on_average_and_their_share_as_often_as_promised(unknown, luck):
    """400 studies of 12 draws by 4 replications around a mean of zero, as a difference may have."""
    studies, draws, each, held, total = 400, 12, 4, 0, 0.0
    true = unknown**2 / (unknown**2 + luck**2)
    for study in range(studies):
        means = unknown * normals(study, draws)
        inner = luck * normals(study, draws * each, 1).reshape(draws, each)
        found = doubt((means[:, None] + inner).tolist())
        held += found.share_low <= true <= found.share_high
        total += found.raw_unknown
    low, high = binom.interval(0.999, studies, 0.95)
    assert low <= held <= high
    variance = 2 * (unknown**2 + luck**2 / each) ** 2 / (draws - 1) + 2 * (luck**2 / each) ** 2 / (
        draws * (each - 1)
    )
    assert total / studies == pytest.approx(unknown**2, abs=3.3 * math.sqrt(variance / studies))
