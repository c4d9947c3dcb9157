"""Pictures of why: waiting by cause, and what the answer hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from flowsim.outputs.plots import NHS_BLUE
from flowsim.outputs.report.drawing import HEAD, SMALL, TEXT, Picture, axes, slug
from flowsim.outputs.report.kept import Kept
from flowsim.outputs.words import label, plain, signed
from flowsim.pathway.observe import Kpi

MOST_CAUSES, MOST_ROWS, ROW = 10, 12, 0.44


def delays(kept: Kept) -> Iterator[Picture]:
    """Waiting hours a day by what was short: a waterfall that ends at the total of the baseline."""
    table = kept.tables.get("delays.csv")
    if table is None or not len(table):
        return
    mine = (
        table[table["scenario"] == kept.baseline]
        .groupby("charged_to")["mean"]
        .sum()
        .sort_values(ascending=False)
    )
    names = [kept.about["resources"].get(name, plain(name)) for name in mine.index]
    hours = mine.tolist()
    if len(hours) > MOST_CAUSES:
        names = [*names[: MOST_CAUSES - 1], f"{len(names) - MOST_CAUSES + 1} others"]
        hours = [*hours[: MOST_CAUSES - 1], sum(hours[MOST_CAUSES - 1 :])]
    total = sum(hours)
    heading = f"Of {total:,.0f} hours of waiting a day, {100 * hours[0] / total:.0f}% come from a shortage of: {names[0]}"
    alt = "Waiting hours a day charged to what was short, through the chain of blocking: " + "; ".join(
        f"{name} {value:,.0f}" for name, value in zip(names, hours, strict=True)
    )
    yield Picture("delays", heading, alt, partial(_waterfall, names, hours), tall=True)


def _waterfall(names: list[str], hours: list[float]) -> Any:
    drawn, at = axes(0.4 * (len(names) + 1) + 0.6)
    start = 0.0
    for place, (name, value) in enumerate(zip(names, hours, strict=True)):
        y = len(names) - place
        at.barh(y - 0.12, value, 0.36, left=start, color=NHS_BLUE)
        at.text(0, y + 0.12, name, transform=at.get_yaxis_transform(), va="bottom", fontsize=SMALL)
        at.text(
            1,
            y + 0.12,
            f"{value:,.0f}",
            transform=at.get_yaxis_transform(),
            ha="right",
            va="bottom",
            fontsize=SMALL,
        )
        start += value
    at.barh(-0.12, start, 0.36, color="#003087")
    at.text(0, 0.12, "all waiting", transform=at.get_yaxis_transform(), **{**HEAD, "fontsize": SMALL})
    at.text(
        1,
        0.12,
        f"{start:,.0f}",
        transform=at.get_yaxis_transform(),
        ha="right",
        **{**HEAD, "fontsize": SMALL},
    )
    at.set_xlim(0, start)
    at.set_ylim(-0.5, len(names) + 0.7)
    at.set_yticks([])
    at.set_xlabel("hours of waiting a day", fontsize=SMALL)
    return drawn


def sensitivities(kept: Kept) -> Iterator[Picture]:
    """A tornado: how far the answer moves when one assumption goes to either end of its range."""
    table = kept.tables.get("sensitivity.csv")
    if table is None or not len(table):
        return
    table = table.assign(width=(table["high"] - table["low"]).abs()).sort_values("width", ascending=False)
    for (scenario, name), every in table.groupby(["scenario", "kpi"], sort=False):
        kpi, part = kept.kpi[name], every[:MOST_ROWS]
        top = part.iloc[0]
        heading = (
            f"{kept.title(scenario)}: what {plain(top['field'])} really is matters most to “{kpi.title}”"
        )
        alt = (
            f"Difference in {label(kpi)} at the low and at the high end of each assumption's range: "
            + "; ".join(
                f"{row['field']} {signed(row['low'], kpi.unit)} to {signed(row['high'], kpi.unit)}"
                for row in part.to_dict("records")
            )
        )
        yield Picture(
            f"tornado-{slug(scenario)}-{name}", heading, alt, partial(_tornado, part, kpi), tall=True
        )


def _tornado(part: Any, kpi: Kpi) -> Any:
    drawn, at = axes(ROW * len(part) + 0.8)
    scale = 100 if kpi.unit == "%" else 1
    middle = scale * float(part["middle"].iloc[0])
    for place, row in enumerate(reversed(part.to_dict("records"))):
        low, high = scale * row["low"], scale * row["high"]
        at.barh(place - 0.12, low - middle, 0.36, left=middle, color=NHS_BLUE)
        at.barh(
            place - 0.12, high - middle, 0.36, left=middle, color="#E8A100", hatch="///", edgecolor="white"
        )
        at.text(
            0, place + 0.13, row["field"], transform=at.get_yaxis_transform(), va="bottom", fontsize=SMALL
        )
    at.axvline(middle, color=TEXT, linewidth=0.8)
    at.set_yticks([])
    at.set_ylim(-0.5, len(part) - 0.2)
    unit = "percentage points" if kpi.unit == "%" else kpi.unit
    at.set_xlabel(f"difference, {unit}\nplain: low end of the range; hatched: high end", fontsize=SMALL)
    return drawn
