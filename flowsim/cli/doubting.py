"""`flowsim sensitivity`: which number, if it were known better, would change the decision."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from flowsim.cli.arguments import AsJson
from flowsim.cli.experimenting import (
    Days,
    ExperimentName,
    Out,
    Replications,
    StoreFile,
    Workers,
    ready,
    say_what_was_run,
    show_head,
)
from flowsim.cli.screen import command, console, print_json, progress, refuse

if TYPE_CHECKING:
    from pathlib import Path

    from flowsim.studies.in_doubt import Sensitivity


class Method(StrEnum):
    """How the numbers are varied."""

    TORNADO = "tornado"
    DOUBT = "doubt"
    MORRIS = "morris"
    SOBOL = "sobol"


def sensitivity(
    experiment: ExperimentName,
    method: Annotated[
        list[Method] | None,
        typer.Option(help="tornado: one at a time; doubt: all drawn together, beside luck; morris; sobol. May be repeated. "
                     "Default: tornado and doubt."),
    ] = None,
    scenario: Annotated[str, typer.Option(help="Which scenario is decided on. Default: the first.")] = "",
    inputs: Annotated[
        list[str] | None,
        typer.Option(metavar="PREFIX", help="Only numbers whose names begin like this; may be repeated."),
    ] = None,
    ranges: Annotated[
        list[str] | None,
        typer.Option("--range", metavar='"PATH=LOW to HIGH"',
                     help="A range for a number that has none, or another one; may be repeated."),
    ] = None,
    most: Annotated[int, typer.Option(help="Numbers to look at closely; of more, a screen chooses.", min=1)] = 20,
    draws: Annotated[
        int | None,
        typer.Option(help="Draws of all numbers together (32), trajectories of Morris (10), base of Sobol (64).", min=2),
    ] = None,
    kpi: Annotated[str, typer.Option(help="The KPI to decide by. Default: the question's first.")] = "",
    replications: Replications = None,
    days: Days = None,
    workers: Workers = 0,
    store: StoreFile = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Find the number to go and find: what each number in doubt does to the decision, and both doubts side by side.

    Example:  flowsim sensitivity winter --inputs parameters.leaving --replications 3 --days 14
    """
    from flowsim.studies.decisions import decisions_of, scenario_of
    from flowsim.studies.in_doubt import Ask, choose, study_numbers
    from flowsim.studies.question import baseline_of

    began = time.perf_counter()
    between = _ranges(ranges)
    methods = [one.value for one in method or (Method.TORNADO, Method.DOUBT)]
    asked, design, kept = ready(experiment, replications, days, workers, store, out)
    if "doubt" in methods and design.replications < 2:
        refuse("Luck cannot be told from what is not known with one replication.", "Add --replications 3.")
    chosen = scenario_of(asked, scenario)
    decisions = decisions_of(asked, baseline_of(asked).program(), chosen, kpi)
    varied, left = choose(asked, chosen, tuple(inputs or ()), between)
    ask = Ask(asked, design, kept, chosen, decisions, progress)
    found = study_numbers(ask, varied, left, methods, most, draws)
    say_what_was_run(found.ran, found.found, kept)
    if out is not None:
        from flowsim.outputs.doubt_folder import write_doubt

        about = {
            "experiment": asked.name,
            "question": asked.question,
            "place": asked.place,
            "store": str(kept.path),
        }
        write_doubt(found, out, command(), time.perf_counter() - began, about)
    if as_json:
        from flowsim.outputs.numbers_in_doubt import as_data

        print_json(as_data(found))
    else:
        _show(found, out)


def _ranges(given: list[str] | None) -> dict[str, tuple[str, str]]:
    """The ends of each --range, by path."""
    found: dict[str, tuple[str, str]] = {}
    for one in given or []:
        path, _, ends = one.partition("=")
        low, to, high = ends.partition(" to ")
        if not (path.strip() and to and low.strip() and high.strip()):
            refuse(
                f'--range "{one}" is not PATH=LOW to HIGH.',
                'Write --range "parameters.gp.patience=4 h to 24 h"',
            )
        found[path.strip()] = (low.strip(), high.strip())
    return found


def _show(found: Sensitivity, out: Path | None) -> None:
    """The number to go and find first, then the tables."""
    from flowsim.outputs.numbers_in_doubt import answer, method_table, tornado_table

    screen = console()
    show_head(found.asked, found.design)
    for line in answer(found):
        screen.print(line, markup=False)
    screen.print()
    if found.rows:
        screen.print(tornado_table(found))
    methods = method_table(found)
    if methods is not None:
        screen.print(methods)
    if out is not None:
        screen.print(f"Tables, pictures and manifest: {out}", markup=False)
