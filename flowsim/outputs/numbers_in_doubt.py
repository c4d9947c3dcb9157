"""What a study of the numbers in doubt says: which number to go and find, tables for the screen, and data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from flowsim.inputs.in_doubt import InDoubt
from flowsim.measures.intervals import Estimate
from flowsim.outputs.experiment import standard_in_words
from flowsim.outputs.tables import plain_table
from flowsim.outputs.words import FEWEST, SHARES, several, title_of
from flowsim.studies.decisions import Decision
from flowsim.studies.in_doubt import Doubted, Row, Sensitivity, sizes_of
from flowsim.studies.statistics.decisive import NO, PERHAPS, SURELY
from flowsim.studies.statistics.doubt import Doubt, doubt
from flowsim.studies.statistics.saying import change, count, said, span, span_of_change

MOST_NAMED = 3
MOST_ROWS = 25
TURNS = {SURELY: "turns it", PERHAPS: "may turn it", NO: "stands"}


def scenario_name(found: Sensitivity) -> str:
    """What the scenario is called."""
    if found.scenario is None:
        return "Baseline"
    return found.scenario.title or title_of(found.scenario.name)


def figure_of(found: Sensitivity, one: Decision) -> str:
    """Which figure a decision looks at: `what Recover at home changes in Bed occupancy`."""
    if one.is_difference:
        return f"what {scenario_name(found)} changes in {one.kpi.title}"
    assert one.standard is not None
    return f"{standard_in_words(one.standard, one.limit, one.kpi)} ({scenario_name(found)})"


def told(one: Decision, value: float) -> str:
    """A figure of a decision: a difference with its sign, or the figure itself."""
    return change(value, one.kpi.unit) if one.is_difference else said(value, one.kpi.unit)


def interval_of(one: Decision, found: Estimate) -> str:
    """The interval of a figure; nothing if there are too few replications for one."""
    if found.n < FEWEST:
        return ""
    write = span_of_change if one.is_difference else span
    return write(found.low, found.high, one.kpi.unit)


def answer(found: Sensitivity) -> list[str]:
    """The number to go and find, first; then how sure the decision is without it, and both doubts."""
    lines = [which_number(found)] if found.rows else []
    lines += [_as_it_is(found, at) for at in range(len(found.decisions)) if found.rows]
    if found.rows:
        lines.append(_by_luck(found))
    for one, of in zip(found.decisions, found.doubted, strict=True) if found.doubted else ():
        where = "zero or more" if one.is_difference else f"{said(one.limit, one.kpi.unit)} or more"
        words = in_its_unit(one, of).words(unit_of(one))
        lines.append(
            f"{_upper(figure_of(found, one))}: {words} In {of.at_least} of {of.known} draws its mean is {where}."
        )
    for one, effects in zip(found.decisions, found.effects, strict=True) if found.effects else ():
        lines.append(f"{_upper(figure_of(found, one))} (Morris): {effects[0].words(one.kpi.unit)}")
    for one, indices in zip(found.decisions, found.indices, strict=True) if found.indices else ():
        lines.append(f"{_upper(figure_of(found, one))} (Sobol): {indices[0].words()}")
    return [*lines, *notes(found)]


def in_its_unit(one: Decision, of: Doubted) -> Doubt:
    """Both doubts of a figure; of a difference of shares, in percentage points."""
    if not (one.is_difference and one.kpi.unit in SHARES):
        return of.doubt
    return doubt([[100 * value for value in draw] for draw in of.draws])


def unit_of(one: Decision) -> str:
    """The unit of a decision's figure."""
    return "percentage points" if one.is_difference and one.kpi.unit in SHARES else one.kpi.unit


def which_number(found: Sensitivity) -> str:
    """The sentence for which it was all done."""
    turning = [row for row in found.rows if row.turns == SURELY]
    if turning:
        begin = "The number to go and find is" if len(turning) == 1 else "The numbers to go and find are"
        more = f", and {len(turning) - MOST_NAMED} more" if len(turning) > MOST_NAMED else ""
        named = "; ".join(_named(row.input) for row in turning[:MOST_NAMED])
        return f"{begin} {named}{more}: {_what_it_does(found, turning[0])}."
    perhaps = [row for row in found.rows if row.turns == PERHAPS]
    top = found.rows[0]
    if perhaps:
        if found.is_open(_which(found, top)):
            return (
                f"Before any number: more replications, as luck alone still leaves the decision open. The number that moves "
                f"it most is {_named(top.input)}: {_what_it_does(found, top)}."
            )
        others = f" ({len(perhaps) - 1} others may as well)" if len(perhaps) > 1 else ""
        return (
            f"The number to go and find first is {_named(top.input)}: {_what_it_does(found, top)}, which may turn the "
            f"decision{others}. No number surely does, within its range."
        )
    if not any(bar.swing.mean for bar in top.bars):
        return "None of these numbers changes the figures at all, anywhere within its range."
    return (
        f"No number turns the decision, anywhere within its range. The one that moves it most is {_named(top.input)}: "
        f"{_what_it_does(found, top)}."
    )


