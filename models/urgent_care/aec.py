"""7. Ambulatory emergency care (SDEC): would-be admissions who can sit in a chair and sleep at home."""

from __future__ import annotations

from flowsim.pathway import CARRY_ON, Pathway, pathway, patient

from .resources import ED_SPACES


def pathways() -> tuple[Pathway, ...]:
    """Waiting for a chair, the visit, home or admitted, the return visit."""
    return (
        considered(),
        into_aec(),
        not_possible(),
        visit(),
        home(),
        to_virtual_ward(),
        admitted(),
        second_visit(),
    )


def considered() -> Pathway:
    """Wait for a chair where they are; the wait has a limit, and then it is not possible today."""
    return (
        pathway("aec_considered", title="AEC considered")
        .mark("aec_considered")
        .seize("aec_chair", priority="acuity", patience="aec.patience", on_leave="aec_not_possible")
        .then("into_aec")
    )


def into_aec() -> Pathway:
    """In the chair. Who comes from ED leaves it, and its clock, now."""
    return (
        pathway("into_aec", title="Into AEC")
        .mark("aec_start")
        .set("aec_counts_as", share="aec.counts_as")
        .release(ED_SPACES, if_held=True)
        .route((patient("in_ed", "no"), "aec"))
        .set("ed_outcome", "aec")
        .mark("ed_departure")
        .set("in_ed", "no")
        .then("aec")
    )


def not_possible() -> Pathway:
    """No chair in time: back to the emergency department's streams, or to the assessment unit if referred."""
    return (
        pathway("aec_not_possible", title="AEC not possible")
        .mark("aec_not_possible")
        .set("aec_suitable", "no")
        .route((patient("in_ed", "yes"), "ed_stream"))
        .release(ED_SPACES, if_held=True)
        .then("expected_patient")
    )


def visit() -> Pathway:
    """A clinician, tests, a second look."""
    return (
        pathway("aec", title="Ambulatory emergency care")
        .use("aec_clinician", "aec.assess_time", priority="acuity")
        .choose("aec.tests", none="aec.decides.seize", bloods=CARRY_ON, imaging="aec.imaging.seize")
        .hold("aec.bloods_time")
        .then("aec.decides.seize")
        .use("scanner", "ed.scan_time", priority="acuity", label="imaging")
        .hold("ed.report_time")
        .use("aec_clinician", "aec.decide_time", priority="acuity", label="decides")
        .hold("aec.treatment_time")
        .mark("aec_end")
        .choose("aec.outcome", home="aec_home", virtual_ward="aec_virtual_ward", admitted="aec_admitted")
    )


def home() -> Pathway:
    """A bed night avoided; some are asked back for a second visit."""
    return (
        pathway("aec_home", title="Home from AEC")
        .release("aec_chair")
        .come_back("aec.return_visit", "aec.return_visit_delay", to="aec_return_visit")
        .come_back("coming_back.after_aec", "coming_back.after_aec_delay", to="readmitted")
        .leave("aec_home")
    )


def to_virtual_ward() -> Pathway:
    """Home, under the virtual ward."""
    return (
        pathway("aec_virtual_ward", title="From AEC to the virtual ward")
        .release("aec_chair")
        .then("virtual_ward")
    )


def admitted() -> Pathway:
    """To a bed after all; the chair is held until there is one."""
    return (
        pathway("aec_admitted", title="Admitted from AEC")
        .mark("decision_to_admit")
        .set("bed_request", "emergency")
        .choose("aec.admits_to", assessment_unit="find_assessment_bed", ward="find_bed")
    )


def second_visit() -> Pathway:
    """Back for the booked second visit."""
    return (
        pathway("aec_return_visit", title="AEC return visit")
        .wait_until("aec_hours")
        .seize("aec_chair", priority=0)
        .use("aec_clinician", "aec.decide_time", priority=0)
        .release("aec_chair")
        .leave("aec_return_visit_done")
    )
