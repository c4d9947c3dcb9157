"""A recipe that shows a fault is made smaller, as long as it still shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic
from typing import TypeVar

from tests.engines.random_models import Recipe

Row = TypeVar("Row")
Rows = tuple[bytes, ...]
SECTIONS = ("patients", "rules", "resources")
LEAST = {"patients": 1, "rules": 0, "resources": 1}


def shrunk(recipe: Recipe, fails: Callable[[Recipe], bool], seconds: float = 60) -> Recipe:
    """The smallest recipe found that still fails: every simpler one nearby does not (or time is up)."""
    end = monotonic() + seconds
    found = True
    while found and monotonic() < end:
        found = False
        simpler = _simpler(recipe)
        while (other := next(simpler, None)) is not None and monotonic() < end:
            if fails(other):
                # Go on from here with the same kind of step: what worked once works again.
                recipe, found, simpler = other, True, _simpler(other)
    return recipe


def _simpler(recipe: Recipe) -> Iterator[Recipe]:
    """Simpler recipes, the boldest first: without whole pathways, blocks and rows, then with smaller bytes."""
    yield from (replace(recipe, pathways=fewer) for fewer in _without(recipe.pathways, 1))
    for section in SECTIONS:
        rows: Rows = getattr(recipe, section)
        yield from (replace(recipe, **{section: fewer}) for fewer in _without(rows, LEAST[section]))
    for at, blocks in enumerate(recipe.pathways):
        yield from (_with_pathway(recipe, at, fewer) for fewer in _without(blocks, 1))
    yield from (replace(recipe, head=head) for head in _lower(recipe.head))
    for at, blocks in enumerate(recipe.pathways):
        yield from (_with_pathway(recipe, at, lower) for lower in _lower_rows(blocks))
    for section in SECTIONS:
        yield from (replace(recipe, **{section: lower}) for lower in _lower_rows(getattr(recipe, section)))


def _with_pathway(recipe: Recipe, at: int, blocks: Rows) -> Recipe:
    return replace(recipe, pathways=(*recipe.pathways[:at], blocks, *recipe.pathways[at + 1 :]))


def _without(rows: tuple[Row, ...], least: int) -> Iterator[tuple[Row, ...]]:
    """Without any of the rows, half of them, a quarter, ... and each alone."""
    many = len(rows)
    while many:
        for at in range(len(rows) - many, -1, -many):
            if len(rows) - many >= least:
                yield rows[:at] + rows[at + many :]
        many //= 2


def _lower_rows(rows: Rows) -> Iterator[Rows]:
    for at, row in enumerate(rows):
        yield from ((*rows[:at], lower, *rows[at + 1 :]) for lower in _lower(row))


def _lower(row: bytes) -> Iterator[bytes]:
    """All zero; zero from somewhere on; then each byte zero."""
    if any(row):
        yield bytes(len(row))
    for at, byte in enumerate(row):
        if byte:
            if any(row[at + 1 :]):
                yield row[: at + 1] + bytes(len(row) - at - 1)
            yield row[:at] + b"\0" + row[at + 1 :]
