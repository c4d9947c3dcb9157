"""A cluster of processes on this machine gives the same bytes as threads do, even if one of them is killed."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from importlib.util import find_spec

import pytest

import flowsim as fs
from flowsim.errors import RunError
from flowsim.studies import cluster
from flowsim.studies.design import Design
from flowsim.studies.running import Work, run_missing
from flowsim.studies.scenario import Prepared
from flowsim.studies.store import Store
from tests.tiny_place import CONFIG, model

HAS_DASK = find_spec("distributed") is not None
pytestmark = pytest.mark.exact
with_dask = pytest.mark.skipif(not HAS_DASK, reason="Dask is an extra")

DESIGN = Design(replications=6, days=140, warm_up=7, settle=7, warmed=True, workers=1)


def scenarios():
    busier = {**CONFIG, "resources": {"nurse": {"capacity": 3}}}
    return [
        Prepared(fs.small(model(), CONFIG).program, "baseline"),
        Prepared(fs.small(model(), busier).program, "more"),
    ]


def store_of(path, design, between=lambda _days: None):
    asked = scenarios()
    work = Work(design, asked[0].program(), Store(path / "store.sqlite"), pictures=1)
    done = run_missing(work, asked, range(design.replications), between)
    assert done.ran == 12
    return work.store


@pytest.mark.skipif(HAS_DASK, reason="Dask is installed")
def test_without_dask_it_is_said_what_to_install():
    with pytest.raises(RunError, match=r"pip install 'flowsim\[cluster\]'"):
        cluster.connected("local 2")


@with_dask
@pytest.mark.slow
def test_nobody_at_an_address_is_said_so(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(RunError, match=r"There is no Dask scheduler at tcp://127\.0\.0\.1:9"):
        cluster.connected("tcp://127.0.0.1:9")


@with_dask
@pytest.mark.slow
@pytest.mark.parametrize("killing", [False, True], ids=["undisturbed", "a worker killed"])
@pytest.mark.parametrize("start", ["warmed", "empty"])
def test_a_cluster_writes_the_same_bytes(tmp_path, start, killing):
    design = DESIGN if start == "warmed" else replace(DESIGN, warmed=False, settle=0)
    expected = store_of(tmp_path / "threads", design)
    there = cluster.connected("local 2")
    alive, killed = list(there.client.run(os.getpid).values())[:1] * killing, []

    def kill(days):
        """After the first replication has ended, one worker."""
        if days and alive:
            killed.append(alive.pop())
            os.kill(killed[0], signal.SIGKILL)

    try:
        found = store_of(tmp_path / "cluster", replace(design, cluster="local 2"), kill)
    finally:
        there.client.cluster.close()
        there.client.close()
        cluster.connected.cache_clear()
    assert found.sha256 == expected.sha256
    assert bool(killed) == killing
    for key in found.keys():  # noqa: SIM118  (a store is not a dict)
        kept, other = found.tallies(key), expected.tallies(key)
        assert (kept is None) == (other is None)
        assert kept is None or kept.same_as(other)
