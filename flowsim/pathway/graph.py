"""The model as a graph: where each step can lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flowsim.pathway.model import Model
from flowsim.pathway.steps import CARRY_ON, Choose, Hold, Leave, Route, Seize, Step, carries_on, targets_of


@dataclass(frozen=True)
class Edge:
    """A way from one step to another; `why` is the share, the condition, or the event that opens it."""

    start: int
    end: int
    why: str = ""


@dataclass(frozen=True)
class Graph:
    """All steps of a model in one list, and every way between them."""

    steps: tuple[Step, ...]
    entry: Mapping[str, int]
    edges: tuple[Edge, ...]

    def ways_from(self, step: int) -> tuple[Edge, ...]:
        """The edges that leave a step."""
        return self._by_start.get(step, ())

    @cached_property
    def _by_start(self) -> dict[int, tuple[Edge, ...]]:
        grouped: dict[int, list[Edge]] = {}
        for edge in self.edges:
            grouped.setdefault(edge.start, []).append(edge)
        return {start: tuple(edges) for start, edges in grouped.items()}


def targets(model: Model) -> dict[str, int]:
    """Every name that can be jumped to (pathways and step labels) with its place in the list of steps."""
    places: dict[str, int] = {}
    at = 0
    for chain in model.pathways:
        if chain.steps:
            places.setdefault(chain.name, at)
        for step in chain.steps:
            places.setdefault(step.label, at)
            at += 1
    return places


def build_graph(model: Model) -> Graph:
    """The graph of a model whose targets all exist (unknown ones are left out: `checks` reports them)."""
    places = targets(model)
    steps = tuple(model.steps())
    edges: list[Edge] = []
    for at, step in enumerate(steps):
        for target, why in reasons(step):
            if target == CARRY_ON:
                edges.append(Edge(at, at + 1, why))
            elif target in places:
                edges.append(Edge(at, places[target], why))
        if carries_on(step) and not isinstance(step, (Choose, Route)):
            edges.append(Edge(at, at + 1))
    return Graph(steps, places, tuple(edge for edge in edges if edge.end < len(steps)))


def reasons(step: Step) -> list[tuple[str, str]]:
    """Each target of a step with what opens the way to it."""
    match step:
        case Choose():
            return [(target, name) for name, target in step.branches]
        case Route():
            ways = [(target, str(condition)) for condition, target in step.branches]
            return [*ways, (step.otherwise, "otherwise" if step.branches else "")]
        case Seize():
            ways = [(step.on_leave, "gives up" if step.patience else "turned away")] if step.on_leave else []
            if step.if_full and step.if_full in targets_of(step):
                ways.append((step.if_full, "queue is full"))
            return ways
        case Hold():
            return [(target, "interrupted") for target in targets_of(step)]
        case Leave():
            return []
    return [(target, "") for target in targets_of(step)]
