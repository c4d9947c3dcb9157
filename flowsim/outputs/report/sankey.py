"""A Sankey picture of two columns, drawn by hand: bands as wide as the patients who go that way."""

from __future__ import annotations

from typing import Any

from flowsim.outputs.report.drawing import QUIET, SMALL, TEXT, axes
from flowsim.outputs.words import brief

COLOURS = ("#005EB8", "#41B6E6", "#003087", "#E8A100", "#7C2855", "#00703C", "#768692", "#AE2573")
NODE, GAP, LEFT, RIGHT = 0.03, 0.012, 0.31, 0.68
SMALLEST = 0.012
"""What fewer than this share of all come to joins `other`; and if that is next to nothing, it is not drawn."""


def sankey(ways: list[list[Any]]) -> Any:
    """Ways as (from, to, how many a day)."""
    from matplotlib.patches import Rectangle

    gathered = _gathered(ways)
    totals = [
        _totals([(start, number) for start, _, number in gathered]),
        _totals([(end, number) for _, end, number in gathered]),
    ]
    most = max(len(column) for column in totals)
    drawn, at = axes(0.34 * max(most, 6) + 0.9)
    scale = min(_scale(column) for column in totals)
    left, right = (_places(column, scale) for column in totals)
    at.axis("off")
    at.set_xlim(0, 1)
    at.set_ylim(-1.06, 0.02)
    colour = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(left)}
    used = {
        **{(0, name): top for name, (top, _) in left.items()},
        **{(1, name): top for name, (top, _) in right.items()},
    }
    for start, end, number in sorted(
        gathered, key=lambda way: (list(left).index(way[0]), list(right).index(way[1]))
    ):
        width = number * scale
        _band(at, used[0, start], used[1, end], width, colour[start])
        used[0, start] -= width
        used[1, end] -= width
    for side, column in enumerate((left, right)):
        for name, (top, height) in column.items():
            x = LEFT if side == 0 else RIGHT - NODE
            at.add_patch(
                Rectangle((x, top - height), NODE, height, color=colour[name] if side == 0 else "#425563")
            )
            at.text(x - 0.015 if side == 0 else x + NODE + 0.015, top - height / 2, f"{name}: {brief(totals[side][name])}",
                    ha="right" if side == 0 else "left", va="center", fontsize=SMALL + 0.5, color=TEXT)  # fmt: skip
    at.text(0.5, -1.06, "patients a day, baseline", ha="center", va="bottom", fontsize=SMALL, color=QUIET)
    return drawn


def _gathered(ways: list[list[Any]]) -> list[tuple[str, str, float]]:
    """What is too thin to be seen, gathered by where it comes from."""
    total = sum(way[2] for way in ways)
    ends: dict[str, float] = {}
    for _, end, number in ways:
        ends[end] = ends.get(end, 0.0) + number
    found: dict[tuple[str, str], float] = {}
    for start, end, number in ways:
        key = (start, end if ends[end] >= SMALLEST * total else "other")
        found[key] = found.get(key, 0.0) + number
    few = sum(number for (_, end), number in found.items() if end == "other") < SMALLEST / 4 * total
    return [(start, end, number) for (start, end), number in found.items() if not (few and end == "other")]


def _totals(parts: list[tuple[str, float]]) -> dict[str, float]:
    """How many in all, the most first and `other` last."""
    totals: dict[str, float] = {}
    for name, number in parts:
        totals[name] = totals.get(name, 0.0) + number
    return dict(sorted(totals.items(), key=lambda item: (item[0] == "other", -item[1])))


def _scale(totals: dict[str, float]) -> float:
    """Height for each patient, such that every label of a column has room."""
    slot, room = 1 / (max(len(totals), 6) + 1), 1.0
    thin: set[str] = set()
    while True:
        whole = sum(number for name, number in totals.items() if name not in thin)
        scale = (room - slot * len(thin) - GAP * (len(totals) - 1)) / whole
        more = {name for name, number in totals.items() if number * scale < slot} - thin
        if not more or len(thin | more) == len(totals):
            return scale
        thin |= more


def _places(totals: dict[str, float], scale: float) -> dict[str, tuple[float, float]]:
    """Top and height of each node, downwards from 0; one that is thinner than its label stands in the middle of its slot."""
    slot, found, top = 1 / (max(len(totals), 6) + 1), {}, 0.0
    for name, number in totals.items():
        height = number * scale
        room = max(height, slot)
        found[name] = (top - (room - height) / 2, height)
        top -= room + GAP
    return found


def _band(at: Any, y0: float, y1: float, width: float, colour: str) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    x0, x1 = LEFT + NODE, RIGHT - NODE
    middle = (x0 + x1) / 2
    points = [(x0, y0), (middle, y0), (middle, y1), (x1, y1), (x1, y1 - width), (middle, y1 - width),
              (middle, y0 - width), (x0, y0 - width), (x0, y0)]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    at.add_patch(PathPatch(Path(points, codes), facecolor=colour, alpha=0.45, linewidth=0))
