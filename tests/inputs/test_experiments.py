"""Experiments as they are read: every wrong one with its message, and what a right one means."""

from __future__ import annotations

import json

import jsonschema
import pytest

from flowsim.errors import ConfigError
from flowsim.inputs.documents import json_schema
from flowsim.inputs.experiment_shape import SCHEMA_FILE, ExperimentDocument, experiment_schema
from flowsim.inputs.experiments import read_experiment
from flowsim.places import find_experiment, list_experiments
from flowsim.studies.question import find_question, open_place, scenarios_of, settings_of
from tests.inputs.wrong_experiments import HEAD, WRONG_EXPERIMENTS
from tests.tiny_place import write_place

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    return write_place(tmp_path_factory.mktemp("asked") / "clinic")


@pytest.fixture
def read(clinic, tmp_path):
    def written(text, head=HEAD):
        path = tmp_path / "try.yaml"
        path.write_text(head.replace("CLINIC", str(clinic)) + text, encoding="utf-8")
        return read_experiment(path, open_place)

    return written


@pytest.mark.parametrize(
    ("title", "text", "message"), WRONG_EXPERIMENTS, ids=[one[0] for one in WRONG_EXPERIMENTS]
)
def test_message(read, title, text, message):
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert str(caught.value) + "\n" == message


def test_a_place_that_is_not_there_is_told_with_its_line(read):
    with pytest.raises(
        ConfigError, match=r"(?s)try.yaml, line 4: place = small_twon.*Did you mean `small_town`"
    ):
        read("", HEAD.replace("CLINIC", "small_twon"))


def test_a_value_that_cannot_be_is_told_with_the_line_of_the_experiment(read):
    asked = read("scenarios:\n  never: {set: {parameters.see.exponential.mean: soon}}\n")
    with pytest.raises(ConfigError, match=r"try.yaml, line 6: parameters.see.exponential.mean = soon"):
        scenarios_of(asked)[1].program()


def test_what_is_left_out_is_the_places_or_the_rule(read):
    asked = read("")
    assert (asked.start, asked.warm_up, asked.settle, asked.days, asked.seed) == ("warmed", 1, 14, 28, 1)
    assert (asked.replications, asked.until, asked.kpis, asked.standards) == (10, (), (), ())


def test_a_scenario_has_what_the_baseline_has_and_its_own(read):
    asked = read(
        "baseline: {options: [fewer_people], set: {parameters.again: 0.1}}\n"
        "scenarios:\n"
        "  more: {options: [more_nurses], demand: x 1.05}\n"
        "  same: {options: more_nurses}\n"
    )
    more, same = asked.scenarios
    assert more.options == ("fewer_people", "more_nurses")
    assert more.as_text == (("parameters.again", "0.1"), ("sources.walk_in.multiplier", "x 1.05"))
    assert (more.title, same.title) == ("More", "A third nurse")
    assert scenarios_of(asked)[1].program().sources[0].multiplier.tolist() == [0.525, 0.525]


def test_figures_are_read_in_the_units_they_are_written_in(read):
    asked = read(
        "standard:\n"
        "  - {kpi: quick, group: {home: valley}, at_least: 70%, source: us, status: illustrative}\n"
        "  - {kpi: wait, at_most: 12 min}\n"
        "until:\n  quick: {absolute: 2%}\n  wait: {relative: 5%}\n"
    )
    first, second = asked.standards
    assert (first.group, first.at, first.side, first.value, first.unit) == (
        "home",
        "valley",
        "at least",
        0.7,
        "share",
    )
    assert (second.group, second.side, second.value, second.unit) == ("all", "at most", 720_000, "ms")
    assert [(one.absolute, one.relative) for one in asked.until] == [(0.02, None), (None, 0.05)]


def test_a_grid_has_every_combination_and_the_last_field_changes_fastest(read):
    asked = read("design:\n  grid: {resources.nurse.capacity: [+0, +1], parameters.again: [0.1, x 2]}\n")
    assert [dict(one.values) for one in settings_of(asked.plan)] == [
        {"resources.nurse.capacity": nurses, "parameters.again": again}
        for nurses in ("+0", "+1")
        for again in ("0.1", "x 2")
    ]


def test_a_sequence_fills_its_ranges_and_is_the_same_every_time(read):
    asked = read(
        "design:\n  settings: 16\n  sobol:\n    resources.nurse.capacity: {from: -1, to: +2}\n"
        "    parameters.see: {from: x 0.5, to: x 1.5}\n"
    )
    found = settings_of(asked.plan)
    assert found == settings_of(asked.plan)
    nurses = [dict(one.values)["resources.nurse.capacity"] for one in found]
    assert {one: nurses.count(one) for one in sorted(set(nurses))} == {"+0": 4, "+1": 4, "+2": 4, "-1": 4}
    factors = sorted(float(dict(one.values)["parameters.see"].removeprefix("x ")) for one in found)
    assert all(0.5 + at / 16 <= factor <= 0.5 + (at + 1) / 16 for at, factor in enumerate(factors))


@pytest.mark.parametrize("name", list_experiments())
def test_a_shipped_experiment_can_be_asked_and_says_what_was_expected(name):
    asked = find_question(name)
    assert asked.question.endswith("?")
    assert asked.prediction is not None
    assert asked.scenarios or asked.plan or asked.seek
    assert jsonschema.Draft202012Validator(json_schema(ExperimentDocument)).is_valid(
        json.loads(json.dumps(_plain(name)))
    )


def _plain(name):
    from flowsim.inputs.yaml_text import read_yaml

    return read_yaml(find_experiment(name), name).plain()


def test_there_are_experiments_to_begin_with():
    assert {"winter", "small_town_care"} <= set(list_experiments())
    assert len([name for name in list_experiments() if not name.startswith("small_town")]) >= 8


def test_the_schema_is_the_one_that_is_shipped():
    # to renew it: SCHEMA_FILE.write_text(experiment_schema(), encoding="utf-8")
    assert SCHEMA_FILE.read_text(encoding="utf-8") == experiment_schema()
