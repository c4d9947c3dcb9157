"""`flowsim follow`: one patient's journey in words."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from flowsim.cli.arguments import AsJson, Changes, Options, PlaceName, Seed, WarmUp, scenarios_of
from flowsim.cli.screen import console, print_json, progress, refuse


def follow(
    place: PlaceName,
    patient: Annotated[
        int, typer.Option(help="Which first contact after time 0, counted from 0.", min=0)
    ] = 0,
    source: Annotated[
        str, typer.Option("--from", help="Count only first contacts of this source, such as calls_999.")
    ] = "",
    option: Options = None,
    change: Changes = None,
    seed: Seed = 1,
    warm_up: WarmUp = None,
    days: Annotated[int, typer.Option(help="Stop following after so many days.", min=1, max=3650)] = 60,
    after: Annotated[
        int, typer.Option(help="Days to go on after the end, to see whether they come back.", min=0, max=3650)
    ] = 7,
    as_json: AsJson = False,
) -> None:
    """Follow one patient's journey in words; with --option, the same patient in both worlds.

    Example:  flowsim follow small_town --patient 20 --days 7 --warm-up 2

    Example:  flowsim follow small_town --from calls_999 --days 7 --warm-up 2
    """
    from flowsim.api import design_for
    from flowsim.cli.warming import warm_up_if_new
    from flowsim.engines import DEFAULT
    from flowsim.errors import did_you_mean
    from flowsim.outputs.story import follow_contact
    from flowsim.program.timetables import DAY
    from flowsim.studies import Scenario
    from flowsim.studies.following import contact_at, same_contact

    warm_up_if_new(DEFAULT)
    base = Scenario(place)
    scenarios = [base, *scenarios_of(base, option, change)]
    known = [one.name for one in base.program().sources]
    if source and source not in known:
        refuse(f"{source!r} is not a source of first contacts here.", did_you_mean(source, known))
    design = design_for(base, 1, days, warm_up, seed, "census", 1)
    contact = contact_at(base, design, patient, source)
    told = []
    for scenario in scenarios:
        same = contact if scenario is base else same_contact(scenario, design, contact)
        with progress(f"following, {scenario.name}", (design.until - design.begin) / DAY) as on_days:
            told.append((scenario, follow_contact(scenario, design, same, after, on_days)))
    if as_json:
        print_json({scenario.name: story.as_data() for scenario, story in told})
        return
    screen = console()
    first = told[0][1].as_data()
    for scenario, story in told:
        if scenario is not base and story.as_data() == first:
            screen.print(
                f"\n[bold]{_title(patient, source, scenario.name)}[/bold]\nExactly as in the baseline."
            )
            continue
        _tell(screen, _title(patient, source, scenario.name), story, days)


def _title(patient: int, source: str, scenario: str) -> str:
    of = f" of {source}" if source else ""
    return f"Patient {patient}{of}, {scenario}".replace("_", " ")


def _tell(screen: Any, title: str, story: Any, days: int) -> None:
    screen.print(f"\n[bold]{title}[/bold]")
    if story.who:
        screen.print(f"{story.who}\n", markup=False)
    for journey in story.journeys:
        if journey.heading:
            screen.print(f"\n{journey.heading}", markup=False)
        for when, words in journey.told():
            screen.print(_indented(f"{when:<23}", words, screen.width), markup=False)
        if not journey.ended:
            screen.print(f"{'':<23}(still under way {days} days after time 0)", markup=False)
    screen.print(f"\n{story.summary}", markup=False)


def _indented(head: str, words: str, width: int) -> str:
    import textwrap

    return textwrap.fill(head + words, width, subsequent_indent=" " * (len(head) + 2))
