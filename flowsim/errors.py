"""The names of everything that can go wrong, and how it is told.

A message says where (file, line, field), what was written there, what is wrong with it, and what to
do instead. All that is wrong is told at once, so that nobody mends a file one message at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

LONGEST_NAME = 200  # nothing resembles a longer one, and comparing it would take minutes


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, with its place and its remedy; a part that does not apply is left empty."""

    file: str = ""
    line: int | None = None
    field: str = ""
    value: str = ""
    what: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        field = f"{self.field} = {self.value}" if self.field and self.value else self.field or self.value
        head = ": ".join(part for part in (place, field) if part)
        lines = [head] if head else []
        lines += [f"    {text}" for text in (self.what, self.remedy) if text]
        return "\n".join(lines)


class FlowsimError(Exception):
    """Something that the user can put right; anything else that is raised is our own mistake."""


class ConfigError(FlowsimError):
    """A config, an option or an experiment cannot be used as it is written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return tell(self.problems)


class ModelError(FlowsimError):
    """A model cannot work, whatever the numbers, or does not fit the config that it was given."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return tell(self.problems)


class RunError(FlowsimError):
    """A run could not go on: a patient who never stops, a log of another program."""


class PlaceNotFound(FlowsimError):
    """A model, a place or an experiment that is not where it was looked for."""

    def __init__(self, what: str, looked: Sequence[str] = (), known: Sequence[str] = ()) -> None:
        self.what, self.looked, self.known = what, tuple(looked), tuple(known)
        super().__init__(what, self.looked, self.known)

    def __str__(self) -> str:
        lines = [self.what]
        if self.looked:
            lines += ["Looked in:"] + [f"    {place}" for place in self.looked]
        if self.known:
            lines.append(f"There is: {', '.join(self.known)}.")
        return "\n".join(lines)


def tell(problems: Sequence[Problem]) -> str:
    """Every problem, one block each, with an empty line between."""
    return "\n\n".join(str(problem) for problem in problems)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like the one that was written, if any does."""
    names = list(known)
    if len(word) > LONGEST_NAME:
        return None
    lowered = {name.lower(): name for name in names}
    if word.lower() in lowered:
        return lowered[word.lower()]
    found = get_close_matches(word, names, n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "Check its spelling.") -> str:
    """A remedy for a name that is not known: the nearest one, else the list of all (if it is short)."""
    names = list(known)
    name = nearest(word, names)
    if name is not None:
        return f"Did you mean `{name}`?"
    if names and len(names) <= 20:
        return f"Known here: {', '.join(names)}."
    return otherwise
