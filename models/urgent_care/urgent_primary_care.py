"""4. Urgent primary care: same-day slots, the extended-access hub, out-of-hours GPs, pharmacy."""

from __future__ import annotations

from flowsim.pathway import CARRY_ON, Pathway, is_open, pathway, patient


def pathways() -> tuple[Pathway, ...]:
    """A request, whoever is open, and what a GP may do."""
    return (
        request(),
        told_to_see_gp(),
        same_day(),
        extended_access(),
        out_of_hours(),
        no_slot(),
        seen(),
        pharmacy(),
        referred_to_hospital(),
        referral_arrives(),
        assessment_unit_or_ed(),
    )


def request() -> Pathway:
    """Somebody wants a GP today: the practice, or whoever is open instead."""
    return (
        pathway("urgent_primary_care", title="Urgent primary care")
        .mark("gp_requested")
        .route(
            (is_open("gp_hours"), "same_day_gp"),
            (is_open("extended_access_hours"), "extended_access"),
            otherwise="out_of_hours",
        )
    )


def told_to_see_gp() -> Pathway:
    """Told by 111 or the hub to see a GP: not everyone does."""
    return (
        pathway("told_to_see_gp", title="Told to see a GP")
        .choose("gp.makes_contact", yes=CARRY_ON, no="nhs111_advice")
        .then("urgent_primary_care")
    )


def same_day() -> Pathway:
    """The practice: some requests are closed by telephone triage, the rest need one of the day's slots."""
    return (
        pathway("same_day_gp", title="Same-day GP")
        .choose("gp.triage", slot=CARRY_ON, closed="nhs111_advice", pharmacy="pharmacy")
        .seize(
            "gp",
            queue_limit="gp.requests_waiting",
            if_full="no_gp_slot",
            patience="gp.patience",
            on_leave="no_gp_slot",
        )
        .mark("gp_seen")
        .hold("gp.consultation_time")
        .release("gp")
        .then("gp_outcome")
    )


def extended_access() -> Pathway:
    """The hub that is open in the evening and at weekends."""
    return (
        pathway("extended_access", title="Extended-access hub")
        .seize(
            "extended_access_gp",
            queue_limit="extended_access.requests_waiting",
            if_full="out_of_hours",
            patience="extended_access.patience",
            on_leave="out_of_hours",
        )
        .mark("gp_seen")
        .hold("extended_access.consultation_time")
        .release("extended_access_gp")
        .then("gp_outcome")
    )


def out_of_hours() -> Pathway:
    """By telephone, at the base, or at home: each takes the doctor a different time."""
    return (
        pathway("out_of_hours", title="Out-of-hours GP")
        .seize("out_of_hours_gp", priority="acuity", patience="out_of_hours.patience", on_leave="no_gp_slot")
        .mark("gp_seen")
        .choose(
            "out_of_hours.mode",
            telephone="out_of_hours.telephone",
            base="out_of_hours.base",
            home_visit="out_of_hours.home_visit",
        )
        .hold("out_of_hours.telephone_time", label="telephone")
        .then("out_of_hours.done")
        .hold("out_of_hours.base_time", label="base")
        .then("out_of_hours.done", label="after_base")
        .hold("out_of_hours.home_visit_time", label="home_visit")
        .release("out_of_hours_gp", label="done")
        .then("gp_outcome")
    )


def no_slot() -> Pathway:
    """No slot today: it leaks to 111, to a UTC, to the emergency department, or waits for tomorrow."""
    return (
        pathway("no_gp_slot", title="No GP slot")
        .mark("gp_no_slot")
        .choose(
            "gp.without_slot",
            nhs111="nhs111",
            urgent_treatment_centre="travel_to_utc",
            emergency_department="travel_to_ed",
            extended_access="no_gp_slot.hub",
            tomorrow=CARRY_ON,
            nothing="nhs111_advice",
        )
        .hold("gp.next_try_after")
        .then("urgent_primary_care", label="tries_again")
        .route((is_open("extended_access_hours"), "extended_access"), otherwise="nhs111_advice", label="hub")
    )


def seen() -> Pathway:
    """What the GP decides."""
    return pathway("gp_outcome", title="After the GP").choose(
        "gp.outcome",
        done="nhs111_advice",
        pharmacy="pharmacy",
        community="rapid_response",
        nursing="district_nursing",
        hospital_referral="referred_to_hospital",
        emergency_department="travel_to_ed",
    )


def pharmacy() -> Pathway:
    """A pharmacist sees them; some come back."""
    return (
        pathway("pharmacy", title="Pharmacy")
        .come_back("coming_back.after_111", "coming_back.after_111_delay", to="back_after_111")
        .leave("pharmacy")
    )


def referred_to_hospital() -> Pathway:
    """A professional sends somebody in as a would-be admission: to AEC if suitable, or the assessment unit."""
    return (
        pathway("referred_to_hospital", title="Referred to hospital")
        .mark("referred")
        .set("arrival", "referred")
        .set("would_be_admitted", "yes")
        .set("ward", share="specialty.ward")
        .set("aec_suitable", share="aec.suitable")
        .set("conveyed_to", "assessment_unit")
        .set("category", "hcp")
        .choose("referral.travel", own=CARRY_ON, ambulance="dispatch")
        .hold("referral.travel_time")
        .then("referral_arrives")
    )


def referral_arrives() -> Pathway:
    """At the hospital's door: a child goes to the children's department, AEC comes before a bed."""
    return (
        pathway("referral_arrives", title="Referral arrives")
        .set("in_ed", "no")
        .set("site", share="ed.nearest")
        .set("would_be_admitted", "yes", label="is_would_be_admission")
        .set("ward", share="specialty.ward")
        .set("aec_suitable", share="aec.suitable")
        .route(
            (
                patient("aec_suitable", "yes") & patient("child", "no") & is_open("aec_hours"),
                "aec_considered",
            ),
            otherwise="expected_patient",
        )
    )


def assessment_unit_or_ed() -> Pathway:
    """Expected by a specialty: a free assessment bed now, or the emergency department's queue."""
    return (
        pathway("expected_patient", title="Expected by a specialty")
        .route((patient("child", "yes"), "ed_front_door"))
        .seize(
            "assessment_bed",
            priority=1,
            queue_limit="assessment.expected_waiting",
            if_full="ed_front_door",
            patience="assessment.expected_patience",
            on_leave="ed_front_door",
        )
        .mark("admitted")
        .then("assessment_unit")
    )
