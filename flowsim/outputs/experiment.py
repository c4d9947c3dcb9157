"""What an experiment says: its answer in sentences, and the table and files of a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from flowsim.inputs.experiment_values import BASELINE, Experiment, Standard
from flowsim.measures.intervals import estimate, paired
from flowsim.outputs.answer import option_answer, scenario_title
from flowsim.outputs.folder import as_csv, manifest_of_design, write_manifest
from flowsim.outputs.report import asked as report
from flowsim.outputs.report.kept import MANIFEST
from flowsim.outputs.tables import headlines, plain_table
from flowsim.outputs.whole_files import whole
from flowsim.outputs.words import FEWEST, brief, figure, label, signed, signed_interval, title_of
from flowsim.pathway.observe import Kpi
from flowsim.studies.answering import Meets, Swept, standards_met
from flowsim.studies.study import Study

MOST_SETTINGS = 12
"""Settings that a screen shows."""
MOST_KPIS = 3


def kpis_of(asked: Experiment, known: Sequence[Kpi]) -> tuple[Kpi, ...]:
    """The KPIs of the question, in its order; the headlines if it names none."""
    by_name = {kpi.name: kpi for kpi in known}
    return tuple(by_name[name] for name in asked.kpis) or headlines(known)


def answer(asked: Experiment, study: Study) -> list[str]:
    """What each scenario changes, and how likely each is to meet the standard."""
    kpis = kpis_of(asked, study.programs[study.baseline].model.observe.kpis)
    said = [option_answer(study, name, kpis) for name in list(study.programs)[1:]]
    return said + [met_in_words(one, study) for one in standards_met(asked, study)]


def met_in_words(one: Meets, study: Study) -> str:
    """How likely a scenario is to meet a standard."""
    kpi = next(
        kpi for kpi in study.programs[study.baseline].model.observe.kpis if kpi.name == one.standard.kpi
    )
    title = "Baseline" if one.scenario == study.baseline else scenario_title(study, one.scenario)
    return f"{title}: {one.met.words(standard_in_words(one.standard, one.value, kpi))}"


def standard_in_words(standard: Standard, value: float, kpi: Kpi) -> str:
    """`Type 1 within four hours of at least 78%`."""
    unit = "" if kpi.unit in ("%", "share") else f" {kpi.unit}"
    whom = "" if standard.group == "all" else f", {title_of(standard.at)},"
    return f"{kpi.title}{whom} {standard.side} {brief(value, kpi.unit)}{unit}"


def as_asked(asked: Experiment, study: Study) -> report.Asked:
    """The question as the report tells it; standards in the unit of their KPI."""
    said = {name: f"{one.text} ({one.by}, {one.date})"
            for name in ("prediction", "decision") if (one := getattr(asked, name)) is not None}  # fmt: skip
    standards = {one.standard: one.value for one in standards_met(asked, study)}
    return report.Asked(
        title=asked.title,
        question=asked.question,
        kpis=asked.kpis,
        standards=tuple(
            report.Standard(one.kpi, one.side, value, one.group, one.at) for one, value in standards.items()
        ),
        **said,
    )


def about(asked: Experiment, store: Path, keys: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What the manifest says of the experiment: its question, what was expected, and where its replications are."""
    said = {name: {"text": one.text, "by": one.by, "date": one.date}
            for name in ("prediction", "decision") if (one := getattr(asked, name)) is not None}  # fmt: skip
    return {
        "experiment": asked.name,
        "title": asked.title,
        "question": asked.question,
        "place": asked.place,
        **said,
        "store": str(store),
        "replications_by_key": {name: list(found) for name, found in keys.items()},
    }


# --- a sweep ---------------------------------------------------------------------------------------------------


def sweep_table(found: Swept) -> Table:
    """The best settings by the first KPI of the question: what they are, and what they change."""
    kpis = kpis_of(found.asked, found.baseline.model.observe.kpis)[:MOST_KPIS]
    fields = list(dict(found.settings[0].values))
    table = plain_table(f"{len(found.settings)} settings, the best first: {kpis[0].title}", "setting",
                        *(path.rpartition(".")[0].rpartition(".")[2] + "." + path.rpartition(".")[2] for path in fields),
                        *(text for kpi in kpis for text in (label(kpi), "difference")))  # fmt: skip
    for column in table.columns:
        column.no_wrap = False
    way = 1 if kpis[0].better == "high" else -1
    means = {one.name: estimate(found.figures[one.name][kpis[0].name]).mean for one in found.settings}
    order = sorted(
        found.settings, key=lambda one: (means[one.name] != means[one.name], -way * means[one.name])
    )
    rows = [(BASELINE, {}), *((one.name, dict(one.values)) for one in order[:MOST_SETTINGS])]
    for name, values in rows:
        cells = [text for kpi in kpis for text in _cells(found, name, kpi)]
        table.add_row(name, *(values.get(path, "") for path in fields), *cells)
    if len(order) > MOST_SETTINGS:
        table.caption = f"{len(order) - MOST_SETTINGS} further settings: --out keeps them all."
    return table


def _cells(found: Swept, name: str, kpi: Kpi) -> tuple[str, str]:
    values = found.figures[name][kpi.name]
    mean = figure(estimate(values).mean, kpi.unit)
    if name == BASELINE:
        return mean, ""
    change = paired(found.figures[BASELINE][kpi.name], values)
    sure = f" ({signed_interval(change.low, change.high, kpi.unit)})" if change.n >= FEWEST else ""
    return mean, signed(change.mean, kpi.unit) + sure


def standards_by_setting(found: Swept) -> Any:
    """A table of how likely each setting is to meet each standard."""
    import pandas as pd

    rows = [[one.scenario, one.standard.kpi, one.standard.group, one.standard.at, one.standard.side, one.value,
             one.met.n, one.met.met, one.met.share, one.met.low, one.met.high] for one in found.standards]  # fmt: skip
    columns = ["setting", "kpi", "group", "at", "side", "value", "n", "met", "share", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def write_sweep(
    found: Swept, folder: Path, command: str, seconds: float, more: Mapping[str, Any]
) -> list[Path]:
    """Write `settings.csv` (means and paired differences), `figures.csv` (each replication), `standards.csv`."""
    import pandas as pd

    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    figures = [[name, number, kpi, value] for name, of in found.figures.items() for kpi, values in of.items()
               for number, value in enumerate(values)]  # fmt: skip
    tables = {
        "settings.csv": found.table(),
        "figures.csv": pd.DataFrame(figures, columns=["setting", "replication", "kpi", "value"]),
        **({"standards.csv": standards_by_setting(found)} if found.standards else {}),
    }
    written = [whole(folder / name, as_csv(table)) for name, table in tables.items()]
    manifest = manifest_of_design(found.design, command, seconds) | dict(more)
    return [*written, write_manifest(folder, manifest, written)]
