"""Results as tables of words: the same ones are printed and put into the documentation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from benchmarks.flow import MEASURES
from benchmarks.targets import bound, verdict

Results = dict[str, Any]
PARTS = ("reference", "place", "growth", "start")


@dataclass(frozen=True)
class Table:
    """A title, a row of heads, rows, and what must be said below."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    notes: tuple[str, ...] = ()


def number(value: float | None, digits: int = 3) -> str:
    """So many significant digits, with commas; a dash for what there is not."""
    if value is None or not math.isfinite(value):
        return "-"
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):,.{max(0, places)}f}"


def tables(results: Results) -> Iterator[Table]:
    """Everything that was measured, and first what was promised."""
    yield targets_table(results)
    if found := results.get("reference"):
        yield rates_table(found)
        yield flow_table(found)
        if "threads" in found:
            yield threads_table(found["threads"])
    if found := results.get("place"):
        yield place_table(found)
    if found := results.get("growth"):
        yield growth_table(found)
    if found := results.get("start"):
        yield start_table(found)


def targets_table(results: Results) -> Table:
    rows = [
        (row["what"], f"{number(row['figure'])} {row['unit']}" if row["figure"] is not None else "-",
         bound(row), verdict(row, results["quick"]))
        for part in PARTS if part in results for row in results[part]["targets"]
    ]  # fmt: skip
    return Table("Targets", ("figure", "measured", "target", ""), rows)


def rates_table(found: Results) -> Table:
    """Patients a second, and how many times as fast each engine of flowsim is."""
    ours = list(found["ratios"])
    rows = []
    for name, one in found["who"].items():
        times = ["1" if name == engine else number(found["ratios"][engine].get(name)) for engine in ours]
        rows.append(
            (name, number(one["patients_a_second"]), *times, str(one["days"]), one["part"], one["timed"])
        )
    rows += [(name, "-", *("-" for _ in ours), "-", "-", why) for name, why in found["missing"].items()]
    head = ("who", "patients/s", *(f"{name} is faster by" for name in ours), "days", "part", "what is timed")
    notes = (f"Medians of {found['rounds']} rounds in turns, by processor seconds of one thread.",)
    return Table("The reference pathway, side by side", head, rows, notes)


def flow_table(found: Results) -> Table:
    """Means of the rounds: does everybody do the same work?"""
    rows = []
    for name, one in found["who"].items():
        agrees = one["flow_agrees"]
        cells = [number(mean(one["flow"][measure]), 4) for measure in MEASURES]
        rows.append((name, *cells, _same(agrees)))
    notes = (
        "Means over rounds. Same: no column can be told apart from flowsim's (Welch's t, p below 0.001).",
        "Those with fewer days or another part are shown, and not judged.",
    )
    return Table("The same work?", ("who", *MEASURES.values(), "same"), rows, notes)


def _same(agrees: dict[str, bool | None] | None) -> str:
    if agrees is None:
        return "-"
    if None in agrees.values():
        return "too few rounds"
    apart = [MEASURES[name] for name, same in agrees.items() if not same]
    return "no: " + "; ".join(apart) if apart else "yes"


def threads_table(found: Results) -> Table:
    """What a second thread gains."""
    rows = [
        ("arithmetic alone (the control)", number(found["gain"]["control"])),
        (f"flowsim, {found['engine']}", number(found["gain"]["flowsim"])),
        ("flowsim over the control", number(found["of_control"])),
    ]
    notes = (
        "Work done in the same time on the wall, two threads over one: 2 at best, less where the cores are shared.",
        "Judged only if the control gains 1.5: with less, somebody else had the second core.",
    )
    return Table("Two replications side by side", ("", "two threads over one"), rows, notes)


def place_table(found: Results) -> Table:
    """Seconds of a year by part."""
    engines = found["engines"]
    parts = list(next(iter(engines.values()))["seconds"])
    rows = [(part, *(number(one["seconds"][part]) for one in engines.values())) for part in parts]
    rows += [
        ("in all", *(number(one["seconds_in_all"]) for one in engines.values())),
        ("per 600,000 people", *(number(one["seconds_per_600000_people"]) for one in engines.values())),
        ("patients", *(number(one["patients_a_year"]) for one in engines.values())),
        ("rows of the log", *(number(one["rows_a_year"]) for one in engines.values())),
    ]
    shorter = [
        f"{name}: {one['days']} days, scaled to 365" for name, one in engines.items() if one["days"] != 365
    ]
    notes = (
        f"{found['people']:,.0f} people; from the warmed census; processor seconds.",
        f"Beforehand, config read and program compiled: {number(found['seconds_to_compile_the_program'])} s.",
        "Arrivals are drawn twice, for the engine and for the fold; both are in the row of arrivals.",
        *([f"Not a whole year: {'; '.join(shorter)}."] if shorter else []),
    )
    return Table(f"A year of {found['place']}, in seconds", ("", *engines), rows, notes)


def growth_table(found: Results) -> Table:
    """Time per patient and memory by size."""
    rows = [_size(size, found["days"], one) for size, one in found["sizes"].items()]
    if ten := found.get("ten_years"):
        rows.append(_size(max(found["sizes"], key=int), ten["days"], ten))
    head = ("people", "days", "patients", "microseconds a patient", "seconds once a run", "resident MB")
    notes = (
        f"{found['engine']} engine, from empty; a process of its own each; processor seconds.",
        "Once a run: engine and fold built, and the table of KPIs. They are not in the time per patient.",
    )
    return Table(f"Growth: {found['place']}, scaled", head, rows, notes)


def _size(people: Any, days: int, one: Results) -> tuple[str, ...]:
    measured = ("patients", "microseconds_a_patient", "seconds_once", "resident_mb")
    return (f"{int(people):,}", str(days), *(number(one[name]) for name in measured))


STARTS = {
    "first_ever": "first use ever: a week of small_town, compilation included",
    "later": "later: small_town, to the first progress",
    "later_large": "later: south_worcestershire, to the first progress",
    "help": "flowsim --help",
}


def start_table(found: Results) -> Table:
    """Seconds that one waits."""
    rows = [
        (STARTS[what], number(seconds), number(found["processor_seconds"][what]),
         f"{number(min(found['rounds'][what]))} to {number(max(found['rounds'][what]))}")
        for what, seconds in found["seconds"].items()
    ]  # fmt: skip
    notes = (f"{found['engine']} engine; medians, each time a fresh process.",)
    return Table("Starts", ("", "seconds", "of the processor", "from, to"), rows, notes)


def as_text(table: Table) -> str:
    """For a terminal: columns in line."""
    lines = [table.head, *table.rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(table.head))]
    told = [_in_line(table.head, widths), *(_in_line(row, widths) for row in table.rows)]
    return "\n".join((table.title, "-" * len(table.title), *told, *table.notes)) + "\n"


def _in_line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def as_markdown(table: Table, level: str = "###") -> str:
    """For a page."""
    lines = [table.head, tuple("---" for _ in table.head), *table.rows]
    rows = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    parts = [f"{level} {table.title}", "\n".join(rows), *table.notes]
    return "\n\n".join(parts) + "\n"
