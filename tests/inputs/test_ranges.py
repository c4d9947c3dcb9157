"""What the range beside a number means, and what a drawn value does to the place."""

from __future__ import annotations

import pytest

from flowsim.errors import ConfigError
from flowsim.inputs import read_config
from flowsim.inputs.drawn import with_drawn
from flowsim.inputs.ranges import numbers_in_doubt
from flowsim.inputs.shares_in_doubt import shares_in, with_odds
from flowsim.inputs.sources import expected_by
from flowsim.inputs.tree import grow
from flowsim.inputs.units import MS

pytestmark = pytest.mark.unit

PLACE = {
    "name": "here",
    "sites": ["a", "b"],
    "attributes": {"home": ["hill", "valley"]},
    "sources": {
        "walk_in": {
            "rate": "4/h",
            "mix": {"home": {"hill": 0.25, "valley": "rest", "range": [0.2, 0.4]}},
            "range": [0.8, 1.2],
        },
        "outside": {"rate": "67/day", "mix": {"home": {"hill": 1}}, "range": [0, 200]},
    },
    "resources": {
        "nurse": {"capacity": 2, "range": [1, 4]},
        "bed": {"by_site": {"a": {"capacity": 40}, "b": {"capacity": 20}}, "range": [0.8, 1.2]},
        "spare": {"capacity": 0, "range": [0, 3]},
        "unclear": {"by_site": {"a": {"capacity": 40}, "b": {"capacity": 20}}, "range": [55, 65]},
    },
    "rules": {"push": {"on": 10, "off": 5, "change": 2, "range": [8, 12]}},
    "parameters": {
        "see": {"lognormal": {"mean": "8 min", "sd": "4 min"}, "range": ["6 min", "9 min"]},
        "ride": {"by": ["home"], "values": {"hill": "20 min", "valley": "10 min"}, "range": [0.5, 2]},
        "again": {"value": 0.2, "range": [0.1, 0.4]},
        "later": {"value": "6 h", "range": ["4 h", "1 day"]},
        "way": {
            "by": ["home"],
            "values": {"hill": {"in": 0.5, "out": "rest"}, "valley": {"in": 0.8, "out": 0.2}},
            "range": [0.5, 2],
        },
        "which": {"home": 0.85, "hospital": 0.15, "range": [0.08, 0.25]},
        "either": {"one": 0.5, "other": 0.5, "range": [0.4, 0.6]},
        "alone": 0.3,
    },
    "options": {
        "more": {"change": {"resources.nurse.capacity": {"value": "+2", "range": [1, 3]},
                            "parameters.later": {"value": "x 0.5", "range": [0.4, 0.9]}}},
        "whole": {"change": {"resources.nurse.capacity": "+1"}, "range": [0, 2]},
    },
}  # fmt: skip


def found(ranges=None):
    return numbers_in_doubt(read_config(PLACE), grow(PLACE), ranges)


def by_name(ranges=None):
    return {one.name: one for one in found(ranges)[0]}


def at(name, value, options=(), ranges=None):
    """The place with one number at a value."""
    one = by_name(ranges)[name]
    return read_config(
        PLACE, options=options, before=lambda reading, root: with_drawn(reading, root, [(one, value)])
    )


@pytest.mark.parametrize(("name", "low", "centre", "high"), [
    ("sources.walk_in", "x 0.8", "x 1", "x 1.2"),
    ("sources.outside", "0 a day", "67 a day", "200 a day"),
    ("sources.walk_in.mix.home [hill]", "20%", "25%", "40%"),
    ("resources.nurse", "1", "2", "4"),
    ("resources.bed", "x 0.8", "x 1", "x 1.2"),
    ("parameters.see", "6 min", "8 min", "9 min"),
    ("parameters.ride", "x 0.5", "x 1", "x 2"),
    ("parameters.again", "0.1", "0.2", "0.4"),
    ("parameters.later", "4 h", "6 h", "24 h"),
    ("parameters.way [in]", "x 0.5", "x 1", "x 2"),
    ("parameters.which [hospital]", "8%", "15%", "25%"),
    ("options.more.change.resources.nurse.capacity", "+1", "+2", "+3"),
    ("options.more.change.parameters.later", "x 0.4", "x 0.5", "x 0.9"),
])  # fmt: skip
def test_a_range_means_what_its_unit_and_what_stands_beside_it_say(name, low, centre, high):
    one = by_name()[name]
    assert [one.said(value) for value in (one.low, one.centre, one.high)] == [low, centre, high]


