"""Flows: counted from tallies, and drawn so that every label has room."""

from __future__ import annotations

from itertools import pairwise

import pytest

import flowsim as fs
from flowsim.outputs.report.about import about
from flowsim.outputs.report.asked import Asked
from flowsim.outputs.report.sankey import GAP, _gathered, _places, _scale, _totals
from flowsim.pathway import Model, Observe, attribute, pathway, resource, source
from flowsim.pathway.observe import counts, observe_mistakes

pytestmark = pytest.mark.unit

KNOWN = {"arrival": ("foot", "crew"), "age": ("young", "old")}


def test_a_flow_is_counted_a_day():
    watched = Observe(
        counts=(counts("came", by=("arrival", "age"), flow=("arrival", "age"), title="Who comes how"),)
    )
    chain = pathway("visit").mark("came").use("nurse", "see").leave("home")
    model = Model(
        "clinic",
        (chain,),
        (source("foot", to="visit"), source("crew", to="visit")),
        (resource("nurse"),),
        attributes=tuple(attribute(name, *values) for name, values in KNOWN.items()),
        observe=watched,
    )
    by_foot = {"arrival": {"foot": 1, "crew": 0}, "age": {"young": 1, "old": 0}}
    by_crew = {"arrival": {"foot": 0, "crew": 1}, "age": {"young": 0, "old": 1}}
    numbers = {
        "sources": {
            "foot": {"booked": {"daily 09:00": 6}, "mix": by_foot},
            "crew": {"booked": {"daily 13:00": 2}, "mix": by_crew},
        },
        "resources": {"nurse": {"capacity": 9}},
        "parameters": {"see": "10 min"},
    }
    study = fs.small(model, numbers).run(replications=2, days=7, warm_up=0, workers=1).study
    (flow,) = about(study, Asked())["flows"]
    assert flow["title"] == "Who comes how"
    assert {(a, b): n for a, b, n in flow["ways"]} == {("foot", "young"): 6, ("crew", "old"): 2}


def test_a_flow_of_attributes_that_are_not_counted_together_is_a_mistake():
    watched = Observe(counts=(counts("came", by=("arrival",), flow=("arrival", "age")),))
    assert observe_mistakes(watched, ("came",), KNOWN, (), (), ()) == (
        "counts, flow: no attribute of `by` is called 'age'",
    )


def test_what_is_too_thin_to_be_seen_joins_the_others():
    ways = [["foot", "home", 90.0], ["crew", "home", 9.0], ["crew", "died", 1.0]]
    assert _gathered(ways) == [("foot", "home", 90.0), ("crew", "home", 9.0), ("crew", "other", 1.0)]
    assert _gathered([["foot", "home", 999.0], ["crew", "died", 1.0]]) == [("foot", "home", 999.0)]


def test_no_two_labels_stand_on_each_other():
    totals = _totals([("a", 900.0), ("b", 50.0), ("c", 5.0), ("other", 40.0), ("d", 5.0)])
    assert list(totals) == ["a", "b", "c", "d", "other"]
    places = _places(totals, _scale(totals))
    middles = [top - height / 2 for top, height in places.values()]
    assert all(one - next_one > 0.1 for one, next_one in pairwise(middles))
    assert sum(height for _, height in places.values()) == pytest.approx(1000 * _scale(totals))
    assert places["other"][0] - places["other"][1] > -1 - GAP
