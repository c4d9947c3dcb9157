"""What to tally: an `Observe` resolved to index tables that the fold can follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import ModelError, Problem
from flowsim.pathway.formulas import names_of, parts_of
from flowsim.pathway.observe import Interval, Observe, observe_mistakes
from flowsim.records.layout import Layout, View

ENDS, CANCELS, STARTS, CENSUS_ENDS, CENSUS_STARTS = range(5)


class Plan(NamedTuple):
    """The tables that the compiled fold reads; one row a tally, one row a milestone."""

    strides: NDArray[np.int64]  # [tally, attribute]: what one step of an attribute's value adds to the cell
    census_strides: NDArray[np.int64]  # [census, attribute]
    watched: NDArray[np.bool_]  # [attribute]: does a census split by it?
    at_start: NDArray[np.bool_]  # [interval]
    keep_first: NDArray[np.bool_]  # [interval]
    first: NDArray[np.int64]  # [5 kinds, milestone + 1]: where a milestone's entries begin in `which`
    which: NDArray[np.int64]  # [5 kinds, longest]: intervals or censuses that a milestone moves
    radices: NDArray[np.int64]  # [attribute]: number of values, to pack the attributes of who has left
    words: NDArray[np.int64]  # [attribute]: which word of 64 bits it is packed into
    offsets: NDArray[np.int64]  # first tally of: milestones, outcomes, sources, intervals, waits


@dataclass(frozen=True)
class Planned:
    """The plan, and the names of what it tallies."""

    plan: Plan
    layout: Layout
    bases: NDArray[np.int64]  # [tally]: where its cells begin
    census_bases: NDArray[np.int64]  # [census]


def plan_of(program: Any) -> Planned:
    """Resolve the names of the model's `Observe` in a program; every unknown name is reported at once."""
    observe: Observe = program.model.observe
    _check(observe, program)
    axes = _axes_by_thing(observe, program)
    layout = _layout(observe, program, axes)
    position = {name: at for at, (name, _) in enumerate(program.attributes)}

    def row(names: Iterable[str]) -> NDArray[np.int64]:
        found = np.zeros(len(program.attributes), np.int64)
        for name, stride in layout.strides(layout.in_order(names)).items():
            found[position[name]] = stride
        return found

    strides = [row(axes[kind, name]) for kind, name in _tallied(observe, program)]
    first, which = _by_milestone(observe, program.milestones)
    census_axes = [axes["census", item.name] for item in observe.censuses]
    sizes = [max(len(values), 1) for _, values in program.attributes]
    plan = Plan(
        strides=_table(strides, program),
        census_strides=_table([row(names) for names in census_axes], program),
        watched=np.array([any(name in row for row in census_axes) for name, _ in program.attributes], bool),
        at_start=np.array([item.at == "start" for item in observe.intervals], bool),
        keep_first=np.array([item.keep_first for item in observe.intervals], bool),
        first=first,
        which=which,
        radices=np.array(sizes, np.int64),
        words=_words(sizes),
        offsets=np.array(layout.offsets, np.int64),
    )
    bases = [layout.base(axes[kind, name]) for kind, name in _tallied(observe, program)]
    census_bases = [layout.base(names) for names in census_axes]
    return Planned(
        plan, layout, np.array([*bases, *(0 for _ in layout.instances)]), np.array(census_bases, np.int64)
    )


def _check(observe: Observe, program: Any) -> None:
    resources = tuple(dict.fromkeys(item.resource for item in program.instances))
    sources = tuple(item.name for item in program.sources)
    mistakes = observe_mistakes(
        observe, program.milestones, dict(program.attributes), resources, program.outcomes, sources
    )
    if mistakes:
        name = getattr(program.model, "name", "")
        raise ModelError(Problem(file=f"model {name}", field="observe", what=text) for text in mistakes)


def _tallied(observe: Observe, program: Any) -> list[tuple[str, str]]:
    """(kind, name) of each tally that is split by attributes, in order; an interval has three in a row."""
    things = [("milestone", name) for name in program.milestones]
    things += [("outcome", name) for name in program.outcomes]
    things += [("source", item.name) for item in program.sources] + [("source", "returns")]
    return things + [("interval", item.name) for item in observe.intervals for _ in range(3)]


