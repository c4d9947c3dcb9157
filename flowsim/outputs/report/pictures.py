"""The pictures of a report, from a run's tidy tables alone. Each says its message in words as well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from flowsim.measures.control_chart import FEWEST_POINTS, ControlChart, control_chart
from flowsim.outputs.plots import COLOURS, DARK_RED, NHS_BLUE
from flowsim.outputs.report.drawing import HEAD, QUIET, SIZE, SMALL, TEXT, Picture, axes
from flowsim.outputs.report.kept import Kept
from flowsim.outputs.report.sankey import sankey
from flowsim.outputs.report.sentences import word_of
from flowsim.outputs.tables import SAME
from flowsim.outputs.words import FEWEST, figure, label, plain, several, signed
from flowsim.pathway.observe import Kpi

MOST_ROWS, MOST_SCENARIOS, MOST_CHARTS, MOST_CAUSES = 12, 4, 2, 10
ROW = 0.44
OUTLINE, PALE = "#AEB7BD", "#D8E5F3"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SECOND = ("#E8A100", "#00703C", "#7C2855", "#425563")
"""Lines beside the baseline's blue; they differ in lightness and in their dashes too."""


def pictures(kept: Kept) -> list[Picture]:
    """Every picture that the folder has something for, in order."""
    shown = [one["name"] for one in kept.scenarios[:MOST_SCENARIOS]]
    return [
        *(changes(kept, name) for name in shown),
        *occupancies(kept, shown),
        *delays(kept),
        *flows(kept),
        *sensitivities(kept),
        *weeks(kept),
    ]


# ---- what changes


def changes(kept: Kept, scenario: str) -> Picture:
    """Each headline KPI's change in per cent of the baseline, with its interval."""
    title = next(one["title"] for one in kept.scenarios if one["name"] == scenario)
    rows = kept.rows(scenario)
    found = [(kpi, row, word_of(kpi, row)) for kpi in kept.first if (row := rows.get((kpi.name, "all")))
             and row["base"] and row["difference"] == row["difference"]]  # fmt: skip
    found = [one for one in found if one[2] != SAME]
    clear = [one for one in found if one[2] in COLOURS]
    rest = [one for one in found if one[2] not in COLOURS]
    shown = (clear + rest)[:MOST_ROWS]
    words = [word for *_, word in found]
    told = ", ".join(f"{words.count(word)} {word}" for word in ("better", "worse", "changed") if word in words)
    unclear = sum(word not in COLOURS for word in words)
    heading = f"{title}: {told or 'no headline figure changes clearly'}"
    alt = "Change against the baseline in per cent, with 95% intervals. " + "; ".join(
        f"{kpi.title} {signed(row['difference'], kpi.unit)} ({word})" for kpi, row, word in shown
    )
    left_out = len(found) - len(shown)
    note = f"{several(unclear, 'headline figure')} cannot be told apart from no change." if unclear else ""
    note += f" {left_out} of them are not drawn." if left_out else ""
    return Picture(f"change-{_slug(scenario)}", heading, alt, lambda: _changes_drawn(kept, shown), note.strip(), tall=True)


def _changes_drawn(kept: Kept, shown: list[tuple[Kpi, Any, str]]) -> Any:
    drawn, at = axes(ROW * max(len(shown), 2) + 0.7)
    reach = max([25.0, *(1.3 * abs(100 * row["difference"] / row["base"]) for _, row, _ in shown)])
    reach = min(reach, 150.0)
    for place, (_, row, word) in enumerate(reversed(shown)):
        _change_drawn(at, place, row, COLOURS.get(word, QUIET), reach, kept.replications)
    for place, (kpi, row, word) in enumerate(reversed(shown)):
        mark = {"better": "✓ ", "worse": "✗ ", "changed": "● "}.get(word, "")
        at.text(0, place + 0.16, kpi.title, transform=at.get_yaxis_transform(), fontsize=SIZE, va="bottom",
                color=TEXT if word in COLOURS else QUIET)  # fmt: skip
        told = signed(row["difference"], kpi.unit) if kpi.unit in ("%", "") else f"{signed(row['difference'])}"
        at.text(1, place + 0.16, mark + told, transform=at.get_yaxis_transform(), fontsize=SIZE, ha="right",
                va="bottom", color=COLOURS.get(word, QUIET), fontweight="bold" if word in COLOURS else "normal")  # fmt: skip
    at.set_xlim(-reach, reach)
    at.set_ylim(-0.5, max(len(shown), 2) - 0.3)
    at.set_yticks([])
    at.set_xlabel("change, % of the baseline; bar: 95% interval\n✓ better,  ✗ worse,  ● changed,  grey: cannot be told apart",
                  fontsize=SMALL)  # fmt: skip
    return drawn


