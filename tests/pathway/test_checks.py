"""Wrong models are refused with the name, the place and the remedy."""

from __future__ import annotations

import pytest

from flowsim.errors import FlowsimError
from flowsim.inputs.read import read_config
from flowsim.pathway import Model, load_model, pathway
from flowsim.pathway.checks import check_model, find_problems
from flowsim.program import compile_program
from tests.pathway.wrong_models import WRONG, fitting, ward

pytestmark = pytest.mark.unit


def build(make):
    """Make, check and compile."""
    made = make()
    model, config = made if isinstance(made, tuple) else (made, None)
    check_model(model)
    if config is not None:
        known = {attribute.name: attribute.values for attribute in model.attributes}
        compile_program(model, read_config({"schema": 1, "name": "here", **config}, attributes=known))


def said_of(make):
    """What is said of a wrong model, or of a config that does not fit it."""
    with pytest.raises(FlowsimError) as told:
        build(make)
    return str(told.value)


@pytest.mark.parametrize(("make", "text"), [entry[1:] for entry in WRONG], ids=[entry[0] for entry in WRONG])
def test_a_wrong_model_is_refused(make, text):
    assert said_of(make) == text


def test_the_model_that_the_wrong_ones_are_made_of_is_right():
    build(fitting)


def test_every_problem_is_told_at_once():
    model = ward(pathway("ed").use("bedd", "ed.time").use("chair", "ed.time", label="b").then("nowhere"))
    assert len(list(find_problems(model))) == 5


def test_the_urgent_care_model_is_right():
    model = load_model("urgent_care")
    assert isinstance(model, Model)
    check_model(model)
