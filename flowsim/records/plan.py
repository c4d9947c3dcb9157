"""What to tally: an `Observe` resolved to index tables that the fold can follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import ModelError, Problem
from flowsim.pathway.formulas import names_of, parts_of
from flowsim.pathway.observe import Interval, Observe, observe_mistakes
from flowsim.records.layout import Layout, View
from flowsim.sampling.block import Block

ENDS, CANCELS, STARTS, CENSUS_ENDS, CENSUS_STARTS = range(5)

# The plan is one block of whole numbers. Its head says where each table begins; then first tally of the outcomes,
# sources and intervals (after "returns"); number of cells; first split of the censuses and of the histograms; first tally
# and first histogram of the waits.
SPLITS, AXES, SPANS, LIMITS, STAYS, THRESHOLDS, WATCHED, MOVED, MOVED_BY = range(9)
OF_OUTCOMES, OF_SOURCES, OF_INTERVALS, CELLS, OF_CENSUSES, OF_VIEWS, OF_WAITS, WAIT_VIEWS = range(9, 17)
HEAD = 24
# A split: where its cells begin, its axes, and is it the one by which most is split? Tallies (but for waits), censuses
# and histograms each have a split.
BASE, FIRST_AXIS, END_AXIS, IS_USUAL = range(4)
SPLIT_WIDTH = 4
# An axis of a split: in which word of a patient's attributes its attribute stands, by how many bits it is shifted there,
# and what one step of its value adds to the cell.
WORD, SHIFT, STRIDE = range(3)
AXIS_WIDTH = 3
# An interval: counted where it starts, keeps its first start, leaves out limits unless completed. What is listed for it
# begins at its FIRST entry and ends where the next one's begins; so with the thresholds (days) of the STAYS.
AT_START, KEEPS_FIRST, LEFT_OUT, FIRST_LIMIT, FIRST_VIEW = range(5)
SPAN_WIDTH = 5
# Of each milestone, for each of the five kinds of movement, where the intervals or censuses that it moves begin among
# all those MOVED; they end where those of the next kind begin.
MOVED_WIDTH = 6

Ints = NDArray[np.int64]


def plan_of(program: Any) -> tuple[Block, Layout]:
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
    moved, moved_by = _by_milestone(observe, program.milestones)
    watched = {name for names in censuses for name in names}
    parts = {
        SPLITS: splits,
        AXES: axes,
        SPANS: _spans(observe, layout),
        LIMITS: _ints([limit for _, limit in layout.limits]),
        STAYS: _ints(np.cumsum([0, *(1 + len(item.days) for item in observe.censuses)])),
        THRESHOLDS: _ints([days for _, days in layout.thresholds]),
        # Is a census split by this attribute?
        WATCHED: _ints([name in watched for name, _ in program.attributes]),
        MOVED: moved,
        MOVED_BY: moved_by,
    }
    splits_before = len(tallied), len(tallied) + len(censuses)
    numbers = (*layout.offsets[1:4], layout.cells, *splits_before, layout.tallies, len(of_intervals))
    head, at = np.zeros(HEAD, np.int64), HEAD
    head[OF_OUTCOMES : WAIT_VIEWS + 1] = numbers
    for name, part in parts.items():
        head[name], at = at, at + part.size
    return Block(np.concatenate([head, *(part.ravel() for part in parts.values())])), layout


def _splits(
    split_by: list[tuple[tuple[str, ...], tuple[str, ...]]], layout: Layout, program: Any
) -> tuple[Ints, Ints]:
    """Splits and their axes, one after another.

    A histogram leaves out those attributes by which its interval is not split.
    """
    position = {name: at for at, (name, _) in enumerate(program.attributes)}
    splits: list[tuple[int, int, int, bool]] = []
    axes: list[tuple[int, int, int]] = []
    most = Counter(names for names, known in split_by if set(names) <= set(known)).most_common(1)
    for names, known in split_by:
        first, strides = len(axes), layout.strides(layout.in_order(names))
        axes += [(position[name] // 4, position[name] % 4 * 16, stride)
                 for name, stride in strides.items() if name in known]  # fmt: skip
        is_usual = names == most[0][0] and set(names) <= set(known)
        splits.append((layout.base(names), first, len(axes), is_usual))
    return _ints(splits).reshape(-1, SPLIT_WIDTH), _ints(axes).reshape(-1, AXIS_WIDTH)


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


def _by_milestone(observe: Observe, milestones: tuple[str, ...]) -> tuple[Ints, Ints]:
    """For each milestone and each of five kinds of movement, the intervals or censuses that it moves: edges, and who."""
    spans, stays = observe.intervals, observe.censuses
    names = [
        [item.end for item in spans], [item.cancelled_by for item in spans], [item.start for item in spans],
        [item.end for item in stays], [item.start for item in stays],
    ]  # fmt: skip
    edges: list[int] = []
    moved: list[int] = []
    for name in milestones:
        for kind in names:
            edges.append(len(moved))
            moved += [at for at, used in enumerate(kind) if name in used]
        edges.append(len(moved))
    return _ints(moved), _ints(edges)
