"""Events for other tools: every activity that starts also ends, and what they read is what they ask for."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from flowsim.outputs.exports import COLUMNS, VIDIGI, _day, activities, vidigi_rows, write_events
from flowsim.outputs.folder import write_run
from flowsim.pathway import Model, pathway, resource, source
from flowsim.records.log import Code, log_of
from flowsim.records.state import GRANTED
from tests.outputs.test_report import studied
from tests.support import compiled

pytestmark = pytest.mark.unit

XES = "{http://www.xes-standard.org/}"


@pytest.fixture(scope="module")
def clinic():
    chain = pathway("visit").mark("came").use("nurse", "see").leave("home")
    model = Model("clinic", (chain,), (source("door", to="visit"),), (resource("nurse"),))
    config = {"start": "2018-04-01", "sources": {"door": {"rate": "1/h"}}, "resources": {"nurse": {"capacity": 2}},
              "parameters": {"see": "10 min"}}  # fmt: skip
    return compiled(model, config)


def log():
    """Two who overlap, and a third who gets the unit that the first gave back."""
    rows = []
    for patient, at in ((0, 60_000), (1, 90_000), (2, 700_000)):
        rows += [(at, patient, Code.START, 0, -1), (at, patient, Code.MILESTONE, -1, 0), (at, patient, Code.JOIN, 0, 0),
                 (at, patient, Code.GRANT, 0, 1), (at + 600_000, patient, Code.RELEASE, 0, 1),
                 (at + 600_000, patient, Code.END, -1, 0)]  # fmt: skip
    return log_of(sorted(rows, key=lambda row: row[0]))


def test_one_journey_as_activities(clinic):
    mine = [event for event in activities([log()], clinic) if event.case_id == 0]
    assert [(one.activity, one.lifecycle, one.timestamp[11:]) for one in mine] == [
        ("arrives: door", "complete", "00:01:00.000"),
        ("came", "complete", "00:01:00.000"),
        ("wait for nurse", "start", "00:01:00.000"),
        ("wait for nurse", "complete", "00:01:00.000"),
        ("use nurse", "start", "00:01:00.000"),
        ("use nurse", "complete", "00:11:00.000"),
        ("leaves: home", "complete", "00:11:00.000"),
    ]
    assert {one.source for one in mine} == {"door"}
    assert mine[0].timestamp.startswith("2018-04-01T")


def test_start_and_end_of_an_activity_share_their_instance(clinic):
    found = list(activities([log()], clinic))
    by_instance = Counter((one.activity_instance, one.lifecycle) for one in found)
    assert set(by_instance.values()) == {1}
    starts = {one.activity_instance: one for one in found if one.lifecycle == "start"}
    ends = {one.activity_instance: one for one in found if one.lifecycle == "complete"}
    assert set(starts) <= set(ends)
    assert all(
        (starts[at].case_id, starts[at].activity) == (ends[at].case_id, ends[at].activity) for at in starts
    )


def test_vidigi_is_told_which_unit_is_used(clinic):
    rows = list(vidigi_rows([log()], clinic))
    used = [(row[0], row[4], row[5]) for row in rows if row[2] == "resource_use"]
    assert used == [(0, 1.0, 1), (1, 1.5, 2), (2, 11.667, 1)]
    assert [row[3] for row in rows if row[0] == 2] == [
        "arrival", "wait_for_nurse", "use_nurse", "use_nurse", "depart",
    ]  # fmt: skip


def test_years_have_365_days_also_across_a_leap_day():
    assert _day(date(2019, 12, 31), 60) == date(2020, 3, 1)
    assert _day(date(2020, 2, 28), 1) == date(2020, 3, 1)
    assert _day(date(2020, 3, 1), 306) == date(2021, 1, 1)
    assert _day(date(2018, 4, 1), 365 * 5) == date(2023, 4, 1)
    assert _day(date(2018, 4, 1), -1) == date(2018, 3, 31)


def test_files_of_a_run_read_back(tmp_path):
    study = studied(tmp_path, replications=1, days=7)
    write_run(study, tmp_path / "out", "flowsim run clinic", events=("csv", "vidigi", "xes"))
    text = (tmp_path / "out" / "events_baseline.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    tallies = study.replications["baseline"][0].tallies
    granted = tallies.flows[0, -tallies.first_week :, GRANTED].sum()
    assert sum(row["activity"] == "use nurse" and row["lifecycle"] == "start" for row in rows) == granted
    tree = ET.parse(tmp_path / "out" / "events_baseline.xes").getroot()
    traces = tree.findall(f"{XES}trace")
    assert len(traces) == len({row["case_id"] for row in rows})
    assert sum(len(trace.findall(f"{XES}event")) for trace in traces) == len(rows)
    head = (tmp_path / "out" / "vidigi_more_nurses.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == ",".join(VIDIGI)


def test_parquet_has_the_rows_of_the_csv(tmp_path):
    pytest.importorskip("pyarrow")
    import pandas as pd

    study = studied(tmp_path, replications=1, days=7)
    write_events(study, tmp_path, ("csv", "parquet"))
    table = pd.read_parquet(tmp_path / "events_baseline.parquet")
    rows = pd.read_csv(tmp_path / "events_baseline.csv", keep_default_na=False)
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == len(rows)
    assert (
        table["timestamp"].dt.strftime("%Y-%m-%dT%H:%M:%S.%f").str[:-3].tolist() == rows["timestamp"].tolist()
    )
