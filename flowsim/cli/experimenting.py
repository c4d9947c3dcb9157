"""`flowsim compare` and `flowsim sweep`: an experiment answered, from the store as far as it has been."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flowsim.cli.arguments import AsJson
from flowsim.cli.screen import command, console, folder_to_write, print_json, progress, refuse, say

if TYPE_CHECKING:
    from flowsim.inputs.experiments import Experiment
    from flowsim.studies.answering import Swept
    from flowsim.studies.design import Design
    from flowsim.studies.store import Store
    from flowsim.studies.study import Study

ExperimentName = Annotated[
    str, typer.Argument(metavar="EXPERIMENT", help="A shipped experiment (see: flowsim where), or a path.")
]
Replications = Annotated[
    int | None,
    typer.Option("--replications", "-n", help="Instead of the experiment's, to try it.", min=1, max=100_000),
]
Days = Annotated[
    int | None, typer.Option(help="Measured days, instead of the experiment's, to try it.", min=1, max=36_500)
]
Workers = Annotated[int, typer.Option(help="Replications at once; 0: one a core.", min=0)]
StoreFile = Annotated[
    Path | None,
    typer.Option("--store", help="The store of finished replications. Default: runs/store.sqlite."),
]
Out = Annotated[Path | None, typer.Option(help="Folder for tables, pictures and the manifest.")]


def compare(
    experiment: ExperimentName,
    replications: Replications = None,
    days: Days = None,
    workers: Workers = 0,
    store: StoreFile = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Answer an experiment: its scenarios against the baseline, paired, with intervals.

    Example:  flowsim compare small_town_care --replications 3 --days 7
    """
    from flowsim.studies.answering import compare_all

    began = time.perf_counter()
    asked, design, kept = _ready(experiment, replications, days, workers, store, out)
    if not asked.scenarios:
        refuse(
            f"{asked.name} has no scenarios to compare.",
            "Try: flowsim sweep" if asked.plan else "Add `scenarios`.",
        )
    study = compare_all(asked, design, kept, progress)
    _say_damaged(kept)
    if out is not None:
        from flowsim.outputs.folder import write_run

        write_run(study, out, command(), time.perf_counter() - began)
    if as_json:
        print_json(_as_data(asked, study))
    else:
        _show(asked, study, out)


def sweep(
    experiment: ExperimentName,
    replications: Replications = None,
    days: Days = None,
    workers: Workers = 0,
    store: StoreFile = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Answer an experiment with a design: every setting against the baseline, paired. It resumes where it stopped.

    Example:  flowsim sweep small_town_beds --replications 2 --days 7
    """
    from flowsim.studies.answering import sweep_all

    asked, design, kept = _ready(experiment, replications, days, workers, store, out)
    if asked.plan is None:
        refuse(f"{asked.name} has no design to sweep.", "Try: flowsim compare, or add `design`.")
    found = sweep_all(asked, design, kept, progress)
    _say_damaged(kept)
    if as_json:
        print_json({"experiment": asked.name, "table": json.loads(found.table().to_json(orient="records"))})
        return
    _show_sweep(found)


def _ready(experiment: str, replications: int | None, days: int | None, workers: int, store: Path | None,
           out: Path | None) -> tuple[Experiment, Design, Store]:  # fmt: skip
    """The experiment, checked, its design, and the store, open: what is wrong is said before anything runs."""
    from dataclasses import replace

    from flowsim.cli.warming import warm_up_if_new
    from flowsim.engines import DEFAULT
    from flowsim.places import find_experiment, runs_folder
    from flowsim.studies.question import design_of, find_question
    from flowsim.studies.store import Store

    asked = find_question(experiment)
    if replications is not None:
        asked = replace(asked, replications=replications, until=())
    if days is not None:
        asked = replace(asked, days=days)
    kept = Store(store or runs_folder() / "store.sqlite")
    kept.open()
    if out is not None:
        folder_to_write(out)
    design = design_of(asked, find_experiment(experiment).parent, workers)
    warm_up_if_new(DEFAULT)
    return asked, design, kept


def _say_damaged(kept: Store) -> None:
    if kept.damaged:
        say(
            f"Note: {len(kept.damaged)} rows of {kept.path} were damaged. They were not used, and were made again."
        )


def _show(asked: Experiment, study: Study, out: Path | None) -> None:
    """The question, the answer in sentences, the standards, then the tables."""
    from flowsim.outputs.answer import option_answer
    from flowsim.outputs.tables import difference_table, headlines, kpi_table
    from flowsim.outputs.words import several

    screen, design = console(), study.design
    program = study.programs[study.baseline]
    every = program.model.observe.kpis
    shown = [kpi for kpi in every if kpi.name in asked.kpis] or headlines(every)
    homes = dict(program.attributes).get("home", ())
    screen.print(f"[bold]{asked.title}[/bold]\n{asked.question}", highlight=False)
    screen.print(f"{several(design.replications, 'replication')} of {several(design.days, 'day')}, {_start(design)}\n",
                 markup=False)  # fmt: skip
    for name in list(study.programs)[1:]:
        screen.print(option_answer(study, name), markup=False)
    screen.print()
    screen.print(kpi_table(study.summary(study.baseline), shown, homes, "Baseline"))
    for name in list(study.programs)[1:]:
        screen.print(difference_table(study.difference(name), shown, name, homes, True))
    if out is not None:
        screen.print(f"Tables, pictures and manifest: {out}", markup=False)


def _start(design: Design) -> str:
    if design.warmed:
        return (f"each from its own state after {design.warm_up} days of warm-up, settled for {design.settle} days "
                f"in each scenario, seed {design.seed}")  # fmt: skip
    return f"after {design.warm_up} days of warm-up, seed {design.seed}"


def _as_data(asked: Experiment, study: Study) -> dict[str, Any]:
    return {"experiment": asked.name, "replications": study.design.replications}


def _show_sweep(found: Swept) -> None:
    console().print(found.table())
