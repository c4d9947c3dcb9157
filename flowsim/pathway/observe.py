"""What a model watches: intervals between milestones, patients at midnight, and the KPIs made of them.

All of it is data. A model carries one `Observe`; the engine knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flowsim.pathway.formulas import Formula, Names, names_of, parts_of

QUEUE_WORDS = ("joined", "granted", "gave_up", "displaced", "turned_away")
SEGMENTS = ("site", "home", "need", "age_band")


def seconds(number: float) -> int:
    """That many seconds, in whole milliseconds."""
    return round(number * 1_000)


def minutes(number: float) -> int:
    """That many minutes, in whole milliseconds."""
    return round(number * 60_000)


def hours(number: float) -> int:
    """That many hours, in whole milliseconds."""
    return round(number * 3_600_000)


def days(number: float) -> int:
    """That many days of 24 hours, in whole milliseconds."""
    return round(number * 86_400_000)


@dataclass(frozen=True)
class Interval:
    """Time from a patient's latest `start` mark to the first `end` mark that follows."""

    name: str
    start: tuple[str, ...]
    end: tuple[str, ...]
    limits: tuple[int, ...] = ()
    by: tuple[str, ...] = ()
    at: str = "end"  # the week it is counted in: that of its end, or of its start
    keep_first: bool = False  # a second start mark does not restart the clock
    cancelled_by: tuple[str, ...] = ()  # marks after which the interval no longer applies to the patient
    unfinished: str = "count_if_over"  # or "leave_out": never count who left or still waits
    title: str = ""


@dataclass(frozen=True)
class CensusOf:
    """Patients between two marks at midnight, and those there for at least so many days."""

    name: str
    start: tuple[str, ...]
    end: tuple[str, ...]
    days: tuple[int, ...] = ()
    by: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class CountsBy:
    """Milestones that are also counted by further attributes; `flow` names two of them to draw from one to the other."""

    milestones: tuple[str, ...]
    by: tuple[str, ...]
    flow: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Kpi:
    """One figure: its formula, its unit, which way is better, and for which groups it is worked out."""

    name: str
    title: str
    unit: str
    formula: Formula
    better: str = "neither"  # high, low or neither
    groups: tuple[str, ...] = SEGMENTS
    definition: str = ""
    headline: bool = False  # one of the few that a first screen shows
    sentence: str = ""  # how the first line of a result says it: "{} of beds occupied"


