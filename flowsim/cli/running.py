"""`flowsim run`: simulate a place, and compare its options with the baseline."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flowsim.cli.arguments import AsJson, Changes, Options, PlaceName, Seed, WarmUp, scenarios_of
from flowsim.cli.screen import command, console, folder_to_write, print_json, progress, refuse

if TYPE_CHECKING:
    from flowsim.studies.study import Study

DAYS, DAYS_A_YEAR = 28, 365
MOST_YEARS = 100


def run(
    place: PlaceName,
    option: Options = None,
    change: Changes = None,
    each: Annotated[
        bool,
        typer.Option("--each", help="Compare each option alone with the baseline, instead of all together."),
    ] = False,
    replications: Annotated[
        int, typer.Option("--replications", "-n", help="How many independent runs.", min=1, max=100_000)
    ] = 4,
    days: Annotated[
        int | None, typer.Option(help=f"Measured days. Default: {DAYS}.", min=1, max=DAYS_A_YEAR * MOST_YEARS)
    ] = None,
    years: Annotated[
        float | None,
        typer.Option(help="Measured years of 365 days, instead of --days.", min=0.01, max=MOST_YEARS),
    ] = None,
    warm_up: WarmUp = None,
    start_from: Annotated[
        str,
        typer.Option(
            "--start", help="census, empty, or a CSV with a row for each patient who is inside now."
        ),
    ] = "census",
    seed: Seed = 1,
    engine: Annotated[str, typer.Option(help="The engine (see: flowsim engines).")] = "compiled",
    workers: Annotated[int, typer.Option(help="Replications at once; 0: one a core.", min=0)] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for tables, pictures and the manifest.")] = None,
    delays: Annotated[
        bool, typer.Option("--delays", help="Also find out what each hour of waiting is charged to.")
    ] = False,
    events: Annotated[
        list[str] | None,
        typer.Option(
            "--events",
            help="Also write what happened to each patient, for the first replication: csv, vidigi, xes, parquet.",
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show every KPI, not only the headlines.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Simulate a place, and compare its options with the baseline.

    Example:  flowsim run small_town --option recover_at_home --days 7 --warm-up 7
    """
    from dataclasses import replace

    from flowsim.api import design_for
    from flowsim.cli.warming import warm_up_if_new
    from flowsim.engines import ENGINES
    from flowsim.errors import did_you_mean
    from flowsim.studies import Scenario
    from flowsim.studies.replicate import days_to_simulate, replicate
    from flowsim.studies.study import Study

    if days is not None and years is not None:
        refuse("--days and --years say the same thing twice.", "Give one of them.")
    if engine not in ENGINES:
        refuse(f"{engine!r} is not an engine.", did_you_mean(engine, ENGINES))
    if each and not option:
        refuse("--each compares options one by one, and no --option is given.", "Add --option NAME.")
    if events:
        from flowsim.outputs.exports import FORMATS

        for form in events:
            if form not in FORMATS:
                refuse(
                    f"{form!r} is not a form of events.",
                    did_you_mean(form, FORMATS, "Write " + ", ".join(FORMATS)),
                )
        if out is None:
            refuse("--events writes files, and no folder is given.", "Add --out FOLDER.")
    if out is not None:
        folder_to_write(out)
    warm_up_if_new(engine)
    began = time.perf_counter()
    base = Scenario(place)
    scenarios = [base, *scenarios_of(base, option, change, each)]
    length = days if days is not None else max(1, round((years or DAYS / DAYS_A_YEAR) * DAYS_A_YEAR))
    design = replace(
        design_for(base, replications, length, warm_up, seed, start_from, workers),
        engine=engine,
        attribution=delays,
    )
    programs = {scenario.name: scenario.program() for scenario in scenarios}
    with progress(place, days_to_simulate(len(scenarios), design)) as on_days:
        study = Study(design, programs, replicate(scenarios, design, on_days))
    if out is not None:
        from flowsim.outputs.folder import write_run

        write_run(study, out, command(), time.perf_counter() - began, events=tuple(events or ()))
    if as_json:
        print_json(_as_data(study))
    else:
        _show(study, everything, out)


def _show(study: Study, everything: bool, out: Path | None) -> None:
    """The answer in a sentence, then the tables."""
    from flowsim.outputs.answer import baseline_answer, option_answer, scenario_title
    from flowsim.outputs.tables import difference_table, headlines, kpi_table, observed_table
    from flowsim.outputs.words import FEWEST, several

    screen, design = console(), study.design
    program = study.programs[study.baseline]
    kpis = program.model.observe.kpis
    shown = kpis if everything else headlines(kpis)
    homes = dict(program.attributes).get("home", ())
    others = list(study.programs)[1:]
    screen.print(f"[bold]{program.config.title or program.config.name}[/bold]")
    from_what = (
        "from its warmed census" if design.state else f"after {several(design.warm_up, 'day')} of warm-up"
    )
    if design.from_csv and design.state is not None:
        from_what = f"from the patients of {design.state.name}"
    runs = several(design.replications, "replication")
    screen.print(f"{runs} of {several(design.days, 'day')} {from_what}, seed {design.seed}\n", markup=False)
    for said in [*baseline_answer(study), *(option_answer(study, name) for name in others)]:
        screen.print(_upper(said), markup=False)
    screen.print()
    if program.config.observed:
        screen.print(observed_table(study.observed(), shown, design.replications))
    screen.print(kpi_table(study.summary(study.baseline), shown, homes, "Baseline"))
    for name in others:
        title = f"{scenario_title(study, name)}, against the baseline (same patients)"
        screen.print(difference_table(study.difference(name), kpis, title, homes, everything))
    if design.replications < FEWEST:
        screen.print(
            f"No intervals: {runs} cannot say how sure a figure is. Use -n {FEWEST} or more, better -n 10."
        )
    hidden = len(kpis) - len(shown)
    if hidden:
        screen.print(f"{hidden} further KPIs: --all shows them, --out keeps them.")
    for notice in study.notices():
        screen.print(f"Note: {notice}", markup=False)
    if out is not None:
        screen.print(f"Report, tables and pictures: {out / 'report.html'}", markup=False)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _as_data(study: Study) -> dict[str, Any]:
    from flowsim.outputs.answer import baseline_answer, option_answer

    def records(frame: Any) -> Any:
        return json.loads(frame.to_json(orient="records"))

    others = list(study.programs)[1:]
    return {
        "place": study.programs[study.baseline].config.name,
        "replications": study.design.replications,
        "days": study.design.days,
        "warm_up_days": 0 if study.design.state else study.design.warm_up,
        "seed": study.design.seed,
        "answer": [*baseline_answer(study), *(option_answer(study, name) for name in others)],
        "observed": records(study.observed()),
        "summary": {name: records(study.summary(name)) for name in study.programs},
        "differences": {name: records(study.difference(name)) for name in others},
        "notices": study.notices(),
    }
