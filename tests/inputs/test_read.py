"""Whole configs: folders, includes, what is observed, provenance, the hash, the schema."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from flowsim.errors import ConfigError, PlaceNotFound
from flowsim.inputs import read_config
from flowsim.inputs.documents import SCHEMA_FILE, json_schema, schema_text
from flowsim.inputs.values import MONTHS

pytestmark = pytest.mark.unit

MAIN = """
schema: 1
name: tiny
title: A tiny place
model: ed_ward
start: 2018-04-01
reference_year: 2018/19
sites: [north, south]
attributes: {home: [no, yes]}
holidays: [2018-05-07, 12-25]
periods: {winter: [2018-12-03, 2019-03-03]}
include: [more.yaml]
parameters:
  18-64: 8 min
observed:
  - {kpi: attendances, value: 125_932, period: 2018/19, used_to_set: true, tolerance: 2%, source: returns}
"""
MORE = """
schema: 1
parameters:
  ed.assess:
    by: [home]
    values:
      yes: {value: 20:00, status: published}
      ...: 10 min
    source: local audit
    status: assumption
    range: [5 min, 15 min]
observed:
  - {kpi: four_hours, value: 62.8%, group: {site: north}}
  - {kpi: wait, value: 35 min}
"""


@pytest.fixture
def place(tmp_path):
    (tmp_path / "config.yaml").write_text(MAIN, encoding="utf-8")
    (tmp_path / "more.yaml").write_text(MORE.replace("20:00", "20 min"), encoding="utf-8")
    return tmp_path


def test_a_folder_with_includes(place):
    config = read_config(place)
    assert (config.name, config.title, config.model) == ("tiny", "A tiny place", "ed_ward")
    assert config.start == date(2018, 4, 1)
    assert config.reference_year == "2018/19"
    assert config.sites == ("north", "south")
    assert dict(config.attributes) == {"home": ("no", "yes")}
    assert config.holidays == {(5, 7), (12, 25)}
    assert config.periods["winter"] == (date(2018, 12, 3), date(2019, 3, 3))
    assert config.warm_up == 90 * 86_400_000
    assert config.files == ("config.yaml", "more.yaml")
    assert config.parameters["18-64"].where == "config.yaml:14"
    assert config.parameters["ed.assess"].cells.values["yes",].args["value"] == 1_200_000
    assert config.parameters["ed.assess"].cells.values["no",].args["value"] == 600_000
    assert read_config(str(place / "config.yaml")) == config


def test_a_clock_time_is_no_duration(place):
    (place / "more.yaml").write_text(MORE, encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"more.yaml, line 7: parameters.ed.assess.values.yes.value = 20:00"
    ):
        read_config(place)


def test_what_was_observed(place):
    first, second, third = read_config(place).observed
    assert (first.kpi, first.value, first.unit, first.period) == ("attendances", 125932, "", "2018/19")
    assert (first.used_to_set, first.tolerance, first.provenance.source) == (True, 0.02, "returns")
    assert (second.unit, second.group, second.used_to_set, second.tolerance) == (
        "share",
        "site=north",
        False,
        None,
    )
    assert (third.value, third.unit) == (2_100_000, "ms")


def test_provenance_is_handed_down_except_the_range(place):
    rows = {row.field: row for row in read_config(place).provenance_table()}
    own, other = rows["parameters.ed.assess.values.yes"], rows["parameters.ed.assess.values...."]
    assert (own.value, own.status, own.source, own.range) == ("20 min", "published", "local audit", "")
    assert (other.status, other.source, other.file, other.line) == (
        "assumption",
        "local audit",
        "more.yaml",
        8,
    )
    assert rows["parameters.18-64"].status == "missing"
    whole = read_config(place).parameters["ed.assess"].provenance
    assert (whole.status, whole.range) == ("assumption", ("5 min", "15 min"))


def test_given_twice_in_two_files(place):
    (place / "more.yaml").write_text("parameters:\n  18-64: 9 min\ntitle: Another\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(place)
    assert [problem.field for problem in caught.value.problems] == ["parameters.18-64", "title"]
    assert "already given in config.yaml, line 14" in str(caught.value)


def test_a_status_for_everything_stands_in_the_main_file(place):
    text = MAIN.replace("schema: 1", "schema: 1\nstatus: illustrative", 1)
    (place / "config.yaml").write_text(text, encoding="utf-8")
    rows = {row.field: row for row in read_config(place).provenance_table()}
    assert rows["parameters.18-64"].status == "illustrative"
    (place / "more.yaml").write_text(
        "status: published\n" + MORE.replace("20:00", "20 min"), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match=r"more.yaml, line 1: status = published"):
        read_config(place)


def test_files_must_stay_in_the_folder(place, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text("parameters: {x: 1 min}\n", encoding="utf-8")
    (place / "more.yaml").unlink()
    (place / "more.yaml").symlink_to(outside)
    with pytest.raises(ConfigError, match="outside the config's folder"):
        read_config(place)


def test_no_such_place(tmp_path):
    with pytest.raises(PlaceNotFound, match="There is no config"):
        read_config(tmp_path / "nowhere")


def test_a_dict_of_the_same_shape():
    config = read_config({"parameters": {"x": {"by": ["month"], "values": {"jan": 2, ...: 1}}}})
    assert (config.name, config.sites) == ("unnamed", ("main",))
    assert [config.parameters["x"].cells.values[month,] for month in MONTHS] == [2, *[1] * 11]
    with pytest.raises(TypeError):
        config.parameters["y"] = 1  # type: ignore[index]


def test_the_model_fixes_values_and_leaves_others_to_the_config():
    attributes = {"acuity": ("1", "2"), "home": (), "site": (), "month": ()}
    config = read_config({"attributes": {"home": ["x"]}}, attributes=attributes)
    assert dict(config.attributes) == {"acuity": ("1", "2"), "home": ("x",)}
    with pytest.raises(ConfigError, match="leaves the values of `home` to the config"):
        read_config({}, attributes=attributes)
    with pytest.raises(ConfigError, match="The model fixes the values of acuity: 1, 2"):
        read_config({"attributes": {"home": ["x"], "acuity": ["3"]}}, attributes=attributes)
    with pytest.raises(ConfigError, match=r"The model has no attribute `hom`.\n.*Did you mean `home`"):
        read_config({"attributes": {"home": ["x"], "hom": ["y"]}}, attributes=attributes)


def test_a_leaf_higher_up_counts_for_all_below():
    config = read_config(
        {
            "parameters": {
                "x": {
                    "by": ["a", "b"],
                    "values": {"1": "8 min", "2": {"1": "9 min", ...: {"exponential": {"mean": "1 h"}}}},
                }
            }
        },
        attributes={"a": ("1", "2"), "b": ("1", "2", "3")},
    )
    cells = config.parameters["x"].cells.values
    assert len(cells) == 6
    assert {cells["1", b].args["value"] for b in "123"} == {480_000}
    assert cells["2", "3"].family == "exponential"


def test_the_schema_is_the_one_that_is_shipped():
    # to renew it: SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_the_schema_accepts_a_config_and_refuses_a_wrong_key():
    validator = jsonschema.Draft202012Validator(json_schema())
    validator.check_schema(json_schema())
    right = {"schema": 1, "resources": {"bed": {"capacity": 12}}, "parameters": {"x": "8 min"}}
    assert validator.is_valid(right)
    assert validator.is_valid(json.loads(json.dumps(right)))
    assert not validator.is_valid({"resources": {"bed": {"capcity": 12}}})
    assert not validator.is_valid({"schema": 2})
