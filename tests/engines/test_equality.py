"""Two engines under one contract: for thousands of random models they give the same, to the byte."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, reject, seed, settings

from tests.engines.agreement import OTHERS, check_resumed, check_runs
from tests.engines.random_models import Built, Recipe, built, recipe_of, recipes
from tests.support import compiled

pytestmark = pytest.mark.contract

PARTS, MODELS_A_PART = 8, 250
PARTS_RESUMED, MODELS_RESUMED = 4, 100


def for_random_models(check: Callable[[Built], None], part: int, many: int) -> None:
    """Hypothesis draws models, and if one fails finds a smaller one that does; each part draws others."""

    @seed(part)
    @settings(
        max_examples=many, deadline=None, database=None, phases=(Phase.generate, Phase.shrink),
        suppress_health_check=tuple(HealthCheck),
    )  # fmt: skip
    @given(recipes())
    def drawn(recipe: Recipe) -> None:
        found = built(recipe)
        if found is None:
            reject()
        check(found)

    drawn()


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_engine_gives_the_same_bytes(part, engine):
    for_random_models(lambda model: check_runs(model, engine), part, MODELS_A_PART)


@pytest.mark.parametrize("part", range(PARTS, PARTS + PARTS_RESUMED))
def test_whoever_saves_and_whoever_goes_on_the_bytes_are_the_same(part):
    for_random_models(check_resumed, part, MODELS_RESUMED)


@pytest.mark.parametrize("number", range(40))
def test_a_random_config_is_what_would_be_read(number):
    """The quick way to a config and the usual one lead to the same program."""
    made = built(recipe_of(number))
    assert made is not None
    assert compiled(made.model, made.document).sha256 == made.program.sha256


def test_nearly_every_random_model_is_a_model():
    assert sum(built(recipe_of(number)) is None for number in range(100)) <= 2
