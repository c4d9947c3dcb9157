"""What was found: the answer of a goal-seek and of a frontier in sentences, as tables, pictures and files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rich.table import Table

from flowsim.inputs.experiment_values import SMALLEST
from flowsim.outputs.experiment import standard_in_words
from flowsim.outputs.folder import as_csv, manifest_of_design, write_manifest
from flowsim.outputs.plots import DARK_BLUE, DARK_RED, GREY, NHS_BLUE, WARM_YELLOW, WIDTH, titled_axes
from flowsim.outputs.report.kept import MANIFEST
from flowsim.outputs.tables import plain_table
from flowsim.outputs.whole_files import whole
from flowsim.outputs.words import figure, interval, label, several, signed, signed_interval
from flowsim.studies.design import Design
from flowsim.studies.frontier import Point, Traded
from flowsim.studies.goal_seek import FAILS, MEETS, OPEN
from flowsim.studies.metamodel import LEAST_R2
from flowsim.studies.seeking import Found
from flowsim.studies.statistics.saying import percent

VERDICTS = {MEETS: NHS_BLUE, FAILS: DARK_RED, OPEN: GREY}
HEIGHT = 4.6


def short(path: str) -> str:
    """The end of a field's path, which says what it is: `care_hours.capacity`."""
    return ".".join(path.split(".")[1:])


# --- a goal-seek -----------------------------------------------------------------------------------------------


def seek_answer(found: Found) -> list[str]:
    """Between which settings the answer lies, how sure that is, and what speaks against it."""
    seek, sought = found.seek, found.sought
    field, more = short(seek.field.path), "less" if seek.find == SMALLEST else "more"
    often = f"in {percent(sought.rule.probability)} of such periods"
    sure = f"confidence {percent(sought.rule.confidence)}"
    said = [f"Standard: {standard_in_words(seek.standard, found.limit, found.kpi)}, {often}."]
    if sought.meets is None and sought.fails == sought.count - 1:
        said.append(f"Not met by any: even {field} {seek.text(sought.fails)} is known to fail ({sure}).")
    elif sought.meets == 0:
        said.append(
            f"Met already by {field} {seek.text(0)}, the first that was tried; {more} may do too ({sure})."
        )
    elif sought.exact and sought.meets is not None and sought.fails is not None:
        said.append(
            f"{field} {seek.text(sought.meets)} is the {seek.find} that meets it; the next, {seek.text(sought.fails)}, "
            f"does not ({sure})."
        )
    else:
        said.append(_between(found, field, sure))
    return said + _doubts(found)


def _between(found: Found, field: str, sure: str) -> str:
    seek, sought = found.seek, found.sought
    past, within = ("above", "at most") if seek.find == SMALLEST else ("below", "at least")
    last = seek.text(sought.count - 1)
    parts = []
    if sought.fails is not None:
        parts.append(f"lies {past} {seek.text(sought.fails)}, which is known to fail")
    if sought.meets is not None:
        parts.append(f"is {within} {seek.text(sought.meets)}, which is known to meet it")
    more = several(sought.rule.most, "replication")
    if not parts:
        return f"With {more} of each, no {field} is known to fail and none to meet it ({sure})."
    untold = "what is between" if len(parts) == 2 else f"{seek.text(0)}" if sought.meets is not None else last
    lies = ", and ".join(parts)
    return (
        f"The {seek.find} {field} that meets it {lies}; {untold} cannot be told with {more} of each ({sure})."
    )


def _doubts(found: Found) -> list[str]:
    """What a reader should know before trusting the answer."""
    seek, sought = found.seek, found.sought
    said = []
    for meets, fails in sought.backwards[:1]:
        said.append(
            f"Note: {seek.text(meets)} meets the standard and {seek.text(fails)}, which should do better, fails. The "
            f"response is not the same all the way: look at the table, and at `find`."
        )
    turned, of = sought.turned
    if turned:
        said.append(
            f"Note: in {turned} of {of} pairs of neighbours with the same patients, the setting that should do better "
            "missed what the other met. The stated confidence supposes that this does not happen; a few do little harm."
        )
    return said


def seek_table(found: Found) -> Table:
    """Every setting that was tried, the least generous first."""
    table = plain_table(
        "", short(found.seek.field.path), label(found.kpi), "met in", "how likely", "interval", "verdict"
    )
    for one in found.sought.in_order:
        values = found.figures[one.at]
        table.add_row(
            found.seek.text(one.at),
            figure(sum(values) / len(values), found.kpi.unit),
            f"{one.met.met} of {one.met.n}",
            percent(round(one.met.share, 3)),
            interval(one.met.low, one.met.high, "share"),
            one.verdict,
        )
    return table


