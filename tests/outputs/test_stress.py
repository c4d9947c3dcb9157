"""The STRESS-DES document is made of the model, the config and the run."""

from __future__ import annotations

import re

import pytest

from flowsim.inputs.values import Cells, Distribution, Parameter, Provenance
from flowsim.outputs.report import Asked
from flowsim.outputs.stress import law, stress_des
from tests.outputs.test_report import studied

pytestmark = pytest.mark.unit
ITEMS = ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.5", "3.1", "3.2", "3.3",
         "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1"]  # fmt: skip


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    study = studied(tmp_path_factory.mktemp("it"), days=7)
    return stress_des(study, "flowsim run clinic", Asked(question="Is it worth it?", prediction="Yes."))


def test_every_item_of_the_checklist_is_there_once_and_in_order(text):
    assert re.findall(r"^\*\*([\d.]+) ", text, re.MULTILINE) == ITEMS


def test_it_says_what_the_run_was(text):
    assert "**1.1 Purpose.** Is it worth it?" in text
    assert "| A third nurse | `resources.nurse.capacity`: +1 |" in text
    assert "| visit.hold:see | see | exponential (mean 18 min) |" in text
    assert "| Nurses | no | 2 |" in text
    assert "| home | hill, valley |" in text
    assert "**4.3 Replications.** 3 of each scenario, seed 1." in text
    assert "1 published" in text
    assert text.endswith("    flowsim run clinic\n")


def test_what_nobody_can_know_from_the_run_is_left_to_be_written(text):
    assert text.count("*To be written by whoever uses this result.*") == 3


def test_a_law_that_differs_by_patient_says_by_what():
    cells = Cells(("site",), {(name,): Distribution("constant", {"value": 60_000.0 * at})
                              for at, name in enumerate(("a", "b", "c", "d"), 1)})  # fmt: skip
    parameter = Parameter("x", cells, (), Provenance(), "")
    assert law(parameter) == (
        "by site: constant (value 1 min); constant (value 2 min); constant (value 3 min) and 1 more"
    )
