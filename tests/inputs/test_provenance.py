"""Where the numbers come from."""

from __future__ import annotations

import pytest

from flowsim.inputs import read_config
from flowsim.inputs.provenance import advice, by_status, without_status

pytestmark = pytest.mark.unit

PLACE = {
    "parameters": {
        "a": "8 min",
        "b": {"value": "8 min", "status": "published"},
        "c": {
            "lognormal": {"mean": {"value": "7 min", "status": "derived"}, "p95": "15 min"},
            "source": "audit",
            "status": "assumption",
        },
    },
    "options": {
        "nothing": {"change": {}},
        "faster": {"change": {"parameters.a": "x 0.5"}, "status": "assumption"},
    },
}


def test_every_number_has_a_row_with_its_nearest_status():
    config = read_config(PLACE)
    assert [(row.field, row.value, row.status) for row in config.provenance_table()] == [
        ("options.faster.change.parameters.a", "x 0.5", "assumption"),
        ("parameters.a", "8 min", "missing"),
        ("parameters.b", "8 min", "published"),
        ("parameters.c.lognormal.mean", "7 min", "derived"),
        ("parameters.c.lognormal.p95", "15 min", "assumption"),
    ]
    assert by_status(config) == {"assumption": 2, "missing": 1, "published": 1, "derived": 1}
    assert [row.field for row in without_status(config)] == ["parameters.a"]


def test_advice():
    assert [(problem.field, problem.what) for problem in advice(read_config(PLACE))] == [
        ("parameters.a", "Nothing says how far to trust this number."),
        ("parameters.b", "This number is published, but its source is not given."),
        ("options.nothing", "This option changes nothing."),
    ]
