"""Pictures: matplotlib figures from tidy tables, in NHS colours that also differ in lightness."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.outputs.answer import scenario_title
from flowsim.outputs.tables import SAME, headlines, verdict
from flowsim.outputs.whole_files import whole
from flowsim.outputs.words import FEWEST, figure, label, plain, several, signed, title_of
from flowsim.program import Program
from flowsim.program.timetables import HOUR
from flowsim.records.tallies import Tallies
from flowsim.studies.study import Study

NHS_BLUE, DARK_BLUE, WARM_YELLOW, GREY, DARK_RED = "#005EB8", "#003087", "#FFB81C", "#768692", "#8A1538"
COLOURS = {"better": NHS_BLUE, "worse": DARK_RED, "changed": DARK_BLUE}
WIDTH, ROW, MARGIN = 9.5, 0.36, 1.7
MOST_ROWS = 16
MOST_RATIO = 4


def titled_axes(width: float, height: float, title: str, under: str = "") -> tuple[Any, Any]:
    """A figure whose title says the message, with a quieter line under it."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure_, axes = plt.subplots(figsize=(width, height), layout="constrained")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure_.suptitle(fill(title, 80), x=0.01, ha="left", fontsize=13, fontweight="bold", color=DARK_BLUE)
    axes.set_title(under, loc="left", fontsize=9, color=GREY)
    return figure_, axes


def kpi_changes(study: Study, scenario: str, most: int = MOST_ROWS) -> Any:
    """Change of each headline KPI against the baseline in per cent of the baseline, with 95% intervals."""
    kpis = {kpi.name: kpi for kpi in headlines(study.programs[scenario].model.observe.kpis)}
    table = study.difference(scenario)
    table = table[(table["group"] == "all") & table["change_percent"].notna() & table["kpi"].isin(list(kpis))]
    rows = [row for _, row in table.iterrows() if row["base"] and verdict(kpis[row["kpi"]], row) != SAME]
    rows = sorted(rows, key=lambda row: -abs(row["change_percent"]))[:most][::-1]
    words = [verdict(kpis[row["kpi"]], row) for row in rows]
    told = ", ".join(
        f"{words.count(word)} {word}" for word in ("better", "worse", "changed") if word in words
    )
    title = f"{scenario_title(study, scenario)}: {told or 'no headline figure changes clearly'}"
    under = f"{several(study.design.replications, 'replication')} of {several(study.design.days, 'day')}, same patients"
    figure_, axes = titled_axes(WIDTH, ROW * max(len(rows), 2) + MARGIN, title, under)
    for at, (row, word) in enumerate(zip(rows, words, strict=True)):
        colour = COLOURS.get(word, GREY)
        if row["n"] >= FEWEST:
            ends = 100 * np.array([row["low"], row["high"]]) / abs(row["base"])
            axes.plot(ends, [at, at], color=colour, linewidth=2.5, solid_capstyle="butt")
        axes.plot(row["change_percent"], at, "o", color=colour)
        axes.annotate(signed(row["difference"], row["unit"]), (1.01, at), xycoords=("axes fraction", "data"),
                      va="center", fontsize=9, color=colour, annotation_clip=False)  # fmt: skip
    axes.axvline(0, color="black", linewidth=0.8)
    _limits(axes, rows)
    axes.set_yticks(range(len(rows)), [label(kpis[row["kpi"]]) for row in rows], fontsize=9)
    axes.set_ylim(-0.7, max(len(rows), 2) - 0.3)
    sure = (
        "lines: 95% intervals"
        if study.design.replications >= FEWEST
        else "too few replications for intervals"
    )
    axes.set_xlabel(
        f"change, % of the baseline ({sure}; blue better, red worse, grey cannot be told apart)", fontsize=9
    )
    return figure_


def _limits(axes: Any, rows: list[Any]) -> None:
    """Wide intervals of rare things may leave the picture: the points shall be told apart."""
    if rows:
        reach = max(20.0, 1.5 * max(abs(row["change_percent"]) for row in rows))
        low, high = axes.get_xlim()
        axes.set_xlim(max(low, -reach), min(high, reach))


def occupancy(study: Study, resource: str, scenario: str = "") -> Any:
    """Units in use and capacity by hour of the week, summed over sites, averaged over replications."""
    scenario = scenario or study.baseline
    program = study.programs[scenario]
    if resource not in {instance.resource for instance in program.instances}:
        from flowsim.errors import RunError, did_you_mean

        known = dict.fromkeys(instance.resource for instance in program.instances)
        raise RunError(f"There is no resource {resource!r}. {did_you_mean(resource, known)}")
    runs = study.tallies(scenario)
    by_hour = hours_of_week(program, runs, resource)
    mean = by_hour.mean(axis=0)
    busiest = int(np.nanargmax(mean[:, 0]))
    title = next((item.title for item in program.model.resources if item.name == resource), "") or plain(
        resource
    )
    day = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[busiest // 24]
    most, of = figure(mean[busiest, 0]), figure(mean[busiest, 1])
    message = f"{title}: most in use on {day} at {busiest % 24:02}:00, {most} of {of}"
    figure_, axes = titled_axes(WIDTH, 4, message, "mean over the measured weeks")
    axes.step(range(168), mean[:, 1], where="post", color=GREY, label="capacity")
    axes.plot(mean[:, 0], color=NHS_BLUE, label="in use")
    if len(runs) > 1:
        axes.fill_between(range(168), by_hour[:, :, 0].min(axis=0), by_hour[:, :, 0].max(axis=0),
                          color=NHS_BLUE, alpha=0.2, linewidth=0, label="range of replications")  # fmt: skip
    axes.set_xticks(range(0, 168, 24), ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], ha="left")
    axes.set_xlim(0, 168)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("units")
    axes.legend(frameon=False, ncols=3, loc="upper left", bbox_to_anchor=(0, -0.08), fontsize=9)
    return figure_


