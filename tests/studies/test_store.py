"""The store: what is written comes back to the bit, and whatever happens to the file is told, and harms nothing."""

from __future__ import annotations

import os
import sqlite3

import pytest

from flowsim.errors import RunError
from flowsim.measures.kpis import Kpis, KpiValue
from flowsim.studies import store as storing
from flowsim.studies.measuring import Measured
from flowsim.studies.store import Store

pytestmark = pytest.mark.unit

NAN = float("nan")


def measured(*values, notices=()):
    return Measured(Kpis(tuple(KpiValue(f"k{at}", "all", "all", "all", value, "%")
                               for at, value in enumerate(values))), notices)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "runs" / "store.sqlite")
    made.keep("a", "question a", measured(0.1, 1 / 3, -2e-300, notices=("a word",)))
    return made


def test_figures_come_back_to_the_bit_whoever_reads(store):
    store.keep("b", "question b", measured(1.0, NAN))
    again = Store(store.path)
    assert again.find("a") == measured(0.1, 1 / 3, -2e-300, notices=("a word",))
    values = [row.value for row in again.find("b").kpis.rows]
    assert values[0] == 1
    assert values[1] != values[1]
    assert again.find("c") is None
    assert again.keys() == ["a", "b"]
    assert again.sha256 == store.sha256


def test_the_same_replication_may_be_written_twice_and_is_there_once(store):
    before = store.sha256
    store.keep("a", "question a", measured(0.1, 1 / 3, -2e-300, notices=("a word",)))
    assert store.keys() == ["a"]
    assert store.sha256 == before


def test_other_figures_for_the_same_question_are_refused(store):
    with pytest.raises(RunError, match=r"cannot be\s+reproduced"):
        store.keep("a", "question a", measured(0.2, 1 / 3, -2e-300))
    assert store.find("a").kpis.rows[0].value == 0.1


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE replications SET figures = x'00000000000000000000000000000000000000000000f03f'",
        "UPDATE replications SET notices = '[]'",
        "UPDATE replications SET question = 'another'",
        "UPDATE shapes SET names = '[]'",
        "DELETE FROM shapes",
    ],
)
def test_a_row_that_was_tampered_with_is_not_used_and_is_made_again(store, harm):
    before = store.sha256
    store.close()
    with sqlite3.connect(store.path) as other:
        other.execute(harm)
    other.close()
    again = Store(store.path)
    assert again.find("a") is None
    assert again.damaged == ["a"]
    again.keep("a", "question a", measured(0.1, 1 / 3, -2e-300, notices=("a word",)))
    assert again.find("a") is not None
    assert again.sha256 == before


def test_a_store_of_another_version_is_left_as_it_is(store):
    store.close()
    with sqlite3.connect(store.path) as other:
        other.execute("UPDATE about SET value = '7' WHERE name = 'schema'")
    other.close()
    before = store.path.read_bytes()
    with pytest.raises(RunError, match=r"its schema is 7, and this version reads 1\. It was left as it is"):
        Store(store.path).open()
    assert store.path.read_bytes() == before


def test_a_database_of_somebody_elses_is_left_as_it_is(tmp_path):
    path = tmp_path / "theirs.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE songs (name TEXT)")
    other.close()
    with pytest.raises(RunError, match="not a store of flowsim's"):
        Store(path).open()


@pytest.mark.parametrize("harm", ["not a database", "torn", "cut"])
def test_a_damaged_file_is_said_to_be_so(store, harm):
    for number in range(20):
        store.keep(f"more {number}", "a question", measured(*map(float, range(1000))))
    store.close()
    whole = store.path.read_bytes()
    broken = {
        "not a database": b"schema: 1\n" * 1000,
        "torn": whole[:5000] + b"\xff" * 40_000 + whole[45_000:],
        "cut": whole[: len(whole) // 3],
    }[harm]
    store.path.write_bytes(broken)

    def read_all():
        return [Store(store.path).find(f"more {number}") for number in range(20)]

    with pytest.raises(RunError, match=r"damaged.*left as it is.*\.recover"):
        read_all()
    assert store.path.read_bytes() == broken


def test_a_folder_that_cannot_be_made_is_said_to_be_so(tmp_path):
    (tmp_path / "runs").write_text("a file", encoding="utf-8")
    with pytest.raises(RunError, match=r"cannot be made.*--store"):
        Store(tmp_path / "runs" / "store.sqlite").open()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said_to_be_so(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(RunError, match=r"cannot be written.*--store"):
        Store(tmp_path / "store.sqlite").open()


def test_whoever_finds_the_store_taken_waits_and_then_says_so(store, monkeypatch):
    monkeypatch.setattr(storing, "PATIENCE", 0.1)
    other = sqlite3.connect(store.path)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(RunError, match=r"Another program has been writing.*kept"):
        Store(store.path).open()
    other.rollback()
    other.close()
    assert Store(store.path).find("a") is not None


def test_two_stores_on_one_file_see_what_the_other_writes(store):
    other = Store(store.path)
    for number in range(20):
        (store, other)[number % 2].keep(f"n{number:02}", "a question", measured(float(number)))
    assert store.keys() == other.keys() == ["a", *(f"n{number:02}" for number in range(20))]
