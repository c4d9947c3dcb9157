"""The same patient in every scenario: what changes for one thing moves no other number."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from flowsim.pathway import pathway
from flowsim.records.log import Code
from tests.engines.tiny import play
from tests.sampling.small import WEEK, config, drawn, model, program, table
from tests.support import simulate

pytestmark = pytest.mark.unit


def rows(made, **more):
    """Every arrival as a row; the key identifies who it is."""
    found = table(drawn(made, **more))
    return {int(key): (int(time), int(source), tuple(attributes)) for key, time, source, attributes
            in zip(found["key"], found["time"], found["source"], found["attributes"].tolist(), strict=True)}  # fmt: skip


def walk_in(**changes):
    return {"sources": {"walk_in": {**config()["sources"]["walk_in"], **changes}}}


def test_nine_tenths_of_demand_removes_a_tenth_and_touches_no_other():
    base, less = rows(program()), rows(program(**walk_in(multiplier=0.9)))
    assert less.items() <= base.items()
    gone = [row for key, row in base.items() if key not in less]
    assert {row[1] for row in gone} == {0}
    walk_ins = sum(row[1] == 0 for row in base.values())
    assert abs(len(gone) - 0.1 * walk_ins) < 4 * np.sqrt(0.09 * walk_ins)


def test_eleven_tenths_of_demand_adds_and_touches_no_other():
    base, more = rows(program()), rows(program(**walk_in(multiplier=1.1)))
    assert base.items() <= more.items()
    walk_ins = sum(row[1] == 0 for row in base.values())
    assert abs(len(more) - len(base) - 0.1 * walk_ins) < 4 * np.sqrt(0.1 * walk_ins)


def test_more_demand_contains_less_demand():
    several = [rows(program(**walk_in(multiplier=m))) for m in (0.5, 0.9, 1.0, 1.1, 1.5)]
    for less, more in pairwise(several):
        assert less.items() <= more.items()


def test_a_multiplier_of_one_class_touches_no_other_class():
    base = rows(program())
    one = rows(program(**walk_in(multiplier={"by": ["acuity"], "values": {"1": 1.5, "2": 0.5, "3": 1}})))
    added = [row for key, row in one.items() if key not in base]
    gone = [row for key, row in base.items() if key not in one]
    assert {row[2][2] for row in added} == {0}
    assert {row[2][2] for row in gone} == {1}
    assert all(one[key] == row for key, row in base.items() if key in one)


@pytest.mark.parametrize("multiplier", [0.5, 1.5, 2.5])
def test_a_booked_list_is_thinned_and_added_to_as_well(multiplier):
    base = rows(program())
    other = rows(program(sources={"clinic": {**config()["sources"]["clinic"], "multiplier": multiplier}}))
    assert (other.items() <= base.items()) if multiplier < 1 else (base.items() <= other.items())
    clinic = [sum(row[1] == 1 for row in found.values()) for found in (base, other)]
    assert clinic[0] == 50
    assert abs(clinic[1] - 50 * multiplier) <= 4 * np.sqrt(50 * 0.25)


def starts_and_draws(run):
    """By key: time and class of each first contact; and by key the log of its journey, without waiting."""
    log = run.log
    started = log[(log["code"] == Code.START) & (log["value"] < 0)]
    key_of = dict(zip(started["patient"].tolist(), table(run.engine.arrivals)["key"].tolist(), strict=False))
    names = run.program.outcomes
    ends = {
        key_of[row["patient"]]: names[row["value"]]
        for row in log[log["code"] == Code.END]
        if row["patient"] in key_of
    }
    set_to = {
        key_of[row["patient"]]: int(row["value"])
        for row in log[log["code"] == Code.SET]
        if row["patient"] in key_of
    }
    returned = log[(log["code"] == Code.START) & (log["value"] >= 0)]
    back = {key_of[row["value"]] for row in returned if row["value"] in key_of}
    return ends, set_to, back


@pytest.mark.parametrize("what", ["more_steps", "more_sources", "more_resources"])
def test_adding_a_step_a_source_or_a_resource_moves_no_other_number(what):
    """Same arrivals, outcomes, classes and returns, patient by patient; and the same tables and streams."""
    more = {
        "more_steps": {"parameters": {"ed.advice": {"told": 0.5, "not_told": "rest"},
                                      "ed.greeting": {"exponential": {"mean": "1 min"}}}},
        "more_sources": {"sources": {"another": {"rate": "1/h"}}},
        "more_resources": {"resources": {"porter": {"capacity": 9}}, "parameters": {"ed.porter_time": "2 min"}},
    }[what]  # fmt: skip
    base = simulate(model(), config(), "7 days")
    other = simulate(model(**{what: True}), config(**more), "7 days")
    a, b = rows(base.program, until=WEEK), rows(other.program, until=WEEK)
    without_source = [{key: (row[0], row[2]) for key, row in found.items()} for found in (a, b)]
    assert without_source[0].items() <= without_source[1].items()
    assert (len(a) == len(b)) is (what != "more_sources")
    for before, after in zip(starts_and_draws(base)[:2], starts_and_draws(other)[:2], strict=True):
        both = before.keys() & after.keys()
        assert len(both) > 0.7 * len(before)
        assert {key: before[key] for key in both} == {key: after[key] for key in both}
    streams = [
        {step.label: step.stream for step in run.program.steps if hasattr(step, "stream")}
        for run in (base, other)
    ]
    assert streams[0].items() <= streams[1].items()


def test_the_same_stay_whatever_the_waiting():
    """Half of the doctors: other waits, but each patient's triage, treatment and stay last as long as before."""

    def stays(run):
        log, found = run.log, {}
        key_of = dict(zip(log["patient"][(log["code"] == Code.START) & (log["value"] < 0)].tolist(),
                          table(run.engine.arrivals)["key"].tolist(), strict=False))  # fmt: skip
        granted = {}
        for time, who, code, resource, _ in log.tolist():
            if code == Code.GRANT:
                granted[who, resource] = time
            elif code == Code.RELEASE and who in key_of:
                found[key_of[who], resource] = time - granted[who, resource]
        return found

    base = stays(simulate(model(), config(), "7 days"))
    other = stays(
        simulate(model(), config(resources={"doctor": {"capacity": 3}, "bed": {"capacity": 25}}), "7 days")
    )
    both = base.keys() & other.keys()
    assert len(both) > 1500
    assert {key: base[key] for key in both} == {key: other[key] for key in both}


