"""A run's folder, read back: all that a report is made of, so that it can be made again without simulating."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from flowsim.errors import RunError
from flowsim.outputs.report.asked import Asked, Standard
from flowsim.outputs.report.trust import LOOK, Check
from flowsim.outputs.tables import headlines
from flowsim.pathway.formulas import Sum
from flowsim.pathway.observe import Kpi

MANIFEST, ABOUT, DRAWING = "manifest.json", "report.json", "pathways.svg"
NEEDED = ("kpis.csv", "summary.csv", "weekly.csv", "hours.csv", "assumptions.csv")
ON_REQUEST = ("observed.csv", "delays.csv", "sensitivity.csv", "observed_weeks.csv")
"""Tables that a run has only if there is something to say: what was observed; hours a day of waiting by what was short
(scenario, charged_to, mean); the answer at either end of an assumption's range (scenario, kpi, field, low, middle, high);
and weeks that were observed (kpi, week, value).
"""


@dataclass(frozen=True)
class Kept:
    """What a folder holds: the manifest, the words of `report.json`, tidy tables by name, and a drawing."""

    manifest: Mapping[str, Any]
    about: Mapping[str, Any]
    tables: Mapping[str, Any]
    drawing: str
    changed: tuple[str, ...] = ()
    """Files that are no longer what the run wrote."""

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """What is known of each KPI; its formula is not needed any more."""
        return tuple(Kpi(formula=Sum(()), **one) for one in self.about["kpis"])

    @cached_property
    def kpi(self) -> Mapping[str, Kpi]:
        """KPIs by name."""
        return {kpi.name: kpi for kpi in self.kpis}

    @cached_property
    def asked(self) -> Asked:
        """What the experiment asks; empty for a run."""
        given = dict(self.about["asked"])
        standards = tuple(Standard(**one) for one in given.pop("standards"))
        return Asked(**{**given, "kpis": tuple(given["kpis"])}, standards=standards)

    @property
    def baseline(self) -> str:
        """The name of the scenario that the others are held against."""
        return str(self.about["baseline"])

    @property
    def scenarios(self) -> list[Mapping[str, Any]]:
        """The other scenarios, in order: name, title, options, changes."""
        return list(self.about["scenarios"])

    def title(self, scenario: str) -> str:
        """What a scenario is called."""
        return next((str(one["title"]) for one in self.scenarios if one["name"] == scenario), scenario)

    @property
    def replications(self) -> int:
        """How many runs each scenario had."""
        return int(self.manifest["replications"])

    @cached_property
    def first(self) -> tuple[Kpi, ...]:
        """The headline KPIs: those asked about, then those that the first lines name, then the rest."""
        asked = {*self.asked.kpis, *(one.kpi for one in self.asked.standards)}
        chosen = [*(kpi for kpi in self.kpis if kpi.name in asked), *headlines(self.kpis)]
        rank = sorted(dict.fromkeys(chosen), key=lambda kpi: (kpi.name not in asked, not kpi.sentence))
        return tuple(rank)

    @property
    def checks(self) -> list[Check]:
        """The trust certificate, with a word on the folder itself."""
        found = [
            Check(**{**one, "table": tuple(map(tuple, one["table"]))}) for one in self.about["certificate"]
        ]
        if self.changed:
            says = f"{', '.join(self.changed)}: no longer what the run wrote. This report shows what stands there now."
            found.insert(0, Check("The files of the run", LOOK, says))
        return found

    def rows(self, scenario: str, group: str = "all") -> dict[tuple[str, str], Any]:
        """For each (kpi, at) of a group: mean, low, high, n; and where there is a baseline to compare with, base,
        difference, its ends in `change_low` and `change_high`, and whether they clear zero.
        """
        table = self.tables["summary.csv"]
        base = {(row["kpi"], row["group"], row["at"]): row["mean"]
                for row in table[table["scenario"] == self.baseline].to_dict("records")}  # fmt: skip
        found = {}
        for row in table[(table["scenario"] == scenario) & (table["group"] == group)].to_dict("records"):
            low, high = row.get("difference_low", float("nan")), row.get("difference_high", float("nan"))
            row |= {"base": base.get((row["kpi"], group, row["at"])), "change_low": low, "change_high": high}
            row["clear"] = low > 0 or high < 0
            found[row["kpi"], row["at"]] = row
        return found


def read_run(folder: Path, manifest: Mapping[str, Any] | None = None) -> Kept:
    """Read a run's folder. `manifest` stands in for one that is not written yet. Raises RunError if it is no run's."""
    import pandas as pd

    if manifest is None:
        manifest = json.loads(_text(folder, MANIFEST))
    about = json.loads(_text(folder, ABOUT))
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise RunError(f"{folder} lacks {', '.join(missing)}. Run it again with --out.")
    names = [name for name in (*NEEDED, *ON_REQUEST) if (folder / name).is_file()]
    tables = {
        name: pd.read_csv(folder / name, dtype=_types(name), keep_default_na=name != "assumptions.csv")
        for name in names
    }
    drawing = (folder / DRAWING).read_text(encoding="utf-8") if (folder / DRAWING).is_file() else ""
    written = manifest.get("files", {})
    changed = tuple(
        name for name in (*NEEDED, ABOUT) if name in written and _digest(folder / name) != written[name]
    )
    return Kept(manifest, about, tables, drawing, changed)


def _types(name: str) -> Any:
    """Names stay words: a group member called `1` is not a number."""
    return (
        str if name == "assumptions.csv" else {"at": str, "period": str, "scenario": str, "replication": int}
    )


def _text(folder: Path, name: str) -> str:
    path = folder / name
    if not path.is_file():
        what = "is not a run's folder" if name == MANIFEST else "was written by an older flowsim"
        raise RunError(f"{folder} {what}: it has no {name}. `flowsim run PLACE --out {folder}` writes one.")
    return path.read_text(encoding="utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