@dataclass(frozen=True)
class Observe:
    """Everything that a model asks to be measured."""

    intervals: tuple[Interval, ...] = ()
    censuses: tuple[CensusOf, ...] = ()
    counts: tuple[CountsBy, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    segments: tuple[str, ...] = SEGMENTS  # everything is counted by those that the model has
    titles: Mapping[str, str] = field(default_factory=dict)  # of milestones and outcomes, for tables


def interval(
    name: str,
    start: Names,
    end: Names,
    limits: tuple[int, ...] = (),
    *,
    by: Names = (),
    at: str = "end",
    keep_first: bool = False,
    cancelled_by: Names = (),
    unfinished: str = "count_if_over",
    title: str = "",
) -> Interval:
    """Time between milestones: `interval("in_ed", "ed_arrival", "ed_departure", (hours(4), hours(12)))`.

    A start mark while the clock runs restarts it, unless `keep_first`. A journey that ends first has *left*;
    an interval still running when the run ends is *open*. Both count as breaches of the limits they passed.
    Marks in `cancelled_by` stop the clock without counting (a 999 call that is closed with advice).
    Attributes named in the `where` of a KPI need not be repeated in `by`.
    """
    return Interval(
        name, names_of(start), names_of(end), tuple(limits), names_of(by), at, keep_first,
        names_of(cancelled_by), unfinished, title,
    )  # fmt: skip


def census(
    name: str, start: Names, end: Names, days: tuple[int, ...] = (), *, by: Names = (), title: str = ""
) -> CensusOf:
    """Patients at midnight, e.g. `census("inpatients", "admitted", "discharged", days=(7, 14, 21))`."""
    return CensusOf(name, names_of(start), names_of(end), tuple(days), names_of(by), title)


def counts(*milestones: str, by: Names, flow: tuple[str, str] | tuple[()] = (), title: str = "") -> CountsBy:
    """Milestones counted by more than the segments: `counts("ed_arrival", by=("ed_type", "mode"))`.

    With `flow=("mode", "ed_type")`, both of them in `by`, a report draws how many go from each mode to each type.
    """
    return CountsBy(tuple(milestones), names_of(by), flow, title)


def kpi(
    name: str,
    title: str,
    unit: str,
    formula: Formula,
    better: str = "neither",
    groups: Names = SEGMENTS,
    definition: str = "",
    headline: bool = False,
    sentence: str = "",
) -> Kpi:
    """A KPI, e.g. `kpi("four_hours", "Within four hours", "%", ShareWithin("in_ed", hours(4)), "high")`."""
    return Kpi(
        name, title, unit, formula, better, names_of(groups), definition, headline or bool(sentence), sentence
    )


def observe_mistakes(
    observe: Observe,
    milestones: tuple[str, ...],
    attributes: Mapping[str, tuple[str, ...]],
    resources: tuple[str, ...],
    outcomes: tuple[str, ...],
    sources: tuple[str, ...],
) -> tuple[str, ...]:
    """Every name that an `Observe` uses and the model does not have, and every name declared twice, in words.

    An attribute whose values are not known yet has `()`: its values are then not checked.
    """
    known = {
        "milestone": set(milestones), "resource": set(resources), "outcome": set(outcomes),
        "source": {*sources, "returns"}, "attribute": set(attributes),
        "interval": {item.name for item in observe.intervals},
        "census": {item.name for item in observe.censuses},
    }  # fmt: skip
    found = [
        f"{where}: no {kind} is called {name!r}"
        for where, kind, name in _names_used(observe)
        if name not in known.get(kind, ())
    ]
    found += [f"{where}: {attribute} has no value {value!r}; it has {', '.join(attributes[attribute])}"
              for where, attribute, value in _values_used(observe)
              if attributes.get(attribute) and value not in attributes[attribute]]  # fmt: skip
    return (*found, *_limits_not_declared(observe), *_bad_words(observe), *_declared_twice(observe))


def _names_used(observe: Observe) -> Iterator[tuple[str, str, str]]:
    """(where, kind, name) of every name that must exist elsewhere in the model."""
    for span in observe.intervals:
        place = f"interval {span.name}"
        yield from ((place, "milestone", m) for m in span.start + span.end + span.cancelled_by)
        yield from ((place, "attribute", a) for a in span.by)
    for stay in observe.censuses:
        yield from ((f"census {stay.name}", "milestone", m) for m in stay.start + stay.end)
        yield from ((f"census {stay.name}", "attribute", a) for a in stay.by)
    for item in observe.counts:
        yield from (("counts", "milestone", m) for m in item.milestones)
        yield from (("counts", "attribute", a) for a in item.by)
        yield from (("counts, flow", "attribute of `by`", a) for a in item.flow if a not in item.by)
    for place, part in _formulas(observe):
        for kind in ("milestone", "outcome", "source", "interval", "census"):
            yield from ((place, kind, name) for name in names_of(getattr(part, kind, ())))
        yield from ((place, "resource", name) for name in names_of(getattr(part, "resources", ())))
        yield from ((place, "attribute", name) for name in getattr(part, "where", {}))


def _formulas(observe: Observe) -> Iterator[tuple[str, Any]]:
    """Every part of every formula, with the KPI that it stands in."""
    for figure in observe.kpis:
        yield from ((f"kpi {figure.name}", part) for part in parts_of(figure.formula))


def _values_used(observe: Observe) -> Iterator[tuple[str, str, str]]:
    for place, part in _formulas(observe):
        for attribute, values in getattr(part, "where", {}).items():
            yield from ((place, attribute, value) for value in names_of(values))


def _limits_not_declared(observe: Observe) -> Iterator[str]:
    """A share within four hours can be had only of an interval that keeps four hours as a limit."""
    limits = {item.name: item.limits for item in observe.intervals}
    thresholds = {item.name: item.days for item in observe.censuses}
    for place, part in _formulas(observe):
        if hasattr(part, "limit") and part.limit not in limits.get(part.interval, (part.limit,)):
            yield f"{place}: add {part.limit} ms to the limits of interval {part.interval}"
        if getattr(part, "days", None) not in (None, *thresholds.get(getattr(part, "census", ""), ())):
            yield f"{place}: add {part.days} to the days of census {part.census}"


def _bad_words(observe: Observe) -> Iterator[str]:
    """Words that must be one of a few."""
    for span in observe.intervals:
        if span.at not in ("start", "end"):
            yield f"interval {span.name}: at={span.at!r}; use 'start' or 'end'"
        if span.unfinished not in ("count_if_over", "leave_out"):
            yield f"interval {span.name}: unfinished={span.unfinished!r}; use 'count_if_over' or 'leave_out'"
    for figure in observe.kpis:
        if figure.better not in ("high", "low", "neither"):
            yield f"kpi {figure.name}: better={figure.better!r}; use 'high', 'low' or 'neither'"
    for place, part in _formulas(observe):
        if getattr(part, "what", "joined") not in QUEUE_WORDS:
            yield f"{place}: what={part.what!r}; use {', '.join(QUEUE_WORDS)}"
        if getattr(part, "kind", "both") not in ("left", "open", "both"):
            yield f"{place}: kind={part.kind!r}; use 'left', 'open' or 'both'"


def _declared_twice(observe: Observe) -> Iterator[str]:
    """Two things of one name."""
    declared: dict[str, tuple[Any, ...]] = {
        "interval": observe.intervals, "census": observe.censuses, "kpi": observe.kpis,
    }  # fmt: skip
    for kind, items in declared.items():
        names = [item.name for item in items]
        twice = sorted({name for name in names if names.count(name) > 1})
        yield from (f"{kind} {name}: declared twice" for name in twice)
