"""YAML 1.2 text into a tree with line numbers, without any of YAML's surprises.

Files may come from strangers: no tags, no anchors, no merge keys, and a bound on size. Only plain
true, false, null and decimal numbers are not text: `20:00`, `no` and `18-64` stay as they are written.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from flowsim.errors import ConfigError, Problem
from flowsim.inputs.tree import DEEPEST, Node, Scalar, shorten
from flowsim.kept import kept

LARGEST_FILE = 2_000_000  # bytes; a whole health economy takes about a tenth
_STANDARD = {"str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge", "value"}
_WHOLE = re.compile(r"-?\d[\d_]*")
_FRACTION = re.compile(r"-?(\d[\d_]*)?\.?\d[\d_]*\.?([eE][+-]?\d+)?")


def read_yaml(path: Path, shown: str) -> Node:
    """The tree of a file; raises ConfigError with the line when it cannot be read."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            remedy = "Put long lists in a CSV trace."
            raise _refused(shown, None, f"The file has {size:,} bytes; the most is {LARGEST_FILE:,}.", remedy)
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(shown, None, "The file is not plain text.", "Save it as UTF-8.") from None
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise _refused(
            shown, None, f"The file cannot be read: {reason}.", "Check its name and its rights."
        ) from None
    return _kept_tree(text, shown)


@lru_cache(maxsize=64)  # a sweep reads the same files hundreds of times, and trees are never changed
def _kept_tree(text: str, shown: str) -> Node:
    """The tree of a file's text, from the user's cache folder if it was read before: parsing a place takes seconds."""
    makers = (Path(__file__), Path(__file__).with_name("tree.py"))
    asked = f"ruamel.yaml {version('ruamel.yaml')} {text}"
    packed = kept("yaml", asked, makers, lambda: json.dumps(_packed(parse_yaml(text, shown))).encode())
    return _unpacked(json.loads(packed), shown)


def _packed(node: Node) -> list[Any]:
    """A tree as lists of line, kind and value, which JSON writes without loss."""
    if isinstance(node.value, dict):
        return [node.line, "table", {key: _packed(child) for key, child in node.value.items()}]
    if isinstance(node.value, tuple):
        return [node.line, "list", [_packed(child) for child in node.value]]
    return [node.line, "scalar", node.value]


def _unpacked(packed: list[Any], shown: str) -> Node:
    line, kind, value = packed
    if kind == "table":
        return Node({key: _unpacked(child, shown) for key, child in value.items()}, shown, line)
    if kind == "list":
        return Node(tuple(_unpacked(child, shown) for child in value), shown, line)
    return Node(value, shown, line)


def parse_yaml(text: str, shown: str = "<text>") -> Node:
    """The tree of a YAML text."""
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        raise _syntax(shown, error) from None
    except RecursionError:
        raise _refused(
            shown, None, f"It is nested more than {DEEPEST} levels deep.", "Write it flatter."
        ) from None
    except (ValueError, NotImplementedError):
        raise _refused(shown, None, "This is not YAML.", "Check it in an editor that knows YAML.") from None
    if root is None:
        return Node({}, shown, 1)
    growing = _Growing(shown)
    tree = growing.node(root, root.start_mark.line + 1, ())
    if growing.found:
        raise ConfigError(growing.found)
    return tree


@dataclass
class _Growing:
    """Making our tree from ruamel's, and noting what may not stand in it."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def node(self, node: Any, line: int, way: tuple[str, ...]) -> Node:
        own = node.start_mark.line + 1
        tag = str(node.tag)
        if getattr(node, "anchor", None):
            self.refuse(
                own, way, f"&{node.anchor}", "Anchors and aliases are not used here.", "Write the value out."
            )
        elif not tag.startswith("tag:yaml.org,2002:") or tag.rpartition(":")[2] not in _STANDARD:
            self.refuse(own, way, shorten(tag), "Tags are not used here.", "Leave the `!...` out.")
        elif len(way) > DEEPEST:
            self.refuse(
                own, way[:3], "", f"It is nested more than {DEEPEST} levels deep.", "Write it flatter."
            )
        elif isinstance(node, ScalarNode):
            return Node(_scalar(node), self.file, line)
        elif isinstance(node, SequenceNode):
            below = [self.node(child, child.start_mark.line + 1, (*way, "")) for child in node.value]
            return Node(tuple(below), self.file, line)
        else:
            return Node(self.table(node, way), self.file, line)
        return Node(None, self.file, line)

    def table(self, node: MappingNode, way: tuple[str, ...]) -> dict[str, Node]:
        table: dict[str, Node] = {}
        for key_node, child in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode) or getattr(key_node, "anchor", None):
                self.refuse(line, way, "", "A key must be a plain name.", "Write `name: value`.")
                continue
            key = str(key_node.value)
            if key == "<<":
                self.refuse(line, (*way, key), "", "Merge keys are not used here.", "Write the values out.")
            elif key in table:
                first = table[key].line
                self.refuse(
                    line, (*way, key), "", f"This is given twice; first on line {first}.", "Keep one of them."
                )
            else:
                table[key] = self.node(child, line, (*way, key))
        return table

    def refuse(self, line: int, way: tuple[str, ...], value: str, what: str, remedy: str) -> None:
        self.found.append(Problem(self.file, line, ".".join(key for key in way if key), value, what, remedy))


def _scalar(node: ScalarNode) -> Scalar:
    text = str(node.value)
    if node.style is not None:
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if len(text) <= 40 and _WHOLE.fullmatch(text):
        return int(text.replace("_", ""))
    if len(text) <= 40 and _FRACTION.fullmatch(text):
        number = float(text.replace("_", ""))
        return number if abs(number) < float("inf") else text
    return text


def _syntax(file: str, error: YAMLError) -> ConfigError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = str(getattr(error, "problem", "") or "")
    line = None if mark is None else mark.line + 1
    what, remedy = "This line is not YAML.", "Check the indentation, the colons and the brackets."
    if "\\t" in said or "tab" in said:
        what, remedy = "A tab cannot be used to indent.", "Use spaces."
    elif "mapping values are not allowed" in said:
        what, remedy = "There is a second `: ` on this line.", "Put quotes round a text that contains `: `."
    elif "expected ',' or" in said:
        what, remedy = (
            "A bracket is not closed, or a comma is missing.",
            "Check the brackets from this line upwards.",
        )
    elif "single document" in said:
        what, remedy = "The file holds more than one document.", "Take the line `---` out."
    return _refused(file, line, what, remedy)


def _refused(file: str, line: int | None, what: str, remedy: str) -> ConfigError:
    return ConfigError([Problem(file, line, "", "", what, remedy)])
