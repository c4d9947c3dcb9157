"""A census CSV becomes a state: the same for both engines, exact stories, and a page of wrong files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from textwrap import dedent

import numpy as np
import pytest

import flowsim as fs
from flowsim.api import design_for
from flowsim.engines import ENGINES, State, start
from flowsim.engines.initial import initial_patients
from flowsim.engines.state import HOLD
from flowsim.errors import ConfigError, RunError
from flowsim.pathway import pathway
from flowsim.program.sources import text_number
from flowsim.records.fold import fold
from flowsim.records.log import EventLog, assert_equal, to_text
from flowsim.sampling import draw_arrivals
from flowsim.sampling.sampler import Sampler
from flowsim.studies.census import warmed_state
from flowsim.studies.starting import starting_state
from flowsim.studies.today import MOST_DRAWS, Today, today
from flowsim.studies.today_file import write_today
from flowsim.studies.today_ways import ways_that_break
from tests.engines.tiny import numbers, short, tiny
from tests.support import compiled
from tests.tiny_place import CONFIG, model, write_place

contract, exact, unit = pytest.mark.contract, pytest.mark.exact, pytest.mark.unit
MINUTE = 60_000

ED = (
    pathway("ed")
    .mark("came")
    .seize("doctor", priority="acuity", patience="ed.patience", on_leave="gone", escalate=(("ed.too_long", 0),),
           label="queue")
    .hold("ed.time", label="seen")
    .release("doctor")
    .wait_until("rounds", label="rounds")
    .hold("ed.rest", label="rest")
    .leave("home")
)  # fmt: skip
GONE = pathway("gone").leave("gone")
TIMES = {"ed.patience": 60, "ed.too_long": 1000, "ed.time": {"exponential": {"mean": "20 min"}}, "ed.rest": 5}
OPEN = {"rounds": {"open": ["mon-sun 00:30-24:00"]}}


def clinic(doctors=1, **times):
    """A doctor, a queue that people leave after an hour, a round that begins at half past midnight."""
    config = numbers({}, {"doctor": doctors}, {**TIMES, **times}, calendars=OPEN)
    config["sources"] = {"door": {"rate": "1/year"}}
    return compiled(tiny(ED, GONE, resources=("doctor",), calendars=("rounds",)), config)


@dataclass(frozen=True)
class Played:
    today: Today
    log: EventLog
    story: list[str]


def play(program, tmp_path, text, minutes=120, replication=0):
    """Both engines start from the file: the same bytes, the same state after, and nobody is lost."""
    path = tmp_path / "today.csv"
    path.write_text(dedent(text), encoding="utf-8")
    found = today(path, program, 1, replication)
    found.state.save(tmp_path / "kept.npz")
    logs, after = [], []
    for engine in ENGINES:
        arrivals = draw_arrivals(program, 1, replication, 0, minutes * MINUTE)
        ready = start(program, arrivals, engine, State.load(tmp_path / "kept.npz"))
        logs.append(np.concatenate(list(ready.run())))
        after.append(ready.state().sha256)
    assert_equal(logs[0], logs[1], program)
    assert logs[0].tobytes() == logs[1].tobytes()
    assert len(set(after)) == 1
    fold(logs[0], program, arrivals, initial=initial_patients(program, found.state))
    lines = to_text(logs[0][len(program.instances) :], program).splitlines()
    return Played(found, logs[0], [short(line) for line in lines])


# --- stories ----------------------------------------------------------------------------------------------------


@contract
def test_who_is_first_how_long_is_left_and_who_gives_up(tmp_path):
    """0 is with the doctor for 10 more minutes; 2 is as urgent as 1 and came earlier; 3 is less urgent, and has
    5 minutes of patience left."""  # fmt: skip
    played = play(clinic(**{"ed.time": 20}), tmp_path, """\
        id,step,since,left,holds,acuity
        a,ed.seen,1 h,10 min,doctor,3
        b,ed.queue,20 min,,,3
        c,ed.queue,30 min,,,3
        d,ed.queue,55 min,,,4
        """, 11)  # fmt: skip
    assert played.story == [
        "00:05 3: leaves the queue for doctor (gave up)",
        "00:05 3: leaves: gone",
        "00:10 0: gives back 1 of doctor",
        "00:10 2: is given 1 of doctor",
    ]
    assert not played.today.notices


@contract
def test_what_is_due_already_goes_off_at_once_the_earliest_first(tmp_path):
    """Patience of an hour is over for both; a grant at the same instant would have won."""
    played = play(clinic(), tmp_path, """\
        id,step,since,left,holds,acuity
        a,ed.queue,2 h,,,5
        b,ed.queue,3 h,,,5
        c,ed.seen,3 h,1 h,doctor,5
        """, 30)  # fmt: skip
    assert played.story == [
        "00:00 1: leaves the queue for doctor (gave up)",
        "00:00 1: leaves: gone",
        "00:00 0: leaves the queue for doctor (gave up)",
        "00:00 0: leaves: gone",
    ]


@contract
def test_a_free_doctor_takes_the_first_at_time_0_and_an_escalation_is_due_later(tmp_path):
    played = play(clinic(**{"ed.too_long": 30, "ed.time": 10}), tmp_path, """\
        id,step,since,acuity
        a,ed.queue,10 min,2
        b,ed.queue,28 min,3
        c,ed.queue,5 min,2
        """, 11)  # fmt: skip
    assert played.story == [
        "00:00 0: is given 1 of doctor",
        "00:02 1: waits for doctor with priority 0 from now on",
        "00:10 0: gives back 1 of doctor",
        "00:10 1: is given 1 of doctor",
    ]


@contract
def test_waiting_for_the_calendar_and_a_hold_of_a_fixed_length(tmp_path):
    played = play(clinic(), tmp_path, """\
        id,step,since
        a,ed.rounds,3 h
        b,ed.rest,2 min
        """, 40)  # fmt: skip
    assert played.story == ["00:03 1: leaves: home", "00:35 0: leaves: home"]


@contract
def test_who_holds_more_than_there_is_finishes_and_a_notice_says_so(tmp_path):
    played = play(clinic(), tmp_path, """\
        id,step,since,left,holds
        a,ed.seen,1 h,10 min,doctor
        b,ed.seen,2 h,20 min,doctor
        """, 21)  # fmt: skip
    assert played.story == ["00:10 0: gives back 1 of doctor", "00:20 1: gives back 1 of doctor"]
    assert played.today.notices == ("doctor: 2 in use at the start, and a capacity of 1.",)
    assert played.today.state.in_use.tolist() == [2]
    assert played.today.state.holdings[:, [0, 4]].tolist() == [[1, 1], [0, 2]]  # the longest there first


# --- what is drawn ------------------------------------------------------------------------------------------------


@exact
def test_what_is_left_is_the_first_own_draw_that_is_longer(tmp_path):
    program = clinic(doctors=9)
    text = "id,step,since,holds\n" + "".join(f"p{n},ed.seen,{n * 7} min,doctor\n" for n in range(9))
    state = play(program, tmp_path, text, 200).today.state
    hold = program.steps[program.labels.index("ed.seen")]
    draw = Sampler(program, 1, 0).duration(hold.duration)
    visits = {who: n for who, _, n in state.visits.tolist()}
    left = {who: time for time, _, who, _, _ in state.pending.tolist()}
    for who in range(9):
        key, since = text_number(f"today p{who}"), who * 7 * MINUTE
        assert int(state.key[who]) == key
        own = [draw(key, [0] * 5, [], n) for n in range(visits[who])]
        assert own[-1] == since + left[who]
        assert all(whole <= since for whole in own[:-1])
    assert max(visits.values()) > 2
    assert left != {
        row[2]: row[0] for row in play(program, tmp_path, text, 1, 1).today.state.pending.tolist()
    }


@exact
def test_who_is_there_for_very_long_stays_for_the_longest_time_that_the_config_knows(tmp_path):
    state = play(clinic(), tmp_path, "id,step,since,holds\na,ed.seen,4 h,doctor\n").today.state
    assert state.visits[0, 2] == MOST_DRAWS
    assert state.pending[0, 4] == state.pending[0, 0] + 240 * MINUTE
    with pytest.raises(
        ConfigError, match=r"Nobody stays so long at ed.seen: by the config ed.time is at most"
    ):
        play(clinic(), tmp_path, "id,step,since,holds\na,ed.seen,100 days,doctor\n")


@exact
def test_a_mark_ago_makes_an_interval_whole(tmp_path):
    played = play(
        clinic(), tmp_path, "id,step,since,mark came\na,ed.rest,1 min,90 min\nb,ed.rest,1 min,\n", 5
    )
    assert played.today.state.marks[:, 0].tolist() == [-90 * MINUTE, np.iinfo(np.int64).min]


@unit
def test_a_stay_per_site_and_amounts(tmp_path):
    ward = pathway("ward").seize("bed", amount="ward.beds", label="queue").hold("ward.stay", label="stay")
    ward = ward.release("bed").leave("home")
    config = numbers(
        {}, {"bed": 9}, {"ward.stay": "3 h", "ward.beds": {"value": 2}}, sites=["north", "south"]
    )
    config["sources"] = {"door": {"rate": "1/year"}}
    program = compiled(tiny(ward, resources=("bed",), per_site=True), config)
    played = play(program, tmp_path, """\
        id,step,since,holds,site
        a,ward.stay,1 h,2 bed,south
        b,ward.stay,1 h,bed at south; 3 bed,north
        c,ward.queue,1 h,,south
        """, 1)  # fmt: skip
    assert played.today.state.in_use.tolist() == [3, 3]
    assert played.today.state.queues[:, [0, 3]].tolist() == [[1, 2]]


# --- wrong files ----------------------------------------------------------------------------------------------------

WRONG = [
    ("x,ed.seem,1 h,,,,", "line 2: step = ed.seem", "The model has no such step.", "Did you mean `ed.seen`?"),
    ("x,,1 h,,,,", "line 2: step", "A row has no step.", "Known here: ed.queue, ed.seen, ed.rounds, ed.rest."),
    ("x,ed.release:doctor,1 h,,,,", "line 2: step = ed.release:doctor",
     "Nobody is ever found at this step: it takes no time.", "The nearest step at which one can be: `ed.rounds`."),
    (",ed.rest,1 min,,,,", "line 2: id", "A row has no id.", "Give each row its own id."),
    ("x,ed.rest,1 min,,,,\nx,ed.rest,1 min,,,,", "line 3: id = x", "Line 2 has this id too.", "Give each row its own id."),
    ("x,ed.rest,3,,,,", "line 2: since = 3", "A time needs a unit.", "Write for example `3 min`, `3 h` or `3 days`."),
    ("x,ed.rest,,,,,", "line 2: since", "A row has no `since`.", "Write a duration such as `3 h`."),
    ("x,ed.rest,-3 min,,,,", "line 2: since = -3 min", "A time cannot be negative.", "Write a time of zero or more."),
    ("x,ed.rest,9 min,,,,", "line 2: since = 9 min",
     "Nobody stays so long at ed.rest: by the config ed.rest is at most 5 min for this patient.",
     "Check `since`, or say in the column `left` how much longer it takes."),
    ("x,ed.queue,1 min,3 min,,,", "line 2: left = 3 min", "Nobody knows how long the wait at ed.queue lasts.",
     "Leave it empty: the run finds out."),
    ("x,ed.seen,1 min,3,,,", "line 2: left = 3", "A time needs a unit.", "Write for example `3 min`, `3 h` or `3 days`."),
    ("x,ed.seen,1 min,,doktor,,", "line 2: holds = doktor", "The model has no resource `doktor`.",
     "Did you mean `doctor`?"),
    ("x,ed.seen,1 min,,doctor at home,,", "line 2: holds = doctor at home", "`doctor` is shared by all sites.",
     "Write `doctor`."),
    ("x,ed.seen,1 min,,0 doctor,,", "line 2: holds = 0 doctor", "This is not something held.",
     "Write for example `ward_bed; 2 care_hours; crew at north`."),
    ("x,ed.seen,1 min,,,high,", "line 2: acuity = high", "`high` is not a value of acuity.", "Check its spelling."),
    ("x,ed.seen,1 min,,,,soon", "line 2: mark came = soon", "This is not a time.",
     "Write a number and a unit, such as `8 min` or `3.5 days`."),
    ("x,ed.seen,1 min,,,,,more", "line 2: more", "The row has more cells than there are columns.",
     "Quote what has a comma."),
    ("", "", "The census has no rows.", "Give a row for each patient inside now."),
    ('x,"seen', "", "The census is not plain CSV text.", "Save it as CSV, UTF-8."),
]  # fmt: skip


@unit
@pytest.mark.parametrize(("rows", "where", "what", "remedy"), WRONG)
def test_a_wrong_file_says_where_what_and_how_to_mend_it(rows, where, what, remedy, tmp_path):
    path = tmp_path / "today.csv"
    path.write_text(f"id,step,since,left,holds,acuity,mark came\n{rows}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        today(path, clinic())
    place = f"{path}, {where}" if where else str(path)
    assert str(caught.value) == f"{place}\n    {what}\n    {remedy}"


@unit
@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ("id,step", "The census has no column `since`."),
        ("id,step,since,akuity", "The column `akuity` is neither an attribute"),
        ("id,step,since,since", "There are two columns `since`."),
    ],
)
def test_wrong_columns(columns, what, tmp_path):
    (tmp_path / "today.csv").write_text(f"{columns}\nx,ed.rest,1 min,\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=what):
        today(tmp_path / "today.csv", clinic())


@unit
def test_all_that_is_wrong_is_told_at_once_but_not_a_thousand_times(tmp_path):
    path = tmp_path / "today.csv"
    path.write_text("id,step,since\n" + "x,ed.rest,9 min\n" + "y,ed.seen,3\n" * 30, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        today(path, clinic())
    assert [problem.line for problem in caught.value.problems[:4]] == [2, 3, 4, 4]
    assert caught.value.problems[-1].what == "40 more cells are wrong."


@unit
def test_a_calendar_that_never_opens_is_refused(tmp_path, monkeypatch):
    (tmp_path / "today.csv").write_text("id,step,since\nx,ed.rounds,1 min\n", encoding="utf-8")
    program = clinic()
    monkeypatch.setattr("flowsim.program.timetables.Timetable.next_open", lambda *_: None)
    with pytest.raises(ConfigError, match="never opens again"):
        today(tmp_path / "today.csv", program)


@unit
def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match="The census cannot be read"):
        today(tmp_path / "nobody.csv", clinic())


# --- there and back ---------------------------------------------------------------------------------------------


@contract
def test_a_state_written_as_a_file_and_read_again_goes_on_with_the_same_people(tmp_path):
    """All but the luck to come: who is where, holds what, waits in which order, and how long holds still take."""
    program = fs.small(model(), CONFIG).program
    state = warmed_state(program, 2, 1, lambda _days: None)
    said = write_today(state, program, tmp_path / "written.csv")
    back = play(program, tmp_path, (tmp_path / "written.csv").read_text(encoding="utf-8")).today.state
    same = ("time", "at", "step", "attribute_values", "marks", "in_use", "queues", "hold_step", "durations")
    assert len(state.queues) > 0
    assert all(np.array_equal(getattr(state, name), getattr(back, name)) for name in same)
    assert np.array_equal(state.holdings[:, :3], back.holdings[np.argsort(back.holdings[:, 0]), :3][
        np.argsort(np.argsort(state.holdings[:, 0]))])  # fmt: skip
    inside = state.pending[state.pending[:, 2] >= 0]
    assert sorted(row[0] for row in inside[inside[:, 1] == HOLD].tolist()) == back.pending[:, 0].tolist()
    assert said == [
        f"Left out: {len(state.ghosts)} units being made ready, or journeys that are to come back."
    ]


@unit
def test_who_would_stop_a_run_is_told_beforehand(census):
    scenario = fs.small(model(), CONFIG).scenario
    assert not ways_that_break(scenario.program(), today(census, scenario.program()).state)
    census.write_text("id,step,since\na,visit.seize:nurse,5 min\nb,visit.hold:see,5 min\n", encoding="utf-8")
    assert ways_that_break(scenario.program(), today(census, scenario.program()).state) == [
        (
            "Row 2: 1 patient at visit.hold:see with nothing in hand may stop the run at visit.release:nurse, since nurse "
            "is released here, but on some way it is not held."
        )
    ]
    assert "Row 2: 1 patient" in design_for(scenario, 1, 1, None, 1, str(census), 1).note


# --- runs -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def census(tmp_path):
    path = tmp_path / "today.csv"
    path.write_text("id,step,since,holds\na,visit.hold:see,5 min,nurse\nb,visit.seize:nurse,3 min,\n",
                    encoding="utf-8")  # fmt: skip
    return path


@unit
def test_a_run_in_python_starts_from_the_file_and_says_so(census):
    place = fs.small(model(), CONFIG)
    result = place.run(replications=2, days=1, start=str(census), workers=1)
    started, ended, inside = result.study.replications["clinic"][0].tallies.patients.tolist()
    assert started - ended == inside
    assert result.study.notices()[0] == "The run starts from today.csv: 2 patients inside at time 0."
    assert result.study.design.begin == 0
    with pytest.raises(RunError, match="no warm-up"):
        place.run(days=1, warm_up=3, start=str(census))


@unit
def test_a_file_that_changes_between_two_replications_is_refused(census):
    scenario = fs.small(model(), CONFIG).scenario
    design = design_for(scenario, 1, 1, None, 1, str(census), 1)
    assert starting_state(design, scenario.program(), 0) is not None
    census.write_text("id,step,since\na,visit.hold:see,5 min\n", encoding="utf-8")
    with pytest.raises(RunError, match="has changed since"):
        starting_state(design, scenario.program(), 0)


@unit
def test_the_manifest_says_what_the_run_started_from(census, tmp_path):
    place = fs.place(str(write_place(tmp_path / "clinic")))
    place.run(replications=1, days=7, start=str(census), workers=1).save(tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["state"], manifest["warm_up_days"]) == ("today.csv", 0)
    assert manifest["state_sha256"] == hashlib.sha256(census.read_bytes()).hexdigest()
