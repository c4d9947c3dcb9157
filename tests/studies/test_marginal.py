"""What a little more or less at each node is worth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flowsim.errors import RunError
from flowsim.studies.design import Design
from flowsim.studies.marginal import LESS, ONE_MORE, Node, days_of_marginal, marginal_values, nodes_of
from flowsim.studies.replicate import replicate
from flowsim.studies.scenario import Scenario
from flowsim.studies.study import Study
from tests.tiny_place import write_place

pytestmark = pytest.mark.unit

DESIGN = Design(replications=3, days=7, warm_up=1, workers=1, attribution=True)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    return Scenario(str(write_place(tmp_path_factory.mktemp("place") / "clinic")))


@pytest.fixture(scope="module")
def table(clinic):
    return marginal_values(clinic, DESIGN, ["wait", "quick", "busy"])


def test_the_nodes_are_what_there_is_and_how_long_it_is_held(clinic):
    assert nodes_of(clinic) == (
        Node("nurse", ONE_MORE, "resources.nurse"),
        Node("see", LESS, "parameters.see"),
    )
    assert days_of_marginal(2, DESIGN) == 3 * 3 * 8


def test_one_more_is_worth_what_the_same_scenario_says(clinic, table):
    scenarios = [clinic, clinic.with_changes({"resources.nurse.capacity": "+1"}, "more")]
    study = Study(DESIGN, {one.name: one.program() for one in scenarios}, replicate(scenarios, DESIGN))
    wanted = study.difference("more").query("group == 'all'").set_index("kpi")
    for _, row in table[table["node"] == "nurse"].iterrows():
        for column in ("base", "other", "difference", "low", "high", "clear"):
            assert row[column] == wanted.loc[row["kpi"], column], (row["kpi"], column)


def test_the_largest_gain_comes_first_whichever_way_is_better(table):
    assert table["kpi"].tolist() == ["wait", "wait", "quick", "quick", "busy", "busy"]
    assert table["node"].tolist() == ["nurse", "see"] * 3
    assert (table["gain"] > 0).all()
    assert (table["difference"] > 0).tolist() == [False, False, True, True, False, False]


def test_it_says_how_many_units_more_there_were(table):
    assert table["added"].tolist() == [1.0, 0.0] * 3


def test_only_the_nodes_asked_for_are_run(clinic):
    days = []
    found = marginal_values(clinic, DESIGN, ["wait"], ["see"], on_days=days.append)
    assert found["node"].tolist() == ["see"]
    assert found["difference"][0] < 0
    assert sum(days) == pytest.approx(days_of_marginal(1, DESIGN))


def test_a_node_of_your_own(clinic):
    mine = Node("people", LESS, "sources.walk_in.multiplier")
    found = marginal_values(clinic, replace(DESIGN, replications=1), ["visits"], [mine])
    assert found["n"].tolist() == [1]
    assert found["difference"][0] <= 0


@pytest.mark.parametrize(
    ("kpis", "nodes", "said"),
    [
        (["waits"], None, "There is no KPI 'waits'. Did you mean `wait`?"),
        (["wait"], ["nurses"], "There is no resource or length of hold 'nurses'. Did you mean `nurse`?"),
    ],
)
def test_unknown_names_are_told_before_anything_runs(clinic, kpis, nodes, said):
    with pytest.raises(RunError) as told:
        marginal_values(clinic, DESIGN, kpis, nodes)
    assert said in str(told.value)


@pytest.mark.slow
def test_the_shipped_places_have_a_node_for_each_site_that_has_some():
    nodes = {node.name: node for node in nodes_of(Scenario("south_worcestershire"))}
    assert nodes["cubicle at worcester"].path == "resources.cubicle.by_site.worcester"
    assert nodes["crew"].path == "resources.crew"
    assert "cubicle at kidderminster" not in nodes
    assert "escalation_bed at worcester" not in nodes
    program = (
        Scenario("south_worcestershire").with_changes({nodes["cubicle at worcester"].path: "+1"}).program()
    )
    found = {
        str(place): table.value_at(0)
        for place, table in zip(program.instances, program.capacity, strict=True)
    }
    assert (found["cubicle at worcester"], found["cubicle at redditch"]) == (19, 12)
