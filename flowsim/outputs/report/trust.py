"""The trust certificate of a run: what was checked, what came out, and what nobody could check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsim.inputs.values import Config
from flowsim.measures.queues import Little, erlang_queue, littles_law, loads
from flowsim.measures.warm_up import mser5
from flowsim.outputs.tables import headlines
from flowsim.outputs.words import FEWEST, figure, plain, several
from flowsim.program import Program
from flowsim.program.program import Instance, SeizeStep
from flowsim.records.tallies import Tallies
from flowsim.studies.statistics.pairing import pairing
from flowsim.studies.study import WEEKS_TO_JUDGE, Study

HOLDS, LOOK, UNKNOWN = "holds", "look", "unknown"
CLOSE_ENOUGH = 0.05
"""Little's law: how far lambda W may be from L."""
FULL = 0.97
"""Beds or staff in use for this share of what is open leave next to no room for an ordinary day's ups and downs."""
MOST_ROWS = 8


@dataclass(frozen=True)
class Check:
    """One check: its name, `holds`, `look` or `unknown`, what came out, and figures as a table (columns first)."""

    name: str
    verdict: str
    says: str
    table: tuple[tuple[str, ...], ...] = ()


def certificate(study: Study) -> list[Check]:
    """Every check of a study, the laws that cannot be broken first."""
    runs = study.tallies(study.baseline)
    program = study.programs[study.baseline]
    return [
        _conservation(study),
        _little(littles_law(runs), program),
        _load(runs, program),
        _warm_up(study, runs),
        _pairing(study),
        _ranges(study),
        _observed(study),
        *_notices(study),
    ]


def _conservation(study: Study) -> Check:
    kept = [one.patients for name in study.programs for one in study.tallies(name)]
    number = sum(len(ones) for ones in study.replications.values())
    started, ended, inside = (f"{int(value):,}" for value in np.sum(kept, axis=0))
    of = f" (counted in {len(kept)} of them)" if len(kept) < number else ""
    says = (
        f"In {several(number, 'run')}{of}, {started} journeys began, {ended} ended and {inside} went on: nobody was "
        "lost. At every event, what patients held was what was in use, and nobody was passed over in a queue. A run that "
        "breaks one of these laws is stopped, and not reported."
    )
    return Check("Nobody is lost (conservation)", HOLDS, says)


def _little(found: Sequence[Little], program: Program) -> Check:
    name = "Queues are as long as they must be (Little's law)"
    if not found:
        says = (
            "No queue can be judged: the run is too short, or everywhere somebody left without being served."
        )
        return Check(name, UNKNOWN, says)
    worst = max(found, key=lambda one: abs(one.gap))
    says = (
        f"In {several(len(found), 'queue')} of the baseline that nobody left unserved, the mean number waiting is arrivals "
        f"times mean wait. The largest gap is {_percent(worst.gap)} ({_title(program, worst.instance)}); "
        f"{_percent(CLOSE_ENOUGH)} is allowed."
    )
    rows = [
        (_title(program, one.instance), f"{one.length:.3f}", f"{one.rate_times_wait:.3f}", f"{one.served:,}")
        for one in sorted(found, key=lambda one: -one.length)[:MOST_ROWS]
    ]
    table = (("queue", "mean number waiting", "arrivals × mean wait", "patients served"), *rows)
    return Check(name, HOLDS if abs(worst.gap) <= CLOSE_ENOUGH else LOOK, says, table)


