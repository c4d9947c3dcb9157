"""What a log says of the patients' flow, so that everybody can be seen to do the same work."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from flowsim.program import Program
from flowsim.program.timetables import DAY
from flowsim.records.log import MINUTE, Code

WHAT = ("arrival", "seen", "bed", "end")
MEASURES = {
    "arrivals_a_day": "patients a day",
    "ends_a_day": "ends a day",
    "to_seen": "arrival to seen, min",
    "to_bed": "arrival to bed, min",
    "stay": "bed to end, days",
}
FEWEST = 3
"""Rounds with which one can begin to say whether two means differ."""
BY_CHANCE = 0.001
"""How seldom two that do the same work may be told apart by mistake."""


@dataclass(frozen=True)
class Log:
    """A log by columns: minutes, patient, and which of WHAT."""

    time: npt.NDArray[np.float64]
    patient: npt.NDArray[np.int64]
    what: npt.NDArray[np.int64]


def of_rows(rows: Sequence[tuple[float, int, str]]) -> Log:
    """From a hand-written program's list."""
    time, patient, what = zip(*rows, strict=True)
    code = {name: at for at, name in enumerate(WHAT)}
    return Log(
        np.array(time, np.float64),
        np.array(patient, np.int64),
        np.array([code[one] for one in what], np.int64),
    )


def of_chunks(chunks: Iterable[Any], program: Program) -> Log:
    """From flowsim's log: its milestones are the four, its other rows are left out."""
    kept = [chunk[chunk["code"] == Code.MILESTONE] for chunk in chunks]
    rows = np.concatenate(kept)
    number = np.array([WHAT.index(name) for name in program.milestones], np.int64)
    return Log(rows["time"] / MINUTE, rows["patient"].astype(np.int64), number[rows["value"]])


def flow(log: Log, days: int) -> dict[str, float]:
    """Throughput and mean waits of one run."""
    when = {name: _times(log, at) for at, name in enumerate(WHAT)}
    return {
        "arrivals_a_day": int((log.what == 0).sum()) / days,
        "ends_a_day": int((log.what == WHAT.index("end")).sum()) / days,
        "to_seen": _mean(when["seen"] - when["arrival"]),
        "to_bed": _mean(when["bed"] - when["arrival"]),
        "stay": _mean(when["end"] - when["bed"]) * MINUTE / DAY,
    }


def _times(log: Log, what: int) -> npt.NDArray[np.float64]:
    """When each patient did it; nan for one who never did."""
    found = np.full(int(log.patient.max(initial=-1)) + 1, np.nan)
    of_it = log.what == what
    found[log.patient[of_it]] = log.time[of_it]
    return found


def _mean(values: npt.NDArray[np.float64]) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else math.nan


def agrees(ours: Sequence[float], theirs: Sequence[float]) -> bool | None:
    """Are two means over rounds within noise of each other (Welch's t)? None if there are too few rounds to say."""
    from scipy.stats import ttest_ind

    if min(len(ours), len(theirs)) < FEWEST:
        return None
    return bool(ttest_ind(ours, theirs, equal_var=False).pvalue >= BY_CHANCE)
