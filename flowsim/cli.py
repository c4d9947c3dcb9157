"""The command line: words into one call. Data goes to stdout; progress and messages to stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from flowsim.studies.study import Study

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Patient flow through urgent and emergency care, simulated from the call to the last visit.\n\n"
    "Try:  flowsim run south_worcestershire",
)

PlaceName = Annotated[
    str, typer.Argument(metavar="PLACE", help="A shipped place (see: flowsim where), or a path.")
]
Options = Annotated[
    list[str] | None,
    typer.Option("--option", "-o", help="Switch on an option of the place; may be repeated."),
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", help='Change a value: resources.crew.capacity=+2, parameters.x="x 0.9".'),
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same patients in every scenario.", min=0)]
AsJson = Annotated[bool, typer.Option("--json", help="Print data as JSON.")]


def main() -> None:
    """Run the command line; the user's mistakes end with one message and exit code 2."""
    from flowsim.errors import FlowsimError

    try:
        app()
    except FlowsimError as error:
        _say(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        _say("Stopped.")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        if os.environ.get("FLOWSIM_DEBUG"):
            raise
        _say(f"This is a mistake of flowsim's, not yours: {type(error).__name__}: {error}")
        _say("Please report it with the command that you ran; FLOWSIM_DEBUG=1 shows where it happened.")
        sys.exit(1)


@app.command()
def run(
    place: PlaceName,
    option: Options = None,
    change: Changes = None,
    each: Annotated[
        bool,
        typer.Option("--each", help="Compare each option alone with the baseline, instead of all together."),
    ] = False,
    replications: Annotated[
        int, typer.Option("--replications", "-n", help="How many independent runs.", min=1)
    ] = 4,
    days: Annotated[int | None, typer.Option(help="Measured days. Default: 28.", min=1)] = None,
    years: Annotated[
        float | None, typer.Option(help="Measured years of 365 days, instead of --days.", min=0.01)
    ] = None,
    warm_up: Annotated[
        int | None,
        typer.Option("--warm-up", help="Days of warm-up from empty, instead of the warmed census.", min=0),
    ] = None,
    seed: Seed = 1,
    engine: Annotated[str, typer.Option(help="The engine: simpy.")] = "simpy",
    workers: Annotated[int, typer.Option(help="Processes at once; 0: one a core.", min=0)] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for tables, pictures and the manifest.")] = None,
    all_kpis: Annotated[bool, typer.Option("--all", help="Show every KPI that changes or not.")] = False,
    as_json: AsJson = False,
) -> None:
    """Simulate a place, and compare its options with the baseline.

    Example:  flowsim run south_worcestershire --option recover_at_home --days 28
    """
    from dataclasses import replace

    from flowsim.api import design_for
    from flowsim.studies import Scenario
    from flowsim.studies.replicate import replicate
    from flowsim.studies.study import Study

    if days is not None and years is not None:
        _refuse("--days and --years say the same thing twice", "give one of them")
    if engine != "simpy":
        _refuse(f"{engine!r} is not an engine", "there is one so far: simpy")
    began = time.perf_counter()
    base = Scenario(place)
    scenarios = [base, *_options_as_scenarios(base, option or [], _pairs(change or []), each)]
    length = days if days is not None else round((years or 0) * 365) or 28
    design = replace(design_for(base, replications, length, warm_up, seed, "census", workers), engine=engine)
    programs = {scenario.name: scenario.program() for scenario in scenarios}
    with _progress(
        scenarios[0].name, len(scenarios) * design.replications * (design.until - design.begin) / 86_400_000
    ) as on_days:
        study = Study(design, programs, replicate(scenarios, design, on_days))
    if out is not None:
        from flowsim.outputs.folder import write_run

        write_run(study, out, _command(), time.perf_counter() - began)
    if as_json:
        _print_json(_run_as_json(study))
    else:
        _print_run(study, all_kpis, out)


@app.command()
def check(
    place: PlaceName,
    option: Options = None,
    change: Changes = None,
    as_json: AsJson = False,
) -> None:
    """Check a place: everything that is wrong with it, each with its line and the remedy.

    Example:  flowsim check south_worcestershire
    """
    from collections import Counter

    from flowsim.studies import Scenario

    scenario = Scenario(place, tuple(option or ()), _pairs(change or []))
    program = scenario.program()
    numbers = program.config.provenance_table()
    statuses = Counter(row.status or "missing" for row in numbers)
    if as_json:
        _print_json({"place": place, "problems": [], "numbers": dict(statuses)})
        return
    console = _console()
    console.print(f"{program.config.title}: nothing is wrong.")
    told = ", ".join(f"{count} {status}" for status, count in statuses.most_common())
    console.print(f"{len(numbers)} numbers: {told}.")
    for row in [row for row in numbers if (row.status or "missing") == "missing"][:20]:
        console.print(
            f"  no status: {row.field} = {row.value}  ({row.file}, line {row.line})", highlight=False
        )


@app.command()
def show(
    place: PlaceName,
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="model, numbers, options, or the beginning of a field's name."),
    ] = "options",
    option: Options = None,
    change: Changes = None,
    as_json: AsJson = False,
) -> None:
    """Show a place: its options, the numbers with their sources, or its pathway as text.

    Examples:  flowsim show south_worcestershire options
               flowsim show south_worcestershire parameters.ed.
    """
    from flowsim.studies import Scenario

    program = Scenario(place, tuple(option or ()), _pairs(change or [])).program()
    if what == "model":
        print(program.model)  # noqa: T201
    elif what == "options":
        _show_options(program.config, as_json)
    else:
        start = "" if what == "numbers" else what
        rows = [row for row in program.config.provenance_table() if row.field.startswith(start)]
        if not rows:
            _refuse(f"no number's field begins with {what!r}", "try: flowsim show PLACE numbers")
        _show_numbers(rows, as_json)