def test_a_range_that_does_not_say_what_it_is_of_is_listed_with_the_reason():
    left = {one.name: one.why for one in found()[1]}
    assert set(left) == {
        "resources.spare",
        "resources.unclear",
        "rules.push",
        "parameters.either",
        "options.whole",
    }
    assert left["resources.spare"] == "All its numbers are zero: a factor changes none of them."
    assert left["parameters.either"] == "It does not say which of the shares it is of."


def test_the_centre_is_the_place_as_it_is():
    """At its centre, no number changes what the place says, whatever way it is written."""
    plain = read_config(PLACE)
    for name, one in by_name().items():
        drawn = at(name, one.centre)
        assert dict(drawn.resources) == dict(plain.resources), name
        assert drawn.parameters["again"].cells == plain.parameters["again"].cells, name
        assert drawn.parameters["later"].cells == plain.parameters["later"].cells, name


def test_values_of_times_counts_rates_and_shares_are_put_in_their_place():
    assert (
        at("parameters.later", 5 * MS["h"]).parameters["later"].cells.values[()].args["value"] == 5 * MS["h"]
    )
    assert at("parameters.again", 0.3).parameters["again"].cells.values[()] == 0.3
    (factor,) = at("parameters.see", 6 * MS["min"]).parameters["see"].times
    assert factor.cells.values[()] == 0.75
    assert at("resources.nurse", 4).resources["nurse"].rotas[None].lines[0].value == 4
    beds = at("resources.bed", 0.8).resources["bed"].rotas
    assert [beds[site].lines[0].value for site in ("a", "b")] == [32, 16]
    outside = at("sources.outside", 134 / 24).sources["outside"]
    assert outside.multiplier.tolist() == pytest.approx([2.0] * outside.multiplier.size)
    assert at("parameters.which [hospital]", 0.25).parameters["which"].cells.values[()] == pytest.approx(
        {"hospital": 0.25, "home": 0.75}
    )
    people = expected_by(at("sources.walk_in.mix.home [hill]", 0.4).sources["walk_in"], "home")
    assert people["hill"] / sum(people.values()) == pytest.approx(0.4)


def test_odds_are_multiplied_in_every_cell_and_the_other_shares_keep_their_proportions():
    cells = at("parameters.way [in]", 2.0).parameters["way"].cells.values
    assert cells[("hill",)]["in"] == pytest.approx(2 / 3)
    assert cells[("valley",)]["in"] == pytest.approx(8 / 9)
    three = grow({"a": 0.5, "b": 0.3, "c": "rest"})
    (shares,) = shares_in(with_odds(three, "a", 3.0))
    assert shares == pytest.approx({"a": 0.75, "b": 0.15, "c": 0.1})


def test_numbers_are_drawn_before_an_option_is_switched_on():
    """An option adds to what the place has, whatever that is; and its own number is drawn as well."""
    assert at("resources.nurse", 4, options=("more",)).resources["nurse"].rotas[None].lines[0].value == 6
    own = at("options.more.change.resources.nurse.capacity", 3, options=("more",))
    assert own.resources["nurse"].rotas[None].lines[0].value == 5


def test_a_range_can_be_given_to_a_number_that_has_none():
    ranges = {"parameters.alone": ("0.1", "0.5"), "parameters.way.values.valley.in": ("70%", "90%")}
    assert by_name(ranges)["parameters.alone"].high == 0.5
    cells = at("parameters.way.values.valley.in", 0.9, ranges=ranges).parameters["way"].cells.values
    assert cells[("valley",)] == pytest.approx({"in": 0.9, "out": 0.1})
    assert cells[("hill",)]["in"] == 0.5


@pytest.mark.parametrize(("path", "ends", "said"), [
    ("parameters.alon", ("0.1", "0.5"), "Did you mean `parameters.alone`?"),
    ("parameters.alone", ("0.5", "0.1"), "not below its high end"),
    ("parameters.alone", ("1 min", "5 min"), "not in one unit"),
    ("parameters.alone", ("few", "many"), "not numbers"),
])  # fmt: skip
def test_a_range_that_is_none_is_refused_with_the_reason(path, ends, said):
    with pytest.raises(ConfigError, match=said):
        found({path: ends})
