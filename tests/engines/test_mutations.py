"""Would the random models notice? An engine that breaks one rule is told from the sound one, for each of many rules."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import flowsim.engines
from flowsim.engines.simpy_engine import SimpyEngine
from tests.engines.agreement import OTHERS, Outcome, assert_same, by_name, outcome
from tests.engines.mutations import MUTATIONS, Mutation
from tests.engines.random_models import Built, built, recipe_of
from tests.engines.tiny_models import tiny_models

pytestmark = pytest.mark.contract

MOST_MODELS = 250
"""As many as one part of the test of equality has."""


@cache
def sound(number: int) -> tuple[Built, Outcome] | None:
    """A random model (below 0, a written one), and what comes of it in an engine that nobody has broken."""
    model = built(recipe_of(number)) if number >= 0 else list(tiny_models().values())[number]
    return model and (model, outcome(by_name(OTHERS[0]), model.program, model.arrivals()))


def notices(broken: Mutation, model: Built, expected: Outcome) -> bool:
    """Does the broken engine give something else, or break down?"""
    with pytest.MonkeyPatch.context() as patch:
        broken.apply(patch)
        try:
            found = outcome(SimpyEngine, model.program, model.arrivals())
            assert_same(expected, found, model.program)
        except Exception:  # noqa: BLE001 - a broken engine may break down in any way
            return True
    return False


def first_to_notice(broken: Mutation) -> int | None:
    """The number of the first model that tells the broken engine from the sound one."""
    for number in range(-len(tiny_models()), MOST_MODELS):
        known = sound(number)
        if known is not None and notices(broken, *known):
            return number
    return None


@pytest.mark.parametrize("broken", MUTATIONS, ids=lambda broken: f"{broken.rule}: {broken.does}")
def test_a_broken_rule_is_noticed(broken):
    assert first_to_notice(broken) is not None


def test_an_engine_that_nobody_broke_is_not_accused():
    nothing = Mutation(0, "all that it should", lambda patch: None)
    assert not any(notices(nothing, *known) for number in range(20) if (known := sound(number)))


def test_every_rule_that_is_broken_stands_in_the_contract():
    contract = (Path(flowsim.engines.__file__).parent / "contract.md").read_text(encoding="utf-8")
    rules = {int(number) for number in re.findall(r"(?m)^## (\d+)\.", contract)}
    assert {broken.rule for broken in MUTATIONS} <= rules
    assert {2, 3, 4, 5, 6, 7, 8, 9, 11, 13} <= {broken.rule for broken in MUTATIONS}
