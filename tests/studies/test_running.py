"""Running what the store does not have: the same bytes however it came about, and nothing is run twice."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from importlib import import_module

import pytest

import flowsim as fs
from flowsim.errors import RunError
from flowsim.studies.design import Design
from flowsim.studies.replicate import replicate
from flowsim.studies.running import STATES, Stored, Work, days_of, read_study, run_missing
from flowsim.studies.scenario import Prepared
from flowsim.studies.store import Store
from tests.tiny_place import CONFIG, model

pytestmark = pytest.mark.exact

DESIGN = Design(replications=3, days=21, warm_up=7, settle=7, warmed=True, workers=1)
RUNNING = import_module("flowsim.studies.measuring")


@pytest.fixture(scope="module")
def base():
    return Prepared(fs.small(model(), CONFIG).program, "baseline")


@pytest.fixture(scope="module")
def more():
    busier = {**CONFIG, "resources": {"nurse": {"capacity": 3}}}
    return Prepared(fs.small(model(), busier).program, "more")


def ask(base, scenarios, path, design=DESIGN, pictures=0, on_days=lambda _days: None):
    work = Work(design, base.program(), Store(path / "store.sqlite"), pictures=pictures)
    return work, run_missing(work, scenarios, range(design.replications), on_days)


def test_the_same_question_is_answered_from_the_store(base, more, tmp_path):
    work, first = ask(base, [base, more], tmp_path)
    before = work.store.sha256
    _, second = ask(base, [base, more], tmp_path)
    assert (first.ran, first.found) == (6, 0)
    assert (second.ran, second.found) == (0, 6)
    assert first.keys == second.keys
    assert Store(work.store.path).sha256 == before


def test_from_three_to_five_replications_runs_two(base, more, tmp_path):
    ask(base, [base, more], tmp_path)
    _, done = ask(base, [base, more], tmp_path, replace(DESIGN, replications=5))
    assert (done.ran, done.found) == (4, 6)


def test_threads_in_any_order_write_the_same(base, more, tmp_path, monkeypatch):
    alone, _ = ask(base, [base, more], tmp_path / "one", replace(DESIGN, replications=5))
    one = RUNNING.run_one

    def later(scenario, design, number, *rest):
        time.sleep(0.03 * (design.replications - number))
        return one(scenario, design, number, *rest)

    monkeypatch.setattr(RUNNING, "run_one", later)
    together, _ = ask(base, [base, more], tmp_path / "four", replace(DESIGN, replications=5, workers=4))
    assert alone.store.sha256 == together.store.sha256


def test_a_warmed_state_goes_on_as_if_the_run_had_never_stopped(base, tmp_path):
    """The baseline from its warmed states is the run from empty through warm-up and settling, figure by figure."""
    work, done = ask(base, [base], tmp_path)
    study = read_study(work, {"baseline": base.program()}, done.keys, {})
    straight = replicate([base], replace(DESIGN, warmed=False, settle=0, warm_up=14))["baseline"]
    for one, other in zip(study.kpis("baseline"), straight, strict=True):
        expected = other.kpis(base.program(), "all")
        assert one.rows == expected.rows


def test_days_are_told_in_full_whether_run_or_found(base, more, tmp_path):
    for _ in range(2):
        told: list[float] = []
        (tmp_path / "store.sqlite").unlink(missing_ok=True)
        ask(base, [base, more], tmp_path, on_days=told.append)
        assert sum(told) == pytest.approx(days_of(DESIGN, 2, 3)) == 3 * 7 + 6 * 28


@pytest.mark.parametrize("harm", [b"", b"PK\x03\x04 and nothing else", None])
def test_a_damaged_state_is_made_again(base, more, tmp_path, harm):
    work, _ = ask(base, [base, more], tmp_path)
    before, states = work.store.sha256, sorted((tmp_path / STATES).iterdir())
    assert len(states) == 3
    for path in states:
        path.write_bytes(path.read_bytes()[:-900] if harm is None else harm)
    (tmp_path / "store.sqlite").unlink()
    again, _ = ask(base, [base, more], tmp_path)
    assert again.store.sha256 == before


def test_whatever_changes_a_figure_changes_the_key_and_nothing_else_does(base, more, tmp_path):
    def keys(design=DESIGN, base=base, only=None, periods=("all",)):
        work = Work(
            replace(design, replications=1), base.program(), Store(tmp_path / "store.sqlite"), only, periods
        )
        return tuple(run_missing(work, [base], [0]).keys[base.name])

    once = keys()
    assert keys(replace(DESIGN, workers=3, note="a note")) == once
    others = [
        keys(replace(DESIGN, seed=2)),
        keys(replace(DESIGN, days=28)),
        keys(replace(DESIGN, warm_up=14)),
        keys(replace(DESIGN, settle=14)),
        keys(replace(DESIGN, warmed=False)),
        keys(base=more),
        keys(only=("wait",)),
    ]
    assert len({once, *others}) == 1 + len(others)


def test_tallies_are_kept_of_as_many_as_pictures_need(base, tmp_path):
    work, done = ask(base, [base], tmp_path, pictures=2)
    study = read_study(work, {"baseline": base.program()}, done.keys, {})
    whole, second = study.tallies("baseline")
    assert whole.patients[0] > 0
    assert not whole.same_as(second)
    first = study.replications["baseline"][0]
    assert isinstance(first, Stored)
    with pytest.raises(RunError, match="No figures of the period"):
        study.replications["baseline"][2].kpis(base.program(), "2018/19")


def test_after_an_error_what_was_finished_is_kept_and_the_rest_goes_on_next_time(
    base, more, tmp_path, monkeypatch
):
    one = RUNNING.run_one

    def fails(scenario, design, number, *rest):
        if (scenario.program(), number) == (more.program(), 1):
            raise RunError("in number 1")
        return one(scenario, design, number, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(RUNNING, "run_one", fails)
        with pytest.raises(RunError, match="in number 1"):
            ask(base, [base, more], tmp_path)
    _, done = ask(base, [base, more], tmp_path)
    assert (done.found, done.ran) == (4, 2)


def test_programs_are_made_no_further_ahead_than_there_are_workers(base, tmp_path):
    """A sweep of hundreds of settings must not hold hundreds of programs."""
    ahead, finished, lock = [], [], threading.Lock()

    class Counted:
        def __init__(self, number):
            self.name, self.number = f"s{number}", number

        def program(self):
            with lock:
                ahead.append(self.number - len(finished))
            changed = {**CONFIG, "resources": {"nurse": {"capacity": 2 + self.number}}}
            return fs.small(model(), changed).program

    class Counting(Store):
        def keep(self, *given, **named):
            super().keep(*given, **named)
            with lock:
                finished.append(1)

    work = Work(replace(DESIGN, workers=2), base.program(), Counting(tmp_path / "store.sqlite"))
    done = run_missing(work, [Counted(number) for number in range(8)], [0])
    assert done.ran == 8
    assert max(ahead) <= 3
