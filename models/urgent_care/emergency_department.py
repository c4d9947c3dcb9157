"""6. Emergency department: from the door to a decision. Clinicians come in visits; nobody is held during tests."""

from __future__ import annotations

from flowsim.pathway import CARRY_ON, Pathway, free, holding, is_open, pathway, patient, queue

from .resources import ED_SPACES

IN_A_BAY = tuple(space for space in ED_SPACES if space not in ("handover_space", "corridor_space"))

ON_A_TROLLEY = ("handover_space", "corridor_space")
"""Handed over, but not yet where a doctor can see them."""

TEAMS = {
    "medical_team": ("medical", "older"),
    "surgical_team": ("surgical",),
    "trauma_team": ("trauma",),
    "children_team": ("children",),
}
"""The specialty that reviews the patients of each ward, by its own rota."""


def pathways() -> tuple[Pathway, ...]:
    """In the order in which a patient meets them."""
    return (
        front_door(),
        ambulance_arrival(),
        outlook(),
        stream(),
        streamed_away(),
        to_gp(),
        after_handover(),
        *into("ed_majors", "Majors", "cubicle"),
        *into("ed_fit_to_sit", "Fit to sit", "chair"),
        resus(),
        children(),
        minors(),
        minors_done(),
        assess(),
        tests(),
        review(),
        specialty_review(),
        specialty_decision(),
        second_look(),
        transfer_out(),
        decision_to_admit(),
        goes_home(),
        died(),
        left_unseen(),
    )


def front_door() -> Pathway:
    """Walk in, wait for the triage nurse, be triaged."""
    return (
        pathway("ed_front_door", title="ED front door")
        .mark("ed_arrival")
        .set("in_ed", "yes")
        .seize("triage_nurse", priority="acuity", patience="ed.triage_patience", on_leave="ed_left_unseen")
        .mark("ed_triage")
        .hold("ed.triage_time")
        .release("triage_nurse")
        .then("ed_outlook")
    )


def ambulance_arrival() -> Pathway:
    """Triaged where they were put down."""
    return (
        pathway("ed_ambulance_arrival", title="ED triage after handover")
        .seize("triage_nurse", priority="acuity")
        .mark("ed_triage")
        .hold("ed.triage_time")
        .release("triage_nurse")
        .then("ed_outlook")
    )


def outlook() -> Pathway:
    """Would this patient be admitted, and to whom? Drawn once. AEC is considered at the outset if that is the way."""
    return (
        pathway("ed_outlook", title="Outlook at triage")
        .route((patient("arrival", "referred"), "ed_stream"))  # a referral is a would-be admission already
        .set("would_be_admitted", share="ed.would_be_admitted")
        .set("ward", share="specialty.ward")
        .route((patient("would_be_admitted", "no"), "ed_stream"))
        .set("aec_suitable", share="aec.suitable")
        .route(
            (
                patient("aec_suitable", "yes")
                & patient("child", "no")
                & is_open("aec_hours")
                & (queue("aec_chair") < "aec.queue_limit"),
                CARRY_ON,
            ),
            otherwise="ed_stream",
        )
        .choose("aec.considered_at_outset", yes="aec_considered", no="ed_stream")
    )


def stream() -> Pathway:
    """Who goes where from triage. Children and people in a mental-health crisis have a way of their own."""
    return (
        pathway("ed_stream", title="Streaming")
        .route(
            (patient("child", "yes"), "ed_children"),
            (patient("presentation", "mental_health"), "mental_health_crisis"),
            (patient("arrival", "ambulance"), "ed_after_handover"),
        )
        .release(ED_SPACES, if_held=True)  # nobody who walked in holds one yet
        .choose(
            "ed.stream",
            resus="ed_resus",
            majors="ed_majors",
            fit_to_sit="ed_fit_to_sit",
            minors="ed_minors",
            urgent_care="ed_streamed_away",
            primary_care="ed_to_gp",
        )
    )


def streamed_away() -> Pathway:
    """To the urgent care centre at the same door: its attendance, not the emergency department's."""
    return (
        pathway("ed_streamed_away", title="Streamed to urgent care")
        .mark("ed_streamed_away")
        .release(ED_SPACES, if_held=True)
        .set("in_ed", "no")
        .then("utc")
    )


