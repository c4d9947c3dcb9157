"""Replications on many machines, by Dask: an extra, `pip install flowsim[cluster]`. The figures are the same to the bit.

The store is here, and is written here. A worker is given a program as bytes, warms the states that it is asked for, and
gives figures back; what was on a worker that is lost is worked out again on another. Dask's machines trust each other: a
scheduler must not be open to strangers.
"""

from __future__ import annotations

import re
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from threading import Lock
from typing import Any

from flowsim.engines import State
from flowsim.errors import RunError
from flowsim.program import Program
from flowsim.program.timetables import DAY
from flowsim.records.tallies import Tallies, load_tallies, save_tallies
from flowsim.studies.census import warmed_state
from flowsim.studies.design import Design
from flowsim.studies.keys import as_text, code_sha256, key_of, what_determines
from flowsim.studies.measuring import Measured, run_and_measure
from flowsim.studies.replicate import OnDays, packed, unpacked
from flowsim.studies.starting import starting_state

LOCAL = re.compile(r"local (\d+)")
PATIENCE = 15
"""Seconds to wait for a scheduler."""
RETRIES = 3
AT_HAND = 4
"""Programs that are held on the cluster at a time."""


@dataclass
class Cluster:
    """A cluster of workers; each replication is one task of it."""

    client: Any
    _programs: OrderedDict[str, Any] = field(default_factory=OrderedDict)
    _states: dict[str, Any] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def threads(self) -> int:
        """How many replications it runs at once."""
        return max(1, sum(map(int, self.client.nthreads().values())))

    def run(
        self, design: Design, base: Program, program: Program, number: int, only: tuple[str, ...] | None,
        periods: tuple[str, ...], with_tallies: bool, on_days: OnDays,
    ) -> tuple[Measured, Tallies | None]:  # fmt: skip
        """One replication, elsewhere. Raises RunError with what went wrong there."""
        with self._lock:
            there, state = self._program(program), self._state(design, base, program, number)
        given = design.warmed or design.state is not None
        plain = replace(design, state=None, warmed=given, note="", workers=1, cluster="")
        asked = (plain, number, only, periods, with_tallies, code_sha256())
        waited_for = self.client.submit(_replication, there, state, *asked, pure=False, retries=RETRIES)
        found, tallies = _result(waited_for, on_days)
        on_days((design.until - design.begin) / DAY)
        return found, load_tallies(BytesIO(tallies)) if tallies else None

    def _program(self, program: Program) -> Any:
        """A program on the cluster, by a task that can be done again if its worker is lost."""
        name = program.sha256
        if name not in self._programs:
            whole = zlib.compress(packed({"": program}), 1)
            self._programs[name] = self.client.submit(_same, whole, key=f"program-{name}")
            if len(self._programs) > AT_HAND:
                self._programs.popitem(last=False)
        self._programs.move_to_end(name)
        return self._programs[name]

    def _state(self, design: Design, base: Program, program: Program, number: int) -> Any:
        """What a replication starts from: a state that is made there, one that is given, or nothing."""
        if not design.warmed:
            return starting_state(design, program, number)
        determined = what_determines(base, base, design, (), ())
        name = key_of(as_text({**determined, "replication": number}))
        if name not in self._states:
            asked = (design.warm_up, design.seed, number, -design.settle)
            self._states[name] = self.client.submit(_warmed, self._program(base), *asked, key=f"state-{name}")
        return self._states[name]


@lru_cache(maxsize=1)
def connected(where: str) -> Cluster:
    """The cluster at an address, or `local N`: so many processes of this machine. Raises RunError if it is not there."""
    if find_spec("distributed") is None:
        raise RunError("A cluster needs Dask, which is not installed: pip install 'flowsim[cluster]'.")
    from distributed import Client, LocalCluster

    if local := LOCAL.fullmatch(where):
        workers = LocalCluster(
            n_workers=int(local[1]), threads_per_worker=1, dashboard_address=None, host="127.0.0.1",
            silence_logs="ERROR",
        )  # fmt: skip
        return Cluster(Client(workers))
    try:
        return Cluster(Client(where, timeout=PATIENCE))
    except (OSError, ValueError, TypeError) as error:
        raise RunError(
            f"There is no Dask scheduler at {where}. Start one with `dask scheduler`, or try --local-cluster 2."
        ) from error


def _result(waited_for: Any, on_days: OnDays) -> tuple[Measured, bytes]:
    """Wait for a result; look up now and then, whether all is to stop."""
    from distributed import CancelledError, KilledWorker
    from distributed import TimeoutError as NotYet

    while True:
        on_days(0)
        try:
            found: tuple[Measured, bytes] = waited_for.result(timeout=0.5)
        except NotYet:
            continue
        except (KilledWorker, CancelledError) as error:
            raise RunError(
                "Workers of the cluster were lost again and again over one replication: they may be short of memory. "
                "Everything that was finished is kept."
            ) from error
        return found


# --- on a worker ------------------------------------------------------------------------------------------------


def _same(whole: bytes) -> bytes:
    return whole


@lru_cache(maxsize=2)
def _program_of(whole: bytes) -> Program:
    return unpacked(zlib.decompress(whole))[""]


def _warmed(whole: bytes, warm_up: int, seed: int, number: int, until: int) -> State:
    return warmed_state(_program_of(whole), warm_up, seed, lambda _days: None, number, until)


def _replication(
    whole: bytes, state: State | None, design: Design, number: int, only: tuple[str, ...] | None,
    periods: tuple[str, ...], with_tallies: bool, code: str,
) -> tuple[Measured, bytes]:  # fmt: skip
    if code != code_sha256():
        raise RunError(
            "A worker of the cluster has another version of flowsim than this machine. Install the same."
        )
    measured, tallies = run_and_measure(_program_of(whole), design, number, only, periods, state)
    written = BytesIO()
    if with_tallies:
        save_tallies(tallies, written)
    return measured, written.getvalue()
