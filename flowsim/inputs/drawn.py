"""A place's text with the numbers in doubt at other values: before any option or change of a scenario is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flowsim.inputs.in_doubt import ODDS, TIMES, InDoubt
from flowsim.inputs.options import apply_changes
from flowsim.inputs.paths import at, put
from flowsim.inputs.reading import Reading
from flowsim.inputs.shares_in_doubt import with_odds
from flowsim.inputs.tree import Node
from flowsim.inputs.units import format_number


def with_drawn(reading: Reading, root: Node, drawn: Sequence[tuple[InDoubt, float]]) -> Node:
    """The document with each of these numbers at its value; what cannot be done is noted in `reading`."""
    for one, value in drawn:
        node = at(root, one.way)
        assert node is not None  # it was found in this document
        if one.how == ODDS:
            root = put(root, one.way, with_odds(node, one.of, _odds_factor(one, value)))
        elif one.how == TIMES:
            path = ".".join(one.way) + (
                ".multiplier" if one.way[0] == "sources" and len(one.way) == 2 else ""
            )
            root = apply_changes(reading, root, {}, (), {path: f"x {format_number(value / one.base)}"})
        else:
            leaf = node.table.get("value", node)
            new = replace(leaf, value=_text(one, value))
            root = put(root, one.way, node.with_key("value", new) if "value" in node.table else new)
    return root


def _odds_factor(one: InDoubt, value: float) -> float:
    """By how much odds are multiplied: by the value itself, or so that the share becomes the value."""
    if one.kind != "share":
        return value
    if value >= 1:
        return float("inf")
    return value / (1 - value) / (one.centre / (1 - one.centre))


def _text(one: InDoubt, value: float) -> str | float:
    if one.kind == "time":
        return f"{format_number(float(round(value)))} ms"
    if one.kind == "rate":
        return f"{format_number(value)}/h"
    if one.before or one.after:
        return f"{one.before}{format_number(value)}{one.after}"
    return int(value) if one.whole else value
