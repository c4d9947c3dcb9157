"""Arguments that several commands take, and what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flowsim.cli.screen import refuse

if TYPE_CHECKING:
    from flowsim.studies.scenario import Scenario

PlaceName = Annotated[
    str, typer.Argument(metavar="PLACE", help="A shipped place (see: flowsim where), or a path.")
]
Options = Annotated[
    list[str] | None,
    typer.Option("--option", "-o", help="Switch on an option of the place; may be repeated."),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change a value: resources.crew.capacity=+2; may be repeated."
    ),
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same patients in every scenario.", min=0)]
WarmUp = Annotated[
    int | None,
    typer.Option("--warm-up", help="Days of warm-up from empty, instead of the warmed census.", min=0),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print data as JSON.")]


def pairs(changes: list[str] | None) -> tuple[tuple[str, str], ...]:
    """(path, value) of each --set."""
    found: dict[str, str] = {}
    for change in changes or []:
        path, equals, value = change.partition("=")
        path = path.strip()
        if not equals or not path or not value.strip():
            refuse(f"--set {change} is not PATH=VALUE.", "Write it like --set resources.crew.capacity=+2")
        if path in found:
            refuse(f"--set changes {path} twice.", "Say what it is to be once.")
        found[path] = value.strip()
    return tuple(found.items())


def scenarios_of(
    base: Scenario, options: list[str] | None, changes: list[str] | None, each: bool = False
) -> list[Scenario]:
    """The scenarios to hold against the baseline: every option alone, or all options and changes together."""
    chosen, changed = list(dict.fromkeys(options or [])), dict(pairs(changes))
    if each:
        made = [base.with_options(option) for option in chosen]
        return [*made, base.with_changes(changed, name="changed")] if changed else made
    if not chosen and not changed:
        return []
    together = base.with_options(*chosen) if chosen else base
    if not changed:
        return [together]
    return [together.with_changes(changed, name=f"{together.name} + changes" if chosen else "changed")]
