"""Two engines under one contract: for thousands of random models they give the same, to the byte."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from flowsim import pathway as language
from flowsim.engines import ENGINES
from flowsim.pathway import Model
from tests.architecture.source import ROOT
from tests.engines.agreement import OTHERS, check_resumed, check_runs
from tests.engines.as_code import config_as_code, model_as_code
from tests.engines.coverage import table
from tests.engines.random_models import built, recipe_of
from tests.engines.tiny_models import tiny_models
from tests.engines.trying import check_models
from tests.support import compiled

pytestmark = pytest.mark.contract

PARTS, MODELS_A_PART = 8, 250
PARTS_RESUMED, MODELS_RESUMED = 4, 100


def numbers_of(part: int, many: int) -> range:
    return range(part * many, (part + 1) * many)


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_engine_gives_the_same_bytes(part, engine):
    check_models(lambda model: check_runs(model, engine), numbers_of(part, MODELS_A_PART))


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("story", tiny_models())
def test_every_engine_tells_the_same_story(story, engine):
    check_runs(tiny_models()[story], engine)
    check_resumed(tiny_models()[story])


@pytest.mark.parametrize("part", range(PARTS_RESUMED))
def test_whoever_saves_and_whoever_goes_on_the_bytes_are_the_same(part):
    check_models(check_resumed, numbers_of(part + 100, MODELS_RESUMED))


@pytest.mark.skipif("compiled" not in ENGINES, reason="there is no compiled engine yet")
def test_the_compiled_engine_gives_the_same_bytes_without_its_compiler():
    """So a fault can be looked for with a debugger, and coverage be measured."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.engines.fuzz", "30", "0"], cwd=ROOT, text=True, capture_output=True,
        check=False, env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


# --- the random models themselves --------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(40))
def test_a_random_config_is_what_would_be_read(number):
    """The quick way to a config and the usual one lead to the same program."""
    made = built(recipe_of(number))
    assert made is not None
    assert compiled(made.model, made.document).sha256 == made.program.sha256


@pytest.mark.parametrize("number", range(40))
def test_a_random_model_can_be_pasted_into_a_test(number):
    made = built(recipe_of(number))
    assert made is not None
    assert eval(model_as_code(made.model), {**vars(language), "Model": Model}) == made.model
    assert eval(config_as_code(made.document)) == made.document


def test_random_models_reach_what_engines_could_get_wrong():
    """`python -m tests.engines.coverage` prints the table."""
    found, refused, _ = table(range(200))
    assert refused <= 2
    often = (
        "row INTERRUPTED", "row LEFT DISPLACED", "row LEFT GAVE_UP", "row LEFT GRANTED_ELSEWHERE", "row TURNED_AWAY",
        "row PRIORITY", "row START of a return", "run a rule acts", "run capacity below what is in use",
        "run two victims at one instant", "tie GRANT + LEFT GAVE_UP", "tie GRANT + CAPACITY", "tie RELEASE + JOIN",
        "tie INTERRUPTED + RELEASE", "verb wait_until", "verb come_back", "option hold restart",
        "option hold go elsewhere", "option hold resume",
    )  # fmt: skip
    assert {what: found[what] for what in often if found[what] < 10} == {}