def _axes_by_thing(observe: Observe, program: Any) -> dict[tuple[str, str], tuple[str, ...]]:
    """The attributes by which each milestone, outcome, source, interval and census is split.

    They are the segments, what is declared in `by`, and whatever a KPI asks about it with `where` or groups.
    """
    known = dict(program.attributes)
    found: dict[tuple[str, str], dict[str, None]] = {}

    def add(kind: str, name: str, names: Iterable[str]) -> None:
        segments = [item for item in observe.segments if item in known]
        found.setdefault((kind, name), dict.fromkeys(segments)).update(dict.fromkeys(names))

    for kind, name in _tallied(observe, program):
        add(kind, name, ())
    for span in observe.intervals:
        add("interval", span.name, span.by)
    for stay in observe.censuses:
        add("census", stay.name, stay.by)
    for item in observe.counts:
        for name in item.milestones:
            add("milestone", name, item.by)
    for figure in observe.kpis:
        groups = [group for group in figure.groups if group in known]
        for part in parts_of(figure.formula):
            for kind in ("milestone", "outcome", "source", "interval", "census"):
                for name in names_of(getattr(part, kind, ())):
                    add(kind, name, (*getattr(part, "where", {}), *groups))
    return {thing: tuple(names) for thing, names in found.items()}


def _layout(observe: Observe, program: Any, axes: dict[tuple[str, str], tuple[str, ...]]) -> Layout:
    """The names of all tallies, the axes of their cells, and the histograms that are kept."""
    used = dict.fromkeys(name for names in axes.values() for name in names)
    values = dict(program.attributes)
    views = []
    for span in observe.intervals:
        views += [View("interval", span.name, names) for names in _views(span, observe, values)]
    waits = [View("wait", str(at), ()) for at in range(len(program.instances))]
    order = tuple(used)
    splits = [(), *axes.values(), *(view.axes for view in views)]
    written = dict.fromkeys(tuple(name for name in order if name in split) for split in splits)
    return Layout(
        milestones=tuple(program.milestones),
        outcomes=tuple(program.outcomes),
        sources=(*(item.name for item in program.sources), "returns"),
        intervals=tuple((span.name, span.limits) for span in observe.intervals),
        censuses=tuple((stay.name, stay.days) for stay in observe.censuses),
        instances=tuple((item.resource, item.site) for item in program.instances),
        axes=tuple((name, tuple(values[name])) for name in used),
        views=(*views, *waits),
        splits=tuple(written),
    )


def _views(span: Interval, observe: Observe, values: dict[str, Any]) -> list[tuple[str, ...]]:
    """Histograms of an interval: by site and `by`; for each percentile, by its `where` and each group."""
    plain = (*(name for name in ("site",) if name in observe.segments and name in values), *span.by)
    found = dict.fromkeys([tuple(sorted(set(plain)))])
    for figure in observe.kpis:
        for part in parts_of(figure.formula):
            if hasattr(part, "percent") and getattr(part, "interval", None) == span.name:
                groups = [group for group in figure.groups if group in values]
                found.update((tuple(sorted({*part.where, group})), None) for group in groups)
                found[tuple(sorted(part.where))] = None
    return _not_inside_another(list(found))


def _not_inside_another(found: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """A histogram by fewer attributes is had by adding up one by more."""
    return [names for names in found if not any(set(names) < set(other) for other in found)]


def _by_milestone(
    observe: Observe, milestones: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each of five kinds of movement, the intervals or censuses that each milestone moves."""
    spans, stays = observe.intervals, observe.censuses
    names = [
        [item.end for item in spans], [item.cancelled_by for item in spans], [item.start for item in spans],
        [item.end for item in stays], [item.start for item in stays],
    ]  # fmt: skip
    rows = [[[at for at, used in enumerate(kind) if name in used] for name in milestones] for kind in names]
    longest = max([sum(map(len, row)) for row in rows], default=0)
    first = np.zeros((len(rows), len(milestones) + 1), np.int64)
    which = np.zeros((len(rows), max(longest, 1)), np.int64)
    for kind, row in enumerate(rows):
        first[kind, 1:] = np.cumsum([len(entries) for entries in row])
        flat = [at for entries in row for at in entries]
        which[kind, : len(flat)] = flat
    return first, which


def _words(sizes: list[int]) -> NDArray[np.int64]:
    """Pack attributes, in order, into as few words of 64 bits as hold every combination."""
    words, word, room = [], 0, 1
    for size in sizes:
        room *= size + 1
        if room >= 2**62:
            word, room = word + 1, size + 1
        words.append(word)
    return np.array(words, np.int64)


def _table(rows: list[NDArray[np.int64]], program: Any) -> NDArray[np.int64]:
    return np.array(rows, np.int64).reshape(len(rows), len(program.attributes))
