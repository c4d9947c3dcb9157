"""Pictures of how it goes: where patients go, and what the weeks are like."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from flowsim.measures.control_chart import FEWEST_POINTS, ControlChart, control_chart
from flowsim.outputs.plots import DARK_RED, NHS_BLUE
from flowsim.outputs.report.drawing import QUIET, SMALL, Picture, axes
from flowsim.outputs.report.kept import Kept
from flowsim.outputs.report.sankey import sankey
from flowsim.outputs.words import figure
from flowsim.pathway.observe import Kpi

MOST_CHARTS = 2
OUTLINE = "#AEB7BD"


def flows(kept: Kept) -> Iterator[Picture]:
    """Patients a day from each value of one attribute to each of another."""
    for number, flow in enumerate(kept.about["flows"]):
        if flow["ways"]:
            ways = sorted(flow["ways"], key=lambda way: -way[2])
            alt = "Patients a day in the baseline: " + "; ".join(
                f"{a} to {b} {figure(n)}" for a, b, n in ways
            )
            yield Picture(f"flow-{number}", flow["title"], alt, partial(sankey, ways))


def weeks(kept: Kept) -> Iterator[Picture]:
    """Control charts: the weeks of one simulated run, beside weeks that were observed if there are any."""
    table = kept.tables["weekly.csv"]
    first = table[(table["scenario"] == kept.baseline) & (table["replication"] == table["replication"].min())]
    seen = kept.tables.get("observed_weeks.csv")
    series = {
        name: part.sort_values("week")["value"].to_numpy(float)
        for name, part in first.groupby("kpi", sort=False)
    }
    told = [name for name, values in series.items() if len(values) >= FEWEST_POINTS and np.ptp(values) > 0]
    for name in told[:MOST_CHARTS]:
        values = series[name]
        kpi = kept.kpi[name]
        panels = [("simulated weeks", values)]
        if seen is not None and len(mine := seen[seen["kpi"] == name]) >= FEWEST_POINTS:
            panels.append(("observed weeks", mine.sort_values("week")["value"].to_numpy(float)))
        charts = [(what, numbers, control_chart(numbers)) for what, numbers in panels]
        special = sum(bool(rule) for rule in charts[0][2].special)
        heading = f"{kpi.title}: {_of_weeks(special, len(values))}"
        alt = f"Weeks of one simulated run of the baseline. {_limits_told(kpi, charts[0][2])} " + "; ".join(
            f"week {week + 1}: {rule}" for week, rule in enumerate(charts[0][2].special) if rule
        )
        yield Picture(f"weeks-{name}", heading, alt.strip(), partial(_weeks_drawn, charts, kpi))


def _of_weeks(special: int, number: int) -> str:
    if not special:
        return f"{number} weeks, none more than the usual ups and downs"
    return f"{special} of {number} weeks {'is' if special == 1 else 'are'} more than the usual ups and downs"


def _limits_told(kpi: Kpi, chart: ControlChart) -> str:
    low, high = figure(chart.low, kpi.unit), figure(chart.high, kpi.unit)
    return f"Mean {figure(chart.mean, kpi.unit)}, natural limits {low} to {high}."


def _weeks_drawn(charts: list[tuple[str, Any, ControlChart]], kpi: Kpi) -> Any:
    drawn, at = axes(2.6)
    scale, start = 100 if kpi.unit == "%" else 1, 0
    for what, values, chart in charts:
        x = start + np.arange(1, len(values) + 1)
        for level, dashes in ((chart.mean, "-"), (chart.low, "--"), (chart.high, "--")):
            at.plot(x[[0, -1]], [scale * level] * 2, color=QUIET, linewidth=1, linestyle=dashes)
        at.plot(x, scale * values, color=OUTLINE, linewidth=1, zorder=1)
        special = np.array([bool(rule) for rule in chart.special])
        at.plot(x[~special], scale * values[~special], "o", color=NHS_BLUE, markersize=4)
        at.plot(x[special], scale * values[special], "D", color=DARK_RED, markersize=5)
        if len(charts) > 1:
            at.text(x[0], 1, what, transform=at.get_xaxis_transform(), va="top", fontsize=SMALL, color=QUIET)
        start = int(x[-1]) + 3
    at.set_xlabel(
        "week\nblue dots: usual; red diamonds: special; dashed: natural limits (XmR)", fontsize=SMALL
    )
    at.set_ylabel(kpi.unit, fontsize=SMALL)
    return drawn
