"""Tables for the terminal."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from flowsim.outputs.words import figure, interval, signed, unit_label
from flowsim.pathway.observe import Kpi


def observed_table(observed: Any, titles: dict[str, str]) -> Table:
    """Modelled with its interval beside observed, those used to set the config first."""
    table = Table(title="Modelled beside observed", title_justify="left", title_style="bold")
    for name, justify in (("", "left"), ("period", "left"), ("modelled", "right"), ("95% interval", "right"),
                          ("observed", "right"), ("difference", "right"), ("used to set it", "left")):  # fmt: skip
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    partial = False
    for _, row in observed.sort_values("used_to_set", ascending=False, kind="stable").iterrows():
        mark = "" if row["covered"] else " *"
        partial = partial or bool(mark)
        title = titles.get(row["kpi"], row["kpi"]) + (f", {row['at']}" if row["at"] != "all" else "")
        table.add_row(
            f"{title} ({unit_label(row['unit'])})" if row["unit"] not in ("share", "") else title,
            f"{row['period']}{mark}",
            figure(row["modelled"], row["unit"]),
            interval(row["low"], row["high"], row["unit"]),
            figure(row["observed"], row["unit"]),
            "–"
            if row["difference_percent"] != row["difference_percent"]
            else f"{row['difference_percent']:+.1f}%",
            "yes" if row["used_to_set"] else "no, held out",
        )
    if partial:
        table.caption = (
            "* the simulated weeks do not cover this period: the figure is of the weeks that were simulated"
        )
        table.caption_justify = "left"
    return table


def kpi_table(summary: Any, kpis: tuple[Kpi, ...], parts: tuple[str, ...] = (), title: str = "") -> Table:
    """Each KPI for everybody with its interval, and beside it for each marked part of the population."""
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("")
    table.add_column("everybody", justify="right")
    table.add_column("95% interval", justify="right")
    for part in parts:
        table.add_column(part.replace("_", " "), justify="right")
    found = {(row["kpi"], row["group"], row["at"]): row for _, row in summary.iterrows()}
    for kpi in kpis:
        row = found.get((kpi.name, "all", "all"))
        if row is None or row["n"] == 0:
            continue
        cells = [found.get((kpi.name, "home", part)) for part in parts]
        label = kpi.title if kpi.unit in ("share", "%", "") else f"{kpi.title} ({unit_label(kpi.unit)})"
        table.add_row(label, figure(row["mean"], kpi.unit), interval(row["low"], row["high"], kpi.unit),
                      *("" if cell is None else figure(cell["mean"], kpi.unit) for cell in cells))  # fmt: skip
    return table


def difference_table(difference: Any, kpis: tuple[Kpi, ...], title: str, most: int = 0) -> Table:
    """Paired differences from the baseline; those whose interval excludes zero are marked better or worse."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for name, justify in (("", "left"), ("baseline", "right"), ("with it", "right"), ("difference", "right"),
                          ("95% interval", "right"), ("", "left")):  # fmt: skip
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    found = {row["kpi"]: row for _, row in difference.iterrows() if row["group"] == "all"}
    shown = [kpi for kpi in kpis if kpi.name in found and found[kpi.name]["n"] > 0]
    if most:
        shown = sorted(shown, key=lambda kpi: not bool(found[kpi.name]["clear"]))[:most]
        shown.sort(key=kpis.index)
    for kpi in shown:
        row = found[kpi.name]
        label = kpi.title if kpi.unit in ("share", "%", "") else f"{kpi.title} ({unit_label(kpi.unit)})"
        both = (
            f"{signed(row['low'], kpi.unit)} to {signed(row['high'], kpi.unit)}"
            if row["low"] == row["low"]
            else ""
        )
        table.add_row(label, figure(row["base"], kpi.unit), figure(row["other"], kpi.unit),
                      signed(row["difference"], kpi.unit), both, verdict(kpi, row))  # fmt: skip
    return table


def verdict(kpi: Kpi, row: Any) -> str:
    """Better, worse, changed, or cannot be told apart from no change."""
    if row["low"] != row["low"]:
        return "one replication: no interval"
    if not row["clear"]:
        return "cannot be told apart"
    if kpi.better == "neither":
        return "changed"
    return "better" if (row["difference"] > 0) == (kpi.better == "high") else "worse"
