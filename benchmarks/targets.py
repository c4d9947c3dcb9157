"""What was promised, beside what was measured."""

from __future__ import annotations

from typing import Any


def judged(
    what: str, figure: float | None, *, at_least: float | None = None, at_most: float | None = None, unit: str
) -> dict[str, Any]:
    """A figure with its target; None for a figure that there is not (yet). Exactly one bound is given."""
    assert (at_least is None) != (at_most is None)
    bound = at_least if at_least is not None else at_most
    met = None
    if figure is not None and bound is not None:
        met = figure >= bound if at_least is not None else figure <= bound
    return {
        "what": what,
        "figure": figure,
        "at_least": at_least,
        "at_most": at_most,
        "unit": unit,
        "met": met,
    }


def verdict(row: dict[str, Any], quick: bool = False) -> str:
    """Met, or by how much it falls short, in words."""
    if row["met"] is None:
        return "not measured"
    if quick:
        return "not judged: a quick run"
    if row["met"]:
        return "met"
    if row["at_least"] is not None:
        return f"missed: {row['figure'] / row['at_least']:.3g} of it"
    return f"missed: {row['figure'] / row['at_most']:.3g} times it"


def bound(row: dict[str, Any]) -> str:
    """The target in words."""
    sign, value = (">=", row["at_least"]) if row["at_least"] is not None else ("<=", row["at_most"])
    return f"{sign} {value:g} {row['unit']}"
