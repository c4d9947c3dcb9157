"""What to tally: an `Observe` resolved to index tables that the fold can follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import ModelError, Problem
from flowsim.pathway.formulas import names_of, parts_of
from flowsim.pathway.observe import Interval, Observe, observe_mistakes
from flowsim.records.layout import Layout, View

ENDS, CANCELS, STARTS, CENSUS_ENDS, CENSUS_STARTS = range(5)

# Entries of `Plan.numbers`: first tally of the outcomes, sources and intervals (after "returns"); number of
# cells; first split of the censuses and of the histograms.
OF_OUTCOMES, OF_SOURCES, OF_INTERVALS, CELLS, OF_CENSUSES, OF_VIEWS = range(6)
# Columns of its tables. What is listed for a row begins at its FIRST entry and ends where the next row's begins.
BASE, FIRST_AXIS = range(2)
ATTRIBUTE, STRIDE = range(2)
AT_START, KEEPS_FIRST, LEFT_OUT, FIRST_LIMIT, FIRST_VIEW = range(5)

Ints = NDArray[np.int64]


class Plan(NamedTuple):
    """The tables that the compiled fold reads. Tallies (but for waits), censuses and histograms each have a split."""

    splits: Ints  # [split + 1, 2]: where its cells begin; its first axis
    axes: Ints  # [axis of a split, 2]: attribute; what one step of its value adds to the cell
    spans: Ints  # [interval + 1, 5]: AT_START, KEEPS_FIRST, LEFT_OUT (limits unless completed), FIRST_LIMIT, FIRST_VIEW
    limits: Ints  # [limit]: ms
    stays: Ints  # [census + 1]: its first threshold
    thresholds: Ints  # [threshold]: days
    watched: Ints  # [attribute]: 1 if a census is split by it
    first: Ints  # [5 kinds, milestone + 1]: where a milestone's entries begin in `which`
    which: Ints  # [5 kinds, longest]: intervals or censuses that a milestone moves
    numbers: Ints


def plan_of(program: Any) -> tuple[Plan, Layout]:
    """Resolve the names of the model's `Observe` in a program; every unknown name is reported at once."""
    observe: Observe = program.model.observe
    _check(observe, program)
    by_thing = _axes_by_thing(observe, program)
    layout = _layout(observe, program, by_thing)
    tallied = [by_thing[thing] for thing in _tallied(observe, program)]
    censuses = [by_thing["census", item.name] for item in observe.censuses]
    of_intervals = [view for view in layout.views if view.kind == "interval"]
    views = [(view.axes, by_thing["interval", view.name]) for view in of_intervals]
    splits, axes = _splits([*((names, names) for names in (*tallied, *censuses)), *views], layout, program)
    first, which = _by_milestone(observe, program.milestones)
    watched = {name for names in censuses for name in names}
    numbers = (*layout.offsets[1:4], layout.cells, len(tallied), len(tallied) + len(censuses))
    plan = Plan(
        splits=splits,
        axes=axes,
        spans=_spans(observe, layout),
        limits=_ints([limit for _, limit in layout.limits]),
        stays=_ints(np.cumsum([0, *(1 + len(item.days) for item in observe.censuses)])),
        thresholds=_ints([days for _, days in layout.thresholds]),
        watched=_ints([name in watched for name, _ in program.attributes]),
        first=first,
        which=which,
        numbers=_ints(numbers),
    )
    return plan, layout


def _splits(
    split_by: list[tuple[tuple[str, ...], tuple[str, ...]]], layout: Layout, program: Any
) -> tuple[Ints, Ints]:
    """Where the cells of each split begin, and its axes: (attribute, stride) one after another.

    A histogram leaves out those attributes by which its interval is not split.
    """
    position = {name: at for at, (name, _) in enumerate(program.attributes)}
    splits: list[tuple[int, int]] = []
    axes: list[tuple[int, int]] = []
    for names, known in split_by:
        splits.append((layout.base(names), len(axes)))
        strides = layout.strides(layout.in_order(names))
        axes += [(position[name], stride) for name, stride in strides.items() if name in known]
    return _ints([*splits, (0, len(axes))]), _ints(axes).reshape(-1, 2)


def _spans(observe: Observe, layout: Layout) -> Ints:
    """What the fold has to know about each interval."""
    of_limit = [at for at, _ in layout.limits]
    names = [item.name for item in observe.intervals]
    of_view = [names.index(view.name) for view in layout.views if view.kind == "interval"]
    rows = [
        (item.at == "start", item.keep_first, item.unfinished == "leave_out",
         np.searchsorted(of_limit, at), np.searchsorted(of_view, at))
        for at, item in enumerate(observe.intervals)
    ]  # fmt: skip
    return _ints([*rows, (0, 0, 0, len(of_limit), len(of_view))])


def _ints(rows: Any) -> Ints:
    return np.array(rows, np.int64)


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
    asked = [(part, figure.groups) for figure in observe.kpis for part in parts_of(figure.formula)]
    for span in observe.intervals:
        views += [View("interval", span.name, names) for names in _views(span, observe, asked, values)]
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


def _views(
    span: Interval, observe: Observe, asked: list[tuple[Any, Any]], values: dict[str, Any]
) -> list[tuple[str, ...]]:
    """Histograms of an interval: by site and `by`; for each percentile, by its `where` and each group."""
    plain = (*(name for name in ("site",) if name in observe.segments and name in values), *span.by)
    found = dict.fromkeys([tuple(sorted(set(plain)))])
    for part, groups in asked:
        if hasattr(part, "percent") and getattr(part, "interval", None) == span.name:
            found.update((tuple(sorted({*part.where, group})), None) for group in groups if group in values)
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
