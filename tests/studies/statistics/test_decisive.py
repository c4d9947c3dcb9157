"""Which assumption matters for the decision: a small decision whose tornado is known."""

from __future__ import annotations

import pytest

from flowsim.errors import RunError
from flowsim.measures import paired
from flowsim.studies.statistics.decisive import differences, one_at_a_time, tornado, which_to_find
from flowsim.studies.statistics.designs import Range

RANGES = (Range("rent", 0, 100), Range("uptake", 0.2, 0.8), Range("stay", 4, 6))
LUCK = (-0.3, 0.1, 0.2, -0.1, 0.1)


def gain(setting):
    """Rent moves nothing but money; uptake turns the decision between 0.2 and 0.5; stay comes near it."""
    mean = 10 * (setting["uptake"] - 0.4) + 0.95 * (5 - setting["stay"])
    return [mean + one for one in LUCK]


@pytest.fixture
def bars():
    return tornado(RANGES, [gain(one) for one in one_at_a_time(RANGES)])


@pytest.mark.unit
def test_one_input_at_a_time():
    settings = one_at_a_time(RANGES[1:])
    assert settings[0] == {"uptake": 0.5, "stay": 5}
    assert [tuple(one.values()) for one in settings[1:]] == [(0.2, 5), (0.8, 5), (0.5, 4), (0.5, 6)]
    config = {"uptake": 0.3, "stay": 4.5}
    assert one_at_a_time(RANGES[1:], config)[3] == {"uptake": 0.3, "stay": 4}
    with pytest.raises(RunError, match="centre"):
        one_at_a_time(RANGES, config)


@pytest.mark.unit
def test_what_turns_the_decision_comes_first(bars):
    assert [(bar.name, bar.turns) for bar in bars] == [
        ("uptake", "surely"),
        ("stay", "perhaps"),
        ("rent", "no"),
    ]
    uptake = bars[0]
    assert (uptake.at_low.mean, uptake.at_high.mean) == pytest.approx((-2, 4))
    assert uptake.swing.mean == pytest.approx(6)
    assert uptake.swing.half_width == pytest.approx(0, abs=1e-9)  # the same luck at both ends falls out
    assert bars[1].swing.mean == pytest.approx(-1.9)


@pytest.mark.unit
def test_the_same_decision_with_the_other_sign_is_the_same_tornado(bars):
    other = tornado(RANGES, [[-one for one in gain(setting)] for setting in one_at_a_time(RANGES)])
    assert [(bar.name, bar.turns) for bar in other] == [(bar.name, bar.turns) for bar in bars]
    assert other[0].swing.mean == pytest.approx(-6)


@pytest.mark.unit
def test_a_large_effect_that_decides_nothing_comes_after_a_small_one_that_does():
    ranges = (Range("large", 0, 1), Range("small", 0, 1))
    figures = [[1.0, 1.1, 0.9], [1.2, 1.3, 1.1], [90.0, 90.1, 89.9], [-0.9, -0.8, -1.0], [1.0, 1.1, 0.9]]
    assert [bar.name for bar in tornado(ranges, figures)] == ["small", "large"]
    assert [bar.name for bar in tornado(ranges, figures, limit=-50)] == ["large", "small"]


@pytest.mark.unit
def test_a_standard_is_a_limit_like_any_other():
    """Met in 5 of 5 years in the middle, in none at one end of the range, and 80% is asked for."""
    found = tornado(RANGES[:1], [[1.0] * 5, [0.0] * 5, [1.0] * 5], limit=0.8)
    assert found[0].turns == "surely"
    assert tornado(RANGES[:1], [[1.0] * 5, [1.0, 1, 1, 1, 0], [1.0] * 5], limit=0.8)[0].turns == "perhaps"


@pytest.mark.unit
def test_one_replication_never_says_surely_or_no():
    assert {bar.turns for bar in tornado(RANGES, [[value] for value in (1.0, -9, 9, 1, 1, 2, 2)])} == {
        "perhaps"
    }


@pytest.mark.unit
def test_words(bars):
    assert bars[0].words("min") == (
        "uptake moves the figure from −2 min at its low end to +4 min at its high end; within its range it turns the "
        "decision: find this number out."
    )
    assert which_to_find(bars) == (
        "Find out first: uptake, stay (perhaps). The decision stands throughout the range of the other 1."
    )
    assert which_to_find(bars[2:], "min") == (
        "No single input, anywhere within its range, turns the decision. rent moves the figure most, by 0 min."
    )


@pytest.mark.unit
def test_figures_are_differences_setting_by_setting():
    base, other = [[1.0, 2.0], [3.0, 4.0]], [[0.0, 4.0], [3.5, 4.0]]
    found = differences(base, other)
    assert found == ((-1.0, 2.0), (0.5, 0.0))
    assert paired(base[0], other[0]).mean == pytest.approx(sum(found[0]) / 2)
    with pytest.raises(RunError, match="same settings"):
        differences(base, other[:1])
    with pytest.raises(RunError, match="3 settings, not 2"):
        tornado(RANGES[:1], [[1.0], [2.0]])