def _change_drawn(at: Any, place: int, row: Any, colour: str, reach: float, replications: int) -> None:
    scale = 100 / abs(row["base"])
    at.plot([0, 0], [place - 0.22, place + 0.14], color=TEXT, linewidth=0.9)
    if replications >= FEWEST:
        low, high = (float(np.clip(row[end] * scale, -reach, reach)) for end in ("change_low", "change_high"))
        at.plot([low, high], [place, place], color=colour, linewidth=5, alpha=0.35, solid_capstyle="butt")
    at.plot(np.clip(row["difference"] * scale, -reach, reach), place, "o", color=colour, markersize=6)
    at.axhline(place - 0.3, color="#E8EDEE", linewidth=0.7, zorder=0)


# ---- occupancy by hour


def occupancies(kept: Kept, scenarios: list[str]) -> Iterator[Picture]:
    """Units in use through the week with the range of the runs, the scenarios' lines beside the baseline's."""
    table = kept.tables["hours.csv"]
    for resource in table["resource"].drop_duplicates():
        mine = {name: part.sort_values("hour") for name, part in table[table["resource"] == resource].groupby("scenario")}
        base = mine[kept.baseline]
        if not base["in_use"].notna().any():
            continue
        title = kept.about["resources"].get(resource, plain(resource))
        top = base.loc[base["in_use"].idxmax()]
        when = f"{DAYS[int(top['hour']) // 24]} {int(top['hour']) % 24:02}:00"
        heading = f"{title}: {figure(top['in_use'])} of {figure(top['capacity'])} in use at the busiest hour, {when}"
        alt = (
            f"{title} in use by hour of the week, mean of the runs with their range, beside what is open. In the baseline "
            f"{figure(base['in_use'].mean())} of {figure(base['capacity'].mean())} on average"
            + "".join(f"; with {_title(kept, name)} {figure(mine[name]['in_use'].mean())} of {figure(mine[name]['capacity'].mean())}"
                      for name in scenarios if name in mine) + "."
        )  # fmt: skip
        yield Picture(f"hours-{_slug(resource)}", heading, alt, lambda mine=mine: _hours_drawn(kept, mine, scenarios))  # type: ignore[misc]


def _hours_drawn(kept: Kept, mine: dict[str, Any], scenarios: list[str]) -> Any:
    drawn, at = axes(2.7)
    base = mine[kept.baseline]
    hours = base["hour"].to_numpy()
    at.step(hours, base["capacity"], where="post", color=QUIET, linewidth=1, label="open (thin lines)")
    at.fill_between(hours, base["low"], base["high"], color=PALE, linewidth=0, label="range of the runs")
    at.plot(hours, base["in_use"], color=NHS_BLUE, linewidth=1.6, label="in use, baseline")
    for name, colour, dashes in zip(scenarios, SECOND, ("--", "-.", ":", (0, (5, 1))), strict=False):
        if name in mine:
            at.plot(hours, mine[name]["in_use"], color=colour, linewidth=1.4, linestyle=dashes,
                    label=_short(_title(kept, name), 34))  # fmt: skip
            if not np.allclose(mine[name]["capacity"], base["capacity"], atol=0.05 * base["capacity"].max()):
                at.step(hours, mine[name]["capacity"], where="post", color=colour, linewidth=0.9)
    at.set_xticks(range(0, 168, 24), DAYS, ha="left")
    at.set_xlim(0, 168)
    at.set_ylim(bottom=0)
    at.grid(axis="y", color="#E8EDEE", linewidth=0.7)
    at.set_axisbelow(True)
    drawn.legend(frameon=False, ncols=2, loc="outside lower left", fontsize=SMALL, columnspacing=1.2, handlelength=1.6)
    return drawn


# ---- waiting by cause, and what is not known


def delays(kept: Kept) -> Iterator[Picture]:
    """Waiting hours a day by what was short: a waterfall that ends at the total of the baseline."""
    table = kept.tables.get("delays.csv")
    if table is None or not len(table):
        return
    mine = table[table["scenario"] == kept.baseline].sort_values("hours_a_day", ascending=False)
    names = [kept.about["resources"].get(name, plain(name)) for name in mine["resource"]]
    hours = mine["hours_a_day"].tolist()
    if len(hours) > MOST_CAUSES:
        names = [*names[: MOST_CAUSES - 1], f"{len(names) - MOST_CAUSES + 1} others"]
        hours = [*hours[: MOST_CAUSES - 1], sum(hours[MOST_CAUSES - 1 :])]
    total = sum(hours)
    heading = f"Of {total:,.0f} hours of waiting a day, {100 * hours[0] / total:.0f}% come from a shortage of: {names[0]}"
    alt = "Waiting hours a day charged to what was short, through the chain of blocking: " + "; ".join(
        f"{name} {value:,.0f}" for name, value in zip(names, hours, strict=True)
    )
    yield Picture("delays", heading, alt, lambda: _waterfall(names, hours))