@app.command()
def draw(
    place: PlaceName,
    out: Annotated[Path | None, typer.Option(help="Write a picture: .svg or .mmd (Mermaid).")] = None,
    pathway: Annotated[str, typer.Option(help="Draw the steps of one pathway.")] = "",
) -> None:
    """Draw the pathway from the model itself, as Mermaid text or an SVG picture.

    Example:  flowsim draw south_worcestershire --out chain.svg
    """
    from flowsim.outputs import draw as drawing
    from flowsim.studies import Scenario

    model = Scenario(place).program().model
    if pathway and pathway not in {chain.name for chain in model.pathways}:
        _refuse(
            f"{pathway!r} is not a pathway of this model",
            f"use one of {', '.join(chain.name for chain in model.pathways)}",
        )
    as_svg = out is not None and out.suffix == ".svg"
    text = drawing.svg(model, pathway) if as_svg else drawing.mermaid(model, pathway)
    if out is None:
        print(text)  # noqa: T201
        return
    if out.suffix not in (".svg", ".mmd"):
        _refuse(f"{out.name} has no known ending", "end it with .svg or .mmd")
    out.write_text(text, encoding="utf-8")
    _say(f"Written: {out}")


@app.command()
def follow(
    place: PlaceName,
    patient: Annotated[
        int, typer.Option(help="Which first contact after time 0, counted from 0.", min=0)
    ] = 0,
    option: Options = None,
    change: Changes = None,
    seed: Seed = 1,
    warm_up: Annotated[
        int | None,
        typer.Option("--warm-up", help="Days of warm-up from empty, instead of the warmed census.", min=0),
    ] = None,
    days: Annotated[int, typer.Option(help="Stop following after so many days.", min=1)] = 60,
    as_json: AsJson = False,
) -> None:
    """Follow one patient's journey in words; with --option, the same patient in both worlds.

    Example:  flowsim follow south_worcestershire --patient 120
    """
    from flowsim.api import design_for
    from flowsim.outputs.story import follow_contact, told
    from flowsim.studies import Scenario

    base = Scenario(place)
    scenarios = [base, *_options_as_scenarios(base, option or [], _pairs(change or []), each=False)]
    design = design_for(base, 1, days, warm_up, seed, "census", 1)
    found = {}
    for scenario in scenarios:
        with _progress(scenario.name, days) as on_days:
            found[scenario.name] = (scenario.program(), follow_contact(scenario, design, patient, on_days))
    if as_json:
        _print_json({name: [{"when": when, "what": what} for when, what in told(program, story, repeat=True)]
                     for name, (program, story) in found.items()})  # fmt: skip
        return
    console = _console()
    for name, (program, story) in found.items():
        console.print(f"\n[bold]Patient {patient}, {name.replace('_', ' ')}[/bold]")
        for when, words in told(program, story):
            console.print(f"{when:<16} {words}", highlight=False, markup=False)
        if not story.ended:
            console.print(f"(still under way after {days} days)")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The new place's name: letters, digits and underscores.")],
    start_from: Annotated[str, typer.Option("--from", help="The place to copy.")] = "small_town",
) -> None:
    """Start a place of one's own: a copy of another in configs/NAME, to put local numbers in.

    Example:  flowsim new my_place --from south_worcestershire
    """
    from flowsim.places import copy_place

    folder = copy_place(start_from, name)
    _say(f"Written: {folder}\nNext: put your numbers in, then  flowsim check {name}")


