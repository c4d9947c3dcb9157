"""8. Assessment unit and wards: finding a bed, the stay until medically ready, outliers and escalation beds."""

from __future__ import annotations

from flowsim.pathway import CARRY_ON, Pathway, free, holding, in_use, pathway, patient

from .resources import BEDS, CRITICAL_CARE_BEDS, ED_SPACES

RIGHT_BEDS = {
    "medical": ("medical_bed", "escalation_bed"),
    "older": ("older_bed", "escalation_bed"),
    "surgical": ("surgical_bed", "escalation_bed"),
    "trauma": ("trauma_bed", "escalation_bed"),
}
"""Where each ward's patients belong; escalation beds open by rule."""

OUTLIER_BEDS = {
    "medical": ("older_bed", "surgical_bed", "trauma_bed"),
    "older": ("medical_bed", "trauma_bed", "surgical_bed"),
    "surgical": ("trauma_bed", "medical_bed"),
    "trauma": ("surgical_bed", "older_bed"),
}
"""Where they may lie as outliers, the nearest in kind first."""

AFTER_A_LONG_WAIT = (("wards.long_wait", 0),)


def pathways() -> tuple[Pathway, ...]:
    """From the request for a bed to being ready to leave it."""
    return (
        find_assessment_bed(),
        find_bed(),
        *(find_ward_bed(ward) for ward in RIGHT_BEDS),
        outlier(),
        find_children_bed(),
        bed_found(),
        in_bed(),
        newly_admitted(),
        into_assessment_unit(),
        assessment_unit(),
        on_ward(),
        finish_at_home("home_iv", "home_iv_place", "Home IV"),
        rest_of_stay(),
        finish_at_home("virtual_ward", "virtual_ward_bed", "Virtual ward"),
        end_of_stay(),
        died(),
    )


def find_assessment_bed() -> Pathway:
    """A bed in the assessment unit; if it is full and a medical bed is free, straight to that."""
    return (
        pathway("find_assessment_bed", title="Bed wanted: assessment unit")
        .mark("bed_requested")
        .route(((free("assessment_bed") < 1) & (free("medical_bed") >= 1), "find_bed"))
        .seize("assessment_bed", priority="bed_request")
        .route((patient("in_ed", "no"), "into_assessment_unit"))
        .set("ed_outcome", "admitted")
        .mark("ed_departure")
        .set("in_ed", "no")
        .then("into_assessment_unit")
    )


def into_assessment_unit() -> Pathway:
    """The place before is free."""
    return (
        pathway("into_assessment_unit", title="Into the assessment unit")
        .release(("boarder", *ED_SPACES, "aec_chair"), if_held=True)
        .mark("admitted")
        .then("assessment_unit")
    )


def find_bed() -> Pathway:
    """Which ward?"""
    return (
        pathway("find_bed", title="Bed wanted: ward")
        .mark("bed_requested")
        .route(
            *((patient("ward", ward), f"find_{ward}_bed") for ward in RIGHT_BEDS),
            otherwise="find_children_bed",
        )
    )


def find_ward_bed(ward: str) -> Pathway:
    """Free beds go in order of `bed_request`, and after a long wait before all others.

    Outliers and breaching the elective ring-fence are coping; the config switches them on and off. A breach takes
    a ring-fenced bed that is free now; nobody queues for one before the patients of the day's operations.
    """
    name, right, outlier = f"find_{ward}_bed", RIGHT_BEDS[ward], OUTLIER_BEDS[ward]
    order, later = "bed_request", AFTER_A_LONG_WAIT
    return (
        pathway(name, title=f"Bed wanted: {ward}")
        .route(
            (
                (in_use("boarder") >= "coping.breach_ring_fence_at") & (free("elective_bed") >= 1),
                f"{name}.ring_fence_breached",
            )
        )
        .choose("coping.outliers", allowed=CARRY_ON, right_ward_only=f"{name}.right_ward")
        .seize(first_of=(*right, *outlier), priority=order, escalate=later, label="outlier_allowed")
        .route(*((holding(bed), "bed_found") for bed in right), otherwise="outlier")
        .seize(first_of=right, priority=order, escalate=later, label="right_ward")
        .then("bed_found")
        .seize(
            first_of=(*right, *outlier, "elective_bed"),
            priority=order,
            escalate=later,
            label="ring_fence_breached",
        )
        .route(*((holding(bed), "bed_found") for bed in right), otherwise="outlier", label="which_bed")
    )