def _named(one: InDoubt) -> str:
    about = [one.provenance.status] if one.provenance.status else []
    about += [one.where] if one.where else []
    source = f"; {', '.join(about)}" if about else ""
    return f"{one.name} (now {one.said(one.centre)}, believed {one.said(one.low)} to {one.said(one.high)}{source})"


def _which(found: Sensitivity, row: Row) -> int:
    """The decision that a number turns, or moves most beside the largest swing of that figure."""
    sizes = [
        size if bar.turns == row.turns else -1.0
        for size, bar in zip(sizes_of(row, found.rows), row.bars, strict=True)
    ]
    return sizes.index(max(sizes))


def _what_it_does(found: Sensitivity, row: Row) -> str:
    at = _which(found, row)
    one, bar = found.decisions[at], row.bars[at]
    return (
        f"{figure_of(found, one)} is {told(one, bar.at_low.mean)} at its low end and {told(one, bar.at_high.mean)} at "
        "its high end"
    )


def _as_it_is(found: Sensitivity, at: int) -> str:
    one, centre = found.decisions[at], found.centres[at]
    sure = interval_of(one, centre)
    between = f" (95% interval {sure})" if sure else ""
    text = f"With all numbers as they are, {figure_of(found, one)} is {told(one, centre.mean)}{between}"
    if found.is_open(at):
        return f"{text}: luck alone leaves that open, so more replications come before better numbers."
    if centre.sd == 0 and centre.mean == one.limit:
        return f"{text}: nothing in it changes."
    return f"{text}."


def _by_luck(found: Sensitivity) -> str:
    """How many swings are more than luck, and how many would look so by chance."""
    clear = sum(any(_clear(bar.swing) for bar in row.bars) for row in found.rows)
    looks = len(found.rows) * len(found.decisions)
    return (
        f"Of {count(len(found.rows), 'number')}, {clear} {'moves' if clear == 1 else 'move'} a figure by more than luck "
        f"(95% intervals, each for itself: of {looks} looks, about {looks * 0.05:.1f} would seem to by chance)."
    )


def _clear(swing: Estimate) -> bool:
    return swing.low > 0 or swing.high < 0


def notes(found: Sensitivity) -> list[str]:
    """What was not varied, and what the method assumes."""
    lines = []
    if found.screened:
        largest = found.screened[0]
        lines.append(
            f"{count(len(found.screened), 'number')} moved the figures least in a screen and stayed as they are; the "
            f"largest of them is {largest.input.name} ({_swings(found, largest)})."
        )
    if found.not_varied:
        lines.append(
            f"{several(len(found.not_varied), 'range')} could not be used, so those numbers were not varied; the first: "
            f"{found.not_varied[0].name}. {found.not_varied[0].why}"
        )
    if found.settings:
        lines.append("Draws take each number from anywhere in its range alike, whatever the others are.")
    if found.design.warmed:
        lines.append(
            f"Every setting starts from the same states, warmed with the numbers as they are, and settles for "
            f"{several(found.design.settle, 'day')}: what a number does slowly is not all seen."
        )
    return lines


