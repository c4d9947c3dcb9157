"""Pictures of a study of the numbers in doubt: a tornado a decision, and both bands; each says in words what it shows."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import Any

from flowsim.outputs.numbers_in_doubt import figure_of, in_its_unit, scenario_name, told, unit_of
from flowsim.outputs.plots import (
    DARK_BLUE,
    DARK_RED,
    GREY,
    MARGIN,
    NHS_BLUE,
    ROW,
    WARM_YELLOW,
    WIDTH,
    titled_axes,
)
from flowsim.outputs.whole_files import whole
from flowsim.outputs.words import SHARES, several
from flowsim.studies.decisions import Decision
from flowsim.studies.in_doubt import Sensitivity
from flowsim.studies.statistics.decisive import NO, PERHAPS, SURELY

MOST_BARS = 16
EDGES = {SURELY: DARK_RED, PERHAPS: GREY, NO: "none"}


def tornado_picture(found: Sensitivity, at: int) -> tuple[Any, str]:
    """The figure of one decision at both ends of each number's range, and what that shows in words."""
    one = found.decisions[at]
    order = {SURELY: 0, PERHAPS: 1, NO: 2}
    rows = sorted(found.rows, key=lambda row: (order[row.bars[at].turns], -abs(row.bars[at].swing.mean)))[
        :MOST_BARS
    ]
    turning = sum(row.bars[at].turns == SURELY for row in found.rows)
    title = f"{several(turning, 'number')} of {len(found.rows)} can turn: {figure_of(found, one)}"
    if not turning:
        title = f"No number surely turns: {figure_of(found, one)}"
    under = f"{several(found.design.replications, 'replication')} of {several(found.design.days, 'day')}, same patients"
    picture, axes = titled_axes(WIDTH, ROW * max(len(rows), 2) + MARGIN, title, under)
    scale = _scale(one)
    middle = scale * found.centres[at].mean
    for place, row in enumerate(reversed(rows)):
        bar = row.bars[at]
        for end, colour, hatch in ((bar.at_low, NHS_BLUE, ""), (bar.at_high, WARM_YELLOW, "///")):
            axes.barh(place, scale * end.mean - middle, 0.62, left=middle, color=colour, hatch=hatch,
                      edgecolor=EDGES[bar.turns] if bar.turns != NO else "white", linewidth=1.2, alpha=0.95)  # fmt: skip
    names = [
        f"{row.input.name}\n{row.input.said(row.input.low)} to {row.input.said(row.input.high)}"
        for row in rows
    ]
    axes.set_yticks(range(len(rows)), reversed(names), fontsize=7)
    axes.set_ylim(-0.7, max(len(rows), 2) - 0.3)
    axes.axvline(middle, color="black", linewidth=0.8)
    axes.axvline(scale * one.limit, color=DARK_RED, linewidth=1.2, linestyle="--")
    axes.set_xlabel(
        f"{_unit(one)} (plain: low end of the range; hatched: high end; black: as it is; dashed: where the decision "
        "turns;\nred edge: surely turns it; grey edge: may)", fontsize=9)  # fmt: skip
    alt = f"{title}. As it is: {told(one, found.centres[at].mean)}. " + "; ".join(
        f"{row.input.name}: {told(one, row.bars[at].at_low.mean)} at {row.input.said(row.input.low)}, "
        f"{told(one, row.bars[at].at_high.mean)} at {row.input.said(row.input.high)}"
        for row in rows
    )
    return picture, alt


def bands_picture(found: Sensitivity, at: int) -> tuple[Any, str]:
    """The band for what is not known beside the band for luck, with the mean of every draw."""
    one, of = found.decisions[at], found.doubted[at]
    both, scale = of.doubt, _scale(one)
    if both.unknown > both.luck:
        message = "What is not known about the numbers matters more than luck"
    else:
        message = "Luck from one run to the next matters more than what is not known"
    under = f"{figure_of(found, one)}; {both.draws} draws of the numbers, {found.design.replications} replications each"
    picture, axes = titled_axes(
        WIDTH, 3.0, f"{scenario_name(found)}: {message[0].lower()}{message[1:]}", under
    )
    bands = (("what is not known", both.not_known, NHS_BLUE), ("luck", both.by_luck, WARM_YELLOW))
    for place, (_, (low, high), colour) in enumerate(reversed(bands)):
        axes.barh(place, scale * (high - low), 0.5, left=scale * low, color=colour)
    known = [values for draw in of.draws if (values := [value for value in draw if not math.isnan(value)])]
    means = [scale * sum(values) / len(values) for values in known]
    axes.plot(means, [1] * len(means), "|", color=DARK_BLUE, markersize=14)
    axes.plot([scale * both.mean.mean] * 2, [-0.5, 1.5], color="black", linewidth=0.8)
    axes.axvline(scale * one.limit, color=DARK_RED, linewidth=1.2, linestyle="--")
    axes.set_yticks(range(2), [name for name, _, _ in reversed(bands)], fontsize=9)
    axes.set_xlabel(
        f"{_unit(one)} (bands hold 95%; strokes: the mean of each draw; dashed: where the decision turns)",
        fontsize=9,
    )
    alt = f"{message}. {in_its_unit(one, of).words(unit_of(one))}"
    return picture, alt


def save_doubt_pictures(found: Sensitivity, folder: Path) -> dict[Path, str]:
    """Draw what there is to draw; each file with what it shows in words, which the file itself says too."""
    from matplotlib import pyplot as plt

    written: dict[Path, str] = {}
    for at, one in enumerate(found.decisions):
        name = f"{one.kpi.name}_difference" if one.is_difference else f"{one.kpi.name}_standard_{at}"
        drawn = [("tornado", tornado_picture)] * bool(found.rows) + [("bands", bands_picture)] * bool(
            found.doubted
        )
        for kind, draw in drawn:
            picture, alt = draw(found, at)
            save = partial(picture.savefig, dpi=150, format="png", metadata={"Description": alt})
            written[whole(folder / f"{kind}_{name}.png", save)] = alt
            plt.close(picture)
    return written


def _scale(one: Decision) -> float:
    return 100.0 if one.kpi.unit in SHARES else 1.0


def _unit(one: Decision) -> str:
    if one.kpi.unit in SHARES:
        return "percentage points" if one.is_difference else "%"
    return f"{'difference, ' if one.is_difference else ''}{one.kpi.unit}"