def _waterfall(names: list[str], hours: list[float]) -> Any:
    drawn, at = axes(0.4 * (len(names) + 1) + 0.6)
    start = 0.0
    for place, (name, value) in enumerate(zip(names, hours, strict=True)):
        y = len(names) - place
        at.barh(y - 0.12, value, 0.36, left=start, color=NHS_BLUE)
        at.text(0, y + 0.12, name, transform=at.get_yaxis_transform(), va="bottom", fontsize=SMALL)
        at.text(1, y + 0.12, f"{value:,.0f}", transform=at.get_yaxis_transform(), ha="right", va="bottom", fontsize=SMALL)
        start += value
    at.barh(-0.12, start, 0.36, color="#003087")
    at.text(0, 0.12, "all waiting", transform=at.get_yaxis_transform(), **{**HEAD, "fontsize": SMALL})
    at.text(1, 0.12, f"{start:,.0f}", transform=at.get_yaxis_transform(), ha="right", **{**HEAD, "fontsize": SMALL})
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
    for (scenario, name), part in table.groupby(["scenario", "kpi"], sort=False):
        kpi = kept.kpi[name]
        part = part.assign(width=(part["high"] - part["low"]).abs()).sort_values("width", ascending=False)[:MOST_ROWS]
        top = part.iloc[0]
        heading = f"{_title(kept, scenario)}: what {plain(top['field'])} really is matters most to “{kpi.title}”"
        alt = f"Difference in {label(kpi)} at the low and at the high end of each assumption's range: " + "; ".join(
            f"{row['field']} {signed(row['low'], kpi.unit)} to {signed(row['high'], kpi.unit)}" for row in part.to_dict("records")
        )
        yield Picture(f"tornado-{_slug(scenario)}-{name}", heading, alt, lambda part=part, kpi=kpi: _tornado(part, kpi))  # type: ignore[misc]


def _tornado(part: Any, kpi: Kpi) -> Any:
    drawn, at = axes(ROW * len(part) + 0.8)
    scale = 100 if kpi.unit == "%" else 1
    middle = scale * float(part["middle"].iloc[0])
    for place, row in enumerate(reversed(part.to_dict("records"))):
        low, high = scale * row["low"], scale * row["high"]
        at.barh(place - 0.12, low - middle, 0.36, left=middle, color=NHS_BLUE)
        at.barh(place - 0.12, high - middle, 0.36, left=middle, color="#E8A100", hatch="///", edgecolor="white")
        at.text(0, place + 0.13, row["field"], transform=at.get_yaxis_transform(), va="bottom", fontsize=SMALL)
    at.axvline(middle, color=TEXT, linewidth=0.8)
    at.set_yticks([])
    at.set_ylim(-0.5, len(part) - 0.2)
    unit = "percentage points" if kpi.unit == "%" else kpi.unit
    at.set_xlabel(f"difference, {unit}\nplain: low end of the range; hatched: high end", fontsize=SMALL)
    return drawn


# ---- flow, and weeks


def flows(kept: Kept) -> Iterator[Picture]:
    """Patients a day from each value of one attribute to each of another."""
    for number, flow in enumerate(kept.about["flows"]):
        if flow["ways"]:
            ways = sorted(flow["ways"], key=lambda way: -way[2])
            alt = "Patients a day in the baseline: " + "; ".join(f"{a} to {b} {figure(n)}" for a, b, n in ways)
            yield Picture(f"flow-{number}", flow["title"], alt, lambda ways=ways: sankey(ways))  # type: ignore[misc]


def weeks(kept: Kept) -> Iterator[Picture]:
    """Control charts: the weeks of one simulated run, beside weeks that were observed if there are any."""
    table = kept.tables["weekly.csv"]
    first = table[(table["scenario"] == kept.baseline) & (table["replication"] == table["replication"].min())]
    seen = kept.tables.get("observed_weeks.csv")
    series = {name: part.sort_values("week")["value"].to_numpy(float) for name, part in first.groupby("kpi", sort=False)}
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
        yield Picture(f"weeks-{name}", heading, alt.strip(), lambda charts=charts, kpi=kpi: _weeks_drawn(charts, kpi))  # type: ignore[misc]


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
            at.text(x[0], 1, what, transform=at.get_xaxis_transform(), va="top", **{"fontsize": SMALL, "color": QUIET})
        start = int(x[-1]) + 3
    at.set_xlabel("week\nblue dots: usual; red diamonds: special; dashed: natural limits (XmR)", fontsize=SMALL)
    at.set_ylabel(kpi.unit, fontsize=SMALL)
    return drawn


def _title(kept: Kept, scenario: str) -> str:
    return next((one["title"] for one in kept.scenarios if one["name"] == scenario), scenario)


def _short(words: str, most: int) -> str:
    from textwrap import shorten

    return shorten(words, most, placeholder=" …")


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower())


