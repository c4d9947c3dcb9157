"""Sources as tables that sampling can draw from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from flowsim.inputs.cell_rows import CellRows
from flowsim.inputs.values import Config, SourceValue
from flowsim.pathway.model import Model
from flowsim.program.program import SourceTable


def trace_columns(config: Config) -> tuple[str, ...]:
    """Names of the duration columns of all traces of a config."""
    found: dict[str, None] = {}
    for source in config.sources.values():
        for row in source.trace:
            found.update(dict.fromkeys(row.durations))
    return tuple(found)


def source_tables(
    model: Model,
    config: Config,
    attributes: tuple[tuple[str, tuple[str, ...]], ...],
    targets: Mapping[str, int],
) -> tuple[SourceTable, ...]:
    """The tables of all sources, in the model's order."""
    columns = trace_columns(config)
    return tuple(
        _table(item.name, config.sources[item.name], attributes, targets[item.to], columns)
        for item in model.sources
    )


def text_number(text: str) -> int:
    """A 63-bit number for a name, the same everywhere."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") >> 1


def _table(
    name: str,
    value: SourceValue,
    attributes: tuple[tuple[str, tuple[str, ...]], ...],
    entry: int,
    columns: tuple[str, ...],
) -> SourceTable:
    trace = sorted(value.trace, key=lambda row: (row.time, row.id))
    durations = np.array(
        [[row.durations.get(column, 0) for column in columns] for row in trace], dtype=np.int64
    )
    return SourceTable(
        name=name,
        kind=value.kind,
        entry=entry,
        stream=text_number(f"source {name}"),
        rate=np.asarray(
            value.rate if value.kind == "poisson" else np.outer(np.ones(12), value.shares), dtype=float
        ),
        hour_of_week=np.asarray(value.hour_of_week, dtype=float),
        holiday_factor=float(value.holiday_factor),
        multiplier=np.asarray(value.multiplier, dtype=float),
        attributes=_cells(name, value.cells, attributes),
        booked=tuple((line.days, line.start_minute, line.value) for line in value.booked),
        trace_time=np.array([row.time for row in trace], dtype=np.int64),
        trace_key=np.array([text_number(f"{name} {row.id}") for row in trace], dtype=np.uint64),
        trace_attributes=_rows(name, [dict(row.attributes) for row in trace], attributes),
        trace_durations=durations.reshape(len(trace), len(columns)),
    )


def _cells(
    name: str, cells: Sequence[Mapping[str, str]], attributes: tuple[tuple[str, tuple[str, ...]], ...]
) -> np.ndarray[Any, np.dtype[np.int16]]:
    """As `_rows`, but each value is looked up once; a source without cells has one."""
    found = cells if isinstance(cells, CellRows) else CellRows.of(tuple(cells[0]) if cells else (), cells)
    rows = np.zeros((len(cells) or 1, len(attributes)), dtype=np.int16)
    for attribute in found.attributes:
        keys, kind = found.kinds((attribute,))
        rows += _rows(name, [{attribute: value} for (value,) in keys], attributes)[kind]
    return rows


def _rows(
    name: str, cells: Sequence[Mapping[str, str]], attributes: tuple[tuple[str, tuple[str, ...]], ...]
) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Cells as attribute values; an attribute that a cell does not give has its first value."""
    place = {attribute: at for at, (attribute, _) in enumerate(attributes)}
    number = {attribute: {value: at for at, value in enumerate(values)} for attribute, values in attributes}
    rows = np.zeros((len(cells), len(attributes)), dtype=np.int16)
    for at, cell in enumerate(cells):
        for attribute, value in cell.items():
            if attribute not in place:
                raise ValueError(f"source {name}: {attribute!r} is not an attribute of the model")
            if value not in number[attribute]:
                raise ValueError(
                    f"source {name}: {value!r} is not a value of {attribute} ({', '.join(number[attribute])})"
                )
            rows[at, place[attribute]] = number[attribute][value]
    return rows
