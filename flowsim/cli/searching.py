"""`flowsim seek` and `flowsim frontier`: the first setting that meets a standard, and cost against performance."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

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
    from flowsim.studies.frontier import Traded
    from flowsim.studies.seeking import Found

Most = Annotated[
    int | None, typer.Option(help="Replications of a setting at most, instead of the experiment's.", min=1)
]


def seek(
    experiment: ExperimentName,
    replications: Replications = None,
    most: Most = None,
    days: Days = None,
    workers: Workers = 0,
    store: StoreFile = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """The smallest capacity, or the longest stay, at which a standard of the experiment is met often enough.

    Example:  flowsim seek small_town_seek --days 7
    """
    from flowsim.studies.seeking import seek_all

    began = time.perf_counter()
    asked, design, kept = ready(experiment, replications, days, workers, store, out)
    if asked.seek is None:
        refuse(
            f"{asked.name} does not seek anything.",
            "Add `seek: {field: ..., from: ..., to: ..., step: ...}`.",
        )
    found = seek_all(asked, design, kept, most or asked.most, progress)
    say_what_was_run(found.done.ran, found.done.found, kept)
    if out is not None:
        from flowsim.outputs.experiment import about
        from flowsim.outputs.searching import write_seek

        write_seek(
            found, out, command(), time.perf_counter() - began, about(asked, kept.path, found.done.keys)
        )
    if as_json:
        print_json(_seek_as_data(found))
        return
    from flowsim.outputs.searching import seek_answer, seek_table

    looks = ", ".join(str(look) for look in found.sought.rule.looks)
    show_head(asked, design, f"Looked at after {looks} replications")
    _show(seek_answer(found), seek_table(found), out)


def frontier(
    experiment: ExperimentName,
    replications: Replications = None,
    days: Days = None,
    workers: Workers = 0,
    store: StoreFile = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Cost against performance over the fields of a design: which settings nothing cheaper equals.

    Example:  flowsim frontier small_town_frontier --replications 2 --days 3
    """
    from flowsim.studies.frontier import frontier_all

    began = time.perf_counter()
    asked, design, kept = ready(experiment, replications, days, workers, store, out)
    if asked.frontier is None:
        refuse(
            f"{asked.name} has no frontier.", "Add `frontier: {kpi: ..., costs: {FIELD: {each: 1_000 GBP}}}`."
        )
    found = frontier_all(asked, design, kept, progress)
    say_what_was_run(found.done.ran, found.done.found, kept)
    if out is not None:
        from flowsim.outputs.experiment import about
        from flowsim.outputs.searching import write_frontier

        more = about(asked, kept.path, found.done.keys)
        write_frontier(found, out, command(), time.perf_counter() - began, more)
    if as_json:
        print_json(_frontier_as_data(found))
        return
    from flowsim.outputs.searching import frontier_answer, frontier_table

    show_head(asked, design)
    _show(frontier_answer(found), frontier_table(found), out)


def _show(answer: list[str], table: Any, out: Any) -> None:
    screen = console()
    for said in answer:
        screen.print(said, markup=False)
    screen.print()
    screen.print(table)
    if out is not None:
        screen.print(f"Tables, picture and manifest: {out}", markup=False)


def _seek_as_data(found: Found) -> dict[str, Any]:
    from flowsim.outputs.searching import seek_answer

    sought, seek_ = found.sought, found.seek
    return {
        "experiment": found.asked.name,
        "question": found.asked.question,
        "field": seek_.field.path,
        "find": seek_.find,
        "probability": sought.rule.probability,
        "confidence": sought.rule.confidence,
        "known_to_fail": None if sought.fails is None else seek_.text(sought.fails),
        "known_to_meet": None if sought.meets is None else seek_.text(sought.meets),
        "exact": sought.exact,
        "backwards": [[seek_.text(at) for at in pair] for pair in sought.backwards],
        "turned": list(sought.turned),
        "answer": seek_answer(found),
        "settings": json.loads(found.table().to_json(orient="records")),
        "ran": found.done.ran,
        "found": found.done.found,
    }


def _frontier_as_data(found: Traded) -> dict[str, Any]:
    from flowsim.outputs.searching import frontier_answer

    checked = found.checked
    return {
        "experiment": found.asked.name,
        "question": found.asked.question,
        "kpi": found.kpi.name,
        "currency": found.frontier.currency,
        "replications": found.design.replications,
        "on_unseen_settings": {"r2": checked.r2, "error": checked.error, "inside_95": checked.inside,
                               "good": checked.good},
        "answer": frontier_answer(found),
        "settings": json.loads(found.table().to_json(orient="records")),
        "ran": found.done.ran,
        "found": found.done.found,
    }  # fmt: skip
