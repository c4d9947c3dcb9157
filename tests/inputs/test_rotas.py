"""Rotas and calendars."""

from __future__ import annotations

import pytest

from flowsim.errors import ConfigError
from flowsim.inputs import read_config
from flowsim.inputs.rotas import parse_days, parse_line, parse_moment
from flowsim.inputs.values import HOLIDAY, RotaLine

pytestmark = pytest.mark.unit
WEEK = frozenset(range(7))


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("mon", {0}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sat-sun", {5, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("mon,wed,fri", {0, 2, 4}),
        ("Mon - Fri", {0, 1, 2, 3, 4}),
        ("daily", set(range(7))),
        ("mon-sun", set(range(7))),
        ("weekdays", {0, 1, 2, 3, 4}),
        ("holidays", {HOLIDAY}),
        ("saturday", {5}),
    ],
)
def test_days(written, days):
    assert parse_days(written.replace(" ", "")) == days
    assert parse_line(f"{written} 08:00-20:00")[0] == days


def test_lines():
    assert parse_line("mon-fri 08:00-20:30") == (frozenset(range(5)), 480, 1230)
    assert parse_line("mon-sun 20:00-08:00") == (WEEK, 1200, 480)
    assert parse_line("sat") == (frozenset({5}), 0, 1440)
    assert parse_line("08:00 - 24:00") == (WEEK, 480, 1440)
    assert parse_moment("mon-fri 07:30") == (frozenset(range(5)), 450)


@pytest.mark.parametrize(
    "written", ["mon 8-20", "mon 08:00", "mon 25:00-26:00", "mon 08:60-09:00", "mon 08:00-08:00", ""]
)
def test_no_lines(written):
    if not written:
        assert parse_line(written) == (WEEK, 0, 1440)
        return
    with pytest.raises(ValueError):  # noqa: PT011
        parse_line(written)


def test_resources():
    config = read_config({
        "sites": ["a", "b", "c"],
        "resources": {
            "cubicle": {"capacity": {"value": 12, "status": "published"}},
            "crew": {"rota": {"mon-fri 08:00-20:00": 6, "holidays 08:00-20:00": 4}},
            "bed": {"by_site": {"a": {"capacity": 9, "change_by_month": {"jan": -6}}, ...: {"capacity": 20}}},
            "nurse": {"steps": {"7 h": 2, "0 h": 3}},
        },
    })  # fmt: skip
    assert config.resources["cubicle"].rotas[None].lines == (RotaLine(WEEK, 0, 1440, 12),)
    assert config.resources["crew"].rotas[None].lines == (
        RotaLine(frozenset(range(5)), 480, 1200, 6),
        RotaLine(frozenset({HOLIDAY}), 480, 1200, 4),
    )
    bed = config.resources["bed"].rotas
    assert bed["a"].by_month == (-6, *(0,) * 11)
    assert [bed[site].lines[0].value for site in ("a", "b", "c")] == [9, 20, 20]
    assert config.resources["nurse"].rotas[None].steps == ((0, 3), (7 * 3_600_000, 2))


def test_calendars_and_rules():
    config = read_config({
        "calendars": {"ward_round": {"open": ["mon-fri 09:00-12:00", "sat-sun 10:00-11:00"]}},
        "rules": {
            "beds": {"on": "95%", "off": "90%", "change": 12},
            "crews": {"on": 290, "off": 280, "change": -1, "enabled": False},
        },
    })  # fmt: skip
    opening = config.calendars["ward_round"].openings[None]
    lines = [(line.start_minute, line.end_minute, line.value) for line in opening.lines]
    assert lines == [(540, 720, 1), (600, 660, 1)]
    beds, crews = config.rules["beds"].cells[None], config.rules["crews"].cells[None]
    assert (beds.on, beds.off, beds.change, beds.on_is_share, beds.enabled) == (0.95, 0.9, 12, True, True)
    assert (crews.on, crews.on_is_share, crews.enabled) == (290, False, False)


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"capacity": -1},
        {"capacity": 10**7},
        {"rota": {}},
        {"steps": {"0 h": 3, "60 min": 2, "1 h": 1}},
        {"steps": {"0": 3}},
        {"by_site": {"main": {"capacity": 3}}, "capacity": 3},
        {"capacity": None},
        {"capacity": True},
        {"capacity": [3]},
    ],
    ids=str,
)
def test_no_resource(resource):
    with pytest.raises(ConfigError) as caught:
        read_config({"resources": {"bed": resource}})
    assert all(problem.field.startswith("resources.bed") for problem in caught.value.problems)
