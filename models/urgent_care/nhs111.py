"""1. NHS 111: a health adviser answers, asks, and says where to go."""

from __future__ import annotations

from flowsim.pathway import CARRY_ON, Pathway, pathway


def pathways() -> tuple[Pathway, ...]:
    """The call and where each disposition leads."""
    return (call(), abandoned(), ambulance_wanted(), ed_wanted(), travel_to_ed(), travel_to_utc(), advice())


def call() -> Pathway:
    """Ring, wait, be answered, be told what to do."""
    return (
        pathway("nhs111", title="NHS 111")
        .set("asked_for", "advice")
        .mark("nhs111_called")
        .seize("health_adviser", patience="nhs111.patience", on_leave="nhs111_abandoned")
        .mark("nhs111_answered")
        .hold("nhs111.call_time")
        .release("health_adviser")
        .choose(
            "nhs111.disposition",
            self_care="nhs111_advice",
            pharmacy="pharmacy",
            primary_care="told_to_see_gp",
            urgent_treatment_centre="travel_to_utc",
            community="rapid_response",
            emergency_department="nhs111_ed",
            ambulance="nhs111_ambulance",
            clinician="clinical_hub",
        )
    )


def abandoned() -> Pathway:
    """Rang off before an answer: some ring again, some go elsewhere."""
    return (
        pathway("nhs111_abandoned", title="NHS 111: rang off")
        .mark("nhs111_abandoned")
        .choose(
            "nhs111.after_abandoning",
            nothing="nhs111_abandoned.gone",
            again=CARRY_ON,
            emergency_department="travel_to_ed",
            ambulance="rings_999",
        )
        .hold("nhs111.ring_again_after")
        .then("nhs111")
        .leave("nhs111_abandoned", label="gone")
    )


def ambulance_wanted() -> Pathway:
    """An ambulance is advised; the clinical hub checks some of them first."""
    return (
        pathway("nhs111_ambulance", title="NHS 111: ambulance")
        .set("asked_for", "ambulance")
        .set("category", share="ambulance.category")
        .choose("hub.checks_ambulance", check="clinical_hub", send="dispatch")
    )


def ed_wanted() -> Pathway:
    """The emergency department is advised; the clinical hub checks some of them first."""
    return (
        pathway("nhs111_ed", title="NHS 111: emergency department")
        .set("asked_for", "ed")
        .choose("hub.checks_ed", check="clinical_hub", go="travel_to_ed")
    )


def travel_to_ed() -> Pathway:
    """Making one's own way to the emergency department; not everyone who is told to go does."""
    return (
        pathway("travel_to_ed", title="Travel to ED")
        .choose("nhs111.goes_to_ed", goes=CARRY_ON, stays="nhs111_advice")
        .set("site", share="ed.nearest")
        .set("arrival", "walk_in")
        .hold("nhs111.travel_to_ed")
        .then("ed_front_door")
    )


def travel_to_utc() -> Pathway:
    """Making one's own way to the nearest urgent treatment centre or minor injury unit."""
    return (
        pathway("travel_to_utc", title="Travel to UTC")
        .set("site", share="utc.nearest")
        .hold("nhs111.travel_to_utc")
        .then("utc")
    )


def advice() -> Pathway:
    """Advice only; some ring back, or turn up, within days."""
    return (
        pathway("nhs111_advice", title="Advice")
        .come_back("coming_back.after_111", "coming_back.after_111_delay", to="back_after_111")
        .leave("advice")
    )