def to_gp() -> Pathway:
    """Sent back to primary care from the door."""
    return (
        pathway("ed_to_gp", title="Streamed to primary care")
        .mark("ed_streamed_away")
        .release(ED_SPACES, if_held=True)
        .set("in_ed", "no")
        .then("urgent_primary_care")
    )


def after_handover() -> Pathway:
    """Already in a cubicle or in resus; or on a trolley until there is a cubicle; or well enough to sit."""
    return (
        pathway("ed_after_handover", title="After handover")
        .route((holding("resus_bay"), "ed_assess"), (holding("cubicle"), "ed_assess"))
        .choose("ed.after_handover", majors="ed_majors_from_trolley", fit_to_sit="ed_fit_to_sit_from_trolley")
    )


def into(name: str, title: str, space: str) -> tuple[Pathway, Pathway]:
    """Wait for a space: from the waiting room (and perhaps give up), or from a trolley (which is then free)."""
    return (
        pathway(name, title=title)
        .seize(space, priority="acuity", patience="ed.patience", on_leave="ed_left_unseen")
        .then("ed_assess"),
        pathway(f"{name}_from_trolley", title=f"{title}, from a trolley")
        .release(IN_A_BAY, if_held=True)
        .seize(space, priority="acuity")
        .release(ON_A_TROLLEY, if_held=True)
        .then("ed_assess"),
    )


def resus() -> Pathway:
    """Walked in, but very ill: a resuscitation bay, or a cubicle if none is free."""
    return (
        pathway("ed_resus", title="Resus")
        .seize(first_of=("resus_bay", "cubicle"), priority="acuity")
        .then("ed_assess")
    )


def children() -> Pathway:
    """The children's emergency department."""
    return (
        pathway("ed_children", title="Children's ED")
        .route((holding("children_cubicle"), "ed_assess"), (holding("resus_bay"), "ed_assess"))
        .release(ED_SPACES, if_held=True)
        .seize("children_cubicle", priority="acuity", patience="ed.patience", on_leave="ed_left_unseen")
        .then("ed_assess")
    )


def minors() -> Pathway:
    """Minor injury and illness: a chair, an emergency practitioner, perhaps an X-ray and a second visit."""
    return (
        pathway("ed_minors", title="Minors")
        .seize("chair", priority="acuity", patience="ed.patience", on_leave="ed_left_unseen")
        .seize("minors_practitioner", priority="acuity", patience="ed.patience", on_leave="ed_left_unseen")
        .mark("ed_seen")
        .hold("ed.minors_time")
        .release("minors_practitioner")
        .choose("ed.minors_tests", none="ed_minors_done", imaging=CARRY_ON)
        .use("scanner", "ed.minors_scan_time", priority="acuity")
        .use("minors_practitioner", "ed.minors_review_time", priority="acuity", label="second_visit")
        .then("ed_minors_done")
    )


def minors_done() -> Pathway:
    """Home, unless it was not minor after all."""
    return pathway("ed_minors_done", title="Minors, decided").route(
        (patient("would_be_admitted", "yes"), "specialty_review"), otherwise="ed_goes_home"
    )


def assess() -> Pathway:
    """First visits of the nurse and the doctor. A patient expected by a specialty goes straight to it."""
    return (
        pathway("ed_assess", title="ED assessment")
        .use("ed_nurse", "ed.nursing_time", priority="acuity")
        .route((patient("arrival", "referred"), "specialty_review"))
        .seize("ed_doctor", priority="acuity", patience="ed.patience", on_leave="ed_left_unseen")
        .mark("ed_seen")
        .hold("ed.assess_time")
        .release("ed_doctor")
        .then("ed_tests")
    )


def tests() -> Pathway:
    """Bloods take time, imaging takes the scanner; no doctor is held."""
    return (
        pathway("ed_tests", title="ED tests")
        .choose("ed.tests", none="ed_review", bloods=CARRY_ON, imaging="ed_tests.imaging.seize")
        .hold("ed.bloods_time")
        .then("ed_review")
        .use("scanner", "ed.scan_time", priority="acuity", label="imaging")
        .hold("ed.report_time")
        .then("ed_review", label="reported")
    )


