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
    from flowsim.inputs.experiment_values import Experiment
    from flowsim.studies.answering import Compared, Swept
    from flowsim.studies.design import Design
    from flowsim.studies.store import Store

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
ClusterAt = Annotated[
    str, typer.Option("--cluster", metavar="ADDRESS", help="Run on the workers of a Dask scheduler.")
]
LocalCluster = Annotated[
    int, typer.Option("--local-cluster", help="Try a cluster of so many processes on this machine.", min=0)
]
Out = Annotated[Path | None, typer.Option(help="Folder for tables, pictures and the manifest.")]


def compare(
    experiment: ExperimentName,
    replications: Replications = None,
    days: Days = None,
    workers: Workers = 0,
    cluster: ClusterAt = "",
    local_cluster: LocalCluster = 0,
    store: StoreFile = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Answer an experiment: its scenarios against the baseline, paired, with intervals.

    Example:  flowsim compare small_town_care --replications 3 --days 7
    """
    from flowsim.studies.answering import compare_all

    began = time.perf_counter()
    asked, design, kept = ready(experiment, replications, days, workers, store, out)
    design = on_cluster(design, cluster, local_cluster)
    if not asked.scenarios:
        refuse(
            f"{asked.name} has no scenarios to compare.",
            "Try: flowsim sweep" if asked.plan else "Add `scenarios`.",
        )
    found = compare_all(asked, design, kept, progress)
    say_what_was_run(found.done.ran, found.done.found, kept)
    if out is not None:
        from flowsim.outputs.experiment import about, as_asked
        from flowsim.outputs.folder import write_run

        more, told = about(asked, kept.path, found.done.keys), as_asked(asked, found.study)
        write_run(found.study, out, command(), time.perf_counter() - began, more, asked=told)
    if as_json:
        print_json(_as_data(asked, found))
    else:
        _show(asked, found, out)


def sweep(
    experiment: ExperimentName,
    replications: Replications = None,
    days: Days = None,
    workers: Workers = 0,
    cluster: ClusterAt = "",
    local_cluster: LocalCluster = 0,
    store: StoreFile = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Answer an experiment with a design: every setting against the baseline, paired. It resumes where it stopped.

    Example:  flowsim sweep small_town_beds --replications 2 --days 7
    """
    from flowsim.studies.answering import sweep_all

    began = time.perf_counter()
    asked, design, kept = ready(experiment, replications, days, workers, store, out)
    design = on_cluster(design, cluster, local_cluster)
    if asked.plan is None:
        refuse(f"{asked.name} has no design to sweep.", "Try: flowsim compare, or add `design`.")
    found = sweep_all(asked, design, kept, progress)
    say_what_was_run(found.done.ran, found.done.found, kept)
    if out is not None:
        from flowsim.outputs.experiment import about, write_sweep

        more = about(asked, kept.path, found.done.keys)
        write_sweep(found, out, command(), time.perf_counter() - began, more)
    if as_json:
        print_json(_sweep_as_data(found))
    else:
        _show_sweep(found, out)


def ready(experiment: str, replications: int | None, days: int | None, workers: int, store: Path | None,
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


def on_cluster(design: Design, cluster: str, local: int) -> Design:
    """The design, to be run where it is asked; refused now if nobody answers there."""
    from dataclasses import replace

    if cluster and local:
        refuse("--cluster and --local-cluster name two clusters.", "Give one of them.")
    where = cluster or (f"local {local}" if local else "")
    if where:
        from flowsim.studies.cluster import connected

        connected(where)
    return replace(design, cluster=where)


def say_what_was_run(ran: int, found: int, kept: Store) -> None:
    """How many replications were run and how many were there, and what was damaged."""
    from flowsim.outputs.words import several

    say(f"{several(ran, 'replication')} run; {found} were in {kept.path}.")
    if kept.damaged:
        say(
            f"Note: {several(len(set(kept.damaged)), 'row')} of the store did not fit its digest, and was made again."
        )


def _show(asked: Experiment, found: Compared, out: Path | None) -> None:
    """The question, the answer in sentences, then the tables."""
    from flowsim.outputs.answer import scenario_title
    from flowsim.outputs.experiment import answer, kpis_of
    from flowsim.outputs.tables import difference_table, kpi_table

    screen, study = console(), found.study
    program = study.programs[study.baseline]
    kpis = kpis_of(asked, program.model.observe.kpis)
    homes = dict(program.attributes).get("home", ())
    show_head(asked, study.design)
    for said in answer(asked, study):
        screen.print(said, markup=False)
    if found.precision is not None:
        screen.print(found.precision.words(), markup=False)
    screen.print()
    screen.print(kpi_table(study.summary(study.baseline), kpis, homes, "Baseline"))
    for name in list(study.programs)[1:]:
        title = f"{scenario_title(study, name)}, against the baseline (same patients)"
        screen.print(difference_table(study.difference(name), kpis, title, homes, True))
    for notice in study.notices():
        screen.print(f"Note: {notice}", markup=False)
    if out is not None:
        screen.print(f"Report, tables and pictures: {out}", markup=False)


def show_head(asked: Experiment, design: Design, runs: str = "") -> None:
    """The question, how it was asked, and what was expected. `runs` says how many, if not the design's number."""
    from flowsim.outputs.words import several

    screen = console()
    screen.print(f"[bold]{asked.title}[/bold]")
    screen.print(asked.question, markup=False)
    runs = f"{runs or several(design.replications, 'replication')} of {several(design.days, 'day')}"
    screen.print(f"{runs} {_start(design)}, seed {design.seed}\n", markup=False)
    if asked.prediction is not None:
        one = asked.prediction
        screen.print(f"Expected beforehand ({one.by}, {one.date}): {one.text}\n", markup=False)


def _start(design: Design) -> str:
    if design.warmed:
        settled = f"settled for {design.settle} days in each scenario"
        return f"from states warmed for {design.warm_up} days, {settled}"
    if design.state is None:
        return f"after {design.warm_up} days of warm-up"
    return (
        f"from the patients of {design.state.name}" if design.from_csv else "from the place's warmed census"
    )


def _as_data(asked: Experiment, found: Compared) -> dict[str, Any]:
    from flowsim.outputs.experiment import answer

    study = found.study
    others = list(study.programs)[1:]
    return {
        "experiment": asked.name,
        "question": asked.question,
        "replications": study.design.replications,
        "days": study.design.days,
        "seed": study.design.seed,
        "answer": answer(asked, study),
        "summary": {name: _records(study.summary(name)) for name in study.programs},
        "differences": {name: _records(study.difference(name)) for name in others},
        "notices": study.notices(),
        "ran": found.done.ran,
        "found": found.done.found,
    }


def _sweep_as_data(found: Swept) -> dict[str, Any]:
    from flowsim.outputs.experiment import standards_by_setting

    return {
        "experiment": found.asked.name,
        "question": found.asked.question,
        "replications": found.design.replications,
        "settings": _records(found.table()),
        "standards": _records(standards_by_setting(found)),
        "ran": found.done.ran,
        "found": found.done.found,
    }


def _records(frame: Any) -> Any:
    return json.loads(frame.to_json(orient="records"))


def _show_sweep(found: Swept, out: Path | None) -> None:
    from flowsim.outputs.experiment import sweep_table

    screen = console()
    show_head(found.asked, found.design)
    screen.print(sweep_table(found))
    if out is not None:
        screen.print(f"Tables and manifest: {out}", markup=False)
