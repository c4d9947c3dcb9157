"""Replaying what really happened."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from flowsim.errors import ConfigError
from flowsim.inputs import read_config
from flowsim.inputs.traces import calendar_days

pytestmark = pytest.mark.unit
HOUR = 3_600_000
PARAMETERS = {"stay": {"trace": "stay"}}


def replay(rows, **more):
    """The patients of an inline trace."""
    return (
        read_config({"sources": {"replay": {"trace": rows}}, "parameters": PARAMETERS, **more})
        .sources["replay"]
        .trace
    )


def test_inline():
    rows = replay([
        {"id": "b", "time": "7.5 h", "acuity": 2, "stay": "3 h"},
        {"id": "a", "time": "0 min", "acuity": "1", "stay": "90 min"},
        {"id": "c", "time": "-2 h"},
    ])  # fmt: skip
    assert [(row.id, row.time) for row in rows] == [("c", -2 * HOUR), ("a", 0), ("b", 7.5 * HOUR)]
    assert dict(rows[2].attributes) == {"acuity": "2"}
    assert [dict(row.durations) for row in rows] == [{}, {"stay": 1.5 * HOUR}, {"stay": 3 * HOUR}]


def test_a_file(tmp_path):
    (tmp_path / "config.yaml").write_text(
        "start: 2018-04-01\nsources:\n  replay: {trace: arrivals.csv}\nparameters:\n  stay: {trace: stay}\n",
        encoding="utf-8",
    )
    csv = tmp_path / "arrivals.csv"
    csv.write_text("id,time,acuity,stay\na,2018-04-01 08:30,1,3 h\nb,2018-04-02T00:00,2,\n", encoding="utf-8")
    config = read_config(tmp_path)
    assert [row.time for row in config.sources["replay"].trace] == [8.5 * HOUR, 24 * HOUR]
    csv.write_text("id,time,acuity,stay\na,2018-04-01 08:31,1,3 h\nb,2018-04-02T00:00,2,\n", encoding="utf-8")
    assert read_config(tmp_path).sha256 != config.sha256
    csv.write_text("id,time,acuity,stay\n" + "a,yesterday,1,3\n" * 9, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(tmp_path)
    problems = caught.value.problems
    assert {(problem.file, problem.line) for problem in problems} >= {
        ("arrivals.csv", 2),
        ("arrivals.csv", 6),
    }
    assert any("4 more rows are wrong" in problem.what for problem in problems)


def test_years_have_365_days():
    assert calendar_days(date(2018, 4, 1), date(2019, 4, 1)) == 365
    assert calendar_days(date(2019, 4, 1), date(2020, 4, 1)) == 365
    assert calendar_days(date(2018, 4, 1), date(2018, 3, 31)) == -1


@pytest.mark.parametrize(
    "rows",
    [
        [],
        "arrivals.csv",
        [3],
        [{"id": "a"}],
        [{"time": "0 min"}],
        [{"id": "a", "time": "0"}],
        [{"id": "a", "time": "2018-04-01T08:00Z"}],
        [{"id": "a", "time": "0 min"}, {"id": "a", "time": "1 min"}],
        [{"id": "a", "time": "0 min", "stay": "long"}],
        [{"id": "a", "time": "0 min", "site": "elsewhere"}],
        [{"id": "a", "time": datetime(2018, 1, 1), "stay": ["3 h"]}],
        None,
    ],
    ids=str,
)
def test_wrong_rows(rows):
    with pytest.raises(ConfigError) as caught:
        replay(rows)
    assert all(problem.what and problem.remedy for problem in caught.value.problems)