def review() -> Pathway:
    """The doctor's second visit, which competes with new patients: home, or to a specialty."""
    return (
        pathway("ed_review", title="ED review")
        .use("ed_doctor", "ed.review_time", priority="acuity")
        .mark("ed_reviewed")
        .choose("ed.survives", yes=CARRY_ON, no="ed_died")
        .route(
            (patient("would_be_admitted", "yes"), "specialty_review"),
            (
                patient("presentation", "mental_health"),
                "liaison",
            ),  # a child, or an adult whose body was ill too
            otherwise="ed_goes_home",
        )
    )


def specialty_review() -> Pathway:
    """The specialty comes to see, when its rota allows; the patient stays where they are."""
    chain = (
        pathway("specialty_review", title="Specialty review")
        .mark("specialty_asked")
        .route(
            *(
                (patient("ward", *wards), f"specialty_review.{team}.seize")
                for team, wards in TEAMS.items()
                if team != "medical_team"
            )
        )
    )
    for team in TEAMS:
        chain = chain.use(team, "specialty.review_time", priority="acuity", label=team)
        chain = chain.then("specialty_decision", label=f"{team}.decides")
    return chain


def specialty_decision() -> Pathway:
    """Admit, or home after all; AEC gets its second chance here."""
    return (
        pathway("specialty_decision", title="Specialty decision")
        .mark("specialty_seen")
        .route(
            (
                patient("aec_suitable", "yes")
                & patient("child", "no")
                & is_open("aec_hours")
                & (free("aec_chair") >= 1),
                "aec_second_look",
            )
        )
        .choose(
            "specialty.decision", admit="decision_to_admit", other_site="transfer_out", home="ed_goes_home"
        )
    )


def second_look() -> Pathway:
    """Suitable for AEC, and there is a chair: is it thought of now?"""
    return (
        pathway("aec_second_look", title="AEC considered before admission")
        .choose("aec.considered_later", yes=CARRY_ON, no="decision_to_admit")
        .mark("aec_considered")
        .seize("aec_chair", priority="acuity")
        .then("into_aec")
    )


def transfer_out() -> Pathway:
    """The specialty's beds are at another site: a crew takes the patient there, to be expected by it.

    Level with category 2: the patient holds a space for which crews wait outside, and both would wait for ever.
    """
    return (
        pathway("transfer_out", title="Transfer to another site")
        .mark("transfer_out_asked")
        .seize("crew", priority=1)
        .set("ed_outcome", "transferred")
        .mark("ed_departure")
        .release(ED_SPACES, if_held=True)
        .set("in_ed", "no")
        .set("arrival", "referred")
        .hold("transfers.journey_time")
        .release("crew", after="ambulance.time_to_clear")
        .set("site", share="transfers.to")
        .set("site", share="ed.nearest", label="where_expected")
        .then("expected_patient")
    )


def decision_to_admit() -> Pathway:
    """The decision. The space is held until a bed is found: the patient boards, and costs nurses' time."""
    return (
        pathway("decision_to_admit", title="Decision to admit")
        .mark("decision_to_admit")
        .seize("boarder")
        .set("bed_request", "emergency")
        .choose(
            "specialty.admits_to",
            assessment_unit="find_assessment_bed",
            ward="find_bed",
            critical_care="find_critical_care",
        )
    )


def goes_home() -> Pathway:
    """Home, perhaps with help; some are back within a week."""
    return (
        pathway("ed_goes_home", title="Home from ED")
        .set("ed_outcome", "home")
        .mark("ed_departure")
        .release(ED_SPACES, if_held=True)
        .set("in_ed", "no")
        .come_back("coming_back.after_ed", "coming_back.after_ed_delay", to="back_after_ed")
        .choose("ed.help_at_home", none=CARRY_ON, rapid_response="rapid_response", nursing="district_nursing")
        .leave("ed_home")
    )


def died() -> Pathway:
    """Died in the department."""
    return (
        pathway("ed_died", title="Died in ED")
        .set("ed_outcome", "died")
        .mark("ed_departure")
        .release(ED_SPACES, if_held=True)
        .leave("died_in_ed")
    )


def left_unseen() -> Pathway:
    """Tired of waiting. Some are back within a week."""
    return (
        pathway("ed_left_unseen", title="Left ED unseen")
        .set("ed_outcome", "left_unseen")
        .mark("ed_departure")
        .release(ED_SPACES, if_held=True)
        .come_back("coming_back.after_ed", "coming_back.after_ed_delay", to="back_after_ed")
        .leave("left_unseen")
    )
