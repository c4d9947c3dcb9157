"""Make docs/background/calibration.md of the tables that `flowsim calibrate` wrote beside the shipped places.

    flowsim calibrate south_worcestershire --replications 10
    python docs/calibration_page.py            (--check only says whether the page is out of date)

The script adds no figure of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from flowsim.outputs.words import figure, interval
from flowsim.studies.calibration import NOTE, read_calibration
from flowsim.studies.scenario import Scenario

PLACE = "south_worcestershire"
PAGE = Path(__file__).resolve().parent / "background" / "calibration.md"

HEAD = """# Does the baseline look like the place?

The reference year of South Worcestershire's catchment (the whole county), simulated and held against what public
returns said of it. Figures *used to set* the config had a say in its numbers, most of them by hand and on a few
short runs; those *held out* had none. The year before is held out whole: its demand and its open beds are put in
(option `year_2017_18`), and nothing else is changed.

A row is *within* if it lies inside the tolerance that the config states for it. Where it does not, the model does not
reproduce what was observed, and the difference says by how much. Read [what is not modelled](limits.md) beside it.
"""

COLUMNS = ("", "period", "modelled", "95% interval", "observed", "difference", "within")


def page() -> str:
    """The whole page."""
    found = read_calibration(PLACE)
    if found is None:
        raise SystemExit(f"{PLACE} has no calibration table: flowsim calibrate {PLACE}")
    table, fits = found
    scenario = Scenario(PLACE)
    note = json.loads((scenario.folder / NOTE).read_text(encoding="utf-8"))
    titles = {kpi.name: kpi.title for kpi in scenario.program().model.observe.kpis}
    start = (
        f"after {note['warm_up_days']} days of warm-up" if note["warm_up_days"] else "from the warmed census"
    )
    parts = [HEAD, f"{note['replications']} replications of 364 days {start}, seed {note['seed']}.\n"]
    if not fits:
        parts.append(
            "The config has changed since this table was made: `flowsim calibrate` makes it again.\n"
        )
    base = table["scenario"] == "baseline"
    for title, rows in (
        ("Used to set the config", table[table["used_to_set"]]),
        ("Held out, of the reference year", table[base & ~table["used_to_set"]]),
        ("Held out: the year before", table[~base & ~table["used_to_set"]]),
    ):
        told = rows[rows["modelled"].notna()]
        within = told[told["within"].astype(str) == "True"]
        parts += [
            f"## {title}\n",
            f"{len(within)} of {len(told)} rows are within their tolerance.\n",
            lines(told, titles),
        ]
        missing = rows[rows["modelled"].isna()]
        if len(missing):
            names = ", ".join(sorted({titles.get(kpi, kpi).lower() for kpi in missing["kpi"]}))
            parts.append(f"Observed, and not measured by the model: {names.replace('_', ' ')}.\n")
    return "\n".join(parts)


def lines(rows: Any, titles: dict[str, str]) -> str:
    """The rows as a Markdown table."""
    told = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    for _, row in rows.iterrows():
        unit = row["unit"] if isinstance(row["unit"], str) else ""
        where = "" if row["at"] == "all" else f", {str(row['at']).replace('_', ' ')}"
        name = titles.get(row["kpi"], row["kpi"]) + where
        inside = "yes" if str(row["within"]) == "True" else "no"
        tolerance = "" if row["tolerance"] != row["tolerance"] else f"{inside}, ±{row['tolerance']:.0%}"
        cells = (name if unit in ("share", "%", "") else f"{name} ({unit})", row["period"], figure(row["modelled"], unit),
                 interval(row["low"], row["high"], unit), figure(row["observed"], unit),
                 f"{row['difference_percent']:+.0f}%", tolerance)  # fmt: skip
        told.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(told) + "\n"


def main() -> None:
    """Write the page, or with --check say whether it is out of date."""
    text = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{PAGE.name} is out of date: python docs/calibration_page.py")
        return
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
