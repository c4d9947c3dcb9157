"""Replications: the same whatever runs them, and a plain word when a worker is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import flowsim as fs
from flowsim.engines import simpy_engine
from flowsim.errors import RunError
from flowsim.studies.design import Design
from flowsim.studies.replicate import days_to_simulate, replicate
from tests.tiny_place import CONFIG, model

pytestmark = pytest.mark.unit

DESIGN = Design(replications=2, days=9, warm_up=1, workers=1)


@pytest.fixture(scope="module")
def clinic():
    return fs.small(model(), CONFIG).scenario


@pytest.fixture(scope="module")
def alone(clinic):
    return replicate([clinic], DESIGN)["clinic"]


def test_two_workers_do_what_one_does(clinic, alone):
    told = []
    together = replicate([clinic], replace(DESIGN, workers=2), told.append)["clinic"]
    assert [one.number for one in together] == [0, 1]
    assert all(one.tallies.same_as(other.tallies) for one, other in zip(alone, together, strict=True))
    assert sum(told) == pytest.approx(days_to_simulate(1, DESIGN)) == 20


@pytest.mark.parametrize("rows", [101, 997])
def test_the_size_of_chunks_does_not_matter(clinic, alone, rows, monkeypatch):
    monkeypatch.setattr(simpy_engine, "ROWS_A_CHUNK", rows)
    (first,) = replicate([clinic], replace(DESIGN, replications=1))["clinic"]
    assert first.tallies.same_as(alone[0].tallies)


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