def _load(runs: Sequence[Tallies], program: Program) -> Check:
    found = [_Load(runs, program, at, load) for at, load in loads(runs).items()]
    found.sort(key=lambda one: -one.queue)
    full = [one for one in found if one.share >= FULL]
    says = "No resource is used to the full: load is below capacity everywhere."
    if full:
        told = ", ".join(f"{one.title} {_percent(one.share)}" for one in full[:3])
        more = f", and {len(full) - 3} more" if len(full) > 3 else ""
        says = (
            f"{several(len(full), 'resource')} {'is' if len(full) == 1 else 'are'} in use for {_percent(FULL)} or more of "
            f"what is open: {told}{more}. There, waits depend on small differences and on how long the run was, so look at "
            "longer runs before relying on them. (Over 100%: places opened under pressure, or work finished after hours.)"
        )
    rows = [(one.title, _percent(one.share), figure(one.queue), one.textbook()) for one in found[:MOST_ROWS]]
    table = (
        ("longest queues", "in use, of what is open", "mean number waiting", "textbook queue (Erlang C)"),
        *rows,
    )
    return Check("Load against capacity", LOOK if full else HOLDS, says, table)


class _Load:
    """Of one resource: how much of it is in use, and how many wait for it."""

    def __init__(
        self, runs: Sequence[Tallies], program: Program, at: tuple[str, str | None], share: float
    ) -> None:
        place = program.instances.index(Instance(*at))
        measured = [one.weekly[place, max(0, -one.first_week) :, :3].sum(axis=0) for one in runs]
        _, self.capacity, self.queue = np.sum(measured, axis=0) / sum(one.end for one in runs)
        self.title, self.share = _title(program, at), share
        self.by_ones = _by_ones(program, at[0])

    def textbook(self) -> str:
        """The queue that Erlang's formula gives for the same load, where it can be asked: units that never change."""
        if self.capacity != round(self.capacity) or not self.by_ones:
            return "–"
        return (
            "without end"
            if self.share >= 1
            else figure(erlang_queue(round(self.capacity), self.share * self.capacity))
        )


def _by_ones(program: Program, resource: str) -> bool:
    """Is the resource only ever seized one unit at a time?"""
    mine = {at for at, instance in enumerate(program.instances) if instance.resource == resource}
    steps = [step for step in program.steps if isinstance(step, SeizeStep)]
    return all(step.amount == 1 for step in steps for ref in step.resources if ref.base in mine)


def _warm_up(study: Study, runs: Sequence[Tallies]) -> Check:
    name = "Warm-up"
    design = study.design
    if design.state is not None:
        what = "of a census CSV" if design.from_csv else "of the place's warmed census"
        says = f"Every run starts with the patients {what}, not from an empty place, so there is nothing to leave out."
        return Check(name, HOLDS, says)
    measured = [one for one in runs if len(one.weeks) >= WEEKS_TO_JUDGE]
    left_out = several(design.warm_up, "day")
    if not measured:
        says = (
            f"{left_out} were simulated first and left out. With fewer than {WEEKS_TO_JUDGE} weeks nothing can say whether "
            "that was enough (MSER-5)."
        )
        return Check(name, UNKNOWN, says)
    found = [
        mser5((one.weekly[:, :, 0].sum(axis=0) / one.exposure)[one.exposure > 0].tolist()) for one in measured
    ]
    needed = max(one.leave_out for one in found)
    settled = needed * 7 <= design.warm_up and not any(one.warning for one in found)
    says = (
        f"{left_out} were left out; MSER-5, on all that is in use week by week, asks for {needed * 7} days in the run that "
        "needs most."
    )
    return Check(name, HOLDS if settled else LOOK, says)


def _pairing(study: Study) -> Check:
    name = "Same patients in every scenario (pairing)"
    others = list(study.programs)[1:]
    if not others:
        return Check(name, UNKNOWN, "There is one scenario: nothing is compared.")
    enough = study.design.replications >= FEWEST
    removed = [share for other in others if enough for share in variance_removed(study, other)]
    if not removed:
        return Check(name, UNKNOWN, "Too few replications to say how much pairing helps.")
    says = (
        "Every scenario meets the same patients with the same luck, so differences are compared patient by patient. For the "
        f"middle one of the headline figures, that removes {_percent(float(np.median(removed)))} of the variance of the "
        f"difference ({several(study.design.replications, 'pair')} of runs, so this is itself rough)."
    )
    return Check(name, HOLDS if np.median(removed) > 0 else LOOK, says)


