"""Replications: the same whatever runs them, and a plain word when a worker is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

import flowsim as fs
from flowsim.engines import ENGINES, compiled_engine, simpy_engine
from flowsim.errors import RunError
from flowsim.studies.design import Design
from flowsim.studies.replicate import days_to_simulate, replicate
from tests.tiny_place import CONFIG, model

pytestmark = pytest.mark.unit

DESIGN = Design(replications=2, days=9, warm_up=1, workers=1)
EVERY_ENGINE = pytest.mark.parametrize("engine", ENGINES)
REPLICATING = import_module("flowsim.studies.replicate")
"""The module; the package gives the function of this name."""


@pytest.fixture(scope="module")
def clinic():
    return fs.small(model(), CONFIG).scenario


@pytest.fixture(scope="module")
def alone(clinic):
    return replicate([clinic], DESIGN)["clinic"]


@EVERY_ENGINE
def test_two_workers_do_what_one_does(clinic, alone, engine):
    """Threads for the compiled engine, processes for SimPy; and both engines' tallies are the same."""
    told = []
    together = replicate([clinic], replace(DESIGN, workers=2, engine=engine), told.append)["clinic"]
    assert [one.number for one in together] == [0, 1]
    assert all(one.tallies.same_as(other.tallies) for one, other in zip(alone, together, strict=True))
    assert sum(told) == pytest.approx(days_to_simulate(1, DESIGN)) == 20


@EVERY_ENGINE
@pytest.mark.parametrize("rows", [101, 997])
def test_the_size_of_chunks_does_not_matter(clinic, alone, rows, engine, monkeypatch):
    monkeypatch.setattr(simpy_engine, "ROWS_A_CHUNK", rows)
    monkeypatch.setattr(compiled_engine, "ROWS_A_CHUNK", rows)
    (first,) = replicate([clinic], replace(DESIGN, replications=1, engine=engine))["clinic"]
    assert first.tallies.same_as(alone[0].tallies)


@pytest.mark.parametrize("workers", [2, 3, 8])
def test_the_order_in_which_threads_finish_does_not_matter(clinic, workers, monkeypatch):
    """Two scenarios, and the last replication is done first."""
    other = fs.small(model(), {**CONFIG, "resources": {"nurse": {"capacity": 3}}}).scenario
    busier = Named(other, "busier")
    design = replace(DESIGN, replications=4)
    expected = replicate([clinic, busier], design)

    def later(scenario, of, number, *more):
        time.sleep(0.05 * (of.replications - number))
        return run_one(scenario, of, number, *more)

    run_one = REPLICATING.run_one
    monkeypatch.setattr(REPLICATING, "run_one", later)
    found = replicate([clinic, busier], replace(design, workers=workers))
    assert list(found) == ["clinic", "busier"]
    for name, ones in found.items():
        assert [one.number for one in ones] == [0, 1, 2, 3]
        assert all(one.tallies.same_as(same.tallies) for one, same in zip(ones, expected[name], strict=True))


@pytest.mark.parametrize("workers", [2, 3])
def test_an_error_in_one_replication_stops_the_others_and_is_raised(clinic, workers, endless):
    def fails():
        raise RunError("in number 1")

    threads = endless(fails)
    with pytest.raises(RunError, match="in number 1"):
        replicate([clinic], replace(DESIGN, replications=5, workers=workers))
    assert threads.ended == threads.begun


@pytest.mark.skipif(os.name == "nt", reason="signals of Windows are others")
@pytest.mark.parametrize("after", [0, 0.3], ids=["while they are handed out", "while they run"])
def test_ctrl_c_stops_replications_on_threads(clinic, after, endless):
    def pressed():
        time.sleep(after)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    threads = endless(pressed)
    with pytest.raises(KeyboardInterrupt):
        replicate([clinic], replace(DESIGN, replications=5, workers=2))
    deadline = time.monotonic() + 10  # a thread that was just being started ends by itself
    while threads.ended != threads.begun and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threads.ended == threads.begun


@pytest.fixture
def endless(monkeypatch):
    """Replications without an end; number 1 does something once number 0 is at work."""

    def put(act):
        threads = Endless(act)
        monkeypatch.setattr(REPLICATING, "run_one", threads.run)
        return threads

    return put


class Endless:
    """Counts who has begun and ended; after half a minute nobody has stopped it, and it says so."""

    def __init__(self, act):
        self.act, self.begun, self.ended = act, set(), set()
        self.at_work = threading.Event()

    def run(self, _scenario, _design, number, on_days):
        self.begun.add(number)
        try:
            if number == 1:
                assert self.at_work.wait(timeout=30)
                self.act()
            for _ in range(3_000):
                on_days(0)
                self.at_work.set()
                time.sleep(0.01)
            pytest.fail("nobody stopped this replication")
        finally:
            self.ended.add(number)


class Named:
    """A scenario under another name."""

    def __init__(self, scenario, name):
        self.scenario, self.name = scenario, name

    def program(self):
        return self.scenario.program()


def test_replications_differ_and_seeds_differ(clinic, alone):
    (other_seed,) = replicate([clinic], replace(DESIGN, replications=1, seed=2))["clinic"]
    assert not alone[0].tallies.same_as(alone[1].tallies)
    assert not alone[0].tallies.same_as(other_seed.tallies)


def test_a_third_replication_leaves_the_first_two_as_they_were(clinic, alone):
    three = replicate([clinic], replace(DESIGN, replications=3))["clinic"]
    assert all(one.tallies.same_as(other.tallies) for one, other in zip(alone, three, strict=False))


def test_two_scenarios_of_one_name_are_refused(clinic):
    with pytest.raises(RunError, match="same name"):
        replicate([clinic, clinic], DESIGN)


class Deadly:
    """Ends the process that unpacks it."""

    name = "deadly"

    def program(self):
        return self

    def __reduce__(self):
        return os._exit, (3,)


def test_a_lost_worker_is_said_so():
    with pytest.raises(RunError, match=r"lost.*--workers 1"):
        replicate([Deadly()], replace(DESIGN, workers=2, engine="simpy"))


@pytest.mark.parametrize(
    "wrong",
    [{"replications": 0}, {"days": 0}, {"days": 2.5}, {"warm_up": -1}, {"seed": True}, {"workers": -1}],
)
def test_a_nonsense_design_is_refused(wrong):
    with pytest.raises(RunError, match=next(iter(wrong))):
        Design(**wrong)


def test_a_script_need_not_guard_its_calls(tmp_path):
    """Workers would otherwise run the script again, and it them, without end."""
    script = tmp_path / "mine.py"
    script.write_text(
        "import flowsim as fs\nfrom tests.tiny_place import CONFIG, model\nprint('once')\n"
        "print(len(fs.small(model(), CONFIG).run(2, days=1, workers=2).table()) > 0)\n",
        encoding="utf-8",
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": str(root)})  # fmt: skip
    assert (done.stdout, done.returncode) == ("once\nTrue\n", 0), done.stderr
