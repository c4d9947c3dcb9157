"""10. Community: teams that come in two hours or for weeks, and places to be treated without a hospital bed."""

from __future__ import annotations

from flowsim.pathway import CARRY_ON, Pathway, is_open, pathway, patient

from .leaving_hospital import NEW
from .resources import AT_HOME


def pathways() -> tuple[Pathway, ...]:
    """Each team and each kind of place."""
    return (
        rapid_response(),
        no_rapid_response(),
        night_service(),
        enhanced_care(),
        step_up(),
        in_community_bed(),
        back_to_hospital(),
        district_nursing(),
        virtual_ward(),
        on_virtual_ward(),
        on_home_iv(),
        care_home_crisis(),
        care_home_team_visit(),
        proactive_care(),
    )


def rapid_response() -> Pathway:
    """Urgent community response: seen within two hours, or somebody else is called."""
    return (
        pathway("rapid_response", title="Urgent community response")
        .mark("rapid_response_asked")
        .route((is_open("rapid_response_hours"), CARRY_ON), otherwise="night_service")
        .seize(
            "rapid_response_team",
            priority="acuity",
            patience="rapid_response.patience",
            on_leave="no_rapid_response",
        )
        .mark("rapid_response_seen")
        .hold("rapid_response.visit_time")
        .release("rapid_response_team")
        .choose(
            "rapid_response.outcome",
            home=CARRY_ON,
            enhanced_care="enhanced_care",
            nursing="district_nursing",
            virtual_ward="virtual_ward",
            community_bed="step_up",
            hospital_referral="referred_to_hospital",
            ambulance="back_to_hospital",
        )
        .leave("home_after_rapid_response")
    )


def no_rapid_response() -> Pathway:
    """Nobody could come in time."""
    return (
        pathway("no_rapid_response", title="Urgent community response: not in time")
        .mark("rapid_response_missed")
        .choose(
            "rapid_response.instead",
            gp="urgent_primary_care",
            ambulance="back_to_hospital",
            hospital_referral="referred_to_hospital",
            nothing=CARRY_ON,
        )
        .leave("no_rapid_response")
    )


def night_service() -> Pathway:
    """The integrated night service, where there is one."""
    return (
        pathway("night_service", title="Night service")
        .seize(
            "night_team", priority="acuity", patience="night_service.patience", on_leave="no_rapid_response"
        )
        .mark("rapid_response_seen")
        .hold("night_service.visit_time")
        .release("night_team")
        .choose(
            "night_service.outcome", home=CARRY_ON, nursing="district_nursing", ambulance="back_to_hospital"
        )
        .leave("home_after_night_service")
    )


def enhanced_care() -> Pathway:
    """Step-up at home: an enhanced care or recover-at-home place for some days."""
    return (
        pathway("enhanced_care", title="Enhanced care at home")
        .seize(
            "enhanced_care_place",
            priority="acuity",
            patience="enhanced_care.patience",
            on_leave="no_rapid_response",
        )
        .mark("enhanced_care_start")
        .hold("enhanced_care.stay")
        .mark("enhanced_care_end")
        .release("enhanced_care_place")
        .choose("enhanced_care.outcome", home=CARRY_ON, hospital="back_to_hospital")
        .leave("home_after_enhanced_care")
    )


def step_up() -> Pathway:
    """A community bed from home."""
    return (
        pathway("step_up", title="Step-up to a community bed")
        .mark("step_up_asked")
        .set("pathway", "2")
        .seize(
            "community_bed",
            priority=NEW,
            patience="community_bed.step_up_patience",
            on_leave="no_rapid_response",
        )
        .then("in_community_bed")
    )


def in_community_bed() -> Pathway:
    """Rehabilitation, then home, home with care, a care home, or back to hospital; the bed is held for the next."""
    return (
        pathway("in_community_bed", title="In a community bed")
        .release(AT_HOME, if_held=True, label="arrives")
        .mark("in_community_bed")
        .hold("community_bed.time_to_ready")
        .mark("community_bed_ready")
        .mark("waits_to_leave")
        .set("pathway", share="community_bed.exit")
        .choose(
            "community_bed.outcome",
            leaves=CARRY_ON,
            hospital="in_community_bed.worse",
            died="in_community_bed.dies",
        )
        .route(
            (patient("pathway", "0", "2", "fast_track"), "in_community_bed.home"),
            (patient("pathway", "3"), "pathway_3"),
            (patient("funder", "self"), "self_funded_care"),
            otherwise="pathway_1",
        )
        .set("pathway", "0", label="home")
        .then("goes_home")
        .release("community_bed", if_held=True, label="worse")
        .then("back_to_hospital")
        .release("community_bed", if_held=True, label="dies")
        .leave("died_in_community_bed")
    )


