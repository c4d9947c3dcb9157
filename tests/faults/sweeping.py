"""A sweep of the tests' clinic as a process of its own, to be killed, starved and disturbed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flowsim.studies.store import Store
from tests.tiny_place import write_place

ROOT = Path(__file__).parents[2]
SETTINGS, REPLICATIONS = 6, 4
TOTAL = (1 + SETTINGS) * REPLICATIONS
GOLDEN = 0.6180339887498949
LONGEST_WAIT = 0.3
EXPERIMENT = f"""\
schema: 1
title: A sweep to be disturbed
question: Does it go on?
place: PLACE
design:
  grid:
    resources.nurse.capacity: [+0, +1, +2]
    parameters.again: [0.1, 0.3]
replications: {REPLICATIONS}
warm_up: 7 days
settle: 7 days
length: LENGTH days
kpis: [wait, quick]
"""


@dataclass(frozen=True)
class Ended:
    """How a sweep ended."""

    code: int
    out: str
    err: str

    @property
    def counts(self) -> tuple[int, int]:
        """How many replications were run, and how many found."""
        said = json.loads(self.out)
        return said["ran"], said["found"]


@dataclass(frozen=True)
class Sweep:
    """An experiment in a folder, with a store of its own."""

    folder: Path
    days: int = 140

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.folder / "runs" / "store.sqlite"

    def start(self, limit: int = 0) -> subprocess.Popen[str]:
        """Start it; `limit` is the size in bytes beyond which no file may grow: a disk that is full."""
        self.folder.mkdir(parents=True, exist_ok=True)
        place = write_place(self.folder / "clinic")
        asked = self.folder / "many.yaml"
        text = EXPERIMENT.replace("PLACE", str(place)).replace("LENGTH", str(self.days))
        asked.write_text(text, encoding="utf-8")
        words = ["sweep", str(asked), "--store", str(self.store), "--workers", "2", "--json"]
        return subprocess.Popen(
            [sys.executable, "-c", STARTER, str(limit), *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=self.folder,
        )  # fmt: skip

    def run(self, limit: int = 0) -> Ended:
        """Run it to its end."""
        return ended(self.start(limit))

    def keys(self) -> list[str]:
        """What is in the store, whoever is writing to it."""
        if not self.store.is_file():
            return []
        with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=30)) as store:
            try:
                return [key for (key,) in store.execute("SELECT key FROM replications ORDER BY key")]
            except sqlite3.OperationalError:  # its tables are not made yet
                return []

    @property
    def sha256(self) -> str:
        """A digest of all that is in the store."""
        return Store(self.store).sha256


STARTER = """\
import sys
limit = int(sys.argv.pop(1))
if limit:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from flowsim.cli import main
sys.argv[0] = "flowsim"
main()
"""


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait until a sweep has ended."""
    out, err = process.communicate(timeout=600)
    return Ended(process.returncode, out, err)


def killed(folder: Path, number: int, expected: str, how: int = signal.SIGKILL) -> int:
    """Kill a sweep at a moment, let it go on, and hold it against an undisturbed one; returns how far it was.

    Moments are spread evenly: how many replications are to be finished, and how long to wait after that. What was in
    the store when it was killed must be found, the rest and no more must be run, and the figures must be the same to
    the byte.
    """
    sweep = Sweep(folder / f"killed {number}")
    process = sweep.start()
    wanted = int(TOTAL * ((number + 1) * GOLDEN % 1))
    while len(sweep.keys()) < wanted and process.poll() is None:
        time.sleep(0.01)
    time.sleep(LONGEST_WAIT * ((number + 1) * GOLDEN * GOLDEN % 1))
    seen = sweep.keys()
    process.send_signal(how)
    ended(process)
    there = sweep.keys()
    assert set(seen) <= set(there), "a replication that was finished is lost"
    resumed = sweep.run()
    assert resumed.code == 0, resumed.err
    assert resumed.counts == (TOTAL - len(there), len(there)), "something was run twice, or lost"
    assert len(sweep.keys()) == TOTAL
    assert sweep.sha256 == expected, "the figures are not those of a sweep that nobody disturbed"
    return len(there)
