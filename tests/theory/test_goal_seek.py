"""Goal-seek finds what Erlang C says: how many servers a station needs."""

from __future__ import annotations

import math
from contextlib import nullcontext
from pathlib import Path

import pytest

from flowsim.pathway import Model, pathway, resource, source
from flowsim.pathway.formulas import MeanWait, ShareWithin
from flowsim.pathway.observe import Observe, interval, kpi, minutes
from flowsim.studies.goal_seek import FAILS, MEETS
from flowsim.studies.question import design_of, find_question
from flowsim.studies.seeking import Found, seek_all
from flowsim.studies.store import Store

pytestmark = pytest.mark.theory

RATE, MEAN = 18 / 60, 10.0  # a minute; minutes: three servers' worth of work
FEWEST, MOST = 2, 10

PLACE = """\
schema: 1
name: station
title: A station
model: station_model.py
warm_up: 1 day
sources: {calls: {rate: 18/h}}
resources: {server: {capacity: 4}}
parameters: {service: {exponential: {mean: 10 min}}}
"""
EXPERIMENT = """\
schema: 1
title: Servers
question: How many servers does the station need?
place: ./place
seek: {{field: resources.server.capacity, from: 2, to: 10, step: 1, probability: {probability}, confidence: 90%}}
replications: 5
most: {most}
start: empty
warm_up: 1 day
length: {days} days
kpis: [wait, quick]
standard:
  - {{kpi: {kpi}, {side}: {value}}}
"""


def model() -> Model:
    """Come, be served, leave."""
    return Model(
        name="station",
        pathways=(
            pathway("p").mark("came").seize("server").mark("served").hold("service").release("server").leave("x"),
        ),
        sources=(source("calls", to="p"),),
        resources=(resource("server"),),
        observe=Observe(
            intervals=(interval("wait", "came", "served", (minutes(5),)),),
            kpis=(
                kpi("wait", "Wait, mean", "minutes", MeanWait("server"), "low", groups=()),
                kpi("quick", "Served in five minutes", "%", ShareWithin("wait", minutes(5)), "high", groups=()),
            ),
        ),
    )  # fmt: skip


def erlang_c(servers: int) -> float:
    """The probability to wait; 1 if the servers are too few for the work."""
    load = RATE * MEAN
    if servers <= load:
        return 1.0
    terms = [load**k / math.factorial(k) for k in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last)


def mean_wait(servers: int) -> float:
    """Minutes, by Erlang C."""
    return erlang_c(servers) * MEAN / (servers - RATE * MEAN) if servers > RATE * MEAN else math.inf


def within_5(servers: int) -> float:
    """The share who wait five minutes at most, by Erlang C."""
    if servers <= RATE * MEAN:
        return 0.0
    return 1 - erlang_c(servers) * math.exp(-(servers / MEAN - RATE) * 5)


def sought(folder: Path, kpi: str, side: str, value: str, days: int, most: int, probability: str) -> Found:
    place = folder / "place"
    place.mkdir()
    (place / "config.yaml").write_text(PLACE, encoding="utf-8")
    (place / "station_model.py").write_text(
        "from tests.theory.test_goal_seek import model as model\n", encoding="utf-8"
    )
    path = folder / "servers.yaml"
    path.write_text(
        EXPERIMENT.format(kpi=kpi, side=side, value=value, days=days, most=most, probability=probability),
        encoding="utf-8",
    )
    asked = find_question(path)
    design = design_of(asked, folder, workers=1)
    return seek_all(asked, design, Store(folder / "store.sqlite"), asked.most,
                    lambda _title, _days: nullcontext(lambda _done: None))  # fmt: skip


@pytest.mark.parametrize(
    ("kpi", "side", "value", "by_formula"),
    [
        ("wait", "at_most", "2 min", lambda servers: mean_wait(servers) <= 2),
        ("quick", "at_least", "85%", lambda servers: within_5(servers) >= 0.85),
    ],
)
def test_goal_seek_finds_the_servers_of_erlang_c(tmp_path, kpi, side, value, by_formula):
    """Far enough from the limit, and with days enough, the answer is the formula's and nothing else."""
    right = next(servers for servers in range(FEWEST, MOST + 1) if by_formula(servers))
    found = sought(tmp_path, kpi, side, value, days=7, most=20, probability="80%")
    assert found.seek.text(found.sought.meets) == str(right) == "5"
    assert found.seek.text(found.sought.fails) == str(right - 1)
    assert found.sought.exact
    assert found.sought.backwards == ()


def test_where_days_are_too_few_to_tell_the_truth_is_still_inside(tmp_path):
    """Three days at five servers keep to the formula's own mean in about 60% of cases, which is what is asked."""
    limit = mean_wait(5)
    found = sought(tmp_path, "wait", "at_most", f"{limit:.3f} min", days=3, most=20, probability="60%")
    at = {found.seek.text(one.at): one for one in found.sought.in_order}
    assert at["4"].verdict == FAILS
    assert at["6"].verdict == MEETS
    assert found.seek.text(found.sought.fails) == "4"
    assert found.seek.text(found.sought.meets) == "6"
    assert not found.sought.exact
    assert 0 < at["5"].met.met < at["5"].met.n


def test_nothing_runs_twice(tmp_path):
    found = sought(tmp_path, "wait", "at_most", "2 min", days=1, most=20, probability="60%")
    again = find_question(tmp_path / "servers.yaml")
    design = design_of(again, tmp_path, workers=1)
    second = seek_all(again, design, Store(tmp_path / "store.sqlite"), again.most,
                      lambda _title, _days: nullcontext(lambda _done: None))  # fmt: skip
    assert found.done.ran == sum(len(one.outcomes) for one in found.sought.tried)
    assert second.done.ran == 0
    assert second.sought == found.sought
