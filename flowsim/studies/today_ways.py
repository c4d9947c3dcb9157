"""Can those who are inside go on? Whoever releases what they do not hold, or leaves with it, stops a run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from flowsim.engines import State
from flowsim.pathway.graph import build_graph
from flowsim.pathway.walks import Held, holdings_from
from flowsim.program.program import Program

MOST_TOLD = 10


def ways_that_break(program: Program, state: State) -> list[str]:
    """A notice for each step, and set of things held, from which some way releases what is not held or leaves with it.

    A way may be one that these patients never go, so that it is said beforehand and nothing is refused.
    """
    graph = build_graph(program.model)
    held: dict[int, set[str]] = {}
    for who, instance, *_ in state.holdings.tolist():
        held.setdefault(who, set()).add(program.instances[instance].resource)
    groups: dict[tuple[int, Held], list[int]] = {}
    for who, at in enumerate(state.at.tolist()):
        start = graph.entry[program.labels[at]], frozenset(held.get(who, ()))
        groups.setdefault(start, []).append(who)
    if not any(holdings_from(program.model, graph, groups)):
        return []
    return list(islice(_told(program, groups), MOST_TOLD))


def _told(program: Program, groups: dict[tuple[int, Held], list[int]]) -> Iterator[str]:
    graph = build_graph(program.model)
    for (at, held), who in groups.items():
        for found in islice(holdings_from(program.model, graph, [(at, held)]), 1):
            many = "1 patient" if len(who) == 1 else f"{len(who)} patients"
            holding = ", ".join(sorted(held)) or "nothing"
            yield (f"Row {who[0] + 1}: {many} at {graph.steps[at].label} with {holding} in hand may stop the run at "
                   f"{found.field}, since {found.value} {found.what}.")  # fmt: skip
