"""The few KPIs of a first screen: those that people ask for first, in the order of the journey."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flowsim.pathway.observe import Kpi

SENTENCES = {
    "response_c2_mean": "category 2 calls are reached in {} minutes on average",
    "handover_over_60": "{} of handovers take over an hour",
    "four_hours": "{} of type 1 patients leave within four hours",
    "occupancy": "{} of general and acute beds are occupied",
    "ready_to_go": "patients who are ready to go and still in a bed: {}",
}
HEADLINES = frozenset((
    *SENTENCES, "answered_in_60s", "handover_mean", "crew_hours_lost", "type1_attendances", "over_12_from_arrival",
    "over_12_from_decision", "boarding_hours", "left_unseen", "aec_share", "emergency_admissions", "in_7_days",
    "in_21_days", "outliers", "corridor", "cancelled", "bed_days_lost", "wait_pathway_1", "wait_pathway_2",
    "wait_pathway_3", "two_hours", "community_bed_occupancy", "readmission",
))  # fmt: skip


def marked(kpis: Iterable[Kpi]) -> tuple[Kpi, ...]:
    """The same KPIs, the headlines marked as such."""
    return tuple(
        replace(kpi, headline=kpi.name in HEADLINES, sentence=SENTENCES.get(kpi.name, "")) for kpi in kpis
    )