@app.command()
def where(as_json: AsJson = False) -> None:
    """Say which models, places and experiments can be used from here, and where they are.

    Example:  flowsim where
    """
    from flowsim import places

    rows = places.where()
    if as_json:
        _print_json(
            [
                {"kind": row.kind, "name": row.name, "path": str(row.path), "origin": row.origin}
                for row in rows
            ]
        )
        return
    for row in rows:
        hidden = "  (hidden by one of the same name)" if row.hidden else ""
        print(f"{row.kind:<11} {row.name:<24} {row.origin:<8} {row.path}{hidden}")  # noqa: T201


@app.command()
def census(
    place: PlaceName,
    warm_up: Annotated[
        int | None, typer.Option("--warm-up", help="Days of warm-up. Default: the place's.", min=1)
    ] = None,
    seed: Seed = 1,
) -> None:
    """Remake a place's warmed census: everyone inside at time 0, so that later runs start at once.

    Example:  flowsim census small_town
    """
    from flowsim.studies import Scenario
    from flowsim.studies.census import make_census

    scenario = Scenario(place)
    program = scenario.program()
    days = warm_up or round(program.config.warm_up / 86_400_000)
    with _progress("warming up", days) as on_days:
        state = make_census(program, scenario.folder, days, seed, on_days)
    _say(f"Written: {scenario.folder / 'census.npz'} ({len(state):,} patients inside)")


@app.command()
def engines() -> None:
    """Say which engines there are.

    Example:  flowsim engines
    """
    print("simpy   the engine of record: SimPy's clock, events and processes")  # noqa: T201


# --- what the commands share ----------------------------------------------------------------------------------


def _console(stderr: bool = False) -> Console:
    from rich.console import Console

    wide = None if (sys.stderr if stderr else sys.stdout).isatty() else 150
    return Console(stderr=stderr, width=wide, soft_wrap=False)


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201


def _print_json(data: Any) -> None:
    print(json.dumps(data, indent=2, default=str))  # noqa: T201


def _refuse(what: str, remedy: str) -> None:
    from flowsim.errors import ConfigError, Problem

    raise ConfigError([Problem(file="command line", what=what, remedy=remedy)])


def _command() -> str:
    return " ".join(["flowsim", *sys.argv[1:]])


