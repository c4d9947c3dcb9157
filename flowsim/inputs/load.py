"""Finding the text of a config: a folder with `config.yaml`, a file, or a dict; and its includes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsim.errors import ConfigError, PlaceNotFound, Problem
from flowsim.inputs.reading import Reading
from flowsim.inputs.traces import file_inside
from flowsim.inputs.tree import PROVENANCE_KEYS, Node, Spot, grow
from flowsim.inputs.yaml_text import read_yaml

MOST_INCLUDES = 100
# Sections that several files may add to; anything else stands in one file.
SECTIONS = (
    "attributes",
    "periods",
    "sources",
    "resources",
    "calendars",
    "rules",
    "parameters",
    "options",
    "population",
)


@dataclass(frozen=True)
class Loaded:
    """A whole document, with the folder that it came from (none for a dict) and its files."""

    root: Node
    folder: Path | None
    files: tuple[str, ...]
    name: str


def load(source: Path | str | Mapping[str, Any], folder: Path | None = None) -> Loaded:
    """The document of a place, its included files merged."""
    if isinstance(source, Mapping):
        try:
            return Loaded(grow(source), folder, (), "unnamed")
        except ValueError as error:
            what, remedy = error.args if len(error.args) == 2 else (str(error), "")
            raise ConfigError([Problem("<dict>", None, "", "", str(what), str(remedy))]) from None
    path = Path(source)
    main = path / "config.yaml" if path.is_dir() else path
    if not main.is_file():
        raise PlaceNotFound(f"There is no config at {path}.", [str(main)])
    root = read_yaml(main, main.name)
    if not root.is_table:
        raise ConfigError(
            [Problem(main.name, root.line, "", root.text(), "A config is a table.", "Write `name: ...`.")]
        )
    found: list[Problem] = []
    root, files = _with_includes(root, main, found)
    if found:
        raise ConfigError(found)
    return Loaded(root, main.parent, files, path.stem if path.is_file() else path.resolve().name)


def _with_includes(root: Node, main: Path, found: list[Problem]) -> tuple[Node, tuple[str, ...]]:
    listed = root.table.get("include")
    if listed is None or not listed.is_list:
        return root, (main.name,)
    reading = Reading()
    spot = Spot(listed, "include")
    files = [main.name]
    if len(listed.items) > MOST_INCLUDES:
        reading.refuse(spot, f"More than {MOST_INCLUDES} files are included.", "Put some together.")
    for member in list(spot.members())[:MOST_INCLUDES]:
        path = file_inside(reading, member, main.parent)
        if path is None:
            continue
        shown = str(member.node.value)
        if shown in files:
            reading.refuse(member, "This file is already part of the config.", "Name each file once.")
            continue
        files.append(shown)
        try:
            part = read_yaml(path, shown)
        except ConfigError as error:
            found.extend(error.problems)
            continue
        root = _merged(root, part, found)
    found.extend(reading.problems)
    return root, tuple(files)


def _merged(root: Node, part: Node, found: list[Problem]) -> Node:
    """The document with a further file added; what is given twice is noted."""
    if not part.is_table:
        found.append(
            Problem(part.file, part.line, "", part.text(), "A config is a table.", "Write `parameters: ...`.")
        )
        return root
    for key, child in part.table.items():
        there = root.table.get(key)
        if key == "include":
            found.append(
                Problem(
                    part.file, child.line, key, "", "Only the main file can include others.", "Move it there."
                )
            )
        elif key in PROVENANCE_KEYS:
            remedy = "Write it in the main file, where it counts for every number, or beside the numbers."
            found.append(
                Problem(
                    part.file, child.line, key, child.text(), f"`{key}` stands at the top of a part.", remedy
                )
            )
        elif there is None:
            root = root.with_key(key, child)
        elif key == "schema" and child.value == there.value:
            continue
        elif key == "observed" and there.is_list and child.is_list:
            root = root.with_key(key, Node((*there.items, *child.items), there.file, there.line))
        elif key in SECTIONS and there.is_table and child.is_table:
            root = root.with_key(key, _joined(key, there, child, found))
        else:
            found.append(_twice(key, child, there))
    return root


def _joined(section: str, there: Node, added: Node, found: list[Problem]) -> Node:
    for key, child in added.table.items():
        if key in there.table:
            found.append(_twice(f"{section}.{key}", child, there.table[key]))
        else:
            there = there.with_key(key, child)
    return there


def _twice(name: str, second: Node, first: Node) -> Problem:
    what = f"This is already given in {first.file}, line {first.line}."
    return Problem(second.file, second.line, name, "", what, "Keep one of them.")
