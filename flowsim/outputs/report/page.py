"""The report as one HTML file: no script, nothing from elsewhere, readable on a telephone and on paper."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from flowsim.outputs.report.drawing import inline
from flowsim.outputs.report.kept import Kept
from flowsim.outputs.report.pictures import pictures
from flowsim.outputs.report.sentences import WORDS, decision, word_of
from flowsim.outputs.words import (
    FEWEST,
    figure,
    interval,
    label,
    plain,
    several,
    signed,
    signed_interval,
    title_of,
)
from flowsim.pathway.observe import Kpi

MOST_ANSWERS, MOST_COLUMNS, MOST_TABLES = 6, 4, 12
SHOWN = ("field", "value", "range", "source", "note")
PLURAL = {"assumption": "assumptions", "missing": "of which nothing is said"}
TEMPLATES = Path(__file__).parent / "templates"


def page(kept: Kept) -> str:
    """The whole page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    room = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    style = Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))  # noqa: S704  (our own file)
    drawn = [(one, Markup(one.svg())) for one in pictures(kept)]  # noqa: S704  (made by us, and escaped)
    pathway = Markup(_pathways(kept)) if kept.drawing else ""  # noqa: S704  (the same)
    return room.get_template("report.html").render(
        style=style, drawn=drawn, pathway=pathway, **contents(kept)
    )


def _pathways(kept: Kept) -> str:
    heading = f"The pathways of {kept.about['model']}, and how full they are"
    alt = "Each pathway as a box with the fullest thing that it needs, and where patients go next."
    return inline(kept.drawing, "pathways", heading, alt)


def contents(kept: Kept) -> dict[str, Any]:
    """Everything that the page says, as plain values; a Word document and a workbook are made of the same."""
    shown = [one["name"] for one in kept.scenarios]
    return {
        "kept": kept,
        "about": kept.about,
        "asked": kept.asked,
        "manifest": kept.manifest,
        "title": kept.asked.title or kept.about["title"],
        "how": how_it_was_run(kept),
        "decisions": [decision(kept, name) for name in shown[:MOST_ANSWERS]],
        "left_out": max(0, len(shown) - MOST_ANSWERS),
        "glance": glance(kept, shown[:MOST_COLUMNS]),
        "compared": len(kept.first),
        "tables": [table for name in shown[:MOST_TABLES] for table in difference_tables(kept, name)]
        or baseline_tables(kept),
        "without_table": shown[MOST_TABLES:],
        "observed": observed_rows(kept),
        "assumptions": assumptions(kept),
        "checks": kept.checks,
        "command": kept.manifest["command"],
        "hashes": [
            (title_of(name), one["config"], one["program"])
            for name, one in kept.manifest["scenarios"].items()
        ],
    }


def how_it_was_run(kept: Kept) -> str:
    """One line: how often, how long, from what."""
    runs = several(kept.replications, "simulated run")
    days = several(int(kept.manifest["measured_days"]), "day")
    return f"{runs} of {days} each, from {kept.about['start']}" + (
        "; the same patients in every scenario." if kept.scenarios else "."
    )


# ---- the first screen


def glance(kept: Kept, scenarios: list[str]) -> dict[str, Any]:
    """The few KPIs that people look at first: today, and with each option."""
    base = kept.rows(kept.baseline)
    others = {name: kept.rows(name) for name in scenarios}
    chosen = [kpi for kpi in kept.first if kpi.sentence or kpi.name in kept.asked.kpis][:8] or list(
        kept.first[:6]
    )
    rows = []
    for kpi in chosen:
        row = base.get((kpi.name, "all"))
        if row is not None and row["n"]:
            cells = [_cell(kpi, found[kpi.name, "all"]) for found in others.values()]
            rows.append((label(kpi), figure(row["mean"], kpi.unit), cells))
    titles = {one["name"]: one["title"] for one in kept.scenarios}
    return {"columns": [titles[name] for name in scenarios], "rows": rows}


def _cell(kpi: Kpi, row: Any) -> dict[str, str]:
    word = word_of(kpi, row)
    sure = signed_interval(row["change_low"], row["change_high"], kpi.unit) if row["n"] >= FEWEST else ""
    return {"value": figure(row["mean"], kpi.unit), "change": signed(row["difference"], kpi.unit), "interval": sure,
            "word": word, "verdict": WORDS[word], "css": css_of(word)}  # fmt: skip


def css_of(word: str) -> str:
    """The class of a verdict."""
    return word if word in ("better", "worse", "changed") else "unclear"


# ---- tables


