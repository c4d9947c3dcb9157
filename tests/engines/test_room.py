"""The compiled engine stops for room, for the log and for another week, and nobody can tell from the bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from flowsim.engines import ENGINES, compiled_engine, start
from flowsim.engines.compiled.blocks import Layout
from flowsim.pathway import Model, Pathway, pathway, resource, source
from flowsim.program import Program
from flowsim.program.timetables import DAY, WEEK
from flowsim.sampling import draw_arrivals
from flowsim.sampling.arrivals import Arrivals
from tests.engines.agreement import Outcome, assert_same, by_name, outcome
from tests.support import compiled

pytestmark = pytest.mark.contract

MANY = 2_500
"""More than a table has rows at first, several times over."""


def both(program: Program, arrivals: Arrivals) -> Outcome:
    """The compiled engine's outcome, which is SimPy's too."""
    found = outcome(by_name("compiled"), program, arrivals)
    assert_same(outcome(by_name("simpy"), program, arrivals), found, program)
    return found


def clinic(*pathways: Pathway, rooms: dict[str, Any], come: Any, **times: str | float) -> Program:
    """A model whose one source starts at the first pathway."""
    model = Model(
        name="clinic",
        resources=tuple(resource(name) for name in rooms),
        sources=(source("door", to=pathways[0].name),),
        pathways=pathways,
    )
    config = {
        "start": "2018-01-01",
        "sources": {"door": come},
        "resources": rooms,
        "parameters": dict(times),
    }
    return compiled(model, config)


def at_once(many: int, minute: int = 0) -> list[dict[str, str]]:
    """Rows of a trace: so many at one instant."""
    return [{"id": f"{minute} {number:04}", "time": f"{minute} min"} for number in range(many)]


VISIT = pathway("visit").use("nurse", "see").leave("home")


# --- room in the tables ------------------------------------------------------------------------------------------


@pytest.fixture
def laid_out(monkeypatch):
    """How long the block was each time that it was laid out."""
    lengths = []

    def counting(self: Layout, *given: Any) -> Any:
        lengths.append(len(made := plain(self, *given)))
        return made

    plain = Layout._laid_out
    monkeypatch.setattr(Layout, "_laid_out", counting)
    return lengths


def test_hundreds_wait_and_the_block_is_laid_out_anew_again_and_again(laid_out):
    """Queues of two pools, timers that ring while others wait, and units in the hands of all who are in."""
    program = clinic(
        pathway("visit")
        .seize("hall")
        .seize(first_of=("nurse", "doctor"), patience="patience", on_leave="gone")
        .hold("see")
        .release(("nurse", "doctor"))
        .release("hall")
        .come_back("again", "later", to="visit")
        .leave("home"),
        pathway("gone").release("hall").leave("home"),
        rooms={"hall": {"capacity": MANY}, "nurse": {"capacity": 2}, "doctor": {"capacity": 1}},
        come={"trace": at_once(MANY) + at_once(MANY, 700)},
        see="7 min",
        patience="600 min",
        again=0.5,
        later="2 h",
    )
    run = both(program, draw_arrivals(program, 1, 0, 0, 2 * DAY))
    assert run.engine.started > 2 * MANY
    assert len(laid_out) >= 5
    assert laid_out == sorted(laid_out)


def test_journeys_to_come_find_room(laid_out):
    """Nobody is inside, and thousands are to come back."""
    program = clinic(
        pathway("visit").come_back("again", "later", to="second").leave("home"),
        pathway("second").mark("back").leave("home"),
        rooms={"nurse": {"capacity": 1}},
        come={"trace": at_once(MANY)},
        again=1,
        later={"uniform": {"min": "1 h", "max": "9 h"}},
    )
    run = both(program, draw_arrivals(program, 1, 0, 0, DAY))
    assert run.engine.started == 2 * MANY
    assert len(laid_out) >= 4


def test_a_state_of_thousands_finds_room(laid_out):
    program = clinic(VISIT, rooms={"nurse": {"capacity": 3}}, come={"trace": at_once(MANY)}, see="10 min")
    first = both(program, draw_arrivals(program, 1, 0, 0, DAY))
    assert len(first.state) > 2_000
    rest = draw_arrivals(program, 1, 0, DAY, 9 * DAY)
    after = [outcome(by_name(engine), program, rest, first.state) for engine in ENGINES]
    assert_same(*after, program)
    assert after[0].engine.inside == []


def block_after(program: Program, weeks: int) -> int:
    """How many numbers a run's block has after some weeks."""
    engine = start(program, draw_arrivals(program, 1, 0, 0, weeks * WEEK), "compiled")
    for _ in engine.run():
        pass
    return len(engine.now)


