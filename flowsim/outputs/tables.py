"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any, Literal

from rich import box
from rich.table import Table

from flowsim.outputs.words import (
    FEWEST,
    figure,
    interval,
    label,
    several,
    signed,
    signed_interval,
    title_of,
)
from flowsim.pathway.observe import Kpi

MOST_PARTS = 3
SAME = "the same"


def headlines(kpis: Sequence[Kpi]) -> tuple[Kpi, ...]:
    """The KPIs that a first screen shows: those that the model marks, or all of them if it marks none."""
    return tuple(kpi for kpi in kpis if kpi.headline) or tuple(kpis)


def observed_table(observed: Any, kpis: Sequence[Kpi], replications: int) -> Table:
    """Modelled with its interval beside observed, those used to set the config first."""
    sure = int(replications >= FEWEST)
    table = plain_table("Modelled beside observed", "", "period", "modelled", *["95% interval"] * sure, "observed",
                   "difference", "within", "used to set it")  # fmt: skip
    known = {kpi.name: kpi for kpi in kpis}
    chosen = observed[observed["kpi"].isin(list(known))]
    for _, row in chosen.sort_values("used_to_set", ascending=False, kind="stable").iterrows():
        kpi, unit = known[row["kpi"]], row["unit"]
        where = "" if row["at"] == "all" else f", {title_of(row['at'])}"
        away = row["difference_percent"]
        table.add_row(
            label(kpi) + where,
            row["period"] + ("" if row["covered"] else " *"),
            figure(row["modelled"], unit),
            *[interval(row["low"], row["high"], unit)] * sure,
            figure(row["observed"], unit),
            "–" if isnan(away) else f"{away:+.1f}%".replace("-", "−"),
            _within(row),
            "yes" if row["used_to_set"] else "held out",
        )
    if not chosen["covered"].all():
        table.caption = "* the simulated weeks do not cover this period: the figure is of the weeks simulated"
    return table


def _within(row: Any) -> str:
    if not row["covered"] or row["tolerance"] is None or row["tolerance"] != row["tolerance"]:
        return ""
    return f"{'yes' if row['within'] else 'no'}, ±{100 * row['tolerance']:.0f}%"


def kpi_table(summary: Any, kpis: Sequence[Kpi], parts: tuple[str, ...] = (), title: str = "") -> Table:
    """Each KPI for everybody with its interval, and beside it for each marked part of the population."""
    sure = _sure(summary["n"])
    shown = shown_parts(parts)
    table = plain_table(title, "", "everybody", *["95% interval"] * sure, *map(title_of, shown))
    found = {(row["kpi"], row["group"], row["at"]): row for _, row in summary.iterrows()}
    for kpi in kpis:
        row = found.get((kpi.name, "all", "all"))
        if row is None or row["n"] == 0:
            continue
        cells = [found.get((kpi.name, "home", part)) for part in shown]
        table.add_row(
            label(kpi),
            figure(row["mean"], kpi.unit),
            *[interval(row["low"], row["high"], kpi.unit)] * sure,
            *("" if cell is None else figure(cell["mean"], kpi.unit) for cell in cells),
        )
    return table


def difference_table(difference: Any, kpis: Sequence[Kpi], title: str, parts: tuple[str, ...] = (),
                     everything: bool = False) -> Table:  # fmt: skip
    """Paired differences from the baseline: the headline KPIs, and others that changed clearly; or all.

    The last columns are the same differences for the marked parts of the population.
    """
    sure = _sure(difference["n"])
    shown = shown_parts(parts)[:1]
    table = plain_table(title, "", "baseline", "with it", "difference", *["95% interval"] * sure, "verdict",
                   *(f"difference, {title_of(part)}" for part in shown))  # fmt: skip
    found = {(row["kpi"], row["group"], row["at"]): row for _, row in difference.iterrows()}
    first = headlines(kpis)
    looked_at = same = 0
    for kpi in kpis:
        row = found.get((kpi.name, "all", "all"))
        if row is None or row["n"] == 0:
            continue
        looked_at += 1
        unchanged = verdict(kpi, row) == SAME
        same += unchanged and kpi in first
        if not everything and (unchanged or not (kpi in first or (sure and row["clear"]))):
            continue
        cells = [found.get((kpi.name, "home", part)) for part in shown]
        table.add_row(
            label(kpi),
            figure(row["base"], kpi.unit),
            figure(row["other"], kpi.unit),
            signed(row["difference"], kpi.unit),
            *[signed_interval(row["low"], row["high"], kpi.unit)] * sure,
            verdict(kpi, row),
            *("" if cell is None else signed(cell["difference"], kpi.unit) for cell in cells),
        )
    notes = [f"{several(same, 'headline figure')} exactly the same"] if same and not everything else []
    if sure:
        notes.append(
            f"of {looked_at} figures compared, one in 20 of those that do not really change looks clear by chance"
        )
    table.caption = "; ".join(notes)
    return table


def verdict(kpi: Kpi, row: Any) -> str:
    """Better, worse, changed, or cannot be told apart from no change."""
    if row["difference"] == row["low"] == row["high"] == 0:
        return SAME
    if row["n"] < FEWEST:
        return "more replications needed"
    if not row["clear"]:
        return "cannot be told apart"
    if kpi.better == "neither":
        return "changed"
    return "better" if (row["difference"] > 0) == (kpi.better == "high") else "worse"


def shown_parts(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts that have a column: all if they are few, else the first; none if there is only one."""
    if len(parts) < 2:
        return ()
    return parts if len(parts) <= MOST_PARTS else parts[:1]


def _sure(numbers: Any) -> int:
    """1 if there are enough replications for intervals, else 0."""
    return int(len(numbers) > 0 and int(numbers.max()) >= FEWEST)


def plain_table(title: str, *columns: str) -> Table:
    """A table without lines between its rows; figures stand on the right."""
    table = Table(title=title or None, title_justify="left", title_style="bold", caption_justify="left",
                  box=box.SIMPLE_HEAD, pad_edge=False)  # fmt: skip
    words = ("", "period", "verdict", "within", "used to set it")
    for name in columns:
        side: Literal["left", "right"] = "left" if name in words else "right"
        table.add_column(name, justify=side, no_wrap=side == "right", overflow="fold")
    return table
