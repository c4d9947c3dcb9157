"""Every formula on a short log, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.inputs.values import Observed, Provenance
from flowsim.measures import compare_observed, measure, weekly
from flowsim.measures.kpis import time_unit
from flowsim.pathway import formulas as f
from flowsim.pathway.observe import Observe, census, counts, hours, interval, kpi
from flowsim.records.fold import fold
from flowsim.records.log import Code, Left
from tests.records.tallying import ARRIVE, BED_EAST, BED_WEST, CREW, DEPART, D, H, Story, W, a_program

pytestmark = pytest.mark.unit


def the_story():
    """Three patients in ED for 2, 6 and more hours (one leaves after 5 h), west, west, east; one bed each."""
    story = Story(start=-W, until=W).capacity(-W, BED_WEST, 2).capacity(-W, BED_EAST, 1).capacity(-W, CREW, 1)
    story.arrive(-W, 0).mark(-W, 0, ARRIVE).mark(-W + H, 0, DEPART).end(-W + H, 0)  # in the warm-up
    story.arrive(0, 1, site=0, need=0).mark(0, 1, ARRIVE).join(0, 1, BED_WEST).grant(0, 1, BED_WEST)
    story.arrive(0, 2, site=0, need=1).mark(0, 2, ARRIVE).join(0, 2, CREW).grant(0, 2, CREW)
    story.arrive(0, 3, site=1, need=1).mark(0, 3, ARRIVE).join(0, 3, CREW)
    story.mark(2 * H, 1, DEPART).release(2 * H, 2, CREW).grant(2 * H, 3, CREW)
    story.row(3 * H, 2, Code.JOIN, BED_EAST, 0).grant(3 * H, 2, BED_EAST).arrive(4 * H, 4, site=1, need=2)
    story.join(4 * H, 4, BED_EAST).row(5 * H, 4, Code.LEFT, BED_EAST, Left.GAVE_UP).mark(6 * H, 2, DEPART)
    story.mark(6 * H, 4, ARRIVE).release(3 * D + H, 1, BED_WEST).end(3 * D + H, 1).end(4 * D, 3, 1)
    return story


IN_ED = interval("in_ed", "arrive", "depart", (hours(4), hours(24 * 5)))
FIGURES = {
    "arrivals": (f.Count("arrive"), {"all": 4, "site": [2, 2], "need": [1, 2, 1]}),
    "ways_out": (f.Outcomes(("home", "died")), {"all": 2, "site": [1, 1]}),
    "starts": (f.Starts("walk_in", where={"need": ("2", "3")}), {"all": 3, "site": [1, 2]}),
    "a_day": (f.PerDay(f.Count("arrive")), {"all": 4 / 7}),
    "a_year": (f.PerYear(f.Count("arrive")), {"all": 4 * 365 / 7}),
    "per_1000": (f.Per1000People(f.Count("arrive")), {"all": 1.0, "site": [2 / 3, 2.0]}),
    "per_1000_of_need_1": (
        f.Per1000People(f.Count("arrive", {"need": "1"}), {"need": ("1", "2")}),
        {"all": 0.25, "site": [1 / 3, 0.0], "need": [0.25, np.nan, np.nan]},
    ),
    "each_person": (f.Per1000People(f.Count("arrive"), people=1), {"all": 0.001}),
    "finished": (f.Finished("in_ed"), {"all": 2, "site": [2, 0]}),
    "left": (f.Unfinished("in_ed", kind="left"), {"all": 1}),
    "open": (f.Unfinished("in_ed", kind="open"), {"all": 1}),
    "unfinished": (f.Unfinished("in_ed"), {"all": 2, "site": [0, 2]}),
    "within": (f.ShareWithin("in_ed", hours(4)), {"all": 0.25, "site": [0.5, 0.0]}),
    "over": (f.ShareOver("in_ed", hours(4)), {"all": 0.75}),
    "over_5_days": (f.ShareOver("in_ed", hours(120)), {"all": 1 / 3}),
    "how_many_over": (f.CountOver("in_ed", hours(4)), {"all": 3, "site": [1, 2]}),
    "mean": (f.Mean("in_ed"), {"all": 4.0, "site": [4.0, np.nan]}),
    "mean_of_need_2": (f.Mean("in_ed", where={"need": "2"}), {"all": 6.0}),
    "total": (f.Total("in_ed"), {"all": 8.0}),
    "hours_over": (f.TotalOver("in_ed", hours(4)), {"all": 2 + 92 + (7 * 24 - 6 - 4)}),
    "beds": (f.MeanCapacity("bed"), {"all": 3.0, "site": [2.0, 1.0]}),
    "beds_in_use": (f.MeanInUse("bed"), {"site": [73 / 168, 165 / 168]}),
    "beds_at_midnight": (f.MeanInUse("bed", midnight=True), {"all": 9 / 7, "site": [3 / 7, 6 / 7]}),
    "occupancy": (f.Occupancy("bed"), {"all": 9 / 21, "site": [3 / 14, 6 / 7]}),
    "utilisation": (f.Utilisation("crew"), {"all": 1.0}),
    "queue": (f.MeanQueue("crew"), {"all": 2 / 168}),
    "bed_queue_at_midnight": (f.MeanQueue("bed", midnight=True), {"all": 0.0}),
    "over_capacity": (f.MeanOverCapacity("bed"), {"all": 0.0}),
    "open_hours": (f.HoursOpen("crew"), {"all": 168.0}),
    "full_hours": (f.HoursFull("bed"), {"site": [0.0, 165.0]}),
    "joined": (f.Queued(("bed", "crew")), {"all": 5}),
    "gave_up": (f.Queued("bed", "gave_up"), {"all": 1, "site": [0, 1]}),
    "wait": (f.MeanWait("crew"), {"all": 1.0}),
    "wait_90": (f.WaitPercentile("crew", 90), {"all": 2.0}),
    "ratio": (f.Ratio(f.Finished("in_ed"), f.Count("arrive")), {"all": 0.5, "need": [1.0, 0.5, 0.0]}),
    "sum": (f.Sum((f.Count("arrive"), f.Count("depart"))), {"all": 6}),
    "difference": (f.Difference(f.Count("arrive"), f.Count("depart")), {"all": 2}),
    "median": (f.Percentile("in_ed", 50), {"all": 2.0, "need": [2.0, 6.0, np.nan]}),
    "p90_of_need_2": (f.Percentile("in_ed", 90, where={"need": "2"}), {"all": 6.0, "site": [6.0, np.nan]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def figures():
    observe = Observe(
        intervals=(IN_ED,),
        counts=(counts("arrive", by="month"),),
        kpis=tuple(
            kpi(name, name, "hours", what, groups=("site", "need")) for name, (what, _) in FIGURES.items()
        ),
    )
    story, program = the_story(), a_program(observe)
    return measure(fold(story.log, program, story), program)


@pytest.mark.parametrize("name", FIGURES)
def test_a_formula(figures, name):
    for group, expected in FIGURES[name][1].items():
        members = ("all",) if group == "all" else {"site": ("west", "east"), "need": ("1", "2", "3")}[group]
        found = [figures.value(name, group, member) for member in members]
        rel = 0.008 if "90" in name or name == "median" else 1e-12
        assert found == pytest.approx([expected] if group == "all" else expected, rel=rel, nan_ok=True)


def test_the_table_is_tidy(figures):
    table = figures.table()
    assert list(table.columns) == ["kpi", "group", "at", "period", "value", "unit"]
    assert not table.duplicated(["kpi", "group", "at", "period"]).any()
    assert set(table["group"]) == {"all", "site", "need"}
    assert "need" not in set(table[table["kpi"] == "occupancy"]["group"])  # beds have no need group
    with pytest.raises(KeyError, match="No figure for mean, home x"):
        figures.value("mean", "home", "x")


def test_at_midnight():
    story = Story(until=W).arrive(H, 0, site=1).mark(H, 0, ARRIVE).mark(4 * D + H, 0, DEPART)
    observe = Observe(
        censuses=(census("here", "arrive", "depart", days=(3,)),),
        kpis=(kpi("n", "n", "patients", f.Census("here")), kpi("n3", "n", "patients", f.Census("here", 3))),
    )
    program = a_program(observe)
    found = measure(fold(story.log, program, story), program)
    assert found.value("n") == pytest.approx(4 / 6)
    assert found.value("n3") == pytest.approx(1 / 6)
    assert found.value("n", "site", "east") == pytest.approx(4 / 6)
    assert found.value("n", "site", "west") == 0


def test_weeks_and_periods():
    observe = Observe(kpis=(kpi("n", "Arrivals", "patients", f.Count("arrive"), groups=()),))
    program, story = a_program(observe), the_story()
    tallies = fold(story.log, program, story)
    assert weekly(tallies, observe.kpis[0]).tolist() == [1, 4]
    assert measure(tallies, program, slice(-1, 0)).value("n") == 1
    assert measure(tallies, program, slice(-1, 1), "both").value("n", period="both") == 5
    assert measure(tallies, program, "2018/19").value("n", period="2018/19") == 4
    assert measure(tallies, program, "winter").value("n") == 0


@pytest.mark.parametrize(
    ("unit", "ms"),
    [
        ("minutes", 60_000),
        ("hours a day", 3_600_000),
        ("bed days a year", D),
        ("share", 60_000),
        ("seconds", 1_000),
    ],
)
def test_units_of_time(unit, ms):
    assert time_unit(unit) == ms


def test_compared_with_what_was_observed():
    observe = Observe(
        intervals=(IN_ED,),
        kpis=(kpi("n", "n", "patients", f.Count("arrive")), kpi("t", "t", "hours", f.Mean("in_ed"))),
    )
    program, story = a_program(observe), the_story()
    found = measure(fold(story.log, program, story), program)

    def seen(name, value, unit="", group="", tolerance=None, period=""):
        return Observed(name, value, unit, period, group, True, tolerance, Provenance(source="a return"), "")

    observed = [seen("n", 5, tolerance=0.25), seen("t", 2 * H, "ms", tolerance=0.1), seen("n", 2, group="west"),
                seen("n", 4, group="need=2"), seen("other", 1), seen("n", 4, period="2017/18")]  # fmt: skip
    table = compare_observed([found, found], observed)
    assert table["modelled"].tolist()[:4] == [4, 4.0, 2, 2]
    assert table["difference_percent"].tolist()[:4] == pytest.approx([-20, 100, 0, -50])
    assert table["within"].tolist()[:2] == [True, False]
    assert table["modelled"].isna().tolist()[4:] == [True, True]
    assert table["low"].tolist()[0] == 4
    assert table["source"].tolist()[0] == "a return"