def difference_tables(kept: Kept, scenario: str) -> list[dict[str, Any]]:
    """Every KPI for everybody, and by site: baseline, scenario, difference, interval, verdict."""
    title = kept.title(scenario)
    head = ("", "baseline", "with it", "difference", "95% interval", "verdict")
    tables = [(f"{title}: everybody", "all"), (f"{title}: by site", "site")]
    return [{"title": name, "head": head, "rows": rows} for name, group in tables
            if (rows := difference_rows(kept, scenario, group))]  # fmt: skip


def difference_rows(kept: Kept, scenario: str, group: str) -> list[tuple[list[str], str]]:
    """(cells, class of the verdict) of each KPI for each member of a group."""
    found = kept.rows(scenario, group)
    rows = []
    for (name, at), row in found.items():
        kpi = kept.kpi[name]
        if row["n"] and row["difference"] == row["difference"]:
            word = word_of(kpi, row)
            where = "" if at == "all" else f", {title_of(at)}"
            sure = (
                signed_interval(row["change_low"], row["change_high"], kpi.unit) if row["n"] >= FEWEST else ""
            )
            cells = [label(kpi) + where, figure(row["base"], kpi.unit), figure(row["mean"], kpi.unit),
                     signed(row["difference"], kpi.unit), sure, WORDS[word]]  # fmt: skip
            rows.append((cells, css_of(word)))
    return rows


def baseline_tables(kept: Kept) -> list[dict[str, Any]]:
    """Every KPI of the one scenario there is, for everybody and by site, with its interval."""
    tables = []
    for title, group in (("Everybody", "all"), ("By site", "site")):
        rows = []
        for (name, at), row in kept.rows(kept.baseline, group).items():
            kpi = kept.kpi[name]
            if row["n"]:
                sure = interval(row["low"], row["high"], kpi.unit) if row["n"] >= FEWEST else ""
                where = "" if at == "all" else f", {title_of(at)}"
                rows.append(([label(kpi) + where, figure(row["mean"], kpi.unit), sure], "unclear"))
        if rows:
            tables.append({"title": title, "head": ("", "mean", "95% interval"), "rows": rows})
    return tables


def observed_rows(kept: Kept) -> list[list[str]]:
    """Modelled beside observed, for what the simulated weeks cover."""
    table = kept.tables.get("observed.csv")
    if table is None:
        return []
    rows = []
    for row in table[table["modelled"].notna()].to_dict("records"):
        kpi, unit = kept.kpi.get(row["kpi"]), row["unit"]
        where = "" if row["at"] == "all" else f", {title_of(row['at'])}"
        covered = "" if row["covered"] else " (not simulated whole)"
        within = {"True": "yes", "False": "no"}.get(str(row["within"]), "–") if row["covered"] else "–"
        name = label(kpi) if kpi else plain(row["kpi"])
        both = figure(row["modelled"], unit), figure(row["observed"], unit)
        used = "yes" if row["used_to_set"] else "held out"
        rows.append([name + where, f"{row['period']}{covered}", *both, within, used])
    return rows


def assumptions(kept: Kept) -> dict[str, Any]:
    """Numbers by how much they ask to be looked at: changed by a scenario, assumed, and all the others by status."""
    table = kept.tables["assumptions.csv"]
    with_it = [name for name in table.columns if name.startswith("with ")]
    effects = _effects(kept)
    changed: list[list[str]] = []
    groups: dict[str, list[list[str]]] = {}
    for row in table.to_dict("records"):
        if any(row[name] for name in with_it):
            becomes = [
                f"{row[name]} {name}" if len(with_it) > 1 else row[name] for name in with_it if row[name]
            ]
            changed.append(
                [row["field"], row["value"] or "–", "; ".join(becomes), row["status"], row["source"]]
            )
        else:
            groups.setdefault(row["status"], []).append([row[key] for key in SHOWN])
    counts = Counter(table["status"])
    told = ", ".join(f"{number:,} {PLURAL.get(status, status)}" for status, number in counts.most_common())
    return {
        "changed": changed,
        "groups": groups,
        "effects": effects,
        "told": f"{len(table):,} numbers went in: {told}.",
    }


def _effects(kept: Kept) -> dict[str, str]:
    """What each assumption does to the answer, where a sensitivity analysis has said so."""
    table = kept.tables.get("sensitivity.csv")
    found: dict[str, str] = {}
    for row in [] if table is None else table.to_dict("records"):
        unit = kept.kpi[row["kpi"]].unit
        told = f"{kept.kpi[row['kpi']].title} {signed(row['low'], unit)} to {signed(row['high'], unit)}"
        found[row["field"]] = f"{found[row['field']]}; {told}" if row["field"] in found else told
    return found
