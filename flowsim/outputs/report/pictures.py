"""The pictures of a report, from a run's tidy tables alone. Each says its message in words as well."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from flowsim.outputs.plots import COLOURS, NHS_BLUE
from flowsim.outputs.report.causes import delays, sensitivities
from flowsim.outputs.report.course import flows, weeks
from flowsim.outputs.report.drawing import QUIET, SIZE, SMALL, TEXT, Picture, axes, slug
from flowsim.outputs.report.kept import Kept
from flowsim.outputs.report.sentences import word_of
from flowsim.outputs.tables import SAME
from flowsim.outputs.words import FEWEST, figure, plain, several, signed
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
        *(picture for name in shown for picture in changes(kept, name)),
        *occupancies(kept, shown),
        *delays(kept),
        *flows(kept),
        *sensitivities(kept),
        *weeks(kept),
    ]


# ---- what changes


def changes(kept: Kept, scenario: str) -> list[Picture]:
    """Each headline KPI's change in per cent of the baseline, with its interval; no picture if all are the same."""
    title = kept.title(scenario)
    rows = kept.rows(scenario)
    found = [(kpi, row, word_of(kpi, row)) for kpi in kept.first if (row := rows.get((kpi.name, "all")))
             and row["base"] and row["difference"] == row["difference"]]  # fmt: skip
    found = [one for one in found if one[2] != SAME]
    clear = [one for one in found if one[2] in COLOURS]
    rest = [one for one in found if one[2] not in COLOURS]
    shown = (clear + rest)[:MOST_ROWS]
    if not shown:
        return []
    words = [word for *_, word in found]
    told = ", ".join(
        f"{words.count(word)} {word}" for word in ("better", "worse", "changed") if word in words
    )
    unclear = sum(word not in COLOURS for word in words)
    heading = f"{title}: {told or 'no headline figure changes clearly'}"
    alt = "Change against the baseline in per cent, with 95% intervals. " + "; ".join(
        f"{kpi.title} {signed(row['difference'], kpi.unit)} ({word})" for kpi, row, word in shown
    )
    left_out = len(found) - len(shown)
    note = f"{several(unclear, 'headline figure')} cannot be told apart from no change." if unclear else ""
    note += f" {left_out} of them are not drawn." if left_out else ""
    name = f"change-{slug(scenario)}"
    return [Picture(name, heading, alt, lambda: _changes_drawn(kept, shown), note.strip(), tall=True)]


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
        told = signed(row["difference"], kpi.unit)
        at.text(1, place + 0.16, mark + told, transform=at.get_yaxis_transform(), fontsize=SIZE, ha="right",
                va="bottom", color=COLOURS.get(word, QUIET), fontweight="bold" if word in COLOURS else "normal")  # fmt: skip
    at.set_xlim(-reach, reach)
    at.set_ylim(-0.5, max(len(shown), 2) - 0.3)
    at.set_yticks([])
    legend = "✓ better,  ✗ worse,  ● changed,  grey: cannot be told apart"
    at.set_xlabel(f"change, % of the baseline; bar: 95% interval\n{legend}", fontsize=SMALL)
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
        mine = {
            name: part.sort_values("hour")
            for name, part in table[table["resource"] == resource].groupby("scenario")
        }
        base = mine[kept.baseline]
        if not base["in_use"].notna().any():
            continue
        title = kept.about["resources"].get(resource, plain(resource))
        top = base.loc[base["in_use"].idxmax()]
        when = f"{DAYS[int(top['hour']) // 24]} {int(top['hour']) % 24:02}:00"
        heading = f"{title}: {figure(top['in_use'])} of {figure(top['capacity'])} in use at the busiest hour, {when}"
        told = [f"with {kept.title(name)} {_of(mine[name])}" for name in scenarios if name in mine]
        alt = (
            f"{title} in use by hour of the week, mean of the runs with their range, beside what is open. On average: "
            + "; ".join([f"in the baseline {_of(base)}", *told])
        )
        yield Picture(f"hours-{slug(resource)}", heading, alt, partial(_hours_drawn, kept, mine, scenarios))


def _of(hours: Any) -> str:
    return f"{figure(hours['in_use'].mean())} of {figure(hours['capacity'].mean())}"


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
                    label=_short(kept.title(name), 34))  # fmt: skip
            if not np.allclose(mine[name]["capacity"], base["capacity"], atol=0.05 * base["capacity"].max()):
                at.step(hours, mine[name]["capacity"], where="post", color=colour, linewidth=0.9)
    at.set_xticks(range(0, 168, 24), DAYS, ha="left")
    at.set_xlim(0, 168)
    at.set_ylim(bottom=0)
    at.grid(axis="y", color="#E8EDEE", linewidth=0.7)
    at.set_axisbelow(True)
    drawn.legend(
        frameon=False, ncols=2, loc="outside lower left", fontsize=SMALL, columnspacing=1.2, handlelength=1.6
    )
    return drawn


def _short(words: str, most: int) -> str:
    from textwrap import shorten

    return shorten(words, most, placeholder=" …")
