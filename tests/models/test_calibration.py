"""The shipped calibration: of this config, unharmed, and on the page; and the shipped census."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from flowsim.studies import Design, Scenario
from flowsim.studies.calibration import calibrate, calibration_table, read_calibration
from flowsim.studies.census import find_census

pytestmark = pytest.mark.golden

ROOT = Path(__file__).resolve().parent.parent.parent
PLACE = "south_worcestershire"


def test_the_shipped_calibration_is_of_the_shipped_config():
    found = read_calibration(PLACE)
    assert found is not None
    table, fits = found
    assert fits, f"remake it: flowsim calibrate {PLACE}"
    assert set(table["scenario"]) == {"baseline", "year_2017_18"}
    assert {True, False} == set(table["used_to_set"])


def test_the_page_is_made_of_the_shipped_table():
    spec = importlib.util.spec_from_file_location("calibration_page", ROOT / "docs" / "calibration_page.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PAGE.read_text(encoding="utf-8") == script.page()


def test_the_shipped_census_is_of_the_shipped_config():
    scenario = Scenario(PLACE)
    census = find_census(scenario.program(), scenario.folder)
    assert census is not None
    assert census.fits, census.why_not


@pytest.mark.slow
def test_a_calibration_can_be_made_again():
    """One replication of the year: what was used to set the config comes out as in the shipped table."""
    census = Scenario(PLACE).folder / "census.npz"
    study = calibrate(PLACE, Design(replications=1, days=364, state=census), lambda _days: None)
    found = read_calibration(PLACE)
    assert found is not None
    ours, shipped = calibration_table(study), found[0]
    for kpi in ("type1_attendances", "admissions_via_type1", "general_acute_beds_occupied"):
        one = ours.loc[(ours["scenario"] == "baseline") & (ours["kpi"] == kpi), "modelled"].iloc[0]
        mean = shipped.loc[(shipped["scenario"] == "baseline") & (shipped["kpi"] == kpi), "modelled"].iloc[0]
        assert one == pytest.approx(mean, rel=0.05)
