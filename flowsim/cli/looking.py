"""Commands that look at a place without simulating it: check, show, draw, where, engines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flowsim.cli.arguments import AsJson, Changes, Options, PlaceName, pairs
from flowsim.cli.screen import console, print_json, refuse, say

MOST_ADVICE = 20


def check(
    place: PlaceName,
    option: Options = None,
    change: Changes = None,
    everything: Annotated[bool, typer.Option("--all", help="Show all advice, not only the first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check a place: everything that is wrong with it, each with its line and the remedy.

    Example:  flowsim check small_town
    """
    from dataclasses import asdict

    from flowsim.errors import tell
    from flowsim.inputs.provenance import advice, by_status
    from flowsim.studies import Scenario

    config = Scenario(place, tuple(option or ()), pairs(change)).program().config
    statuses, advised = dict(by_status(config)), advice(config)
    if as_json:
        print_json(
            {"place": place, "problems": [], "numbers": statuses, "advice": [asdict(one) for one in advised]}
        )
        return
    screen = console()
    screen.print(f"{config.title or config.name}: nothing is wrong.", markup=False)
    told = ", ".join(
        f"{count} {status}" for status, count in sorted(statuses.items(), key=lambda item: -item[1])
    )
    screen.print(f"{sum(statuses.values())} numbers: {told}." if told else "No numbers with a source.")
    shown = advised if everything else advised[:MOST_ADVICE]
    if shown:
        screen.print(f"\nAdvice ({len(advised)}):\n\n{tell(shown)}", markup=False)
    if len(shown) < len(advised):
        screen.print(f"\n... and {len(advised) - len(shown)} more: --all shows them.")


def show(
    place: PlaceName,
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="options, numbers, model, or the beginning of a field's name."),
    ] = "options",
    option: Options = None,
    change: Changes = None,
    as_json: AsJson = False,
) -> None:
    """Show a place: its options, the numbers with their sources, or its pathways as text.

    Example:  flowsim show small_town options

    Example:  flowsim show small_town parameters.ed.
    """
    from flowsim.errors import did_you_mean
    from flowsim.studies import Scenario

    program = Scenario(place, tuple(option or ()), pairs(change)).program()
    if what == "model":
        _show_model(program.model, as_json)
    elif what == "options":
        _show_options(program.config, as_json)
    else:
        start = "" if what == "numbers" else what
        rows = [row for row in program.config.provenance_table() if row.field.startswith(start)]
        if not rows:
            fields = [row.field for row in program.config.provenance_table()]
            known = [
                "options",
                "numbers",
                "model",
                *fields,
                *{".".join(name.split(".")[:2]) for name in fields},
            ]
            refuse(
                f"No field begins with {what!r}.",
                did_you_mean(what, known, "Try: flowsim show PLACE numbers"),
            )
        _show_numbers(rows, as_json)


def _show_model(model: Any, as_json: bool) -> None:
    from flowsim.pathway.text import model_as_text, step_as_text

    if as_json:
        print_json({chain.name: {"title": chain.title, "steps": [
            {"label": step.label, "what": step_as_text(step)} for step in chain.steps]}
            for chain in model.pathways})  # fmt: skip
    else:
        print(model_as_text(model))  # noqa: T201


def _show_options(config: Any, as_json: bool) -> None:
    if as_json:
        keys = ("title", "description", "change", "evidence", "cost", "currency")
        print_json({name: {key: getattr(item, key) if key != "change" else dict(item.change) for key in keys}
                    for name, item in config.options.items()})  # fmt: skip
        return
    screen = console()
    if not config.options:
        screen.print("This place has no options.")
    for name, item in config.options.items():
        screen.print(
            f"[bold]{name}[/bold]  {item.title}" + (" (switched on)" if name in config.chosen else "")
        )
        for text in (item.description, *(f"{path}: {value}" for path, value in item.change.items())):
            if text:
                screen.print(f"    {text}", markup=False)
        if item.evidence:
            screen.print(f"    Evidence: {item.evidence}", markup=False)
        screen.print()
    screen.print("Try one:  flowsim run PLACE --option NAME")


def _show_numbers(rows: list[Any], as_json: bool) -> None:
    from dataclasses import asdict

    if as_json:
        print_json([asdict(row) for row in rows])
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table("field", "value", "status", "range", "source", box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell) for cell in (row.field, row.value, row.status, row.range, row.source)))
    console().print(table)


def draw(
    place: PlaceName,
    out: Annotated[Path | None, typer.Option(help="Write a picture: .svg or .mmd (Mermaid).")] = None,
    pathway: Annotated[str, typer.Option(help="Draw the steps of one pathway.")] = "",
) -> None:
    """Draw the pathways from the model itself, as Mermaid text or an SVG picture.

    Example:  flowsim draw small_town --out chain.svg
    """
    from flowsim.errors import did_you_mean
    from flowsim.outputs import draw as drawing
    from flowsim.studies import Scenario

    if out is not None and out.suffix not in (".svg", ".mmd"):
        refuse(f"{out.name} has no known ending.", "End it with .svg or .mmd.")
    model = Scenario(place).program().model
    known = [chain.name for chain in model.pathways]
    if pathway and pathway not in known:
        refuse(f"{pathway!r} is not a pathway of this model.", did_you_mean(pathway, known))
    as_svg = out is not None and out.suffix == ".svg"
    if pathway and not as_svg:
        refuse("One pathway is drawn as a picture.", f"Add --out {pathway}.svg")
    whole_model = drawing.svg if as_svg else drawing.mermaid
    text = drawing.pathway_svg(model, pathway) if pathway else whole_model(model)
    if out is None:
        print(text)  # noqa: T201
        return
    from flowsim.outputs.whole_files import whole

    try:
        whole(out, lambda part: part.write_text(text, encoding="utf-8"))
    except OSError as error:
        refuse(f"{out} cannot be written: {error.strerror}.", "Choose another --out.")
    say(f"Written: {out}")


def where(as_json: AsJson = False) -> None:
    """Say which models, places and experiments can be used from here, and where they are.

    Example:  flowsim where
    """
    from flowsim.places import where as everything

    rows = everything()
    if as_json:
        print_json([{"kind": row.kind, "name": row.name, "path": str(row.path), "origin": row.origin,
                     "hidden": row.hidden} for row in rows])  # fmt: skip
        return
    for row in rows:
        hidden = "  (hidden by one of the same name)" if row.hidden else ""
        kind = "place" if row.kind == "config" else row.kind
        print(f"{kind:<11} {row.name:<24} {row.origin:<8} {row.path}{hidden}")  # noqa: T201


def engines(
    warm: Annotated[
        bool,
        typer.Option("--warm", help="Compile what is compiled now (once a machine), not at the first run."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say which engines there are.

    Example:  flowsim engines --warm
    """
    from flowsim.engines import DEFAULT, ENGINES

    if warm:
        from flowsim.cli.warming import warm_up

        warm_up()
    if as_json:
        print_json(ENGINES)
        return
    for name, what in ENGINES.items():
        print(f"{name:<10} {what}{' (default)' if name == DEFAULT else ''}")  # noqa: T201