def _pairs(changes: list[str]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for change in changes:
        path, equals, value = change.partition("=")
        if not equals or not path.strip() or not value.strip():
            _refuse(f"--set {change}: is not PATH=VALUE", "write it like --set resources.crew.capacity=+2")
        pairs.append((path.strip(), value.strip()))
    return tuple(pairs)


def _options_as_scenarios(
    base: Any, options: list[str], changes: tuple[tuple[str, str], ...], each: bool
) -> list[Any]:
    """The scenarios to hold against the baseline: every option alone, or all options and changes together."""
    if each:
        made = [base.with_options(option) for option in dict.fromkeys(options)]
        return [*made, base.with_changes(dict(changes), name="changed")] if changes else made
    if not options and not changes:
        return []
    together = base.with_options(*options) if options else base
    name = together.name if options else "changed"
    return [
        together.with_changes(dict(changes), name=f"{name} + changes" if options else name)
        if changes
        else together
    ]


@contextmanager
def _progress(title: str, days: float) -> Iterator[Callable[[float], None]]:
    """A bar of simulated days with time to go, on stderr; nothing if that is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda _days: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f} of {task.total:.0f} days"),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=_console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=days)
        yield lambda done: bar.advance(task, done)


def _print_run(study: Study, all_kpis: bool, out: Path | None) -> None:
    from flowsim.outputs.tables import difference_table, kpi_table, observed_table

    console = _console()
    program = study.programs[study.baseline]
    kpis = program.model.observe.kpis
    design = study.design
    from_what = "from its warmed census" if design.state else f"after {design.warm_up} days of warm-up"
    console.print(f"[bold]{program.config.title}[/bold]")
    console.print(
        f"{design.replications} replications of {design.days} days {from_what}, seed {design.seed}\n"
    )
    if program.config.observed:
        console.print(observed_table(study.observed(), {kpi.name: kpi.title for kpi in kpis}))
    homes = dict(program.attributes).get("home", ())
    console.print(kpi_table(study.summary(study.baseline), kpis, homes if len(homes) > 1 else (), "Baseline"))
    for scenario in list(study.programs)[1:]:
        title = (
            study.programs[scenario].config.options[scenario].title
            if scenario in program.config.options
            else scenario
        )
        console.print(difference_table(study.difference(scenario), kpis, f"{title}, against the baseline (same patients)",
                                       most=0 if all_kpis else 25))  # fmt: skip
    for notice in study.notices():
        console.print(f"Note: {notice}", highlight=False, markup=False)
    if out is not None:
        console.print(f"Tables, pictures and manifest: {out}", highlight=False)


def _run_as_json(study: Study) -> dict[str, Any]:
    def records(frame: Any) -> Any:
        return json.loads(frame.to_json(orient="records"))

    return {
        "replications": study.design.replications,
        "days": study.design.days,
        "seed": study.design.seed,
        "observed": records(study.observed()),
        "summary": {name: records(study.summary(name)) for name in study.programs},
        "differences": {name: records(study.difference(name)) for name in list(study.programs)[1:]},
        "notices": study.notices(),
    }


def _show_options(config: Any, as_json: bool) -> None:
    if as_json:
        _print_json(
            {
                name: {"title": item.title, "change": dict(item.change), "evidence": item.evidence}
                for name, item in config.options.items()
            }
        )
        return
    console = _console()
    for name, item in config.options.items():
        console.print(f"[bold]{name}[/bold]  {item.title}", highlight=False)
        for path, value in item.change.items():
            console.print(f"    {path}: {value}", highlight=False, markup=False)
        if item.evidence:
            console.print(f"    evidence: {item.evidence}", highlight=False, markup=False)


def _show_numbers(rows: list[Any], as_json: bool) -> None:
    if as_json:
        _print_json([row.__dict__ for row in rows])
        return
    from rich.table import Table

    table = Table("field", "value", "status", "range", "source")
    for row in rows:
        table.add_row(row.field, row.value, row.status or "missing", row.range, row.source)
    _console().print(table)