def outlier() -> Pathway:
    """In a bed of another ward; they stay there until they leave."""
    return pathway("outlier", title="Outlier").mark("outlier").then("bed_found")


def find_children_bed() -> Pathway:
    """Children lie with children."""
    return (
        pathway("find_children_bed", title="Bed wanted: children")
        .seize("children_bed", priority="bed_request")
        .then("bed_found")
    )


def bed_found() -> Pathway:
    """In the new bed. Who comes from ED leaves it, and its clock, now."""
    return (
        pathway("bed_found", title="Bed found")
        .route((patient("in_ed", "no"), "in_bed"))
        .set("ed_outcome", "admitted")
        .mark("ed_departure")
        .set("in_ed", "no")
        .then("in_bed")
    )


def in_bed() -> Pathway:
    """The place before it is free (with the ED nurse's time); a first bed is an admission, another a move."""
    return (
        pathway("in_bed", title="In the new bed")
        .release(
            ("boarder", *ED_SPACES, "aec_chair", "assessment_bed", "day_case_space", *CRITICAL_CARE_BEDS),
            if_held=True,
        )
        .route((patient("bed_request", "emergency"), "newly_admitted"))
        .mark("moved_to_ward")
        .then("on_ward")
    )


def newly_admitted() -> Pathway:
    """An emergency admission, straight to a ward."""
    return pathway("newly_admitted", title="Admitted").mark("admitted").then("on_ward")


def assessment_unit() -> Pathway:
    """Up to 72 hours: home from here, or on to a ward, keeping the bed until there is one."""
    return (
        pathway("assessment_unit", title="Assessment unit")
        .mark("in_assessment_unit")
        .hold("assessment.time_to_decision")
        .choose(
            "assessment.outcome", home=CARRY_ON, ward="assessment_unit.to_ward", critical_care="ward_worse"
        )
        .hold("assessment.time_to_ready")
        .then("ready_to_leave")
        .set("bed_request", "assessment_unit", label="to_ward")
        .then("find_bed")
    )


def on_ward() -> Pathway:
    """The input is time to medically ready; what comes after is made by the model."""
    return (
        pathway("on_ward", title="On a ward")
        .mark("on_ward")
        .choose("wards.gets_worse", no=CARRY_ON, critical_care="ward_worse")
        .choose(
            "wards.finish_at_home", no=CARRY_ON, home_iv="home_iv_early", virtual_ward="virtual_ward_early"
        )
        .hold("wards.time_to_ready")
        .then("end_of_stay")
    )


def finish_at_home(name: str, place: str, title: str) -> Pathway:
    """The last days of treatment at home, if there is a place in time; they count as a ward's days moved home."""
    return (
        pathway(f"{name}_early", title=f"{title} instead of the last ward days")
        .hold("wards.time_to_finish_at_home")
        .seize(place, patience="wards.wait_to_finish_at_home", on_leave="rest_of_stay")
        .set("pathway", "0")
        .mark("medically_ready")
        .then("goes_home")
    )


def rest_of_stay() -> Pathway:
    """No place at home in time: the rest of the stay is on the ward."""
    return pathway("rest_of_stay", title="Rest of the stay").hold("wards.rest_of_stay").then("end_of_stay")


def end_of_stay() -> Pathway:
    """Ready to leave, dying, or dead."""
    return pathway("end_of_stay", title="End of treatment").choose(
        "wards.outcome", ready="ready_to_leave", end_of_life="end_of_life", died="died_in_hospital"
    )


def died() -> Pathway:
    """Died in hospital."""
    return (
        pathway("died_in_hospital", title="Died in hospital")
        .mark("left_hospital")
        .release((*BEDS, *CRITICAL_CARE_BEDS, "community_bed"), if_held=True)
        .leave("died_in_hospital")
    )
