"""Options that can be switched on, and changes by path.

A change is `+24` or `-10` (more or fewer), `x 0.6` (times), `= 12` or any other value (instead). Changes
are made to the document before it is read, so a changed config passes every check that a written one does.

- `x` on a parameter that is a time multiplies it, whatever its form, by one more factor in `times`.
- `x` and `+` on a rota, a table or a list change every number in it.
- Whole numbers (capacities, rotas, rules) are rounded to the nearest, halves up, and never fall below zero.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flowsim.errors import did_you_mean
from flowsim.inputs.distributions import is_distribution
from flowsim.inputs.paths import DEFAULTS, Way, at, find, put, suggest
from flowsim.inputs.reading import Reading
from flowsim.inputs.tree import PROVENANCE_KEYS, Node, Scalar, Spot, grow
from flowsim.inputs.units import (
    HOUR,
    format_duration,
    format_number,
    parse_duration,
    parse_money,
    parse_number,
    parse_rate,
)
from flowsim.inputs.values import Option, frozen

_TIMES = re.compile(r"[x×*]\s*(\S+)")
_MORE = re.compile(r"([+-])\s*(\d.*|\.\d.*)")
_INSTEAD = re.compile(r"=\s*(.+)", re.DOTALL)
WHOLE = ("resources", "rules")  # sections whose numbers count things
NOT_CHANGEABLE = ("schema", "include", "options", "name", "model")
NOT_NUMBERS = (*PROVENANCE_KEYS, "by", "names", "keep", "unit", "name", "outside")


@dataclass(frozen=True)
class Change:
    """One change: how (`x`, `+` or `=`), to what, and who asks for it."""

    path: str
    how: str
    value: Node
    asked: Spot
    option: str = ""


def read_options(reading: Reading, top: Spot) -> dict[str, Option]:
    """Every option by name; a change whose path does not exist is noted, switched on or not."""
    found: dict[str, Option] = {}
    options = top.get("options")
    for name, spot in options.children() if options is not None else ():
        for change in _changes_of(name, spot):
            _apply(reading, top.node, change)
        cost, currency = _cost(reading, spot)
        texts = {key: _free_text(spot, key) for key in ("title", "description", "evidence")}
        found[name] = Option(
            name=name,
            title=texts["title"] or name.replace("_", " "),
            description=texts["description"],
            change=frozen(spot["change"].node.plain()),
            evidence=texts["evidence"],
            cost=frozen(cost),
            currency=currency,
            provenance=spot.provenance,
            where=spot.where,
        )
    return found


def apply_changes(reading: Reading, root: Node, known: Mapping[str, Option], chosen: Sequence[str],
                  changes: Mapping[str, Any]) -> Node:  # fmt: skip
    """The document with these options switched on, in order, and then these changes made."""
    wanted: list[Change] = []
    asked = Spot(Node(None, "<options>"), "options")
    for name in dict.fromkeys(chosen):
        if name not in known:
            remedy = did_you_mean(name, known, "This config has no options." if not known else "")
            reading.refuse(asked, f"There is no option `{name}`.", remedy, value=name)
            continue
        wanted += _changes_of(name, Spot(root.table["options"])[name])
    _conflicts(reading, wanted)
    for path, value in changes.items():
        try:
            node = grow(value, "<changes>")
        except ValueError as error:
            reading.refuse(Spot(Node(None, "<changes>"), path), str(error.args[0]), str(error.args[-1]), value=str(value))
            continue
        wanted.append(_change(Spot(node, path), path, ""))
    for change in wanted:
        root = _apply(reading, root, change) or root
    return root


def _changes_of(name: str, spot: Spot) -> list[Change]:
    return [_change(child, path, name) for path, child in spot["change"].children()]


def _change(spot: Spot, path: str, option: str) -> Change:
    """What a change says: its value may stand alone or as {value: +24, source: ...}."""
    node = spot.node
    wrapped = node.is_table and set(node.table) <= {"value", *PROVENANCE_KEYS} and "value" in node.table
    inner = node.table["value"] if wrapped else node
    text = inner.value
    if isinstance(text, int | float) and not isinstance(text, bool) and text < 0:
        text = str(text)
    how, new = "=", inner
    if isinstance(text, str):
        words = text.strip()
        if times := _TIMES.fullmatch(words):
            how, new = "x", replace(inner, value=times[1])
        elif more := _MORE.fullmatch(words):
            how, new = "+", replace(inner, value=f"{more[1]}{more[2]}")
        elif instead := _INSTEAD.fullmatch(words):
            how, new = "=", replace(inner, value=_plain_scalar(instead[1]))
    if wrapped and how == "=":
        new = node.with_key("value", new)
    return Change(path, how, new, spot, option)


def _conflicts(reading: Reading, wanted: list[Change]) -> None:
    """Two options that cannot both be had: one replaces what another changes."""
    for number, second in enumerate(wanted):
        for first in wanted[:number]:
            same = first.path == second.path
            within = first.path.startswith(second.path + ".") or second.path.startswith(first.path + ".")
            replaces = "=" in (first.how, second.how)
            if first.option == second.option or not (same or within):
                continue
            if (replaces and not (same and first.value == second.value)) or (same and first.how != second.how):
                what = f"The options `{first.option}` and `{second.option}` both change {second.path}."
                reading.refuse(second.asked, what, "Choose one of them, or write an option that does both.")


def _apply(reading: Reading, root: Node, change: Change) -> Node | None:
    """The document after one change, or None (and a note) if it cannot be made."""
    way = find(root, change.path)
    if way is None or way[0] in NOT_CHANGEABLE:
        if way is None:
            reading.refuse(change.asked, f"There is no `{change.path}` in this config.", suggest(root, change.path))
        else:
            reading.refuse(change.asked, f"`{way[0]}` cannot be changed by an option.", "Edit the config.")
        return None
    old = at(root, way)
    try:
        return put(root, *_changed(root, way, old, change))
    except ValueError as error:
        what, remedy = error.args if len(error.args) == 2 else (str(error), "")
        reading.refuse(change.asked, str(what), str(remedy))
        return None


def _changed(root: Node, way: Way, old: Node | None, change: Change) -> tuple[Way, Node]:
    """Where to put what."""
    new = change.value
    if way[0] == "parameters" and len(way) == 3 and way[-1] == "times":
        return way, _more_times(old, change)
    if change.how == "=":
        keeps_wrapper = old is not None and "value" in old.table and new.is_scalar
        return ((*way, "value"), new) if keeps_wrapper else (way, new)
    if old is None:
        default = DEFAULTS.get((way[0], way[-1]))
        if default is None:
            raise ValueError("There is nothing here yet to change.", "Give the whole value.")
        old = Node(default, new.file, new.line)
    if change.how == "x" and way[0] == "parameters" and len(way) == 2 and _is_time(old):
        return way, _with_factor(old, new)
    if way[0] == "parameters" and len(way) == 2 and old.is_table and "value" not in old.table and not _is_numbers(old):
        raise ValueError("This parameter has several numbers.", f"Say which, such as {_inner_path(change.path, old)}.")
    if way[0] == "resources" and len(way) == 2:
        return way, _each_capacity(old, change)
    return way, _each(old, change, whole=way[0] in WHOLE)


def _is_time(node: Node) -> bool:
    """Whether a parameter is a time, in any form."""
    if not node.is_table:
        return isinstance(node.value, str) and any(letter.isalpha() for letter in node.value)
    if "value" in node.table:
        return _is_time(node.table["value"])
    if "trace" in node.table or is_distribution(_without_times(node)):
        return True
    return "by" in node.table and any(_is_time(child) for child in _leaves(node.table.get("values")))


def _is_numbers(node: Node) -> bool:
    """Whether a parameter is a table of numbers by attributes."""
    leaves = _leaves(node.table.get("values"))
    return bool(leaves) and all(isinstance(leaf.value, int | float) or "value" in leaf.table for leaf in leaves) and not any(
        key == "rest" for key in node.table)  # fmt: skip


def _leaves(node: Node | None, depth: int = 0) -> list[Node]:
    """The values of a table by attributes: the first tables on the way down that describe a time, or scalars."""
    if node is None or depth > 10:
        return []
    if not node.is_table or "value" in node.table or is_distribution(node) and not _nested_times(node):
        return [node]
    return [leaf for key, child in node.table.items() if key not in PROVENANCE_KEYS for leaf in _leaves(child, depth + 1)]


def _nested_times(node: Node) -> bool:
    from flowsim.inputs.distributions import FAMILIES

    return not any(key in FAMILIES for key in node.table)


def _without_times(node: Node) -> Node:
    return replace(node, value={key: child for key, child in node.table.items() if key != "times"})


def _with_factor(old: Node, factor: Node) -> Node:
    """The parameter with one more factor."""
    _positive(factor)
    whole = old if old.is_table else Node({"value": old}, old.file, old.line)
    return whole.with_key("times", _one_more(whole.table.get("times"), factor))


def _more_times(old: Node | None, change: Change) -> Node:
    """`x 0.9` or a factor with names or a table is added to `times`; a list replaces it."""
    if change.how == "+":
        raise ValueError("Factors multiply; nothing can be added to them.", "Write `x 0.9`.")
    if change.value.is_list:
        return change.value
    return _one_more(old, change.value)


def _one_more(there: Node | None, factor: Node) -> Node:
    members = () if there is None else there.items if there.is_list else (there,)
    return Node((*members, factor), factor.file, factor.line)


def _positive(factor: Node) -> float:
    number = parse_number(factor.value)  # type: ignore[arg-type]  # always the text after x
    if number < 0:
        raise ValueError("A factor cannot be negative.", "Write `x 0.6`, or `-6` for fewer.")
    return number


def _each_capacity(old: Node, change: Change) -> Node:
    """`resources.crew: +6` changes whatever form the capacity has."""
    parts = [key for key in ("capacity", "rota", "steps", "by_site") if key in old.table]
    for key in parts:
        old = old.with_key(key, _each(old.table[key], change, whole=True, leave=("change_by_month",)))
    return old


def _each(old: Node, change: Change, *, whole: bool, leave: tuple[str, ...] = ()) -> Node:
    """Every number of a value, a list or a table changed alike."""
    if old.is_table:
        skip = (*NOT_NUMBERS, *leave)
        below = {key: child if key in skip else _each(child, change, whole=whole, leave=leave) for key, child in old.table.items()}
        return replace(old, value=below)
    if old.is_list:
        return replace(old, value=tuple(_each(child, change, whole=whole, leave=leave) for child in old.items))
    if old.value is None or isinstance(old.value, bool):
        raise ValueError("This is not a number, so it cannot be changed by one.", "Give the new value.")
    new = replace(change.value, value=_arithmetic(old.value, change, whole))  # type: ignore[arg-type]  # a scalar
    return new


def _arithmetic(old: str | int | float, change: Change, whole: bool) -> Scalar:
    """The number after the change, written in the unit that it had."""
    kind, number = _measure(old)
    if change.how == "x":
        result = number * _positive(change.value)
    else:
        text = str(change.value.value)
        more_kind, more = _measure(text[1:].strip())
        if more_kind != kind:
            example = {"time": "+5 min", "rate": "+2/h", "share": "+5%", "": "+6"}.get(kind, "+1000 GBP")
            raise ValueError("The change is not in the same kind of unit as the value.", f"Write for example `{example}`.")
        result = number - more if text.startswith("-") else number + more
    if whole and kind == "":
        return max(0, math.floor(result + 0.5))
    if result < 0:
        raise ValueError("The change takes away more than there is.", "Take away less.")
    return _written(kind, result)


def _measure(text: str | int | float) -> tuple[str, float]:
    """What kind of number it is, and the number in its base unit."""
    if isinstance(text, str) and text.strip().endswith("%"):
        return "share", parse_number(text)
    try:
        return "", parse_number(text)
    except ValueError:
        pass
    for kind, parse in (("time", parse_duration), ("rate", parse_rate)):
        try:
            return kind, parse(text)
        except ValueError:
            continue
    try:
        amount, currency = parse_money(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a number, so it cannot be changed by one.", "Give the new value.") from None
    return currency, amount


def _written(kind: str, number: float) -> Scalar:
    if kind == "time":
        return format_duration(number)
    if kind == "rate":
        return f"{number!r}/h" if number * HOUR else "0/h"
    if kind == "share":
        return number
    if kind:
        return f"{format_number(number)} {kind}"
    return int(number) if number == int(number) else number


def _plain_scalar(text: str) -> Scalar:
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        return {"true": True, "false": False}.get(text.strip(), text.strip())
    return int(number) if math.isfinite(number) and number == int(number) else number


def _inner_path(path: str, node: Node) -> str:
    inner = [key for key in node.table if key not in NOT_NUMBERS]
    below = node.table[inner[0]] if inner else node
    further = [key for key in below.table if key not in NOT_NUMBERS]
    return ".".join((path, *inner[:1], *further[:1]))


def _cost(reading: Reading, spot: Spot) -> tuple[dict[str, float], str]:
    """Amounts of money by kind (recurrent, once), all in one currency."""
    found: dict[str, float] = {}
    currencies: list[str] = []
    for name, child in spot["cost"].children() if "cost" in spot else ():
        amount = reading.number(child, parse_money)
        if amount is not None:
            found[name] = amount[0]
            currencies.append(amount[1])
    if len(set(currencies)) > 1:
        reading.refuse(spot["cost"], "The costs are in different currencies.", "Write them all in one.")
    return found, currencies[0] if currencies else ""


def _free_text(spot: Spot, key: str) -> str:
    """A text, or several as one."""
    child = spot.get(key)
    if child is None or child.node.value is None:
        return ""
    return " ".join(str(part.value) for part in child.node.items) if child.node.is_list else str(child.node.value)
