"""9. Leaving hospital: ready, assessed, and out by pathway 0, 1, 2 or 3, each with its own queue."""

from __future__ import annotations

from flowsim.pathway import CARRY_ON, Pathway, holding, pathway, patient, since

from .resources import AT_HOME, BEDS

NEW, WAITED_LONG = 1, 0
"""Priorities in the queues for packages: whoever asks again after a long wait goes before those who have not."""


def pathways() -> tuple[Pathway, ...]:
    """Ready to leave, the assessment, each pathway's queue, and the way out."""
    return (
        ready_to_leave(),
        which_pathway(),
        end_of_life(),
        *package_of_care(),
        self_funded(),
        relief(),
        deconditioning(),
        asks_again(),
        *community_bed(),
        no_community_bed(),
        care_home(),
        goes_home(),
        departs(),
        travels(),
        arrives(),
        with_care(),
        long_term_care(),
        without_care(),
    )


def ready_to_leave() -> Pathway:
    """No criteria to reside is said on a ward round, so it waits for one; the assessment unit reviews all day."""
    return (
        pathway("ready_to_leave", title="Medically ready")
        .mark("clinically_ready")
        .route((holding("assessment_bed"), "ready_to_leave.said"))
        .wait_until("ward_round")
        .mark("medically_ready", label="said")
        .mark("waits_to_leave")
        .set("pathway", share="leaving.pathway")
        .route(
            (patient("pathway", "0"), "goes_home"),
            (patient("pathway", "fast_track"), "end_of_life"),
            otherwise="transfer_of_care",
        )
    )


def which_pathway() -> Pathway:
    """Assessed in hospital, or at home under discharge to assess (then only a referral is made here)."""
    return (
        pathway("transfer_of_care", title="Transfer of care")
        .mark("transfer_asked")
        .choose("leaving.assessed", in_hospital=CARRY_ON, at_home="transfer_of_care.referral")
        .use("transfer_assessor", "leaving.assessment_time")
        .hold("leaving.referral_time", label="referral")
        .mark("transfer_assessed")
        .set("funder", share="leaving.funder")
        .route(
            (patient("pathway", "2"), "pathway_2"),
            (patient("pathway", "3"), "pathway_3"),
            (patient("funder", "self"), "self_funded_care"),
            otherwise="pathway_1",
        )
    )


def end_of_life() -> Pathway:
    """Fast-track end-of-life care at home or in a hospice."""
    return (
        pathway("end_of_life", title="Fast-track end of life")
        .mark("medically_ready", label="decided")
        .set("pathway", "fast_track")
        .seize("fast_track_start", patience="leaving.fast_track_patience", on_leave="died_in_hospital")
        .release("fast_track_start", after="leaving.fast_track_slot")
        .then("goes_home")
    )


def package_of_care() -> tuple[Pathway, Pathway, Pathway]:
    """Pathway 1: care hours (double-handed take more), then one of the day's new starts, held a day."""
    first = (
        pathway("pathway_1", title="Pathway 1: home with support")
        .mark("pathway_1_asked")
        .set("package", share="pathway_1.package")
        .seize(
            "care_hours",
            amount="pathway_1.hours",
            priority=NEW,
            patience="pathway_1.relief_after",
            on_leave="pathway_1_relief",
        )
        .then("pathway_1_start")
    )
    again = (
        pathway("pathway_1_again", title="Pathway 1: still waiting")
        .seize(
            "care_hours",
            amount="pathway_1.hours",
            priority=WAITED_LONG,
            patience="pathway_1.relief_after",
            on_leave="pathway_1_relief",
        )
        .then("pathway_1_start")
    )
    start = (
        pathway("pathway_1_start", title="Pathway 1: start")
        .seize("home_start")
        .wait_until("package_starts")
        .release("home_start", after="pathway_1.start_slot")
        .mark("pathway_1_found")
        .then("goes_home")
    )
    return first, again, start


