"""What a patient can have in hand when joining a queue.

A release with `after` leaves units in use while they are made ready, and nothing tells of it but the model: the log has
a row only when they are free again.
"""

from __future__ import annotations

from collections import defaultdict

from flowsim.pathway.graph import build_graph
from flowsim.pathway.model import Model
from flowsim.pathway.steps import ComeBack, Hold, Release, Seize
from flowsim.pathway.walks import Held, next_states


def made_ready(model: Model) -> tuple[str, ...]:
    """The resources that are given back with a time to make them ready, in order of declaration."""
    found = {
        name for step in model.steps() if isinstance(step, Release) and step.after for name in step.resources
    }
    return tuple(item.name for item in model.resources if item.name in found)


class InHand:
    """All that patients can have in hand on joining a queue, found by walking every way through a model."""

    def __init__(self, model: Model) -> None:
        self.apart = frozenset(made_ready(model))
        self.ways: dict[str, set[Held]] = defaultdict(set)
        graph = build_graph(model)
        ahead = [(graph.entry[source.to], Held()) for source in model.sources]
        ahead += [(graph.entry[step.to], Held()) for step in graph.steps if isinstance(step, ComeBack)]
        seen: set[tuple[int, Held]] = set()
        while ahead:
            if (state := ahead.pop()) in seen:
                continue
            seen.add(state)
            at, held = state
            step = graph.steps[at]
            if isinstance(step, Seize):
                for name in step.resources:
                    self.ways[name].add(held)
            elif isinstance(step, Hold) and step.if_interrupted:  # a holder who goes on later joins again
                for name in held:
                    self.ways[name].add(held - {name})
            ahead.extend(next_states(graph, at, step, held))

    def being_made_ready(self, held: Held, wanted: str) -> Held:
        """Those of the resources held that are not in hand any more when joining a queue for `wanted`.

        As few as the model allows: where it allows both, they are in hand.
        """
        ways = [way for way in self.ways[wanted] if way <= held and held - way <= self.apart]
        in_order = sorted(ways, key=lambda way: (-len(way), sorted(way)))
        return held - (in_order[0] if in_order else held)
