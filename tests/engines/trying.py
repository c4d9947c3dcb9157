"""Check many random models; of the first that fails, tell the smallest like it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.engines.as_code import config_as_code, model_as_code
from tests.engines.random_models import MINUTE, Built, Recipe, built, recipe_of
from tests.engines.shrinking import shrunk

Check = Callable[[Built], None]
"""Raises if something is wrong with the runs of a model."""


def fault(check: Check, recipe: Recipe) -> Exception | None:
    """What is wrong with a model, if anything; a model that is refused has no fault."""
    model = built(recipe)
    if model is None:
        return None
    try:
        check(model)
    except Exception as found:  # noqa: BLE001 - an engine may break in any way
        return found
    return None


def check_models(check: Check, numbers: Iterable[int], seconds: float = 60) -> None:
    """AssertionError with the smallest model found, and with what is wrong, if one of these models fails."""
    for number in numbers:
        recipe = recipe_of(number)
        first = fault(check, recipe)
        if first is not None:
            kind = type(first)
            small = shrunk(recipe, lambda other, kind=kind: isinstance(fault(check, other), kind), seconds)
            raise AssertionError(told(number, small, fault(check, small) or first)) from first


def told(number: int, recipe: Recipe, found: Exception) -> str:
    """The model, its config and what is wrong."""
    model = built(recipe)
    assert model is not None
    window = (
        f"from {model.begin // MINUTE} to {model.until // MINUTE} min, saved at {model.cut / MINUTE:g} min"
    )
    lines = (
        f"Random model {number}, made smaller; seed {model.seed}, {window}:",
        "",
        f"model = {model_as_code(model.model)}",
        f"config = {config_as_code(model.document)}",
        "",
        f"{type(found).__name__}: {found}",
    )
    return "\n".join(lines)