def relief() -> Pathway:
    """No package after a long wait: what people do then. Its use is a measure of the shortage."""
    return (
        pathway("pathway_1_relief", title="Pathway 1: relief valve")
        .mark("pathway_1_relief")
        .set("relief", share="pathway_1.relief")
        .route(
            (patient("relief", "none"), "deconditioning"),
            (patient("relief", "community_bed") & ~holding("community_bed"), "pathway_1_relief.bed"),
            (patient("relief", "community_bed"), "deconditioning"),
            (patient("relief", "spot_purchase"), "pathway_1_relief.spot"),
            otherwise="goes_home",
        )
        .hold("pathway_1.spot_purchase_time", label="spot")
        .then("goes_home", label="spot_found")
        .set("pathway", "2", label="bed")
        .then("pathway_2", label="to_bed")
    )


def deconditioning() -> Pathway:
    """A long wait weakens: some need a higher pathway than they did; the others ask again, before newcomers."""
    return (
        pathway("deconditioning", title="Still waiting")
        .route(
            (patient("deconditioned", "yes"), "asks_again"),
            (since("waits_to_leave") > "leaving.deconditions_after", CARRY_ON),
            otherwise="asks_again",
        )
        .choose("leaving.deconditions", no="asks_again", yes=CARRY_ON)
        .set("deconditioned", "yes")
        .mark("deconditioned")
        .route(
            (patient("pathway", "2"), "deconditioning.to_3"),
            (holding("community_bed"), "deconditioning.to_3"),
        )
        .set("pathway", "2", label="to_2")
        .then("pathway_2")
        .set("pathway", "3", label="to_3")
        .then("pathway_3")
    )


def asks_again() -> Pathway:
    """Back to the queue, before those who have not waited as long."""
    return pathway("asks_again", title="Asks again").route(
        (patient("pathway", "2"), "pathway_2_again"), otherwise="pathway_1_again"
    )


def self_funded() -> Pathway:
    """Self-funders find care themselves: a queue of their own."""
    return (
        pathway("self_funded_care", title="Pathway 1: self-funded")
        .mark("pathway_1_asked")
        .hold("pathway_1.family_choice_time")
        .seize("self_funded_start")
        .wait_until("package_starts")
        .release("self_funded_start", after="pathway_1.start_slot")
        .mark("pathway_1_found")
        .then("goes_home")
    )


def community_bed() -> tuple[Pathway, Pathway, Pathway]:
    """Pathway 2: a bed in a community hospital or an intermediate-care unit."""
    patience, relief = "pathway_2.relief_after", "no_community_bed"
    first = (
        pathway("pathway_2", title="Pathway 2: community bed")
        .mark("pathway_2_asked")
        .seize("community_bed", priority=NEW, patience=patience, on_leave=relief)
        .then("pathway_2_found")
    )
    again = (
        pathway("pathway_2_again", title="Pathway 2: still waiting")
        .seize("community_bed", priority=WAITED_LONG, patience=patience, on_leave=relief)
        .then("pathway_2_found")
    )
    found = (
        pathway("pathway_2_found", title="Pathway 2: bed found")
        .wait_until("community_bed_admissions")
        .mark("pathway_2_found")
        .then("goes_home")
    )
    return first, again, found


def no_community_bed() -> Pathway:
    """No community bed after a long wait: home with less, or wait on."""
    return (
        pathway("no_community_bed", title="Pathway 2: relief valve")
        .mark("pathway_2_relief")
        .choose("pathway_2.relief", keep_waiting="deconditioning", home_with_less=CARRY_ON)
        .set("relief", "less_care")
        .set("pathway", "1")
        .then("goes_home")
    )


def care_home() -> Pathway:
    """Pathway 3: choosing, the assessment and the decision on who pays, then a place."""
    return (
        pathway("pathway_3", title="Pathway 3: care home or complex care")
        .mark("pathway_3_asked")
        .route((patient("funder", "public"), "pathway_3.assessed.seize"))
        .hold("pathway_3.family_choice_time")
        .use("care_broker", "pathway_3.assessment_time", label="assessed")
        .hold("pathway_3.decision_time")
        .seize("care_home_start")
        .wait_until("care_home_admissions")
        .release("care_home_start", after="pathway_3.start_slot")
        .mark("pathway_3_found")
        .then("goes_home")
    )


