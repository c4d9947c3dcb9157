"""`compare` and `sweep` from the command line: the answer first, from the store the second time, refused in words."""

from __future__ import annotations

import json
import sys

import pytest

from flowsim.cli import main
from flowsim.sampling import cache
from tests.tiny_place import write_place

pytestmark = pytest.mark.unit

ASKED = """\
schema: 1
title: A third nurse
question: Does a third nurse help?
place: clinic
scenarios:
  more: {options: [more_nurses]}
  busier: {title: A tenth more people, demand: 1.1}
design:
  grid: {resources.nurse.capacity: [+0, +1]}
replications: 3
warm_up: 7 days
settle: 7 days
length: 14 days
kpis: [wait, quick]
standard:
  - {kpi: quick, at_least: 80%, source: us, status: illustrative}
prediction: {text: The wait halves., by: the nurses, date: 2018-06-30}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    write_place(tmp_path / "configs" / "clinic")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "nurses.yaml").write_text(ASKED, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def flowsim(capsys, monkeypatch):
    monkeypatch.setattr(cache, "is_compiled", lambda: True)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["flowsim", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_compare_says_question_prediction_and_answer_before_its_tables(flowsim, folder):
    code, out, err = flowsim("compare", "nurses")
    assert code == 0
    lines = [line for line in out.splitlines() if line.strip()]
    assert lines[:3] == [
        "A third nurse",
        "Does a third nurse help?",
        "3 replications of 14 days from states warmed for 7 days, settled for 7 days in each scenario, seed 1",
    ]
    assert lines[3] == "Expected beforehand (the nurses, 2018-06-30): The wait halves."
    assert lines[4].startswith("A third nurse: Better: Seen in ten minutes +")
    assert "A tenth more people: Seen in ten minutes at least 80% is met in " in out
    assert "A tenth more people, against the baseline (same patients)" in out
    assert err == f"9 replications run; 0 were in {folder / 'runs' / 'store.sqlite'}.\n"


def test_a_second_time_it_is_answered_from_the_store_word_for_word(flowsim, folder):
    _, first, _ = flowsim("compare", "nurses", "--json")
    _, second, err = flowsim("compare", "nurses", "--json")
    assert err.startswith("0 replications run; 9 were in")
    once, again = json.loads(first), json.loads(second)
    assert (again.pop("ran"), again.pop("found")) == (0, 9)
    assert (once.pop("ran"), once.pop("found")) == (9, 0)
    assert once == again
    _, _, err = flowsim("compare", "nurses", "-n", "5")
    assert err.startswith("6 replications run; 9 were in")


def test_compare_writes_a_run_that_leads_back_to_its_replications(flowsim, folder):
    code, _, _ = flowsim("compare", "nurses", "--out", "out")
    assert code == 0
    manifest = json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["question"] == "Does a third nurse help?"
    assert manifest["prediction"]["by"] == "the nurses"
    assert (manifest["warm_up_days"], manifest["settle_days"]) == (7, 7)
    assert {name: len(keys) for name, keys in manifest["replications_by_key"].items()} == {
        "baseline": 3, "more": 3, "busier": 3,
    }  # fmt: skip
    assert {"kpis.csv", "summary.csv"} <= set(manifest["files"])


def test_replications_are_added_until_all_is_precise_enough(flowsim, folder):
    path = folder / "experiments" / "nurses.yaml"
    path.write_text(ASKED + "until:\n  quick: {absolute: 0.4%}\nmost: 9\n", encoding="utf-8")
    _, out, err = flowsim("compare", "nurses", "--json")
    said = json.loads(out)
    assert 3 < said["replications"] <= 9
    assert said["ran"] == 3 * said["replications"]
    assert err.startswith(f"{said['ran']} replications run; 0 were")


def test_a_precision_relative_to_a_difference_near_nothing_is_refused(flowsim, folder):
    path = folder / "experiments" / "nurses.yaml"
    path.write_text(ASKED.replace("1.1}", "1.01}") + "until:\n  quick: {relative: 5%}\n", encoding="utf-8")
    code, _, err = flowsim("compare", "nurses")
    assert code == 2
    assert "too near zero for a precision relative to its mean" in err


def test_sweep_shows_the_best_first_and_writes_them_all(flowsim, folder):
    code, out, err = flowsim("sweep", "nurses", "--out", "swept")
    assert code == 0
    assert err.startswith("6 replications run; 3 were in")  # one setting is the baseline
    assert "2 settings, the best first: Wait, mean" in out
    rows = [line.split() for line in out.splitlines() if line.strip().startswith(("baseline", "s0"))]
    assert [row[0] for row in rows] == ["baseline", "s002", "s001"]
    files = {path.name for path in (folder / "swept").iterdir()}
    assert files == {"settings.csv", "figures.csv", "standards.csv", "manifest.json"}


def test_the_baseline_of_a_sweep_is_its_setting_that_changes_nothing(flowsim, folder):
    _, out, _ = flowsim("sweep", "nurses", "--json")
    rows = {(row["setting"], row["kpi"]): row for row in json.loads(out)["settings"]}
    assert rows["baseline", "wait"]["mean"] == rows["s001", "wait"]["mean"]
    assert rows["s001", "wait"]["difference"] == rows["s001", "wait"]["difference_high"] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("compare", "nurse"), "Did you mean `nurses`?"),
        (
            ("compare", "nurses", "--store", "configs/clinic/config.yaml/store.sqlite"),
            "Choose another --store",
        ),
        (("compare", "nurses", "--store", "configs/clinic/config.yaml"), "config.yaml is damaged"),
    ],
)
def test_a_mistake_is_one_message_and_code_2(flowsim, folder, words, told):
    code, out, err = flowsim(*words)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_a_sweep_without_a_design_and_a_comparison_without_scenarios_are_refused(flowsim, folder):
    path = folder / "experiments" / "nurses.yaml"
    path.write_text(
        ASKED.replace("design:\n  grid: {resources.nurse.capacity: [+0, +1]}\n", ""), encoding="utf-8"
    )
    code, _, err = flowsim("sweep", "nurses")
    assert code == 2
    assert "nurses has no design to sweep." in err
    begin, end = ASKED.index("scenarios:"), ASKED.index("design:")
    path.write_text(ASKED[:begin] + ASKED[end:], encoding="utf-8")
    code, _, err = flowsim("compare", "nurses")
    assert code == 2
    assert "nurses has no scenarios to compare." in err
