"""8, continued. Critical care, outside general and acute beds; stepping down waits for a ward bed."""

from __future__ import annotations

from flowsim.pathway import CARRY_ON, Pathway, holding, pathway, patient, queue

from .resources import BEDS, ED_SPACES

URGENT = 1
"""Emergencies before operations: electives ask at the tail of `bed_request`."""


def pathways() -> tuple[Pathway, ...]:
    """In from ED or a ward, the stay, and out to a ward."""
    return (find_critical_care(), found(), ward_worse(), stay(), children_stay(), out())


def find_critical_care() -> Pathway:
    """From ED; a child goes to children's critical care."""
    return (
        pathway("find_critical_care", title="Bed wanted: critical care")
        .mark("bed_requested")
        .route((patient("child", "yes"), "find_critical_care.children"))
        .seize("critical_care_bed", priority="bed_request", label="adults")
        .then("critical_care_found")
        .seize("children_critical_care_bed", priority="bed_request", label="children")
        .then("critical_care_found", label="children_found")
    )


def found() -> Pathway:
    """The place before is free. Who comes from ED leaves it, and its clock, now."""
    return (
        pathway("critical_care_found", title="Critical-care bed found")
        .route((patient("in_ed", "no"), "critical_care_found.moves"))
        .set("ed_outcome", "admitted")
        .mark("ed_departure")
        .set("in_ed", "no")
        .mark("admitted")
        .release(("boarder", *ED_SPACES, *BEDS), if_held=True, label="moves")
        .route((holding("critical_care_bed"), "critical_care"), otherwise="children_critical_care")
    )


def ward_worse() -> Pathway:
    """Worse on the ward. With no bed in time, outreach looks after them where they are."""
    return (
        pathway("ward_worse", title="Worse on the ward")
        .hold("wards.time_until_worse")
        .mark("critical_care_requested")
        .route((patient("child", "yes"), "ward_worse.stays"))
        .seize(
            "critical_care_bed",
            priority=URGENT,
            patience="critical_care.ward_patience",
            on_leave="ward_worse.outreach",
        )
        .then("critical_care_found")
        .mark("critical_care_refused", label="outreach")
        .hold("wards.time_to_ready", label="stays")
        .then("end_of_stay")
    )


def stay() -> Pathway:
    """Until ready for step-down. When others wait, the last stage is cut short: a coping rule."""
    return (
        pathway("critical_care", title="Critical care")
        .mark("in_critical_care")
        .hold("critical_care.time_to_ready")
        .route((queue("critical_care_bed") >= "coping.early_step_down_at", "critical_care.early"))
        .hold("critical_care.last_stage")
        .then("critical_care_out")
        .mark("early_step_down", label="early")
        .then("critical_care_out", label="leaves_early")
    )


def children_stay() -> Pathway:
    """Children's critical care, often far away: the network's beds are shared by all sites."""
    return (
        pathway("children_critical_care", title="Children's critical care")
        .mark("in_critical_care")
        .hold("critical_care.time_to_ready")
        .then("critical_care_out")
    )


def out() -> Pathway:
    """Alive and ready: a ward bed, first in the order of free beds, while the critical-care bed is held."""
    return (
        pathway("critical_care_out", title="Leaving critical care")
        .choose("critical_care.outcome", ready=CARRY_ON, died="died_in_hospital")
        .mark("ready_for_step_down")
        .set("bed_request", "step_down")
        .then("find_bed")
    )
