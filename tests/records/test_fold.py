"""Exact tallies of short logs written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.measures.selection import Selection
from flowsim.pathway.observe import Observe, census, hours, interval
from flowsim.records.fold import Folding, fold
from flowsim.records.initial import InitialPatients
from flowsim.records.layout import CLOSED, LEFT_FIRST, STILL_OPEN
from flowsim.records.log import Code, Left
from flowsim.records.state import NEVER
from flowsim.records.tallies import collapse_histograms, load_tallies, merge, save_tallies
from tests.records.tallying import (
    ARRIVE,
    BED_EAST,
    BED_WEST,
    CANCEL,
    CREW,
    DEPART,
    MIN,
    D,
    H,
    Story,
    W,
    a_program,
)

pytestmark = pytest.mark.unit

IN_ED = interval("in_ed", "arrive", "depart", (hours(4), hours(12)), cancelled_by="cancel")
STAY = census("stay", "arrive", "depart", days=(7,))
OBSERVE = Observe(intervals=(IN_ED,), censuses=(STAY,))


def spans(tallies, how, column=0, group="all", weeks=slice(None)):
    on = Selection(tallies, weeks, group)
    return on.add_up(tallies.sums, [tallies.layout.offsets[3] + how], column, {}).astype(int).tolist()


def over(tallies, limit, how, column=0):
    on = Selection(tallies, slice(None), "all")
    return int(on.add_up(tallies.over, [3 * limit + how], column, {})[0])


def nights(tallies, row, group="all", weeks=slice(None)):
    return Selection(tallies, weeks, group).add_up(tallies.nights, [row], 0, {}).astype(int).tolist()


def test_an_interval_ends_at_the_first_end_mark_after_the_latest_start_mark():
    story = Story().arrive(0, 0).mark(0, 0, ARRIVE).mark(H, 0, ARRIVE).mark(4 * H, 0, DEPART)
    story.mark(9 * H, 0, DEPART).end(9 * H, 0)
    tallies = fold(story.log, a_program(OBSERVE), story)
    assert spans(tallies, CLOSED) == [1]
    assert spans(tallies, CLOSED, column=1) == [3 * H]


def test_keep_first_does_not_restart_the_clock():
    observe = Observe(intervals=(interval("x", "arrive", "depart", keep_first=True),))
    story = Story().arrive(0, 0).mark(0, 0, ARRIVE).mark(H, 0, ARRIVE).mark(4 * H, 0, DEPART).end(9 * H, 0)
    assert spans(fold(story.log, a_program(observe), story), CLOSED, column=1) == [4 * H]


def test_who_left_and_who_is_still_inside_count_as_breaches_of_limits_they_passed():
    story = Story(until=D)
    for patient in range(4):
        story.arrive(0, patient).mark(0, patient, ARRIVE)
    story.mark(4 * H, 0, DEPART).end(4 * H, 0)  # exactly at the limit: within
    story.end(5 * H, 1)  # left after five hours
    story.mark(6 * H, 2, CANCEL).end(20 * H, 2)  # does not apply any more
    tallies = fold(story.log, a_program(OBSERVE), story)
    assert [spans(tallies, how) for how in (CLOSED, LEFT_FIRST, STILL_OPEN)] == [[1], [1], [1]]
    assert [over(tallies, 0, how) for how in (CLOSED, LEFT_FIRST, STILL_OPEN)] == [0, 1, 1]
    assert [over(tallies, 1, how) for how in (CLOSED, LEFT_FIRST, STILL_OPEN)] == [0, 0, 1]
    assert over(tallies, 0, STILL_OPEN, column=1) == 20 * H
    assert tallies.patients.tolist() == [4, 3, 1]


def test_intervals_are_counted_in_the_week_of_their_end_or_of_their_start():
    both = tuple(interval(at, "arrive", "depart", at=at) for at in ("end", "start"))
    story = Story(start=-W, until=W).arrive(-H, 0).mark(-H, 0, ARRIVE).mark(H, 0, DEPART).end(H, 0)
    tallies = fold(story.log, a_program(Observe(intervals=both)), story)
    at_end, at_start = (
        Selection(tallies, slice(None), "week").add_up(tallies.sums, [tallies.layout.offsets[3] + row], 0, {})
        for row in (0, 3)
    )
    assert at_end.tolist() == [0, 1]
    assert at_start.tolist() == [1, 0]


def test_counts_follow_the_attributes_of_the_moment():
    story = Story().arrive(0, 0, site=0, need=2).mark(0, 0, ARRIVE).row(1, 0, Code.SET, 0, 1)
    story.mark(H, 0, DEPART).end(H, 0, 1)
    tallies = fold(story.log, a_program(OBSERVE), story)
    by_site = Selection(tallies, slice(None), "site")
    assert by_site.add_up(tallies.sums, [ARRIVE], 0, {}).tolist() == [1, 0]
    assert by_site.add_up(tallies.sums, [ARRIVE], 0, {"need": ("1", "2")}).tolist() == [0, 0]
    assert by_site.add_up(tallies.sums, [DEPART], 0, {"need": "3"}).tolist() == [0, 1]
    assert by_site.add_up(tallies.sums, [tallies.layout.offsets[1] + 1], 0, {}).tolist() == [0, 1]


def test_a_census_counts_midnights_strictly_inside_and_follows_a_transfer():
    story = Story(until=2 * W).arrive(H, 0, site=0).mark(H, 0, ARRIVE)
    story.row(3 * D, 0, Code.SET, 0, 1)  # a transfer at midnight: that midnight is still the first site's
    story.mark(9 * D, 0, DEPART).end(9 * D, 0)
    tallies = fold(story.log, a_program(OBSERVE), story)
    assert nights(tallies, 0, "site") == [3, 5]
    assert nights(tallies, 0, "week") == [6, 2]
    assert nights(tallies, 1, "week") == [0, 1]  # at the midnight of day 8 only, seven days are over
    assert tallies.midnights.tolist() == [6, 7]


def test_a_stay_from_midnight_to_midnight_counts_the_midnights_between():
    story = Story(until=2 * W).arrive(0, 0).mark(0, 0, ARRIVE).mark(8 * D, 0, DEPART).end(8 * D, 0)
    tallies = fold(story.log, a_program(OBSERVE), story)
    assert nights(tallies, 0) == [7]
    assert nights(tallies, 1) == [1]


def test_use_of_a_resource_by_week():
    story = Story(until=2 * W).capacity(0, BED_WEST, 1)
    story.arrive(0, 0).join(0, 0, BED_WEST).grant(0, 0, BED_WEST).arrive(D, 1).join(D, 1, BED_WEST)
    story.capacity(8 * D, BED_WEST, 0).release(9 * D, 0, BED_WEST).end(9 * D, 0)
    tallies = fold(story.log, a_program(), story)
    in_use, capacity, queue, beyond, full, opened, *midnight = tallies.weekly[BED_WEST].T.tolist()
    assert in_use == [7 * D, 2 * D]
    assert capacity == [7 * D, D]
    assert queue == [6 * D, 7 * D]
    assert beyond == [0, D]
    assert full == [7 * D, D]
    assert opened == [7 * D, D]
    assert midnight == [[6, 3], [6, 2], [5, 7]]  # as it stood just before each midnight
    assert tallies.flows[BED_WEST, :, :2].tolist() == [[2, 1], [0, 0]]
    assert tallies.hourly[BED_WEST, 0].tolist() == [2 * H, 2 * H, H]
    assert tallies.hourly[BED_WEST].sum(axis=0).tolist() == [9 * D, 8 * D, 13 * D]


def test_reasons_for_leaving_a_queue_and_waits():
    story = Story(until=D).capacity(0, CREW, 1)
    for patient in range(4):
        story.arrive(0, patient).join(0, patient, CREW)
        if patient == 0:
            story.grant(0, 0, CREW)
    story.row(H, 1, Code.LEFT, CREW, Left.GAVE_UP).row(H, 2, Code.LEFT, CREW, Left.DISPLACED)
    story.row(H, 2, Code.TURNED_AWAY, BED_EAST, 0)
    story.release(2 * H, 0, CREW).grant(2 * H, 3, CREW)
    tallies = fold(story.log, a_program(), story)
    assert tallies.flows[CREW, 0].tolist() == [4, 2, 1, 0, 1, 0, 0]
    assert tallies.flows[BED_EAST, 0].tolist() == [0, 0, 0, 0, 0, 1, 0]
    on = Selection(tallies, slice(None), "all")
    assert on.add_up(tallies.sums, [tallies.layout.tallies + CREW], 1, {}).tolist() == [2 * H]


def test_a_returning_journey_is_counted_among_the_groups_that_it_is_told():
    story = Story().arrive(0, 0, site=1, need=2).row(1, 0, Code.SET, 2, 1).end(2, 0).arrive(3, 1).end(4, 1)
    story.row(H, 2, Code.START, -1, 0).row(H, 2, Code.SET, 0, 1).row(H, 2, Code.SET, 1, 1).row(
        H, 2, Code.SET, 2, 1
    )
    story.mark(H, 2, ARRIVE).end(H, 2)
    tallies = fold(story.log, a_program(), story)
    returns = [tallies.layout.offsets[2] + 1]
    by_need = Selection(tallies, slice(None), "need")
    assert by_need.add_up(tallies.sums, returns, 0, {"site": "east"}).tolist() == [0, 1, 0]


def test_a_unit_may_come_back_after_its_patient_has_left():
    story = Story().capacity(0, CREW, 1).arrive(0, 0).join(0, 0, CREW).grant(0, 0, CREW).end(H, 0)
    story.release(2 * H, 0, CREW).arrive(3 * H, 1).join(3 * H, 1, CREW).grant(3 * H, 1, CREW)
    tallies = fold(story.log, a_program(), story)
    assert tallies.weekly[CREW, 0, 0] == 2 * H + (W - 3 * H)


def test_capacities_at_the_start_come_from_the_timetables():
    story = Story(until=D)
    tallies = fold(story.log, a_program(capacity=(3, 0, 2)), story)
    assert tallies.weekly[:, 0, 1].tolist() == [3 * D, 0, 2 * D]


def a_busy_story(patients: int = 60) -> Story:
    """One crew, a queue in order of priority and arrival, some who give up, and transfers."""
    story = Story(start=-2 * W, until=2 * W).capacity(-2 * W, CREW, 1)
    events: list[tuple[int, int, int, int, int]] = []
    free_at = -2 * W
    for patient in range(patients):
        arrives = -2 * W + patient * 5 * H
        begins = max(arrives, free_at)
        free_at = begins + (3 + patient % 7) * H
        story.times.append(arrives)
        story.attributes.append((patient % 2, 0, patient % 3))
        events += [(arrives, patient, Code.START, 0, -1), (arrives, patient, Code.MILESTONE, -1, ARRIVE),
                   (arrives, patient, Code.JOIN, CREW, 3), (begins, patient, Code.GRANT, CREW, 1),
                   (begins, patient, Code.SET, 0, (patient + 1) % 2), (free_at, patient, Code.RELEASE, CREW, 1),
                   (free_at, patient, Code.MILESTONE, -1, DEPART), (free_at, patient, Code.END, -1, 0)]  # fmt: skip
    for event in sorted(events, key=lambda row: (row[0], row[2] == Code.GRANT or row[2] == Code.SET)):
        if event[0] < story.until:
            story.row(*event)
    return story


@pytest.mark.parametrize("size", [1, 7, 50])
def test_chunks_give_the_same_tallies_as_one_piece(size):
    story, program = a_busy_story(), a_program(OBSERVE)
    whole = fold(story.log, program, story)
    chunks = [story.log[at : at + size] for at in range(0, len(story.log), size)]
    assert fold(chunks, program, story).same_as(whole)
    assert whole.patients[0] == whole.patients[1] + whole.patients[2]


def test_patients_counts_over_weeks_add_up_to_the_log():
    story = a_busy_story()
    tallies = fold(story.log, a_program(OBSERVE), story)
    on = Selection(tallies, slice(None), "week")
    assert on.add_up(tallies.sums, [ARRIVE], 0, {}).sum() == 60
    assert on.members == ("-2", "-1", "0", "1")
    assert tallies.weekly[CREW, :, 0].sum() == sum(3 + n % 7 for n in range(60)) * H  # all are served


def test_tallies_survive_a_file(tmp_path):
    story = a_busy_story()
    tallies = fold(story.log, a_program(OBSERVE), story)
    save_tallies(tallies, tmp_path / "t.npz")
    again = load_tallies(tmp_path / "t.npz")
    assert again.same_as(tallies)
    assert again.layout == tallies.layout
    assert (tmp_path / "t.npz").stat().st_size < 30_000
    assert collapse_histograms(tallies).bins.values.sum() == tallies.bins.values.sum()


def test_two_consecutive_runs_merge_into_one():
    story, program = a_busy_story(), a_program(OBSERVE)
    whole = fold(story.log, program, story)
    log, cut = story.log, -5 * D + 4 * H
    first = fold(log[log["time"] < cut], program, story, horizon=cut)
    second = fold(log[log["time"] >= cut], program, _later(story, cut), initial=_inside(story, cut))
    both = merge(first, second)
    assert first.patients[2] > 0
    assert both.same_as(whole)
    with pytest.raises(ValueError, match="The second run starts at"):
        merge(second, first)


def _later(story, cut):
    """Arrivals from the cut on; patient numbers start again, so they are written into a new story."""
    kept = [at for at, time in enumerate(story.times) if time >= cut]
    return Story(
        cut, story.until, [], [story.times[at] for at in kept], [story.attributes[at] for at in kept]
    )


def _inside(story, cut):
    """Nobody has to be renumbered here, because all who have left count as gone."""
    before = [row for row in story.rows if row[0] < cut]
    count = sum(row[2] == Code.START for row in before)
    attributes = [list(row) for row in story.attributes[:count]]
    marks = np.full((count, 3), NEVER)
    held, waiting, ended = set(), {}, set()
    for time, patient, code, resource, value in before:
        if code == Code.MILESTONE:
            marks[patient, value] = time
        elif code == Code.SET:
            attributes[patient][resource] = value
        elif code == Code.JOIN:
            waiting[patient] = (patient, resource, time, value)
        elif code == Code.GRANT:
            held.add(patient)
            del waiting[patient]
        elif code == Code.RELEASE:
            held.discard(patient)
        elif code == Code.END:
            ended.add(patient)
    holding = [(patient, CREW, 1) for patient in sorted(held)]
    gone = [patient in ended for patient in range(count)]
    return InitialPatients.of(attributes, marks, (0, 0, 1), list(waiting.values()), holding, gone)


def test_a_fold_refuses_an_end_before_the_last_event():
    story = a_busy_story()
    with pytest.raises(ValueError, match="its log goes on to"):
        fold(story.log, a_program(), story, horizon=0)


def test_a_fold_can_be_given_rows_as_they_come():
    story, program = a_busy_story(), a_program(OBSERVE)
    folding = Folding(program, story)
    for row in range(len(story.log)):
        folding.take(story.log[row : row + 1])
    assert folding.finish().same_as(fold(story.log, program, story))


def test_minutes_are_what_they_say():
    assert hours(1) == 60 * MIN
