"""Options that are switched on, and changes by path."""

from __future__ import annotations

import math

import pytest

from flowsim.errors import ConfigError
from flowsim.inputs import read_config

pytestmark = pytest.mark.unit

PLACE = {
    "sites": ["a", "b"],
    "attributes": {"acuity": ["1", "2"]},
    "resources": {
        "bed": {"capacity": {"value": 300, "status": "published"}},
        "crew": {"rota": {"mon-fri 08:00-20:00": 6, "mon-sun 20:00-08:00": 3}},
        "ward": {"by_site": {"a": {"capacity": 10, "change_by_month": {"jan": -2}}, "b": {"capacity": 20}}},
    },
    "rules": {"escalation": {"on": "95%", "off": "90%", "change": 12}},
    "sources": {"walk_in": {"rate": "12/h"}, "lists": {"booked": {"mon-fri 07:30": 18}}},
    "parameters": {
        "ed.triage": "8 min",
        "ed.triage.again": "4 min",
        "ed.assess": {"lognormal": {"mean": "10 min", "p95": "20 min"}, "source": "audit"},
        "ed.stay": {
            "by": ["acuity"],
            "values": {1: {"gamma": {"mean": "3 h", "sd": "2 h"}}, 2: "2 h"},
            "times": 0.9,
        },
        "ed.go": {
            "by": ["acuity"],
            "values": {1: {"admit": 0.6, "home": "rest"}, 2: {"admit": 0.2, "home": 0.8}},
        },
        "nurses": 2,
        "again": "6%",
        "by_class": {"by": ["acuity"], "values": {1: 2, 2: 4}},
    },
    "options": {
        "more": {
            "title": "More beds",
            "change": {"resources.bed.capacity": {"value": "+24", "status": "assumption", "range": [12, 36]}},
            "evidence": ["For.", "Against."],
            "cost": {"recurrent": {"value": "1_100_000 GBP", "status": "assumption"}, "once": "20_000 GBP"},
        },
        "even_more": {"change": {"resources.bed.capacity": "+6"}},
        "fewer_later": {"change": {"resources.bed.capacity": "x 0.5"}},
    },
}


def changed(path, value):
    """The place after one change."""
    return read_config(PLACE, changes={path: value})


def capacity(config, name, site=None):
    """The capacities of a resource's lines."""
    return [line.value for line in config.resources[name].rotas[site].lines]


@pytest.mark.parametrize(
    ("value", "beds"),
    [
        ("+24", 324),
        ("-10", 290),
        (-10, 290),
        ("x 0.6", 180),
        ("x0.505", 152),
        ("= 12", 12),
        (12, 12),
        ("-400", 0),
        ("× 2", 600),
    ],
)
def test_a_capacity(value, beds):
    assert capacity(changed("resources.bed.capacity", value), "bed") == [beds]


def test_a_rota_changes_in_every_line():
    assert capacity(changed("resources.crew.rota", "+6"), "crew") == [12, 9]
    assert capacity(changed("resources.crew.rota", "x 0.5"), "crew") == [3, 2]  # 1.5 is rounded up
    assert capacity(changed("resources.crew", "-1"), "crew") == [5, 2]
    assert capacity(changed("resources.crew.rota.mon-fri 08:00-20:00", "+1"), "crew") == [7, 3]


def test_a_resource_by_site():
    config = changed("resources.ward", "x 2")
    assert capacity(config, "ward", "a") == [20]
    assert capacity(config, "ward", "b") == [40]
    assert config.resources["ward"].rotas["a"].by_month[0] == -2
    assert capacity(changed("resources.ward.by_site.b.capacity", "+1"), "ward", "b") == [21]
    months = changed("resources.bed.change_by_month", {"dec": 5}).resources["bed"].rotas[None].by_month
    assert months[11] == 5


def test_the_longest_name_wins():
    config = changed("parameters.ed.triage.again", "5 min")
    assert config.parameters["ed.triage.again"].cells.values[()].args["value"] == 300_000
    assert config.parameters["ed.triage"].cells.values[()].args["value"] == 480_000


@pytest.mark.parametrize("name", ["ed.triage", "ed.assess", "ed.stay"])
def test_a_time_of_any_form_is_multiplied_by_a_factor(name):
    before, after = (
        read_config(PLACE).parameters[name],
        changed(f"parameters.{name}", "x 0.6").parameters[name],
    )
    assert after.cells == before.cells
    assert [factor.cells.values[()] for factor in after.times] == [
        f.cells.values[()] for f in before.times
    ] + [0.6]
    assert after.provenance == before.provenance


