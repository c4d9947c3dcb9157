"""What is kept of many years is what was counted: packed sheets, growing tables, patients who stay for long."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.measures.selection import Selection
from flowsim.pathway.observe import Observe, census, hours, interval
from flowsim.records.bins import bin_of
from flowsim.records.fold import fold
from flowsim.records.sparse import Sheet, Sparse
from flowsim.records.tables import KEPT_OPEN
from tests.records.tallying import ARRIVE, DEPART, MIN, D, H, Story, W, a_program

pytestmark = pytest.mark.unit

VISIT = interval("visit", "arrive", "depart", (hours(4),), by=("site", "need"), at="start")
OBSERVE = Observe(intervals=(VISIT,), censuses=(census("stay", "arrive", "depart"),))


@pytest.mark.parametrize("with_totals", [True, False])
def test_a_packed_sheet_says_the_same(with_totals):
    thing, often = np.array([7, 0, 7, 40_000], np.int64), np.array([1, 300, 2, 70_000], np.int64)
    totals = np.array([5, 2**40, 0, 3], np.int64) if with_totals else np.zeros(0, np.int64)
    sheet = Sheet(-3, (thing << 32) + often, totals)
    packed = sheet.pack()
    assert packed.packed
    assert not len(packed.words)
    again = packed.pack().open()
    order = np.argsort(sheet.words)
    assert again.week == -3
    assert np.array_equal(again.words, sheet.words[order])
    assert np.array_equal(again.totals, totals[order] if with_totals else totals)


def test_an_empty_sheet_stays_empty():
    nothing = np.zeros(0, np.int64)
    assert len(Sheet(0, nothing, nothing).pack().open().words) == 0


def test_keys_and_values_go_in_and_come_out():
    keys = np.array([4_010_007, 4_011_001, 12_000_000], np.int64)
    values = np.array([[1, 10], [2, 20], [3, 30]], np.int64)
    table = Sparse.of(keys, values, 1_000)
    assert np.array_equal(table.keys, keys)
    assert np.array_equal(table.values, values)
    assert np.array_equal((table + table).values, 2 * values)


def years(weeks: int) -> tuple[Story, list[int]]:
    """A visit each week, of a length of its own; patient 0 comes in the first week and leaves in the last."""
    story = Story(until=weeks * W).arrive(0, 0).mark(0, 0, ARRIVE)
    lengths = [(week % 9 + 1) * H for week in range(weeks)]
    for week, length in enumerate(lengths):
        patient, comes = week + 1, week * W + H
        story.arrive(comes, patient, site=week % 2, need=week % 3).mark(comes, patient, ARRIVE)
        story.mark(comes + length, patient, DEPART).end(comes + length, patient)
    story.mark(weeks * W - 1, 0, DEPART).end(weeks * W - 1, 0)
    return story, lengths


def test_the_weeks_of_a_long_run_are_packed_and_can_still_be_told_apart():
    weeks = KEPT_OPEN + 30
    story, lengths = years(weeks)
    tallies = fold(story.log, a_program(OBSERVE), story)
    assert [sheet.packed != b"" for sheet in tallies.nights.sheets] == [True] * (weeks - 1) + [False]
    visit = tallies.layout.offsets[3]
    expected = np.array(lengths) + (np.arange(weeks) == 0) * (
        weeks * W - 1
    )  # patient 0 is counted where he came
    by_week = Selection(tallies, slice(None), "week")
    assert by_week.add_up(tallies.sums, [visit], 1, {}).tolist() == expected.tolist()
    assert by_week.add_up(tallies.sums, [visit], 0, {}).tolist() == [2] + [1] * (weeks - 1)
    some = Selection(tallies, slice(3, 20), "site")
    assert some.add_up(tallies.sums, [visit], 0, {}).tolist() == [8, 9]
    assert some.add_up(tallies.sums, [visit], 0, {"need": "1"}).tolist() == [3, 3]
    assert Selection(tallies, slice(0, 1), "all").percentile("interval", ["visit"], 100, {})[0] > 80 * W
    assert by_week.add_up(tallies.nights, [0], 0, {}).tolist() == [6] + [7] * (weeks - 1)


def test_tables_grow_with_what_is_counted():
    lengths = np.unique(np.geomspace(1, 300 * D, 6_000).astype(np.int64))
    story = Story(until=400 * D)
    events = []
    for patient, length in enumerate(lengths.tolist()):
        comes = patient * MIN
        story.times.append(comes)
        story.attributes.append((patient % 2, 0, patient % 3))
        events += [(comes, patient, 0, 0, -1), (comes, patient, 1, -1, ARRIVE),
                   (comes + length, patient, 1, -1, DEPART), (comes + length, patient, 11, -1, 0)]  # fmt: skip
    for event in sorted(events, key=lambda row: row[0]):
        story.row(*event)
    tallies = fold(story.log, a_program(OBSERVE), story)
    on = Selection(tallies, slice(None), "all")
    assert on.add_up(tallies.sums, [tallies.layout.offsets[3]], 1, {}).tolist() == [lengths.sum()]
    view = tallies.bins.of_tally(0)
    things, counts = tallies.bins.in_order[view], tallies.bins.added_up(tallies.weeks)[view, 0]
    found = np.bincount(things % 2_112, weights=counts, minlength=2_112)
    assert np.array_equal(found, np.bincount(bin_of(lengths), minlength=2_112))
    assert len(tallies.bins.things) > 4_096


def test_one_who_stays_is_found_among_thousands_who_came_later():
    story = Story(until=W).arrive(0, 0).mark(0, 0, ARRIVE)
    for patient in range(1, 3_000):
        story.arrive(patient, patient).mark(patient, patient, ARRIVE)
        story.mark(patient, patient, DEPART).end(patient, patient)
    story.mark(5 * H, 0, DEPART).end(5 * H, 0)
    tallies = fold(story.log, a_program(OBSERVE), story)
    on = Selection(tallies, slice(None), "all")
    assert on.add_up(tallies.over, [0], 1, {}).tolist() == [H]
    assert tallies.patients.tolist() == [3_000, 3_000, 0]
