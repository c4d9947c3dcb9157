"""Pictures: matplotlib figures from tidy tables, in NHS colours that also differ in lightness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from flowsim.studies.study import Study

NHS_BLUE, DARK_BLUE, WARM_YELLOW, GREY, DARK_RED = "#005EB8", "#003087", "#FFB81C", "#768692", "#8A1538"


def _axes(width: float, height: float) -> tuple[Any, Any]:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(width, height), layout="constrained")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def kpi_changes(study: Study, scenario: str, most: int = 16) -> Any:
    """Change of each KPI against the baseline in per cent of the baseline, with 95% intervals."""
    kpis = {kpi.name: kpi for kpi in study.programs[scenario].model.observe.kpis}
    table = study.difference(scenario)
    table = table[(table["group"] == "all") & table["change_percent"].notna() & (table["base"].abs() > 0)]
    table = table[table["kpi"].isin([name for name, kpi in kpis.items() if kpi.better != "neither"])]
    table = (
        table.reindex(table["change_percent"].abs().sort_values(ascending=False).index).head(most).iloc[::-1]
    )
    figure, axes = _axes(9, 0.36 * len(table) + 1.2)
    for at, (_, row) in enumerate(table.iterrows()):
        kpi = kpis[row["kpi"]]
        good = (row["difference"] > 0) == (kpi.better == "high")
        colour = GREY if not row["clear"] else NHS_BLUE if good else DARK_RED
        ends = 100 * np.array([row["low"], row["high"]]) / abs(row["base"])
        axes.plot(ends, [at, at], color=colour, linewidth=2)
        axes.plot(row["change_percent"], at, "o", color=colour)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks(range(len(table)), [kpis[name].title for name in table["kpi"]])
    axes.set_xlabel(
        "change against the baseline, % (95% interval; blue better, red worse, grey cannot be told apart)"
    )
    axes.set_title(f"{scenario.replace('_', ' ')}: what changes", loc="left")
    return figure


def occupancy(study: Study, resource: str, scenario: str = "") -> Any:
    """Units in use and capacity by hour of the week, summed over sites, averaged over replications."""
    scenario = scenario or study.baseline
    program = study.programs[scenario]
    chosen = [at for at, instance in enumerate(program.instances) if instance.resource == resource]
    if not chosen:
        raise KeyError(
            f"{resource} is not a resource; there are {', '.join({i.resource for i in program.instances})}"
        )
    runs = [one.tallies for one in study.replications[scenario]]
    hours = max(1, runs[0].end / 3_600_000)
    by_hour = np.array([one.hourly[chosen].sum(axis=0) / (hours / 168 * 3_600_000) for one in runs])
    figure, axes = _axes(9, 3.6)
    mean = by_hour.mean(axis=0)
    axes.step(range(168), mean[:, 1], where="post", color=GREY, label="capacity")
    axes.plot(mean[:, 0], color=NHS_BLUE, label="in use")
    if len(runs) > 1:
        axes.fill_between(range(168), by_hour[:, :, 0].min(axis=0), by_hour[:, :, 0].max(axis=0),
                          color=NHS_BLUE, alpha=0.2, label="range of replications")  # fmt: skip
    axes.set_xticks(range(0, 168, 24), ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    axes.set_ylim(bottom=0)
    axes.set_title(f"{resource.replace('_', ' ')} by hour of the week", loc="left")
    axes.legend(frameon=False)
    return figure


def observed_ratio(study: Study) -> Any:
    """Modelled over observed for each observed figure, with intervals; filled if it was used to set the config."""
    table = study.observed()
    table = table[table["modelled"].notna() & (table["observed"] != 0)].iloc[::-1]
    titles = {kpi.name: kpi.title for kpi in study.programs[study.baseline].model.observe.kpis}
    figure, axes = _axes(9, 0.36 * len(table) + 1.2)
    for at, (_, row) in enumerate(table.iterrows()):
        ends = np.array([row["low"], row["high"]]) / row["observed"]
        axes.plot(ends, [at, at], color=NHS_BLUE, linewidth=2)
        filled = NHS_BLUE if row["used_to_set"] else "white"
        axes.plot(row["modelled"] / row["observed"], at, "o", color=NHS_BLUE, markerfacecolor=filled)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_yticks(range(len(table)), [f"{titles.get(kpi, kpi)}, {period}" for kpi, period in
                                        zip(table["kpi"], table["period"], strict=True)])  # fmt: skip
    axes.set_xlabel("modelled over observed (filled: used to set the config; open: held out)")
    axes.set_title("Does the baseline look like the place?", loc="left")
    return figure


def save_pictures(study: Study, folder: Path) -> list[Path]:
    """The pictures of a run: the baseline beside what was observed, and what each option changes."""
    from matplotlib import pyplot as plt

    pictures = {}
    if study.programs[study.baseline].config.observed:
        pictures["observed.png"] = lambda: observed_ratio(study)
    for scenario in list(study.programs)[1:]:
        pictures[f"changes_{scenario.replace(' ', '').replace('+', '_')}.png"] = lambda s=scenario: (
            kpi_changes(study, s)
        )
    written = []
    for name, draw in pictures.items():
        figure = draw()
        part = folder / f".part_{name}"
        figure.savefig(part, dpi=150)
        plt.close(figure)
        part.replace(folder / name)
        written.append(folder / name)
    return written
