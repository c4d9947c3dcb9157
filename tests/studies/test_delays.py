"""Delays by cause over replications: asked for, added up, paired, and drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import flowsim as fs
from flowsim.errors import RunError
from flowsim.outputs.delays import delay_by_cause
from flowsim.pathway import Model, pathway, resource, source
from flowsim.studies.delays import WHO, delay_differences, delays
from flowsim.studies.design import Design
from flowsim.studies.replicate import replicate, run_one
from flowsim.studies.scenario import Prepared
from flowsim.studies.study import Study
from tests.support import compiled

pytestmark = pytest.mark.unit

MODEL = Model(
    name="ward",
    resources=(resource("bay", title="Bays"), resource("bed", per_site=True), resource("package")),
    sources=(source("door", to="arrive"),),
    pathways=(
        pathway("arrive").seize("bay").hold("assessed").seize("bed").release("bay").hold("stay")
        .seize("package").release("bed").hold("care").release("package").leave("home"),
    ),
)  # fmt: skip


def scenario(packages, name):
    numbers = {
        "sites": ["east", "west"],
        "sources": {"door": {"rate": "1/h", "mix": {"site": {"east": 0.5, "west": 0.5}}}},
        "resources": {"bay": {"capacity": 3}, "bed": {"capacity": 8}, "package": {"capacity": packages}},
        "parameters": {"assessed": "30 min", "stay": {"exponential": {"mean": "8 h"}}, "care": "10 h"},
    }
    return Prepared(compiled(MODEL, numbers), name)


DESIGN = Design(replications=3, days=14, warm_up=2, workers=1, attribution=True)


@pytest.fixture(scope="module")
def study():
    scenarios = [scenario(10, "baseline"), scenario(11, "more")]
    return Study(DESIGN, {one.name: one.program() for one in scenarios}, replicate(scenarios, DESIGN))


def test_waiting_for_a_bay_is_charged_to_beds_and_most_to_packages(study):
    table = delays(study)
    assert list(table.columns) == [*WHO, "n", "mean", "sd", "low", "high"]
    assert table["mean"].is_monotonic_decreasing
    bay = table[table["resource"] == "bay"].set_index(["charged_to", "charged_at"])["mean"]
    assert bay.idxmax() == ("package", "")
    assert {("bed", "east"), ("bed", "west")} < set(bay.index)


def test_the_table_adds_up_to_what_the_fold_counted(study):
    """Nobody stands in two queues here, so waits are the lengths of the queues."""
    by_fold = [one.tallies.weekly[:, 1:, 2].sum() / 3_600_000 / 14 for one in study.replications["baseline"]]
    assert study.replications["baseline"][0].tallies.first_week == -1
    assert delays(study)["mean"].sum() == pytest.approx(np.mean(by_fold), rel=1e-12)


def test_what_is_blocked_passes_on_whole(study):
    table = delays(study, what="blocked")
    assert set(table["resource"]) == {"bay", "bed"}
    assert "bay" not in set(table["charged_to"])  # who waits for a bay holds nothing yet
    for one in study.replications["baseline"]:
        assert np.allclose(one.delays.charged.sum(axis=0), one.delays.totals[:, 2:].sum(axis=0), rtol=1e-12)


def test_differences_are_paired_and_hold_causes_of_either(study):
    table = delay_differences(study, "more")
    row = table[(table["resource"] == "package")].iloc[0]
    each = [
        after.delays.a_day()[3, 3] - before.delays.a_day()[3, 3]
        for before, after in zip(study.replications["baseline"], study.replications["more"], strict=True)
    ]
    assert row["difference"] == pytest.approx(np.mean(each))
    assert row["difference"] < 0
    assert row["low"] < row["difference"] < row["high"]
    assert table["difference"].abs().is_monotonic_decreasing
    assert table["difference"].sum() == pytest.approx(
        delays(study, "more")["mean"].sum() - delays(study)["mean"].sum()
    )


def test_attribution_changes_no_other_figure_and_is_not_kept_unless_asked_for():
    ready = scenario(10, "baseline")
    plain = run_one(ready, replace(DESIGN, attribution=False), 0)
    assert plain.delays is None
    assert plain.tallies.same_as(run_one(ready, DESIGN, 0).tallies)
    runs = Study(replace(DESIGN, replications=1), {"baseline": ready.program()}, {"baseline": [plain]})
    with pytest.raises(RunError, match="kept no delays: run it with delays=True"):
        delays(runs)


def test_either_engine_gives_the_same_delays():
    ready, short = scenario(10, "baseline"), replace(DESIGN, days=3)
    a, b = (run_one(ready, replace(short, engine=engine), 0).delays for engine in ("compiled", "simpy"))
    assert np.array_equal(a.keys, b.keys)
    assert np.array_equal(a.charged, b.charged)


def test_an_unknown_kind_of_delay_is_refused(study):
    with pytest.raises(RunError, match='"waiting" or "blocked", not \'held\''):
        delays(study, what="held")


def test_the_picture_says_the_longest_wait_and_has_words_for_who_cannot_see_it(study):
    picture = delay_by_cause(study)
    axes = picture.axes[0]
    longest = delays(study).groupby("resource")["mean"].sum().idxmax()
    words = {"bay": "Bays", "bed": "bed", "package": "package"}[longest]
    assert [tick.get_text() for tick in axes.get_yticklabels()][-1] == words
    assert picture.get_suptitle().startswith(f"Longest waits: {words}, ")
    assert "Bays" in picture.get_label()
    assert "charged to package" in picture.get_label()
    widths = sum(bar.get_width() for bar in axes.patches)
    assert widths == pytest.approx(delays(study)["mean"].sum())


def test_a_picture_of_a_few_resources(study):
    axes = delay_by_cause(study, "more", "blocked", resources=["bay"]).axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["Bays"]
    with pytest.raises(RunError, match="There is no resource 'bays'"):
        delay_by_cause(study, resources=["bays"])


def test_when_nobody_waits_the_picture_says_so():
    empty = {"baseline": scenario(1000, "baseline")}
    quiet = replace(DESIGN, days=1, warm_up=0, replications=1)
    runs = replicate(list(empty.values()), quiet)
    still = Study(quiet, {"baseline": empty["baseline"].program()}, runs)
    picture = delay_by_cause(still, what="blocked", resources=["package"])
    assert picture.get_suptitle() == "Nothing is held by patients who wait for something else"
    assert picture.get_label().endswith(": none.")


def test_from_python(study):
    numbers = {
        "sources": {"door": {"rate": "2/h"}},
        "resources": {"nurse": {"capacity": 1}},
        "parameters": {"see": "25 min"},
    }
    model = Model(
        "m",
        (pathway("p").use("nurse", "see").leave("home"),),
        (source("door", to="p"),),
        (resource("nurse"),),
    )
    base = fs.small(model, numbers).run(2, days=2, warm_up=0, delays=True, workers=1)
    assert base.delays()["charged_to"].tolist() == ["nurse"]
    assert base.compare(base).delays()["difference"].tolist() == [0.0]
    assert base.plot.delays("waiting", "nurse").get_label().startswith("Bars of hours a day waited")
