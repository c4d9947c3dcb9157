"""Tables of delays: which resource was short, for each hour that somebody waited; over replications, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from flowsim.errors import RunError
from flowsim.measures.attribution import BLOCKED, WAITING, Delays
from flowsim.measures.intervals import estimate, paired
from flowsim.measures.periods import weeks_of
from flowsim.studies.study import WHOLE, Study

WHAT = {"waiting": WAITING, "blocked": BLOCKED}
WHO = ["resource", "at", "charged_to", "charged_at"]
Causes = Mapping[tuple[str, ...], Sequence[float]]
"""Hours a day in each replication, by resource, site, what they are charged to, and its site."""


def delays(study: Study, scenario: str = "", period: str = WHOLE, what: str = "waiting") -> Any:
    """A table of hours a day: resource, at, charged_to, charged_at, n, mean, sd, low, high; the longest first.

    With `what="waiting"` they are the hours that patients wait for a resource. With "blocked" they are the hours of its
    units in the hands of patients who wait for something else: crews outside ED, beds whose patient waits for a package
    of care. Either sums to all there were; a site is "" for what all sites share.
    """
    import pandas as pd

    found = causes(study, scenario, period, what)
    rows = []
    for who, values in found.items():
        one = estimate(values)
        rows.append([*who, one.n, one.mean, one.sd, one.low, one.high])
    table = pd.DataFrame(rows, columns=[*WHO, "n", "mean", "sd", "low", "high"])
    return table.sort_values("mean", ascending=False, kind="stable", ignore_index=True)


def delay_differences(
    study: Study, scenario: str, base: str = "", period: str = WHOLE, what: str = "waiting"
) -> Any:
    """A table of paired differences in hours a day, the largest first; the same patients in both."""
    import pandas as pd

    before, after = causes(study, base, period, what), causes(study, scenario, period, what)
    none = [0.0] * len(study.replications[scenario])
    rows = []
    for who in {**before, **after}:
        pair = before.get(who, none), after.get(who, none)
        change = paired(*pair)
        means = [estimate(values).mean for values in pair]
        clear = change.low > 0 or change.high < 0
        rows.append([*who, change.n, *means, change.mean, change.low, change.high, clear])
    table = pd.DataFrame(rows, columns=[*WHO, "n", "base", "other", "difference", "low", "high", "clear"])
    largest = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[largest].reset_index(drop=True)


def causes(study: Study, scenario: str = "", period: str = WHOLE, what: str = "waiting") -> Causes:
    """Hours a day in each replication of every pair that has any in one of them."""
    if what not in WHAT:
        raise RunError(f'The delays are of "waiting" or "blocked", not {what!r}.')
    scenario = scenario or study.baseline
    weeks = weeks_of(period, study.programs[scenario].config)
    by_run = np.array([_kept(one.delays).a_day(weeks, WHAT[what]) for one in study.replications[scenario]])
    names = _kept(study.replications[scenario][0].delays).places
    some = np.argwhere((np.nan_to_num(by_run) > 0).any(axis=0))
    return {(*names[a], *names[b]): by_run[:, a, b].tolist() for a, b in some.tolist()}


def _kept(found: Delays | None) -> Delays:
    if found is None:
        raise RunError("This run kept no delays: run it with delays=True (in a design, attribution=True).")
    return found
