"""The rows of a census CSV, checked: who is inside now, at which step, since when, and with what in their hands."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flowsim.errors import ConfigError, Problem, did_you_mean
from flowsim.inputs.units import parse_duration
from flowsim.program.program import HoldStep, Instance, Program, SeizeStep, WaitStep
from flowsim.sampling.arrivals import calendar_of

NEEDED = ("id", "step", "since")
OPTIONAL = ("left", "holds")
MARK = "mark "
MOST_PROBLEMS = 20
LARGEST = 100_000_000  # bytes
_HELD = re.compile(r"(?:(?P<amount>\d{1,9})\s+)?(?P<resource>\w+)(?:\s+at\s+(?P<site>.+))?")


@dataclass(frozen=True)
class Inside:
    """One patient who is inside. Times in ms; numbers of steps, pools and milestones are the program's."""

    line: int
    name: str
    at: int
    since: int
    left: int | None
    attributes: tuple[int, ...]
    durations: tuple[int, ...]
    """What a trace would have given, shape [trace columns]."""
    holds: tuple[tuple[int, int], ...]
    """(pool, amount) of all that is held."""
    marks: tuple[tuple[int, int], ...]
    """(milestone, ms ago)."""


def read_text(path: Path) -> tuple[str, bytes]:
    """The text of a census CSV and its bytes. Raises ConfigError for a file that is not text."""
    try:
        if path.stat().st_size > LARGEST:
            raise _refused(
                path, f"The census is larger than {LARGEST:,} bytes.", "One row a patient inside now."
            )
        content = path.read_bytes()
        return content.decode("utf-8-sig"), content
    except OSError as error:
        raise _refused(path, f"The census cannot be read: {error.strerror}.", "Check its name.") from error
    except UnicodeDecodeError as error:
        raise _refused(path, "The census is not plain CSV text.", "Save it as CSV, UTF-8.") from error


def read_rows(text: str, file: str, program: Program) -> Rows:
    """The rows of a census, with all that is wrong with them; `Rows.refuse` raises it."""
    rows = Rows(file, program)
    try:
        table = csv.reader(io.StringIO(text, newline=""), strict=True)
        columns = [cell.strip() for cell in next(table, [])]
        if rows.columns_known(columns):
            for cells in table:
                if any(cell.strip() for cell in cells):
                    rows.read(table.line_num, columns, [cell.strip() for cell in cells])
            if not rows.inside and not rows.problems:
                rows.wrong(None, "", "", "The census has no rows.", "Give a row for each patient inside now.")
    except csv.Error:
        rows.wrong(None, "", "", "The census is not plain CSV text.", "Save it as CSV, UTF-8.")
    return rows


