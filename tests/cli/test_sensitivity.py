"""`flowsim sensitivity`: the number to go and find comes first, and what is wrong is said before anything runs."""

from __future__ import annotations

import json
import sys

import pytest

from flowsim.cli.entry import main
from tests.straight_place import write_straight

pytestmark = pytest.mark.unit


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    def ran(*words):
        monkeypatch.chdir(tmp_path)
        store = ("--store", "store.sqlite") if words[:1] == ("sensitivity",) else ()
        monkeypatch.setattr(sys, "argv", ["flowsim", *words, *store])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return ran


@pytest.fixture
def faster(tmp_path):
    return str(write_straight(tmp_path))


def test_the_number_to_go_and_find_comes_first(run, faster):
    code, out, err = run(
        "sensitivity", faster, "--method", "tornado", "--replications", "2", "--inputs", "parameters.see"
    )
    assert code == 0
    assert "The number to go and find is parameters.see" in out
    assert "6 min to 40 min" in out
    assert "12 replications run; 0 were in store.sqlite." in err


def test_data_are_json_and_the_folder_is_written(run, faster, tmp_path):
    code, out, _ = run("sensitivity", faster, "--json", "-n", "2", "--draws", "4", "--out", "here",
                       "--range", "parameters.walk=15 min to 25 min")  # fmt: skip
    assert code == 0
    data = json.loads(out)
    assert [one["field"] for one in data["numbers"]] == ["parameters.walk"] * 2
    assert data["two_doubts"][0]["draws"] == 4
    assert (tmp_path / "here" / "manifest.json").is_file()


@pytest.mark.parametrize(("words", "said"), [
    (["--range", "parameters.walk"], "is not PATH=LOW to HIGH"),
    (["--range", "parameters.wolk=1 min to 2 min"], "Did you mean `parameters.walk`?"),
    (["--inputs", "nothing"], "No number with a range begins with `nothing`"),
    (["--scenario", "slower"], "has no scenario `slower`"),
    (["--kpi", "tim"], "Did you mean `time`?"),
    (["-n", "1"], "Add --replications 3."),
])  # fmt: skip
def test_what_is_wrong_is_said_before_anything_runs(run, faster, words, said):
    code, _, err = run("sensitivity", faster, *words)
    assert code == 2
    assert said in err
    assert "replications run" not in err
