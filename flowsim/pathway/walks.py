"""Walks through a model's graph: what cannot be reached, what is held on leaving, circles without time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowsim.errors import Problem
from flowsim.pathway.graph import Graph
from flowsim.pathway.model import Model
from flowsim.pathway.problems import problem
from flowsim.pathway.steps import ComeBack, Hold, Leave, Release, Seize, Step, WaitUntil

Held = frozenset[str]
MOST_STATES = 20_000
"""Ways of holding things that the walk follows before it says that the model is too tangled to check."""


def unreachable(model: Model, graph: Graph) -> Iterator[Problem]:
    """Pathways and steps to which no first contact leads."""
    starts = [graph.entry[source.to] for source in model.sources]
    reached: set[int] = set()
    ahead = list(starts)
    while ahead:
        at = ahead.pop()
        if at in reached:
            continue
        reached.add(at)
        ahead.extend(edge.end for edge in graph.ways_from(at))
        step = graph.steps[at]
        if isinstance(step, ComeBack):
            ahead.append(graph.entry[step.to])
    if not starts:
        return
    for chain in model.pathways:
        lost = [step for step in chain.steps if graph.entry[step.label] not in reached]
        if len(lost) == len(chain.steps):
            yield problem(
                model, "pathway", chain.name, "cannot be reached from any source", "lead to it, or remove it"
            )
        elif lost:
            yield problem(model, lost[0].label, chain.name, "cannot be reached from any source",
                          "lead to it, or remove it")  # fmt: skip


def holdings(model: Model, graph: Graph) -> Iterator[Problem]:
    """Walk every way with what is held: nothing may be held on leaving, or given back without being held."""
    starts = [graph.entry[source.to] for source in model.sources]
    starts += [graph.entry[step.to] for step in graph.steps if isinstance(step, ComeBack)]
    yield from holdings_from(model, graph, [(start, frozenset()) for start in starts])


def holdings_from(model: Model, graph: Graph, starts: Iterable[tuple[int, Held]]) -> Iterator[Problem]:
    """Walk every way from steps at which somebody already holds something."""
    seen: set[tuple[int, Held]] = set()
    told: set[tuple[str, str]] = set()
    ahead = list(starts)
    while ahead:
        at, held = ahead.pop()
        if (at, held) in seen:
            continue
        if len(seen) > MOST_STATES:
            yield problem(model, "pathways", len(seen), "has too many ways of holding things to check them all",
                          "release what is held before pathways meet")  # fmt: skip
            return
        seen.add((at, held))
        step = graph.steps[at]
        for found in _holding_problems(model, step, held):
            if (found.field, found.value) not in told:
                told.add((found.field, found.value))
                yield found
        ahead.extend(next_states(graph, at, step, held))


def _holding_problems(model: Model, step: Step, held: Held) -> Iterator[Problem]:
    if isinstance(step, Leave):
        for name in sorted(held):
            yield problem(model, step.label, name, "is still held by patients who leave here on some way",
                          f'release it before: .release("{name}"), if_held=True if only some hold it')  # fmt: skip
    if isinstance(step, Release) and not step.if_held and not held.intersection(step.resources):
        yield problem(model, step.label, "/".join(step.resources), "is released here, but on some way it is not held",
                      "seize it on every way to here, or say if_held=True")  # fmt: skip


def next_states(graph: Graph, at: int, step: Step, held: Held) -> Iterator[tuple[int, Held]]:
    """Where a step can lead, and with what in hand."""
    for edge in graph.ways_from(at):
        if isinstance(step, Seize) and not edge.why:
            for name in step.resources:
                yield edge.end, held | {name}
        elif isinstance(step, Release) and step.amount is None:
            yield edge.end, held.difference(step.resources)
        elif isinstance(step, Hold) and edge.why == "interrupted":
            # Which resource the interrupter took is known only at run time: each may be gone.
            for name in held:
                yield edge.end, held - {name}
        else:
            yield edge.end, held


def timeless_cycles(model: Model, graph: Graph) -> Iterator[Problem]:
    """A cycle in which no step can take time would never end."""
    instant = [
        index for index, step in enumerate(graph.steps) if not isinstance(step, (Hold, Seize, WaitUntil))
    ]
    remaining = set(instant)
    changed = True
    while changed:
        ends = {at for at in remaining if not any(edge.end in remaining for edge in graph.ways_from(at))}
        remaining -= ends
        changed = bool(ends)
    on_cycle = _on_cycles(remaining, graph)
    if on_cycle:
        first = graph.steps[min(on_cycle)]
        names = ", ".join(graph.steps[at].label for at in sorted(on_cycle)[:6])
        yield problem(model, first.label, names, "is a cycle in which no time can pass",
                      "put a .hold, .wait_until or .seize into the cycle")  # fmt: skip


def _on_cycles(candidates: set[int], graph: Graph) -> set[int]:
    """Those of the steps from which the way through `candidates` leads back to themselves."""
    cyclic: set[int] = set()
    for start in candidates:
        ahead = [edge.end for edge in graph.ways_from(start) if edge.end in candidates]
        seen: set[int] = set()
        while ahead:
            at = ahead.pop()
            if at == start:
                cyclic.add(start)
                break
            if at not in seen:
                seen.add(at)
                ahead.extend(edge.end for edge in graph.ways_from(at) if edge.end in candidates)
    return cyclic