def hours_of_week(program: Program, runs: Sequence[Tallies], resource: str) -> NDArray[np.float64]:
    """In use, capacity and queue of a resource in all sites: [run, hour of the week from Monday 00:00, which]."""
    chosen = [at for at, instance in enumerate(program.instances) if instance.resource == resource]
    spent = _time_in_hours_of_week(program.config.start.weekday() * 24, runs[0].end)
    return np.array([one.hourly[chosen].sum(axis=0) / spent[:, None] for one in runs])


def _time_in_hours_of_week(first: int, end: int) -> Any:
    """How long each hour of the week was simulated from time 0 on, ms; nan for those that never were."""
    hours, left = divmod(end, HOUR)
    spent = np.bincount((first + np.arange(hours)) % 168, minlength=168) * float(HOUR)
    spent[(first + hours) % 168] += left
    return np.where(spent > 0, spent, np.nan)


def _of(judged: Any) -> str:
    return f"{int(judged['within'].sum())} of {several(len(judged), 'figure')}"


def observed_ratio(study: Study) -> Any:
    """Modelled over observed for each observed figure, with intervals; filled if it was used to set the config."""
    table = study.observed()
    table = table[table["modelled"].notna() & (table["observed"] != 0)].iloc[::-1]
    kpis = {kpi.name: kpi for kpi in study.programs[study.baseline].model.observe.kpis}
    judged = table[table["within"].notna() & table["covered"]]
    held_out = judged[~judged["used_to_set"].astype(bool)]
    title = "Too short a run to be held against what was observed"
    if len(judged):
        title = f"Within tolerance of what was observed: {_of(judged)}"
    if len(held_out):
        title += f"; of those held out, {_of(held_out)}"
    under = "" if table["covered"].all() else "* of the weeks simulated, which do not cover the period"
    figure_, axes = titled_axes(WIDTH, 0.3 * max(len(table), 2) + MARGIN, title, under)
    for at, (_, row) in enumerate(table.iterrows()):
        judge = row["covered"] and row["within"] is not None
        colour = GREY if not row["covered"] else DARK_RED if judge and not row["within"] else NHS_BLUE
        if row["tolerance"] is not None and row["tolerance"] == row["tolerance"]:
            axes.plot(
                [1 - row["tolerance"], 1 + row["tolerance"]], [at, at], color="#E8EDEE", linewidth=9, zorder=0
            )
        if study.design.replications >= FEWEST:
            axes.plot(
                np.array([row["low"], row["high"]]) / row["observed"], [at, at], color=colour, linewidth=2
            )
        filled = colour if row["used_to_set"] else "white"
        axes.plot(row["modelled"] / row["observed"], at, "o", color=colour, markerfacecolor=filled)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xlim(
        -0.05, min(max(1.6, 1.05 * float((table["modelled"] / table["observed"]).max())), MOST_RATIO)
    )
    names = [
        kpis[row["kpi"]].title if row["kpi"] in kpis else plain(row["kpi"]) for _, row in table.iterrows()
    ]
    periods = [
        f", {title_of(row['at'])}" * (row["at"] != "all")
        + f", {row['period']}" * bool(row["period"])
        + "*" * (not row["covered"])
        for _, row in table.iterrows()
    ]
    axes.set_yticks(range(len(table)), [f"{name}{period}" for name, period in zip(names, periods, strict=True)],
                    fontsize=9)  # fmt: skip
    axes.set_ylim(-0.7, max(len(table), 2) - 0.3)
    axes.set_xlabel(
        "modelled over observed\n"
        "(band: tolerance; filled: used to set the config; open: held out; red: outside; grey: not judged)",
        fontsize=9,
    )
    return figure_


def save_pictures(study: Study, folder: Path) -> list[Path]:
    """The pictures of a run: the baseline beside what was observed, and what each option changes."""
    from matplotlib import pyplot as plt

    drawn: list[tuple[str, Any]] = []
    if study.programs[study.baseline].config.observed and study.observed()["modelled"].notna().any():
        drawn.append(("observed.png", observed_ratio(study)))
    for scenario in list(study.programs)[1:]:
        name = "_".join(word for word in scenario.replace("+", " ").split())
        drawn.append((f"changes_{name}.png", kpi_changes(study, scenario)))
    written = []
    for name, picture in drawn:
        written.append(whole(folder / name, partial(picture.savefig, dpi=150, format="png")))
        plt.close(picture)
    return written
