"""Shares whose odds are changed, in a table of shares or in every cell of a table by attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flowsim.inputs.tree import PROVENANCE_KEYS, Node
from flowsim.inputs.units import format_number, parse_number

DIGITS = 9
YES = "yes"


def shares_in(node: Node) -> list[dict[str, float]]:
    """The shares of every cell, `rest` worked out."""
    if "by" in node.table and "values" in node.table:
        return [_shares(cell) for cell in _cells(node.table["values"])]
    return [_shares(node)]


def share_of(node: Node, name: str) -> float | None:
    """One share of one cell."""
    return _shares(node).get(name)


def which_share(node: Node) -> str | None:
    """The share whose odds a factor multiplies: `yes`, or the commonest over all cells; None if all are certain."""
    cells = shares_in(node)
    total: dict[str, float] = {}
    for cell in cells:
        for name, share in cell.items():
            total[name] = total.get(name, 0.0) + share
    open_ones = [name for name in total if any(0 < cell.get(name, 0.0) < 1 for cell in cells)]
    return YES if YES in open_ones else max(open_ones, key=lambda name: total[name], default=None)


def share_that_fits(node: Node, low: float, high: float) -> tuple[str, float] | None:
    """The one share that lies in a range, the same in every cell where it is open; None if several do, or none.

    Of yes and no, yes.
    """
    if not 0 <= low <= high <= 1:
        return None
    cells = shares_in(node)
    fitting: dict[str, float] = {}
    for name in dict.fromkeys(name for cell in cells for name in cell):
        values = {round(cell[name], DIGITS) for cell in cells if 0 < cell.get(name, 0.0) < 1}
        if len(values) == 1 and low <= min(values) <= high:
            fitting[name] = min(values)
    if YES in fitting or len(fitting) == 1:
        name = YES if YES in fitting else next(iter(fitting))
        return name, fitting[name]
    return None


def with_odds(node: Node, name: str, factor: float) -> Node:
    """The node with the odds of one share multiplied in every cell; the others keep their proportions."""
    return _each_cell(node, lambda cell: _more(cell, name, factor))


def _each_cell(node: Node, change: Callable[[Node], Node]) -> Node:
    if "by" in node.table and "values" in node.table:
        return node.with_key("values", _descend(node.table["values"], change))
    return change(node)


def _below(node: Node) -> dict[str, Node]:
    return {key: child for key, child in node.table.items() if key not in PROVENANCE_KEYS}


def _is_cell(node: Node) -> bool:
    """Whether this is a cell, or a level of attributes: in a cell every share is a single value."""
    return all(child.is_scalar or "value" in child.table for child in _below(node).values())


def _cells(node: Node) -> list[Node]:
    if _is_cell(node):
        return [node]
    return [cell for child in _below(node).values() for cell in _cells(child)]


def _descend(node: Node, change: Callable[[Node], Node]) -> Node:
    if _is_cell(node):
        return change(node)
    below = _below(node)
    return replace(
        node, value={**node.table, **{key: _descend(child, change) for key, child in below.items()}}
    )


def _shares(cell: Node) -> dict[str, float]:
    written = {key: child.table.get("value", child).value for key, child in cell.table.items()
               if key not in (*PROVENANCE_KEYS, "times")}  # fmt: skip
    known = {key: parse_number(value) for key, value in written.items() if value != "rest"}  # type: ignore[arg-type]
    return {key: known.get(key, max(0.0, 1 - sum(known.values()))) for key in written}


def _more(cell: Node, name: str, factor: float) -> Node:
    """A cell with new shares; one of the others becomes the rest, so that they sum to one."""
    shares = _shares(cell)
    share = shares.get(name, 0.0)
    if not 0 < share < 1:
        return cell
    new = share * factor / (1 - share + share * factor)
    others = [key for key in shares if key != name]
    rest = max(others, key=lambda key: shares[key])
    values: dict[str, str] = {name: format_number(round(new, DIGITS)), rest: "rest"}
    for key in others:
        values.setdefault(key, format_number(round(shares[key] * (1 - new) / (1 - share), DIGITS)))
    for key, value in values.items():
        old = cell.table[key]
        leaf = replace(old.table.get("value", old), value=value)
        cell = cell.with_key(key, old.with_key("value", leaf) if "value" in old.table else leaf)
    return cell
