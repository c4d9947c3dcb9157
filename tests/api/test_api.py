"""flowsim from Python."""

from __future__ import annotations

import pytest

import flowsim as fs
from flowsim.errors import ConfigError, PlaceNotFound, RunError
from tests.tiny_place import CONFIG, model, write_place

pytestmark = pytest.mark.unit

SHORT = {"days": 4, "warm_up": 1, "workers": 1}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    return fs.place(write_place(tmp_path_factory.mktemp("api") / "clinic"))


@pytest.fixture(scope="module")
def base(clinic):
    return clinic.run(3, **SHORT)


def test_a_place_is_run_and_compared(clinic, base):
    option = clinic.with_options("more_nurses").run(3, **SHORT)
    comparison = option.compare(base)
    table = comparison.table()
    wait = table[(table["kpi"] == "wait") & (table["group"] == "all")].iloc[0]
    assert wait["difference"] < 0
    assert wait["n"] == 3
    assert comparison.answer().startswith("A third nurse:")
    assert {"kpi", "group", "at", "mean", "low", "high"} <= set(base.table().columns)
    assert base.answer().startswith("people wait")
    assert base.observed()["kpi"].tolist() == ["wait"]
    assert comparison.plot.changes() is not None
    assert option.plot.occupancy("nurse") is not None


def test_a_change_has_a_name_of_its_own(clinic, base):
    changed = clinic.with_changes({"resources.nurse.capacity": "+1"}).run(3, **SHORT)
    assert changed.name == "changed"
    assert changed.compare(base).table()["clear"].any()


def test_results_of_different_designs_are_not_compared(clinic, base):
    with pytest.raises(RunError, match="not run alike"):
        clinic.run(2, **SHORT).compare(base)


def test_a_model_made_in_python_has_no_options():
    small = fs.small(model(), CONFIG)
    assert len(small.run(1, days=1, workers=1).table()) > 0
    with pytest.raises(RunError, match="no options"):
        small.with_options("more")
    with pytest.raises(RunError, match="changed in Python"):
        small.with_changes({})


def test_a_small_config_is_checked_with_the_models_attributes():
    wrong = {**CONFIG, "sources": {"walk_in": {"rate": "4/h", "mix": {"home": {"hil": 0.5, "valley": 0.5}}}}}
    with pytest.raises(ConfigError, match="`hill`"):
        fs.small(model(), wrong)


@pytest.mark.parametrize("wrong", [{"start": "full"}, {"days": 0}, {"replications": 0}])
def test_nonsense_is_refused(clinic, wrong):
    with pytest.raises(RunError):
        clinic.run(**{"replications": 1, **SHORT, **wrong})


def test_unknown_names_are_answered_with_the_nearest(clinic):
    with pytest.raises(ConfigError, match="`more_nurses`"):
        clinic.with_options("more_nurse").run(1, **SHORT)
    with pytest.raises(PlaceNotFound, match="`small_town`"):
        fs.place("small_twon").run(1)


def test_a_run_is_saved(base, tmp_path):
    assert (tmp_path / "manifest.json") in base.save(tmp_path)


def test_the_front_door_knows_its_rooms():
    assert fs.__version__
    with pytest.raises(AttributeError, match="nonsense"):
        _ = fs.nonsense