def seek_picture(found: Found) -> Any:
    """How often each setting met the standard, with its interval, in the order of trying."""
    seek, sought = found.seek, found.sought
    figure_, axes = titled_axes(
        WIDTH, HEIGHT, _title(found), f"{seek_answer(found)[0]} Numbers: the order of trying."
    )
    for number, one in enumerate(sought.tried, start=1):
        x, colour = seek.values[one.at], VERDICTS[one.verdict]
        axes.plot([x, x], [100 * one.met.low, 100 * one.met.high], color=colour, linewidth=2.5)
        axes.plot(x, 100 * one.met.share, "o", color=colour)
        axes.annotate(f"{number}: {one.met.met}/{one.met.n}", (x, 100 * one.met.share), xytext=(6, 4),
                      textcoords="offset points", fontsize=8, color=colour)  # fmt: skip
    wanted = 100 * sought.rule.probability
    axes.axhline(wanted, color="black", linewidth=0.8)
    axes.annotate(f"wanted: {wanted:g}%", (0.005, wanted), xycoords=("axes fraction", "data"), ha="left", va="bottom",
                  fontsize=8)  # fmt: skip
    axes.set_ylim(-3, 106)
    axes.set_ylabel("standard met, % of replications", fontsize=9)
    axes.set_xlabel(
        f"{seek.field.path}\n(lines: exact intervals; blue meets, red fails, grey cannot be told)", fontsize=9
    )
    return figure_


def _title(found: Found) -> str:
    seek, sought = found.seek, found.sought
    fails = "none is" if sought.fails is None else f"{seek.text(sought.fails)} is"
    meets = "none" if sought.meets is None else seek.text(sought.meets)
    return f"{short(seek.field.path)}: {fails} known to fail, {meets} to meet the standard"


def write_seek(
    found: Found, folder: Path, command: str, seconds: float, more: Mapping[str, Any]
) -> list[Path]:
    """Write `settings.csv`, `figures.csv` (each replication), `seek.png` and the manifest."""
    import pandas as pd

    figures = [[found.seek.text(at), number, value] for at, values in sorted(found.figures.items())
               for number, value in enumerate(values)]  # fmt: skip
    tables = {
        "settings.csv": found.table(),
        "figures.csv": pd.DataFrame(figures, columns=["setting", "replication", found.kpi.name]),
    }
    return _write(folder, tables, {"seek.png": seek_picture(found)}, found.design, command, seconds, more)


# --- a frontier ------------------------------------------------------------------------------------------------


def frontier_answer(found: Traded) -> list[str]:
    """How far the stand-in can be trusted, what was proposed, and what each step buys."""
    unit, checked = found.kpi.unit, found.checked
    told = f"settings that it did not see: R² {checked.r2:.2f}, error {figure(checked.error, unit)} {_unit(found)}".rstrip()
    said = []
    if checked.good:
        proposed = found.proposed
        missed = sum(abs(one.mean.mean - one.foretold) for one in proposed) / max(len(proposed), 1)
        said.append(
            f"The Gaussian process foretells {told}. It proposed {several(len(proposed), 'setting')}, which came out "
            f"{figure(missed, unit)} {_unit(found)}".rstrip()
            + " from what it foretold, on average, when simulated."
        )
    else:
        said.append(
            f"The Gaussian process is not good enough to be asked ({told}; at least {LEAST_R2:g} is wanted), so nothing "
            "is said about settings that were not simulated. Add settings to the design, or replications."
        )
    on = [step.point for step in found.steps]
    clear = [step for step in found.steps if step.clear]
    said.append(
        f"Of {several(len(found.points), 'simulated setting')}, {len(on)} {'is' if len(on) == 1 else 'are'} not beaten by "
        f"any that costs less; {len(clear)} of them {'is' if len(clear) == 1 else 'are'} worth more than the clear step "
        "before by more than luck, one comparison at a time."
    )
    return said


def _unit(found: Traded) -> str:
    return "" if found.kpi.unit in ("%", "share") else found.kpi.unit


