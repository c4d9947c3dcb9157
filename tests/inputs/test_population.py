"""Who lives here and who comes: cells, rates, relative risks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsim.inputs import read_config
from flowsim.inputs.population import rake
from flowsim.inputs.sources import expected_by, expected_per_year

pytestmark = pytest.mark.unit

PLACE = {
    "sites": ["north", "south"],
    "attributes": {"age": ["young", "old"], "need": ["1", "2", "3"]},
    "population": {
        "people": {"by": ["age"], "values": {"young": 8000, "old": 2000}},
        "shares": {
            "need": {
                "by": "age",
                "values": {"young": {1: 0.9, 2: "rest"}, "old": {1: 0.5, 2: 0.3, 3: "rest"}},
            },
            "site": {"by": ["age"], "values": {"young": {"north": 1}, "old": {"north": 0.25, "south": 0.75}}},
        },
    },
}


def source(**written):
    """The one source of the place."""
    return read_config({**PLACE, "sources": {"walk_in": written}}).sources["walk_in"]


def test_cells_of_people():
    population = read_config(PLACE).population
    assert population.attributes == ("age", "need", "site")
    assert math.isclose(population.total(), 10_000)
    assert math.isclose(population.total(need="3"), 400)
    assert math.isclose(population.total(site="south", need="1"), 750)
    assert len(population.cells) == 2 + 6  # cells with nobody in them are left out


def test_a_rate_a_thousand_people():
    found = source(per_1000_people_per_year={"by": ["age"], "values": {"young": 100, "old": 400}})
    assert math.isclose(expected_per_year(found), 800 + 800)
    assert found.rate.shape == (12, 8)
    assert np.allclose(found.multiplier, 1)
    assert not found.rate.flags.writeable


def test_relative_risks_keep_the_published_rates():
    found = source(
        per_1000_people_per_year={"by": ["age"], "values": {"young": 100, "old": 400}},
        relative={"by": ["need"], "values": {1: 1, 2: 1.64, 3: 4}},
    )
    by_age = expected_by(found, "age")
    assert math.isclose(by_age["young"], 800)
    assert math.isclose(by_age["old"], 800)
    rates = {(cell["age"], cell["need"]): rate for cell, rate in zip(found.cells, found.rate[0], strict=True)}
    assert math.isclose(rates["young", "2"] / 800, 1.64 * rates["young", "1"] / 7200)


def test_keeping_only_the_total():
    found = source(
        per_1000_people_per_year={"by": ["age"], "values": {"young": 100, "old": 400}},
        relative={"by": ["need"], "values": {1: 1, 2: 2, 3: 4}},
        keep=[],
    )
    assert math.isclose(expected_per_year(found), 1600)
    assert expected_by(found, "age")["old"] > 800


@given(
    st.lists(
        st.tuples(st.floats(0.1, 1e6), st.floats(0.01, 100), st.sampled_from("abc")), min_size=1, max_size=40
    )
)
def test_raking_keeps_each_group(cells):
    weight = np.array([cell[0] for cell in cells])
    relative = np.array([cell[1] for cell in cells])
    groups = [(cell[2],) for cell in cells]
    raked = rake(weight, relative, groups)
    for group in set(groups):
        inside = np.array([other == group for other in groups])
        assert math.isclose((weight * raked)[inside].sum(), weight[inside].sum(), rel_tol=1e-9)
        ratios = raked[inside] / relative[inside]
        assert np.allclose(ratios, ratios[0], rtol=1e-9, atol=0)


def test_a_group_without_any_risk_cannot_keep_its_rate():
    assert rake(np.ones(2), np.zeros(2), [("a",), ("a",)]) is None


def test_a_plain_rate_with_a_mix_and_a_profile():
    found = source(
        rate="12/h",
        mix={
            "need": {1: 0.5, 2: "rest"},
            "site": {"by": ["need"], "values": {1: {"north": 1}, ...: {"south": 1}}},
        },
        profile={"hour_of_day": [0] * 12 + [2] * 12, "month": {"jan": 2, ...: 1}, "holidays": 0.9},
        multiplier={"by": ["need"], "values": {1: 0.8, ...: 1.2}},
    )
    assert [dict(cell) for cell in found.cells] == [
        {"need": "1", "site": "north"},
        {"need": "2", "site": "south"},
    ]
    assert math.isclose(expected_per_year(found), 12 * 8760)
    assert math.isclose(found.rate[0, 0] / found.rate[1, 0], 2)
    assert found.hour_of_week.shape == (168,)
    assert math.isclose(found.hour_of_week.mean(), 1)
    assert (found.hour_of_week[11], found.hour_of_week[12]) == (0, 2)
    assert list(found.multiplier) == [0.8, 1.2]
    assert found.holiday_factor == 0.9


def test_months_by_a_class():
    found = source(
        rate="12/h",
        mix={"age": {"young": 0.5, "old": 0.5}},
        profile={"month": {"by": ["age"], "values": {"young": [1] * 12, "old": [2] + [1] * 11}}},
    )
    assert np.allclose(found.rate[:, 0], 6)
    assert math.isclose(found.rate[0, 1], 2 * found.rate[5, 1])
    assert all(math.isclose(expected, 6 * 8760) for expected in expected_by(found, "age").values())


def test_a_booked_list():
    found = source(booked={"mon-fri 07:30": 18, "sat 08:00": 4}, mix={"need": {1: 0.5, 2: "rest"}})
    assert found.kind == "booked"
    assert [(sorted(line.days), line.start_minute, line.value) for line in found.booked] == [
        ([0, 1, 2, 3, 4], 450, 18),
        ([5], 480, 4),
    ]
    assert list(found.shares) == [0.5, 0.5]


def test_attributes_that_nobody_listed_are_learned_from_the_tables():
    config = read_config({
        "population": {
            "people": {"by": ["age"], "values": {"young": 80, "old": 20}},
            "shares": {"need": {"by": ["age"], "values": {"young": {1: 1}, ...: {1: 0.5, 2: 0.5}}}},
        },
        "sources": {"walk_in": {"per_1000_people_per_year": {"by": ["need"], "values": {1: 10, ...: 20}}}},
    })  # fmt: skip
    assert math.isclose(expected_per_year(config.sources["walk_in"]), 0.9 + 0.2)