def _swings(found: Sensitivity, row: Row) -> str:
    return "; ".join(
        change(bar.swing.mean, one.kpi.unit) for one, bar in zip(found.decisions, row.bars, strict=True)
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- tables ---------------------------------------------------------------------------------------------------


def tornado_table(found: Sensitivity) -> Table:
    """The numbers, those first that turn a decision: each decision at both ends."""
    table = plain_table("One number at a time, those first that turn a decision", "number", "now", "range",
                        *(text for one in found.decisions for text in (_short(one), "decision")))  # fmt: skip
    for column in table.columns:
        column.no_wrap, column.justify = False, "left"
    table.columns[0].no_wrap = True
    for row in found.rows[:MOST_ROWS]:
        one, cells = row.input, []
        for at, (decision, bar) in enumerate(zip(found.decisions, row.bars, strict=True)):
            low, high = (
                told(decision, end.mean).removesuffix(" percentage points")
                for end in (bar.at_low, bar.at_high)
            )
            verdict = "open by luck" if bar.turns == PERHAPS and found.is_open(at) else TURNS[bar.turns]
            luck = "" if _clear(bar.swing) or bar.swing.n < FEWEST or bar.swing.sd == 0 else " (luck?)"
            cells += [f"{low} to {high}", verdict + luck]
        table.add_row(
            Text(one.name), one.said(one.centre), f"{one.said(one.low)} to {one.said(one.high)}", *cells
        )
    more = len(found.rows) - MOST_ROWS
    captions = [f"{more} more: --out keeps them all"] * (more > 0)
    captions.append("figures: at the low end to at the high end; luck?: these two cannot be told apart")
    table.caption = "; ".join(captions)
    return table


def _short(one: Decision) -> str:
    if one.is_difference:
        return f"change in {one.kpi.name}"
    assert one.standard is not None
    return f"{one.kpi.name} {one.standard.side} {said(one.limit, one.kpi.unit)}"


def method_table(found: Sensitivity) -> Table | None:
    """Morris's effects or Sobol's indices of the first decision; None if neither was asked for."""
    if not (found.effects or found.indices):
        return None
    one = found.decisions[0]
    table = plain_table(f"All numbers together: {figure_of(found, one)}", "number", "moves it by", "depends on others",
                        "alone", "with all others")  # fmt: skip
    table.columns[0].justify = "left"
    effects = {effect.name: effect for effect in found.effects[0]} if found.effects else {}
    indices = {index.name: index for index in found.indices[0]} if found.indices else {}
    for name in list(effects or indices)[:MOST_ROWS]:
        effect, index = effects.get(name), indices.get(name)
        table.add_row(
            Text(name),
            change(effect.size, one.kpi.unit).removeprefix("+") if effect else "",
            change(effect.spread, one.kpi.unit).removeprefix("+") if effect else "",
            said(max(0.0, index.alone), "share") if index else "",
            said(max(0.0, index.total), "share") if index else "",
        )
    return table


# --- data -----------------------------------------------------------------------------------------------------


def as_data(found: Sensitivity) -> dict[str, Any]:
    """Everything that was found, for JSON."""
    return {
        "experiment": found.asked.name,
        "question": found.asked.question,
        "scenario": found.scenario.name if found.scenario else None,
        "replications": found.design.replications,
        "days": found.design.days,
        "answer": answer(found),
        "decisions": [{**_decision(one), "figure": figure_of(found, one)} for one in found.decisions],
        "numbers": bars_as_rows(found, found.rows),
        "screened_out": bars_as_rows(found, found.screened),
        "not_varied": [{"number": one.name, "range": one.range, "why": one.why, "where": one.where}
                       for one in found.not_varied],
        "two_doubts": doubts_as_rows(found),
        "morris": methods_as_rows(found, "effects"),
        "sobol": methods_as_rows(found, "indices"),
        "ran": found.ran,
        "found": found.found,
    }  # fmt: skip


def _decision(one: Decision) -> dict[str, Any]:
    standard = one.standard
    return {
        "kpi": one.kpi.name,
        "group": standard.group if standard else "all",
        "at": standard.at if standard else "all",
        "decided_by": f"{standard.side} {one.limit:.6g}" if standard else "difference",
        "limit": one.limit,
        "unit": one.kpi.unit,
    }


def bars_as_rows(found: Sensitivity, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """A row for each number and decision; `low`, `middle` and `high` are the figure with the number at its ends."""
    made = []
    for row in rows:
        one = row.input
        for at, (decision, bar) in enumerate(zip(found.decisions, row.bars, strict=True)):
            made.append({
                "scenario": found.scenario.name if found.scenario else "baseline", **_decision(decision),
                "field": one.name, "low": bar.at_low.mean, "high": bar.at_high.mean,
                "middle": found.centres[at].mean if found.centres else None,
                "low_from": bar.at_low.low, "low_to": bar.at_low.high,
                "high_from": bar.at_high.low, "high_to": bar.at_high.high,
                "swing": bar.swing.mean, "swing_low": bar.swing.low, "swing_high": bar.swing.high, "n": bar.swing.n,
                "turns": bar.turns, "range_low": one.said(one.low), "now": one.said(one.centre),
                "range_high": one.said(one.high), "status": one.provenance.status, "source": one.provenance.source,
                "where": one.where,
            })  # fmt: skip
    return made


def doubts_as_rows(found: Sensitivity) -> list[dict[str, Any]]:
    """A row for each decision: both bands, and how often the mean is on which side."""
    rows = []
    for one, of in zip(found.decisions, found.doubted, strict=True) if found.doubted else ():
        both = of.doubt
        rows.append({
            **_decision(one), "draws": both.draws, "values": both.values, "mean": both.mean.mean,
            "not_known_low": both.not_known[0], "not_known_high": both.not_known[1],
            "luck_low": both.by_luck[0], "luck_high": both.by_luck[1], "sd_not_known": both.unknown,
            "sd_luck": both.luck, "share": both.share, "share_low": both.share_low, "share_high": both.share_high,
            "draws_at_limit_or_above": of.at_least, "draws_known": of.known,
        })  # fmt: skip
    return rows


def methods_as_rows(found: Sensitivity, which: str) -> list[dict[str, Any]]:
    """A row for each number and decision: Morris's `effects` or Sobol's `indices`."""
    from dataclasses import asdict

    return [{**_decision(one), **asdict(row)}
            for one, rows in zip(found.decisions, getattr(found, which), strict=False) for row in rows]  # fmt: skip