def variance_removed(study: Study, scenario: str) -> list[float]:
    """For each headline KPI that changes, the share of the variance of independent runs that pairing took away."""
    found = []
    before, after = study.kpis(study.baseline), study.kpis(scenario)
    for kpi in headlines(study.programs[study.baseline].model.observe.kpis):
        a, b = ([run.value(kpi.name) for run in runs] for runs in (before, after))
        if a != b and not np.isnan([a, b]).any() and (one := pairing(a, b)).variance_independent > 0:
            found.append(one.removed)
    return found


def _ranges(study: Study) -> Check:
    base = study.programs[study.baseline].config
    rows, beyond, unknown = [], 0, 0
    for name in list(study.programs)[1:]:
        for field, before, after, within in changed_numbers(base, study.programs[name].config):
            unknown += within is None
            beyond += within is False
            rows.append((field, before, after, {True: "inside", False: "OUTSIDE", None: "no range"}[within]))
    name = "Inputs inside the range in which they were believed"
    if not rows:
        return Check(name, UNKNOWN, "No number of the baseline was changed." if len(study.programs) == 1 else
                     "No number that carries a range was changed.")  # fmt: skip
    inside = len(rows) - beyond - unknown
    says = f"{several(len(rows), 'number')} changed: {inside} inside their range, {beyond} outside, {unknown} without one."
    if beyond:
        says += " Outside its range a number was never held against anything: take the answer as a direction, not a size."
    table = (("number", "baseline", "changed to", "range"), *rows[: 5 * MOST_ROWS])
    return Check(name, LOOK if beyond else UNKNOWN if unknown else HOLDS, says, table)


def changed_numbers(base: Config, other: Config) -> Iterator[tuple[str, str, str, bool | None]]:
    """(field, before, after, inside its range or None if it has none) of each number that differs."""
    before = {row.field: row for row in base.numbers}
    after = {row.field: row for row in other.numbers}
    for field in dict.fromkeys((*after, *before)):
        if field.startswith(("options.", "observed")):
            continue
        was, now = before.get(field), after.get(field)
        if was is None or now is None or was.value != now.value:
            yield field, was.value if was else "–", now.value if now else "taken away", _inside(was, now)


def _inside(was: Any, now: Any) -> bool | None:
    ends = [_number(part) for part in was.range.split(" to ")] if was and was.range else []
    value = _number(now.value) if now else None
    if len(ends) != 2 or value is None or None in ends:
        return None
    low, high = (end for end in ends if end is not None)
    return low <= value <= high


def _number(text: str) -> float | None:
    found = re.fullmatch(r"\s*(-?[\d_]*\.?\d+(?:e-?\d+)?)\s*(?:[a-zA-Z%/]*)", text)
    return float(found[1]) if found else None


def _observed(study: Study) -> Check:
    name = "Held against what was observed"
    if not study.programs[study.baseline].config.observed:
        return Check(name, UNKNOWN, "The place has nothing observed to be held against.")
    table = study.observed()
    judged = table[table["covered"] & table["within"].notna()]
    if not len(judged):
        return Check(name, UNKNOWN, "The weeks simulated are too few to be held against it. `flowsim calibrate` "
                     "simulates the whole year.")  # fmt: skip
    within = judged["within"].astype(bool)
    held = ~judged["used_to_set"].astype(bool)
    says = (
        f"{int(within.sum())} of {several(len(judged), 'figure')} lie within their tolerance; of the {int(held.sum())} that "
        f"no input was set from, {int((within & held).sum())}."
    )
    return Check(name, HOLDS if within.all() else LOOK, says)


def _notices(study: Study) -> Iterator[Check]:
    for notice in study.notices():
        yield Check("The runs themselves say", LOOK, notice)


def _title(program: Program, instance: tuple[str, str | None]) -> str:
    name, site = instance
    titles = {item.name: item.title for item in program.model.resources}
    return (titles.get(name) or plain(name)) + (f", {plain(site).title()}" if site else "")


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%" if abs(share) < 0.1 else f"{100 * share:.0f}%"
