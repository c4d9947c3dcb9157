"""A small dose of what `python -m tests.faults` does: sweeps that are killed, starved and disturbed go on."""

from __future__ import annotations

import os
import signal
import sqlite3

import pytest

from tests.faults.sweeping import TOTAL, Sweep, ended, killed

pytestmark = [
    pytest.mark.exact,
    pytest.mark.skipif(os.name == "nt", reason="signals and limits of Windows are others"),
]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The digest of a sweep that nobody disturbs."""
    sweep = Sweep(tmp_path_factory.mktemp("undisturbed"))
    done = sweep.run()
    assert done.code == 0, done.err
    assert done.counts == (TOTAL, 0)
    return sweep.sha256


def test_a_sweep_that_is_killed_goes_on_where_it_stopped(undisturbed, tmp_path):
    killed(tmp_path, 0, undisturbed)


def test_a_full_disk_is_told_and_harms_nothing(undisturbed, tmp_path):
    sweep = Sweep(tmp_path)
    starved = sweep.run(limit=40_000)
    assert starved.code == 2, starved.err
    assert "cannot grow: the disk is full, or a limit is reached" in starved.err
    assert "Everything that was finished before is kept." in starved.err
    there = len(sweep.keys())
    assert 0 < there < TOTAL
    assert sweep.run().counts == (TOTAL - there, there)
    assert sweep.sha256 == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 5))
def test_killed_at_other_moments(undisturbed, tmp_path, number):
    killed(tmp_path, number, undisturbed)


@pytest.mark.slow
def test_ctrl_c_ends_it_and_keeps_what_was_done(undisturbed, tmp_path):
    killed(tmp_path, 1, undisturbed, how=signal.SIGINT)


@pytest.mark.slow
def test_two_sweeps_share_a_store(undisturbed, tmp_path):
    sweep = Sweep(tmp_path)
    both = [sweep.start(), sweep.start()]
    for done in map(ended, both):
        assert done.code == 0, done.err
        assert sum(done.counts) == TOTAL
    assert len(sweep.keys()) == TOTAL
    assert sweep.sha256 == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize("harm", ["damaged", "another version"])
def test_a_store_that_cannot_be_used_is_told_and_left_as_it_is(tmp_path, harm):
    sweep = Sweep(tmp_path, days=7)
    assert sweep.run().code == 0
    if harm == "damaged":
        whole = sweep.store.read_bytes()
        sweep.store.write_bytes(whole[:4096] + b"\xff" * 8192 + whole[12288:])
    else:
        with sqlite3.connect(sweep.store) as store:
            store.execute("UPDATE about SET value = '9' WHERE name = 'schema'")
        store.close()
    before = sweep.store.read_bytes()
    refused = sweep.run()
    assert refused.code == 2, refused.err
    assert "It was left as it is." in refused.err
    assert "Traceback" not in refused.err
    assert sweep.store.read_bytes() == before