def test_a_steady_place_needs_no_more_room_after_twenty_weeks_than_after_one():
    """Whoever has left, rung, been served or come back has given the place back."""
    program = clinic(
        pathway("visit")
        .mark("came")
        .seize("nurse", patience="patience", on_leave="gone")
        .hold("see")
        .release("nurse", after="clean")
        .come_back("again", "later", to="visit")
        .leave("home"),
        pathway("gone").leave("home"),
        rooms={"nurse": {"capacity": 2}},
        come={"rate": "6/h"},
        see={"exponential": {"mean": "12 min"}},
        clean="2 min",
        patience="20 min",
        again=0.2,
        later="3 days",
    )
    assert block_after(program, 20) == block_after(program, 1)


# --- the log, and the weeks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 7, 500])
def test_a_log_that_is_full_many_times_has_the_same_bytes(rows, monkeypatch):
    program = clinic(
        VISIT, rooms={"nurse": {"capacity": 2}}, come={"rate": "8/h"}, see={"exponential": {"mean": "14 min"}}
    )
    arrivals = draw_arrivals(program, 1, 0, 0, 2 * WEEK)
    whole = both(program, arrivals)
    monkeypatch.setattr(compiled_engine, "ROWS_A_CHUNK", rows)
    engine = start(program, arrivals, "compiled")
    chunks = list(engine.run())
    assert len(chunks) > 20
    assert np.concatenate(chunks).tobytes() == whole.log.tobytes()
    assert engine.state().sha256 == whole.state.sha256


def test_a_chunk_of_the_log_stays_as_it_was_given():
    """Its memory is handed over: the engine does not write into it again."""
    program = clinic(VISIT, rooms={"nurse": {"capacity": 8}}, come={"rate": "60/h"}, see="7 min")
    given, as_given = [], []
    for chunk in start(program, draw_arrivals(program, 1, 0, 0, 9 * WEEK), "compiled").run():
        given.append(chunk)
        as_given.append(chunk.tobytes())
    assert len(given) > 2
    assert [chunk.tobytes() for chunk in given] == as_given


@pytest.mark.parametrize("weeks", [[0, 5], [4], [1, 2, 7], [20]])
@pytest.mark.parametrize("rota", ["flat", "office hours"])
def test_weeks_in_which_nobody_comes(weeks, rota):
    """The engine asks for another week when the last has run dry, of arrivals and of rotas each by itself."""
    rooms = {"flat": {"capacity": 1}, "office hours": {"rota": {"mon-fri 09:00-17:00": 1}}}
    rows = [row for week in weeks for row in at_once(3, week * 7 * 24 * 60 + 16 * 60)]
    program = clinic(VISIT, rooms={"nurse": rooms[rota]}, come={"trace": rows}, see="45 min")
    run = both(program, draw_arrivals(program, 1, 0, 0, 9 * WEEK))
    assert run.engine.started == 3 * sum(week < 9 for week in weeks)
    assert run.engine.inside == []


def test_somebody_comes_at_the_very_instant_of_a_new_week():
    rows = [row for minute in (7 * 24 * 60 - 1, 7 * 24 * 60, 14 * 24 * 60) for row in at_once(2, minute)]
    program = clinic(
        VISIT, rooms={"nurse": {"rota": {"mon 00:00-12:00": 1}}}, come={"trace": rows}, see="1 min"
    )
    assert both(program, draw_arrivals(program, 1, 0, 0, 3 * WEEK)).engine.started == 6


def test_many_at_one_instant_are_in_the_order_of_their_keys():
    program = clinic(VISIT, rooms={"nurse": {"capacity": 1}}, come={"trace": at_once(500, 5)}, see="1 min")
    run = both(program, draw_arrivals(program, 1, 0, 0, DAY))
    assert run.engine.started == 500
    assert run.log["patient"][run.log["code"] == 4].tolist() == list(range(500))


@pytest.mark.parametrize("at", [-DAY, 0, 3 * DAY])
def test_a_run_of_no_length_opens_and_ends(at):
    program = clinic(VISIT, rooms={"nurse": {"capacity": 2}}, come={"rate": "8/h"}, see="1 min")
    run = both(program, draw_arrivals(program, 1, 0, at, at))
    assert [tuple(row) for row in run.log.tolist()] == [(at, -1, 10, 0, 2)]
    assert len(run.state) == 0
