"""Everything that a patient can hold or wait for, service by service, and the hours of services."""

from __future__ import annotations

from flowsim.pathway import Calendar, Resource, calendar, resource

ED_SPACES = (
    "resus_bay",
    "cubicle",
    "chair",
    "children_cubicle",
    "mental_health_room",
    "handover_space",
    "corridor_space",
)
"""Where a patient can be inside an emergency department; each gives back whichever it holds."""

WARD_BEDS = (
    "medical_bed",
    "older_bed",
    "surgical_bed",
    "trauma_bed",
    "children_bed",
    "escalation_bed",
    "elective_bed",
)

CRITICAL_CARE_BEDS = ("critical_care_bed", "children_critical_care_bed")

BEDS = ("assessment_bed", *WARD_BEDS)
"""General and acute beds: where somebody can be when they are ready to leave hospital."""

AT_HOME = ("care_hours", "virtual_ward_bed", "home_iv_place")
"""Care at home that somebody can leave hospital with: one of these or none."""


def resources() -> tuple[Resource, ...]:
    """All of them, in the order of the journey."""
    return (
        *by_telephone(),
        *ambulances(),
        *urgent_care(),
        *emergency(),
        *mental_health(),
        *beds(),
        *leaving(),
        *community(),
    )


def by_telephone() -> tuple[Resource, ...]:
    """People who answer calls."""
    return (
        resource("health_adviser", title="NHS 111 health advisers"),
        resource("hub_clinician", title="Clinical hub clinicians"),
        resource("call_taker", title="999 call takers"),
    )


def ambulances() -> tuple[Resource, ...]:
    """Crews are shared by the place and the zone outside it."""
    return (
        resource("crew", title="Ambulance crews"),
        resource("patient_transport", title="Patient transport crews"),
    )


def urgent_care() -> tuple[Resource, ...]:
    """Urgent care outside the emergency department."""
    return (
        resource("gp", title="GPs seeing same-day urgent requests"),
        resource("extended_access_gp", title="Extended-access hub clinicians"),
        resource("out_of_hours_gp", title="Out-of-hours GPs"),
        resource("utc_clinician", per_site=True, title="Clinicians of the UTC, MIU or urgent care centre"),
    )


def emergency() -> tuple[Resource, ...]:
    """The emergency department and ambulatory emergency care."""
    return (
        resource("handover_space", per_site=True, title="Spaces where crews may hand over"),
        resource("corridor_space", per_site=True, title="Corridor spaces opened under pressure"),
        resource("resus_bay", per_site=True, title="Resuscitation bays"),
        resource("cubicle", per_site=True, title="Majors cubicles"),
        resource("chair", per_site=True, title="Chairs for minors and those fit to sit"),
        resource("children_cubicle", per_site=True, title="Children's ED cubicles"),
        resource("boarder", per_site=True, title="Patients boarding in ED (a count, not a limit)"),
        resource("triage_nurse", per_site=True, title="Triage nurses"),
        resource("ed_nurse", per_site=True, title="ED nurses"),
        resource("ed_doctor", per_site=True, title="ED doctors"),
        resource("minors_practitioner", per_site=True, title="Emergency practitioners in minors"),
        resource("scanner", per_site=True, title="Imaging for ED and AEC"),
        resource("medical_team", per_site=True, title="On-call medical team"),
        resource("surgical_team", per_site=True, title="On-call surgical team"),
        resource("trauma_team", per_site=True, title="On-call orthopaedic team"),
        resource("children_team", per_site=True, title="On-call children's team"),
        resource("aec_chair", per_site=True, title="Ambulatory emergency care chairs"),
        resource("aec_clinician", per_site=True, title="Ambulatory emergency care clinicians"),
    )


def mental_health() -> tuple[Resource, ...]:
    """People and places for a mental-health crisis."""
    return (
        resource("mental_health_room", per_site=True, title="Mental-health rooms in ED"),
        resource("liaison_team", per_site=True, title="Psychiatric liaison"),
        resource("mha_assessor", title="Mental Health Act assessors"),
        resource("crisis_team", title="Crisis team places"),
        resource("place_of_safety", title="Places of safety"),
        resource("mental_health_bed", title="Mental-health beds"),
    )


def beds() -> tuple[Resource, ...]:
    """Hospital beds. Critical care stands outside general and acute beds."""
    return (
        resource("assessment_bed", per_site=True, title="Assessment unit and short-stay beds"),
        resource("medical_bed", per_site=True, title="Medical beds"),
        resource("older_bed", per_site=True, title="Beds for older people"),
        resource("surgical_bed", per_site=True, title="Surgical beds"),
        resource("trauma_bed", per_site=True, title="Trauma and orthopaedic beds"),
        resource("children_bed", per_site=True, title="Children's beds"),
        resource("escalation_bed", per_site=True, title="Escalation beds"),
        resource("elective_bed", per_site=True, title="Ring-fenced elective beds"),
        resource("critical_care_bed", per_site=True, title="Adult critical-care beds"),
        resource("children_critical_care_bed", title="Children's critical-care beds"),
        resource("day_case_space", per_site=True, title="Day-case spaces"),
    )


def leaving() -> tuple[Resource, ...]:
    """What it takes to leave hospital."""
    return (
        resource("transfer_assessor", per_site=True, title="Transfer-of-care assessors and therapists"),
        resource("discharge_pharmacist", per_site=True, title="Pharmacists for discharge medicines"),
        resource("home_start", title="Pathway 1: new starts a day"),
        resource("care_hours", title="Pathway 1: care hours a week"),
        resource("self_funded_start", title="Self-funded care: new starts a day"),
        resource("community_bed", title="Pathway 2: community beds"),
        resource("care_home_start", title="Pathway 3: care-home places found a day"),
        resource("care_broker", title="Brokers of long-term and complex care"),
        resource("fast_track_start", title="Fast-track end-of-life starts a day"),
    )


def community() -> tuple[Resource, ...]:
    """Teams and places outside hospital."""
    return (
        resource("rapid_response_team", title="Urgent community response clinicians"),
        resource("enhanced_care_place", title="Enhanced care and recover-at-home places"),
        resource("care_home_team", title="Care-home team"),
        resource("district_nurse", title="District nurses"),
        resource("night_team", title="Integrated night service"),
        resource("home_iv_place", title="Home IV places"),
        resource("virtual_ward_bed", title="Virtual-ward beds"),
        resource("proactive_place", title="Proactive care caseload places"),
    )


def calendars() -> tuple[Calendar, ...]:
    """Hours: fewer weekend discharges come out of these and of rotas, never from an input."""
    return (
        calendar("gp_hours"),
        calendar("extended_access_hours"),
        calendar("utc_hours", per_site=True),
        calendar("aec_hours", per_site=True),
        calendar("ward_round", per_site=True),
        calendar("discharge_hours", per_site=True),
        calendar("package_starts"),
        calendar("care_home_admissions"),
        calendar("community_bed_admissions"),
        calendar("care_home_team_hours"),
        calendar("rapid_response_hours"),
        calendar("elective_lists"),
    )
