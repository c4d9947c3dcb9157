"""`flowsim seek` and `flowsim frontier`: what they say, write, and refuse."""

from __future__ import annotations

import csv
import json
import sys

import pytest

from flowsim.cli import main
from flowsim.sampling import cache
from tests.tiny_place import write_place

pytestmark = pytest.mark.unit

SEEK = """\
schema: 1
title: Nurses
question: How many nurses does the clinic need?
place: ./clinic
seek: {field: resources.nurse.capacity, from: 1, to: 9, step: 1, probability: 60%, confidence: 80%}
replications: 4
most: 8
start: empty
warm_up: 1 day
length: 4 days
standard: [{kpi: wait, at_most: 10 min}]
"""
FRONTIER = """\
schema: 1
title: Nurses and visits, by cost
question: What is the cheapest way to each wait?
place: ./clinic
design:
  latin_hypercube:
    resources.nurse.capacity: {from: 2, to: 6}
    sources.walk_in.rate: {from: 3/h, to: 5/h}
  settings: 12
frontier:
  kpi: quick
  confirm: 3
  costs:
    resources.nurse.capacity: {each: 40_000 GBP, status: illustrative, range: [35_000, 50_000]}
    sources.walk_in.rate: {each: 0 GBP}
replications: 3
start: empty
warm_up: 1 day
length: 3 days
kpis: [quick]
"""


@pytest.fixture
def flowsim(capsys, monkeypatch):
    """Run a command in this process: (exit code, stdout, stderr)."""
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("searching")
    write_place(found / "clinic")
    (found / "nurses.yaml").write_text(SEEK, encoding="utf-8")
    (found / "costs.yaml").write_text(FRONTIER, encoding="utf-8")
    return found


def test_the_smallest_is_found_and_told_and_written(flowsim, folder):
    asked = ("seek", folder / "nurses.yaml", "--workers", "1", "--store", folder / "store.sqlite")
    code, out, err = flowsim(*asked, "--out", folder / "seek")
    assert code == 0
    assert "Standard: Wait, mean at most 10 minutes, in 60% of such periods." in out
    assert "nurse.capacity" in out
    assert "0 were in" in err
    with (folder / "seek" / "settings.csv").open() as text:
        rows = list(csv.DictReader(text))
    assert [row["verdict"] for row in rows][:1] == ["fails"]
    assert rows[-1]["verdict"] == "meets"
    assert (folder / "seek" / "seek.png").stat().st_size > 10_000
    assert json.loads((folder / "seek" / "manifest.json").read_text())["experiment"] == "nurses"
    code, out, err = flowsim(*asked, "--json")
    data = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert (code, data["ran"]) == (0, 0)
    fails, meets = int(data["known_to_fail"]), int(data["known_to_meet"])
    assert fails < meets
    assert {row["resources.nurse.capacity"]: row["verdict"] for row in data["settings"]}[
        str(meets)
    ] == "meets"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("step: 1", "step: 3", "Steps of 3 do not lead from 1 to 9"),
        ("step: 1", "step: 0.5", "A whole step above zero"),
        ("probability: 60%", "probability: 100%", "A share between 0 and 1"),
        ("probability: 60%", "standard: quick", "No standard is about this KPI"),
        ("resources.nurse.capacity", "resources.nurs.capacity", "`resources.nurse.capacity`"),
        ("standard: [", "kpis: [wait]\n# [", "Which standard is to be met is not said"),
        ("most: 8", "most: 5", "Not even 5 of 5 replications"),
        ("from: 1, to: 9", "from: 9, to: 1", "The first end is not below the second"),
        ("step: 1", "step: 1, find: fewest", "find"),
    ],
)
def test_a_seek_that_cannot_be_is_refused_with_its_remedy(flowsim, folder, tmp_path, old, new, told):
    write_place(tmp_path / "clinic")
    assert SEEK.count(old) == 1
    (tmp_path / "wrong.yaml").write_text(SEEK.replace(old, new), encoding="utf-8")
    code, out, err = flowsim("seek", tmp_path / "wrong.yaml", "--store", tmp_path / "store.sqlite")
    assert (code, out) == (2, "")
    assert told in err