def goes_home() -> Pathway:
    """Discharge hours, medicines to take away, and transport: a late pharmacy means a later bed."""
    return (
        pathway("goes_home", title="Discharge")
        .wait_until("discharge_hours")
        .mark("discharge_started")
        .choose("leaving.medicines", none="goes_home.transport", needed=CARRY_ON)
        .use("discharge_pharmacist", "leaving.medicines_time")
        .choose("leaving.transport", own="departs", patient_transport=CARRY_ON, label="transport")
        .seize("patient_transport")
        .then("departs")
    )


def departs() -> Pathway:
    """The bed is free; some are readmitted within 30 days."""
    return (
        pathway("departs", title="Departure")
        .release(BEDS, if_held=True)
        .route((holding("community_bed") & ~patient("pathway", "2"), "departs.community_bed"))
        .mark("left_hospital")
        .route((patient("pathway", "2", "fast_track"), "travels"))
        .come_back("coming_back.readmission", "coming_back.readmission_delay", to="readmitted")
        .then("travels")
        .mark("left_community_bed", label="community_bed")
        .release("community_bed", if_held=True)
        .then("travels", label="from_community_bed")
    )


def travels() -> Pathway:
    """The journey; patient transport comes back for the next."""
    return (
        pathway("travels", title="Journey")
        .hold("leaving.journey_time")
        .release("patient_transport", if_held=True)
        .then("arrives")
    )


def arrives() -> Pathway:
    """Where to?"""
    return (
        pathway("arrives", title="Arrives")
        .route(
            (holding("virtual_ward_bed"), "on_virtual_ward"),
            (holding("home_iv_place"), "on_home_iv"),
            (patient("pathway", "2"), "in_community_bed"),
            (holding("care_hours"), "home_with_care"),
            (patient("pathway", "1"), "home_without_care"),
            (patient("pathway", "3"), "arrives.care_home"),
            (patient("pathway", "fast_track"), "arrives.dying"),
        )
        .release((*AT_HOME, "community_bed"), if_held=True)
        .choose(
            "leaving.help_at_home", none=CARRY_ON, rapid_response="rapid_response", nursing="district_nursing"
        )
        .leave("home")
        .release((*AT_HOME, "community_bed"), if_held=True, label="care_home")
        .leave("care_home")
        .release((*AT_HOME, "community_bed"), if_held=True, label="dying")
        .leave("end_of_life_care")
    )


def with_care() -> Pathway:
    """Reablement at home holds its hours until it ends; about a sixth then need care for good."""
    return (
        pathway("home_with_care", title="Reablement at home")
        .mark("care_started")
        .hold("pathway_1.time_at_home")
        .choose(
            "pathway_1.exit", independent=CARRY_ON, long_term="long_term_care", died="home_with_care.ends"
        )
        .release((*AT_HOME, "community_bed"), if_held=True)
        .leave("independent_at_home")
        .release((*AT_HOME, "community_bed"), if_held=True, label="ends")
        .leave("died_at_home", label="died")
    )


def long_term_care() -> Pathway:
    """The place is held until long-term care is arranged: how pathway 1 silts up."""
    return (
        pathway("long_term_care", title="Long-term care arranged")
        .mark("long_term_asked")
        .use("care_broker", "pathway_1.long_term_assessment_time")
        .hold("pathway_1.long_term_wait")
        .mark("long_term_found")
        .release((*AT_HOME, "community_bed"), if_held=True)
        .leave("long_term_care")
    )


def without_care() -> Pathway:
    """Family, a bought package, less than was needed, or a self-funder's own arrangement."""
    return (
        pathway("home_without_care", title="Home without a public package")
        .release((*AT_HOME, "community_bed"), if_held=True)
        .come_back("coming_back.without_care", "coming_back.readmission_delay", to="readmitted")
        .leave("home_without_package")
    )