def test_another_seed_or_replication_is_another_world():
    base = rows(program())
    for other in ({"seed": 2}, {"replication": 1}):
        times = {row[0] for row in rows(program(), **other).values()}
        shared = times & {row[0] for row in base.values()}
        assert len(shared) <= 50 + 5, "only the booked minutes are the same"


def test_the_luck_of_a_patience_does_not_depend_on_who_had_to_wait():
    """A grant at once counts as a visit: the patience of the second round is the same, whether the first waited or not."""
    ed = (
        pathway("ed")
        .hold("ed.pause", label="round")
        .use("doctor", "ed.time", patience="ed.patience", on_leave="gone")
        .then("ed.round")
    )
    gone = pathway("gone").leave("gave_up")

    def gives_up(open_at):
        """Free at 10 minutes or busy then; nobody is served after 13 minutes."""
        rooms = {"doctor": {"steps": {open_at: 1, "13 min": 0}}}
        times = {"ed.pause": 10, "ed.time": 5, "ed.patience": {"uniform": {"min": "2 min", "max": "60 min"}}}
        run = play(ed, gone, who={"a": 0}, rooms=rooms, until="3 h", times=times)
        joined = run.log["time"][run.log["code"] == Code.JOIN]
        left = run.log["time"][run.log["code"] == Code.LEFT]
        granted = run.log["time"][run.log["code"] == Code.GRANT]
        return len(joined), int(left[0] - joined[1]), int(granted[0] - joined[0])

    at_once, waited = gives_up("0 h"), gives_up("11 min")
    assert (at_once[0], at_once[2]) == (2, 0)
    assert (waited[0], waited[2]) == (2, 60_000)
    assert at_once[1] == waited[1]
