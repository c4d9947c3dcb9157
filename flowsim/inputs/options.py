"""Options that can be switched on, and changes by path.

A change is `+24` or `-10` (more or fewer), `x 0.6` (times), `= 12` or any other value (instead). Changes
are made to the document before it is read, so a changed config passes every check that a written one does.

- `x` on a parameter that is a time multiplies it, whatever its form, by one more factor in `times`.
- `x` and `+` on a rota, a table or a list change every number in it.
- Whole numbers (capacities, rotas, rules) are rounded to the nearest, halves up, and never fall below zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flowsim.errors import did_you_mean
from flowsim.inputs.changing import NOT_NUMBERS, Change, each, each_capacity, plain_scalar, positive
from flowsim.inputs.distributions import FAMILIES, is_distribution
from flowsim.inputs.paths import DEFAULTS, Way, at, find, put, suggest
from flowsim.inputs.reading import Reading
from flowsim.inputs.tree import PROVENANCE_KEYS, Node, Spot, grow
from flowsim.inputs.units import parse_money, parse_number
from flowsim.inputs.values import Option, frozen

_TIMES = re.compile(r"[x×*]\s*(\S+)")
_MORE = re.compile(r"([+-])\s*(\d.*|\.\d.*)")
_INSTEAD = re.compile(r"=\s*(.+)", re.DOTALL)
WHOLE = ("resources", "rules")  # sections whose numbers count things
NOT_CHANGEABLE = ("schema", "include", "options", "name", "model")


def read_options(reading: Reading, top: Spot) -> dict[str, Option]:
    """Every option by name; a change whose path does not exist is noted, switched on or not."""
    found: dict[str, Option] = {}
    options = top.get("options")
    for name, spot in options.children() if options is not None else ():
        for change in _changes_of(name, spot):
            _apply(reading, top.node, change)
            reading.keep(
                change.asked.name,
                change.asked.node.table.get("value", change.asked.node).text(),
                change.asked,
                change.asked.provenance,
            )
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
    asked = Spot(Node(None, ""), "option")
    for name in dict.fromkeys(chosen):
        if name not in known:
            remedy = did_you_mean(name, known) if known else "This config has no options."
            reading.refuse(asked, f"There is no option `{name}`.", remedy, value=name)
            continue
        wanted += _changes_of(name, Spot(root)["options"][name])
    _conflicts(reading, wanted)
    for path, value in changes.items():
        try:
            node = grow(value, "")
        except ValueError as error:
            reading.refuse(
                Spot(Node(None, ""), path), str(error.args[0]), str(error.args[-1]), value=str(value)
            )
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
            how, new = "=", replace(inner, value=plain_scalar(instead[1]))
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
            if (replaces and not (same and first.value == second.value)) or (
                same and first.how != second.how
            ):
                what = f"The options `{first.option}` and `{second.option}` both change {second.path}."
                reading.refuse(second.asked, what, "Choose one of them, or write an option that does both.")


def _apply(reading: Reading, root: Node, change: Change) -> Node | None:
    """The document after one change, or None (and a note) if it cannot be made."""
    way = find(root, change.path)
    if way is None or way[0] in NOT_CHANGEABLE:
        if way is None:
            reading.refuse(
                change.asked, f"There is no `{change.path}` in this config.", suggest(root, change.path)
            )
        else:
            reading.refuse(change.asked, f"`{way[0]}` cannot be changed by an option.", "Edit the config.")
        return None
    old = at(root, way)
    try:
        return put(root, *_changed(way, old, change))
    except ValueError as error:
        what, remedy = error.args if len(error.args) == 2 else (str(error), "")
        reading.refuse(change.asked, str(what), str(remedy))
        return None


def _changed(way: Way, old: Node | None, change: Change) -> tuple[Way, Node]:
    """Where to put what."""
    new = change.value
    if way[0] == "parameters" and len(way) == 3 and way[-1] == "times":
        return way, _more_times(old, change)
    if change.how == "=":
        if way[0] == "parameters" and len(way) == 2 and old is not None and _is_time(old) and _is_number(new):
            raise ValueError(
                "This parameter is a time, and a time needs a unit.", f"Write `{new.text()} min`, say."
            )
        keeps_wrapper = old is not None and "value" in old.table and new.is_scalar
        return ((*way, "value"), new) if keeps_wrapper else (way, new)
    if old is None:
        default = DEFAULTS.get((way[0], way[-1]))
        if default is None:
            raise ValueError("There is nothing here yet to change.", "Give the whole value.")
        old = Node(default, new.file, new.line)
    if change.how == "x" and way[0] == "parameters" and len(way) == 2 and _is_time(old):
        return way, _with_factor(old, new)
    single = "value" in old.table or not old.is_table
    if way[0] == "parameters" and len(way) == 2 and not single and not _is_numbers(old):
        raise ValueError(
            "This parameter has several numbers.", f"Say which, such as {_inner_path(change.path, old)}."
        )
    if way[0] == "resources" and len(way) == 2:
        return way, each_capacity(old, change)
    return way, each(old, change, whole=way[0] in WHOLE)


def _is_time(node: Node) -> bool:
    """Whether a parameter is a time, in any form."""
    if not node.is_table:
        return isinstance(node.value, str) and any(letter.isalpha() for letter in node.value)
    if "value" in node.table:
        return _is_time(node.table["value"])
    if "by" in node.table:
        return any(_is_time(leaf) for leaf in _leaves(node))
    return "trace" in node.table or is_distribution(_without_times(node))


def _is_number(node: Node) -> bool:
    written = node.table.get("value", node).value
    if not isinstance(written, str):
        return isinstance(written, int | float)
    try:
        parse_number(written)
    except ValueError:
        return False
    return True


def _is_numbers(node: Node) -> bool:
    """Whether a parameter is a table of plain numbers by attributes."""
    leaves = _leaves(node)
    return bool(leaves) and all("value" in leaf.table or not leaf.is_table for leaf in leaves)


def _leaves(node: Node) -> list[Node]:
    """The values of a table by attributes: as deep as it has attributes, or where a value stands before."""
    if "by" not in node.table or "values" not in node.table:
        return []
    level = [node.table["values"]]
    for _ in node.table["by"].items or (node.table["by"],):
        level = [below for above in level for below in _below(above)]
    return level


def _below(node: Node) -> list[Node]:
    ends_here = not node.is_table or "value" in node.table or any(key in FAMILIES for key in node.table)
    return [node] if ends_here else list(node.table.values())


def _without_times(node: Node) -> Node:
    return replace(node, value={key: child for key, child in node.table.items() if key != "times"})


def _with_factor(old: Node, factor: Node) -> Node:
    """The parameter with one more factor."""
    positive(factor)
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
    return (
        " ".join(str(part.value) for part in child.node.items)
        if child.node.is_list
        else str(child.node.value)
    )
