"""Finding a place in a document by its path: `resources.crew.rota`, `parameters.ed.triage_time`.

Names may contain dots, so at each table the longest name that fits is tried first.
"""

from __future__ import annotations

from flowsim.errors import nearest
from flowsim.inputs.tree import PROVENANCE_KEYS, Node

Way = tuple[str, ...]

# Keys that may be left out of a document, and what they are then: a change may name them all the same.
DEFAULTS: dict[tuple[str, str], str | int | float | bool] = {
    ("sources", "multiplier"): 1,
    ("rules", "enabled"): True,
}
OPTIONAL = {"parameters": ("times",), "sources": ("multiplier", "relative", "keep"), "rules": ("enabled",),
            "resources": ("change_by_month",)}  # fmt: skip
TOP_OPTIONAL = ("warm_up", "start", "holidays")


def find(root: Node, path: str) -> Way | None:
    """The keys that lead to a path, or None if there is no such place."""
    return _find(root, path, ())


def _find(node: Node, path: str, way: Way) -> Way | None:
    if node.is_list:
        return _find_member(node, path, way)
    fitting = [key for key in node.table if path == key or path.startswith(key + ".")]
    for key in sorted(fitting, key=len, reverse=True):
        if path == key:
            return (*way, key)
        found = _find(node.table[key], path[len(key) + 1 :], (*way, key))
        if found is not None:
            return found
    if not way and path in TOP_OPTIONAL:
        return (path,)
    if len(way) in (2, 4) and path in OPTIONAL.get(way[0], ()):
        return (*way, path)
    return None


def _find_member(node: Node, path: str, way: Way) -> Way | None:
    """Members of a list are counted from 1."""
    first, dot, rest = path.partition(".")
    if not first.isdigit() or not 1 <= int(first) <= len(node.items):
        return None
    place = str(int(first))
    return _find(node.items[int(first) - 1], rest, (*way, place)) if dot else (*way, place)


def at(root: Node, way: Way) -> Node | None:
    """The node at the end of the way; None for a key that is left out."""
    node: Node | None = root
    for key in way:
        if node is None:
            return None
        node = node.items[int(key) - 1] if node.is_list else node.table.get(key)
    return node


def put(root: Node, way: Way, new: Node) -> Node:
    """A copy of the document with another value at the end of the way."""
    if not way:
        return new
    key, rest = way[0], way[1:]
    if root.is_list:
        members = list(root.items)
        members[int(key) - 1] = put(members[int(key) - 1], rest, new)
        return Node(tuple(members), root.file, root.line)
    below = root.table.get(key, Node({}, new.file, new.line))
    return root.with_key(key, put(below, rest, new))


def suggest(root: Node, path: str) -> str:
    """The nearest path that there is."""
    node, done, left = root, "", path
    while node.is_table:
        fitting = [key for key in node.table if left == key or left.startswith(key + ".")]
        if not fitting:
            break
        key = max(fitting, key=len)
        done, left, node = f"{done}{key}.", left[len(key) + 1 :], node.table[key]
    names = [key for key in node.table if key not in PROVENANCE_KEYS]
    if not names:
        return f"`{done.rstrip('.')}` is a single value." if done else ""
    near = _nearest_way(root, done, left, names)
    if near is not None:
        return f"Did you mean `{near}`?"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"Known under {done.rstrip('.') or 'the top'}: {shown}."


def _nearest_way(root: Node, done: str, left: str, names: list[str]) -> str | None:
    """The nearest name here, with the rest of the path after it if that exists."""
    words = left.split(".")
    for length in range(1, len(words) + 1):
        near = nearest(".".join(words[:length]), names)
        if near is not None:
            whole = ".".join((done + near, *words[length:]))
            if find(root, whole) is not None:
                return whole
    near = nearest(words[0], names) or nearest(left, names)
    return None if near is None else done + near