def frontier_table(found: Traded) -> Table:
    """The settings that nothing cheaper equals, in order of cost, and what each gains on the one before."""
    fields = [one.path for one in found.asked.plan.fields] if found.asked.plan else []
    table = plain_table("", "setting", *map(short, fields), f"{found.frontier.currency} a year", label(found.kpi),
                        "gain on the clear step before", "")  # fmt: skip
    for step in found.steps:
        one, gain = step.point, step.gain
        changed = "" if gain is None else signed(gain.mean, found.kpi.unit)
        sure = "" if gain is None else f" ({signed_interval(gain.low, gain.high, found.kpi.unit)})"
        verdict = "" if gain is None else "more than luck" if step.clear else "cannot be told apart"
        table.add_row(one.name, *dict(one.values).values(), f"{one.cost:,.0f}",
                      figure(one.mean.mean, found.kpi.unit), changed + sure, verdict)  # fmt: skip
    return table


def frontier_picture(found: Traded) -> Any:
    """Cost against the KPI: every simulated setting, those that nothing cheaper equals, and the foretold curve."""
    share = 100 if found.kpi.unit in ("%", "share") else 1
    clear = sum(step.clear for step in found.steps)
    title = f"{found.kpi.title}: {several(clear, 'step')} that cost more and buy more than luck"
    under = f"{found.asked.title}; {several(found.design.replications, 'replication')} of each setting, same patients"
    figure_, axes = titled_axes(WIDTH, HEIGHT, title, under)
    if found.curve:
        costs = [one.cost for one in found.curve]
        axes.plot(costs, [share * one.mean for one in found.curve], "--", color=GREY, linewidth=1,
                  label=f"foretold (R² {found.checked.r2:.2f} on unseen settings)")  # fmt: skip
        axes.fill_between(costs, *([share * (one.mean + way * one.sd) for one in found.curve] for way in (-1.96, 1.96)),
                          color=GREY, alpha=0.15, linewidth=0)  # fmt: skip
    axes.step([step.point.cost for step in found.steps], [share * step.point.mean.mean for step in found.steps],
              where="post", color=DARK_BLUE, linewidth=1, label="not beaten by anything cheaper")  # fmt: skip
    design = [one for one in found.points if one.kind != "proposed"]
    _dots(axes, design, share, GREY, "o", "simulated, of the design")
    _dots(axes, list(found.proposed), share, WARM_YELLOW, "D", "simulated, proposed")
    _dots(
        axes,
        [step.point for step in found.steps if step.clear],
        share,
        NHS_BLUE,
        "o",
        "better by more than luck",
    )
    axes.set_xlabel(f"cost of the fields, {found.frontier.currency} a year", fontsize=9)
    axes.xaxis.set_major_formatter(lambda value, _at: f"{value:,.0f}")
    axes.set_ylabel(label(found.kpi) + (", %" if share == 100 else ""), fontsize=9)
    axes.legend(frameon=False, fontsize=8)
    return figure_


def _dots(axes: Any, points: list[Point], share: float, colour: str, marker: str, name: str) -> None:
    if points:
        axes.plot([one.cost for one in points], [share * one.mean.mean for one in points], marker, color=colour,
                  markeredgecolor="black", markeredgewidth=0.5, label=name)  # fmt: skip


def write_frontier(
    found: Traded, folder: Path, command: str, seconds: float, more: Mapping[str, Any]
) -> list[Path]:
    """Write `settings.csv`, `costs.csv` (with their sources), `frontier.png` and the manifest."""
    import pandas as pd

    costs = [[path, one.each, one.currency, one.provenance.status, one.provenance.source, " to ".join(one.provenance.range)]
             for path, one in found.frontier.costs.items()]  # fmt: skip
    tables = {
        "settings.csv": found.table(),
        "costs.csv": pd.DataFrame(costs, columns=["field", "each", "currency", "status", "source", "range"]),
    }
    return _write(
        folder, tables, {"frontier.png": frontier_picture(found)}, found.design, command, seconds, more
    )


def _write(
    folder: Path, tables: Mapping[str, Any], pictures: Mapping[str, Any], design: Design, command: str, seconds: float,
    more: Mapping[str, Any],
) -> list[Path]:  # fmt: skip
    from matplotlib import pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)
    written = [whole(folder / name, as_csv(table)) for name, table in tables.items()]
    for name, picture in pictures.items():
        written.append(whole(folder / name, partial(picture.savefig, dpi=150, format="png")))
        plt.close(picture)
    manifest = manifest_of_design(design, command, seconds) | dict(more)
    return [*written, write_manifest(folder, manifest, written)]
