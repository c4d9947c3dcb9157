"""One patient's journey in words, and the same patient in another world."""

from __future__ import annotations

import pytest

import flowsim as fs
from flowsim.errors import RunError
from flowsim.outputs.story import follow_contact
from flowsim.studies.design import Design
from flowsim.studies.following import contact_at, same_contact
from flowsim.studies.scenario import Scenario
from tests.tiny_place import CONFIG, model, write_place

pytestmark = pytest.mark.unit

DESIGN = Design(replications=1, days=3, warm_up=0, workers=1)


def quiet(_days):
    pass


def traced(**changes):
    rows = [
        {"id": "a", "time": "8 h", "home": "hill"},
        {"id": "b", "time": "8.1 h", "home": "valley"},
        {"id": "c", "time": "8.2 h", "home": "hill"},
    ]
    parameters = {**CONFIG["parameters"], "see": "30 min", "again": 0, **changes}
    config = {
        "sources": {"walk_in": {"trace": rows}},
        "parameters": parameters,
        "resources": {"nurse": {"capacity": 1}},
    }
    return fs.small(model(), {**CONFIG, **config}).scenario


def story(scenario, number, after=1):
    return follow_contact(scenario, DESIGN, contact_at(scenario, DESIGN, number), after, quiet)


def test_a_wait_is_told_with_its_reason():
    told = story(traced(), 2)
    assert told.who == "home hill"
    assert [moments for journey in told.journeys for moments in journey.told()] == [
        (
            "Mon 01 Jan 2018 08:12",
            "Walk in; comes in; starts to wait for Nurses (1 of 1 in use, 1 waiting already)",
        ),
        ("Mon 01 Jan 2018 09:00", "gets Nurses after 48 min; seen"),
        ("Mon 01 Jan 2018 09:30", "gives back Nurses; went; the journey ends: home"),
    ]
    assert told.summary == (
        "From the first contact to its end: 1 h 18 min, of which 48 min in queues (longest: Nurses, 48 min)."
    )


def test_a_journey_without_waits_says_so():
    assert (
        story(traced(), 0).summary == "From the first contact to its end: 30 min, without waiting in a queue."
    )


def test_those_who_come_back_are_told_after():
    told = story(traced(again=1), 0)
    assert [journey.heading for journey in told.journeys][:2] == ["", "Comes back, 6 h 0 min later"]
    assert "Came back" in told.summary


def test_nothing_is_told_beyond_the_days_after_the_end():
    assert len(story(traced(again=1), 0, after=0).journeys) == 1


def test_a_patient_who_never_comes_is_refused():
    with pytest.raises(RunError, match="only 3 first contacts"):
        story(traced(), 3)


def test_the_same_patient_is_found_where_half_the_people_come(tmp_path):
    base = Scenario(str(write_place(tmp_path / "clinic")))
    fewer = base.with_options("fewer_people")
    contacts = [contact_at(base, DESIGN, number) for number in range(12)]
    same = [same_contact(fewer, DESIGN, contact) for contact in contacts]
    there = [(one, two) for one, two in zip(contacts, same, strict=True) if two is not None]
    assert 0 < len(there) < len(contacts)
    assert all(
        (one.key, one.time, one.attributes) == (two.key, two.time, two.attributes) for one, two in there
    )
    assert (
        follow_contact(fewer, DESIGN, None, 1, quiet).summary == "This patient does not come in this world."
    )


def test_one_source_is_counted_alone():
    assert contact_at(traced(), DESIGN, 1, "walk_in") == contact_at(traced(), DESIGN, 1)


def test_a_story_is_also_plain_data():
    data = story(traced(), 2).as_data()
    assert data["journeys"][0]["waits"] == [{"for": "Nurses", "ms": 48 * 60_000}]