def test_a_frontier_is_of_simulated_settings(flowsim, folder):
    pytest.importorskip("sklearn")
    asked = ("frontier", folder / "costs.yaml", "--workers", "1", "--store", folder / "store.sqlite")
    code, out, _ = flowsim(*asked, "--out", folder / "frontier")
    assert code == 0
    assert "settings that it did not see: R²" in out
    assert (folder / "frontier" / "frontier.png").stat().st_size > 10_000
    with (folder / "frontier" / "costs.csv").open() as text:
        rows = list(csv.DictReader(text))
    assert (rows[0]["each"], rows[0]["status"], rows[0]["range"]) == (
        "40000.0",
        "illustrative",
        "35000 to 50000",
    )
    code, out, _ = flowsim(*asked, "--json")
    data = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert (code, data["ran"]) == (0, 0)
    assert data["on_unseen_settings"]["good"]
    assert {row["kind"] for row in data["settings"]} == {"design", "proposed"}
    best = [row for row in data["settings"] if row["on_frontier"]]
    assert [row["cost"] for row in best] == sorted({row["cost"] for row in best})
    assert [row["mean"] for row in best] == sorted({row["mean"] for row in best})
    for row in data["settings"]:
        assert row["cost"] == 40_000 * int(row["resources.nurse.capacity"])
        assert any(one["cost"] <= row["cost"] and one["mean"] >= row["mean"] for one in best)


def test_a_stand_in_that_foretells_nothing_is_not_asked(flowsim, tmp_path):
    """How many come does not depend on the nurses."""
    pytest.importorskip("sklearn")
    write_place(tmp_path / "clinic")
    text = FRONTIER.replace("kpi: quick", "kpi: time").replace(
        "{from: 3/h, to: 5/h}", "{from: 4/h, to: 4.001/h}"
    )
    text = text.replace("{from: 2, to: 6}", "{from: 20, to: 60}").replace("length: 3 days", "length: 1 day")
    (tmp_path / "costs.yaml").write_text(text, encoding="utf-8")
    code, out, _ = flowsim(
        "frontier", tmp_path / "costs.yaml", "--store", tmp_path / "store.sqlite", "--json"
    )
    data = json.loads(out)
    assert code == 0
    assert not data["on_unseen_settings"]["good"]
    assert "is not good enough to be asked" in data["answer"][0]
    assert {row["kind"] for row in data["settings"]} == {"design"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "    sources.walk_in.rate: {each: 0 GBP}\n",
            "",
            "Nothing says what one more of `sources.walk_in.rate` costs",
        ),
        ("each: 0 GBP", "each: 0 EUR", "Costs are in two currencies"),
        ("each: 0 GBP", "each: 12", "This is not an amount of money"),
        ("from: 2, to: 6", "from: x 0.5, to: x 2", "A factor has no units"),
        ("kpi: quick", "kpi: quik", "Did you mean `quick`?"),
        ("kpi: quick", "kpi: visits", "`visits` has no better side"),
        ("    sources.walk_in.rate: {each", "    sources.walk_in.rat: {each", "The design has no such field"),
        ("replications: 3", "replications: 1", "One replication cannot say"),
    ],
)
def test_a_frontier_that_cannot_be_is_refused_with_its_remedy(flowsim, tmp_path, old, new, told):
    pytest.importorskip("sklearn")
    write_place(tmp_path / "clinic")
    assert FRONTIER.count(old) == 1
    (tmp_path / "wrong.yaml").write_text(FRONTIER.replace(old, new), encoding="utf-8")
    code, out, err = flowsim("frontier", tmp_path / "wrong.yaml", "--store", tmp_path / "store.sqlite")
    assert (code, out) == (2, "")
    assert told in err


def test_without_scikit_learn_the_remedy_is_told(flowsim, folder, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    code, out, err = flowsim("frontier", folder / "costs.yaml", "--store", tmp_path / "store.sqlite")
    assert (code, out) == (2, "")
    assert "pip install 'flowsim[search]'" in err