def back_to_hospital() -> Pathway:
    """A professional calls an ambulance."""
    return (
        pathway("back_to_hospital", title="Ambulance called by a community team")
        .set("category", share="ambulance.professional_category")
        .set("conveyed_to", "ed")
        .then("dispatch")
    )


def district_nursing() -> Pathway:
    """Visits, one after another, until they are no longer needed."""
    return (
        pathway("district_nursing", title="District nursing")
        .mark("nursing_asked")
        .seize("district_nurse", label="visit")
        .mark("nursing_seen")
        .hold("district_nursing.visit_time")
        .release("district_nurse")
        .choose("district_nursing.another_visit", yes=CARRY_ON, no="district_nursing.ends")
        .hold("district_nursing.between_visits")
        .then("district_nursing.visit")
        .leave("nursing_ended", label="ends")
    )


def virtual_ward() -> Pathway:
    """Admitted to the virtual ward from home or AEC, if it has a place in time."""
    return (
        pathway("virtual_ward", title="Virtual ward wanted")
        .seize(
            "virtual_ward_bed",
            priority="acuity",
            patience="virtual_ward.patience",
            on_leave="back_to_hospital",
        )
        .then("on_virtual_ward")
    )


def on_virtual_ward() -> Pathway:
    """Hospital care at home; the place is not a hospital bed."""
    return (
        pathway("on_virtual_ward", title="On the virtual ward")
        .mark("virtual_ward_start")
        .hold("virtual_ward.stay")
        .mark("virtual_ward_end")
        .release((*AT_HOME, "community_bed"), if_held=True)
        .choose("virtual_ward.outcome", home=CARRY_ON, hospital="back_to_hospital")
        .leave("home_from_virtual_ward")
    )


def on_home_iv() -> Pathway:
    """Intravenous treatment at home, by nurses."""
    return (
        pathway("on_home_iv", title="Home IV")
        .mark("home_iv_start")
        .hold("home_iv.stay")
        .mark("home_iv_end")
        .release((*AT_HOME, "community_bed"), if_held=True)
        .choose("home_iv.outcome", home=CARRY_ON, hospital="back_to_hospital")
        .leave("home_from_home_iv")
    )


def care_home_crisis() -> Pathway:
    """A care home needs help: its own team if there is one on duty, else 111, a GP or 999."""
    return (
        pathway("care_home_crisis", title="Crisis in a care home")
        .mark("care_home_crisis")
        .route((is_open("care_home_team_hours"), "care_home_team"))
        .choose("care_home.calls", nhs111="nhs111", gp="urgent_primary_care", ambulance="rings_999")
    )


def care_home_team_visit() -> Pathway:
    """Seen in place where possible."""
    return (
        pathway("care_home_team", title="Care-home team")
        .seize(
            "care_home_team",
            priority="acuity",
            patience="care_home.patience",
            on_leave="care_home_team.instead",
        )
        .mark("care_home_seen")
        .hold("care_home.visit_time")
        .release("care_home_team")
        .choose(
            "care_home.outcome",
            in_place=CARRY_ON,
            rapid_response="rapid_response",
            nursing="district_nursing",
            ambulance="back_to_hospital",
        )
        .leave("treated_in_care_home")
        .choose(
            "care_home.calls",
            nhs111="nhs111",
            gp="urgent_primary_care",
            ambulance="rings_999",
            label="instead",
        )
    )


def proactive_care() -> Pathway:
    """A place on a caseload. What the caseload prevents is a multiplier on the sources, set with its size."""
    return (
        pathway("proactive_care", title="Proactive care")
        .seize(
            "proactive_place",
            patience="proactive_care.patience",
            on_leave="proactive_care.none",
        )
        .mark("proactive_care_start")
        .hold("proactive_care.stay")
        .mark("proactive_care_end")
        .release("proactive_place")
        .leave("proactive_care_ended")
        .leave("no_proactive_care", label="none")
    )
