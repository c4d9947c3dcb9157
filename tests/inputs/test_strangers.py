"""Whatever a stranger's file holds, the answer is a config or a ConfigError: never a traceback."""

from __future__ import annotations

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowsim.errors import ConfigError
from flowsim.inputs import read_config
from flowsim.inputs.yaml_text import parse_yaml
from tests.inputs.test_options import PLACE as OPTIONS
from tests.inputs.test_population import PLACE as PEOPLE

pytestmark = pytest.mark.unit

WHOLE = {
    **OPTIONS,
    **PEOPLE,
    "attributes": {**PEOPLE["attributes"], **OPTIONS["attributes"]},
    "sites": ["north", "south"],
    "resources": {
        "bed": {"by_site": {"north": {"capacity": 3}, "south": {"rota": {"mon-fri 08:00-20:00": 6}}}}
    },
    "calendars": {"round": {"open": ["mon-fri 09:00-12:00"]}},
    "options": {"more": {"change": {"parameters.nurses": "+1"}, "cost": {"once": "3 GBP"}}},
    "sources": {
        "walk_in": {
            "per_1000_people_per_year": {"by": ["age"], "values": {"young": 100, "old": 400}},
            "relative": {"by": ["need"], "values": {1: 1, ...: 4}},
            "profile": {
                "hour_of_day": [1] * 24,
                "month": {"by": ["age"], "values": {"young": [1] * 12, "old": {"jan": 2, ...: 1}}},
            },
        },
        "replay": {"trace": [{"id": "a", "time": "0 min", "acuity": "1"}]},
    },
    "observed": [{"kpi": "x", "value": 3, "tolerance": "2%"}],
    "holidays": ["2018-12-25"],
    "periods": {"winter": ["2018-12-03", "2019-03-03"]},
    "warm_up": "3 days",
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(
        [
            "8 min",
            "x 2",
            "+3",
            "rest",
            "60%",
            "12/h",
            "2018-02-30",
            "mon-fri 08:00-20:00",
            "...",
            "by",
            "1e999 h",
        ]
    ),
    st.just([]),
    st.just({}),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(
        st.sampled_from(["by", "values", "value", "x", "1", "lognormal", "mean", "...", "trace"]),
        st.integers(),
        max_size=3,
    ),
)


def all_told(read):
    """Whether it can be read, or everything that is wrong is told with a remedy."""
    try:
        read()
    except ConfigError as error:
        told = all(problem.what and problem.remedy for problem in error.problems)
        return bool(error.problems) and told and "pydantic" not in str(error)
    return True


def spoilt(tree, data):
    """The tree with one thing in it replaced, taken out or added."""
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    key = data.draw(st.sampled_from(keys)) if keys else None
    below = tree[key] if keys else None
    if below and isinstance(below, dict | list) and data.draw(st.integers(0, 5)):
        spoilt(below, data)
        return
    kind = data.draw(st.sampled_from(["replace", "remove", "add"]))
    if kind == "remove" and keys:
        del tree[key]
    elif kind == "add" and isinstance(tree, dict):
        tree[
            data.draw(st.sampled_from(["value", "by", "values", "status", "min", "x", "times", "by_site"]))
        ] = data.draw(ODD)
    elif keys:
        tree[key] = data.draw(ODD)


def test_it_is_right_to_begin_with():
    assert read_config(WHOLE).sha256


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_spoilt_configs(data):
    tree = copy.deepcopy(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        spoilt(tree, data)
    options = data.draw(st.sampled_from([(), ("more",)]))
    assert all_told(lambda: read_config(tree, options=options))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab: -[]{}#&*!|>'\"%@`,?\n\t0.", max_size=60))
def test_odd_texts(text):
    assert all_told(lambda: parse_yaml(text))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        "a: " + "{a: " * 3000,
        "a: &x [1]\nb: *x\n",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
        "%YAML 1.1\n---\na: 20:00\n",
        "? [1, 2]\n: 3\n",
        "<<: {a: 1}\n",
        "a: 1\n---\nb: 2\n",
        "\0",
        "a: !!binary aGVsbG8=\n",
        "just a text",
        "- a\n- b\n",
        "",
    ],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)
def test_texts_that_are_no_config(text, tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    assert all_told(lambda: read_config(path))


def test_files_that_are_no_text(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(ConfigError, match="not plain text"):
        read_config(path)
    path.write_text("# " + "x" * 3_000_000, encoding="utf-8")
    with pytest.raises(ConfigError, match="the most is"):
        read_config(path)


def test_yaml_has_no_surprises():
    lines = ["a: 20:00", "b: no", "c: 18-64", "d: 1_100_000", "e: 2018-04-01", "f: +24", "g: 007", "h: 0x1F"]
    tree = parse_yaml("\n".join([*lines, "i: 1e3", "j: ~", "k: true"]))
    assert tree.plain() == {
        "a": "20:00", "b": "no", "c": "18-64", "d": 1_100_000, "e": "2018-04-01", "f": "+24", "g": 7,
        "h": "0x1F", "i": 1000.0, "j": None, "k": True,
    }  # fmt: skip
    assert [child.line for child in tree.table.values()] == list(range(1, 12))
