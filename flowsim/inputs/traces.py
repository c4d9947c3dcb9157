"""Replaying what really happened: a CSV or a list with a row a patient.

Columns: `id`, `time` (a date and time, or a duration after time 0 such as `7.5 h`), attributes, and
the durations that a parameter asks for with {trace: column}.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from flowsim.errors import Problem, did_you_mean
from flowsim.inputs.reading import Reading
from flowsim.inputs.tree import Spot, key_text
from flowsim.inputs.units import parse_duration
from flowsim.inputs.values import TraceRow, frozen

LARGEST_TRACE = 200_000_000  # bytes
MOST_ROWS = 2_000_000
MOST_FAULTS = 5  # a column in the wrong unit is one mistake, not a million

Row = tuple[int, Mapping[str, str]]  # line or number of the row, and its texts


def read_trace(
    reading: Reading, spot: Spot, folder: Path | None, start: date
) -> tuple[tuple[TraceRow, ...], bytes] | None:
    """The patients of a trace in the order of their times, and the bytes of the file that they came from."""
    if spot.node.is_list:
        rows = _inline(reading, spot)
        return None if rows is None else _checked(reading, spot, spot.node.file, rows, start, b"")
    path = file_inside(reading, spot, folder)
    if path is None:
        return None
    try:
        if path.stat().st_size > LARGEST_TRACE:
            reading.refuse(spot, f"The trace is larger than {LARGEST_TRACE:,} bytes.", "Split it by year.")
            return None
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
        table = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
        found = [(table.line_num, {str(k): str(v or "").strip() for k, v in row.items()}) for row in table]
    except OSError as error:
        reading.refuse(spot, f"The trace cannot be read: {error.strerror}.", "Check its name and its rights.")
        return None
    except (UnicodeDecodeError, csv.Error):
        reading.refuse(spot, "The trace is not plain CSV text.", "Save it as CSV, UTF-8.")
        return None
    return _checked(reading, spot, str(spot.node.value), found, start, content)


def file_inside(reading: Reading, spot: Spot, folder: Path | None) -> Path | None:
    """A file named by a config: it must stand in the config's own folder."""
    named = spot.node.value
    if not isinstance(named, str) or not named or "\0" in named:
        reading.refuse(spot, "The name of a file is wanted.", "Write for example arrivals.csv.")
        return None
    if folder is None:
        reading.refuse(
            spot,
            "A config that is not a file has no folder to read from.",
            "Give its `folder`, or the rows themselves.",
        )
        return None
    path = (folder / named).resolve()
    if not path.is_relative_to(folder.resolve()):
        reading.refuse(spot, "This file is outside the config's folder.", "Copy it into the folder.")
        return None
    if not path.is_file():
        names = [str(other.relative_to(folder)) for other in folder.iterdir() if other.suffix == path.suffix]
        reading.refuse(spot, "There is no such file in the config's folder.", did_you_mean(named, names))
        return None
    return path


def _inline(reading: Reading, spot: Spot) -> list[Row] | None:
    rows: list[Row] = []
    for number, member in enumerate(spot.members(), start=1):
        if not member.node.is_table or any(not child.is_scalar for child in member.node.table.values()):
            reading.refuse(member, "A row of a trace is a table.", 'Write {id: a, time: 0 min, acuity: "1"}.')
            return None
        rows.append(
            (
                member.node.line or number,
                {key: key_text(child.value) for key, child in member.node.table.items()},
            )
        )
    return rows


def _checked(reading: Reading, spot: Spot, file: str, rows: Sequence[Row], start: date,
             content: bytes) -> tuple[tuple[TraceRow, ...], bytes] | None:  # fmt: skip
    """Rows in canonical form; the first few faults with their lines, and how many more there are."""
    if not rows:
        reading.refuse(spot, "The trace has no rows.", "Give at least one patient.")
        return None
    if len(rows) > MOST_ROWS:
        reading.refuse(spot, f"The trace has more than {MOST_ROWS:,} rows.", "Split it by year.")
        return None
    if not _columns_known(reading, spot, file, rows):
        return None
    faults: list[Problem] = []
    seen: set[str] = set()
    found: list[TraceRow] = []
    for line, row in rows:
        try:
            found.append(_row(reading, row, start, seen))
        except ValueError as error:
            field, value, what, remedy = error.args
            faults.append(
                Problem(file, line if spot.node.line or content else None, field, value, what, remedy)
            )
    reading.problems.extend(faults[:MOST_FAULTS])
    if len(faults) > MOST_FAULTS:
        reading.refuse(spot, f"{len(faults) - MOST_FAULTS:,} more rows are wrong.", "Mend these first.")
    if faults:
        return None
    return tuple(sorted(found, key=lambda row: row.time)), content


def _columns_known(reading: Reading, spot: Spot, file: str, rows: Sequence[Row]) -> bool:
    columns = list(dict.fromkeys(name for _, row in rows for name in row))
    good = True
    for wanted in ("id", "time"):
        if wanted not in columns:
            reading.problems.append(
                Problem(
                    file,
                    None,
                    spot.name,
                    "",
                    f"The trace has no column `{wanted}`.",
                    did_you_mean(wanted, columns),
                )
            )
            good = False
    known = ("id", "time", *reading.columns, *reading.attributes)
    for column in columns:
        if reading.complete and column not in known:
            what = f"The column `{column}` is neither an attribute nor asked for by a parameter."
            reading.problems.append(
                Problem(
                    file,
                    1 if spot.node.is_scalar else None,
                    spot.name,
                    "",
                    what,
                    did_you_mean(column, known, "Take it out."),
                )
            )
            good = False
    return good


def _row(reading: Reading, row: Mapping[str, str], start: date, seen: set[str]) -> TraceRow:
    name = row.get("id", "")
    if not name or name in seen:
        raise ValueError(
            "id",
            name,
            "A row has no id." if not name else "Two rows have this id.",
            "Give each row its own id.",
        )
    seen.add(name)
    durations = {column: round(_cell(column, row[column])) for column in reading.columns if row.get(column)}
    attributes: dict[str, str] = {}
    for column, value in row.items():
        if column in ("id", "time") or column in reading.columns or not value:
            continue
        known = reading.attributes.get(column)
        if known is not None and value not in known:
            raise ValueError(
                column, value, f"`{value}` is not a value of {column}.", did_you_mean(value, known)
            )
        attributes[column] = value
    return TraceRow(name, _time(row.get("time", ""), start), frozen(attributes), frozen(durations))


def _time(text: str, start: date) -> int:
    """Milliseconds after time 0, of a date and time or of a duration (negative in the warm-up)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        sign = -1 if text.startswith("-") else 1
        return sign * round(_cell("time", text.removeprefix("-")))
    if moment.tzinfo is not None:
        raise ValueError(
            "time", text, "A time zone cannot be used.", "Write local time, such as 2018-04-01 08:30."
        )
    return calendar_days(start, moment.date()) * 86_400_000 + round(
        (moment - datetime.combine(moment.date(), datetime.min.time())).total_seconds() * 1000
    )


def calendar_days(start: date, day: date) -> int:
    """Days from `start` to `day` in years of 365 days: 29 February counts as 28 February."""
    return 365 * (day.year - start.year) + _day_of_year(day) - _day_of_year(start)


def _day_of_year(day: date) -> int:
    return date(2001, day.month, 28 if (day.month, day.day) == (2, 29) else day.day).timetuple().tm_yday


def _cell(column: str, text: str) -> float:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise ValueError(column, text, *error.args) from None
