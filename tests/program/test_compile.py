"""From names to numbers: classes, shares, factors; and a digest that is the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flowsim.pathway import CARRY_ON, pathway
from flowsim.program.tables import thresholds
from tests.engines.tiny import numbers, play, tells, tiny
from tests.sampling.small import config, model, program
from tests.support import compiled

pytestmark = pytest.mark.unit


def test_the_digest_of_a_program_is_the_same_in_every_process():
    """Whatever Python's hash seed, so that workers and stored runs can be matched by it."""
    root = Path(__file__).parents[2]
    script = "from tests.sampling.small import program; print(program().sha256)"
    told = {
        subprocess.run([sys.executable, "-c", script], cwd=root, text=True, capture_output=True, check=True,
                       env={**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": seed}).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert told == {program().sha256}


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": {"ed.triage_time": "7 min"}},
        {"parameters": {"ed.again": {"value": 0.11}}},
        {"resources": {"bed": {"capacity": 31}}},
        {"resources": {"bed": {"rota": {"mon-fri 08:00-20:00": 30}}}},
        {"sources": {"walk_in": {"rate": "6.1/h", "mix": {"acuity": {"1": 1}}}}},
    ],
)
def test_a_change_of_any_number_changes_the_digest(change):
    assert program(**change).sha256 != program().sha256


def test_what_does_not_matter_does_not_change_the_digest():
    again = compiled(model(), {**config(), "title": "Another title"})
    assert again.sha256 == program().sha256


def test_a_duration_has_the_value_of_the_patients_class_and_its_factors():
    ed = pathway("ed").hold("ed.time").leave("home")
    time = {"by": ["acuity"], "values": {"1": "10 min", "...": "20 min"},
            "times": [{"by": ["month"], "values": {"jan": 1.5, "...": 1}}, 0.5]}  # fmt: skip
    run = play(ed, who={"a": 0, "b": (0, {"acuity": "1"})}, times={"ed.time": time})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 1: starts from door
        00:07:30 1: leaves: home
        00:15 0: leaves: home
    """,
    )


def shares_of(written, **targets):
    ed = pathway("ed").choose("ed.way", **targets).leave("home")
    made = compiled(tiny(ed), numbers({"a": 0}, {}, {"ed.way": written}))
    shares = made.steps[0].shares
    upto = [0, *(int(value) / 2**64 for value in shares.upto[0])]
    return {name: round(b - a, 9) for name, a, b in zip(shares.names, upto, upto[1:], strict=False)}


def test_factors_on_shares_multiply_the_odds_of_the_named():
    """Odds 1:3 doubled are 2:3."""
    written = {"a": 0.25, "b": "rest", "times": [{"names": ["a"], "values": 2}]}
    assert shares_of(written, a=CARRY_ON, b=CARRY_ON) == {"a": 0.4, "b": 0.6}


def test_two_steps_may_use_one_parameter_with_their_branches_in_any_order():
    ed = (
        pathway("ed")
        .choose("ed.way", a=CARRY_ON, b="gone")
        .choose("ed.way", b="gone", a=CARRY_ON, label="again")
        .leave("home")
    )
    run = play(ed, pathway("gone").leave("gone"), who={"x": 0}, times={"ed.way": {"a": 1, "b": 0}})
    tells(
        run,
        """
        00:00 0: starts from door
        00:00 0: leaves: home
    """,
    )


def test_a_share_of_zero_is_never_chosen_and_the_last_takes_the_rest():
    upto = thresholds([0, 0.5, 0.5, 0])
    assert upto.tolist() == [0, 2**63, 2**64 - 1, 2**64 - 1]
    assert thresholds([0.5, 0, 0.5]).tolist() == [2**63, 2**63, 2**64 - 1]


def test_a_new_step_has_a_stream_of_its_own_and_old_streams_stay():
    base = {step.label: step.stream for step in program().steps if hasattr(step, "stream")}
    more = program(
        more_steps=True, parameters={"ed.advice": {"told": 0.5, "not_told": "rest"}, "ed.greeting": "1 min"}
    )
    now = {step.label: step.stream for step in more.steps if hasattr(step, "stream")}
    assert base.items() <= now.items()
    assert len(set(now.values())) == len(now)
