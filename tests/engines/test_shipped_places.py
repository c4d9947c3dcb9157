"""Every shipped place, in both engines: the same bytes, and the same state at the end."""

from __future__ import annotations

import hashlib

import pytest

from flowsim.engines import ENGINES, State, start
from flowsim.places import list_configs
from flowsim.program.timetables import DAY, WEEK
from flowsim.sampling import draw_arrivals
from flowsim.studies import Scenario
from flowsim.studies.census import CENSUS

pytestmark = pytest.mark.contract

QUICK = {"small_town"}
MONTH, YEAR = 28 * DAY, 365 * DAY


def run(engine: str, place: str, length: int, option: tuple[str, ...]) -> dict[str, object]:
    """What came of a run from the place's census if it has one, else from an empty place: all of it, in a few words."""
    scenario = Scenario(place, option)
    program, census = scenario.program(), scenario.folder / CENSUS
    state = State.load(census) if census.is_file() else None
    begin = 0 if state is None else int(state.time[0])
    ready = start(program, draw_arrivals(program, 1, 0, begin, begin + length), engine, state)
    digest, rows = hashlib.sha256(), 0
    for chunk in ready.run():
        digest.update(chunk.tobytes())
        rows += len(chunk)
    return {"log": digest.hexdigest(), "rows": rows, "started": ready.started, "inside": ready.inside,
            "notices": ready.notices, "state": ready.state().sha256}  # fmt: skip


def each_place() -> list[object]:
    """The shipped places; a county takes SimPy a while."""
    return [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in list_configs()]


def agree(place: str, length: int, *option: str) -> None:
    first, *others = (run(engine, place, length, option) for engine in ENGINES)
    assert first["rows"] > 1_000
    assert all(other == first for other in others)


@pytest.mark.parametrize("place", each_place())
def test_a_month_of_every_shipped_place(place):
    agree(place, MONTH)


@pytest.mark.parametrize("place", each_place())
def test_a_week_of_every_shipped_place_with_each_of_its_options(place):
    for option in Scenario(place).program().config.options:
        agree(place, WEEK, option)


@pytest.mark.slow
def test_a_year_of_south_worcestershire():
    agree("south_worcestershire", YEAR)
