"""Commands that make something of a place: a copy of one's own, a warmed census."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowsim.cli.arguments import AsJson, PlaceName, Seed
from flowsim.cli.screen import print_json, progress, refuse, say


def new(
    name: Annotated[str, typer.Argument(help="The new place's name: letters, digits, - and _.")],
    start_from: Annotated[str, typer.Option("--from", help="The place to copy.")] = "small_town",
    as_json: AsJson = False,
) -> None:
    """Start a place of one's own: a copy of another in configs/NAME, to put local numbers in.

    Example:  flowsim new my_place --from small_town
    """
    from flowsim.places import copy_place

    try:
        folder = copy_place(start_from, name)
    except OSError as error:
        refuse(f"configs/{name} cannot be made: {error.strerror}.", "Go to a folder of your own first.")
    if as_json:
        print_json({"name": name, "folder": str(folder)})
    else:
        say(f"Written: {folder}\nNext: put your numbers in, then  flowsim check {name}")


def census(
    place: PlaceName,
    warm_up: Annotated[
        int | None, typer.Option("--warm-up", help="Days of warm-up. Default: the place's.", min=1)
    ] = None,
    seed: Seed = 1,
    as_csv: Annotated[
        Path | None,
        typer.Option(
            "--as-csv", help="Write them as a CSV for `flowsim run --start`; the place stays as it is."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Remake a place's warmed census: everyone inside at time 0, so that later runs start at once.

    Example:  flowsim census small_town --warm-up 7
    """
    from flowsim.cli.warming import warm_up_if_new
    from flowsim.engines import DEFAULT
    from flowsim.program.timetables import DAY
    from flowsim.studies import Scenario
    from flowsim.studies.census import CENSUS, make_census, may_write, warmed_state
    from flowsim.studies.today_file import write_today

    warm_up_if_new(DEFAULT)
    scenario = Scenario(place)
    program = scenario.program()
    days = warm_up or max(1, round(program.config.warm_up / DAY))
    if as_csv is None:
        may_write(scenario.folder)
    with progress("warming up", days) as on_days:
        if as_csv is None:
            state = make_census(program, scenario.folder, days, seed, on_days)
        else:
            state = warmed_state(program, days, seed, on_days)
    path = scenario.folder / CENSUS if as_csv is None else as_csv
    for left_out in write_today(state, program, as_csv) if as_csv is not None else ():
        say(f"Note: {left_out}")
    if as_json:
        print_json({"census": str(path), "patients": len(state), "warm_up_days": days, "seed": seed})
    else:
        say(f"Written: {path} ({len(state):,} patients inside)")


def calibrate(
    place: PlaceName,
    replications: Annotated[
        int, typer.Option("--replications", "-n", help="How many independent years.", min=1)
    ] = 2,
    warm_up: Annotated[
        int | None,
        typer.Option("--warm-up", help="Days of warm-up from empty, instead of the warmed census.", min=1),
    ] = None,
    seed: Seed = 1,
    workers: Annotated[int, typer.Option(help="Replications at once; 0: one a core.", min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Simulate the reference year and the held-out years, and write the table of modelled beside observed.

    The table (calibration.csv) stands in the place's folder with a note of what it was made from and its hash.

    Example:  flowsim calibrate south_worcestershire --replications 2
    """
    from flowsim.api import design_for
    from flowsim.cli.screen import console
    from flowsim.cli.warming import warm_up_if_new
    from flowsim.engines import DEFAULT
    from flowsim.outputs.tables import observed_table
    from flowsim.studies import Scenario
    from flowsim.studies import calibration as years
    from flowsim.studies.census import may_write

    warm_up_if_new(DEFAULT)
    scenario = Scenario(place)
    design = years.full_year(design_for(scenario, replications, 364, warm_up, seed, "census", workers))
    may_write(scenario.folder)
    with progress("calibrating", years.days_of_calibration(place, design)) as on_days:
        study = years.calibrate(place, design, on_days)
    table = years.write_calibration(study, scenario.folder)
    if as_json:
        print_json(table.to_dict(orient="records"))
        return
    kpis = study.programs[study.baseline].model.observe.kpis
    console().print(observed_table(table.assign(covered=True), kpis, replications))
    for notice in study.notices():
        say(f"Note: {notice}")
    say(f"Written: {scenario.folder / years.TABLE}")
