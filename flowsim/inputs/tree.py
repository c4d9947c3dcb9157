"""A document as a tree that remembers where each value was written.

`Node` is a value with its file and line; `Spot` is a node on the way down from the top: it knows its
full name and the provenance that it inherits. Trees are never changed, only copied with a change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from flowsim.inputs.values import Provenance

Scalar = str | int | float | bool | None
PROVENANCE_KEYS = ("source", "status", "range", "owner", "note")
DEEPEST = 40


@dataclass(frozen=True)
class Node:
    """A value and where it was written; a table keeps the order of its keys."""

    value: Scalar | dict[str, Node] | tuple[Node, ...]
    file: str = "<dict>"
    line: int | None = None

    @property
    def table(self) -> dict[str, Node]:
        """Its keys and values, or nothing if it is not a table."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> tuple[Node, ...]:
        """Its members, or nothing if it is not a list."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def is_table(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether it has members."""
        return isinstance(self.value, tuple)

    @property
    def is_scalar(self) -> bool:
        """Whether it is a single value."""
        return not self.is_table and not self.is_list

    def with_key(self, key: str, child: Node) -> Node:
        """A copy in which `key` has this value."""
        return replace(self, value={**self.table, key: child})

    def plain(self) -> Any:
        """Dicts, lists and scalars, as JSON would have them."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, tuple):
            return [child.plain() for child in self.value]
        return self.value

    def text(self) -> str:
        """The value on one short line, for a message or a table."""
        return shorten(_text(self))


@dataclass(frozen=True)
class Spot:
    """A node with its full name, and the provenance that stands beside it or above it."""

    node: Node
    name: str = ""
    inherited: Provenance = field(default_factory=Provenance)

    @cached_property
    def provenance(self) -> Provenance:
        """What stands here, and for what does not stand here, what stands above (never the range)."""
        own = {key: child for key, child in self.node.table.items() if key in PROVENANCE_KEYS}
        if not own and not self.inherited.range:
            return self.inherited
        texts = {key: _text(child) for key, child in own.items() if key != "range"}
        ends = own.get("range")
        limits = () if ends is None else tuple(_text(end) for end in ends.items) or (_text(ends),)
        return replace(self.inherited, range=limits, **texts)

    @property
    def where(self) -> str:
        """The file and line, as an editor would jump to it."""
        return self.node.file if self.node.line is None else f"{self.node.file}:{self.node.line}"

    def __contains__(self, key: str) -> bool:
        return key in self.node.table

    def __getitem__(self, key: str) -> Spot:
        return Spot(self.node.table[key], f"{self.name}.{key}" if self.name else key, self._handed_down)

    def get(self, key: str) -> Spot | None:
        """The spot below, if there is one."""
        return self[key] if key in self.node.table else None

    def children(self) -> Iterator[tuple[str, Spot]]:
        """Every key that is not about provenance."""
        for key in self.node.table:
            if key not in PROVENANCE_KEYS:
                yield key, self[key]

    def members(self) -> Iterator[Spot]:
        """The members of a list, named [1], [2] and so on."""
        for number, child in enumerate(self.node.items, start=1):
            yield Spot(child, f"{self.name}[{number}]", self._handed_down)

    @cached_property
    def _handed_down(self) -> Provenance:
        if not self.node.is_table:
            return self.inherited
        return replace(self.provenance, range=()) if self.provenance.range else self.provenance


def grow(value: object, file: str = "<dict>", line: int | None = None, depth: int = 0) -> Node:
    """A tree from dicts and lists made in Python; raises ValueError for what no document can hold."""
    if depth > DEEPEST:
        raise ValueError(f"It is nested more than {DEEPEST} levels deep.", "Write it flatter.")
    if isinstance(value, Node):
        return value
    if isinstance(value, Mapping):
        below = {key_text(key): grow(child, file, line, depth + 1) for key, child in value.items()}
        if len(below) < len(value):
            raise ValueError("Two keys are the same when written as text.", "Give each key once.")
        return Node(below, file, line)
    if isinstance(value, list | tuple):
        return Node(tuple(grow(child, file, line, depth + 1) for child in value), file, line)
    return Node(_scalar(value), file, line)


def key_text(key: object) -> str:
    """A key as text: 1 is "1", and Python's `...` means all others."""
    if key is ...:
        return "..."
    if isinstance(key, bool):
        return "true" if key else "false"
    return key if isinstance(key, str) else str(key)


def shorten(text: str, most: int = 70) -> str:
    """At most so many characters, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 3] + "..."


def _scalar(value: object) -> Scalar:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, str | bool):
        return value
    item = value.item() if hasattr(value, "item") else value  # numpy's numbers
    if isinstance(item, int | float) and math.isfinite(item):
        return item
    if isinstance(item, float):
        raise ValueError("A number must be finite.", "Write a number such as 12 or 0.5.")
    raise ValueError(
        f"A {type(value).__name__} cannot stand in a config.", "Write a number, a text, a list or a table."
    )


def _text(node: Node) -> str:
    if isinstance(node.value, dict):
        return "{" + ", ".join(f"{key}: {_text(child)}" for key, child in list(node.value.items())[:12]) + "}"
    if isinstance(node.value, tuple):
        return "[" + ", ".join(_text(child) for child in node.value[:12]) + "]"
    if node.value is None:
        return "(nothing)"
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return str(node.value)