def test_parts_of_a_time():
    found = changed("parameters.ed.assess.lognormal.mean", "12 min").parameters["ed.assess"].cells.values[()]
    assert math.isclose(found.args["mu"] + found.args["sigma"] ** 2 / 2, math.log(720_000))
    found = changed("parameters.ed.triage", "+90 s").parameters["ed.triage"].cells.values[()]
    assert found.args["value"] == 570_000
    assert (
        changed("parameters.ed.stay.values.2", "x 2").parameters["ed.stay"].cells.values["2",].args["value"]
        == 4 * 3_600_000
    )


def test_shares_and_numbers():
    found = changed("parameters.ed.go.values.1.admit", "x 0.5").parameters["ed.go"].cells.values["1",]
    assert dict(found) == {"admit": 0.3, "home": 0.7}
    assert math.isclose(changed("parameters.again", "x 0.5").parameters["again"].cells.values[()], 0.03)
    assert changed("parameters.nurses", 3).parameters["nurses"].cells.values[()] == 3
    assert dict(changed("parameters.by_class", "x 1.5").parameters["by_class"].cells.values) == {
        ("1",): 3,
        ("2",): 6,
    }


def test_odds_of_shares():
    (factor,) = (
        changed("parameters.ed.go.times", {"names": ["admit"], "values": 0.8}).parameters["ed.go"].times
    )
    assert (factor.names, factor.cells.values[()]) == (("admit",), 0.8)


def test_demand_and_rules():
    assert list(changed("sources.walk_in.multiplier", 0.8).sources["walk_in"].multiplier) == [0.8]
    assert list(changed("sources.walk_in.multiplier", "x 1.1").sources["walk_in"].multiplier) == [1.1]
    assert changed("sources.walk_in.rate", "+12/day").sources["walk_in"].rate[0, 0] == 12.5
    assert changed("sources.lists.booked", "x 0.5").sources["lists"].booked[0].value == 9
    assert not changed("rules.escalation.enabled", False).rules["escalation"].cells[None].enabled
    assert changed("rules.escalation.on", "97%").rules["escalation"].cells[None].on == 0.97
    assert changed("warm_up", "30 days").warm_up == 30 * 86_400_000


def test_options():
    config = read_config(PLACE, options=["more"])
    option = config.options["more"]
    assert capacity(config, "bed") == [324]
    assert config.chosen == ("more",)
    assert (option.title, option.evidence, option.currency) == ("More beds", "For. Against.", "GBP")
    assert dict(option.cost) == {"recurrent": 1_100_000, "once": 20_000}
    assert config.options["even_more"].title == "even more"


def test_options_of_one_kind_add_up_and_changes_come_last():
    assert capacity(read_config(PLACE, options=["more", "even_more"]), "bed") == [330]
    assert capacity(read_config(PLACE, options=["more"], changes={"resources.bed.capacity": 5}), "bed") == [5]


def test_options_of_two_kinds_contradict():
    with pytest.raises(ConfigError, match=r"both change resources\.bed\.capacity"):
        read_config(PLACE, options=["more", "fewer_later"])


def test_the_hash_tells_what_was_changed():
    base = read_config(PLACE)
    assert read_config(PLACE) == base
    assert read_config(PLACE).sha256 == base.sha256
    assert hash(base) == hash(read_config(PLACE))
    assert changed("resources.bed.capacity", 301) != base
    assert changed("resources.bed.capacity", 324) == read_config(PLACE, options=["more"])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("parameters.ed.go", "x 0.5"),
        ("parameters.ed.triage", "x -1"),
        ("parameters.ed.triage", "-9 min"),
        ("parameters.ed.triage", "x fast"),
        ("parameters.ed.triage", "7"),
        ("parameters.ed.triage", None),
        ("parameters.ed.triage", {"mean": "7 min"}),
        ("parameters", "x 2"),
        ("parameters.ed.triage.mean", "7 min"),
        ("resources.bed.rota", "+1"),
        ("resources", 3),
        ("options.more", "x 2"),
        ("", "x 2"),
        (".", 3),
        pytest.param("resources.bed.capacity", object(), id="an-object"),
        ("resources.bed.capacity", float("nan")),
        ("sites", "x 2"),
        ("sites.1", "c"),
        ("model", "other"),
    ],
    ids=str,
)
def test_changes_that_cannot_be_made(path, value):
    with pytest.raises(ConfigError) as caught:
        changed(path, value)
    assert all(problem.what and problem.remedy for problem in caught.value.problems)
