"""How a problem of a model is told, and the hint that goes with a name that is not known."""

from __future__ import annotations

from collections.abc import Iterable

from flowsim.errors import Problem
from flowsim.errors import nearest as nearest_name
from flowsim.pathway.model import Model


def problem(model: Model, field: str, value: object, what: str, remedy: str) -> Problem:
    """A problem in the model (which has no line numbers: the step's label is its place)."""
    return Problem(
        file=f"model {model.name}", line=None, field=field, value=str(value), what=what, remedy=remedy
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint such as ` (did you mean "ward"?)`, or nothing."""
    close = nearest_name(name, known)
    return f' (did you mean "{close}"?)' if close else ""
