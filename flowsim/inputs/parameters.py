"""Parameters of the pathway: times, shares, numbers; plain, by attributes, and with factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flowsim.errors import did_you_mean
from flowsim.inputs.distributions import FAMILIES, is_distribution, read_distribution
from flowsim.inputs.reading import Reading, not_a_table
from flowsim.inputs.tree import Node, Spot
from flowsim.inputs.units import Written, parse_duration, parse_number
from flowsim.inputs.values import Cells, Distribution, Factor, Parameter, Value, frozen


def read_parameters(reading: Reading, spot: Spot) -> dict[str, Parameter]:
    """Every parameter by name."""
    found: dict[str, Parameter] = {}
    for name, child in spot.children():
        value = read_parameter(reading, name, child)
        if value is not None:
            found[name] = value
    return found


def read_parameter(reading: Reading, name: str, spot: Spot) -> Parameter | None:
    """One parameter, in any of its forms."""
    if spot.node.is_list:
        reading.refuse(
            spot, "A list is not a parameter.", "Write a time, a number, shares, or {by: ..., values: ...}."
        )
        return None
    times = _times(reading, spot)
    if "by" in spot:
        reading.only(spot, ("by", "values", "times"))
    found: Cells[Value] | None = reading.table(
        _without_times(spot), lambda leaf: _value(reading, leaf), _is_leaf
    )
    if found is None or times is None:
        return None
    cells = _alike(reading, spot, found)
    if cells is None or not _names_known(reading, spot, cells, times):
        return None
    return Parameter(name, cells, times, spot.provenance, spot.where)


def _without_times(spot: Spot) -> Spot:
    """The value itself, without the factors that stand beside it."""
    if "times" not in spot:
        return spot
    below = {key: child for key, child in spot.node.table.items() if key != "times"}
    return replace(spot, node=replace(spot.node, value=below))


def _value(reading: Reading, spot: Spot) -> Value | None:
    """A time, shares, or a number."""
    node = spot.node
    if node.is_table and "trace" in node.table:
        return _column(reading, spot)
    if (
        node.is_table
        and "shares" in node.table
        and node.table["shares"].is_table
        and "edges" not in node.table
    ):
        reading.only(spot, ("shares",))
        return _shares(reading, spot["shares"])
    if node.is_table and "value" not in node.table:
        return read_distribution(reading, spot) if is_distribution(node) else _shares(reading, spot)
    return reading.number(spot, time_or_number)


def _shares(reading: Reading, spot: Spot) -> Mapping[str, float] | None:
    found = reading.shares(spot)
    return None if found is None else frozen(found)


def _column(reading: Reading, spot: Spot) -> Distribution | None:
    reading.only(spot, ("trace",))
    column = spot["trace"]
    if not isinstance(column.node.value, str):
        reading.refuse(column, "The name of a column is wanted.", "Write {trace: stay}.")
        return None
    reading.columns.setdefault(column.node.value, column)
    return Distribution("trace", law=column.node.value)


def time_or_number(written: Written) -> Value:
    """`8 min` is a time; 2, 0.06 and 6% are numbers."""
    try:
        return parse_number(written)
    except ValueError:
        if not isinstance(written, str) or not written.strip()[-1:].isalpha():
            raise
        if not any(letter.isdigit() for letter in written):
            if written.lower().strip("+-.") in ("inf", "nan"):
                raise
            raise ValueError(
                "This is neither a time nor a number.", "Write for example `8 min`, or 2."
            ) from None
        return Distribution("constant", frozen({"value": parse_duration(written)}))


def _is_leaf(node: Node) -> bool:
    """Whether the way down a table ends here, and not at a further attribute."""
    if not_a_table(node) or "trace" in node.table:
        return True
    return any(key in FAMILIES for key in node.table)


def _times(reading: Reading, spot: Spot) -> tuple[Factor, ...] | None:
    """The factors of a parameter: a number, a table, or a list of them."""
    if "times" not in spot:
        return ()
    times = spot["times"]
    members = list(times.members()) if times.node.is_list else [times]
    found = [_factor(reading, member) for member in members]
    return None if any(factor is None for factor in found) else tuple(factor for factor in found if factor)


def _factor(reading: Reading, spot: Spot) -> Factor | None:
    """0.9, or {by: [month], values: {jan: 1.05, ...: 1}}, or with `names` of the shares whose odds change."""
    names: tuple[str, ...] = ()
    if not spot.node.is_table or ("value" in spot and "names" not in spot):
        value = reading.factor(spot)
        return None if value is None else Factor(Cells((), frozen({(): value})))
    reading.only(spot, ("by", "values", "names", "value"))
    if "names" in spot:
        listed = spot["names"]
        names = (
            tuple(str(m.node.value) for m in listed.members())
            if listed.node.is_list
            else (str(listed.node.value),)
        )
    if "by" in spot:
        cells = reading.table(spot, reading.factor, not_a_table)
        return None if cells is None else Factor(cells, names)
    key = "values" if "values" in spot else "value"
    if key not in spot:
        reading.refuse(
            spot, "A factor is wanted.", "Write 0.9, or {by: [month], values: {jan: 1.05, ...: 1}}."
        )
        return None
    value = reading.factor(spot[key])
    return None if value is None else Factor(Cells((), frozen({(): value})), names)


def _names_known(reading: Reading, spot: Spot, cells: Cells[Value], times: tuple[Factor, ...]) -> bool:
    """Whether each factor on shares names shares that exist, and no other factor names any."""
    value = next(iter(cells.values.values()))
    known = tuple(value) if isinstance(value, Mapping) else ()
    good = True
    for factor in times:
        for name in factor.names:
            if name not in known:
                reading.refuse(
                    spot["times"], f"There is no share `{name}` to change.", did_you_mean(name, known)
                )
                good = False
        if known and not factor.names:
            reading.refuse(spot["times"], "A factor on shares needs to know which.", "Add `names: [...]`.")
            good = False
    return good


def _alike(reading: Reading, spot: Spot, cells: Cells[Value]) -> Cells[Value] | None:
    """All cells of one kind; a share that one cell does not name is zero there."""
    kinds = {_kind(value) for value in cells.values.values()}
    if len(kinds) > 1:
        what = f"Some cells are {' and some are '.join(sorted(kinds))}."
        reading.refuse(spot, what, "Write all cells in the same way.")
        return None
    if kinds != {"shares"}:
        return cells
    names = list(
        dict.fromkeys(name for value in cells.values.values() if isinstance(value, Mapping) for name in value)
    )
    whole: dict[tuple[str, ...], Value] = {}
    for key, value in cells.values.items():
        shares = value if isinstance(value, Mapping) else {}
        whole[key] = frozen({name: shares.get(name, 0.0) for name in names})
    return Cells(cells.by, frozen(whole))


def _kind(value: Value) -> str:
    if isinstance(value, Distribution):
        return "times"
    return "shares" if isinstance(value, Mapping) else "numbers"