class Rows:
    """Reads row after row, and collects what is wrong with any of them."""

    def __init__(self, file: str, program: Program) -> None:
        self.file = file
        self.program = program
        self.inside: list[Inside] = []
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}
        self.places = [at for at, step in enumerate(program.steps)
                       if isinstance(step, SeizeStep | HoldStep | WaitStep)]  # fmt: skip
        """The steps at which one can be: those that take time."""
        self.labels = {label: at for at, label in enumerate(program.labels)}
        self.pools = {instance: number for number, instance in enumerate(program.instances)}
        self.resources = list(dict.fromkeys(resource for resource, _ in program.instances))
        self.month = calendar_of(program).month(0)

    def refuse(self) -> None:
        """Raise ConfigError if anything is wrong: the first problems by line, and how many more there are."""
        found = sorted(self.problems, key=lambda problem: problem.line or 0)
        if len(found) > MOST_PROBLEMS:
            more = Problem(self.file, what=f"{len(found) - MOST_PROBLEMS:,} more cells are wrong.",
                           remedy="Mend these first.")  # fmt: skip
            found = [*found[:MOST_PROBLEMS], more]
        if found:
            raise ConfigError(found)

    def wrong(self, line: int | None, field: str, value: str, what: str, remedy: str) -> None:
        """Note something that is wrong."""
        self.problems.append(Problem(self.file, line, field, value, what, remedy))

    def columns_known(self, columns: Sequence[str]) -> bool:
        """Is every column one that is known, and every needed one there?"""
        attributes = [name for name, _ in self.program.attributes]
        marks = [MARK + name for name in self.program.milestones]
        known = [*NEEDED, *OPTIONAL, *attributes, *self.program.trace_columns, *marks]
        for name in NEEDED:
            if name not in columns:
                remedy = f"The first line names the columns: {', '.join(NEEDED)} and more."
                self.wrong(1, "", "", f"The census has no column `{name}`.", remedy)
        for name in dict.fromkeys(columns):
            if name not in known:
                what = (
                    f"The column `{name}` is neither an attribute, a milestone nor one of the census's own."
                )
                self.wrong(1, "", "", what, did_you_mean(name, known, "Take it out."))
            elif columns.count(name) > 1:
                self.wrong(1, "", "", f"There are two columns `{name}`.", "Take one of them out.")
        return not self.problems

    def read(self, line: int, columns: Sequence[str], cells: Sequence[str]) -> None:
        """Read one row; it counts as inside only if nothing is wrong with it."""
        before = len(self.problems)
        if len(cells) > len(columns):
            more = ", ".join(cells[len(columns) :])
            self.wrong(
                line, "", more, "The row has more cells than there are columns.", "Quote what has a comma."
            )
        row = dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
        attributes = self._attributes(line, row)
        marks = {at: self._duration(line, MARK + name, row[MARK + name])
                 for at, name in enumerate(self.program.milestones) if row.get(MARK + name)}  # fmt: skip
        durations = (self._duration(line, name, row[name]) if row.get(name) else 0
                     for name in self.program.trace_columns)  # fmt: skip
        found = Inside(
            line=line,
            name=self._name(line, row["id"]),
            at=self._step(line, row["step"]),
            since=self._duration(line, "since", row["since"]),
            left=self._duration(line, "left", row["left"]) if row.get("left") else None,
            attributes=attributes,
            durations=tuple(durations),
            holds=tuple(self._holds(line, row.get("holds", ""), attributes).items()),
            marks=tuple(marks.items()),
        )
        if len(self.problems) > before:
            return
        if found.left is not None and not isinstance(self.program.steps[found.at], HoldStep):
            self.wrong(line, "left", row["left"], f"Nobody knows how long the wait at {row['step']} lasts.",
                       "Leave it empty: the run finds out.")  # fmt: skip
            return
        self.inside.append(found)

    def _name(self, line: int, name: str) -> str:
        if not name:
            self.wrong(line, "id", name, "A row has no id.", "Give each row its own id.")
        elif name in self.lines:
            what = f"Line {self.lines[name]} has this id too."
            self.wrong(line, "id", name, what, "Give each row its own id.")
        self.lines.setdefault(name, line)
        return name

    def _step(self, line: int, label: str) -> int:
        places = self.places
        at = self.labels.get(label, -1)
        if at < 0:
            known = [self.program.labels[place] for place in places]
            remedy = did_you_mean(label, known, "`flowsim show PLACE model --json` lists the labels.")
            what = "The model has no such step." if label else "A row has no step."
            self.wrong(line, "step", label, what, remedy)
        elif at not in places:
            ahead = [place for place in places if place > at] or places[-1:]
            remedy = (
                f"The nearest step at which one can be: `{self.program.labels[ahead[0]]}`." if ahead else ""
            )
            self.wrong(line, "step", label, "Nobody is ever found at this step: it takes no time.", remedy)
        return at

    def _duration(self, line: int, field: str, text: str) -> int:
        try:
            return round(parse_duration(text))
        except ValueError as error:
            what, remedy = error.args
            if not text:
                what, remedy = f"A row has no `{field}`.", "Write a duration such as `3 h`."
            self.wrong(line, field, text, what, remedy)
            return 0

    def _attributes(self, line: int, row: dict[str, str]) -> tuple[int, ...]:
        """The number of each attribute's value: the first one if nothing is written, the month of time 0."""
        found = []
        for name, values in self.program.attributes:
            text = row.get(name, "")
            if text and text not in values:
                self.wrong(
                    line, name, text, f"`{text}` is not a value of {name}.", did_you_mean(text, values)
                )
            missing = self.month if name == "month" else 0
            found.append(values.index(text) if text in values else missing)
        return tuple(found)

    def _holds(self, line: int, text: str, attributes: Sequence[int]) -> dict[int, int]:
        """How many units of which pool; of a resource per site the patient's own unless it says `at SITE`."""
        found: dict[int, int] = {}
        for part in filter(None, (part.strip() for part in text.split(";"))):
            said = _HELD.fullmatch(part)
            amount = int(said["amount"] or 1) if said else 0
            if said is None or amount == 0:
                self.wrong(line, "holds", part, "This is not something held.",
                           "Write for example `ward_bed; 2 care_hours; crew at north`.")  # fmt: skip
                continue
            pool = self._pool(line, part, said["resource"], said["site"], attributes)
            if pool is not None:
                found[pool] = found.get(pool, 0) + amount
        return found

    def _pool(
        self, line: int, part: str, resource: str, site: str | None, attributes: Sequence[int]
    ) -> int | None:
        if resource not in self.resources:
            what = f"The model has no resource `{resource}`."
            self.wrong(line, "holds", part, what, did_you_mean(resource, self.resources))
            return None
        shared = Instance(resource, None) in self.pools
        own = None if shared else self.program.sites[attributes[0]]
        wanted = own if site is None else site
        pool = self.pools.get(Instance(resource, wanted))
        if pool is None:
            what = f"`{resource}` is shared by all sites." if shared else f"There is no site `{wanted}`."
            remedy = f"Write `{resource}`." if shared else did_you_mean(str(wanted), self.program.sites)
            self.wrong(line, "holds", part, what, remedy)
        return pool


def _refused(path: Path, what: str, remedy: str) -> ConfigError:
    return ConfigError([Problem(str(path), what=what, remedy=remedy)])
